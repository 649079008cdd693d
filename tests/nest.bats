# nest.bats: what NEST recorded, where it is.

load helper

REFERENCE=$SPK_DATA/../reference/simulate

@test "neurons, networks, learning and short-term plasticity agree with NEST, as the page says" {
    [ -e "$REFERENCE/README.md" ] || skip "no recorded cases beside SPK_DATA"
    "$ROOT/tests/nest/table" --check "$REFERENCE"
    mkdir -p "$BUILD/tables"
    sed -n '/^<!-- .*: written/,/^<!-- end/p' "$ROOT/tests/nest/README.md" >"$BUILD/tables/nest.md"
}
