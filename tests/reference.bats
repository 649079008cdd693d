# reference.bats: small networks against the slow simulator in tests/reference, spike by spike and
# weight by weight. It shares nothing with the engine, not even the random numbers' source.

load helper

P='projections.input->exc'

setup_file() {
    cd "$BATS_FILE_TMPDIR" || return 1
    cat >six.csv <<'END'
label,a,b,c,d,e,f
0,9,1,8,0,2,5
1,0,7,9,9,0,1
2,1,1,0,1,0,0
3,9,9,9,9,9,9
4,0,0,0,0,0,0
5,3,4,5,6,7,8
6,9,0,9,0,9,0
7,0,9,0,9,0,9
END
    spk-encode frames --label-column label --full-scale 9 --max-rate 450Hz --duration 60ms six.csv >six.spk
    spk-view six.spk >frames.tsv
}

# agrees NET SEED [--set ...]: train on the six-pixel samples, compare everything.
agrees() {
    local net=$ROOT/tests/reference/$1 seed=$2
    shift 2
    spk-train-stdp --check "$net" "$@" >net.json
    spk-train-stdp --seed "$seed" --spikes spikes.spk -o weights.spk net.json "$BATS_FILE_TMPDIR/six.spk"
    spk-view spikes.spk >spikes.tsv
    spk-view --labels spikes.spk >labels.tsv
    spk-view weights.spk >weights.tsv
    rm spikes.spk weights.spk
    "$ROOT/tests/reference/compare" net.json "$BATS_FILE_TMPDIR/frames.tsv" spikes.tsv weights.tsv labels.tsv "$seed"
}

# The comparison is worth something only if neurons fired and samples were repeated.
fired() {
    [ "$(cut -f4 spikes.tsv | grep -c "^$1\$")" -ge "$2" ]
}

@test "Diehl & Cook's network: every variant of the rule, both kinds of trace" {
    for variant in triplet pair power_law exponential pre_and_post; do
        for trace in set add; do
            run -0 agrees diehl-cook.json 2 --set "$P.plasticity.variant=$variant" --set "$P.plasticity.trace=$trace"
            assert_output --regexp '[1-9][0-9]* repetitions'
            fired exc 20
            fired inh 20
        done
    done
}

@test "synaptic scaling: towards a rate, with a bound, beside learning" {
    for more in "$P.delay_ms=2" "$P.delay_ms=0" "$P.scaling.gain=1" "$P.scaling.max_sum_nS=2.2" "$P.scaling.tau_ms=20" \
        "$P.scaling.target_rate_Hz=5" 'on_sample.reset=["weights"]' on_sample.rest_ms=0; do
        run -0 agrees scaled.json 3 --set "$more"
        fired exc 20
    done
    run -0 agrees scaled.json 4
    assert_output --regexp '[1-9][0-9]* repetitions'
}

# Every storage of weights that learn: dense, with delays of their own, listed with an archive, listed with a kernel.
@test "synaptic scaling: weights that learn nothing else are what the spikes say" {
    for rule in '{"rule": "stdp_trace", "nu_pre": 0, "nu_post": 0}' '{"rule": "stdp", "lambda": 0, "Wmax": 100}' \
        '{"rule": "stdp_trace", "variant": "pair", "timing": "together", "nu_pre": 0, "nu_post": 0}'; do
        for delay in 0 2 '{"uniform": [0, 10]}'; do
            kind=axonal
            case $rule in *'"stdp"'*) kind=dendritic ;; *together*) [ "$delay" = "${delay#\{}" ] || continue ;; esac
            [ "$rule$delay" != '{"rule": "stdp", "lambda": 0, "Wmax": 100}0' ] || continue # sends a step later at least
            sets=(--set "$P.plasticity=$rule" --set "$P.weight_nS=0.4" --set "$P.delay_ms=$delay" --set "$P.delay_kind=$kind"
                --set on_sample={} --set 'populations.exc.adaptive_threshold.theta_mV={"uniform": [4, 11]}')
            spk-train-stdp --check "$ROOT/tests/reference/scaled.json" "${sets[@]}" >net.json
            spk-train-stdp --seed 3 -f --spikes spikes.spk -o weights.spk net.json "$BATS_FILE_TMPDIR/six.spk"
            spk-view spikes.spk >spikes.tsv
            fired exc 20
            "$ROOT/tests/reference/scaling.py" net.json 'input->exc' 6 0.4 spikes.tsv <(spk-view --labels spikes.spk) >expected
            [ "$(sort -u expected | wc -l)" -ge 3 ]
            spk-view weights.spk | awk -F '\t' 'NR == FNR { want[NR - 1] = $1; next }
                $3 == "input->exc.weight" { d = $6 / want[$5] - 1; n++; if (d > 1e-9 || d < -1e-9) print }
                END { print n " compared" }' expected - >compared
            assert_equal "$(cat compared)" "24 compared"
        done
    done
}

@test "other exponents, bounds, signs" {
    run -0 agrees diehl-cook.json 3 --set "$P.plasticity.pre_sign=plus"
    run -0 agrees diehl-cook.json 3 --set "$P.plasticity.variant=pre_and_post" --set "$P.plasticity.mu=1"
    run -0 agrees diehl-cook.json 3 --set "$P.plasticity.variant=power_law" --set "$P.plasticity.mu=0"
    run -0 agrees diehl-cook.json 3 --set "$P.plasticity.w_min=0.3" --set "$P.plasticity.w_max=0.5"
}

@test "delays: drawn or not, axonal or dendritic, by arrival or emission" {
    run -0 agrees diehl-cook.json 4 --set "$P.delay_ms=0"
    run -0 agrees diehl-cook.json 4 --set "$P.delay_ms=2"
    run -0 agrees diehl-cook.json 4 --set "$P.delay_ms=2" --set "$P.delay_kind=dendritic"
    run -0 agrees diehl-cook.json 4 --set "$P.delay_ms=2" --set "$P.plasticity.timing=emission"
}

@test "reset, and weights that go back" {
    run -0 agrees diehl-cook.json 5 --set on_sample.reset=all
    run -0 agrees diehl-cook.json 5 --set 'on_sample.reset=["traces","spikes"]'
}

@test "a layer that is taught, a rule that only strengthens, a threshold that grows the less the higher it is" {
    for seed in 7 8 9; do
        run -0 agrees taught.json "$seed"
        assert_output --regexp '[1-9][0-9]* repetitions'
        fired exc 20
        fired out 20
    done
    # A taught layer whose own threshold adapts, to the teacher's spikes; a factor that is bounded.
    run -0 agrees taught.json 7 --set 'populations.out.adaptive_threshold={"theta_mV": 1, "theta_plus_mV": 0.1}' \
        --set populations.exc.adaptive_threshold.theta_plus_scale.max_factor=0.5
    run -0 agrees taught.json 7 --set populations.out.teacher.rate_Hz=1e5 # in every step
    run -0 agrees taught.json 7 --set populations.out.teacher.rate_Hz=0
}

@test "BindsNET's network: winners, delta synapses, learning at emission" {
    for seed in 1 2 3; do
        run -0 agrees delta.json "$seed"
        fired exc 20
        run -0 agrees delta.json "$seed" --set "$P.plasticity.timing=synapse" --set "$P.delay_ms=3"
        run -0 agrees delta.json "$seed" --set "$P.delay_kind=axonal" --set "$P.plasticity.timing=synapse" --set "$P.delay_ms=0"
    done
}

# Whoever changes a result, on purpose or not, learns it here; on every machine the same.
@test "the bytes of these runs are known" {
    run -0 agrees diehl-cook.json 6
    run -0 bash -c 'cat spikes.tsv weights.tsv | sha256sum'
    assert_output "816f40aeec5011ca2fee564b3007767b9e5b218303cc9bb27a1a4212318d12fb  -"
    run -0 agrees delta.json 6
    run -0 bash -c 'cat spikes.tsv weights.tsv | sha256sum'
    assert_output "eb0210d44a1ffb0a7e4a3d769836aff46bd665a78b85e2d76077d7ba920fcaa2  -"
}
