# networks.bats: the networks of the literature in share/networks: valid, of the size that is said, and alive.

load helper

NETWORKS=$ROOT/share/networks

@test "every network is valid, and loads to itself" {
    for net in "$NETWORKS"/*.json; do
        spk-simulate --check "$net" >once.json
        spk-simulate --check once.json | cmp once.json -
    done
}

@test "Brunel's network: its rate" {
    spk-simulate -q "$NETWORKS/brunel.json" --duration 300ms --set populations.E.size=2000 --set populations.I.size=500 \
        -o out.spk
    # NEST: 32.4 Hz for 2500 neurons
    rate=$(spk-info out.spk | awk -F '\t' '$1 == "population.E.spikes" { print $2 / 2000 / 0.3 }')
    awk -v r="$rate" 'BEGIN { exit !(r > 30 && r < 35) }'
}

@test "CUBA and COBA: their rates" {
    spk-simulate -q "$NETWORKS/cuba.json" --duration 1s -o cuba.spk
    spk-simulate -q "$NETWORKS/coba.json" --duration 1s -o coba.spk
    cuba=$(spk-info cuba.spk | awk -F '\t' '$1 == "population.E.spikes" { print $2 / 3200 }')
    coba=$(spk-info coba.spk | awk -F '\t' '$1 == "population.E.spikes" { print $2 / 3200 }')
    awk -v r="$cuba" 'BEGIN { exit !(r > 4.5 && r < 7) }'
    awk -v r="$coba" 'BEGIN { exit !(r > 19 && r < 24) }'
}

@test "a gap junction makes two neurons fire together, which do not without it" {
    apart() { # ms between their last spikes in a second
        spk-simulate -q --duration 1s "$@" "$NETWORKS/gap-junctions.json" | spk-view --kind spikes |
            awk 'NR > 1 { last[$5] = $3 } END { d = last[0] - last[1]; print d < 0 ? -d : d }'
    }
    run -0 apart
    assert_output 0
    run -0 apart --set 'projections.n->n.weight_nS=0'
    awk '{ exit !($1 > 10) }' <<<"$output"
}

@test "networks that learn run without input" {
    spk-train-stdp -q "$NETWORKS/song-abbott.json" --duration 1s -o song.spk
    spk-train-stdp -q "$NETWORKS/feed-forward.json" --duration 200ms -o ff.spk
    run -0 bash -c "spk-info song.spk | grep -c '^complete.yes'"
}

@test "the microcircuit: neurons and synapses at any scale" {
    "$NETWORKS/microcircuit" --drive dc >full.json
    run -0 bash -c "spk-simulate -q --estimate full.json | awk -F '\t' '\$1 == \"total\" { print \$4, \$5 }'"
    assert_output "77169 298880968"
    "$NETWORKS/microcircuit" --scale 0.05 --procedural | spk-simulate -q - --duration 20ms -o procedural.spk
    "$NETWORKS/microcircuit" --scale 0.05 | spk-simulate -q - --duration 20ms -o stored.spk
    spk-view procedural.spk | cmp - <(spk-view stored.spk)
}
