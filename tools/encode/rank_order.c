/* rank_order.c: only the order of the intensities counts: the highest spikes first, the next one
 * interval later, and so on; of equal ones the unit of lower number goes first. What no longer fits
 * into the sample is silent. */
#include "base/memory.h"
#include "encode.h"

#include <inttypes.h>
#include <stdlib.h>

typedef struct rank_order_settings {
    double threshold;
    spk_time interval;
} rank_order_settings;

typedef struct rank {
    double intensity;
    uint32_t unit;
} rank;

typedef struct rank_order {
    uint32_t units;
    double threshold;
    uint64_t interval; /* ticks */
    uint64_t most;     /* spikes that fit into a sample */
    rank *rank;
    uint64_t *tick;
    uint32_t *unit;
} rank_order;

static void rank_order_close(void *state)
{
    rank_order *r = state;
    if (!r) return;
    free(r->rank);
    free(r->tick);
    free(r->unit);
    free(r);
}

static int interval_ticks(const encode_plan *plan, const spk_time *interval, uint64_t *ticks,
                          spk_error *err)
{
    *ticks = 1;
    if (!interval->given) return 0;
    if (spk_rational_divide_exact(interval->seconds, plan->tick, ticks) == 0) return 0;
    return spk_fail(err, SPK_USAGE, "--interval must be a whole number of ticks (--tick is %gs)",
                    spk_rational_value(plan->tick));
}

static int rank_order_open(const encode_plan *plan, const void *settings, void **state,
                           spk_error *err)
{
    const rank_order_settings *s = settings;
    uint64_t interval;
    if (interval_ticks(plan, &s->interval, &interval, err)) return -1;
    rank_order *r = spk_alloc(1, sizeof *r, "the encoder", err);
    if (!r) return -1;
    *r = (rank_order){.units = plan->units,
                      .threshold = s->threshold,
                      .interval = interval,
                      .most = (plan->ticks - 1) / interval + 1};
    r->rank = spk_alloc(r->units, sizeof *r->rank, "the encoder", err);
    if (r->rank) r->tick = spk_alloc(r->units, sizeof *r->tick, "the encoder", err);
    if (r->tick) r->unit = spk_alloc(r->units, sizeof *r->unit, "the encoder", err);
    if (!r->unit) {
        rank_order_close(r);
        return -1;
    }
    *state = r;
    return 0;
}

/* Descending intensity, then ascending unit: a total order, so that any sort gives the same. */
static int compare(const void *a, const void *b)
{
    const rank *x = a, *y = b;
    if (x->intensity != y->intensity) return x->intensity > y->intensity ? -1 : 1;
    return x->unit < y->unit ? -1 : x->unit > y->unit;
}

static int rank_order_encode(void *state, const encode_sample *sample, const encode_out *out,
                             spk_error *err)
{
    rank_order *r = state;
    size_t n = 0;
    for (uint32_t u = 0; u < r->units; u++)
        if (sample->intensity[u] > r->threshold) r->rank[n++] = (rank){sample->intensity[u], u};
    qsort(r->rank, n, sizeof *r->rank, compare);
    if (n > r->most) n = (size_t)r->most;
    for (size_t k = 0; k < n; k++) {
        r->tick[k] = sample->begin + k * r->interval;
        r->unit[k] = r->rank[k].unit;
    }
    return spk_writer_spikes(out->writer, out->channel, n, r->tick, r->unit, err);
}

static const spk_option options[] = {{.name = "threshold",
                                      .kind = SPK_REAL,
                                      .offset = offsetof(rank_order_settings, threshold),
                                      .metavar = "X",
                                      .min = 0,
                                      .max = 1,
                                      .preset = "0",
                                      .help = "intensities up to X are silent"},
                                     {.name = "interval",
                                      .kind = SPK_TIME,
                                      .offset = offsetof(rank_order_settings, interval),
                                      .metavar = "TIME",
                                      .flags = SPK_POSITIVE,
                                      .help = "time between spikes (default: one tick)"},
                                     {0}};

const encoder rank_order_method = {
    .method = {.name = "rank-order",
               .help = "one spike a unit, in the order of descending intensity",
               .options = options,
               .settings_size = sizeof(rank_order_settings)},
    .open = rank_order_open,
    .encode = rank_order_encode,
    .close = rank_order_close,
};
