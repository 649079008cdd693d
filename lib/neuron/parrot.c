/* parrot.c: a unit that repeats what arrives, in the step in which it arrives (NEST's parrot_neuron).
 *
 * It fires when the weights that arrive in a step sum up to more than 0. What is added after the
 * threshold test (delay 0) is kept for the next step. */
#include "neuron/coefficients.h"
#include "neuron/kernel.h"
#include "neuron/models.h"

static const spk_parameter parameters[] = {{.key = NULL}};

static const spk_state_variable states[] = {
    {.name = "arrived", .unit = ""},
    {.name = NULL},
};

static void unit(const double *param, int solver, double dt_ms, spk_neuron_unit *out)
{
    (void)param, (void)solver, (void)dt_ms;
    out->threshold = 0;
}

static const spk_neuron_kernel kernel = {
    .receptors = 1,
    .before_threshold = true,
    .receptor_state = {PARROT_ARRIVED},
    .unit = unit,
    .step = {offsetof(spk_neuron_steps, parrot)},
};

const spk_neuron_model parrot_model = {
    .name = "parrot",
    .help = "repeats the spikes that arrive (NEST's parrot_neuron)",
    .source = SPK_NOT_A_SOURCE,
    .weight = SPK_WEIGHT_NUMBER,
    .no_current = true,
    .positive_weights = true,
    .parameters = parameters,
    .solvers = "exact",
    .step_ns = (const double[]){0.2},
    .states = states,
    .kernel = &kernel,
};
