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
#include "neuron/parameters.h"

enum { TAU_M, C_M, T_REF, E_L, I_E, V_TH, V_RESET, V_MIN, V_M, REFRACTORY };

static const spk_parameter parameters[] = {
    [TAU_M] = SPK_ROW_TAU_M(10),
    [C_M] = SPK_ROW_C_M(250),
    [T_REF] = SPK_ROW_T_REF(2),
    [E_L] = SPK_ROW_REST(-70),
    [I_E] = SPK_ROW_I_E,
    [V_TH] = SPK_ROW_V_TH(-55),
    [V_RESET] = SPK_ROW_RESET(-70),
    [V_MIN] = SPK_ROW_V_MIN,
    [V_M] = SPK_ROW_V_M(-70),
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
