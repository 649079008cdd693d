#!/usr/bin/python3
"""estimate: what spk-simulate --estimate says beside what then happens.

    estimate [--threads N] [NAME...]      default: 1 thread; cuba coba brunel micro0.1 micro0.3

For each network: processor time and peak of memory of a run, over what --estimate with this duration expected; and
the peak's growth while the network is built and runs, over what --estimate says at once. microS is
share/networks/microcircuit at scale S. Lines are those of the C benchmarks: name, figure, goal, met or MISSED; the
goal is a ratio between 1/1.3 and 1.3. Without a goal: wall time, which depends on what else runs, and processor time
over what --estimate says of a network that it has no memory to build, as that knows nothing of rates."""

import argparse
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
NETWORKS = os.path.join(HERE, "..", "..", "share", "networks")
SECONDS = {"cuba": 60, "coba": 20, "brunel": 10, "micro0.1": 20, "micro0.3": 5}  # some times the calibration's
MOST = 1.3


def line(name, ratio, goal=True):
    met = "met" if 1 / MOST <= ratio <= MOST else "MISSED"
    print("%-52s %11.4g %-12s %s" % (name, ratio, "x", "goal %.2f to %.2f  %s" % (1 / MOST, MOST, met) if goal else ""),
          flush=True)


def network(name, folder):
    if not name.startswith("micro"):
        return os.path.join(NETWORKS, name + ".json")
    path = os.path.join(folder, name + ".json")
    with open(path, "w") as f:
        subprocess.run([sys.executable, os.path.join(NETWORKS, "microcircuit"), "--scale", name[len("micro"):]],
                       stdout=f, check=True)
    return path


def expect(arguments):
    """(bytes that the model says, {quantity: value} of the calibration)"""
    text = subprocess.run(["spk-simulate", "--estimate", *arguments], check=True, capture_output=True, text=True).stdout
    static, found = text.split("\n\n")
    total = static.splitlines()[-1].split("\t")
    rows = [row.split("\t") for row in found.splitlines()[1:]]
    return float(total[5]) + float(total[6]), {row[0]: float(row[2]) for row in rows if not row[1]}


def happen(arguments, folder):
    """(wall seconds, processor seconds, peak bytes) of a run."""
    report = os.path.join(folder, "time")
    # time starts the program from a small process, whose own peak does not count
    subprocess.run(["/usr/bin/time", "-o", report, "-f", "%e %U %S %M", "spk-simulate", "-q", "--force",
                    "-o", os.path.join(folder, "spikes.spk"), *arguments], check=True)
    wall, user, system, kilobytes = (float(x) for x in open(report).read().split())
    return wall, user + system, 1024 * kilobytes


def bench(name, threads):
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["--threads", str(threads), "--duration", "%gs" % SECONDS[name], network(name, folder)]
        model, expected = expect(arguments)
        _, scaled = expect([*arguments, "--max-memory", "1kB"])
        wall, cpu, peak = happen(arguments, folder)
    print("  %s: expected %.3g s of processor time, %.3g MB; happened %.3g s, %.3g MB" % (
        name, expected["total_cpu"], expected["total_memory"] / 1e6, cpu, peak / 1e6))
    line("%s: processor time over --estimate's" % name, cpu / expected["total_cpu"])
    line("%s: processor time over that at 10 Hz" % name, cpu / scaled["total_cpu"], goal=False)
    line("%s: wall time over --estimate's" % name, wall / expected["total_wall"], goal=False)
    line("%s: peak of memory over --estimate's" % name, peak / expected["total_memory"])
    line("%s: growth of memory over the model's" % name, expected["memory"] / model)


def main():
    parser = argparse.ArgumentParser(description="--estimate beside what then happens")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("name", nargs="*", metavar="NAME", choices=[[], *SECONDS], help=" ".join(SECONDS))
    options = parser.parse_args()
    for name in options.name or SECONDS:
        bench(name, options.threads)


if __name__ == "__main__":
    main()
