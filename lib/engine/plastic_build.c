/* plastic_build.c: the synapses of a plastic projection, drawn twice: counted, then put in place. */
#include "base/memory.h"
#include "engine/plastic.h"
#include "math/math.h"
#include "network/connect.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A presynaptic trace that has decayed by exp(-45), 3e-20, counts as 0: no weight shows it. */
static const double MEMORY = 45;
static const double SILENCE_MS = 2000;

/* While it is built: where each source's next synapse goes, and delays that differ. */
typedef struct building {
    uint32_t **next;  /* [part][source + 1] */
    uint16_t **delay; /* [part][synapse] steps beyond the least */
} building;

static const char what[] = "synapses";

/* ---- every synapse in turn ------------------------------------------------------------------- */

typedef int take(spk_engine *e, engine_projection *p, building *b, uint32_t source, uint32_t target,
                 double weight, uint32_t delay, spk_error *err);

/* The rows as they are drawn: by source, or by target. Either way the synapses of a source come
 * with ascending targets, those of one pair in the order in which they were drawn. */
static int draw(spk_engine *e, engine_projection *p, building *b, take *taken, spk_error *err)
{
    const bool by_source = spk_connect_by_source(p->spec);
    const uint32_t owners = by_source ? p->source->size : p->target->size;
    spk_synapses row = {0};
    int status = 0;
    for (uint32_t i = 0; status == 0 && i < owners; i++) {
        status = spk_connect_row(e->net, (uint32_t)p->index, e->options.network_seed, i, &row, err);
        for (size_t k = 0; status == 0 && k < row.n; k++)
            status = taken(e, p, b, by_source ? i : row.other[k], by_source ? row.other[k] : i,
                           row.weight[k], row.delay[k], err);
    }
    spk_synapses_free(&row);
    return status;
}

static int count(spk_engine *e, engine_projection *p, building *b, uint32_t source, uint32_t target,
                 double weight, uint32_t delay, spk_error *err)
{
    const plastic *s = p->data;
    const size_t part = engine_part_of(p->target, s->parts, target);
    (void)delay;
    if (s->part[part].n >= UINT32_MAX - 1)
        return spk_fail(err, SPK_LIMIT, "more than %u synapses onto one thread's units",
                        UINT32_MAX - 1);
    if (weight * s->sign < 0)
        return spk_fail(err, SPK_USAGE,
                        "%s: projections.%s: weights that learn keep their sign, and must be %s",
                        e->net->name, p->spec->name, s->sign < 0 ? "0 or less" : "0 or more");
    s->part[part].n++;
    b->next[part][source + 1]++;
    return 0;
}

static int place(spk_engine *e, engine_projection *p, building *b, uint32_t source, uint32_t target,
                 double weight, uint32_t delay, spk_error *err)
{
    const plastic *s = p->data;
    const size_t part = engine_part_of(p->target, s->parts, target);
    const plastic_part *own = &s->part[part];
    const uint32_t at = b->next[part][source]++;
    (void)err;
    own->target[at] = (uint16_t)(target - p->target->part[part].begin);
    if (b->delay[part]) b->delay[part][at] = (uint16_t)(delay - p->spec->min_delay);
    if (!engine_owns(e, part)) return 0;
    if (s->bytes == sizeof(float))
        ((float *)own->weight)[at] = (float)(weight * s->sign);
    else
        ((double *)own->weight)[at] = weight * s->sign;
    return 0;
}

/* ---- runs ------------------------------------------------------------------------------------ */

typedef struct placed {
    uint32_t order;
    uint16_t delay, target;
    double weight;
} placed;

static int by_delay(const void *a, const void *b)
{
    const placed *x = a, *y = b;
    if (x->delay != y->delay) return x->delay < y->delay ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static double weight_at(const plastic *s, const plastic_part *own, size_t i)
{
    if (!own->weight) return 0;
    return s->bytes == sizeof(float) ? (double)((const float *)own->weight)[i]
                                     : ((const double *)own->weight)[i];
}

/* The synapses [begin, end) of one source in order of their delays. */
static void sort(const plastic *s, plastic_part *own, uint16_t *delay, size_t begin, size_t end,
                 placed *list)
{
    for (size_t i = begin; i < end; i++)
        list[i - begin] = (placed){(uint32_t)i, delay[i], own->target[i], weight_at(s, own, i)};
    qsort(list, end - begin, sizeof *list, by_delay);
    for (size_t i = begin; i < end; i++) {
        delay[i] = list[i - begin].delay;
        own->target[i] = list[i - begin].target;
        if (!own->weight) continue;
        if (s->bytes == sizeof(float))
            ((float *)own->weight)[i] = (float)list[i - begin].weight;
        else
            ((double *)own->weight)[i] = list[i - begin].weight;
    }
}

static size_t count_runs(const uint16_t *delay, size_t begin, size_t end)
{
    size_t runs = begin < end;
    for (size_t i = begin + 1; delay && i < end; i++)
        runs += delay[i] != delay[i - 1];
    return runs;
}

/* end[i] is where source i's synapses end. */
static int make_runs(const engine_projection *p, plastic_part *own, const uint32_t *end,
                     uint16_t *delay, spk_error *err)
{
    const plastic *s = p->data;
    const size_t sources = p->source->size;
    placed *list = spk_alloc(delay ? s->longest : 1, sizeof *list, what, err);
    if (!list) return -1;
    for (size_t i = 0, begin = 0; i < sources; begin = end[i++]) {
        if (delay && end[i] > begin) sort(s, own, delay, begin, end[i], list);
        own->runs += count_runs(delay, begin, end[i]);
    }
    free(list);
    own->run = spk_alloc(own->runs, sizeof *own->run, what, err);
    if (!own->run) return -1;
    uint32_t run = 0;
    for (size_t i = 0, begin = 0; i < sources; begin = end[i++]) {
        own->first[i] = run;
        for (size_t k = begin; k < end[i]; k++) {
            const uint32_t late = p->spec->min_delay + (delay ? delay[k] : 0);
            if (k == begin || late != own->run[run - 1].delay) own->run[run++].delay = late;
            own->run[run - 1].end = (uint32_t)k + 1;
        }
    }
    own->first[sources] = run;
    return 0;
}

/* ---- memory ---------------------------------------------------------------------------------- */

static plastic_decay *make_decay(double rate, spk_error *err)
{
    plastic_decay *d = spk_alloc(1, sizeof *d, "traces", err);
    if (!d) return NULL;
    d->rate = rate;
    for (size_t i = 0; i < PLASTIC_TABLE; i++)
        d->table[i] = spk_exp(-rate * (double)i);
    return d;
}

static int make_constants(spk_engine *e, engine_projection *p, spk_error *err)
{
    plastic *s = p->data;
    const spk_archive_constants *c = &p->rule.archive;
    const spk_neuron_kernel *onto = p->target->kernel;
    s->bytes = p->numbers == SPK_DOUBLE ? sizeof(double) : sizeof(float);
    s->sign = c->negative ? -1 : 1;
    s->receptor = c->negative && onto->receptors > 1;
    s->deliver = s->receptor == 1 && onto->size_of_negative ? 1 : s->sign;
    s->memory = (uint64_t)ceil(MEMORY / c->rate_plus);
    s->silence = (uint64_t)ceil(SILENCE_MS / e->net->dt_ms);
    if (s->silence < s->memory) s->silence = s->memory;
    s->plus = make_decay(c->rate_plus, err);
    s->minus = make_decay(c->rate_minus, err);
    if (c->slow) {
        s->plus_slow = make_decay(c->rate_plus_slow, err);
        s->minus_slow = make_decay(c->rate_minus_slow, err);
    }
    return s->plus && s->minus && (!c->slow || (s->plus_slow && s->minus_slow)) ? 0 : -1;
}

static int make_parts(spk_engine *e, engine_projection *p, building *b, spk_error *err)
{
    plastic *s = p->data;
    const size_t sources = p->source->size;
    s->part = spk_alloc(e->parts, sizeof *s->part, "a projection", err);
    b->next = spk_alloc(e->parts, sizeof *b->next, what, err);
    b->delay = spk_alloc(e->parts, sizeof *b->delay, what, err);
    if (!s->part || !b->next || !b->delay) return -1;
    s->parts = e->parts;
    for (size_t part = 0; part < s->parts; part++) {
        plastic_part *own = &s->part[part];
        const engine_range units = engine_part_units(p->target, part);
        own->histories = units.end - units.begin;
        own->first = spk_alloc(sources + 1, sizeof *own->first, what, err);
        b->next[part] = spk_alloc(sources + 1, sizeof **b->next, what, err);
        if (!own->first || !b->next[part]) return -1;
        if (!engine_owns(e, part)) continue;
        own->source = spk_alloc(sources, sizeof *own->source, "traces", err);
        own->history = spk_alloc(own->histories, sizeof *own->history, "spikes", err);
        own->factor = spk_alloc(own->histories, sizeof *own->factor, "weights", err);
        if (!own->source || !own->history || !own->factor) return -1;
        for (size_t i = 0; i < sources; i++)
            plastic_start_source(p, &own->source[i], 0);
    }
    return 0;
}

static int make_numbers(const engine_projection *p, plastic_part *own, spk_error *err)
{
    const plastic *s = p->data;
    own->weight = spk_alloc(own->n, s->bytes, what, err);
    if (!own->weight || p->rule.archive.pairing != SPK_NEAREST_PRE_CENTERED)
        return own->weight ? 0 : -1;
    own->plus = spk_alloc(own->n, s->bytes, what, err);
    return own->plus ? 0 : -1;
}

/* Room for the synapses that were counted. */
static int make_room(const spk_engine *e, engine_projection *p, building *b, spk_error *err)
{
    plastic *s = p->data;
    for (size_t part = 0; part < s->parts; part++) {
        plastic_part *own = &s->part[part];
        own->target = spk_alloc(own->n, sizeof *own->target, what, err);
        if (!own->target) return -1;
        if (engine_owns(e, part) && make_numbers(p, own, err)) return -1;
        if (p->spec->delay_ms.kind != SPK_VALUE_CONSTANT &&
            !(b->delay[part] = spk_alloc(own->n, sizeof **b->delay, what, err)))
            return -1;
    }
    for (size_t i = 0; i < p->source->size; i++) {
        size_t row = 0;
        for (size_t part = 0; part < s->parts; part++)
            row += b->next[part][i + 1];
        if (row > s->longest) s->longest = row;
    }
    for (size_t part = 0; part < s->parts; part++)
        for (size_t i = 0; i < p->source->size; i++)
            b->next[part][i + 1] += b->next[part][i];
    s->order = spk_alloc(s->longest, sizeof *s->order, what, err);
    return s->order ? 0 : -1;
}

static int build(spk_engine *e, engine_projection *p, building *b, spk_error *err)
{
    if (p->spec->max_delay - p->spec->min_delay > UINT16_MAX)
        return spk_fail(
            err, SPK_LIMIT,
            "%s: projections.%s: delays of synapses that learn differ by at most %d steps",
            e->net->name, p->spec->name, UINT16_MAX);
    if (make_constants(e, p, err) || make_parts(e, p, b, err) || draw(e, p, b, count, err) ||
        make_room(e, p, b, err) || draw(e, p, b, place, err))
        return -1;
    plastic *s = p->data;
    for (size_t part = 0; part < s->parts; part++)
        if (make_runs(p, &s->part[part], b->next[part], b->delay[part], err)) return -1;
    memset(p->changed, true, p->target->size);
    return 0;
}

int plastic_build(spk_engine *e, engine_projection *p, spk_error *err)
{
    plastic *s = p->data = spk_alloc(1, sizeof *s, "a projection", err);
    building b = {0};
    const int status = s ? build(e, p, &b, err) : -1;
    for (size_t part = 0; s && part < s->parts; part++) {
        free(b.next[part]);
        free(b.delay[part]);
    }
    free(b.next);
    free(b.delay);
    return status;
}

void plastic_free(engine_projection *p)
{
    plastic *s = p->data;
    if (!s) return;
    for (size_t part = 0; part < s->parts; part++) {
        plastic_part *own = &s->part[part];
        for (size_t j = 0; own->history && j < own->histories; j++)
            free(own->history[j].spike);
        free(own->target);
        free(own->weight);
        free(own->plus);
        free(own->run);
        free(own->first);
        free(own->source);
        free(own->history);
        free(own->factor);
    }
    free(s->part);
    free(s->plus);
    free(s->plus_slow);
    free(s->minus);
    free(s->minus_slow);
    free(s->order);
    free(s);
}
