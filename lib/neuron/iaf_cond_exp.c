/* iaf_cond_exp.c: leaky integrate-and-fire neuron with exponential conductances (NEST's model).
 *
 *   C_m dV/dt = -g_L (V - E_L) - g_ex (V - E_ex) - g_in (V - E_in) + I_e
 *   dg/dt = -g / tau_syn, an arriving weight adds to g_ex (positive) or its size to g_in (negative)
 *
 * Solver "euler" is Diehl & Cook's (2015): every equation by one explicit Euler step with the old
 * values. Solver "exp_euler" holds g constant over a step: V relaxes exactly towards the potential
 * that g implies, then g decays exactly. Either way a step is: propagate, test V >= V_th + theta,
 * add what arrives. While refractory (t_ref after the step of the spike) V stays at V_reset. */
#include "math/math.h"
#include "neuron/coefficients.h"
#include "neuron/kernel.h"
#include "neuron/models.h"

enum { V_TH, V_RESET, T_REF, G_L, C_M, E_EX, E_IN, E_L, TAU_EX, TAU_IN, I_E, V_M };

static const spk_parameter parameters[] = {
    [V_TH] = {.key = "V_th_mV",
              .help = "threshold",
              .preset = -55,
              .min = -1e6,
              .max = 1e6,
              .per_unit = true},
    [V_RESET] = {.key = "V_reset_mV",
                 .help = "potential after a spike",
                 .preset = -60,
                 .min = -1e6,
                 .max = 1e6,
                 .per_unit = true},
    [T_REF] = {.key = "t_ref_ms",
               .help = "refractory period",
               .preset = 2,
               .min = 0,
               .max = 1e6,
               .per_unit = true},
    [G_L] = {.key = "g_L_nS",
             .help = "leak conductance",
             .preset = 16.6667,
             .min = 1e-9,
             .max = 1e9,
             .per_unit = true},
    [C_M] = {.key = "C_m_pF",
             .help = "membrane capacitance",
             .preset = 250,
             .min = 1e-9,
             .max = 1e9,
             .per_unit = true},
    [E_EX] = {.key = "E_ex_mV",
              .help = "excitatory reversal potential",
              .preset = 0,
              .min = -1e6,
              .max = 1e6,
              .per_unit = true},
    [E_IN] = {.key = "E_in_mV",
              .help = "inhibitory reversal potential",
              .preset = -85,
              .min = -1e6,
              .max = 1e6,
              .per_unit = true},
    [E_L] = {.key = "E_L_mV",
             .help = "leak reversal potential",
             .preset = -70,
             .min = -1e6,
             .max = 1e6,
             .per_unit = true},
    [TAU_EX] = {.key = "tau_syn_ex_ms",
                .help = "decay time of g_ex",
                .preset = 0.2,
                .min = 1e-6,
                .max = 1e9,
                .per_unit = true},
    [TAU_IN] = {.key = "tau_syn_in_ms",
                .help = "decay time of g_in",
                .preset = 2,
                .min = 1e-6,
                .max = 1e9,
                .per_unit = true},
    [I_E] = {.key = "I_e_pA",
             .help = "constant current",
             .preset = 0,
             .min = -1e9,
             .max = 1e9,
             .per_unit = true},
    [V_M] = {.key = "V_m_mV",
             .help = "potential at the start",
             .preset = -70,
             .min = -1e6,
             .max = 1e6,
             .per_unit = true},
    {.key = NULL},
};

static const spk_state_variable states[] = {
    {.name = "V_m", .unit = "mV"},
    {.name = "g_ex", .unit = "nS"},
    {.name = "g_in", .unit = "nS"},
    {.name = "theta", .unit = "mV"},
    {.name = NULL},
};

enum { EXP_EULER, EULER };

/* One step's decay of a conductance. */
static double decay(int solver, double dt_ms, double tau_ms)
{
    return solver == EULER ? 1 - dt_ms / tau_ms : spk_exp(-dt_ms / tau_ms);
}

static void unit(const double *param, int solver, double dt_ms, spk_neuron_unit *out)
{
    out->coefficient[COND_STEP] = dt_ms / param[C_M];
    out->coefficient[COND_G_L] = param[G_L];
    out->coefficient[COND_E_L] = param[E_L];
    out->coefficient[COND_E_EX] = param[E_EX];
    out->coefficient[COND_E_IN] = param[E_IN];
    out->coefficient[COND_I_E] = param[I_E];
    out->coefficient[COND_DECAY_EX] = decay(solver, dt_ms, param[TAU_EX]);
    out->coefficient[COND_DECAY_IN] = decay(solver, dt_ms, param[TAU_IN]);
    out->coefficient[COND_RESET] = param[V_RESET];
    out->state[COND_V] = param[V_M];
    out->state[COND_G_EX] = out->state[COND_G_IN] = 0;
    out->threshold = param[V_TH];
    out->t_ref_ms = param[T_REF];
}

static const spk_neuron_kernel kernel = {
    .receptors = 2,
    .size_of_negative = true,
    .receptor_state = {COND_G_EX, COND_G_IN},
    .coefficients = COND_COEFFICIENTS,
    .unit = unit,
    .step = {[EXP_EULER] = offsetof(spk_neuron_steps, iaf_cond_exp_exp_euler),
             [EULER] = offsetof(spk_neuron_steps, iaf_cond_exp_euler)},
};

const spk_neuron_model iaf_cond_exp_model = {
    .name = "iaf_cond_exp",
    .help = "leaky integrate-and-fire, exponential conductances (NEST; Diehl & Cook 2015)",
    .source = SPK_NOT_A_SOURCE,
    .weight = SPK_WEIGHT_CONDUCTANCE,
    .parameters = parameters,
    .solvers = "exp_euler|euler",
    .step_ns = (const double[]){2.5, 1.1},
    .adaptive_threshold = true,
    .states = states,
    .kernel = &kernel,
};
