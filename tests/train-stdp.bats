# train-stdp.bats: spk-train-stdp: the same bytes however it is run, stopped and resumed; snapshots;
# and what is wrong is said.
# bats file_tags=san
load helper

# The digits' network with 100 neurons, as a file that a test may edit.
NETWORK=$BATS_FILE_TMPDIR/network.json

setup_file() {
    cd "$BATS_FILE_TMPDIR" || return 1
    spk-train-stdp --check --set populations.exc.size=100 --set populations.inh.size=100 \
        "$ROOT/share/experiments/digits/network.json" >network.json
    digits 60 350ms >digits.spk
}

# digits COUNT DURATION: so many of the small digits, as a stream.
digits() {
    spk-encode frames --full-scale 16 --max-rate 200Hz --duration "$2" --label-column label --shape 8x8 \
        --limit "$1" "$DIGITS/digits.csv.gz"
}

# train OPTION...: on the shared digits.
train() {
    spk-train-stdp "$NETWORK" "$BATS_FILE_TMPDIR/digits.spk" "$@"
}

values() {
    spk-view --kind weights "$1" | cut -f 3-
}

@test "weights and thresholds change, and stay in their bounds" {
    train -o after.spk
    train --set on_sample.rest_ms=0 -o other.spk
    digits 0 350ms | spk-train-stdp "$NETWORK" -o before.spk
    run -1 cmp <(values before.spk) <(values after.spk)
    run -1 cmp <(values other.spk) <(values after.spk)
    values after.spk | awk -F '\t' '
        NR > 1 && $1 == "input->exc.weight" { n++; sum[$3] += $4; if ($4 < 0 || $4 > 1.2) exit 1 }
        NR > 1 && $1 == "exc.theta" { m++; if ($4 <= 19.9) exit 1 }
        END { for (j in sum) if (sum[j] < 19 || sum[j] > 21) exit 1; exit !(n == 64 * 100 && m == 100) }'
}

@test "the same bytes for every instruction set" {
    train -o one.spk --spikes one-spikes.spk
    for simd in sse2 avx2 avx512; do
        SPK_SIMD=$simd train -o other.spk --spikes spikes.spk --force
        assert_same_stream one.spk other.spk
        assert_same_stream one-spikes.spk spikes.spk
    done
}

# SPK_PARTS: that many threads, whether there are processors for them or not; else, those that are
# measured to pay just then. test_engine.c (test_parts) cuts networks into up to seven parts anywhere.
@test "the same bytes for any number of threads, of which there really were several" {
    big=(--set populations.exc.size=12000 --set populations.inh.size=12000)
    digits 4 100ms >few.spk
    spk-train-stdp "$NETWORK" few.spk "${big[@]}" -v -j 1 -o one.spk 2>log
    grep -q ' begun with 1 thread$' log
    for j in 7 4 3 2; do
        SPK_PARTS=$j spk-train-stdp "$NETWORK" few.spk "${big[@]}" -v -j "$j" -o other.spk --force 2>log
        grep -q " begun with $j threads\$" log
        assert_same_stream one.spk other.spk
        spk-train-stdp "$NETWORK" few.spk "${big[@]}" -j "$j" -o other.spk --force
        assert_same_stream one.spk other.spk
    done
}

@test "input from a pipe, uncompressed or in pieces is the same input" {
    train -o want.spk --no-provenance
    zstd -dcq "$BATS_FILE_TMPDIR/digits.spk" | spk-train-stdp "$NETWORK" --no-provenance -o got.spk
    assert_same_stream want.spk got.spk
    for i in 0 1 2; do
        spk-encode frames --full-scale 16 --max-rate 200Hz --duration 350ms --label-column label --shape 8x8 \
            --limit 60 --shard $i/3 "$DIGITS/digits.csv.gz" >shard$i.spk
    done
    spk-cat shard?.spk | spk-train-stdp "$NETWORK" --no-provenance -o got.spk --force
    assert_same_stream want.spk got.spk
}

@test "the seed changes everything, and is kept with the weights" {
    train -o one.spk
    train --seed 7 -o seven.spk
    run -1 cmp <(values one.spk) <(values seven.spk)
    zstd -dcq seven.spk | grep -aq '"network_seed":"7"'
}

@test "snapshots: every N samples and the last" {
    train --snapshot-every 20 -o three.spk
    run -0 bash -c "spk-view --kind weights three.spk | cut -f 1,2 | sort -u | sort -n"
    assert_output "$(printf 'snapshot\tsamples\n1\t20\n2\t40\n3\t60')"
    train --snapshot-every 25 -o two.spk
    run -0 bash -c "spk-view --kind weights two.spk | cut -f 2 | sort -un | tr '\n' ' '"
    assert_output "samples 25 50 60 "
    # the second snapshot of three is what a run over 40 samples ends with
    digits 40 350ms | spk-train-stdp "$NETWORK" -o forty.spk
    cmp <(spk-view --kind weights --snapshot 2 three.spk | cut -f 3-) <(values forty.spk)
}

@test "--weights: training goes on from them" {
    train -o first.spk
    digits 0 350ms | spk-train-stdp "$NETWORK" --weights first.spk -o same.spk
    cmp <(values first.spk) <(values same.spk)
    train --weights first.spk -o second.spk
    run -1 cmp <(values first.spk) <(values second.spk)
}

@test "--spikes: what the network file says to record, sample by sample" {
    train -o weights.spk --spikes spikes.spk
    run -0 bash -c "spk-view --labels spikes.spk | cut -f 1,2,4,6 | sed -n '2p;3p'"
    assert_output "$(printf '0\t0\t700\t0\n1\t700\t700\t1')"
    spk-view spikes.spk | awk -F '\t' '
        NR > 1 && ($4 != "exc" || $5 >= 100 || $2 < $1 * 700 || $2 >= ($1 + 1) * 700) { bad = 1 }
        END { exit bad || NR < 100 }'
    # --spikes does not change the weights, nor their history
    train -o plain.spk
    assert_same_stream plain.spk weights.spk
}

# ---- stopping and going on ----------------------------------------------------------------------

# Train with a checkpoint, killed by SIGNAL again and again, until it is done.
stop_and_go() {
    local signal=$1 every=$2 status=0 stops=0
    for i in $(seq 60); do
        status=0
        timeout --preserve-status -s "$signal" "$((i / 10)).$((i % 4 + 2))" spk-train-stdp "$NETWORK" long.spk \
            -o resumed.spk --spikes resumed-spikes.spk --snapshot-every 70 --threads $((i % 3 + 1)) \
            --checkpoint state --checkpoint-every "$every" --resume || status=$?
        [ $status -eq 0 ] && break
        [ ! -e state ] || stops=$((stops + 1))
        [ ! -e resumed.spk ] || spk-info --verify resumed.spk >/dev/null # a half result never looks whole
        [ $status -eq 75 ] || [ $status -eq $((128 + $(kill -l "$signal"))) ]
    done
    if [ $status -ne 0 ]; then # a slow machine
        spk-train-stdp "$NETWORK" long.spk -o resumed.spk --spikes resumed-spikes.spk --snapshot-every 70 \
            --checkpoint state --resume
    fi
    [ ! -e state ] && [ ! -e state.journal ]
    [ $stops -gt 0 ] # with something to resume
}

@test "stopped by SIGTERM and resumed, as often as it takes: the same bytes" {
    digits 1700 350ms >long.spk
    spk-train-stdp "$NETWORK" long.spk -o whole.spk --spikes whole-spikes.spk --snapshot-every 70
    stop_and_go TERM 10min
    assert_same_stream whole.spk resumed.spk
    assert_same_stream whole-spikes.spk resumed-spikes.spk
}

@test "killed and resumed: the same bytes" {
    digits 1700 350ms >long.spk
    spk-train-stdp "$NETWORK" long.spk -o whole.spk --spikes whole-spikes.spk --snapshot-every 70
    stop_and_go KILL 25
    assert_same_stream whole.spk resumed.spk
    assert_same_stream whole-spikes.spk resumed-spikes.spk
}

# stopped: a checkpoint of a run over the shared digits, in the file state.
stopped() {
    mkfifo pipe
    spk-train-stdp "$NETWORK" -o weights.spk --checkpoint state --checkpoint-every 10 "$@" <pipe &
    local pid=$!
    # the stream never ends, and after its first samples nothing comes
    { zstd -dcq "$BATS_FILE_TMPDIR/digits.spk" | head -c 9000; while kill -0 $pid 2>/dev/null; do sleep 0.05; done; } >pipe &
    local writer=$!
    for _ in $(seq 200); do
        [ -e state ] && break
        sleep 0.05
    done
    kill -KILL $pid
    wait $pid || true
    wait $writer # by number: a bare wait also waits for the clock that bats runs beside each test
    [ -e state ]
}

@test "a checkpoint is not overwritten by accident" {
    stopped
    run -2 train -o weights.spk --checkpoint state
    assert_output "spk-train-stdp: state: is there already; --resume goes on from it, --force begins anew"
    train -o weights.spk --checkpoint state --force
    train -o want.spk
    assert_same_stream want.spk weights.spk
}

@test "a checkpoint of other options, another network, another input" {
    stopped
    run -2 train -o weights.spk --checkpoint state --resume --snapshot-every 5
    assert_output "spk-train-stdp: state: was made with other options (none) than these (--snapshot-every=5)"
    run -2 train -o weights.spk --checkpoint state --resume --set on_sample.rest_ms=1
    assert_output --partial "was made with other options"
    sed 's/"rest_ms": 150/"rest_ms": 100/' "$NETWORK" >other.json
    run -1 cmp -s other.json "$NETWORK"
    run -4 spk-train-stdp other.json "$BATS_FILE_TMPDIR/digits.spk" -o weights.spk --checkpoint state --resume
    assert_output "spk-train-stdp: state: was made with another network file or other --set values"
    digits 3 350ms >short.spk
    run -4 spk-train-stdp "$NETWORK" short.spk -o weights.spk --checkpoint state --resume
    assert_output "spk-train-stdp: state: was made from another input than short.spk (its history differs)"
    spk-encode frames --full-scale 16 --max-rate 200Hz --duration 350ms --label-column label --shape 8x8 \
        --skip 100 --limit 60 "$DIGITS/digits.csv.gz" >elsewhere.spk
    run -4 spk-train-stdp "$NETWORK" elsewhere.spk -o weights.spk --checkpoint state --resume
    assert_output --partial "was made from another input than elsewhere.spk"
    [ ! -e weights.spk ]
}

@test "a damaged checkpoint or journal is not resumed" {
    stopped --snapshot-every 3
    cp state good
    cp state.journal good.journal
    head -c 1000 good >state
    run -4 train -o weights.spk --checkpoint state --resume --snapshot-every 3
    cp good state
    printf 'x' | dd of=state.journal bs=1 seek=5000 conv=notrunc status=none
    run -4 train -o weights.spk --checkpoint state --resume --snapshot-every 3
    assert_output "spk-train-stdp: state.journal: is damaged; the run cannot be resumed"
    cp good.journal state.journal
    train -o weights.spk --checkpoint state --resume --snapshot-every 3
    train -o want.spk --snapshot-every 3
    assert_same_stream want.spk weights.spk
}

# ---- faults -------------------------------------------------------------------------------------

@test "a truncated input leaves neither weights nor spikes" {
    zstd -dcq "$BATS_FILE_TMPDIR/digits.spk" | head -c 10500 >cut.spk
    run -4 spk-train-stdp "$NETWORK" cut.spk -o weights.spk --spikes spikes.spk
    assert_equal "$(ls)" cut.spk
}

@test "an input that does not fit the network" {
    spk-encode poisson --full-scale 16 --label-column label --limit 2 "$DIGITS/digits.csv.gz" >spikes.spk
    run -4 spk-train-stdp "$NETWORK" spikes.spk
    assert_output --partial "spikes.spk: holds spikes, but population input is a poisson_input, which takes frames"
    run -4 spk-train-stdp "$NETWORK" "$BATS_FILE_TMPDIR/digits.spk" --set populations.input.shape=[4,4] \
        --set populations.input.size=16 -o weights.spk
    assert_output --partial '"input" has 64 units, but population input of'
    run -4 train --set dt_ms=0.4 --set record.exc.interval_ms=0.4 -o weights.spk
    assert_output --partial "its tick of 1 ms is not a whole number of the network's steps (dt_ms 0.4)"
}

@test "a network without stream-fed populations learns for --duration" {
    cat >alone.json <<'END'
{"format": "spikepipe-network", "version": 1, "dt_ms": 1,
 "populations": {"in": {"size": 64, "model": "poisson_input", "params": {"rate_Hz": 40}},
                 "n": {"size": 2, "model": "iaf_psc_delta"}},
 "projections": {"in->n": {"connect": {"rule": "all_to_all"}, "weight_mV": {"uniform": [0, 1]}, "delay_ms": 1,
                           "plasticity": {"rule": "stdp", "Wmax": 1}}},
 "record": {"n": "spikes"}}
END
    spk-train-stdp -q alone.json --duration 2s --spikes spikes.spk -o weights.spk
    spk-simulate -q alone.json --duration 2s --plastic -o plastic.spk
    spk-view spikes.spk | cmp - <(spk-view plastic.spk)
    [ "$(spk-view spikes.spk | wc -l)" -gt 20 ]
    [ "$(spk-view weights.spk | wc -l)" -eq 129 ]
    run -2 spk-train-stdp alone.json --duration 2s --checkpoint state
    assert_output --partial "--checkpoint: alone.json takes no input stream"
    run -2 spk-train-stdp "$NETWORK" "$BATS_FILE_TMPDIR/digits.spk" --duration 2s
    assert_output --partial "takes its durations from the input stream"
}

@test "networks that cannot learn from samples" {
    cat >silent.json <<'END'
{"format": "spikepipe-network", "version": 1, "dt_ms": 1,
 "populations": {"n": {"size": 2, "model": "iaf_psc_delta"}}}
END
    run -2 spk-train-stdp silent.json
    assert_output "spk-train-stdp: silent.json takes no input stream: --duration is needed"
    run -2 spk-train-stdp silent.json --duration 1s
    assert_output --partial "silent.json: nothing learns"
    cat >still.json <<'END'
{"format": "spikepipe-network", "version": 1, "dt_ms": 1,
 "populations": {"in": {"size": 64, "model": "poisson_input"}, "n": {"size": 2, "model": "iaf_psc_delta"}},
 "projections": {"in->n": {"connect": {"rule": "all_to_all"}, "weight_mV": 1, "delay_ms": 1}}}
END
    run -2 spk-train-stdp still.json "$BATS_FILE_TMPDIR/digits.spk"
    assert_output --partial "still.json: nothing learns"
    run -2 train --set 'projections.input->exc.connect.rule=pairwise_bernoulli' \
        --set 'projections.input->exc.connect.p=0.5' -o weights.spk
    assert_output --partial "projections.input->exc: only all_to_all projections"
    run -2 train --set 'projections.input->exc.delay_kind=dendritic' -o weights.spk
    assert_output --partial 'learning with drawn delays needs "delay_kind": "axonal"'
    run -2 train --set 'projections.input->exc.plasticity.w_min=2' -o weights.spk
    assert_output --partial "projections.input->exc.plasticity: w_min must not be greater than w_max"
    run -2 train --set 'projections.input->exc.weight_type=f64' -o weights.spk
    assert_output --partial '"weight_type": "f64" needs "precision": "double"'
}

# The digits' network with scaling in place of normalisation.
scaled() {
    sed '/"normalize": {/,/}/c "scaling": {"target_rate_Hz": 2, "tau_ms": 2000, "gain": 0.1, "max_sum_nS": 60}' "$NETWORK" >scaled.json
    NETWORK=scaled.json
}

@test "synaptic scaling: each neuron comes to the target rate, which it is far from without" {
    scaled
    digits 200 350ms >more.spk
    free=(--set 'projections.inh->exc.weight_nS=0' --set populations.exc.adaptive_threshold.theta_plus_mV=0
        --set 'projections.input->exc.plasticity.nu_post=0.001' --set on_sample={} --set 'projections.input->exc.scaling.target_rate_Hz=5')
    # Least and greatest rate of the last 60 samples.
    for gain in 0 0.1; do
        spk-train-stdp scaled.json more.spk "${free[@]}" --set "projections.input->exc.scaling.gain=$gain" \
            --spikes spikes-$gain.spk -o weights-$gain.spk
        spk-view --population exc spikes-$gain.spk | awk -F '\t' 'NR > 1 && $1 >= 140 { n[$5]++ }
            END { for (j = 0; j < 100; j++) print n[j] / (60 * 0.35) }' | sort -g | sed -n '1p;$p' >rates-$gain
    done
    awk '$1 < 4.5 || $1 > 5.5 { exit 1 }' rates-0.1
    run -1 awk '$1 < 4.5 || $1 > 10 { exit 1 }' rates-0
}

@test "synaptic scaling: what it cannot be is refused in one line" {
    scaled
    local p='projections.input->exc.scaling'
    while IFS='|' read -r set message; do
        run -2 spk-train-stdp --check scaled.json --set "$set"
        assert_output "spk-train-stdp: $message"
    done <<END
$p.target_rate_Hz=0|scaled.json: $p.target_rate_Hz: 0 is out of range (1e-09 to 1000000000)
$p.gain=2|scaled.json: $p.gain: 2 is out of range (0 to 1)
$p.tau=2|scaled.json: $p.tau: unknown key (did you mean "tau_ms"?)
$p.max_sum=2|scaled.json: $p.max_sum: exc takes max_sum_nS
$p={"target_rate_Hz": 1}|scaled.json: $p: "max_sum_nS" is missing
$p={"max_sum_nS": 1}|scaled.json: $p: "target_rate_Hz" is missing
projections.input->exc.normalize={"sum_nS": 1}|scaled.json:91:12: $p: a projection has "normalize" or "scaling", not both
projections.exc->inh.scaling={"target_rate_Hz": 1, "max_sum_nS": 1}|scaled.json: projections.exc->inh.scaling: only weights that learn are scaled
END
}

@test "synaptic scaling: the same bytes however it is run, stopped and resumed" {
    scaled
    spk-train-stdp --check scaled.json >expanded.json
    spk-train-stdp --check expanded.json | cmp - expanded.json
    train -o one.spk --spikes one-spikes.spk
    for parts in 1 2 3; do
        SPK_SIMD=sse2 SPK_PARTS=$parts train -j $parts -o other.spk --spikes other-spikes.spk --force
        assert_same_stream one.spk other.spk
        assert_same_stream one-spikes.spk other-spikes.spk
    done
    stopped
    train -o weights.spk --checkpoint state --checkpoint-every 10 --resume
    assert_same_stream one.spk weights.spk
}

@test "a teacher: labels decide who fires while the network learns, and who is right afterwards" {
    taught=(--set 'populations.out={"size": 10, "model": "iaf_psc_delta", "teacher": {"rate_Hz": 200}}'
        --set 'projections.exc->out={"connect": {"rule": "all_to_all"}, "weight_mV": {"uniform": [0, 1]}, "delay_ms": 0,
            "plasticity": {"rule": "stdp_trace", "variant": "pair", "trace": "add", "pre_sign": "plus", "nu_pre": 0.1,
            "nu_post": 0.1, "w_max": 20}, "normalize": {"sum_mV": 300}}' --set record.out=spikes)
    train "${taught[@]}" --spikes spikes.spk -o weights.spk
    spk-view --population out spikes.spk | cut -f 1,5 | tail -n +2 | sort -u >fired
    spk-view --labels spikes.spk | awk -F '\t' 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        { print $at["sample"] "\t" $at["label"] }' | sort >labels
    cmp fired labels
    for parts in 2 3; do
        SPK_PARTS=$parts train "${taught[@]}" -j $parts --spikes other-spikes.spk -o other.spk --force
        assert_same_stream weights.spk other.spk
        assert_same_stream spikes.spk other-spikes.spk
    done
    # What it has learned of its own training set, by its own dynamics.
    run -0 bash -c 'spk-simulate --weights weights.spk "$@" | spk-decode count --population out |
        spk-score accuracy --min-accuracy 0.6' -- "${taught[@]}" "$NETWORK" "$BATS_FILE_TMPDIR/digits.spk"
    # Labels that are missing, or too many.
    spk-encode frames --full-scale 16 --max-rate 200Hz --limit 2 <(zcat "$DIGITS/digits.csv.gz" | cut -d , -f 1-64) \
        -o unlabelled.spk -q
    run -4 spk-train-stdp "${taught[@]}" "$NETWORK" unlabelled.spk -o none.spk
    assert_output "spk-train-stdp: unlabelled.spk: has no labels, which the teacher of out in $NETWORK needs"
    run -4 train "${taught[@]}" --set populations.out.size=9 -o none.spk
    assert_output "spk-train-stdp: $BATS_FILE_TMPDIR/digits.spk: has 10 classes, but population out of $NETWORK, which has a teacher, has 9 units"
    run -4 spk-simulate --plastic "${taught[@]}" "$NETWORK" unlabelled.spk -o none.spk
    spk-simulate "${taught[@]}" "$NETWORK" unlabelled.spk -o free.spk # without learning nobody is taught
    [ ! -e none.spk ]
}

@test "options that contradict each other" {
    run -2 train --resume -o weights.spk
    assert_output "spk-train-stdp: --resume: --checkpoint says from where"
    run -2 train --checkpoint state --checkpoint-every soon -o weights.spk
    run -2 train --snapshot-every 0 -o weights.spk
    run -2 train extra.spk -o weights.spk
    run -2 train --checkpoint state --checkpoint-every 0 -o weights.spk
    assert_output --partial "--checkpoint-every: at least 1 sample"
    run -2 train --checkpoint state --checkpoint-every '' -o weights.spk
}

@test "outputs that would overwrite each other are refused before anything runs" {
    run -2 train --checkpoint state -o state
    assert_output "spk-train-stdp: --output and --checkpoint are both written to state"
    run -2 train --spikes same -o ./same
    [ ! -e same ]
    echo old >same
    ln same other
    run -2 train --spikes same -o other --force
    run -2 train --checkpoint state --spikes state.journal -o weights.spk
    ln -s target link # which is not there yet
    run -2 train --spikes target -o link
    [ ! -e target ]
    run -2 train --spikes -
    assert_output --partial "--output and --spikes are both written to stdout"
    run -2 train --checkpoint - -o weights.spk
    assert_output --partial "--checkpoint: needs the name of a file"
    train --spikes /dev/null -o /dev/null
}

@test "SIGTERM while waiting for input, and for the rest of a sample: a checkpoint, then the same bytes" {
    train -o want.spk --spikes want-spikes.spk
    mkfifo pipe
    spk-train-stdp "$NETWORK" --spikes spikes.spk -o weights.spk --checkpoint state <pipe &
    local pid=$!
    { zstd -dcq "$BATS_FILE_TMPDIR/digits.spk" | head -c 9000; while kill -0 $pid 2>/dev/null; do sleep 0.05; done; } >pipe &
    local writer=$! status=0
    sleep 1
    kill -TERM $pid
    wait $pid || status=$?
    wait $writer
    assert_equal $status 75
    [ -e state ]
    run -0 train --spikes spikes.spk -o weights.spk --checkpoint state --resume -v
    [[ $output =~ "resumed after "([0-9]+)" samples" ]]
    assert_output --partial ": $((60 - BASH_REMATCH[1])) samples in " # those of this run
    assert_same_stream want.spk weights.spk
    assert_same_stream want-spikes.spk spikes.spk
    # both ends of the pipe are stopped: the cut is no error either
    status=0
    { zstd -dcq "$BATS_FILE_TMPDIR/digits.spk" | head -c 9000; sleep 2; } >pipe &
    writer=$!
    spk-train-stdp "$NETWORK" -o weights.spk --force --checkpoint state <pipe &
    pid=$!
    sleep 1
    kill -TERM $pid $writer
    wait $pid || status=$?
    assert_equal $status 75
}

@test "recorded spikes are not half lost: --spikes from the first run on, or not at all" {
    stopped
    run -2 train -o weights.spk --spikes spikes.spk --checkpoint state --resume
    assert_output "spk-train-stdp: state: was made without --spikes, so that they are lost"
    train -o weights.spk --checkpoint state --resume
    rm pipe weights.spk
    stopped --spikes spikes.spk
    run -2 train -o weights.spk --checkpoint state --resume
    assert_output "spk-train-stdp: state: was made with --spikes, which would be lost without"
    train -o weights.spk --spikes spikes.spk --checkpoint state --resume
    train -o want.spk --spikes want-spikes.spk --force
    assert_same_stream want-spikes.spk spikes.spk
}

@test "a run whose input is cut can be finished with what there is" {
    zstd -dcq "$BATS_FILE_TMPDIR/digits.spk" | head -c 9000 >cut.spk
    run -4 spk-train-stdp "$NETWORK" cut.spk -o weights.spk --checkpoint state --checkpoint-every 5
    [ -e state ]
    spk-train-stdp "$NETWORK" cut.spk -o weights.spk --checkpoint state --resume --allow-truncated
    spk-train-stdp "$NETWORK" cut.spk -o want.spk --allow-truncated
    spk-view --allow-truncated want.spk | cmp - <(spk-view --allow-truncated weights.spk)
    run -4 spk-info weights.spk
}

@test "a checkpoint that cannot be written is noticed before the work begins" {
    run -3 train -o weights.spk --checkpoint nowhere/state
    assert_output "spk-train-stdp: nowhere/state: cannot create: No such file or directory"
    [ ! -e weights.spk ]
}

@test "more memory than --max-memory is refused" {
    run -5 train --max-memory 100kB -o weights.spk
    assert_output --partial "more than --max-memory"
}
