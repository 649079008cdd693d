/* plastic_state.c: a plastic projection's weights, row by row, and its state for checkpoints.
 *
 * A row lists a source's synapses by (target, delay, order of drawing), whatever the parts. */
#include "engine/plastic.h"

#include <stdlib.h>
#include <string.h>

/* ---- rows ------------------------------------------------------------------------------------ */

static int by_number(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* A source's synapses onto a part: their number, where the first lies, and in s->order their
 * targets and places, (target << 32 | place - first), sorted. */
static size_t sorted_row(const plastic *s, size_t part, uint32_t source, size_t *first)
{
    const plastic_part *own = &s->part[part];
    const size_t runs = own->first[source + 1] - own->first[source];
    *first = 0;
    if (runs == 0) return 0;
    *first = plastic_begin(own, own->first[source]);
    const size_t n = own->run[own->first[source + 1] - 1].end - *first;
    for (size_t i = 0; i < n; i++)
        s->order[i] = (uint64_t)own->target[*first + i] << 32 | i;
    if (runs > 1) qsort(s->order, n, sizeof *s->order, by_number);
    return n;
}

uint64_t plastic_row_length(const engine_projection *p, uint32_t source)
{
    const plastic *s = p->data;
    uint64_t n = 0;
    for (size_t part = 0; part < s->parts; part++) {
        const plastic_part *own = &s->part[part];
        if (own->first[source] < own->first[source + 1])
            n += own->run[own->first[source + 1] - 1].end - plastic_begin(own, own->first[source]);
    }
    return n;
}

void plastic_columns(const engine_projection *p, uint32_t source, uint32_t *column)
{
    const plastic *s = p->data;
    for (size_t part = 0; part < s->parts; part++) {
        size_t first, n = sorted_row(s, part, source, &first);
        for (size_t i = 0; i < n; i++)
            *column++ = p->target->part[part].begin + (uint32_t)(s->order[i] >> 32);
    }
}

/* A list has a number for each synapse of a row; it need not be aligned. */
static void *put_numbers(const plastic *s, size_t part, uint32_t source, const void *array,
                         double sign, void *list)
{
    size_t first, n = sorted_row(s, part, source, &first);
    for (size_t i = 0; i < n; i++) {
        const size_t at = first + (uint32_t)s->order[i];
        if (s->bytes == sizeof(float)) {
            const float x = ((const float *)array)[at], y = x > 0 ? x * (float)sign : 0;
            memcpy(engine_at(list, i, sizeof y), &y, sizeof y);
        } else {
            const double x = ((const double *)array)[at], y = x > 0 ? x * sign : 0;
            memcpy(engine_at(list, i, sizeof y), &y, sizeof y);
        }
    }
    return engine_at(list, n, s->bytes);
}

static const void *take_numbers(const plastic *s, size_t part, uint32_t source, void *array,
                                double sign, const void *list)
{
    size_t first, n = sorted_row(s, part, source, &first);
    for (size_t i = 0; i < n; i++) {
        const size_t at = first + (uint32_t)s->order[i];
        if (s->bytes == sizeof(float)) {
            float x;
            memcpy(&x, engine_at(list, i, sizeof x), sizeof x);
            ((float *)array)[at] = x * (float)sign;
        } else {
            double x;
            memcpy(&x, engine_at(list, i, sizeof x), sizeof x);
            ((double *)array)[at] = x * sign;
        }
    }
    return engine_at(list, n, s->bytes);
}

void plastic_get_row(const engine_projection *p, uint32_t source, void *weight)
{
    const plastic *s = p->data;
    for (size_t part = 0; part < s->parts; part++)
        weight = put_numbers(s, part, source, s->part[part].weight, s->sign, weight);
}

void plastic_set_row(engine_projection *p, uint32_t source, const void *weight)
{
    const plastic *s = p->data;
    for (size_t part = 0; part < s->parts; part++)
        weight = take_numbers(s, part, source, s->part[part].weight, s->sign, weight);
    memset(p->changed, true, p->target->size);
}

/* ---- checkpoints ----------------------------------------------------------------------------- */

/* The state: each source's weights, each source's traces at its synapses (of those pairings that
 * have them), the sources, which targets' weights have changed, how many spikes each target's archive
 * has, and these spikes. */

static size_t count_synapses(const plastic *s)
{
    size_t n = 0;
    for (size_t part = 0; part < s->parts; part++)
        n += s->part[part].n;
    return n;
}

/* A synapse's: its weight, and perhaps a trace. */
static size_t count_numbers(const plastic *s)
{
    return s->part[0].plus ? 2 : 1;
}

static size_t fixed_bytes(const engine_projection *p)
{
    const plastic *s = p->data;
    return count_synapses(s) * count_numbers(s) * s->bytes +
           p->source->size * sizeof(plastic_source) +
           p->target->size * (sizeof *p->changed + sizeof(uint64_t));
}

size_t plastic_state_bytes(const spk_engine *e, const engine_projection *p)
{
    const plastic *s = p->data;
    size_t bytes = fixed_bytes(p);
    (void)e;
    for (size_t part = 0; part < s->parts; part++)
        for (size_t j = 0; j < s->part[part].histories; j++)
            bytes += s->part[part].history[j].spikes * sizeof(plastic_spike);
    return bytes;
}

/* Parts without units do not keep up. */
static const plastic_part *living(const plastic *s)
{
    size_t part = 0;
    while (s->part[part].histories == 0)
        part++;
    return &s->part[part];
}

static unsigned char *put(unsigned char *to, const void *from, size_t bytes)
{
    if (bytes > 0) memcpy(to, from, bytes);
    return to + bytes;
}

static const unsigned char *get(void *to, const unsigned char *from, size_t bytes)
{
    if (bytes > 0) memcpy(to, from, bytes);
    return from + bytes;
}

void plastic_save(const spk_engine *e, const engine_projection *p, void *state)
{
    const plastic *s = p->data;
    unsigned char *to = state;
    (void)e;
    for (size_t k = 0; k < count_numbers(s); k++)
        for (uint32_t i = 0; i < p->source->size; i++)
            for (size_t part = 0; part < s->parts; part++)
                to = put_numbers(s, part, i, k > 0 ? s->part[part].plus : s->part[part].weight, 1,
                                 to);
    to = put(to, living(s)->source, p->source->size * sizeof(plastic_source));
    to = put(to, p->changed, p->target->size * sizeof *p->changed);
    for (size_t part = 0; part < s->parts; part++)
        for (size_t j = 0; j < s->part[part].histories; j++) {
            const uint64_t n = s->part[part].history[j].spikes;
            to = put(to, &n, sizeof n);
        }
    for (size_t part = 0; part < s->parts; part++)
        for (size_t j = 0; j < s->part[part].histories; j++) {
            const plastic_target *h = &s->part[part].history[j];
            to = put(to, h->spike, h->spikes * sizeof *h->spike);
        }
}

/* The archives of all targets, whose lengths come first. 1: they do not fit; -1: no memory. */
static int restore_archives(engine_projection *p, const unsigned char *from, size_t bytes,
                            spk_error *err)
{
    const plastic *s = p->data;
    const unsigned char *spikes = from + p->target->size * sizeof(uint64_t);
    size_t left = bytes - p->target->size * sizeof(uint64_t);
    for (size_t part = 0; part < s->parts; part++)
        for (size_t j = 0; j < s->part[part].histories; j++) {
            plastic_target *h = &s->part[part].history[j];
            uint64_t n;
            from = get(&n, from, sizeof n);
            if (n > left / sizeof(plastic_spike)) return 1;
            left -= n * sizeof(plastic_spike);
            plastic_clear(h);
            for (uint64_t k = 0; k < n; k++) {
                plastic_spike spike;
                spikes = get(&spike, spikes, sizeof spike);
                if (spike.at <= h->last.at) return 1;
                if (plastic_append(h, spike, err)) return -1;
            }
        }
    return left > 0;
}

int plastic_restore(spk_engine *e, engine_projection *p, const void *state, size_t bytes,
                    spk_error *err)
{
    const plastic *s = p->data;
    const unsigned char *from = state;
    (void)e;
    if (bytes < fixed_bytes(p)) return 1;
    for (size_t k = 0; k < count_numbers(s); k++)
        for (uint32_t i = 0; i < p->source->size; i++)
            for (size_t part = 0; part < s->parts; part++)
                from = take_numbers(s, part, i, k > 0 ? s->part[part].plus : s->part[part].weight,
                                    1, from);
    for (size_t part = 0; part < s->parts; part++)
        get(s->part[part].source, from, p->source->size * sizeof(plastic_source));
    from += p->source->size * sizeof(plastic_source);
    from = get(p->changed, from, p->target->size * sizeof *p->changed);
    return restore_archives(p, from, bytes - (size_t)(from - (const unsigned char *)state), err);
}
