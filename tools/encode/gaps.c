/* gaps.c: many units' gaps are drawn in one batch, each unit with as many as it is likely to need,
 * so that Philox and the logarithm run on whole vectors; what falls short is drawn again in a
 * small batch of its own. A sample is cut into windows of about WINDOW_SPIKES spikes, which bounds
 * memory and stays in the second cache; where it is cut cannot change a spike. */
#include "gaps.h"

#include "base/memory.h"
#include "raster.h"

#include <math.h>
#include <stdlib.h>

enum {
    BATCH = 1024, /* blocks of two draws: 24 KiB in all */
    STRIDE = 16,
    TOP_UP = 16, /* blocks drawn when a unit runs short */
    WINDOW_SPIKES = 65536
};
#define LONGEST_GAP 0x1p57 /* times the largest draw it still fits 63 bits */

/* A unit that is not silent. */
typedef struct lane {
    double mean;   /* 1 / hazard: the mean of the gap before it is rounded down */
    double rate;   /* spikes per tick, or a little less */
    uint64_t next; /* the next spike's tick in the sample, once draw > 0 */
    uint32_t unit;
    uint32_t draw; /* draws used so far */
} lane;

struct gaps {
    spk_key key;
    uint32_t units;
    uint64_t ticks;
    lane *lane;
    size_t lanes;
    uint32_t c1, c2;           /* the sample's number */
    uint32_t blocks;           /* in the batch */
    uint32_t share[BATCH + 1]; /* where each of its lanes begins, in blocks */
    uint32_t unit[BATCH + STRIDE], block[BATCH + STRIDE];
    double draw[2 * BATCH];
    double more[2 * TOP_UP];
    raster raster;
};

gaps *gaps_open(const encode_plan *plan, const char *purpose, spk_error *err)
{
    gaps *g = spk_alloc(1, sizeof *g, "the sampler", err);
    if (!g) return NULL;
    g->key = spk_random_key(plan->seed, purpose);
    g->units = plan->units;
    g->ticks = plan->ticks;
    g->lane = spk_alloc(plan->units, sizeof *g->lane, "the sampler", err);
    if (!g->lane) {
        free(g);
        return NULL;
    }
    return g;
}

void gaps_close(gaps *g)
{
    if (!g) return;
    raster_close(&g->raster);
    free(g->lane);
    free(g);
}

/* Line up the units that can spike; returns the spikes expected per tick, or a little less. */
static double line_up(gaps *g, const double *hazard)
{
    double per_tick = 0;
    g->lanes = 0;
    for (uint32_t unit = 0; unit < g->units; unit++) {
        if (!(hazard[unit] > 0)) continue;
        double mean = fmin(1 / hazard[unit], LONGEST_GAP), rate = 1 / (mean + 1);
        per_tick += rate;
        g->lane[g->lanes++] = (lane){.mean = mean, .rate = rate, .unit = unit};
    }
    return per_tick;
}

/* Blocks that will do for most lanes up to tick `end`: the mean of the draws and 1.5 of their
 * standard deviations. */
static uint32_t blocks_wanted(const lane *l, uint64_t begin, uint64_t end)
{
    uint64_t from = l->next > begin ? l->next : begin;
    double spikes = (double)(int64_t)(end - from) * l->rate;
    double blocks = 1 + 0.5 * spikes + 0.75 * sqrt(spikes);
    return blocks < BATCH ? (uint32_t)blocks + 1 : BATCH;
}

static inline uint64_t gap(double mean, double draw)
{
    return (uint64_t)(int64_t)(draw * mean);
}

/* Spikes that the batch's draws can make: one each, and one that each lane brings with it. */
static size_t most_spikes(const gaps *g)
{
    return 2 * (size_t)g->blocks + BATCH;
}

/* The lane has used up its part of the batch, down to whole blocks: draw more for it alone. */
static const double *top_up(gaps *g, const lane *l, uint32_t draw, spk_error *err)
{
    uint32_t unit[TOP_UP], block[TOP_UP];
    for (uint32_t b = 0; b < TOP_UP; b++) {
        unit[b] = l->unit;
        block[b] = draw / 2 + b;
    }
    if (raster_reserve(&g->raster, most_spikes(g) + 2 * TOP_UP, err)) return NULL;
    spk_random_exponentials(g->key, TOP_UP, unit, g->c1, g->c2, block, g->more);
    return g->more;
}

/* Turn the lane's part of the batch, draws at..stop, into its spikes in [begin, end). On its own, as
 * its loop needs all registers. */
__attribute__((noinline)) static int spend(gaps *g, lane *l, const double *at, const double *stop,
                                           uint64_t begin, uint64_t end, spk_error *err)
{
    const double mean = l->mean;
    const uint32_t unit = l->unit;
    uint64_t next = l->next;
    uint32_t draw = l->draw;
    at += draw % 2;
    if (draw == 0) {
        next = gap(mean, *at++);
        draw = 1;
    }
    while (next < end) {
        raster_add(&g->raster, (uint32_t)(next - begin), unit);
        if (at == stop) {
            at = top_up(g, l, draw, err);
            if (!at) return -1;
            stop = g->more + 2 * TOP_UP;
        }
        next += 1 + gap(mean, *at++);
        draw++;
    }
    l->next = next;
    l->draw = draw;
    return 0;
}

/* The addresses of a lane's next blocks, STRIDE at a time: a loop whose length hardly varies from
 * lane to lane, which the processor can foresee. */
static void address(gaps *g, const lane *l, uint32_t blocks)
{
    const uint32_t number = l->unit, first = l->draw / 2;
    uint32_t *restrict unit = g->unit + g->blocks, *restrict block = g->block + g->blocks;
    for (uint32_t b = 0; b < blocks; b += STRIDE)
        for (uint32_t i = b; i < b + STRIDE; i++) {
            unit[i] = number;
            block[i] = first + i;
        }
}

/* Put lanes from number `from` on into the batch until it is full; returns the first left out. */
static size_t fill_batch(gaps *g, size_t from, uint64_t begin, uint64_t end)
{
    size_t i = from;
    g->blocks = 0;
    for (; i < g->lanes && i - from < BATCH; i++) {
        const lane *l = &g->lane[i];
        uint32_t wanted = l->draw && l->next >= end ? 0 : blocks_wanted(l, begin, end);
        if (g->blocks + wanted > BATCH) break;
        g->share[i - from] = g->blocks;
        address(g, l, wanted);
        g->blocks += wanted;
    }
    g->share[i - from] = g->blocks;
    return i;
}

static int fill_window(gaps *g, uint64_t begin, uint64_t end, spk_error *err)
{
    for (size_t from = 0; from < g->lanes;) {
        size_t to = fill_batch(g, from, begin, end);
        if (raster_reserve(&g->raster, most_spikes(g), err)) return -1;
        size_t whole = (g->blocks + STRIDE - 1) / STRIDE * STRIDE; /* no rest beside the vectors */
        spk_random_exponentials(g->key, whole, g->unit, g->c1, g->c2, g->block, g->draw);
        for (size_t i = from; i < to; i++) {
            const double *at = g->draw + 2 * g->share[i - from];
            const double *stop = g->draw + 2 * g->share[i - from + 1];
            if (at < stop && spend(g, &g->lane[i], at, stop, begin, end, err)) return -1;
        }
        from = to;
    }
    return 0;
}

int gaps_write(gaps *g, const encode_sample *sample, const double *hazard, const encode_out *out,
               spk_error *err)
{
    double per_tick = line_up(g, hazard);
    g->c1 = (uint32_t)(sample->number >> 32);
    g->c2 = (uint32_t)sample->number;
    uint64_t window = raster_window(WINDOW_SPIKES, per_tick);
    for (uint64_t begin = 0; begin < g->ticks; begin += window) {
        uint64_t end = g->ticks - begin < window ? g->ticks : begin + window;
        raster_begin(&g->raster, (uint32_t)(end - begin));
        if (fill_window(g, begin, end, err) ||
            raster_write(&g->raster, sample->begin + begin, out, err))
            return -1;
    }
    return 0;
}
