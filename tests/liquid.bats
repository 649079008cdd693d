# liquid.bats: spikes that act for a while, learning of both sides at once, rates that a modulator sets:
# against tests/reference/nalsm.py, which shares nothing with the engine; the same bytes however it is run.
load helper

REFERENCE=$ROOT/tests/reference/nalsm.py

# agrees FADE SPREAD STEPS [OPTION...]
agrees() {
    "$REFERENCE" network "$1" "$2" >net.json
    spk-train-stdp -f --duration "$3ms" --spikes spikes.spk -o weights.spk "${@:4}" net.json
    spk-view --kind spikes spikes.spk >spikes.tsv
    spk-view --kind traces spikes.spk >traces.tsv
    spk-view --kind weights weights.spk | cut -f 3- >weights.tsv
    "$REFERENCE" compare "$1" "$2" "$3" spikes.tsv traces.tsv weights.tsv
}

@test "the liquid of Ivanov & Michmizos: spikes, weights and the astrocyte, step by step" {
    run -0 agrees 1 3 400
    assert_output "754 spikes, 691 weights, 294 of them at a bound"
    run -0 agrees 0.99 3 300
    assert_output --regexp "^[0-9]{3} spikes, 691 weights"
    run -0 agrees 1 0.5 400 # most weights reach a bound
    assert_output --regexp "^[0-9]{3} spikes, 691 weights, [1-9][0-9]{2} of them at a bound"
}

@test "the comparison fails where the network is another" {
    for set in 'projections.input->exc.kernel.spikes=all' 'projections.exc->exc.plasticity.nu_post.times=0.09' \
        'populations.astrocyte.params.tau_ms=90' 'projections.inh->exc.plasticity.nu_pre.times=-0.09'; do
        run -1 agrees 1 3 400 --set "$set"
        assert_output --partial differ
    done
}

@test "the same bytes for any number of threads and parts, on any instruction set, and resumed" {
    "$REFERENCE" network 0.999 3 >net.json
    run=(spk-train-stdp -f --duration 300ms --spikes spikes.spk -o got.spk net.json)
    spk-train-stdp --duration 300ms --spikes spikes1.spk -o weights.spk net.json
    for settings in SPK_SIMD=sse2 SPK_SIMD=avx2 SPK_PARTS=2 "SPK_PARTS=3 SPK_THREADS=2" SPK_PARTS=7; do
        env $settings "${run[@]}"
        assert_same_stream weights.spk got.spk
        assert_same_stream spikes1.spk spikes.spk
    done
    spk-simulate --plastic --duration 300ms -o whole.spk net.json
    timeout -s TERM 5 spk-simulate --plastic --duration 300ms --checkpoint state --checkpoint-every 0s -o part.spk net.json
    assert_same_stream whole.spk part.spk
}

fed() {
    cat >fed.json <<'END'
{"format": "spikepipe-network", "version": 1, "dt_ms": 1,
 "populations": {
  "in": {"size": 64, "model": "spike_input"},
  "out": {"size": 30, "model": "lif_discrete", "params": {"V_th": 2, "reset": "hard"}},
  "level": {"size": 1, "model": "modulator", "params": {"value": 0.01, "bias": 0.01, "tau_ms": 20, "decay": 0.999}}},
 "projections": {
  "in->out": {"connect": {"rule": "fixed_indegree", "indegree": 20}, "weight": {"uniform": [0, 0.5]}, "delay_ms": 2,
   "delay_kind": "axonal", "kernel": {"tau_ms": 3, "spikes": "all"},
   "plasticity": {"rule": "stdp_trace", "variant": "pair", "timing": "together", "trace": "add",
                  "nu_pre": {"modulator": "level", "times": 2}, "nu_post": {"modulator": "level"}}},
  "out->out": {"connect": {"rule": "pairwise_bernoulli", "p": 0.2}, "weight": -0.2, "delay_ms": 0,
   "kernel": {"tau_ms": 5, "spikes": "nearest"}},
  "out->level": {"connect": {"rule": "all_to_all"}, "weight": 0.001, "delay_ms": 0}},
 "on_sample": {"reset": "all"},
 "record": {"out": "spikes", "level": {"variables": ["value"]}}}
END
    spk-encode poisson --limit 12 --name in --duration 50ms --label-column label --full-scale 16 \
        --max-rate 100Hz "$DIGITS/digits.csv.gz" >in.spk
}

@test "samples of a network that learns and goes back: shards, jobs, threads give the bytes of one" {
    fed
    spk-simulate --plastic fed.json in.spk >whole.spk
    [ "$(spk-view --kind spikes whole.spk | wc -l)" -gt 300 ]
    spk-simulate --plastic --jobs 2 fed.json in.spk >jobs.spk
    assert_same_stream whole.spk jobs.spk
    SPK_PARTS=2 spk-simulate --plastic fed.json in.spk >parts.spk
    assert_same_stream whole.spk parts.spk
    for i in 0 1; do spk-simulate --plastic --shard $i/2 fed.json in.spk >$i.spk; done
    spk-cat 0.spk 1.spk >joined.spk
    cmp <(spk-view joined.spk) <(spk-view whole.spk)
    spk-simulate fed.json in.spk | spk-view --kind spikes >fixed.tsv
    run ! cmp -s fixed.tsv <(spk-view --kind spikes whole.spk)
    run -2 spk-simulate --plastic --shard 0/2 --set 'on_sample.reset=["membranes", "traces", "weights", "spikes"]' fed.json in.spk
    assert_output --partial "synapses"
}

@test "weights go out and come in again; --check's file is the same network; a run is resumed" {
    fed
    free=(--set 'on_sample.reset=["membranes"]')
    spk-train-stdp "${free[@]}" -o whole.spk fed.json in.spk
    spk-train-stdp "${free[@]}" --check fed.json >checked.json
    spk-train-stdp -o checked.spk checked.json in.spk
    cmp <(spk-view checked.spk) <(spk-view whole.spk)
    spk-cat in.spk | head -c 900 >cut.spk
    run -4 spk-train-stdp "${free[@]}" --checkpoint state --checkpoint-every 1 -o resumed.spk fed.json cut.spk
    SPK_PARTS=3 spk-train-stdp "${free[@]}" --checkpoint state --resume -o resumed.spk fed.json in.spk
    assert_same_stream whole.spk resumed.spk
    spk-simulate --weights whole.spk fed.json in.spk >learned.spk
    run ! cmp -s <(spk-view learned.spk) <(spk-simulate fed.json in.spk | spk-view)
}

@test "bad files: one line that says where and what is allowed" {
    fed
    rule='projections.in->out.plasticity'
    while IFS='|' read -r set message; do
        run -2 --separate-stderr spk-simulate --check --set "$set" fed.json
        assert_equal "$output" ""
        assert_equal "$(wc -l <<<"$stderr")" 1
        [[ $stderr == *"$message"* ]] || fail "$set: $stderr"
    done <<END
$rule.timing="synapse"|a modulator needs "timing": "together"
$rule.variant="triplet"|timing together is for variant pair
$rule.nu_pre={"modulator": "levle"}|did you mean "level"
$rule.nu_pre={"modulator": "out"}|out is a lif_discrete; a population of the model modulator is expected
$rule.nu_pre={"times": 2}|"modulator" is missing
$rule.nu_pre={"modulator": "level", "time": 2}|unknown key
$rule.tau_pre_ms={"modulator": "level"}|one number is expected
populations.level.size=2|level has 2 units; one is expected
projections.in->out.delay_kind="dendritic"|need one delay for all, of 0 or with "delay_kind": "axonal"
projections.in->out.kernel.spikes="last"|nearest
projections.in->out.kernel.tau_ms=0|out of range
projections.out->out.short_term={"model": "tsodyks"}|a projection has a kernel or "short_term", not both
projections.out->out.storage="procedural"|a kernel cannot be procedural
$rule={"rule": "stdp"}|with a kernel learning is by stdp_trace with "timing": "together"
END
}
