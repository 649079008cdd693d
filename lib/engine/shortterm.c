/* shortterm.c: synapses with short-term plasticity: rows that are kept, and a state for each source.
 *
 * A spike adds each weight times the source's factor, which follows from the source's own spikes:
 * every part keeps the state of all sources, computed alike, so that none waits for another. */
#include "base/memory.h"
#include "engine/rows.h"

#include <stdlib.h>

typedef struct shortterm {
    engine_rows rows;
    spk_short_term_state **state; /* [part][source]; NULL: another rank's */
} shortterm;

/* ---- building -------------------------------------------------------------------------------- */

static int build(spk_engine *e, engine_projection *p, spk_error *err)
{
    shortterm *s = p->data = spk_alloc(1, sizeof *s, "a projection", err);
    if (!s || engine_rows_build(e, p, &s->rows, err)) return -1;
    s->state = spk_alloc(e->parts, sizeof *s->state, "a projection", err);
    for (size_t k = e->first; s->state && k < e->last; k++)
        if (!(s->state[k] = spk_alloc(p->source->size, sizeof **s->state, "synapses", err)))
            return -1;
    if (!s->state) return -1;
    engine_shortterm_reset(e, p);
    return 0;
}

static void free_data(engine_projection *p)
{
    shortterm *s = p->data;
    if (!s) return;
    for (size_t k = 0; s->state && k < s->rows.parts; k++)
        free(s->state[k]);
    free(s->state);
    engine_rows_free(&s->rows);
    free(s);
}

/* ---- state ----------------------------------------------------------------------------------- */

void engine_shortterm_reset(const spk_engine *e, engine_projection *p)
{
    shortterm *s = p->data;
    for (size_t k = e->first; k < e->last; k++)
        for (uint32_t i = 0; i < p->source->size; i++)
            p->spec->short_term->start(p->spec->short_term_param, e->now, &s->state[k][i]);
}

spk_short_term_state *engine_shortterm_state(const engine_projection *p, size_t part)
{
    const shortterm *s = p->data;
    return s->state[part];
}

/* ---- a step ---------------------------------------------------------------------------------- */

static void fire(spk_engine *e, engine_projection *p, size_t part, uint64_t t, uint32_t source)
{
    const shortterm *s = p->data;
    const spk_projection *spec = p->spec;
    const engine_row *row = s->rows.row[part][source];
    const double factor = spec->short_term->spike(spec->short_term_param, e->net->dt_ms, t + 1,
                                                  &s->state[part][source]);
    if (row) engine_row_deliver_scaled(e, p, &s->rows.shape, part, t, row, factor);
}

static void step(spk_engine *e, engine_projection *p, size_t part, uint64_t t)
{
    if (p->target->part[part].begin == p->target->part[part].end) return;
    engine_fired fired = engine_population_fired(e, p->source, t, 0);
    for (size_t f = 0; f < fired.parts; f++)
        for (uint32_t i = 0; i < fired.count[f]; i++)
            fire(e, p, part, t, fired.unit[fired.part[f].begin + i]);
}

const engine_storage engine_shortterm = {.build = build, .free = free_data, .step = step};
