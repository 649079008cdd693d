# live.bats: while the input waits, what there is comes out; when nobody reads the output, the program
# ends. Nothing here measures time: the input waits until the output is there.
# bats file_tags=san
load helper

# The input of the program under test, which stays open until the test closes it.
setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    mkfifo in
}

teardown() {
    exec 8>&-
}

# soon COMMAND...: until it succeeds, half a minute at most.
soon() {
    for _ in $(seq 300); do
        "$@" && return
        sleep 0.1
    done
    return 1
}

encode() {
    spk-encode poisson --full-scale 9 --max-rate 500Hz --duration 10ms --header no "$@"
}

# show_each_at_once PROCESS: it shows each of three samples in `out` before it is given the next.
show_each_at_once() {
    exec 8>in
    for i in 0 1 2; do
        echo "1,2,3" >&8
        soon grep -q "^$i"$'\t' out
    done
    exec 8>&-
    wait "$1"
}

@test "--latency passes a sample on before the next one comes" {
    encode --latency 20ms - <in | spk-view --labels >out &
    show_each_at_once $!
    assert_equal "$(wc -l <out)" 4
}

@test "--latency goes through a network, and what comes out is whole" {
    spk-train-stdp --check --set populations.exc.size=3 --set populations.inh.size=3 \
        --set populations.input.size=3 --set populations.input.shape=[3] --set on_sample={} \
        "$ROOT/share/experiments/digits/network.json" >network.json
    spk-encode frames --full-scale 9 --duration 10ms --header no --latency 20ms - <in |
        spk-simulate --latency 20ms network.json | tee simulated.spk | spk-view --labels >out &
    show_each_at_once $!
    spk-info --verify simulated.spk
}

@test "without --latency, records that are finished do not wait" {
    streams spikes 40 | zstd -dcq >s.spk
    spk-cat <in 2>/dev/null | spk-view --labels 2>/dev/null >out &
    background=$!
    exec 8>in
    head -c 10000 s.spk >&8
    soon grep -q "^8"$'\t' out
    exec 8>&-
    status=0
    wait $background || status=$?
    assert_equal "$status" 4 # it was cut
}

@test "a program ends when nobody reads its output, though its input goes on" {
    streams spikes 40 | zstd -dcq | head -c 10000 >part.spk
    for program in "encode -" spk-cat spk-view; do
        rm -f status
        { $program <in && : || echo $? >status; } 2>/dev/null | true &
        background=$!
        exec 8>in
        [ "$program" = "encode -" ] && echo 1,2,3 >&8 || cat part.spk >&8
        soon test -s status
        assert_equal "$(cat status)" 141
        exec 8>&-
        wait $background
    done
}

# A network that is not fed runs on, for longer than anybody waits: its reader sees what there is, and
# ends it.
simulate_for_ever() {
    cat >alone.json <<'END'
{"format": "spikepipe-network", "version": 1, "dt_ms": 0.1,
 "populations": {"n": {"size": 10, "model": "iaf_psc_delta", "params": {"I_e_pA": 450}}},
 "record": {"n": "spikes"}}
END
    spk-simulate --latency 20ms --duration 1000000000s alone.json "$@" 2>/dev/null && : || echo $? >status
}

@test "a network that runs on its own shows its spikes while it runs" {
    simulate_for_ever | spk-view --limit 1000 | sed 100q >out
    assert_equal "$(wc -l <out)" 100
    assert_equal "$(sed -n 2p out)" $'0\t179\t17.9\tn\t0'
    soon test -s status
    assert_equal "$(cat status)" 141
}

@test "--latency says how far a silent network has come" {
    simulate_for_ever --level store --set populations.n.params.I_e_pA=0 |
        python3 -c '
import sys
sys.path.insert(0, sys.argv[1])
import spk
ticks = []
for item in spk.open("-"):
    assert isinstance(item, spk.Watermark), item
    ticks.append(item.tick)
    if len(ticks) == 3:
        break
assert 0 < ticks[0] < ticks[1] < ticks[2], ticks
print(len(ticks))' "$ROOT/share/python" >out
    assert_equal "$(cat out)" 3
    soon test -s status
    assert_equal "$(cat status)" 141
}
