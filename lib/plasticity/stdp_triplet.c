/* stdp_triplet.c: triplets of spikes, all to all: NEST's stdp_triplet_synapse, after Pfister and
 * Gerstner (2006).
 *
 *   at a postsynaptic spike   w += K_plus (Aplus + Aplus_triplet K_minus_triplet)
 *   at a presynaptic spike    w -= K_minus (Aminus + Aminus_triplet K_plus_triplet)
 *
 * where the triplet traces are those before the spike. The size of w is kept within 0 and that of
 * Wmax; changes are in the unit of the weight. */
#include "plasticity/kernel.h"
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
    [TAU_PLUS] = {.key = "tau_plus_ms",
                  .help = "decay time of the presynaptic trace",
                  .preset = 16.8,
                  .min = 1e-6,
                  .max = 1e9},
    [TAU_PLUS_TRIPLET] = {.key = "tau_plus_triplet_ms",
                          .help = "decay time of the slow presynaptic trace",
                          .preset = 101,
                          .min = 1e-6,
                          .max = 1e9},
    [TAU_MINUS] = {.key = "tau_minus_ms",
                   .help = "decay time of the postsynaptic trace",
                   .preset = 20,
                   .min = 1e-6,
                   .max = 1e9},
    [TAU_MINUS_TRIPLET] = {.key = "tau_minus_triplet_ms",
                           .help = "decay time of the slow postsynaptic trace",
                           .preset = 110,
                           .min = 1e-6,
                           .max = 1e9},
    [APLUS] =
        {.key = "Aplus", .help = "potentiation by a pair", .preset = 5e-10, .min = 0, .max = 1e9},
    [APLUS_TRIPLET] = {.key = "Aplus_triplet",
                       .help = "potentiation by a triplet",
                       .preset = 6.2e-3,
                       .min = 0,
                       .max = 1e9},
    [AMINUS] =
        {.key = "Aminus", .help = "depression by a pair", .preset = 7e-3, .min = 0, .max = 1e9},
    [AMINUS_TRIPLET] = {.key = "Aminus_triplet",
                        .help = "depression by a triplet",
                        .preset = 2.3e-4,
                        .min = 0,
                        .max = 1e9},
    [WMAX] = {.key = "Wmax",
              .help = "bound of the weight, whose sign it has",
              .preset = 100,
              .min = -1e9,
              .max = 1e9},
    [KPLUS] = {.key = "Kplus",
               .help = "presynaptic trace at the start",
               .preset = 0,
               .min = 0,
               .max = 1e6},
    [KPLUS_TRIPLET] = {.key = "Kplus_triplet",
                       .help = "slow presynaptic trace at the start",
                       .preset = 0,
                       .min = 0,
                       .max = 1e6},
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
