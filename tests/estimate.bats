# estimate.bats: --estimate calibrated by a run: what is measured, expected, scaled; no timing is asserted.

load helper

# One neuron that fires every 20 ms, first at 17.9 ms.
one() {
    echo '{"format": "spikepipe-network", "version": 1, "dt_ms": 0.1,
        "populations": {"n": {"size": 1, "model": "iaf_psc_delta", "params": {"I_e_pA": 450}}},
        "record": {"n": "spikes"}}' >one.json
}

# found QUANTITY [NAME]: its value and how it was found, in estimate.tsv, behind the empty line.
found() {
    sed '1,/^$/d' estimate.tsv | awk -F'\t' -v q="$1" -v name="${2:-}" '$1 == q && $2 == name { print $3, $5 }'
}

# The value of this quantity is above 0, and was found so.
assert_found() {
    run -0 found "$1"
    assert_output --regexp "^[0-9.e+-]+ $2\$"
    awk -v value="${output% *}" 'BEGIN { exit !(value > 0) }'
}

@test "without a duration it is a table and a hint" {
    one
    spk-simulate one.json --estimate >estimate.tsv 2>hint
    run -1 grep -c '^$' estimate.tsv
    run -0 cat hint
    assert_output "spk-simulate: estimated where all units fire at 10 Hz; with --duration it is measured"
    spk-simulate one.json --estimate --quiet 2>&1 | cmp - estimate.tsv
    spk-simulate one.json --estimate --duration 1h --calibrate none | cmp - estimate.tsv
}

@test "a run that is over before was measured" {
    one
    spk-simulate one.json --estimate --duration 1200ms -j 1 >estimate.tsv
    cmp <(sed '/^$/,$d' estimate.tsv) <(spk-simulate one.json --estimate --quiet)
    [ "$(found threads)" = "1 measured" ]
    [ "$(found duration)" = "1.2 measured" ]
    for quantity in building memory calibrated cpu wall total_cpu total_wall total_memory; do
        assert_found $quantity measured
    done
    run -0 found rate n
    assert_output --regexp '^(49|50)[0-9.]* measured$'
}

@test "of a long run the whole is expected" {
    one
    spk-simulate one.json --estimate --duration 100h --calibrate 50ms -o estimate.tsv
    [ "$(found duration)" = "360000 expected" ]
    for quantity in total_cpu total_wall total_memory; do
        assert_found $quantity expected
    done
    # what was measured, times the duration
    awk -v cpu="$(found cpu)" -v total="$(found total_cpu)" \
        'BEGIN { ratio = total / (360000 * cpu); exit !(ratio > 0.9 && ratio < 1.1) }'
    [ "$(echo *)" = "estimate.tsv one.json" ]
}

@test "what does not fit is not built, but scaled" {
    one
    run -5 spk-simulate one.json --duration 1s --set populations.n.size=2000000000 -o out.spk
    spk-simulate one.json --estimate --duration 1s --set populations.n.size=2000000000 --calibrate 100ms >estimate.tsv
    assert_found factor measured
    for quantity in memory cpu wall total_cpu total_wall; do
        assert_found $quantity scaled
    done
    [ "$(found duration)" = "1 scaled" ]
    [ -z "$(found rate n)" ]
}

@test "an input file calibrates: each sample, and all of it" {
    spk-encode frames --label-column label --shape 8x8 --full-scale 16 --max-rate 200Hz --duration 350ms \
        --limit 6 "$DIGITS/digits.csv.gz" >digits.spk
    net=$ROOT/share/experiments/digits/network.json
    for program in spk-simulate spk-train-stdp; do
        $program --estimate "$net" digits.spk >estimate.tsv
        assert_found sample measured
        assert_found total_cpu measured
        [ "$(found duration)" = "2.1 measured" ]
        $program --estimate "$net" digits.spk --calibrate 1ms >estimate.tsv
        [ "$(found duration)" = "2.1 expected" ]
        assert_found total_wall expected
        $program --estimate "$net" 2>&1 >/dev/null | grep -q 'with an input file it is measured$'
    done
    [ "$(echo *)" = "digits.spk estimate.tsv" ]
}

@test "what cannot be run cannot be calibrated" {
    one
    run -2 spk-simulate one.json --estimate --duration 1s --calibrate soon
    assert_output --regexp '^spk-simulate: --calibrate: "soon" is not a time .*, or none$'
    run -2 spk-simulate one.json --estimate --duration 0.05ms
    assert_output --partial "is not a whole number of steps"
    run -2 spk-simulate one.json --estimate one.json
    assert_output --partial "takes no input stream"
    run -3 bash -c 'spk-simulate one.json --estimate --duration 1s >/dev/full'
    assert_output --partial "No space left on device"
}
