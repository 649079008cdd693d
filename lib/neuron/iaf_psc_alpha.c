/* iaf_psc_alpha.c: leaky integrate-and-fire neuron with alpha-shaped currents (NEST's).
 *
 *   C_m dV/dt = -C_m (V - E_L) / tau_m + I_syn_ex + I_syn_in + I_e
 *   dI_syn/dt = (e / tau_syn) y - I_syn / tau_syn,  dy/dt = -y / tau_syn
 *
 * An arriving weight adds to y_ex (positive) or y_in, so that it is the peak of the current, which
 * comes tau_syn later. Solved exactly. A step is: propagate with the old y and I_syn, keep
 * V >= V_min, test V >= V_th + theta, add what arrives. For t_ref after the step of a spike V stays
 * at V_reset. */
#include "math/math.h"
#include "neuron/coefficients.h"
#include "neuron/kernel.h"
#include "neuron/models.h"
#include "neuron/parameters.h"
#include "neuron/propagators.h"

enum { TAU_M, C_M, T_REF, E_L, I_E, V_TH, V_RESET, V_MIN, TAU_EX, TAU_IN, V_M };

#define E 2.71828182845904523536

static const spk_parameter parameters[] = {
    [TAU_M] = SPK_ROW_TAU_M(10),
    [C_M] = SPK_ROW_C_M(250),
    [T_REF] = SPK_ROW_T_REF(2),
    [E_L] = SPK_ROW_REST(-70),
    [I_E] = SPK_ROW_I_E,
    [V_TH] = SPK_ROW_V_TH(-55),
    [V_RESET] = SPK_ROW_RESET(-70),
    [V_MIN] = SPK_ROW_V_MIN,
    [TAU_EX] = SPK_ROW_TAU("tau_syn_ex", "rise time of I_syn_ex", 2),
    [TAU_IN] = SPK_ROW_TAU("tau_syn_in", "rise time of I_syn_in", 2),
    [V_M] = SPK_ROW_V_M(-70),
    {.key = NULL},
};

static const spk_state_variable states[] = {
    {.name = "V_m", .unit = "mV"},
    {.name = "y_ex", .unit = "pA", .synaptic = true},
    {.name = "I_syn_ex", .unit = "pA", .synaptic = true},
    {.name = "y_in", .unit = "pA", .synaptic = true},
    {.name = "I_syn_in", .unit = "pA", .synaptic = true},
    {.name = "theta", .unit = "mV"},
    {.name = NULL},
};

/* The five coefficients of one synapse, from `first` on. */
static void synapse(const double *param, double dt_ms, double tau_syn, size_t first,
                    spk_neuron_unit *out)
{
    double *c = out->coefficient + first, peak = E / tau_syn;
    c[PSC_ALPHA_DECAY_SYN] = spk_exp(-dt_ms / tau_syn);
    c[PSC_ALPHA_RISE] = peak * dt_ms * c[PSC_ALPHA_DECAY_SYN];
    c[PSC_ALPHA_BY_Y] = peak * spk_propagate_alpha(dt_ms, param[TAU_M], param[C_M], tau_syn);
    c[PSC_ALPHA_BY_I] = spk_propagate_exp(dt_ms, param[TAU_M], param[C_M], tau_syn);
}

static void unit(const double *param, int solver, double dt_ms, spk_neuron_unit *out)
{
    (void)solver;
    const double constant = spk_propagate_constant(dt_ms, param[TAU_M], param[C_M]);
    out->coefficient[PSC_ALPHA_DECAY] = spk_exp(-dt_ms / param[TAU_M]);
    out->coefficient[PSC_ALPHA_DRIVE] =
        -spk_expm1(-dt_ms / param[TAU_M]) * param[E_L] + constant * param[I_E];
    out->coefficient[PSC_ALPHA_CURRENT] = constant;
    out->coefficient[PSC_ALPHA_MIN] = param[V_MIN];
    out->coefficient[PSC_ALPHA_RESET] = param[V_RESET];
    synapse(param, dt_ms, param[TAU_EX], PSC_ALPHA_EX, out);
    synapse(param, dt_ms, param[TAU_IN], PSC_ALPHA_IN, out);
    out->state[PSC_ALPHA_V] = param[V_M];
    out->threshold = param[V_TH];
    out->t_ref_ms = param[T_REF];
}

static const spk_neuron_kernel kernel = {
    .receptors = 2,
    .receptor_state = {PSC_ALPHA_Y_EX, PSC_ALPHA_Y_IN},
    .coefficients = PSC_ALPHA_COEFFICIENTS,
    .unit = unit,
    .step = {offsetof(spk_neuron_steps, iaf_psc_alpha)},
};

const spk_neuron_model iaf_psc_alpha_model = {
    .name = "iaf_psc_alpha",
    .help = "leaky integrate-and-fire, alpha-shaped currents (NEST)",
    .source = SPK_NOT_A_SOURCE,
    .weight = SPK_WEIGHT_CURRENT,
    .parameters = parameters,
    .solvers = "exact",
    .step_ns = (const double[]){1.8},
    .adaptive_threshold = true,
    .states = states,
    .kernel = &kernel,
};
