/* stdp_spinnaker.c: additive pair-based STDP as sPyNNaker does it on SpiNNaker: SpikePairRule with
 * AdditiveWeightDependence.
 *
 *   at a postsynaptic spike   w += A_plus K_plus
 *   at a presynaptic spike    w -= A_minus K_minus
 *
 * kept within w_min and w_max; A_plus and A_minus are weights. It is the additive "stdp", all pairs
 * counted, with one difference: a postsynaptic spike that reaches the synapse together with the
 * presynaptic one does nothing there, and here depresses at its full size. */
#include "plasticity/kernel.h"
#include "plasticity/parameters.h"
#include "plasticity/rules.h"

enum { TAU_PLUS, TAU_MINUS, A_PLUS, A_MINUS, W_MIN, W_MAX };

static const spk_parameter parameters[] = {
    [TAU_PLUS] = SPK_RULE_TAU_PLUS("tau_plus_ms", 20),
    [TAU_MINUS] = SPK_RULE_TAU_MINUS,
    [A_PLUS] = SPK_RULE_ROW("A_plus", "potentiation by a pair, a weight", 0.01, 0, 1e9),
    [A_MINUS] = SPK_RULE_ROW("A_minus", "depression by a pair, a weight", 0.01, 0, 1e9),
    [W_MIN] = SPK_RULE_ROW("w_min", "least size of the weight", 0, 0, 1e9),
    [W_MAX] = SPK_RULE_ROW("w_max", "largest, with the sign that the weights have", 1, -1e9, 1e9),
    {.key = NULL},
};

static const char *prepare(const double *param, double dt_ms, spk_rule_constants *out)
{
    const double size = param[W_MAX] < 0 ? -param[W_MAX] : param[W_MAX];
    if (size == 0) return "w_max must not be 0: its sign is that of the weights";
    if (param[W_MIN] > size) return "w_min must not be above the size of w_max";
    *out = (spk_rule_constants){
        .at_emission = true,
        .archive = {.negative = param[W_MAX] < 0,
                    .coincident = true,
                    .rate_plus = dt_ms / param[TAU_PLUS],
                    .rate_minus = dt_ms / param[TAU_MINUS],
                    .w_min = param[W_MIN],
                    .w_max = size,
                    .up = param[A_PLUS],
                    .down = param[A_MINUS]},
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
    for (size_t i = 0; i < n; i++) {
        const double next = w[i] - c->down * trace[i];
        w[i] = next > c->w_min ? next : c->w_min;
    }
}

static const spk_archive_kernel archive = {.post = post, .pre = pre};
static const spk_rule_kernel kernel = {.prepare = prepare, .archive = &archive};

const spk_plasticity_rule stdp_spinnaker_rule = {
    .name = "stdp_spinnaker",
    .help = "additive pair-based STDP (sPyNNaker's SpikePairRule, AdditiveWeightDependence)",
    .parameters = parameters,
    .kernel = &kernel,
};
