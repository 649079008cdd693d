# devices.bats: generators and parrots in network files: what is refused, and that what they do is the same
# however a run is cut.

load helper

# network.json: a generator of each kind, neurons, parrots; "$@": further assignments for --check.
setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    cat >network.json <<'END'
{"format": "spikepipe-network", "version": 1, "dt_ms": 0.1,
 "populations": {
  "drive": {"model": "poisson_generator", "params": {"rate_Hz": 18000, "stop_ms": 80}},
  "dc": {"model": "dc_generator", "params": {"amplitude_pA": 50, "start_ms": 20}},
  "steps": {"model": "step_current_generator",
            "params": {"amplitude_times_ms": [10.1, 30], "amplitude_values_pA": [100, 0]}},
  "noise": {"model": "noise_generator", "params": {"std_pA": 100, "dt_ms": 0.5}},
  "n": {"size": 300, "model": "iaf_psc_delta"},
  "p": {"size": 300, "model": "parrot"}},
 "projections": {
  "drive->n": {"connect": {"rule": "all_to_all"}, "weight_mV": 0.12, "delay_ms": 1.5},
  "drive->p": {"connect": {"rule": "all_to_all"}, "weight": 1, "delay_ms": 0.1},
  "p->n": {"connect": {"rule": "fixed_indegree", "indegree": 5}, "weight_mV": -0.01, "delay_ms": 1},
  "dc->n": {"connect": {"rule": "all_to_all"}, "weight": 1, "delay_ms": 1},
  "steps->n": {"connect": {"rule": "all_to_all"}, "weight": {"uniform": [0, 1]}, "delay_ms": 1},
  "noise->n": {"connect": {"rule": "all_to_all"}, "weight": 1, "delay_ms": 1}},
 "on_sample": {"reset": "all"},
 "record": {"n": "spikes", "p": "spikes"}}
END
}

# refused MESSAGE ASSIGNMENT...: the network with the assignments ends in exit status 2 and this message.
refused() {
    local message=$1 sets=()
    shift
    for set; do sets+=(--set "$set"); done
    run -2 spk-simulate network.json --check "${sets[@]}"
    output=$(sed -E 's/(network.json):[0-9]+:[0-9]+:/\1:/' <<<"$output") # lines: see test_network.c
    assert_output "spk-simulate: network.json: $message"
}

@test "--check fills in what devices leave out, and reads what it writes" {
    spk-simulate network.json --check >expanded.json
    spk-simulate expanded.json --check | cmp - expanded.json
    grep -A 8 '"steps": {' expanded.json | grep -q '"amplitude_times_ms": \[10.1, 30\],'
    grep -A 8 '"drive": {' expanded.json | grep -q '"size": 1,'
    grep -A 8 '"dc": {' expanded.json | grep -q '"stop_ms": -1'
}

@test "--estimate counts devices" {
    run -0 spk-simulate network.json --estimate
    assert_line --regexp $'^projection\tdrive->n\tdevice\t\t300\t4864\t0\t[0-9.e-]+$'
    assert_line --regexp $'^total\t\t\t600\t'
}

@test "the same bytes for any number of threads and every instruction set" {
    spk-simulate network.json --duration 100ms -o want.spk
    [ "$(spk-info want.spk | awk '$1 == "population.n.spikes" { print $2 }')" -gt 300 ]
    for simd in sse2 avx2 avx512; do
        SPK_SIMD=$simd spk-simulate network.json --duration 100ms -j 2 -o got.spk --force
        assert_same_stream want.spk got.spk
    done
    spk-simulate network.json --duration 100ms --seed 2 -o other.spk
    ! cmp -s <(spk-view want.spk) <(spk-view other.spk)
}

# Nothing arrives after stop_ms and the delay; parrots repeat at once what arrives.
@test "generators stop, parrots repeat" {
    spk-simulate network.json --duration 100ms -o out.spk
    spk-view out.spk | awk -F '\t' '
        NR > 1 && $4 == "p" { n++; if ($2 > last) last = $2; if (n == 1) first = $2 }
        END { exit !(first == 1 && last == 800 && n > 150000) }'
}

# A device of each kind with targets of its own.
shifted() {
    cat <<'END'
{"format": "spikepipe-network", "version": 1, "dt_ms": 0.1,
 "populations": {
  "rain": {"model": "poisson_generator", "params": {"rate_Hz": 300, "start_ms": 2}},
  "dc": {"model": "dc_generator", "params": {"amplitude_pA": 450, "start_ms": 4, "stop_ms": 30}},
  "steps": {"model": "step_current_generator",
            "params": {"amplitude_times_ms": [10.1, 30], "amplitude_values_pA": [400, -20]}},
  "noise": {"model": "noise_generator", "params": {"std_pA": 100, "dt_ms": 0.5}},
  "p": {"size": 60, "model": "parrot"}, "a": {"size": 60, "model": "iaf_psc_exp"},
  "b": {"size": 60, "model": "iaf_psc_exp"}, "c": {"size": 60, "model": "iaf_psc_exp"}},
 "projections": {
  "rain->p": {"connect": {"rule": "all_to_all"}, "weight": 1, "delay_ms": 1},
  "dc->a": {"connect": {"rule": "all_to_all"}, "weight": 1, "delay_ms": 1},
  "steps->b": {"connect": {"rule": "all_to_all"}, "weight": 1, "delay_ms": 1},
  "noise->c": {"connect": {"rule": "all_to_all"}, "weight": 1, "delay_ms": 1}}}
END
}

# What unit of the last column but VALUE (1: there is a value behind it) does in step t with one delay of
# 10 steps, it does in step t + d - 10 with a delay of d, as the file steps has it.
assert_shifted() {
    awk -F '\t' -v value="$1" '
        FILENAME == "steps" { d[$1] = $2; units++; next }
        FNR == 1 { next }
        { unit = $(NF - value); from = $2 - d[unit] + 10; to = $2 + d[unit] - 10 }
        FILENAME == "one" { have[$2, unit] = value ? $NF : "a spike"; expected += to >= 0 && to < 500; next }
        $2 < 500 && from >= 0 { found++; wrong += have[from, unit] != (value ? $NF : "a spike") }
        END { exit !(units == 60 && found > 700 && found == expected && wrong == 0) }' steps one drawn
}

# The delays themselves are read off spikes of a spike_generator onto parrots, which are no devices.
@test "drawn delays: each target has what it had, shifted by its own" {
    local name device targets what drawn='{"uniform": [0.1, 3]}'
    shifted >net.json
    for name in rain-\>p dc-\>a steps-\>b noise-\>c; do
        device=${name%%-*} targets=${name##*>} what=$targets.V_m
        [ "$name" != 'rain->p' ] || what=p
        spk-simulate net.json --duration 60ms --record "$what" | spk-view --kind auto >one
        spk-simulate net.json --duration 60ms --record "$what" --set "projections.$name.delay_ms=$drawn" |
            spk-view --kind auto >drawn
        spk-simulate net.json --duration 10ms --record "$targets" --set "projections.$name.delay_ms=$drawn" \
            --set "populations.$device={\"model\": \"spike_generator\", \"params\": {\"spike_times_ms\": [1]}}" \
            --set "populations.$targets={\"size\": 60, \"model\": \"parrot\"}" |
            spk-view | awk -F '\t' -v OFS='\t' 'NR > 1 { print $5, $2 - 9 }' >steps
        [ "$(cut -f 2 steps | sort -u | wc -l)" -gt 15 ]
        [ "$(sed 1d one | cut -f "$(head -n 1 one | tr '\t' '\n' | wc -l)" | sort -u | wc -l)" -gt 50 ]
        assert_shifted "$([ "$what" = p ] && echo 0 || echo 1)"
    done
}

@test "drawn delays: the same bytes in any number of parts, with every instruction set, and with what is drawn" {
    local all=() k
    for k in drive-\>n drive-\>p dc-\>n steps-\>n noise-\>n; do
        all+=(--set "projections.$k.delay_ms={\"normal\": [1, 0.7], \"clip\": [0, 4]}")
    done
    all+=(--set 'projections.drive->n.weight_mV={"uniform": [0.05, 0.2]}')
    spk-simulate network.json "${all[@]}" --duration 100ms -o want.spk
    [ "$(spk-info want.spk | awk '$1 == "population.n.spikes" { print $2 }')" -gt 300 ]
    for k in 2 3 7; do
        SPK_PARTS=$k spk-simulate network.json "${all[@]}" --duration 100ms -j 2 -o got.spk --force
        assert_same_stream want.spk got.spk
    done
    for k in sse2 avx2 avx512; do
        SPK_SIMD=$k spk-simulate network.json "${all[@]}" --duration 100ms -o got.spk --force
        assert_same_stream want.spk got.spk
    done
}

@test "samples have draws of their own, and shards joined are the whole" {
    spk-encode frames --full-scale 16 --max-rate 50Hz --duration 30ms --label-column label --shape 8x8 \
        --limit 7 "$DIGITS/digits.csv.gz" >digits.spk
    sed 's/"dc": {/"in": {"size": 64, "model": "poisson_input"}, &/' network.json >fed.json
    spk-simulate fed.json digits.spk -o whole.spk
    for i in 0 1 2; do spk-simulate fed.json digits.spk --shard $i/3 -o shard$i.spk; done
    spk-cat shard1.spk shard0.spk shard2.spk >joined.spk
    cmp <(spk-view whole.spk) <(spk-view joined.spk)
    spk-simulate fed.json digits.spk --jobs 3 -o jobs.spk
    assert_same_stream whole.spk jobs.spk
    cut -f 4,5 <(spk-view whole.spk | awk -F '\t' '$1 == 1 && $4 == "n"') >one
    cut -f 4,5 <(spk-view whole.spk | awk -F '\t' '$1 == 2 && $4 == "n"') >two
    [ -s one ] && ! cmp -s one two
}

@test "times of devices are whole steps, in order" {
    refused 'populations.drive.params.stop_ms: it would stop before it starts' \
        populations.drive.params.start_ms=90
    refused 'populations.drive.params.stop_ms: 0.25 ms is not a whole number of steps (dt_ms: 0.1)' \
        populations.drive.params.stop_ms=0.25
    refused 'populations.drive.params.stop_ms: a time is 0 or more (-1: it never stops)' \
        populations.drive.params.stop_ms=-0.5
    refused 'populations.drive.params.start_ms: 1e+15 ms is out of range (at most 4.612e+12; dt_ms: 1e-06)' \
        populations.drive.params.start_ms=1e15 dt_ms=1e-6
    refused 'populations.noise.params.dt_ms: 0.25 ms is not a whole number of steps (dt_ms: 0.1)' \
        populations.noise.params.dt_ms=0.25
    refused 'populations.steps.params.amplitude_times_ms.1: times must ascend, from above 0' \
        'populations.steps.params.amplitude_times_ms=[5, 5]'
    refused 'populations.steps.params.amplitude_times_ms.0: times must ascend, from above 0' \
        'populations.steps.params.amplitude_times_ms=[0, 5]'
    refused 'populations.steps.params.amplitude_times_ms.1: 5.55 ms is not a whole number of steps (dt_ms: 0.1)' \
        'populations.steps.params.amplitude_times_ms=[5, 5.55]'
    refused 'populations.steps.params.amplitude_times_ms: 3 times, but 2 amplitude_values_pA' \
        'populations.steps.params.amplitude_times_ms=[5, 6, 7]'
    refused 'populations.steps.params.amplitude_times_ms: a list of numbers is expected' \
        populations.steps.params.amplitude_times_ms=5
    refused 'populations.steps.params.amplitude_values_pA.1: a number is expected, found the string "x"' \
        'populations.steps.params.amplitude_values_pA=[5, "x"]'
    refused 'populations.steps.params.amplitude_values_pA.0: 1e+10 is out of range (-1000000000 to 1000000000)' \
        'populations.steps.params.amplitude_values_pA=[1e10, 1]'
    refused 'populations.steps.params: "amplitude_values_pA" is missing' \
        'populations.steps.params={"amplitude_times_ms": [1]}'
    refused 'populations.drive.params.rate_Hz: -1 is out of range (0 to 1000000000)' \
        populations.drive.params.rate_Hz=-1
    refused 'populations.drive.params.rate_Hz: more than 1e+09 spikes in a step of 100000 ms' \
        populations.drive.params.rate_Hz=1e8 dt_ms=1e5 populations.drive.params.stop_ms=-1
}

@test "how devices can be connected" {
    refused 'projections.drive->n.connect: a poisson_generator is connected by one_to_one, or one unit of it by all_to_all' \
        'projections.drive->n.connect={"rule": "pairwise_bernoulli", "p": 0.5}'
    refused 'projections.noise->n.connect: a noise_generator is connected by one_to_one, or one unit of it by all_to_all' \
        populations.noise.size=2
    refused 'projections.drive->n.plasticity: weights of a poisson_generator do not learn' \
        'projections.drive->n.plasticity={"rule": "stdp_trace"}'
    refused 'projections.dc->n.weight_mV: dc takes weight' \
        'projections.dc->n.weight_mV=1'
    refused 'projections.dc->p: p is a parrot, which takes no current' \
        'projections.dc->p={"connect": {"rule": "all_to_all"}, "weight": 1, "delay_ms": 1}'
    refused 'projections.n->drive: drive is a poisson_generator, which takes no input' \
        'projections.n->drive={"connect": {"rule": "all_to_all"}, "weight": 1, "delay_ms": 1}'
    refused 'projections.drive->p.weight: weights onto this model are 0 or more' \
        'projections.drive->p.weight=-1'
    refused 'record.drive: drive has no spikes: a poisson_generator gives them to its targets' \
        record.drive=spikes
    refused 'record.dc.variables.0: dc_generator has no variables' \
        'record.dc={"variables": ["V_m"]}'
}
