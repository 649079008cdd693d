# cat.bats: spk-cat joins, salvages and packs, and what it makes says what was there.

load helper

# The digest of the whole stream FILE, and of part PART of it.
digest() {
    spk-info --digest "$1" | awk -F '\t' -v part="${2-whole}" '$2 == part { print $1 }'
}

# shards KIND N OF: the parts of a stream, as part.0.spk ...
shards() {
    rm -f part.*.spk
    for i in $(seq 0 $(($3 - 1))); do streams "$1" "$2" "$i" "$3" >"part.$i.spk"; done
}

# flip FILE BYTE: two damaged bytes.
flip() {
    printf '\377\252' | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# ---- one stream ------------------------------------------------------------------------------------

# bats test_tags=san
@test "a copy is the stream itself, however it came" {
    for kind in "spikes 50" "raster 300000" "frames 50" "predictions 50" "traces 50" "weights 3"; do
        # shellcheck disable=SC2086
        streams $kind >s.spk
        spk-cat s.spk | cmp s.spk -
        zstd -dcq s.spk | spk-cat | cmp s.spk -
        zstd -dcq s.spk | zstd -19q | spk-cat - | cmp s.spk -
    done
}

@test "a stream with records cut for latency gets the usual ones" {
    encode="spk-encode poisson --full-scale 16 --max-rate 50Hz --duration 100ms"
    $encode "$DIGITS/digits.csv.gz" >want.spk
    $encode --latency 1us "$DIGITS/digits.csv.gz" >cut.spk
    run cmp <(logical want.spk) <(logical cut.spk)
    assert_failure
    spk-cat cut.spk >got.spk
    assert_same_stream want.spk got.spk
}

@test "--pack changes how a stream is stored and nothing else" {
    for kind in "spikes 500" "raster 300000" "frames 200" "weights 3"; do
        # shellcheck disable=SC2086
        streams $kind >s.spk
        for pack in live store archive; do
            spk-cat --pack "$pack" s.spk >"$pack.spk"
            assert_same_stream s.spk "$pack.spk"
            spk-cat "$pack.spk" | cmp s.spk -
        done
        zstd -tq live.spk archive.spk
        [ "$(head -c 4 store.spk | tail -c 3)" = SPK ]
    done
    streams frames 2000 | spk-cat --pack archive >archive.spk
    streams frames 2000 >s.spk
    [ "$(stat -c %s archive.spk)" -lt "$(stat -c %s s.spk)" ]
    streams raster 300000 | spk-cat --pack live >live.spk
    [ "$(spk-info --index live.spk | wc -l)" -gt 4 ]
    run -2 spk-cat --pack store --level 3 s.spk
}

# ---- one after another -----------------------------------------------------------------------------

@test "streams follow one another in time" {
    streams spikes 5 >a.spk
    streams spikes 3 >b.spk
    spk-cat --renumber a.spk b.spk a.spk >c.spk
    # 5 x 120 ticks, then 3 x 120
    {
        spk-view a.spk
        spk-view b.spk | awk -F '\t' -v OFS='\t' 'NR > 1 { print $1 + 5, $2 + 600, sprintf("%.1f", $3 + 60), $4, $5 }'
        spk-view a.spk | awk -F '\t' -v OFS='\t' 'NR > 1 { print $1 + 8, $2 + 960, sprintf("%.1f", $3 + 96), $4, $5 }'
    } | sort >want
    spk-view c.spk | sort | diff want -
    assert_equal "$(spk-view --labels c.spk | sed -n 8p)" $'6\t720\t72.0\t100\t10.0\t1\t1'
    assert_equal "$(spk-info c.spk | awk '$1 == "duration_s" { print $2 }')" 0.1560
    assert_equal "$(spk-info c.spk | awk '$1 == "steps" { print $2 }')" 3
}

@test "samples keep their numbers where these ascend" {
    encode() { spk-encode poisson --full-scale 16 --max-rate 50Hz --duration 100ms "$@" "$DIGITS/digits.csv.gz"; }
    encode --limit 10 >a.spk
    encode --skip 10 --limit 5 >b.spk
    spk-cat a.spk b.spk >c.spk
    assert_equal "$(spk-view --labels c.spk | cut -f 1 | tr '\n' ' ')" "sample $(seq -s ' ' 0 14) "
    run -4 spk-cat -o out.spk b.spk a.spk
    assert_output "spk-cat: a.spk: sample 0 after sample 14 (--renumber counts samples on from stream to stream)"
}

@test "frames, predictions and traces move in time and number too" {
    for kind in frames predictions traces; do
        streams "$kind" 4 >s.spk
        spk-cat --renumber s.spk s.spk >c.spk
        columns=2-3
        [ "$kind" = predictions ] && columns=none
        spk-view s.spk | awk -F '\t' -v OFS='\t' -v columns=$columns 'NR > 1 {
            $1 += 4
            if (columns != "none") { $2 += 480; $3 = sprintf("%.1f", $3 + 48) }
            print }' >want.second
        { spk-view s.spk; cat want.second; } | grep -v $'^[0-9]*\tvote' >want
        spk-view c.spk | grep -v $'^[0-9]*\tvote' | diff want -
    done
    streams predictions 4 >s.spk
    spk-cat --renumber s.spk s.spk | spk-view | cut -f 1,4 >got
    { spk-view s.spk | cut -f 1,4; spk-view s.spk | awk -F '\t' -v OFS='\t' 'NR > 1 { print $1 + 4, $4 }'; } | diff - got
}

@test "a file of streams one behind the other is as good as the streams" {
    streams spikes 5 >a.spk
    streams spikes 3 >b.spk
    cat a.spk b.spk >ab.spk
    spk-cat --renumber a.spk b.spk a.spk >want.spk
    spk-cat --renumber ab.spk a.spk | cmp want.spk -
    { zstd -dcq a.spk; cat b.spk; } >mixed.spk
    spk-cat --renumber mixed.spk a.spk | cmp want.spk -
    # in a pipe the later histories come too late
    run -0 --separate-stderr bash -c 'cat a.spk b.spk | spk-cat --renumber - a.spk >got.spk'
    assert_regex "$stderr" "only the first stream's history is kept"
    assert_equal "$(digest got.spk)" "$(digest want.spk)"
    run -4 spk-view ab.spk
    head -c $(($(stat -c %s ab.spk) - 300)) ab.spk >cut.spk
    run -4 bash -c 'spk-cat --renumber cut.spk >got.spk'
    run -4 spk-info --verify got.spk
}

@test "streams that do not belong together are refused" {
    streams spikes 3 >s.spk
    streams raster 1000 >r.spk
    streams weights 2 >w.spk
    run -4 spk-cat s.spk r.spk
    assert_output --partial 'has no population "input"'
    run -4 spk-cat w.spk w.spk
    assert_output --partial "weight stream"
    run -4 spk-cat s.spk w.spk
    run -3 spk-cat s.spk nowhere.spk
}

@test "what one stream has and the other has not is refused, whichever comes first" {
    "$BUILD/unit/compose" >x.spk <<<$'tick 1/1000\nspikes X 2\nbegin\nend 10'
    "$BUILD/unit/compose" >xy.spk <<<$'tick 1/1000\nspikes X 2\nspikes Y 2\nbegin\nend 10'
    "$BUILD/unit/compose" >xx.spk <<<$'tick 1/1000\nspikes X 2\nspikes X 2\nbegin\nend 10'
    run -4 spk-cat x.spk xy.spk
    assert_output 'spk-cat: xy.spk: has a population "Y", and x.spk none like it'
    run -4 spk-cat xy.spk x.spk
    assert_output 'spk-cat: x.spk: has no population "Y" like that of xy.spk'
    run -4 spk-cat xx.spk xy.spk
    assert_output --regexp 'xx.spk: HEADER:.*: two channels of type spikes are called "X"$'
}

@test "an output appears only when all inputs were whole" {
    streams raster 300000 >a.spk
    head -c 100000 a.spk >cut.spk
    for inputs in "cut.spk" "a.spk cut.spk" "cut.spk a.spk"; do
        # shellcheck disable=SC2086
        run -4 spk-cat -o out.spk $inputs
        [ ! -e out.spk ]
    done
}

@test "what was whole before a cut goes to stdout, and is not taken for whole" {
    for kind in spikes frames predictions traces; do
        streams $kind 40 >z.spk
        zstd -dcq z.spk >s.spk
        head -c $(($(stat -c %s s.spk) * 2 / 3)) s.spk >cut.spk
        run -4 bash -c 'spk-cat cut.spk >out.spk'
        assert_delivered "$(complete_samples cut.spk)" out.spk s.spk
    done
}

# ---- shards ----------------------------------------------------------------------------------------

# bats test_tags=san
@test "a complete set of shards is the whole, byte for byte" {
    for kind in spikes frames predictions traces; do
        streams "$kind" 100 >whole.spk
        for n in 1 2 3 7 120; do
            shards "$kind" 100 "$n"
            spk-cat $(printf '%s\n' part.*.spk | sort -R) | cmp whole.spk -
        done
    done
}

@test "missing and double shards are told, and nothing is written" {
    shards spikes 20 8
    rm part.2.spk part.5.spk
    run -4 spk-cat -o out.spk part.*.spk
    assert_output "spk-cat: of 8 shards, missing: 2, 5; there more than once: none"
    run -4 spk-cat -o out.spk part.*.spk part.7.spk
    assert_output "spk-cat: of 8 shards, missing: 2, 5; there more than once: 7"
    [ ! -e out.spk ]
    run -4 spk-cat part.0.spk
    run -0 bash -c 'spk-cat --chain append part.0.spk | cmp - part.0.spk'
    streams spikes 20 >whole.spk
    run -4 spk-cat part.0.spk whole.spk
    run -4 spk-cat --chain join whole.spk
    run -2 spk-cat --renumber part.*.spk
}

@test "shards of different runs do not join" {
    streams spikes 20 0 2 >a.spk
    streams spikes 21 1 2 >b.spk
    run -4 spk-cat a.spk b.spk
    assert_output --partial "are not shards of one run"
    streams frames 20 1 2 >c.spk
    run -4 spk-cat a.spk c.spk
    streams spikes 20 1 3 >d.spk
    run -4 spk-cat a.spk d.spk
}

@test "a cut shard is not joined" {
    shards spikes 400 2
    head -c $(($(stat -c %s part.1.spk) - 500)) part.1.spk >cut.spk
    run -4 spk-cat -o out.spk part.0.spk cut.spk
    run -4 spk-cat --allow-truncated -o out.spk part.0.spk cut.spk
    [ ! -e out.spk ]
}

@test "shards through a whole pipeline are its unsharded result" {
    net=$ROOT/share/experiments/digits/network.json
    encode() {
        spk-encode frames --label-column label --shape 8x8 --full-scale 16 --max-rate 200Hz \
            --duration 350ms --limit 20 "$@" "$DIGITS/digits.csv.gz"
    }
    simulate() { spk-simulate --set on_sample.reset=all --weights weights.spk "$@" "$net"; }
    encode | spk-train-stdp "$net" >weights.spk
    encode | simulate >whole.spk
    spk-train-readout -q vote whole.spk >readout.spk
    spk-decode vote --model readout.spk whole.spk >whole.decoded.spk
    for i in 0 1 2; do
        encode --shard "$i/3" | simulate >"part.$i.spk"
        encode | simulate --shard "$i/3" >"sim.$i.spk"
        spk-decode vote --model readout.spk "part.$i.spk" >"decoded.$i.spk"
    done
    spk-cat part.?.spk >joined.spk
    assert_same_stream whole.spk joined.spk
    spk-cat sim.?.spk >joined.spk
    assert_same_stream whole.spk joined.spk
    spk-cat decoded.?.spk >joined.spk
    assert_same_stream whole.decoded.spk joined.spk
}

# ---- salvage ---------------------------------------------------------------------------------------

# check_salvage ORIGINAL DAMAGED [COLUMNS]: what is saved was there, and nobody takes it for whole.
check_salvage() {
    run -4 --separate-stderr bash -c "spk-cat --salvage '$2' >saved.spk"
    assert_regex "$stderr" "is damaged; what was intact is kept"
    told=$stderr
    run -4 --separate-stderr spk-view saved.spk
    run -4 --separate-stderr spk-info --verify saved.spk
    spk-view --allow-truncated saved.spk | cut -f "${3-1-}" | sort >saved
    spk-view "$1" | cut -f "${3-1-}" | sort >original
    assert_equal "$(comm -23 saved original | head -3)" ""
    rows=$(wc -l <saved)
    all=$(wc -l <original)
}

@test "--salvage of an undamaged stream is a copy that is whole" {
    streams spikes 50 >s.spk
    spk-cat --salvage s.spk >c.spk
    assert_equal "$(digest c.spk)" "$(digest s.spk)"
    run -0 spk-info --verify c.spk
}

@test "--salvage of a plain stream loses what was hit and little more" {
    streams spikes 2000 | zstd -dcq >s.spk
    for byte in 5000 200000 400000; do
        cp s.spk d.spk
        flip d.spk "$byte"
        check_salvage s.spk d.spk
        [ "$rows" -gt $((all * 99 / 100)) ]
    done
}

@test "--salvage of a compressed stream loses frames, not more" {
    streams raster 5000000 >s.spk
    for byte in 2500000 4000000; do
        cp s.spk d.spk
        flip d.spk "$byte"
        check_salvage s.spk d.spk
        [ "$rows" -gt $((all * 6 / 10)) ]
        assert_regex "$told" 'the zstd frame at byte [0-9]+ is damaged'
    done
    # from a pipe, too, it finds the next frame
    run -4 --separate-stderr bash -c 'cat d.spk | spk-cat --salvage >piped.spk'
    [ "$(spk-view --allow-truncated piped.spk | wc -l)" -gt $((all / 2)) ]
}

@test "--salvage keeps no less than what is read before the damage shows" {
    streams spikes 20 >s.spk # one frame
    size=$(stat -c %s s.spk)
    for place in $(seq 40 $((size / 12)) $((size - 200))); do
        cp s.spk f.spk
        flip f.spk "$place"
        run --separate-stderr spk-view f.spk
        shown=${#lines[@]}
        spk-cat --salvage f.spk >saved.spk 2>told || true
        [ "$(spk-view --allow-truncated saved.spk | wc -l)" -ge "$shown" ] || fail "byte $place: less than $shown rows"
    done
}

@test "--salvage tells what stands behind the end" {
    streams spikes 50 >z.spk
    zstd -dcq z.spk >p.spk
    for form in p z; do
        size=$(stat -c %s "$form.spk")
        { cat "$form.spk"; head -c 500 "$BUILD/unit/streams"; } >d.spk
        check_salvage p.spk d.spk
        assert_equal "$rows" "$all"
        [ "$form" = z ] || assert_regex "$told" "lost: bytes $size to $((size + 499))"
        # little or much: behind what was read ahead, too
        for n in 1 60; do
            { cat "$form.spk"; for _ in $(seq $n); do cat "$form.spk"; done; } >d.spk
            check_salvage p.spk d.spk
            assert_equal "$rows" "$all"
            assert_regex "$told" "a second stream follows the end of the first"
        done
    done
    { cat p.spk; printf x; } >d.spk
    check_salvage p.spk d.spk
    assert_regex "$told" "lost: bytes $(stat -c %s p.spk) to $(stat -c %s p.spk)"
    { cat p.spk; cat z.spk; } >d.spk
    check_salvage p.spk d.spk
    assert_equal "$rows" "$all"
}

@test "--salvage keeps what came before a cut, and what came before and after a hole" {
    streams spikes 2000 >s.spk
    head -c $(($(stat -c %s s.spk) * 2 / 3)) s.spk >d.spk
    check_salvage s.spk d.spk
    [ "$rows" -gt $((all / 2)) ]
    zstd -dcq s.spk >p.spk
    { head -c 200000 p.spk; tail -c +300001 p.spk; } >d.spk
    check_salvage p.spk d.spk
    [ "$rows" -gt $((all * 6 / 10)) ]
}

@test "--salvage takes labelled spikes whose first samples are lost for what they are" {
    streams spikes 2000 | zstd -dcq >s.spk
    record() { # record KIND: where the first of its kind begins
        grep -obUaP "SREC\\x0$1\\x00" s.spk | head -n 1 | cut -d : -f 1
    }
    samples=$(record 4) spikes=$(record 3)
    [ "$samples" -lt "$spikes" ]
    { head -c "$samples" s.spk; tail -c +$((spikes + 1)) s.spk; } >d.spk
    check_salvage s.spk d.spk
    [ "$rows" -gt $((all * 8 / 10)) ]
}

@test "--salvage keeps whole snapshots only" {
    streams weights 5 | zstd -dcq >s.spk
    cp s.spk d.spk
    flip d.spk $(($(stat -c %s s.spk) / 2))
    check_salvage s.spk d.spk 2-
    spk-view --allow-truncated saved.spk | cut -f 2 | sort -u | grep -v samples >kept
    assert_equal "$(wc -l <kept)" 4
    for samples in $(cat kept); do
        diff <(spk-view s.spk | awk -v s="$samples" '$2 == s' | cut -f 2-) \
            <(spk-view --allow-truncated saved.spk | awk -v s="$samples" '$2 == s' | cut -f 2-)
    done
}

@test "--salvage leaves out the predictions of lost samples" {
    streams predictions 30 | zstd -dcq >s.spk
    grep -obaF $'SREC\004' s.spk | cut -d : -f 1 >places # SAMPLE records
    assert_equal "$(wc -l <places)" 30
    while read -r byte; do
        cp s.spk d.spk
        flip d.spk $((byte + 36))
        check_salvage s.spk d.spk
        assert_equal "$rows" $((all - 1))
        spk-view --allow-truncated saved.spk | sed 1d | cut -f 1 | cmp - \
            <(spk-view --allow-truncated --labels saved.spk | sed 1d | cut -f 1)
    done <places
}

@test "--salvage keeps weights that stand without SNAPSHOT" {
    "$BUILD/unit/compose" >s.spk <<'END'
tick 0/1
weights a 3 2 f32
weights b 1 2 f64
begin
row 1 0 1 2
row 1 1 3 4
row 1 2 5 6
row 2 0 7 8
end 0
END
    run -0 --separate-stderr spk-cat --salvage -o c.spk s.spk
    assert_equal "$stderr" ""
    cmp <(spk-view s.spk) <(spk-view c.spk)
    spk-info --verify c.spk
    # some rows are no snapshot
    cp s.spk d.spk
    flip d.spk "$(($(grep -obaF $'SREC\005' s.spk | cut -d : -f 1 | tail -1) + 36))"
    check_salvage s.spk d.spk
    assert_equal "$rows" 1
}

@test "--salvage at sixty places never makes anything up" {
    streams spikes 60 | zstd -dcq >plain.spk
    spk-view plain.spk | sort >original
    size=$(stat -c %s plain.spk)
    for k in $(seq 60); do
        cp plain.spk d.spk
        flip d.spk $((k * 7919 % size))
        spk-cat -q --salvage d.spk >saved.spk 2>/dev/null || [ $? -eq 4 ]
        [ -s saved.spk ] || continue
        spk-view --allow-truncated saved.spk | sort >saved
        assert_equal "$(comm -23 saved original)" ""
    done
}

@test "--salvage stands alone and says when nothing can be saved" {
    streams spikes 5 >s.spk
    run -2 spk-cat --salvage s.spk s.spk
    run -2 spk-cat --salvage --renumber s.spk
    head -c 40 s.spk >d.spk
    run -4 spk-cat --salvage d.spk
    run -4 spk-cat --salvage /etc/passwd
}

@test "images as rates keep their bytes and their scale" {
    { printf '\0\0\10\3\0\0\0\6\0\0\0\2\0\0\0\2'; printf '\1\2\377\0%.0s' 1 2 3 4 5 6; } >images.idx
    encode() { spk-encode frames --full-scale 255 --max-rate 63.75Hz --duration 10ms images.idx "$@"; }
    encode -o whole.spk
    spk-cat whole.spk >copy.spk
    assert_same_stream whole.spk copy.spk
    run -0 bash -c "spk-view copy.spk | sed -n 2,4p | awk '{print \$NF}'"
    assert_output "$(printf '0.25\n0.5\n63.75')"
    spk-cat --salvage whole.spk >copy.spk
    run -0 bash -c "spk-view copy.spk | cmp - <(spk-view whole.spk)"
    spk-cat <(encode --shard 0/2) <(encode --shard 1/2) >joined.spk
    assert_same_stream whole.spk joined.spk
}
