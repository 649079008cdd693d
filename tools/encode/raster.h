/* raster.h: spikes come unit by unit and leave by time.
 *
 * A method begins a window of ticks and adds its spikes in ascending order of units (of one unit in
 * any order); raster_write gives them to the writer sorted by (tick, unit). Memory is that of the
 * fullest window.
 *
 * A window is divided into spans of ticks, so many that a span's spikes are sorted in the first cache,
 * if the window is as full as the last one. What is added goes to the end of its span's list, a chain
 * of chunks. */
#ifndef ENCODE_RASTER_H
#define ENCODE_RASTER_H

#include "base/memory.h"
#include "encode.h"

enum {
    RASTER_TICKS = 1 << 16, /* the longest window */
    RASTER_SPANS = 1 << 8,  /* of equal length, at most */
    RASTER_SPAN = 1 << 10,  /* ticks of a span, at most */
    RASTER_CHUNK = 1 << 6   /* spikes */
};

/* A window in which about `spikes` spikes are expected, at `per_tick` a tick. */
static inline uint32_t raster_window(double spikes, double per_tick)
{
    double ticks = spikes / per_tick;
    if (!(ticks < RASTER_TICKS)) return RASTER_TICKS;
    return ticks < 16 ? 16 : (uint32_t)ticks;
}

typedef struct raster {
    uint32_t shift, spans;      /* a span is 1 << shift ticks */
    size_t lately;              /* spikes of the last window, as many as are expected of the next */
    size_t first[RASTER_SPANS]; /* chunk of each span; 0: it is empty */
    size_t end[RASTER_SPANS];   /* behind its last spike, in `spike` */
    size_t chunks, room;        /* in use, number 0 being none; allocated */
    size_t *next;               /* [chunk] of the same span */
    uint64_t *spike;            /* [chunk][RASTER_CHUNK] tick << 32 | unit */
    size_t waiting;             /* sorted, for the writer: */
    uint64_t *tick;
    uint32_t *unit;
    size_t tick_room, unit_room;
} raster;

void raster_close(raster *r); /* all zero at first */

/* Begin a window of `ticks` ticks, at most RASTER_TICKS. */
void raster_begin(raster *r, uint32_t ticks);

int raster_grow(raster *r, size_t chunks, spk_error *err) SPK_NODISCARD;

/* Make room for `more` spikes in the window, which adding does not check. */
static inline int raster_reserve(raster *r, size_t more, spk_error *err)
{
    size_t chunks = r->chunks + more / RASTER_CHUNK + r->spans;
    return chunks <= r->room ? 0 : raster_grow(r, chunks, err);
}

/* A new chunk at the end of the span; returns where it begins. */
size_t raster_extend(raster *r, size_t span);

static inline void raster_add(raster *r, uint32_t tick, uint32_t unit)
{
    size_t span = tick >> r->shift, at = r->end[span];
    if (at % RASTER_CHUNK == 0) at = raster_extend(r, span); /* full, or there is none */
    r->spike[at] = (uint64_t)tick << 32 | unit;
    r->end[span] = at + 1;
}

/* Write the window, which began at tick `begin` of the output. */
int raster_write(raster *r, uint64_t begin, const encode_out *out, spk_error *err) SPK_NODISCARD;

#endif
