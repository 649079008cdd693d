#!/usr/bin/python3
"""populations: rates, irregularity and correlation of random networks against other simulators.

    populations.py [--seeds 5|10|20] [CASE...]     default: 20 seeds; cuba coba brunel micro0.1

Runs the networks of share/networks with spk-simulate (on PATH, or in $BUILD/bin) and takes the statistics of
statistics.py. Prints TSV: case, what, ours, low, high, inside. "ours" is the mean over seeds. What another simulator
found is one run of its own random network, which lies around the mean as a run of ours does: so low and high are
the least and the largest figure of the others, moved out by as much as a single run lies away from the mean of N
others in 999 of 1000 cases, by the deviation of our runs and Student's t. Exit status 1 when one is not inside."""

import argparse
import json
import os
import subprocess
import sys
import tempfile

import statistics as trains  # this folder's, which hides Python's

HERE = os.path.dirname(os.path.abspath(__file__))
NETWORKS = os.path.join(HERE, "..", "..", "share", "networks")
LAYERS = ["L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I"]
WHAT = ("rate_Hz", "cv_isi", "correlation")
STUDENT = {5: 8.610, 10: 4.781, 20: 3.883}  # the 99.95 % quantile by the number of seeds


def layers(*rows):
    return dict(zip(LAYERS, rows))


# {case: (seconds, [one simulator's {population: (Hz, CV, correlation in bins of 5 ms)}])}; None: not comparable.
# Measured in November 2026 with dt 0.1 ms; what came before 200 ms is left out. Auryn takes Bernoulli connections
# only, so that its Brunel's network is another one; NEST's COBA ran for 1 s, which cuts long intervals. NEST's
# microcircuits ran for 1 s (scales 0.1, 0.2), 0.5 s, and 0.1 s (scale 1) after the first 200 ms.
CASES = {
    "cuba": (10, [
        {"E": (5.85, 0.7496, 0.00166), "I": (5.65, 0.7495, 0.00100)},  # NEST 3.9.0
        {"E": (5.55, 0.7498, 0.00145), "I": (5.57, 0.7409, 0.00107)},  # Brian 2.5.1
        {"E": (5.83, 0.7441, 0.00161), "I": (5.61, 0.7389, 0.00128)},  # Auryn 674ef80
    ]),
    "coba": (10, [
        {"E": (21.99, None, 0.00274), "I": (21.18, None, 0.00065)},  # NEST
        {"E": (21.70, 1.8340, 0.00254), "I": (21.13, 1.8363, 0.00038)},  # Brian
        {"E": (22.27, 1.8756, 0.00275), "I": (21.41, 1.8752, 0.00073)},  # Auryn
    ]),
    "brunel": (1, [
        {"E": (32.06, 0.1761, 0.00912), "I": (32.12, 0.1770, 0.00749)},  # NEST
        {"E": (31.93, 0.1737, 0.01277), "I": (31.97, 0.1721, 0.00874)},  # Brian
    ]),
    "micro0.1": (1.2, [layers(  # NEST, as the others
        (0.40, 0.6949, 0.00723), (2.00, 0.6539, 0.00390), (3.99, 0.6915, 0.00317), (4.93, 0.7028, 0.00224),
        (6.52, 0.6904, 0.01093), (7.74, 0.6574, 0.00112), (0.84, 0.6777, 0.00212), (6.93, 0.6862, -0.00047))]),
    "micro0.2": (1.2, [layers(
        (0.55, 0.6668, 0.00500), (2.48, 0.7043, 0.00198), (4.34, 0.7019, 0.00202), (5.52, 0.7005, 0.00099),
        (7.43, 0.7091, 0.00667), (8.24, 0.7097, -0.00005), (1.08, 0.7124, 0.00147), (7.47, 0.6917, -0.00026))]),
    "micro0.5": (0.7, [layers(
        (0.70, 0.6407, 0.00521), (2.76, 0.6263, 0.00199), (4.44, 0.6242, 0.00160), (5.76, 0.6210, 0.00042),
        (7.53, 0.6156, 0.00521), (8.50, 0.5965, -0.00038), (1.12, 0.6095, 0.00082), (7.72, 0.6123, 0.00022))]),
    "micro1": (0.3, [layers(*((hertz, None, None) for hertz in (
        1.00, 3.18, 4.46, 5.94, 8.34, 8.77, 1.09, 7.99)))]),
}
USUAL = ["cuba", "coba", "brunel", "micro0.1"]


def program(name):
    build = os.environ.get("BUILD")
    return os.path.join(os.path.abspath(build), "bin", name) if build else name


def network(case, folder):
    if not case.startswith("micro"):
        return os.path.join(NETWORKS, case + ".json")
    path = os.path.join(folder, case + ".json")
    with open(path, "w") as f:
        subprocess.run([sys.executable, os.path.join(NETWORKS, "microcircuit"), "--scale", case[len("micro"):]],
                       stdout=f, check=True)
    return path


def measure(case, seeds):
    """{population: [(Hz, CV, correlation) of each seed]}"""
    seconds, found = CASES[case][0], {}
    with tempfile.TemporaryDirectory() as folder:
        net, spikes = network(case, folder), os.path.join(folder, "spikes.spk")
        for seed in range(1, seeds + 1):
            subprocess.run([program("spk-simulate"), "-q", "--seed", str(seed), "--duration", "%gms" % (1000 * seconds),
                            "-o", spikes, "--force", net], check=True)
            for name, row in trains.of(spikes, 1000 * seconds).items():
                found.setdefault(name, []).append(row)
    return found


def deviation(values):
    mean = sum(values) / len(values)
    return (sum((v - mean) ** 2 for v in values) / (len(values) - 1)) ** 0.5


def rows(cases, seeds):
    """(case, what, ours, low, high, inside) for each population and statistic."""
    for case in cases:
        for name, found in measure(case, seeds).items():
            for k, what in enumerate(WHAT):
                ours = [row[k] for row in found]
                others = [peer[name][k] for peer in CASES[case][1] if peer[name][k] is not None]
                if not others:
                    continue
                mean, margin = sum(ours) / seeds, STUDENT[seeds] * deviation(ours) * (1 + 1 / seeds) ** 0.5
                low, high = min(others) - margin, max(others) + margin
                yield case, "%s.%s" % (name, what), mean, low, high, "yes" if low <= mean <= high else "no"


def main():
    parser = argparse.ArgumentParser(description="rates, CV of ISI and correlation against other simulators")
    parser.add_argument("--seeds", type=int, default=20, choices=STUDENT)
    parser.add_argument("case", nargs="*", metavar="CASE", help=" ".join(CASES))
    options = parser.parse_args()
    unknown = [case for case in options.case if case not in CASES]
    if unknown:
        parser.error("no case %s; there are %s" % (unknown[0], " ".join(CASES)))
    failed = 0
    print("case\twhat\tours\tlow\thigh\tinside")
    for row in rows(options.case or USUAL, options.seeds):
        print("%s\t%s\t%.4g\t%.4g\t%.4g\t%s" % row, flush=True)
        failed += row[-1] == "no"
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
