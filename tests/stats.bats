# stats.bats: spk-stats against numpy and scipy, against Elephant, and against numbers worked by hand.
# bats file_tags=san
load helper

compose() {
    "$BUILD/unit/compose"
}

reference() {
    python3 "$ROOT/tests/reference/stats.py" "$@"
}

# cells FILE KEY COLUMN...: the values of these columns in the row whose first column is KEY.
cells() {
    awk -F '\t' -v key="$2" -v names="${*:3}" '
        NR == 1 { n = split(names, name, " "); for (i = 1; i <= NF; i++) at[$i] = i }
        $1 == key { for (i = 1; i <= n; i++) printf "%s%s", $at[name[i]], i < n ? " " : "\n" }' "$1"
}

# Unit 0 fires every 10 ms, unit 1 after 10 and 30 ms in turn, unit 2 too rarely, unit 3 never.
by_hand() {
    echo 'tick 1/1000
spikes n 4
begin'
    local t units
    for ((t = 0; t < 400; t += 10)); do
        units=0
        if ((t % 40 < 20)); then units="0 1"; fi
        if ((t == 200)); then units="$units 2"; fi
        echo "at 1 $t $units"
    done
    echo end 400
}

# ---- values from outside -------------------------------------------------------------------------

@test "the values of numpy and scipy" {
    for kind in samples branching weights; do reference stream $kind | compose >$kind.spk; done
    run -0 reference compare <"$ROOT/tests/reference/stats.tsv"
    assert_output "384 values, 0 wrong"
}

@test "a value that is wrong is found" {
    for kind in samples branching weights; do reference stream $kind | compose >$kind.spk; done
    sed '1s/8/7/; 20d' "$ROOT/tests/reference/stats.tsv" >wrong.tsv
    run -1 reference compare <wrong.tsv
    assert_line "383 values, 1 wrong"
    assert_line --regexp '^spk-stats rates samples.spk: population=a: units: \[8\], expected 7.0'
}

@test "the values of Elephant" {
    [ -d "$SPK_DATA/../reference/score" ] || skip "no reference/score beside SPK_DATA"
    run -0 reference elephant "$SPK_DATA/../reference/score"
    assert_output "183 values, 0 wrong"
}

@test "a network's rates and correlations are those of another program" {
    spk-simulate "$ROOT/share/networks/cuba.json" --set populations.E.size=320 --set populations.I.size=80 \
        --duration 1s -o c.spk
    python3 "$ROOT/tests/nest/statistics.py" c.spk 1000 200 >theirs
    spk-stats --from 200ms --units 20000 c.spk >ours
    [ "$(cells ours E spikes)" -gt 100 ]
    for population in E I; do
        read -r rate correlation < <(cells ours $population rate_Hz correlation)
        assert_equal "$(printf '%.4g %.4g' "$rate" "$correlation")" "$(cells theirs $population rate_Hz correlation)"
    done
}

@test "Poisson spikes have CV, CV2, LV and Fano factor 1, and no correlation" {
    { printf 'v'; for i in {1..63}; do printf ',v%d' "$i"; done; echo
      printf '1'; for i in {1..63}; do printf ',1'; done; echo; } >one.csv
    spk-encode poisson --full-scale 1 --max-rate 50Hz --duration 100s --tick 0.1ms one.csv -o p.spk
    spk-stats p.spk >table
    read -r rate cv cv2 lv fano correlation < <(cells table input rate_Hz cv cv2 lv fano correlation)
    # 320,000 spikes, 64,000 windows of Fano's variance 2 / 1000 each, 2,016 pairs in 20,000 bins
    awk -v r="$rate" -v a="$cv" -v b="$cv2" -v c="$lv" -v d="$fano" -v e="$correlation" 'BEGIN {
        exit !(r > 49.5 && r < 50.5 && a > 0.98 && a < 1.01 && b > 0.98 && b < 1.01 && c > 0.98 && c < 1.01 &&
               d > 0.97 && d < 1.03 && e > -0.001 && e < 0.001) }' || fail "$(cat table)"
}

@test "branching: the m of the process is found, also where a sixth of the units are seen" {
    reference stream branching | compose >branching.spk
    m=$(spk-stats branching --json branching.spk | sed 's/.*"m":\([0-9.]*\).*/\1/')
    reference stream branching | awk '$1 == "spikes" { $3 = 10 } $1 != "at" || $4 < 10' | compose >part.spk
    part=$(spk-stats branching --lags 20 --json part.spk | sed 's/.*"m":\([0-9.]*\).*/\1/')
    awk -v m="$m" -v part="$part" 'BEGIN { exit !(m > 0.88 && m < 0.92 && part > 0.87 && part < 0.93) }' ||
        fail "$m, $part"
    # the first regression alone is far below it there
    spk-stats branching --per-lag part.spk | awk -F '\t' 'NR == 2 { exit !($4 < 0.6) }'
}

# ---- values by hand ------------------------------------------------------------------------------

@test "rates, isi: trains that can be reckoned by hand" {
    by_hand | compose >in.spk
    run -0 spk-stats rates in.spk
    # 40 + 20 + 1 spikes of 4 units in 0.4 s; squares 1600 + 400 + 1, so sd^2 = 2001 / 4 - (61 / 4)^2 = 267.6875
    assert_line --index 1 $'n\t4\t1\t0.4\t61\t38.125\t40.9029\t0\t100\t1'
    run -0 spk-stats rates --per-unit in.spk
    assert_line --index 2 $'n\t1\t20\t50'
    assert_equal "${#lines[@]}" 5
    run -0 spk-stats isi --per-unit in.spk
    assert_line --index 1 $'n\t0\t39\t10\t0\t0\t0'
    # 10 intervals of 10 ms and 9 of 30: mean 370 / 19, sd 20 sqrt(90) / 19; |a - b| / (a + b) = 1/2 always
    assert_line --index 2 $'n\t1\t19\t19.4737\t0.512802\t1\t0.75'
    assert_equal "${#lines[@]}" 3
    run -0 spk-stats isi --min-intervals 20 in.spk
    assert_line --index 1 $'n\t1\t39\t10\t0\t0\t0'
}

@test "fano, correlation: trains that can be reckoned by hand" {
    printf 'tick 1/1000\nspikes n 3\nbegin\nat 1 1 0 1\nat 1 2 0\nat 1 11 2\nat 1 21 0 1\nat 1 29 0\nat 1 31 2\nend 40\n' |
        compose >in.spk
    # counts in windows of 10 ms: 2 0 2 0, 1 0 1 0, 0 1 0 1: variances 1, 1/4, 1/4, means 1, 1/2, 1/2
    run -0 spk-stats fano --window 10ms in.spk
    assert_line --index 1 $'n\t4\t3\t0.666667\t0.235702'
    run -0 spk-stats correlation --bin 10ms in.spk
    assert_line --index 1 $'n\t4\t3\t3\t-0.333333\t0.942809\t-1\t1'
    # the last bin of 30 ms is not whole: one is left, and nothing varies
    run -0 spk-stats correlation --bin 30ms --json in.spk
    assert_output '{"population":"n","bins":1,"units":0,"pairs":0,"mean":null,"sd":null,"min":null,"max":null}'
}

@test "kernel: as many dimensions as there are" {
    {
        printf 'tick 1/1000\nclasses 2\nspikes n 4\nbegin\n'
        for s in 0 1 2 3; do printf 'sample %d %d 10 %d\nat 1 %d %d\nat 1 %d %d\n' $s $((10 * s)) $((s / 3)) \
            $((10 * s)) $((s % 3)) $((10 * s + 5)) $((s % 3)); done
        echo end 40
    } | compose >in.spk
    # rows 2e0, 2e1, 2e2, 2e0: singular values sqrt(8), 2, 2
    run -0 spk-stats kernel in.spk
    assert_line --index 1 $'n\tall\t4\t4\t3\t2.95764\t2'
    assert_line --index 2 $'n\t0\t3\t4\t3\t3\t'
    assert_line --index 3 $'n\t1\t1\t4\t1\t1\t'
}

@test "intervals, windows and bins do not cross samples" {
    printf 'tick 1/1000\nspikes n 2\nbegin
sample 0 100 10 -1\nat 1 100 0\nat 1 104 0\nat 1 108 0
sample 1 110 10 -1\nat 1 110 0\nat 1 114 0
sample 2 130 15 -1\nat 1 134 0\nend 150\n' | compose >in.spk
    run -0 spk-stats isi --min-intervals 1 in.spk
    assert_line --index 1 $'n\t1\t3\t4\t0\t0\t0'
    run -0 spk-stats psth --bin 5ms in.spk
    assert_line --index 1 $'n\t0\t3\t5\t166.667'
    assert_line --index 2 $'n\t5\t3\t1\t33.3333'
    assert_line --index 3 $'n\t10\t1\t0\t0'
    assert_equal "${#lines[@]}" 4
    run -0 spk-stats psth --bin 5ms --from 4ms --until 10ms in.spk
    assert_line --index 1 $'n\t4\t3\t4\t133.333'
    assert_equal "${#lines[@]}" 2
    run -0 spk-stats rates --from 12ms in.spk # of the last sample alone
    assert_line --index 1 $'n\t2\t3\t0.003\t0\t0\t0\t0\t0\t2'
}

@test "one sample is as good as none" {
    by_hand | compose >none.spk
    by_hand | sed 's/^begin$/&\nsample 0 0 400 -1/' | compose >one.spk
    for method in summary rates isi "fano --window 70ms" "correlation --bin 70ms" "branching --bin 30ms --lags 3" \
        kernel "psth --bin 70ms"; do
        spk-stats $method one.spk >one
        spk-stats $method none.spk | diff one -
    done
}

@test "populations interleave with samples, and each has its own row" {
    # groups of records hold several samples, so that a population goes back to earlier ones
    reference stream samples | compose >in.spk
    spk-stats in.spk >both
    for population in a b; do
        spk-stats --population $population in.spk | tail -n +2 | diff - <(grep ^$population both)
        spk-view --population $population in.spk | awk -F '\t' -v p=$population 'NR > 1 && $4 == p' | wc -l >count
        assert_equal "$(cells both $population spikes)" "$(cat count)"
    done
}

@test "weights: snapshots, arrays, half precision and equal values" {
    printf 'weights a->b 2 2 f16\nweights b->b 1 3 f32\nbegin
snapshot 5\nrow 1 0 3c00 4000\nrow 1 1 4200 4400\nrow 2 0 2 2 2
snapshot 9\nrow 1 0 0 8000\nrow 1 1 0 0001\nrow 2 0 1 2 4\nend 0\n' | compose >w.spk
    run -0 spk-stats weights w.spk
    assert_line --index 1 $'a->b.weight\tnS\t1\t5\t4\t2.5\t1.11803\t1\t1.15\t1.75\t2.5\t3.25\t3.85\t4'
    assert_line --index 2 $'b->b.weight\tnS\t1\t5\t3\t2\t0\t2\t2\t2\t2\t2\t2\t2'
    assert_equal "${#lines[@]}" 5
    run -0 spk-stats weights --snapshot 2 --array 'b->b' --histogram 3 w.spk
    assert_line --index 1 $'b->b.weight\tnS\t2\t9\t1\t2\t1'
    assert_line --index 2 $'b->b.weight\tnS\t2\t9\t2\t3\t1'
    assert_line --index 3 $'b->b.weight\tnS\t2\t9\t3\t4\t1'
    run -0 spk-stats weights --snapshot 1 --array b-\>b.weight --histogram 2 w.spk
    assert_line --index 1 $'b->b.weight\tnS\t1\t5\t1.5\t2\t0'
    assert_line --index 2 $'b->b.weight\tnS\t1\t5\t2\t2.5\t3'
}

# ---- the same everywhere -------------------------------------------------------------------------

@test "the same bytes for any instruction set, storage and pipe; JSON is JSON" {
    reference stream branching | compose >in.spk
    zstd -q in.spk -o packed.spk
    for method in summary rates isi fano correlation branching kernel psth; do
        spk-stats $method --json in.spk >one
        for simd in sse2 avx2 avx512; do SPK_SIMD=$simd spk-stats $method --json packed.spk 2>/dev/null >two || continue
            cmp one two; done
        dd if=packed.spk bs=97 status=none | spk-stats $method --json | cmp one -
        python3 -c 'import json, sys; [json.loads(line) for line in sys.stdin]' <one
    done
}

@test "--seed draws the units, where there are more than --units" {
    by_hand | compose >in.spk
    spk-stats correlation --seed 1 in.spk | cmp - <(spk-stats correlation --seed 2 in.spk)
    for seed in {1..20}; do spk-stats kernel --units 1 --seed "$seed" in.spk | cut -f 5 | tail -1; done | sort | uniq -c >ranks
    # three of four units have fired
    awk '$2 == 1 { one = $1 } $2 == 0 { none = $1 } END { exit !(one > 9 && none > 0 && one + none == 20) }' ranks ||
        fail "$(cat ranks)"
    spk-stats kernel --units 2 --seed 7 in.spk | cmp - <(spk-stats kernel --units 2 --seed 7 in.spk)
}

@test "without a method it is summary, also of standard input; spk stats is the same" {
    by_hand | compose >in.spk
    spk-stats summary in.spk >whole
    spk-stats in.spk | cmp whole -
    spk-stats <in.spk | cmp whole -
    spk-stats --window 100ms - <in.spk | cmp whole -
    spk stats in.spk | cmp whole -
    spk-stats -o table.tsv in.spk
    cmp whole table.tsv
    run -0 spk-stats --help
    assert_line --index 0 "Usage: spk-stats [METHOD] [OPTION...] [FILE]"
}

# ---- what is not there, and what is wrong --------------------------------------------------------

@test "no spikes, no time, no units: nothing is made up" {
    printf 'tick 1/1000\nspikes n 2\nbegin\nend 100\n' | compose >silent.spk
    printf 'tick 1/1000\nspikes n 2\nbegin\nend 0\n' | compose >empty.spk
    run -0 spk-stats silent.spk
    assert_line --index 1 $'n\t2\t0\t0\t0\t\t\t\t\t'
    run -0 spk-stats empty.spk
    assert_line --index 1 $'n\t2\t0\t\t\t\t\t\t\t'
    for method in rates isi fano correlation branching kernel psth "branching --per-lag" "rates --per-unit"; do
        run -0 spk-stats $method silent.spk
        run -0 spk-stats $method --json empty.spk
        refute_output --partial nan
    done
    run -0 spk-stats kernel silent.spk
    assert_line --index 1 $'n\tall\t1\t2\t0\t0\t'
}

@test "a stream without what the method looks at: exit 4, and what there is" {
    reference stream weights | compose >w.spk
    by_hand | compose >s.spk
    run -4 spk-stats rates w.spk
    assert_output "spk-stats: w.spk: the stream has no spikes, but weights; \`spk-stats weights\` is for them"
    run -4 spk-stats weights s.spk
    assert_output "spk-stats: s.spk: the stream has no weights"
    streams frames 3 >f.spk
    run -4 spk-stats f.spk
    assert_output "spk-stats: f.spk: the stream has no spikes"
    reference stream samples | sed 's/spikes a /spikes exc /; s/spikes b /spikes inh /' | compose >two.spk
    run -4 spk-stats --population ecx two.spk
    assert_output "spk-stats: two.spk: no spikes of a population \"ecx\" (did you mean \"exc\"? there are: exc, inh)"
    run -4 spk-stats --population input two.spk
    assert_output "spk-stats: two.spk: no spikes of a population \"input\" (there are: exc, inh)"
    printf 'weights a 1 2 f32\nbegin\nrow 1 0 1 nan\nend 0\n' | compose >nan.spk
    run -6 spk-stats weights nan.spk
    assert_output "spk-stats: nan.spk: a.weight has a value that is not finite"
}

@test "wrong use: exit 2 and what is allowed" {
    by_hand | compose >s.spk
    reference stream weights | compose >w.spk
    run -2 spk-stats ratse s.spk
    assert_line --index 0 'spk-stats: unknown method "ratse" (did you mean "rates"?)'
    run -3 spk-stats nowhere.spk
    assert_output "spk-stats: nowhere.spk: cannot open: No such file or directory"
    run -2 spk-stats rates s.spk s.spk
    run -2 spk-stats rates --lags 3 s.spk
    assert_line --index 0 "spk-stats: --lags is an option of the method branching, not of rates"
    run -2 spk-stats correlation --bin 0.5ms s.spk
    assert_line --index 0 "spk-stats: --bin: not a whole number of the stream's ticks of 1 ms"
    run -2 spk-stats correlation --bin 5 s.spk
    run -2 spk-stats correlation --bin 0ms s.spk
    run -2 spk-stats --from 20ms --until 20ms s.spk
    assert_line --index 0 "spk-stats: --from must be before --until"
    run -2 spk-stats weights --from 20ms w.spk
    assert_line --index 0 "spk-stats: --from has no meaning for weights"
    run -2 spk-stats weights --array exc w.spk
    assert_line --index 0 "spk-stats: --array exc: w.spk has in->out.weight, out->out.weight"
    run -2 spk-stats weights --snapshot 3 w.spk
    assert_line --index 0 "spk-stats: --snapshot 3: w.spk holds 2 snapshots"
}

@test "a cut stream: exit 4 and no table; with --allow-truncated what is intact" {
    by_hand | compose | head -c -10 >cut.spk
    run -4 --separate-stderr spk-stats rates cut.spk
    assert_output ""
    assert_equal "${#stderr_lines[@]}" 1
    run -0 spk-stats rates --allow-truncated cut.spk
    assert_line --regexp $'^n\t4\t1\t0.391\t61\t'
    run -4 spk-stats - </dev/null
}
