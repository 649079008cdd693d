/* shortterm.c: synapses with short-term plasticity, listed by source for each part.
 *
 * As in sparse.c a source's synapses onto a part's targets are runs of one delay, in order of
 * (receptor, delay, target, weight). A spike adds each weight times the source's factor, which
 * follows from the source's own spikes: every part keeps the state of all sources, computed alike,
 * so that none waits for another. */
#include "base/memory.h"
#include "engine/internal.h"
#include "network/connect.h"

#include <stdlib.h>

typedef struct run {
    uint32_t delay : 31;
    uint32_t negative : 1; /* goes to receptor 1 */
    uint32_t n;            /* synapses */
} run;

typedef struct synapse {
    uint32_t target, delay; /* target from the part's begin */
    double weight;          /* with its sign */
} synapse;

typedef struct part_synapses {
    size_t *first;     /* [sources + 1] where each source's synapses begin */
    size_t *first_run; /* [sources + 1] */
    uint16_t *target;  /* from the part's begin */
    void *weight;      /* float or double; NULL: all have `same` */
    run *run;
    size_t runs, run_capacity;
    spk_short_term_state *state; /* [sources] */
} part_synapses;

typedef struct shortterm {
    size_t parts;
    bool same, wide; /* weights are double */
    double same_weight;
    part_synapses *part;
} shortterm;

/* ---- building -------------------------------------------------------------------------------- */

/* Synapses are drawn twice: to count, and to fill arrays that fit. */
typedef struct filling {
    size_t *next;    /* [sources] where the next synapse goes; NULL: they are counted */
    uint32_t *delay; /* of each synapse; NULL: all have one */
} filling;

static void put_weight(const shortterm *s, part_synapses *own, size_t at, double weight)
{
    if (s->wide)
        ((double *)own->weight)[at] = weight;
    else
        ((float *)own->weight)[at] = (float)weight;
}

static double get_weight(const shortterm *s, const part_synapses *own, size_t at)
{
    if (s->same) return s->same_weight;
    return s->wide ? ((const double *)own->weight)[at] : (double)((const float *)own->weight)[at];
}

static void add_synapse(const spk_engine *e, engine_projection *p, filling *fill, uint32_t source,
                        uint32_t target, uint32_t delay, double weight)
{
    shortterm *s = p->data;
    size_t part = 0;
    while (target >= p->target->part[part].end)
        part++;
    if (!engine_owns(e, part)) return;
    part_synapses *own = &s->part[part];
    if (!fill[part].next) {
        own->first[source + 1]++;
        s->same_weight = weight;
        return;
    }
    size_t at = fill[part].next[source]++;
    own->target[at] = (uint16_t)(target - p->target->part[part].begin);
    if (fill[part].delay) fill[part].delay[at] = delay;
    if (!s->same) put_weight(s, own, at, weight);
}

static int add_all(spk_engine *e, engine_projection *p, filling *fill, spk_error *err)
{
    bool by_source = spk_connect_by_source(p->spec);
    uint32_t owners = by_source ? p->source->size : p->target->size;
    spk_synapses row = {0};
    int status = 0;
    for (uint32_t i = 0; status == 0 && i < owners; i++) {
        status = spk_connect_row(e->net, (uint32_t)p->index, e->options.network_seed, i, &row, err);
        for (size_t k = 0; status == 0 && k < row.n; k++)
            add_synapse(e, p, fill, by_source ? i : row.other[k], by_source ? row.other[k] : i,
                        row.delay[k], row.weight[k]);
    }
    spk_synapses_free(&row);
    return status;
}

/* They have been counted: room for them. */
static int make_room(const engine_projection *p, part_synapses *own, filling *fill, spk_error *err)
{
    static const char what[] = "synapses";
    const shortterm *s = p->data;
    uint32_t sources = p->source->size;
    fill->next = spk_alloc(sources, sizeof *fill->next, what, err);
    if (!fill->next) return -1;
    for (uint32_t i = 0; i < sources; i++) {
        own->first[i + 1] += own->first[i];
        fill->next[i] = own->first[i];
    }
    size_t n = own->first[sources], bytes = s->wide ? sizeof(double) : sizeof(float);
    own->target = spk_alloc(n, sizeof *own->target, what, err);
    if (!s->same) own->weight = spk_alloc(n, bytes, what, err);
    bool differ = p->spec->min_delay != p->spec->max_delay;
    if (differ) fill->delay = spk_alloc(n, sizeof *fill->delay, what, err);
    return own->target && (s->same || own->weight) && (!differ || fill->delay) ? 0 : -1;
}

/* Nothing is left to how qsort treats equals: sums of multapses have one order everywhere. */
static int by_place(const void *a, const void *b)
{
    const synapse *x = a, *y = b;
    if (x->delay != y->delay) return x->delay < y->delay ? -1 : 1;
    if (x->target != y->target) return x->target < y->target ? -1 : 1;
    return x->weight < y->weight ? -1 : x->weight > y->weight;
}

static int by_receptor(const void *a, const void *b)
{
    const synapse *x = a, *y = b;
    bool negative = x->weight < 0, other = y->weight < 0;
    return negative != other ? (negative ? 1 : -1) : by_place(a, b);
}

/* The n synapses of one source, from `at`, in order, and their runs. */
static int order(const engine_projection *p, part_synapses *own, size_t at, const synapse *list,
                 size_t n, spk_error *err)
{
    const shortterm *s = p->data;
    const spk_neuron_kernel *kernel = p->target->kernel;
    for (size_t i = 0; i < n; i++) {
        bool negative = kernel->receptors > 1 && list[i].weight < 0;
        run *last = i > 0 ? &own->run[own->runs - 1] : NULL;
        if (!last || last->delay != list[i].delay || last->negative != negative) {
            if (spk_grow(&own->run, &own->run_capacity, own->runs + 1, sizeof *own->run, "synapses",
                         err))
                return -1;
            last = &own->run[own->runs++];
            *last = (run){.delay = list[i].delay & 0x7fffffff, .negative = negative};
        }
        last->n++;
        own->target[at + i] = (uint16_t)list[i].target;
        double weight = negative && kernel->size_of_negative ? -list[i].weight : list[i].weight;
        if (!s->same) put_weight(s, own, at + i, weight);
    }
    return 0;
}

static int order_all(const engine_projection *p, part_synapses *own, const uint32_t *delay,
                     spk_error *err)
{
    const shortterm *s = p->data;
    synapse *list = NULL;
    size_t capacity = 0;
    int status = 0;
    for (uint32_t i = 0; status == 0 && i < p->source->size; i++) {
        size_t at = own->first[i], n = own->first[i + 1] - at;
        status = spk_grow(&list, &capacity, n, sizeof *list, "synapses", err);
        for (size_t k = 0; status == 0 && k < n; k++)
            list[k] = (synapse){own->target[at + k], delay ? delay[at + k] : p->spec->min_delay,
                                get_weight(s, own, at + k)};
        if (status == 0 && n > 1)
            qsort(list, n, sizeof *list, p->target->kernel->receptors > 1 ? by_receptor : by_place);
        if (status == 0) status = order(p, own, at, list, n, err);
        own->first_run[i + 1] = own->runs;
    }
    free(list);
    run *smaller = own->runs > 0 ? realloc(own->run, own->runs * sizeof *own->run) : NULL;
    if (smaller) own->run = smaller; /* what doubling took too much is given back */
    return status;
}

static int open_part(const engine_projection *p, part_synapses *own, spk_error *err)
{
    size_t sources = p->source->size;
    own->first = spk_alloc(sources + 1, sizeof *own->first, "synapses", err);
    own->first_run = spk_alloc(sources + 1, sizeof *own->first_run, "synapses", err);
    own->state = spk_alloc(sources, sizeof *own->state, "synapses", err);
    return own->first && own->first_run && own->state ? 0 : -1;
}

static int fill_parts(spk_engine *e, engine_projection *p, filling *fill, spk_error *err)
{
    shortterm *s = p->data;
    for (size_t k = e->first; k < e->last; k++)
        if (open_part(p, &s->part[k], err)) return -1;
    if (add_all(e, p, fill, err)) return -1;
    for (size_t k = e->first; k < e->last; k++)
        if (make_room(p, &s->part[k], &fill[k], err)) return -1;
    if (add_all(e, p, fill, err)) return -1;
    for (size_t k = e->first; k < e->last; k++)
        if (order_all(p, &s->part[k], fill[k].delay, err)) return -1;
    if (s->same && s->same_weight < 0 && p->target->kernel->size_of_negative)
        s->same_weight = -s->same_weight;
    engine_shortterm_reset(e, p);
    return 0;
}

static int build(spk_engine *e, engine_projection *p, spk_error *err)
{
    shortterm *s = p->data = spk_alloc(1, sizeof *s, "a projection", err);
    if (!s) return -1;
    s->same = p->spec->weight.kind == SPK_VALUE_CONSTANT;
    s->wide = p->numbers == SPK_DOUBLE;
    s->part = spk_alloc(e->parts, sizeof *s->part, "a projection", err);
    if (!s->part) return -1;
    s->parts = e->parts;
    filling *fill = spk_alloc(e->parts, sizeof *fill, "a projection", err);
    int status = fill ? fill_parts(e, p, fill, err) : -1;
    for (size_t k = 0; fill && k < s->parts; k++) {
        free(fill[k].next);
        free(fill[k].delay);
    }
    free(fill);
    return status;
}

static void free_data(engine_projection *p)
{
    shortterm *s = p->data;
    if (!s) return;
    for (size_t k = 0; k < s->parts; k++) {
        free(s->part[k].first);
        free(s->part[k].first_run);
        free(s->part[k].target);
        free(s->part[k].weight);
        free(s->part[k].run);
        free(s->part[k].state);
    }
    free(s->part);
    free(s);
}

/* ---- state ----------------------------------------------------------------------------------- */

void engine_shortterm_reset(const spk_engine *e, engine_projection *p)
{
    shortterm *s = p->data;
    for (size_t k = e->first; k < e->last; k++)
        for (uint32_t i = 0; i < p->source->size; i++)
            p->spec->short_term->start(p->spec->short_term_param, e->now, &s->part[k].state[i]);
}

spk_short_term_state *engine_shortterm_state(const engine_projection *p, size_t part)
{
    const shortterm *s = p->data;
    return s->part[part].state;
}

/* ---- a step ---------------------------------------------------------------------------------- */

static void add_same(size_t n, const uint16_t *target, double value, bool single, void *input)
{
    if (single)
        for (size_t i = 0; i < n; i++)
            ((float *)input)[target[i]] += (float)value;
    else
        for (size_t i = 0; i < n; i++)
            ((double *)input)[target[i]] += value;
}

static void add_single(size_t n, const uint16_t *restrict target, const float *restrict weight,
                       double factor, float *restrict input)
{
    for (size_t i = 0; i < n; i++)
        input[target[i]] += (float)(factor * (double)weight[i]);
}

static void add_mixed(size_t n, const uint16_t *restrict target, const float *restrict weight,
                      double factor, double *restrict input)
{
    for (size_t i = 0; i < n; i++)
        input[target[i]] += factor * (double)weight[i];
}

static void add_double(size_t n, const uint16_t *restrict target, const double *restrict weight,
                       double factor, double *restrict input)
{
    for (size_t i = 0; i < n; i++)
        input[target[i]] += factor * weight[i];
}

/* Weights times `factor`, rounded once, go to their targets. */
static void add(const engine_projection *p, const part_synapses *own, size_t at, size_t n,
                double factor, void *input)
{
    const shortterm *s = p->data;
    const uint16_t *target = own->target + at;
    if (s->same)
        add_same(n, target, factor * s->same_weight, p->numbers == SPK_SINGLE, input);
    else if (p->numbers == SPK_SINGLE)
        add_single(n, target, (const float *)own->weight + at, factor, input);
    else if (p->numbers == SPK_MIXED)
        add_mixed(n, target, (const float *)own->weight + at, factor, input);
    else
        add_double(n, target, (const double *)own->weight + at, factor, input);
}

static void fire(spk_engine *e, engine_projection *p, size_t part, uint64_t t, uint32_t source)
{
    const shortterm *s = p->data;
    const spk_projection *spec = p->spec;
    const part_synapses *own = &s->part[part];
    double factor =
        spec->short_term->spike(spec->short_term_param, e->net->dt_ms, t + 1, &own->state[source]);
    size_t at = own->first[source];
    for (size_t k = own->first_run[source]; k < own->first_run[source + 1]; k++) {
        const run *one = &own->run[k];
        void *row = engine_input_row(e, p->target, one->negative, part, t, one->delay);
        add(p, own, at, one->n, factor, engine_at(row, p->target->part[part].begin, e->real_bytes));
        at += one->n;
    }
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
