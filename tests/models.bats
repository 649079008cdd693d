# models.bats: every neuron model, with drawn parameters and input, under each of its solvers: it fires, and
# gives the same bytes for any number of threads and every instruction set.

load helper

# network MODEL SOLVER WEIGHT CURRENT: 70 units; neither a whole number of vectors nor of parts.
network() {
    local key=${3%%=*} size=${3#*=}
    cat <<END
{"format": "spikepipe-network", "version": 1, "dt_ms": 0.1,
 "populations": {
  "in": {"size": 70, "model": "poisson_input", "params": {"rate_Hz": 400}},
  "n": {"size": 70, "model": "$1", "solver": "$2", "params": {"I_e_pA": {"uniform": [0, $4]}}}},
 "projections": {
  "in->n": {"connect": {"rule": "fixed_indegree", "indegree": 10}, "$key": {"normal": [$size, $size]},
            "delay_ms": {"uniform": [0, 2]}},
  "n->n": {"connect": {"rule": "pairwise_bernoulli", "p": 0.1}, "$key": -$size, "delay_ms": 0.7}},
 "record": {"n": {"spikes": true, "variables": ["V_m"]}}}
END
}

simulate() {
    spk-simulate -q --duration 100ms "$@" net.json
}

# alike MODEL SOLVER WEIGHT CURRENT
alike() {
    network "$@" >net.json
    simulate -j 1 -o one.spk --force
    [ "$(spk-view one.spk | wc -l)" -gt 20 ] || fail "$1 $2: it hardly fires"
    for simd in sse2 avx2 avx512; do
        SPK_SIMD=$simd simulate -j 2 -o other.spk --force
        assert_same_stream one.spk other.spk
    done
}

@test "the same bytes for threads and instruction sets: linear models" {
    alike iaf_psc_delta exact weight_mV=1 300
    alike iaf_psc_exp exact weight_pA=80 300
    alike iaf_psc_alpha exact weight_pA=80 300
    alike if_curr_exp_spinnaker exact weight_pA=1500 3000
    alike mat2_psc_exp exact weight_pA=80 300
}

@test "the same bytes for threads and instruction sets: conductances" {
    for solver in rkf45 exp_euler euler crank_nicolson; do
        alike iaf_cond_exp $solver weight_nS=4 300
    done
    alike iaf_cond_alpha rkf45 weight_nS=4 300
    alike iaf_cond_beta rkf45 weight_nS=4 300
}

@test "the same bytes for threads and instruction sets: quadratic and exponential models" {
    alike izhikevich euler weight_mV=1 10
    alike izhikevich published weight_mV=1 10
    alike aeif_cond_exp rkf45 weight_nS=20 1000
    alike aeif_cond_alpha rkf45 weight_nS=20 1000
    alike aeif_psc_exp rkf45 weight_pA=600 1000
}

@test "the same bytes for threads and instruction sets: Hodgkin and Huxley" {
    alike hh_psc_alpha rkf45 weight_pA=200 600
    alike hh_psc_alpha_gap rkf45 weight_pA=200 600
    alike hh_cond_exp_traub rkf45 weight_nS=4 300
}

@test "every model is in this file" {
    for model in $(sed -n 's/^\.\\" model \([a-z0-9_]*\):.*/\1/p' "$ROOT/man/spk-network.5"); do
        case $model in *_input | *_generator | parrot | lif_discrete | modulator) continue ;; esac
        grep -q "alike $model " "$BATS_TEST_FILENAME"
    done
}

@test "precision float: where a solver is for double only, a message says so" {
    network aeif_cond_exp rkf45 weight_nS=4 500 >net.json
    run -2 simulate --set precision=float
    assert_output --partial 'aeif_cond_exp by rkf45 needs "precision": "double"'
    network iaf_cond_exp exp_euler weight_nS=4 500 >net.json
    simulate --set precision=float -o one.spk --force
}
