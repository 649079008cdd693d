/* procedural.c: static synapses that are not kept: the row of a source (rows.h) is drawn again for each
 * of its spikes, and forgotten in the next step. Each part draws for itself and packs what is its own. */
#include "base/memory.h"
#include "engine/rows.h"

#include <stdlib.h>

/* What a part draws with. */
typedef struct drawing {
    spk_synapses drawn;
    uint32_t *count; /* [key] */
    char *rows;      /* of this step */
    size_t capacity, used;
    size_t *begin; /* where each begins */
    size_t begins;
} drawing;

typedef struct procedural {
    engine_shape shape;
    size_t parts;
    drawing *part;
} procedural;

static int build(spk_engine *e, engine_projection *p, spk_error *err)
{
    procedural *s = p->data = spk_alloc(1, sizeof *s, "a projection", err);
    if (!s) return -1;
    s->shape = engine_shape_of(p);
    s->part = spk_alloc(e->parts, sizeof *s->part, "a projection", err);
    if (!s->part) return -1;
    s->parts = e->parts;
    for (size_t part = 0; part < s->parts; part++)
        if (!(s->part[part].count =
                  spk_alloc(s->shape.keys, sizeof *s->part->count, "a projection", err)))
            return -1;
    return 0;
}

static void free_data(engine_projection *p)
{
    procedural *s = p->data;
    if (!s) return;
    for (size_t part = 0; part < s->parts; part++) {
        spk_synapses_free(&s->part[part].drawn);
        free(s->part[part].count);
        free(s->part[part].rows);
        free(s->part[part].begin);
    }
    free(s->part);
    free(s);
}

/* Draw a source's row behind those there are. *some: it has synapses onto the part. */
static int draw(const spk_engine *e, const engine_projection *p, size_t part, uint32_t source,
                bool *some, spk_error *err)
{
    const procedural *s = p->data;
    engine_range range = p->target->part[part];
    drawing *d = &s->part[part];
    if (engine_row_draw(e, p, &s->shape, source, &d->drawn, err)) return -1;
    size_t begin = engine_row_end(&d->drawn, 0, range.begin);
    size_t end = engine_row_end(&d->drawn, begin, range.end);
    *some = begin < end;
    if (!*some) return 0;
    engine_row_count(&s->shape, &d->drawn, begin, end, d->count);
    size_t bytes = engine_row_bytes(&s->shape, d->count, 1, 0);
    if (spk_grow(&d->rows, &d->capacity, d->used + bytes, 1, "the synapses of a step", err))
        return -1;
    engine_row_fill(&s->shape, &d->drawn, begin, end, range.begin, d->count,
                    engine_at(d->rows, d->used, 1));
    d->used += bytes;
    return 0;
}

/* Where weights differ, rows are delivered one after the other; else all must be there. */
static int send(spk_engine *e, engine_projection *p, size_t part, uint64_t t, uint32_t source,
                size_t *rows, spk_error *err)
{
    const procedural *s = p->data;
    drawing *d = &s->part[part];
    size_t begin = d->used;
    bool some;
    if (spk_grow(&d->begin, &d->begins, *rows + 1, sizeof *d->begin, "spikes", err) ||
        draw(e, p, part, source, &some, err))
        return -1;
    if (!some) return 0;
    d->begin[(*rows)++] = begin;
    if (s->shape.weight_bytes == 0) return 0;
    e->tally[part].row[0] = engine_at(d->rows, 0, 1);
    engine_rows_deliver(e, p, &s->shape, part, t, 1, 1);
    *rows = d->used = 0;
    return 0;
}

static void step(spk_engine *e, engine_projection *p, size_t part, uint64_t t)
{
    const procedural *s = p->data;
    drawing *d = &s->part[part];
    engine_tally *tally = &e->tally[part];
    engine_fired fired = engine_population_fired(e, p->source, t, 0);
    engine_range range = p->target->part[part];
    size_t n = 0, rows = 0;
    spk_error err;
    for (size_t f = 0; f < fired.parts; f++)
        n += fired.count[f];
    if (n == 0 || range.begin == range.end || engine_tally_reserve(e, tally, n)) return;
    d->used = 0;
    for (size_t f = 0; f < fired.parts; f++)
        for (uint32_t i = 0; i < fired.count[f]; i++)
            if (send(e, p, part, t, fired.unit[fired.part[f].begin + i], &rows, &err)) {
                engine_fail(e, &err);
                return;
            }
    for (size_t i = 0; i < rows; i++)
        tally->row[i] = engine_at(d->rows, d->begin[i], 1);
    engine_rows_deliver(e, p, &s->shape, part, t, n, rows);
}

const engine_storage engine_procedural = {.build = build, .free = free_data, .step = step};
