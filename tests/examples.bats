# examples.bats: what the EXAMPLES of the man pages show is what happens.

load helper

@test "the examples of every man page print what the page says" {
    for page in "$ROOT"/man/*.[1-9]; do
        run "$ROOT/scripts/run-examples" "$page"
        assert_success
    done
}

# A page whose examples have no "$ " passes the test above without having been tried.
@test "every page of a program has an example that is run" {
    local untried=()
    for page in "$ROOT"/man/spk-*.1; do
        sed -n '/^\.Sh EXAMPLES/,/^\.Sh [^E]/p' "$page" | grep -q '^\$ ' || untried+=("${page##*/}")
    done
    assert_equal "${untried[*]}" ""
}

# page LINE...: a page with these lines as its examples.
page() {
    { printf '.Sh EXAMPLES\n.Bd -literal\n' && printf '%s\n' "$@" && printf '.Ed\n'; } >page.1
}

@test "an example that prints something else, or fails, is noticed" {
    page '$ echo right' wrong
    run -1 "$ROOT/scripts/run-examples" page.1
    assert_line '    printed:  right'
    page '$ echo unexpected'
    run -1 "$ROOT/scripts/run-examples" page.1
    page '$ true' missing
    run -1 "$ROOT/scripts/run-examples" page.1
    page '$ false'
    run -1 "$ROOT/scripts/run-examples" page.1
    page '$ printf "one\ntwo\n"' one ... three
    run -1 "$ROOT/scripts/run-examples" page.1
}

@test "dots stand for any text or lines; > continues a command" {
    page '$ echo 12.5 s; echo a; echo b' '... s' ... '' '$ for x in 1 2; do' '> echo $x*' '> done' '1*' '2*'
    run -0 "$ROOT/scripts/run-examples" page.1
    assert_output "page.1: 2 examples"
    page '$ ls' digits experiments
    run -0 "$ROOT/scripts/run-examples" page.1
}
