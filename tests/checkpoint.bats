# checkpoint.bats: spk-simulate: stopped or killed anywhere and resumed, the output has the same bytes;
# what does not fit is refused. train-stdp.bats has the same of spk-train-stdp.
# bats file_tags=san
load helper

# net.json: drawn delays, devices, short-term and long-term plasticity, recorded variables.
setup_file() {
    cd "$BATS_FILE_TMPDIR" || return 1
    cat >net.json <<'END'
{"format": "spikepipe-network", "version": 1, "dt_ms": 0.1,
 "populations": {
  "bg": {"size": 100, "model": "poisson_input", "params": {"rate_Hz": 30}},
  "drive": {"model": "poisson_generator", "params": {"rate_Hz": 9000}},
  "noise": {"model": "noise_generator", "params": {"std_pA": 90, "dt_ms": 0.7}},
  "n": {"size": 150, "model": "iaf_psc_exp"}},
 "projections": {
  "bg->n": {"connect": {"rule": "pairwise_bernoulli", "p": 0.2}, "weight_pA": {"uniform": [10, 90]},
   "delay_ms": {"uniform": [0.5, 9]},
   "short_term": {"model": "tsodyks2", "U": 0.4, "tau_rec_ms": 200, "tau_fac_ms": 50}},
  "n->n": {"connect": {"rule": "fixed_indegree", "indegree": 20}, "weight_pA": {"uniform": [5, 30]},
   "delay_ms": {"uniform": [0.5, 4]}, "plasticity": {"rule": "stdp", "lambda": 0.05, "Wmax": 60}},
  "drive->n": {"connect": {"rule": "all_to_all"}, "weight_pA": 25, "delay_ms": 1.5},
  "noise->n": {"connect": {"rule": "all_to_all"}, "weight": 1, "delay_ms": {"uniform": [0.5, 2]}},
  "drive->n#late": {"connect": {"rule": "all_to_all"}, "weight_pA": 1, "delay_ms": {"uniform": [0.5, 4]}}},
 "on_sample": {},
 "record": {"bg": "spikes", "n": {"spikes": true, "variables": ["V_m", "I_syn_ex"], "interval_ms": 0.7}}}
END
    sed 's/"bg": {"size": 100, .*/"bg": {"size": 64, "model": "poisson_input"},/; s/"dt_ms": 0.1/"dt_ms": 0.5/
        s/"dt_ms": 0.7/"dt_ms": 1/; s/0\.7}/1}/' net.json >fed.json
    sed 's/"bg": {"size": 64, .*/"bg": {"size": 64, "model": "spike_input"},/' fed.json >spikes.json
    spk-encode frames --full-scale 16 --max-rate 200Hz --duration 50ms --label-column label --shape 8x8 \
        --limit 300 "$DIGITS/digits.csv.gz" >frames.spk
    spk-encode poisson --full-scale 16 --max-rate 100Hz --duration 15s --label-column label --shape 8x8 \
        --limit 1 "$DIGITS/digits.csv.gz" >long.spk
}

NET=$BATS_FILE_TMPDIR/net.json
FED=$BATS_FILE_TMPDIR/fed.json
FRAMES=$BATS_FILE_TMPDIR/frames.spk

# await COMMAND...: until it succeeds.
await() {
    for _ in $(seq 600); do
        "$@" && return
        sleep 0.02
    done
    fail "$* never came true"
}

written() { # written PID: there is another checkpoint than before, or the program has ended
    ! kill -0 "$1" 2>/dev/null || { [ -e state ] && [ "$(stat -c %y state)" != "$last" ]; }
}

# stop_and_go SIGNAL STOPS COMMAND...: run it to got.spk, and stop it with SIGNAL after it has written a
# checkpoint, STOPS times; in other parts each time. Then let it end.
stop_and_go() {
    local signal=$1 stops=$2 pid status last='' want=75 i
    shift 2
    [ "$signal" = TERM ] || want=$((128 + $(kill -l "$signal")))
    for i in $(seq "$stops"); do
        SPK_PARTS=$((i % 3 + 1)) "$@" -j 2 -o got.spk --checkpoint state --checkpoint-every 0s --resume 2>log &
        pid=$!
        await written $pid
        sleep 0.0$((i * 3 % 10))
        kill -s "$signal" $pid || true
        status=0
        wait $pid || status=$?
        if [ $status -eq 0 ]; then break; fi
        assert_equal $status $want
        [ ! -e got.spk ] && [ -e state ]
        [ "$signal" = KILL ] || grep -Eq ': stopped after [0-9.]+ .*; --resume goes on$' log
        last=$(stat -c %y state)
    done
    [ "$i" -gt 1 ] # it was stopped, and resumed
    if [ $status -ne 0 ]; then "$@" -o got.spk --checkpoint state --resume; fi
    [ ! -e state ] && [ ! -e state.journal ]
}

@test "a long run without samples, killed: the same bytes" {
    spk-simulate "$NET" --plastic --duration 6s -o want.spk
    stop_and_go KILL 7 spk-simulate "$NET" --plastic --duration 6s
    assert_same_stream want.spk got.spk
}

@test "a long run without samples, stopped by SIGTERM: the same bytes" {
    spk-simulate "$NET" --plastic --duration 6s --seed 5 -o want.spk
    stop_and_go TERM 7 spk-simulate "$NET" --plastic --duration 6s --seed 5
    assert_same_stream want.spk got.spk
}

@test "samples, killed between them or within them: the same bytes" {
    spk-simulate "$FED" "$FRAMES" --plastic -o want.spk
    stop_and_go KILL 7 spk-simulate "$FED" "$FRAMES" --plastic
    assert_same_stream want.spk got.spk
}

@test "one long sample of spikes, stopped by SIGTERM: the same bytes" {
    spk-simulate "$BATS_FILE_TMPDIR/spikes.json" "$BATS_FILE_TMPDIR/long.spk" -o want.spk
    stop_and_go TERM 5 spk-simulate "$BATS_FILE_TMPDIR/spikes.json" "$BATS_FILE_TMPDIR/long.spk"
    assert_same_stream want.spk got.spk
}

@test "several samples at once, and a shard, killed: the same bytes" {
    local reset=(--set on_sample.reset=all)
    spk-simulate "$FED" "$FRAMES" "${reset[@]}" --plastic -o want.spk
    stop_and_go KILL 4 spk-simulate "$FED" "$FRAMES" "${reset[@]}" --plastic --jobs 3
    assert_same_stream want.spk got.spk
    spk-simulate "$FED" "$FRAMES" "${reset[@]}" --shard 1/3 -o want.spk
    stop_and_go KILL 4 spk-simulate "$FED" "$FRAMES" "${reset[@]}" --shard 1/3
    assert_same_stream want.spk got.spk
}

@test "a sample begun by one engine is ended by it, though the others are for several at once" {
    local reset=(--set on_sample.reset=all)
    spk-simulate "$FED" "$FRAMES" "${reset[@]}" --plastic -o want.spk
    stopped "$FED" "${reset[@]}" --plastic
    assert_output --regexp ": stopped after [0-9]+ samples and [0-9.]+ ms of the next one; --resume goes on"
    spk-simulate "$FED" "$FRAMES" "${reset[@]}" --plastic --jobs 2 -o got.spk --checkpoint state --resume
    assert_same_stream want.spk got.spk
}

@test "samples that are presented again, stopped by SIGTERM: the same bytes" {
    local again=(--set 'on_sample={"rest_ms": 5, "repeat": {"population": "n", "min_spikes": 511, "rate_step": 1,
        "max_attempts": 3}}')
    spk-simulate "$FED" "$FRAMES" --plastic "${again[@]}" -o want.spk
    [ "$(spk-view --labels want.spk | sed 1d | cut -f 7 | sort -u | wc -l)" -gt 1 ] # some are
    stop_and_go TERM 4 spk-simulate "$FED" "$FRAMES" --plastic "${again[@]}"
    assert_same_stream want.spk got.spk
}

rests() { # no checkpoint has been written for a while, after the first
    [ -e state ] || return 1
    local before
    before=$(stat -c %y state)
    sleep 0.5
    [ "$(stat -c %y state)" = "$before" ]
}

# stopped NET OPTION...: a checkpoint in the file state, of a run over frames that wait for their end, within
# a sample.
stopped() {
    rm -f pipe
    mkfifo pipe
    spk-simulate "$@" -o got.spk --checkpoint state --checkpoint-every 0s <pipe 2>log &
    local pid=$! status=0
    # a frame is read a block at a time: what comes before the cut is run
    { zstd -dcq "$FRAMES" | head -c 40100; while kill -0 $pid 2>/dev/null; do sleep 0.05; done; } >pipe &
    local writer=$!
    await rests
    kill -TERM $pid
    wait $pid || status=$?
    wait $writer
    output=$(cat log)
    assert_equal $status 75
    [ -e state ] && [ ! -e got.spk ]
}

@test "SIGTERM while waiting for input: a checkpoint, then the same bytes" {
    spk-simulate "$FED" "$FRAMES" --plastic -o want.spk
    stopped "$FED" --plastic
    run -0 spk-simulate "$FED" "$FRAMES" --plastic -o got.spk --checkpoint state --resume -v
    assert_output --regexp ": resumed after [1-9][0-9]* samples"
    assert_same_stream want.spk got.spk
}

@test "SIGUSR1 writes a checkpoint, and the run goes on" {
    spk-simulate "$NET" --duration 5s -o want.spk
    spk-simulate "$NET" --duration 5s -o got.spk --checkpoint state &
    local pid=$!
    handles() { [ $((0x$(awk '/^SigCgt/ { print $2 }' "/proc/$pid/status") >> 9 & 1)) -eq 1 ]; } # signal 10
    await handles
    kill -USR1 $pid
    last=''
    await written $pid
    [ -e state ]
    wait $pid
    [ ! -e state ]
    assert_same_stream want.spk got.spk
}

@test "a run that fails between two checkpoints leaves the last one" {
    spk-simulate "$NET" --duration 2s -o want.spk
    run -3 bash -c "ulimit -f 3000; exec spk-simulate '$NET' --duration 2s -o got.spk --checkpoint state \
        --checkpoint-every 0s"
    [ -e state ] && [ ! -e got.spk ]
    run -0 spk-simulate "$NET" --duration 2s -o got.spk --checkpoint state --resume -v
    assert_output --regexp ": resumed after [0-9.]+ ms"
    assert_same_stream want.spk got.spk
}

@test "a run that is over, but could not put its output in place: the same bytes" {
    spk-simulate "$NET" --duration 3s -o want.spk
    spk-simulate "$NET" --duration 3s -o got.spk --checkpoint state --checkpoint-every 0s 2>log &
    await [ -e state ]
    mkdir got.spk # in its way
    local status=0
    wait $! || status=$?
    assert_equal $status 3
    rmdir got.spk
    run -0 spk-simulate "$NET" --duration 3s -o got.spk --checkpoint state --checkpoint-every 0s --resume -v
    assert_output --partial ": resumed after 3000 ms"
    assert_same_stream want.spk got.spk
    [ ! -e state ]
}

# ---- what is refused ------------------------------------------------------------------------------

# checkpoint OPTION...: one of a run over net.json, in the file state.
checkpoint() {
    run -3 bash -c "ulimit -f 1500; exec spk-simulate '$NET' --duration 1s -o got.spk --checkpoint state \
        --checkpoint-every 0s"
    [ -e state ]
}

@test "a checkpoint of other options, another network, another seed, another program" {
    checkpoint
    run -2 spk-simulate "$NET" --duration 2s -o got.spk --checkpoint state --resume
    assert_output "spk-simulate: state: was made with other options (--duration=1s) than these (--duration=2s)"
    run -2 spk-simulate "$NET" --duration 1s --record n -o got.spk --checkpoint state --resume
    assert_output --partial "state: was made with other options"
    run -2 spk-simulate "$NET" --duration 1s --seed 2 -o got.spk --checkpoint state --resume
    assert_output --partial "state: was made with other options"
    sed 's/"std_pA": 90/"std_pA": 80/' "$NET" >other.json
    run -4 spk-simulate other.json --duration 1s -o got.spk --checkpoint state --resume
    assert_output "spk-simulate: state: was made with another network file or other --set values"
    run -4 spk-train-stdp "$FED" "$FRAMES" -o got.spk --checkpoint state --resume
    assert_output "spk-train-stdp: state: is not a checkpoint of spk-train-stdp"
    head -c 3000 state >cut
    run -4 spk-simulate "$NET" --duration 1s -o got.spk --checkpoint cut --resume
    [ ! -e got.spk ]
}

@test "a checkpoint of another input, or of more than there is" {
    stopped "$FED"
    spk-encode frames --full-scale 16 --max-rate 100Hz --duration 50ms --label-column label --shape 8x8 \
        --limit 300 "$DIGITS/digits.csv.gz" >other.spk
    run -4 spk-simulate "$FED" other.spk -o got.spk --checkpoint state --resume
    assert_output "spk-simulate: state: was made from another input than other.spk (its history differs)"
    zstd -dcq "$FRAMES" | head -c 5000 >cut.spk
    run -4 spk-simulate "$FED" cut.spk -o got.spk --checkpoint state --resume --allow-truncated
    assert_output --regexp "cut.spk: ends after [0-9]+ samples, but state was made after [0-9]+"
    [ ! -e got.spk ]
}

@test "a sample that is shorter than what was done of it" {
    encode() {
        spk-encode frames --full-scale 16 --max-rate 200Hz --duration "$1" --label-column label --shape 8x8 \
            --limit 300 --no-provenance "$DIGITS/digits.csv.gz"
    }
    encode 50ms >frames.spk
    encode 1ms >short.spk
    FRAMES=frames.spk stopped "$FED"
    assert_output --partial " ms of the next one"
    run -4 spk-simulate "$FED" short.spk -o got.spk --checkpoint state --resume
    assert_output --regexp "short.spk: sample [0-9]+ ends before the place where it is to be resumed"
    spk-simulate "$FED" frames.spk -o got.spk --checkpoint state --resume
    spk-simulate "$FED" frames.spk -o want.spk
    assert_same_stream want.spk got.spk
}

@test "a journal that is damaged, or lost" {
    checkpoint
    cp state.journal good
    printf 'x' | dd of=state.journal bs=1 seek=5000 conv=notrunc status=none
    run -4 spk-simulate "$NET" --duration 1s -o got.spk --checkpoint state --resume
    assert_output "spk-simulate: state.journal: is damaged; the run cannot be resumed"
    rm state.journal
    run -3 spk-simulate "$NET" --duration 1s -o got.spk --checkpoint state --resume
    assert_output --partial "state.journal: cannot open"
    cp good state.journal
    spk-simulate "$NET" --duration 1s -o got.spk --checkpoint state --resume
    spk-simulate "$NET" --duration 1s -o want.spk
    assert_same_stream want.spk got.spk
}

@test "options that contradict each other" {
    run -2 spk-simulate "$NET" --duration 1s --resume -o got.spk
    assert_output "spk-simulate: --resume: --checkpoint says from where"
    run -2 spk-simulate "$NET" --duration 1s --checkpoint-every 1min -o got.spk
    assert_output "spk-simulate: --checkpoint-every: --checkpoint says where to"
    run -2 spk-train-stdp "$FED" "$FRAMES" --checkpoint-every 10 -o got.spk
    assert_output "spk-train-stdp: --checkpoint-every: --checkpoint says where to"
    run -2 spk-simulate "$NET" --duration 1s --checkpoint state --checkpoint-every 10 -o got.spk
    assert_output --partial "--checkpoint-every: $NET has no samples to count; a time is expected"
    run -2 spk-simulate "$NET" --duration 1s --checkpoint got.spk -o got.spk
    assert_output "spk-simulate: --output and --checkpoint are both written to got.spk"
    checkpoint
    run -2 spk-simulate "$NET" --duration 1s --checkpoint state -o got.spk
    assert_output "spk-simulate: state: is there already; --resume goes on from it, --force begins anew"
    spk-simulate "$NET" --duration 1s --checkpoint state -o got.spk --force
    [ ! -e state ] && [ ! -e state.journal ]
}

@test "SPK_PARTS is a number of parts" {
    SPK_PARTS=many run -2 spk-simulate "$NET" --duration 1ms -o got.spk
    SPK_PARTS=5000 run -2 spk-simulate "$NET" --duration 1ms -o got.spk
    assert_output "spk-simulate: SPK_PARTS: at most 1024"
    SPK_PARTS=5 run -0 spk-simulate "$NET" --duration 1ms -o got.spk -v -j 3
    assert_output --partial " begun with 3 threads"
}
