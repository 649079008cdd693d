/* iaf_psc_delta.c: leaky integrate-and-fire neuron whose potential jumps by the weight (NEST's).
 *
 *   tau_m dV/dt = -(V - E_L) + (tau_m / C_m) I_e, solved exactly
 *
 * A step is: propagate, add what arrives, keep V >= V_min, test V >= V_th + theta. For t_ref after
 * the step of a spike, arriving input is discarded, and V stays at V_reset ("refractory": "clamp",
 * NEST) or goes on relaxing ("leak", BindsNET). */
#include "math/math.h"
#include "neuron/coefficients.h"
#include "neuron/kernel.h"
#include "neuron/models.h"

enum { TAU_M, C_M, T_REF, E_L, I_E, V_TH, V_RESET, V_MIN, V_M, REFRACTORY };

static const spk_parameter parameters[] = {
    [TAU_M] = {.key = "tau_m_ms",
               .help = "membrane time constant",
               .preset = 10,
               .min = 1e-6,
               .max = 1e9,
               .per_unit = true},
    [C_M] = {.key = "C_m_pF",
             .help = "membrane capacitance",
             .preset = 250,
             .min = 1e-9,
             .max = 1e9,
             .per_unit = true},
    [T_REF] = {.key = "t_ref_ms",
               .help = "refractory period",
               .preset = 2,
               .min = 0,
               .max = 1e6,
               .per_unit = true},
    [E_L] = {.key = "E_L_mV",
             .help = "resting potential",
             .preset = -70,
             .min = -1e6,
             .max = 1e6,
             .per_unit = true},
    [I_E] = {.key = "I_e_pA",
             .help = "constant current",
             .preset = 0,
             .min = -1e9,
             .max = 1e9,
             .per_unit = true},
    [V_TH] = {.key = "V_th_mV",
              .help = "threshold",
              .preset = -55,
              .min = -1e6,
              .max = 1e6,
              .per_unit = true},
    [V_RESET] = {.key = "V_reset_mV",
                 .help = "potential after a spike",
                 .preset = -70,
                 .min = -1e6,
                 .max = 1e6,
                 .per_unit = true},
    [V_MIN] = {.key = "V_min_mV",
               .help = "lowest potential (-1e9: none)",
               .preset = -1e9,
               .min = -1e9,
               .max = 1e6,
               .per_unit = true},
    [V_M] = {.key = "V_m_mV",
             .help = "potential at the start",
             .preset = -70,
             .min = -1e9,
             .max = 1e6,
             .per_unit = true},
    [REFRACTORY] = {.key = "refractory",
                    .help = "what V does meanwhile",
                    .preset = 0,
                    .choices = "clamp|leak"},
    {.key = NULL},
};

static const spk_state_variable states[] = {
    {.name = "V_m", .unit = "mV"},
    {.name = "theta", .unit = "mV"},
    {.name = NULL},
};

static void unit(const double *param, int solver, double dt_ms, spk_neuron_unit *out)
{
    (void)solver;
    double decay = spk_exp(-dt_ms / param[TAU_M]);
    double rest = -spk_expm1(-dt_ms / param[TAU_M]); /* 1 - decay */
    out->coefficient[DELTA_DECAY] = decay;
    out->coefficient[DELTA_DRIVE] = rest * (param[E_L] + param[TAU_M] / param[C_M] * param[I_E]);
    out->coefficient[DELTA_CURRENT] = rest * param[TAU_M] / param[C_M];
    out->coefficient[DELTA_MIN] = param[V_MIN];
    out->coefficient[DELTA_RESET] = param[V_RESET];
    out->coefficient[DELTA_LEAKS] = param[REFRACTORY];
    out->state[DELTA_V] = param[V_M];
    out->threshold = param[V_TH];
    out->t_ref_ms = param[T_REF];
}

static const spk_neuron_kernel kernel = {
    .receptors = 1,
    .before_threshold = true,
    .receptor_state = {DELTA_V},
    .coefficients = DELTA_COEFFICIENTS,
    .unit = unit,
    .step = {offsetof(spk_neuron_steps, iaf_psc_delta)},
};

const spk_neuron_model iaf_psc_delta_model = {
    .name = "iaf_psc_delta",
    .help = "leaky integrate-and-fire, delta synapses (NEST; BindsNET's nodes)",
    .source = SPK_NOT_A_SOURCE,
    .weight = SPK_WEIGHT_VOLTAGE,
    .parameters = parameters,
    .solvers = "exact",
    .step_ns = (const double[]){0.7},
    .adaptive_threshold = true,
    .states = states,
    .kernel = &kernel,
};
