# train-readout.bats: what a unit is assigned to, and what does not fit.
# bats file_tags=san
load helper
load readout

@test "vote: the class with the highest mean response, the lowest of equal ones, -1 for none" {
    labelled | spk-train-readout vote -q > readout.spk
    run -0 values readout.spk exc.assignment
    assert_output "0 1 2 -1 "
}

@test "proportion: how each unit's mean responses are divided" {
    labelled | spk-train-readout proportion -q > readout.spk
    run -0 values readout.spk exc.assignment
    assert_output "0 1 2 -1 "
    run -0 values readout.spk exc.proportion
    assert_output "0.8 0.2 0 0 0.5 0.5 0 0 1 0 0 0 "
}

@test "samples without a label are left out, and a warning says so" {
    labelled > in.spk
    run -0 --separate-stderr spk-train-readout vote in.spk -o readout.spk
    assert_equal "$stderr" "spk-train-readout: warning: 1 samples without a label were left out"
}

@test "the mean is over all samples of a class, the silent ones too" {
    compose > in.spk <<'TEXT'
tick 1/1000
classes 2
spikes exc 1
begin
sample 0 0 10 0
at 1 1 0
at 1 2 0
sample 1 10 10 0
sample 2 20 10 0
sample 3 30 10 1
at 1 31 0
end 40
TEXT
    # Class 0 has 2 spikes in 3 samples, class 1 has 1 in 1.
    spk-train-readout vote in.spk > readout.spk
    run -0 values readout.spk exc.assignment
    assert_output "1 "
}

@test "labels without spikes: every unit is unassigned, and a warning says so" {
    printf 'tick 1/1000\nclasses 2\nspikes exc 3\nbegin\nsample 0 0 10 1\nend 10\n' | compose > in.spk
    run -0 --separate-stderr spk-train-readout vote in.spk -o readout.spk
    assert_equal "$stderr" "spk-train-readout: warning: no unit of exc fired in a labelled sample"
    run -0 values readout.spk exc.assignment
    assert_output "-1 -1 -1 "
}

@test "one population of several must be chosen" {
    printf 'tick 1/1000\nclasses 2\nspikes exc 2\nspikes inh 2\nbegin\nsample 0 0 10 1\nat 1 1 0\nat 2 1 1\nend 10\n' |
        compose > in.spk
    run -2 spk-train-readout vote in.spk -o readout.spk
    assert_output --partial "exc, inh"
    spk-train-readout vote --population inh in.spk -o readout.spk
    run -0 values readout.spk inh.assignment
    assert_output "-1 1 "
}

@test "unsuitable input: exit 4 and what is wrong" {
    printf 'tick 1/1000\nclasses 2\nspikes exc 2\nbegin\nsample 7 0 10 2\nend 10\n' | compose > label.spk
    run -4 spk-train-readout vote label.spk -o readout.spk
    assert_output "spk-train-readout: label.spk: sample 7 has label 2; with 2 classes it must be below that"
    printf 'tick 1/1000\nclasses 2\nspikes exc 2\nbegin\nsample 0 0 10 -1\nend 10\n' | compose > none.spk
    run -4 spk-train-readout vote none.spk -o readout.spk
    assert_output "spk-train-readout: none.spk: no labelled samples to train on"
    printf 'tick 1/1000\nspikes exc 2\nbegin\nsample 0 0 10 1\nend 10\n' | compose > classes.spk
    run -4 spk-train-readout vote classes.spk -o readout.spk
    assert_output --partial "give --classes N"
    run -0 spk-train-readout vote --classes 2 classes.spk -q -o readout.spk
}

@test "a truncated stream gives no readout" {
    labelled > whole.spk
    head -c $(($(stat -c %s whole.spk) - 1)) whole.spk > cut.spk
    run -4 spk-train-readout vote -q cut.spk -o readout.spk
    [ ! -e readout.spk ]
    run -4 bash -c 'spk-train-readout vote -q cut.spk | spk-decode vote --model - whole.spk >out.spk'
}

@test "memory over --max-memory is refused before it is taken" {
    printf 'tick 1/1000\nclasses 100\nspikes exc 10000\nbegin\nsample 0 0 10 1\nend 10\n' |
        compose > in.spk
    run -5 spk-train-readout vote --max-memory 1MiB in.spk -o readout.spk
    assert_output --partial "--max-memory"
    printf 'tick 1/1000\nclasses 65536\nspikes exc 4294967295\nbegin\nsample 0 0 10 1\nend 10\n' |
        compose > huge.spk
    run -5 spk-train-readout vote huge.spk -o readout.spk
}

@test "the readout's history holds the stream's and this step" {
    spk-encode poisson --label-column label --full-scale 16 --max-rate 60Hz --limit 100 \
        "$DIGITS/digits.csv.gz" | spk-train-readout vote -o readout.spk
    run -0 spk-info --replay readout.spk
    assert_output --partial "spk-encode poisson"
    assert_output --partial "spk-train-readout vote"
}

@test "a readout made again by its history is the same, predictions too" {
    spk-encode poisson --label-column label --full-scale 16 --max-rate 60Hz --limit 100 \
        "$DIGITS/digits.csv.gz" -o digits.spk
    spk-train-readout vote -o readout.spk digits.spk
    spk-decode vote --model readout.spk -o predicted.spk digits.spk
    spk-info --replay predicted.spk > again.sh
    mkdir again
    (cd again && sh ../again.sh > predicted.spk)
    assert_same_stream predicted.spk again/predicted.spk
}
