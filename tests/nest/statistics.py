#!/usr/bin/python3
"""statistics: rate, irregularity and correlation of the populations of a network, as in the tables of
benchmarks.

    statistics FILE END_MS [BEGIN_MS]

prints for each population: its rate in Hz; the mean over neurons with at least three intervals of the
coefficient of variation of these (of the sample: by n - 1); the mean correlation of all pairs of neurons that
fired, of counts in bins of 5 ms. What comes before BEGIN_MS (default 200) is left out. FILE is a stream, or a
table with the columns population, size, unit and t_ms (tests/bench/brian.py)."""

import csv
import math
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "share", "python"))
import spk  # noqa: E402

BIN_MS = 5
MIN_INTERVALS = 3


def variation(times):
    gaps = [b - a for a, b in zip(times, times[1:])]
    mean = sum(gaps) / len(gaps)
    return math.sqrt(sum((g - mean) ** 2 for g in gaps) / (len(gaps) - 1)) / mean


def correlation(trains, begin, end):
    """With z the counts less their mean, over their deviation: sum(z)^2 holds all pairs and each neuron's own."""
    bins = int((end - begin) / BIN_MS)
    total, neurons = [0.0] * bins, 0
    for times in trains:
        count = [0] * bins
        for t in times:
            b = int((t - begin) / BIN_MS)
            if b < bins:
                count[b] += 1
        mean = sum(count) / bins
        deviation = math.sqrt(sum((c - mean) ** 2 for c in count) / bins)
        if deviation == 0:
            continue
        neurons += 1
        for b, c in enumerate(count):
            total[b] += (c - mean) / deviation
    if neurons < 2:
        return float("nan")
    return (sum(z * z for z in total) / bins - neurons) / (neurons * (neurons - 1))


def trains_in_table(path):
    trains = {}
    with open(path) as f:
        for row in csv.DictReader(f, delimiter="\t"):
            if row["population"] not in trains:
                trains[row["population"]] = [[] for _ in range(int(row["size"]))]
            trains[row["population"]][int(row["unit"])].append(float(row["t_ms"]))
    for rows in trains.values():
        for times in rows:
            times.sort()
    return trains


def trains_of(path):
    """{population: trains in ms}"""
    if path.endswith(".tsv"):
        return trains_in_table(path)
    with spk.open(path) as stream:
        tick = 1000 * stream.header["tick"]["num"] / stream.header["tick"]["den"]
        trains = {c["name"]: [[] for _ in range(c["n"])] for c in stream.header["streams"] if c["type"] == "spikes"}
        for item in stream:
            if isinstance(item, spk.Spikes):
                rows = trains[item.channel["name"]]
                for t, u in zip(item.ticks, item.units):
                    rows[u].append(t * tick)
    return trains


def of(path, end, begin=200):
    """{population: (Hz, CV, correlation)}"""
    result = {}
    for name, rows in trains_of(path).items():
        rows = [[t for t in times if t >= begin] for times in rows]
        cvs = [variation(t) for t in rows if len(t) > MIN_INTERVALS]
        result[name] = (sum(map(len, rows)) / len(rows) / (end - begin) * 1000,
                        sum(cvs) / len(cvs) if cvs else float("nan"), correlation(rows, begin, end))
    return result


if __name__ == "__main__":
    print("population\trate_Hz\tcv_isi\tcorrelation")
    for name, row in of(*sys.argv[1:2], *map(float, sys.argv[2:])).items():
        print(name, *("%.4g" % x for x in row), sep="\t")
