/* stdp_spinnaker.c: additive pair-based STDP as sPyNNaker does it on SpiNNaker: SpikePairRule and
 * SpikeNearestPairRule with AdditiveWeightDependence.
 *
 *   at a postsynaptic spike   w += A_plus K_plus
 *   at a presynaptic spike    w -= A_minus K_minus
 *
 * kept within w_min and w_max; A_plus and A_minus are weights. With all pairs it is the additive
 * "stdp", with one difference: a postsynaptic spike that reaches the synapse together with the
 * presynaptic one does nothing there, and here depresses at its full size. A weight is a fixed-point
 * number there, cut to its last place when a presynaptic spike has changed it: w_step. */
#include "plasticity/kernel.h"
#include "plasticity/parameters.h"
#include "plasticity/rules.h"

#include <math.h>

enum { TAU_PLUS, TAU_MINUS, A_PLUS, A_MINUS, W_MIN, W_MAX, W_STEP, PAIRING };

static const spk_parameter parameters[] = {
    [TAU_PLUS] = SPK_RULE_TAU_PLUS("tau_plus_ms", 20),
    [TAU_MINUS] = SPK_RULE_TAU_MINUS,
    [A_PLUS] = SPK_RULE_ROW("A_plus", "potentiation by a pair, a weight", 0.01, 0, 1e9),
    [A_MINUS] = SPK_RULE_ROW("A_minus", "depression by a pair, a weight", 0.01, -1e9, 1e9),
    [W_MIN] = SPK_RULE_ROW("w_min", "least size of the weight", 0, 0, 1e9),
    [W_MAX] = SPK_RULE_ROW("w_max", "largest, with the sign that the weights have", 1, -1e9, 1e9),
    [W_STEP] = SPK_RULE_ROW("w_step", "last place of a weight, a power of 2; 0: none", 0, 0, 1e9),
    [PAIRING] = {.key = "pairing",
                 .help = "which spikes make pairs",
                 .preset = 0,
                 .choices = "all_to_all|nearest"},
    {.key = NULL},
};

static bool is_power_of_two(double x)
{
    int exponent;
    return frexp(x, &exponent) == 0.5;
}

static const char *prepare(const double *param, double dt_ms, spk_rule_constants *out)
{
    const double size = param[W_MAX] < 0 ? -param[W_MAX] : param[W_MAX];
    if (size == 0) return "w_max must not be 0: its sign is that of the weights";
    if (param[W_MIN] > size) return "w_min must not be above the size of w_max";
    if (param[W_STEP] != 0 && !is_power_of_two(param[W_STEP]))
        return "w_step must be 0 or a power of 2, as 0.0078125";
    *out = (spk_rule_constants){
        .at_emission = true,
        .archive = {.pairing = param[PAIRING] == 0 ? SPK_ALL_PAIRS : SPK_NEAREST_SPINNAKER,
                    .negative = param[W_MAX] < 0,
                    .coincident = true,
                    .rate_plus = dt_ms / param[TAU_PLUS],
                    .rate_minus = dt_ms / param[TAU_MINUS],
                    .w_min = param[W_MIN],
                    .w_max = size,
                    .up = param[A_PLUS],
                    .down = param[A_MINUS],
                    .step = param[W_STEP]},
    };
    return NULL;
}

static void post(const spk_archive_constants *c, size_t n, const uint8_t *at, const double *pre,
                 const double *slow, double *w)
{
    (void)slow;
    for (size_t k = 0; k < n; k++) {
        const double next = w[at[k]] + c->up * pre[k];
        w[at[k]] = next < c->w_max ? next : c->w_max;
    }
}

static void pre(const spk_archive_constants *c, size_t n, const double *trace, double slow,
                double *w)
{
    (void)slow;
    const double most = c->down < 0 ? c->w_max : INFINITY; /* a pair that lowers can be above */
    for (size_t i = 0; i < n; i++) {
        const double next = w[i] - c->down * trace[i];
        w[i] = next > most ? most : next > c->w_min ? next : c->w_min;
        if (c->step > 0) w[i] = floor(w[i] / c->step) * c->step;
    }
}

static const spk_archive_kernel archive = {.post = post, .pre = pre};
static const spk_rule_kernel kernel = {.prepare = prepare, .archive = &archive};

const spk_plasticity_rule stdp_spinnaker_rule = {
    .name = "stdp_spinnaker",
    .help = "additive pair-based STDP (sPyNNaker's SpikePairRule and SpikeNearestPairRule)",
    .parameters = parameters,
    .kernel = &kernel,
};
