/* inputs.c: the populations that spike because they are told to: they have no state of their own.
 *
 * spike_input repeats the spikes of the input stream's channel. poisson_input draws its own: each
 * unit fires at most once a step, with probability rate * dt (capped at 1), independently, as
 * Brian's PoissonGroup does; lib/engine/source.c draws the gaps. spike_generator fires at times that
 * the network file lists. */
#include "neuron/models.h"
#include "neuron/parameters.h"

#include <math.h>

static const spk_parameter no_parameters[] = {{.key = NULL}};

static const spk_parameter poisson_parameters[] = {
    SPK_ROW("rate_Hz", "mean rate; -1: the frames of the input stream say it", -1, -1, 1e9),
    {.key = NULL},
};

static const spk_parameter generator_parameters[] = {
    {.key = "spike_times_ms",
     .help = "when each unit fires",
     .preset = NAN,
     .min = 0,
     .max = 1e15,
     .trains = true},
    {.key = NULL},
};

static const spk_state_variable no_states[] = {{.name = NULL}};

const spk_neuron_model spike_input_model = {
    .name = "spike_input",
    .help = "replays the spikes of the input stream",
    .source = SPK_SOURCE_SPIKES,
    .weight = SPK_WEIGHT_NONE,
    .parameters = no_parameters,
    .solvers = "exact",
    .states = no_states,
};

const spk_neuron_model spike_generator_model = {
    .name = "spike_generator",
    .help = "fires at given times (NEST)",
    .source = SPK_SOURCE_TRAINS,
    .weight = SPK_WEIGHT_NONE,
    .parameters = generator_parameters,
    .solvers = "exact",
    .states = no_states,
};

const spk_neuron_model poisson_input_model = {
    .name = "poisson_input",
    .help = "draws spikes with the rates of the input stream's frames, or a constant rate",
    .source = SPK_SOURCE_FRAMES,
    .weight = SPK_WEIGHT_NONE,
    .parameters = poisson_parameters,
    .solvers = "exact",
    .states = no_states,
};
