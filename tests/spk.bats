# spk.bats: the dispatcher, in a tree of its own with two programs of one line each.

load helper

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    mkdir -p bin libexec/spikepipe elsewhere
    cp "$BUILD/bin/spk" bin/
    make_program bin encode "Turn numbers into spikes"
    make_program libexec/spikepipe score "Score predictions"
    make_program elsewhere extra "Something else"
}

# make_program PLACE NAME SUMMARY: prints its arguments, knows --help.
make_program() {
    cat >"$1/spk-$2" <<END
#!/bin/sh
[ "\$1" != --help ] || { printf 'Usage: spk-$2 [FILE]\n$3\n'; exit 0; }
printf '$1/$2:'
printf ' [%s]' "\$@"
echo
[ "\$1" != fail ] || exit 4
END
    chmod +x "$1/spk-$2"
}

@test "spk NAME runs spk-NAME with its arguments and its exit code" {
    run -0 bin/spk encode "a b" '*' --help -- ''
    assert_output "bin/encode: [a b] [*] [--help] [--] []"
    run -4 bin/spk encode fail
}

@test "programs are found beside spk, in libexec, in PATH, in this order" {
    run -0 bin/spk score x
    assert_output "libexec/spikepipe/score: [x]"
    PATH=$PWD/elsewhere:$PATH run -0 bin/spk extra x
    assert_output "elsewhere/extra: [x]"
    make_program elsewhere encode "The wrong one"
    PATH=$PWD/elsewhere:$PATH run -0 bin/spk encode x
    assert_output "bin/encode: [x]"
}

@test "spk works through PATH and through a symbolic link" {
    mkdir links
    ln -s "$PWD/bin/spk" links/spk
    PATH=$PWD/links:$PATH run -0 spk score x
    assert_output "libexec/spikepipe/score: [x]"
}

@test "spk --help lists every program once with its summary" {
    make_program elsewhere encode "The wrong one"
    PATH=$PWD/elsewhere:$PATH run -0 bin/spk --help
    assert_line --regexp '^  encode +Turn numbers into spikes$'
    assert_line --regexp '^  score +Score predictions$'
    assert_line --regexp '^  extra +Something else$'
    refute_output --partial "The wrong one"
}

@test "spk --version agrees with the Makefile and the programs" {
    run -0 bin/spk --version
    assert_output "spk (Spikepipe) $(sed -n 's/^VERSION := //p' "$ROOT/Makefile")"
}

@test "an unknown name is one line with the nearest one, exit 2" {
    run -2 --separate-stderr bin/spk enocde x
    assert_output ""
    assert_equal "${stderr_lines[0]}" 'spk: unknown program "enocde" (did you mean "encode"?)'
    run -2 bin/spk zzzzzz
    assert_line 'spk: unknown program "zzzzzz"'
    run -2 bin/spk ../bin/spk-encode
    run -2 bin/spk --bogus
    assert_line "spk: unknown option --bogus"
    run -2 bin/spk
}
