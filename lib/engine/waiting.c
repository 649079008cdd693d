/* waiting.c: who is refractory, of the models whose kernels read it as bits (kernel.h, `holds`).
 *
 * Within a window the refractory units of a part stand in a queue. Where all wait equally long they are
 * awake in that order, so that only those at the front are looked at. Between windows the steps they have
 * left stand in slice.refractory, as those of other models always do. */
#include "base/memory.h"
#include "engine/internal.h"

#include <stdlib.h>
#include <string.h>

typedef struct engine_waiter {
    uint32_t unit;
    uint32_t awake; /* from this step of the window on */
} waiter;

/* A queue, in a ring. */
struct engine_waiting {
    waiter *ring;
    uint32_t first, n, room;
    uint32_t elapsed;      /* steps since the window's begin */
    uint32_t ordered_from; /* from this step on the first are awake first */
};

static void push(engine_population *p, engine_waiting *w, waiter who)
{
    const uint32_t at = w->first + w->n++;
    w->ring[at < w->room ? at : at - w->room] = who;
    p->awake[who.unit / SPK_LANES] &= (uint16_t) ~(1U << who.unit % SPK_LANES);
}

static waiter pop(engine_population *p, engine_waiting *w)
{
    const waiter who = w->ring[w->first++];
    if (w->first == w->room) w->first = 0;
    w->n--;
    p->awake[who.unit / SPK_LANES] |= (uint16_t)(1U << who.unit % SPK_LANES);
    return who;
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
        p->waiter = spk_alloc(p->padded, sizeof *p->waiter, "neurons", err);
    }
    p->waiting = spk_alloc(e->parts, sizeof *p->waiting, "parts", err);
    if (!p->awake || !p->waiter || !p->waiting) return -1;
    for (size_t part = 0; part < e->parts; part++) {
        const engine_range range = p->part[part];
        p->waiting[part].ring = p->waiter + range.begin;
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
            push(p, w, (waiter){i, (uint32_t)left});
            if ((uint32_t)left > last) last = (uint32_t)left;
        }
        w->ordered_from = equally ? last : UINT32_MAX;
    }
}

/* A step has been done in which these fired. */
void engine_waiting_step(engine_population *p, size_t part, const uint32_t *fired, size_t n)
{
    engine_waiting *w = &p->waiting[part];
    const uint32_t now = ++w->elapsed;
    const bool ordered = now > w->ordered_from;
    for (uint32_t left = w->n; left > 0; left--) {
        if (ordered && w->ring[w->first].awake > now) break;
        const waiter who = pop(p, w);
        if (who.awake > now) push(p, w, who);
    }
    for (size_t i = 0; i < n; i++) {
        const uint32_t steps = (uint32_t)p->slice.t_ref[fired[i]];
        if (steps > 0) push(p, w, (waiter){fired[i], now + steps});
    }
}

void engine_waiting_end(engine_population *p, size_t part)
{
    if (!p->waiting) return;
    engine_waiting *w = &p->waiting[part];
    const engine_range range = p->part[part];
    int32_t *left = p->slice.refractory;
    memset(left + range.begin, 0, (range.end - range.begin) * sizeof *left);
    while (w->n > 0) {
        const waiter who = pop(p, w);
        left[who.unit] = (int32_t)(who.awake - w->elapsed);
    }
}
