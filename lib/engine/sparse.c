/* sparse.c: static synapses, listed by source for each part.
 *
 * A source's synapses onto a part's targets lie in order of (delay, target) and are cut into runs
 * {delay, count}, of the delays that occur only; targets are 16-bit numbers. A spike adds each run
 * to the row of input that is due `delay` steps later. Where a target has two receptors, positive
 * and negative weights form two sheets. One weight for all is not stored. */
#include "base/memory.h"
#include "engine/internal.h"
#include "network/connect.h"

#include <stdlib.h>
#include <string.h>

typedef struct run {
    uint32_t delay, end; /* of the run's synapses, counted from the part's first */
} run;

/* Synapses of one part with one receptor. */
typedef struct sheet {
    size_t n, runs; /* in all */
    size_t n_capacity, w_capacity, run_capacity;
    uint16_t *target;
    void *weight; /* NULL: all have `same` */
    run *run;
    size_t *source; /* [sources + 1] where each source's runs begin */
} sheet;

typedef struct synapse {
    uint32_t source, target, delay;
    double weight;
} synapse;

typedef struct sparse {
    size_t parts, receptors, bytes;
    bool same;
    double same_weight;
    sheet *sheet; /* [part][receptor] */
} sparse;

/* Nothing is left to how qsort treats equals: sums of multapses have one order everywhere. */
static int by_place(const void *a, const void *b)
{
    const synapse *x = a, *y = b;
    if (x->delay != y->delay) return x->delay < y->delay ? -1 : 1;
    if (x->target != y->target) return x->target < y->target ? -1 : 1;
    return x->weight < y->weight ? -1 : x->weight > y->weight;
}

/* ---- building -------------------------------------------------------------------------------- */

/* The n synapses of one source onto one sheet, sorted. */
static int append(sparse *s, sheet *to, const synapse *list, size_t n, uint32_t begin,
                  spk_error *err)
{
    static const char what[] = "synapses";
    if (spk_grow(&to->target, &to->n_capacity, to->n + n, sizeof *to->target, what, err)) return -1;
    if (!s->same && spk_grow(&to->weight, &to->w_capacity, to->n + n, s->bytes, what, err))
        return -1;
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || list[i].delay != list[i - 1].delay) {
            if (spk_grow(&to->run, &to->run_capacity, to->runs + 1, sizeof *to->run, what, err))
                return -1;
            to->run[to->runs++].delay = list[i].delay;
        }
        if (to->n >= UINT32_MAX - 1)
            return spk_fail(err, SPK_LIMIT, "more than %u synapses onto one thread's units",
                            UINT32_MAX - 1);
        to->target[to->n] = (uint16_t)(list[i].target - begin);
        if (!s->same && s->bytes == sizeof(float))
            ((float *)to->weight)[to->n] = (float)list[i].weight;
        else if (!s->same)
            ((double *)to->weight)[to->n] = list[i].weight;
        to->run[to->runs - 1].end = (uint32_t)++to->n;
    }
    return 0;
}

/* One source's synapses, to the sheets they belong to. */
static int place_source(engine_projection *p, uint32_t source, synapse *list, size_t n,
                        spk_error *err)
{
    sparse *s = p->data;
    if (n > 0) qsort(list, n, sizeof *list, by_place);
    synapse *some = spk_alloc(n, sizeof *some, "synapses", err);
    if (!some) return -1;
    int status = 0;
    for (size_t k = 0; status == 0 && k < s->parts * s->receptors; k++) {
        engine_range range = p->target->part[k / s->receptors];
        size_t m = 0;
        for (size_t i = 0; i < n; i++) {
            bool negative = s->receptors > 1 && list[i].weight < 0;
            if (negative != (k % s->receptors == 1) || list[i].target < range.begin ||
                list[i].target >= range.end)
                continue;
            some[m] = list[i];
            if (negative && p->target->kernel->size_of_negative) some[m].weight = -some[m].weight;
            if (s->same) s->same_weight = some[m].weight;
            m++;
        }
        status = append(s, &s->sheet[k], some, m, range.begin, err);
        s->sheet[k].source[source + 1] = s->sheet[k].runs;
    }
    free(some);
    return status;
}

/* Rules drawn by source: a row at a time. */
static int build_by_source(spk_engine *e, engine_projection *p, spk_error *err)
{
    spk_synapses row = {0};
    synapse *list = NULL;
    size_t capacity = 0;
    int status = 0;
    for (uint32_t i = 0; status == 0 && i < p->source->size; i++) {
        status = spk_connect_row(e->net, (uint32_t)p->index, e->options.network_seed, i, &row, err);
        if (status == 0) status = spk_grow(&list, &capacity, row.n, sizeof *list, "synapses", err);
        for (size_t k = 0; status == 0 && k < row.n; k++)
            list[k] = (synapse){i, row.other[k], row.delay[k], row.weight[k]};
        if (status == 0) status = place_source(p, i, list, row.n, err);
    }
    free(list);
    spk_synapses_free(&row);
    return status;
}

static int by_source(const void *a, const void *b)
{
    const synapse *x = a, *y = b;
    if (x->source != y->source) return x->source < y->source ? -1 : 1;
    return by_place(a, b);
}

/* fixed_indegree is drawn by target; all of it is sorted by source. */
static int build_by_target(spk_engine *e, engine_projection *p, spk_error *err)
{
    spk_synapses row = {0};
    synapse *list = NULL;
    size_t capacity = 0, n = 0;
    int status = 0;
    for (uint32_t j = 0; status == 0 && j < p->target->size; j++) {
        status = spk_connect_row(e->net, (uint32_t)p->index, e->options.network_seed, j, &row, err);
        if (status == 0)
            status = spk_grow(&list, &capacity, n + row.n, sizeof *list, "synapses", err);
        for (size_t k = 0; status == 0 && k < row.n; k++)
            list[n++] = (synapse){row.other[k], j, row.delay[k], row.weight[k]};
    }
    spk_synapses_free(&row);
    if (status == 0 && n > 0) qsort(list, n, sizeof *list, by_source);
    size_t at = 0;
    for (uint32_t i = 0; status == 0 && i < p->source->size; i++) {
        size_t end = at;
        while (end < n && list[end].source == i)
            end++;
        status = place_source(p, i, list + at, end - at, err);
        at = end;
    }
    free(list);
    return status;
}

/* Give back what doubling took too much; an array that cannot move stays as it is. */
static void fit(void *array, size_t n, size_t size)
{
    void *old = NULL;
    memcpy(&old, array, sizeof old);
    void *smaller = n > 0 ? realloc(old, n * size) : NULL;
    if (smaller) memcpy(array, &smaller, sizeof smaller);
}

static void fit_sheets(sparse *s)
{
    for (size_t k = 0; k < s->parts * s->receptors; k++) {
        sheet *own = &s->sheet[k];
        fit(&own->target, own->n, sizeof *own->target);
        fit(&own->run, own->runs, sizeof *own->run);
        if (!s->same) fit(&own->weight, own->n, s->bytes);
    }
}

static int build(spk_engine *e, engine_projection *p, spk_error *err)
{
    sparse *s = p->data = spk_alloc(1, sizeof *s, "a projection", err);
    if (!s) return -1;
    s->receptors = (size_t)p->target->kernel->receptors;
    s->bytes = p->numbers == SPK_DOUBLE ? sizeof(double) : sizeof(float);
    s->same = p->spec->weight.kind == SPK_VALUE_CONSTANT;
    s->sheet = spk_alloc(e->parts * s->receptors, sizeof *s->sheet, "a projection", err);
    if (!s->sheet) return -1;
    s->parts = e->parts;
    for (size_t k = 0; k < s->parts * s->receptors; k++) {
        s->sheet[k].source =
            spk_alloc((size_t)p->source->size + 1, sizeof *s->sheet->source, "synapses", err);
        if (!s->sheet[k].source) return -1;
    }
    int status =
        spk_connect_by_source(p->spec) ? build_by_source(e, p, err) : build_by_target(e, p, err);
    fit_sheets(s);
    return status;
}

static void free_data(engine_projection *p)
{
    sparse *s = p->data;
    if (!s) return;
    for (size_t k = 0; k < s->parts * s->receptors; k++) {
        free(s->sheet[k].target);
        free(s->sheet[k].weight);
        free(s->sheet[k].run);
        free(s->sheet[k].source);
    }
    free(s->sheet);
    free(s);
}

/* ---- a step ---------------------------------------------------------------------------------- */

static void deliver(spk_engine *e, engine_projection *p, const sheet *from, int receptor,
                    size_t part, uint64_t t, size_t source)
{
    const sparse *s = p->data;
    const engine_weight_functions *to = &e->functions->weight[p->numbers];
    size_t begin = p->target->part[part].begin;
    for (size_t k = from->source[source]; k < from->source[source + 1]; k++) {
        size_t at = k == 0 ? 0 : from->run[k - 1].end, n = from->run[k].end - at;
        void *row = engine_input_row(e, p->target, receptor, part, t, from->run[k].delay);
        row = engine_at(row, begin, e->real_bytes);
        if (s->same)
            to->deliver_same(n, from->target + at, row, s->same_weight);
        else
            to->deliver_drawn(n, from->target + at, row, engine_at(from->weight, at, s->bytes));
    }
}

static void step(spk_engine *e, engine_projection *p, size_t part, uint64_t t)
{
    const sparse *s = p->data;
    engine_fired fired = engine_population_fired(e, p->source, t, 0);
    for (size_t r = 0; r < s->receptors; r++) {
        const sheet *from = &s->sheet[part * s->receptors + r];
        if (from->n == 0) continue;
        for (size_t f = 0; f < fired.parts; f++)
            for (uint32_t i = 0; i < fired.count[f]; i++)
                deliver(e, p, from, (int)r, part, t, fired.unit[fired.part[f].begin + i]);
    }
}

const engine_storage engine_sparse = {.build = build, .free = free_data, .step = step};
