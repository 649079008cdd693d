#!/usr/bin/env python3
"""The content-addressable memory of CA3 (Casanueva-Morato et al., Neural Networks 2024), written down a second
time, neuron by neuron, with nothing of Spikepipe: it made share/experiments/ca3-memory/expected/.

    ca3.py CUES BITS DURATION OPERATIONS.tsv

prints what each population does in each millisecond. A cell lists the units that spike; "-" is none. IN and OUT
have cells cues|content.
"""

import math
import sys

POPULATIONS = ["IN", "CueCue", "ContCue", "Cond", "Int", "CueCont", "ContCont", "MergeCue", "MergeCont", "OUT"]
TAU_SYN = 0.3
INIT = TAU_SYN * (1 - math.exp(-1 / TAU_SYN))
SLOW = (0.27, 3.0, -57.0)  # capacitance in nF, tau_m in ms, threshold in mV
FAST = (0.14, 0.5, -57.0)
OUT = (0.27, 3.0, -57.5)


class Neuron:
    def __init__(self, kind):
        self.cm, self.tau, self.threshold = kind
        self.v, self.ex, self.inh, self.wait = -60.0, 0.0, 0.0, 0

    def step(self, ex, inh):
        self.ex += ex * INIT
        self.inh += inh * INIT
        spikes = False
        if self.wait > 0:
            self.wait -= 1
        else:
            goal = (self.ex - self.inh) * self.tau / self.cm - 60
            self.v = goal - math.exp(-1 / self.tau) * (goal - self.v)
            spikes = self.v >= self.threshold
        if spikes:
            self.v, self.wait = -60.0, 1
        self.ex *= math.exp(-1 / TAU_SYN)
        self.inh *= math.exp(-1 / TAU_SYN)
        return spikes


class Plastic:
    """One synapse of delay 1: all that a postsynaptic spike does waits for the next presynaptic one."""

    TAU, SIZE, MOST = 3.0, 6.0, 6.0

    def __init__(self):
        self.weight, self.pre, self.last, self.post = 0.0, 0.0, None, []

    def send(self, t):
        trace, arrived = 0.0, None  # of the postsynaptic spikes, after the last one that has arrived
        for s in self.post:
            if s + 1 > t:
                break
            trace = 1 + (trace * math.exp(-(s - arrived) / self.TAU) if arrived is not None else 0)
            arrived = s
            if self.last is not None and self.last < s + 1:
                gain = self.SIZE * self.pre * math.exp(-(s + 1 - self.last) / self.TAU)
                self.weight = min(self.MOST, self.weight + gain)
        if arrived is not None:
            loss = self.SIZE * trace * math.exp(-(t - (arrived + 1)) / self.TAU)
            self.weight = max(0.0, self.weight - loss)
        faded = self.pre * math.exp(-(t - self.last) / self.TAU) if self.last is not None else 0
        self.pre, self.last = faded + 1, t
        return self.weight


class Memory:
    def __init__(self, n, m):
        sizes = {"IN": n + m, "CueCue": n, "ContCue": m, "Cond": m, "Int": 1, "CueCont": n, "ContCont": m,
                 "MergeCue": n, "MergeCont": m, "OUT": n + m}
        kinds = {"CueCont": FAST, "Cond": FAST, "Int": FAST, "OUT": OUT}
        self.n, self.size = n, sizes
        self.neuron = {p: [Neuron(kinds.get(p, SLOW)) for _ in range(k)] for p, k in sizes.items() if p != "IN"}
        self.coming = {}  # (time, population, unit) -> [excitation, inhibition]
        self.fixed, self.plastic = {}, {}  # (population, unit) -> synapses
        one, other, every = (lambda i, j: i == j), (lambda i, j: i != j), (lambda i, j: True)
        for i in range(n):
            self.connect("IN", i, "CueCue", i, 6, 1)
            self.connect("MergeCue", i, "OUT", i, 6, 1)
        for j in range(m):
            self.connect("IN", n + j, "ContCue", j, 6, 1)
            self.connect("MergeCont", j, "OUT", n + j, 6, 1)
        for source, target, pattern, weight, delay in [
                ("CueCue", "CueCont", one, 6, 2), ("CueCue", "CueCont", other, -6 * m, 3),
                ("CueCont", "CueCont", other, -6 * m, 2), ("CueCue", "Cond", every, -6, 2),
                ("ContCue", "Cond", one, 9, 1), ("ContCue", "Int", every, 6, 1), ("Int", "Cond", every, 2, 1),
                ("Cond", "ContCont", one, 6, 1), ("CueCue", "MergeCue", one, 6, 3),
                ("CueCont", "MergeCue", one, 6, 1), ("ContCue", "MergeCont", one, 6, 3),
                ("ContCont", "MergeCont", one, 6, 1)]:
            for i in range(sizes[source]):
                for j in range(sizes[target]):
                    if pattern(i, j):
                        self.connect(source, i, target, j, weight, delay)
        for source, target in [("CueCue", "ContCue"), ("ContCont", "CueCont")]:
            for i in range(sizes[source]):
                for j in range(sizes[target]):
                    self.plastic.setdefault((source, i), []).append((target, j, Plastic()))

    def connect(self, source, i, target, j, weight, delay):
        self.fixed.setdefault((source, i), []).append((target, j, weight, delay))

    def deliver(self, t, target, j, weight):
        kind = 0 if weight >= 0 else 1
        self.coming.setdefault((t, target, j), [0.0, 0.0])[kind] += abs(weight)

    def step(self, t, given):
        """`given`: the units of IN that spike. Returns those of all populations."""
        spikes = {"IN": sorted(given)}
        for p, neurons in self.neuron.items():
            spikes[p] = [j for j, neuron in enumerate(neurons)
                         if neuron.step(*self.coming.pop((t, p, j), (0.0, 0.0)))]
        for synapses in self.plastic.values():
            for target, j, synapse in synapses:
                if j in spikes[target]:
                    synapse.post.append(t)
        for p, units in spikes.items():
            for i in units:
                for target, j, weight, delay in self.fixed.get((p, i), []):
                    self.deliver(t + delay, target, j, weight)
                for target, j, synapse in self.plastic.get((p, i), []):
                    self.deliver(t + 1, target, j, synapse.send(t))
        return spikes


def read_operations(path, n):
    """The units of IN that spike, by time."""
    given = {}
    with open(path) as lines:
        next(lines)
        for line in lines:
            time, operation, cue, content = line.split()
            units = [] if cue == "-" else [int(cue)]
            units += [] if content == "-" else [n + int(j) for j in content.split(",")]
            for t in range(int(time), int(time) + {"learn": 3, "recall": 1}[operation]):
                given.setdefault(t, set()).update(units)
    return given


def cell(units):
    return ",".join(map(str, units)) if units else "-"


def row(t, spikes, n):
    def both(units):
        return cell([i for i in units if i < n]) + "|" + cell([i - n for i in units if i >= n])

    print("\t".join([str(t)] + [both(spikes[p]) if p in ("IN", "OUT") else cell(spikes[p]) for p in POPULATIONS]))


def run(n, m, duration, operations):
    print("\t".join(["time_ms"] + POPULATIONS))
    memory, given = Memory(n, m), read_operations(operations, n)
    for t in range(duration):
        row(t, memory.step(t, given.get(t, set())), n)


def main(arguments):
    if len(arguments) != 4:
        sys.exit(__doc__)
    run(*map(int, arguments[:3]), arguments[3])


if __name__ == "__main__":
    main(sys.argv[1:])
