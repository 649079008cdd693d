/* indexed_state.c: the synapses of an indexed projection, drawn twice: counted, then put in place; its
 * weights row by row, and its state for checkpoints.
 *
 * A row lists a source's synapses by (target, order of drawing), whatever the parts. */
#include "base/memory.h"
#include "engine/comm.h"
#include "engine/indexed.h"
#include "math/math.h"
#include "network/connect.h"

#include <stdlib.h>
#include <string.h>

static const char what[] = "synapses";

/* ---- building -------------------------------------------------------------------------------- */

typedef int take(const engine_projection *p, uint32_t source, uint32_t target, double weight,
                 spk_error *err);

/* The rows as they are drawn: by source, or by target. Either way the synapses of a source come with
 * ascending targets, and those of a target with ascending sources. */
static int draw(spk_engine *e, engine_projection *p, take *taken, spk_error *err)
{
    const bool by_source = spk_connect_by_source(p->spec);
    const uint32_t owners = by_source ? p->source->size : p->target->size;
    spk_synapses row = {0};
    int status = 0;
    for (uint32_t i = 0; status == 0 && i < owners; i++) {
        status = spk_connect_row(e->net, (uint32_t)p->index, e->options.network_seed, i, &row, err);
        for (size_t k = 0; status == 0 && k < row.n; k++)
            status = taken(p, by_source ? i : row.other[k], by_source ? row.other[k] : i,
                           row.weight[k], err);
    }
    spk_synapses_free(&row);
    return status;
}

static int count(const engine_projection *p, uint32_t source, uint32_t target, double weight,
                 spk_error *err)
{
    const indexed *x = p->data;
    const size_t part = engine_part_of(p->target, x->parts, target);
    indexed_part *own = &x->part[part];
    if (own->n >= UINT32_MAX - 1)
        return spk_fail(err, SPK_LIMIT, "more than %u synapses onto one thread's units", INT32_MAX);
    if (weight < 0 && p->target->kernel->receptors > 1)
        return spk_fail(err, SPK_USAGE,
                        "projections.%s: weights with a kernel, or that learn, are 0 or more here; "
                        "one was drawn below (clip the distribution)",
                        p->spec->name);
    own->n++;
    own->row[source + 1]++;
    own->column[target - p->target->part[part].begin + 1]++;
    return 0;
}

/* While this goes on, row[source] says where the next one goes. */
static int place(const engine_projection *p, uint32_t source, uint32_t target, double weight,
                 spk_error *err)
{
    const indexed *x = p->data;
    const size_t part = engine_part_of(p->target, x->parts, target);
    indexed_part *own = &x->part[part];
    const uint32_t at = own->row[source]++;
    (void)err;
    own->target[at] = (uint16_t)(target - p->target->part[part].begin);
    if (x->bytes == sizeof(float))
        ((float *)own->weight)[at] = (float)weight;
    else
        ((double *)own->weight)[at] = weight;
    return 0;
}

static void sum_up(uint32_t *first, size_t n)
{
    for (size_t i = 0; i < n; i++)
        first[i + 1] += first[i];
}

/* Every place holds where the next one begins. */
static void step_back(uint32_t *first, size_t n)
{
    memmove(first + 1, first, n * sizeof *first);
    first[0] = 0;
}

static int make_part(const spk_engine *e, const engine_projection *p, size_t part, spk_error *err)
{
    const indexed *x = p->data;
    indexed_part *own = &x->part[part];
    const engine_range units = engine_part_units(p->target, part);
    const size_t sources = p->source->padded;
    own->targets = units.end - units.begin;
    own->row = spk_alloc(sources + 1, sizeof *own->row, what, err);
    own->column = spk_alloc(own->targets + 1, sizeof *own->column, what, err);
    own->sum = spk_alloc(own->targets, sizeof *own->sum, what, err);
    if (!own->row || !own->column || !own->sum) return -1;
    own->current = spk_alloc(2 * own->targets, e->real_bytes, what, err);
    own->g = spk_alloc(sources, e->real_bytes, what, err);
    if (!own->current || !own->g) return -1;
    if (!p->spec->rule) return 0;
    own->up = spk_alloc(sources, e->real_bytes, what, err);
    own->down = spk_alloc(2 * own->targets, e->real_bytes, what, err);
    own->has_trace = spk_alloc(sources, sizeof *own->has_trace, what, err);
    own->trace_bits = spk_alloc(SPK_TOGETHER_FEW / 64, sizeof *own->trace_bits, what, err);
    return own->up && own->down && own->has_trace && own->trace_bits ? 0 : -1;
}

static int make_rows(const engine_projection *p, indexed_part *own, spk_error *err)
{
    const indexed *x = p->data;
    own->target = spk_alloc(own->n, sizeof *own->target, what, err);
    own->weight = spk_alloc(own->n, x->bytes, what, err);
    sum_up(own->row, p->source->size);
    sum_up(own->column, own->targets);
    return own->target && own->weight ? 0 : -1;
}

/* ---- by target ------------------------------------------------------------------------------- */

static uint32_t longest(const uint32_t *first, size_t n)
{
    uint32_t most = 0;
    for (size_t i = 0; i < n; i++)
        if (first[i + 1] - first[i] > most) most = first[i + 1] - first[i];
    return most;
}

static bool has_common_targets(const engine_projection *p, const indexed_part *own)
{
    for (uint32_t i = 0; i < p->source->size; i++)
        for (uint32_t at = own->row[i] + 1; at < own->row[i + 1]; at++)
            if (own->target[at] == own->target[at - 1]) return true;
    return false;
}

/* Are 16 bits too few for a source, or a place in a row? */
static bool is_wide(const engine_projection *p, const indexed *x)
{
    for (size_t part = 0; part < x->parts; part++)
        if (longest(x->part[part].row, p->source->size) > UINT16_MAX) return true;
    return p->source->size > UINT16_MAX;
}

static int make_columns(const indexed *x, indexed_part *own, spk_error *err)
{
    const size_t bytes = x->wide ? sizeof(spk_together_synapse) : sizeof(spk_together_short);
    const size_t column = longest(own->column, own->targets) + SPK_TOGETHER_ROOM;
    own->synapse = spk_alloc(own->n, bytes, what, err);
    if (!own->synapse) return -1;
    for (size_t k = 0; k < sizeof own->found / sizeof *own->found; k++)
        if (!(own->found[k] = spk_alloc(column, sizeof *own->found[k], what, err))) return -1;
    return 0;
}

/* While this goes on, column[target] says where the next one goes. */
static void list_columns(const engine_projection *p, const indexed *x, indexed_part *own)
{
    for (uint32_t i = 0; i < p->source->size; i++)
        for (uint32_t at = own->row[i]; at < own->row[i + 1]; at++) {
            const uint32_t k = own->column[own->target[at]]++, place = at - own->row[i];
            if (x->wide)
                ((spk_together_synapse *)own->synapse)[k] =
                    (spk_together_synapse){.source = i, .place = place};
            else
                ((spk_together_short *)own->synapse)[k] =
                    (spk_together_short){.source = (uint16_t)i, .place = (uint16_t)place};
        }
    step_back(own->column, own->targets);
}

/* The rows are there; the same synapses by target. */
static int build_columns(const engine_projection *p, indexed *x, spk_error *err)
{
    for (size_t part = 0; part < x->parts; part++)
        x->part[part].common = has_common_targets(p, &x->part[part]);
    x->wide = is_wide(p, x);
    for (size_t part = 0; part < x->parts; part++) {
        if (make_columns(x, &x->part[part], err)) return -1;
        list_columns(p, x, &x->part[part]);
    }
    return 0;
}

static void set_modulators(const engine_projection *p)
{
    indexed *x = p->data;
    for (int k = 0; k < 2; k++)
        x->modulator[k] =
            p->spec->rule ? p->spec->rule_modulator[p->spec->rule->kernel->rates[k]] : -1;
}

int indexed_build(spk_engine *e, engine_projection *p, spk_error *err)
{
    indexed *x = p->data = spk_alloc(1, sizeof *x, "a projection", err);
    if (!x || !(x->part = spk_alloc(e->parts, sizeof *x->part, "a projection", err))) return -1;
    x->parts = e->parts;
    x->bytes = p->numbers == SPK_DOUBLE ? sizeof(double) : sizeof(float);
    x->back = p->spec->max_delay;
    if (p->spec->course != SPK_COURSE_PULSE)
        x->decay = spk_exp(-e->net->dt_ms / p->spec->course_tau_ms);
    set_modulators(p);
    for (size_t part = 0; part < x->parts; part++)
        if (make_part(e, p, part, err)) return -1;
    if (p->spec->rule && engine_traces_build(e, p, 1, &x->traces, err)) return -1;
    if (draw(e, p, count, err)) return -1;
    for (size_t part = 0; part < x->parts; part++)
        if (make_rows(p, &x->part[part], err)) return -1;
    if (draw(e, p, place, err)) return -1;
    for (size_t part = 0; part < x->parts; part++)
        step_back(x->part[part].row, p->source->size);
    return build_columns(p, x, err);
}

void indexed_free(engine_projection *p)
{
    indexed *x = p->data;
    if (!x) return;
    for (size_t part = 0; part < x->parts; part++) {
        indexed_part *own = &x->part[part];
        free(own->row);
        free(own->target);
        free(own->weight);
        free(own->column);
        free(own->synapse);
        free(own->g);
        free(own->current);
        free(own->up);
        free(own->down);
        free(own->has_trace);
        free(own->trace_bits);
        free(own->found[0]);
        free(own->found[1]);
        free(own->sum);
    }
    engine_traces_free(&x->traces);
    free(x->part);
    free(x);
}

/* ---- rows ------------------------------------------------------------------------------------ */

uint64_t indexed_part_length(const engine_projection *p, uint32_t source, size_t part)
{
    const indexed_part *own = &((const indexed *)p->data)->part[part];
    return own->row[source + 1] - own->row[source];
}

uint64_t indexed_row_length(const engine_projection *p, uint32_t source)
{
    const indexed *x = p->data;
    uint64_t n = 0;
    for (size_t part = 0; part < x->parts; part++)
        n += indexed_part_length(p, source, part);
    return n;
}

void indexed_columns(const engine_projection *p, uint32_t source, uint32_t *column)
{
    const indexed *x = p->data;
    for (size_t part = 0; part < x->parts; part++) {
        const indexed_part *own = &x->part[part];
        for (uint32_t k = own->row[source]; k < own->row[source + 1]; k++)
            *column++ = p->target->part[part].begin + own->target[k];
    }
}

void indexed_get_row(const engine_projection *p, uint32_t source, void *weight)
{
    const indexed *x = p->data;
    for (size_t part = 0; part < x->parts; part++) {
        const indexed_part *own = &x->part[part];
        const size_t n = own->row[source + 1] - own->row[source];
        if (n > 0) memcpy(weight, engine_at(own->weight, own->row[source], x->bytes), n * x->bytes);
        weight = engine_at(weight, n, x->bytes);
    }
}

void indexed_set_row(engine_projection *p, uint32_t source, const void *weight)
{
    const indexed *x = p->data;
    for (size_t part = 0; part < x->parts; part++) {
        const indexed_part *own = &x->part[part];
        const size_t n = own->row[source + 1] - own->row[source];
        if (n > 0) memcpy(engine_at(own->weight, own->row[source], x->bytes), weight, n * x->bytes);
        weight = engine_at(weight, n, x->bytes);
    }
}

/* ---- checkpoints ----------------------------------------------------------------------------- */

/* The state: weights by source; with a kernel, what is left of each source's spikes, and what each
 * target gets in the last step and beside that in the next; with a rule, both sides' traces. */

static size_t count_synapses(const indexed *x)
{
    size_t n = 0;
    for (size_t part = 0; part < x->parts; part++)
        n += x->part[part].n;
    return n;
}

/* Parts without units do not keep up. */
static size_t living(const indexed *x)
{
    size_t part = 0;
    while (x->part[part].targets == 0)
        part++;
    return part;
}

static size_t state_bytes(const spk_engine *e, const engine_projection *p)
{
    const indexed *x = p->data;
    const size_t sources = p->source->size, targets = p->target->size;
    size_t numbers = 0;
    if (p->spec->course != SPK_COURSE_PULSE) numbers += sources + 2 * targets;
    if (p->spec->rule) numbers += sources + targets;
    return count_synapses(x) * x->bytes + numbers * e->real_bytes;
}

int indexed_state_bytes(const spk_engine *e, const engine_projection *p, size_t *bytes,
                        spk_error *err)
{
    (void)err;
    *bytes = state_bytes(e, p);
    return 0;
}

static void *put_row(const engine_projection *p, size_t k, uint32_t source, void *list)
{
    const indexed *x = p->data;
    (void)k; /* a synapse has its weight only */
    indexed_get_row(p, source, list);
    return engine_at(list, indexed_row_length(p, source), x->bytes);
}

/* Sources' numbers, which all parts with units have alike: their first's. */
static int put_sources(engine_saving *w, const void *array)
{
    const bool mine = engine_owns(w->e, living(w->p->data));
    return engine_save_shares(w, mine ? w->p->source->size * w->e->real_bytes : 0, array);
}

/* What each target gets. */
static int put_current(engine_saving *w)
{
    const indexed *x = w->p->data;
    const engine_range own = engine_units_of(w->e, w->p->target, (size_t)spk_comm_rank());
    const size_t bytes = 2 * (own.end - own.begin) * w->e->real_bytes;
    unsigned char *list = spk_alloc(bytes, 1, "a checkpoint", w->err), *at = list;
    if (!list) return -1;
    for (size_t part = w->e->first; part < w->e->last; part++) {
        const size_t n = 2 * x->part[part].targets * w->e->real_bytes;
        if (n > 0) memcpy(at, x->part[part].current, n);
        at += n;
    }
    const int status = engine_save_shares(w, bytes, list);
    free(list);
    return status;
}

int indexed_save(const spk_engine *e, const engine_projection *p, void *state, spk_error *err)
{
    const indexed *x = p->data;
    const engine_range own = engine_units_of(e, p->target, (size_t)spk_comm_rank());
    const size_t keeper = living(x), width = e->real_bytes;
    engine_saving w = {.e = e, .p = p, .to = state, .err = err};
    if (engine_save_rows(&w, count_synapses(x), x->bytes, put_row, 0)) return -1;
    if (p->spec->course != SPK_COURSE_PULSE &&
        (put_sources(&w, x->part[keeper].g) || put_current(&w)))
        return -1;
    if (!p->spec->rule) return 0;
    return put_sources(&w, x->traces.part[keeper].pre) ||
                   engine_save_shares(&w, (own.end - own.begin) * width,
                                      engine_at(x->traces.post, own.begin, width))
               ? -1
               : 0;
}

int indexed_restore(spk_engine *e, engine_projection *p, const void *state, size_t bytes,
                    spk_error *err)
{
    const indexed *x = p->data;
    const size_t sources = p->source->size * e->real_bytes;
    const unsigned char *from = state;
    (void)err;
    if (bytes != state_bytes(e, p)) return 1;
    for (uint32_t i = 0; i < p->source->size; i++) {
        indexed_set_row(p, i, from);
        from += indexed_row_length(p, i) * x->bytes;
    }
    if (p->spec->course != SPK_COURSE_PULSE) {
        for (size_t part = 0; part < x->parts; part++)
            engine_load(x->part[part].g, from, sources);
        from += sources;
        for (size_t part = 0; part < x->parts; part++)
            from =
                engine_load(x->part[part].current, from, 2 * x->part[part].targets * e->real_bytes);
    }
    if (!p->spec->rule) return 0;
    for (size_t part = e->first; part < e->last; part++)
        engine_load(x->traces.part[part].pre, from, sources);
    engine_load(x->traces.post, from + sources, p->target->size * e->real_bytes);
    return 0;
}
