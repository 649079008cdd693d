/* stdp_pl.c: STDP with a power law of the weight: NEST's stdp_pl_synapse_hom, after Morrison, Aertsen
 * and Diesmann (2007).
 *
 *   at a postsynaptic spike   w += lambda w^mu K_plus
 *   at a presynaptic spike    w -= lambda alpha w K_minus
 *
 * never below 0; there is no upper bound. The weight is a number in the projection's unit. */
#include "math/math.h"
#include "plasticity/kernel.h"
#include "plasticity/parameters.h"
#include "plasticity/rules.h"

enum { TAU_PLUS, TAU_MINUS, LAMBDA, ALPHA, MU };

static const spk_parameter parameters[] = {
    [TAU_PLUS] = SPK_RULE_TAU_PLUS("tau_plus_ms", 20),
    [TAU_MINUS] = SPK_RULE_TAU_MINUS,
    [LAMBDA] = SPK_RULE_ROW("lambda", "size of a change", 0.1, 0, 1e6),
    [ALPHA] = SPK_RULE_ROW("alpha", "depression in relation to potentiation", 1, 0, 1e6),
    [MU] = SPK_RULE_ROW("mu", "exponent of the weight dependence of potentiation", 0.4, 0, 100),
    {.key = NULL},
};

static const char *prepare(const double *param, double dt_ms, spk_rule_constants *out)
{
    *out = (spk_rule_constants){
        .at_emission = true,
        .archive = {.rate_plus = dt_ms / param[TAU_PLUS],
                    .rate_minus = dt_ms / param[TAU_MINUS],
                    .up = param[LAMBDA],
                    .down = param[LAMBDA] * param[ALPHA],
                    .mu_plus = param[MU]},
    };
    return NULL;
}

static void post(const spk_archive_constants *c, size_t n, const uint8_t *at, const double *pre,
                 const double *slow, double *w)
{
    (void)slow;
    for (size_t k = 0; k < n; k++) {
        const double old = w[at[k]];
        const double power = c->mu_plus == 0 ? 1 : c->mu_plus == 1 ? old : spk_pow(old, c->mu_plus);
        w[at[k]] = old + c->up * power * pre[k];
    }
}

static void pre(const spk_archive_constants *c, size_t n, const double *trace, double slow,
                double *w)
{
    (void)slow;
    for (size_t i = 0; i < n; i++) {
        const double next = w[i] - c->down * w[i] * trace[i];
        w[i] = next < 0 ? 0 : next; /* what is no number stays none */
    }
}

static const spk_archive_kernel archive = {.post = post, .pre = pre};
static const spk_rule_kernel kernel = {.prepare = prepare, .archive = &archive};

const spk_plasticity_rule stdp_pl_rule = {
    .name = "stdp_pl",
    .help = "pair-based STDP with a power law of the weight (NEST's stdp_pl_synapse_hom)",
    .parameters = parameters,
    .kernel = &kernel,
};
