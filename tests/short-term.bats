# short-term.bats: short-term plasticity from the network file to the stream: NEST's numbers, the same
# bytes however it is run.

load helper

@test "tsodyks and tsodyks2 send what NEST's synapses send" {
    [ -d "$SPK_DATA/../reference/simulate/tsodyks_dep" ] || skip "no reference/simulate beside SPK_DATA"
    run -0 "$ROOT/tests/nest/short_term.py" "$SPK_DATA/../reference/simulate"
    assert_equal "$(wc -l <<<"$output")" 23
    assert_equal "$(cut -f 4 <<<"$output" | sort -u | tr '\n' ' ')" "0 mismatches "
}

network() {
    cat >net.json <<'END'
{"format": "spikepipe-network", "version": 1, "dt_ms": 0.5,
 "populations": {
  "in": {"size": 200, "model": "poisson_input", "params": {"rate_Hz": 30}},
  "out": {"size": 300, "model": "iaf_psc_delta"}},
 "projections": {
  "in->out": {"connect": {"rule": "fixed_indegree", "indegree": 100},
              "weight_mV": {"uniform": [1, 4]}, "delay_ms": {"uniform": [0.5, 5]},
              "short_term": {"model": "tsodyks2", "U": 0.4, "tau_rec_ms": 200, "tau_fac_ms": 50}},
  "out->out": {"connect": {"rule": "pairwise_bernoulli", "p": 0.2}, "weight_mV": 0.1,
               "delay_ms": 1.5, "short_term": {"model": "tsodyks"}}},
 "on_sample": {}, "record": {"out": "spikes"}}
END
}

@test "the same spikes with any number of threads, on any instruction set; --check's file is the same network" {
    network
    spk-simulate --threads 1 --duration 2s net.json >one.spk
    [ "$(spk-view one.spk | wc -l)" -gt 1000 ]
    spk-simulate --threads 2 --duration 2s net.json >two.spk
    assert_same_stream one.spk two.spk
    SPK_SIMD=sse2 spk-simulate --duration 2s net.json >two.spk
    assert_same_stream one.spk two.spk
    spk-simulate --check net.json >checked.json
    spk-simulate --duration 2s checked.json | spk-view | cmp - <(spk-view one.spk)
    spk-simulate --set 'projections.in->out.short_term.U=0.5' --duration 2s net.json | spk-view >other.tsv
    run -1 cmp -s other.tsv <(spk-view one.spk)
}

@test "samples that share a state are no shards, unless synapses are reset" {
    network
    spk-encode poisson --limit 4 --name in --duration 50ms --label-column label --full-scale 16 --max-rate 100Hz "$DIGITS/digits.csv.gz" >in.spk
    fed=(--set populations.in='{"size": 64, "model": "spike_input"}')
    run -2 spk-simulate "${fed[@]}" --set 'on_sample.reset=["membranes", "spikes"]' --shard 0/2 net.json in.spk
    assert_output --partial "synapses"
    spk-simulate "${fed[@]}" --set on_sample.reset=all --shard 0/2 net.json in.spk >0.spk
    spk-simulate "${fed[@]}" --set on_sample.reset=all --shard 1/2 net.json in.spk >1.spk
    spk-simulate "${fed[@]}" --set on_sample.reset=all net.json in.spk >whole.spk
    spk-cat 0.spk 1.spk >joined.spk
    cmp <(spk-view joined.spk) <(spk-view whole.spk)
    [ "$(spk-view whole.spk | wc -l)" -gt 100 ]
}
