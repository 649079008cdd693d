/* devices.c: what drives a network besides its input stream: populations, mostly of one unit, whose
 * every target gets a train or a current of its own. They have no state and make no spikes.
 *
 * As in NEST, a device is active for start <= t < stop. lib/engine/drive.c draws the trains,
 * lib/engine/current.c adds up the currents. */
#include "neuron/models.h"
#include "neuron/parameters.h"

#include <math.h>

static const spk_state_variable no_states[] = {{.name = NULL}};

#define START                                                                                      \
    {                                                                                              \
        .key = "start_ms", .help = "when it begins", .preset = 0, .min = 0, .max = 1e15            \
    }
#define STOP                                                                                       \
    {                                                                                              \
        .key = "stop_ms", .help = "when it ends; -1: never", .preset = -1, .min = -1, .max = 1e15  \
    }

static const spk_parameter poisson_parameters[] = {
    SPK_ROW("rate_Hz", "mean rate of what each target gets", 0, 0, 1e9),
    START,
    STOP,
    {.key = NULL},
};

static const spk_parameter dc_parameters[] = {
    SPK_ROW_PA("amplitude", "the current", 0),
    START,
    STOP,
    {.key = NULL},
};

static const spk_parameter step_parameters[] = {
    {.key = "amplitude_times_ms",
     .help = "when the current changes, ascending, above 0",
     .preset = NAN,
     .min = 0,
     .max = 1e15,
     .list = true},
    {.key = "amplitude_values_pA",
     .help = "the current from then on; before it is 0",
     .preset = NAN,
     .min = -1e9,
     .max = 1e9,
     .list = true},
    START,
    STOP,
    {.key = NULL},
};

static const spk_parameter noise_parameters[] = {
    SPK_ROW_PA("mean", "mean of the current", 0),
    SPK_ROW("std_pA", "its standard deviation", 0, 0, 1e9),
    {.key = "dt_ms",
     .help = "time between its changes; 0: ten steps",
     .preset = 0,
     .min = 0,
     .max = 1e15},
    START,
    STOP,
    {.key = NULL},
};

const spk_neuron_model poisson_generator_model = {
    .name = "poisson_generator",
    .help = "gives each target a Poisson train of its own (NEST)",
    .source = SPK_SOURCE_DEVICE,
    .device = SPK_DEVICE_POISSON,
    .weight = SPK_WEIGHT_NONE,
    .parameters = poisson_parameters,
    .solvers = "exact",
    .states = no_states,
};

const spk_neuron_model dc_generator_model = {
    .name = "dc_generator",
    .help = "a constant current (NEST)",
    .source = SPK_SOURCE_DEVICE,
    .device = SPK_DEVICE_DC,
    .weight = SPK_WEIGHT_NONE,
    .parameters = dc_parameters,
    .solvers = "exact",
    .states = no_states,
};

const spk_neuron_model step_current_generator_model = {
    .name = "step_current_generator",
    .help = "a current that changes at given times (NEST)",
    .source = SPK_SOURCE_DEVICE,
    .device = SPK_DEVICE_STEP,
    .weight = SPK_WEIGHT_NONE,
    .parameters = step_parameters,
    .solvers = "exact",
    .states = no_states,
};

const spk_neuron_model noise_generator_model = {
    .name = "noise_generator",
    .help = "a normally distributed current, drawn anew for each target every dt_ms (NEST)",
    .source = SPK_SOURCE_DEVICE,
    .device = SPK_DEVICE_NOISE,
    .weight = SPK_WEIGHT_NONE,
    .parameters = noise_parameters,
    .solvers = "exact",
    .states = no_states,
};
