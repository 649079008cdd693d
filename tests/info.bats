# info.bats: spk-info describes streams, checks them, and tells how they were made.

load helper

# value FILE KEY: what spk-info says of it.
value() {
    spk-info "$1" | awk -F '\t' -v key="$2" '$1 == key { print $2 }'
}

# The digest of the whole stream FILE.
digest() {
    spk-info --digest "$1" | awk -F '\t' '$2 == "whole" { print $1 }'
}

# bats test_tags=san
@test "it counts what is there" {
    streams spikes 60 >s.spk
    spk-view s.spk >rows
    assert_equal "$(value s.spk samples)" 60
    assert_equal "$(value s.spk labelled)" "$(spk-view --labels s.spk | awk -F '\t' 'NR > 1 && $6 != ""' | wc -l)"
    assert_equal "$(value s.spk presented_again)" 12
    assert_equal "$(value s.spk label.4)" "$(spk-view --labels s.spk | awk -F '\t' '$6 == 4' | wc -l)"
    for population in input exc; do
        assert_equal "$(value s.spk population.$population.spikes)" "$(grep -c "[[:blank:]]$population[[:blank:]]" rows)"
    done
    assert_equal "$(value s.spk population.input.shape)" 28x28
    assert_equal "$(value s.spk duration_s)" 0.7200
    assert_equal "$(value s.spk bytes)" "$(stat -c %s s.spk)"
    assert_equal "$(value s.spk logical_bytes)" "$(zstd -dcq s.spk | wc -c)"
    assert_equal "$(value s.spk index)" yes
    # a mean rate is spikes by unit and second: 60 samples of 10 ms, 20 units
    run -0 python3 -c "print('%.6g' % ($(value s.spk population.exc.spikes) / 0.6 / 20))"
    assert_output "$(value s.spk population.exc.rate_Hz)"
    streams weights 3 >w.spk
    assert_equal "$(value w.spk snapshots)" 3
    assert_equal "$(value w.spk trained_samples)" 300
    assert_equal "$(value w.spk 'array.input->exc.weight.shape')" 30x7
    assert_equal "$(value w.spk 'array.exc->exc.weight.storage')" sparse
    streams predictions 12 >p.spk
    assert_equal "$(value p.spk predictions.vote.predictions)" 12
    streams frames 12 >f.spk
    assert_equal "$(value f.spk frames.input.frames)" 12
    streams traces 12 >t.spk
    assert_equal "$(value t.spk trace.exc.V_m.rows)" 60
    streams spikes 3 1 4 >part.spk
    assert_equal "$(value part.spk shards)" 4
}

@test "what is of no use for a stream is left out" {
    spk-info <(streams spikes 12) >rows
    grep -q '^bits_per_spike' rows
    streams weights 3 >w.spk
    run -0 spk-info w.spk
    refute_line --regexp '^(samples|bits_per_spike)'
    {
        printf 'tick 1/1000\nspikes exc 2\npredictions vote 2\nbegin\n'
        printf 'at 1 1 0\nend 10\n'
    } | "$BUILD/unit/compose" >mixed.spk
    run -0 spk-info mixed.spk
    assert_line $'samples\t0'
    assert_line $'continuous\tyes'
    assert_line --regexp '^logical_bits_per_spike'
    refute_line --regexp '^bits_per_spike'
}

@test "JSON says the same as the rows, with all digits" {
    streams spikes 60 >s.spk
    spk-info s.spk | tail -n +2 >rows
    spk-info --json s.spk | python3 -c '
import json, sys
def shown(key, text): return "%.6g" % float(text) if "." in text and key.endswith(("Hz", "ratio", "spike")) else text
def leaves(node, path):
    for key, value in node.items():
        if isinstance(value, dict): yield from leaves(value, path + [key])
        else: yield ".".join(path + [key]) + "\t" + shown(key, value)
print(*leaves(json.load(sys.stdin, parse_float=str, parse_int=str), []), sep="\n")' | diff rows -
    run -0 bash -c "spk-info --json s.spk | python3 -c 'import json, sys; print(json.load(sys.stdin)[\"population\"][\"exc\"][\"rate_Hz\"] * 12)'"
    assert_output "$(value s.spk population.exc.spikes).0"
}

@test "--verify: one line and 0 for a whole stream, one error and 4 for any other" {
    streams spikes 60 >s.spk
    run -0 spk-info --verify s.spk
    assert_output --regexp '^s\.spk: complete, [0-9]+ records, [0-9]+ spikes$'
    size=$(stat -c %s s.spk)
    for cut in 100 1000 $((size - 200)); do
        head -c "$cut" s.spk >cut.spk
        run -4 --separate-stderr spk-info --verify cut.spk
        assert_output ""
        assert_equal "${#stderr_lines[@]}" 1
    done
    run -4 spk-info --verify --allow-truncated cut.spk
    zstd -dcq s.spk >plain.spk
    for byte in 5 40 500 5000; do
        cp plain.spk flipped.spk
        printf '\377' | dd of=flipped.spk bs=1 seek="$byte" conv=notrunc status=none
        cmp -s plain.spk flipped.spk || run -4 spk-info --verify flipped.spk
    done
    run -0 spk-info --verify --json s.spk
    assert_output --regexp '^\{"file":"s.spk","status":"complete","records":[0-9]+,"spikes":[0-9]+\}$'
}

@test "of several files all are read, and the bad ones named" {
    streams spikes 6 >a.spk
    head -c 300 a.spk >b.spk
    run -4 --separate-stderr spk-info --verify a.spk b.spk nowhere.spk a.spk
    assert_equal "${#lines[@]}" 2
    assert_regex "$stderr" 'b.spk: .*nowhere.spk: cannot open.*2 of 4 files failed'
}

@test "--digest does not depend on how a stream is stored or made" {
    for kind in spikes frames predictions traces weights; do
        streams "$kind" 30 >s.spk
        want=$(digest s.spk)
        [ "${#want}" -eq 32 ]
        zstd -dcq s.spk >plain.spk
        zstd -19q <plain.spk >small.spk
        assert_equal "$(digest plain.spk)" "$want"
        assert_equal "$(digest small.spk)" "$want"
    done
    encode="spk-encode poisson --full-scale 16 --max-rate 50Hz --duration 100ms --limit 20"
    $encode "$DIGITS/digits.csv.gz" >a.spk
    $encode --no-provenance "$DIGITS/digits.csv.gz" >b.spk
    $encode --latency 1ms "$DIGITS/digits.csv.gz" >c.spk
    run cmp <(logical a.spk) <(logical b.spk)
    assert_failure
    assert_equal "$(digest b.spk)" "$(digest a.spk)"
    assert_equal "$(digest c.spk)" "$(digest a.spk)"
}

@test "--digest depends on what a stream says, part by part" {
    streams weights 3 >a.spk
    streams weights 2 >b.spk
    [ "$(digest a.spk)" != "$(digest b.spk)" ]
    encode="spk-encode poisson --full-scale 16 --max-rate 50Hz --duration 100ms --label-column label"
    $encode --limit 20 "$DIGITS/digits.csv.gz" >a.spk
    $encode --limit 20 --seed 2 "$DIGITS/digits.csv.gz" >b.spk
    $encode --limit 19 "$DIGITS/digits.csv.gz" >c.spk
    spk-info --digest a.spk b.spk c.spk | awk -F '\t' '{ print $4, $2, $3, $1 }' >rows
    part() { awk -v file="$1" -v part="$2" '$1 == file && $2 == part { print $NF }' rows; }
    [ "$(part a.spk spikes)" != "$(part b.spk spikes)" ]
    assert_equal "$(part a.spk samples)" "$(part b.spk samples)"
    [ "$(part a.spk whole)" != "$(part b.spk whole)" ]
    [ "$(part a.spk samples)" != "$(part c.spk samples)" ]
    [ "$(part a.spk whole)" != "$(part c.spk whole)" ]
}

@test "--index: the trailer and the file itself say the same" {
    columns() { cut -f 2- <<<"$output"; }
    for kind in "spikes 2000" "raster 3000000" "frames 300" "traces 300" "weights 3"; do
        # shellcheck disable=SC2086
        streams $kind >s.spk
        run -0 spk-info --index s.spk
        trailer=$(columns)
        # another empty frame behind it makes the trailer one of another file
        cp s.spk t.spk
        printf '\x50\x2a\x4d\x18\x00\x00\x00\x00' >>t.spk
        run -0 spk-info --index t.spk
        assert_equal "$(columns)" "$trailer"
    done
    assert_equal "$(head -1 <<<"$trailer")" \
        $'frame\toffset\tbytes\tlogical_offset\tlogical_bytes\tfirst_tick\tlast_tick\tspikes\tkinds'
    run -2 bash -c 'spk-info --index <s.spk'
    head -c $(($(stat -c %s s.spk) / 2)) s.spk >cut.spk
    run -4 spk-info --index cut.spk
}

@test "--index finds its way: every frame is a frame, and the last has END" {
    streams raster 3000000 >s.spk
    spk-info --index s.spk | tail -n +2 >frames
    [ "$(wc -l <frames)" -gt 2 ]
    while IFS=$'\t' read -r _ _ offset bytes _ logical_bytes _; do
        assert_equal "$(tail -c +$((offset + 1)) s.spk | head -c "$bytes" | zstd -dcq | wc -c)" \
            "$logical_bytes"
    done <frames
    assert_equal "$(tail -1 frames | grep -c END)" 1
    assert_equal "$(awk -F '\t' '{ n += $9 } END { print n }' frames)" 3000000
}

@test "--replay makes a pipeline's result again, byte for byte" {
    ln -s "$DIGITS" digits
    net=$ROOT/share/experiments/digits/network.json
    encode() {
        spk-encode frames --label-column label --shape 8x8 --full-scale 16 --max-rate 200Hz \
            --duration 350ms "$@" digits/digits.csv.gz
    }
    cp "$net" net.json
    encode --limit 20 >in.spk
    spk-train-stdp net.json in.spk >weights.spk
    spk-simulate --weights weights.spk net.json in.spk | spk-train-readout -q vote >readout.spk
    encode --skip 20 --limit 5 | spk-simulate --weights weights.spk net.json |
        spk-decode vote --model readout.spk >result.spk
    spk-info --replay result.spk >replay.sh
    rm weights.spk readout.spk in.spk
    sh replay.sh >again.spk
    cmp result.spk again.spk
    # and through a pipe, from which no program of it reads
    spk-info --replay result.spk | sh >again.spk
    cmp result.spk again.spk
    assert_equal "$(digest result.spk)" "$(digest again.spk)"
    # a step may have had several streams
    encode --limit 3 >a.spk
    encode --skip 3 --limit 3 >b.spk
    spk-cat a.spk b.spk >ab.spk
    spk-info --replay ab.spk | sh | cmp ab.spk -
    # it says so when a file is not what it was
    echo >>net.json
    run -4 --separate-stderr sh replay.sh
    assert_output ""
    assert_regex "$stderr" '^spk-info: net.json: is not the file it was'
}

@test "--replay says what cannot be had again" {
    spk-encode poisson --full-scale 16 --max-rate 50Hz --duration 100ms --no-provenance \
        --label-column label "$DIGITS/digits.csv.gz" >none.spk
    run -4 spk-info --replay none.spk
    assert_output --partial "has no history"
    spk-train-readout vote none.spk >readout.spk
    run -4 spk-info --replay readout.spk
    assert_output --partial "read a stream without history"
    spk-encode poisson --full-scale 16 --max-rate 50Hz --duration 100ms - \
        <"$DIGITS/digits.csv.gz" >stdin.spk
    run -4 spk-info --replay stdin.spk
    assert_output --partial "read a file from its standard input"
}

@test "--replay quotes what a shell would take apart" {
    cp "$DIGITS/digits.csv.gz" "it's \$x.csv.gz"
    spk-encode poisson --full-scale 16 --max-rate 50Hz --duration 100ms --limit 2 \
        "it's \$x.csv.gz" >s.spk
    spk-info --replay s.spk | sh | cmp s.spk -
}

@test "--replay lets no text of the history become code" {
    printf 'step a%%touch\t1 1%%touch\t2 true x;touch\t3%%touch\t4\nbegin\nend 0\n' |
        "$BUILD/unit/compose" >one.spk
    printf 'step a 1 true\nbegin\nend 0\n' | "$BUILD/unit/compose" >a.spk
    id=$(spk-view --head a.spk | awk '$1 == "step" { print $2 }')
    printf 'step a 1 true\nstep b 1 true --x;touch\t5;y=%s\nbegin\nend 0\n' "$id" |
        "$BUILD/unit/compose" >two.spk
    for s in one two; do
        spk-info --replay "$s.spk" >replay.sh
        sh replay.sh || true
    done
    assert_equal "$(ls | tr '\n' ' ')" "a.spk one.spk replay.sh two.spk "
}

@test "questions exclude each other; --checksum wants one file" {
    streams spikes 3 >s.spk
    run -2 spk-info --verify --digest s.spk
    run -2 spk-info --replay --json s.spk
    run -2 spk-info --checksum 00 s.spk s.spk
    run -2 spk-info --checksum 00
    run -4 spk-info --checksum 00000000000000000000000000000000 s.spk
    command -v xxhsum >/dev/null || skip "no xxhsum"
    run -0 spk-info --checksum "$(xxhsum -H2 -q s.spk | cut -d ' ' -f 1)" s.spk
    assert_output ""
}
