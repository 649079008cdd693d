# simulate.bats: spk-simulate: samples in order with their labels, the same spikes however they are
# cut, weights that fit or are refused, networks with and without input.
# bats file_tags=san
load helper

NETWORK=$BATS_FILE_TMPDIR/network.json

setup_file() {
    cd "$BATS_FILE_TMPDIR" || return 1
    spk-train-stdp --check --set populations.exc.size=100 --set populations.inh.size=100 \
        "$ROOT/share/experiments/digits/network.json" >network.json
    digits --limit 40 >digits.spk
    spk-train-stdp network.json digits.spk --snapshot-every 20 --spikes trained.spk -o weights.spk
}

digits() {
    spk-encode frames --full-scale 16 --max-rate 200Hz --duration 350ms --label-column label --shape 8x8 \
        "$@" "$DIGITS/digits.csv.gz"
}

# simulate OPTION...: the shared digits through the trained network.
simulate() {
    spk-simulate "$NETWORK" "$BATS_FILE_TMPDIR/digits.spk" --weights "$BATS_FILE_TMPDIR/weights.spk" "$@"
}

# cut.spk: the shared digits, cut within a record after some samples.
cut_digits() {
    zstd -dcq "$BATS_FILE_TMPDIR/digits.spk" | head -c 10500 >cut.spk
}

FRESH=(--set on_sample.reset=all --set populations.exc.params.V_m_mV=-65 --set populations.inh.params.V_m_mV=-60)

@test "samples keep their numbers, labels and durations; spikes lie in them" {
    simulate -o out.spk
    cmp <(spk-view --labels out.spk | cut -f 1,6) <(spk-view --labels "$BATS_FILE_TMPDIR/digits.spk" | cut -f 1,6)
    run -0 bash -c "spk-view --labels out.spk | cut -f 4,5 | tail -n +2 | sort -u"
    assert_output "$(printf '700\t350.0')"
    spk-view out.spk | awk -F '\t' '
        NR > 1 && ($4 != "exc" || $5 >= 100 || $2 < $1 * 700 || $2 >= ($1 + 1) * 700) { bad = 1 }
        END { exit bad || NR < 50 }'
    run -0 bash -c "spk-info out.spk | grep ^classes"
    assert_output "$(printf 'classes\t10')"
}

@test "the same bytes for any number of threads, every instruction set, and input from a pipe" {
    simulate -o want.spk
    for simd in sse2 avx2 avx512; do
        SPK_SIMD=$simd simulate -j 2 -o got.spk --force
        assert_same_stream want.spk got.spk
    done
    simulate --no-provenance -o want.spk --force
    zstd -dcq "$BATS_FILE_TMPDIR/digits.spk" |
        spk-simulate "$NETWORK" --weights "$BATS_FILE_TMPDIR/weights.spk" --no-provenance -o got.spk --force
    assert_same_stream want.spk got.spk
}

@test "independent samples: shards joined are the whole" {
    simulate "${FRESH[@]}" -o whole.spk
    for i in 0 1 2; do simulate "${FRESH[@]}" --shard $i/3 -o shard$i.spk; done
    run -0 bash -c "spk-view --labels shard1.spk | cut -f 1 | sed -n '2,4p' | tr '\n' ' '"
    assert_output "1 4 7 "
    spk-cat shard2.spk shard0.spk shard1.spk >joined.spk
    cmp <(spk-view whole.spk) <(spk-view joined.spk)
    cmp <(spk-view --labels whole.spk) <(spk-view --labels joined.spk)
}

@test "independent samples: several at once are the same" {
    simulate "${FRESH[@]}" -o whole.spk
    for n in 2 3 7; do
        simulate "${FRESH[@]}" --jobs $n -o jobs.spk --force
        assert_same_stream whole.spk jobs.spk
    done
    simulate "${FRESH[@]}" --shard 1/3 -o shard.spk
    simulate "${FRESH[@]}" --shard 1/3 --jobs 4 -o jobs.spk --force
    assert_same_stream shard.spk jobs.spk
    cut_digits
    spk-simulate "$NETWORK" "${FRESH[@]}" "$BATS_FILE_TMPDIR/digits.spk" -o whole.spk --force
    run -4 bash -c "spk-simulate '$NETWORK' cut.spk ${FRESH[*]} --jobs 3 >out.spk"
    assert_delivered "$(complete_samples cut.spk)" out.spk whole.spk
    run -2 simulate --jobs 2 -o out.spk
    assert_output --partial "--jobs: samples are not independent: membranes are carried"
}

@test "--max-memory counts the network of every job" {
    simulate "${FRESH[@]}" --max-memory 1MB -o out.spk
    run -5 simulate "${FRESH[@]}" --jobs 64 --max-memory 1MB -o out.spk --force
    assert_output --regexp 'needs about [0-9]+ MB for 64 networks, more than --max-memory'
}

@test "samples that depend on each other cannot be sharded" {
    run -2 simulate --shard 0/2
    assert_output --partial "--shard: samples are not independent: membranes are carried from one to the next"
    run -2 simulate --shard 0/2 --set 'on_sample.reset=["membranes","synapses"]'
    assert_output --partial "spikes are carried"
    run -0 simulate --shard 0/2 --plastic --set on_sample.reset=all -o out.spk
}

@test "shards of the input are taken where samples are independent, and joined are the whole" {
    part() { # part OPTION...
        spk-encode frames --full-scale 16 --max-rate 200Hz --duration 50ms --label-column label \
            --shape 8x8 --limit 6 "$@" "$DIGITS/digits.csv.gz"
    }
    part --shard 0/2 >zero.spk
    part --shard 1/2 >one.spk
    run -2 spk-simulate "$NETWORK" zero.spk -o out.spk
    assert_output --partial "zero.spk: samples are not independent: membranes are carried"
    alone=(--set on_sample.reset=all)
    spk-cat <(spk-simulate "$NETWORK" "${alone[@]}" zero.spk) \
        <(spk-simulate "$NETWORK" "${alone[@]}" one.spk) >joined.spk
    part | spk-simulate "$NETWORK" "${alone[@]}" >whole.spk
    assert_same_stream whole.spk joined.spk
    run -0 spk-train-stdp "$NETWORK" zero.spk -o out.spk
    assert_output "spk-train-stdp: warning: zero.spk: is a shard: the network learns from its samples only"
}

@test "--plastic learns as spk-train-stdp does" {
    spk-simulate "$NETWORK" "$BATS_FILE_TMPDIR/digits.spk" --plastic -o out.spk
    cmp <(spk-view out.spk) <(spk-view "$BATS_FILE_TMPDIR/trained.spk")
    spk-simulate "$NETWORK" "$BATS_FILE_TMPDIR/digits.spk" -o still.spk
    run -1 cmp -s <(spk-view still.spk) <(spk-view "$BATS_FILE_TMPDIR/trained.spk")
}

@test "with weights, the network is the one that was trained, whatever the seed of the input" {
    spk-train-stdp "$NETWORK" "$BATS_FILE_TMPDIR/digits.spk" --seed 9 -o nine.spk
    spk-simulate "$NETWORK" "$BATS_FILE_TMPDIR/digits.spk" --weights nine.spk --seed 1 -o one.spk
    spk-simulate "$NETWORK" "$BATS_FILE_TMPDIR/digits.spk" --weights nine.spk --seed 9 -o same.spk
    run -1 cmp -s <(spk-view one.spk) <(spk-view same.spk)
    # --seed 9 alone draws the same delays, so that only weights make the difference
    spk-simulate "$NETWORK" "$BATS_FILE_TMPDIR/digits.spk" --plastic --seed 9 -o nine-spikes.spk
    spk-train-stdp "$NETWORK" "$BATS_FILE_TMPDIR/digits.spk" --seed 9 --spikes want.spk -o nine2.spk
    cmp <(spk-view want.spk) <(spk-view nine-spikes.spk)
}

@test "--snapshot" {
    simulate --snapshot 1 -o one.spk
    simulate --snapshot 2 -o two.spk
    simulate -o last.spk
    run -1 cmp -s <(spk-view one.spk) <(spk-view two.spk)
    cmp <(spk-view last.spk) <(spk-view two.spk)
    run -4 simulate --snapshot 3 -o three.spk
    assert_output --partial "weights.spk: has no snapshot 3; it has 2"
    run -2 spk-simulate "$NETWORK" "$BATS_FILE_TMPDIR/digits.spk" --snapshot 1
}

# ---- what is recorded ---------------------------------------------------------------------------

@test "--record: populations and variables" {
    simulate --record exc --record inh --record exc.V_m --record exc.theta --record-interval 10ms -o out.spk
    spk-view --population inh out.spk | awk -F '\t' 'NR > 1 && $4 != "inh" { bad = 1 } END { exit bad || NR < 10 }'
    simulate -o want.spk
    cmp <(spk-view --kind spikes --population exc out.spk) <(spk-view want.spk)
    [ "$(spk-view --head out.spk | grep -c V_m)" -ge 1 ]
    run -2 simulate --record exs -o bad.spk
    assert_output --partial 'has no population "exs" (did you mean "exc"?)'
    run -2 simulate --record exc.V -o bad.spk
    assert_output --partial 'exc of'
    assert_output --partial 'has no variable "V" (known: V_m, '
    run -2 simulate --record exc.g_exc -o bad.spk
    assert_output --partial 'has no variable "g_exc" (did you mean "g_ex"?)'
    run -2 simulate --record zz -o bad.spk
    assert_output --partial 'has no population "zz" (known: input, exc, inh)'
    run -2 simulate --record exc.V_m --record-interval 0.3ms -o bad.spk
    [ ! -e bad.spk ]
}

@test "a network that records nothing" {
    run -2 simulate --set 'record={}' -o out.spk
    assert_output --partial '"record" asks for nothing'
}

# ---- weights that do not fit --------------------------------------------------------------------

@test "weights of another size, structure, array" {
    run -4 simulate --set populations.exc.size=50 --set populations.inh.size=50 -o out.spk
    assert_output --partial "weights.spk: its array input->exc.weight is 64 x 100, but the network's is 64 x 50"
    sed 's/"exc": {/"exd": {/; s/->exc/->exd/; s/"exc->/"exd->/; s/"population": "exc"/"population": "exd"/' \
        "$NETWORK" >renamed.json
    run -4 spk-simulate renamed.json "$BATS_FILE_TMPDIR/digits.spk" --weights "$BATS_FILE_TMPDIR/weights.spk" -o out.spk
    assert_output --partial "its array input->exc.weight is not in the network (--ignore-extra passes over it)"
    [ ! -e out.spk ]
    sed -e '/"adaptive_threshold": {/,/}/d' -e 's/"V_th_mV": -72/"V_th_mV": -52/' "$NETWORK" >fixed.json
    run -4 spk-simulate fixed.json "$BATS_FILE_TMPDIR/digits.spk" --weights "$BATS_FILE_TMPDIR/weights.spk" -o out.spk
    assert_output --partial "its array exc.theta is not in the network"
    spk-simulate fixed.json "$BATS_FILE_TMPDIR/digits.spk" --weights "$BATS_FILE_TMPDIR/weights.spk" --ignore-extra -o out.spk
}

@test "weights that lack an array, hold nonsense, are damaged, are no weights" {
    compose() { "$BUILD/unit/compose"; }
    zeros=$(printf ' 0%.0s' $(seq 100))
    {
        printf 'tick 1/2000\nweights input->exc 64 100 f32\nbegin\nsnapshot 1\n'
        for i in $(seq 0 63); do echo "row 1 $i$zeros"; done
        echo end 0
    } | compose >part.spk
    run -4 spk-simulate "$NETWORK" "$BATS_FILE_TMPDIR/digits.spk" --weights part.spk -o out.spk
    assert_output --partial "part.spk: lacks the array exc.theta, which the network has"
    {
        printf 'tick 1/2000\nweights input->exc 64 100 f32\nweights exc 1 100 f64\nbegin\nsnapshot 1\n'
        echo "row 1 0 -1${zeros# 0}"
        for i in $(seq 1 63); do echo "row 1 $i$zeros"; done
        echo "row 2 0$zeros"
        echo end 0
    } | compose >negative.spk
    run -4 spk-simulate "$NETWORK" "$BATS_FILE_TMPDIR/digits.spk" --weights negative.spk -o out.spk
    head -c 20000 "$BATS_FILE_TMPDIR/weights.spk" >cut.spk
    run -4 spk-simulate "$NETWORK" "$BATS_FILE_TMPDIR/digits.spk" --weights cut.spk -o out.spk
    run -4 spk-simulate "$NETWORK" "$BATS_FILE_TMPDIR/digits.spk" --weights "$BATS_FILE_TMPDIR/digits.spk" -o out.spk
    assert_output --partial "digits.spk: holds no weights"
    run -3 spk-simulate "$NETWORK" "$BATS_FILE_TMPDIR/digits.spk" --weights nowhere.spk -o out.spk
    [ ! -e out.spk ]
}

# ---- networks without input, ticks --------------------------------------------------------------

FREE='{"format": "spikepipe-network", "version": 1, "dt_ms": 0.1,
 "populations": {"noise": {"size": 20, "model": "poisson_input", "params": {"rate_Hz": 800}},
  "n": {"size": 10, "model": "iaf_psc_delta", "params": {"I_e_pA": 100}}},
 "projections": {"noise->n": {"connect": {"rule": "fixed_indegree", "indegree": 8},
   "weight_mV": {"uniform": [0.5, 1]}, "delay_ms": {"uniform": [0.5, 2]}}},
 "record": {"n": "spikes"}}'

@test "a network without stream-fed populations runs for --duration" {
    echo "$FREE" >free.json
    spk-simulate free.json --duration 2s -o out.spk
    run -0 bash -c "spk-info out.spk | grep -E '^duration_s'"
    assert_output "$(printf 'duration_s\t2.0000')"
    spk-view out.spk | awk -F '\t' 'NR > 1 { n++ } END { exit !(n > 100) }'
    spk-simulate free.json --duration 2s -j 4 -o other.spk
    assert_same_stream out.spk other.spk
    run -2 spk-simulate free.json
    assert_output "spk-simulate: free.json takes no input stream: --duration is needed"
    run -2 spk-simulate free.json "$BATS_FILE_TMPDIR/digits.spk" --duration 1s
    assert_output "spk-simulate: free.json: takes no input stream: none of its populations is fed"
    run -2 spk-simulate free.json --duration 1000.00025s
    assert_output --partial "--duration: 1000000.25 ms is not a whole number of steps (dt_ms: "
    run -2 simulate --duration 1s
    assert_output --partial "takes its durations from the input stream"
}

ECHO='{"format": "spikepipe-network", "version": 1, "dt_ms": 0.5,
 "populations": {"in": {"size": 3, "model": "spike_input"},
  "n": {"size": 3, "model": "iaf_psc_delta", "params": {"t_ref_ms": 0}}},
 "projections": {"in->n": {"connect": {"rule": "one_to_one"}, "weight_mV": 100, "delay_ms": 1}},
 "record": {"in": "spikes", "n": "spikes"}}'

@test "spike_input: ticks become steps, delays count from them; samples and none" {
    echo "$ECHO" >echo.json
    "$BUILD/unit/compose" >in.spk <<'END'
tick 1/1000
spikes in 3
begin
sample 4 0 10 1
at 1 0 0 2
at 1 3 1
sample 5 10 10 0
at 1 12 0
end 20
END
    spk-simulate echo.json in.spk -o out.spk
    run -0 bash -c "spk-view out.spk | cut -f 1,2,4,5 | tail -n +2 | sort -n -k 2 -k 4"
    # a tick of 1 ms is two steps, and a delay of 1 ms two more
    assert_output "$(printf '%s\t%s\t%s\t%s\n' 4 0 in 0 4 0 in 2 4 2 n 0 4 2 n 2 4 6 in 1 4 8 n 1 5 24 in 0 5 26 n 0)"
    grep -v sample <<<"$(printf 'tick 1/1000\nspikes in 3\nbegin\nat 1 0 0\nat 1 12 0\nend 20')" |
        "$BUILD/unit/compose" >plain.spk
    spk-simulate echo.json plain.spk -o out.spk --force
    run -0 bash -c "spk-view --population n out.spk | cut -f 1,2,5 | tail -n +2"
    assert_output "$(printf '0\t2\t0\n0\t26\t0')"
    run -0 bash -c "spk-info out.spk | grep ^duration_s"
    assert_output "$(printf 'duration_s\t0.0200')"
}

@test "--retick rounds ticks that are no whole steps, and counts what falls together" {
    echo "$ECHO" >echo.json
    printf 'tick 1/5000\nspikes in 3\nbegin\nat 1 0 0\nat 1 1 0\nat 1 2 1\nat 1 4 2\nend 25\n' |
        "$BUILD/unit/compose" >fine.spk
    run -4 spk-simulate echo.json fine.spk -o out.spk
    assert_output --partial "fine.spk: its tick of 0.2 ms is not a whole number of the network's steps (dt_ms 0.5); --retick"
    run -0 --separate-stderr bash -c "spk-simulate echo.json fine.spk --retick floor --record in | spk-view | cut -f 2,5 | tail -n +2"
    assert_output "$(printf '0\t0\n0\t1\n1\t2')"
    assert_equal "$stderr" "spk-simulate: warning: --retick: 1 spikes fell together with another of their unit"
    run -0 --separate-stderr bash -c "spk-simulate echo.json fine.spk --retick nearest --record in | spk-view | cut -f 2,5 | tail -n +2"
    assert_output "$(printf '0\t0\n1\t1\n2\t2')"
}

@test "a stream of several populations needs --population" {
    echo "$ECHO" >echo.json
    printf 'tick 1/2000\nspikes a 3\nspikes b 3\nbegin\nsample 0 0 10 0\nat 1 0 0\nat 2 1 1\nend 10\n' |
        "$BUILD/unit/compose" >two.spk
    run -2 spk-simulate echo.json two.spk -o out.spk
    assert_output --partial "two.spk"
    run -0 bash -c "spk-simulate echo.json two.spk --population b --record in | spk-view | cut -f 2,5 | tail -n +2"
    assert_output "$(printf '1\t1')"
    run -4 spk-simulate echo.json two.spk --population c -o out.spk
}

@test "a truncated input: what was whole is there, the rest is missed" {
    cut_digits
    spk-simulate "$NETWORK" "$BATS_FILE_TMPDIR/digits.spk" -o whole.spk
    run -4 bash -c "spk-simulate '$NETWORK' cut.spk >out.spk"
    assert_delivered "$(complete_samples cut.spk)" out.spk whole.spk
}

# One neuron, with whatever parameters and solver follow.
neuron() {
    echo '{"format": "spikepipe-network", "version": 1, "dt_ms": 1, "precision": "float",
        "populations": {"p": {"size": 3, "model": "poisson_input", "params": {"rate_Hz": 1000}},
            "n": {"size": 1, "model": "iaf_cond_exp", "solver": "euler"}},
        "projections": {"p->n": {"connect": {"rule": "all_to_all"}, "weight_nS": 300, "delay_ms": 1}},
        "record": {"n": "spikes"}}' >neuron.json
    spk-simulate neuron.json --duration 5s -o out.spk --force "$@"
}

@test "what is made of half an input is no whole stream, and its history says why" {
    cut_digits
    simulate >whole.spk
    spk-simulate "$NETWORK" cut.spk --allow-truncated --weights "$BATS_FILE_TMPDIR/weights.spk" >half.spk
    run -4 spk-info half.spk
    assert_line --partial "not complete"
    spk-view --head half.spk | grep -q 'spk-simulate .*--allow-truncated'
    [ "$(spk-view --allow-truncated half.spk | wc -l)" -gt 1 ]
    spk-view --allow-truncated half.spk | cmp -n 200 - <(spk-view whole.spk)
    for i in 0 1; do
        spk-simulate "$NETWORK" cut.spk --allow-truncated --weights "$BATS_FILE_TMPDIR/weights.spk" \
            --set on_sample.reset=all --shard $i/2 -o part.$i.spk
    done
    spk-simulate "$NETWORK" cut.spk --allow-truncated --weights "$BATS_FILE_TMPDIR/weights.spk" \
        --set on_sample.reset=all | spk-view --allow-truncated >unsharded
    spk-cat --allow-truncated part.0.spk part.1.spk | spk-view --allow-truncated | cmp - unsharded
    spk-train-readout vote half.spk --allow-truncated -o readout.spk
    run -4 spk-view readout.spk
    spk-simulate "$NETWORK" "$BATS_FILE_TMPDIR/digits.spk" --allow-truncated \
        --weights "$BATS_FILE_TMPDIR/weights.spk" | spk-view | cmp - <(spk-view whole.spk)
}

@test "a potential that diverges fires no unit that is not there, and is an error where it ends" {
    neuron
    run -0 bash -c "spk-view out.spk | cut -f 5 | tail -n +2 | sort -u"
    assert_output 0
    run -6 neuron --set 'projections.p->n.weight_nS=-1e38'
    assert_output "spk-simulate: neuron.json: populations.n: V_m of unit 0 diverged in sample 0 (a smaller dt_ms or another solver may help)"
}

@test "--record-interval: a positive whole number of steps, of a variable" {
    run -2 neuron --record n.V_m --record-interval 0ms
    assert_output --partial "--record-interval: 0ms is not more than 0"
    run -2 neuron --record n.V_m --record-interval 1.5ms
    assert_output --partial "--record-interval: 1.5 ms is not a whole number of steps (dt_ms: 1)"
    run -2 neuron --record n --record-interval 2ms
    assert_output --partial "--record-interval: --record POP.VARIABLE says of what"
}
