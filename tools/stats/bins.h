/* bins.h: bins of equal width from the begin of a sample. A bin that the sample's end cuts is left
 * out. Where the end is not known yet, the last bin counts only once it is.
 *
 *     bins_begin(&b, span);
 *     for each spike: if (bins_outside(&b, tick)) break; if (bins_moves(&b, tick)) ...; b.index
 *     bins_end(&b, span);  // b.whole: how many there were; bin number b.whole was cut
 */
#ifndef SPK_STATS_BINS_H
#define SPK_STATS_BINS_H

#include "stats.h"

typedef struct stats_bins {
    uint64_t width; /* ticks */
    uint64_t begin; /* of the sample */
    uint64_t limit; /* first tick behind the last whole bin, if that is known */
    uint64_t index; /* of the current bin, from 0 */
    uint64_t next;  /* the first tick behind it, or UINT64_MAX */
    uint64_t whole; /* whole bins of the sample, once it has ended */
} stats_bins;

static inline uint64_t bins_of(const stats_bins *b, const stats_span *span)
{
    return (span->end - span->begin) / b->width;
}

static inline void bins_seek(stats_bins *b, uint64_t tick)
{
    b->index = (tick - b->begin) / b->width;
    const uint64_t begin = b->begin + b->index * b->width;
    b->next = begin > UINT64_MAX - b->width ? UINT64_MAX : begin + b->width;
}

static inline void bins_begin(stats_bins *b, const stats_span *span)
{
    b->begin = span->begin;
    b->limit = span->open ? UINT64_MAX : span->begin + bins_of(b, span) * b->width;
    bins_seek(b, b->begin);
}

static inline bool bins_outside(const stats_bins *b, uint64_t tick)
{
    return tick >= b->limit;
}

/* Is the spike in a later bin than the current one? That one is then current. */
static inline bool bins_moves(stats_bins *b, uint64_t tick)
{
    if (tick < b->next) return false;
    bins_seek(b, tick);
    return true;
}

static inline void bins_end(stats_bins *b, const stats_span *span)
{
    b->whole = bins_of(b, span);
}

#endif
