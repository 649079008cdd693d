#!/usr/bin/python3
"""plastic.py: the learning rules that are NEST's against the weights that NEST sent.

    python3 tests/nest/plastic.py REFERENCE [CASE ...]

REFERENCE has one folder for each case: params.json, pre_spikes.csv, post_spikes.csv and weights_nest.csv
(weight sent with each presynaptic spike), or window_nest.csv. Prints TSV: case, what was compared, how many
numbers, how many differ by more than 1e-9 of the value, and the largest relative difference. The programs
are those on PATH, or in $BUILD/bin.

Spikes at given times: every step is a sample of its own, in which an input unit fires for certain or not
at all. Input unit i makes post unit i fire one step later, by a weight far above the threshold, so that post
unit 1 stands in for NEST's parrot neuron. Of the all-to-all plastic projection, the synapse from input 0 to
post 1 is the one that is looked at, in the snapshot after each step with a presynaptic spike. A step k has
NEST's time (k + 1) dt."""

import csv
import json
import os
import subprocess
import sys
import tempfile

CASES = [
    "stdp_additive", "stdp_additive_delay2.5", "stdp_clip", "stdp_multiplicative", "stdp_nn_pre_centered",
    "stdp_nn_symm", "stdp_pl_hom", "stdp_triplet", "stdp_triplet_strong", "stdp_vanrossum", "stdp_window",
    "vogels_sprekeler",
]
TOLERANCE = 1e-9
# NEST's synapse models and names of parameters, and ours.
RULES = {
    "stdp_synapse": ("stdp", {"pairing": "all_to_all"}),
    "stdp_nn_symm_synapse": ("stdp", {"pairing": "nearest_symmetric"}),
    "stdp_nn_restr_synapse": ("stdp", {"pairing": "nearest_restricted"}),
    "stdp_nn_pre_centered_synapse": ("stdp", {"pairing": "nearest_pre_centered"}),
    "stdp_pl_synapse_hom": ("stdp_pl", {}),
    "stdp_triplet_synapse": ("stdp_triplet", {}),
    "vogels_sprekeler_synapse": ("vogels_sprekeler", {}),
}
TIMES = ("tau_plus", "tau_minus", "tau_plus_triplet", "tau_minus_triplet", "tau")


def plasticity(params):
    rule, more = RULES[params["synapse_model"]]
    synapse = params.get("synapse") or {
        k: params[k] for k in ("tau_plus", "alpha", "mu_plus", "mu_minus", "Wmax", "lambda")}
    out = {"rule": rule, **more}
    out["tau_minus_ms"] = params.get("tau_minus_ms", params.get("tau_minus"))
    for key, value in list(synapse.items()) + list(params.get("post", {}).items()):
        out[key + "_ms" if key in TIMES else key] = value
    return out


def network(params, dt, units):
    return {
        "format": "spikepipe-network", "version": 1, "dt_ms": dt,
        "populations": {
            "in": {"size": units, "model": "poisson_input"},
            "post": {"size": units, "model": "iaf_psc_delta",
                     "params": {"V_th_mV": 1e5, "t_ref_ms": 0, "tau_m_ms": 1e-3}},
        },
        "projections": {
            "in->post": {"connect": {"rule": "one_to_one"}, "weight_mV": 1e6, "delay_ms": dt},
            "in->post#plastic": {
                "connect": {"rule": "all_to_all"}, "weight_mV": params["initial_weight"],
                "weight_type": "f64", "delay_ms": params["delay_ms"], "plasticity": plasticity(params)},
        },
    }


def program(name):
    build = os.environ.get("BUILD")
    path = os.path.join(os.path.abspath(build), "bin", name) if build else name
    return path if os.path.exists(path) else name


def train(net, fires, steps, every):
    """Present `steps` steps; fires[i] are the stamps of unit i's spikes. {snapshot: {(row, col): weight}},
    one snapshot after each `every` steps, and at the end."""
    units = net["populations"]["in"]["size"]
    with tempfile.TemporaryDirectory() as scratch:
        file = {k: os.path.join(scratch, k) for k in ("net.json", "in.csv", "in.spk", "out.spk")}
        with open(file["net.json"], "w") as f:
            json.dump(net, f)
        lines = [["0"] * units for _ in range(steps)]
        for unit, stamps in enumerate(fires):
            for stamp in stamps:
                lines[stamp - 1][unit] = "1"
        with open(file["in.csv"], "w") as f:
            f.write(",".join("u%d" % i for i in range(units)) + "\n")
            f.writelines(",".join(line) + "\n" for line in lines)
        dt = "%gms" % net["dt_ms"]
        subprocess.run([program("spk-encode"), "frames", "--header", "yes", "--full-scale", "1",
                        "--max-rate", "%gHz" % (2000 / net["dt_ms"]), "--duration", dt, "--tick", dt,
                        "-o", file["in.spk"], file["in.csv"]], check=True)
        subprocess.run([program("spk-train-stdp"), "--snapshot-every", str(every), "-o", file["out.spk"],
                        file["net.json"], file["in.spk"]], check=True)
        text = subprocess.run([program("spk-view"), file["out.spk"]], check=True, capture_output=True,
                              text=True).stdout
    found = {}
    for row in csv.DictReader(text.splitlines(), delimiter="\t"):
        at = int(row["row"]), int(row["col"])
        found.setdefault(int(row["samples"]), {})[at] = float(row["value"])
    return found


def column(path, name):
    with open(path) as f:
        return [float(row[name]) for row in csv.DictReader(f)]


def compare(case, what, pairs):
    worst = max(abs(found - expected) / max(abs(expected), 1e-300) if found != expected else 0
                for found, expected in pairs)
    wrong = sum(abs(found - expected) > TOLERANCE * abs(expected) for found, expected in pairs)
    return case, what, len(pairs), wrong, worst


def protocol(case, folder):
    params = json.load(open(os.path.join(folder, "params.json")))
    dt = params["dt_ms"]
    stamps = [[round(t / dt) for t in column(os.path.join(folder, name), "t_ms")]
              for name in ("pre_spikes.csv", "post_spikes.csv")]
    steps = max(map(max, stamps)) + 1
    found = train(network(params, dt, 2), [stamps[0], [s - 1 for s in stamps[1]]], steps, 1)
    with open(os.path.join(folder, "weights_nest.csv")) as f:
        expected = [(round(float(r["pre_spike_t_ms"]) / dt), float(r["weight_sent"]))
                    for r in csv.DictReader(f)]
    return compare(case, "weight sent", [(found[stamp][0, 1], w) for stamp, w in expected])


def window(case, folder):
    params = json.load(open(os.path.join(folder, "params.json")))
    dt, first, second = 0.1, 1010, 14010
    with open(os.path.join(folder, "window_nest.csv")) as f:
        expected = [[float(x) for x in row] for row in list(csv.reader(f))[1:]]
    fires = []
    for row in expected:
        fires += [[first, second], [first + round(row[0] / dt) - 1]]
    found = train(network(params, dt, len(fires)), fires, second + 1, second - 10)
    after = sorted(found)
    pairs = []
    for i, row in enumerate(expected):
        pairs.append((found[after[0]][2 * i, 2 * i + 1], row[1]))
        pairs.append((found[after[-1]][2 * i, 2 * i + 1], row[2]))
    return compare(case, "weight after each pre spike", pairs)


def rows(reference, cases=CASES):
    """(case, what, compared, mismatches, worst) of each case."""
    for case in cases:
        folder = os.path.join(reference, case)
        yield window(case, folder) if case == "stdp_window" else protocol(case, folder)


def main(argv):
    if len(argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    failed = 0
    print("case\twhat\tcompared\tmismatches\tworst")
    for row in rows(argv[1], argv[2:] or CASES):
        print("%s\t%s\t%d\t%d\t%.2g" % row, flush=True)
        failed += row[3] > 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
