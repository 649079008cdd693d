/* izhikevich.c: Izhikevich's simple model (IEEE Trans. Neural Networks 14 (2003) 1569; NEST's).
 *
 *   dV/dt = 0.04 V^2 + 5 V + 140 - U + I,  dU/dt = a (b V - U)
 *
 * V in mV, t in ms; a current of 1 pA counts as I = 1, and an arriving weight adds to V. Solver
 * "euler" takes one Euler step of both equations with the old values (NEST's consistent
 * integration). "published" is Izhikevich's code: two half steps of V, then U with the new V; what
 * arrives is part of I. A step is: propagate, add what arrives, keep V >= V_min, test V >= V_th;
 * a spike sets V to c and adds d to U. */
#include "neuron/coefficients.h"
#include "neuron/kernel.h"
#include "neuron/models.h"
#include "neuron/parameters.h"

#include <math.h>

enum { A, B, C_RESET, D, I_E, V_TH, V_MIN, V_M, U_M };
enum { EULER, PUBLISHED };

static const spk_parameter parameters[] = {
    [A] = SPK_ROW_NUMBER("a", "rate of the recovery variable, per ms", 0.02),
    [B] = SPK_ROW_NUMBER("b", "its sensitivity to V", 0.2),
    [C_RESET] = SPK_ROW_MV("c", "potential after a spike", -65),
    [D] = SPK_ROW_MV("d", "what a spike adds to U", 8),
    [I_E] = SPK_ROW_I_E,
    [V_TH] = SPK_ROW_V_TH(30),
    [V_MIN] = SPK_ROW_V_MIN,
    [V_M] = SPK_ROW_V_M(-65),
    [U_M] = SPK_ROW_MV("U_m", "recovery variable at the start", -13),
    {.key = NULL},
};

static const spk_state_variable states[] = {
    {.name = "V_m", .unit = "mV"},
    {.name = "U_m", .unit = "mV"},
    {.name = NULL},
};

static void unit(const double *param, int solver, double dt_ms, spk_neuron_unit *out)
{
    (void)solver;
    out->coefficient[IZHIKEVICH_DT] = dt_ms;
    out->coefficient[IZHIKEVICH_A] = param[A];
    out->coefficient[IZHIKEVICH_B] = param[B];
    out->coefficient[IZHIKEVICH_C] = param[C_RESET];
    out->coefficient[IZHIKEVICH_D] = param[D];
    out->coefficient[IZHIKEVICH_I_E] = param[I_E];
    out->coefficient[IZHIKEVICH_MIN] = param[V_MIN];
    out->state[IZHIKEVICH_V] = param[V_M];
    out->state[IZHIKEVICH_U] = param[U_M];
    out->threshold = param[V_TH];
}

static const spk_neuron_kernel kernel = {
    .receptors = 1,
    .before_threshold = true,
    .receptor_state = {IZHIKEVICH_V},
    .coefficients = IZHIKEVICH_COEFFICIENTS,
    .unit = unit,
    .step = {[EULER] = offsetof(spk_neuron_steps, izhikevich_euler),
             [PUBLISHED] = offsetof(spk_neuron_steps, izhikevich_published)},
};

const spk_neuron_model izhikevich_model = {
    .name = "izhikevich",
    .help =
        "simple model with a quadratic membrane and a recovery variable (NEST; Izhikevich 2003)",
    .source = SPK_NOT_A_SOURCE,
    .weight = SPK_WEIGHT_VOLTAGE,
    .parameters = parameters,
    .solvers = "euler|published",
    .step_ns = (const double[]){1, 1.2},
    .states = states,
    .kernel = &kernel,
};
