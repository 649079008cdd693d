/* source.c: populations that are told when to fire: from the stream, by the network file, or by
 * drawing.
 *
 * The spikes of the next steps are made ready before the loop runs over them:
 * a list of units for each step.
 *
 * poisson_input: in each step a unit fires with probability p = rate dt (at most 1), independently.
 * So the silent steps before its next spike are geometric, floor(E / -ln(1 - p)) with E a standard
 * exponential draw. Draw d of unit u in attempt a of sample s is half d % 2 of the Philox block
 * {u, a << 16 | s >> 32, low word of s, d / 2}, purpose "population/NAME/poisson". When the rates
 * change, every unit draws anew, from the block after the last that any unit has used. */
#include "base/memory.h"
#include "base/sorted.h"
#include "engine/internal.h"
#include "math/math.h"
#include "network/connect.h"
#include "random/random.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 256 }; /* units whose draws are made together */

struct engine_source {
    /* The window. */
    size_t n, capacity; /* spikes */
    uint64_t *event;    /* step << 32 | unit while they are collected */
    uint32_t *unit;     /* by step, then unit */
    size_t unit_capacity;
    uint32_t *start; /* [steps + 1] */
    size_t start_capacity;
    uint64_t steps;

    /* Poisson. */
    spk_key key;
    double *hertz;   /* constant rates; NULL: the stream's frames say them */
    double *hazard;  /* [size] -ln(1 - p); 0: silent */
    uint64_t *ahead; /* [size] steps from the window's begin to the next spike */
    uint32_t *draws; /* [size] made since `block` */
    uint32_t block;  /* where the draws for the present rates begin */
    size_t active;   /* units that can fire, ascending */
    uint32_t *unit_active;
};

/* ---- building -------------------------------------------------------------------------------- */

static int build_rates(spk_engine *e, engine_population *p, engine_source *s, spk_error *err)
{
    const spk_population *spec = p->spec;
    s->hertz = spk_alloc(p->size, sizeof *s->hertz, "rates", err);
    if (!s->hertz) return -1;
    return spk_draw_units(&spec->param[0], e->options.network_seed, spec->name,
                          spec->model->parameters[0].key, 0, p->size, s->hertz, err);
}

int engine_source_build(spk_engine *e, engine_population *p, spk_error *err)
{
    engine_source *s = p->source = spk_alloc(1, sizeof *s, "a source", err);
    if (!s) return -1;
    if (p->spec->model->source != SPK_SOURCE_FRAMES) return 0;
    char purpose[SPK_NAME_MAX + 32];
    snprintf(purpose, sizeof purpose, "population/%s/poisson", p->spec->name);
    s->key = spk_random_key(e->options.input_seed, purpose);
    s->hazard = spk_alloc(p->size, sizeof *s->hazard, "rates", err);
    s->ahead = spk_alloc(p->size, sizeof *s->ahead, "rates", err);
    s->draws = spk_alloc(p->size, sizeof *s->draws, "rates", err);
    s->unit_active = spk_alloc(p->size, sizeof *s->unit_active, "rates", err);
    if (!s->hazard || !s->ahead || !s->draws || !s->unit_active) return -1;
    return p->spec->stream_fed ? 0 : build_rates(e, p, s, err);
}

void engine_source_free(engine_source *s)
{
    if (!s) return;
    free(s->event);
    free(s->unit);
    free(s->start);
    free(s->hertz);
    free(s->hazard);
    free(s->ahead);
    free(s->draws);
    free(s->unit_active);
    free(s);
}

/* ---- drawing --------------------------------------------------------------------------------- */

static uint64_t gap(double exponential, double hazard)
{
    double silent = exponential / hazard; /* infinite hazard: 0 */
    return silent < 0x1p62 ? (uint64_t)silent : (uint64_t)1 << 62;
}

/* Each active unit's first spike under new rates. */
static void draw_first(const spk_engine *e, engine_source *s)
{
    uint32_t block[BATCH];
    double draw[2 * BATCH];
    for (size_t b = 0; b < BATCH; b++)
        block[b] = s->block;
    for (size_t b = 0; b < s->active; b += BATCH) {
        size_t n = s->active - b < BATCH ? s->active - b : BATCH;
        spk_random_exponentials(s->key, n, s->unit_active + b, engine_address(e),
                                (uint32_t)e->sample, block, draw);
        for (size_t i = 0; i < n; i++) {
            uint32_t u = s->unit_active[b + i];
            s->ahead[u] = gap(draw[2 * i], s->hazard[u]);
            s->draws[u] = 1;
        }
    }
}

/* Rates times `factor` hold from now on. */
static void set_hazards(const spk_engine *e, const engine_population *p, engine_source *s,
                        const float *hertz, double factor)
{
    double dt = e->net->dt_ms / 1000;
    s->active = 0;
    for (uint32_t u = 0; u < p->size; u++) {
        double rate = hertz ? (double)hertz[u] : s->hertz[u], chance = rate * factor * dt;
        s->hazard[u] = chance >= 1 ? INFINITY : chance;
        if (chance > 0) s->unit_active[s->active++] = u;
    }
    for (size_t i = 0; i < s->active; i++) {
        double *hazard = &s->hazard[s->unit_active[i]];
        if (*hazard < 1) *hazard = -spk_log1p(-*hazard);
    }
}

/* The first block that no unit has drawn from in this presentation. */
static void advance_block(engine_source *s)
{
    uint32_t most = 0;
    for (size_t i = 0; i < s->active; i++)
        if (s->draws[s->unit_active[i]] > most) most = s->draws[s->unit_active[i]];
    s->block += (most + 1) / 2;
}

void engine_source_begin(spk_engine *e, engine_population *p)
{
    engine_source *s = p->source;
    s->active = 0;
    s->block = 0;
    if (!s->hertz) return;
    set_hazards(e, p, s, NULL, 1);
    draw_first(e, s);
}

int engine_source_rates(spk_engine *e, engine_population *p, const float *hertz, spk_error *err)
{
    engine_source *s = p->source;
    advance_block(s);
    s->active = 0;
    if (!hertz) return 0;
    for (uint32_t u = 0; u < p->size; u++)
        if (!(hertz[u] >= 0 && hertz[u] <= FLT_MAX))
            return spk_fail(err, SPK_DATA,
                            "sample %llu: %s: the rate of unit %u is %g Hz; 0 or more is expected",
                            (unsigned long long)e->sample, p->spec->name, u, (double)hertz[u]);
    double factor = 1 + e->attempt * e->net->on_sample.repeat_rate_step;
    set_hazards(e, p, s, hertz, factor);
    draw_first(e, s);
    return 0;
}

/* ---- listed -------------------------------------------------------------------------------- */

static int add_event(engine_source *s, uint64_t step, uint32_t unit, spk_error *err)
{
    if (s->n == s->capacity &&
        spk_grow(&s->event, &s->capacity, s->n + 1, sizeof *s->event, "spikes", err))
        return -1;
    s->event[s->n++] = step << 32 | unit;
    return 0;
}

/* Times count from the begin of the presentation, through the rest after it. */
static int list_window(const spk_engine *e, engine_source *s, const spk_trains *trains,
                       uint64_t steps, spk_error *err)
{
    const uint64_t first = e->now - e->began;
    size_t i = spk_first_from(trains->step, 0, trains->n, first);
    for (; i < trains->n && trains->step[i] - first < steps; i++)
        if (add_event(s, trains->step[i] - first, trains->unit[i], err)) return -1;
    return 0;
}

/* ---- the window ------------------------------------------------------------------------------ */

/* All spikes of the units in `todo` (n <= BATCH) before the window's end: each round makes one
 * block, two draws, of each unit that is not there yet. */
static int draw_batch(const spk_engine *e, engine_source *s, size_t n, uint32_t *todo,
                      uint64_t steps, spk_error *err)
{
    uint32_t block[BATCH];
    double draw[2 * BATCH];
    while (n > 0) {
        for (size_t i = 0; i < n; i++)
            block[i] = s->block + s->draws[todo[i]] / 2;
        spk_random_exponentials(s->key, n, todo, engine_address(e), (uint32_t)e->sample, block,
                                draw);
        size_t left = 0;
        for (size_t i = 0; i < n; i++) {
            uint32_t u = todo[i];
            for (size_t half = s->draws[u] % 2; half < 2 && s->ahead[u] < steps; half++) {
                if (add_event(s, s->ahead[u], u, err)) return -1;
                s->ahead[u] += 1 + gap(draw[2 * i + half], s->hazard[u]);
                s->draws[u]++;
            }
            todo[left] = u;
            left += s->ahead[u] < steps;
        }
        n = left;
    }
    return 0;
}

static int draw_window(const spk_engine *e, engine_source *s, uint64_t steps, spk_error *err)
{
    uint32_t todo[BATCH];
    size_t n = 0;
    for (size_t i = 0; i <= s->active; i++) {
        if (n == BATCH || i == s->active) {
            if (draw_batch(e, s, n, todo, steps, err)) return -1;
            n = 0;
        }
        if (i == s->active) break;
        uint32_t u = s->unit_active[i];
        if (s->ahead[u] < steps) todo[n++] = u;
    }
    for (size_t i = 0; i < s->active; i++)
        s->ahead[s->unit_active[i]] -= steps;
    return 0;
}

static void sort_units(size_t n, uint32_t *unit)
{
    for (size_t i = 1; i < n; i++) {
        uint32_t value = unit[i];
        size_t j = i;
        for (; j > 0 && unit[j - 1] > value; j--)
            unit[j] = unit[j - 1];
        unit[j] = value;
    }
}

/* From a bag of events to a list of units for each step: counting, then sorting short lists. */
static void sort_events(engine_source *s)
{
    memset(s->start, 0, (s->steps + 1) * sizeof *s->start);
    for (size_t i = 0; i < s->n; i++)
        s->start[(s->event[i] >> 32) + 1]++;
    for (uint64_t k = 0; k < s->steps; k++)
        s->start[k + 1] += s->start[k];
    for (size_t i = 0; i < s->n; i++)
        s->unit[s->start[s->event[i] >> 32]++] = (uint32_t)s->event[i];
    for (uint64_t k = s->steps; k > 0; k--)
        s->start[k] = s->start[k - 1];
    s->start[0] = 0;
    for (uint64_t k = 0; s->n > 0 && k < s->steps; k++)
        sort_units(s->start[k + 1] - s->start[k], s->unit + s->start[k]);
}

static int take_spikes(engine_source *s, uint64_t steps, size_t spikes, const uint64_t *step,
                       const uint32_t *unit, uint64_t first, spk_error *err)
{
    for (size_t i = 0; i < spikes; i++) {
        if (step[i] < first || step[i] - first >= steps)
            return spk_fail(err, SPK_BUG, "a spike at step %llu lies outside its window",
                            (unsigned long long)step[i]);
        if (add_event(s, step[i] - first, unit[i], err)) return -1;
    }
    return 0;
}

int engine_source_window(spk_engine *e, engine_population *p, uint64_t steps, size_t spikes,
                         const uint64_t *step, const uint32_t *unit, uint64_t first, spk_error *err)
{
    engine_source *s = p->source;
    s->n = 0;
    s->steps = steps;
    if (spk_grow(&s->start, &s->start_capacity, steps + 1, sizeof *s->start, "spikes", err))
        return -1;
    if (p->spec->stream_fed && take_spikes(s, steps, spikes, step, unit, first, err)) return -1;
    if (p->spec->trains && list_window(e, s, p->spec->trains, steps, err)) return -1;
    bool silent = p->spec->stream_fed && e->resting;
    if (!silent && draw_window(e, s, steps, err)) return -1;
    if (spk_grow(&s->unit, &s->unit_capacity, s->n, sizeof *s->unit, "spikes", err)) return -1;
    sort_events(s);
    return 0;
}

/* ---- checkpoints ----------------------------------------------------------------------------- */

/* What is saved between two windows: the rates that hold, and how far each unit has drawn. Without
 * rates there is nothing: the spikes of a spike_input come with each window. */
typedef struct saved_unit {
    uint64_t ahead;
    double hazard;
    uint32_t unit, draws;
} saved_unit;

size_t engine_source_state_bytes(const engine_source *s)
{
    return s->hazard ? sizeof(uint64_t) + s->active * sizeof(saved_unit) : 0;
}

void engine_source_save(const engine_source *s, void *state)
{
    const uint64_t block = s->block;
    if (!s->hazard) return;
    memcpy(state, &block, sizeof block);
    for (size_t i = 0; i < s->active; i++) {
        const uint32_t u = s->unit_active[i];
        const saved_unit one = {s->ahead[u], s->hazard[u], u, s->draws[u]};
        memcpy(engine_at(state, sizeof block + i * sizeof one, 1), &one, sizeof one);
    }
}

bool engine_source_restore(engine_source *s, uint32_t size, const void *state, size_t bytes)
{
    uint64_t block;
    if (!s->hazard) return bytes == 0;
    if (bytes < sizeof block || (bytes - sizeof block) % sizeof(saved_unit) != 0) return false;
    const size_t active = (bytes - sizeof block) / sizeof(saved_unit);
    memcpy(&block, state, sizeof block);
    if (active > size || block > UINT32_MAX) return false;
    for (size_t i = 0; i < active; i++) {
        saved_unit one;
        memcpy(&one, engine_at(state, sizeof block + i * sizeof one, 1), sizeof one);
        if (one.unit >= size || (i > 0 && one.unit <= s->unit_active[i - 1])) return false;
        if (!(one.hazard > 0)) return false;
        s->unit_active[i] = one.unit;
        s->ahead[one.unit] = one.ahead;
        s->hazard[one.unit] = one.hazard;
        s->draws[one.unit] = one.draws;
    }
    s->block = (uint32_t)block;
    s->active = active;
    return true;
}

const uint32_t *engine_source_units(const engine_source *s, uint64_t offset, size_t *n)
{
    *n = s->start[offset + 1] - s->start[offset];
    return engine_at(s->unit, s->start[offset], sizeof *s->unit);
}
