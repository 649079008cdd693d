#!/usr/bin/python3
"""liquid: the neuron-astrocyte liquid of share/experiments/nalsm, that learns while it answers digits: samples of
250 ms in a second of processor time, for 1,000 neurons and 8,000; and two jobs against one, in wall time.

    liquid [--samples N] [--runs N]       not pinned to a core; skipped where SPK_DATA has no mnist

Weights are those of some thousand samples of 20 ms. Building is what a run of one sample takes, and is not counted
elsewhere. Figures are medians of runs that alternate. Lines are those of the C benchmarks: name, figure, goal,
ratio, met or MISSED."""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

from figures import line

HERE = os.path.dirname(os.path.abspath(__file__))
NALSM = os.path.join(HERE, "..", "..", "share", "experiments", "nalsm")
MNIST = os.path.join(os.environ.get("SPK_DATA", ""), "mnist")
IMAGES, LABELS = (os.path.join(MNIST, "train-%s-ubyte.gz" % name) for name in ("images-idx3", "labels-idx1"))
CARRY = ['on_sample.reset=["membranes","synapses","spikes"]', "populations.astrocyte.params.decay=1",
         "populations.rate.params.decay=1"]
LARGE = ["populations.exc.size=6400", "populations.inh.size=1600", "populations.liquid.size=8000",
         "projections.input->exc.connect.N=752640", "projections.input->inh.connect.N=188160",
         "projections.exc->astrocyte.weight=0.0075", "projections.inh->astrocyte.weight=0.0075",
         "projections.input->astrocyte.weight=-0.0075"]
GOAL, GOAL_TWO = 200, 1.8


def sets(values):
    return [word for value in values for word in ("--set", value)]


def encode(path, samples, milliseconds):
    subprocess.run(["spk-encode", "bernoulli", "-q", "-f", "--max-rate", "1000Hz", "--normalize", "sum=19.944", "--labels",
                    LABELS, "--subset", ":%d" % samples, "--duration", "%dms" % milliseconds, "--seed", "1", "-o", path,
                    IMAGES], check=True)


class Liquid:
    """A network in a folder of its own, with weights, and what it is shown."""

    def __init__(self, folder, values, grid, warm, samples):
        self.folder, self.values, self.samples = folder, values, samples
        os.mkdir(folder)
        subprocess.run([os.path.abspath(os.path.join(NALSM, "places")), *map(str, grid), "1"], cwd=folder, check=True)
        with open(os.path.join(NALSM, "network.json")) as source, open(self.file("network.json"), "w") as copy:
            copy.write(source.read())
        encode(self.file("warm.spk"), warm, 20)
        encode(self.file("all.spk"), samples, 250)
        encode(self.file("one.spk"), 1, 250)
        subprocess.run(["spk-train-stdp", "-q", "--threads", "1", "--seed", "1", "-o", self.file("weights.spk"),
                        *sets(CARRY + values), self.file("network.json"), self.file("warm.spk")], check=True)

    def file(self, name):
        return os.path.join(self.folder, name)

    def run(self, name, jobs=1):
        """(processor seconds, wall seconds)"""
        before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        subprocess.run(["spk-simulate", "-q", "-f", "--plastic", "--threads", "1", "--jobs", str(jobs), "--seed", "1",
                        "--weights", self.file("weights.spk"), *sets(self.values), "-o", self.file("out.spk"),
                        self.file("network.json"), self.file(name + ".spk")], check=True)
        wall, after = time.monotonic() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, wall


def speed(name, liquid, runs, goal=None):
    building, rate = [], []
    for _ in range(runs):
        one, whole = liquid.run("one")[0], liquid.run("all")[0]
        building.append(one)
        rate.append((liquid.samples - 1) / (whole - one))
    line("%s: building" % name, statistics.median(building), "s")
    line("%s: simulating, learning" % name, statistics.median(rate), "samples/s", goal)


def two_jobs(name, liquid, runs):
    ratio = []
    for _ in range(runs):
        one, two, again = (liquid.run("all", jobs)[1] - liquid.run("one", jobs)[1] for jobs in (1, 2, 1))
        ratio.append((one + again) / 2 / two)
    line("%s: two jobs / one" % name, statistics.median(ratio), "", GOAL_TWO)


def main():
    parser = argparse.ArgumentParser(description="samples a second of the neuron-astrocyte liquid")
    parser.add_argument("--samples", type=int, default=400, help="for 1,000 neurons; a tenth for 8,000")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    if not os.path.exists(IMAGES):
        print("skipped: SPK_DATA has no mnist")
        return
    with tempfile.TemporaryDirectory() as folder:
        small = Liquid(os.path.join(folder, "1000"), [], (10, 10, 10), 2000, options.samples)
        speed("NALSM, 1,000 neurons", small, options.runs, GOAL)
        if os.cpu_count() > 1:
            two_jobs("NALSM, 1,000 neurons", small, options.runs)
        large = Liquid(os.path.join(folder, "8000"), LARGE, (20, 20, 20), 1000, max(2, options.samples // 10))
        speed("NALSM, 8,000 neurons", large, options.runs)


if __name__ == "__main__":
    sys.exit(main())
