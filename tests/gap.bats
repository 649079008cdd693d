# gap.bats: gap junctions: against solutions in closed form and an integration of all neurons as one system
# (tests/reference/gap.py), what they keep (charge), who is joined, and what is refused.
load helper

# Two integrate-and-fire neurons below threshold, joined by 10 nS.
two() {
    cat <<'END'
{"format": "spikepipe-network", "version": 1, "dt_ms": 0.1,
 "populations": {
  "n": {"size": 2, "model": "iaf_psc_exp", "params": {"tau_m_ms": 10, "C_m_pF": 250, "E_L_mV": -70,
   "I_e_pA": {"list": [200, 100]}, "V_m_mV": {"list": [-60, -75]}}}},
 "projections": {"n->n": {"connect": {"rule": "all_but_self"}, "synapse": "gap_junction", "weight_nS": 10}},
 "record": {"n": {"variables": ["V_m"], "interval_ms": 0.1}}}
END
}

# error_of_two DT: the largest error of V_m in 50 ms. Sum and difference of the two decay on their own,
# the difference by 1 / tau_m + 2 g / C_m.
error_of_two() {
    spk-simulate -q --duration 50ms --set "dt_ms=$1" --set "record.n.interval_ms=$1" two.json | spk-view |
        awk -F '\t' -v dt="$1" 'NR > 1 {
            t = ($2 + 1) * dt; tau = 10; r = 1 / tau + 2 * 10 / 250
            sum = 12 + (5 - 12) * exp(-t / tau)
            difference = 0.4 / r + (15 - 0.4 / r) * exp(-t * r)
            e = $7 - (-70 + (sum + ($6 == 0 ? difference : -difference)) / 2)
            if (e < 0) e = -e
            if (e > most) most = e
        } END { print most }'
}

@test "two membranes below threshold: the closed form, to second order in dt" {
    two >two.json
    awk -v a="$(error_of_two 0.1)" -v b="$(error_of_two 0.05)" -v c="$(error_of_two 0.025)" \
        'BEGIN { exit !(a < 5e-4 && a / b > 3.8 && a / b < 4.2 && b / c > 3.8 && b / c < 4.2) }'
}

# joined NAME DT: the case of tests/reference/gap.py as a network; its largest and its root mean square error.
joined() {
    local size=2 start='[-10, -65]' current='[650, 650]' g=0.5 duration=100ms model=hh_psc_alpha
    case $1 in
    strong) start='[-65, -60]' current='[700, 1000]' g=5 duration=40ms ;;
    twenty)
        size=20 duration=40ms
        start=[$(seq -s , -75 -56)] current=[$(seq -s , 620 20 1000)]
        ;;
    nest)
        model=hh_psc_alpha_gap duration=350ms
        start='[-10, -69.60401191631222]' current='[100, 100]'
        ;;
    esac
    cat >net.json <<END
{"format": "spikepipe-network", "version": 1, "dt_ms": $2,
 "populations": {"n": {"size": $size, "model": "$model",
  "params": {"V_m_mV": {"list": $start}, "I_e_pA": {"list": $current}}}},
 "projections": {"n->n": {"connect": {"rule": "all_but_self"}, "synapse": "gap_junction", "weight_nS": $g}},
 "record": {"n": {"variables": ["V_m"], "interval_ms": $2}}}
END
    spk-simulate -q --duration $duration net.json | spk-view |
        awk -F '\t' -v dt="$2" -v name="$1" 'NR == FNR { if ($1 == name) { v[$2 + 0, $3] = $4; n++ }; next }
            FNR > 1 {
                t = int(($2 + 1) * dt * 1000 + 0.5) / 1000
                if (!((t, $6) in v)) next
                e = $7 - v[t, $6]; squares += e * e; found++
                if (e < 0) e = -e
                if (e > most) most = e
            } END { print most, sqrt(squares / n); exit !(n > 10 && found == n) }' "$ROOT/tests/reference/gap.tsv" -
}

# within NAME DT MOST MEAN
within() {
    local errors
    errors=$(joined "$1" "$2")
    echo "$1 $2: $errors"
    awk -v most="$3" -v mean="$4" '{ exit !($1 < most && $2 < mean) }' <<<"$errors"
}

@test "Hodgkin and Huxley's neurons: as one system of equations gives it" {
    within pair 0.1 0.04 0.01
    within pair 0.025 0.0025 0.0006
    within strong 0.1 0.05 0.02
    within strong 0.025 0.003 0.001
    within twenty 0.1 0.15 0.02
    within twenty 0.025 0.013 0.0013
    within twenty 0.01 0.0025 0.00025
    within nest 0.1 0.6 0.15
    within nest 0.025 0.08 0.015
    within nest 0.01 0.011 0.002
}

# Membranes that leak nothing: the mean of V_m can only change by what is not symmetric.
membranes() { # membranes RULE SYMMETRIC [MORE]
    cat <<END
{"format": "spikepipe-network", "version": 1, "dt_ms": 0.1, "precision": "double",
 "populations": {"n": {"size": 60, "position": {"grid": [6, 10]}, "model": "iaf_psc_exp",
  "params": {"tau_m_ms": 1e9, "V_m_mV": {"uniform": [-70, -60]}}}},
 "projections": {"n->n": {"connect": {$1, "make_symmetric": $2}, "synapse": "gap_junction",
   "weight_nS": {"uniform": [0.1, 1]}, "weight_type": "f64"}},
 "record": {"n": {"variables": ["V_m"], "interval_ms": 100}}}
END
}

# changes RULE SYMMETRIC: by how much the mean of V_m changes in 100 ms, and by how much the spread shrinks.
changes() {
    membranes "$1" "$2" >net.json
    spk-simulate -q --duration 101ms net.json | spk-view |
        awk -F '\t' 'NR > 1 { k = $2 > 0; sum[k] += $7; squares[k] += $7 * $7; n[k]++ }
            END { a = sum[0] / n[0]; b = sum[1] / n[1]
                  print (a > b ? a - b : b - a), (squares[1] / n[1] - b * b) / (squares[0] / n[0] - a * a) }'
}

@test "every connection rule: no charge is lost where junctions are symmetric, and membranes agree" {
    for rule in '"rule": "pairwise_bernoulli", "p": 0.2' '"rule": "fixed_indegree", "indegree": 5' \
        '"rule": "fixed_outdegree", "outdegree": 5' '"rule": "fixed_total_number", "N": 400' \
        '"rule": "all_to_all"' '"rule": "all_but_self"' \
        '"rule": "pairwise_bernoulli", "p": {"distance": {"exponential": [0.9, 0.3]}}, "mask": {"circular": {"radius": 0.4}}'; do
        run -0 changes "$rule" true
        awk '{ exit !($1 < 1e-6 && $2 < 0.1) }' <<<"$output"
        run -0 changes "$rule" false
        awk '{ exit !($1 > 1e-4) }' <<<"$output"
    done
}

@test "a symmetric projection is two that are not, also of edges and between populations" {
    cat >net.json <<'END'
{"format": "spikepipe-network", "version": 1, "dt_ms": 0.1,
 "populations": {
  "a": {"size": 3, "model": "aeif_cond_exp", "params": {"I_e_pA": {"list": [800, 500, 0]}}},
  "b": {"size": 2, "model": "hh_psc_alpha", "params": {"I_e_pA": {"list": [0, 700]}}}},
 "projections": {"a->b": {"connect": {"rule": "edges", "file": "there.csv", "make_symmetric": true},
   "synapse": "gap_junction"}},
 "record": {"a": {"variables": ["V_m"], "interval_ms": 0.1}, "b": {"spikes": true}}}
END
    printf '%s\n' source,target,weight_nS 0,1,3 2,0,2.5 >there.csv
    printf '%s\n' source,target,weight_nS 1,0,3 0,2,2.5 >back.csv
    spk-simulate -q --duration 50ms net.json | spk-view >once.tsv
    sed -e 's/true},$/false},/' \
        -e 's/^   "synapse.*/"synapse": "gap_junction"}, "b->a": {"connect": {"rule": "edges", "file": "back.csv",\
"make_symmetric": false}, "synapse": "gap_junction"}},/' net.json >both.json
    spk-simulate -q --duration 50ms both.json | spk-view | cmp - once.tsv
    [ "$(grep -c '	b	' once.tsv)" -ge 2 ]
    sed 's/true},$/false},/' net.json >one-way.json
    run ! cmp -s once.tsv <(spk-simulate -q --duration 50ms one-way.json | spk-view)
}

# seen: of a neuron that fires and one that does not, the potential of the first that the second's course in each step
# tells of, while the first is held at its reset: how often, and the largest difference.
seen() {
    two | sed 's/\[200, 100\]/[900, 0]/' >firing.json
    spk-simulate -q --duration 100ms firing.json | spk-view | awk -F '\t' '
        NR > 1 && $6 == 0 { upper = $7 }
        NR > 1 && $6 == 1 {
            decay = exp(-0.1 / 10)
            current = ($7 + 70 - (last + 70) * decay) / (10 / 250 * (1 - decay))
            middle = last + (last - before) / 2 # of the second, in this step
            if (was == -70 && upper == -70 && $2 > 2) {
                held++
                e = current / 10 + middle + 70
                if (e < 0) e = -e
                if (e > most) most = e
            }
            was = upper; before = last; last = $7
        } END { print held, most }'
}

@test "a reset is no slope: held at its reset, a neuron is seen there from the first step" {
    run -0 seen
    awk '{ exit !($1 > 50 && $2 < 1e-6) }' <<<"$output"
}

@test "single precision, and where learning is: gap junctions stay as they are" {
    two | sed 's/"dt_ms"/"precision": "float", &/' >two.json
    awk -v e="$(error_of_two 0.1)" 'BEGIN { exit !(e < 6e-4) }'
    two | sed 's/^ "projections": {/&"n->n#2": {"connect": {"rule": "all_to_all"}, "weight_pA": 1, "delay_ms": 1,\
      "plasticity": {"rule": "stdp"}}, /' >two.json
    spk-train-stdp -q --duration 10ms two.json --spikes spikes.spk -o weights.spk
    run -0 bash -c "spk-view --kind weights weights.spk | cut -f 2 | sort -u"
    refute_output --partial 'n->n
'
    cmp <(spk-view spikes.spk) <(spk-simulate -q --duration 10ms two.json | spk-view)
}

# refuses MESSAGE OPTION...: of two.json
refuses() {
    local message=$1
    shift
    run -2 spk-simulate --duration 1ms "$@" two.json
    assert_output --partial "$message"
    assert_equal "${#lines[@]}" 1
}

@test "what gap junctions are not is refused in one line" {
    two >two.json
    local p='projections.n->n'
    for key in 'delay_ms=1' 'delay_kind=axonal' 'storage=procedural' 'plasticity={"rule": "stdp"}' \
        'short_term={"model": "tsodyks2"}' 'normalize={"sum_nS": 1}' \
        'scaling={"target_rate_Hz": 1, "max_sum_nS": 1}'; do
        refuses "$p.${key%%=*}: gap junctions take no ${key%%=*}" --set "$p.$key"
    done
    refuses "$p.weight_nS: weights of gap junctions are 0 or more" --set "$p.weight_nS=-1"
    refuses 'a gap junction takes weight_nS' --set "$p.weight_pA=1"
    refuses '"make_symmetric" is missing: true, gap junctions act on both of their ends, or false, on the target alone' \
        --set "$p.connect={\"rule\": \"fixed_indegree\", \"indegree\": 1}"
    refuses "$p.synapse: \"gap\" is not known here" --set "$p.synapse=gap"
    refuses 'make_symmetric: unknown key' --set "$p={\"connect\": {\"rule\": \"all_to_all\", \"make_symmetric\": true},
        \"weight_pA\": 1, \"delay_ms\": 1}"
    refuses 'n is a lif_discrete; gap junctions need neurons with a V_m in mV' \
        --set 'populations.n={"size": 2, "model": "lif_discrete"}'
    refuses 'n is a poisson_input; gap junctions need neurons' \
        --set 'populations.n={"size": 2, "model": "poisson_input", "params": {"rate_Hz": 1}}' --set 'record={}'
    printf '%s\n' source,target,weight,delay_ms 0,1,1,1 >edges.csv
    refuses 'edges.csv has delays, gap junctions have none' \
        --set "$p={\"connect\": {\"rule\": \"edges\", \"file\": \"edges.csv\", \"make_symmetric\": true},
            \"synapse\": \"gap_junction\"}"
}

@test "conductances that a step of dt cannot solve are refused; those that it can are stable" {
    two >two.json
    refuses 'populations.n: the gap junctions of unit 0 have 626 nS together; at most 625 nS can be solved' \
        --set 'projections.n->n.weight_nS=626'
    spk-simulate -q --duration 1s --set 'projections.n->n.weight_nS=625' --set record.n.interval_ms=100 two.json |
        spk-view | awk -F '\t' 'NR > 1 && $3 > 500 && ($7 < -64.05 || $7 > -63.95) { exit 1 }'
}
