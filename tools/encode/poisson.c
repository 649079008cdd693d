/* poisson.c: each unit is a Poisson process of rate intensity * max_rate, seen on the tick grid.
 *
 * A tick holds one spike when the process has one or more events in it, so its probability is
 * 1 - exp(-rate * tick): a little less than rate * tick (3 % less at 63.75 Hz and 1 ms), because
 * events that fall into one tick are one spike. See bernoulli for exactly rate * tick. */
#include "base/memory.h"
#include "encode.h"
#include "gaps.h"

#include <stdlib.h>

typedef struct poisson {
    gaps *gaps;
    uint32_t units;
    double per_tick; /* events at intensity 1 */
    double *hazard;
} poisson;

static void poisson_close(void *state)
{
    poisson *p = state;
    if (!p) return;
    gaps_close(p->gaps);
    free(p->hazard);
    free(p);
}

static int poisson_open(const encode_plan *plan, const void *settings, void **state, spk_error *err)
{
    const rate_settings *rate = settings;
    poisson *p = spk_alloc(1, sizeof *p, "the encoder", err);
    if (!p) return -1;
    p->units = plan->units;
    p->per_tick = rate->max_rate * spk_rational_value(plan->tick);
    p->gaps = gaps_open(plan, "encode/poisson", err);
    if (p->gaps) p->hazard = spk_alloc(plan->units, sizeof *p->hazard, "the encoder", err);
    if (!p->hazard) {
        poisson_close(p);
        return -1;
    }
    *state = p;
    return 0;
}

static int poisson_encode(void *state, const encode_sample *sample, const encode_out *out,
                          spk_error *err)
{
    poisson *p = state;
    for (uint32_t u = 0; u < p->units; u++)
        p->hazard[u] = sample->intensity[u] * p->per_tick;
    return gaps_write(p->gaps, sample, p->hazard, out, err);
}

static const spk_option options[] = {MAX_RATE_OPTION, {0}};

const encoder poisson_method = {
    .method = {.name = "poisson",
               .help = "independent Poisson processes, seen on the tick grid",
               .options = options,
               .settings_size = sizeof(rate_settings)},
    .open = poisson_open,
    .encode = poisson_encode,
    .close = poisson_close,
};
