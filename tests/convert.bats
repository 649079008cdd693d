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
}
