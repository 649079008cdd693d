/* propagators.h: one step of a leaky membrane under a synaptic current, solved exactly.
 *
 *   dV/dt = -V / tau_m + I / C_m
 *
 * Rotter and Diesmann, Biological Cybernetics 81 (1999) 381. All stay accurate where tau_syn comes
 * near tau_m. Times in ms, capacitance in pF; results in mV a pA. */
#ifndef SPK_NEURON_PROPAGATORS_H
#define SPK_NEURON_PROPAGATORS_H

/* What a constant current of 1 pA adds to V in a step of dt. */
double spk_propagate_constant(double dt, double tau_m, double c_m);
/* What I = exp(-t / tau_syn) adds. */
double spk_propagate_exp(double dt, double tau_m, double c_m, double tau_syn);
/* What I = t exp(-t / tau_syn), t in ms, adds. */
double spk_propagate_alpha(double dt, double tau_m, double c_m, double tau_syn);

#endif
