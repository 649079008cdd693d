/* vogels_sprekeler.c: NEST's vogels_sprekeler_synapse: symmetric STDP with a constant depression at
 * presynaptic spikes, made for inhibition (Vogels, Sprekeler, Zenke, Clopath and Gerstner 2011).
 *
 *   at a postsynaptic spike   |w| += eta K_plus
 *   at a presynaptic spike    |w| += eta K_minus, then |w| -= alpha eta
 *
 * The size of w is kept within 0 and that of Wmax, whose sign it has. */
#include "plasticity/kernel.h"
#include "plasticity/parameters.h"
#include "plasticity/rules.h"

enum { TAU, TAU_MINUS, ETA, ALPHA, WMAX, KPLUS };

static const spk_parameter parameters[] = {
    [TAU] = SPK_RULE_TAU_PLUS("tau_ms", 20),
    [TAU_MINUS] = SPK_RULE_TAU_MINUS,
    [ETA] = SPK_RULE_ROW("eta", "size of a change", 0.001, 0, 1e9),
    [ALPHA] =
        SPK_RULE_ROW("alpha", "depression at a presynaptic spike, in units of eta", 0.12, 0, 1e6),
    [WMAX] = SPK_RULE_WMAX(1),
    [KPLUS] = SPK_RULE_KPLUS,
    {.key = NULL},
};

static const char *prepare(const double *param, double dt_ms, spk_rule_constants *out)
{
    const double size = param[WMAX] < 0 ? -param[WMAX] : param[WMAX];
    if (size == 0) return "Wmax must not be 0: its sign is that of the weights";
    *out = (spk_rule_constants){
        .at_emission = true,
        .archive = {.negative = param[WMAX] < 0,
                    .rate_plus = dt_ms / param[TAU],
                    .rate_minus = dt_ms / param[TAU_MINUS],
                    .plus = param[KPLUS],
                    .w_max = size,
                    .up = param[ETA],
                    .down = param[ALPHA] * param[ETA]},
    };
    return NULL;
}

static inline double raised(const spk_archive_constants *c, double w, double trace)
{
    const double next = w + c->up * trace;
    return next < c->w_max ? next : c->w_max;
}

static void post(const spk_archive_constants *c, size_t n, const uint8_t *at, const double *pre,
                 const double *slow, double *w)
{
    (void)slow;
    for (size_t k = 0; k < n; k++)
        w[at[k]] = raised(c, w[at[k]], pre[k]);
}

static void pre(const spk_archive_constants *c, size_t n, const double *trace, double slow,
                double *w)
{
    (void)slow;
    for (size_t i = 0; i < n; i++) {
        const double next = raised(c, w[i], trace[i]) - c->down;
        w[i] = next > 0 ? next : 0;
    }
}

static const spk_archive_kernel archive = {.post = post, .pre = pre};
static const spk_rule_kernel kernel = {.prepare = prepare, .archive = &archive};

const spk_plasticity_rule vogels_sprekeler_rule = {
    .name = "vogels_sprekeler",
    .help = "symmetric STDP with constant depression (NEST's vogels_sprekeler_synapse)",
    .parameters = parameters,
    .kernel = &kernel,
};
