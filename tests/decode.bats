# decode.bats: predictions from spikes and a readout, against values worked by hand and against an
# independent decoder in Python.
# bats file_tags=san
load helper
load readout

# Test samples for the readout of `labelled`, whose units speak for the classes 0, 1, 2 and none.
tested() {
    compose <<'TEXT'
tick 1/1000
classes 3
spikes exc 4
begin
sample 10 0 100 0
at 1 5 0 1 2
at 1 6 0
sample 11 100 100 1
at 1 105 0 1
sample 12 200 100 2
sample 13 300 100 -1
at 1 305 3
sample 14 400 100 2
at 1 405 2
end 500
TEXT
}

@test "vote: the mean count of each class's units; a tie goes to the lowest, silence to none" {
    labelled | spk-train-readout vote -q -o readout.spk
    tested | spk-decode vote --model readout.spk -o out.spk
    run -0 predictions out.spk
    assert_equal "$output" "10 0 0 2 1 1
11 1 0 1 1 0
12 2 - 0 0 0
13 - - 0 0 0
14 2 2 0 0 1"
}

@test "count: the unit that fired most is the class; nothing is trained" {
    compose >taught.spk <<'TEXT'
tick 1/1000
classes 3
spikes exc 4
spikes out 3
begin
sample 0 0 100 2
at 1 5 0 1 2 3
at 2 5 2
at 2 6 1 2
sample 1 100 100 1
at 2 105 0 1
sample 2 200 100 0
at 1 205 0
end 300
TEXT
    spk-decode count --population out taught.spk -o out.spk
    run -0 predictions out.spk
    assert_output "0 2 2 0 1 2
1 1 0 1 1 0
2 0 - 0 0 0"
    run -2 spk-decode count taught.spk
    assert_output --partial "several"
    run -4 spk-decode count --population exc taught.spk -o none.spk
    assert_output "spk-decode: taught.spk: population exc has 4 units, but there are 3 classes: count needs one unit a class"
    run -4 spk-decode count --population inh taught.spk -o none.spk
    assert_output --partial "inh"
    run -2 spk-decode count --model out.spk --population out taught.spk -o none.spk
    [ ! -e none.spk ]
    # Where the stream does not say how many classes there are, there are as many as units.
    printf 'tick 1/1000\nspikes exc 4\nbegin\nat 1 5 2\nend 9\n' | compose | spk-decode count -o out.spk
    run -0 predictions out.spk
    assert_output "0 - 2 0 0 1 0"
}

@test "of two models the last one counts, and only it is read and remembered" {
    labelled | spk-train-readout vote -q -o readout.spk
    tested | spk-decode vote --model readout.spk -o want.spk
    tested | spk-decode vote --model none.spk --model readout.spk -o out.spk
    cmp out.spk want.spk
}

@test "proportion: spikes weighted by the unit's share for its class" {
    labelled | spk-train-readout proportion -q -o readout.spk
    tested | spk-decode proportion --model readout.spk -o out.spk
    run -0 predictions out.spk
    assert_equal "$output" "10 0 0 1.6 0.5 1
11 1 0 0.8 0.5 0
12 2 - 0 0 0
13 - - 0 0 0
14 2 2 0 0 1"
}

@test "the score is the mean over a class's units, not their sum" {
    compose > train.spk <<'TEXT'
tick 1/1000
classes 2
spikes exc 3
begin
sample 0 0 10 0
at 1 1 0 1
sample 1 10 10 1
at 1 11 2
end 20
TEXT
    compose > test.spk <<'TEXT'
tick 1/1000
classes 2
spikes exc 3
begin
sample 0 0 10 1
at 1 1 0 1
at 1 2 0 2
at 1 3 2
end 10
TEXT
    spk-train-readout vote train.spk -o readout.spk
    spk-decode vote --model readout.spk test.spk -o out.spk
    run -0 predictions out.spk
    assert_output "0 1 1 1.5 2"
}

# ---- hyperactive units ------------------------------------------------------------------------

# A reference in which the units 0 to 3 fire in 3, 1, 2 and 0 of 3 samples, unit 1 often.
reference() {
    compose <<'TEXT'
tick 1/1000
classes 3
spikes exc 4
begin
sample 0 0 100 0
at 1 1 0 2
at 1 2 1
at 1 3 1
at 1 4 1
at 1 5 1
sample 1 100 100 1
at 1 101 0
at 1 102 0
sample 2 200 100 2
at 1 201 0 2
at 1 202 2
end 300
TEXT
}

@test "--mute-at: units that fire in so many samples of the reference count as silent" {
    labelled | spk-train-readout vote -q -o readout.spk
    reference > reference.spk
    decode() {
        tested | spk-decode vote --model readout.spk --reference reference.spk --mute-at "$1" -o out.spk
        predictions out.spk | head -2
    }
    assert_equal "$(decode 4)" "10 0 0 2 1 1
11 1 0 1 1 0"
    assert_equal "$(decode 3)" "10 0 1 0 1 1
11 1 1 0 1 0"
    assert_equal "$(decode 2)" "10 0 1 0 1 0
11 1 1 0 1 0"
    assert_equal "$(decode 1)" "10 0 - 0 0 0
11 1 - 0 0 0"
    run -0 bash -c "spk-decode vote -v --model readout.spk --reference reference.spk --mute-at 2 reference.spk 2>&1 >out.spk"
    assert_line --partial "2 of 4 units are hyperactive and muted"
    # A muted unit remains one of its class's voters.
    printf 'tick 1/1000\nclasses 2\nspikes exc 2\nbegin\nsample 0 0 10 1\nat 1 1 0 1\nend 10\n' | compose > two.spk
    printf 'tick 1/1000\nspikes exc 2\nbegin\nat 1 1 0\nend 10\n' | compose > one.spk
    spk-train-readout vote -o readout.spk two.spk
    spk-decode vote --model readout.spk --reference one.spk --mute-at 1 -o out.spk two.spk
    run -0 predictions out.spk
    assert_output "0 1 1 0 0.5"
}

@test "--mute-at: a linear readout does not see muted units either" {
    labelled | spk-train-readout ridge -q -o readout.spk
    reference > reference.spk
    tested > test.spk
    spk-decode ridge --model readout.spk --reference reference.spk --mute-at 2 -o out.spk test.spk
    # The same spikes without those of the units 0 and 2, which are muted.
    compose > without.spk <<'TEXT'
tick 1/1000
classes 3
spikes exc 4
begin
sample 10 0 100 0
at 1 5 1
sample 11 100 100 1
at 1 105 1
sample 12 200 100 2
sample 13 300 100 -1
at 1 305 3
sample 14 400 100 2
end 500
TEXT
    spk-decode ridge --model readout.spk -o want.spk without.spk
    diff <(predictions want.spk) <(predictions out.spk)
}

@test "--mute-at: its history, and what is wrong with it" {
    labelled | spk-train-readout vote -q -o readout.spk
    reference > reference.spk
    tested > test.spk
    encode="spk-encode poisson --label-column label --full-scale 16 $DIGITS/digits.csv.gz"
    $encode --limit 40 -o learned.spk
    $encode --limit 3 --seed 2 -o seen.spk
    spk-train-readout vote -o digits.spk learned.spk
    $encode --limit 9 --skip 40 | spk-decode vote --model digits.spk --reference seen.spk --mute-at 2 -o out.spk
    spk-info --replay out.spk > again.sh
    grep -q -e "--mute-at=2" again.sh
    run -0 grep -c -e "spk-encode poisson" again.sh
    assert_output 3
    refused() {
        run -"$1" --separate-stderr spk-decode vote --model readout.spk "${@:3}" test.spk
        assert_equal "${stderr_lines[0]}" "spk-decode: $2"
        assert_equal "$output" ""
    }
    refused 2 "--mute-at and --reference go together" --mute-at 3
    refused 2 "--mute-at and --reference go together" --reference reference.spk
    refused 2 "--mute-at: 0 is not more than 0" --reference reference.spk --mute-at 0
    printf 'tick 1/1000\nspikes exc 5\nbegin\nat 1 1 4\nend 10\n' | compose > five.spk
    refused 4 "five.spk: 5 units of exc; the readout has 4" --reference five.spk --mute-at 3
    head -c -1 reference.spk > cut.spk
    run -4 --separate-stderr spk-decode vote --model readout.spk --reference cut.spk --mute-at 3 test.spk
    assert_output ""
    run -2 spk-decode vote --model readout.spk --reference - --mute-at 3
    assert_output "spk-decode: --reference and the spikes cannot both be standard input"
    run -2 spk-decode vote --model - --reference - --mute-at 3 test.spk
    assert_output "spk-decode: --reference and --model cannot both be standard input"
    run -2 spk-decode vote test.spk
    assert_output --partial "--model FILE must be given"
}

# ---- sums -------------------------------------------------------------------------------------

# scores NUMBER:LABEL:SCORES ...: predictions of three classes ("4:1:0,2,1"): none if all are 0, else some.
scores() {
    {
        printf 'tick 1/1000\nclasses 3\npredictions exc 3\nbegin\n'
        local one number label score
        for one; do
            IFS=: read -r number label score <<<"$one"
            echo "sample $number $((number * 10)) 10 $label"
            echo "predict 1 $number $([ "$score" = 0,0,0 ] && echo -1 || echo 0) ${score//,/ }"
        done
        echo "end 100"
    } | compose
}

@test "sum: scores of the same samples, class by class, and the class of the highest" {
    scores 0:0:1,0,0 1:1:0,2,0 2:-1:0,0,0 > a.spk
    scores 0:0:0,0,4 1:1:2.5,0.25,0 2:-1:0,0,0 > b.spk
    scores 0:0:4,0,0 1:1:0,0.25,0 2:-1:0,0,0 > c.spk
    spk-decode sum -o out.spk a.spk b.spk c.spk
    run -0 predictions out.spk
    assert_output "0 0 0 5 0 4
1 1 0 2.5 2.5 0
2 - - 0 0 0"
    diff <(spk-view --kind samples a.spk) <(spk-view --kind samples out.spk)
    # Of one, through a pipe: its scores as they are, its class found again.
    spk-decode sum < b.spk > out.spk
    run -0 predictions out.spk
    assert_output "0 0 2 0 0 4
1 1 0 2.5 0.25 0
2 - - 0 0 0"
    spk-decode sum --no-provenance b.spk - < a.spk > one.spk
    cat b.spk | spk-decode sum --no-provenance - a.spk > other.spk
    cmp one.spk other.spk
    run -0 spk-info --verify out.spk
}

@test "sum: scores below 0 have a highest, too; a sample that nobody answers has none" {
    local head='tick 1/1000\nclasses 2\npredictions exc 2\nbegin\n'
    printf "${head}sample 0 0 10 0\npredict 1 0 1 -3 -2\nsample 1 10 10 0\npredict 1 1 -1 -1 -2\nend 20\n" | compose > a.spk
    printf "${head}sample 0 0 10 0\npredict 1 0 -1 0.5 -1\nsample 1 10 10 0\npredict 1 1 -1 3 4\nend 20\n" | compose > b.spk
    spk-decode sum -o out.spk a.spk b.spk
    run -0 predictions out.spk
    assert_output "0 0 0 -2.5 -3
1 0 - 2 2"
    spk-decode sum --sequence 2 -o out.spk a.spk b.spk
    run -0 predictions out.spk
    assert_output "0 0 0 -2.5 -3
1 0 0 2 -0.5"
}

@test "sum: modules that know different classes are one decoder" {
    # One has the classes 0 and 1, the other class 2.
    labelled | spk-train-readout vote -q -o readout.spk
    tested | spk-decode vote --model readout.spk -o whole.spk
    for part in 0 1; do
        spk-view --kind predictions whole.spk | awk -F '\t' -v part=$part 'NR > 1 {
            for (c = 0; c < 3; c++) printf "%s%s", c ? "," : $1 ":" ($3 == "" ? -1 : $3) ":", (c == 2) == part ? $(5 + c) : 0
            print "" }' > part$part
        scores $(cat part$part) > part$part.spk
    done
    spk-decode sum -o out.spk part0.spk part1.spk
    diff <(predictions whole.spk) <(predictions out.spk)
}

@test "sum --sequence: the diagonal of scores that ends at a class" {
    scores 0:0:1,2,3 1:1:10,20,30 2:2:100,200,300 4:0:1000,2000,3000 5:1:5,6,7 > in.spk
    spk-decode sum --sequence 2 -o out.spk in.spk
    run -0 predictions out.spk
    # Sample 4 does not follow sample 2.
    assert_output "0 0 2 1 2 3
1 1 2 10 21 32
2 2 2 100 210 320
4 0 2 1000 2000 3000
5 1 2 5 1006 2007"
    spk-decode sum --sequence 3 in.spk in.spk > out.spk
    run -0 predictions out.spk
    assert_line "2 2 2 200 420 642"
    spk-decode sum --sequence 1 in.spk > out.spk
    diff <(predictions out.spk) <(spk-decode sum in.spk | spk-view --kind predictions | tail -n +2 | cut -f 1,3- | tr '\t' ' ')
    run -2 spk-decode sum --sequence 0 in.spk
    run -2 spk-decode vote --sequence 2 --model in.spk in.spk
}

@test "sum: predictions that do not belong together: exit 4, no output that looks whole" {
    scores 0:0:1,0,0 1:1:0,2,0 > a.spk
    refused() {
        run -"$1" --separate-stderr spk-decode sum "${@:3}" -o out.spk
        assert_equal "$stderr" "spk-decode: $2"
        [ ! -e out.spk ]
    }
    scores 0:0:1,0,0 > short.spk
    refused 4 "short.spk has fewer samples than a.spk" a.spk short.spk
    refused 4 "short.spk has fewer samples than a.spk" short.spk a.spk
    scores 0:0:1,0,0 2:1:0,2,0 > other.spk
    refused 4 "other.spk has sample 2, label 1, where a.spk has sample 1, label 1: scores of the same samples can be added" \
        a.spk other.spk
    scores 0:2:1,0,0 1:1:0,2,0 > label.spk
    refused 4 "label.spk has sample 0, label 2, where a.spk has sample 0, label 0: scores of the same samples can be added" \
        a.spk label.spk
    printf 'tick 1/1000\nclasses 2\npredictions exc 2\nbegin\nsample 0 0 10 0\npredict 1 0 0 1 0\nend 10\n' | compose > two.spk
    refused 4 "two.spk has 2 classes, a.spk has 3" a.spk two.spk
    printf 'tick 1/1000\nclasses 3\npredictions exc 3\nbegin\nsample 0 0 10 0\npredict 1 0 0 1 0\nend 10\n' | compose > few.spk
    refused 4 "few.spk: sample 0 has 2 scores; with 3 classes it needs 3" few.spk
    refused 2 "standard input can be read once: - is given twice" - -
    head -c -1 a.spk > cut.spk
    run -4 spk-decode sum a.spk cut.spk -o out.spk
    [ ! -e out.spk ]
    tested > spikes.spk
    run -4 spk-decode sum spikes.spk -o out.spk
    run -3 spk-decode sum a.spk none.spk -o out.spk
    [ ! -e out.spk ]
}

@test "samples travel through unchanged, silent ones too" {
    labelled | spk-train-readout vote -q -o readout.spk
    tested > test.spk
    spk-decode vote --model readout.spk test.spk -o out.spk
    diff <(spk-view --kind samples test.spk) <(spk-view --kind samples out.spk)
}

@test "only the readout's population is read, however the populations interleave" {
    labelled | spk-train-readout vote -q -o readout.spk
    {
        printf 'tick 1/1000\nclasses 3\nspikes input 9\nspikes exc 4\nbegin\n'
        for i in $(seq 0 49); do
            echo "sample $i $((i * 10)) 10 $((i % 3))"
            echo "at 1 $((i * 10)) 0 1 2 3 4 5 6 7 8"
            [ $((i % 5)) -eq 0 ] || echo "at 2 $((i * 10 + 1)) $((i % 3))"
        done
        echo 'end 500'
    } | compose > two.spk
    spk-decode vote --model readout.spk two.spk -o out.spk
    run -0 predictions out.spk
    assert_equal "${#lines[@]}" 50
    for i in $(seq 0 49); do
        expected=$((i % 3))
        [ $((i % 5)) -ne 0 ] || expected=-
        assert_equal "$(echo "${lines[$i]}" | cut -d ' ' -f 1-3)" "$i $((i % 3)) $expected"
    done
}

@test "a stream without samples is one sample" {
    labelled | spk-train-readout vote -q -o readout.spk
    printf 'tick 1/1000\nclasses 3\nspikes exc 4\nbegin\nat 1 5 2\nat 1 700 2\nend 900\n' |
        compose > raster.spk
    spk-decode vote --model readout.spk raster.spk -o out.spk
    run -0 predictions out.spk
    assert_output "0 - 2 0 0 2"
    run -0 bash -c "spk-view --kind samples out.spk | cut -f 4"
    assert_line 900
    printf 'tick 1/1000\nclasses 3\nspikes exc 4\nbegin\nend 900\n' | compose > silent.spk
    spk-decode vote --model readout.spk silent.spk -o out.spk
    run -0 predictions out.spk
    assert_output "0 - - 0 0 0"
}

@test "memory does not grow with the stream, even where the population is silent beside another" {
    case $BUILD in *-san) skip "the sanitizers keep freed memory" ;; esac
    labelled | spk-train-readout vote -q -o readout.spk
    for n in 200 20000; do
        awk -v n=$n 'BEGIN {
            print "tick 1/1000\nclasses 3\nspikes input 9\nspikes exc 4\nbegin"
            for (i = 0; i < n; i++) print "sample", i, i * 10, 10, i % 3 "\nat 1", i * 10, 0, 1, 2
            print "end", n * 10 }' | compose > in.spk
        spk-decode vote -v --model readout.spk in.spk -o out.spk 2> log
        grep -q "^spk-decode: $n samples decoded, $n of them silent" log
        sed -n 's/.*at most \([0-9]*\) MiB.*/\1/p' log
    done > peak
    [ "$(sed -n 2p peak)" -le $(($(sed -n 1p peak) + 2)) ]
}

@test "readout and stream must fit: exit 4, both are named" {
    labelled | spk-train-readout vote -q -o readout.spk
    printf 'tick 1/1000\nclasses 3\nspikes exc 5\nbegin\nend 0\n' | compose > units.spk
    run -4 spk-decode vote --model readout.spk units.spk -o out.spk
    assert_output "spk-decode: readout.spk was trained on 4 units of exc, units.spk has 5"
    printf 'tick 1/1000\nclasses 4\nspikes exc 4\nbegin\nend 0\n' | compose > classes.spk
    run -4 spk-decode vote --model readout.spk classes.spk -o out.spk
    assert_output "spk-decode: readout.spk was trained for 3 classes, classes.spk has 4"
    printf 'tick 1/1000\nclasses 3\nspikes inh 4\nbegin\nend 0\n' | compose > population.spk
    run -4 spk-decode vote --model readout.spk population.spk -o out.spk
    assert_output --partial "readout.spk was trained on population exc"
    assert_output --partial "population.spk"
    run -4 spk-decode proportion --model readout.spk units.spk -o out.spk
    assert_output "spk-decode: readout.spk is a vote readout; decode with vote, not with proportion"
    run -4 spk-decode vote --model units.spk readout.spk -o out.spk
    assert_output "spk-decode: units.spk: not a readout; spk-train-readout writes one"
    [ ! -e out.spk ]
}

@test "without --model, or with both from standard input: a usage error" {
    run -2 spk-decode vote units.spk
    assert_output --partial "--model"
    run -2 spk-decode vote --model - </dev/null
    assert_output --partial "standard input"
}

@test "a truncated stream or readout: exit 4, no whole output" {
    labelled | spk-train-readout vote -q -o readout.spk
    tested > test.spk
    head -c $(($(stat -c %s test.spk) - 1)) test.spk > cut.spk
    run -4 spk-decode vote --model readout.spk cut.spk -o out.spk
    [ ! -e out.spk ]
    logical readout.spk > plain.spk
    head -c $(($(stat -c %s plain.spk) - 1)) plain.spk > cut-readout.spk
    run -4 spk-decode vote --model cut-readout.spk test.spk -o out.spk
    # Half a readout is none, whatever is allowed.
    run -4 spk-decode vote --allow-truncated --model cut-readout.spk test.spk -o out.spk
    assert_output --partial "cut-readout.spk: a truncated readout"
}

@test "the predictions before a cut are delivered, and what follows in the pipe fails too" {
    labelled | spk-train-readout vote -q -o readout.spk
    awk 'BEGIN {
        print "tick 1/1000\nclasses 3\nspikes exc 4\nbegin"
        for (i = 0; i < 40; i++) print "sample", i, i * 10, 10, i % 3 "\nat 1", i * 10, i % 3
        print "end 400" }' | compose > test.spk
    head -c $(($(stat -c %s test.spk) * 2 / 3)) test.spk > cut.spk
    spk-decode vote --model readout.spk test.spk -o whole.spk
    run -4 bash -c 'spk-decode vote --model readout.spk cut.spk > out.spk'
    assert_delivered "$(complete_samples cut.spk)" out.spk whole.spk
    run -4 bash -c 'spk-decode vote --model readout.spk cut.spk 2>/dev/null | spk-score accuracy'
    assert_output --partial "spk-score: <stdin>"
}

@test "compressed and plain input, and one read in small pieces, give the same bytes" {
    labelled | spk-train-readout proportion -q -o readout.spk
    tested > plain.spk
    zstd -q plain.spk -o packed.spk
    spk-decode proportion --no-provenance --model readout.spk plain.spk -o 1.spk
    spk-decode proportion --no-provenance --model readout.spk packed.spk -o 2.spk
    dd if=plain.spk bs=7 status=none |
        spk-decode proportion --no-provenance --model readout.spk -o 3.spk
    assert_same_stream 1.spk 2.spk
    assert_same_stream 1.spk 3.spk
}

@test "an independent decoder in Python agrees on the digits" {
    local encode="spk-encode poisson --label-column label --full-scale 16 --max-rate 60Hz
        --duration 200ms --seed 7"
    $encode --limit 400 "$DIGITS/digits.csv.gz" -o train.spk
    $encode --skip 1600 "$DIGITS/digits.csv.gz" -o test.spk
    for method in vote proportion; do
        spk-train-readout $method train.spk -o readout.spk
        spk-decode $method --model readout.spk test.spk -o out.spk
        predictions out.spk | cut -d ' ' -f 1-3 | sed "s/-$/-1/" > ours
        for part in train test; do
            spk-view --kind spikes $part.spk | tail -n +2 | cut -f 1,5 > $part.spikes
            spk-view --kind samples $part.spk | tail -n +2 | cut -f 1,6 > $part.labels
        done
        python3 - $method > theirs <<'PYTHON'
import sys
from collections import Counter
from fractions import Fraction

def load(name):
    labels = {int(n): int(c) for n, c in (l.split() for l in open(name + ".labels"))}
    counts = {n: Counter() for n in labels}
    for line in open(name + ".spikes"):
        n, unit = map(int, line.split())
        counts[n][unit] += 1
    return labels, counts

labels, counts = load("train")
units = range(64)
mean = {u: [Fraction(0)] * 10 for u in units}
for c in range(10):
    members = [n for n in labels if labels[n] == c]
    for u in units:
        mean[u][c] = Fraction(sum(counts[n][u] for n in members), len(members))
assigned = {u: max(range(10), key=lambda c: (mean[u][c], -c)) for u in units if sum(mean[u])}
labels, counts = load("test")
for n in sorted(labels):
    score = []
    for c in range(10):
        mine = [u for u in assigned if assigned[u] == c]
        share = {u: mean[u][c] / sum(mean[u]) if sys.argv[1] == "proportion" else 1 for u in mine}
        score.append(sum(share[u] * counts[n][u] for u in mine) / len(mine) if mine else Fraction(0))
    best = max(range(10), key=lambda c: (score[c], -c))
    print(n, labels[n], best if score[best] else -1)
PYTHON
        diff ours theirs
        assert_equal "$(wc -l < ours)" 197
    done
}
