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

# Skip the test unless the full data set SPK_DATA/NAME is there.
need_data() {
    [ -e "$SPK_DATA/$1" ] || skip "no $1 in SPK_DATA"
}

# Skip the test where script(1) cannot make a terminal (a chroot without /dev/pts).
need_terminal() {
    script -qec true /dev/null >/dev/null 2>&1 || skip "no terminal can be made"
}
