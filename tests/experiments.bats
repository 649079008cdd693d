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

# Diehl & Cook's rules for one pair of spikes in closed form: t is the time of the neuron's spike less that of the
# input's, w = 0.5 of 1. Of two at once the input's comes first. With `again` the neuron has fired 100 ms before.
@test "Diehl & Cook's rules: what a pair of spikes does is what the equations say" {
    make -s -f "$DIEHL_COOK/Makefile" BUILD="$BUILD" pairs >pairs.tsv
    cmp pairs.tsv "$DIEHL_COOK/pairs.tsv"
    cmp out/pairs.svg "$DIEHL_COOK/pairs.svg"
    cmp out/pairs-rules.svg "$DIEHL_COOK/pairs-rules.svg"
    run -0 awk -F '\t' '
        function post(x) { return 0.01 * (x - 0.4) * 0.5 ^ 0.2 }
        function check(column, want,    d) {
            d = $column - want
            if (d < 0) d = -d
            size = (want < 0) ? -want : want
            if (d > 1e-7 * size + 1e-16) print "interval " $1 ", column " column ": " $column ", not " want
            compared++
        }
        NR == 1 { next }
        {
            x = ($1 < 0) ? 0 : exp(-$1 / 20)             # of the input, at the spike of the neuron
            y = ($1 < 0) ? exp($1 / 20) : 0              # of the neuron, at that of the input
            y2 = ($1 < 0) ? y : exp(-(100 - $1) / 20)    # the same, if it fired before, too
            z2 = exp(-100 / 40)                          # slow trace of the neuron
            check(2, -0.0001 * y)
            check(3, 0.0001 * y)
            check(4, post(x))
            check(5, 0.01 * (x * exp(-0.5) - 0.4 * exp(-0.5)))
            check(6, post(x) - 0.0001 * y * (0.5 + post(x)) ^ 0.2)
            check(7, 0.01 * x * z2 - 0.0001 * y2)
            check(8, 0.01 * x * z2 + 0.0001 * y2)
            if ($1 < 0 && !($2 < 0 && $3 > 0)) print "the sign at " $1
        }
        END { print compared " compared" }' pairs.tsv
    assert_output "847 compared"
}

@test "pairs of spikes: a neuron that does not fire when it is made to is said" {
    mkdir -p share/experiments
    cp -r "$DIEHL_COOK" share/experiments/
    sed -i 's/"V_th_mV": -72/"V_th_mV": 500/' share/experiments/diehl-cook-2015/network.json
    run -1 share/experiments/diehl-cook-2015/pairs "$DIEHL_COOK/rules/triplet.set"
    assert_output "pairs: the neuron fired at  ms, not 300.0"
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
        assert_equal "$(head -1 "$folder/expected.tsv" | cut -f 1-2)" "$(printf 'system\tpaper')"
        # The README's table is that of expected.tsv (scripts/readme --rows).
        "$ROOT/scripts/readme" --rows "share/experiments/$(basename "$folder")" | cmp - "$folder/README.md"
        grep -q "^$(basename "$folder")	" "$ROOT/share/experiments/table.tsv" || [ "$(basename "$folder")" = digits ]
    done
    "$ROOT/scripts/readme" --rows share/experiments | cmp - "$ROOT/share/experiments/README.md"
    "$ROOT/scripts/readme" --table | cmp - "$ROOT/README.md"
}

@test "the experiments' rows are compared with what is known, column by column" {
    printf 'system\tpaper\tn\tvote\ttrain_s\tcommand\nA\t-\t10\t0.5\t3\tmake N=10\nA\t-\t20\t0.6\t3\tmake N=20\n' >known.tsv
    expect() { printf "n\tvote\ttrain_s\tcommand\n$1" | "$ROOT/share/experiments/expect" A known.tsv; }
    run -0 expect '20\t0.6\t99\tmake N=20\n10\t0.5\t9\tmake N=10\n'
    assert_output "A: 2 rows as expected"
    run -1 expect '20\t0.61\t99\tmake N=20\n'
    assert_output "A: vote is 0.61, 0.6 expected, of: make N=20"
    run -1 expect '30\t0.6\t99\tmake N=30\n'
    assert_output "A: no row of known.tsv is of: make N=30"
    run -1 expect ''
    assert_output "A: no rows"
}

@test "a row of BindsNET's network: train, assign, test" {
    [ -e "$SPK_DATA/mnist/train-images-idx3-ubyte.gz" ] || skip "no MNIST in SPK_DATA"
    make -s -f "$ROOT/share/experiments/bindsnet-diehl-cook/Makefile" N=100 TRAIN=40 TEST=20 >log
    run -0 cut -f 1-4,8 out/100-40-1/row.tsv
    assert_output --partial "$(printf '100\tpair\t1\t1\t')"
    assert [ "$(tail -1 log | cut -d ' ' -f 1)" = training: ]
}

SYM=$ROOT/share/experiments/sym-stdp

@test "symmetric STDP: every size is valid, an unknown one is said" {
    for file in "$SYM"/sizes/*.set; do
        sets=()
        while read -r set; do sets+=(--set "$set"); done <"$file"
        run -0 --separate-stderr spk-train-stdp --check "${sets[@]}" "$SYM/network.json"
        assert_equal "$stderr" ""
    done
    run -2 make -s -f "$SYM/Makefile" DATA=fashion N=100
    assert_output --partial "DATA=fashion N=100: see $SYM/sizes"
}

@test "symmetric STDP: a row of the digits, of MNIST, of Fashion-MNIST" {
    make -s -f "$SYM/Makefile" DATA=digits TRAIN=60 TEST=20 OUT=out >log
    run -0 cut -f 1-5,8-9 out/digits-100-1-1/row.tsv
    assert_output "$(printf '%s\n' 'n	rule	passes	seed	count	retries_per_test_sample	weights_digest' \
        '100	symmetric	1	1	0.55	0.0000	94667d0270e37fdd4eec3c68e2dbcceb')"
    [ -e "$SPK_DATA/fashion-mnist/train-images-idx3-ubyte.gz" ] || skip "no Fashion-MNIST in SPK_DATA"
    make -s -f "$SYM/Makefile" DATA=mnist N=100 TRAIN=20 TEST=10 OUT=out >log
    make -s -f "$SYM/Makefile" DATA=fashion N=400 TRAIN=20 TEST=10 OUT=out >log
    [ "$(tail -qn 1 out/*/row.tsv | wc -l)" -eq 3 ]
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

# Rows of the table, without the seconds that they took.
capacity() {
    make -s -j2 -f "$CA3/Makefile" BUILD="$BUILD" capacity "$@" OUT=out >rows.tsv
    sed 1d rows.tsv | cut -f 1-23 | while read -r row; do grep -qF "$row" "$CA3/capacity.tsv" || echo "not there: $row"; done
    wc -l <rows.tsv
}

@test "the CA3 memory: how much it holds, rows of the table" {
    run -0 capacity CUES=10
    assert_output 13
    run -0 capacity CUES=32 SERIES=learn_ms
    assert_output 15
    # Recalls by many bits teach what must not be learned; where weights stay, all of them are right.
    for while in learning frozen; do
        "$CA3/trial" out/trial 100 100 20 0.05 1 same 1 content 20 20 100 $while none 1+2+3 | cut -f 3-5 >>recalls.tsv
    done
    grep '^memories	100	100	20	' "$CA3/capacity.tsv" | sort -t '	' -r -k 13,13 | cut -f 18-20 | cmp - recalls.tsv
    run -2 "$CA3/trial" out/trial 5 10 5 one 1 same 1 bit 20 20 10 asleep none 1
    assert_output "trial: WHILE is learning or frozen, not asleep"
}

# judged OPERATIONS: what tests/reference/ca3.py answers, as judge says it.
judged() {
    "$ROOT/tests/reference/ca3.py" "$1" "$2" "$(($(tail -n 1 "$3" | cut -f 1) + 20))" "$3" | awk -F'\t' -v OFS='\t' '
        NR == 1 { print "time_ms", "population", "unit"; next }
        { split($NF, part, "|")
          for (p = 1; p <= 2; p++) { n = split(part[p], unit, ",")
              for (i = 1; i <= n; i++) if (unit[i] != "-") print $1, (p == 1) ? "OUTcue" : "OUTcont", unit[i] } }' |
        "$CA3/judge" "$3"
}

@test "the CA3 memory: its faults are those of a simulator of its own" {
    while read -r protocol; do
        set -- $protocol
        "$CA3/trial" out $1 $2 $3 $4 $5 $6 $7 $8 $9 ${10} $2 learning none ${11} >row.tsv
        judged "$1" "$2" out/operations.tsv | sed 1d >expected.tsv
        cmp expected.tsv out/one.tsv
        awk '{ wrong += $4 + $5 } END { print (wrong > 0) }' expected.tsv >>wrong
    done <<'END'
5 10 5 0.4 1 same 1 cue+bit 20 20 1
5 10 5 0.4 4 other 1 cue+bit 7 20 1
8 12 8 0.3 5 same 1 cue+bit+content 10 6 2
12 8 12 alike 1 same 1 cue+bit 7 6 3
END
    # Of these only the first holds all.
    assert_equal "$(tr '\n' ' ' <wrong)" "0 1 1 1 "
    # The authors' operations: nothing is missing, nothing too much.
    run -0 judged 5 10 "$CA3/operations/2.tsv"
    assert_equal "$(awk 'NR > 1 && $4 + $5 == 0' <<<"$output" | wc -l)" 45
    assert_equal "$(wc -l <<<"$output")" 46
}

@test "the CA3 memory: another learning rule is seen" {
    sed '/"plasticity"/ { N; s/.*/      "plasticity": {"rule": "stdp", "tau_plus_ms": 3, "tau_minus_ms": 3,\
        "lambda": 1, "mu_plus": 0, "mu_minus": 0, "Wmax": 6000}/ }' "$CA3/network.json" >network.json
    run -2 make -s -f "$CA3/Makefile" BUILD="$BUILD" NET=network.json experiment-1
    assert_line 'experiment 1: 900 cells compared, 14 mismatches'
}

SPATIAL=$ROOT/share/experiments/spatial-patterns

# spatial TARGET WORDS...: a target of the Makefile for these networks.
spatial() {
    local target=$1
    shift
    make -s --no-print-directory -f "$SPATIAL/Makefile" BUILD="$BUILD" WORDS="$*" "$target"
}

@test "spatial patterns: one, two and three words as published, and as in the table" {
    # Two of these triples come out otherwise without the rounding of SpiNNaker's weights.
    words="992 992+0 992+30 0+7+121 0+31+227"
    spatial row $words >rows.tsv
    run -0 spatial all $words
    assert_output "5 networks: 5 as published, 0 otherwise"
    head -1 "$SPATIAL/expected.tsv" | diff <(head -1 rows.tsv) -
    diff <(sed 1d rows.tsv | sort) <(for w in $words; do awk -F '\t' -v w="$w" '$3 == w' "$SPATIAL/expected.tsv"; done | sort)
    # What the authors recorded of the training: 94/256 for the bits of the word, 0 for all others.
    run -0 bash -c "spk-view out/word/992.spk | cut -f 4,6 | sed 1d | tr '\t\n' ': '"
    ones="0:0.3671875 1:0.3671875 2:0.3671875 3:0.3671875 4:0.3671875 5:0 6:0 7:0 8:0 9:0"
    zeros="0:0 1:0 2:0 3:0 4:0 5:0.3671875 6:0.3671875 7:0.3671875 8:0.3671875 9:0.3671875"
    assert_output "$ones $zeros "
}

@test "spatial patterns: with exact arithmetic the closed form" {
    export ARITHMETIC=exact
    spatial row 992+16 0+7+121 >rows.tsv
    # Distance 6: 2^6 words; S of the words of the triple is 14, 12 and 8; h = 15 / (0.975412 * 0.3671875 * 8).
    run -0 bash -c "sed 1d rows.tsv | cut -f 3,5,7,9"
    assert_output "$(printf '%s\n' '992+16	5.23511	64	2' '0+7+121	5.23511	123	3')"
}

@test "spatial patterns: the triples that are beyond the search, and other words" {
    spatial row 0+0+1023 5 992+31 >rows.tsv
    run -0 bash -c "sed 1d rows.tsv | cut -f 3-10"
    # Complements cancel each other: nothing is answered to at any gain.
    assert_output "$(printf '%s\n' '0+0+1023	0,10,10	4.19016	892.25532	1	386	1	1' \
        '5	-	4.18817	-	1	-	1	-' '992+31	10	-	-	0	-	0	-')"
    run -0 spatial all 0+0+1023
    assert_output "1 networks: 0 as published, 0 otherwise, 1 with a published gain above 100"
}

@test "spatial patterns: another learning rule is seen" {
    mkdir -p share/experiments
    cp -r "$SPATIAL" share/experiments/
    cp "$SPATIAL/../common.mk" share/experiments/
    sed -i 's/, "w_step": 0.0078125//' share/experiments/spatial-patterns/network.json
    run -2 make -s --no-print-directory -f share/experiments/spatial-patterns/Makefile BUILD="$BUILD" WORDS=992 all
    assert_line --partial '992: h 4.'
    assert_line '1 networks: 0 as published, 1 otherwise'
}

VPR=$ROOT/share/experiments/place-recognition

@test "place recognition: the short form is what short.tsv says, for any number of jobs" {
    export BUILD
    run -0 make -s -j2 -f "$VPR/Makefile" short OUT=out
    assert_line 'place-recognition: the short form as expected'
    # Calibration saw the calibration places only, each once.
    assert_equal "$(spk-info out/published-2-1/0-5-100/query.spk | awk -F '\t' '$1 == "labelled" { print $2 }')" 5
    assert_equal "$(spk-info out/published-2-1/5-10-100/query.spk | awk -F '\t' '$1 == "labelled" { print $2 }')" 10
    # A module is made once; a changed table is seen.
    sed 's/0\.[1-9]/0.0/' "$VPR/short.tsv" >short.tsv
    run -1 diff short.tsv out/short.tsv
    run -0 make -s --no-print-directory -f "$VPR/Makefile" list PLACES=15 CALIBRATION=5 REGION=5 N=100 EPOCHS=2 OUT=out
    assert_output "$(printf 'out/published-2-1/%s-100/query-module\n' 0-5 5-10 10-15)"
    touch images.pgm
    run -0 make -s --no-print-directory -f "$VPR/Makefile" -n $output PLACES=15 CALIBRATION=5 REGION=5 N=100 EPOCHS=2 OUT=out \
        REFERENCE=images.pgm QUERY=images.pgm
    assert_output ""
}

@test "place recognition: the variants and sizes are networks" {
    for variant in "$VPR"/variants/*.set; do
        for size in "$VPR"/sizes/*.set; do
            spk-simulate --check $(cat "$variant" "$size" | sed 's/^/--set /') "$VPR/network.json" >net.json
        done
    done
    [ -s net.json ]
}

@test "place recognition: an independent matcher scores as spk-score does" {
    [ -e "$SPK_DATA/vpr/gardens_point/query/000.pgm" ] || skip "no vpr in SPK_DATA"
    /usr/bin/python3 -c 'import numpy' 2>/dev/null || skip "no python3-numpy"
    images="$SPK_DATA/vpr/gardens_point"
    run -0 env PATH="/usr/bin:$PATH" make -s -f "$VPR/Makefile" baseline IMAGES="$images" OUT=out
    grep cosine "$VPR/expected.tsv" | awk -F '\t' '$3 == "query"' >expected.tsv
    assert_equal "$(tail -2 <<<"$output")" "$(cut -f 4-13 expected.tsv)"
    # The same scores as a stream.
    PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 - "$VPR/baseline" <<'PYTHON' | "$BUILD/unit/compose" >scores.spk
import importlib.machinery, importlib.util, sys
loader = importlib.machinery.SourceFileLoader("baseline", sys.argv[1])
module = importlib.util.module_from_spec(importlib.util.spec_from_loader("baseline", loader))
loader.exec_module(module)
scores = module.scores_of(50, "out/reference.pgm", "out/query.pgm")
n = len(scores)
print("tick 1/1000\nclasses %d\npredictions exc %d\nbegin" % (n, n))
for i, row in enumerate(scores):
    print("sample %d %d 10 %d" % (i, i * 10, i))
    print("predict 1 %d %d" % (i, row.argmax()), *("%.9g" % s for s in row))
print("end", n * 10)
PYTHON
    spk-score recall scores.spk | awk -F '\t' '$1 ~ /^(1|5|10|25)$/ { printf "%s\t", $4 }' >ours
    spk-score pr scores.spk | awk -F '\t' 'NR == 2 { print $3 "\t" $4 "\t" $5 }' >>ours
    assert_equal "$(cat ours)" "$(grep 'cosine of' expected.tsv | cut -f 7-13)"
    spk-decode sum --sequence 10 scores.spk | spk-score recall --at 10 | tail -1 | cut -f 4 >ours
    assert_equal "$(cat ours)" "$(grep 'cosine, seq' expected.tsv | cut -f 9)"
}

NALSM=$ROOT/share/experiments/nalsm

@test "short rows of NALSM and its baselines: the liquid, its answers, the readout" {
    export BUILD DIGITS="$DIGITS/digits.csv.gz"
    for set in "nalsm READOUT=ridge JOBS=2" stdp "fixed W=1"; do
        # shellcheck disable=SC2086 # words
        make -s -f "$NALSM/Makefile" INIT=40 TRAIN=60 HOLD=10 TEST=30 MODEL=$set | tail -1 | cut -f 1-12 >>rows
    done
    run -0 cat rows
    assert_output "$(printf '%s\n' \
        'NALSM, UCI digits	-	nalsm	1000	-	40	60	30	1	ridge	0.866667	9539e3beafcb9c8cba7ec9bceebbb6fc' \
        'NALSM, UCI digits	-	stdp	1000	-	40	60	30	1	softmax, soft labels	0.366667	b172d67c1ef1e5e71d57882a3f7a66b3' \
        'NALSM, UCI digits	-	fixed	1000	1	40	60	30	1	softmax, soft labels	0.9	f217bd2ec48a31f48e8deb9bcb63c074')"
    make -s -f "$NALSM/Makefile" INIT=40 TRAIN=60 HOLD=10 TEST=30 measures >measures.tsv
    run -0 cut -f 1,4 measures.tsv
    assert_line "$(printf 'population\tsigma')"
    assert_line "$(printf 'population\tunits')"
    run -2 make -s -f "$NALSM/Makefile" MODEL=lsm
    assert_output --partial "MODEL=lsm: nalsm fixed stdp"
    run -2 make -s -f "$NALSM/Makefile" N=500
    assert_output --partial "N=500: 1000 or 8000"
}
