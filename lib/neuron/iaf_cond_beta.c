/* iaf_cond_beta.c: leaky integrate-and-fire neurons with conductances that rise and fall (NEST's
 * iaf_cond_beta, and iaf_cond_alpha, where both take the same time).
 *
 *   C_m dV/dt = -g_L (V - E_L) - g_ex (V - E_ex) - g_in (V - E_in) + I_e
 *   dg/dt = peak dg - g / tau_rise,  d(dg)/dt = -dg / tau_decay
 *
 * An arriving weight adds to dg_ex (positive) or its size to dg_in (negative); it is the maximum of
 * the conductance that it makes (synapse_shape.h). Solved by rkf45 to 1e-3 in each variable; then
 * V >= V_th + theta is tested, and what arrives is added. For t_ref after the step of a spike V is
 * set to V_reset. */
#include "neuron/coefficients.h"
#include "neuron/kernel.h"
#include "neuron/models.h"
#include "neuron/parameters.h"
#include "neuron/synapse_shape.h"

enum { V_TH, V_RESET, T_REF, G_L, C_M, E_EX, E_IN, E_L, I_E, V_M, COMMON };
enum { RISE_EX = COMMON, DECAY_EX, RISE_IN, DECAY_IN }; /* of iaf_cond_beta */
enum { TAU_EX = COMMON, TAU_IN };                       /* of iaf_cond_alpha */

#define COMMON_ROWS                                                                                \
    [V_TH] = SPK_ROW_V_TH(-55), [V_RESET] = SPK_ROW_RESET(-60), [T_REF] = SPK_ROW_T_REF(2),        \
    [G_L] = SPK_ROW_G_L(16.6667), [C_M] = SPK_ROW_C_M(250), [E_EX] = SPK_ROW_E_EX(0),              \
    [E_IN] = SPK_ROW_E_IN(-85), [E_L] = SPK_ROW_E_L(-70), [I_E] = SPK_ROW_I_E,                     \
    [V_M] = SPK_ROW_V_M(-70)

static const spk_parameter beta_parameters[] = {
    COMMON_ROWS,
    [RISE_EX] = SPK_ROW_TAU("tau_rise_ex", "rise time of g_ex", 0.2),
    [DECAY_EX] = SPK_ROW_TAU("tau_decay_ex", "decay time of g_ex", 0.2),
    [RISE_IN] = SPK_ROW_TAU("tau_rise_in", "rise time of g_in", 2),
    [DECAY_IN] = SPK_ROW_TAU("tau_decay_in", "decay time of g_in", 2),
    {.key = NULL},
};

static const spk_parameter alpha_parameters[] = {
    COMMON_ROWS,
    [TAU_EX] = SPK_ROW_TAU("tau_syn_ex", "rise time of g_ex", 0.2),
    [TAU_IN] = SPK_ROW_TAU("tau_syn_in", "rise time of g_in", 2),
    {.key = NULL},
};

static const spk_state_variable states[] = {
    {.name = "V_m", .unit = "mV"},
    {.name = "dg_ex", .unit = "nS", .synaptic = true},
    {.name = "g_ex", .unit = "nS", .synaptic = true},
    {.name = "dg_in", .unit = "nS", .synaptic = true},
    {.name = "g_in", .unit = "nS", .synaptic = true},
    {.name = "solver_step", .unit = "ms"},
    {.name = "theta", .unit = "mV"},
    {.name = NULL},
};

static void unit(const double *param, double rise_ex, double decay_ex, double rise_in,
                 double decay_in, double dt_ms, spk_neuron_unit *out)
{
    double *c = out->coefficient;
    c[RKF_DT] = dt_ms;
    c[RKF_RESET] = param[V_RESET];
    c[RKF_COND_C_M] = param[C_M];
    c[RKF_COND_G_L] = param[G_L];
    c[RKF_COND_E_L] = param[E_L];
    c[RKF_COND_E_EX] = param[E_EX];
    c[RKF_COND_E_IN] = param[E_IN];
    c[RKF_COND_I_E] = param[I_E];
    c[RKF_COND_TAU_EX] = decay_ex;
    c[RKF_COND_TAU_IN] = decay_in;
    c[RKF_BETA_RISE_EX] = rise_ex;
    c[RKF_BETA_RISE_IN] = rise_in;
    c[RKF_BETA_PEAK_EX] = spk_synapse_peak(rise_ex, decay_ex);
    c[RKF_BETA_PEAK_IN] = spk_synapse_peak(rise_in, decay_in);
    for (int k = 0; k < BETA_STEP; k++)
        c[RKF_BETA_SCALES + k] = 1;
    c[RKF_BETA_SCALES + BETA_DG_EX] = c[RKF_BETA_PEAK_EX];
    c[RKF_BETA_SCALES + BETA_DG_IN] = c[RKF_BETA_PEAK_IN];
    out->state[BETA_V] = param[V_M];
    out->state[BETA_STEP] = dt_ms;
    out->threshold = param[V_TH];
    out->t_ref_ms = param[T_REF];
}

static void beta_unit(const double *param, int solver, double dt_ms, spk_neuron_unit *out)
{
    (void)solver;
    unit(param, param[RISE_EX], param[DECAY_EX], param[RISE_IN], param[DECAY_IN], dt_ms, out);
}

static void alpha_unit(const double *param, int solver, double dt_ms, spk_neuron_unit *out)
{
    (void)solver;
    unit(param, param[TAU_EX], param[TAU_EX], param[TAU_IN], param[TAU_IN], dt_ms, out);
}

static const spk_neuron_kernel beta_kernel = {
    .receptors = 2,
    .size_of_negative = true,
    .receptor_state = {BETA_DG_EX, BETA_DG_IN},
    .coefficients = RKF_BETA_COEFFICIENTS,
    .unit = beta_unit,
    .step = {offsetof(spk_neuron_steps, iaf_cond_beta)},
};

static const spk_neuron_kernel alpha_kernel = {
    .receptors = 2,
    .size_of_negative = true,
    .receptor_state = {BETA_DG_EX, BETA_DG_IN},
    .coefficients = RKF_BETA_COEFFICIENTS,
    .unit = alpha_unit,
    .step = {offsetof(spk_neuron_steps, iaf_cond_beta)},
};

const spk_neuron_model iaf_cond_beta_model = {
    .name = "iaf_cond_beta",
    .help = "leaky integrate-and-fire, conductances with rise and decay times (NEST)",
    .source = SPK_NOT_A_SOURCE,
    .weight = SPK_WEIGHT_CONDUCTANCE,
    .parameters = beta_parameters,
    .solvers = "rkf45",
    .step_ns = (const double[]){35},
    .adaptive_threshold = true,
    .states = states,
    .kernel = &beta_kernel,
};

const spk_neuron_model iaf_cond_alpha_model = {
    .name = "iaf_cond_alpha",
    .help = "leaky integrate-and-fire, alpha-shaped conductances (NEST)",
    .source = SPK_NOT_A_SOURCE,
    .weight = SPK_WEIGHT_CONDUCTANCE,
    .parameters = alpha_parameters,
    .solvers = "rkf45",
    .step_ns = (const double[]){35},
    .adaptive_threshold = true,
    .states = states,
    .kernel = &alpha_kernel,
};
