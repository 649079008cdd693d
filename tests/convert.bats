# convert.bats: spk-convert reads and writes recordings. What is in them is read again by
# tests/reference/events.py, which shares nothing with it.

load helper

# bytes HEX...: these bytes.
bytes() {
    printf '%s' "$*" | tr -d ' ' | sed 's/../\\x&/g' | xargs -0 printf '%b'
}

# pixels H W [FILE]: the events of a stream of shape 2xHxW: t (us), x, y, p as TSV.
pixels() {
    spk-view --time-unit us ${3:+"$3"} | awk -F '\t' -v OFS='\t' -v h="$1" -v w="$2" '
        NR > 1 { line = int($5 / w); print $3, $5 % w, line % h, int(line / h) }'
}

# The events of a recording, as the oracle reads them.
oracle() {
    python3 "$ROOT/tests/reference/events.py" "$@"
}

# by_time: lines sorted as a stream sorts its spikes (all columns are whole numbers).
by_time() {
    LC_ALL=C sort -n -k 1,1 -k 4,4 -k 3,3 -k 2,2
}

# The same four events stand in every format: (t, x, y, p).
four() {
    printf '%s\t%s\t%s\t%s\n' 0 3 1 1 5 10 20 0 1000 33 0 1 8200 3 1 0
}

# four.nmnist: the same events again, 240 rows below being the wrap.
nmnist_four() {
    bytes 0301800000 0a14000005 21008003e8 0301002008
}

# ---- N-MNIST -------------------------------------------------------------------------------------

# bats test_tags=san
@test "nmnist: the events of the specification's example" {
    nmnist_four >four.bin
    run -0 pixels 34 34 <(spk-convert four.bin)
    assert_output "$(four)"
    spk-convert four.bin | spk-view --head | grep -F $'population\tinput\tspikes of 2312 = 2x34x34'
    spk-convert <four.bin --no-provenance | cmp - <(spk-convert --no-provenance four.bin)
    gzip -c four.bin | spk-convert --no-provenance | cmp - <(spk-convert --no-provenance four.bin)
    run -0 bash -c "spk-info <(spk-convert four.bin) | grep -E '^(tick_s|duration_s|samples)'"
    assert_output "$(printf 'tick_s\t0.000001\nduration_s\t0.008201\nsamples\t0')"
}

# bats test_tags=san
@test "nmnist: y = 240 lets all later times be 8192 us later" {
    bytes 0301800000 00f0000000 0a14000005 00f07fffff 00f0000000 0a14000005 >wraps.bin
    run -0 pixels 34 34 <(spk-convert wraps.bin)
    assert_output "$(printf '0\t3\t1\t1\n8197\t10\t20\t0\n24581\t10\t20\t0\n')"
    oracle nmnist wraps.bin | cmp - <(pixels 34 34 <(spk-convert wraps.bin))
}

# bats test_tags=san
@test "nmnist: random recordings of every size agree with the oracle" {
    python3 - <<'END'
import random
r = random.Random(1)
for n in 1, 2, 3, 25, 4095, 4096, 4097, 30000, 60000:
    t, out = 0, bytearray()
    for _ in range(n):
        t += r.choice((0, 0, 1, 7, 130))
        out += bytes((r.randrange(34), r.randrange(34))) + (r.randrange(2) << 23 | t).to_bytes(3, "big")
    open("%d.bin" % n, "wb").write(out)
END
    for file in *.bin; do
        oracle nmnist "$file" | by_time >want
        spk-convert "$file" >s.spk
        pixels 34 34 s.spk | cmp want -
        spk-convert --to nmnist s.spk >again.bin
        oracle nmnist again.bin | cmp want -
    done
}

# bats test_tags=san
@test "files are samples in their order, each as long as its last event" {
    nmnist_four >a.bin
    bytes 0a14000005 >b.bin
    spk-convert b.bin a.bin b.bin >s.spk
    run -0 spk-view --labels s.spk
    assert_output "$(printf '%s\n' 'sample	tick	time_ms	duration	duration_ms	label	attempts' \
        '0	0	0.000	6	0.006		1' '1	6	0.006	8201	8.201		1' '2	8207	8.207	6	0.006		1')"
    run -0 bash -c "spk-view s.spk | cut -f 1,2,5 | tail -n +2 | tr '\t\n' '  '"
    assert_output "0 5 690 1 6 1193 1 11 690 1 1006 1189 1 8206 37 2 8212 690 "
}

# bats test_tags=san
@test "labels come from a list, or from directories" {
    mkdir -p Train/7 Train/0
    nmnist_four | tee Train/7/1.bin >Train/0/2.bin
    printf 'Train/7/1.bin\t7\nTrain/0/2.bin\t0\n' >list
    spk-convert --files-from list --no-provenance >s.spk
    assert_equal "$(spk-view --labels s.spk | cut -f 6 | tr '\n' ' ')" "label 7 0 "
    assert_equal "$(spk-view --head s.spk | grep classes)" $'classes\t\t8'
    spk-convert --label-from directory --no-provenance Train/7/1.bin Train/0/2.bin | cmp s.spk -
    ls -r Train/*/* | spk-convert --files-from - --label-from directory --no-provenance | cmp s.spk -
    spk-convert --files-from list --classes 10 | spk-view --head | grep $'classes\t\t10'
    printf 'Train/7/1.bin\nTrain/0/2.bin\n' >list
    spk-convert --files-from list --duration 9ms | spk-view --labels | awk 'NR > 1 && $6 != 1 { exit 1 }'

    run -2 spk-convert -o none --files-from list x.bin
    assert_output "spk-convert: --files-from list and \"x.bin\": give one of them"
    printf 'Train/7/1.bin\t7\nTrain/0/2.bin\n' >list
    run -4 spk-convert -o none --files-from list
    assert_output "spk-convert: list:2: must be a file, a tab, its label, as the first row is"
    printf 'Train/7/1.bin\tseven\n' >list
    run -4 spk-convert -o none --files-from list
    assert_output 'spk-convert: list:1: label "seven": must be a whole number from 0'
    : >list
    run -4 spk-convert -o none --files-from list
    assert_output "spk-convert: list: names no file"
    printf 'Train/7/1.bin\t7\n' >list
    run -2 spk-convert -o none --files-from list --classes 7
    assert_output --partial "--classes 7: there is a label 7"
    run -2 spk-convert -o none --files-from list --label-from directory
    assert_output --partial "--label-from directory: list has labels of its own"
    cp Train/7/1.bin Train
    run -2 spk-convert -o none --label-from directory Train/1.bin
    assert_output --partial 'Train/1.bin: --label-from directory: lies in "Train", which is no whole number from 0'
}

# bats test_tags=san
@test "--tick rounds times down, --duration leaves out what is later, --merge makes one spike of several" {
    # one pixel at 0, 999, 1000 and 1999 us, another at 1500 us, one at 2000 us
    bytes 0000000000 00000003e7 00000003e8 01000005dc 00000007cf 02000007d0 >a.bin
    run -0 bash -c "spk-convert --tick 1ms a.bin | spk-view | cut -f 2,5 | tail -n +2 | tr '\t\n' '  '"
    assert_output "0 0 0 0 1 0 1 0 1 1 2 2 "
    run -0 bash -c "spk-convert --tick 1ms --merge --duration 2ms a.bin | spk-view | cut -f 2,5 | tail -n +2 | tr '\t\n' '  '"
    assert_output "0 0 1 0 1 1 "
    run -0 bash -c "spk-convert -v --tick 1ms --merge --duration 2ms a.bin 2>&1 >/dev/null | grep events"
    assert_output "spk-convert: 6 events; 1 from --duration on left out, 2 merged"
    # a tick that is no whole number of us, and one that is shorter
    run -0 bash -c "spk-convert --tick 0.3us a.bin | spk-view | cut -f 2 | tail -n +2 | tr '\n' ' '"
    assert_output "0 3330 3333 5000 6663 6666 "
    run -0 bash -c "spk-convert --tick 1.5us a.bin | spk-view | cut -f 2 | tail -n +2 | tr '\n' ' '"
    assert_output "0 666 666 1000 1332 1333 "
    run -2 spk-convert -o none --tick 1ms --duration 2.5ms a.bin
    assert_output --partial "--duration 0.0025s is not a whole number of ticks (--tick is 0.001s)"
}

# bats test_tags=san
@test "--origin first begins at the first event" {
    bytes 0000000064 00000003e7 >a.bin
    run -0 bash -c "spk-convert --origin first a.bin | spk-view | cut -f 2 | tail -n +2 | tr '\n' ' '"
    assert_output "0 899 "
    run -0 bash -c "spk-convert --duration 50us a.bin 2>&1 >/dev/null"
    assert_output "spk-convert: warning: all 2 events lie behind --duration (--origin first begins at the first event)"
}

# bats test_tags=san
@test "events that come late are errors, or put in order by --reorder" {
    bytes 0000000064 0100000065 0200000060 0300000065 >late.bin
    run -4 spk-convert -o none --from nmnist late.bin
    assert_output "spk-convert: late.bin: byte 10: the event's time is 5e-06 s before an earlier event's (--reorder TIME puts such events in order)"
    run -4 spk-convert -o none --from nmnist --reorder 4us late.bin
    run -0 bash -c "spk-convert --from nmnist --reorder 5us late.bin | spk-view | cut -f 2,5 | tail -n +2 | tr '\t\n' '  '"
    assert_output "96 2 100 0 101 1 101 3 "
    # as many at random, each at most 200 us late
    python3 - <<'END'
import random
r = random.Random(2)
t = [i // 3 + 500 for i in range(50000)]
late = [max(0, a - r.randrange(201)) for a in t]
with open("late.bin", "wb") as f:
    for a in late:
        f.write(bytes((r.randrange(34), r.randrange(34))) + (r.randrange(2) << 23 | a).to_bytes(3, "big"))
END
    spk-convert --from nmnist --reorder 200us late.bin >s.spk
    oracle nmnist late.bin | by_time | cmp - <(pixels 34 34 s.spk)
    run -4 spk-convert -o none --from nmnist --reorder 150us late.bin
}

# bats test_tags=san
@test "a damaged file is one line with its byte, and no stream" {
    nmnist_four >four.bin
    head -c 18 four.bin >cut.bin
    run -4 spk-convert -o out.spk cut.bin
    assert_output "spk-convert: cut.bin: byte 15: the file ends inside a record (cut off?)"
    assert [ ! -e out.spk ]
    assert [ ! -e none ]
    run -4 bash -c "spk-convert cut.bin 2>/dev/null | spk-info --verify"
    spk-convert --allow-truncated cut.bin >part.spk
    run -4 spk-view part.spk
    run -0 spk-view --allow-truncated part.spk
    assert_equal "${#lines[@]}" 4
    { head -c 10 four.bin; bytes 2200000009; } >outside.bin
    run -4 spk-convert -o none outside.bin
    assert_output "spk-convert: outside.bin: begins with byte 0x03: of no format that is known here (--from FORMAT)"
    run -4 spk-convert -o none --from nmnist outside.bin
    assert_output "spk-convert: outside.bin: byte 10: an event outside of the 34 rows and 34 columns (--shape 2xHxW says how many there are)"
    run -0 bash -c "spk-convert --from nmnist --shape 2x34x35 outside.bin | spk-view -n 9 | tail -1"
    assert_output "$(printf '0\t9\t0.009\tinput\t34')"
    : >empty
    run -4 spk-convert -o none empty
    assert_output "spk-convert: empty: empty, so that its format cannot be told (--from FORMAT)"
    spk-convert --from nmnist empty | spk-info --verify
    run -3 spk-convert -o none missing.bin
    assert_output "spk-convert: missing.bin: cannot open: No such file or directory"
    run -2 spk-convert -o none <(nmnist_four) four.bin
    run -2 spk-convert -o none - four.bin <four.bin
    assert_output --partial "<stdin>: cannot be read twice, as a sample without --duration must be: give --duration"
    run -2 spk-convert -o none --from nmnist --shape 34x34 four.bin
    assert_output --partial "four.bin: --shape must be 2xHxW: two polarities of H rows and W columns"
    run -2 spk-convert -o none --shape 2x34xx four.bin
    assert_output --partial '--shape "2x34xx": must be sizes like 2x34x34'
}

# bats test_tags=san
@test "more events in one tick than --max-memory holds are an error" {
    nmnist_four >four.bin
    for _ in $(seq 12); do cat four.bin four.bin >twice && mv twice four.bin; done
    run -5 spk-convert -o none --from nmnist --reorder 9ms --max-memory 100KiB four.bin
    assert_output --regexp 'four.bin: [0-9]+ events in one tick or within --reorder take more than --max-memory'
}

@test "a stream becomes nmnist, and nothing is lost that the format can hold" {
    nmnist_four >four.bin
    spk-convert four.bin | spk-convert --to nmnist | cmp four.bin -
    # times beyond the 23 bits need wraps; a coarser tick is written in us
    spk-convert --tick 1ms four.bin | spk-convert --to nmnist | spk-convert | spk-view | cut -f 2,5 >got
    assert_equal "$(tr '\t\n' '  ' <got)" "tick unit 0 690 0 1193 1000 1189 8000 37 "
    printf 'spikes a 2312\nbegin\nat 1 8388607 5\nat 1 8388608 6\nat 1 8404991 7\nend 9000000\n' |
        sed '1i tick 1/1000000' | "$BUILD/unit/compose" >late.spk
    run -4 spk-convert -o none --to nmnist late.spk
    assert_output "spk-convert: nmnist holds events of a camera, 2xHxW: the stream's shape is another"
    spk-convert four.bin four.bin >two.spk
    run -2 spk-convert -o none --to nmnist two.spk
    assert_output --partial "two.spk: has several samples, and nmnist holds one: --sample N chooses"
    spk-convert --to nmnist --sample 1 two.spk | cmp four.bin -
    run -4 spk-convert -o none --to nmnist --sample 2 two.spk
    assert_output "spk-convert: two.spk: has no sample 2"
    run -2 spk-convert -o none --to nmnist --tick 1ms two.spk
    assert_output --partial "--tick has no meaning with --to FORMAT"
    run -2 spk-convert -o none --sample 1 four.bin
    assert_output --partial "--sample has no meaning without --to FORMAT"
    spk-convert --to nmnist --sample 0 -o four.bin two.spk # replaces a recording
    run -2 spk-convert -o none --to nmnist --sample 0 -o two.spk two.spk
    assert_output --partial "two.spk: is an input of this command"
    cp two.spk three.spk
    run -2 spk-convert -o none --to nmnist --sample 0 -o three.spk two.spk
    assert_output --partial "three.spk: exists and is a spike stream, not a recording of events"
}

@test "an incomplete stream, or a full disk, makes no whole recording" {
    nmnist_four >four.bin
    spk-convert four.bin >s.spk
    head -c -20 s.spk >cut.spk
    run -4 spk-convert -o none --to csv cut.spk
    assert [ ! -e none ]
    zstd -dcq s.spk | head -c -8 | run -4 spk-convert -o none --to nmnist
    assert [ ! -e none ]
    for _ in $(seq 11); do cat four.bin four.bin >twice && mv twice four.bin; done
    spk-convert --from nmnist --reorder 9ms four.bin >s.spk
    run -3 spk-convert --force -o /dev/full --to csv s.spk
    assert_output --partial "No space left on device"
    run -3 spk-convert --from nmnist --reorder 9ms --force -o /dev/full four.bin
    assert_output --partial "No space left on device"
}

@test "nmnist: times past 23 bits are written with wraps and read again" {
    bytes 0301800000 00f0000000 00f0000000 0a147fffff 0a147fffff >far.bin
    spk-convert far.bin >s.spk
    assert_equal "$(spk-view s.spk | tail -1 | cut -f 2)" 8404991
    spk-convert --to nmnist s.spk >again.bin
    oracle nmnist far.bin | cmp - <(oracle nmnist again.bin)
}

@test "history: files have their digests, and the stream can be made again" {
    nmnist_four | tee a.bin >b.bin
    printf 'a.bin\t1\nb.bin\t0\n' >list
    spk-convert --files-from list >s.spk
    spk-info --replay s.spk >replay
    sh replay | cmp s.spk -
    bytes 0a14000005 >b.bin
    run -4 sh replay
    assert_output --partial "b.bin: is not the file it was"
}

@test "history: of more than 1000 files the list is kept" {
    nmnist_four >a.bin
    for _ in $(seq 1000); do echo a.bin; done >list
    spk-convert --files-from list --duration 10ms >s.spk
    assert_equal "$(spk-info --replay s.spk | grep -c a.bin)" 1
    echo a.bin >>list
    spk-convert --files-from list --duration 10ms >s.spk
    assert_equal "$(spk-view --labels s.spk | wc -l)" 1002
    spk-info --replay s.spk >replay
    run -1 grep -c a.bin replay
    grep -q 'xxh128\|checksum' replay
    sh replay | cmp s.spk -
    mkdir "$(printf 'n%.0s' {1..200})"
    mv a.bin n*
    yes n*/a.bin | head -6000 | xargs -s 2000000 -n 6000 bash -c 'spk-convert --duration 10ms -o none "$@" 2>message' - || true
    assert_equal "$(cat message)" "spk-convert: provenance: more than 1048576 bytes of JSON (--files-from LIST keeps the names of many files out of the history)"
    assert [ ! -e none ]
}

@test "the N-MNIST recordings: as many events as are known, and the oracle's" {
    need_data nmnist-1100
    data=$SPK_DATA/nmnist-1100
    grep -v '^#' "$data/train1K.txt" | awk -v OFS='\t' -v d="$data" '{ print d "/" $1 ".bs2", $2 }' >train
    grep -v '^#' "$data/test100.txt" | awk -v OFS='\t' -v d="$data" '{ print d "/" $1 ".bs2", $2 }' >test
    spk-convert --files-from train >train.spk
    spk-convert --files-from test >test.spk
    assert_equal "$(spk-info train.spk | grep -E '^spikes|^label\.' | cut -f 2 | tr '\n' ' ')" \
        "97 116 99 93 105 92 94 117 87 100 4133231 "
    assert_equal "$(spk-info test.spk | grep -E '^spikes|^label\.' | cut -f 2 | tr '\n' ' ')" \
        "8 14 8 11 14 7 10 15 2 11 385596 "
    for n in 1 500 1000; do
        oracle nmnist "$data/$n.bs2" | by_time >want
        spk-convert "$data/$n.bs2" | pixels 34 34 /dev/stdin | cmp want -
        spk-convert --to nmnist --sample $((n - 1)) train.spk >again
        oracle nmnist again | cmp want -
    done
}

# A network that passes its events on: what it was given comes out.
@test "a stream of recordings feeds a population of its shape" {
    cat >net.json <<'END'
{"format": "spikepipe-network", "version": 1, "dt_ms": 1,
 "populations": {"events": {"shape": [2, 34, 34], "model": "spike_input"}, "copy": {"size": 2312, "model": "parrot"}},
 "projections": {"events->copy": {"connect": {"rule": "one_to_one"}, "weight": 1, "delay_ms": 1}},
 "record": {"copy": "spikes"}}
END
    nmnist_four >four.bin
    for _ in 1 2; do cat four.bin; done | head -c 15 >three.bin
    spk-convert --tick 1ms --merge --duration 20ms four.bin three.bin >s.spk
    spk-simulate net.json s.spk | spk-view | tail -n +2 | awk -v OFS='\t' '{ print $1, $2 - 1, $5 }' >got
    spk-view s.spk | tail -n +2 | cut -f 1,2,5 | cmp - got
    assert [ "$(wc -l <got)" = 7 ]
    # the published liquid, whose input fires a step after each of its events
    spk-simulate --set 'populations.events.shape=[2,34,34]' --set 'populations.input.shape=[2,34,34]' \
        --set 'record={"input":"spikes"}' "$ROOT/share/experiments/nalsm/network.json" s.spk |
        spk-view | tail -n +2 | awk -v OFS='\t' '{ print $1, $2 - 1, $5 }' | cmp got -
}

# ---- DAT, EVT2, EVT3, AEDAT 2.0 --------------------------------------------------------------------

# agrees ORACLE H W FILE [OPTION...]: the stream of FILE has the events that the oracle reads.
agrees() {
    local kind=$1 h=$2 w=$3 file=$4
    shift 4
    spk-convert "$@" "$file" >agrees.spk
    oracle "$kind" "$file" | by_time | cmp - <(pixels "$h" "$w" agrees.spk)
}

# The four events in each format, byte by byte as the specifications have them.
dat_four() {
    printf '%% Data file containing CD events\n%% Version 2\n%% Width 34\n%% Height 34\n'
    bytes 0c08 0000000003400010 050000000a000500 e803000021000010 0820000003400000
}

evt2_four() {
    printf '%% evt 2.0\n%% format EVT2;height=34;width=34\n%% end\n'
    bytes 00000080 01180010 14504001 0f000080 0008011a 80000080 01180002
}

evt3_four() {
    printf '%% evt 3.0\n%% geometry 34x34\n'
    bytes 0080 0060 0100 0328 0560 1400 0a20 e863 0000 2128 0280 0860 0100 0320
}

aedat2_davis() {
    printf '#!AER-DAT2.0\r\n# a comment\r\n# AEChip: eu.seebetter.ini.chips.davis.DAVIS240C\r\n'
    bytes 0040380000000000 0500a00000000005 00021800000003e8 0040300000002008
}

aedat2_dvs() {
    printf '#!AER-DAT2.0\r\n# AEChip: ch.unizh.ini.jaer.chip.retina.DVS128\r\n'
    bytes 0000010700000000 0000141400000005 00000043000003e8 0000010600002008
}

# bats test_tags=san
@test "dat, evt2, evt3: the events of the specifications' examples" {
    for format in dat evt2 evt3; do
        ${format}_four >four.$format
        spk-convert four.$format >s.spk
        cmp <(four) <(pixels 34 34 s.spk)
        spk-view --head s.spk | grep -F '2x34x34'
        spk-convert --from $format four.$format | pixels 34 34 /dev/stdin | cmp <(four) -
        oracle $format four.$format | cmp - <(four)
        # written by hand with the same words, but for the head
        spk-convert --to $format s.spk >again.$format
        spk-convert --no-provenance again.$format | cmp - <(spk-convert --no-provenance four.$format)
        n=$(($(wc -c <four.$format) - $(${format}_four | LC_ALL=C grep -a '^% ' | wc -c)))
        cmp <(tail -c $n four.$format) <(tail -c $n again.$format)
    done
}

# bats test_tags=san
@test "aedat2: the examples of both sensors, turned to the upper left corner" {
    aedat2_davis >davis.aedat
    run -0 pixels 180 240 <(spk-convert davis.aedat)
    assert_output "$(four | awk -v OFS='\t' '{ print $1, 239 - $2, 179 - $3, $4 }')"
    agrees aedat2-davis240 180 240 davis.aedat
    aedat2_dvs >dvs.aedat
    run -0 pixels 128 128 <(spk-convert dvs.aedat)
    assert_output "$(four | awk -v OFS='\t' '{ print $1, 127 - $2, 127 - $3, $4 }')"
    agrees aedat2-dvs128 128 128 dvs.aedat
    for sensor in davis dvs; do
        spk-convert $sensor.aedat >s.spk
        spk-convert --to aedat2 s.spk | tail -c 32 | cmp - <(tail -c 32 $sensor.aedat)
        spk-convert --to aedat2 s.spk | spk-convert --no-provenance | cmp - <(spk-convert --no-provenance $sensor.aedat)
    done
    # frames, inertial words and external events are no events of pixels
    { aedat2_davis; bytes 8040380000002009 004034000000200a; } >more.aedat
    spk-convert --no-provenance more.aedat | cmp - <(spk-convert --no-provenance davis.aedat)
    { aedat2_dvs; bytes 0000810700002009; } >more.aedat
    spk-convert --no-provenance more.aedat | cmp - <(spk-convert --no-provenance dvs.aedat)
    # what the head does not say
    { printf '#!AER-DAT2.0\r\n'; tail -c 32 dvs.aedat; } >bare.aedat
    run -2 spk-convert -o none bare.aedat
    assert_output "spk-convert: bare.aedat: names no sensor that is known here: give --sensor"
    spk-convert --no-provenance --sensor dvs128 bare.aedat | cmp - <(spk-convert --no-provenance dvs.aedat)
    run -2 spk-convert -o none --shape 2x34x34 dvs.aedat
    assert_output "spk-convert: dvs.aedat: --shape: a dvs128 has the shape 2x128x128"
}

# A recording of these events (t x y p, one a line) in a format, by struct of Python.
write_recording() {
    python3 -c '
import struct, sys
kind, path = sys.argv[1:]
events = [tuple(map(int, line.split())) for line in sys.stdin]
out = bytearray()
high = low = row = None
for t, x, y, p in events:
    if kind == "dat":
        out += struct.pack("<II", t & 0xFFFFFFFF, x | y << 14 | p << 28)
    elif kind == "aedat2":
        out += struct.pack(">II", 179 - y << 22 | 239 - x << 12 | p << 11, t & 0xFFFFFFFF)
    elif kind == "evt2":
        if t >> 6 != high:
            high = t >> 6
            out += struct.pack("<I", 8 << 28 | high & 0xFFFFFFF)
        out += struct.pack("<I", p << 28 | (t & 63) << 22 | x << 11 | y)
    else:
        if t >> 12 != high:
            high = t >> 12
            out += struct.pack("<H", 8 << 12 | high & 0xFFF)
        if t & 0xFFF != low:
            low = t & 0xFFF
            out += struct.pack("<H", 6 << 12 | low)
        if y != row:
            row = y
            out += struct.pack("<H", y)
        out += struct.pack("<H", 2 << 12 | p << 11 | x)
head = {"dat": b"% Version 2\n% Width 240\n% Height 180\n\x0c\x08", "evt2": b"% evt 2.0\n% geometry 240x180\n",
        "evt3": b"% format EVT3;height=180;width=240\n", "aedat2": b"#!AER-DAT2.0\r\n# AEChip: DAVIS240C\r\n"}
open(path, "wb").write(head[kind] + out)' "$@"
}

# bats test_tags=san
@test "dat, evt2, evt3, aedat2: random events across wraps, read, written and read again" {
    for start in 0 4294960000 17179860000; do
        python3 -c '
import random, sys
r, t = random.Random(3), int(sys.argv[1])
for _ in range(20000):
    t += r.choice((0, 0, 0, 1, 2, 40, 700, 3000))
    print(t, r.randrange(240), r.randrange(180), r.randrange(2))' $start >events
        first=$(head -1 events | cut -d ' ' -f 1)
        for format in dat evt2 evt3 aedat2; do
            write_recording $format a.$format <events
            kind=$format
            [ $format != aedat2 ] || kind=aedat2-davis240
            agrees $kind 180 240 a.$format
            assert_equal "$(spk-info agrees.spk | grep ^spikes | cut -f 2)" 20000
            mv agrees.spk s.spk
            spk-convert --to $format s.spk >b.$format
            spk-convert b.$format | spk-view | diff <(spk-view s.spk) - >/dev/null || fail "$format from $start"
            spk-convert --origin first a.$format | spk-view | awk 'NR == 2' | cut -f 2 | grep -qx 0
        done
    done
}

# bats test_tags=san
@test "evt3: vectors are an event a bit, and move the base" {
    { printf '%% evt 3.0\n%% geometry 1280x720\n'
      bytes 0080 0760 0200 0a38 0140 0150 0550 0158 0130 0544; } >v.raw
    # x = 10 p 1: 12 bits -> 10; 8 bits at 22 -> 22; 8 bits at 30 -> 30, 32; 8 bits at 38: 0; base 1 p 0: 12 bits 0x405
    run -0 pixels 720 1280 <(spk-convert v.raw)
    assert_output "$(printf '7\t%s\t2\t%s\n' 1 0 3 0 11 0 10 1 22 1 30 1 32 1 38 1)"
    agrees evt3 720 1280 v.raw
    # random words of all kinds, from the first on
    python3 - <<'END'
import random, struct
r = random.Random(4)
for n in 10, 3000, 70000:
    out, high = bytearray(b"% evt 3.0\n% geometry 2047x2048\n% end\n"), 0
    for _ in range(n):
        kind = r.choices((0, 2, 3, 4, 5, 6, 7, 8, 10, 14, 15), (6, 20, 3, 6, 3, 0, 1, 1, 1, 1, 1))[0]
        value = r.randrange(2047) if kind in (0, 2) else r.randrange(1000) if kind == 3 else r.randrange(4096)
        if kind == 8:
            high += r.randrange(2)
            out += struct.pack("<HH", 8 << 12 | high & 4095, 6 << 12)
            continue
        out += struct.pack("<H", kind << 12 | value)
    open("r%d.raw" % n, "wb").write(out)
END
    for n in 10 3000 70000; do agrees evt3 2048 2047 r$n.raw; done
    # the same bytes, however they come
    dd if=r70000.raw bs=7 status=none | spk-convert --no-provenance | cmp - <(spk-convert --no-provenance r70000.raw)
}

# bats test_tags=san
@test "evt2, evt3: what comes before the first time has none" {
    { printf '%% evt 2.0\n%% geometry 34x34\n'; bytes 01180010 00000080 01180010; } >a.raw
    agrees evt2 34 34 a.raw
    assert_equal "$(spk-view agrees.spk | wc -l)" 2
    { printf '%% evt 3.0\n%% geometry 34x34\n'; bytes 0328 0080 0328 0060 0328 0100 0328 ff4f; } >a.raw
    agrees evt3 34 34 a.raw
    assert_equal "$(spk-view agrees.spk | wc -l)" 2
}

# bats test_tags=san
@test "heads: the size of the camera, as it is said or known" {
    body() { bytes 00000080 00000000; }
    for line in 'geometry 346x260' 'format EVT2;height=260;width=346' $'Width 346\n% Height 260'; do
        { printf '%% evt 2.0\n%% %s\n' "$line"; body; } >a.raw
        spk-convert a.raw | spk-view --head | grep -F 2x260x346
        { printf '%% evt 2.0\r\n%% %s\r\n%% end\r\n' "$line"; body; } | spk-convert | spk-view --head | grep -F 2x260x346
    done
    { printf '%% evt 2.0\n%% plugin_name hal_plugin_gen3_fx3\n'; body; } | spk-convert | spk-view --head | grep -F 2x480x640
    { printf '%% evt 2.0\n'; body; } >a.raw
    run -2 spk-convert -o none a.raw
    assert_output "spk-convert: a.raw: does not say how many pixels the camera has: give --shape 2xHxW"
    spk-convert --shape 2x5x7 a.raw | spk-view --head | grep -F 2x5x7
    # behind "% end" anything may come, also a byte 0x25
    { printf '%% evt 2.0\n%% geometry 34x34\n%% end\n'; bytes 25000080 01180010; } >a.raw
    assert_equal "$(spk-convert a.raw | spk-view | tail -1 | cut -f 2)" 2368
    run -4 spk-convert -o none --from evt3 a.raw
    assert_output "spk-convert: a.raw: its head says that it is evt2, not evt3"
    printf '%% evt 2.0\n%% geometry 99999999999x3\n' >a.raw
    run -2 spk-convert -o none a.raw
    run -2 spk-convert -o none --shape 2x99999x99999 a.raw
    { printf '%% evt 2.1\n'; body; } >a.raw
    run -4 spk-convert -o none a.raw
    { printf '%% '; head -c 200000 /dev/zero | tr '\0' a; } >a.raw
    run -4 spk-convert -o none --from evt2 a.raw
    assert_output "spk-convert: a.raw: byte 0: a line of the head that does not end"
}

# bats test_tags=san
@test "dat, evt2, evt3, aedat2: damage is one line with its byte, and no stream" {
    dat_four >good.dat
    evt2_four >good.evt2
    evt3_four >good.evt3
    aedat2_dvs >good.aedat2
    for format in dat evt2 evt3 aedat2; do
        size=$(wc -c <good.$format)
        case $format in evt3) record=2 ;; evt2) record=4 ;; *) record=8 ;; esac
        head -c $((size - 1)) good.$format >cut
        run -4 spk-convert -o none cut
        assert_output "spk-convert: cut: byte $((size - record)): the file ends inside a record (cut off?)"
        run -0 bash -c "spk-convert --allow-truncated cut | spk-view --allow-truncated | wc -l"
        assert_output 4
        assert [ ! -e none ]
    done
    fault() { # fault FORMAT BYTES MESSAGE
        { ${1}_four 2>/dev/null || aedat2_dvs; bytes "$2"; } >bad
        run -4 spk-convert -o none bad
        assert_output "spk-convert: bad: byte $(wc -c <good."$1"): $3"
    }
    outside="an event outside of the 34 rows and 34 columns (--shape 2xHxW says how many there are)"
    fault dat 0920000022400000 "$outside"
    fault dat 0920000003800800 "$outside"
    fault dat 0920000003400020 "$outside"
    fault evt2 01100112 "$outside"
    fault evt3 2220 "$outside"
    fault evt2 00000070 "a word of a type that EVT 2.0 does not have"
    fault evt3 0010 "a word of a type that EVT 3.0 does not have"
    fault aedat2 00010106000020ff "an event outside of the 128 rows and 128 columns (--shape 2xHxW says how many there are)"
    fault dat 0020000003400000 "the event's time is 8e-06 s before an earlier event's (--reorder TIME puts such events in order)"
    { printf '%% Version 2\n%% Width 9\n%% Height 9\n'; bytes 0e08; } >bad
    run -4 spk-convert -o none bad
    assert_output "spk-convert: bad: byte 33: the head must end with the type of the events, 0x00 or 0x0c, and their size, 8"
}

# bats test_tags=san
@test "what a format cannot hold is refused" {
    stream() { # stream ROWS COLUMNS TICK...: one spike of unit 1 at each tick
        python3 - "$@" <<'END'
import struct, sys
h, w = map(int, sys.argv[1:3])
with open("a.raw", "wb") as f:
    f.write(b"%% Version 2\n%% Width %d\n%% Height %d\n\x0c\x08" % (w, h))
    for t in sys.argv[3:]:
        f.write(struct.pack("<II", int(t), 1))
END
        spk-convert a.raw >s.spk
    }
    stream 241 10 0
    run -4 spk-convert -o none --to nmnist s.spk
    assert_output "spk-convert: nmnist holds at most 240 rows and 256 columns, not 241 and 10"
    run -4 spk-convert -o none --to aedat2 s.spk
    assert_output "spk-convert: aedat2 is written for the shapes 2x128x128, 2x180x240 and 2x260x346 only"
    stream 128 3000 0
    run -4 spk-convert -o none --to evt2 s.spk
    assert_output "spk-convert: evt2 holds at most 2048 rows and 2048 columns, not 128 and 3000"
    stream 128 128 0 2147483648
    for format in dat aedat2; do
        run -5 spk-convert -o none --to $format s.spk
        assert_output "spk-convert: none: 2147483648 us pass until an event: $format has fewer than 2147483648"
    done
    for format in evt2 evt3; do # their gaps are bridged
        spk-convert --to $format s.spk | spk-convert | spk-view | tail -1 | cut -f 2 | grep -qx 2147483648
    done
    printf 'spikes a 2\nbegin\nend 3\n' | sed '1i tick 1/3' | "$BUILD/unit/compose" >third.spk
    run -4 spk-convert -o none --to dat third.spk
    assert_output "spk-convert: dat holds events of a camera, 2xHxW: the stream's shape is another"
}

# ---- AEDAT 3.1 ----------------------------------------------------------------------------------

aedat3_head() {
    printf '#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: DVS128\r\n#Start-Time: 2017-01-01 00:00:00 (TZ+0100)\r\n#!END-HEADER\r\n'
}

aedat3_four() {
    aedat3_head
    bytes 0100000008000000040000000000000004000000 0400000004000000 \
        0700060000000000 5100140005000000 03004200e8030000 0500060008200000
}

# bats test_tags=san
@test "aedat3: the events of the specification's example, between packets of other kinds" {
    aedat3_four >four.aedat
    run -0 pixels 128 128 <(spk-convert four.aedat)
    assert_output "$(four)"
    oracle aedat3 four.aedat | cmp - <(four)
    spk-convert --to aedat3 <(spk-convert four.aedat) >again.aedat
    cmp <(tail -c 56 four.aedat) <(tail -c 56 again.aedat) # type and source before
    # a special packet of two events and room for three, whose bytes look like nothing; then one pixel event of
    # three that is valid, an overflow of 1, and room for a fourth
    { aedat3_four
      bytes 00000100080000000400000000000000030000000200000002000000 ffffffffffffffffffffffffffffffffffffffffffffffff
      bytes 01000100080000000400000001000000040000000300000001000000
      bytes 0600060000000000 0700060001000000 0600060002000000 ffffffffffffffff; } >more.aedat
    agrees aedat3 128 128 more.aedat
    assert_equal "$(pixels 128 128 agrees.spk | tail -1)" "$(printf '2147483649\t3\t1\t1')"
    for cut in 1 8 9 30 40 59 61 70; do
        head -c -$cut more.aedat >cut.aedat
        run -4 spk-convert -o none cut.aedat
        assert_output --partial "the file ends inside a record (cut off?)"
    done
    size=$(wc -c <four.aedat)
    for bad in 01000100090000000400000000000000030000000200000002000000 \
        01000100080000000800000000000000030000000200000002000000; do
        { aedat3_four; bytes $bad; } >bad.aedat
        run -4 spk-convert -o none bad.aedat
        assert_output "spk-convert: bad.aedat: byte $size: the head of a packet of pixels' events that are not of 8 bytes"
    done
    for bad in 000001000800000004000000000000000100000002000000 00000100ffffffff04000000000000000100000001000000; do
        { aedat3_four; bytes $bad 00000000; } >bad.aedat
        run -4 spk-convert -o none bad.aedat
        assert_output "spk-convert: bad.aedat: byte $size: the head of a packet whose numbers cannot be"
    done
    { aedat3_four; bytes 01000100080000000400000000000000010000000100000001000000 0500060108200000; } >bad.aedat
    run -4 spk-convert -o none bad.aedat
    assert_output --partial "byte $((size + 28)): an event outside of the 128 rows and 128 columns"
    aedat3_four | sed 's/DVS128/OTHER1/' >other.aedat
    run -2 spk-convert -o none other.aedat
    spk-convert --shape 2x128x128 --no-provenance other.aedat | cmp - <(spk-convert --no-provenance four.aedat)
}

# bats test_tags=san
@test "aedat3: many packets, written and read" {
    python3 - <<'END'
import random, struct
r, t = random.Random(5), 2147480000
out = bytearray(b"#!AER-DAT3.1\r\n#Source 1: DAVIS346\r\n#!END-HEADER\r\n")
for _ in range(300):
    n = r.choice((0, 1, 2, 500))
    if r.random() < 0.3:
        size = r.choice((8, 36, 70000))
        out += struct.pack("<hhiiiiii", r.choice((0, 2, 3)), 1, size, 4, 0, n % 3, n % 3, 0) + bytes(size * (n % 3))
    events = bytearray()
    base = t >> 31
    for _ in range(n):
        t = min(t + r.choice((0, 0, 1, 9)), (base << 31) + 0x7FFFFFFF)
        word = r.randrange(346) << 17 | r.randrange(260) << 2 | r.randrange(2) << 1 | (r.random() < 0.9)
        events += struct.pack("<II", word, t & 0x7FFFFFFF)
    out += struct.pack("<hhiiiiii", 1, 1, 8, 4, base, n, n, n) + events
    t += 40
open("a.aedat", "wb").write(out)
END
    agrees aedat3 260 346 a.aedat
    assert [ "$(spk-info agrees.spk | grep ^spikes | cut -f 2)" -gt 10000 ]
    mv agrees.spk s.spk
    spk-convert --to aedat3 s.spk >b.aedat
    oracle aedat3 b.aedat | cmp - <(pixels 260 346 s.spk)
}

# ---- CSV -----------------------------------------------------------------------------------------

# bats test_tags=san
@test "csv: columns by their names, in any order, with commas or tabs" {
    nmnist_four | spk-convert >s.spk
    spk-convert --to csv s.spk >four.csv
    run -0 cat four.csv
    assert_output "$(echo time_us,x,y,polarity; four | tr '\t' ,)"
    spk-convert --shape 2x34x34 --no-provenance four.csv >four.spk
    run -0 pixels 34 34 four.spk
    assert_output "$(four)"
    awk -F, -v OFS='\t' 'NR == 1 { print "p", "other", "y", "time_ms", "x"; next } { print $4, "-", $3, $1 / 1000, $2 }' four.csv |
        spk-convert --shape 2x34x34 --no-provenance | cmp four.spk -
    spk-view s.spk | spk-convert --shape 2x34x34 --no-provenance | cmp four.spk -
    spk-convert --shape 2312 four.csv -o none 2>/dev/null && fail "a camera has two polarities"
    spk-view s.spk | spk-convert --shape 2312 | spk-view | cmp - <(spk-view s.spk)
    spk-convert --shape 2x34x34 <(gzip -c four.csv) --no-provenance | cmp four.spk -
}

# bats test_tags=san
@test "csv: what NEST wrote, with comments; times to the nearest ns" {
    printf '# NEST version: 3.9.0\n# RecordingBackendASCII version: 2\nsender\ttime_ms\n3\t0.100\n1\t12.299999999999999\n4\t1.23e1\n' >a.dat
    run -0 bash -c "spk-convert --shape 5 --tick 0.1ms a.dat | spk-view | cut -f 2,3,5"
    assert_output "$(printf 'tick\ttime_ms\tunit\n1\t0.1\t3\n123\t12.3\t1\n123\t12.3\t4')"
    spk-convert --shape 5 --tick 0.1ms a.dat | spk-convert --to csv >b.csv
    run -0 cat b.csv
    assert_output "$(printf 'time_us,unit\n100,3\n12300,1\n12300,4')"
    # decimals of us are written as they are
    printf 'time_ns,unit\n0,0\n1,0\n1020,1\n1999500,1\n' | spk-convert --shape 2 --tick 1ns | spk-convert --to csv >b.csv
    assert_equal "$(cut -d , -f 1 b.csv | tr '\n' ' ')" "time_us 0 0.001 1.02 1999.5 "
    spk-convert --shape 2 --tick 1ns b.csv | spk-view | cut -f 2 | tail -1 | grep -qx 1999500
    for t in 1.5:1500000000 0.0000000015:2 0.00000000149:1 3:3000000000 1e-9:1; do
        printf 'time_s,unit\n%s,0\n' "${t%:*}" | spk-convert --shape 1 --tick 1ns | spk-view | tail -1 | cut -f 2 >got
        assert_equal "$(cat got)" "${t#*:}"
    done
}

# bats test_tags=san
@test "gdf of NEST 2, and numbers of units that do not begin with 0" {
    printf '12\t0.100\t\n10\t12.300\n' | sed 's/\t$//' >a.gdf
    spk-convert --shape 20 --tick 0.1ms a.gdf >s.spk
    run -0 bash -c "spk-view s.spk | tail -n +2 | cut -f 2,5"
    assert_output "$(printf '1\t12\n123\t10')"
    spk-convert --shape 3 --first-unit 10 --tick 0.1ms a.gdf | spk-view | tail -n +2 | cut -f 2,5 >got
    assert_equal "$(cat got)" "$(printf '1\t2\n123\t0')"
    run -4 spk-convert -o none --shape 3 --first-unit 11 a.gdf
    assert_output "spk-convert: a.gdf:2: a unit beyond the 3 there are (--shape)"
    printf '10\t0.2\n12\t0.3\n9\n' >a.gdf
    run -4 spk-convert -o none --shape 20 a.gdf
    assert_output "spk-convert: a.gdf:3: 1 cells: fewer than names"
    head -2 a.gdf | tac | spk-convert --shape 20 --reorder 0.1ms --tick 0.1ms | spk-view | tail -n +2 | cut -f 2,5 >got
    assert_equal "$(cat got)" "$(printf '2\t10\n3\t12')"
    nmnist_four >four.bin
    run -2 spk-convert -o none --first-unit 1 four.bin
    assert_output "spk-convert: four.bin: --first-unit has no meaning for nmnist"
    run -2 spk-convert -o none --sensor dvs128 four.bin
    assert_output "spk-convert: four.bin: --sensor has no meaning for nmnist"
}

# bats test_tags=san
@test "what is known, but not read, is called by its name" {
    is() { # is TITLE, with the file on stdin
        cat >file
        run -4 spk-convert -o none file
        assert_output "spk-convert: file: $1"
    }
    nmnist_four | spk-convert >s.spk
    is "compressed by zstd: a spike stream already?" <s.spk
    zstd -dcq s.spk | is "a spike stream already"
    printf '#!AER-DAT4.0\r\n' | is "AEDAT of a version that is not read here, which are 2.0 and 3.1"
    printf '%% evt 2.1\n%% end\n' | is "EVT 2.1, which is not read here"
    bytes 894844460d0a1a0a | is "HDF5, which is not read here"
    printf '\223NUMPY\1\0' | is "an array of NumPy, which is not read here"
    printf 'PK\3\4' | is "a zip archive, as .npz is, which is not read here"
    printf 'Event Stream\2' | is "Event Stream, which is not read here"
    printf 'hello\n' | is "begins with byte 0x68: of no format that is known here (--from FORMAT)"
}

# bats test_tags=san
@test "csv: 50,000 rows agree with Python's" {
    python3 - <<'END'
import csv, random
r, t = random.Random(6), 0
with open("a.csv", "w", newline="") as file, open("want", "w") as want:
    rows = csv.writer(file)
    rows.writerow(("x", "y", "polarity", "time_us"))
    for _ in range(50000):
        t += r.choice((0, 1, 30))
        x, y, p = r.randrange(640), r.randrange(480), r.randrange(2)
        rows.writerow((x, y, p, t))
        print(t, x, y, p, sep="\t", file=want)
END
    spk-convert --shape 2x480x640 a.csv >s.spk
    by_time <want | cmp - <(pixels 480 640 s.spk)
    spk-convert --to csv s.spk | spk-convert --shape 2x480x640 --no-provenance |
        cmp - <(spk-convert --shape 2x480x640 --no-provenance a.csv)
}

# bats test_tags=san
@test "csv: what cannot be is one line with its line" {
    refuse() { # refuse TEXT OPTIONS MESSAGE
        printf "$1" >a.csv
        run -4 spk-convert -o none --from csv $2 a.csv
        assert_output "spk-convert: a.csv$3"
        assert [ ! -e none ]
    }
    names="the first row must name a time (time_s, time_ms, time_us, time_ns), and either unit or x, y and polarity"
    refuse '' '--shape 3' ": $names"
    refuse 'time_us\n1\n' '--shape 3' ": $names"
    refuse 'time_us,unit,x,y,p\n' '--shape 3' ": $names"
    refuse 'time,unit\n1,1\n' '--shape 3' ": $names"
    refuse 'time_us,time_ms,unit\n' '--shape 3' ': column "time_ms" says what another one says'
    refuse 'time_us,unit\n1\n' '--shape 3' ':2: 1 cells: fewer than names'
    refuse '# a\n# b\ntime_us,unit\n1,1\n-2,1\n' '--shape 3' ':5: "-2": must be a time from 0'
    refuse 'time_us,unit\n1,1\n2x,1\n' '--shape 3' ':3: "2x": must be a time from 0'
    refuse 'time_us,unit\n1,1.5\n' '--shape 3' ':2: "1.5": must be a whole number from 0'
    refuse 'time_us,unit\n1,1\n2,3\n' '--shape 3' ':3: a unit beyond the 3 there are (--shape)'
    refuse 'time_us,unit\n1,99999999999999999999\n' '--shape 3' ':2: a unit beyond the 3 there are (--shape)'
    refuse '#\ntime_us,unit\n1,1\n\n0.5,1\n' '--shape 3' ":5: the event's time is 5e-07 s before an earlier event's (--reorder TIME puts such events in order)"
    refuse 'time_us,x,y,p\n1,1,1,2\n' '--shape 2x3x3' ':2: "2": must be a polarity, 0 or 1'
    refuse 'time_us,x,y,p\n1,1,3,1\n' '--shape 2x3x3' ':2: an event outside of the 3 rows and 3 columns (--shape 2xHxW says how many there are)'
    refuse 'sample,time_us,unit\n0,1,1\n1,1,1\n' '--shape 3' ':3: "1": must be the sample of the first row: a table holds one'
    printf 'time_us,unit\n1,1\n' >a.csv
    run -2 spk-convert -o none a.csv
    assert_output "spk-convert: a.csv: does not say how many units there are: give --shape N"
}

@test "the recordings of event cameras: as many events as are known, and the oracle's" {
    need_data events
    at=$SPK_DATA/events
    while read -r kind h w spikes file options; do
        [ -e "$at/$file" ] || continue
        agrees "$kind" "$h" "$w" "$at/$file" $options
        assert_equal "$file $(spk-info agrees.spk | grep ^spikes | cut -f 2)" "$file $spikes"
        format=${kind%%-*}
        mv agrees.spk s.spk
        spk-convert --to "$format" s.spk >again
        spk-convert --no-provenance again | cmp - <(spk-convert --no-provenance $options "$at/$file")
    done <<'END'
evt2 480 640 539481 expelliarmus/evt2_sample.raw
evt2 480 640 521252 faery/tests/data/evt2.raw
evt3 720 1280 219596 expelliarmus/evt3_sample.raw
dat 100 120 2009 tonic/sample_ncars.dat --shape 2x100x120
nmnist 34 34 4325 tonic/sample_nmnist.bin
aedat2-davis240 180 240 162771 pyaedattools/IMU_translBoxes.aedat
aedat2-davis240 180 240 45000 pyaedattools/synthesized/RotatingBar.aedat --sensor davis240
aedat2-dvs128 128 128 19182 dvs128-walking/alex_walking_again.aedat
aedat2-dvs128 128 128 125028 dvs128-walking/alex_walking_for_10secs.aedat
aedat2-dvs128 128 128 70304 dvs128-walking/neal_walking.aedat
END
}

@test "the EVT3 recording: pixels and polarities are those that expelliarmus decoded" {
    need_data events/expelliarmus/evt3_sample.npy
    at=$SPK_DATA/events/expelliarmus
    # its rows are t int64, x int16, y int16, p uint8; its times are known to be wrong, its order is the file's
    python3 - "$at/evt3_sample.npy" >want <<'END'
import struct, sys
data = open(sys.argv[1], "rb").read()
at = 10 + struct.unpack_from("<H", data, 8)[0]
for t, x, y, p in struct.iter_unpack("<qhhB3x", data[at:]):
    print(x, y, p, sep="\t")
END
    assert_equal "$(wc -l <want)" 219596
    spk-convert "$at/evt3_sample.raw" | pixels 720 1280 /dev/stdin | cut -f 2-4 | sort | cmp - <(sort want)
}
