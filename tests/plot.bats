# plot.bats: figures as text, compared with what they must look like; pictures by what can be said about
# them without letters: size, colours at known places, equal bytes for equal input.
# bats file_tags=san
load helper
load readout

# fontconfig keeps what it has read, which is no leak of ours.
setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    echo leak:libfontconfig > suppressions
    export LSAN_OPTIONS=print_suppressions=0:suppressions=$PWD/suppressions
}

# Four units, spikes on the diagonal of 100 ms.
diagonal() {
    compose <<'TEXT'
tick 1/1000
classes 3
spikes exc 4
begin
sample 5 0 100 2
at 1 10 0
at 1 35 1
at 1 60 2
at 1 85 3
sample 6 100 100 1
at 1 150 0 1 2 3
end 200
TEXT
}

# Two snapshots of weights from a 2 x 2 grid to two units; the second is the identity of interest.
fields() {
    compose <<'TEXT'
tick 1/1000
shape 2 2
weights input->exc 4 2 f32
begin
snapshot 10
row 1 0 1 1
row 1 1 1 1
row 1 2 1 1
row 1 3 1 0
snapshot 20
row 1 0 0 1
row 1 1 1 0.5
row 1 2 0.5 0.25
row 1 3 0.25 0
end 0
TEXT
}

# Pixel x,y of a PNG as "r,g,b".
pixel() {
    python3 - "$@" <<'PYTHON'
import struct, sys, zlib
data = open(sys.argv[1], "rb").read()
x, y = int(sys.argv[2]), int(sys.argv[3])
at, packed = 8, b""
while at < len(data):
    size, kind = struct.unpack(">I4s", data[at:at + 8])
    body = data[at + 8:at + 8 + size]
    if kind == b"IHDR": width, height, depth, colour = struct.unpack(">IIBB", body[:10])
    if kind == b"IDAT": packed += body
    at += size + 12
assert (depth, colour) == (8, 2)
raw, step, above = zlib.decompress(packed), 3, bytes(width * 3)
for row in range(y + 1):
    begin = row * (width * step + 1)
    how, line = raw[begin], bytearray(raw[begin + 1:begin + 1 + width * step])
    for i in range(len(line)):
        a = line[i - step] if i >= step else 0
        b, c = above[i], above[i - step] if i >= step else 0
        p = a + b - c
        paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
        line[i] = (line[i] + (0, a, b, (a + b) // 2, paeth)[how]) % 256
    above = line
print("%d,%d,%d" % tuple(above[x * step:x * step + 3]))
PYTHON
}

size_of() {
    python3 -c 'import struct, sys; print("%dx%d" % struct.unpack(">II", open(sys.argv[1], "rb").read(24)[16:]))' "$1"
}

need_cairo() {
    ldd "$BUILD/bin/spk-plot" | grep -q libcairo || skip "built without cairo"
}

# Run and drop the blanks at the ends of lines.
trimmed() {
    "$@" | sed 's/ *$//'
}

# ---- text ------------------------------------------------------------------------------------

@test "raster: dots where the spikes are, time to the right, units upwards" {
    diagonal > in.spk
    run -0 trimmed spk-plot raster --width 30 in.spk
    assert_equal "$output" "exc, sample 5, label 2: 4 spikes of 4 units
  │                    ⡀
2 ┤              ⡀
  │        ⡀
0 ┤  ⡀
  └┴───────────┴──────────┴
   0          50        100 ms"
}

@test "raster: the samples asked for, on one axis" {
    diagonal > in.spk
    run -0 spk-plot raster --ascii --width 40 --samples 5-6 in.spk
    assert_line --index 0 "exc, samples 5 to 6: 8 spikes of 4 units"
    assert_line --index 1 "  |              .          ."
    assert_line --index 4 "0 + .                       ."
    run -0 spk-plot raster --samples 6 in.spk
    assert_line --index 0 "exc, sample 6, label 1: 4 spikes of 4 units"
    run -4 spk-plot raster --samples 7- in.spk
    assert_output "spk-plot: in.spk: no sample 7"
    run -2 spk-plot raster --samples 6-5 in.spk
}

@test "raster: a stream without samples is one" {
    printf 'tick 1/1000\nspikes exc 2\nbegin\nat 1 5 1\nend 20000\n' | compose > in.spk
    run -0 spk-plot raster in.spk
    assert_line --index 0 "exc, sample 0: 1 spikes of 2 units"
    assert_line --regexp ' 20 s$'
}

# Three units, a value each 5 ms: a rising line, a falling one, and a step.
traces() {
    compose <<'TEXT'
tick 1/1000
spikes exc 3
trace exc 3 V_m mV 5
trace exc 3 g_ex nS 5
begin
sample 4 0 20 1
values 2 0 0 30 0 10 20 0 20 10 30 30 0 30
values 3 0 1 2 3 1 2 3 1 2 3 1 2 3
sample 5 20 20 0
values 2 20 30 0 0 30 0 0 30 0 0 30 0 0
end 40
TEXT
}

@test "trace: a line for each unit, time to the right; the units, variable and samples asked for" {
    traces > in.spk
    run -0 trimmed spk-plot trace --variable V_m --units 0 --ascii --width 40 --height 4 in.spk
    assert_equal "$output" "exc, sample 4, label 1: V_m (mV) of unit 0
unit 0
   |               ::::.
20 +          :::::
   |     :::::
 0 +:::::
   ++------------+-----------+
    0           10          20 time (ms)"
    run -0 spk-plot trace --variable V_m --ascii in.spk
    assert_line --index 0 "exc, sample 4, label 1: V_m (mV) of 3 of 3 units"
    assert_line --index 1 "unit 0, unit 1, unit 2"
    run -0 spk-plot trace --population exc --variable g_ex --units 2,0-1 --samples 4 --title mine in.spk
    assert_line --index 0 "mine"
    assert_line --index 1 "unit 2, unit 0, unit 1"
    run -0 spk-plot trace --variable V_m --samples 4-5 --width 60 --ascii in.spk
    assert_line --index 0 "exc, samples 4 to 5: V_m (mV) of 3 of 3 units"
    assert_line --regexp '^ +0 .* 40 time \(ms\)$'
}

@test "trace: as a picture, each line in its colour" {
    need_cairo
    printf 'tick 1/1000\ntrace exc 2 V_m mV 10\nbegin\nvalues 1 0 0 8 0 8 0 8\nend 20\n' | compose > in.spk
    spk-plot trace -o a.png in.spk
    cmp a.png <(spk-plot trace --as png in.spk)
    assert_equal "$(size_of a.png)" 1120x694
    # The lines are level, at the lower and the upper end of the axis.
    assert_equal "$(pixel a.png 160 622)" "0,114,178"
    assert_equal "$(pixel a.png 134 92)" "213,94,0"
}

@test "trace: what is not there is named" {
    traces > in.spk
    run -2 spk-plot trace in.spk
    assert_output "spk-plot: in.spk: choose one trace with --population and --variable: exc.V_m, exc.g_ex"
    run -4 spk-plot trace --variable V in.spk
    assert_output "spk-plot: in.spk: no trace *.V (there are: exc.V_m, exc.g_ex)"
    run -4 spk-plot trace --population inh in.spk
    assert_output "spk-plot: in.spk: no trace inh.* (there are: exc.V_m, exc.g_ex)"
    run -2 spk-plot trace --variable V_m --units 1-3 in.spk
    assert_output "spk-plot: --units: exc has the units 0 to 2, not 3"
    run -2 spk-plot trace --variable V_m --units 2-1 in.spk
    assert_output "spk-plot: --units: 2 is behind 1"
    for wrong in x 1- -1 1,,2 , ''; do
        run -2 spk-plot trace --variable V_m --units "$wrong" in.spk
        assert_output --partial "spk-plot: --units: "
    done
    run -4 spk-plot trace --variable V_m --samples 6- in.spk
    assert_output "spk-plot: in.spk: no sample 6"
    run -4 spk-plot trace --variable g_ex --samples 5 in.spk
    assert_output "spk-plot: in.spk: no value of this trace to show"
    diagonal > spikes.spk
    run -4 spk-plot trace spikes.spk
    assert_output "spk-plot: spikes.spk: the stream has no traces (spk-simulate --record POP.VARIABLE)"
    head -c -8 in.spk > cut.spk
    run -4 spk-plot trace --variable V_m -o out.txt cut.spk
    [ ! -e out.txt ]
}

@test "trace: of many values the extremes stay" {
    {
        printf 'tick 1/10000\ntrace exc 1 V_m mV 1\nbegin\n'
        for ((i = 0; i < 20000; i += 500)); do
            printf 'values 1 %d%s\n' $i "$(printf ' -65%.0s' {1..500})"
        done | awk '{ if ($3 == 9500) $7 = 40; if ($3 == 15000) $8 = -90; print }'
        printf 'end 20000\n'
    } | compose > in.spk
    run -0 spk-plot trace --ascii --width 60 --height 14 in.spk
    assert_line --index 0 "exc, sample 0: V_m (mV) of unit 0"
    # near the top once, at half the time, and near the bottom once, at three quarters
    assert_line --index 2 --regexp '^.{5,32}[.:*]$'
    assert_line --index 15 --regexp '^.{36,46}[.:*]$'
    need_cairo
    spk-plot trace -o out.svg in.spk
    [ "$(wc -c < out.svg)" -lt 200000 ]
}

@test "raster: a silent run is one, too" {
    printf 'tick 1/1000\nspikes exc 2\nbegin\nend 100\n' | compose > in.spk
    run -0 spk-plot raster in.spk
    assert_line --index 0 "exc, sample 0: 0 spikes of 2 units"
    run -4 spk-plot raster --samples 1 in.spk
    assert_output "spk-plot: in.spk: no sample 1"
}

@test "weights: a tile a unit in the sources' grid, the last snapshot, one scale" {
    fields > in.spk
    run -0 trimmed spk-plot weights --ascii in.spk
    assert_equal "$output" "input->exc, 2 units after 20 samples
  @@| @@++
++::| ::

0 to 1 nS        ....::::------====++++******####%%%%@@@@@@"
    run -0 spk-plot weights --ascii --snapshot 1 in.spk
    assert_line --index 0 "input->exc, 2 units after 10 samples"
    assert_line --index 2 "@@@@| @@  "
    run -2 spk-plot weights --snapshot 3 in.spk
    assert_output "spk-plot: --snapshot 3: in.spk holds 2 snapshots"
    run -0 spk-plot weights --ascii --shape 1x4 --limit 1 in.spk
    assert_line --index 0 "input->exc, the first 1 of 2 units after 20 samples"
    assert_line --index 1 "  @@++::"
    run -2 spk-plot weights --shape 3x2 in.spk
    assert_output --partial "H times W = 4"
}

@test "weights: a last row that is not full ends with its last tile" {
    printf 'shape 1 2\nweights a 2 3 f32\nbegin\nsnapshot 1\nrow 1 0 2 0 2\nrow 1 1 0 2 2\nend 0\n' |
        compose > in.spk
    run -0 spk-plot weights --ascii in.spk
    assert_line --index 1 "@@  |   @@"
    assert_line --index 2 "@@@@"
    run -0 spk-plot weights --ascii --limit 2 --width 20 in.spk
    assert_line --index 1 "@@  |   @@"
    assert_line --index 2 --partial "0 to 2 nS"
}

@test "weights: sparse arrays and every type of number" {
    for type in "f32 1 0.5" "f64 1 0.5" "f16 3c00 3800" "u8 200 100"; do
        set -- $type
        printf "shape 1 2\nweights a 2 1 $1\nbegin\nsnapshot 1\nrow 1 0 $2\nrow 1 1 $3\nend 0\n" |
            compose > in.spk
        run -0 spk-plot weights --ascii in.spk
        assert_line --index 1 "@@  "
    done
    printf 'shape 1 2\nweights a 2 2 f32 sparse\nbegin\nsnapshot 1\nrow 1 0 1 3\nrow 1 1 0 1.5\nend 0\n' |
        compose > in.spk
    run -0 spk-plot weights --ascii in.spk
    assert_line --index 1 "  ++| @@  "
    assert_line --partial "0 to 3 nS"
}

@test "weights: classes of a readout under the tiles" {
    printf 'classes 3\nspikes exc 2\nbegin\nsample 0 0 10 2\nat 1 1 0\nend 10\n' | compose |
        spk-train-readout vote -o readout.spk
    fields > in.spk
    run -0 spk-plot weights --ascii --readout readout.spk in.spk
    assert_line --index 3 --regexp '^ +2 +- *$'
    labelled | spk-train-readout vote -q -o four.spk
    run -4 spk-plot weights --readout four.spk in.spk
    assert_output --partial "a readout of 4 units, the projection has 2 targets"
}

@test "weights: several projections: choose one by name" {
    printf 'weights a 1 1 f32\nweights b 1 1 f32\nbegin\nsnapshot 1\nrow 1 0 1\nrow 2 0 2\nend 0\n' |
        compose > in.spk
    run -2 spk-plot weights in.spk
    assert_output "spk-plot: in.spk has the weights a.weight, b.weight; choose with --array"
    run -0 spk-plot weights --array b in.spk
    assert_output --partial "2 to 2 nS"
    run -2 spk-plot weights --array c in.spk
    printf 'weights a 1 1 f32\nbegin\nsnapshot 1\nrow 1 0 nan\nend 0\n' | compose > nan.spk
    run -6 spk-plot weights nan.spk
}

@test "weights: tiles that are wider than the terminal are shrunk, --height limits their number" {
    {
        printf 'shape 20 20\nweights a 400 9 f32\nbegin\nsnapshot 1\n'
        for i in $(seq 0 399); do echo "row 1 $i 1 1 1 1 1 1 1 1 $((i < 200))"; done
        echo 'end 0'
    } | compose > in.spk
    run -0 spk-plot weights --ascii --width 60 in.spk
    assert_equal "$(awk '/\|/ && length > most { most = length } END { print most }' <<< "$output")" 58
    # The last tile is full above and empty below.
    assert_line --index 19 --regexp '@@@@@@$'
    assert_line --index 27 --regexp '  $'
    run -0 spk-plot weights --ascii --width 60 --height 12 in.spk
    assert_line "and 6 more"
}

@test "confusion: counts, and the recall of each class" {
    labelled > in.spk
    spk-train-readout vote -q in.spk -o readout.spk
    spk-decode vote --model readout.spk in.spk -o out.spk
    run -0 spk-plot confusion --ascii out.spk
    assert_equal "$output" "4 of 4 right, 100.0 %
        predicted
  label  0  1  2   recall
     0   2  .  .  100.0 %
     1   .  1  .  100.0 %
     2   .  .  1  100.0 %"
    run -4 spk-plot confusion in.spk
}

@test "curve: columns by name, a gap for an empty cell" {
    printf 'x\ty\tz\n0\t0\t\n1\t1\t5\n2\t\t6\n3\t1\t7\n' > in.tsv
    run -0 spk-plot curve --ascii --width 20 --height 4 --y-min 0 --y-max 1 in.tsv
    assert_line --index 0 "y"
    assert_line --index 1 --regexp '^1 \+ .* \.$'
    assert_line --index 4 --regexp '^0 \+[:*]'
    run -0 spk-plot curve --x x --y z --y y in.tsv
    assert_line --index 0 "z, y"
    run -2 spk-plot curve --y w in.tsv
    assert_output "spk-plot: in.tsv: no column w; it has x, y, z"
    printf 'x,y\n1,2\n2,two\n' > bad.csv
    run -4 spk-plot curve bad.csv
    assert_output "spk-plot: bad.csv:3: column y: \"two\" is not a number"
    printf 'x,y\n' > empty.csv
    run -4 spk-plot curve empty.csv
}

@test "curve: without --y the first column of numbers beside --x is drawn" {
    printf 'x\tname\tgap\ty\tz\n0\ta\t\t0\t5\n1\tb\t2\t1\t5\n' > in.tsv
    run -0 spk-plot curve in.tsv
    assert_line --index 0 "y"
    run -0 spk-plot curve --x y in.tsv
    assert_line --index 0 "x"
    cut -f 1-3 in.tsv > gap.tsv
    run -0 spk-plot curve gap.tsv
    assert_line --index 0 "gap"
    cut -f 1-2 in.tsv > text.tsv
    run -4 spk-plot curve text.tsv
    assert_output 'spk-plot: text.tsv:2: column name: "a" is not a number'
    cut -f 1 in.tsv > one.tsv
    run -4 spk-plot curve one.tsv
    assert_output "spk-plot: one.tsv: one column; a curve needs two"
}

@test "curve: a range that is none or cannot be drawn is refused" {
    printf 'x,y\n1,2\n2,3\n' >in.csv
    run -2 spk-plot curve --y-min 3 --y-max 3 in.csv
    assert_output "spk-plot: --y-min 3 is not less than --y-max 3"
    run -2 spk-plot curve --y-min 9 in.csv
    assert_output "spk-plot: in.csv: no value is between --y-min and --y-max"
    printf 'x,y\n1,-1e308\n2,1e308\n' >wide.csv
    run -4 spk-plot curve wide.csv
    assert_output "spk-plot: wide.csv: the values are too far apart to be drawn"
    printf 'x,y\n1,2\n2,2\n' >flat.csv
    run -0 spk-plot curve --ascii flat.csv
    refute_output --partial nan
}

@test "colours: only when asked for or on a terminal, never with NO_COLOR" {
    fields > in.spk
    run -0 spk-plot weights in.spk
    refute_output --partial $'\033'
    COLORTERM=truecolor run -0 spk-plot weights --color always in.spk
    assert_output --partial $'\033[38;2;253;231;37m'
    COLORTERM='' run -0 spk-plot weights --color always in.spk
    assert_output --partial $'\033[38;5;220m'
    need_terminal
    run script -qec "TERM=xterm spk-plot weights in.spk" /dev/null
    assert_output --partial $'\033[38;'
    run script -qec "TERM=xterm NO_COLOR=1 spk-plot weights in.spk" /dev/null
    refute_output --partial $'\033[38;'
}

# ---- pictures --------------------------------------------------------------------------------

@test "the form follows the name of the file or --as" {
    need_cairo
    diagonal > in.spk
    spk-plot raster -o a.png in.spk
    spk-plot raster -o a.SVG in.spk
    spk-plot raster --as pdf in.spk > a
    spk-plot raster -o a.txt in.spk
    assert_equal "$(head -c 4 a.png | tail -c 3)" PNG
    grep -q '<svg ' a.SVG
    assert_equal "$(head -c 5 a)" %PDF-
    grep -q '4 spikes of 4 units' a.txt
    run -2 spk-plot raster -o a.gif in.spk
    assert_output --partial "end it in .png, .svg, .pdf or .txt"
    [ ! -e a.gif ]
}

@test "-o replaces a picture by one of its form only, without --force" {
    need_cairo
    diagonal > in.spk
    for form in png svg pdf txt; do
        spk-plot raster -o a.$form in.spk
        spk-plot raster -o a.$form in.spk
    done
    run -2 spk-plot raster --as svg -o a.png in.spk
    assert_output "spk-plot: a.png: exists and is a PNG picture, not an SVG picture (--force overwrites it)"
    run -2 spk-plot raster --as text -o a.svg in.spk
    assert_output "spk-plot: a.svg: exists and is an SVG picture, not text (--force overwrites it)"
    run -2 spk-plot raster --as pdf -o a.txt in.spk
    assert_output "spk-plot: a.txt: exists and is not a PDF (--force overwrites it)"
    run -2 spk-view -o a.pdf in.spk
    assert_output "spk-view: a.pdf: exists and is a PDF, not text (--force overwrites it)"
    spk-plot raster --force --as text -o a.png in.spk
    fields > w.spk
    printf 'classes 3\nspikes exc 2\nbegin\nsample 0 0 10 2\nat 1 1 0\nend 10\n' | compose |
        spk-train-readout vote -o readout.spk
    run -2 spk-plot weights --readout readout.spk --as text -o readout.spk w.spk
    assert_output "spk-plot: readout.spk: is an input of this command (--force overwrites it)"
}

@test "--width and --height are pixels of a PNG, points of an SVG" {
    need_cairo
    diagonal > in.spk
    spk-plot raster --width 500 --height 300 -o a.png in.spk
    assert_equal "$(size_of a.png)" 500x300
    spk-plot raster --width 500 --height 300 -o a.svg in.spk
    grep -q 'viewBox="0 0 500 300"' a.svg
}

@test "equal input gives equal bytes in every form" {
    need_cairo
    diagonal > in.spk
    fields > weights.spk
    for form in png svg pdf; do
        spk-plot raster --samples 5- -o 1.$form in.spk
        spk-plot weights -o 2.$form weights.spk
    done
    sleep 1.1
    for form in png svg pdf; do
        cmp 1.$form <(spk-plot raster --samples 5- --as $form in.spk)
        cmp 2.$form <(spk-plot weights --as $form weights.spk)
    done
}

@test "a PNG of weights has the colours of the weights at their places" {
    need_cairo
    fields > in.spk
    spk-plot weights --width 300 -o a.png in.spk
    # Tiles begin at (24, 64); a weight is a square of 26 pixels here, 2 pixels lie between tiles.
    assert_equal "$(pixel a.png 30 70)" 68,1,84      # 0: dark
    assert_equal "$(pixel a.png 60 70)" 253,231,37   # 1: yellow
    assert_equal "$(pixel a.png 130 95)" 68,1,84
    assert_equal "$(pixel a.png 90 70)" 253,231,37
    assert_equal "$(pixel a.png 2 2)" 255,255,255
}

@test "a PNG of a raster has ink where the spikes are" {
    need_cairo
    diagonal > in.spk
    spk-plot raster -o a.png in.spk
    # The plot spans x 104..1248 for 100 ms; unit 0 is the lowest of four rows between y 160 and 636.
    for spike in "10 0" "35 1" "60 2" "85 3"; do
        set -- $spike
        assert_equal "$(pixel a.png $((104 + 1144 * $1 / 100)) $((636 - 119 * $2 - 60)))" 34,34,34
    done
    assert_equal "$(pixel a.png 700 576)" 255,255,255
}

@test "confusion and curve draw in every form" {
    need_cairo
    labelled > in.spk
    spk-train-readout vote -q in.spk -o readout.spk
    printf 'x\ty\tlow\thigh\n0\t1\t0.5\t1.5\n1\t2\t1.5\t2.5\n2\t\t\t\n3\t2\t1\t3\n' > in.tsv
    for form in png svg pdf; do
        spk-decode vote --model readout.spk in.spk | spk-plot confusion -o c.$form
        spk-plot curve --low low --high high --title Learning -o l.$form in.tsv
        [ -s c.$form ]
        [ -s l.$form ]
    done
    run -2 spk-plot curve --low low -o l.png in.tsv
    assert_output --partial "--low and --high go together"
}

# ---- faults ----------------------------------------------------------------------------------

@test "a truncated stream gives exit 4 and no picture" {
    diagonal > whole.spk
    head -c $(($(stat -c %s whole.spk) - 1)) whole.spk > cut.spk
    run -4 --separate-stderr spk-plot raster cut.spk
    assert_output ""
    run -4 spk-plot raster -o out.txt cut.spk
    [ ! -e out.txt ]
}
