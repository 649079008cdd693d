/* hh.c: Hodgkin and Huxley's neurons (NEST's hh_psc_alpha, hh_psc_alpha_gap and hh_cond_exp_traub).
 *
 *   C_m dV/dt = -g_Na m^3 h (V - E_Na) - g_K n^4 (V - E_K) - g_L (V - E_L) + I_syn + I_e
 *   dx/dt = alpha_x (1 - x) - beta_x x for the gates x = m, h, n; V in mV, rates in 1/ms:
 *
 * hh_psc_alpha
 *     alpha_m = 0.1 (V + 40) / (1 - exp(-(V + 40) / 10))    beta_m = 4 exp(-(V + 65) / 18)
 *     alpha_h = 0.07 exp(-(V + 65) / 20)                    beta_h = 1 / (1 + exp(-(V + 35) / 10))
 *     alpha_n = 0.01 (V + 55) / (1 - exp(-(V + 55) / 10))   beta_n = 0.125 exp(-(V + 65) / 80)
 *   I_syn = I_syn_ex + I_syn_in,  dI/dt = (e / tau_syn) y - I / tau_syn,  dy/dt = -y / tau_syn;
 *   an arriving weight adds to y_ex (positive) or y_in, and is the peak of the current
 *
 * hh_psc_alpha_gap (a fast spiking interneuron: Mancilla et al. 2007): as hh_psc_alpha, with n of the
 * slow and p of the fast potassium current, g_Kv1 n^4 + g_Kv3 p^2 in place of g_K n^4, and
 *     alpha_m = 40 (V - 75.5) / (1 - exp(-(V - 75.5) / 13.5))   beta_m = 1.2262 exp(-V / 42.248)
 *     alpha_h = 0.0035 exp(-V / 24.186)      beta_h = 0.017 (V + 51.25) / (1 - exp(-(V + 51.25) / 5.2))
 *     alpha_n = 0.014 (V + 44) / (1 - exp(-(V + 44) / 2.3))     beta_n = 0.0043 exp(-(V + 44) / 34)
 *     alpha_p = (V - 95) / (1 - exp(-(V - 95) / 11.8))          beta_p = 0.025 exp(-V / 22.222)
 *
 * hh_cond_exp_traub (Traub and Miles 1991; Brette et al. 2007), with v = V - V_T
 *     alpha_m = 0.32 (13 - v) / (exp((13 - v) / 4) - 1)   beta_m = 0.28 (v - 40) / (exp((v - 40) / 5) - 1)
 *     alpha_h = 0.128 exp((17 - v) / 18)                  beta_h = 4 / (1 + exp((40 - v) / 5))
 *     alpha_n = 0.032 (15 - v) / (exp((15 - v) / 5) - 1)  beta_n = 0.5 exp((10 - v) / 40)
 *   I_syn = -g_ex (V - E_ex) - g_in (V - E_in),  dg/dt = -g / tau_syn;
 *   an arriving weight adds to g_ex (positive) or its size to g_in (negative)
 *
 * Solved by rkf45 to 1e-3 (hh_psc_alpha_gap: 1e-6) in each variable. A spike is the first step after a maximum of V at 0 mV
 * (V_T + 30 mV) or more, unless there was one less than t_ref ago. */
#include "neuron/coefficients.h"
#include "neuron/kernel.h"
#include "neuron/models.h"
#include "neuron/parameters.h"
#include "neuron/synapse_shape.h"

enum {
    T_REF,
    C_M,
    G_NA,
    G_K,
    G_L,
    E_NA,
    E_K,
    E_L,
    I_E,
    TAU_EX,
    TAU_IN,
    V_M,
    ACT_M,
    INACT_H,
    ACT_N,
    COMMON
};
enum { G_KV3 = COMMON, INACT_P };  /* of hh_psc_alpha_gap, whose G_K is g_Kv1 */
enum { V_T = COMMON, E_EX, E_IN }; /* of hh_cond_exp_traub */

static const spk_parameter alpha_parameters[] = {
    [T_REF] = SPK_ROW("t_ref_ms", "time after a spike without another", 2, 0, 1e6),
    [C_M] = SPK_ROW_C_M(100),
    [G_NA] = SPK_ROW_NS("g_Na", "sodium conductance", 12000),
    [G_K] = SPK_ROW_NS("g_K", "potassium conductance", 3600),
    [G_L] = SPK_ROW_G_L(30),
    [E_NA] = SPK_ROW_MV("E_Na", "sodium reversal potential", 50),
    [E_K] = SPK_ROW_MV("E_K", "potassium reversal potential", -77),
    [E_L] = SPK_ROW_E_L(-54.402),
    [I_E] = SPK_ROW_I_E,
    [TAU_EX] = SPK_ROW_TAU("tau_syn_ex", "rise time of I_syn_ex", 0.2),
    [TAU_IN] = SPK_ROW_TAU("tau_syn_in", "rise time of I_syn_in", 2),
    [V_M] = SPK_ROW_V_M(-65),
    [ACT_M] = SPK_ROW_SHARE("Act_m", "m at the start", 0.05293248525724958),
    [INACT_H] = SPK_ROW_SHARE("Inact_h", "h at the start", 0.5961207535084603),
    [ACT_N] = SPK_ROW_SHARE("Act_n", "n at the start", 0.3176769140606974),
    {.key = NULL},
};

/* The gates' defaults are NEST's: their rest at V_m's. */
static const spk_parameter gap_parameters[] = {
    [T_REF] = SPK_ROW("t_ref_ms", "time after a spike without another", 2, 0, 1e6),
    [C_M] = SPK_ROW_C_M(40),
    [G_NA] = SPK_ROW_NS("g_Na", "sodium conductance", 4500),
    [G_K] = SPK_ROW_NS("g_Kv1", "slow potassium conductance", 9),
    [G_L] = SPK_ROW_G_L(10),
    [E_NA] = SPK_ROW_MV("E_Na", "sodium reversal potential", 74),
    [E_K] = SPK_ROW_MV("E_K", "potassium reversal potential", -90),
    [E_L] = SPK_ROW_E_L(-70),
    [I_E] = SPK_ROW_I_E,
    [TAU_EX] = SPK_ROW_TAU("tau_syn_ex", "rise time of I_syn_ex", 0.2),
    [TAU_IN] = SPK_ROW_TAU("tau_syn_in", "rise time of I_syn_in", 2),
    [V_M] = SPK_ROW_V_M(-69.60401191631222),
    [ACT_M] = SPK_ROW_SHARE("Act_m", "m at the start", 0.019198766985083732),
    [INACT_H] = SPK_ROW_SHARE("Act_h", "h at the start", 0.868462041294399),
    [ACT_N] = SPK_ROW_SHARE("Inact_n", "n at the start", 0.0005741576228359767),
    [G_KV3] = SPK_ROW_NS("g_Kv3", "fast potassium conductance", 9000),
    [INACT_P] = SPK_ROW_SHARE("Inact_p", "p at the start", 0.0002511318227150632),
    {.key = NULL},
};

/* The gates' defaults are NEST's: their rest at V - V_T = -60 mV. */
static const spk_parameter traub_parameters[] = {
    [T_REF] = SPK_ROW("t_ref_ms", "time after a spike without another", 2, 0, 1e6),
    [C_M] = SPK_ROW_C_M(200),
    [G_NA] = SPK_ROW_NS("g_Na", "sodium conductance", 20000),
    [G_K] = SPK_ROW_NS("g_K", "potassium conductance", 6000),
    [G_L] = SPK_ROW_G_L(10),
    [E_NA] = SPK_ROW_MV("E_Na", "sodium reversal potential", 50),
    [E_K] = SPK_ROW_MV("E_K", "potassium reversal potential", -90),
    [E_L] = SPK_ROW_E_L(-60),
    [I_E] = SPK_ROW_I_E,
    [TAU_EX] = SPK_ROW_TAU("tau_syn_ex", "decay time of g_ex", 5),
    [TAU_IN] = SPK_ROW_TAU("tau_syn_in", "decay time of g_in", 10),
    [V_M] = SPK_ROW_V_M(-60),
    [ACT_M] = SPK_ROW_SHARE("Act_m", "m at the start", 9.895563096746586e-09),
    [INACT_H] = SPK_ROW_SHARE("Inact_h", "h at the start", 0.999999999106396),
    [ACT_N] = SPK_ROW_SHARE("Act_n", "n at the start", 2.551577051602551e-07),
    [V_T] = SPK_ROW_MV("V_T", "shifts the gates' rates", -63),
    [E_EX] = SPK_ROW_E_EX(0),
    [E_IN] = SPK_ROW_E_IN(-80),
    {.key = NULL},
};

static const spk_state_variable alpha_states[] = {
    {.name = "V_m", .unit = "mV"},
    {.name = "Act_m", .unit = ""},
    {.name = "Inact_h", .unit = ""},
    {.name = "Act_n", .unit = ""},
    {.name = "y_ex", .unit = "pA", .synaptic = true},
    {.name = "I_syn_ex", .unit = "pA", .synaptic = true},
    {.name = "y_in", .unit = "pA", .synaptic = true},
    {.name = "I_syn_in", .unit = "pA", .synaptic = true},
    {.name = "solver_step", .unit = "ms"},
    {.name = NULL},
};

static const spk_state_variable gap_states[] = {
    {.name = "V_m", .unit = "mV"},
    {.name = "Act_m", .unit = ""},
    {.name = "Act_h", .unit = ""},
    {.name = "Inact_n", .unit = ""},
    {.name = "Inact_p", .unit = ""},
    {.name = "y_ex", .unit = "pA", .synaptic = true},
    {.name = "I_syn_ex", .unit = "pA", .synaptic = true},
    {.name = "y_in", .unit = "pA", .synaptic = true},
    {.name = "I_syn_in", .unit = "pA", .synaptic = true},
    {.name = "solver_step", .unit = "ms"},
    {.name = NULL},
};

static const spk_state_variable traub_states[] = {
    {.name = "V_m", .unit = "mV"},
    {.name = "Act_m", .unit = ""},
    {.name = "Inact_h", .unit = ""},
    {.name = "Act_n", .unit = ""},
    {.name = "g_ex", .unit = "nS", .synaptic = true},
    {.name = "g_in", .unit = "nS", .synaptic = true},
    {.name = "solver_step", .unit = "ms"},
    {.name = NULL},
};

/* What all have: the membrane and its gates. */
static void membrane(const double *param, double dt_ms, double threshold, spk_neuron_unit *out)
{
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
    out->state[HH_V] = param[V_M];
    out->state[HH_M] = param[ACT_M];
    out->state[HH_H] = param[INACT_H];
    out->state[HH_N] = param[ACT_N];
    out->threshold = threshold;
    out->t_ref_ms = param[T_REF];
}

static void alpha_unit(const double *param, int solver, double dt_ms, spk_neuron_unit *out)
{
    (void)solver;
    double *c = out->coefficient;
    membrane(param, dt_ms, 0, out);
    c[HH_PEAK_EX] = spk_synapse_peak(param[TAU_EX], param[TAU_EX]);
    c[HH_PEAK_IN] = spk_synapse_peak(param[TAU_IN], param[TAU_IN]);
    for (int k = 0; k < HH_STEP; k++)
        c[HH_SCALES + k] = 1;
    c[HH_SCALES + HH_Y_EX] = c[HH_PEAK_EX];
    c[HH_SCALES + HH_Y_IN] = c[HH_PEAK_IN];
    out->state[HH_STEP] = dt_ms;
}

static void gap_unit(const double *param, int solver, double dt_ms, spk_neuron_unit *out)
{
    (void)solver;
    double *c = out->coefficient;
    membrane(param, dt_ms, 0, out);
    c[GAP_PEAK_EX] = spk_synapse_peak(param[TAU_EX], param[TAU_EX]);
    c[GAP_PEAK_IN] = spk_synapse_peak(param[TAU_IN], param[TAU_IN]);
    c[GAP_G_KV3] = param[G_KV3];
    for (int k = 0; k < GAP_STEP; k++)
        c[GAP_SCALES + k] = 1;
    c[GAP_SCALES + GAP_Y_EX] = c[GAP_PEAK_EX];
    c[GAP_SCALES + GAP_Y_IN] = c[GAP_PEAK_IN];
    out->state[GAP_P] = param[INACT_P];
    out->state[GAP_STEP] = dt_ms;
}

static void traub_unit(const double *param, int solver, double dt_ms, spk_neuron_unit *out)
{
    (void)solver;
    double *c = out->coefficient;
    membrane(param, dt_ms, param[V_T] + 30, out);
    c[TRAUB_V_T] = param[V_T];
    c[TRAUB_E_EX] = param[E_EX];
    c[TRAUB_E_IN] = param[E_IN];
    out->state[TRAUB_STEP] = dt_ms;
}

static const spk_neuron_kernel alpha_kernel = {
    .receptors = 2,
    .receptor_state = {HH_Y_EX, HH_Y_IN},
    .coefficients = HH_COEFFICIENTS,
    .unit = alpha_unit,
    .step = {offsetof(spk_neuron_steps, hh_psc_alpha)},
};

static const spk_neuron_kernel gap_kernel = {
    .receptors = 2,
    .receptor_state = {GAP_Y_EX, GAP_Y_IN},
    .coefficients = GAP_COEFFICIENTS,
    .unit = gap_unit,
    .step = {offsetof(spk_neuron_steps, hh_psc_alpha_gap)},
};

static const spk_neuron_kernel traub_kernel = {
    .receptors = 2,
    .size_of_negative = true,
    .receptor_state = {TRAUB_G_EX, TRAUB_G_IN},
    .coefficients = TRAUB_COEFFICIENTS,
    .unit = traub_unit,
    .step = {offsetof(spk_neuron_steps, hh_cond_exp_traub)},
};

const spk_neuron_model hh_psc_alpha_model = {
    .name = "hh_psc_alpha",
    .help = "Hodgkin and Huxley's neuron, alpha-shaped currents (NEST)",
    .source = SPK_NOT_A_SOURCE,
    .weight = SPK_WEIGHT_CURRENT,
    .goes_on = true,
    .parameters = alpha_parameters,
    .solvers = "rkf45",
    .step_ns = (const double[]){170},
    .states = alpha_states,
    .kernel = &alpha_kernel,
};

const spk_neuron_model hh_psc_alpha_gap_model = {
    .name = "hh_psc_alpha_gap",
    .help =
        "fast spiking Hodgkin-Huxley neuron, alpha-shaped currents (NEST; Mancilla et al. 2007)",
    .source = SPK_NOT_A_SOURCE,
    .weight = SPK_WEIGHT_CURRENT,
    .goes_on = true,
    .parameters = gap_parameters,
    .solvers = "rkf45",
    .step_ns = (const double[]){300},
    .states = gap_states,
    .kernel = &gap_kernel,
};

const spk_neuron_model hh_cond_exp_traub_model = {
    .name = "hh_cond_exp_traub",
    .help = "Hodgkin and Huxley's neuron, Traub's form, exponential conductances (NEST)",
    .source = SPK_NOT_A_SOURCE,
    .weight = SPK_WEIGHT_CONDUCTANCE,
    .goes_on = true,
    .parameters = traub_parameters,
    .solvers = "rkf45",
    .step_ns = (const double[]){170},
    .states = traub_states,
    .kernel = &traub_kernel,
};
