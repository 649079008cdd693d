/* iaf_cond_exp.c: leaky integrate-and-fire neuron with exponential conductances (NEST's model).
 *
 *   C_m dV/dt = -g_L (V - E_L) - g_ex (V - E_ex) - g_in (V - E_in) + I_e
 *   dg/dt = -g / tau_syn, an arriving weight adds to g_ex (positive) or its size to g_in (negative)
 *
 * Solver "rkf45" (rkf45_kernel.h, to 1e-3 in each variable) is NEST's. Solver "euler" is Diehl &
 * Cook's (2015): every equation by one explicit Euler step with the old values. Solver "exp_euler"
 * holds g constant over a step: V relaxes exactly towards the potential that g implies, then g decays
 * exactly. Solver "crank_nicolson" (the trapezoidal rule) takes the conductances at mid-step, the means
 * of those before and after it, and V there as the mean of old and new:
 *   V' = V + I(V) / (C_m / dt + g / 2), g = g_L + g_ex + g_in,
 *   I(V) = g_L (E_L - V) + g_ex (E_ex - V) + g_in (E_in - V) + I_e
 * of second order in dt, and stable for any. Either way a step is: propagate, test V >= V_th + theta,
 * add what arrives. While refractory (t_ref after the step of the spike) V stays at V_reset. */
#include "math/math.h"
#include "neuron/coefficients.h"
#include "neuron/kernel.h"
#include "neuron/models.h"
#include "neuron/parameters.h"

enum { V_TH, V_RESET, T_REF, G_L, C_M, E_EX, E_IN, E_L, TAU_EX, TAU_IN, I_E, V_M };

static const spk_parameter parameters[] = {
    [V_TH] = SPK_ROW_V_TH(-55),
    [V_RESET] = SPK_ROW_RESET(-60),
    [T_REF] = SPK_ROW_T_REF(2),
    [G_L] = SPK_ROW_G_L(16.6667),
    [C_M] = SPK_ROW_C_M(250),
    [E_EX] = SPK_ROW_E_EX(0),
    [E_IN] = SPK_ROW_E_IN(-85),
    [E_L] = SPK_ROW_E_L(-70),
    [TAU_EX] = SPK_ROW_TAU("tau_syn_ex", "decay time of g_ex", 0.2),
    [TAU_IN] = SPK_ROW_TAU("tau_syn_in", "decay time of g_in", 2),
    [I_E] = SPK_ROW_I_E,
    [V_M] = SPK_ROW_V_M(-70),
    {.key = NULL},
};

static const spk_state_variable states[] = {
    {.name = "V_m", .unit = "mV"},
    {.name = "g_ex", .unit = "nS", .synaptic = true},
    {.name = "g_in", .unit = "nS", .synaptic = true},
    {.name = "solver_step", .unit = "ms"},
    {.name = "theta", .unit = "mV"},
    {.name = NULL},
};

_Static_assert((int)COND_COEFFICIENTS >= (int)RKF_COND_COEFFICIENTS, "kernel.coefficients");

enum { RKF45, EXP_EULER, EULER, CRANK_NICOLSON };

/* One step's decay of a conductance. */
static double decay(int solver, double dt_ms, double tau_ms)
{
    return solver == EULER ? 1 - dt_ms / tau_ms : spk_exp(-dt_ms / tau_ms);
}

/* Crank and Nicolson's rule: C_m / dt in place of dt / C_m, and means over a step. */
static void middle(const double *param, double dt_ms, double *c)
{
    c[COND_STEP] = param[C_M] / dt_ms;
    c[COND_MEAN_EX] = (1 + c[COND_DECAY_EX]) / 2;
    c[COND_MEAN_IN] = (1 + c[COND_DECAY_IN]) / 2;
}

static void held(const double *param, int solver, double dt_ms, double *c)
{
    c[COND_STEP] = dt_ms / param[C_M];
    c[COND_G_L] = param[G_L];
    c[COND_E_L] = param[E_L];
    c[COND_E_EX] = param[E_EX];
    c[COND_E_IN] = param[E_IN];
    c[COND_I_E] = param[I_E];
    c[COND_DECAY_EX] = decay(solver, dt_ms, param[TAU_EX]);
    c[COND_DECAY_IN] = decay(solver, dt_ms, param[TAU_IN]);
    c[COND_RESET] = param[V_RESET];
    if (solver == CRANK_NICOLSON) middle(param, dt_ms, c);
}

static void adaptive(const double *param, double dt_ms, double *c)
{
    c[RKF_DT] = dt_ms;
    c[RKF_RESET] = param[V_RESET];
    c[RKF_COND_C_M] = param[C_M];
    c[RKF_COND_G_L] = param[G_L];
    c[RKF_COND_E_L] = param[E_L];
    c[RKF_COND_E_EX] = param[E_EX];
    c[RKF_COND_E_IN] = param[E_IN];
    c[RKF_COND_I_E] = param[I_E];
    c[RKF_COND_TAU_EX] = param[TAU_EX];
    c[RKF_COND_TAU_IN] = param[TAU_IN];
}

static void unit(const double *param, int solver, double dt_ms, spk_neuron_unit *out)
{
    if (solver == RKF45)
        adaptive(param, dt_ms, out->coefficient);
    else
        held(param, solver, dt_ms, out->coefficient);
    out->state[COND_V] = param[V_M];
    out->state[COND_SOLVER_STEP] = dt_ms;
    out->threshold = param[V_TH];
    out->t_ref_ms = param[T_REF];
}

static const spk_neuron_kernel kernel = {
    .receptors = 2,
    .holds = 1U << EXP_EULER | 1U << EULER | 1U << CRANK_NICOLSON,
    .size_of_negative = true,
    .receptor_state = {COND_G_EX, COND_G_IN},
    .coefficients = COND_COEFFICIENTS, /* of all solvers, the most */
    .unit = unit,
    .step = {[RKF45] = offsetof(spk_neuron_steps, iaf_cond_exp_rkf45),
             [EXP_EULER] = offsetof(spk_neuron_steps, iaf_cond_exp_exp_euler),
             [EULER] = offsetof(spk_neuron_steps, iaf_cond_exp_euler),
             [CRANK_NICOLSON] = offsetof(spk_neuron_steps, iaf_cond_exp_crank_nicolson)},
};

const spk_neuron_model iaf_cond_exp_model = {
    .name = "iaf_cond_exp",
    .help = "leaky integrate-and-fire, exponential conductances (NEST; Diehl & Cook 2015)",
    .source = SPK_NOT_A_SOURCE,
    .weight = SPK_WEIGHT_CONDUCTANCE,
    .parameters = parameters,
    .solvers = "rkf45|exp_euler|euler|crank_nicolson",
    .step_ns = (const double[]){30, 1.8, 0.7, 0.8},
    .adaptive_threshold = true,
    .states = states,
    .kernel = &kernel,
};
