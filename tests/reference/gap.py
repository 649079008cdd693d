#!/usr/bin/env python3
"""gap.py: what gap junctions do, from an integration of all neurons as one system.

Writes TSV to stdout: case, time in ms, unit, V_m in mV. Every case is a population of Hodgkin and Huxley's neurons
(NEST's hh_psc_alpha, or hh_psc_alpha_gap, with its defaults), each joined to each by gap junctions of one conductance,
with currents and potentials of their own. The whole is one system of ordinary differential equations, which scipy's
DOP853 solves to a relative error of 1e-12; nothing here is split into steps. tests/reference/gap.tsv is its output,
which tests/gap.bats compares networks with.
"""
import numpy as np
from scipy.integrate import solve_ivp


def rising(x, width):
    return x / -np.expm1(-x / width)


def hodgkin_huxley(y, current):
    v, m, h, n = y
    ions = 12000 * m**3 * h * (v - 50) + 3600 * n**4 * (v + 77) + 30 * (v + 54.402)
    return np.array([
        (current - ions) / 100,
        0.1 * rising(v + 40, 10) * (1 - m) - 4 * np.exp(-(v + 65) / 18) * m,
        0.07 * np.exp(-(v + 65) / 20) * (1 - h) - h / (1 + np.exp(-(v + 35) / 10)),
        0.01 * rising(v + 55, 10) * (1 - n) - 0.125 * np.exp(-(v + 65) / 80) * n,
    ])


def mancilla(y, current):
    v, m, h, n, p = y
    ions = 4500 * m**3 * h * (v - 74) + (9 * n**4 + 9000 * p**2) * (v + 90) + 10 * (v + 70)
    return np.array([
        (current - ions) / 40,
        40 * rising(v - 75.5, 13.5) * (1 - m) - 1.2262 * np.exp(-v / 42.248) * m,
        0.0035 * np.exp(-v / 24.186) * (1 - h) - 0.017 * rising(v + 51.25, 5.2) * h,
        0.014 * rising(v + 44, 2.3) * (1 - n) - 0.0043 * np.exp(-(v + 44) / 34) * n,
        rising(v - 95, 11.8) * (1 - p) - 0.025 * np.exp(-v / 22.222) * p,
    ])


# The gates at the start.
HH = (hodgkin_huxley, [0.05293248525724958, 0.5961207535084603, 0.3176769140606974])
FAST = (mancilla, [0.019198766985083732, 0.868462041294399, 0.0005741576228359767, 0.0002511318227150632])

# name: the model, V_m at the start, I_e in pA, the conductance of each junction in nS, times in ms
CASES = {
    "pair": (HH, [-10.0, -65.0], [650.0, 650.0], 0.5, range(10, 101, 10)),
    "strong": (HH, [-65.0, -60.0], [700.0, 1000.0], 5.0, range(4, 41, 4)),
    "twenty": (HH, list(np.linspace(-75, -56, 20)), list(np.linspace(620, 1000, 20)), 0.5, range(4, 41, 4)),
    # NEST's example of two neurons
    "nest": (FAST, [-10.0, -69.60401191631222], [100.0, 100.0], 0.5, range(25, 351, 25)),
}


def solve(model, start, current, g, times):
    """V_m of all units at these times: [time][unit]."""
    slopes, gates = model
    shape = (1 + len(gates), len(start))

    def system(_, y):
        y = y.reshape(shape)
        flow = g * (y[0].sum() - shape[1] * y[0])
        return slopes(y, np.array(current) + flow).ravel()

    first = np.array([start] + [[gate] * shape[1] for gate in gates])
    found = solve_ivp(system, (0, times[-1]), first.ravel(), method="DOP853", t_eval=times, rtol=1e-12, atol=1e-12,
                      max_step=0.05)
    return found.y.T.reshape(len(times), *shape)[:, 0]


def main():
    print("case\ttime_ms\tunit\tV_m")
    for name, case in CASES.items():
        for time, row in zip(case[-1], solve(*case)):
            for unit, v in enumerate(row):
                print(f"{name}\t{time}\t{unit}\t{v:.9f}")


if __name__ == "__main__":
    main()
