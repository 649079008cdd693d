# memory.bats: no filter needs more memory for a stream a hundred times longer.
load helper

NETWORK=$BATS_FILE_TMPDIR/network.json
SAMPLES=(2000 200000)

setup_file() {
    case $BUILD in *-san) skip "the sanitizers keep freed memory" ;; esac
    cd "$BATS_FILE_TMPDIR" || return 1
    spk-train-stdp --check --set populations.exc.size=8 --set populations.inh.size=8 --set on_sample={} \
        "$ROOT/share/experiments/digits/network.json" >network.json
    for n in "${SAMPLES[@]}"; do
        mkdir "$n"
        cd "$n" || return 1
        encode poisson "$n" 20ms >spikes.spk
        encode frames "$n" 1ms >frames.spk
        cd ..
    done
}

# encode METHOD SAMPLES DURATION [OPTION...]
encode() {
    spk-encode "$1" --full-scale 16 --max-rate 200Hz --duration "$3" --label-column label \
        --epochs 200 --limit "$2" "${@:4}" "$DIGITS/digits.csv.gz"
}

# flat COMMAND...: on the short streams and on the long ones; at most 1.9 MB, ten bytes a sample, lie
# between the peaks that GNU time measures (the buffers of the short ones are not all full).
flat() {
    for n in "${SAMPLES[@]}"; do
        cd "$BATS_FILE_TMPDIR/$n"
        SPK_THREADS=1 /usr/bin/time -q -f %M -o "$BATS_TEST_TMPDIR/$n" "$@" >"$BATS_TEST_TMPDIR/output"
    done
    cd "$BATS_TEST_TMPDIR"
    cat "${SAMPLES[@]}"
    [ "$(cat "${SAMPLES[1]}")" -le $(($(cat "${SAMPLES[0]}") + 1900)) ]
}

@test "spk-encode reads and writes in flat memory" {
    for method in poisson frames latency; do
        flat bash -c "exec spk-encode $method --full-scale 16 --duration 20ms --label-column label \
            --epochs 200 --limit \${PWD##*/} $DIGITS/digits.csv.gz"
    done
}

@test "spk-view and spk-info read in flat memory" {
    flat spk-view spikes.spk
    flat spk-view --labels frames.spk
    flat spk-info spikes.spk
    flat spk-info --verify spikes.spk
    flat spk-info --digest spikes.spk
    flat spk-info --index spikes.spk
}

@test "spk-cat copies, joins, packs and salvages in flat memory" {
    for n in "${SAMPLES[@]}"; do
        cd "$BATS_FILE_TMPDIR/$n"
        for i in 0 1; do
            encode poisson "$n" 20ms --shard $i/2 >shard.$i.spk
        done
    done
    flat spk-cat spikes.spk
    flat spk-cat --pack archive spikes.spk
    flat spk-cat --chain append --renumber spikes.spk spikes.spk
    flat spk-cat shard.0.spk shard.1.spk
    flat spk-cat --salvage spikes.spk
    flat spk-cat --salvage shard.1.spk
}

@test "training and simulating take flat memory" {
    flat spk-train-stdp "$NETWORK" frames.spk -o weights.spk
    flat spk-train-stdp "$NETWORK" frames.spk -o again.spk --spikes s.spk --checkpoint ck --checkpoint-every 500
    flat spk-simulate "$NETWORK" --weights weights.spk frames.spk
}

@test "samples of a network that learns and goes back take flat memory, also side by side" {
    cat >"$BATS_TEST_TMPDIR/liquid.json" <<'END'
{"format": "spikepipe-network", "version": 1, "dt_ms": 1, "precision": "float",
 "populations": {
  "in": {"size": 64, "model": "spike_input"},
  "out": {"size": 10, "model": "lif_discrete", "params": {"V_th": 2, "reset": "hard"}}},
 "projections": {
  "in->out": {"connect": {"rule": "pairwise_bernoulli", "p": 0.2}, "weight": 1, "delay_ms": 0,
   "kernel": {"tau_ms": 1, "spikes": "nearest"},
   "plasticity": {"rule": "stdp_trace", "variant": "pair", "timing": "together", "trace": "add",
                  "nu_pre": 0.01, "nu_post": 0.01}}},
 "on_sample": {"reset": "all"},
 "record": {"out": "spikes"}}
END
    for n in "${SAMPLES[@]}"; do
        ln -s "$BATS_TEST_TMPDIR/liquid.json" "$BATS_FILE_TMPDIR/$n/"
    done
    flat spk-simulate --plastic liquid.json spikes.spk
    flat spk-simulate --plastic --jobs 2 liquid.json spikes.spk
    flat spk-train-stdp liquid.json spikes.spk -o liquid-weights.spk
}

@test "a network that runs on its own takes flat memory, whatever it records" {
    cat >"$BATS_TEST_TMPDIR/alone.json" <<'END'
{"format": "spikepipe-network", "version": 1, "dt_ms": 0.5,
 "populations": {
  "noise": {"size": 50, "model": "poisson_input", "params": {"rate_Hz": 20}},
  "n": {"size": 100, "model": "iaf_psc_delta", "params": {"I_e_pA": 450}}},
 "projections": {"noise->n": {"connect": {"rule": "all_to_all"}, "weight_mV": 0.1, "delay_ms": 1}},
 "record": {"noise": "spikes", "n": {"spikes": true, "variables": ["V_m"], "interval_ms": 50}}}
END
    for n in "${SAMPLES[@]}"; do
        ln -s "$BATS_TEST_TMPDIR/alone.json" "$BATS_FILE_TMPDIR/$n/"
    done
    flat bash -c 'exec spk-simulate alone.json --duration $((${PWD##*/} / 100))s'
    flat bash -c 'exec spk-simulate alone.json --set populations.n.size=20 --record n.V_m \
        --record-interval 1ms --duration $((${PWD##*/} / 100))s'
    /usr/bin/time -q -f %M -o peak spk-simulate alone.json --set populations.n.size=20000 \
        --record n.V_m --duration 1s -o long.spk
    [ "$(cat peak)" -le 100000 ] # of 320 MB of values
}

@test "readouts, scores and pictures take flat memory" {
    flat spk-train-readout vote -q -o readout.spk spikes.spk
    flat spk-decode vote -q --model readout.spk -o predictions.spk spikes.spk
    flat spk-score accuracy predictions.spk
    flat spk-score confusion predictions.spk
    flat spk-plot raster --ascii spikes.spk
    flat spk-plot confusion --ascii predictions.spk
}

@test "spk-stats counts in flat memory" {
    for method in summary branching kernel psth; do flat spk-stats $method spikes.spk; done
}
