/* raster.h: spikes come unit by unit and leave by time.
 *
 * A method adds the spikes of one window of ticks in ascending order of units (of one unit in any
 * order); raster_write gives them to the writer sorted by (tick, unit): a counting sort, whose
 * counters are kept while the spikes come in. Memory is that of the fullest window. */
#ifndef ENCODE_RASTER_H
#define ENCODE_RASTER_H

#include "base/memory.h"
#include "encode.h"

enum { RASTER_TICKS = 1 << 16 }; /* the longest window */

/* A window in which about `spikes` spikes are expected, at `per_tick` a tick. */
static inline uint32_t raster_window(double spikes, double per_tick)
{
    double ticks = spikes / per_tick;
    if (!(ticks < RASTER_TICKS)) return RASTER_TICKS;
    return ticks < 16 ? 16 : (uint32_t)ticks;
}

typedef struct raster {
    size_t n, room;
    uint64_t *spike; /* tick << 32 | unit, as they came */
    uint64_t *sorted;
    size_t sorted_room;
    uint64_t *tick; /* what the writer gets, PIECE at a time */
    uint32_t *unit;
    uint32_t *count; /* of spikes in each tick of the window */
} raster;

int raster_open(raster *r, spk_error *err) SPK_NODISCARD;
void raster_close(raster *r);

/* Make room for `more` spikes, which raster_add does not check. */
static inline int raster_reserve(raster *r, size_t more, spk_error *err)
{
    return spk_grow(&r->spike, &r->room, r->n + more, sizeof *r->spike, "spikes", err);
}

static inline void raster_add(raster *r, uint32_t tick, uint32_t unit)
{
    r->spike[r->n++] = (uint64_t)tick << 32 | unit;
    r->count[tick]++;
}

/* The same for inner loops: `at` is where the next spike goes, r->spike + r->n at first; what is
 * returned is for the next call, and r->n must be brought up to date in the end. */
static inline uint64_t *raster_put(const raster *r, uint64_t *at, uint32_t tick, uint32_t unit)
{
    *at = (uint64_t)tick << 32 | unit;
    r->count[tick]++;
    return at + 1;
}

/* Write the window of `ticks` ticks that begins at `begin`, and empty it. */
int raster_write(raster *r, uint64_t begin, uint32_t ticks, const encode_out *out,
                 spk_error *err) SPK_NODISCARD;

#endif
