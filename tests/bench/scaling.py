#!/usr/bin/python3
"""scaling: what Brunel's network costs as it grows, with 1,250 synapses onto each neuron.

    scaling [--out FOLDER] [--threads 1,2] [--repeat 3] [N...]    default: 2500 5000 12500 25000 50000 100000

Runs share/networks/brunel.json with N neurons (4/5 excitatory) for one second and for one step; the difference is the
simulation. Prints a TSV table: neurons, synapses, threads, seconds to build (wall), of processor time and of wall time
to simulate, synaptic events, events per second of processor time, and bytes of memory for each synapse, which is the
whole program's peak. A synaptic event is a delivery between populations. --out also writes scaling.tsv and
scaling.svg, a plot of the events per second by N: a flat line is a linear cost.

Times are medians of the repeated runs. Behind the table stands, in lines like those of the C benchmarks, how many times
as fast two threads are as one: 1.7 times from 25,000 neurons on, and never slower, are what we want."""

import argparse
import math
import os
import re
import subprocess
import sys
import tempfile

from figures import line

HERE = os.path.dirname(os.path.abspath(__file__))
NETWORK = os.path.join(HERE, "..", "..", "share", "networks", "brunel.json")
SIZES = [2500, 5000, 12500, 25000, 50000, 100000]
INDEGREE = 1250
LARGE = 25000  # neurons, from which on a second thread is to pay in full
COLUMNS = ("neurons", "synapses", "threads", "build_s", "cpu_s", "wall_s", "events", "events_per_cpu_s",
           "bytes_per_synapse")


def run(n, threads, milliseconds, folder):
    """(wall seconds, processor seconds, peak bytes)"""
    report = os.path.join(folder, "time")
    # time starts the program from a small process, whose own peak does not count
    subprocess.run(["/usr/bin/time", "-o", report, "-f", "%e %U %S %M", "spk-simulate", "-q", "--force", "--threads",
                    str(threads), "--set", "populations.E.size=%d" % (n * 4 // 5), "--set",
                    "populations.I.size=%d" % (n // 5), "--duration", "%gms" % milliseconds, "-o",
                    os.path.join(folder, "spikes.spk"), NETWORK], check=True)
    wall, user, system, kilobytes = (float(x) for x in open(report).read().split())
    return wall, user + system, 1024 * kilobytes


def events(n, folder):
    """Each spike reaches as many neurons, on average, as each neuron has synapses from its population."""
    info = subprocess.run(["spk-info", os.path.join(folder, "spikes.spk")], check=True, capture_output=True,
                          text=True).stdout
    spikes = {m[0]: int(m[1]) for m in re.findall(r"population\.(\S+)\.spikes\t(\d+)", info)}
    return spikes["E"] * n * (INDEGREE * 4 // 5) / (n * 4 // 5) + spikes["I"] * n * (INDEGREE // 5) / (n // 5)


def medians(runs):
    return [sorted(column)[len(column) // 2] for column in zip(*runs)]


def measure(n, threads, repeat, folder):
    built, built_cpu, _ = medians([run(n, threads, 0.1, folder) for _ in range(repeat)])
    wall, cpu, peak = medians([run(n, threads, 1000, folder) for _ in range(repeat)])
    made = events(n, folder)
    cpu, wall = cpu - built_cpu, wall - built
    return n, n * INDEGREE, threads, built, cpu, wall, made, made / cpu, peak / (n * INDEGREE)


def print_rows(rows, file):
    print(*COLUMNS, sep="\t", file=file)
    for row in rows:
        print("%d\t%d\t%d\t%.2f\t%.2f\t%.2f\t%d\t%.4g\t%.3g" % row, file=file)


def print_speedups(rows):
    wall = {(row[0], row[2]): row[5] for row in rows}
    for n in sorted({row[0] for row in rows}):
        if (n, 1) not in wall or (n, 2) not in wall:
            continue
        ratio, goal = wall[n, 1] / wall[n, 2], 1.7 if n >= LARGE else 1
        line("%d neurons: two threads over one" % n, ratio, "x", goal)


def plot(rows, path):
    """Events per second of processor time by neurons, a line for each number of threads."""
    width, height, left, bottom = 560, 340, 70, 50
    low, high = math.log10(min(r[0] for r in rows)), math.log10(max(r[0] for r in rows))
    top = 1.15 * max(r[7] for r in rows)

    def x(n):
        return left + (math.log10(n) - low) / ((high - low) or 1) * (width - left - 30)

    def y(rate):
        return height - bottom - rate / top * (height - bottom - 30)

    out = ['<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="sans-serif" '
           'font-size="12">' % (width, height, width, height), '<rect width="100%" height="100%" fill="white"/>']
    step = 10 ** math.floor(math.log10(top / 2))
    for k in range(int(top / step) + 1):
        out.append('<path d="M%.1f %.1fH%d" stroke="#ddd"/><text x="%d" y="%.1f" text-anchor="end">%g</text>' % (
            left, y(k * step), width - 30, left - 8, y(k * step) + 4, k * step / 1e6))
    for n in sorted({r[0] for r in rows}):
        out.append('<text x="%.1f" y="%d" text-anchor="middle">%d</text>' % (x(n), height - bottom + 18, n))
    colours = ("#1b6ca8", "#c8553d", "#3a7d44", "#6a4c93")
    for k, threads in enumerate(sorted({r[2] for r in rows})):
        colour = colours[k % len(colours)]
        own = [r for r in rows if r[2] == threads]
        out.append('<polyline fill="none" stroke="%s" stroke-width="2" points="%s"/>' % (
            colour, " ".join("%.1f,%.1f" % (x(r[0]), y(r[7])) for r in own)))
        out += ['<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>' % (x(r[0]), y(r[7]), colour) for r in own]
        out.append('<text x="%d" y="20" fill="%s">%d thread%s</text>' % (
            left + 90 * k, colour, threads, "" if threads == 1 else "s"))
    out += ['<text x="%d" y="%d" text-anchor="middle">neurons, 1,250 synapses onto each</text>' % (
        (left + width) // 2, height - 10),
        '<text x="16" y="%d" transform="rotate(-90 16 %d)" text-anchor="middle">million events per second of '
        'processor time</text>' % (height // 2, height // 2), "</svg>"]
    with open(path, "w") as f:
        f.write("\n".join(out) + "\n")


def main():
    parser = argparse.ArgumentParser(description="cost of Brunel's network by its size")
    parser.add_argument("--out", metavar="FOLDER")
    parser.add_argument("--threads", default="1,2", type=lambda text: [int(t) for t in text.split(",")])
    parser.add_argument("--repeat", default=3, type=int)
    parser.add_argument("n", nargs="*", metavar="N", type=int, default=SIZES)
    options = parser.parse_args()
    if any(n < 5 or n % 5 for n in options.n):
        parser.error("N: a multiple of 5, as one neuron in five is inhibitory")
    with tempfile.TemporaryDirectory() as folder:
        rows = [measure(n, threads, options.repeat, folder) for n in options.n for threads in options.threads]
    rows.sort(key=lambda row: (row[2], row[0]))
    print_rows(rows, sys.stdout)
    print_speedups(rows)
    if options.out:
        os.makedirs(options.out, exist_ok=True)
        with open(os.path.join(options.out, "scaling.tsv"), "w") as f:
            print_rows(rows, f)
        plot(rows, os.path.join(options.out, "scaling.svg"))


if __name__ == "__main__":
    main()
