# encode.bats: spk-encode: every input format gives the same samples, every method the spikes it
# promises, every choice of samples the same spikes for each; and what is wrong is said.
# bats file_tags=san
load helper

# be32 N...: big-endian 32-bit numbers.
be32() {
    local n
    for n; do
        printf "\\x$(printf %02x $((n >> 24 & 255)))\\x$(printf %02x $((n >> 16 & 255)))"
        printf "\\x$(printf %02x $((n >> 8 & 255)))\\x$(printf %02x $((n & 255)))"
    done
}

u8() {
    local n
    for n; do printf "\\x$(printf %02x "$n")"; done
}

# Three samples of 2 x 3 values 0..255 and their labels, in every format there is.
VALUES=(0 51 102 153 204 255 255 0 0 17 34 85 0 0 0 255 255 255)
LABELS=(2 0 1)
make_inputs() {
    { printf '\0\0\x08\x03'; be32 3 2 3; u8 "${VALUES[@]}"; } >images.idx
    { printf '\0\0\x08\x01'; be32 3; u8 "${LABELS[@]}"; } >labels.idx
    gzip -k images.idx labels.idx
    for i in 0 1 2; do
        local row="${VALUES[*]:i*6:6}"
        echo "${row// /,},${LABELS[i]}" >>table.csv
        { printf 'P5\n# a comment\n3 2\n255\n'; u8 ${VALUES[*]:i*6:6}; } >"$i.pgm"
        echo "P2 3 2 255 $row" >"plain$i.pgm"
    done
}

# The rows of a stream without its history: a digest that does not know file names.
samples() {
    "$@" --no-provenance >out.spk && spk-view --kind samples out.spk && spk-view out.spk
}

# ---- input ------------------------------------------------------------------------------------

@test "IDX: values, labels, shape, classes" {
    make_inputs
    spk-encode frames --labels labels.idx --max-rate 255Hz --duration 10ms images.idx >out.spk
    run -0 bash -c "spk-view out.spk | cut -f 8 | tail -n +2 | tr '\n' ' '"
    assert_output "${VALUES[*]} "
    run -0 bash -c "spk-view --labels out.spk | cut -f 1,2,4,6"
    assert_line --index 1 "$(printf '0\t0\t10\t2')"
    assert_line --index 2 "$(printf '1\t10\t10\t0')"
    assert_line --index 3 "$(printf '2\t20\t10\t1')"
    run -0 bash -c "spk-view --head out.spk | cut -f 1-3"
    assert_line --regexp '^classes.*3$'
    assert_line --partial '2x3'
}

@test "plain, gzip, pipe and redirected input are the same" {
    make_inputs
    samples spk-encode poisson --labels labels.idx images.idx >want
    for labels in labels.idx labels.idx.gz; do
        samples spk-encode poisson --labels $labels images.idx.gz | cmp want -
        samples spk-encode poisson --labels $labels - <images.idx | cmp want -
        cat images.idx.gz | samples spk-encode poisson --labels $labels | cmp want -
        samples spk-encode poisson --classes 3 --labels <(cat $labels) <(cat images.idx) | cmp want -
    done
}

@test "a long pipe is read once, by the reader" {
    for method in frames poisson; do
        encode="spk-encode $method --label-column label --full-scale 16 --classes 10"
        samples $encode "$DIGITS/digits.csv.gz" >want
        samples $encode <(zcat "$DIGITS/digits.csv.gz") | cmp want -
        $encode <(zcat "$DIGITS/digits.csv.gz") | spk-view --labels | tail -n +2 | wc -l | grep -qx 1797
    done
}

@test "IDX of any type of number, in one file or in several" {
    make_inputs
    samples spk-encode frames --normalize mean=0.5 images.idx >want
    { printf '\0\0\x0b\x03'; be32 3 2 3; for v in "${VALUES[@]}"; do u8 0 "$v"; done; } >i16.idx
    { printf '\0\0\x0c\x03'; be32 3 2 3; be32 "${VALUES[@]}"; } >i32.idx
    python3 - "${VALUES[@]}" <<'PY'
import struct, sys
values = [float(v) for v in sys.argv[1:]]
for name, kind, code in ('f32', 13, 'f'), ('f64', 14, 'd'):
    with open(name + '.idx', 'wb') as out:
        out.write(bytes([0, 0, kind, 3]) + struct.pack('>3I', 3, 2, 3))
        out.write(struct.pack('>%d%s' % (len(values), code), *values))
PY
    for type in i16 i32 f32 f64; do
        samples spk-encode frames --full-scale 255 --normalize mean=0.5 $type.idx | cmp want -
    done
    for i in 0 1 2; do
        { printf '\0\0\x08\x03'; be32 1 2 3; u8 ${VALUES[*]:i*6:6}; } >part$i.idx
    done
    samples spk-encode frames --normalize mean=0.5 part?.idx | cmp want -
    samples spk-encode frames --normalize mean=0.5 --order shuffled images.idx >want
    samples spk-encode frames --normalize mean=0.5 --order shuffled part?.idx | cmp want -
    gzip part1.idx
    samples spk-encode frames --normalize mean=0.5 --order shuffled part?.idx* | cmp want -
}

@test "CSV and TSV: separators, header lines, label columns, line ends" {
    make_inputs
    samples spk-encode latency --labels labels.idx images.idx >want
    encode="spk-encode latency --full-scale 255 --shape 2x3"
    samples $encode --label-column 7 table.csv | cmp want -
    { echo a,b,c,d,e,f,class; cat table.csv; } >named.csv
    samples $encode --label-column class named.csv | cmp want -
    samples $encode --label-column 7 --header yes named.csv | cmp want -
    sed 's/.*,\(.\)$/\1,&/; s/,.$//' table.csv >first.csv
    samples $encode --label-column 1 first.csv | cmp want -
    tr , '\t' <named.csv | samples $encode --label-column class --classes 3 | cmp want -
    sed 's/$/\r/; s/[0-9]*,/"&/; s/,/",/' table.csv | samples $encode --label-column 7 --classes 3 | cmp want -
    gzip <named.csv | samples $encode --label-column class --classes 3 | cmp want -
    sed 's/,/.0,/; s/,0,/, 0.0e1 ,/' table.csv | samples $encode --label-column 7 --classes 3 | cmp want -
    { echo 1,2,3,4,5,6,7; cat table.csv; } | samples $encode --header yes --label-column 7 --classes 3 |
        cmp want -
}

@test "a column that is named as labels are, but is none, is warned of" {
    for name in label Class TARGET y; do
        printf 'a,%s\n1,2\n' $name >x.csv
        run -0 --separate-stderr bash -c "spk-encode frames --full-scale 9 x.csv | spk-info - | grep values"
        assert_output --partial 2
        assert_equal "$stderr" \
            "spk-encode: warning: x.csv: column \"$name\" is encoded as an input; --label-column $name makes it the label"
    done
    for options in --quiet "--label-column y" "--label-column 1" "--header no x.csv"; do
        printf 'a,y\n1,2\n' >y.csv
        printf '1,2\n' >x.csv
        file=y.csv
        [ "$options" != "--header no x.csv" ] || file=
        run -0 --separate-stderr bash -c "spk-encode frames --full-scale 9 $options $file >out.spk"
        assert_equal "$stderr" ""
    done
    printf 'labels,yes\n1,2\n' >z.csv
    run -0 --separate-stderr bash -c "spk-encode frames --full-scale 9 z.csv >out.spk"
    assert_equal "$stderr" ""
}

@test "PGM and PPM: plain, raw, 16 bit, several in a file, colours" {
    make_inputs
    samples spk-encode regular --max-rate 900Hz images.idx >want
    encode="spk-encode regular --max-rate 900Hz"
    samples $encode 0.pgm 1.pgm 2.pgm | cmp want -
    samples $encode plain?.pgm | cmp want -
    cat ?.pgm | samples $encode | cmp want -
    cat plain?.pgm | gzip | samples $encode | cmp want -
    for i in 0 1 2; do
        { printf 'P6 3 2 255\n'; for v in ${VALUES[*]:i*6:6}; do u8 $v $v $v; done; } >$i.ppm
        { printf 'P5 3 2 65280\n'; for v in ${VALUES[*]:i*6:6}; do u8 $v 0; done; } >wide$i.pgm
    done
    samples $encode ?.ppm | cmp want -
    samples $encode wide?.pgm | cmp want -
    # (299 R + 587 G + 114 B) / 1000, rounded
    printf 'P3 2 1 255  10 20 30  255 0 1' >colour.ppm
    run -0 bash -c "spk-encode frames --max-rate 255Hz colour.ppm | spk-view | cut -f 8"
    assert_output $'value\n18\n76'
    run -0 bash -c "spk-encode frames --max-rate 255Hz --rgb channels colour.ppm | spk-view | cut -f 8 | tr '\n' ' '"
    assert_output "value 10 20 30 255 0 1 "
    run -0 bash -c "spk-encode frames --rgb channels colour.ppm | spk-view --head"
    assert_output --partial "1x2x3"
}

@test "normalised samples have the mean or the sum that was asked for; zeros stay zero" {
    printf '0,4,0,4\n0,0,0,0\n1,2,3,4\n' >in.csv
    run -0 bash -c "spk-encode frames --full-scale 4 --max-rate 100Hz --normalize mean=0.25 in.csv | spk-view | cut -f 8 | tail -n +2 | tr '\n' ' '"
    assert_output "0 50 0 50 0 0 0 0 10 20 30 40 "
    run -0 bash -c "spk-encode frames --full-scale 4 --max-rate 100Hz --normalize sum=2 in.csv | spk-view | cut -f 8 | tail -n +2 | tr '\n' ' '"
    assert_output "0 100 0 100 0 0 0 0 20 40 60 80 "
}

@test "--saturate bounds intensities, --levels rounds them, after --normalize" {
    printf '0,4,0,4\n0,0,0,1\n1,2,3,4\n' >in.csv
    run -0 bash -c "spk-encode frames --full-scale 4 --max-rate 100Hz --normalize mean=0.5 --saturate in.csv | spk-view | cut -f 8 | tail -n +2 | tr '\n' ' '"
    assert_output "0 100 0 100 0 0 0 100 20 40 60 80 "
    run -0 bash -c "spk-encode frames --full-scale 4 --max-rate 100Hz --normalize mean=0.5 --saturate --levels 3 in.csv | spk-view | cut -f 8 | tail -n +2 | tr '\n' ' '"
    assert_output "0 100 0 100 0 0 0 100 0 50 50 100 "
    # Halves are rounded up; without --normalize values above full scale saturate, too.
    run -0 bash -c "spk-encode frames --full-scale 2 --max-rate 100Hz --saturate --levels 2 in.csv | spk-view | cut -f 8 | tail -n +2 | tr '\n' ' '"
    assert_output "0 100 0 100 0 0 0 100 100 100 100 100 "
    run -4 spk-encode frames --full-scale 2 --max-rate 100Hz in.csv
    run -0 --separate-stderr spk-encode latency --full-scale 4 --normalize mean=0.5 --saturate in.csv -o out.spk
    run -2 spk-encode frames --full-scale 4 --levels 1 in.csv
    # Bytes come out as they would be written: mean 30 of 255, rounded, at most 255.
    make_inputs
    spk-encode frames --max-rate 255Hz --normalize mean=$(awk 'BEGIN { printf("%.17g", 30 / 255) }') --saturate \
        --levels 256 images.idx | spk-view | cut -f 8 | tail -n +2 >got
    spk-encode frames --max-rate 255Hz images.idx | spk-view | cut -f 8 | tail -n +2 | awk '
        { v[NR] = $1 } END { for (s = 0; s < NR; s += 6) {
            sum = 0
            for (i = 1; i < 7; i++) sum += v[s + i]
            for (i = 1; i < 7; i++) { x = sum ? int(v[s + i] * 180 / sum + 0.5) : 0; print (x > 255 ? 255 : x) } } }' >want
    cmp want got
}

# ---- methods ----------------------------------------------------------------------------------

# Ticks and units as "tick:unit ...".
spikes_of() {
    "$@" | spk-view | tail -n +2 | awk '{printf "%s:%s ", $2, $5}'
}

@test "regular: error diffusion" {
    run -0 spikes_of spk-encode regular --full-scale 1 --max-rate 1000Hz --duration 10ms <(echo 0.3,0.25,0,1)
    assert_output "0:3 1:3 2:3 3:0 3:1 3:3 4:3 5:3 6:0 6:3 7:1 7:3 8:3 9:0 9:3 "
}

@test "latency: the curves, thresholds and stretching" {
    echo 0.02,0.5,1,0.005,0 >x.csv
    encode="spk-encode latency --full-scale 1 --duration 5ms"
    run -0 spikes_of $encode x.csv
    assert_output "0:2 2:1 4:0 "
    run -0 spikes_of $encode --late last x.csv
    assert_output "0:2 2:1 4:0 4:3 4:4 "
    run -0 spikes_of $encode --curve rc --tau 1ms --stretch x.csv
    assert_output "0:1 0:2 4:0 "
    run -0 spikes_of $encode --curve rc --tau 1ms x.csv
    assert_output "0:1 0:2 1:0 "
    run -0 spikes_of $encode --curve log --duration 8ms --threshold 0.01 x.csv
    assert_output "0:2 1:1 4:0 "
    run -0 spikes_of $encode --curve rc --threshold 0.1 --duration 11ms <(echo 0.15,0.2,0.5)
    assert_output "2:2 7:1 "
    run -0 spikes_of $encode --tick 10us --duration 2s <(echo 0.5,0.2)
    assert_output "100000:0 159999:1 "
}

@test "rank-order: descending intensity, ties by number, what does not fit is silent" {
    echo 3,9,9,0,1,8 >x.csv
    run -0 spikes_of spk-encode rank-order --full-scale 9 --duration 4ms x.csv
    assert_output "0:1 1:2 2:5 3:0 "
    run -0 spikes_of spk-encode rank-order --full-scale 9 --duration 4ms --interval 2ms x.csv
    assert_output "0:1 2:2 "
    run -0 spikes_of spk-encode rank-order --full-scale 9 --threshold 0.5 x.csv
    assert_output "0:1 1:2 2:5 "
}

@test "bernoulli: p = rate x tick, up to a spike in every tick" {
    run -0 spikes_of spk-encode bernoulli --full-scale 1 --max-rate 1kHz --duration 4ms <(echo 0,1)
    assert_output "0:1 1:1 2:1 3:1 "
    run -0 bash -c "spk-encode bernoulli --full-scale 1 --max-rate 250Hz --duration 1000s <(echo 1) | spk-view | wc -l"
    [ "$output" -gt $((250001 - 4 * 434)) ] && [ "$output" -lt $((250001 + 4 * 434)) ]
}

@test "poisson: 1 - exp(-rate x tick) a tick, also above one spike a tick" {
    run -0 bash -c "spk-encode poisson -q --full-scale 1 --max-rate 2kHz --duration 1000s <(echo 1) | spk-view | wc -l"
    [ "$output" -gt $((864666 - 4 * 342)) ] && [ "$output" -lt $((864666 + 4 * 342)) ]
}

@test "poisson: spikes that share a tick are warned of when they are many" {
    echo 1,0.5 >x.csv
    run -0 --separate-stderr bash -c "spk-encode poisson --full-scale 1 --max-rate 200Hz x.csv >out.spk"
    assert_equal "$stderr" ""
    # 1 - (1 - exp(-0.5)) / 0.5 = 0.2131
    run -0 --separate-stderr bash -c "spk-encode poisson --full-scale 1 --max-rate 500Hz --epochs 3 x.csv >out.spk"
    assert_equal "$stderr" "spk-encode: warning: up to 0.5 spikes a tick are wanted and one is possible: up to\
 21 % of a unit's spikes are lost (a shorter --tick or a lower --max-rate loses fewer)"
    for quiet in "poisson --max-rate 500Hz -q" "poisson --max-rate 500Hz --tick 0.1ms" "bernoulli --max-rate 500Hz"; do
        run -0 --separate-stderr bash -c "spk-encode $quiet --full-scale 1 x.csv >out.spk"
        assert_equal "$stderr" ""
    done
}

@test "rates near and above one spike a tick fill every window, for every unit" {
    # A mean of 1 - exp(-5) spikes a tick over 64 units and 2,000 ticks: 127,138 +- 29.
    printf '1%.0s,' {1..63} >row.csv
    echo 1 >>row.csv
    spk-encode poisson -q --full-scale 1 --max-rate 5000Hz --duration 2s row.csv >p.spk
    n=$(spk-view p.spk | tail -n +2 | wc -l)
    [ "$n" -gt 126950 ] && [ "$n" -lt 127330 ]
    spk-encode bernoulli --full-scale 1 --max-rate 1000Hz --duration 2s row.csv >b.spk
    [ "$(spk-view b.spk | tail -n +2 | wc -l)" -eq 128000 ]
    for rate in 700 900 1200 3000; do
        spk-encode poisson -q --full-scale 16 --label-column label --limit 20 --max-rate ${rate}Hz \
            "$DIGITS/digits.csv.gz" | spk-info --verify
    done
}

@test "random spikes are the same for ever, and on every instruction set" {
    make_inputs
    run -0 bash -c "spk-encode poisson -q --max-rate 500Hz --epochs 5 images.idx | spk-view | cut -f 2,5 | cksum"
    assert_output "1941067896 36009"
    run -0 bash -c "spk-encode bernoulli --max-rate 500Hz --epochs 5 images.idx | spk-view | cut -f 2,5 | cksum"
    assert_output "1761523755 45061"
    for method in poisson bernoulli latency; do
        for simd in sse2 avx2 avx512; do
            SPK_SIMD=$simd spk-encode $method --order shuffled --epochs 20 images.idx >$simd.spk
            assert_same_stream sse2.spk $simd.spk
        done
    done
    spk-encode poisson --seed 2 --order shuffled --epochs 20 images.idx >other.spk
    run ! cmp -s <(spk-view avx512.spk) <(spk-view other.spk)
}

@test "MNIST: the rate is what the pixels say" {
    need_data mnist
    mnist=$SPK_DATA/mnist
    run -0 bash -c "spk-encode poisson --limit 500 --labels $mnist/t10k-labels-idx1-ubyte.gz \
        $mnist/t10k-images-idx3-ubyte.gz | spk-view | wc -l"
    expected=$(zcat "$mnist/t10k-images-idx3-ubyte.gz" | head -c $((16 + 500 * 784)) | tail -c +17 |
        od -An -v -tu1 | awk '{for (i = 1; i <= NF; i++) n += 350 * (1 - exp(-$i / 255 * 0.06375))}
            END {print int(n)}')
    [ "$output" -gt $((expected - 4000)) ] && [ "$output" -lt $((expected + 4000)) ]
    run -0 bash -c "spk-encode frames --limit 10 --labels $mnist/t10k-labels-idx1-ubyte.gz \
        $mnist/t10k-images-idx3-ubyte.gz | spk-view --labels | cut -f 6 | tr '\n' ' '"
    assert_output "label 7 2 1 0 4 1 4 9 5 9 "
}

# ---- which samples ----------------------------------------------------------------------------

# Rows of the samples whose number matches the awk condition $1, without times.
rows_where() {
    spk-view "$2" | awk "NR > 1 && ($1) {print \$1, \$2 % 350, \$5}"
}

@test "skip, limit, subset and shard choose samples and change none" {
    encode="spk-encode poisson --label-column label --full-scale 16 $DIGITS/digits.csv.gz"
    $encode --limit 60 >all.spk
    $encode --skip 20 --limit 15 >part.spk
    cmp <(rows_where '$1 >= 20 && $1 < 35' all.spk) <(rows_where 1 part.spk)
    assert_equal "$(spk-view --labels part.spk | awk 'NR == 2 {print $1, $2}')" "20 0"
    for i in 0 1 2; do
        $encode --limit 60 --shard $i/3 >shard$i.spk
        cmp <(spk-view all.spk | awk "NR > 1 && \$1 % 3 == $i") <(spk-view shard$i.spk | tail -n +2)
        cmp <(spk-view --labels all.spk | awk "NR > 1 && \$1 % 3 == $i") \
            <(spk-view --labels shard$i.spk | tail -n +2)
    done
    $encode --subset :60 >subset.spk
    cmp <(spk-view all.spk) <(spk-view subset.spk)
    $encode --subset 40:60 --limit 5 >subset.spk
    assert_equal "$(spk-view --labels subset.spk | awk 'NR > 1 {print $1, $6}')" \
        "$(spk-view --labels all.spk | awk 'NR > 1 && $1 >= 40 && $1 < 45 {print $1 - 40, $6}')"
}

@test "a choice of no sample is warned of, an empty shard is not" {
    make_inputs
    for choice in "--skip 3" "--limit 0" "--subset :2 --skip 2" "--skip 3 --order shuffled"; do
        run -0 --separate-stderr bash -c "spk-encode frames $choice images.idx | spk-view --labels | wc -l"
        assert_output 1
        assert_equal "$stderr" "spk-encode: warning: images.idx: no sample was chosen: the output holds none"
    done
    for choice in "-q --skip 3" "--shard 3/4" "--shard 1/2 --limit 1"; do
        run -0 --separate-stderr bash -c "spk-encode frames $choice images.idx >out.spk"
        assert_equal "$stderr" ""
    done
}

@test "progress: at the end the total is what was done" {
    make_inputs
    for choice in "images.idx" "--shard 0/2 images.idx" "--shard 1/2 images.idx" "--skip 1 --shard 0/2 images.idx" \
        "--full-scale 255 table.csv"; do
        run -0 --separate-stderr bash -c "spk-encode frames --progress=json $choice | spk-view --labels | tail -n +2 | wc -l"
        assert_regex "$stderr" "\"done\":$output,\"total\":$output,.*\"end\":true"
    done
}

@test "joined shards are the bytes of the run without shards" {
    command -v spk-cat >/dev/null || skip "no spk-cat"
    for method in poisson latency frames; do
        encode="spk-encode $method --label-column label --full-scale 16 --no-provenance --subset :50
            --epochs 3 --order shuffled --skip 10 --limit 121 $DIGITS/digits.csv.gz"
        $encode >whole.spk
        for i in 0 1 2 3; do $encode --shard $i/4 >shard$i.spk; done
        spk-cat --no-provenance shard2.spk shard0.spk shard3.spk shard1.spk >joined.spk
        assert_same_stream whole.spk joined.spk
    done
}

@test "a shuffled order is a permutation, another one each epoch, the same for every choice" {
    encode="spk-encode poisson --duration 20ms --label-column label --full-scale 16 $DIGITS/digits.csv.gz"
    labels() { spk-view --labels "$1" | awk 'NR > 1 {print $6}'; }
    $encode --subset :200 --epochs 3 --order shuffled >all.spk
    $encode --subset :200 >file.spk
    for epoch in 0 1 2; do
        labels all.spk | sed -n "$((200 * epoch + 1)),$((200 * epoch + 200))p" >epoch$epoch
        cmp <(labels file.spk | sort) <(sort epoch$epoch)
    done
    run ! cmp -s epoch0 epoch1
    run ! cmp -s epoch0 <(labels file.spk)
    $encode --subset :200 --epochs 3 --order shuffled --shard 1/4 --skip 100 >some.spk
    cmp <(spk-view --labels all.spk | awk 'NR > 1 && $1 >= 100 && $1 % 4 == 1 {print $1, $6}') \
        <(spk-view --labels some.spk | awk 'NR > 1 {print $1, $6}')
    $encode --subset :200 --epochs 3 --order shuffled --seed 7 >other.spk
    run ! cmp -s <(labels all.spk) <(labels other.spk)
}

@test "shuffled from a plain file, from gzip and from a pipe is the same; labels go along" {
    make_inputs
    encode="spk-encode frames --order shuffled --epochs 50 --classes 3"
    samples $encode --labels labels.idx images.idx >want
    samples $encode --labels labels.idx.gz images.idx.gz | cmp want -
    samples $encode --labels <(cat labels.idx) - < <(cat images.idx) | cmp want -
    samples $encode --label-column 7 --shape 2x3 --full-scale 255 table.csv >got
    cmp <(spk-view --labels out.spk) <(sed '/unit/,$d' want)
    # each image has its own label: the first values 0, 255, 0 and the last 255, 85, 255
    spk-view out.spk | awk 'NR > 1 {v[$1] = v[$1] " " int($8)} END {for (s in v) print s, v[s]}' | sort -n |
        paste -d' ' - <(spk-view --labels out.spk | awk 'NR > 1 {print $6}') >pairs
    assert_equal "$(awk '{$1 = ""; print}' pairs | sort -u | wc -l)" 3
}

@test "epochs through a pipe need memory, and say so when it is not enough" {
    make_inputs
    samples spk-encode frames --epochs 3 --labels labels.idx images.idx >want
    cat images.idx | samples spk-encode frames --epochs 3 --labels labels.idx | cmp want -
    run -5 bash -c "cat images.idx | spk-encode frames --epochs 3 --max-memory 25B"
    assert_output --partial "needs the data set in memory, which takes more than --max-memory"
}

@test "the history names the files by their digests, and leaves out what changes nothing" {
    make_inputs
    spk-encode frames --labels labels.idx images.idx -q --progress none --level 3 >a.spk
    spk-encode frames --labels labels.idx images.idx >b.spk
    assert_same_stream a.spk b.spk
    printf '\1' | dd of=labels.idx bs=1 seek=9 conv=notrunc status=none
    spk-encode frames --labels labels.idx images.idx >c.spk
    run ! assert_same_stream a.spk c.spk
}

# ---- what is wrong ----------------------------------------------------------------------------

# refused CODE MESSAGE ARGUMENT...
refused() {
    local code=$1 message=$2
    shift 2
    run -"$code" --separate-stderr spk-encode "$@" -o out.spk
    assert_equal "${stderr_lines[0]}" "spk-encode: $message"
    assert_equal "$output" ""
    [ ! -e out.spk ]
}

@test "damaged IDX" {
    make_inputs
    head -c 30 images.idx >cut.idx
    refused 4 "cut.idx: ends in sample 2 of 3 (cut off?)" poisson cut.idx
    refused 4 "cut.idx: ends in sample 2 of 3 (cut off?)" poisson --order shuffled cut.idx
    head -c 10 images.idx >head.idx
    refused 4 "head.idx: ends in its IDX head (cut off?)" poisson head.idx
    { cat images.idx; echo; } >long.idx
    refused 4 "long.idx: goes on after its 3 samples" poisson long.idx
    printf '\0\0\x07\x03rest' >magic.idx
    refused 4 "magic.idx: IDX of type 0x07: not one of 08, 09, 0b, 0c, 0d, 0e" poisson magic.idx
    printf '\0\0\x08\x09rest' >dims.idx
    refused 4 "dims.idx: IDX of 9 dimensions: 1 to 5 are possible" poisson dims.idx
    { printf '\0\0\x08\x03'; be32 1 4294967295 4294967295; } >huge.idx
    refused 4 "huge.idx: samples of 4294967295 values: 1 to 16777216 are possible" poisson huge.idx
    { printf '\0\0\x09\x02'; be32 1 2; u8 1 255; } >negative.idx
    refused 4 "negative.idx: sample 0, value 1 is -1: must be 0 or more" poisson --full-scale 9 negative.idx
    head -c -5 images.idx.gz >cut.idx.gz
    refused 4 "cut.idx.gz: gzip data ends too early (cut off?)" poisson cut.idx.gz
    printf 'x' | dd of=images.idx.gz bs=1 seek=40 conv=notrunc status=none
    run -4 spk-encode poisson images.idx.gz
    printf '\x89SPK\r\n\x1a\n' >x.spk
    refused 4 "x.spk: begins with byte 0x89: not IDX, CSV, TSV, PGM or PPM, plain or gzip" poisson x.spk
    : >empty
    refused 4 "empty: empty" poisson empty
    refused 3 "none: cannot open: No such file or directory" poisson none
}

@test "labels that do not fit" {
    make_inputs
    { printf '\0\0\x08\x01'; be32 2; u8 1 2; } >two.idx
    refused 4 "2 labels in two.idx, but 3 samples in images.idx" poisson --labels two.idx images.idx
    refused 4 "only 2 labels in two.idx, but more samples in 2.pgm" poisson --labels two.idx 0.pgm 1.pgm 2.pgm
    refused 4 "3 labels in labels.idx, but 2 samples in 1.pgm" poisson --labels labels.idx 0.pgm 1.pgm
    refused 4 "labels.idx: sample 0 has label 2: with --classes 2 the highest is 1" \
        poisson --classes 2 --labels labels.idx images.idx
    refused 4 "images.idx: not a file of labels, which is IDX of one dimension" \
        poisson --labels images.idx images.idx
    refused 4 "labels.idx: one number a sample: labels belong behind --labels" poisson labels.idx
    refused 2 "--labels and --label-column exclude each other" \
        poisson --labels labels.idx --label-column 7 table.csv
    refused 2 "--classes needs labels: --labels or --label-column" poisson --classes 3 images.idx
    refused 2 "--classes must be given when labels come through a pipe" \
        poisson --label-column 7 --full-scale 255 - < <(cat table.csv)
    for file in images.idx 0.pgm; do
        refused 2 "$file: is neither CSV nor TSV: --label-column has no meaning for it (--labels FILE gives it labels)" \
            poisson --label-column 7 $file
        refused 2 "$file: is neither CSV nor TSV: --header has no meaning for it" poisson --header no $file
    done
    echo 1,2,1.5 >half.csv
    refused 4 'half.csv:1: column 3 is "1.5": must be a label: a whole number from 0' \
        poisson --label-column 3 --full-scale 9 half.csv
}

@test "tables that are none" {
    printf '1,2\n3,4,5\n' >ragged.csv
    refused 4 "ragged.csv:2: 3 cells: the first row has 2" poisson --full-scale 9 ragged.csv
    printf 'a,b\n1,2\n\n3,x\n' >word.csv
    refused 4 'word.csv:4: column 2 is "x": must be a number, 0 or more' poisson --full-scale 9 word.csv
    for bad in -1 nan inf 0x10 1e999 '' 1,5e; do
        printf '1;%s\n' "$bad" | tr ';' '\t' >bad.tsv
        refused 4 "bad.tsv:1: column 2 is \"$bad\": must be a number, 0 or more" \
            poisson --header no --full-scale 9 bad.tsv
    done
    printf 'a,b\n' >names.csv
    refused 4 "names.csv: no rows: the only one was taken for column names" poisson --full-scale 9 names.csv
    printf 'pixel,label\n1,2\n' >named.csv
    refused 4 'named.csv: no column "lable" (did you mean "label"?)' \
        poisson --full-scale 9 --label-column lable named.csv
    refused 4 'ragged.csv: no column "3" among its 2 without names: give a number from 1' \
        poisson --full-scale 9 --label-column 3 ragged.csv
    printf '1\n2\n' >labels.csv
    refused 4 "labels.csv: no column but the label" poisson --full-scale 9 --label-column 1 labels.csv
}

@test "a bad cell does not make the first row of a table its names" {
    names="a number as others are (or say --header yes if these are names)"
    printf '0.1,nan\n0.2,0.3\n' >bad.csv
    refused 4 "bad.csv:1: column 2 is \"nan\": must be $names" frames --full-scale 1 bad.csv
    printf 'x,0.1,3\n0.2,0.3,1\n' >bad.csv
    refused 4 "bad.csv:1: column 1 is \"x\": must be $names" frames --full-scale 1 --label-column 3 bad.csv
    printf '0.1,0.2,?\n0.2,0.3,1\n' >bad.csv
    refused 4 'bad.csv:1: column 3 is "?": must be a label: a whole number from 0' \
        frames --full-scale 1 --label-column 3 bad.csv
    printf '0,1,digit\n0.2,0.3,1\n' >named.csv
    samples spk-encode frames --full-scale 1 --label-column 3 --header yes named.csv >want
    [ "$(wc -l <want)" -gt 0 ]
    samples spk-encode frames --full-scale 1 --label-column digit named.csv | cmp want -
    printf 'a,b,7\n0.2,0.3,1\n' >named.csv
    samples spk-encode frames --full-scale 1 --label-column 3 named.csv | cmp want -
}

@test "images that do not fit one another" {
    make_inputs
    head -c 20 0.pgm >cut.pgm
    refused 4 "cut.pgm: ends in image 0 (cut off?)" poisson cut.pgm
    printf 'P5 3 2 15\n123456' >dim.pgm
    refused 4 "dim.pgm: sample 49 before byte 11 is above maxval 15" poisson dim.pgm
    printf 'P2 3 2 15\n1 2 3 4 5 6' >dim.pgm
    refused 4 "dim.pgm: values up to 15, but up to 255 in 0.pgm" poisson 0.pgm dim.pgm
    refused 4 "labels.idx: samples of 1 values, not of the size and shape in 0.pgm (6 values)" \
        poisson 0.pgm labels.idx
    cat 0.pgm dim.pgm >both.pgm
    refused 4 "both.pgm: image 1 is 3 x 2, maxval 15: not like the first, 3 x 2, maxval 255" poisson both.pgm
    printf 'P5 x 2 255\n' >word.pgm
    refused 4 "word.pgm: width before byte 4: not a number up to 16777216" poisson word.pgm
    printf 'P5 99999 99999 255\n' >huge.pgm
    refused 4 "huge.pgm: image of 99999 x 99999, maxval 255: up to 16777216 values and maxval 1 to 65535 are possible" \
        poisson huge.pgm
}

@test "options that cannot be" {
    make_inputs
    refused 2 "table.csv: --full-scale must be given: the value whose intensity is 1" poisson table.csv
    refused 4 "images.idx: sample 0: value 3 is 153: above --full-scale 150" poisson --full-scale 150 images.idx
    refused 2 "--max-rate 1500Hz makes 1.5 spikes in a tick of 0.001s: at most 1 is possible" \
        bernoulli --max-rate 1.5kHz images.idx
    refused 2 "--max-rate 1500Hz makes 1.5 spikes in a tick of 0.001s: at most 1 is possible" \
        regular --max-rate 1.5kHz images.idx
    refused 4 "sample 0, unit 5: --normalize makes 1.8 spikes in a tick: at most 1 is possible; lower --max-rate or the target" \
        regular --max-rate 900Hz --normalize mean=1 images.idx
    refused 4 "sample 0, unit 5: --normalize makes intensity 2: at most 1 has a time; lower the target" \
        latency --normalize mean=1 images.idx
    refused 2 '--normalize "max=1": must be mean=X or sum=X' poisson --normalize max=1 images.idx
    refused 2 "--duration 0.0015s is not a whole number of ticks (--tick is 0.001s)" \
        poisson --duration 1.5ms images.idx
    refused 5 "a sample of 350000000000 ticks: at most 4294967296 are possible" \
        poisson --duration 350s --tick 1ns images.idx
    refused 5 "a sample of about 3.6e+21 ticks: at most 4294967296 are possible" \
        poisson --duration 1e9h --tick 1ns images.idx
    refused 2 '--shape "2x4": must be sizes like 28x28 whose product is 6' poisson --shape 2x4 images.idx
    refused 2 '--shape "2x": must be sizes like 28x28 whose product is 6' poisson --shape 2x images.idx
    refused 2 '--subset "5": must be FROM:TO, FROM: or :TO' poisson --subset 5 images.idx
    refused 2 "--subset 2:2: holds no sample: FROM is not below TO" poisson --subset 2:2 images.idx
    refused 4 "--subset goes beyond the 3 samples of images.idx" poisson --subset 2:4 images.idx
    refused 4 "--subset goes beyond the 3 samples of images.idx" poisson --subset 3: --order shuffled images.idx
    refused 2 "--interval must be a whole number of ticks (--tick is 0.001s)" \
        rank-order --interval 0.5ms images.idx
    run -2 spk-encode latency --max-rate 10Hz images.idx
    assert_output --partial "--max-rate is an option of the method poisson, not of latency"
    run -2 spk-encode poisson --duration 350 images.idx
    assert_output --partial "--duration"
    run -2 spk-encode poison images.idx
    assert_output --partial 'did you mean "poisson"?'
    run -2 spk-encode poisson --epoch 2 images.idx
    assert_output --partial "--epochs"
}

# ---- pictures ---------------------------------------------------------------------------------

PICTURE="10 20 200 30 40 50 0 255 128 7 9 60 100 100 100 90 80 70 13 17 19 250 240 30 5 5 5 5 5 201"

# picture OPTION...: the values of a picture of 5 rows and 6 columns, made as the options say.
picture() {
    echo "P2 6 5 255 $PICTURE" >picture.pgm
    spk-encode frames --max-rate 255Hz --no-provenance "$@" picture.pgm | spk-view |
        cut -f 8 | tail -n +2 | tr '\n' ' '
}

@test "--resize and --patch-normalize: what numpy makes of it" {
    # tests/reference/patches.py 3x4 0 picture.pgm, 3x4 3, 5x6 3
    run -0 picture --resize 3x4
    assert_output "30 157 24 47 100 100 88 73 8 9 86 129 "
    run -0 picture --resize 3x4 --patch-normalize 3
    assert_output "0 255 0 70 202 214 152 121 0 0 145 255 "
    run -0 picture --patch-normalize 3
    assert_output "54 22 252 57 174 195 10 255 167 0 0 174 155 158 116 108 108 107 46 56 49 255 255 17 4 5 63 33 0 229 "
    /usr/bin/python3 -c 'import numpy' 2>/dev/null || skip "no python3-numpy"
    for made in 3x4:0 5x6:3 5x6:7 9x11:0 9x11:5 1x1:3 1x6:3 5x1:3 2x2:9; do
        window=(--patch-normalize "${made#*:}")
        [ "${made#*:}" -ne 0 ] || window=()
        assert_equal "$(picture --resize "${made%:*}" "${window[@]}")" \
            "$(/usr/bin/python3 "$ROOT/tests/reference/patches.py" "${made%:*}" "${made#*:}" picture.pgm) "
    done
}

@test "--resize and --patch-normalize: shape, full scale, kind of number" {
    echo "P2 6 5 15 $(echo $PICTURE | awk '{ for (i = 1; i <= NF; i++) printf "%d ", $i / 17 }')" >small.pgm
    spk-encode frames --max-rate 255Hz --resize 4x3 --patch-normalize 3 small.pgm >out.spk
    run -0 spk-view --head out.spk
    assert_line --partial 4x3
    # Full scale is 255, whatever it was before.
    run -0 bash -c "spk-view out.spk | cut -f 8 | sort -n | tail -1"
    assert_output 255
    # A row of a table gets its shape by --shape; values that are no bytes stay unrounded.
    echo $PICTURE | tr ' ' ',' | sed 's/10/10.5/' >row.csv
    spk-encode frames --header no --full-scale 255 --max-rate 255Hz --shape 5x6 --resize 1x1 row.csv >out.spk
    run -0 bash -c "spk-view out.spk | cut -f 8 | tail -1"
    assert_output 95
    spk-encode frames --header no --full-scale 255 --max-rate 255Hz --shape 5x6 --resize 5x3 row.csv >out.spk
    run -0 bash -c "spk-view out.spk | cut -f 8 | sed -n 2p"
    assert_output 15.25
    # An even picture has no contrast.
    echo "P2 3 2 255 7 7 7 7 7 7" >even.pgm
    run -0 bash -c "spk-encode frames --max-rate 255Hz --patch-normalize 3 even.pgm | spk-view | cut -f 8 | sort -u"
    assert_output "$(printf '127\nvalue')"
}

@test "--resize and --patch-normalize: what is no picture, and sizes that are none" {
    make_inputs
    refused 2 "--patch-normalize 4: must be odd" frames --patch-normalize 4 images.idx
    for size in 28 x28 28x 0x5 5x0 5x6x7 1e3x4 5000x5000 -1x3; do
        refused 2 "--resize \"$size\": must be rows x columns like 28x28, at most 16777216 pixels" \
            frames --resize=$size images.idx
    done
    refused 2 "table.csv: --resize is for images of rows and columns; --shape HxW says what they are" \
        frames --full-scale 255 --resize 2x2 table.csv
    echo "P3 1 1 255 1 2 3" >colour.ppm
    refused 2 "colour.ppm: --patch-normalize is for images of rows and columns" \
        frames --rgb channels --patch-normalize 3 colour.ppm
}

@test "a full disk, a closed pipe, a signal: no half result" {
    make_inputs
    run -3 bash -c "spk-encode poisson --epochs 1000 images.idx >/dev/full"
    assert_output --partial "spk-encode: <stdout>: "
    assert_output --partial "No space left on device"
    run --separate-stderr bash -c 'spk-encode poisson --epochs 100000000 images.idx | head -c 100 >/dev/null
        exit "${PIPESTATUS[0]}"'
    assert_equal "$status" 141
    assert_equal "$stderr" ""
    spk-encode poisson --epochs 100000000 images.idx -o out.spk &
    pid=$!
    for _ in $(seq 200); do [ -e "out.spk.tmp.$pid" ] && break || sleep 0.01; done
    kill "$pid"
    wait "$pid" && false
    assert_equal $? 143
    assert_equal "$(ls out.spk* 2>/dev/null)" ""
}
