#!/usr/bin/python3
"""networks: the networks of share/networks on one core: seconds to build and to simulate, synaptic events per
second, and ratios to other simulators.

    networks [NAME...]        all, or these of: brunel cuba coba feed-forward feed-forward@20Hz song-abbott

Times are processor time of the whole spk-simulate, --plastic where synapses learn, the median of three; building is what a run
of one step takes. A synaptic event is a delivery between populations; what drives the network from outside
counts as time only. Beside each stand the processor seconds that other simulators took on one core of another
machine (Zen 3, November 2026, NEST 3.9.0, Auryn 674ef80, Brian 2.5.1 in C++). Where Debian's python3-brian is
installed, brian.py measures it here, and the others' times are scaled by that ratio. Lines are those of the C
benchmarks: name, figure, goal, ratio, met or MISSED."""

import json
import os
import re
import resource
import subprocess
import sys
import tempfile

from figures import line

HERE = os.path.dirname(os.path.abspath(__file__))
NETWORKS = os.path.join(HERE, "..", "..", "share", "networks")
BRIAN = "/usr/bin/python3"  # Debian's, whatever python3 is

# The feed-forward network hardly fires (0.1 Hz in Auryn). With inputs at 20 Hz, and synapses made twice as strong, its
# outputs fire at 38 Hz, as the other simulators' did with synapses that are not known (31 to 41 Hz), so that learning at
# their spikes is measured, too. As the rate is fitted, it has no goal.
FIRING = ["populations.in.params.rate_Hz=20", 'projections.in->out.weight_pA={"uniform": [0, 4.5]}',
          "projections.in->out.plasticity.w_max=4.5", "projections.in->out.plasticity.nu_pre=0.04725",
          "projections.in->out.plasticity.nu_post=0.045"]

# name, up to an @ that of the file: options, seconds of the network's time, {simulator: its seconds for that},
# {simulator: times we want to be as fast}
RUNS = {
    "brunel": ([], 1, {"nest": 31.84, "auryn": 4.73, "brian": 11.09}, {"nest": 35, "auryn": 5}),
    "cuba": ([], 10, {"nest": 9.43, "auryn": 0.81, "brian": 1.42}, {"auryn": 3, "brian": 8}),
    "coba": ([], 10, {"nest": 90.9, "auryn": 1.43, "brian": 3.46}, {"auryn": 3, "brian": 8}),
    "feed-forward": (["--plastic"], 100, {"auryn": 1.79}, {"auryn": 4}),
    "feed-forward@20Hz": (["--plastic"] + [word for value in FIRING for word in ("--set", value)], 20,
                          {"auryn": 1.45, "brian": 11.13}, {}),
    "song-abbott": (["--plastic"], 100, {"auryn": 0.72, "brian": 18.97}, {"auryn": 3}),
}
EVENTS_GOAL = {"brunel": 600e6}


def cpu(options, network, milliseconds, folder):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(["spk-simulate", "-q", "--threads", "1", network, "--duration", "%gms" % milliseconds, "-o",
                    folder + "/spikes.spk", "--force", *options], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def median_cpu(*arguments):
    return sorted(cpu(*arguments) for _ in range(3))[1]


def told(folder):
    return subprocess.run(["spk-info", folder + "/spikes.spk"], check=True, capture_output=True, text=True).stdout


def events(network, folder):
    """Deliveries inside the network: each population's spikes times its synapses to other ones, on average."""
    info = told(folder)
    spikes = {m[0]: int(m[1]) for m in re.findall(r"population\.(\S+)\.spikes\t(\d+)", info)}
    estimate = subprocess.run(["spk-simulate", "--estimate", network], check=True, capture_output=True, text=True)
    synapses = dict(re.findall(r"^projection\t(\S+)\t\S*\t\S*\t(\d+)", estimate.stdout, re.M))
    sizes = {k: v.get("size", 1) for k, v in json.load(open(network))["populations"].items()}
    return sum(spikes[p.split("->")[0]] * int(n) / sizes[p.split("->")[0]]
               for p, n in synapses.items() if p.split("->")[0] in spikes)


def brian_here(name, seconds):
    try:
        done = subprocess.run([BRIAN, os.path.join(HERE, "brian.py"), name, str(seconds)], check=True,
                              capture_output=True, text=True)
        return float(done.stdout.strip().splitlines()[-1].split("\t")[1])
    except (OSError, subprocess.CalledProcessError, ValueError, IndexError):
        return None


def run(name):
    options, seconds, peers, goals = RUNS[name]
    network = os.path.join(NETWORKS, name.split("@")[0] + ".json")
    with tempfile.TemporaryDirectory() as folder:
        build = median_cpu(options, network, 0.1, folder)
        total = median_cpu(options, network, 1000 * seconds, folder)
        made = events(network, folder)
        rates = re.findall(r"population\.(\S+)\.rate_Hz\t(\S+)", told(folder))
    simulate = total - build
    line("%s: build" % name, build, "s")
    line("%s: simulate %g s" % (name, seconds), simulate, "s")
    for population, rate in rates:
        line("%s: rate of %s" % (name, population), float(rate), "Hz")
    if made:
        line("%s: synaptic events" % name, made / simulate, "events/s", EVENTS_GOAL.get(name))
    here = brian_here(name, seconds) if name in ("brunel", "cuba", "coba") else None
    scale = here / peers["brian"] if here else 1
    if here:
        line("%s: Brian 2 here" % name, here, "s")
    for peer, took in peers.items():
        line("%s: times as fast as %s%s" % (name, peer, "" if here else ", which ran elsewhere"), took * scale / simulate,
             "x", goals.get(peer))


if __name__ == "__main__":
    for which in sys.argv[1:] or RUNS:
        run(which)
