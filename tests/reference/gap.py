#!/usr/bin/env python3
"""gap.py: what gap junctions do, from an integration of all neurons as one system.

Writes TSV to stdout: case, time in ms, unit, V_m in mV. Every case is a population of Hodgkin and Huxley's neurons
(NEST's hh_psc_alpha with its defaults), each joined to each by gap junctions of one conductance, with currents and
potentials of their own. The whole is one system of ordinary differential equations, which scipy's DOP853 solves to a
relative error of 1e-12; nothing here is split into steps. tests/reference/gap.tsv is its output, which
tests/gap.bats compares networks with.
"""
import numpy as np
from scipy.integrate import solve_ivp

C_M, G_NA, G_K, G_L, E_NA, E_K, E_L = 100.0, 12000.0, 3600.0, 30.0, 50.0, -77.0, -54.402
GATES = [0.05293248525724958, 0.5961207535084603, 0.3176769140606974]

# name: V_m at the start, I_e in pA, the conductance of each junction in nS, times
CASES = {
    "pair": ([-10.0, -65.0], [650.0, 650.0], 0.5, range(10, 101, 10)),
    "strong": ([-65.0, -60.0], [700.0, 1000.0], 5.0, range(4, 41, 4)),
    "twenty": (list(np.linspace(-75, -56, 20)), list(np.linspace(620, 1000, 20)), 0.5, range(4, 41, 4)),
}


def slopes(y, current, g):
    v, m, h, n = y
    ions = G_NA * m**3 * h * (v - E_NA) + G_K * n**4 * (v - E_K) + G_L * (v - E_L)
    flow = g * (v.sum() - v.size * v)
    a_m = 0.1 * (v + 40) / -np.expm1(-(v + 40) / 10)
    a_h = 0.07 * np.exp(-(v + 65) / 20)
    a_n = 0.01 * (v + 55) / -np.expm1(-(v + 55) / 10)
    b_m = 4 * np.exp(-(v + 65) / 18)
    b_h = 1 / (1 + np.exp(-(v + 35) / 10))
    b_n = 0.125 * np.exp(-(v + 65) / 80)
    return np.array([
        (current + flow - ions) / C_M,
        a_m * (1 - m) - b_m * m,
        a_h * (1 - h) - b_h * h,
        a_n * (1 - n) - b_n * n,
    ])


def main():
    print("case\ttime_ms\tunit\tV_m")
    for name, (start, current, g, times) in CASES.items():
        size = len(start)
        y = np.array([start] + [[gate] * size for gate in GATES])
        solution = solve_ivp(
            lambda t, y: slopes(y.reshape(4, size), np.array(current), g).ravel(),
            (0, times[-1]), y.ravel(), method="DOP853", t_eval=times, rtol=1e-12, atol=1e-12, max_step=0.05)
        for time, values in zip(times, solution.y.T):
            for unit in range(size):
                print(f"{name}\t{time}\t{unit}\t{values[unit]:.9f}")


if __name__ == "__main__":
    main()
