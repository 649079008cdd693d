#!/usr/bin/env python3
"""nalsm.py: the liquid of Ivanov and Michmizos (2021), straight from its equations, in plain Python.

    nalsm.py network FADE SPREAD >net.json    a small liquid with all that a presentation needs
    nalsm.py compare FADE SPREAD STEPS SPIKES.tsv TRACES.tsv WEIGHTS.tsv
                                              with what spk-view prints of the engine's run

It shares nothing with the engine: every synapse has the age of its source's last spike, every step adds
up all synapses, and the step is done in the order of the published code (spike, reset, input and leak,
refractory count, weights, traces, astrocyte). FADE is the factor by which the rates fade in a step;
SPREAD is the largest weight. Spikes must be equal, values to 1e-9.
"""
import json
import math
import random
import sys

INPUT, EXC, INH = 16, 40, 10
LIQUID = EXC + INH
STEPS = 400
LEAK, THRESHOLD, REFRACTORY = 64, 20, 2
INCREMENT, KEEP = 0.1, 0.9048  # of a trace
RATE, TAU, BIAS, DRIVE = 0.15, 100, 0.15, 0.05
EVENT = 100


def events():
    """Who gets an event in which step."""
    draw = random.Random(1)
    return [[i for i in range(INPUT) if draw.random() < 0.04] for _ in range(STEPS)]


def synapses(spread):
    """(source, target) -> weight; input, then excitatory, then inhibitory units."""
    draw = random.Random(2)
    weight = {}
    for i in range(INPUT + LIQUID):
        for j in range(INPUT, INPUT + LIQUID):
            if i == j or draw.random() > (0.3 if i < INPUT else 0.2):
                continue
            sign = draw.choice((-1, 1)) if i < INPUT else 1 if i < INPUT + EXC else -1
            weight[i, j] = sign * spread
    return weight


def name(unit):
    return ("input", unit) if unit < INPUT else \
        ("exc", unit - INPUT) if unit < INPUT + EXC else ("inh", unit - INPUT - EXC)


def network(fade, spread):
    """The network file, and its edge lists beside it."""
    lif = {"model": "lif_discrete",
           "params": {"decay": 1 - 1 / LEAK, "V_th": THRESHOLD, "V_reset": 0, "reset": "hard",
                      "t_ref_steps": REFRACTORY}}
    trains = [[t + 1 for t, units in enumerate(events()) if i in units] for i in range(INPUT)]
    populations = {
        "events": {"size": INPUT, "model": "spike_generator", "params": {"spike_times_ms": trains}},
        "input": {"size": INPUT, **lif}, "exc": {"size": EXC, **lif}, "inh": {"size": INH, **lif},
        "astrocyte": {"size": 1, "model": "modulator",
                      "params": {"value": RATE, "tau_ms": TAU, "bias": BIAS, "decay": fade}},
        "rate": {"size": 1, "model": "modulator",
                 "params": {"value": RATE, "bias": RATE, "decay": fade}},
    }
    projections = {"events->input": {"connect": {"rule": "one_to_one"}, "weight": EVENT, "delay_ms": 0}}
    for source, drive in ("exc", DRIVE), ("inh", DRIVE), ("input", -DRIVE):
        projections[source + "->astrocyte"] = {"connect": {"rule": "all_to_all"}, "weight": drive,
                                               "weight_type": "f64", "delay_ms": 0}
    weight = synapses(spread)
    for source in "input", "exc", "inh":
        up, down = {"modulator": "rate", "times": INCREMENT}, {"modulator": "astrocyte", "times": INCREMENT}
        if source == "inh":
            up, down = {**down, "times": -INCREMENT}, {**up, "times": -INCREMENT}
        bounds = {"input": (-spread, spread), "exc": (0, spread), "inh": (-spread, 0)}[source]
        for target in "exc", "inh":
            file = f"{source}-{target}.csv"
            with open(file, "w") as out:
                print("source,target,weight", file=out)
                for (i, j), w in weight.items():
                    if name(i)[0] == source and name(j)[0] == target:
                        print(name(i)[1], name(j)[1], w, sep=",", file=out)
            projections[f"{source}->{target}"] = {
                "connect": {"rule": "edges", "file": file}, "weight_type": "f64", "delay_ms": 0,
                "kernel": {"tau_ms": 1, "spikes": "nearest"},
                "plasticity": {"rule": "stdp_trace", "variant": "pair", "timing": "together",
                               "trace": "add", "nu_pre": down, "nu_post": up,
                               "tau_pre_ms": -1 / math.log(KEEP), "tau_post_ms": -1 / math.log(KEEP),
                               "w_min": bounds[0], "w_max": bounds[1]}}
    json.dump({"format": "spikepipe-network", "version": 1, "dt_ms": 1, "populations": populations,
               "projections": projections,
               "record": {"input": "spikes", "exc": "spikes", "inh": "spikes",
                          "astrocyte": {"variables": ["value"]}}}, sys.stdout)


def run(fade, spread, steps):
    """Spikes [(step, unit)], the astrocyte's value as each step's weights see it, weights at the end."""
    spikes, values = [], []
    units = INPUT + LIQUID
    weight = synapses(spread)
    age = {pair: 20 for pair in weight}
    v, rest, trace = [0.0] * units, [0] * units, [0.0] * units
    up = down = bias = RATE
    drive = DRIVE
    for t in range(steps):
        fired = [rest[i] <= 0 and v[i] >= THRESHOLD for i in range(units)]
        for i in range(units):
            if fired[i]:
                v[i] = 0.0
                spikes.append((t, i))
        arrived = [0.0] * units
        for (i, j), w in weight.items():
            if fired[i]:
                age[i, j] = 0
            arrived[j] += w * math.exp(-age[i, j])
            age[i, j] = min(age[i, j] + 1, 100)
        for i in events()[t] if t < STEPS else []:
            arrived[i] += EVENT
        for i in range(units):
            v[i] += arrived[i] - v[i] / LEAK
            rest[i] = REFRACTORY if fired[i] else rest[i] - 1
        values.append(down)
        for (i, j), w in weight.items():
            inhibitory = i >= INPUT + EXC
            plus, minus = (down, up) if inhibitory else (up, down)
            if inhibitory:
                change = -plus * trace[i] * fired[j] + minus * trace[j] * fired[i]
            else:
                change = plus * trace[i] * fired[j] - minus * trace[j] * fired[i]
            least, most = (-spread, spread) if i < INPUT else (-spread, 0) if inhibitory else (0, spread)
            weight[i, j] = min(max(w + change, least), most)
        trace = [KEEP * (x + INCREMENT * s) for x, s in zip(trace, fired)]
        down += (drive * (sum(fired[INPUT:]) - sum(fired[:INPUT])) + bias - down) / TAU
        up, down, drive, bias = up * fade, down * fade, drive * fade, bias * fade
    return spikes, values, weight


def rows(path):
    with open(path) as file:
        names = file.readline().rstrip("\n").split("\t")
        return [dict(zip(names, line.rstrip("\n").split("\t"))) for line in file]


def compare(fade, spread, steps, spikes_path, traces_path, weights_path):
    first = {"input": 0, "exc": INPUT, "inh": INPUT + EXC}
    spikes, values, weight = run(fade, spread, steps)
    found = sorted((int(r["tick"]), first[r["population"]] + int(r["unit"])) for r in rows(spikes_path))
    if found != spikes:
        sys.exit(f"spikes differ: {len(found)} and {len(spikes)}")
    traced = [float(r["value"]) for r in rows(traces_path)]
    if len(traced) != steps or max(abs(a - b) for a, b in zip(traced, values)) > 1e-9:
        sys.exit("the astrocyte differs")
    learned = {}
    for r in rows(weights_path):
        source, target = r["array"].split(".")[0].split("->")
        learned[first[source] + int(r["row"]), first[target] + int(r["col"])] = float(r["value"])
    if learned.keys() != weight.keys() or max(abs(learned[k] - weight[k]) for k in weight) > 1e-9:
        sys.exit("weights differ")
    at_bound = sum(abs(w) in (0, spread) for w in weight.values())
    print(f"{len(spikes)} spikes, {len(weight)} weights, {at_bound} of them at a bound")


if __name__ == "__main__":
    fade, spread = float(sys.argv[2]), float(sys.argv[3])
    if sys.argv[1] == "network":
        network(fade, spread)
    else:
        compare(fade, spread, int(sys.argv[4]), *sys.argv[5:8])
