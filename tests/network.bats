# network.bats: the network file as the programs take it: --check, --estimate, --set, messages.

load helper

NETWORK=$ROOT/share/experiments/digits/network.json

# digits COUNT: so many of the small digits, as a stream.
digits() {
    spk-encode frames --full-scale 16 --max-rate 200Hz --duration 50ms --label-column label --shape 8x8 \
        --subset "0:$1" "$DIGITS/digits.csv.gz"
}

@test "the networks of all experiments are valid, and what --check prints is itself" {
    for network in "$ROOT"/share/experiments/*/network.json; do
        spk-simulate "$network" --check >expanded.json
        find "$(dirname "$network")" -name '*.csv' -exec cp {} . \; # what it names lies beside it
        spk-simulate expanded.json --check | cmp - expanded.json
        spk-simulate - --check <"$network" | cmp - expanded.json
    done
}

@test "the example of spk-network(5) is valid" {
    awk '/^\.Sh EXAMPLES/ { examples = 1 }
         examples && /^\.Ed/ { exit }
         literal { print }
         examples && /^\.Bd -literal/ { literal = 1 }' "$ROOT/man/spk-network.5" >example.json
    spk-simulate example.json --check >expanded.json
    grep -q '"tau_post2_ms": 40' expanded.json
}

@test "both programs say the same of a network" {
    for what in --check --estimate; do
        spk-simulate "$NETWORK" $what >simulate
        spk-train-stdp "$NETWORK" $what | cmp - simulate
    done
}

@test "--check and --estimate write to -o" {
    spk-simulate "$NETWORK" --check -o expanded.json
    spk-simulate expanded.json --check | cmp - expanded.json
    spk-simulate "$NETWORK" --estimate -o estimate.tsv
    spk-simulate "$NETWORK" --estimate | cmp - estimate.tsv
}

@test "a full disk is noticed" {
    for what in --check --estimate; do
        run -3 bash -c 'spk-simulate "$1" "$2" >/dev/full' - "$NETWORK" $what
        assert_output --partial "No space left on device"
    done
}

@test "--estimate counts each part and the whole" {
    run -0 spk-simulate "$NETWORK" --estimate
    assert_line $'part\tname\tform\tneurons\tsynapses\tbytes\tbuilding\tcpu_s_per_s'
    assert_line --regexp $'^population\texc\t\t400\t\t[0-9]+\t0\t[0-9.e-]+$'
    assert_line --regexp $'^projection\tinput->exc\tdelayed\t\t25600\t[0-9]+\t0\t[0-9.e-]+$'
    assert_line $'projection\tinh->exc\tnone\t\t159600\t0\t0\t0'
    assert_line --regexp $'^total\t\t\t800\t185600\t[0-9]+\t0\t[0-9.e-]+$'
}

@test "what building takes counts for --max-memory; what the machine has is the limit without it" {
    echo '{"format": "spikepipe-network", "version": 1, "dt_ms": 1,
        "populations": {"n": {"size": 10000, "model": "iaf_psc_delta"}},
        "projections": {"n->n": {"connect": {"rule": "fixed_indegree", "indegree": 100},
            "weight_mV": 0.1, "delay_ms": {"uniform": [1, 200]}}}, "record": {"n": "spikes"}}' >net.json
    run -0 spk-simulate net.json --estimate
    assert_line --regexp $'^total\t\t\t10000\t1000000\t[0-9]+\t8080000\t'
    run -5 spk-simulate net.json --duration 1ms --max-memory 25MB -o out.spk
    assert_output "spk-simulate: net.json: needs about 29 MB, more than --max-memory"
    run -5 spk-simulate net.json --duration 1ms --set populations.n.size=2000000000 -o out.spk
    assert_output --regexp '^spk-simulate: net.json: needs about [0-9]+ MB, more than the [0-9]+ MB of this machine$'
}

@test "what reading other files takes counts for --max-memory, and is refused before it is taken" {
    awk 'BEGIN { print "source,target,weight,delay_ms"
        for (i = 0; i < 300000; i++) print i * 7919 % 1000 "," int(i / 300) % 1000 ",0.1," 1 + i % 3 }' >edges.csv
    { head -n 1 edges.csv && sed 1d edges.csv | sort -t , -k 1,1n -k 2,2n; } >sorted.csv
    echo '{"format": "spikepipe-network", "version": 1, "dt_ms": 1,
        "populations": {"n": {"size": 1000, "model": "iaf_psc_delta"}},
        "projections": {"n->n": {"connect": {"rule": "edges", "file": "edges.csv"}}}, "record": {"n": "spikes"}}' >net.json
    simulate() { spk-simulate net.json --duration 1ms -f -o out.spk "$@"; }
    run -5 simulate --max-memory 5MB
    assert_output "spk-simulate: edges.csv: to read more than 131072 edges takes about 6.3 MB, more than --max-memory"
    run -5 simulate --max-memory 19MB # 24 bytes each, as doubling leaves them, and the same to sort 300,000
    assert_output "spk-simulate: edges.csv: to read 300000 edges takes about 19.8 MB, more than --max-memory"
    simulate --max-memory 20MB
    local sorted='projections.n->n.connect.file="sorted.csv"'
    run -5 simulate --max-memory 17MB --set "$sorted"
    assert_output "spk-simulate: sorted.csv: to read 300000 edges takes about 17.4 MB, more than --max-memory"
    simulate --max-memory 18MB --set "$sorted"
    # a second list, beside what the first one left
    run -5 simulate --max-memory 20MB --set 'projections.n->n#2={"connect": {"rule": "edges", "file": "edges.csv"}}'
    assert_output "spk-simulate: edges.csv: to read 300000 edges takes about 24.6 MB, more than --max-memory"
    [ "$(command -v /usr/bin/time)" ] || return 0
    command time -f %M -o kB spk-simulate net.json --duration 1ms -f -o out.spk --set "$sorted"
    [ "$(cat kB)" -lt 25000 ] # the program has 5 MB by itself
}

@test "spikes, columns and weights from files, too" {
    { echo time_ms && seq 300000; } >spikes.csv
    echo '{"format": "spikepipe-network", "version": 1, "dt_ms": 1,
        "populations": {"g": {"model": "spike_generator", "params": {"spike_times_ms": {"file": "spikes.csv"}}},
            "n": {"size": 64, "model": "iaf_psc_delta"}},
        "projections": {"g->n": {"connect": {"rule": "all_to_all"}, "weight_mV": 1, "delay_ms": 1}},
        "record": {"n": "spikes"}}' >net.json
    run -5 spk-simulate net.json --duration 1ms -o out.spk --max-memory 14MB
    assert_output "spk-simulate: spikes.csv: to read 300000 spikes takes about 14.4 MB, more than --max-memory"
    run -5 spk-simulate net.json --duration 1ms -o out.spk --set populations.n.size=2000000000 \
        --set 'populations.n.params={"I_e_pA": {"file": "spikes.csv", "column": "time_ms"}}'
    assert_output --regexp '^spk-simulate: spikes.csv: to read 2000000000 rows takes about 48[0-9.]+ MB, more than the [0-9]+ MB of this machine$'
    spk-encode frames --full-scale 16 --max-rate 200Hz --duration 50ms --label-column label --shape 8x8 \
        --limit 2 "$DIGITS/digits.csv.gz" >digits.spk
    spk-train-stdp "$ROOT/share/experiments/digits/network.json" digits.spk -o weights.spk
    run -5 spk-simulate "$ROOT/share/experiments/digits/network.json" digits.spk -o out.spk --max-memory 500kB \
        --set "projections.input->exc#2={\"connect\": {\"rule\": \"edges\", \"file\": \"$PWD/weights.spk\",
            \"array\": \"input->exc\"}, \"delay_ms\": 1}"
    assert_output "spk-simulate: $PWD/weights.spk: to read 25600 edges takes about 0.6 MB, more than --max-memory"
}

@test "--set sweeps over sizes" {
    for size in 10 30 90; do
        spk-simulate "$NETWORK" --estimate -S populations.exc.size=$size -S populations.inh.size=$size |
            awk -F'\t' -v size=$size '$1 == "total" && $4 == 2 * size && $5 == 64 * size + size * size { ok = 1 }
                                      END { exit !ok }'
    done
}

@test "--set means what an edited file means" {
    digits 8 >input.spk
    sed 's/"nu_post": 0.01/"nu_post": 0.5/; s/"size": 400/"size": 20/' "$NETWORK" >edited.json
    spk-train-stdp edited.json input.spk -o edited.spk
    spk-train-stdp "$NETWORK" input.spk -o set.spk -S 'projections.input->exc.plasticity.nu_post=0.5' \
        -S populations.exc.size=20 -S populations.inh.size=20
    spk-view --kind weights set.spk >set.tsv
    spk-view --kind weights edited.spk | cmp - set.tsv
    [ "$(wc -l <set.tsv)" -gt 64 ]
    spk-train-stdp "$NETWORK" input.spk -S populations.exc.size=20 -S populations.inh.size=20 |
        spk-view --kind weights >plain.tsv
    ! cmp -s plain.tsv set.tsv
}

@test "a weight file of another network is refused, and both are named" {
    digits 2 >input.spk
    spk-train-stdp "$NETWORK" input.spk -o weights.spk -S populations.exc.size=20 -S populations.inh.size=20
    run -4 spk-simulate "$NETWORK" --weights weights.spk input.spk
    assert_output --partial "weights.spk"
    assert_output --partial "input->exc"
}

@test "mistakes are one line with their place, and exit status 2" {
    printf '{"format": "spikepipe-network", "version": 1, "dt_ms": 1,\n "population": {}}\n' >wrong.json
    run -2 spk-simulate wrong.json
    assert_output 'spk-simulate: wrong.json:2:16: population: unknown key (did you mean "populations"?)'
    printf '{"format": "spikepipe-network", "version": 2}\n' >new.json
    run -2 spk-simulate new.json
    assert_output 'spk-simulate: new.json:1:44: version: the file is of version 2, but this program knows version 1 only'
    run -2 spk-train-stdp "$NETWORK" --set 'projections.input->exc.weight_mV=1'
    assert_output "spk-train-stdp: $NETWORK: projections.input->exc.weight_mV: exc takes weight_nS"
    run -2 spk-train-stdp "$NETWORK" --set 'projections.input->exc.delay_ms=0.3'
    assert_output "spk-train-stdp: $NETWORK: projections.input->exc.delay_ms: 0.3 ms is not a whole number of steps (dt_ms: 0.5)"
    run -2 spk-simulate "$NETWORK" --set populations.exc
    assert_output "spk-simulate: --set populations.exc: write PATH=VALUE, such as dt_ms=0.5"
    run -2 spk-simulate "$NETWORK" --set populations.ecx.size=1
    assert_output 'spk-simulate: --set populations.ecx.size=1: there is no "ecx"'
    run -3 spk-simulate nowhere.json
    assert_output "spk-simulate: nowhere.json: cannot open: No such file or directory"
}

@test "teachers and scaled increments: what is refused" {
    refused() { # refused ASSIGNMENT MESSAGE
        run -2 spk-simulate --check "$ROOT/share/experiments/digits/network.json" --set "populations.$1"
        assert_output --partial "populations.$2"
    }
    scale=exc.adaptive_threshold.theta_plus_scale
    refused "$scale={\"width_mV\": 0, \"pole_mV\": 10}" "$scale.width_mV: 0 is out of range (1e-06 to 1000000)"
    refused "$scale={\"width_mV\": 1}" "$scale: \"pole_mV\" is missing"
    refused 'input.teacher={"rate_Hz": 1}' 'input.teacher: poisson_input has no teacher'
    refused 'exc.teacher={"rate": 1}' 'exc.teacher.rate: missing unit: this key is "rate_Hz"'
    refused 'exc.teacher={}' 'exc.teacher: "rate_Hz" is missing'
    refused 'exc.teacher={"rate_Hz": -1}' 'exc.teacher.rate_Hz: -1 is out of range (0 to 1000000000)'
}
