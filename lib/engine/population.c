/* population.c: a population's arrays: state, thresholds, input on its way, spikes of late. */
#include "base/memory.h"
#include "engine/internal.h"
#include "math/math.h"
#include "network/connect.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_PARAMETERS = 32,
    MOST_STEPS = INT32_MAX - ENGINE_WINDOW, /* refractory ones; counted from a window's begin */
    LONG_ROW = 512 /* units of which it pays to list those for which there is input */
};

static void store(const spk_engine *e, void *array, size_t i, double value)
{
    if (e->real_bytes == sizeof(float))
        ((float *)array)[i] = (float)value;
    else
        ((double *)array)[i] = value;
}

static void *reals(const spk_engine *e, size_t n, spk_error *err)
{
    return spk_alloc(n, e->real_bytes, "neurons", err);
}

/* ---- parameters ------------------------------------------------------------------------------ */

/* Every unit's parameters, drawn: value[k][i]. Returns their number, or -1. */
static int draw_parameters(const spk_engine *e, const engine_population *p,
                           double *value[MAX_PARAMETERS], spk_error *err)
{
    const spk_population *spec = p->spec;
    int n = 0;
    for (const spk_parameter *row = spec->model->parameters; row->key; row++, n++) {
        if (n == MAX_PARAMETERS)
            return spk_fail(err, SPK_BUG, "%s: too many parameters", spec->model->name);
        value[n] = spk_alloc(p->padded, sizeof **value, "parameters", err);
        if (!value[n] || spk_draw_units(&spec->param[n], e->options.network_seed, spec->name,
                                        row->key, 0, p->size, value[n], err))
            return -1;
        for (uint32_t i = p->size; i < p->padded; i++)
            value[n][i] = value[n][0];
    }
    return n;
}

static bool parameters_are_shared(const spk_population *spec)
{
    for (size_t k = 0; spec->model->parameters[k].key; k++)
        if (spec->param[k].kind != SPK_VALUE_CONSTANT) return false;
    return true;
}

static int build_arrays(spk_engine *e, engine_population *p, spk_error *err)
{
    p->coefficient_length = parameters_are_shared(p->spec) ? 1 : p->padded;
    for (size_t k = 0; k < p->states; k++) {
        p->slice.state[k] = reals(e, p->padded, err);
        p->initial[k] = spk_alloc(p->padded, sizeof **p->initial, "neurons", err);
        if (!p->slice.state[k] || !p->initial[k]) return -1;
    }
    for (size_t k = 0; k < p->kernel->coefficients; k++)
        if (!(p->slice.coefficient[k] = reals(e, p->coefficient_length, err))) return -1;
    p->base_threshold = spk_alloc(p->padded, sizeof *p->base_threshold, "neurons", err);
    p->slice.threshold = reals(e, p->padded, err);
    p->slice.t_ref = spk_alloc(p->padded, sizeof *p->slice.t_ref, "neurons", err);
    p->slice.refractory = spk_alloc(p->padded, sizeof *p->slice.refractory, "neurons", err);
    p->slice.units = p->size;
    return p->base_threshold && p->slice.threshold && p->slice.t_ref && p->slice.refractory ? 0
                                                                                            : -1;
}

/* One unit's coefficients and start values, from its parameters. */
static int fill_unit(spk_engine *e, engine_population *p, uint32_t i, int parameters,
                     double *const *value, spk_error *err)
{
    double param[MAX_PARAMETERS];
    spk_neuron_unit unit = {0};
    for (int k = 0; k < parameters; k++)
        param[k] = value[k][i];
    p->kernel->unit(param, p->spec->solver, e->net->dt_ms, &unit);
    for (size_t k = 0; k < p->kernel->coefficients; k++) {
        if (!isfinite(unit.coefficient[k]))
            return spk_fail(err, SPK_USAGE,
                            "%s: populations.%s.params: unit %u: these values together overflow",
                            e->net->name, p->spec->name, i);
        void *array = engine_at(p->slice.coefficient[k], 0, 1);
        if (i < p->coefficient_length) store(e, array, i, unit.coefficient[k]);
    }
    for (size_t k = 0; k < p->states; k++)
        p->initial[k][i] = unit.state[k];
    double steps = floor(unit.t_ref_ms / e->net->dt_ms + 0.5);
    if (steps > MOST_STEPS)
        return spk_fail(err, SPK_USAGE, "%s: populations.%s.params.t_ref_ms: at most %d steps",
                        e->net->name, p->spec->name, MOST_STEPS);
    ((int32_t *)engine_at(p->slice.t_ref, 0, 1))[i] = (int32_t)steps;
    /* Padding never fires, not even where its potential diverges. */
    p->base_threshold[i] = i < p->size ? unit.threshold : (double)NAN;
    return 0;
}

static bool all_alike(const spk_engine *e, const void *array, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (memcmp(array, engine_at(array, i, e->real_bytes), e->real_bytes) != 0) return false;
    return true;
}

/* Where units differ in what they start with only, they share their coefficients all the same. */
static void share_coefficients(const spk_engine *e, engine_population *p)
{
    for (size_t k = 0; k < p->kernel->coefficients; k++)
        if (!all_alike(e, p->slice.coefficient[k], p->coefficient_length)) return;
    p->coefficient_length = 1;
}

static int build_theta(spk_engine *e, engine_population *p, spk_error *err)
{
    const spk_population *spec = p->spec;
    if (!spec->adaptive) return 0;
    p->theta = spk_alloc(p->padded, sizeof *p->theta, "neurons", err);
    if (!p->theta) return -1;
    p->theta_factor = spk_exp(-e->net->dt_ms / spec->theta[SPK_THETA_TAU].a);
    p->theta_plus = spec->theta[SPK_THETA_PLUS].a;
    if (spec->theta_scaled) {
        p->theta_width = spec->theta_scale[SPK_SCALE_WIDTH].a;
        p->theta_pole = spec->theta_scale[SPK_SCALE_POLE].a;
        p->theta_most = spec->theta_scale[SPK_SCALE_MOST].a;
    }
    return spk_draw_units(&spec->theta[SPK_THETA_INITIAL], e->options.network_seed, spec->name,
                          spk_threshold_parameters[SPK_THETA_INITIAL].key, 0, p->size, p->theta,
                          err);
}

static bool has_one_threshold(const engine_population *p)
{
    for (uint32_t i = 1; i < p->size; i++)
        if (p->base_threshold[i] != p->base_threshold[0]) return false;
    return !p->theta;
}

static int build_neurons(spk_engine *e, engine_population *p, spk_error *err)
{
    const spk_neuron_model *model = p->spec->model;
    double *value[MAX_PARAMETERS] = {NULL};
    p->kernel = model->kernel;
    for (size_t k = 0; model->states[k].name; k++)
        p->states += strcmp(model->states[k].name, "theta") != 0;
    int parameters = draw_parameters(e, p, value, err), status = parameters < 0 ? -1 : 0;
    if (status == 0) status = build_arrays(e, p, err);
    for (uint32_t i = 0; status == 0 && i < p->padded; i++)
        status = fill_unit(e, p, i, parameters, value, err);
    for (int k = 0; k < MAX_PARAMETERS; k++)
        free(value[k]);
    if (status == 0) share_coefficients(e, p);
    p->step =
        spk_neuron_step_choose(model, p->spec->solver, e->net->single, p->coefficient_length == 1);
    if (status || build_theta(e, p, err)) return -1;
    p->slice.one_threshold = has_one_threshold(p);
    return 0;
}

/* ---- input and spikes ------------------------------------------------------------------------ */

uint32_t engine_population_remembers(const spk_engine *e, const engine_population *p)
{
    uint32_t back = 0;
    for (size_t k = 0; k < e->net->projections; k++) {
        const spk_projection *q = &e->net->projection[k];
        uint32_t source = engine_projection_source_history(e, q);
        uint32_t target = engine_projection_target_history(q);
        if (q->source == p->index && source > back) back = source;
        if (q->target == p->index && target > back) back = target;
    }
    return back + 2;
}

/* How long rows and lists are kept: as long as some projection needs them. Input of a block has been
 * used by the time that the block's spikes add to it; but lists are written for the next block while
 * other threads still read those of this one. */
static void find_lengths(const spk_engine *e, engine_population *p)
{
    p->slots = 1;
    p->history = spk_ring_length(engine_population_remembers(e, p) + 2 * e->interval.steps - 2);
    for (size_t k = 0; k < e->net->projections; k++) {
        const spk_projection *q = &e->net->projection[k];
        if (q->target != p->index || spk_population_is_current(&e->net->population[q->source]))
            continue;
        if (spk_projection_looked_up(e->net, q)) continue;
        if (q->max_delay + 1 > p->slots) p->slots = q->max_delay + 1;
    }
}

static int build_input(spk_engine *e, engine_population *p, spk_error *err)
{
    for (int r = 0; r < p->kernel->receptors; r++) {
        if (!(p->ring[r] = reals(e, (size_t)p->slots * p->padded, err))) return -1;
        if (p->kernel->before_threshold && !(p->late[r] = reals(e, p->padded, err))) return -1;
    }
    return 0;
}

static void free_parts(engine_population *p)
{
    free(p->part);
    free(p->count);
    free(p->filled);
    free(p->listed);
    free(p->late_filled);
    free(p->part_slice);
    engine_waiting_free(p);
}

/* What lies by parts. */
static int build_parts(spk_engine *e, engine_population *p, spk_error *err)
{
    const char what[] = "parts";
    size_t receptors = p->kernel ? (size_t)p->kernel->receptors : 0;
    p->part = spk_alloc(e->parts, sizeof *p->part, what, err);
    p->count = spk_alloc(p->history * e->parts, sizeof *p->count, what, err);
    p->filled = spk_alloc(p->slots * receptors * e->parts, 1, what, err);
    p->late_filled = spk_alloc(receptors * e->parts, 1, what, err);
    p->part_slice = spk_alloc(e->parts, sizeof *p->part_slice, what, err);
    if (!p->part || !p->count || !p->filled || !p->late_filled || !p->part_slice) return -1;
    const size_t rows = p->slots * receptors * e->parts;
    p->listed = NULL;
    if (rows > 0 && p->padded >= LONG_ROW &&
        !(p->listed = spk_alloc(rows * ENGINE_LISTS, sizeof *p->listed, what, err)))
        return -1;
    uint64_t lanes = p->padded / SPK_LANES;
    for (size_t part = 0; part < e->parts; part++) {
        p->part[part] = (engine_range){(uint32_t)(lanes * part / e->parts * SPK_LANES),
                                       (uint32_t)(lanes * (part + 1) / e->parts * SPK_LANES)};
        p->part_slice[part] = p->slice;
    }
    return engine_waiting_build(e, p, err);
}

int engine_population_cut(spk_engine *e, engine_population *p, spk_error *err)
{
    free_parts(p);
    return build_parts(e, p, err);
}

int engine_population_build(spk_engine *e, engine_population *p, spk_error *err)
{
    p->size = p->spec->size;
    if (p->size > UINT32_MAX / 2)
        return spk_fail(err, SPK_LIMIT, "%s: populations.%s: too many units", e->net->name,
                        p->spec->name);
    p->padded = (p->size + SPK_LANES - 1) / SPK_LANES * SPK_LANES;
    find_lengths(e, p);
    p->fired = spk_alloc((size_t)p->history * p->padded, sizeof *p->fired, "spikes", err);
    if (!p->fired) return -1;
    if (p->spec->model->source == SPK_SOURCE_DEVICE) return build_parts(e, p, err);
    if (p->spec->model->source != SPK_NOT_A_SOURCE)
        return engine_source_build(e, p, err) ? -1 : build_parts(e, p, err);
    if (spk_population_is_modulator(p->spec) &&
        !(p->value = spk_alloc(p->history, sizeof *p->value, "a modulator", err)))
        return -1;
    if (build_neurons(e, p, err) || build_input(e, p, err) || build_parts(e, p, err) ||
        engine_gap_build(e, p, err) || engine_teacher_build(e, p, err))
        return -1;
    engine_population_reset(e, p, true, true, true);
    engine_population_thresholds(e, p);
    return 0;
}

void engine_population_free(engine_population *p)
{
    for (size_t k = 0; k < SPK_MAX_STATES; k++) {
        free(p->slice.state[k]);
        free(p->initial[k]);
    }
    for (size_t k = 0; k < SPK_MAX_COEFFICIENTS; k++)
        free(engine_at(p->slice.coefficient[k], 0, 1));
    free(engine_at(p->slice.threshold, 0, 1));
    free(engine_at(p->slice.t_ref, 0, 1));
    free(p->slice.refractory);
    for (size_t r = 0; r < SPK_MAX_RECEPTORS; r++) {
        free(p->ring[r]);
        free(p->late[r]);
    }
    free(p->base_threshold);
    free(p->theta);
    free(p->value);
    free(p->awake);
    free(p->waiter);
    free(p->current);
    engine_gap_free(p->gap);
    engine_teacher_free(p->teacher);
    free(p->fired);
    free_parts(p);
    engine_source_free(p->source);
    engine_record_free(p->record);
}

/* ---- in motion ------------------------------------------------------------------------------- */

static void reset_input(const spk_engine *e, engine_population *p)
{
    size_t receptors = (size_t)p->kernel->receptors;
    for (size_t r = 0; r < receptors; r++) {
        memset(p->ring[r], 0, (size_t)p->slots * p->padded * e->real_bytes);
        if (p->late[r]) memset(p->late[r], 0, p->padded * e->real_bytes);
    }
    memset(p->filled, 0, p->slots * receptors * e->parts);
    memset(p->late_filled, 0, receptors * e->parts);
}

void engine_population_reset(spk_engine *e, engine_population *p, bool membranes, bool synapses,
                             bool spikes)
{
    if (spikes) memset(p->count, 0, p->history * e->parts * sizeof *p->count);
    if (!p->kernel) return;
    if (spikes) reset_input(e, p);
    for (size_t k = 0; k < p->states; k++) {
        if (!(p->spec->model->states[k].synaptic ? synapses : membranes)) continue;
        for (uint32_t i = 0; i < p->padded; i++)
            store(e, p->slice.state[k], i, p->initial[k][i]);
    }
    if (membranes) memset(p->slice.refractory, 0, p->padded * sizeof *p->slice.refractory);
    if (membranes && p->gap)
        memset(engine_gap_slope(p), 0, p->padded * sizeof *engine_gap_slope(p));
}

int engine_population_check(const spk_engine *e, const engine_population *p, spk_error *err)
{
    for (size_t k = 0; k < p->states; k++) {
        for (uint32_t i = 0; i < p->size; i++) {
            const void *at = engine_at(p->slice.state[k], i, e->real_bytes);
            double x = e->net->single ? (double)*(const float *)at : *(const double *)at;
            if (isfinite(x)) continue;
            return spk_fail(err, SPK_NUMERIC,
                            "%s: populations.%s: %s of unit %u diverged in sample %" PRIu64
                            " (a smaller dt_ms or another solver may help)",
                            e->net->name, p->spec->name, p->spec->model->states[k].name, i,
                            e->sample);
        }
    }
    return 0;
}

void engine_population_thresholds(spk_engine *e, engine_population *p)
{
    void *threshold = engine_at(p->slice.threshold, 0, 1);
    if (p->theta)
        e->vector->thresholds(p->padded, p->theta, 1, p->base_threshold, threshold);
    else
        for (uint32_t i = 0; i < p->padded; i++)
            store(e, threshold, i, p->base_threshold[i]);
}

/* Of a slot, receptor and part: its place in `filled`, and in `listed`. */
static size_t row_of(const spk_engine *e, const engine_population *p, uint64_t slot,
                     size_t receptor, size_t part)
{
    return (slot * (size_t)p->kernel->receptors + receptor) * e->parts + part;
}

/* `units`: those for which something comes; NULL: there may be something for all. */
static void *input_row(spk_engine *e, engine_population *p, int receptor, size_t part, uint64_t t,
                       uint32_t delay, const engine_units *units)
{
    if (delay == 0 && p->kernel->before_threshold) {
        p->late_filled[(size_t)receptor * e->parts + part] = 1;
        return p->late[receptor];
    }
    if (delay == 0) return p->slice.state[p->kernel->receptor_state[receptor]];
    const uint64_t slot = spk_ring_slot(t + delay, p->slots);
    const size_t row = row_of(e, p, slot, (size_t)receptor, part);
    uint8_t *filled = &p->filled[row];
    if (units && p->listed && *filled < ENGINE_LISTS)
        p->listed[row * ENGINE_LISTS + (*filled)++] = *units;
    else
        *filled = ENGINE_WHOLE;
    return engine_at(p->ring[receptor], slot * p->padded, e->real_bytes);
}

void *engine_input_row(spk_engine *e, engine_population *p, int receptor, size_t part, uint64_t t,
                       uint32_t delay)
{
    return input_row(e, p, receptor, part, t, delay, NULL);
}

void *engine_input_some(spk_engine *e, engine_population *p, int receptor, size_t part, uint64_t t,
                        uint32_t delay, engine_units units)
{
    return input_row(e, p, receptor, part, t, delay, &units);
}

/* A source's spikes come from its window; each part lists its own. */
static size_t source_fires(const engine_population *p, size_t part, uint64_t offset,
                           uint32_t *spikes)
{
    size_t n, count = 0;
    const uint32_t *unit = engine_source_units(p->source, offset, &n);
    for (size_t i = 0; i < n; i++)
        if (unit[i] >= p->part[part].begin && unit[i] < p->part[part].end)
            spikes[count++] = unit[i];
    return count;
}

/* What arrives in step t, of models that place it before the threshold test. */
static void give_input(spk_engine *e, engine_population *p, size_t part, uint64_t t)
{
    const uint64_t slot = spk_ring_slot(t, p->slots);
    for (size_t r = 0; r < (size_t)p->kernel->receptors; r++)
        p->part_slice[part].input[r] = p->filled[row_of(e, p, slot, r, part)]
                                           ? engine_at(p->ring[r], slot * p->padded, e->real_bytes)
                                           : NULL;
}

/* It has been taken: the rows are clear again. */
static void clear_input(spk_engine *e, engine_population *p, size_t part, uint64_t t)
{
    const uint64_t slot = spk_ring_slot(t, p->slots);
    const engine_range range = p->part[part];
    const size_t bytes = (range.end - range.begin) * e->real_bytes;
    for (size_t r = 0; r < (size_t)p->kernel->receptors; r++) {
        uint8_t *filled = &p->filled[row_of(e, p, slot, r, part)];
        if (!*filled) continue;
        memset(engine_at(p->ring[r], slot * p->padded + range.begin, e->real_bytes), 0, bytes);
        *filled = 0;
    }
}

/* What a spike adds to a unit's theta. */
static double theta_plus(const engine_population *p, double theta)
{
    if (!(p->theta_width > 0)) return p->theta_plus;
    const double factor = p->theta_width / fabs(theta - p->theta_pole); /* at the pole: infinite */
    return p->theta_plus * (factor < p->theta_most ? factor : p->theta_most);
}

static size_t neurons_fire(spk_engine *e, engine_population *p, size_t part, uint64_t t,
                           uint32_t *spikes)
{
    engine_range range = p->part[part];
    size_t n = range.end - range.begin;
    bool adapts = p->theta && e->learning;
    if (adapts)
        e->vector->thresholds(n, p->theta + range.begin, p->theta_factor,
                              p->base_threshold + range.begin,
                              engine_at(p->slice.threshold, range.begin, e->real_bytes));
    spk_neuron_slice *slice = &p->part_slice[part];
    if (p->kernel->before_threshold) give_input(e, p, part, t);
    slice->current = engine_gap_current(e, p, part, engine_population_current(e, p, part, t));
    size_t count = p->step(slice, range.begin, range.end, spikes);
    engine_gap_advanced(e, p, part, count, spikes);
    if (p->waiting) engine_waiting_step(p, part, spikes, count);
    if (p->kernel->before_threshold) clear_input(e, p, part, t);
    if (p->teacher) count = engine_teacher_fires(e, p, part, t, spikes);
    for (size_t i = 0; adapts && i < count; i++)
        p->theta[spikes[i]] += theta_plus(p, p->theta[spikes[i]]);
    return count;
}

void engine_population_advance(spk_engine *e, engine_population *p, size_t part, uint64_t t)
{
    engine_range range = p->part[part];
    uint64_t slot = spk_ring_slot(t, p->history);
    uint32_t *spikes = p->fired + slot * p->padded + range.begin;
    size_t n = 0;
    if (range.begin < range.end && (p->source || p->kernel))
        n = p->source ? source_fires(p, part, t - e->now, spikes)
                      : neurons_fire(e, p, part, t, spikes);
    p->count[slot * e->parts + part] = (uint32_t)n;
    if (p->value && range.begin == 0 && range.end > 0)
        p->value[slot] = e->net->single ? (double)*(const float *)p->slice.state[0]
                                        : *(const double *)p->slice.state[0];
}

/* One receptor's row goes into the state: all of it, or where that is less work what is listed. */
static void settle(const spk_engine *e, engine_population *p, size_t row, size_t units, void *state,
                   void *arrived)
{
    const size_t few = units * e->real_bytes / 64; /* looked at one by one; else a vector at once */
    const engine_units *list = p->listed ? p->listed + row * ENGINE_LISTS : NULL;
    size_t lists = p->filled[row], n = 0;
    p->filled[row] = 0;
    for (size_t k = 0; lists != ENGINE_WHOLE && k < lists; k++)
        n += list[k].n;
    if (lists == ENGINE_WHOLE || n > few) {
        e->vector->settle(units, state, arrived);
        return;
    }
    for (size_t k = 0; k < lists; k++)
        e->vector->settle_some(list[k].n, list[k].unit, state, arrived);
}

/* What was sent with delay 0 to a model that places input before the threshold test. */
static void settle_late(const spk_engine *e, engine_population *p, size_t receptor, size_t part,
                        size_t units, void *state)
{
    uint8_t *filled = &p->late_filled[receptor * e->parts + part];
    const size_t begin = p->part[part].begin;
    void *late = engine_at(p->late[receptor], begin, e->real_bytes);
    if (!*filled) return;
    if (p->spec->model->states[p->kernel->receptor_state[receptor]].synaptic)
        e->vector->settle(units, state, late);
    else
        e->vector->settle_awake(units, state, late, p->slice.refractory + begin);
    *filled = 0;
}

void engine_population_settle(spk_engine *e, engine_population *p, size_t part, uint64_t t)
{
    if (!p->kernel) return;
    const size_t begin = p->part[part].begin, n = p->part[part].end - begin, bytes = e->real_bytes;
    const bool late = p->kernel->before_threshold;
    const uint64_t slot = spk_ring_slot(t, p->slots);
    for (size_t r = 0; r < (size_t)p->kernel->receptors; r++) {
        const int k = p->kernel->receptor_state[r];
        void *state = engine_at(p->slice.state[k], begin, bytes);
        if (late)
            settle_late(e, p, r, part, n, state);
        else if (p->filled[row_of(e, p, slot, r, part)])
            settle(e, p, row_of(e, p, slot, r, part), n, state,
                   engine_at(p->ring[r], slot * p->padded + begin, bytes));
    }
}

engine_fired engine_population_fired(const spk_engine *e, const engine_population *p, uint64_t t,
                                     uint32_t back)
{
    uint64_t slot = spk_ring_slot(t + p->history - back, p->history);
    return (engine_fired){p->fired + slot * p->padded, p->count + slot * e->parts, p->part,
                          e->parts};
}

size_t engine_part_of(const engine_population *p, size_t parts, uint32_t unit)
{
    size_t low = 0, high = parts;
    while (low + 1 < high) {
        const size_t middle = (low + high) / 2;
        if (p->part[middle].begin <= unit)
            low = middle;
        else
            high = middle;
    }
    while (unit >= p->part[low].end) /* parts may be empty */
        low++;
    return low;
}

const uint32_t *engine_fired_list(const engine_fired *fired, uint32_t *scratch, size_t *n)
{
    *n = fired->count[0];
    if (fired->parts == 1) return fired->unit;
    *n = 0;
    for (size_t part = 0; part < fired->parts; part++) {
        memcpy(scratch + *n, fired->unit + fired->part[part].begin,
               fired->count[part] * sizeof *scratch);
        *n += fired->count[part];
    }
    return scratch;
}
