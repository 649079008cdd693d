/* stdp_triplet.c: triplets of spikes, all to all: NEST's stdp_triplet_synapse, after Pfister and
 * Gerstner (2006).
 *
 *   at a postsynaptic spike   w += K_plus (Aplus + Aplus_triplet K_minus_triplet)
 *   at a presynaptic spike    w -= K_minus (Aminus + Aminus_triplet K_plus_triplet)
 *
 * where the triplet traces are those before the spike. The size of w is kept within 0 and that of
 * Wmax; changes are in the unit of the weight. */
#include "plasticity/kernel.h"
#include "plasticity/parameters.h"
#include "plasticity/rules.h"

enum {
    TAU_PLUS,
    TAU_PLUS_TRIPLET,
    TAU_MINUS,
    TAU_MINUS_TRIPLET,
    APLUS,
    APLUS_TRIPLET,
    AMINUS,
    AMINUS_TRIPLET,
    WMAX,
    KPLUS,
    KPLUS_TRIPLET
};

static const spk_parameter parameters[] = {
    [TAU_PLUS] = SPK_RULE_TAU_PLUS("tau_plus_ms", 16.8),
    [TAU_PLUS_TRIPLET] =
        SPK_RULE_TAU("tau_plus_triplet_ms", "decay time of the slow presynaptic trace", 101),
    [TAU_MINUS] = SPK_RULE_TAU_MINUS,
    [TAU_MINUS_TRIPLET] =
        SPK_RULE_TAU("tau_minus_triplet_ms", "decay time of the slow postsynaptic trace", 110),
    [APLUS] = SPK_RULE_ROW("Aplus", "potentiation by a pair", 5e-10, 0, 1e9),
    [APLUS_TRIPLET] = SPK_RULE_ROW("Aplus_triplet", "potentiation by a triplet", 6.2e-3, 0, 1e9),
    [AMINUS] = SPK_RULE_ROW("Aminus", "depression by a pair", 7e-3, 0, 1e9),
    [AMINUS_TRIPLET] = SPK_RULE_ROW("Aminus_triplet", "depression by a triplet", 2.3e-4, 0, 1e9),
    [WMAX] = SPK_RULE_WMAX(100),
    [KPLUS] = SPK_RULE_KPLUS,
    [KPLUS_TRIPLET] =
        SPK_RULE_ROW("Kplus_triplet", "slow presynaptic trace at the start", 0, 0, 1e6),
    {.key = NULL},
};

static const char *prepare(const double *param, double dt_ms, spk_rule_constants *out)
{
    const double size = param[WMAX] < 0 ? -param[WMAX] : param[WMAX];
    if (size == 0) return "Wmax must not be 0: its sign is that of the weights";
    *out = (spk_rule_constants){
        .at_emission = true,
        .archive = {.negative = param[WMAX] < 0,
                    .slow = true,
                    .rate_plus = dt_ms / param[TAU_PLUS],
                    .rate_plus_slow = dt_ms / param[TAU_PLUS_TRIPLET],
                    .rate_minus = dt_ms / param[TAU_MINUS],
                    .rate_minus_slow = dt_ms / param[TAU_MINUS_TRIPLET],
                    .plus = param[KPLUS],
                    .plus_slow = param[KPLUS_TRIPLET],
                    .w_max = size,
                    .up = param[APLUS],
                    .up_slow = param[APLUS_TRIPLET],
                    .down = param[AMINUS],
                    .down_slow = param[AMINUS_TRIPLET]},
    };
    return NULL;
}

static void post(const spk_archive_constants *c, size_t n, const uint8_t *at, const double *pre,
                 const double *slow, double *w)
{
    for (size_t k = 0; k < n; k++) {
        const double next = w[at[k]] + pre[k] * (c->up + c->up_slow * slow[k]);
        w[at[k]] = next < c->w_max ? next : c->w_max;
    }
}

static void pre(const spk_archive_constants *c, size_t n, const double *trace, double slow,
                double *w)
{
    const double rate = c->down + c->down_slow * slow;
    for (size_t i = 0; i < n; i++) {
        const double next = w[i] - trace[i] * rate;
        w[i] = next > 0 ? next : 0;
    }
}

static const spk_archive_kernel archive = {.post = post, .pre = pre};
static const spk_rule_kernel kernel = {.prepare = prepare, .archive = &archive};

const spk_plasticity_rule stdp_triplet_rule = {
    .name = "stdp_triplet",
    .help = "triplet STDP (NEST's stdp_triplet_synapse)",
    .parameters = parameters,
    .kernel = &kernel,
};
