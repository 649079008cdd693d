# weights.bats: spk-weights adds, scales and rounds; what it adds is compared with sums that awk makes.

load helper

compose() {
    "$BUILD/unit/compose"
}

# values FILE: the numbers of its last snapshot, one a line.
values() {
    spk-view --snapshot last "$1" | awk -F '\t' 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next } { print $at["value"] }'
}

# places FILE: where they stand.
places() {
    spk-view --snapshot last "$1" | cut -f 3-5 | sed 's/^/at /'
}

# bats test_tags=san
@test "the sum of streams, dense and sparse, of f32 and f64, of their last snapshots" {
    for n in 1 2 5; do streams weights $n >w$n.spk; done
    spk-weights w1.spk w2.spk w5.spk >sum.spk
    spk-info --verify sum.spk
    diff <(places w5.spk) <(places sum.spk)
    # Numbers of f32 are printed in the shortest form, good to 6e-8.
    paste <(values w1.spk) <(values w2.spk) <(values w5.spk) <(values sum.spk) >want
    awk '{ off = $1 + $2 + $3 - $4; if (off * off > 3.6e-15 * $4 * $4) print "line", NR ": " $0 }' want >different
    assert_equal "$(cat different)" ""
    assert [ "$(wc -l <want)" -gt 220 ]
    run -0 bash -c "spk-info sum.spk | grep -E '^(snapshots|trained_samples|duration_s|steps)'"
    assert_output "$(printf '%s\n' 'duration_s	0.0960' 'snapshots	1' 'trained_samples	800' 'steps	4')"
}

@test "one stream and no option: its last snapshot, the same from a pipe" {
    streams weights 3 >w.spk
    spk-weights w.spk >one.spk
    cmp <(values w.spk) <(values one.spk)
    cmp <(places w.spk) <(places one.spk)
    spk-weights <w.spk | cmp one.spk -
    spk-weights - <w.spk | cmp one.spk -
    zstd -dcq w.spk | spk-weights | cmp one.spk -
    spk-weights one.spk >two.spk
    cmp <(values w.spk) <(values two.spk)
}

# bats test_tags=san
@test "--scale multiplies once, and the result is rounded once to the type" {
    compose >s.spk <<'END'
tick 1/1000
weights a 1 3 f32
weights b 1 3 f64
begin
row 1 0 1 2 3
row 2 0 1 2 3
end 0
END
    spk-weights --scale 0.1 s.spk s.spk >t.spk
    run -0 values t.spk
    # float32 and float64 of 2, 4 and 6 tenths, in the shortest form that reads back the same
    assert_output "$(printf '%s\n' 0.2 0.4 0.6 0.2 0.4 0.6000000000000001)"
    spk-weights --scale -2 s.spk >t.spk
    run -0 values t.spk
    assert_output "$(printf '%s\n' -2 -4 -6 -2 -4 -6)"
    spk-weights --scale 0 s.spk >t.spk
    run -0 values t.spk
    assert_output "$(printf '%s\n' 0 0 0 0 0 0)"
}

@test "--quantum rounds to the nearest whole multiple, ties to the even one" {
    compose >s.spk <<'END'
tick 1/1000
weights a 1 8 f64
begin
row 1 0 0.124 0.125 0.126 0.375 0.625 -0.125 -0.376 3
end 0
END
    spk-weights --quantum 0.25 s.spk >t.spk
    run -0 values t.spk
    assert_output "$(printf '%s\n' 0 0 0.25 0.5 0.5 -0 -0.5 3)"
    spk-weights --scale 2 --quantum 0.25 s.spk >t.spk
    run -0 values t.spk
    assert_output "$(printf '%s\n' 0.25 0.25 0.25 0.75 1.25 -0.25 -0.75 6)"
}

@test "--array says what is scaled and rounded; all is added" {
    streams weights 2 >w.spk
    spk-weights --array 'exc->exc' --scale 4 w.spk w.spk >t.spk
    values t.spk | awk '{ printf "%.17g\n", $1 }' >got
    paste <(places w.spk | sed 1d) <(values w.spk) |
        awk -F '\t' '{ printf "%.17g\n", $4 * (($1 ~ /at exc->exc/) ? 8 : 2) }' | diff - got
    spk-weights --array 'exc->exc.weight' --scale 4 w.spk w.spk | cmp <(spk-view t.spk) <(spk-view)
    run -2 --separate-stderr spk-weights --array exc w.spk
    assert_equal "${stderr_lines[0]}" "spk-weights: --array exc: w.spk has no such array, but input->exc.weight ..."
}

@test "streams that do not belong together are refused, and why is said" {
    header() { printf 'tick 1/1000\nweights %s\nbegin\nrow 1 0 1 2\nend 0\n' "$1" | compose; }
    header 'a 1 2 f32' >a.spk
    header 'b 1 2 f32' >b.spk
    header 'a 1 2 f64' >d.spk
    printf 'tick 1/100\nweights a 1 2 f32\nbegin\nrow 1 0 1 2\nend 0\n' | compose >slow.spk
    printf 'tick 1/1000\nweights a 1 2 f32\nweights b 1 2 f32\nbegin\nrow 1 0 1 2\nrow 2 0 1 2\nend 0\n' | compose >ab.spk
    streams spikes 5 >s.spk
    run -4 spk-weights -o out.spk a.spk b.spk
    assert_output "spk-weights: b.spk: has an array b.weight, and a.spk none"
    run -4 spk-weights -o out.spk ab.spk a.spk
    assert_output "spk-weights: a.spk: lacks the array b.weight, which ab.spk has"
    run -4 spk-weights -o out.spk a.spk d.spk
    assert_output "spk-weights: d.spk: its array a.weight is not like that of a.spk (size, unit, type, or structure of the network)"
    run -4 spk-weights -o out.spk a.spk slow.spk
    assert_output "spk-weights: slow.spk: its tick is 1/100 s, that of a.spk 1/1000 s"
    run -4 spk-weights -o out.spk s.spk
    assert_output "spk-weights: s.spk: holds no weights"
    run -3 spk-weights -o out.spk a.spk nowhere.spk
    run -6 spk-weights -o out.spk --scale 1e40 a.spk
    assert_output "spk-weights: a.weight: value 0 is beyond the range of f32"
    run -2 spk-weights -o out.spk --quantum 0 a.spk
    run -5 spk-weights -o out.spk --max-memory 8B a.spk
    assert_output "spk-weights: a.spk: its weights take more than --max-memory"
    [ ! -e out.spk ]
}

@test "sparse arrays must have the same connections" {
    network() {
        cat <<END
{"format": "spikepipe-network", "version": 1, "dt_ms": 1,
 "populations": {"a": {"size": 20, "model": "spike_generator", "params": {"spike_times_ms": {"file": "spikes.csv"}}},
  "b": {"size": 20, "model": "iaf_psc_delta"}},
 "projections": {"a->b": {"connect": {"rule": "fixed_indegree", "indegree": 3}, "weight_mV": 1, "delay_ms": 1,
  "plasticity": {"rule": "stdp"}}}}
END
    }
    network >net.json
    printf 'time_ms,unit\n3,0\n' >spikes.csv
    spk-train-stdp --seed 1 --duration 10ms net.json >1.spk
    spk-train-stdp --seed 1 --duration 20ms net.json >1b.spk
    spk-train-stdp --seed 2 --duration 10ms net.json >2.spk
    spk-weights 1.spk 1b.spk >sum.spk
    run -0 bash -c "spk-view sum.spk | cut -f 6 | sort -u"
    assert_output "$(printf '%s\n' 2 value)"
    run -4 spk-weights 1.spk 2.spk
    # A sum is what a network of the same structure takes.
    spk-simulate --weights sum.spk --seed 1 --set 'record={"b": "spikes"}' --duration 10ms net.json >/dev/null
}

@test "the history says how it was made, and does it again" {
    "$BUILD/unit/streams" weights 2 >w.spk
    compose >a.spk <<'END'
tick 1/1000
weights a 1 2 f32
begin
row 1 0 1 2
end 0
END
    spk-weights --scale 3 a.spk a.spk >t.spk
    spk-view --head t.spk | grep -F 'spk-weights --scale=3'
}

@test "a cut stream is refused, or with --allow-truncated taken if its weights are whole" {
    streams weights 3 | zstd -dcq >w.spk
    size=$(stat -c %s w.spk)
    for cut in 3 40 200 1000; do
        head -c $((size - cut)) w.spk >cut.spk
        run -4 bash -c "spk-weights cut.spk >out.spk"
        run bash -c "spk-weights --allow-truncated cut.spk >out.spk"
        [ "$status" -eq 0 ] || [ "$status" -eq 4 ]
        run -4 spk-info --verify out.spk
    done
}
