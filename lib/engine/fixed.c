/* fixed.c: projections that need no memory: one weight and one delay for all, and a rule from which
 * every target follows. all_to_all and all_but_self deliver count x weight, less their own. */
#include "base/memory.h"
#include "engine/internal.h"

#include <stdlib.h>

enum { BLOCK = 256 };

typedef struct fixed {
    double weight; /* rounded to its type; a conductance's size */
    int receptor;
} fixed;

static int build(spk_engine *e, engine_projection *p, spk_error *err)
{
    (void)e;
    fixed *f = p->data = spk_alloc(1, sizeof *f, "a projection", err);
    if (!f) return -1;
    f->weight = engine_constant_weight(p, &f->receptor);
    return 0;
}

static void free_data(engine_projection *p)
{
    free(p->data);
}

static double get(const spk_engine *e, const void *input, size_t i)
{
    return e->net->single ? (double)((const float *)input)[i] : ((const double *)input)[i];
}

/* input[i] = base + value, in the state's precision. */
static void put_sum(const spk_engine *e, void *input, size_t i, double base, double value)
{
    if (e->net->single)
        ((float *)input)[i] = (float)base + (float)value;
    else
        ((double *)input)[i] = base + value;
}

static void one_to_one(const spk_engine *e, const uint32_t *unit, uint32_t n, double weight,
                       void *input)
{
    for (uint32_t i = 0; i < n; i++)
        put_sum(e, input, unit[i], get(e, input, unit[i]), weight);
}

/* So many weights for n neighbours. */
static void add_times(const spk_engine *e, uint32_t n, void *input, double weight, size_t times,
                      bool each)
{
    if (!each) e->vector->add(n, input, weight * (double)times);
    for (size_t k = 0; each && k < times; k++)
        e->vector->add(n, input, weight);
}

/* Everyone gets `total` weights; those that fired themselves get one less, added to what they had
 * before. */
static void all_but_self(const spk_engine *e, const uint32_t *unit, uint32_t n, engine_range range,
                         double weight, size_t total, bool each, void *input)
{
    double before[BLOCK];
    uint32_t i = 0;
    for (uint32_t b = range.begin; b < range.end; b += BLOCK) {
        uint32_t end = range.end - b < BLOCK ? range.end : b + BLOCK, first = i;
        for (; i < n && unit[i] < end; i++)
            before[i - first] = get(e, input, unit[i]);
        add_times(e, end - b, engine_at(input, b, e->real_bytes), weight, total, each);
        for (uint32_t k = first; k < i; k++) {
            put_sum(e, input, unit[k], before[k - first], 0);
            add_times(e, 1, engine_at(input, unit[k], e->real_bytes), weight, total - 1, each);
        }
    }
}

/* Populations of one size are cut alike, so that a part's own spikes are those of its targets. */
static void step(spk_engine *e, engine_projection *p, size_t part, uint64_t t)
{
    const fixed *f = p->data;
    const spk_projection *spec = p->spec;
    engine_fired fired = engine_population_fired(e, p->source, t, 0);
    engine_range range = p->target->part[part];
    size_t total = 0;
    for (size_t s = 0; s < fired.parts; s++)
        total += fired.count[s];
    if (total == 0 || range.begin == range.end) return;
    const uint32_t *own = fired.unit + fired.part[part].begin;
    uint32_t owns = fired.count[part];
    if (spec->connect == SPK_ONE_TO_ONE && owns == 0) return;
    const uint32_t delay = p->straight ? 0 : spec->min_delay;
    void *input = engine_input_row(e, p->target, f->receptor, part, t, delay);
    bool each = engine_adds_each(p, total);
    bool no_self = spec->connect == SPK_ALL_BUT_SELF || (!spec->autapses && p->source == p->target);
    if (spec->connect == SPK_ONE_TO_ONE)
        one_to_one(e, own, owns, f->weight, input);
    else if (no_self)
        all_but_self(e, own, owns, range, f->weight, total, each, input);
    else
        add_times(e, range.end - range.begin, engine_at(input, range.begin, e->real_bytes),
                  f->weight, total, each);
}

const engine_storage engine_fixed = {.build = build, .free = free_data, .step = step};
