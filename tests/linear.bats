# linear.bats: the linear readouts (softmax, ridge, logistic), trained and decoded: against scikit-learn's
# values, closed forms, and inputs from which there is little to learn.
# bats file_tags=san
load helper
load readout

REFERENCE=$BATS_TEST_DIRNAME/reference/readout.tsv

# recorded KIND: the samples of $REFERENCE as a stream.
recorded() {
    awk -F '\t' -v kind="$1" '
        BEGIN { print "tick 1/1000\nclasses 4\nspikes exc 6\nbegin" }
        $1 == kind {
            print "sample", $2, n * 100, 100, $3
            for (w = 0; w < 2; w++) for (k = 0; k < 50; k++) {
                line = ""
                for (u = 0; u < 6; u++) if ($(4 + 2 * u + w) > k) line = line " " u
                if (line != "") print "at 1", n * 100 + w * 50 + k, line
            }
            n++
        }
        END { print "end", n * 100 }' "$REFERENCE" | compose
}

# counts CLASSES UNITS: a stream of the lines "LABEL COUNT COUNT ..." on standard input.
counts() {
    awk -v classes="$1" -v units="$2" '
        BEGIN { print "tick 1/1000\nclasses", classes "\nspikes exc", units "\nbegin" }
        {
            print "sample", NR - 1, (NR - 1) * 100, 100, $1
            for (k = 0; k < 100; k++) {
                line = ""
                for (u = 0; u < units; u++) if ($(2 + u) > k) line = line " " u
                if (line != "") print "at 1", (NR - 1) * 100 + k, line
            }
        }
        END { print "end", NR * 100 }' | compose
}

# near WANT [TOLERANCE]: the numbers of the lines on standard input are these.
near() {
    awk -v want="$1" -v tolerance="${2:-1e-6}" '
        { for (i = 1; i <= NF; i++) got[++n] = $i }
        END {
            m = split(want, x)
            for (i = 1; i <= m; i++) {
                d = x[i] - got[i]
                if (d < 0) d = -d
                if (got[i] !~ /^-?[0-9.]+(e-?[0-9]+)?$/ || d > tolerance) bad = 1
            }
            if (n != m || bad) { for (i = 1; i <= n; i++) printf "%s ", got[i]; print "are not", want }
            exit n != m || bad
        }'
}

# scores FILE: of each sample, by class.
scores() {
    predictions "$1" | cut -d ' ' -f 4-
}

digits() {
    spk-encode poisson --label-column label --full-scale 16 --max-rate 100Hz "$@" "$DIGITS/digits.csv.gz"
}

@test "scores and probabilities are scikit-learn's" {
    recorded train >train.spk
    recorded test >test.spk
    awk -F '\t' '$1 != "train" && $1 != "test" { print $1 }' "$REFERENCE" | uniq >methods
    assert_equal "$(wc -l <methods)" 10
    while read -r line; do
        read -ra words <<<"$line"
        [ "${words[0]}" != softmax ] || words+=(--order file)
        spk-train-readout "${words[@]}" --windows 2 train.spk -o readout.spk
        spk-decode "${words[0]}" --model readout.spk test.spk -o out.spk
        scores out.spk | cut -d ' ' -f 1,2,4 |
            near "$(awk -F '\t' -v name="$line" '$1 == name { print $3, $4, $5 }' "$REFERENCE" | tr '\n' ' ')" 1e-5
        # The last test sample is silent.
        run -0 predictions out.spk
        assert_regex "${lines[11]}" '^11 [013] - '
    done <methods
}

@test "ridge: a line through two samples, made less steep" {
    # x = 0, 2 and y = -1, 1: w = sum xc yc / (sum xc^2 + l2) = 2 / (2 + 2), b = -w.
    printf '0 0\n1 2\n' | counts 2 1 >in.spk
    spk-train-readout ridge --l2 2 in.spk -o readout.spk
    values readout.spk exc.weight | near "-0.5 0.5" 1e-15
    values readout.spk exc.bias | near "0.5 -0.5" 1e-15
    spk-train-readout ridge --l2 0 in.spk -o readout.spk
    values readout.spk exc.weight | near "-1 1" 1e-15
    printf '0 1\n1 3\n0 0\n' | counts 2 1 | spk-decode ridge --model readout.spk -o out.spk
    run -0 predictions out.spk
    assert_output "0 0 0 0 0
1 1 1 -2 2
2 0 - 1 -1"
}

@test "logistic: where spikes say nothing, probabilities are how frequent the classes are" {
    printf '0 3 1\n0 3 1\n1 3 1\n2 3 1\n' | counts 3 2 >in.spk
    spk-train-readout logistic in.spk -o readout.spk
    spk-decode logistic --model readout.spk in.spk -o out.spk
    scores out.spk | head -1 | near "0.5 0.25 0.25" 1e-7
    spk-decode logistic --scores linear --model readout.spk in.spk -o out.spk
    scores out.spk | head -1 | awk '{ print exp($1 - $2), $2 - $3 }' | near "2 0" 1e-6
}

@test "softmax: the first step of each optimizer, from 0" {
    # Half of the gradient of each weight is -0.5 x 2 or 0.5 x 2 in the mean of both samples: -+0.5.
    printf '0 2 0\n1 0 2\n' | counts 2 2 >in.spk
    spk-train-readout softmax --epochs 1 in.spk -o readout.spk
    values readout.spk exc.weight | near "0.001 -0.001 -0.001 0.001" 1e-10
    values readout.spk exc.bias | near "0 0"
    spk-train-readout softmax --epochs 1 --optimizer adadelta in.spk -o readout.spk
    # sqrt(eps) / sqrt(0.05 g^2 + eps) g
    values readout.spk exc.weight | near "4.4721e-4 -4.4721e-4 -4.4721e-4 4.4721e-4" 1e-8
    # The targets 0.55 and 0.45: the loss is least at probabilities of these.
    spk-train-readout softmax --epochs 3000 --learning-rate 0.01 --soft-labels 0.9 in.spk -o readout.spk
    spk-decode softmax --model readout.spk in.spk -o out.spk
    scores out.spk | near "0.55 0.45 0.45 0.55" 1e-4
}

@test "windows: when a unit fires can say what its count does not" {
    {
        printf 'tick 1/1000\nclasses 2\nspikes exc 1\nbegin\n'
        for i in $(seq 0 9); do
            echo "sample $i $((i * 100)) 100 $((i % 2))"
            echo "at 1 $((i * 100 + i % 2 * 50)) 0"
        done
        echo 'end 1000'
    } | compose >in.spk
    spk-train-readout ridge --windows 2 in.spk -o readout.spk
    spk-decode ridge --model readout.spk in.spk | spk-score accuracy | grep -q $'all\t10\t10\t1\t'
    spk-train-readout ridge in.spk -o readout.spk
    spk-decode ridge --model readout.spk in.spk | spk-score accuracy | grep -q $'all\t10\t5\t0.5\t'
    # Rows are unit x windows + window.
    printf 'tick 1/1000\nclasses 2\nspikes exc 2\nbegin\nsample 0 0 9 0\nat 1 8 1\nsample 1 9 9 1\nend 18\n' |
        compose | spk-train-readout softmax --windows 3 --epochs 1 -o readout.spk
    run -0 values readout.spk exc.weight
    assert_regex "$output" '^(0 ){10}0.000[0-9]* -0.000[0-9]* $'
}

@test "windows need samples" {
    printf '0 1\n1 0\n' | counts 2 1 | spk-train-readout ridge --windows 2 -o readout.spk
    printf 'tick 1/1000\nclasses 2\nspikes exc 1\nbegin\nat 1 5 0\nend 900\n' | compose >raster.spk
    run -4 spk-decode ridge --model readout.spk raster.spk -o out.spk
    assert_output "spk-decode: raster.spk: a stream without samples has no windows, and readout.spk counts in 2"
}

@test "scales: twice the spikes are the same by their sum or maximum" {
    printf '0 5 1 2\n1 1 4 2\n0 3 0 0\n1 0 0 7\n' | counts 2 3 >in.spk
    printf '0 1 2 3\n0 2 4 6\n0 5 10 15\n' | counts 2 3 >test.spk
    for scale in sum max; do
        spk-train-readout logistic --scale $scale in.spk -o readout.spk
        spk-decode logistic --model readout.spk test.spk -o out.spk
        assert_equal "$(scores out.spk | sort -u | wc -l)" 1
    done
    spk-train-readout logistic --scale standard in.spk -o readout.spk
    values readout.spk exc.mean | near "2.25 1.25 2.75"
    values readout.spk exc.deviation | near "1.92029 1.63936 2.58602" 1e-5
    spk-decode logistic --model readout.spk test.spk -o out.spk
    assert_equal "$(scores out.spk | sort -u | wc -l)" 3
}

@test "the same bytes for any number of threads and on every instruction set" {
    digits --limit 300 >in.spk
    for method in "softmax --epochs 3 --dropout 0.1 --batch 64" "softmax --epochs 2 --optimizer adadelta --scale max" \
        "ridge --windows 9 --scale standard" "logistic --tolerance 1e-4 --scale sum"; do
        for set in "sse2 1" "sse2 3" "avx2 1" "avx512 1" "avx512 2"; do
            # shellcheck disable=SC2086 # words
            SPK_SIMD=${set% *} spk-train-readout $method --threads ${set#* } in.spk -o "${set/ /-}.spk"
            cmp sse2-1.spk "${set/ /-}.spk"
        done
    done
}

@test "softmax: seeds differ, in file order without dropout they do not matter" {
    digits --limit 200 >in.spk
    train() {
        spk-train-readout softmax --no-provenance --epochs 2 "$@" in.spk
    }
    train >one.spk
    train --seed 1 | cmp - one.spk
    run ! cmp <(train --seed 2) one.spk
    cmp <(train --seed 1 --order file) <(train --seed 2 --order file)
    run ! cmp <(train --seed 1 --order file --dropout 0.5) <(train --seed 2 --order file --dropout 0.5)
    run ! cmp <(train --order file) one.spk
}

@test "softmax: a batch of all samples is the same in any order, but for rounding" {
    digits --limit 300 >in.spk
    spk-train-readout softmax --batch 300 --epochs 5 --order file in.spk -o file.spk
    spk-train-readout softmax --batch 1000 --epochs 5 in.spk -o shuffled.spk
    values shuffled.spk input.weight | near "$(values file.spk input.weight)" 1e-9
    # It is not the same as two batches.
    spk-train-readout softmax --batch 150 --epochs 5 --order file in.spk -o two.spk
    run ! near "$(values file.spk input.weight)" 1e-9 < <(values two.spk input.weight)
}

@test "softmax: the epoch that is best on samples held out" {
    digits --limit 300 >in.spk
    digits --limit 200 >first.spk
    digits --skip 200 --limit 100 >last.spk
    run -0 --separate-stderr spk-train-readout softmax -v --epochs 12 --learning-rate 0.05 --hold-out 100 in.spk -o readout.spk
    assert_regex "$stderr" 'epoch ([0-9]+) is best: ([0-9]+) of 100 held out right'
    best=${BASH_REMATCH[1]} right=${BASH_REMATCH[2]}
    # Each number of epochs, without --hold-out: the last of them, and what it answers.
    for epochs in {1..12}; do
        spk-train-readout softmax --epochs "$epochs" --learning-rate 0.05 first.spk -o "$epochs.spk"
        correct=$(spk-decode softmax --model "$epochs.spk" last.spk | spk-score accuracy | awk 'NR == 2 { print $3 }')
        [ "$epochs" -ge "$best" ] || assert [ "$correct" -lt "$right" ]
        assert [ "$correct" -le "$right" ]
        [ "$epochs" -ne "$best" ] || assert_equal "$correct" "$right"
    done
    assert [ "$best" -lt 12 ]
    assert_equal "$(values readout.spk input.weight)" "$(values "$best.spk" input.weight)"
    assert_equal "$(spk-info readout.spk | awk '$1 == "trained_samples" { print $2 }')" 200
    run -4 spk-train-readout softmax --hold-out 300 in.spk -o out.spk
    assert_output "spk-train-readout: in.spk: --hold-out 300: there are 300 labelled samples"
}

@test "a class without samples, and units that never fire: never predicted, no NaN" {
    printf '0 3 0 0\n3 0 0 4\n0 2 0 1\n3 1 0 5\n' | counts 4 3 >in.spk
    for scale in none sum max standard; do
        for method in softmax ridge logistic; do
            spk-train-readout $method --scale $scale in.spk -o readout.spk
            spk-decode $method --model readout.spk in.spk -o out.spk
            run -0 predictions out.spk
            refute_output --partial nan
            refute_output --partial inf
            assert_equal "$(cut -d ' ' -f 3 <<<"$output" | sort -u | tr '\n' ' ')" "0 3 "
        done
        assert_equal "$(scores out.spk | cut -d ' ' -f 2,3 | sort -u)" "0 0"
    done
}

@test "samples of one class: it is all there is to predict, and a warning says so" {
    printf '1 3 0\n1 0 4\n' | counts 3 2 >in.spk
    for method in softmax ridge logistic; do
        run -0 --separate-stderr spk-train-readout $method in.spk -o readout.spk
        assert_equal "$stderr" "spk-train-readout: warning: all labelled samples are of class 1"
        spk-decode $method --model readout.spk in.spk -o out.spk
        assert_equal "$(predictions out.spk | cut -d ' ' -f 3 | sort -u)" 1
    done
}

@test "one sample; samples without a spike; samples without a label" {
    printf '1 3 0\n' | counts 2 2 >one.spk
    printf '1 0 0\n0 0 0\n' | counts 2 2 >silent.spk
    printf '1 3 0\n0 0 2\n-1 9 9\n' | counts 2 2 >some.spk
    printf '1 3 0\n0 0 2\n' | counts 2 2 >without.spk
    for method in softmax ridge logistic; do
        spk-train-readout -q $method --scale standard one.spk -o readout.spk
        run -0 --separate-stderr spk-train-readout $method silent.spk -o readout.spk
        assert_equal "$stderr" "spk-train-readout: warning: no unit of exc fired in a labelled sample"
        run -0 values readout.spk exc.weight
        assert_output "0 0 0 0 "
        spk-train-readout -q --no-provenance $method some.spk -o some-readout.spk
        spk-train-readout -q --no-provenance $method without.spk -o without-readout.spk
        cmp some-readout.spk without-readout.spk
    done
}

@test "spikes that go back to earlier samples are counted there" {
    printf 'tick 1/1000\nclasses 2\nspikes input 3\nspikes exc 2\nbegin\n' >two
    printf 'tick 1/1000\nclasses 2\nspikes exc 2\nbegin\n' >one
    for i in $(seq 0 49); do
        echo "sample $i $((i * 10)) 10 $((i % 2))" | tee -a one >>two
        echo "at 1 $((i * 10)) 0 1 2" >>two
        echo "at 2 $((i * 10 + 1)) $((i % 2))" >>two
        echo "at 1 $((i * 10 + 1)) $((i % 2))" >>one
    done
    echo 'end 500' | tee -a one >>two
    compose <one >one.spk
    compose <two >two.spk
    spk-train-readout --no-provenance ridge one.spk -o want.spk
    spk-train-readout --no-provenance ridge --population exc two.spk -o got.spk
    cmp want.spk got.spk
    spk-decode ridge --model got.spk two.spk | spk-score accuracy | grep -q $'all\t50\t50\t1\t'
}

@test "readout and stream must fit: exit 4" {
    printf '0 3 0\n1 0 4\n' | counts 2 2 >in.spk
    printf '0 3 0 1\n' | counts 2 3 >units.spk
    spk-train-readout ridge in.spk -o readout.spk
    run -4 spk-decode ridge --model readout.spk units.spk -o out.spk
    assert_output "spk-decode: readout.spk was trained on 2 units of exc, units.spk has 3"
    run -4 spk-decode logistic --model readout.spk in.spk -o out.spk
    assert_output "spk-decode: readout.spk is a ridge readout; decode with ridge, not with logistic"
    printf 'tick 1/1000\nweights input->exc 2 2 f32\nbegin\nsnapshot 1\nrow 1 0 1 2\nrow 1 1 3 4\nend 0\n' |
        compose >weights.spk
    run -4 spk-plot weights --readout readout.spk -o weights.png weights.spk
    assert_output --partial "readout.spk: a ridge readout assigns no classes to units"
    [ ! -e out.spk ] && [ ! -e weights.png ]
}

@test "a truncated or damaged readout is none; nor is one made of a truncated stream" {
    digits --limit 50 >in.spk
    spk-train-readout ridge --level store in.spk -o readout.spk
    size=$(stat -c %s readout.spk)
    for n in 1 100 $((size / 2)); do
        head -c $((size - n)) readout.spk >cut.spk
        run -4 spk-decode ridge --allow-truncated --model cut.spk in.spk -o out.spk
    done
    for at in $((size / 3)) $((size / 2)) $((size * 3 / 4)); do
        { head -c "$at" readout.spk && printf 'SPIKE' && tail -c +$((at + 6)) readout.spk; } >damaged.spk
        run -4 spk-decode ridge --model damaged.spk in.spk -o out.spk
    done
    head -c $(($(stat -c %s in.spk) - 9)) in.spk >cut.spk
    for method in softmax ridge logistic; do
        run -4 spk-train-readout $method cut.spk -o none.spk
    done
    [ ! -e out.spk ] && [ ! -e none.spk ]
}

@test "memory over --max-memory is refused before it is taken, counts over 65535 too" {
    digits --limit 50 >in.spk
    run -5 spk-train-readout softmax --max-memory 6kB in.spk -o out.spk
    assert_output "spk-train-readout: in.spk: 47 samples x 64 features need 6016 bytes: over --max-memory"
    run -5 spk-train-readout ridge --windows 10 --max-memory 1MiB in.spk -o out.spk
    assert_output --partial "640 features need a matrix of 3276800 bytes: over --max-memory"
    printf 'tick 1/1000\nclasses 2\nspikes exc 4294967295\nbegin\nsample 0 0 10 1\nend 10\n' | compose >huge.spk
    run -5 spk-train-readout ridge huge.spk -o out.spk
    run -5 spk-train-readout ridge --windows 65536 in.spk -q -o out.spk --max-memory 100MiB
    awk 'BEGIN {
        print "tick 1/1000\nclasses 2\nspikes exc 1\nbegin\nsample 3 0 70000 1"
        for (i = 0; i < 65536; i++) print "at 1", i, 0
        print "end 70000" }' | compose >many.spk
    run -5 spk-train-readout ridge many.spk -o out.spk
    assert_output "spk-train-readout: many.spk: sample 3: unit 0 has more than 65535 spikes in one window"
    [ ! -e out.spk ]
    spk-train-readout ridge -q --windows 2 many.spk -o out.spk
}

@test "what cannot be solved is an error that says what to change" {
    printf '0 3 0\n1 0 0\n0 5 0\n' | counts 2 2 >in.spk
    run -6 spk-train-readout ridge --l2 0 in.spk -o out.spk
    assert_output "spk-train-readout: the normal equations for --l2 0; give a larger one: the matrix is singular, or not positive definite"
    run -6 spk-train-readout logistic --iterations 1 in.spk -o out.spk
    assert_output --partial "not converged after 1 steps"
    run -6 spk-train-readout softmax --l2 1e12 --learning-rate 1e300 in.spk -o out.spk
    assert_output --partial "give a lower --learning-rate"
    run -2 spk-train-readout softmax --optimizer sgd in.spk -o out.spk
    run -2 spk-train-readout ridge --epochs 3 in.spk -o out.spk
    run -2 spk-train-readout vote --windows 3 in.spk -o out.spk
    [ ! -e out.spk ]
}

@test "a readout made again by its history is the same, predictions too" {
    digits --limit 100 -o digits.spk
    spk-train-readout softmax --epochs 2 --scale max --windows 2 --seed 5 --threads 2 -o readout.spk digits.spk
    spk-decode softmax --scores linear --model readout.spk -o predicted.spk digits.spk
    spk-info --replay predicted.spk >again.sh
    grep -q -- '--seed=5' again.sh
    mkdir again
    (cd again && sh ../again.sh >predicted.spk)
    assert_same_stream predicted.spk again/predicted.spk
}

# Each line "$ COMMAND" of the README's example, "> " continues it; what it prints is under it.
@test "the README's example prints what it says" {
    sed -n '/^<!-- readouts -->/,/^<!-- end -->/s/^    //p' "$ROOT/README.md" >example
    awk '/^\$ /{ print substr($0, 3); next } /^> / { print substr($0, 3) }' example >commands
    grep -v '^[$>] ' example >expected
    [ -s commands ] && [ -s expected ]
    ln -s "$ROOT/share" share
    sh commands >printed
    diff expected printed
}

@test "MNIST: 2,000 images, from their own spikes" {
    need_data mnist
    encode() {
        spk-encode poisson --labels "$SPK_DATA/mnist/$1-labels-idx1-ubyte.gz" --limit "$2" \
            "$SPK_DATA/mnist/$1-images-idx3-ubyte.gz"
    }
    encode train 2000 | spk-train-readout softmax --scale max -o readout.spk
    encode t10k 500 | spk-decode softmax --model readout.spk | spk-score accuracy --min-accuracy 0.8
}
