#!/usr/bin/python3
"""networks: small networks against the spikes that NEST found, tick by tick.

    networks.py REFERENCE

REFERENCE holds a folder a case: params.json, edges.csv, neurons.csv and spikes_nest.csv, as
its README says. Each case becomes a network file whose edges and values of units are read from
those very tables, and runs through spk-simulate, which is looked for in PATH. Prints a table: case,
what was compared, how many, how many of them differ, and by how much at most (ms between spikes of
one unit that have one number).

A spike that NEST finds at t is the tick t / dt - 1: the step that ends at t."""

import collections
import csv
import json
import os
import subprocess
import sys
import tempfile

UNITS = {"C_m": "pF", "g_L": "nS", "tau_m": "ms", "t_ref": "ms", "tau_syn_ex": "ms", "tau_syn_in": "ms",
         "E_L": "mV", "E_ex": "mV", "E_in": "mV", "V_reset": "mV", "V_th": "mV", "V_m": "mV"}
WEIGHTS = {"iaf_psc_delta": "mV", "iaf_psc_exp": "pA", "iaf_cond_exp": "nS"}
SOLVERS = {"iaf_cond_exp": "rkf45"}  # NEST's


# ---- running ------------------------------------------------------------------------------------


def simulate(net, folder, duration_ms, *options):
    """The spikes (tick, unit) of the population that is recorded."""
    path = os.path.join(folder, "net.json")
    with open(path, "w") as f:
        json.dump(net, f)
    done = subprocess.run(["spk-simulate", path, "--duration", f"{duration_ms:g}ms", "-o", path + ".spk", *options],
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    view = subprocess.run(["spk-view", path + ".spk"], capture_output=True, text=True, check=True)
    return [(int(r["tick"]), int(r["unit"])) for r in csv.DictReader(view.stdout.splitlines(), delimiter="\t")]


def nest_spikes(path, dt):
    with open(path) as f:
        return [(round(float(r["t_ms"]) / dt) - 1, int(r["neuron"])) for r in csv.DictReader(f)]


def compare(ours, nest, dt):
    """How many of NEST's spikes were compared, how many are in one list only, largest difference."""
    a, b = collections.Counter(ours), collections.Counter(nest)
    trains = collections.defaultdict(lambda: ([], []))
    for side, spikes in enumerate((ours, nest)):
        for tick, unit in sorted(spikes):
            trains[unit][side].append(tick)
    worst = max((abs(s - t) for own, other in trains.values() for s, t in zip(own, other)), default=0)
    return len(nest), sum(((a - b) + (b - a)).values()), worst * dt


# ---- networks -----------------------------------------------------------------------------------


def network(dt, populations, projections, record):
    return {"format": "spikepipe-network", "version": 1, "dt_ms": dt, "populations": populations,
            "projections": projections, "record": {record: "spikes"}}


def with_units(values):
    return {f"{key}_{UNITS[key]}": value for key, value in values.items() if key in UNITS}


def edges(path, **more):
    return {"connect": {"rule": "edges", "file": path}, "weight_type": "f64", **more}


def split_edges(path, folder, excitatory):
    """The edges among the first units, which learn, and the others: two files."""
    paths = [os.path.join(folder, name) for name in ("plastic.csv", "static.csv")]
    with open(path) as f, open(paths[0], "w") as plastic, open(paths[1], "w") as static:
        head = next(f)
        plastic.write(head)
        static.write(head)
        for line in f:
            source, target = (int(cell) for cell in line.split(",")[:2])
            (plastic if source < excitatory and target < excitatory else static).write(line)
    return paths


def plasticity(params):
    rule = params["plastic_EE"]
    return {"rule": "stdp", "tau_plus_ms": rule["tau_plus"], "tau_minus_ms": params["neuron"]["tau_minus"],
            "lambda": rule["lambda"], "alpha": rule["alpha"], "mu_plus": rule["mu_plus"],
            "mu_minus": rule["mu_minus"], "Wmax": rule["Wmax"]}


def random_network(case, folder):
    """net100_*: a hundred neurons, everything about them and their edges in tables."""
    with open(os.path.join(case, "params.json")) as f:
        params = json.load(f)
    model, dt = params["model"], params["dt_ms"]
    table = os.path.abspath(os.path.join(case, "neurons.csv"))
    path = os.path.abspath(os.path.join(case, "edges.csv"))
    neurons = {"size": params["N"], "model": model,
               "params": {**with_units(params["neuron"]),
                          "V_m_mV": {"file": table, "column": "V_m0"},
                          "I_e_pA": {"file": table, "column": "I_e"}}}
    if model in SOLVERS:
        neurons["solver"] = SOLVERS[model]
    projections, options = {"n->n": edges(path)}, []
    if params["plastic_EE"]:
        plastic, static = split_edges(path, folder, params["NE"])
        projections = {"n->n#plastic": edges(plastic, plasticity=plasticity(params)), "n->n#static": edges(static)}
        options = ["--plastic"]
    net = network(dt, {"n": neurons}, projections, "n")
    return simulate(net, folder, params["T_ms"], *options), dt


def ring(case, folder):
    """ring10: a spike goes round ten neurons. It is sent by a neuron that fires in the first step
    and never again, with a delay that lets it arrive when NEST's does, at 2 ms."""
    with open(os.path.join(case, "params.json")) as f:
        params = json.load(f)
    model, *values = params["neuron"].split()
    size, weight, dt = 10, 3500, params["dt_ms"]
    path = os.path.join(folder, "ring.csv")
    with open(path, "w") as f:
        f.write("source,target,weight,delay_ms\n")
        for i in range(size):
            f.write(f"{i},{(i + 1) % size},{weight},{(10 + 3 * i) / 10}\n")
    start = {"size": 1, "model": "iaf_psc_delta",
             "params": {"E_L_mV": -50, "V_m_mV": -50, "V_th_mV": -50, "V_reset_mV": -70, "t_ref_ms": 1e6}}
    neurons = {"size": size, "model": model,
               "params": with_units({key: float(value) for key, value in (v.split("=") for v in values)})}
    first = os.path.join(folder, "start.csv")
    with open(first, "w") as f:
        f.write(f"source,target,weight,delay_ms\n0,0,{weight},{round(2.0 - dt, 9)}\n")
    net = network(dt, {"start": start, "ring": neurons},
                  {"start->ring": edges(first), "ring->ring": edges(path)}, "ring")
    return simulate(net, folder, params["T_ms"]), dt


def final_weights(case, folder):
    """[(source, target, weight)] after the same run, as it trains; sources in order, of each by target and delay.
    It ends where NEST had delivered what had been fired: an interval of the smallest delay before the end."""
    with open(os.path.join(case, "params.json")) as f:
        duration_ms = json.load(f)["T_ms"]
    with open(os.path.join(case, "edges.csv")) as f:
        duration_ms -= min(float(r["delay_ms"]) for r in csv.DictReader(f))
    path = os.path.join(folder, "net.json")
    subprocess.run(["spk-train-stdp", path, "--duration", f"{duration_ms:g}ms", "-q", "-o", path + ".weights.spk"],
                   check=True)
    view = subprocess.run(["spk-view", path + ".weights.spk"], capture_output=True, text=True, check=True)
    return [(int(r["row"]), int(r["col"]), float(r["value"]))
            for r in csv.DictReader(view.stdout.splitlines(), delimiter="\t")]


def nest_weights(path):
    with open(path) as f:
        edges_of = [(int(r["src"]), int(r["dst"]), float(r["delay_ms"]), float(r["weight"])) for r in csv.DictReader(f)]
    return [(source, target, weight) for source, target, _, weight in sorted(edges_of)]


def compare_weights(ours, nest):
    worst = max(abs(a[2] - b[2]) / abs(b[2]) for a, b in zip(ours, nest))
    mismatches = abs(len(ours) - len(nest)) + sum(a[:2] != b[:2] or abs(a[2] - b[2]) > 1e-9 * abs(b[2])
                                                  for a, b in zip(ours, nest))
    return len(nest), mismatches, worst


CASES = [("net100_iaf_psc_delta", random_network), ("net100_iaf_psc_exp", random_network),
         ("net100_iaf_cond_exp", random_network), ("ring10", ring), ("net100_stdp", random_network)]


def rows(reference):
    """(case, what, compared, mismatches, worst) of each case that REFERENCE has."""
    for name, run in CASES:
        case = os.path.join(reference, name)
        if not os.path.isdir(case):
            continue
        with tempfile.TemporaryDirectory() as folder:
            ours, dt = run(case, folder)
            yield (name, "spikes", *compare(ours, nest_spikes(os.path.join(case, "spikes_nest.csv"), dt), dt))
            final = os.path.join(case, "final_weights_nest.csv")
            if os.path.exists(final):
                yield (name, "final weights", *compare_weights(final_weights(case, folder), nest_weights(final)))


def main(reference):
    print("case", "what", "compared", "mismatches", "worst", sep="\t")
    for row in rows(reference):
        print(*(f"{cell:g}" if isinstance(cell, float) else cell for cell in row), sep="\t")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
