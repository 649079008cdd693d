/* hh_cond_exp_traub.c: Hodgkin and Huxley's neuron as Traub and Miles (1991) have it, with
 * exponential conductances (NEST's; Brette et al. 2007).
 *
 *   C_m dV/dt = -g_Na m^3 h (V - E_Na) - g_K n^4 (V - E_K) - g_L (V - E_L)
 *               - g_ex (V - E_ex) - g_in (V - E_in) + I_e
 *   dx/dt = alpha_x (1 - x) - beta_x x for the gates x = m, h, n; with v = V - V_T in mV, in 1/ms:
 *     alpha_m = 0.32 (13 - v) / (exp((13 - v) / 4) - 1)   beta_m = 0.28 (v - 40) / (exp((v - 40) / 5) - 1)
 *     alpha_h = 0.128 exp((17 - v) / 18)                  beta_h = 4 / (1 + exp((40 - v) / 5))
 *     alpha_n = 0.032 (15 - v) / (exp((15 - v) / 5) - 1)  beta_n = 0.5 exp((10 - v) / 40)
 *   dg/dt = -g / tau_syn, an arriving weight adds to g_ex (positive) or its size to g_in (negative)
 *
 * Solved by rkf45 to 1e-3 in each variable. A spike is the first step after a maximum of V at
 * V_T + 30 mV or more, unless there was one less than t_ref ago. */
#include "neuron/coefficients.h"
#include "neuron/kernel.h"
#include "neuron/models.h"
#include "neuron/parameters.h"

enum {
    T_REF,
    C_M,
    G_NA,
    G_K,
    G_L,
    E_NA,
    E_K,
    E_L,
    V_T,
    E_EX,
    E_IN,
    I_E,
    TAU_EX,
    TAU_IN,
    V_M,
    ACT_M,
    INACT_H,
    ACT_N
};

/* The gates' defaults are NEST's: their rest at V - V_T = -60 mV. */
static const spk_parameter parameters[] = {
    [T_REF] = SPK_ROW("t_ref_ms", "time after a spike without another", 2, 0, 1e6),
    [C_M] = SPK_ROW_C_M(200),
    [G_NA] = SPK_ROW_NS("g_Na", "sodium conductance", 20000),
    [G_K] = SPK_ROW_NS("g_K", "potassium conductance", 6000),
    [G_L] = SPK_ROW_G_L(10),
    [E_NA] = SPK_ROW_MV("E_Na", "sodium reversal potential", 50),
    [E_K] = SPK_ROW_MV("E_K", "potassium reversal potential", -90),
    [E_L] = SPK_ROW_E_L(-60),
    [V_T] = SPK_ROW_MV("V_T", "shifts the gates' rates", -63),
    [E_EX] = SPK_ROW_E_EX(0),
    [E_IN] = SPK_ROW_E_IN(-80),
    [I_E] = SPK_ROW_I_E,
    [TAU_EX] = SPK_ROW_TAU("tau_syn_ex", "decay time of g_ex", 5),
    [TAU_IN] = SPK_ROW_TAU("tau_syn_in", "decay time of g_in", 10),
    [V_M] = SPK_ROW_V_M(-60),
    [ACT_M] = SPK_ROW_SHARE("Act_m", "m at the start", 9.895563096746586e-09),
    [INACT_H] = SPK_ROW_SHARE("Inact_h", "h at the start", 0.999999999106396),
    [ACT_N] = SPK_ROW_SHARE("Act_n", "n at the start", 2.551577051602551e-07),
    {.key = NULL},
};

static const spk_state_variable states[] = {
    {.name = "V_m", .unit = "mV"},
    {.name = "Act_m", .unit = ""},
    {.name = "Inact_h", .unit = ""},
    {.name = "Act_n", .unit = ""},
    {.name = "g_ex", .unit = "nS", .synaptic = true},
    {.name = "g_in", .unit = "nS", .synaptic = true},
    {.name = "solver_step", .unit = "ms"},
    {.name = NULL},
};

static void unit(const double *param, int solver, double dt_ms, spk_neuron_unit *out)
{
    (void)solver;
    double *c = out->coefficient;
    c[RKF_DT] = dt_ms;
    c[HH_C_M] = param[C_M];
    c[HH_G_NA] = param[G_NA];
    c[HH_G_K] = param[G_K];
    c[HH_G_L] = param[G_L];
    c[HH_E_NA] = param[E_NA];
    c[HH_E_K] = param[E_K];
    c[HH_E_L] = param[E_L];
    c[HH_I_E] = param[I_E];
    c[HH_TAU_EX] = param[TAU_EX];
    c[HH_TAU_IN] = param[TAU_IN];
    c[TRAUB_V_T] = param[V_T];
    c[TRAUB_E_EX] = param[E_EX];
    c[TRAUB_E_IN] = param[E_IN];
    out->state[HH_V] = param[V_M];
    out->state[HH_M] = param[ACT_M];
    out->state[HH_H] = param[INACT_H];
    out->state[HH_N] = param[ACT_N];
    out->state[TRAUB_STEP] = dt_ms;
    out->threshold = param[V_T] + 30;
    out->t_ref_ms = param[T_REF];
}

static const spk_neuron_kernel kernel = {
    .receptors = 2,
    .size_of_negative = true,
    .receptor_state = {TRAUB_G_EX, TRAUB_G_IN},
    .coefficients = TRAUB_COEFFICIENTS,
    .unit = unit,
    .step = {offsetof(spk_neuron_steps, hh_cond_exp_traub)},
};

const spk_neuron_model hh_cond_exp_traub_model = {
    .name = "hh_cond_exp_traub",
    .help = "Hodgkin and Huxley's neuron, Traub's form, exponential conductances (NEST)",
    .source = SPK_NOT_A_SOURCE,
    .weight = SPK_WEIGHT_CONDUCTANCE,
    .parameters = parameters,
    .solvers = "rkf45",
    .step_ns = (const double[]){170},
    .states = states,
    .kernel = &kernel,
};
