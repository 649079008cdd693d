/* regular.c: evenly spaced spikes by error diffusion: rate * tick is added up tick by tick, and
 * whenever the sum reaches 1 the unit spikes and 1 is taken off.
 *
 * Without running the sum (and its rounding errors): with p per tick, spike k = 1, 2, ... falls on
 * the first tick t with (t + 1) p >= k, which is ceil(k / p) - 1. p = 0.3: ticks 3, 6, 9. */
#include "regular.h"
#include "base/memory.h"
#include "encode.h"
#include "raster.h"

#include <stdlib.h>

enum { WINDOW_SPIKES = 1 << 16 };

typedef struct regular {
    uint32_t units;
    uint64_t ticks;
    double per_tick; /* spikes at intensity 1 */
    uint64_t *given; /* spikes of each unit so far */
    raster raster;
} regular;

static void regular_close(void *state)
{
    regular *r = state;
    if (!r) return;
    raster_close(&r->raster);
    free(r->given);
    free(r);
}

static int regular_open(const encode_plan *plan, const void *settings, void **state, spk_error *err)
{
    double per_tick;
    if (spikes_per_tick(plan, settings, &per_tick, err)) return -1;
    regular *r = spk_alloc(1, sizeof *r, "the encoder", err);
    if (!r) return -1;
    *r = (regular){.units = plan->units, .ticks = plan->ticks, .per_tick = per_tick};
    r->given = spk_alloc(plan->units, sizeof *r->given, "the encoder", err);
    if (!r->given) {
        free(r);
        return -1;
    }
    *state = r;
    return 0;
}

/* Spikes of one unit in [begin, end). */
static int add_unit(regular *r, uint32_t unit, double p, uint64_t begin, uint64_t end,
                    spk_error *err)
{
    if (raster_reserve(&r->raster, end - begin, err)) return -1;
    uint64_t k = r->given[unit];
    for (uint64_t tick; (tick = regular_tick(k + 1, p)) < end; k++)
        raster_add(&r->raster, (uint32_t)(tick - begin), unit);
    r->given[unit] = k;
    return 0;
}

static int regular_encode(void *state, const encode_sample *sample, const encode_out *out,
                          spk_error *err)
{
    regular *r = state;
    if (check_spikes_per_tick(sample, r->units, r->per_tick, err)) return -1;
    uint64_t window = raster_window(WINDOW_SPIKES, r->units);
    for (uint32_t u = 0; u < r->units; u++)
        r->given[u] = 0;
    for (uint64_t begin = 0; begin < r->ticks; begin += window) {
        uint64_t end = r->ticks - begin < window ? r->ticks : begin + window;
        raster_begin(&r->raster, (uint32_t)(end - begin));
        for (uint32_t u = 0; u < r->units; u++) {
            double p = sample->intensity[u] * r->per_tick;
            if (p > 0 && add_unit(r, u, p, begin, end, err)) return -1;
        }
        if (raster_write(&r->raster, sample->begin + begin, out, err)) return -1;
    }
    return 0;
}

static const spk_option options[] = {MAX_RATE_OPTION, {0}};

const encoder regular_method = {
    .method = {.name = "regular",
               .help = "evenly spaced spikes: the rate is added up until it makes one",
               .options = options,
               .settings_size = sizeof(rate_settings)},
    .open = regular_open,
    .encode = regular_encode,
    .close = regular_close,
};
