/* waiting.c: who is refractory, of the models whose kernels read it as bits (kernel.h, `holds`).
 *
 * The refractory units of a part stand in a queue. Where all wait equally long they are awake in that
 * order, so that only those at the front are looked at. Within a window, refractory[unit] of these units
 * is not what is left, but the step of the window from which on it is awake. */
#include "base/memory.h"
#include "engine/internal.h"

#include <stdlib.h>
#include <string.h>

/* A queue of units, in a ring. */
struct engine_waiting {
    uint32_t *unit;
    uint32_t first, n, room;
    uint32_t elapsed;      /* steps since the window's begin */
    uint32_t ordered_from; /* from this step on the first are awake first */
};

static void push(engine_population *p, engine_waiting *w, uint32_t unit)
{
    const uint32_t at = w->first + w->n++;
    w->unit[at < w->room ? at : at - w->room] = unit;
    p->awake[unit / SPK_LANES] &= (uint16_t) ~(1U << unit % SPK_LANES);
}

static uint32_t pop(engine_population *p, engine_waiting *w)
{
    const uint32_t unit = w->unit[w->first++];
    if (w->first == w->room) w->first = 0;
    w->n--;
    p->awake[unit / SPK_LANES] |= (uint16_t)(1U << unit % SPK_LANES);
    return unit;
}

/* ---- memory ---------------------------------------------------------------------------------- */

void engine_waiting_free(engine_population *p)
{
    free(p->waiting);
    p->waiting = NULL;
}

int engine_waiting_build(spk_engine *e, engine_population *p, spk_error *err)
{
    if (!p->kernel || !(p->kernel->holds >> p->spec->solver & 1)) return 0;
    if (!p->awake) {
        p->awake = spk_alloc(p->padded / SPK_LANES, sizeof *p->awake, "neurons", err);
        p->waiting_unit = spk_alloc(p->padded, sizeof *p->waiting_unit, "neurons", err);
    }
    p->waiting = spk_alloc(e->parts, sizeof *p->waiting, "parts", err);
    if (!p->awake || !p->waiting_unit || !p->waiting) return -1;
    for (size_t part = 0; part < e->parts; part++) {
        const engine_range range = p->part[part];
        p->waiting[part].unit = p->waiting_unit + range.begin;
        p->waiting[part].room = range.end - range.begin;
        p->part_slice[part].awake = p->awake;
    }
    return 0;
}

/* ---- steps ----------------------------------------------------------------------------------- */

static bool all_wait_equally(const spk_neuron_slice *s)
{
    for (uint32_t i = 1; i < s->units; i++)
        if (s->t_ref[i] != s->t_ref[0]) return false;
    return true;
}

void engine_waiting_begin(engine_population *p, size_t parts)
{
    if (!p->waiting) return;
    const bool equally = all_wait_equally(&p->slice);
    for (uint32_t i = 0; i < p->padded; i += SPK_LANES) /* padding never wakes */
        p->awake[i / SPK_LANES] =
            (uint16_t)(p->size - i < SPK_LANES ? (1U << (p->size - i)) - 1 : UINT16_MAX);
    for (size_t part = 0; part < parts; part++) {
        engine_waiting *w = &p->waiting[part];
        uint32_t last = 0;
        w->first = w->n = w->elapsed = 0;
        for (uint32_t i = p->part[part].begin; i < p->part[part].end; i++) {
            const int32_t left = p->slice.refractory[i];
            if (left <= 0) continue;
            push(p, w, i);
            if ((uint32_t)left > last) last = (uint32_t)left;
        }
        w->ordered_from = equally ? last : UINT32_MAX;
    }
}

/* A step has been done in which these fired. */
void engine_waiting_step(engine_population *p, size_t part, const uint32_t *fired, size_t n)
{
    engine_waiting *w = &p->waiting[part];
    int32_t *refractory = p->slice.refractory;
    const int32_t now = (int32_t)++w->elapsed;
    const bool ordered = w->elapsed > w->ordered_from;
    for (uint32_t left = w->n; left > 0; left--) {
        const bool awake = refractory[w->unit[w->first]] <= now;
        if (ordered && !awake) break;
        const uint32_t unit = pop(p, w);
        if (!awake) push(p, w, unit);
    }
    for (size_t i = 0; i < n; i++) {
        if (p->slice.t_ref[fired[i]] == 0) continue;
        refractory[fired[i]] = now + p->slice.t_ref[fired[i]];
        push(p, w, fired[i]);
    }
}

/* What a unit says that left the queue within the window lies in the past. */
void engine_waiting_end(engine_population *p, size_t parts)
{
    for (size_t part = 0; p->waiting && part < parts; part++) {
        const int32_t elapsed = (int32_t)p->waiting[part].elapsed;
        for (uint32_t i = p->part[part].begin; i < p->part[part].end; i++) {
            int32_t *left = &p->slice.refractory[i];
            *left = *left > elapsed ? *left - elapsed : 0;
        }
    }
}
