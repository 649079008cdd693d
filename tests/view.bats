# view.bats: spk-view shows what is in a stream. What should be in it is written by tests/unit/streams,
# once as a stream and once as text.

load helper

# same_rows WANT GOT: equal but for the order in which populations take turns.
same_rows() {
    diff <(sort "$1") <(sort "$2")
}

# bats test_tags=san
@test "every kind of stream is shown as it was written" {
    for kind in spikes frames predictions traces; do
        streams "$kind" 40 >s.spk
        streams text "$kind" 40 >want
        spk-view s.spk >got
        same_rows want got
        head -1 want | cmp - <(head -1 got)
    done
    streams raster 100000 >s.spk
    streams text raster 100000 | cmp - <(spk-view s.spk)
    streams weights 3 >s.spk
    streams text weights 3 | cmp - <(spk-view s.spk)
}

@test "where spikes are shown, traces are mentioned" {
    printf 'spikes exc 2\ntrace exc 2 V_m mV 5\ntrace exc 2 g_ex nS 5\nbegin\nat 1 3 1\nvalues 2 0 1 2\nend 9\n' |
        "$BUILD/unit/compose" >s.spk
    spk-view s.spk >out 2>message
    assert_equal "$(cat message)" \
        "spk-view: --kind traces shows its traces (the first is exc.V_m), spk-plot trace draws them"
    assert_equal "$(wc -l <out)" 2
    for options in --quiet '--kind spikes' '--kind traces' --head --labels; do
        spk-view $options s.spk 2>message >out
        [ ! -s message ]
    done
    streams traces 3 | spk-view 2>message >out
    [ ! -s message ]
    [ "$(wc -l <out)" -gt 3 ]
}

@test "plain, compressed and piped input are the same to it" {
    streams spikes 40 | spk-view >want
    streams spikes 40 | zstd -dcq | spk-view | cmp want -
    streams spikes 40 | zstd -dcq | zstd -19q | spk-view - | cmp want -
}

@test "JSON rows are the TSV rows, and JSON" {
    for kind in spikes frames predictions traces weights; do
        streams "$kind" 12 >s.spk
        diff <(spk-view s.spk) <(spk-view --format json s.spk | python3 -c "
import json, sys
rows = [json.loads(line) for line in sys.stdin]
print('\t'.join(rows[0]))
for row in rows:
    print('\t'.join('' if v is None else format(v, '.10g') if type(v) is float and k == 'value'
                    or k.startswith('score') else str(v) for k, v in row.items()))")
    done
}

@test "--labels gives every sample, also silent and unlabelled ones" {
    streams spikes 12 >s.spk
    spk-view --labels s.spk >got
    cmp got <(spk-view --kind samples s.spk)
    assert_equal "$(wc -l <got)" 13
    assert_equal "$(head -1 got)" $'sample\ttick\ttime_ms\tduration\tduration_ms\tlabel\tattempts'
    assert_equal "$(sed -n 5,7p got)" $'3\t360\t36.0\t100\t10.0\t\t1\n4\t480\t48.0\t100\t10.0\t4\t2\n5\t600\t60.0\t100\t10.0\t5\t1'
}

@test "--head tells header and history, as text and as JSON" {
    streams spikes 12 >s.spk
    run -0 spk-view --head s.spk
    assert_line $'tick\t\t0.1 ms'
    assert_line $'population\tinput\tspikes of 784 = 28x28'
    assert_line --regexp $'^step\t[0-9a-f]{32}\tstreams spikes 12$'
    run -0 bash -c 'spk-view --head --json s.spk | python3 -c "
import json, sys
head = json.load(sys.stdin)
print(head[\"header\"][\"streams\"][0][\"name\"], head[\"provenance\"][0][\"argv\"])"'
    assert_output "input ['streams', 'spikes', '12']"
}

@test "--samples, --population, --array and --snapshot choose rows" {
    streams spikes 20 >s.spk
    spk-view s.spk | awk 'NR == 1 || ($1 >= 7 && $1 <= 9)' >want
    spk-view --samples 7-9 s.spk | cmp want -
    spk-view --samples 19- s.spk | cmp <(spk-view s.spk | awk 'NR == 1 || $1 == 19') -
    spk-view --samples -1 s.spk | cmp <(spk-view s.spk | awk 'NR == 1 || $1 < 2') -
    spk-view --samples 7 --labels s.spk | cmp <(spk-view --labels s.spk | sed -n '1p;9p') -
    spk-view --population exc s.spk | cmp <(spk-view s.spk | awk 'NR == 1 || $4 == "exc"') -
    streams weights 3 >w.spk
    spk-view --array 'exc->exc.weight' w.spk |
        cmp <(spk-view w.spk | awk 'NR == 1 || $3 == "exc->exc.weight"') -
    spk-view --array 'input->exc' w.spk | cmp <(spk-view w.spk | awk 'NR == 1 || $3 ~ /^input/') -
    spk-view --snapshot 2 w.spk | cmp <(spk-view w.spk | awk 'NR == 1 || $1 == 2') -
    spk-view --snapshot last w.spk | cmp <(spk-view w.spk | awk 'NR == 1 || $1 == 3') -
}

@test "--time-unit is exact in every unit" {
    streams spikes 12 >s.spk
    run -0 spk-view --labels --time-unit s -n 2 s.spk
    assert_line $'1\t120\t0.0120\t100\t0.0100\t1\t1'
    run -0 spk-view --labels --time-unit us -n 2 s.spk
    assert_line $'1\t120\t12000\t100\t10000\t1\t1'
    run -0 spk-view --labels --time-unit ns -n 2 s.spk
    assert_line $'sample\ttick\ttime_ns\tduration\tduration_ns\tlabel\tattempts'
    assert_line $'1\t120\t12000000\t100\t10000000\t1\t1'
}

@test "-n stops after so many rows, and the reading with them" {
    streams spikes 40 >s.spk
    for n in 0 1 100; do spk-view -n "$n" s.spk | cmp <(spk-view s.spk | head -$((n + 1))) -; done
    streams raster 300000 | head -c 300000 >cut.spk
    run -4 bash -c 'spk-view cut.spk >/dev/null'
    run -0 spk-view -n 1 cut.spk
}

@test "a cut stream gives what is intact, then exit 4 and one line" {
    streams raster 300000 >s.spk
    head -c 300000 s.spk >cut.spk
    run -4 --separate-stderr bash -c 'spk-view cut.spk >rows'
    assert_equal "${#stderr_lines[@]}" 1
    assert_regex "$stderr" '^spk-view: cut.spk: '
    rows=$(wc -l <rows)
    [ "$rows" -gt 65536 ]
    cmp rows <(spk-view s.spk | head -"$rows")
    run -0 bash -c 'spk-view --allow-truncated cut.spk | cmp rows -'
}

@test "options that mean nothing here, and names that are not there, are errors" {
    streams spikes 3 >s.spk
    streams weights 2 >w.spk
    run -2 spk-view --array x s.spk
    assert_line "spk-view: --array has no meaning for spikes"
    run -2 spk-view --samples 1-2 w.spk
    assert_line "spk-view: --samples has no meaning for weights"
    run -2 spk-view --head --labels s.spk
    run -2 spk-view --samples 3-1 s.spk
    run -2 spk-view --samples x s.spk
    run -2 spk-view --snapshot 0 w.spk
    run -2 spk-view --snapshot 3 w.spk
    assert_line "spk-view: --snapshot 3: w.spk holds 2 snapshots"
    run -2 spk-view --array nowhere w.spk
    assert_line 'spk-view: --array nowhere: w.spk has input->exc.weight, exc->exc.weight'
    run spk-view --population nobody s.spk
    [ "$status" -eq 2 ] || [ "$status" -eq 4 ]
    assert_output --partial 'nobody'
    assert_output --partial 'input, exc'
    run -4 spk-view --kind weights s.spk
    run -2 spk-view a b
    run -3 spk-view nowhere.spk
}

@test "it ends quietly when its reader has gone, and loudly when the disk is full" {
    streams raster 500000 >s.spk
    run --separate-stderr bash -c 'spk-view s.spk | head -1; exit "${PIPESTATUS[0]}"'
    assert_equal "$status" 141
    assert_equal "$stderr" ""
    run -3 --separate-stderr bash -c 'spk-view s.spk >/dev/full'
    assert_regex "$stderr" 'No space left on device'
}

@test "control characters of a name do not reach the terminal" {
    printf 'spikes a\033[31m\177\r 1\nbegin\nsample 0 0 10 -1\nat 1 5 0\nend 10\n' |
        "$BUILD/unit/compose" >s.spk
    run -0 spk-view s.spk
    assert_line --regexp $'\t'a'\\x1b\[31m\\x7f\\x0d'$'\t'0'$'
    python3 "$ROOT/share/python/spk.py" spikes s.spk | grep -F 'a\x1b[31m\x7f\x0d'
    for options in "--head" "--json" "--head --json"; do
        # shellcheck disable=SC2086
        spk-view $options s.spk >out
        run -1 grep -q $'\033' out
    done
    run -1 grep -q $'\033' <(spk-info s.spk)
}

@test "a name with quotes and tabs stays one cell" {
    spk-view --kind samples --json <(streams spikes 1) >/dev/null
    streams names 1 >s.spk
    run -0 spk-view -n 1 s.spk
    assert_equal "${#lines[@]}" 2
    assert_equal "$(awk -F '\t' 'NR == 2 { print NF, $4 }' <<<"$output")" '5 a\tb"c\\d'
    run -0 bash -c 'spk-view --json -n 1 s.spk | python3 -c "
import json, sys
print(json.loads(sys.stdin.readline())[\"population\"] == \"a\tb\\\"c\\\\d\")"'
    assert_output True
}
