# experiments.bats: the experiments' settings are valid, and a short row of the results comes out as known.
load helper

DIEHL_COOK=$ROOT/share/experiments/diehl-cook-2015

@test "every size, rule and ablation of Diehl & Cook's network is valid" {
    for file in "$DIEHL_COOK"/sizes/*.set "$DIEHL_COOK"/rules/*.set "$DIEHL_COOK"/ablations/*.set; do
        sets=()
        while read -r set; do sets+=(--set "$set"); done <"$file"
        run -0 --separate-stderr spk-train-stdp --check "${sets[@]}" "$DIEHL_COOK/network.json"
        assert_equal "$stderr" ""
    done
}

@test "an unknown size or rule is said, with where to look" {
    run -2 make -s -f "$DIEHL_COOK/Makefile" N=17
    assert_output --partial "N=17: see $DIEHL_COOK/sizes"
    run -2 make -s -f "$DIEHL_COOK/Makefile" RULE=hebb
    assert_output --partial "RULE=hebb: see $DIEHL_COOK/rules and $DIEHL_COOK/ablations"
}

@test "a short row: train, assign, test" {
    [ -e "$SPK_DATA/mnist/train-images-idx3-ubyte.gz" ] || skip "no MNIST in SPK_DATA"
    make -s -f "$DIEHL_COOK/Makefile" N=100 RULE=triplet PASSES=2 SEED=3 TRAIN=40 TEST=20 OUT=out >log
    run -0 cut -f 1-8 out/100-triplet-2-3/row.tsv
    assert_output "$(printf '%s\n' \
        'n	rule	passes	seed	vote	proportion	retries_per_test_sample	weights_digest' \
        '100	triplet	2	3	0.2	0.2	0.1500	3c75a92a248c71b88bf37074373a3d13')"
    # nothing is done twice
    run -0 make -f "$DIEHL_COOK/Makefile" N=100 RULE=triplet PASSES=2 SEED=3 TRAIN=40 TEST=20 OUT=out
    refute_output --partial "spk-train-stdp"
    # the curve of it
    make -s -f "$DIEHL_COOK/Makefile" curve N=100 RULE=triplet PASSES=1 SEED=3 TRAIN=40 TEST=20 EVERY=20 \
        ASSIGN=40 OUT=out >log
    run -0 cut -f 1 out/100-triplet-1-3/curve.tsv
    assert_output "$(printf 'samples\n20\n40')"
    [ -s out/100-triplet-1-3/curve.svg ]
}

@test "every experiment has what its overview promises" {
    for folder in "$ROOT"/share/experiments/*/; do
        for file in README.md Makefile network.json expected.tsv; do [ -s "$folder$file" ]; done
        assert_equal "$(head -1 "$folder/expected.tsv")" "$(head -1 "$DIEHL_COOK/expected.tsv")"
        # The README's table is that of expected.tsv (scripts/readme --rows).
        "$ROOT/scripts/readme" --rows "share/experiments/$(basename "$folder")" | cmp - "$folder/README.md"
    done
}

@test "a row of BindsNET's network: train, assign, test" {
    [ -e "$SPK_DATA/mnist/train-images-idx3-ubyte.gz" ] || skip "no MNIST in SPK_DATA"
    make -s -f "$ROOT/share/experiments/bindsnet-diehl-cook/Makefile" N=100 TRAIN=40 TEST=20 >log
    run -0 cut -f 1-4,8 out/100-40-1/row.tsv
    assert_output --partial "$(printf '100\tpair\t1\t1\t')"
    assert [ "$(tail -1 log | cut -d ' ' -f 1)" = training: ]
}
