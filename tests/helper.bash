# helper.bash: what every bats file loads: the built programs on PATH, a scratch directory, and
# short ways to say what the tests mean.

bats_require_minimum_version 1.5.0
bats_load_library bats-support
bats_load_library bats-assert

ROOT=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
BUILD=${BUILD:-$ROOT/build}
case $BUILD in /*) ;; *) BUILD=$ROOT/$BUILD ;; esac
PATH=$BUILD/bin:$PATH
SPK_DATA=${SPK_DATA:-$ROOT/../shared/data}
DIGITS=$ROOT/share/datasets/digits
export PATH SPK_DATA DIGITS ROOT BUILD
export LC_ALL=C SPK_PROGRESS=none
unset SPK_THREADS
# The leak checker hangs when a signal reaches it; leaks are looked for by the unit tests.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
}

# Logical bytes of a stream, whatever its compression.
logical() {
    if [ "$(head -c 4 "$1" | od -An -tx1 | tr -d ' ')" = 28b52ffd ]; then zstd -dcq "$1"; else cat "$1"; fi
}

# assert_same_stream A B: equal logical bytes.
assert_same_stream() {
    cmp <(logical "$1") <(logical "$2")
}

# The number of samples of the cut stream FILE that are complete; the last one there may have gone on.
complete_samples() {
    echo $(($(spk-view --allow-truncated --labels "$1" | wc -l) - 2))
}

# assert_delivered N CUT WHOLE: CUT is not taken for whole, and is the beginning of WHOLE: its first N
# samples at least, with what belongs to them.
assert_delivered() {
    local kind last
    [ "$1" -gt 0 ]
    last=$(spk-view --labels "$3" | sed -n "$(($1 + 1))p" | cut -f 1)
    run -4 spk-view "$2"
    for kind in samples auto; do
        spk-view --allow-truncated --kind $kind "$2" >delivered
        cmp delivered <(spk-view --kind $kind "$3" | head -n "$(wc -l <delivered)")
        spk-view --allow-truncated --kind $kind --samples "0-$last" "$2" >delivered
        spk-view --kind $kind --samples "0-$last" "$3" | diff - delivered
        [ "$(wc -l <delivered)" -gt 1 ]
    done
}

# A stream of one kind, or its text: see tests/unit/streams.c.
streams() {
    "$BUILD/unit/streams" "$@"
}

# Skip the test unless the full data set SPK_DATA/NAME is there.
need_data() {
    [ -e "$SPK_DATA/$1" ] || skip "no $1 in SPK_DATA"
}

# Skip the test where script(1) cannot make a terminal (a chroot without /dev/pts).
need_terminal() {
    script -qec true /dev/null >/dev/null 2>&1 || skip "no terminal can be made"
}
