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
        # The digits of a classifier are rows of the project's table; other systems have columns of their own.
        if grep -q vote "$folder/expected.tsv"; then
            assert_equal "$(head -1 "$folder/expected.tsv")" "$(head -1 "$DIEHL_COOK/expected.tsv")"
        fi
        assert_equal "$(head -1 "$folder/expected.tsv" | cut -f 1-2)" "$(printf 'system\tpaper')"
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

CA3=$ROOT/share/experiments/ca3-memory

@test "the CA3 memory: every population in every millisecond" {
    make -s -f "$CA3/Makefile" BUILD="$BUILD" row >row.tsv 2>log
    diff row.tsv "$CA3/expected.tsv"
    run -0 make --no-print-directory -f "$CA3/Makefile" BUILD="$BUILD"
    assert_output "$(printf '%s\n' \
        'experiment 1: 900 cells compared, 0 mismatches' \
        'experiment 2: 8510 cells compared, 0 mismatches' \
        'experiment 3: 1400 cells compared, 0 mismatches')"
    # The input that stands in network.json is that of experiment 1.
    spk-simulate --plastic --duration 90ms "$CA3/network.json" | spk-view >inside.tsv
    cmp inside.tsv out/1/spikes.tsv
    # Any number of threads, any instruction set.
    for simd in sse2 avx2 avx512; do
        SPK_SIMD=$simd spk-simulate -j 2 --plastic --duration 90ms "$CA3/network.json" | spk-view | cmp - inside.tsv
    done
}

@test "the CA3 memory: expected tables are those of a simulator of its own, and what the paper shows" {
    "$ROOT/tests/reference/ca3.py" 5 10 90 "$CA3/operations/1.tsv" | cmp - "$CA3/expected/1.tsv"
    "$ROOT/tests/reference/ca3.py" 5 10 851 "$CA3/operations/2.tsv" | cmp - "$CA3/expected/2.tsv"
    "$ROOT/tests/reference/ca3.py" 16 6 140 "$CA3/operations/3.tsv" | cmp - "$CA3/expected/3.tsv"
    # OUT of experiment 1 as it is published: time, cues|content.
    run -0 awk 'NR > 1 && $11 != "-|-" { print $1, $11 }' "$CA3/expected/1.tsv"
    assert_output "$(printf '%s\n' '5 0|0,1,8,9' '7 0|0,1,8,9' '15 4|1,5,6' '17 4|1,5,6' '25 3|4,5,6' \
        '27 3|4,5,6' '35 0|-' '36 -|0,1,8,9' '45 -|6' '46 3,4|-' '55 -|0,4' '56 0,3|-' '65 3|1,3,4,8' \
        '66 -|5,6' '67 3|1,3,4,8' '75 3|-' '76 -|1,3,4,8' '85 -|6' '86 4|-')"
    # Cells of the map by their states.
    run -0 awk '$1 ~ /^(118|124|130|136)$/ { print $1, $11 }' "$CA3/expected/3.tsv"
    assert_output "$(printf '%s\n' '118 2,6,10,12,13,14|-' '124 3,5,11,15|-' '130 1,7,9|-' '136 0,4,8|-')"
}

@test "the CA3 memory: another learning rule is seen" {
    sed '/"plasticity"/ { N; s/.*/      "plasticity": {"rule": "stdp", "tau_plus_ms": 3, "tau_minus_ms": 3,\
        "lambda": 1, "mu_plus": 0, "mu_minus": 0, "Wmax": 6000}/ }' "$CA3/network.json" >network.json
    run -2 make -s -f "$CA3/Makefile" BUILD="$BUILD" NET=network.json experiment-1
    assert_line 'experiment 1: 900 cells compared, 14 mismatches'
}

@test "a short row of NALSM: the liquid, its answers, the readout" {
    make -s -f "$ROOT/share/experiments/nalsm/Makefile" BUILD="$BUILD" DIGITS="$DIGITS/digits.csv.gz" INIT=40 TRAIN=60 \
        TEST=30 JOBS=2 >log
    run -0 cut -f 1-9 out/digits-40-60-1/row.tsv
    assert_output "$(printf '%s\n' \
        'system	paper	init	train	test	seed	readout	accuracy	weights_digest' \
        'NALSM, UCI digits	-	40	60	30	1	ridge	0.866667	858959f7f43ba98c04e5bba8cbc406ab')"
}
