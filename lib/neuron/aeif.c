/* aeif.c: adaptive exponential integrate-and-fire neurons (Brette and Gerstner 2005; NEST's
 * aeif_cond_exp, aeif_cond_alpha and aeif_psc_exp).
 *
 *   C_m dV/dt = -g_L (V - E_L) + g_L Delta_T exp((V - V_th) / Delta_T) - w + I_syn + I_e
 *   tau_w dw/dt = a (V - E_L) - w
 *
 *   aeif_cond_exp    I_syn = -g_ex (V - E_ex) - g_in (V - E_in),  dg/dt = -g / tau_syn
 *   aeif_cond_alpha  the same with dg/dt = (e / tau_syn) dg - g / tau_syn, d(dg)/dt = -dg / tau_syn
 *   aeif_psc_exp     I_syn = I_syn_ex - I_syn_in,  dI/dt = -I / tau_syn
 *
 * An arriving weight adds to the excitatory variable (positive) or its size to the inhibitory one.
 * Solved by rkf45 to 1e-6 in each variable. V >= V_peak is tested after every inner step (with
 * Delta_T = 0: V >= V_th, and there is no exponential); a spike sets V to V_reset and adds b to w.
 * For t_ref after the step of the spike V stays at V_reset, and w goes on. At most one spike a step
 * is sent. */
#include "neuron/coefficients.h"
#include "neuron/kernel.h"
#include "neuron/models.h"
#include "neuron/parameters.h"
#include "neuron/synapse_shape.h"

#include <math.h>

enum {
    V_PEAK,
    V_RESET,
    T_REF,
    G_L,
    C_M,
    E_L,
    DELTA_T,
    TAU_W,
    A,
    B,
    V_TH,
    I_E,
    TAU_EX,
    TAU_IN,
    V_M,
    W,
    COMMON
};
enum { E_EX = COMMON, E_IN }; /* of conductances */

#define COMMON_ROWS                                                                                \
    [V_PEAK] = SPK_ROW_MV("V_peak", "potential at which there is a spike", 0),                     \
    [V_RESET] = SPK_ROW_RESET(-60), [T_REF] = SPK_ROW_T_REF(0), [G_L] = SPK_ROW_G_L(30),           \
    [C_M] = SPK_ROW_C_M(281), [E_L] = SPK_ROW_E_L(-70.6),                                          \
    [DELTA_T] = SPK_ROW("Delta_T_mV", "sharpness of the spike's rise", 2, 0, 1e6),                 \
    [TAU_W] = SPK_ROW_TAU("tau_w", "time constant of w", 144),                                     \
    [A] = SPK_ROW_ANY_NS("a", "what V adds to w", 4),                                              \
    [B] = SPK_ROW_PA("b", "what a spike adds to w", 80.5), [V_TH] = SPK_ROW_V_TH(-50.4),           \
    [I_E] = SPK_ROW_I_E, [V_M] = SPK_ROW_V_M(-70.6),                                               \
    [W] = SPK_ROW_PA("w", "adaptation at the start", 0)

static const spk_parameter cond_exp_parameters[] = {
    COMMON_ROWS,
    [TAU_EX] = SPK_ROW_TAU("tau_syn_ex", "decay time of g_ex", 0.2),
    [TAU_IN] = SPK_ROW_TAU("tau_syn_in", "decay time of g_in", 2),
    [E_EX] = SPK_ROW_E_EX(0),
    [E_IN] = SPK_ROW_E_IN(-85),
    {.key = NULL},
};

static const spk_parameter cond_alpha_parameters[] = {
    COMMON_ROWS,
    [TAU_EX] = SPK_ROW_TAU("tau_syn_ex", "rise time of g_ex", 0.2),
    [TAU_IN] = SPK_ROW_TAU("tau_syn_in", "rise time of g_in", 2),
    [E_EX] = SPK_ROW_E_EX(0),
    [E_IN] = SPK_ROW_E_IN(-85),
    {.key = NULL},
};

static const spk_parameter psc_exp_parameters[] = {
    [TAU_EX] = SPK_ROW_TAU("tau_syn_ex", "decay time of I_syn_ex", 0.2),
    [TAU_IN] = SPK_ROW_TAU("tau_syn_in", "decay time of I_syn_in", 2),
    COMMON_ROWS,
    {.key = NULL},
};

static const spk_state_variable cond_exp_states[] = {
    {.name = "V_m", .unit = "mV"},
    {.name = "w", .unit = "pA"},
    {.name = "g_ex", .unit = "nS", .synaptic = true},
    {.name = "g_in", .unit = "nS", .synaptic = true},
    {.name = "solver_step", .unit = "ms"},
    {.name = NULL},
};

static const spk_state_variable cond_alpha_states[] = {
    {.name = "V_m", .unit = "mV"},
    {.name = "w", .unit = "pA"},
    {.name = "dg_ex", .unit = "nS", .synaptic = true},
    {.name = "g_ex", .unit = "nS", .synaptic = true},
    {.name = "dg_in", .unit = "nS", .synaptic = true},
    {.name = "g_in", .unit = "nS", .synaptic = true},
    {.name = "solver_step", .unit = "ms"},
    {.name = NULL},
};

static const spk_state_variable psc_exp_states[] = {
    {.name = "V_m", .unit = "mV"},
    {.name = "w", .unit = "pA"},
    {.name = "I_syn_ex", .unit = "pA", .synaptic = true},
    {.name = "I_syn_in", .unit = "pA", .synaptic = true},
    {.name = "solver_step", .unit = "ms"},
    {.name = NULL},
};

static void membrane(const double *param, double dt_ms, spk_neuron_unit *out)
{
    double *c = out->coefficient;
    const bool sharp = param[DELTA_T] > 0;
    c[RKF_DT] = dt_ms;
    c[AEIF_RESET] = param[V_RESET];
    c[AEIF_C_M] = param[C_M];
    c[AEIF_G_L] = param[G_L];
    c[AEIF_E_L] = param[E_L];
    c[AEIF_I_E] = param[I_E];
    c[AEIF_TAU_EX] = param[TAU_EX];
    c[AEIF_TAU_IN] = param[TAU_IN];
    c[AEIF_SLOPE] = param[G_L] * param[DELTA_T];
    c[AEIF_DELTA_T] = sharp ? param[DELTA_T] : 1;
    c[AEIF_V_TH] = param[V_TH];
    c[AEIF_A] = param[A];
    c[AEIF_B] = param[B];
    c[AEIF_TAU_W] = param[TAU_W];
    c[AEIF_RESTS] = floor(param[T_REF] / dt_ms + 0.5) > 0;
    out->state[AEIF_V] = param[V_M];
    out->state[AEIF_W] = param[W];
    out->threshold = sharp ? param[V_PEAK] : param[V_TH];
    out->t_ref_ms = param[T_REF];
}

static void psc_exp_unit(const double *param, int solver, double dt_ms, spk_neuron_unit *out)
{
    (void)solver;
    membrane(param, dt_ms, out);
    out->state[AEIF_STEP_EXP] = fmin(0.01, dt_ms);
}

static void cond_exp_unit(const double *param, int solver, double dt_ms, spk_neuron_unit *out)
{
    psc_exp_unit(param, solver, dt_ms, out);
    out->coefficient[AEIF_E_EX] = param[E_EX];
    out->coefficient[AEIF_E_IN] = param[E_IN];
}

static void cond_alpha_unit(const double *param, int solver, double dt_ms, spk_neuron_unit *out)
{
    (void)solver;
    double *c = out->coefficient;
    membrane(param, dt_ms, out);
    c[AEIF_E_EX] = param[E_EX];
    c[AEIF_E_IN] = param[E_IN];
    c[AEIF_PEAK_EX] = spk_synapse_peak(param[TAU_EX], param[TAU_EX]);
    c[AEIF_PEAK_IN] = spk_synapse_peak(param[TAU_IN], param[TAU_IN]);
    for (int k = 0; k < AEIF_STEP_ALPHA; k++)
        c[AEIF_SCALES + k] = 1;
    c[AEIF_SCALES + AEIF_DG_EX] = c[AEIF_PEAK_EX];
    c[AEIF_SCALES + AEIF_DG_IN] = c[AEIF_PEAK_IN];
    out->state[AEIF_STEP_ALPHA] = fmin(0.01, dt_ms);
}

static const spk_neuron_kernel cond_exp_kernel = {
    .receptors = 2,
    .size_of_negative = true,
    .receptor_state = {AEIF_EX, AEIF_IN},
    .coefficients = AEIF_COEFFICIENTS,
    .unit = cond_exp_unit,
    .step = {offsetof(spk_neuron_steps, aeif_cond_exp)},
};

static const spk_neuron_kernel cond_alpha_kernel = {
    .receptors = 2,
    .size_of_negative = true,
    .receptor_state = {AEIF_DG_EX, AEIF_DG_IN},
    .coefficients = AEIF_COEFFICIENTS,
    .unit = cond_alpha_unit,
    .step = {offsetof(spk_neuron_steps, aeif_cond_alpha)},
};

static const spk_neuron_kernel psc_exp_kernel = {
    .receptors = 2,
    .size_of_negative = true,
    .receptor_state = {AEIF_EX, AEIF_IN},
    .coefficients = AEIF_COEFFICIENTS,
    .unit = psc_exp_unit,
    .step = {offsetof(spk_neuron_steps, aeif_psc_exp)},
};

const spk_neuron_model aeif_cond_exp_model = {
    .name = "aeif_cond_exp",
    .help = "adaptive exponential integrate-and-fire, exponential conductances (NEST; Brette and "
            "Gerstner 2005)",
    .source = SPK_NOT_A_SOURCE,
    .weight = SPK_WEIGHT_CONDUCTANCE,
    .parameters = cond_exp_parameters,
    .solvers = "rkf45",
    .step_ns = (const double[]){120},
    .states = cond_exp_states,
    .kernel = &cond_exp_kernel,
};

const spk_neuron_model aeif_cond_alpha_model = {
    .name = "aeif_cond_alpha",
    .help = "adaptive exponential integrate-and-fire, alpha-shaped conductances (NEST)",
    .source = SPK_NOT_A_SOURCE,
    .weight = SPK_WEIGHT_CONDUCTANCE,
    .parameters = cond_alpha_parameters,
    .solvers = "rkf45",
    .step_ns = (const double[]){140},
    .states = cond_alpha_states,
    .kernel = &cond_alpha_kernel,
};

const spk_neuron_model aeif_psc_exp_model = {
    .name = "aeif_psc_exp",
    .help = "adaptive exponential integrate-and-fire, exponential currents (NEST)",
    .source = SPK_NOT_A_SOURCE,
    .weight = SPK_WEIGHT_CURRENT,
    .parameters = psc_exp_parameters,
    .solvers = "rkf45",
    .step_ns = (const double[]){120},
    .states = psc_exp_states,
    .kernel = &psc_exp_kernel,
};
