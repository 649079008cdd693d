# mpi.bats: spk-simulate-mpi and spk-train-stdp-mpi: the bytes of one process for any number of ranks and
# threads, also of what was learned, and stopped and resumed; what they do not offer, and failures of one
# rank, end all with one line.
load helper

export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none
export OMPI_MCA_btl=self,vader OMPI_MCA_btl_vader_single_copy_mechanism=none
export OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_orte_execute_quiet=1

setup_file() {
    command -v mpirun >/dev/null && command -v mpicc >/dev/null || return 0
    BUILD=${BUILD#"$ROOT/"} make -s -C "$ROOT" MPI=1 all 2>&1
}

setup() {
    command -v mpirun >/dev/null && command -v mpicc >/dev/null || skip "no MPI"
    PATH=$BUILD-mpi/bin:$PATH
    cd "$BATS_TEST_TMPDIR" || return 1
}

# ranks N OPTION...
ranks() {
    local n=$1
    shift
    mpirun -np "$n" spk-simulate-mpi "$@"
}

# assert_learns_same "RANKS THREADS ..." OPTION...: the weights and spikes of spk-train-stdp.
assert_learns_same() {
    local k teams
    read -ra teams <<<"$1"
    shift
    spk-train-stdp -j 1 -f -o want.spk --spikes want-spikes.spk "$@"
    [ "$(spk-view want-spikes.spk | head -n 100 | wc -l)" -eq 100 ]
    for ((k = 0; k < ${#teams[@]}; k += 2)); do
        mpirun -np "${teams[k]}" spk-train-stdp-mpi -j "${teams[k + 1]}" -f -o got.spk --spikes got-spikes.spk "$@"
        assert_same_stream want.spk got.spk
        assert_same_stream want-spikes.spk got-spikes.spk
    done
}

# The process ids of the ranks that mpirun PID has started, in lines.
pids_of() {
    pgrep -P "$1" -f -- -mpi
}

# await_checkpoint PID [LAST]: a minute at most, until there is another checkpoint than LAST, or PID has ended.
await_checkpoint() {
    local i
    for ((i = 0; i < 600; i++)); do
        kill -0 "$1" 2>/dev/null || return 0
        [ -e state ] && [ "$(stat -c %y state)" != "${2:-}" ] && return
        sleep 0.1
    done
    return 1
}

# assert_resumes PROGRAM OPTION...: the last of some ranks is asked to stop, others go on from there, and at
# last one process; got.spk is what was to be written.
assert_resumes() {
    local program=$1 n pid stopped=0 status last=
    shift
    for n in 2 3 2 3; do
        status=0
        mpirun -np "$n" "$program-mpi" -j 1 -o got.spk --checkpoint state --checkpoint-every 0s --resume "$@" \
            2>log &
        pid=$!
        await_checkpoint "$pid" "$last"
        pids_of "$pid" | tail -n 1 | xargs -r kill -TERM || true
        wait "$pid" || status=$?
        [ "$status" -eq 0 ] && break
        [ "$status" -eq 75 ]
        [ "$(grep -c ': stopped after .*; --resume goes on' log)" -eq 1 ]
        [ ! -e got.spk ]
        last=$(stat -c %y state)
        stopped=$((stopped + 1))
    done
    [ "$stopped" -gt 0 ]
    [ -e got.spk ] || "$program" -o got.spk --checkpoint state --resume "$@"
    [ ! -e state ] && [ ! -e state.journal ]
}

# assert_same_over_ranks "RANKS THREADS ..." OPTION...: so many ranks with so many threads each give the
# bytes of spk-simulate; and there is something in them. More threads than processors take very long.
assert_same_over_ranks() {
    local k n j teams
    read -ra teams <<<"$1"
    shift
    spk-simulate -j 1 -f -o want.spk "$@"
    [ "$(spk-view want.spk | head -n 100 | wc -l)" -eq 100 ]
    for ((k = 0; k < ${#teams[@]}; k += 2)); do
        n=${teams[k]} j=${teams[k + 1]}
        ranks "$n" -j "$j" -f -o got.spk "$@"
        assert_same_stream want.spk got.spk
    done
}

# Neurons that take their input before and after the threshold, sources, devices with delays below and
# above the exchange interval of 5 steps, and every way to keep synapses that do not learn.
network() {
    cat <<'END'
{"format": "spikepipe-network", "version": 1, "dt_ms": 0.1,
 "populations": {
  "in": {"size": 40, "model": "poisson_input", "params": {"rate_Hz": 100}},
  "rain": {"model": "poisson_generator", "params": {"rate_Hz": 15000}},
  "late": {"model": "poisson_generator", "params": {"rate_Hz": 9000}},
  "noise": {"model": "noise_generator", "params": {"mean_pA": 300, "std_pA": 200, "dt_ms": 0.3}},
  "delta": {"size": 170, "model": "iaf_psc_delta", "params": {"t_ref_ms": 1}},
  "cond": {"size": 90, "model": "iaf_cond_exp", "params": {"t_ref_ms": 1}}},
 "projections": {
  "rain->delta": {"connect": {"rule": "all_to_all"}, "weight_mV": {"uniform": [0.5, 0.9]}, "delay_ms": 0.2},
  "late->delta": {"connect": {"rule": "all_to_all"}, "weight_mV": 0.07, "delay_ms": 0.1},
  "rain->cond": {"connect": {"rule": "all_to_all"}, "weight_nS": 3, "delay_ms": 0},
  "late->cond": {"connect": {"rule": "all_to_all"}, "weight_nS": 0.3, "delay_ms": {"uniform": [0.5, 1.2]}},
  "noise->delta": {"connect": {"rule": "all_to_all"}, "weight": 1, "delay_ms": {"uniform": [0.1, 0.9]}},
  "in->delta": {"connect": {"rule": "all_to_all"}, "weight_mV": {"uniform": [0, 3]}, "delay_ms": 0.7},
  "in->cond": {"connect": {"rule": "fixed_outdegree", "outdegree": 20}, "weight_nS": 2.7,
   "delay_ms": {"uniform": [0.5, 1.5]},
   "short_term": {"model": "tsodyks2", "U": 0.3, "tau_rec_ms": 30, "tau_fac_ms": 20}},
  "delta->delta": {"connect": {"rule": "all_but_self"}, "weight_mV": -0.07, "delay_ms": 0.5},
  "delta->cond": {"connect": {"rule": "fixed_indegree", "indegree": 20}, "weight_nS": {"normal": [0.7, 1.1]},
   "delay_ms": {"uniform": [0.5, 2.5]}},
  "cond->delta": {"connect": {"rule": "pairwise_bernoulli", "p": 0.3}, "weight_mV": -0.3,
   "delay_ms": {"uniform": [0.5, 0.9]}, "storage": "procedural"},
  "cond->cond": {"connect": {"rule": "pairwise_bernoulli", "p": 0.4}, "weight_nS": 0.5, "delay_ms": 0.6}},
 "record": {"in": {"spikes": true}, "delta": {"spikes": true}, "cond": {"spikes": true}}}
END
}

# Every learning rule and way to keep what learns, and what belongs to learning.
learning() {
    cat <<'END'
{"format": "spikepipe-network", "version": 1, "dt_ms": 0.5,
 "populations": {
  "in": {"size": 60, "model": "poisson_input", "params": {"rate_Hz": 60}},
  "exc": {"size": 150, "model": "iaf_cond_exp", "params": {"t_ref_ms": 2, "tau_syn_ex_ms": 2},
   "adaptive_threshold": {"theta_mV": 1, "theta_plus_mV": 0.3, "tau_theta_ms": 500}},
  "inh": {"size": 50, "model": "iaf_cond_exp", "params": {"t_ref_ms": 1, "tau_syn_ex_ms": 2}}},
 "projections": {
  "in->exc": {"connect": {"rule": "all_to_all"}, "weight_nS": {"uniform": [0, 1]}, "delay_ms": {"uniform": [0, 6]},
   "delay_kind": "axonal",
   "plasticity": {"rule": "stdp_trace", "variant": "triplet", "nu_pre": 0.001, "nu_post": 0.02, "w_max": 2},
   "normalize": {"per": "target", "sum_nS": 20, "when": "sample"}},
  "in->exc#dense": {"connect": {"rule": "all_to_all"}, "weight_nS": {"uniform": [0, 1]}, "delay_ms": 1.5,
   "plasticity": {"rule": "stdp_trace", "nu_pre": 0.001, "nu_post": 0.02, "w_max": 2},
   "normalize": {"per": "target", "sum_nS": 15, "when": "sample"}},
  "in->exc#emission": {"connect": {"rule": "all_to_all"}, "weight_nS": {"uniform": [0, 0.3]}, "delay_ms": 1,
   "weight_type": "f64", "plasticity": {"rule": "stdp_trace", "timing": "emission", "w_max": 2}},
  "exc->exc": {"connect": {"rule": "pairwise_bernoulli", "p": 0.2}, "weight_nS": {"uniform": [0, 0.5]},
   "delay_ms": {"uniform": [0.5, 3]}, "plasticity": {"rule": "stdp"}},
  "exc->exc#near": {"connect": {"rule": "fixed_indegree", "indegree": 20}, "weight_nS": 0.3,
   "delay_ms": {"uniform": [0.5, 2]}, "plasticity": {"rule": "stdp", "pairing": "nearest_pre_centered"}},
  "exc->exc#pl": {"connect": {"rule": "fixed_indegree", "indegree": 15}, "weight_nS": 0.2, "delay_ms": 1,
   "weight_type": "f64", "plasticity": {"rule": "stdp_pl"}},
  "exc->inh": {"connect": {"rule": "fixed_outdegree", "outdegree": 10}, "weight_nS": 1.5, "delay_ms": 0.5,
   "plasticity": {"rule": "stdp_triplet"}, "normalize": {"per": "target", "sum_nS": 50, "when": "sample"}},
  "exc->inh#spinnaker": {"connect": {"rule": "all_to_all"}, "weight_nS": {"uniform": [0, 0.3]}, "delay_ms": 1,
   "plasticity": {"rule": "stdp_spinnaker"}},
  "inh->exc": {"connect": {"rule": "all_to_all"}, "weight_nS": -0.5, "delay_ms": 1,
   "plasticity": {"rule": "vogels_sprekeler", "eta": 0.05, "Wmax": -3}},
  "inh->exc#tired": {"connect": {"rule": "fixed_indegree", "indegree": 10}, "weight_nS": {"uniform": [-1, 0]},
   "delay_ms": {"uniform": [0.5, 2]}, "short_term": {"model": "tsodyks2", "U": 0.4}}},
 "record": {"exc": {"spikes": true}, "inh": {"spikes": true}}}
END
}

SMALL=(--set populations.E.size=1000 --set populations.I.size=250 --set populations.drive.params.rate_Hz=20000
    --set projections.E-\>E.connect.indegree=100 --set projections.E-\>I.connect.indegree=100
    --set projections.I-\>E.connect.indegree=25 --set projections.I-\>I.connect.indegree=25)

@test "the same bytes: constant weights and one delay" {
    assert_same_over_ranks "1 1 1 2 2 1 2 2 3 1 3 2" "${SMALL[@]}" --duration 30ms "$ROOT/share/networks/brunel.json"
}

@test "the same bytes: all ways to keep synapses, devices, sources, drawn weights and delays" {
    network >net.json
    assert_same_over_ranks "1 2 2 1 2 2 3 1" --duration 100ms net.json
    assert_same_over_ranks "2 1 3 1" --duration 100ms --set 'projections.cond->cond.plasticity={"rule": "stdp"}' \
        --set 'projections.in->delta.plasticity={"rule": "stdp_trace"}' net.json
}

@test "the same bytes: gap junctions, also between populations and with more ranks than units of one" {
    network >net.json
    local junctions='"synapse": "gap_junction", "weight_nS": {"uniform": [0, 0.5]}}'
    local gaps=(--set "projections.delta->delta#2={\"connect\": {\"rule\": \"fixed_outdegree\", \"outdegree\": 4,
        \"make_symmetric\": true}, $junctions"
        --set "projections.delta->cond#2={\"connect\": {\"rule\": \"pairwise_bernoulli\", \"p\": 0.05,
        \"make_symmetric\": true}, $junctions")
    assert_same_over_ranks "1 2 2 1 2 2 3 1" --duration 60ms "${gaps[@]}" --record delta --record cond.V_m \
        --record-interval 1ms net.json
    assert_same_over_ranks "3 1" --duration 60ms "${gaps[@]}" --set populations.cond.size=20 \
        --set projections.in-\>cond.connect.outdegree=5 net.json
    run -2 --separate-stderr ranks 2 --duration 1ms "${gaps[@]}" --set 'projections.delta->cond#2.weight_nS=1000' net.json
    assert_equal "${#stderr_lines[@]}" 1
    assert_regex "$stderr" 'the gap junctions of unit [0-9]+ have [0-9.]+ nS together'
}

@test "the same bytes: an exchange after every step, and more ranks than units" {
    network >net.json
    assert_same_over_ranks "2 1 3 1" --duration 40ms --set projections.delta-\>delta.delay_ms=0 net.json
    assert_same_over_ranks "2 1 3 1" --duration 40ms --set populations.delta.winner=random net.json
    assert_same_over_ranks "2 1 3 1" --duration 60ms --set populations.cond.size=20 \
        --set projections.in-\>cond.connect.outdegree=5 net.json
}

@test "the same bytes: recorded variables" {
    network >net.json
    assert_same_over_ranks "2 1 3 1" --duration 40ms --record delta --record delta.V_m --record cond.g_ex \
        --record-interval 0.7ms net.json
}

@test "the same bytes: samples from a file, and weights" {
    local set=(--set populations.exc.size=60 --set populations.inh.size=60)
    spk-encode frames --full-scale 16 --max-rate 200Hz --duration 350ms --label-column label --shape 8x8 \
        --limit 6 "$DIGITS/digits.csv.gz" >digits.spk
    spk-train-stdp "${set[@]}" "$ROOT/share/experiments/digits/network.json" digits.spk -o weights.spk
    assert_same_over_ranks "2 1 3 1" "${set[@]}" --weights weights.spk "$ROOT/share/experiments/digits/network.json" \
        digits.spk
}

@test "the same bytes while it learns: every rule, thresholds, normalisation, winners" {
    learning >net.json
    local record=(--record exc --record inh --record exc.theta --plastic --duration 60ms)
    assert_same_over_ranks "1 1 1 2 2 1 2 2 3 1 3 2" "${record[@]}" net.json
    assert_same_over_ranks "2 1" --plastic --duration 200ms --set populations.exc.winner=random net.json
    assert_same_over_ranks "3 1" "${record[@]}" --set populations.inh.size=9 \
        --set 'projections.exc->inh.connect.outdegree=3' net.json
    spk-simulate -f -o still.spk --record exc --duration 60ms net.json # it is learning that is seen
    spk-simulate -f -o moved.spk --record exc --duration 60ms --plastic net.json
    run ! cmp <(spk-view still.spk) <(spk-view moved.spk)
}

@test "the same weights: every rule" {
    learning >net.json
    assert_learns_same "1 1 1 2 2 1 2 2 3 1 3 2" --duration 60ms net.json
}

@test "the same weights: samples, presented again where few units fire; they are read by all ranks" {
    local net=(--set populations.exc.size=60 --set populations.inh.size=60 "$ROOT/share/experiments/digits/network.json")
    spk-encode frames --full-scale 16 --max-rate 200Hz --duration 350ms --label-column label --shape 8x8 \
        --limit 8 "$DIGITS/digits.csv.gz" >digits.spk
    assert_learns_same "2 1 3 2" --snapshot-every 3 "${net[@]}" digits.spk
    mv want.spk weights.spk
    assert_learns_same "3 1" --weights weights.spk "${net[@]}" digits.spk
    assert_same_over_ranks "3 1" --weights weights.spk --plastic "${net[@]}" digits.spk
    assert_same_over_ranks "2 1" --weights weights.spk --plastic --set 'on_sample.reset="all"' "${net[@]}" digits.spk
}

@test "stopped by a signal to one rank, other numbers of ranks go on: the same bytes" {
    learning >net.json
    local options=(--plastic --duration 1s net.json)
    spk-simulate -o want.spk "${options[@]}"
    assert_resumes spk-simulate "${options[@]}"
    assert_same_stream want.spk got.spk
    spk-encode frames --full-scale 16 --max-rate 200Hz --duration 350ms --label-column label --shape 8x8 \
        --limit 60 "$DIGITS/digits.csv.gz" >digits.spk
    options=(--set populations.exc.size=60 --set populations.inh.size=60 --snapshot-every 7
        "$ROOT/share/experiments/digits/network.json" digits.spk)
    rm got.spk
    spk-train-stdp -f -o want.spk "${options[@]}"
    assert_resumes spk-train-stdp "${options[@]}"
    assert_same_stream want.spk got.spk
}

@test "killed after a checkpoint, other numbers of ranks go on" {
    local pid
    learning >net.json
    spk-simulate -o want.spk --plastic --duration 1s net.json
    mpirun -np 3 spk-simulate-mpi -j 1 -o got.spk --plastic --duration 1s --checkpoint state \
        --checkpoint-every 0s net.json &
    pid=$!
    await_checkpoint "$pid"
    pids_of "$pid" | xargs -r kill -KILL || true
    wait "$pid" || true
    [ ! -e got.spk ]
    run mpirun -np 1 spk-simulate-mpi -o got.spk --plastic --duration 1s --checkpoint state --resume net.json : \
        -np 1 spk-simulate-mpi -o got.spk --plastic --duration 1s --checkpoint gone --resume net.json
    [ "$status" -eq 4 ]
    assert_output --partial "spk-simulate: state: rank 1 of 2 finds another one than rank 0"
    ranks 2 -j 1 -o got.spk --plastic --duration 1s --checkpoint state --resume -v net.json 2>log
    grep -q 'resumed after [1-9]' log
    assert_same_stream want.spk got.spk
}

@test "one output, also on stdout; --verbose tells memory and bytes of a rank" {
    spk-simulate "${SMALL[@]}" --duration 50ms "$ROOT/share/networks/brunel.json" >want.spk
    run -0 --separate-stderr ranks 2 -j 1 -v "${SMALL[@]}" --duration 50ms -o out.spk "$ROOT/share/networks/brunel.json"
    # shellcheck disable=SC2154 # run sets it
    echo "$stderr" | grep -E '2 ranks: [0-9.]+ to [0-9.]+ MB each; [0-9]+ exchanges, in each rank 0 sent [1-9]'
    # mpirun makes rank 0 a terminal
    ranks 3 -j 1 -f "${SMALL[@]}" --duration 50ms "$ROOT/share/networks/brunel.json" | cat >got.spk
    assert_same_stream want.spk got.spk
    assert_same_stream want.spk out.spk
}

@test "what is not offered is said once" {
    network >net.json
    run ranks 2 -j 1 --duration 10ms --jobs 2 net.json -o out.spk
    [ "$status" -eq 2 ]
    run ranks 2 -j 1 --duration 10ms --set dt_ms=x net.json -o out.spk
    [ "$status" -eq 2 ]
    [ "$(grep -c 'spk-simulate: ' <<<"$output")" -eq 1 ]
    [ ! -e out.spk ]
}

@test "a failure of one rank ends all; rank 0 says which it was, and leaves nothing behind" {
    network >net.json
    mkdir out
    run mpirun -np 1 spk-simulate-mpi -j 1 --duration 1s net.json -o out/x.spk : \
        -np 1 spk-simulate-mpi -j 1 --duration 1s missing.json -o out/x.spk
    [ "$status" -eq 3 ]
    assert_output --partial "spk-simulate: rank 1 of 2: missing.json"
    run mpirun -np 1 spk-simulate-mpi -j 1 --duration 1s net.json -o out/x.spk : \
        -np 2 spk-simulate-mpi -j 1 --duration 1s -s 2 net.json -o out/x.spk
    [ "$status" -eq 2 ]
    assert_output --partial "spk-simulate: rank 1 of 3 has another network, or seed, than rank 0"
    # the last unit alone diverges; the second of two ranks has it
    cat >bad.json <<'END'
{"format": "spikepipe-network", "version": 1, "dt_ms": 1, "precision": "float",
 "populations": {"p": {"size": 40, "model": "poisson_input", "params": {"rate_Hz": {"file": "Hz.csv", "column": "Hz"}}},
  "n": {"size": 40, "model": "iaf_cond_exp", "solver": "euler"}},
 "projections": {"p->n": {"connect": {"rule": "one_to_one"}, "weight_nS": -1e38, "delay_ms": 1}},
 "record": {"n": {"spikes": true}}}
END
    { echo Hz; yes 0 | head -n 39; echo 1000; } >Hz.csv
    run ranks 2 -j 1 --duration 50ms bad.json -o out/x.spk
    [ "$status" -eq 6 ]
    assert_output --partial "spk-simulate: rank 1 of 2: bad.json: populations.n: V_m of unit 39 diverged"
    [ -z "$(ls out)" ]
}
