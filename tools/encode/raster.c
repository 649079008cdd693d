/* raster.c: see raster.h. */
#include "raster.h"

#include <stdlib.h>
#include <string.h>

enum {
    PIECE = 1024,     /* spikes worth a call of the writer */
    SPAN_SPIKES = 512 /* sorted together in the first cache */
};

void raster_close(raster *r)
{
    free(r->next);
    free(r->spike);
    free(r->tick);
    free(r->unit);
    *r = (raster){0};
}

void raster_begin(raster *r, uint32_t ticks)
{
    r->shift = 0;
    while ((ticks - 1) >> r->shift >= RASTER_SPANS ||
           (2u << r->shift <= RASTER_SPAN && (ticks - 1) >> r->shift > r->lately / SPAN_SPIKES))
        r->shift++;
    r->spans = ((ticks - 1) >> r->shift) + 1;
    memset(r->first, 0, r->spans * sizeof *r->first);
    memset(r->end, 0, r->spans * sizeof *r->end);
    r->chunks = 1;
}

int raster_grow(raster *r, size_t chunks, spk_error *err)
{
    size_t room = r->room * RASTER_CHUNK;
    if (spk_grow(&r->spike, &room, chunks * RASTER_CHUNK, sizeof *r->spike, "spikes", err) ||
        spk_grow(&r->next, &r->room, room / RASTER_CHUNK, sizeof *r->next, "spikes", err))
        return -1;
    r->room = room / RASTER_CHUNK;
    return 0;
}

size_t raster_extend(raster *r, size_t span)
{
    size_t chunk = r->chunks++;
    if (r->first[span] == 0)
        r->first[span] = chunk;
    else
        r->next[r->end[span] / RASTER_CHUNK - 1] = chunk;
    r->next[chunk] = 0;
    return chunk * RASTER_CHUNK;
}

/* The spikes of a chunk; 0: the chain is at its end. */
static size_t in_chunk(const raster *r, size_t span, size_t chunk)
{
    if (chunk == 0) return 0;
    return r->next[chunk] ? RASTER_CHUNK : r->end[span] - chunk * RASTER_CHUNK;
}

/* From how many there are of each to where the first of each goes; returns how many in all. */
static uint32_t find_places(uint32_t n, uint32_t *count)
{
    uint32_t place = 0;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t here = count[k];
        count[k] = place;
        place += here;
    }
    return place;
}

/* One span's spikes by tick, those of one tick as they came, which is by unit: a counting sort. They
 * are put behind those that wait for the writer. */
static int sort_span(raster *r, size_t span, uint64_t begin, spk_error *err)
{
    uint32_t count[RASTER_SPAN], ticks = 1u << r->shift;
    memset(count, 0, ticks * sizeof *count);
    for (size_t c = r->first[span], m; (m = in_chunk(r, span, c)) > 0; c = r->next[c])
#pragma GCC unroll 4
        for (size_t i = 0; i < m; i++)
            count[r->spike[c * RASTER_CHUNK + i] >> 32 & (ticks - 1)]++;
    size_t n = find_places(ticks, count);
    if (spk_grow(&r->tick, &r->tick_room, r->waiting + n, sizeof *r->tick, "spikes", err) ||
        spk_grow(&r->unit, &r->unit_room, r->waiting + n, sizeof *r->unit, "spikes", err))
        return -1;
    uint64_t *tick = r->tick + r->waiting;
    uint32_t *unit = r->unit + r->waiting;
    for (size_t c = r->first[span], m; (m = in_chunk(r, span, c)) > 0; c = r->next[c]) {
        const uint64_t *spike = r->spike + c * RASTER_CHUNK;
#pragma GCC unroll 4
        for (size_t i = 0; i < m; i++) {
            uint32_t at = count[spike[i] >> 32 & (ticks - 1)]++;
            tick[at] = begin + (spike[i] >> 32);
            unit[at] = (uint32_t)spike[i];
        }
    }
    r->waiting += n;
    r->lately += n;
    return 0;
}

static int hand_on(raster *r, const encode_out *out, spk_error *err)
{
    size_t n = r->waiting;
    r->waiting = 0;
    return n ? spk_writer_spikes(out->writer, out->channel, n, r->tick, r->unit, err) : 0;
}

int raster_write(raster *r, uint64_t begin, const encode_out *out, spk_error *err)
{
    r->lately = 0;
    for (size_t span = 0; span < r->spans; span++) {
        if (r->first[span] == 0) continue;
        if (sort_span(r, span, begin, err)) return -1;
        if (r->waiting >= PIECE && hand_on(r, out, err)) return -1;
    }
    return hand_on(r, out, err);
}
