/* iaf_psc_exp.c: leaky integrate-and-fire neuron with exponential currents (NEST's).
 *
 *   C_m dV/dt = -C_m (V - E_L) / tau_m + I_syn_ex + I_syn_in + I_e
 *   dI_syn/dt = -I_syn / tau_syn, an arriving weight adds to I_syn_ex (positive) or I_syn_in
 *
 * Solved exactly. A step is: propagate V with the old currents, decay them, test V >= V_th + theta,
 * add what arrives. For t_ref after the step of a spike V stays at V_reset. */
#include "math/math.h"
#include "neuron/coefficients.h"
#include "neuron/kernel.h"
#include "neuron/models.h"
#include "neuron/parameters.h"
#include "neuron/propagators.h"

enum { TAU_M, C_M, T_REF, E_L, I_E, V_TH, V_RESET, TAU_EX, TAU_IN, V_M };

static const spk_parameter parameters[] = {
    [TAU_M] = SPK_ROW_TAU_M(10),
    [C_M] = SPK_ROW_C_M(250),
    [T_REF] = SPK_ROW_T_REF(2),
    [E_L] = SPK_ROW_REST(-70),
    [I_E] = SPK_ROW_I_E,
    [V_TH] = SPK_ROW_V_TH(-55),
    [V_RESET] = SPK_ROW_RESET(-70),
    [TAU_EX] = SPK_ROW_TAU("tau_syn_ex", "decay time of I_syn_ex", 2),
    [TAU_IN] = SPK_ROW_TAU("tau_syn_in", "decay time of I_syn_in", 2),
    [V_M] = SPK_ROW_V_M(-70),
    {.key = NULL},
};

static const spk_state_variable states[] = {
    {.name = "V_m", .unit = "mV"},
    {.name = "I_syn_ex", .unit = "pA", .synaptic = true},
    {.name = "I_syn_in", .unit = "pA", .synaptic = true},
    {.name = "theta", .unit = "mV"},
    {.name = NULL},
};

static void unit(const double *param, int solver, double dt_ms, spk_neuron_unit *out)
{
    (void)solver;
    const double tau_m = param[TAU_M], c_m = param[C_M];
    const double constant = spk_propagate_constant(dt_ms, tau_m, c_m);
    out->coefficient[PSC_EXP_DECAY] = spk_exp(-dt_ms / tau_m);
    out->coefficient[PSC_EXP_DRIVE] =
        -spk_expm1(-dt_ms / tau_m) * param[E_L] + constant * param[I_E];
    out->coefficient[PSC_EXP_CURRENT] = constant;
    out->coefficient[PSC_EXP_BY_EX] = spk_propagate_exp(dt_ms, tau_m, c_m, param[TAU_EX]);
    out->coefficient[PSC_EXP_BY_IN] = spk_propagate_exp(dt_ms, tau_m, c_m, param[TAU_IN]);
    out->coefficient[PSC_EXP_DECAY_EX] = spk_exp(-dt_ms / param[TAU_EX]);
    out->coefficient[PSC_EXP_DECAY_IN] = spk_exp(-dt_ms / param[TAU_IN]);
    out->coefficient[PSC_EXP_RESET] = param[V_RESET];
    out->state[PSC_EXP_V] = param[V_M];
    out->threshold = param[V_TH];
    out->t_ref_ms = param[T_REF];
}

static const spk_neuron_kernel kernel = {
    .receptors = 2,
    .holds = 1,
    .receptor_state = {PSC_EXP_I_EX, PSC_EXP_I_IN},
    .coefficients = PSC_EXP_COEFFICIENTS,
    .unit = unit,
    .step = {offsetof(spk_neuron_steps, iaf_psc_exp)},
};

const spk_neuron_model iaf_psc_exp_model = {
    .name = "iaf_psc_exp",
    .help = "leaky integrate-and-fire, exponential currents (NEST)",
    .source = SPK_NOT_A_SOURCE,
    .weight = SPK_WEIGHT_CURRENT,
    .parameters = parameters,
    .solvers = "exact",
    .step_ns = (const double[]){0.6},
    .adaptive_threshold = true,
    .states = states,
    .kernel = &kernel,
};
