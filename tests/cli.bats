# bats file_tags=san
# cli.bats: what all programs have in common. The first part looks at the frame through a program
# that does nothing else (tests/unit/frame.c); the second holds every built program to the registry.

load helper

frame() {
    "$BUILD/unit/frame" "$@"
}

programs() {
    find "$BUILD/bin" -name 'spk-*' -type f | sort
}

# Every way to run a program: itself, or itself with each of its methods.
invocations() {
    local program methods
    for program in $(programs); do
        methods=$("$program" --completion-helper | awk -F '\t' '$3 == "method" { print $1 }')
        [ -n "$methods" ] || echo "$program"
        for method in $methods; do echo "$program $method"; done
    done
}

# ---- the frame -------------------------------------------------------------------------------

@test "options may stand anywhere; -- ends them" {
    run -0 frame --limit 3 latency in -v --labels -- --labels
    assert_line "limit=3 given"
    assert_line "labels=1 noise=1 order=0"
    assert_line "argv=[spk-frame][latency][--limit=3][in][--labels][--][--labels]"
}

@test "options may stand behind operands even when the environment asks for POSIX" {
    POSIXLY_CORRECT=1 run -0 frame latency --limit 3
    assert_line "limit=3 given"
}

@test "a usage error is one line and a hint on stderr, exit 2" {
    run -2 --separate-stderr frame latency --limt 3
    assert_output ""
    assert_equal "${#stderr_lines[@]}" 2
    assert_equal "${stderr_lines[0]}" "spk-frame: unknown option --limt (did you mean --limit?)"
    assert_equal "${stderr_lines[1]}" "Try 'spk-frame --help'."
}

@test "a quantity without its unit is an error that shows one" {
    run -2 frame latency --duration 350
    assert_line "spk-frame: --duration: 350 has no unit (write 350ms, 350s, ...)"
}

@test "options are not abbreviated" {
    run -2 frame latency --lab
    assert_line "spk-frame: unknown option --lab (did you mean --labels?)"
}

@test "--help lists the methods; with a method, its options" {
    run -0 frame --help
    assert_line --regexp '^  poisson +independent Poisson trains$'
    refute_output --partial --max-rate
    refute_output --partial --die
    assert_line "--help=all shows more options."
    run -0 frame poisson --help
    assert_line --regexp '^ +--max-rate RATE +rate of the brightest pixel \(required\)$'
    run -0 frame --help=all
    assert_line --regexp '^ +--die HOW'
}

@test "--help=json is JSON with every option" {
    run -0 bash -c '"$BUILD/unit/frame" --help=json | python3 -c "
import json, sys
p = json.load(sys.stdin)
print(p[\"name\"], p[\"v\"], [o[\"name\"] for m in p[\"methods\"] for o in m[\"options\"]])
print([o[\"default\"] for o in p[\"options\"] if o[\"name\"] == \"duration\"])"'
    assert_line "spk-frame 1 ['max-rate', 'factor']"
    assert_line "['350ms']"
}

@test "--version is one line; with --verbose it tells the build" {
    run -0 frame --version
    assert_output "spk-frame (Spikepipe) $(sed -n 's/^VERSION := //p' "$ROOT/Makefile")"
    run -0 frame --version --verbose
    for part in compiler simd zstd cjson popt; do assert_line --regexp "^$part: .*[0-9]"; done
}

@test "exit codes are those of the error; a message stays one line" {
    run -4 --separate-stderr frame latency --die data
    assert_equal "$stderr" "spk-frame: the data?are bad"
    run -1 frame latency --die negative
    run -70 frame latency --die silent
}

@test "--quiet silences warnings, --verbose adds notes" {
    run -0 --separate-stderr frame latency -q
    assert_equal "$stderr" ""
    run -0 --separate-stderr frame latency -vv
    assert_regex "$stderr" 'spk-frame: warning: a warning'
    assert_regex "$stderr" 'spk-frame: a note'
    assert_regex "$stderr" '0 naps in '
}

@test "-o leaves a whole file or none" {
    frame latency -o out 2>/dev/null
    grep -q '^method=latency' out
    run -4 frame latency --die data -o out2
    run -0 ls
    assert_output out
}

@test "-o keeps an old file until the new one is whole, and its permissions" {
    echo old >out
    chmod 640 out
    run -4 frame latency --die data -o out
    assert_equal "$(cat out)" old
    frame latency -o out -q
    grep -q '^method=latency' out
    assert_equal "$(stat -c %a out)" 640
}

@test "-o follows a symbolic link and writes devices in place" {
    mkdir there
    echo old >there/file
    ln -s there/file link
    frame latency -o link -q
    [ -L link ]
    grep -q '^method=latency' there/file
    run -3 frame latency -q -o /dev/full
    assert_output "spk-frame: /dev/full: write error: No space left on device"
    run -3 frame latency -q -o there
    assert_output "spk-frame: there: cannot open for writing: Is a directory"
    run -3 frame latency -q -o nowhere/file
    assert_output "spk-frame: nowhere/file: cannot create: No such file or directory"
}

@test "-o makes the file that a dangling symbolic link names" {
    mkdir there
    ln -s ../there/file there/second
    ln -s there/second link
    frame latency -o link -q
    [ -L link ]
    [ -L there/second ]
    grep -q '^method=latency' there/file
    ln -s nowhere/file astray
    run -3 frame latency -q -o astray
    assert_output "spk-frame: astray: cannot create: No such file or directory"
    ln -s loop loop
    run -3 frame latency -q -o loop
}

@test "-o takes names as long as the file system does" {
    name=$(printf 'x%.0s' {1..255})
    frame latency -o "$name" -q
    grep -q '^method=latency' "$name"
    run -3 frame latency -q -o "x$name"
    assert_output "spk-frame: x$name: cannot create: File name too long"
    assert_equal "$(ls)" "$name"
}

@test "a file called - is not in the way of stdout" {
    echo hello >./-
    echo 1,2 | spk-encode frames --full-scale 2 --duration 1ms >s.spk
    spk-cat s.spk | cmp - s.spk
    spk-cat -o - s.spk | cmp - s.spk
    assert_equal "$(cat ./-)" hello
}

@test "a file over the size limit is a write error, and goes" {
    run -3 bash -c 'ulimit -f 0; "$BUILD/unit/frame" latency -q -o out'
    assert_output "spk-frame: out: write error: File too large"
    assert_equal "$(ls)" ""
}

@test "a signal removes the temporary file and kills" {
    for signal in TERM HUP; do # not ignored, even if these tests run under nohup
        env --default-signal=HUP,TERM "$BUILD/unit/frame" latency -q --wait 1000 -o out &
        pid=$!
        for _ in $(seq 200); do [ -e "out.tmp.$pid" ] && break || sleep 0.01; done
        [ -e "out.tmp.$pid" ]
        kill -s "$signal" "$pid"
        wait "$pid" && false
        assert_equal $? "$((128 + $(kill -l "$signal")))"
        assert_equal "$(ls)" ""
    done
}

@test "under nohup a program outlives a hangup" {
    nohup "$BUILD/unit/frame" latency -q --wait 1000 -o out &
    pid=$!
    for _ in $(seq 200); do [ -e "out.tmp.$pid" ] && break || sleep 0.01; done
    kill -s HUP "$pid"
    wait "$pid"
    [ -s out ]
}

@test "a program that can stop finishes on SIGTERM" {
    "$BUILD/unit/frame" latency -q --wait 1000 --die stoppable -o out &
    pid=$!
    for _ in $(seq 200); do [ -e "out.tmp.$pid" ] && break || sleep 0.01; done
    kill "$pid"
    wait "$pid"
    grep -q '^stopped$' out
}

@test "writing to a closed pipe ends quietly as SIGPIPE does, even where it is ignored" {
    run --separate-stderr bash -c '"$BUILD/unit/frame" latency -q --wait 10 | true; exit "${PIPESTATUS[0]}"'
    assert_equal "$status" 141
    assert_equal "$stderr" ""
    run --separate-stderr bash -c "trap '' PIPE; \"\$BUILD/unit/frame\" latency -q --wait 10 | true; exit \"\${PIPESTATUS[0]}\""
    assert_equal "$status" 141
    assert_equal "$stderr" ""
}

@test "a closed stdout is an error, and no other file takes its place" {
    run -3 --separate-stderr bash -c '"$BUILD/unit/frame" latency -q >&-'
    assert_equal "$stderr" "spk-frame: <stdout>: write error: Bad file descriptor"
}

@test "binary data to a terminal is refused, and --force insists" {
    need_terminal
    run script -qec "'$BUILD/unit/frame' latency -q --binary" /dev/null
    assert_equal "$status" 2
    assert_output --partial "spk-frame: <stdout>: this is binary data and a terminal"
    run script -qec "'$BUILD/unit/frame' latency -q --binary --force" /dev/null
    assert_equal "$status" 0
    assert_output --partial method=latency
}

@test "progress: a bar on a terminal, wiped at the end; none elsewhere" {
    need_terminal
    unset SPK_PROGRESS
    run script -qec "TERM=xterm '$BUILD/unit/frame' latency -q --wait 40 --progress=bar -o out" /dev/null
    assert_output --regexp 'spk-frame \|#+ *\| [0-9]+ of 40 naps \([0-9]+%\), [0-9.]+/s, ETA 0:0[0-9], resting'
    assert_equal "$(printf '%s' "$output" | tail -c 4)" "$(printf '\r\033[K')"
    run -0 --separate-stderr frame latency -q --wait 30
    assert_equal "$stderr" ""
}

# Has process $1 got as far as having a handler for SIGUSR1 (signal 10)?
catches_usr1() {
    (( 0x$(awk '/^SigCgt/ { print $2 }' "/proc/$1/status") & 0x200 ))
}

@test "progress: JSON lines, and SIGUSR1 for one line" {
    run -0 --separate-stderr frame latency -q --wait 110 --progress=json -o out
    assert_regex "${stderr_lines[0]}" '^\{"v":1,"tool":"spk-frame","unit":"naps","done":[0-9]+,"total":110,.*"end":false\}$'
    assert_regex "$stderr" '"done":110,"total":110,"elapsed_s":[0-9]+\.[0-9]{3},"rate":[0-9]+(\.[0-9]{1,6})?,"eta_s":0\.0,.*"end":true\}$'
    "$BUILD/unit/frame" latency -q --wait 1000 --progress=none -o out 2>log &
    pid=$!
    for _ in $(seq 200); do catches_usr1 "$pid" && break || sleep 0.01; done
    kill -USR1 "$pid"
    for _ in $(seq 200); do [ -s log ] && break || sleep 0.01; done
    kill "$pid"
    wait "$pid" || true
    assert_regex "$(cat log)" '^spk-frame: [0-9]+ of 1000 naps \([0-9]+%\), '
}

@test "SIGUSR1 does not kill a program that has nothing to report yet" {
    mkfifo nothing
    exec 9<>nothing
    spk-view <nothing &
    pid=$!
    for _ in $(seq 200); do
        (( 0x$(awk '/^SigIgn/ { print $2 }' "/proc/$pid/status") & 0x200 )) && break || sleep 0.01
    done
    kill -USR1 "$pid"
    kill "$pid"
    wait "$pid" && false
    assert_equal $? 143
}

@test "threads: --threads 0 keeps to the processors this process may use" {
    command -v taskset >/dev/null || skip "no taskset"
    run -0 taskset -c 0 "$BUILD/unit/frame" latency --threads 0
    assert_line --regexp 'threads=1 '
    SPK_THREADS=3 run -0 frame latency
    assert_line --regexp 'threads=3 '
}

# ---- every program -----------------------------------------------------------------------------

@test "all programs: --help and --version go to stdout, exit 0, and say their name" {
    for program in $(programs); do
        run -0 --separate-stderr "$program" --help
        assert_equal "$stderr" ""
        assert_regex "${lines[0]}" "^Usage: ${program##*/}( |$)"
        run -0 --separate-stderr "$program" --version
        assert_equal "$stderr" ""
        assert_equal "${#lines[@]}" 1
        assert_regex "$output" "^${program##*/} \(Spikepipe\) [0-9]+\.[0-9]+\.[0-9]+$"
    done
}

@test "all programs: an unknown option is one line on stderr, exit 2" {
    invocations | while read -r invocation; do
        run -2 --separate-stderr $invocation --no-such-option-anywhere
        assert_output ""
        assert_regex "${stderr_lines[0]}" "^spk-[a-z-]+: unknown option --no-such-option-anywhere"
        assert_equal "${#stderr_lines[@]}" 2
    done
}

@test "all programs: a full disk is an error even for --help and --version, exit 3" {
    for program in $(programs) "$BUILD/bin/spk"; do
        for option in --help --version; do
            run -3 bash -c "'$program' $option >/dev/full"
            assert_regex "$output" "^spk[a-z-]*: <stdout>: write error"
        done
    done
}

@test "all programs: one letter means one thing, one name has one letter and one arity" {
    invocations | while read -r invocation; do
        $invocation --completion-helper | awk -F '\t' '$3 != "method" {
            print $1 "\t" ($2 ? $2 : "no letter") "\t" ($3 == "none" ? "bare" : "value") }'
    done | sort -u >registry
    # --labels names a file for spk-encode and asks spk-view for a table: wanted, and the only such name
    run -0 awk -F '\t' '
        $1 == "--labels" { next }
        $2 ~ /^-/ && letter[$2] && letter[$2] != $1 { print $2, "is", letter[$2], "and", $1 }
        name[$1] && name[$1] != $2 "\t" $3 { print $1, "is", name[$1], "and", $2, $3 }
        { if ($2 ~ /^-/) letter[$2] = $1; name[$1] = $2 "\t" $3 }' registry
    assert_output ""
}

@test "all programs: every option in --help is accepted, and every option has its help" {
    invocations | while read -r invocation; do
        $invocation --help=all | grep -oE '^ {2,6}(-., )?--(\[no-\])?[a-z0-9-]+' |
            sed 's/.*--\(\[no-\]\)\{0,1\}/--/' | sort >in-help
        $invocation --completion-helper | awk -F '\t' '$3 != "method" { print $1 }' | sort >in-table
        diff in-help in-table
        $invocation --completion-helper | tr '\t' '\037' | while IFS=$'\037' read -r name _ kind help; do
            [ "$kind" != method ] || continue
            [ -n "$help" ]
            case $kind in none) word=$name ;; *) word=$name=1 ;; esac
            run $invocation "$word" --help
            refute_output --partial "unknown option"
            refute_output --partial "takes no value"
        done
    done
}

# bats test_tags=san
@test "-o does not overwrite an input, by whatever name, without --force" {
    streams spikes 3 >s.spk
    cp s.spk same
    ln same link.spk
    ln -s same soft.spk
    for name in same link.spk soft.spk; do
        run -2 spk-cat -o "$name" same
        assert_output "spk-cat: $name: is an input of this command (--force overwrites it)"
        run -2 spk-view -o "$name" same
        assert_output "spk-view: $name: is an input of this command (--force overwrites it)"
    done
    cmp s.spk same
    printf '\0\0\10\1\0\0\0\1\5' >labels
    printf '\0\0\10\2\0\0\0\1\0\0\0\1\7' >images
    run -2 spk-encode poisson --labels labels -o labels images
    assert_output "spk-encode: labels: is an input of this command (--force overwrites it)"
    printf '1,2\n' >x.csv
    run -2 spk-encode poisson --full-scale 2 -o x.csv x.csv
    assert_output "spk-encode: x.csv: is an input of this command (--force overwrites it)"
    printf 'x\ty\n1\t2\n' >x.txt
    run -2 spk-plot curve -o x.txt x.txt
    assert_output "spk-plot: x.txt: is an input of this command (--force overwrites it)"
    spk-cat --force -o same same
    run -0 spk-info --verify same
}

# bats test_tags=san
@test "-o replaces a file by one of its kind only, without --force" {
    net=$ROOT/share/experiments/digits/network.json
    cp "$net" net.json
    streams spikes 3 >s.spk
    streams predictions 3 >p.spk
    zstd -dcq s.spk >plain.spk
    printf '\037\213data' >data.gz
    for command in "spk-score accuracy -q p.spk" "spk-info s.spk" "spk-info --replay s.spk" "spk-view s.spk" \
        "spk-plot raster --as text --population exc s.spk" "spk-simulate --estimate $net"; do
        program=${command%% *}
        run -2 $command -o net.json
        assert_output "$program: net.json: exists and is a network file, not text (--force overwrites it)"
        for stream in p.spk s.spk plain.spk; do
            cp "$stream" other
            run -2 $command -o other
            assert_output "$program: other: exists and is a spike stream, not text (--force overwrites it)"
        done
        run -2 $command -o data.gz
        assert_output "$program: data.gz: exists and is not text (--force overwrites it)"
        printf 'old\033[1mtext\n' >text
        $command -o text 2>/dev/null || [ $? = 4 ]
    done
    run -2 spk-simulate --check net.json -o text
    assert_output "spk-simulate: text: exists and is not a network file (--force overwrites it)"
    spk-simulate --check "$net" -o net.json
    run -2 spk-cat -o net.json s.spk
    assert_output "spk-cat: net.json: exists and is a network file, not a spike stream (--force overwrites it)"
    spk-info -o net.json --force s.spk
    assert_regex "$(head -1 net.json)" '^key.value$'
    : >empty
    spk-info -o empty s.spk
    spk-info -o empty s.spk
}
