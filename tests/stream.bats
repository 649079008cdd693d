# stream.bats: the .spk stream as man/spk-stream.5 specifies it: its examples, other programs that
# read it (zstd, the Python reader), and that all of them agree.

load helper

# vector NAME: the hexadecimal example of the page that is marked so.
vector() {
    awk -v mark=".\\\\\" vector: $1" '
        $0 == mark { found = 1; next }
        found && /^\.Ed/ { exit }
        found && !/^\./ { print }' "$ROOT/man/spk-stream.5" | tr -d ' \n'
}

# payload KIND FILE: that of the first record of a kind, by its number, in a stream that is not compressed.
payload() {
    python3 -c '
import struct, sys
data, at = open(sys.argv[2], "rb").read(), 32
while at < len(data):
    kind, size = struct.unpack_from("<4xH6xI", data, at)
    if kind == int(sys.argv[1]):
        print(data[at + 32:at + 32 + size].hex())
        break
    at += 32 + size' "$1" "$2"
}

hex() {
    od -An -v -tx1 | tr -d ' \n'
}

unhex() {
    python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read()))'
}

reader() {
    python3 "$ROOT/share/python/spk.py" "$@"
}

# Each kind of row without the columns of time, from spk-view.
view() {
    local columns
    case $1 in
    spikes) columns=1,2,4,5 ;;
    samples) columns=1,2,4,6,7 ;;
    frames) columns=1,2,4,6- ;;
    traces) columns=1,2,4- ;;
    *) columns=1- ;;
    esac
    if [ "$1" = samples ]; then set -- --labels "$2"; else shift; fi
    spk-view "$@" | tail -n +2 | cut -f "$columns"
}

@test "the stream in the page is what the writer writes and what the readers read" {
    assert_equal "$("$BUILD/unit/vector" | hex)" "$(vector stream)"
    vector stream | unhex >example.spk
    printf '%s\t%s\tinput\t%s\n' 0 2 1 0 2 3 0 7 0 1 19 3 >rows
    reader spikes example.spk | cmp - rows
    view spikes example.spk | cmp - rows
    assert_equal "$(reader samples example.spk)" "$(printf '0\t0\t10\t1\t1\n1\t10\t10\t0\t1')"
    assert_equal "$(reader steps example.spk | grep -c '"tool": "example"')" 1
    zstd -q example.spk -o example.zst
    reader spikes example.zst | cmp - rows
    view spikes example.zst | cmp - rows
}

@test "the payloads in the page are what the codecs write and what the Python reader reads" {
    for codec in raw gaps intervals; do
        "$BUILD/unit/vector" "$codec" >payload
        assert_equal "$(grep -v ' ' payload | tr -d '\n')" "$(vector "$codec")"
        vector "$codec" | PYTHONPATH=$ROOT/share/python python3 -c '
import struct, sys, spk
payload = bytes.fromhex(sys.stdin.read())
for spike in zip(*spk._spikes(payload, struct.unpack_from("<I", payload, 16)[0])):
    print(*spike)' >got
        grep ' ' payload | cmp - got
    done
}

# tabbed WORD...: the words with tabs between them; "/" ends a line.
tabbed() {
    printf '%s\n' "$*" | tr ' /' '\t\n' | sed 's/^\t//; s/\t$//'
}

@test "the values and weights in the page are what the writer writes and what the readers read" {
    "$BUILD/unit/vector" values >values.spk
    "$BUILD/unit/vector" weights >weights.spk
    assert_equal "$(payload 13 values.spk)" "$(vector frame)"
    assert_equal "$(payload 7 values.spk)" "$(vector trace)"
    assert_equal "$(payload 14 values.spk)" "$(vector prediction)"
    assert_equal "$(payload 15 weights.spk)" "$(vector snapshot)"
    assert_equal "$(payload 5 weights.spk)" "$(vector dense)"
    assert_equal "$(payload 6 weights.spk)" "$(vector sparse)"
    tabbed 7 40 20 input 0 0 / 7 40 20 input 1 62.5 / 7 40 20 input 2 250 >frames
    tabbed 7 45 exc V_m 0 -65 / 7 45 exc V_m 1 -60 / 7 50 exc V_m 0 -64.5 / 7 50 exc V_m 1 -60 / \
        7 55 exc V_m 0 -64.5 / 7 55 exc V_m 1 -52 >traces
    tabbed 7 vote 1 1 0.25 0.625 0.125 >predictions
    tabbed 1 100 in 0 0 0.5 / 1 100 in 0 1 0 / 1 100 in 0 2 0.25 / 1 100 in 1 0 1 / 1 100 in 1 1 0.75 / \
        1 100 in 1 2 0.125 / 1 100 exc 0 1 -1 / 1 100 exc 0 3 -2 / 1 100 exc 2 0 3 / 1 100 exc 2 2 0.5 / \
        1 100 exc 2 2 4 | sed 's/\t\([a-z]*\)\t/\t\1->exc.weight\t/; s/\tin->/\tinput->/' >weights
    for kind in frames traces predictions weights; do
        stream=values.spk
        [ "$kind" != weights ] || stream=weights.spk
        reader "$kind" "$stream" | cmp - "$kind"
        view "$kind" --kind="$kind" "$stream" | cmp - "$kind"
    done
}

@test "the index in the page is what the writer writes, and says where the frame and its content are" {
    "$BUILD/unit/vector" packed >packed.spk
    cmp <(zstd -dcq packed.spk) <("$BUILD/unit/vector")
    VECTOR=$(vector index) run -0 python3 -c '
import os, struct
page, file = bytearray.fromhex(os.environ["VECTOR"]), open("packed.spk", "rb").read()
frame = file[:-len(page)]
# How small the frame is depends on zstd.
struct.pack_into("<Q", page, 56, len(frame))
struct.pack_into("<I", page, 88, len(frame))
assert file[-len(page):] == page
at, logical, first, last, spikes, kinds, checksum = struct.unpack_from("<QQQQQII", page, 8)
assert (at, logical, first, last, spikes) == (0, 0, 0, 20, 4)
assert kinds == 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 31
assert frame[-4:] == struct.pack("<I", checksum)
assert struct.unpack_from("<QQ", page, 56) == (len(frame), '"$("$BUILD/unit/vector" | wc -c)"')'
    assert_output ""
}

@test "the Python reader and spk-view agree on every kind of stream" {
    for kind in spikes raster names frames predictions traces weights; do
        streams "$kind" 12 >"$kind.spk"
        case $kind in raster | names) rows=spikes ;; *) rows=$kind ;; esac
        reader "$rows" "$kind.spk" | sort >got
        view "$rows" "$kind.spk" | sort | cmp - got
        [ -s got ]
        reader samples "$kind.spk" | cmp - <(view samples "$kind.spk")
    done
}

@test "thousands of samples without a spike go through the filters" {
    seq 3000 | sed 's/$/,0/' | cat <(echo x,y) - >rows.csv
    spk-encode poisson --full-scale 1e9 --max-rate 1Hz --label-column y rows.csv >silent.spk
    spk-info --verify silent.spk
    spk-cat silent.spk | cmp - silent.spk
    spk-train-readout vote -q silent.spk | spk-decode vote --model - silent.spk | spk-score accuracy >score
    assert_equal "$(cut -f1,2,10 score | sed -n 2p)" $'all\t3000\t3000'
    reader samples silent.spk | cmp - <(view samples silent.spk)
    assert_equal "$(view samples silent.spk | wc -l)" 3000
    for i in 0 1 2; do
        spk-encode poisson --full-scale 1e9 --max-rate 1Hz --label-column y --shard $i/3 rows.csv >$i.spk
    done
    spk-cat 2.spk 0.spk 1.spk | spk-view --labels | cmp - <(spk-view --labels silent.spk)
}

@test "the Python reader and spk-view agree on coded images, plain and compressed" {
    for rate in 20Hz 63.75Hz 250Hz; do # by time, by unit, by unit
        spk-encode poisson --full-scale 16 --max-rate "$rate" --duration 200ms --limit 12 \
            --label-column label "$DIGITS/digits.csv.gz" >in.spk
        reader spikes in.spk >got
        view spikes in.spk | cmp - got
        reader samples in.spk | cmp - <(view samples in.spk)
        zstd -dcq in.spk | reader spikes - | cmp - got
    done
}

@test "the Python reader refuses what is cut, after the intact part" {
    spk-encode poisson --full-scale 16 --max-rate 63.75Hz --duration 100ms --limit 40 \
        --label-column label "$DIGITS/digits.csv.gz" >in.spk
    zstd -dcq in.spk >plain.spk
    reader spikes plain.spk >whole
    local size
    size=$(stat -c %s plain.spk)
    for cut in 0 31 100 $((size / 2)) $((size - 104)) $((size - 1)); do
        head -c "$cut" plain.spk >cut.spk
        run -4 --separate-stderr reader spikes cut.spk
        [ -z "$output" ] || cmp <(head -n "${#lines[@]}" whole) <(printf '%s\n' "$output")
    done
    assert_equal "${#lines[@]}" "$(wc -l <whole)"
    cat plain.spk in.spk >two.spk
    run -4 --separate-stderr reader spikes two.spk
}

# damaged_reader WHERE: the rows of flipped.spk, the page's stream with a gap of 16 in place of 17, as the
# reader reads them that finds xxHash in the "module", in the "library", under "another" name, or "nowhere".
damaged_reader() {
    vector stream | sed 's/01021133/01021033/' | unhex >flipped.spk
    PYTHONPATH=$ROOT/share/python WHERE=$1 python3 -c '
import ctypes, ctypes.util, os, sys, types
where, library = os.environ["WHERE"], ctypes.CDLL
sys.modules["xxhash"] = None  # not there
def load(name):
    if where == "nowhere" or where == "another" and name != "libhash.dylib":
        raise OSError(name)
    return library("libxxhash.so.0")
ctypes.CDLL = load
ctypes.util.find_library = lambda name: "libhash.dylib" if where == "another" else None
import spk
if where == "module":
    real = spk._Library(library("libxxhash.so.0"))
    sys.modules["xxhash"] = types.SimpleNamespace(
        xxh3_64_intdigest=real.xxh3_64_intdigest, xxh3_128=real.xxh3_128)
    ctypes.CDLL = None
for path in sys.argv[1:]:
    status = spk.main(["spk.py", "spikes", path])
sys.exit(status)' "${@:2}"
}

@test "the Python reader refuses a flipped byte with the module xxhash or the shared library" {
    vector stream | unhex >example.spk
    for where in module library another; do
        run -0 --separate-stderr damaged_reader "$where" example.spk
        assert_equal "${#lines[@]}" 4
        assert_equal "$stderr" ""
        run -4 --separate-stderr damaged_reader "$where" flipped.spk
        assert_equal "$output" ""
        assert_equal "$stderr" "spk.py: flipped.spk: byte 504 (record 4, SPIKES): checksum mismatch"
    done
    # As it is found here.
    run -4 --separate-stderr reader spikes flipped.spk
    assert_equal "$output" ""
}

@test "without xxHash the Python reader warns once that checksums are not verified" {
    vector stream | unhex >example.spk
    run -0 --separate-stderr damaged_reader nowhere example.spk flipped.spk
    assert_equal "$output" "$(printf '%s\t%s\tinput\t%s\n' 0 2 1 0 2 3 0 7 0 1 19 3 0 2 1 0 2 3 0 6 3 1 19 2)"
    assert_equal "$stderr" "spk.py: warning: checksums are not verified:\
 neither the module xxhash nor libxxhash is there"
}

@test "the Python reader calls a record damaged whose content makes no sense" {
    # Checksums are not verified, so that each byte of the records is tried.
    vector stream | unhex >example.spk
    PYTHONPATH=$ROOT/share/python run -0 python3 -c '
import io, spk
spk._xxhash = lambda: None
whole = open("example.spk", "rb").read()
for at in range(32, len(whole)):
    for flip in 1, 128, 255:
        data = bytearray(whole)
        data[at] ^= flip
        try:
            list(spk.Stream(io.BytesIO(bytes(data))))
        except spk.Error:
            pass'
    assert_output ""
}

@test "zstd tests, lists, unpacks and packs streams" {
    spk-encode poisson --full-scale 16 --max-rate 250Hz --duration 350ms --limit 1000 \
        --label-column label "$DIGITS/digits.csv.gz" >in.spk
    zstd -tq in.spk
    # Several frames, the time index and the seek table.
    run -0 zstd -l in.spk
    assert_line --regexp '^ *[2-9][0-9]* +2 '
    view spikes in.spk | cksum >rows
    zstd -dcq in.spk | zstd -19 -q --long=27 >again.spk
    assert_same_stream in.spk again.spk
    view spikes again.spk | cksum | cmp - rows
    zstd -dcq in.spk | tee plain.spk | view spikes - | cksum | cmp - rows
    # One frame a megabyte, which ends anywhere.
    split -b 1000000 --filter 'zstd -q' plain.spk >frames.spk
    view spikes frames.spk | cksum | cmp - rows
}

@test "every instruction set writes the same bytes" {
    for kind in raster spikes frames weights; do
        for level in sse2 avx2 avx512; do
            SPK_SIMD=$level streams "$kind" 3000 | zstd -dcq | cksum
        done | uniq >sums
        assert_equal "$(wc -l <sums)" 1
    done
}
