/* shifts.c: a device's targets in order of their delays, where these are drawn.
 *
 * What a device gives a target at one time reaches it by its own delay. Those of a part that have the
 * same delay are done together. */
#include "base/memory.h"
#include "engine/internal.h"
#include "network/connect.h"

#include <stdlib.h>

typedef struct shift {
    uint32_t delay, unit;
} shift;

static int by_delay(const void *a, const void *b)
{
    const shift *x = a, *y = b;
    if (x->delay != y->delay) return x->delay < y->delay ? -1 : 1;
    return x->unit < y->unit ? -1 : x->unit > y->unit;
}

/* Each target has one synapse: devices are connected one to one, or one of them to all. */
static int draw(const spk_engine *e, const engine_projection *p, shift *list, spk_error *err)
{
    spk_synapses row = {0};
    int status = 0;
    for (uint32_t i = 0; status == 0 && i < p->source->size; i++) {
        status = spk_connect_row(e->net, (uint32_t)p->index, e->options.network_seed, i, &row, err);
        for (size_t k = 0; status == 0 && k < row.n; k++)
            list[row.other[k]] = (shift){row.delay[k], row.other[k]};
    }
    spk_synapses_free(&row);
    return status;
}

int engine_shifts_build(const spk_engine *e, const engine_projection *p, engine_shifts *shifts,
                        spk_error *err)
{
    static const char what[] = "delays";
    const uint32_t size = p->target->size;
    if (p->spec->min_delay == p->spec->max_delay) return 0;
    shift *list = spk_alloc(size, sizeof *list, what, err);
    shifts->delay = spk_alloc(size, sizeof *shifts->delay, what, err);
    shifts->unit = spk_alloc(size, sizeof *shifts->unit, what, err);
    int status = list && shifts->delay && shifts->unit ? draw(e, p, list, err) : -1;
    for (size_t part = 0; status == 0 && part < e->parts; part++) {
        const engine_range units = engine_part_units(p->target, part);
        qsort(list + units.begin, units.end - units.begin, sizeof *list, by_delay);
    }
    for (uint32_t i = 0; status == 0 && i < size; i++) {
        shifts->delay[i] = list[i].delay;
        shifts->unit[i] = list[i].unit;
    }
    free(list);
    return status;
}

void engine_shifts_free(engine_shifts *shifts)
{
    free(shifts->delay);
    free(shifts->unit);
}

engine_shift engine_shift_at(const engine_shifts *shifts, const engine_projection *p, size_t part,
                             uint32_t begin)
{
    const uint32_t end = engine_part_units(p->target, part).end;
    engine_shift s = {.begin = begin, .end = begin, .delay = p->spec->min_delay};
    if (shifts->delay && begin < end) s.delay = shifts->delay[begin];
    while (s.end < end && (!shifts->delay || shifts->delay[s.end] == s.delay))
        s.end = shifts->delay ? s.end + 1 : end;
    return s;
}
