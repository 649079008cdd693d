/* raster.c: see raster.h. */
#include "raster.h"

#include <stdlib.h>
#include <string.h>

enum { PIECE = 4096 }; /* spikes handed on at once: what the first cache holds */

int raster_open(raster *r, spk_error *err)
{
    *r = (raster){0};
    r->tick = spk_alloc(PIECE, sizeof *r->tick, "spikes", err);
    if (r->tick) r->unit = spk_alloc(PIECE, sizeof *r->unit, "spikes", err);
    if (r->unit) r->count = spk_alloc(RASTER_TICKS, sizeof *r->count, "spikes", err);
    if (r->count) return 0;
    raster_close(r);
    return -1;
}

void raster_close(raster *r)
{
    free(r->spike);
    free(r->sorted);
    free(r->tick);
    free(r->unit);
    free(r->count);
    *r = (raster){0};
}

/* Spikes of equal tick keep their order, which is that of their units. */
static void sort(raster *r, uint32_t ticks)
{
    uint32_t place = 0;
    for (uint32_t t = 0; t < ticks; t++) {
        uint32_t here = r->count[t];
        r->count[t] = place;
        place += here;
    }
    for (size_t i = 0; i < r->n; i++)
        r->sorted[r->count[r->spike[i] >> 32]++] = r->spike[i];
    memset(r->count, 0, ticks * sizeof *r->count);
}

int raster_write(raster *r, uint64_t begin, uint32_t ticks, const encode_out *out, spk_error *err)
{
    if (r->n == 0) return 0;
    if (spk_grow(&r->sorted, &r->sorted_room, r->n, sizeof *r->sorted, "spikes", err)) return -1;
    sort(r, ticks);
    for (size_t from = 0; from < r->n; from += PIECE) {
        size_t n = r->n - from < PIECE ? r->n - from : PIECE;
        for (size_t i = 0; i < n; i++)
            r->tick[i] = begin + (r->sorted[from + i] >> 32);
        for (size_t i = 0; i < n; i++)
            r->unit[i] = (uint32_t)r->sorted[from + i];
        if (spk_writer_spikes(out->writer, out->channel, n, r->tick, r->unit, err)) return -1;
    }
    r->n = 0;
    return 0;
}
