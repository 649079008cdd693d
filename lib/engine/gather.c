/* gather.c: what ranks keep each for their own units, as one whole at rank 0.
 *
 * Ranks own ascending ranges of units, so that their shares, one behind the other, are the whole: of a
 * list of units as well as of each row of synapses, which are sorted by target. All ranks come here
 * together; with one rank nothing is copied that need not be. */
#include "base/memory.h"
#include "engine/comm.h"
#include "engine/internal.h"

#include <stdlib.h>
#include <string.h>

enum { PIECE_BYTES = 1 << 26 }; /* of rows that are gathered at a time */

int engine_gather(const spk_engine *e, size_t bytes, const void *mine, const void **all, size_t *n,
                  spk_error *err)
{
    const size_t ranks = (size_t)spk_comm_ranks();
    if (spk_comm_collect(bytes, mine, all, e->list_start, err)) return -1;
    *n = *all ? e->list_start[ranks] : 0;
    return 0;
}

int engine_gather_units(const spk_engine *e, const engine_population *p, const void *array,
                        size_t width, const void **all, size_t *n, spk_error *err)
{
    const engine_range own = engine_units_of(e, p, (size_t)spk_comm_rank());
    return engine_gather(e, (own.end - own.begin) * width, engine_at(array, own.begin, width), all,
                         n, err);
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* How many of a row's values lie before a part. */
static uint64_t values_before(const engine_projection *p, uint32_t source, size_t part)
{
    uint64_t n = 0;
    for (size_t k = 0; k < part; k++)
        n += engine_part_values(p, source, k);
    return n;
}

/* Some whole rows, where a rank's shares are moved between them and a list. */
typedef struct rows {
    const spk_engine *e;
    const engine_projection *p;
    uint32_t row0;
    size_t rows, width; /* of a value */
    unsigned char *value;
} rows;

/* Bytes of a rank's shares; `list` NULL: they are only counted. */
static size_t move_shares(const rows *r, size_t rank, unsigned char *list, bool back)
{
    const size_t parts = r->e->last - r->e->first;
    unsigned char *row = r->value;
    size_t moved = 0;
    for (size_t i = 0; i < r->rows; i++) {
        const uint32_t source = r->row0 + (uint32_t)i;
        const uint64_t before = values_before(r->p, source, rank * parts);
        const uint64_t end = values_before(r->p, source, (rank + 1) * parts);
        const size_t bytes = (size_t)(end - before) * r->width;
        unsigned char *place = row + before * r->width;
        if (list && bytes > 0)
            memcpy(back ? place : list + moved, back ? list + moved : place, bytes);
        moved += bytes;
        row += values_before(r->p, source, r->e->parts) * r->width;
    }
    return moved;
}

static int gather_piece(const rows *r, spk_error *err)
{
    const size_t ranks = (size_t)spk_comm_ranks(), me = (size_t)spk_comm_rank();
    const size_t bytes = move_shares(r, me, NULL, false);
    unsigned char *list = spk_alloc(bytes, 1, "weights", err);
    const void *all;
    size_t n;
    if (!list) return -1;
    move_shares(r, me, list, false);
    const int status = engine_gather(r->e, bytes, list, &all, &n, err);
    for (size_t rank = 1; status == 0 && all && rank < ranks; rank++)
        move_shares(r, rank, engine_at(all, r->e->list_start[rank], 1), true);
    free(list);
    return status;
}

int engine_gather_rows(const spk_engine *e, const engine_projection *p, uint32_t row0, size_t count,
                       size_t width, void *value, spk_error *err)
{
    rows r = {.e = e, .p = p, .row0 = row0, .width = width, .value = value};
    if (spk_comm_ranks() == 1) return 0;
    for (size_t done = 0; done < count; done += r.rows) {
        size_t bytes = 0;
        r.row0 = row0 + (uint32_t)done;
        for (r.rows = 0; done + r.rows < count && bytes < PIECE_BYTES; r.rows++)
            bytes += engine_row_values(p, r.row0 + (uint32_t)r.rows) * width;
        if (gather_piece(&r, err)) return -1;
        r.value += bytes;
    }
    return 0;
}

/* ---- the states of storages that keep their own ----------------------------------------------- */

int engine_save_shares(engine_saving *w, size_t bytes, const void *mine)
{
    const void *all;
    size_t n;
    if (engine_gather(w->e, bytes, mine, &all, &n, w->err)) return -1;
    if (!w->to) return 0;
    if (n > 0) memcpy(w->to, all, n);
    w->to += n;
    return 0;
}

int engine_save_rows(engine_saving *w, size_t values, size_t width, engine_put_row *put, size_t k)
{
    const size_t bytes = values * width;
    void *scratch = w->to ? NULL : spk_alloc(bytes, 1, "a checkpoint", w->err);
    void *whole = w->to ? (void *)w->to : scratch, *at = whole;
    if (!whole) return -1;
    for (uint32_t i = 0; i < w->p->source->size; i++)
        at = put(w->p, k, i, at);
    const int status = engine_gather_rows(w->e, w->p, 0, w->p->source->size, width, whole, w->err);
    free(scratch);
    if (w->to) w->to += bytes;
    return status;
}

const unsigned char *engine_load(void *to, const unsigned char *from, size_t bytes)
{
    if (bytes > 0) memcpy(to, from, bytes);
    return from + bytes;
}
