/* mat2_psc_exp.c: non-resetting leaky integrate-and-fire neuron with exponential currents and a
 * threshold that adapts on two time scales (NEST's; Kobayashi, Tsubo and Shinomoto 2009).
 *
 *   C_m dV/dt = -C_m (V - E_L) / tau_m + I_syn_ex + I_syn_in + I_e
 *   dI_syn/dt = -I_syn / tau_syn, an arriving weight adds to I_syn_ex (positive) or I_syn_in
 *   V_th = omega + V_th_1 + V_th_2,  dV_th_k/dt = -V_th_k / tau_k, each own spike adds alpha_k
 *
 * Solved exactly. A step is: propagate V with the old currents and the threshold, decay currents,
 * test V >= V_th unless a spike came less than t_ref ago, add what arrives. V is not reset. */
#include "math/math.h"
#include "neuron/coefficients.h"
#include "neuron/kernel.h"
#include "neuron/models.h"
#include "neuron/parameters.h"
#include "neuron/propagators.h"

enum { TAU_M, C_M, T_REF, E_L, I_E, TAU_EX, TAU_IN, TAU_1, TAU_2, ALPHA_1, ALPHA_2, OMEGA, V_M };

static const spk_parameter parameters[] = {
    [TAU_M] = SPK_ROW_TAU_M(5),
    [C_M] = SPK_ROW_C_M(100),
    [T_REF] = SPK_ROW("t_ref_ms", "time after a spike without another", 2, 0, 1e6),
    [E_L] = SPK_ROW_REST(-70),
    [I_E] = SPK_ROW_I_E,
    [TAU_EX] = SPK_ROW_TAU("tau_syn_ex", "decay time of I_syn_ex", 1),
    [TAU_IN] = SPK_ROW_TAU("tau_syn_in", "decay time of I_syn_in", 3),
    [TAU_1] = SPK_ROW_TAU("tau_1", "decay time of V_th_1", 10),
    [TAU_2] = SPK_ROW_TAU("tau_2", "decay time of V_th_2", 200),
    [ALPHA_1] = SPK_ROW_MV("alpha_1", "what a spike adds to V_th_1", 37),
    [ALPHA_2] = SPK_ROW_MV("alpha_2", "what a spike adds to V_th_2", 2),
    [OMEGA] = SPK_ROW_MV("omega", "threshold at rest", -51),
    [V_M] = SPK_ROW_V_M(-70),
    {.key = NULL},
};

static const spk_state_variable states[] = {
    {.name = "V_m", .unit = "mV"},
    {.name = "I_syn_ex", .unit = "pA", .synaptic = true},
    {.name = "I_syn_in", .unit = "pA", .synaptic = true},
    {.name = "V_th_1", .unit = "mV"},
    {.name = "V_th_2", .unit = "mV"},
    {.name = "V_th", .unit = "mV"},
    {.name = NULL},
};

static void unit(const double *param, int solver, double dt_ms, spk_neuron_unit *out)
{
    (void)solver;
    const double tau_m = param[TAU_M], c_m = param[C_M];
    const double constant = spk_propagate_constant(dt_ms, tau_m, c_m);
    out->coefficient[MAT2_DECAY] = spk_exp(-dt_ms / tau_m);
    out->coefficient[MAT2_DRIVE] = -spk_expm1(-dt_ms / tau_m) * param[E_L] + constant * param[I_E];
    out->coefficient[MAT2_CURRENT] = constant;
    out->coefficient[MAT2_BY_EX] = spk_propagate_exp(dt_ms, tau_m, c_m, param[TAU_EX]);
    out->coefficient[MAT2_BY_IN] = spk_propagate_exp(dt_ms, tau_m, c_m, param[TAU_IN]);
    out->coefficient[MAT2_DECAY_EX] = spk_exp(-dt_ms / param[TAU_EX]);
    out->coefficient[MAT2_DECAY_IN] = spk_exp(-dt_ms / param[TAU_IN]);
    out->coefficient[MAT2_DECAY_1] = spk_exp(-dt_ms / param[TAU_1]);
    out->coefficient[MAT2_DECAY_2] = spk_exp(-dt_ms / param[TAU_2]);
    out->coefficient[MAT2_ALPHA_1] = param[ALPHA_1];
    out->coefficient[MAT2_ALPHA_2] = param[ALPHA_2];
    out->state[MAT2_V] = param[V_M];
    out->state[MAT2_V_TH] = param[OMEGA];
    out->threshold = param[OMEGA];
    out->t_ref_ms = param[T_REF];
}

static const spk_neuron_kernel kernel = {
    .receptors = 2,
    .receptor_state = {MAT2_I_EX, MAT2_I_IN},
    .coefficients = MAT2_COEFFICIENTS,
    .unit = unit,
    .step = {offsetof(spk_neuron_steps, mat2_psc_exp)},
};

const spk_neuron_model mat2_psc_exp_model = {
    .name = "mat2_psc_exp",
    .help =
        "multi-timescale adaptive threshold, exponential currents (NEST; Kobayashi et al. 2009)",
    .source = SPK_NOT_A_SOURCE,
    .weight = SPK_WEIGHT_CURRENT,
    .goes_on = true,
    .parameters = parameters,
    .solvers = "exact",
    .step_ns = (const double[]){1.3},
    .states = states,
    .kernel = &kernel,
};
