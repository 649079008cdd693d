/* modulator.c: a number that a whole network shares, such as the level of a neuromodulator or what an
 * astrocyte makes of the activity around it; it fires no spikes. Rules take it for a rate.
 *
 *   level += (I + bias - level) / tau,  with tau in steps;  value = gain level;  gain *= decay
 *
 * where I is what has arrived since the step before: with delay 0, the weights of that step's spikes.
 * At the start level is `value` and gain is 1; the gain lets the value, and what moves it, fade within a
 * presentation. It is the global astrocyte of NALSM (Ivanov and Michmizos 2021). */
#include "neuron/coefficients.h"
#include "neuron/kernel.h"
#include "neuron/models.h"

#include <math.h>

enum { VALUE, TAU, BIAS, DECAY };

static const spk_parameter parameters[] = {
    [VALUE] = {.key = "value",
               .help = "the value at the start",
               .preset = 1,
               .min = -1e9,
               .max = 1e9,
               .per_unit = true},
    [TAU] = {.key = "tau_ms",
             .help = "time constant, not below a step",
             .preset = 100,
             .min = 1e-6,
             .max = 1e9,
             .per_unit = true},
    [BIAS] = {.key = "bias",
              .help = "where the level goes without input",
              .preset = 0,
              .min = -1e9,
              .max = 1e9,
              .per_unit = true},
    [DECAY] = {.key = "decay",
               .help = "factor of the gain in a step",
               .preset = 1,
               .min = 0,
               .max = 1,
               .per_unit = true},
    {.key = NULL},
};

static const spk_state_variable states[] = {
    [MODULATOR_VALUE] = {.name = "value", .unit = ""},
    [MODULATOR_LEVEL] = {.name = "level", .unit = ""},
    [MODULATOR_GAIN] = {.name = "gain", .unit = ""},
    [MODULATOR_INPUT] = {.name = "I", .unit = ""},
    {.name = NULL},
};

static void unit(const double *param, int solver, double dt_ms, spk_neuron_unit *out)
{
    (void)solver;
    out->coefficient[MODULATOR_STEPS] = fmax(param[TAU] / dt_ms, 1);
    out->coefficient[MODULATOR_BIAS] = param[BIAS];
    out->coefficient[MODULATOR_DECAY] = param[DECAY];
    out->state[MODULATOR_VALUE] = out->state[MODULATOR_LEVEL] = param[VALUE];
    out->state[MODULATOR_GAIN] = 1;
}

static const spk_neuron_kernel kernel = {
    .receptors = 1,
    .receptor_state = {MODULATOR_INPUT},
    .coefficients = MODULATOR_COEFFICIENTS,
    .unit = unit,
    .step = {offsetof(spk_neuron_steps, modulator)},
};

const spk_neuron_model modulator_model = {
    .name = "modulator",
    .help = "a number that learning rules take for a rate (NALSM's astrocyte)",
    .source = SPK_NOT_A_SOURCE,
    .weight = SPK_WEIGHT_NUMBER,
    .no_current = true,
    .parameters = parameters,
    .solvers = "exact",
    .step_ns = (const double[]){1.0},
    .states = states,
    .kernel = &kernel,
};
