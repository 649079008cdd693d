/* sparse.c: static synapses that are kept: rows of them, and which of these a step's spikes go through. */
#include "base/memory.h"
#include "engine/rows.h"

#include <stdlib.h>

static int build(spk_engine *e, engine_projection *p, spk_error *err)
{
    engine_rows *rows = p->data = spk_alloc(1, sizeof *rows, "a projection", err);
    return rows ? engine_rows_build(e, p, rows, err) : -1;
}

static void free_data(engine_projection *p)
{
    if (p->data) engine_rows_free(p->data);
    free(p->data);
}

static void step(spk_engine *e, engine_projection *p, size_t part, uint64_t t)
{
    const engine_rows *s = p->data;
    engine_row *const *own = s->row[part];
    engine_tally *tally = &e->tally[part];
    engine_fired fired = engine_population_fired(e, p->source, t, 0);
    size_t n = 0, rows = 0;
    for (size_t f = 0; f < fired.parts; f++)
        n += fired.count[f];
    if (n == 0 || engine_tally_reserve(e, tally, n)) return;
    for (size_t f = 0; f < fired.parts; f++)
        for (uint32_t i = 0; i < fired.count[f]; i++) {
            const engine_row *row = own[fired.unit[fired.part[f].begin + i]];
            tally->row[rows] = row;
            rows += row != NULL;
        }
    engine_rows_deliver(e, p, &s->shape, part, t, n, rows);
}

const engine_storage engine_sparse = {.build = build, .free = free_data, .step = step};
