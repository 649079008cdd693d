/* if_curr_exp_spinnaker.c: PyNN's IF_curr_exp as sPyNNaker steps it on SpiNNaker: iaf_psc_exp with the
 * input first, and the currents held over the step at their mean in it.
 *
 *   I_syn += what arrives
 *   a = E_L + R (m_ex I_syn_ex + m_in I_syn_in + I_e),  R = tau_m / C_m
 *   V = a + (V - a) exp(-dt / tau_m)                    unless refractory; test V >= V_th + theta
 *   I_syn *= exp(-dt / tau_syn)
 *
 * with m = tau_syn / dt (1 - exp(-dt / tau_syn)), which sPyNNaker multiplies weights by as they arrive
 * (neuron/models/neuron_model_lif_impl.h, neuron/synapse_types/synapse_types_exponential_impl.h);
 * t_ref is rounded up to whole steps, as there. Its fixed-point numbers are not imitated. */
#include "math/math.h"
#include "neuron/coefficients.h"
#include "neuron/kernel.h"
#include "neuron/models.h"
#include "neuron/parameters.h"

#include <math.h>

enum { TAU_M, C_M, T_REF, E_L, I_E, V_TH, V_RESET, TAU_EX, TAU_IN, V_M };

static const spk_parameter parameters[] = {
    [TAU_M] = SPK_ROW_TAU_M(20),
    [C_M] = SPK_ROW_C_M(1000),
    [T_REF] = SPK_ROW("t_ref_ms", "refractory period, rounded up to whole steps", 0.1, 0, 1e6),
    [E_L] = SPK_ROW_REST(-65),
    [I_E] = SPK_ROW_I_E,
    [V_TH] = SPK_ROW_V_TH(-50),
    [V_RESET] = SPK_ROW_RESET(-65),
    [TAU_EX] = SPK_ROW_TAU("tau_syn_ex", "decay time of I_syn_ex", 5),
    [TAU_IN] = SPK_ROW_TAU("tau_syn_in", "decay time of I_syn_in", 5),
    [V_M] = SPK_ROW_V_M(-65),
    {.key = NULL},
};

static const spk_state_variable states[] = {
    {.name = "V_m", .unit = "mV"},
    {.name = "I_syn_ex", .unit = "pA", .synaptic = true},
    {.name = "I_syn_in", .unit = "pA", .synaptic = true},
    {.name = "theta", .unit = "mV"},
    {.name = NULL},
};

/* The mean of exp(-t / tau) over a step. */
static double mean_decay(double dt_ms, double tau_ms)
{
    return -spk_expm1(-dt_ms / tau_ms) * tau_ms / dt_ms;
}

static void unit(const double *param, int solver, double dt_ms, spk_neuron_unit *out)
{
    (void)solver;
    const double resistance = param[TAU_M] / param[C_M], rounding = 1e-9;
    out->coefficient[SPINNAKER_DECAY] = spk_exp(-dt_ms / param[TAU_M]);
    out->coefficient[SPINNAKER_REST] = param[E_L] + resistance * param[I_E];
    out->coefficient[SPINNAKER_CURRENT] = resistance;
    out->coefficient[SPINNAKER_BY_EX] = resistance * mean_decay(dt_ms, param[TAU_EX]);
    out->coefficient[SPINNAKER_BY_IN] = resistance * mean_decay(dt_ms, param[TAU_IN]);
    out->coefficient[SPINNAKER_DECAY_EX] = spk_exp(-dt_ms / param[TAU_EX]);
    out->coefficient[SPINNAKER_DECAY_IN] = spk_exp(-dt_ms / param[TAU_IN]);
    out->coefficient[SPINNAKER_RESET] = param[V_RESET];
    out->state[SPINNAKER_V] = param[V_M];
    out->threshold = param[V_TH];
    out->t_ref_ms = ceil(param[T_REF] / dt_ms - rounding) * dt_ms;
}

static const spk_neuron_kernel kernel = {
    .receptors = 2,
    .before_threshold = true,
    .receptor_state = {SPINNAKER_I_EX, SPINNAKER_I_IN},
    .coefficients = SPINNAKER_COEFFICIENTS,
    .unit = unit,
    .step = {offsetof(spk_neuron_steps, if_curr_exp_spinnaker)},
};

const spk_neuron_model if_curr_exp_spinnaker_model = {
    .name = "if_curr_exp_spinnaker",
    .help = "leaky integrate-and-fire, exponential currents (PyNN's IF_curr_exp on SpiNNaker)",
    .source = SPK_NOT_A_SOURCE,
    .weight = SPK_WEIGHT_CURRENT,
    .parameters = parameters,
    .solvers = "exact",
    .step_ns = (const double[]){1.2},
    .adaptive_threshold = true,
    .states = states,
    .kernel = &kernel,
};
