#!/usr/bin/python3
"""brian: CUBA, COBA and Brunel's network in Brian 2 (Debian's python3-brian), for comparison.

    brian cuba|coba|brunel SECONDS [SPIKES.tsv [SEED]]

Compiled C++ (standalone mode), one thread. Prints the seconds that the compiled program took to simulate, without
compiling and connecting, and the rates of E and I. The networks are those of share/networks. SPIKES.tsv gets the
spikes (population, size, unit, t_ms), for tests/nest/statistics.py."""

import shutil
import sys
import tempfile
import warnings

warnings.filterwarnings("ignore")
import brian2 as b  # noqa: E402
from brian2 import Hz, Mohm, mV, ms, nS, pA, pF, second  # noqa: E402,F401


def cuba():
    n = b.NeuronGroup(4000, """dv/dt = (-49*mV - v) / (20*ms) + (i_ex + i_in) / (200*pF) : volt (unless refractory)
                               di_ex/dt = -i_ex / (5*ms) : amp
                               di_in/dt = -i_in / (10*ms) : amp""",
                      threshold="v > -50*mV", reset="v = -60*mV", refractory=5 * ms, method="exact")
    n.v = "-60*mV + 10*mV*rand()"
    e, i = n[:3200], n[3200:]
    synapses = [b.Synapses(e, n, on_pre="i_ex += 16.2*pA", delay=0.1 * ms),
                b.Synapses(i, n, on_pre="i_in -= 90*pA", delay=0.1 * ms)]
    for s in synapses:
        s.connect(p=0.02)
    return n, e, i, synapses


def coba():
    n = b.NeuronGroup(4000, """dv/dt = (10*nS*(-60*mV - v) + g_ex*(0*mV - v) + g_in*(-80*mV - v) + 200*pA)
                                       / (200*pF) : volt (unless refractory)
                               dg_ex/dt = -g_ex / (5*ms) : siemens
                               dg_in/dt = -g_in / (10*ms) : siemens""",
                      threshold="v > -50*mV", reset="v = -60*mV", refractory=5 * ms, method="exponential_euler")
    n.v = "-60*mV + 10*mV*rand()"
    e, i = n[:3200], n[3200:]
    synapses = [b.Synapses(e, n, on_pre="g_ex += 6*nS", delay=0.1 * ms),
                b.Synapses(i, n, on_pre="g_in += 67*nS", delay=0.1 * ms)]
    for s in synapses:
        s.connect(p=0.02)
    return n, e, i, synapses


def brunel():
    n = b.NeuronGroup(12500, "dv/dt = -v / (20*ms) : volt (unless refractory)", threshold="v > 20*mV",
                      reset="v = 0*mV", refractory=2 * ms, method="exact")
    e, i = n[:10000], n[10000:]
    drive = b.PoissonInput(n, "v", 1000, 20 * Hz, 0.1 * mV)
    synapses = [b.Synapses(e, n, on_pre="v += 0.1*mV", delay=1.5 * ms),
                b.Synapses(i, n, on_pre="v -= 0.5*mV", delay=1.5 * ms)]
    for s, sources, degree in zip(synapses, (10000, 2500), (1000, 250)):
        from numpy.random import default_rng
        random = default_rng(1)
        s.connect(i=random.integers(sources, size=12500 * degree), j=[k for k in range(12500) for _ in range(degree)])
    return n, e, i, [drive, *synapses]


def write_spikes(path, populations):
    with open(path, "w") as f:
        print("population", "size", "unit", "t_ms", sep="\t", file=f)
        for name, size, monitor in populations:
            for unit, t in zip(monitor.i[:], monitor.t[:] / ms):
                print(name, size, unit, "%.1f" % t, sep="\t", file=f)


def main(name, seconds, spikes=None, seed=None):
    folder = tempfile.mkdtemp()
    b.set_device("cpp_standalone", build_on_run=False)
    if seed:
        b.seed(int(seed))
    b.defaultclock.dt = 0.1 * ms
    n, e, i, parts = {"cuba": cuba, "coba": coba, "brunel": brunel}[name]()
    monitors = [b.SpikeMonitor(e), b.SpikeMonitor(i)]
    network = b.Network(n, *parts, *monitors)
    network.run(float(seconds) * second)
    b.device.build(directory=folder, compile=True, run=True, debug=False)
    print("%s\t%.3f\t%.2f\t%.2f" % (name, b.device._last_run_time,
                                   monitors[0].num_spikes / len(e) / float(seconds),
                                   monitors[1].num_spikes / len(i) / float(seconds)))
    if spikes:
        write_spikes(spikes, (("E", len(e), monitors[0]), ("I", len(i), monitors[1])))
    shutil.rmtree(folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
