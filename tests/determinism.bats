# determinism.bats: the same bytes however a network is run: for any number of threads and parts, on
# every instruction set, with rows that are stored or drawn again, in one run or cut off and resumed.
# tests/long/matrix has the cases and settings; tests/run prints the table. tests/mpi.bats has the ranks,
# tests/long/compilers holds builds of several compilers against each other.
load helper

# equal CASE MORE: 10 settings of the case, and MORE, give the bytes of its plain run, and none others.
equal() {
    run -0 "$ROOT/tests/long/matrix" "$1"
    echo "$output"
    mkdir -p "$BUILD/tables/determinism"
    echo "$output" >"$BUILD/tables/determinism/$1.tsv"
    assert_equal "$(cut -f 3 <<<"$output" | sort -u | grep -cv '^-$')" 2 # "equal" and "yes"
    assert_equal "$(grep -c "^$1.*yes$" <<<"$output")" "$((10 + $2))"
}

# settings CASE [MORE]: where there is no AVX-512, it is left out.
settings() {
    equal "$1" $((${2:-0} - $(grep -qw avx512bw /proc/cpuinfo && echo 0 || echo 1)))
}

@test "all_but_self, not stored" { settings fixed; }
@test "stored synapses with a constant weight" { settings constant; }
@test "spikes that go into the state" { settings straight 1; }
@test "stored synapses with drawn weights and delays, or procedural ones" { settings drawn 1; }
@test "procedural synapses, or stored ones" { settings procedural 1; }
@test "short-term plasticity" { settings short-term; }
@test "gap junctions" { settings gap; }
@test "dense learning, adaptive thresholds" { settings dense; }
@test "dense learning with drawn delays" { settings delayed; }
@test "sparse learning" { settings plastic; }
@test "synapses listed by both sides, with kernels and a modulator" { settings indexed; }
@test "devices and parrots" { settings devices; }
@test "adaptive exponential neurons with conductances" { settings conductances; }
@test "samples, also several at once" { settings samples 1; }
@test "training: weights, snapshots and spikes" { settings trained; }

@test "training with a teacher" { settings taught; }

@test "the page shows every case and setting, all equal" {
    page=$ROOT/tests/long/README.md
    for name in $("$ROOT/tests/long/matrix" --list); do
        run -0 grep "^| $name |" "$page"
        refute_output --partial "| no |"
        assert_equal "$(tr -cd '|' <<<"$output" | wc -c)" 14
    done
}

# The cases are different runs, so that the tests above compare something.
@test "the cases differ" {
    "$ROOT/tests/long/matrix" --digests >digests
    assert_equal "$(cut -f 2 digests | sort -u | wc -l)" "$("$ROOT/tests/long/matrix" --list | wc -l)"
}
