#!/usr/bin/env python3
"""short_term.py: short-term plasticity against NEST, spike by spike.

    short_term.py REFERENCE     prints a table: case, what, compared, mismatches, worst

REFERENCE holds a folder for each case (tsodyks2_both, ...): params.json, the source's spikes, and what
NEST's synapse sent with each (weights_nest.csv) and its target received (psc_jumps_nest.csv). The same
source drives here a neuron that forgets its potential in one step, so that its V_m is what arrives: the
weight, to the last bit. A spike that arrives at another step, or differs by more than 1e-9 of itself, is
a mismatch. BUILD names the build directory (default: build)."""

import csv
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, os.environ.get("BUILD", "build"))
sys.path.insert(0, os.path.join(ROOT, "share", "python"))

import spk  # noqa: E402

CASES = [
    "tsodyks2_both", "tsodyks2_both_irregular", "tsodyks2_dep", "tsodyks2_dep_irregular",
    "tsodyks2_fac", "tsodyks2_fac_irregular", "tsodyks_both", "tsodyks_dep",
    "tsodyks_dep_irregular", "tsodyks_fac", "tsodyks_fac_irregular",
]
TOLERANCE = 1e-9
WITH_UNIT = {"tau_rec": "tau_rec_ms", "tau_fac": "tau_fac_ms", "tau_psc": "tau_psc_ms"}


def table(path):
    """[(time, value)]; value None where there is one column."""
    with open(path) as f:
        lines = list(csv.reader(f))[1:]
    return [(float(line[0]), float(line[1]) if len(line) > 1 else None) for line in lines]


def network(params):
    """The case as a network file."""
    short_term = {WITH_UNIT.get(key, key): value for key, value in params["synapse"].items()}
    short_term["model"] = params["synapse_model"].removesuffix("_synapse")
    neuron = {"tau_m_ms": 1e-6, "E_L_mV": 0, "V_m_mV": 0, "V_reset_mV": 0, "V_th_mV": 1e6}
    return {
        "format": "spikepipe-network", "version": 1, "dt_ms": params["dt_ms"],
        "populations": {
            "pre": {"size": 1, "model": "spike_input"},
            "post": {"size": 1, "model": "iaf_psc_delta", "params": neuron},
        },
        "projections": {"pre->post": {
            "connect": {"rule": "one_to_one"}, "weight_mV": params["weight"], "weight_type": "f64",
            "delay_ms": params["delay_ms"], "short_term": short_term}},
        "record": {"post": {"variables": ["V_m"]}},
    }


def simulate(params, ticks):
    """{tick: what arrives in it} after spikes of the source in `ticks`."""
    steps = ticks[-1] + round(params["delay_ms"] / params["dt_ms"]) + 2
    text = "tick %d/1000000\nspikes pre 1\nbegin\nsample 0 0 %d -1\n" % (
        round(params["dt_ms"] * 1000), steps)
    text += "".join("at 1 %d 0\n" % tick for tick in ticks) + "end %d\n" % steps
    with tempfile.TemporaryDirectory() as scratch:
        net, pre, out = (os.path.join(scratch, name) for name in ("net.json", "pre.spk", "out.spk"))
        with open(net, "w") as f:
            json.dump(network(params), f)
        with open(pre, "wb") as f:
            subprocess.run([os.path.join(BUILD, "unit", "compose")], input=text.encode(), stdout=f,
                           check=True)
        subprocess.run([os.path.join(BUILD, "bin", "spk-simulate"), "-q", "-o", out, net, pre],
                       check=True)
        arrived = {}
        with spk.open(out) as stream:
            for item in stream:
                if isinstance(item, spk.Trace):
                    for i, row in enumerate(item.rows):
                        arrived[item.t0 + i * item.period] = row[0]
    if len(arrived) != steps:
        sys.exit("%d steps were recorded, not %d" % (len(arrived), steps))
    return {tick: value for tick, value in arrived.items() if value != 0}


def compare(found, expected):
    """Both {tick: value}: (compared, mismatches, worst relative difference)."""
    mismatches, worst = len(set(found) ^ set(expected)), 0.0
    for tick in set(found) & set(expected):
        difference = abs(found[tick] / expected[tick] - 1)
        worst = max(worst, difference)
        mismatches += difference > TOLERANCE
    return len(expected), mismatches, worst


def rows(reference):
    """(case, what, compared, mismatches, worst) for each case and file."""
    for case in CASES:
        folder = os.path.join(reference, case)
        with open(os.path.join(folder, "params.json")) as f:
            params = json.load(f)

        def tick(ms, dt=params["dt_ms"]):
            """NEST's time of the step that ends then."""
            return round(ms / dt) - 1

        delay = params["delay_ms"]
        spikes = table(os.path.join(folder, "pre_spikes.csv"))
        found = simulate(params, [tick(t) for t, _ in spikes])
        sent = table(os.path.join(folder, "weights_nest.csv"))
        yield (case, "weights", *compare(found, {tick(t + delay): w for t, w in sent}))
        received = table(os.path.join(folder, "psc_jumps_nest.csv"))
        yield (case, "jumps", *compare(found, {tick(t): w for t, w in received}))


def main(reference):
    print("case", "what", "compared", "mismatches", "worst", sep="\t")
    bad = 0
    for case, what, compared, mismatches, worst in rows(reference):
        print(case, what, compared, mismatches, "%.2g" % worst, sep="\t")
        bad += mismatches
    return 1 if bad else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
