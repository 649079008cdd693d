# faults.bats: what every program does when something goes wrong: a full disk, a reader that is gone, a
# signal, damaged and cut input, a misspelt option. One table of programs, one test for each fault.
# bats file_tags=san
load helper

# INPUT COMMAND ...: each program as it is typically run. INPUT is its last operand, or comes on stdin
# as "-". There is no history in what it prints, which names inputs by their digests.
table() {
    cat <<'END'
digits.csv.gz spk-encode poisson --full-scale 16 --label-column label --classes 10 --duration 50ms --no-provenance
events.csv.gz spk-convert --shape 8 --tick 0.1ms --no-provenance
spikes.spk spk-convert --to csv --population exc --sample 7
frames.spk spk-train-stdp net.json --no-provenance
frames.spk spk-simulate net.json --no-provenance
weights.spk spk-simulate net.json frames.spk --no-provenance --weights
spikes.spk spk-train-readout vote --no-provenance
spikes.spk spk-decode vote --model readout.spk --no-provenance
readout.spk spk-decode vote spikes.spk --no-provenance --model
predictions.spk spk-score accuracy
predictions.spk spk-score confusion
spikes.spk spk-view
weights.spk spk-view
spikes.spk spk-info
spikes.spk spk-info --verify
spikes.spk spk-info --digest
frames.spk spk-cat --no-provenance
spikes.spk spk-plot raster --as text
predictions.spk spk-plot confusion --as text
weights.spk spk-weights --scale 2 --no-provenance
weights.spk spk-plot weights --as text
spikes.spk spk-stats
spikes.spk spk-stats kernel
weights.spk spk-stats weights
END
    ldd "$BUILD/bin/spk-plot" | grep -q libcairo || return 0
    echo spikes.spk spk-plot raster --as png
    echo spikes.spk spk-plot raster --as svg
}

# each FAULT: run FAULT with $input, $program and the words of $command of every row.
each() {
    local input command program
    while read -r -u 9 input command; do
        program=${command%% *}
        echo "$command $input:" # shown when what follows fails
        read -r -a command <<<"$command"
        "$@"
        rm -f out*
    done 9< <(table)
}

FLIPS=20 CUTS=3

# damage FILE: FILE.flip.N with one bit flipped at a place that looks random, FILE.cut.N with N
# quarters of the bytes.
damage() {
    local size n place byte seed
    size=$(stat -c %s "$1")
    seed=$size
    for n in $(seq $FLIPS); do
        seed=$(((seed * 1103515245 + 12345) % 2147483648))
        place=$((seed / 256 % size))
        byte=$(od -An -tu1 -j $place -N 1 "$1")
        cp "$1" "$1.flip.$n"
        # shellcheck disable=SC2059
        printf "\\x$(printf %x $((byte ^ 1 << n % 8)))" | dd of="$1.flip.$n" bs=1 seek=$place conv=notrunc status=none
    done
    for n in $(seq $CUTS); do head -c $((size * n / (CUTS + 1))) "$1" >"$1.cut.$n"; done
}

setup_file() {
    cd "$BATS_FILE_TMPDIR" || return 1
    zcat "$DIGITS/digits.csv.gz" | head -61 | gzip -n >digits.csv.gz
    spk-train-stdp --check --set populations.exc.size=8 --set populations.inh.size=8 \
        --set 'on_sample={}' "$ROOT/share/experiments/digits/network.json" >net.json
    spk-encode frames --full-scale 16 --max-rate 200Hz --duration 50ms --label-column label --shape 8x8 \
        digits.csv.gz -o frames.spk
    spk-train-stdp net.json frames.spk -o weights.spk
    spk-simulate net.json frames.spk -o spikes.spk
    spk-train-readout vote spikes.spk -o readout.spk
    spk-decode vote --model readout.spk spikes.spk -o predictions.spk
    spk-convert --to csv --population exc --sample 7 spikes.spk | gzip -n >events.csv.gz
    for input in *.gz *.spk; do damage "$input"; done
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    cp "$BATS_FILE_TMPDIR"/* .
}

@test "the table has every program" {
    table | cut -d ' ' -f 2 | sort -u | diff - <(cd "$BUILD/bin" && find . -name 'spk-*' -printf '%f\n' | sort)
}

full_disk() {
    run -3 --separate-stderr bash -c '"$@" >/dev/full' - "${command[@]}" "$input"
    assert_equal "${#stderr_lines[@]}" 1
    assert_regex "$stderr" "^$program: <stdout>: .*No space left on device$"
}

@test "a full disk: exit 3, and one line says what cannot be written" {
    each full_disk
}

gone_reader() {
    run -141 --separate-stderr bash -c '"$@" >&8' - "${command[@]}" "$input"
    assert_equal "$stderr" ""
}

@test "a closed pipe: 141, as SIGPIPE does, and not a word" {
    mkfifo pipe
    exec 7<>pipe 8>pipe 7<&- # nobody reads it from the beginning: no race with a reader that goes
    each gone_reader
}

# Does process $1 run the program and sleep?
waits() {
    local name state
    read -r _ name state _ <"/proc/$1/stat" && [ "$name $state" = "(${program:0:15}) S" ]
}

terminated() {
    local pid status bytes
    logical "$input" >plain
    for bytes in 0 $(($(stat -c %s plain) / 2)); do # nothing comes, or no more comes
        mkfifo pipe
        exec 8<>pipe
        head -c "$bytes" plain >&8
        "${command[@]}" - -o out <pipe 3>&- 8>&- 9>&- &
        pid=$! status=0
        for _ in $(seq 200); do waits $pid && break || sleep 0.01; done
        kill $pid
        wait $pid || status=$?
        assert_equal "$status" 143
        assert_equal "$(echo out*)" "out*"
        exec 8>&-
        rm pipe
    done
}

@test "SIGTERM while input is awaited: 143, and nothing is left behind" {
    each terminated
}

# The logical bytes of what was printed; spk-info says whether there is an index, which is no content.
content() {
    if [ "$program" = spk-info ]; then grep -v ^index "$1"; else logical "$1"; fi
}

# A stream that was printed is not taken for whole.
not_whole() {
    [[ ${command[*]} != *--no-provenance* ]] || run -4 spk-info --verify out
}

flipped() {
    local n status
    "${command[@]}" - <"$input" >out.whole
    for n in $(seq $FLIPS); do
        status=0
        "${command[@]}" - <"$input.flip.$n" >out 2>out.errors || status=$?
        if [ $status -eq 0 ]; then
            cmp <(content out.whole) <(content out)
        else
            assert_equal "$n: $status" "$n: 4"
            assert_equal "$(wc -l <out.errors)" 1
            assert_regex "$(cat out.errors)" "^$program: <stdin>: "
            not_whole
        fi
    done
}

@test "flipped bits: exit 4 and one line, or the output of the undamaged" {
    each flipped
}

cut_off() {
    local n status
    for n in $(seq $CUTS); do
        run -4 --separate-stderr "${command[@]}" "$input.cut.$n" -o out
        assert_output ""
        assert_equal "${#stderr_lines[@]}" 1
        assert_regex "$stderr" "^$program: $input.cut.$n: "
        assert_equal "$(echo out*)" "out*"
        status=0
        "${command[@]}" - <"$input.cut.$n" >out 2>out.errors || status=$?
        assert_equal $status 4
        assert_regex "$(cat out.errors)" "^$program: <stdin>: "
        not_whole
        rm out*
    done
}

@test "cut input: exit 4, one line that names the file, and no whole output" {
    each cut_off
}

misspelt() {
    local option wrong
    while read -r option; do
        wrong=${option%??}${option: -1} # the last letter but one is missing
        run -2 --separate-stderr "${command[@]}" "$input" "$wrong"
        assert_output ""
        assert_regex "${stderr_lines[0]}" "^$program: unknown option $wrong \(did you mean $option\?\)$"
    done < <("${command[@]:0:2}" --completion-helper | cut -f 1 | grep -- '^--.....')
}

@test "a misspelt option: exit 2, and the one that was meant is named" {
    each misspelt
}
