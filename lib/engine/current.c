/* current.c: projections of devices that inject a current: what a population's kernel is given.
 *
 * The current of time t, in steps from the begin of the presentation, acts with delay d on the
 * propagation from t + d to t + d + 1. NEST delivers the same current at t + d, and its neurons use
 * in their next step what was delivered; time 0 has none there, nor here. A device's current is
 * constant for a while: only where one changes, and where a window begins, the row is made anew. With
 * drawn delays each target has a time of its own.
 *
 * Noise: change j of target u since the device began is half j % 2 of the Philox block {u, attempt and
 * sample, sample, j / 2}, purpose "projection/NAME/noise", as a normal number by inversion. */
#include "base/memory.h"
#include "engine/internal.h"
#include "math/math.h"
#include "network/connect.h"
#include "network/draw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 256 };

typedef struct current {
    uint64_t first;     /* time of its first current */
    size_t values;      /* 1: all targets alike; else one a target */
    double *mean, *std; /* amplitude; NULL: none */
    double *weight;     /* [targets], where they are drawn; NULL: `same` */
    double same;
    spk_key key;
    engine_shifts shifts;
    double *kept; /* [targets] noise with drawn delays, by place: as it is now; else NULL */
} current;

/* ---- building -------------------------------------------------------------------------------- */

static double *parameter(const spk_engine *e, const spk_population *spec, size_t k, size_t n,
                         spk_error *err)
{
    double *value = spk_alloc(n, sizeof *value, "currents", err);
    if (value && spk_draw_units(&spec->param[k], e->options.network_seed, spec->name,
                                spec->model->parameters[k].key, 0, n, value, err)) {
        free(value);
        value = NULL;
    }
    return value;
}

static int build_weights(spk_engine *e, engine_projection *p, current *c, spk_error *err)
{
    spk_synapses row = {0};
    int status = 0;
    c->weight = spk_alloc(p->target->size, sizeof *c->weight, "weights", err);
    if (!c->weight) return -1;
    for (uint32_t i = 0; status == 0 && i < p->source->size; i++) {
        status = spk_connect_row(e->net, (uint32_t)p->index, e->options.network_seed, i, &row, err);
        for (size_t k = 0; status == 0 && k < row.n; k++)
            c->weight[row.other[k]] = row.weight[k];
    }
    spk_synapses_free(&row);
    return status;
}

static int build(spk_engine *e, engine_projection *p, spk_error *err)
{
    current *c = p->data = spk_alloc(1, sizeof *c, "a projection", err);
    if (!c) return -1;
    const spk_population *spec = p->source->spec;
    char purpose[3 * SPK_NAME_MAX + 32];
    snprintf(purpose, sizeof purpose, "projection/%s/noise", p->spec->name);
    c->key = spk_random_key(e->options.input_seed, purpose);
    c->first = spec->device.start > 1 ? spec->device.start : 1;
    c->values = p->source->size;
    if (spec->model->device != SPK_DEVICE_STEP &&
        !(c->mean = parameter(e, spec, 0, c->values, err)))
        return -1;
    if (spec->model->device == SPK_DEVICE_NOISE &&
        !(c->std = parameter(e, spec, 1, c->values, err)))
        return -1;
    if (!p->target->current)
        p->target->current = spk_alloc(p->target->padded, e->real_bytes, "currents", err);
    if (!p->target->current || engine_shifts_build(e, p, &c->shifts, err)) return -1;
    if (c->std && c->shifts.unit &&
        !(c->kept = spk_alloc(p->target->size, sizeof *c->kept, "currents", err)))
        return -1;
    c->same = engine_rounded_weight(p->spec);
    return p->spec->weight.kind == SPK_VALUE_CONSTANT ? 0 : build_weights(e, p, c, err);
}

static void free_data(engine_projection *p)
{
    current *c = p->data;
    if (!c) return;
    free(c->mean);
    free(c->std);
    free(c->weight);
    free(c->kept);
    engine_shifts_free(&c->shifts);
    free(c);
}

/* Currents are in the targets before the step. */
static void step(spk_engine *e, engine_projection *p, size_t part, uint64_t t)
{
    (void)e, (void)p, (void)part, (void)t;
}

const engine_storage engine_current = {.build = build, .free = free_data, .step = step};

/* ---- which current --------------------------------------------------------------------------- */

/* Counts the pieces of constant current, from 1; 0: there is none in step s, with this delay. */
static uint64_t piece_of(const engine_projection *p, uint64_t s, uint64_t delay)
{
    const current *c = p->data;
    const spk_device *device = &p->source->spec->device;
    if (s < delay + c->first || s - delay >= device->stop) return 0;
    const uint64_t time = s - delay;
    if (p->source->spec->model->device == SPK_DEVICE_DC) return 1;
    if (p->source->spec->model->device == SPK_DEVICE_NOISE)
        return 1 + (time - c->first) / device->interval;
    size_t low = 0, high = device->changes; /* changes up to `time` */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (device->change[middle] <= time)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Standard normal numbers of n <= BATCH targets. */
static void draw_normals(const spk_engine *e, const current *c, uint64_t change, size_t n,
                         const uint32_t *unit, double *out)
{
    const uint64_t block = change / 2;
    const spk_key key = {{c->key.word[0] + (uint32_t)(block >> 32), c->key.word[1]}};
    uint32_t word[4 * BATCH];
    spk_philox_units(key, n, unit, engine_address(e), (uint32_t)e->sample, (uint32_t)block, word);
    const uint32_t *high = word + 2 * (change % 2) * n, *low = high + n;
    for (size_t i = 0; i < n; i++)
        out[i] = spk_uniform53(high[i], low[i]);
    spk_normal_quantile_n(n, out, out);
}

/* Currents of n <= BATCH targets in a piece. */
static void amplitudes(const spk_engine *e, const engine_projection *p, uint64_t piece, size_t n,
                       const uint32_t *unit, double *out)
{
    const current *c = p->data;
    const spk_device *device = &p->source->spec->device;
    if (c->std) draw_normals(e, c, piece - 1, n, unit, out);
    for (size_t i = 0; i < n; i++) {
        const size_t k = c->values > 1 ? unit[i] : 0;
        if (!c->mean)
            out[i] = device->amplitude[piece - 1];
        else
            out[i] = c->std ? c->mean[k] + c->std[k] * out[i] : c->mean[k];
    }
}

/* ---- a step ---------------------------------------------------------------------------------- */

static void inject(const spk_engine *e, const engine_projection *p, size_t n, const uint32_t *unit,
                   const double *value)
{
    const current *c = p->data;
    for (size_t i = 0; i < n; i++) {
        const double injected = (c->weight ? c->weight[unit[i]] : c->same) * value[i];
        if (e->net->single)
            ((float *)p->target->current)[unit[i]] += (float)injected;
        else
            ((double *)p->target->current)[unit[i]] += injected;
    }
}

/* What targets with one delay get in a piece; `kept`: they have it since the step before. */
static void add_current(const spk_engine *e, const engine_projection *p, uint64_t piece,
                        engine_shift s, bool kept)
{
    const current *c = p->data;
    double value[BATCH];
    uint32_t unit[BATCH];
    for (uint32_t b = s.begin; b < s.end; b += BATCH) {
        const size_t n = s.end - b < BATCH ? s.end - b : BATCH;
        for (size_t i = 0; i < n; i++)
            unit[i] = c->shifts.unit ? c->shifts.unit[b + i] : b + (uint32_t)i;
        double *now = value;
        if (c->kept) now = c->kept + b;
        if (!kept) amplitudes(e, p, piece, n, unit, now);
        inject(e, p, n, unit, now);
    }
}

/* Does a current flow into the part in step s, and is any not that of the step before? */
static void look(const engine_projection *p, size_t part, uint64_t s, bool *flows, bool *changes)
{
    const current *c = p->data;
    engine_shift at = engine_shift_at(&c->shifts, p, part, p->target->part[part].begin);
    for (; at.begin < at.end; at = engine_shift_at(&c->shifts, p, part, at.end)) {
        const uint64_t piece = piece_of(p, s, at.delay);
        *flows = *flows || piece > 0;
        *changes = *changes || piece != piece_of(p, s - 1, at.delay);
    }
}

/* `anew`: nothing is known of the step before. */
static void add_currents(const spk_engine *e, const engine_projection *p, size_t part, uint64_t s,
                         bool anew)
{
    const current *c = p->data;
    engine_shift at = engine_shift_at(&c->shifts, p, part, p->target->part[part].begin);
    for (; at.begin < at.end; at = engine_shift_at(&c->shifts, p, part, at.end)) {
        const uint64_t piece = piece_of(p, s, at.delay);
        const bool kept = c->kept && !anew && piece == piece_of(p, s - 1, at.delay);
        if (piece > 0) add_current(e, p, piece, at, kept);
    }
}

const void *engine_population_current(spk_engine *e, engine_population *p, size_t part, uint64_t t)
{
    if (!p->current) return NULL;
    const uint64_t s = t - e->began;
    const engine_range range = p->part[part];
    const bool anew = t == e->now || s == 0;
    bool flows = false, changes = anew;
    for (size_t k = 0; k < e->net->projections; k++) {
        const engine_projection *q = &e->projection[k];
        if (q->target == p && q->storage == &engine_current) look(q, part, s, &flows, &changes);
    }
    if (!changes || !flows) return flows ? p->current : NULL;
    memset(engine_at(p->current, range.begin, e->real_bytes), 0,
           (range.end - range.begin) * e->real_bytes);
    for (size_t k = 0; k < e->net->projections; k++) {
        const engine_projection *q = &e->projection[k];
        if (q->target == p && q->storage == &engine_current) add_currents(e, q, part, s, anew);
    }
    return p->current;
}
