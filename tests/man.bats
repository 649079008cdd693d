# man.bats: every program has a page, and the pages are well formed and current.

load helper

@test "every program has a man page" {
    for program in "$BUILD"/bin/spk-*; do
        [ -e "$program" ] || continue
        [ -f "$ROOT/man/${program##*/}.1" ] || fail "no man page of ${program##*/}"
    done
}

@test "the OPTIONS are those of the programs (make docs)" {
    run -0 "$ROOT/scripts/man-options" --check "$BUILD/bin"
    assert_output ""
}

@test "stale OPTIONS are noticed and refreshed" {
    mkdir -p tree/scripts tree/man tree/bin
    cp "$ROOT/scripts/man-options" tree/scripts/
    cp "$BUILD/unit/frame" tree/bin/spk-frame
    sed 's/spk-NAME/spk-frame/' "$ROOT/man/TEMPLATE" >tree/man/spk-frame.1
    run -1 tree/scripts/man-options --check bin
    assert_output "man/spk-frame.1: OPTIONS are not those of spk-frame (make docs)"
    tree/scripts/man-options bin
    grep -qxF '.It Fl -max-rate Ar RATE' tree/man/spk-frame.1
    grep -qxF '.Sh SEE ALSO' tree/man/spk-frame.1
    run -0 tree/scripts/man-options --check bin
    mandoc -Tlint -Wwarning tree/man/spk-frame.1
}

@test "the tables of spk-network(5) are those of the models and rules (make docs)" {
    run -0 "$ROOT/scripts/man-network" --check "$BUILD/unit/network_tables"
    assert_output ""
}

@test "a stale, a missing and a foreign table of spk-network(5) are noticed" {
    mkdir -p tree/scripts tree/man
    cp "$ROOT/scripts/man-network" tree/scripts/
    sed 's/^threshold; default .*-55;/threshold; default 5;/' "$ROOT/man/spk-network.5" >tree/man/spk-network.5
    run -1 tree/scripts/man-network --check "$BUILD/unit/network_tables"
    assert_output "man/spk-network.5: its tables are not those of the programs (make docs)"
    tree/scripts/man-network "$BUILD/unit/network_tables"
    cmp tree/man/spk-network.5 "$ROOT/man/spk-network.5"
    sed -i 's/model poisson_input: written/model poison_input: written/' tree/man/spk-network.5
    run -1 tree/scripts/man-network --check "$BUILD/unit/network_tables"
    assert_line "man/spk-network.5: there is no model poison_input"
    assert_line "man/spk-network.5: nothing about model poisson_input"
}

@test "mandoc finds nothing to warn about" {
    command -v mandoc >/dev/null || skip "no mandoc"
    run -0 mandoc -Tlint -Wwarning "$ROOT"/man/*.[1-9]
    assert_output ""
}

@test "the sections stand in their order" {
    for page in "$ROOT"/man/*.1; do
        [ -e "$page" ] || continue
        run -0 awk '
            BEGIN {
                n = split("NAME,SYNOPSIS,DESCRIPTION,OPTIONS,CONFIGURATION,OUTPUT,ENVIRONMENT,FILES," \
                          "EXIT STATUS,EXAMPLES,DIAGNOSTICS,SEE ALSO,STANDARDS,HISTORY,CAVEATS", name, ",")
                for (i = 1; i <= n; i++) place[name[i]] = i
            }
            /^\.Sh / {
                section = substr($0, 5)
                if (!place[section] || place[section] < last) print FILENAME ": " section
                last = place[section]
                seen[section] = 1
            }
            END {
                split("NAME,SYNOPSIS,DESCRIPTION,OPTIONS,EXIT STATUS,EXAMPLES,SEE ALSO", must, ",")
                for (i in must) if (!seen[must[i]]) print FILENAME ": no " must[i]
            }' "$page"
        assert_output ""
    done
}
