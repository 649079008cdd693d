/* rows.c: rows of synapses: their runs, and the spikes of a step that go through them.
 *
 * Drawn weights are added one by one, source after source. Where all weights are the same, what
 * reaches a target in a step with one delay is counted first, whatever the order, in 16-bit numbers
 * that stay in the first cache; then number x weight is added at once. So rows of several sources are
 * walked through side by side, delay by delay. (Few spikes are not counted: engine_adds_each().) */
#include "engine/rows.h"

#include "base/memory.h"
#include "network/draw.h"

#include <stdlib.h>
#include <string.h>

enum {
    RUN_MOST = UINT8_MAX,    /* synapses of a run, and what it steps over */
    COUNT_MOST = UINT16_MAX, /* what one count holds */
    LINE = 64                /* bytes of a cache line */
};

/* ---- shapes ---------------------------------------------------------------------------------- */

engine_shape engine_shape_of(const engine_projection *p)
{
    const spk_projection *spec = p->spec;
    const spk_neuron_kernel *kernel = p->target->kernel;
    engine_shape s = {.delays = spec->max_delay - spec->min_delay + 1,
                      .min_delay = spec->min_delay,
                      .positive = kernel->receptors > 1 && kernel->size_of_negative};
    uint32_t receptors = 1;
    if (spec->weight.kind == SPK_VALUE_CONSTANT) {
        s.same = engine_constant_weight(p, &s.receptor);
    } else {
        double least, most;
        s.weight_bytes = p->numbers == SPK_DOUBLE ? sizeof(double) : sizeof(float);
        spk_value_bounds(&spec->weight, &least, &most);
        if (kernel->receptors > 1 && most <= 0) s.receptor = 1;
        if (kernel->receptors > 1 && most > 0 && least < 0) receptors = 2;
    }
    s.keys = receptors * s.delays;
    s.straight = p->straight;
    s.once = !spk_connect_repeats(spec);
    for (size_t k = 0; k < ENGINE_TIMES; k++)
        s.times[k] =
            p->numbers == SPK_SINGLE ? (double)(float)(s.same * (double)k) : s.same * (double)k;
    return s;
}

/* ---- packing --------------------------------------------------------------------------------- */

static uint32_t sum_sets(const uint32_t *count, size_t sets, size_t stride)
{
    uint32_t n = 0;
    for (size_t set = 0; set < sets; set++)
        n += count[set * stride];
    return n;
}

/* The runs of one key, which lies `step` behind the last one; run NULL: only count them. */
static uint32_t put_runs(uint32_t step, uint32_t n, uint8_t *run)
{
    uint32_t runs = 0;
    for (; n > 0; runs++) {
        uint32_t far = step > RUN_MOST ? RUN_MOST : step;
        uint32_t here = step > RUN_MOST ? 0 : n > RUN_MOST ? RUN_MOST : n;
        if (run) {
            run[2 * runs] = (uint8_t)far;
            run[2 * runs + 1] = (uint8_t)here;
        }
        step -= far;
        n -= here;
    }
    return runs;
}

static uint32_t put_all_runs(const engine_shape *s, const uint32_t *count, size_t sets,
                             size_t stride, uint8_t *run)
{
    uint32_t runs = 0, last = 0;
    for (uint32_t key = 0; s->keys > 1 && key < s->keys; key++) {
        uint32_t n = sum_sets(count + key, sets, stride);
        if (n == 0) continue;
        runs += put_runs(key - last, n, run ? run + 2 * (size_t)runs : NULL);
        last = key;
    }
    return runs;
}

static uint32_t sum_keys(const engine_shape *s, const uint32_t *count, size_t sets, size_t stride)
{
    uint32_t n = 0;
    for (uint32_t key = 0; key < s->keys; key++)
        n += sum_sets(count + key, sets, stride);
    return n;
}

size_t engine_row_bytes(const engine_shape *s, const uint32_t *count, size_t sets, size_t stride)
{
    size_t n = sum_keys(s, count, sets, stride);
    size_t runs = put_all_runs(s, count, sets, stride, NULL);
    size_t bytes = sizeof(engine_row) + n * (sizeof(uint16_t) + s->weight_bytes) + 2 * runs;
    return (bytes + 7) / 8 * 8;
}

void engine_row_begin(const engine_shape *s, uint32_t *count, size_t sets, size_t stride,
                      engine_row *row)
{
    row->n = sum_keys(s, count, sets, stride);
    row->runs =
        put_all_runs(s, count, sets, stride, (uint8_t *)(engine_row_targets(s, row) + row->n));
    uint32_t place = 0;
    for (uint32_t key = 0; key < s->keys; key++) {
        for (size_t set = 0; set < sets; set++) {
            uint32_t n = count[set * stride + key];
            count[set * stride + key] = place;
            place += n;
        }
    }
}

void engine_row_count(const engine_shape *s, const spk_synapses *drawn, size_t begin, size_t end,
                      uint32_t *count)
{
    if (s->keys == 1)
        count[0] = (uint32_t)(end - begin);
    else
        for (size_t i = begin; i < end; i++)
            count[engine_key(s, drawn, i)]++;
}

void engine_row_fill(const engine_shape *s, const spk_synapses *drawn, size_t begin, size_t end,
                     uint32_t first, uint32_t *count, engine_row *row)
{
    const engine_shape shape = *s; /* not where stores could change it */
    const uint32_t *other = drawn->other;
    engine_row_begin(s, count, 1, 0, row);
    uint16_t *targets = engine_row_targets(s, row);
    if (shape.keys == 1 && shape.weight_bytes == 0)
        for (size_t i = begin; i < end; i++)
            targets[i - begin] = (uint16_t)(other[i] - first);
    else if (shape.keys == 1)
        for (size_t i = begin; i < end; i++)
            engine_row_put(&shape, row, targets, (uint32_t)(i - begin), other[i] - first, drawn, i);
    else
        for (size_t i = begin; i < end; i++) {
            uint32_t place = count[engine_key(&shape, drawn, i)]++;
            engine_row_put(&shape, row, targets, place, other[i] - first, drawn, i);
        }
    memset(count, 0, shape.keys * sizeof *count);
}

int engine_row_draw(const spk_engine *e, const engine_projection *p, const engine_shape *s,
                    uint32_t owner, spk_synapses *drawn, spk_error *err)
{
    bool weights = s->weight_bytes > 0 || s->keys > s->delays, delays = s->delays > 1;
    return spk_connect_some(e->net, (uint32_t)p->index, e->options.network_seed, owner, weights,
                            delays, drawn, err);
}

size_t engine_row_end(const spk_synapses *drawn, size_t begin, uint32_t target)
{
    size_t end = drawn->n;
    if (end == begin || drawn->other[end - 1] < target) return end;
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if (drawn->other[middle] < target)
            begin = middle + 1;
        else
            end = middle;
    }
    return begin;
}

/* ---- walking through a row ------------------------------------------------------------------- */

typedef struct engine_cursor {
    const uint8_t *run, *end; /* the next one */
    const uint16_t *target;   /* of the present ones */
    const void *weight;
    uint32_t key, n;
} cursor;

/* All synapses of the next key. False: there are no more. */
static bool next_key(const engine_shape *s, cursor *c)
{
    c->target += c->n;
    c->weight = engine_at(c->weight, c->n, s->weight_bytes);
    c->n = 0;
    while (c->run < c->end && (c->n == 0 || c->run[0] == 0)) {
        c->key += c->run[0];
        c->n += c->run[1];
        c->run += 2;
    }
    return c->n > 0;
}

static cursor start_row(const engine_shape *s, const engine_row *row)
{
    cursor c = {.target = engine_row_targets(s, row), .weight = row + 1};
    c.run = (const uint8_t *)(c.target + row->n);
    c.end = c.run + 2 * (size_t)row->runs;
    return c;
}

/* ---- where things go ------------------------------------------------------------------------- */

/* What a step's delivery of one projection to one part works with. */
typedef struct delivery {
    spk_engine *e;
    engine_projection *p;
    const engine_shape *shape;
    engine_tally *tally;
    size_t part, targets; /* of the part */
    uint64_t t;
} delivery;

static void *input_of(const delivery *d, uint32_t key)
{
    bool second = key >= d->shape->delays;
    uint32_t delay = d->shape->min_delay + key - (second ? d->shape->delays : 0);
    if (d->shape->straight) delay = 0;
    int receptor = d->shape->receptor + second;
    void *row = engine_input_row(d->e, d->p->target, receptor, d->part, d->t, delay);
    return engine_at(row, d->p->target->part[d->part].begin, d->e->real_bytes);
}

/* The same where there is one key, for all targets of a row that stays where it is. */
static void *input_of_row(const delivery *d, const engine_row *row)
{
    const engine_shape *s = d->shape;
    return engine_input_some(d->e, d->p->target, s->receptor, d->part, d->t, s->min_delay,
                             (engine_units){engine_row_targets(s, row), row->n});
}

/* For those of one row or more. */
static void *input_of_rows(const delivery *d, size_t rows)
{
    if (d->shape->straight || !d->shape->kept || rows > ENGINE_LISTS) return input_of(d, 0);
    void *input = input_of_row(d, d->tally->row[0]);
    for (size_t i = 1; i < rows; i++)
        input_of_row(d, d->tally->row[i]);
    return engine_at(input, d->p->target->part[d->part].begin, d->e->real_bytes);
}

/* Ask for what a row begins with, whatever its length, which would have to be waited for; the processor
 * itself finds out how it goes on. */
static void prefetch(const engine_shape *s, const engine_row *row)
{
    for (size_t line = 0; line < s->lines; line++)
        __builtin_prefetch((const char *)row + line * LINE);
}

/* ---- weights of their own -------------------------------------------------------------------- */

static void deliver_drawn(const delivery *d, size_t rows)
{
    const engine_shape *s = d->shape;
    const engine_weight_functions *to = &d->e->functions->weight[d->p->numbers];
    const engine_row *const *row = d->tally->row;
    void *input = s->keys == 1 ? input_of_rows(d, rows) : NULL;
    for (size_t i = 0; i < rows; i++) {
        if (i + 1 < rows) prefetch(s, row[i + 1]);
        if (s->keys == 1) {
            to->deliver(row[i]->n, engine_row_targets(s, row[i]), input, row[i] + 1);
            continue;
        }
        for (cursor c = start_row(s, row[i]); next_key(s, &c);)
            to->deliver(c.n, c.target, input_of(d, c.key), c.weight);
    }
}

/* ---- one weight for all ---------------------------------------------------------------------- */

/* Move what was counted to where there is more room. */
static void spill(engine_tally *tally, size_t targets)
{
    for (size_t i = 0; i < targets; i++) {
        tally->many[i] += tally->count[i];
        tally->count[i] = 0;
    }
    tally->pending = 0;
    tally->spilled = true;
}

static void count(const delivery *d, size_t n, const uint16_t *target)
{
    engine_tally *tally = d->tally;
    for (size_t here; n > 0; n -= here, target += here) {
        here = n < COUNT_MOST ? n : COUNT_MOST;
        if (tally->pending + here > COUNT_MOST) spill(tally, d->targets);
        d->e->functions->count(here, target, tally->count);
        tally->pending += here;
    }
}

static void add_many(const delivery *d, void *input)
{
    engine_tally *tally = d->tally;
    spill(tally, d->targets);
    for (size_t i = 0; i < d->targets; i++) {
        double sum = d->shape->same * (double)tally->many[i];
        if (d->e->net->single)
            ((float *)input)[i] += (float)sum;
        else
            ((double *)input)[i] += sum;
        tally->many[i] = 0;
    }
    tally->spilled = false;
}

/* What one row brings with one delay, whose equal targets are neighbours. */
static void add_row(const delivery *d, size_t n, const uint16_t *target, void *input)
{
    const engine_vector_functions *vector = d->e->vector;
    (d->shape->once ? vector->add_each : vector->add_list)(n, target, input, d->shape->same);
}

/* What was counted of the targets in a list. */
static void add_counted(const delivery *d, size_t n, const uint16_t *target, void *input)
{
    const engine_shape *s = d->shape;
    d->e->vector->add_counted(n, target, d->tally->count, input, s->same, s->times);
}

/* Is it less work to look at `events` targets in turn than at all there are? */
static bool few(const delivery *d, size_t events)
{
    return events < d->targets / 4 && !d->tally->spilled;
}

static void deliver_each(const delivery *d, size_t rows)
{
    const engine_shape *s = d->shape;
    const engine_row *const *row = d->tally->row;
    void *input = input_of_rows(d, rows);
    for (size_t i = 0; i < rows; i++) {
        if (i + 1 < rows) prefetch(s, row[i + 1]);
        d->e->vector->add_each(row[i]->n, engine_row_targets(s, row[i]), input, s->same);
    }
}

static void deliver_counted(const delivery *d, size_t rows)
{
    const engine_shape *s = d->shape;
    const engine_row *const *row = d->tally->row;
    void *input = input_of_rows(d, rows);
    size_t events = 0;
    if (rows == 1) {
        add_row(d, row[0]->n, engine_row_targets(s, row[0]), input);
        return;
    }
    for (size_t i = 0; i < rows; i++) {
        if (i + 1 < rows) prefetch(s, row[i + 1]);
        count(d, row[i]->n, engine_row_targets(s, row[i]));
        events += row[i]->n;
    }
    if (d->tally->spilled)
        add_many(d, input);
    else if (!few(d, events))
        d->e->vector->add_counts(d->targets, d->tally->count, input, s->same);
    else
        for (size_t i = 0; i < rows; i++)
            add_counted(d, row[i]->n, engine_row_targets(s, row[i]), input);
    d->tally->pending = 0;
}

/* One key of the rows whose cursors stand there: `hits` of them, `events` synapses. */
static void deliver_key(const delivery *d, const cursor *c, size_t cursors, uint32_t key,
                        size_t hits, size_t events)
{
    const engine_vector_functions *vector = d->e->vector;
    void *input = input_of(d, key);
    for (size_t i = 0; i < cursors; i++)
        if (c[i].key == key && hits == 1)
            add_row(d, c[i].n, c[i].target, input);
        else if (c[i].key == key)
            count(d, c[i].n, c[i].target);
    if (hits == 1) return;
    if (d->tally->spilled)
        add_many(d, input);
    else if (!few(d, events))
        vector->add_counts(d->targets, d->tally->count, input, d->shape->same);
    else
        for (size_t i = 0; i < cursors; i++)
            if (c[i].key == key) add_counted(d, c[i].n, c[i].target, input);
    d->tally->pending = 0;
}

/* Delay by delay, through all rows side by side. */
static void deliver_by_delay(const delivery *d, size_t rows)
{
    const engine_shape *s = d->shape;
    cursor *c = d->tally->cursor;
    size_t cursors = 0;
    for (size_t i = 0; i < rows; i++) {
        c[cursors] = start_row(s, d->tally->row[i]);
        cursors += next_key(s, &c[cursors]);
    }
    while (cursors > 0) {
        uint32_t key = c[0].key;
        size_t hits = 0, events = 0, left = 0;
        for (size_t i = 1; i < cursors; i++)
            if (c[i].key < key) key = c[i].key;
        for (size_t i = 0; i < cursors; i++)
            if (c[i].key == key) {
                hits++;
                events += c[i].n;
            }
        deliver_key(d, c, cursors, key, hits, events);
        for (size_t i = 0; i < cursors; i++) {
            c[left] = c[i];
            left += c[i].key != key || next_key(s, &c[left]);
        }
        cursors = left;
    }
}

int engine_tally_reserve(spk_engine *e, engine_tally *tally, size_t rows)
{
    spk_error err;
    if (rows <= tally->rows && rows <= tally->cursors) return 0;
    if (!spk_grow(&tally->row, &tally->rows, rows, sizeof *tally->row, "spikes", &err) &&
        !spk_grow(&tally->cursor, &tally->cursors, rows, sizeof *tally->cursor, "spikes", &err))
        return 0;
    engine_fail(e, &err);
    return -1;
}

void engine_rows_deliver(spk_engine *e, engine_projection *p, const engine_shape *s, size_t part,
                         uint64_t t, size_t spikes, size_t rows)
{
    engine_range range = p->target->part[part];
    delivery d = {e, p, s, &e->tally[part], part, range.end - range.begin, t};
    if (rows == 0) return;
    if (s->weight_bytes > 0)
        deliver_drawn(&d, rows);
    else if (s->keys == 1 && engine_adds_each(p, spikes))
        deliver_each(&d, rows);
    else if (s->keys == 1)
        deliver_counted(&d, rows);
    else
        deliver_by_delay(&d, rows);
}

/* ---- weights times a factor ------------------------------------------------------------------- */

static void deliver_scaled(const delivery *d, const cursor *c, double factor)
{
    void *input = input_of(d, c->key);
    if (d->shape->weight_bytes == 0)
        d->e->vector->add_each(c->n, c->target, input, factor * d->shape->same);
    else
        d->e->functions->weight[d->p->numbers].deliver_scaled(c->n, c->target, input, c->weight,
                                                              factor);
}

void engine_row_deliver_scaled(spk_engine *e, engine_projection *p, const engine_shape *s,
                               size_t part, uint64_t t, const engine_row *row, double factor)
{
    const engine_range range = p->target->part[part];
    const delivery d = {e, p, s, NULL, part, range.end - range.begin, t};
    cursor c = start_row(s, row);
    if (s->keys == 1) {
        c.n = row->n;
        deliver_scaled(&d, &c, factor);
        return;
    }
    while (next_key(s, &c))
        deliver_scaled(&d, &c, factor);
}
