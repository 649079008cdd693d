# plastic.bats: learning with an archive, on the command line: sparse weights out, in, stopped and
# resumed; and NEST's weights, where the reference is there.
# bats file_tags=san
load helper

NETWORK=$BATS_FILE_TMPDIR/network.json

setup_file() {
    cd "$BATS_FILE_TMPDIR" || return 1
    cat >network.json <<'END'
{"format": "spikepipe-network", "version": 1, "dt_ms": 0.5,
 "populations": {
  "input": {"shape": [8, 8], "model": "poisson_input"},
  "exc": {"size": 100, "model": "iaf_psc_delta", "params": {"tau_m_ms": 20}}},
 "projections": {
  "input->exc": {"connect": {"rule": "pairwise_bernoulli", "p": 0.5},
   "weight_mV": {"uniform": [0.5, 2]}, "delay_ms": {"uniform": [0.5, 3]},
   "plasticity": {"rule": "stdp", "mu_plus": 0, "mu_minus": 0, "lambda": 0.005, "alpha": 1.05, "Wmax": 3}},
  "exc->exc": {"connect": {"rule": "fixed_indegree", "indegree": 20}, "weight_mV": -0.5, "delay_ms": 1,
   "weight_type": "f64",
   "plasticity": {"rule": "vogels_sprekeler", "eta": 0.01, "Wmax": -3}}},
 "record": {"exc": "spikes"}}
END
    spk-encode frames --full-scale 16 --max-rate 100Hz --duration 50ms --label-column label --shape 8x8 \
        --limit 200 "$DIGITS/digits.csv.gz" >digits.spk
    spk-encode frames --full-scale 16 --max-rate 100Hz --duration 50ms --label-column label --shape 8x8 \
        --limit 0 "$DIGITS/digits.csv.gz" >none.spk
}

train() {
    spk-train-stdp "$NETWORK" "$BATS_FILE_TMPDIR/digits.spk" "$@"
}

values() {
    spk-view --kind weights "$1" | cut -f 3-
}

@test "sparse weights: they change, keep their bounds and signs, and every reader knows them" {
    train -o after.spk
    spk-train-stdp "$NETWORK" "$BATS_FILE_TMPDIR/none.spk" -o before.spk
    run -1 cmp <(values before.spk) <(values after.spk)
    cmp <(values before.spk | cut -f 1-3) <(values after.spk | cut -f 1-3)
    values after.spk | awk -F '\t' '
        $1 == "input->exc.weight" { n++; if ($4 < 0 || $4 > 3) exit 1 }
        $1 == "exc->exc.weight" { m++; if ($4 > 0 || $4 < -3) exit 1 }
        END { exit !(n > 2800 && n < 3600 && m == 2000) }'
    spk-info --verify after.spk
    assert_equal "$(spk-info after.spk | grep -c 'weight.storage.sparse$')" 2
    python3 "$ROOT/share/python/spk.py" weights after.spk >python.tsv
    cmp <(spk-view --kind weights after.spk | tail -n +2 | cut -f 3-) <(cut -f 3- python.tsv)
}

@test "the same bytes for any number of threads and every instruction set" {
    train -o one.spk --spikes one-spikes.spk -j 1
    for simd in sse2 avx2; do
        SPK_SIMD=$simd train -o other.spk --spikes spikes.spk -j 2 --force
        assert_same_stream one.spk other.spk
        assert_same_stream one-spikes.spk spikes.spk
    done
}

@test "weights go into another run, and into spk-simulate" {
    train -o learned.spk
    spk-train-stdp "$NETWORK" "$BATS_FILE_TMPDIR/none.spk" --weights learned.spk -o again.spk
    cmp <(values learned.spk) <(values again.spk)
    reset=(--set 'on_sample={"reset": "all"}')
    spk-simulate "$NETWORK" "$BATS_FILE_TMPDIR/digits.spk" "${reset[@]}" --weights learned.spk -o one.spk
    spk-simulate "$NETWORK" "$BATS_FILE_TMPDIR/digits.spk" "${reset[@]}" -o drawn.spk
    run -1 cmp <(spk-view one.spk) <(spk-view drawn.spk)
    spk-simulate "$NETWORK" "$BATS_FILE_TMPDIR/digits.spk" "${reset[@]}" --weights learned.spk --jobs 3 \
        -o jobs.spk
    cmp <(spk-view one.spk) <(spk-view jobs.spk)
}

@test "weights of another connection are refused" {
    train -o learned.spk
    run -4 spk-train-stdp "$NETWORK" "$BATS_FILE_TMPDIR/none.spk" --weights learned.spk -o again.spk \
        --set 'projections.input->exc.connect.p=0.4'
    assert_output --partial "its array input->exc.weight has the structure"
}

@test "killed after a checkpoint and resumed: the same bytes, snapshots and spikes" {
    train -o whole.spk --spikes whole-spikes.spk --snapshot-every 30
    mkfifo pipe
    spk-train-stdp "$NETWORK" -o resumed.spk --spikes resumed-spikes.spk --snapshot-every 30 \
        --checkpoint state --checkpoint-every 7 <pipe &
    local pid=$!
    # the stream never ends, and after its first samples nothing comes
    { zstd -dcq "$BATS_FILE_TMPDIR/digits.spk" | head -c 25000; while kill -0 $pid 2>/dev/null; do sleep 0.05; done; } >pipe &
    local writer=$!
    for _ in $(seq 400); do
        [ -e state ] && [ "$(stat -c %s state.journal)" -gt 10000 ] && break
        sleep 0.05
    done
    kill -KILL $pid
    wait $pid || true
    wait $writer
    [ -e state ]
    spk-train-stdp "$NETWORK" "$BATS_FILE_TMPDIR/digits.spk" -o resumed.spk --spikes resumed-spikes.spk \
        --snapshot-every 30 --checkpoint state --checkpoint-every 7 --resume -j 2 -v 2>log
    grep -q 'resumed after [1-9]' log
    assert_same_stream whole.spk resumed.spk
    assert_same_stream whole-spikes.spk resumed-spikes.spk
}

@test "what a rule does not take is said, with its place" {
    run -2 spk-simulate --check "$NETWORK" --set 'projections.exc->exc.plasticity.Wmax=3'
    assert_output --partial 'projections.exc->exc.weight_mV: with vogels_sprekeler and this bound the weights must be 0 or more'
    run -2 spk-train-stdp "$NETWORK" "$BATS_FILE_TMPDIR/none.spk" -o w.spk \
        --set 'projections.exc->exc.delay_kind=axonal'
    assert_output --partial '"delay_kind": "axonal" is not offered yet with the rule vogels_sprekeler'
    run -2 spk-simulate --check "$NETWORK" --set 'projections.input->exc.plasticity.pairing=nearest'
    assert_output --partial 'nearest_pre_centered'
}

# bats test_tags=
@test "weights sent at presynaptic spikes: NEST's, to 1e-9" {
    [ -d "$SPK_DATA/../reference/simulate" ] || skip "no reference/simulate beside SPK_DATA"
    run -0 python3 "$ROOT/tests/nest/plastic.py" "$SPK_DATA/../reference/simulate"
    assert_equal "$(echo "$output" | awk -F '\t' 'NR > 1 { n++; compared += $3; wrong += $4 } END { print n, compared, wrong }')" \
        "12 486 0"
}
