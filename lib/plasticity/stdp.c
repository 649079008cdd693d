/* stdp.c: NEST's pair-based STDP: stdp_synapse, stdp_nn_symm_synapse, stdp_nn_restr_synapse and
 * stdp_nn_pre_centered_synapse, after Guetig, Aharonov, Rotter and Sompolinsky (2003) and Morrison,
 * Diesmann and Gerstner (2008).
 *
 *   at a postsynaptic spike   w += lambda Wmax (1 - w / Wmax)^mu_plus K_plus
 *   at a presynaptic spike    w -= alpha lambda Wmax (w / Wmax)^mu_minus K_minus
 *
 * kept within 0 and Wmax. Both exponents 0: additive; 1: multiplicative (Rubin et al. 2001);
 * mu_plus 0 and mu_minus 1: van Rossum et al. (2000); one number between: Guetig et al. 1 - w / Wmax
 * counts as 0 where w is beyond Wmax. "pairing" says which pairs of spikes the traces count. */
#include "math/math.h"
#include "plasticity/kernel.h"
#include "plasticity/parameters.h"
#include "plasticity/rules.h"

enum { TAU_PLUS, TAU_MINUS, LAMBDA, ALPHA, MU_PLUS, MU_MINUS, WMAX, PAIRING };

static const spk_parameter parameters[] = {
    [TAU_PLUS] = SPK_RULE_TAU_PLUS("tau_plus_ms", 20),
    [TAU_MINUS] = SPK_RULE_TAU_MINUS,
    [LAMBDA] = SPK_RULE_ROW("lambda", "size of a change", 0.01, 0, 1e6),
    [ALPHA] = SPK_RULE_ROW("alpha", "depression in relation to potentiation", 1, 0, 1e6),
    [MU_PLUS] =
        SPK_RULE_ROW("mu_plus", "exponent of the weight dependence of potentiation", 1, 0, 100),
    [MU_MINUS] =
        SPK_RULE_ROW("mu_minus", "exponent of the weight dependence of depression", 1, 0, 100),
    [WMAX] = SPK_RULE_WMAX(100),
    [PAIRING] = {.key = "pairing",
                 .help = "which spikes make pairs",
                 .preset = 0,
                 .choices = "all_to_all|nearest_symmetric|nearest_restricted|nearest_pre_centered"},
    {.key = NULL},
};

static const char *prepare(const double *param, double dt_ms, spk_rule_constants *out)
{
    const double size = param[WMAX] < 0 ? -param[WMAX] : param[WMAX];
    if (size == 0) return "Wmax must not be 0: its sign is that of the weights";
    *out = (spk_rule_constants){
        .at_emission = true,
        .archive = {.pairing = (spk_pairing)param[PAIRING],
                    .negative = param[WMAX] < 0,
                    .rate_plus = dt_ms / param[TAU_PLUS],
                    .rate_minus = dt_ms / param[TAU_MINUS],
                    .w_max = size,
                    .up = param[LAMBDA],
                    .down = param[ALPHA] * param[LAMBDA],
                    .mu_plus = param[MU_PLUS],
                    .mu_minus = param[MU_MINUS]},
    };
    return NULL;
}

/* Wmax (share)^mu of a share of Wmax; exponents 0 and 1 need no power. */
static inline double powered(double weight, double w_max, double mu)
{
    if (mu == 0) return w_max;
    if (mu == 1) return weight;
    return w_max * spk_pow(weight / w_max, mu);
}

static inline void post_with(const spk_archive_constants *c, size_t n, const uint8_t *at,
                             const double *pre, double *w, double mu)
{
    for (size_t k = 0; k < n; k++) {
        const double old = w[at[k]], room = old < c->w_max ? c->w_max - old : 0;
        const double next = old + c->up * powered(room, c->w_max, mu) * pre[k];
        w[at[k]] = next < c->w_max ? next : c->w_max;
    }
}

static void post(const spk_archive_constants *c, size_t n, const uint8_t *at, const double *pre,
                 const double *slow, double *w)
{
    (void)slow;
    if (c->mu_plus == 0)
        post_with(c, n, at, pre, w, 0);
    else if (c->mu_plus == 1)
        post_with(c, n, at, pre, w, 1);
    else
        post_with(c, n, at, pre, w, c->mu_plus);
}

static inline void pre_with(const spk_archive_constants *c, size_t n, const double *trace,
                            double *w, double mu)
{
    for (size_t i = 0; i < n; i++) {
        const double next = w[i] - c->down * powered(w[i], c->w_max, mu) * trace[i];
        w[i] = next > 0 ? next : 0;
    }
}

static void pre(const spk_archive_constants *c, size_t n, const double *trace, double slow,
                double *w)
{
    (void)slow;
    if (c->mu_minus == 0)
        pre_with(c, n, trace, w, 0);
    else if (c->mu_minus == 1)
        pre_with(c, n, trace, w, 1);
    else
        pre_with(c, n, trace, w, c->mu_minus);
}

static const spk_archive_kernel archive = {.post = post, .pre = pre};
static const spk_rule_kernel kernel = {.prepare = prepare, .archive = &archive};

const spk_plasticity_rule stdp_rule = {
    .name = "stdp",
    .help = "pair-based STDP with weight dependence (NEST's stdp_synapse and stdp_nn_*_synapse)",
    .parameters = parameters,
    .kernel = &kernel,
};
