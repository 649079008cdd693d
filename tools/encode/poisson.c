/* poisson.c: each unit is a Poisson process of rate intensity * max_rate, seen on the tick grid.
 *
 * A tick holds one spike when the process has one or more events in it, so its probability is
 * 1 - exp(-rate * tick): a little less than rate * tick (3 % less at 63.75 Hz and 1 ms), because
 * events that fall into one tick are one spike. See bernoulli for exactly rate * tick. Where the
 * rate makes many of them, a warning says how many. */
#include "base/memory.h"
#include "cli/message.h"
#include "encode.h"
#include "gaps.h"
#include "math/math.h"

#include <stdlib.h>

#define MUCH_PER_TICK 0.2 /* events: one in ten shares its tick with another */

typedef struct poisson {
    gaps *gaps;
    uint32_t units;
    double per_tick; /* events at intensity 1 */
    double most;     /* events per tick of any unit so far */
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
    for (uint32_t u = 0; u < p->units; u++) {
        p->hazard[u] = sample->intensity[u] * p->per_tick;
        p->most = p->hazard[u] > p->most ? p->hazard[u] : p->most;
    }
    return gaps_write(p->gaps, sample, p->hazard, out, err);
}

static void poisson_remark(const void *state, const spk_cli *cli)
{
    const poisson *p = state;
    if (!(p->most > MUCH_PER_TICK)) return;
    const double lost = 1 + spk_expm1(-p->most) / p->most;
    spk_warn(cli,
             "up to %.3g spikes a tick are wanted and one is possible: up to %.0f %% of a unit's "
             "spikes are lost (a shorter --tick or a lower --max-rate loses fewer)",
             p->most, 100 * lost);
}

static const spk_option options[] = {MAX_RATE_OPTION, {0}};

const encoder poisson_method = {
    .method = {.name = "poisson",
               .help = "independent Poisson processes, seen on the tick grid",
               .options = options,
               .settings_size = sizeof(rate_settings)},
    .open = poisson_open,
    .encode = poisson_encode,
    .remark = poisson_remark,
    .close = poisson_close,
};
