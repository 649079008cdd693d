#!/usr/bin/env python3
"""Synaptic scaling of weights that learn nothing else: their sizes from the spikes of their targets alone.

    scaling.py NET.json PROJECTION SYNAPSES WEIGHT SPIKES.tsv LABELS.tsv

Each target of the projection has SYNAPSES of size WEIGHT at the start. SPIKES.tsv and LABELS.tsv (`--labels`) are
`spk-view` of what the network did; it does not rest between samples. Prints the weight of each target at the end, a
line each. A rate is computed from all spikes before a moment at once, not step by step."""

import csv
import json
import math
import sys


def rows(path):
    with open(path) as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def main(net, projection, synapses, weight, spikes, labels):
    net = json.load(open(net))
    spec, target = net["projections"][projection]["scaling"], projection.split("#")[0].split("->")[1]
    most = next(value for key, value in spec.items() if key.startswith("max_sum"))
    tau, goal, dt = spec["tau_ms"], spec["target_rate_Hz"], net["dt_ms"]
    fired = {}
    for row in rows(spikes):
        if row["population"] == target:
            fired.setdefault(int(row["unit"]), []).append(int(row["tick"]))
    begins = [int(row["tick"]) for row in rows(labels)]
    for unit in range(net["populations"][target]["size"]):
        w = weight
        for now in begins:
            rate = goal * math.exp(-now * dt / tau)
            rate += sum(1000 / tau * math.exp(-(now - 1 - t) * dt / tau) for t in fired.get(unit, []) if t < now)
            factor = 1 + spec["gain"] * max(1 - rate / goal, -1)
            if factor > 1:
                factor = max(1, min(factor, most / (synapses * w)))
            w *= factor
        print("%.12g" % w)


if __name__ == "__main__":
    if len(sys.argv) != 7:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), *sys.argv[5:])
