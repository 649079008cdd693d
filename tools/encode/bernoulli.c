/* bernoulli.c: in each tick a unit spikes with probability p = intensity * max_rate * tick.
 *
 * The mean rate is exactly intensity * max_rate; p above 1 is impossible and an error. Drawn by
 * gaps, like poisson, with the hazard -ln(1 - p). */
#include "base/memory.h"
#include "encode.h"
#include "gaps.h"
#include "math/math.h"

#include <math.h>
#include <stdlib.h>

typedef struct bernoulli {
    gaps *gaps;
    uint32_t units;
    double per_tick; /* probability at intensity 1 */
    double *hazard;
} bernoulli;

static void bernoulli_close(void *state)
{
    bernoulli *b = state;
    if (!b) return;
    gaps_close(b->gaps);
    free(b->hazard);
    free(b);
}

static int bernoulli_open(const encode_plan *plan, const void *settings, void **state,
                          spk_error *err)
{
    double per_tick;
    if (spikes_per_tick(plan, settings, &per_tick, err)) return -1;
    bernoulli *b = spk_alloc(1, sizeof *b, "the encoder", err);
    if (!b) return -1;
    b->units = plan->units;
    b->per_tick = per_tick;
    b->gaps = gaps_open(plan, "encode/bernoulli", err);
    if (b->gaps) b->hazard = spk_alloc(plan->units, sizeof *b->hazard, "the encoder", err);
    if (!b->hazard) {
        bernoulli_close(b);
        return -1;
    }
    *state = b;
    return 0;
}

static int bernoulli_encode(void *state, const encode_sample *sample, const encode_out *out,
                            spk_error *err)
{
    bernoulli *b = state;
    if (check_spikes_per_tick(sample, b->units, b->per_tick, err)) return -1;
    for (uint32_t u = 0; u < b->units; u++) {
        double p = sample->intensity[u] * b->per_tick;
        b->hazard[u] = p > 0 ? -spk_log1p(-p) : 0;
    }
    return gaps_write(b->gaps, sample, b->hazard, out, err);
}

static const spk_option options[] = {MAX_RATE_OPTION, {0}};

const encoder bernoulli_method = {
    .method = {.name = "bernoulli",
               .help = "a spike in each tick with probability rate x tick",
               .options = options,
               .settings_size = sizeof(rate_settings)},
    .open = bernoulli_open,
    .encode = bernoulli_encode,
    .close = bernoulli_close,
};
