/* plastic_state.c: a plastic projection's weights, row by row, and its state for checkpoints.
 *
 * A row lists a source's synapses by (target, delay, order of drawing), whatever the parts. Every rank
 * knows who is connected; the numbers at synapses only their target's. */
#include "base/memory.h"
#include "engine/comm.h"
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

uint64_t plastic_part_length(const engine_projection *p, uint32_t source, size_t part)
{
    const plastic *s = p->data;
    const plastic_part *own = &s->part[part];
    if (own->first[source] == own->first[source + 1]) return 0;
    return own->run[own->first[source + 1] - 1].end - plastic_begin(own, own->first[source]);
}

uint64_t plastic_row_length(const engine_projection *p, uint32_t source)
{
    const plastic *s = p->data;
    uint64_t n = 0;
    for (size_t part = 0; part < s->parts; part++)
        n += plastic_part_length(p, source, part);
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

/* A list has a number for each synapse of a row; it need not be aligned. `array` is NULL where they
 * are another rank's. */
static void *put_numbers(const engine_projection *p, size_t part, uint32_t source,
                         const void *array, double sign, void *list)
{
    const plastic *s = p->data;
    if (!array) return engine_at(list, plastic_part_length(p, source, part), s->bytes);
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

static const void *take_numbers(const engine_projection *p, size_t part, uint32_t source,
                                void *array, double sign, const void *list)
{
    const plastic *s = p->data;
    if (!array) return engine_at(list, plastic_part_length(p, source, part), s->bytes);
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
        weight = put_numbers(p, part, source, s->part[part].weight, s->sign, weight);
}

void plastic_set_row(engine_projection *p, uint32_t source, const void *weight)
{
    const plastic *s = p->data;
    for (size_t part = 0; part < s->parts; part++)
        weight = take_numbers(p, part, source, s->part[part].weight, s->sign, weight);
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
static size_t count_numbers(const engine_projection *p)
{
    return p->rule.archive.pairing == SPK_NEAREST_PRE_CENTERED ? 2 : 1;
}

static size_t fixed_bytes(const engine_projection *p)
{
    const plastic *s = p->data;
    return count_synapses(s) * count_numbers(p) * s->bytes +
           p->source->size * sizeof(plastic_source) +
           p->target->size * (sizeof *p->changed + sizeof(uint64_t));
}

/* Spikes in the archives of this rank's targets. */
static uint64_t count_spikes(const spk_engine *e, const plastic *s)
{
    uint64_t n = 0;
    for (size_t part = e->first; part < e->last; part++)
        for (size_t j = 0; j < s->part[part].histories; j++)
            n += s->part[part].history[j].spikes;
    return n;
}

int plastic_state_bytes(const spk_engine *e, const engine_projection *p, size_t *bytes,
                        spk_error *err)
{
    const uint64_t own = count_spikes(e, p->data);
    const void *all;
    size_t n;
    if (engine_gather(e, sizeof own, &own, &all, &n, err)) return -1;
    *bytes = fixed_bytes(p);
    for (size_t at = 0; at < n; at += sizeof own) {
        uint64_t spikes;
        memcpy(&spikes, engine_at(all, at, 1), sizeof spikes);
        *bytes += spikes * sizeof(plastic_spike);
    }
    return 0;
}

/* Parts without units do not keep up. */
static size_t living(const plastic *s)
{
    size_t part = 0;
    while (s->part[part].histories == 0)
        part++;
    return part;
}

/* The k-th number of a source's synapses; returns where the next one's go. */
static void *put_row(const engine_projection *p, size_t k, uint32_t source, void *list)
{
    const plastic *s = p->data;
    for (size_t part = 0; part < s->parts; part++)
        list = put_numbers(p, part, source, k > 0 ? s->part[part].plus : s->part[part].weight, 1,
                           list);
    return list;
}

/* How many spikes each target's archive has, and these. */
static int put_archives(engine_saving *w)
{
    const plastic *s = w->p->data;
    const engine_range own = engine_units_of(w->e, w->p->target, (size_t)spk_comm_rank());
    const size_t targets = own.end - own.begin, spikes = count_spikes(w->e, s);
    uint64_t *count = spk_alloc(targets, sizeof *count, "a checkpoint", w->err);
    plastic_spike *spike = spk_alloc(spikes, sizeof *spike, "a checkpoint", w->err);
    size_t n = 0, k = 0;
    for (size_t part = w->e->first; count && spike && part < w->e->last; part++)
        for (size_t j = 0; j < s->part[part].histories; j++) {
            const plastic_target *h = &s->part[part].history[j];
            count[k++] = h->spikes;
            if (h->spikes > 0) memcpy(spike + n, h->spike, h->spikes * sizeof *spike);
            n += h->spikes;
        }
    const int status = !count || !spike || engine_save_shares(w, targets * sizeof *count, count) ||
                               engine_save_shares(w, spikes * sizeof *spike, spike)
                           ? -1
                           : 0;
    free(count);
    free(spike);
    return status;
}

int plastic_save(const spk_engine *e, const engine_projection *p, void *state, spk_error *err)
{
    const plastic *s = p->data;
    const engine_range own = engine_units_of(e, p->target, (size_t)spk_comm_rank());
    const size_t keeper = living(s), sources = engine_owns(e, keeper) ? p->source->size : 0;
    engine_saving w = {.e = e, .p = p, .to = state, .err = err};
    for (size_t k = 0; k < count_numbers(p); k++)
        if (engine_save_rows(&w, count_synapses(s), s->bytes, put_row, k)) return -1;
    if (engine_save_shares(&w, sources * sizeof(plastic_source), s->part[keeper].source) ||
        engine_save_shares(&w, (own.end - own.begin) * sizeof *p->changed, p->changed + own.begin))
        return -1;
    return put_archives(&w);
}

/* The archives of all targets, whose lengths come first. 1: they do not fit; -1: no memory. */
static int restore_archives(const spk_engine *e, engine_projection *p, const unsigned char *from,
                            size_t bytes, spk_error *err)
{
    const plastic *s = p->data;
    const unsigned char *spikes = from + p->target->size * sizeof(uint64_t);
    size_t left = bytes - p->target->size * sizeof(uint64_t);
    for (size_t part = 0; part < s->parts; part++)
        for (size_t j = 0; j < s->part[part].histories; j++) {
            uint64_t n;
            from = engine_load(&n, from, sizeof n);
            if (n > left / sizeof(plastic_spike)) return 1;
            left -= n * sizeof(plastic_spike);
            if (!engine_owns(e, part)) {
                spikes += n * sizeof(plastic_spike);
                continue;
            }
            plastic_target *h = &s->part[part].history[j];
            plastic_clear(h);
            for (uint64_t k = 0; k < n; k++) {
                plastic_spike spike;
                spikes = engine_load(&spike, spikes, sizeof spike);
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
    if (bytes < fixed_bytes(p)) return 1;
    for (size_t k = 0; k < count_numbers(p); k++)
        for (uint32_t i = 0; i < p->source->size; i++)
            for (size_t part = 0; part < s->parts; part++)
                from = take_numbers(p, part, i, k > 0 ? s->part[part].plus : s->part[part].weight,
                                    1, from);
    for (size_t part = e->first; part < e->last; part++)
        engine_load(s->part[part].source, from, p->source->size * sizeof(plastic_source));
    from += p->source->size * sizeof(plastic_source);
    from = engine_load(p->changed, from, p->target->size * sizeof *p->changed);
    return restore_archives(e, p, from, bytes - (size_t)(from - (const unsigned char *)state), err);
}
