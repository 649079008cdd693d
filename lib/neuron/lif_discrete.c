/* lif_discrete.c: leaky integrate-and-fire in steps, without units, as machine learning writes it.
 *
 *   V = decay V + I + bias;  S = V >= V_th;  V is reset where S;  I = input_decay I + what arrives
 *
 * so that what a spike of one step adds with delay 0 acts on the next. It is snnTorch's Leaky and
 * Synaptic (there "above", and the reset in the "next" step), and the neuron of NALSM (Ivanov and
 * Michmizos 2021), whose step begins with the spike: its order is this one cut elsewhere. */
#include "neuron/coefficients.h"
#include "neuron/kernel.h"
#include "neuron/models.h"

enum { DECAY, INPUT_DECAY, BIAS, V_TH, V_RESET, V_M, T_REF, RESET, RESET_IN, REFRACTORY, FIRES };
enum { HARD, SOFT };

static const spk_parameter parameters[] = {
    [DECAY] = {.key = "decay",
               .help = "factor of V in a step",
               .preset = 0.9,
               .min = 0,
               .max = 1,
               .per_unit = true},
    [INPUT_DECAY] = {.key = "input_decay",
                     .help = "factor of I in a step",
                     .preset = 0,
                     .min = 0,
                     .max = 1,
                     .per_unit = true},
    [BIAS] = {.key = "bias",
              .help = "what each step adds to V",
              .preset = 0,
              .min = -1e9,
              .max = 1e9,
              .per_unit = true},
    [V_TH] = {.key = "V_th",
              .help = "threshold",
              .preset = 1,
              .min = -1e9,
              .max = 1e9,
              .per_unit = true},
    [V_RESET] = {.key = "V_reset",
                 .help = "V after a hard reset",
                 .preset = 0,
                 .min = -1e9,
                 .max = 1e9,
                 .per_unit = true},
    [V_M] = {.key = "V_m",
             .help = "V at the start",
             .preset = 0,
             .min = -1e9,
             .max = 1e9,
             .per_unit = true},
    [T_REF] = {.key = "t_ref_steps",
               .help = "steps after a spike that have none",
               .preset = 0,
               .min = 0,
               .max = 1e6,
               .per_unit = true},
    [RESET] = {.key = "reset",
               .help = "a spike sets V to V_reset, or takes V_th away",
               .preset = SOFT,
               .choices = "hard|soft|none"},
    [RESET_IN] = {.key = "reset_in",
                  .help =
                      "the step of the spike, or the next: after the input, where V was over V_th",
                  .preset = 0,
                  .choices = "same|next"},
    [REFRACTORY] = {.key = "refractory",
                    .help = "what V does meanwhile",
                    .preset = 0,
                    .choices = "integrate|clamp"},
    [FIRES] = {.key = "fires",
               .help = "when V is V_th or more, or only above",
               .preset = 0,
               .choices = "at|above"},
    {.key = NULL},
};

static const spk_state_variable states[] = {
    {.name = "V_m", .unit = ""},
    {.name = "I", .unit = ""},
    {.name = NULL},
};

static void unit(const double *param, int solver, double dt_ms, spk_neuron_unit *out)
{
    (void)solver;
    out->coefficient[DISCRETE_DECAY] = param[DECAY];
    out->coefficient[DISCRETE_INPUT_DECAY] = param[INPUT_DECAY];
    out->coefficient[DISCRETE_BIAS] = param[BIAS];
    out->coefficient[DISCRETE_RESET] = param[V_RESET];
    out->coefficient[DISCRETE_HARD] = (int)param[RESET] == HARD;
    out->coefficient[DISCRETE_SOFT] = (int)param[RESET] == SOFT;
    out->coefficient[DISCRETE_NEXT] = param[RESET_IN];
    out->coefficient[DISCRETE_CLAMPS] = param[REFRACTORY];
    out->coefficient[DISCRETE_ABOVE] = param[FIRES];
    out->state[DISCRETE_V] = param[V_M];
    out->threshold = param[V_TH];
    out->t_ref_ms = param[T_REF] * dt_ms;
}

static const spk_neuron_kernel kernel = {
    .receptors = 1,
    .receptor_state = {DISCRETE_I},
    .coefficients = DISCRETE_COEFFICIENTS,
    .unit = unit,
    .step = {offsetof(spk_neuron_steps, lif_discrete)},
};

const spk_neuron_model lif_discrete_model = {
    .name = "lif_discrete",
    .help = "leaky integrate-and-fire in steps, without units (snnTorch; NALSM)",
    .source = SPK_NOT_A_SOURCE,
    .weight = SPK_WEIGHT_NUMBER,
    .no_current = true,
    .parameters = parameters,
    .solvers = "exact",
    .step_ns = (const double[]){1.0},
    .states = states,
    .kernel = &kernel,
};
