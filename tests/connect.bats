# connect.bats: what a network file names beside itself (edges, values of units, positions), and
# connections by distance, as the programs take them.
# bats file_tags=san

load helper

# net FILE POPULATIONS PROJECTIONS RECORD: a network file of 0.5 ms steps.
net() {
    printf '{"format": "spikepipe-network", "version": 1, "dt_ms": 0.5,\n "populations": {%s},\n "projections": {%s},\n "record": {%s}}\n' \
        "$2" "$3" "$4" >"$1"
}

# Six units that fire by themselves at times of their own, onto four with conductances.
ENDS='"in": {"size": 6, "model": "iaf_psc_delta", "params": {"I_e_pA": {"list": [600, 700, 800, 900, 1000, 1100]}}},
  "out": {"size": 4, "model": "iaf_cond_exp"}'
RECORD='"in": "spikes", "out": {"variables": ["g_ex", "g_in"], "interval_ms": 0.5}'

# seen FILE.json: everything that is recorded of 60 ms.
seen() {
    spk-simulate "$1" --duration 60ms | spk-view --kind spikes >"$1.tsv"
    spk-simulate "$1" --duration 60ms | spk-view --kind traces >>"$1.tsv"
    cat "$1.tsv"
}

edges() {
    net net.json "$ENDS" "\"in->out\": {\"connect\": {\"rule\": \"edges\", \"file\": \"$1\"}${2-}}" "$RECORD"
}

# A table of eight edges, with a pair that is there twice, in no order.
table() {
    printf 'source,target,weight,delay_ms\n5,0,1.5,1\n0,3,-2,0.5\n2,1,0.25,2.5\n0,3,4,0.5\n1,1,3,0\n0,0,1,1.0\n4,2,2e-1,3.5\n3,3,7,10\n'
}

@test "edges: the same network whatever the order of the lines, the names of the columns, the separator" {
    table >e.csv
    edges e.csv
    seen net.json >want
    [ "$(grep -c . want)" -gt 400 ]
    cut -f 5- want | grep -q '[^0]'
    table | { IFS= read -r head; echo "$head"; sort -r; } >e.csv
    seen net.json | cmp - want
    table | sed '1s/.*/pre,post,weight_nS,delay_ms/' | tr , '\t' >e.csv
    seen net.json | cmp - want
    table | sed '1s/.*/src,dst,weight,delay_ms/; s/^\([0-9]\),\([^,]*\),\(.*\)/"\2","\1",x,\3/; s/^src,dst/dst,src,note/' >e.csv
    seen net.json | cmp - want
    table | gzip >e.csv
    seen net.json | cmp - want
    table | sed '$d' >e.csv
    run -1 cmp -s <(seen net.json) want
}

@test "edges: one_to_one, all_to_all and their lists are the same networks" {
    for rule in one_to_one all_to_all; do
        net rule.json "${ENDS/\"size\": 4/\"size\": 6}" \
            "\"in->out\": {\"connect\": {\"rule\": \"$rule\"}, \"weight_nS\": 0.7, \"delay_ms\": 1.5}" "$RECORD"
        seen rule.json >want
        awk -v rule=$rule 'BEGIN { print "source,target"
            for (i = 0; i < 6; i++) for (j = 0; j < 6; j++) if (i == j || rule == "all_to_all") print i "," j }' >e.csv
        net net.json "${ENDS/\"size\": 4/\"size\": 6}" \
            '"in->out": {"connect": {"rule": "edges", "file": "e.csv"}, "weight_nS": 0.7, "delay_ms": 1.5}' "$RECORD"
        seen net.json | cmp - want
        run -0 spk-simulate net.json --estimate
        assert_line --regexp "^projection	in->out	sparse		$(($(wc -l <e.csv) - 1))	"
    done
}

@test "edges of a weight stream, sparse and dense, are those of a table" {
    printf 'source,target,weight\n0,1,1.5\n0,3,2.5\n2,0,0.25\n5,3,8\n' >e.csv
    edges e.csv ', "delay_ms": 1'
    seen net.json >want
    for type in f32 f64; do
        "$BUILD/unit/compose" >w.spk <<END
tick 1/2000
weights x->y 1 1 f32
weights a->b 6 4 $type sparse
begin
snapshot 1
row 1 0 9
row 2 0 0 9 1 9
row 2 1
row 2 2
row 2 3
row 2 4 1 9
row 2 5
snapshot 2
row 1 0 9
row 2 0 1 1.5 3 2.5
row 2 1
row 2 2 0 0.25
row 2 3
row 2 4
row 2 5 3 8
end 0
END
        edges w.spk ', "delay_ms": 1'
        sed -i 's/"w.spk"/"w.spk", "array": "a->b"/' net.json
        seen net.json | cmp - want
    done
    {
        printf 'tick 1/2000\nweights a->b 6 4 f32\nbegin\nsnapshot 1\n'
        printf 'row 1 %s\n' "0 0 1.5 0 2.5" "1 0 0 0 0" "2 0.25 0 0 0" "3 0 0 0 0" "4 0 0 0 0" "5 0 0 0 8"
        echo end 0
    } | "$BUILD/unit/compose" >w.spk
    seen net.json | cmp - want
    run -2 spk-simulate net.json --check --set 'projections.in->out.connect.array=b->a'
    assert_output 'spk-simulate: net.json: projections.in->out.connect.array: w.spk has no weights of "b->a"'
    run -2 spk-simulate net.json --check --set populations.out.size=5
    assert_output --partial "projections.in->out.connect.array: the array is 6 x 4, but in has 6 units and out 5"
    run -2 spk-simulate net.json --check --set populations.out.model=iaf_psc_delta
    assert_output --partial "the array is in \"nS\", but out takes \"mV\""
    head -c 100 w.spk >cut.spk
    run -4 spk-simulate net.json --check --set 'projections.in->out.connect.file=cut.spk'
    assert_output --partial cut.spk
}

@test "relative names are taken from the network file's folder, or where it is read from stdin from here" {
    mkdir -p a/b
    table >a/b/e.csv
    edges e.csv
    mv net.json a/b/net.json
    spk-simulate a/b/net.json --check >want
    (cd a && spk-simulate b/net.json --check) | cmp - want
    (cd a/b && spk-simulate - --check <net.json) | cmp - want
    run -2 spk-simulate - --check <a/b/net.json
    assert_output --partial 'projections.in->out.connect.file: cannot open e.csv: No such file or directory'
    sed "s,e.csv,$PWD/a/b/e.csv," a/b/net.json >here.json
    spk-simulate here.json --check | sed "s,$PWD/a/b/,," | cmp - want
}

@test "--check prints files with the digests of what they hold; other contents are another network" {
    table >e.csv
    printf 'unit,I\n%s\n' "$(printf '%d,%d\n' 0 600 1 700 2 800 3 900 4 1000 5 1100)" >in.csv
    edges e.csv
    sed -i 's/{"list": \[.*1100\]}/{"file": "in.csv", "column": "I"}/' net.json
    spk-simulate net.json --check >expanded.json
    grep -q '"file": "e.csv"' expanded.json
    spk-simulate expanded.json --check | cmp - expanded.json
    seen net.json >want
    seen expanded.json | cmp - want
    sed -i 's/2e-1/2e-2/' e.csv
    run -2 spk-simulate expanded.json --check
    assert_output --regexp 'projections.in->out.connect.digest: e.csv has changed: the digest of what is read from it is [0-9a-f]{32}$'
    run -1 cmp -s <(spk-simulate net.json --check) expanded.json
    table | sed 's/2e-1/0.2/' >e.csv
    spk-simulate expanded.json --check | cmp - expanded.json
    sed -i 's/1100/1101/' in.csv
    run -2 spk-simulate expanded.json --check
    assert_output --regexp 'populations.in.params.I_e_pA.digest: in.csv has changed: '
}

@test "the history of a stream knows each file that was read" {
    table >e.csv
    printf 'I\n600\n700\n800\n900\n1000\n1100\n' >in.csv
    edges e.csv
    sed -i 's/{"list": \[.*1100\]}/{"file": "in.csv", "column": "I"}/' net.json
    spk-simulate net.json --duration 60ms -o out.spk
    spk-info --replay out.spk >again
    for file in net.json in.csv e.csv; do
        grep -Fqx "spk-info --checksum $(xxh128sum $file | cut -d ' ' -f 1) -- $file" again
    done
    cp out.spk want.spk
    rm out.spk
    sh -e ./again >out.spk
    assert_same_stream want.spk out.spk
    run -2 spk-simulate net.json --duration 60ms -o e.csv
    table | cmp - e.csv
}

# wrong LINE MESSAGE: an edge table that ends in the line is refused.
wrong() {
    { table; echo "$1"; } >e.csv
    run -2 spk-simulate net.json --check
    assert_output "spk-simulate: e.csv:10: $2"
}

@test "mistakes in edges name the file and the line" {
    edges e.csv
    wrong 6,0,1,1 "in has the units 0 to 5, not 6"
    wrong 0,4,1,1 "out has the units 0 to 3, not 4"
    wrong -1,0,1,1 '"-1" is not the number of a unit'
    wrong 1.0,0,1,1 '"1.0" is not the number of a unit'
    wrong 99999999999999999999,0,1,1 '"99999999999999999999" is not the number of a unit'
    wrong 1,0,nan,1 '"nan" is not a number'
    wrong 1,0,,1 '"" is not a number'
    wrong 1,0,0x10,1 '"0x10" is not a number'
    wrong 1,0,1e999,1 '1e999 is too large'
    wrong 1,0,1,0.75 '0.75 ms is not a whole number of steps (dt_ms: 0.5)'
    wrong 1,0,1,-0.5 'a delay of -0.5 ms is out of range (0 to 1048576 steps)'
    wrong 1,0,1 '3 cells, but the first line names 4 columns'
    table >e.csv
    run -2 spk-simulate net.json --check --set 'projections.in->out.weight_nS=1'
    assert_output --partial 'projections.in->out.weight_nS: e.csv has the weights'
    run -2 spk-simulate net.json --check --set 'projections.in->out.delay_ms=1'
    assert_output --partial 'projections.in->out.delay_ms: e.csv has the delays'
    run -2 spk-simulate net.json --check --set 'projections.in->out.storage=procedural'
    assert_output --partial 'projections.in->out.storage: edges are stored, never procedural'
    table | sed '1s/weight/weight_mV/' >e.csv
    run -2 spk-simulate net.json --check
    assert_output 'spk-simulate: e.csv:1: out takes weight_nS, not weight_mV'
    table | sed '1s/target/to/' >e.csv
    run -2 spk-simulate net.json --check
    assert_output 'spk-simulate: e.csv:1: there is no column "target" (known: source, to, weight, delay_ms)'
    table | sed '1s/weight/src/' >e.csv
    run -2 spk-simulate net.json --check
    assert_output 'spk-simulate: e.csv:1: both "source" and "src" are columns; one is expected'
    for column in source target weight delay_ms; do
        table | awk -F , -v OFS=, -v name=$column 'NR == 1 { $5 = name } NR > 1 { $5 = 0 } 1' >e.csv
        run -2 spk-simulate net.json --check
        assert_output "spk-simulate: e.csv:1: two columns are called \"$column\""
    done
    table | cut -d , -f 1,2 >e.csv
    run -2 spk-simulate net.json --check
    assert_output --partial 'projections.in->out: "weight_nS" is missing'
    : >e.csv
    run -2 spk-simulate net.json --check
    assert_output 'spk-simulate: e.csv: empty; a line with the names of its columns is expected'
    printf 'source,target\n0,0\n"1"x,0\n' >e.csv
    run -2 spk-simulate net.json --check
    assert_output --partial 'e.csv:3: '
}

@test "values of units from a list, a table in order, a table in any order: one network" {
    net list.json "$ENDS" "" "$RECORD"
    spk-simulate list.json --duration 60ms | spk-view >want
    [ "$(wc -l <want)" -gt 10 ]
    printf 'a,I\n0,600\n0,700\n0,800\n0,900\n0,1e3\n0,1100\n' >in.csv
    sed 's/{"list": \[.*1100\]}/{"file": "in.csv", "column": "I"}/' list.json >file.json
    spk-simulate file.json --duration 60ms | spk-view | cmp - want
    printf 'I\tunit\n1000\t4\n600\t0\n900\t3\n700\t1\n1100\t5\n800\t2\n' >in.csv
    spk-simulate file.json --duration 60ms | spk-view | cmp - want
    printf 'I\tunit\n1000\t4\n600\t0\n900\t3\n700\t4\n1100\t5\n800\t2\n' >in.csv
    run -2 spk-simulate file.json --check
    assert_output 'spk-simulate: in.csv:5: unit 4 stands on line 2 already'
    printf 'I\n1\n2\n3\n4\n5\n' >in.csv
    run -2 spk-simulate file.json --check
    assert_output 'spk-simulate: in.csv: no row for unit 5 of in, which has 6 units'
    printf 'I\n1\n2\n3\n4\n5\n6\n7\n' >in.csv
    run -2 spk-simulate file.json --check
    assert_output 'spk-simulate: in.csv:8: more rows than in has units (6)'
    printf 'I\n1\n2\n3\n4e11\n5\n6\n' >in.csv
    run -2 spk-simulate file.json --check
    assert_output 'spk-simulate: in.csv:5: I: 4e+11 is out of range (-1000000000 to 1000000000)'
    run -2 spk-simulate file.json --check --set populations.in.params.I_e_pA.column=J
    assert_output 'spk-simulate: in.csv:1: there is no column "J" (known: I)'
}

@test "--check keeps a table behind tau_m_ms, however long, and what it prints is the same network" {
    awk 'BEGIN { print "tau"; for (i = 0; i < 100000; i++) print 10 + i / 7000 }' >tau.csv
    net net.json '"in": {"size": 100000, "model": "iaf_cond_exp", "params": {"g_L_nS": 3, "I_e_pA": 600,
        "tau_m_ms": {"file": "tau.csv", "column": "tau"}}}' '' '"in": "spikes"'
    spk-simulate net.json --check >checked.json
    [ "$(wc -c <checked.json)" -lt 2000 ]
    grep -F '"tau_m_ms": {"file": "tau.csv", "column": "tau", "digest": "' checked.json
    ! grep C_m_pF checked.json || false
    spk-simulate checked.json --check | cmp - checked.json
    spk-simulate net.json --duration 40ms | spk-view >want
    [ "$(wc -l <want)" -gt 1000 ]
    spk-simulate checked.json --duration 40ms | spk-view | cmp - want
    sed -i '$s/$/1/' tau.csv
    run -2 spk-simulate checked.json --check
    assert_output --partial 'tau_m_ms.digest: tau.csv has changed'
}

PLACED='"in": {"size": 6, "model": "iaf_psc_delta", "params": {"I_e_pA": {"list": [600, 700, 800, 900, 1000, 1100]}},
   "position": {"list": [[0, 0], [1, 0], [2, 0], [0, 1], [1, 1], [2, 1]]}},
  "out": {"size": 4, "model": "iaf_cond_exp", "position": {"grid": [2, 2], "extent": [4, 2], "center": [2, 1]}}'

@test "positions: weights and delays by distance are those of a table; a list is its table" {
    # targets at (1, 1.5), (3, 1.5), (1, 0.5), (3, 0.5)
    net net.json "$PLACED" '"in->out": {"connect": {"rule": "pairwise_bernoulli", "p": 1,
      "mask": {"circular": {"radius": 1.2}}}, "weight_type": "f64",
      "weight_nS": {"distance": {"linear": [3, -1]}}, "delay_ms": {"distance": {"linear": [0.5, 2]}}}' "$RECORD"
    seen net.json >want
    awk 'BEGIN { print "source,target,weight,delay_ms"
        for (i = 0; i < 6; i++) for (j = 0; j < 4; j++) {
            x = (j % 2 ? 3 : 1) - i % 3; y = (j < 2 ? 1.5 : 0.5) - int(i / 3); d = sqrt(x * x + y * y)
            if (d <= 1.2) printf "%d,%d,%.17g,%.1f\n", i, j, 3 - d, int((0.5 + 2 * d) / 0.5 + 0.5) * 0.5 } }' >e.csv
    [ "$(wc -l <e.csv)" -eq 13 ]
    edges e.csv ', "weight_type": "f64"'
    seen net.json | cmp - want
    net net.json "$PLACED" '"in->out": {"connect": {"rule": "pairwise_bernoulli", "p": 1,
      "mask": {"circular": {"radius": 1.2}}}, "weight_type": "f64",
      "weight_nS": {"distance": {"linear": [3, -1]}}, "delay_ms": {"distance": {"linear": [0.5, 2]}}}' "$RECORD"
    printf 'y,x\n0,0\n0,1\n0,2\n1,0\n1,1\n1,2\n' >at.csv
    sed -i 's/{"list": \[\[.*\]\]}/{"file": "at.csv", "columns": ["x", "y"]}/' net.json
    seen net.json | cmp - want
    spk-simulate net.json --check >expanded.json
    spk-simulate expanded.json --check | cmp - expanded.json
    sed -i 's/1,2$/1,2e9/' at.csv
    run -2 spk-simulate net.json --check
    assert_output 'spk-simulate: at.csv:7: 2000000000 is out of range (-1000000000 to 1000000000)'
}

@test "connections by distance, and edges: the same bytes for any number of threads, every instruction set" {
    net net.json '"a": {"position": {"grid": [30, 40], "extent": [4, 3], "periodic": true}, "model": "iaf_psc_delta",
       "params": {"V_m_mV": {"uniform": [-70, -55]}, "I_e_pA": 500}},
      "b": {"size": 900, "position": {"uniform": {"extent": [4, 3]}, "periodic": true}, "model": "iaf_psc_delta"}' \
      '"a->b": {"connect": {"rule": "pairwise_bernoulli", "p": {"distance": {"gaussian": [0.8, 0, 0.3]}}},
        "weight_mV": {"distance": {"exponential": [2, 0.5]}}, "delay_ms": {"distance": {"linear": [0.5, 3]}}},
       "b->a": {"connect": {"rule": "edges", "file": "e.csv"}, "weight_mV": {"normal": [0.1, 0.5]}, "delay_ms": 1}' \
      '"a": "spikes", "b": "spikes"'
    awk 'BEGIN { print "source,target"; for (i = 0; i < 20000; i++) print i * 7919 % 900 "," i * 104729 % 1200 }' >e.csv
    spk-simulate net.json --duration 50ms -j 1 -o want.spk
    [ "$(spk-view want.spk | grep -c '	b	')" -gt 500 ]
    for threads in 2 3; do
        spk-simulate net.json --duration 50ms -j $threads -o got.spk --force
        assert_same_stream want.spk got.spk
    done
    for simd in sse2 avx2; do
        SPK_SIMD=$simd spk-simulate net.json --duration 50ms -o got.spk --force
        assert_same_stream want.spk got.spk
    done
    spk-simulate net.json --duration 50ms --seed 2 -o got.spk --force
    run -1 cmp -s <(spk-view got.spk) <(spk-view want.spk)
}

@test "the example of spk-network(5) that names tables is valid" {
    awk '/^\.Sh EXAMPLES/ { examples = 1 }
         examples && /^\.Ed/ { block++; literal = 0 }
         literal && block == 1 { print >"example.json" }
         literal && block == 2 { print >"edges.csv" }
         examples && /^\.Bd -literal/ { literal = 1 }' "$ROOT/man/spk-network.5"
    awk 'BEGIN { print "rate"; for (i = 0; i < 100; i++) print i }' >cells.csv
    awk 'BEGIN { for (i = 1; i < 100; i++) print i ",820,12.5,1.5" }' >>edges.csv
    run -0 spk-simulate example.json --estimate
    assert_line --regexp $'^projection\tcells->sheet\tsparse\t\t100\t'
    spk-simulate example.json --duration 100ms | spk-view --kind spikes >spikes.tsv
    grep -q '	820$' spikes.tsv
}

@test "networks of a hundred neurons fire as NEST's do, spike by spike" {
    reference=$SPK_DATA/../reference/simulate
    [ -e "$reference/net100_iaf_psc_delta" ] || skip "no reference/simulate beside SPK_DATA"
    PYTHONDONTWRITEBYTECODE=1 run -0 "$ROOT/tests/nest/networks.py" "$reference"
    assert_line "$(printf 'net100_iaf_psc_delta\tspikes\t1965\t0\t0')"
    # the others as soon as their models and rules are offered
    refute_line --regexp '^[^	]*	spikes	[0-9]+	[1-9]'
}
