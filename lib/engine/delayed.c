/* delayed.c: a plastic projection, all to all, with an axonal delay of its own for each synapse.
 *
 * For each part and source, the synapses lie in order of their delay (then of their target), so
 * that those at which a spike arrives together are one run: weights are contiguous, targets a list
 * of 16-bit numbers. A step walks the delays, longest first, and for each the sources that fired so
 * long ago. For a postsynaptic spike, `place` says where each source's weight onto that target
 * lies; the presynaptic trace at the synapse is the source's trace `delay` steps ago, so the
 * traces of that many steps are kept.
 *
 * Most arriving spikes only deliver; those that change a weight are foreseen in a calendar (due.h).
 * Normalisation, likewise, looks only at targets that were awake since the last time: the others'
 * weights have the sum already. */
#include "base/memory.h"
#include "engine/due.h"
#include "engine/internal.h"

#include <stdlib.h>
#include <string.h>

typedef struct delayed_part {
    size_t n, stride; /* targets; elements from row to row */
    void *weight;     /* [source][stride] by (delay, target) */
    uint16_t *target; /* [source][stride] counted from the part's begin */
    uint16_t *start;  /* [source][delays + 1] where the run of each delay begins */
    uint16_t *place;  /* [target][source] place in the source's row */
    uint16_t *delay;  /* [target][source] */
    const void **ago; /* [max delay + 1] scratch: traces so many steps ago */
    uint8_t *stray;   /* [target] enum stray */
    engine_due due;
} delayed_part;

/* Are all of a target's weights inside the rule's bounds? */
enum stray { INSIDE, OUTSIDE, UNKNOWN };

/* The calendar pays while fewer than one target in so many is awake (measured at N = 400, 1600). */
enum { AWAKE_SHARE = 16, AWAKE_LEAST = 8 };

typedef struct delayed {
    size_t bytes, delays, parts, sources; /* delays: how many different ones there can be */
    uint32_t least, most;
    delayed_part *part;
    engine_traces traces;
} delayed;

/* ---- building -------------------------------------------------------------------------------- */

static int build_part(const spk_engine *e, const engine_projection *p, delayed *d, size_t part,
                      spk_error *err)
{
    static const char what[] = "weights";
    delayed_part *own = &d->part[part];
    engine_range range = p->target->part[part];
    uint32_t end = range.end < p->target->size ? range.end : p->target->size;
    own->n = end > range.begin ? end - range.begin : 0;
    if (own->n >= UINT16_MAX || d->most >= UINT16_MAX)
        return spk_fail(err, SPK_LIMIT,
                        "%s: projections.%s: drawn delays are limited to %d targets a thread and "
                        "%d steps",
                        e->net->name, p->spec->name, UINT16_MAX - 1, UINT16_MAX - 1);
    own->stride = (own->n + SPK_LANES - 1) / SPK_LANES * SPK_LANES;
    size_t sources = d->sources;
    own->weight = spk_alloc(sources * own->stride, d->bytes, what, err);
    own->target = spk_alloc(sources * own->stride, sizeof *own->target, what, err);
    own->start = spk_alloc(sources * (d->delays + 1), sizeof *own->start, what, err);
    own->place = spk_alloc(own->n * sources, sizeof *own->place, what, err);
    own->delay = spk_alloc(own->n * sources, sizeof *own->delay, what, err);
    own->ago = spk_alloc((size_t)d->most + 1, sizeof *own->ago, what, err);
    own->stray = spk_alloc(own->n, sizeof *own->stray, what, err);
    if (!own->weight || !own->target || !own->start || !own->place || !own->delay || !own->ago ||
        !own->stray)
        return -1;
    return engine_due_build(&own->due, d->most + 1, own->n, own->n / AWAKE_SHARE + AWAKE_LEAST,
                            err);
}

static int build(spk_engine *e, engine_projection *p, spk_error *err)
{
    delayed *d = p->data = spk_alloc(1, sizeof *d, "a projection", err);
    if (!d) return -1;
    d->least = p->spec->min_delay;
    d->most = p->spec->max_delay;
    d->delays = d->most - d->least + 1;
    d->sources = p->source->size;
    d->bytes = p->numbers == SPK_DOUBLE ? sizeof(double) : sizeof(float);
    d->part = spk_alloc(e->parts, sizeof *d->part, "a projection", err);
    if (!d->part) return -1;
    d->parts = e->parts;
    for (size_t part = 0; part < e->parts; part++)
        if (build_part(e, p, d, part, err)) return -1;
    return engine_traces_build(e, p, d->most + 2, DUE_ROOM, &d->traces, err);
}

static void free_data(engine_projection *p)
{
    delayed *d = p->data;
    if (!d) return;
    for (size_t i = 0; i < d->parts; i++) {
        free(d->part[i].weight);
        free(d->part[i].target);
        free(d->part[i].start);
        free(d->part[i].place);
        free(d->part[i].delay);
        free(d->part[i].ago);
        free(d->part[i].stray);
        engine_due_free(&d->part[i].due);
    }
    engine_traces_free(&d->traces);
    free(d->part);
    free(d);
}

/* Sort one source's synapses by delay: counting sort, stable, so targets ascend in each run. */
static void set_delays(spk_engine *e, engine_projection *p, uint32_t source, const uint32_t *delay)
{
    delayed *d = p->data;
    for (size_t part = 0; part < e->parts; part++) {
        delayed_part *own = &d->part[part];
        const uint32_t *from = delay + p->target->part[part].begin;
        uint16_t *start = own->start + source * (d->delays + 1);
        uint16_t *target = own->target + source * own->stride;
        memset(start, 0, (d->delays + 1) * sizeof *start);
        for (size_t j = 0; j < own->n; j++)
            start[from[j] - d->least + 1]++;
        for (size_t k = 1; k <= d->delays; k++)
            start[k] = (uint16_t)(start[k] + start[k - 1]);
        for (size_t j = 0; j < own->n; j++) {
            uint16_t place = start[from[j] - d->least]++;
            target[place] = (uint16_t)j;
            own->place[j * d->sources + source] = place;
            own->delay[j * d->sources + source] = (uint16_t)from[j];
        }
        for (size_t k = d->delays; k > 0; k--)
            start[k] = start[k - 1];
        start[0] = 0;
    }
}

/* ---- a step ---------------------------------------------------------------------------------- */

/* The arriving spikes of step t, run by run. */
static void walk(spk_engine *e, engine_projection *p, size_t part, uint64_t t, spk_rule_run *act)
{
    delayed *d = p->data;
    delayed_part *own = &d->part[part];
    uint32_t begin = p->target->part[part].begin;
    void *input = engine_at(engine_input_row(e, p->target, 0, part, t, 0), begin, e->real_bytes);
    void *post = engine_at(d->traces.post, begin, e->real_bytes);
    for (size_t k = d->delays; k-- > 0;) {
        engine_fired fired = engine_population_fired(e, p->source, t, d->least + (uint32_t)k);
        for (size_t s = 0; s < fired.parts; s++)
            for (uint32_t i = 0; i < fired.count[s]; i++) {
                size_t source = fired.unit[fired.part[s].begin + i];
                const uint16_t *start = own->start + source * (d->delays + 1) + k;
                size_t at = source * own->stride + start[0];
                act(&p->rule, (size_t)(start[1] - start[0]), own->target + at, input, post,
                    engine_at(own->weight, at, d->bytes));
            }
    }
}

static bool positive(const spk_engine *e, const void *trace, size_t i)
{
    return e->net->single ? ((const float *)trace)[i] > 0 : ((const double *)trace)[i] > 0;
}

/* Where source i's weight onto local target j lies. */
static size_t place_of(const delayed *d, const delayed_part *own, size_t i, size_t j)
{
    return i * own->stride + own->place[j * d->sources + i];
}

/* Enter the spikes on their way to local target j at the end of the steps up to t - youngest that
 * arrive in step `from` or later. */
static void enter_travelling(const spk_engine *e, const engine_projection *p, delayed *d,
                             delayed_part *own, uint32_t j, uint64_t t, uint32_t youngest,
                             uint64_t from)
{
    const uint16_t *delay = own->delay + (size_t)j * d->sources;
    for (uint32_t ago = youngest; ago <= d->most; ago++) {
        engine_fired fired = engine_population_fired(e, p->source, t, ago);
        for (size_t s = 0; s < fired.parts; s++)
            for (uint32_t i = 0; i < fired.count[s]; i++) {
                uint32_t source = fired.unit[fired.part[s].begin + i];
                if (t + delay[source] >= from + ago)
                    engine_due_enter(&own->due, t + delay[source] - ago, source, j);
            }
    }
}

static bool strays(const spk_engine *e, const engine_projection *p, const delayed *d,
                   delayed_part *own, size_t j, size_t *place)
{
    for (size_t i = 0; own->stray[j] != INSIDE && i < d->sources; i++)
        place[i] = place_of(d, own, i, j);
    if (own->stray[j] == UNKNOWN)
        own->stray[j] = e->functions->weight[p->numbers].strays(d->sources, place, own->weight,
                                                                p->rule.w_min, p->rule.w_max)
                            ? OUTSIDE
                            : INSIDE;
    return own->stray[j] == OUTSIDE;
}

/* At a window's first step: who is awake, and what is on its way to them. */
static void open_calendar(spk_engine *e, engine_projection *p, size_t part, uint64_t t)
{
    delayed *d = p->data;
    delayed_part *own = &d->part[part];
    uint32_t begin = p->target->part[part].begin;
    const void *post = engine_at(d->traces.post, begin, e->real_bytes);
    engine_due_clear(&own->due);
    for (uint32_t j = 0; j < own->n; j++) {
        if (!positive(e, post, j) && !strays(e, p, d, own, j, d->traces.part[part].place)) continue;
        p->changed[begin + j] = true;
        if (engine_due_wake(&own->due, j)) enter_travelling(e, p, d, own, j, t, 1, t);
    }
}

/* The spikes that set out in step t, to those who are awake. */
static void enter_new(engine_projection *p, delayed *d, delayed_part *own, uint64_t t,
                      engine_fired fired)
{
    (void)p;
    for (size_t a = 0; a < own->due.awakes; a++) {
        uint32_t j = own->due.awake[a];
        const uint16_t *delay = own->delay + (size_t)j * d->sources;
        for (size_t s = 0; s < fired.parts; s++)
            for (uint32_t i = 0; i < fired.count[s]; i++) {
                uint32_t source = fired.unit[fired.part[s].begin + i];
                engine_due_enter(&own->due, t + delay[source], source, j);
            }
    }
}

/* The changes that are due in step t; the page is then empty. */
static void change_due(spk_engine *e, engine_projection *p, size_t part, uint64_t t)
{
    delayed *d = p->data;
    delayed_part *own = &d->part[part];
    engine_part_traces *scratch = &d->traces.part[part];
    const engine_weight_functions *weights = &e->functions->weight[p->numbers];
    const void *post = engine_at(d->traces.post, p->target->part[part].begin, e->real_bytes);
    size_t page = t % own->due.pages, n = own->due.count[page];
    const uint32_t *source = own->due.source + page * DUE_ROOM;
    const uint32_t *target = own->due.target + page * DUE_ROOM;
    own->due.count[page] = 0;
    if (n == 0) return;
    for (size_t k = 0; k < n; k++) {
        scratch->place[k] = place_of(d, own, source[k], target[k]);
        if (e->net->single)
            ((float *)scratch->at)[k] = ((const float *)post)[target[k]];
        else
            ((double *)scratch->at)[k] = ((const double *)post)[target[k]];
    }
    weights->collect(n, scratch->place, own->weight, scratch->weight);
    p->learn->pre[!e->net->single](&p->rule, n, scratch->weight, scratch->at);
    weights->put_back(n, scratch->place, own->weight, scratch->weight);
}

/* Deliver what arrives in step t, and let it change weights. No synapse is met twice in a step, so
 * the order of deliveries and changes does not matter. */
static void arrivals(spk_engine *e, engine_projection *p, size_t part, uint64_t t)
{
    delayed *d = p->data;
    delayed_part *own = &d->part[part];
    spk_rule_run *deliver = e->plasticity->deliver_run[p->numbers];
    if (!e->learning || !p->rule.pre_changes) {
        walk(e, p, part, t, deliver);
        return;
    }
    if (t == e->now) open_calendar(e, p, part, t);
    if (!own->due.full) enter_new(p, d, own, t, engine_population_fired(e, p->source, t, 0));
    walk(e, p, part, t, own->due.full ? p->learn->run[p->numbers] : deliver);
    if (!own->due.full) change_due(e, p, part, t);
}

/* The presynaptic traces at the synapses of local target j, where there is something to do, and
 * where these lie; returns how many. */
static size_t traces_at(const spk_engine *e, const engine_projection *p, const delayed *d,
                        const delayed_part *own, size_t j, engine_part_traces *out)
{
    const uint16_t *delay = own->delay + j * d->sources;
    bool all = !p->rule.post_needs_x;
    size_t n = 0;
    for (size_t i = 0; i < d->sources; i++) {
        const void *row = own->ago[delay[i]];
        out->place[n] = place_of(d, own, i, j);
        if (e->net->single) {
            float x = ((const float *)row)[i];
            ((float *)out->at)[n] = x;
            n += all || x > 0;
        } else {
            double x = ((const double *)row)[i];
            ((double *)out->at)[n] = x;
            n += all || x > 0;
        }
    }
    return n;
}

static void postsynaptic(spk_engine *e, engine_projection *p, size_t part, uint64_t t,
                         engine_fired fired)
{
    delayed *d = p->data;
    delayed_part *own = &d->part[part];
    engine_part_traces *scratch = &d->traces.part[part];
    engine_range range = fired.part[part];
    const engine_weight_functions *weights = &e->functions->weight[p->numbers];
    const uint32_t *unit = fired.unit + range.begin;
    if (fired.count[part] == 0) return;
    for (uint32_t k = d->least; k <= d->most; k++)
        own->ago[k] = engine_traces_row(e, p, &d->traces, part, t + d->traces.rows - k);
    for (uint32_t i = 0; i < fired.count[part]; i++) {
        uint32_t j = unit[i] - range.begin;
        size_t n = traces_at(e, p, d, own, j, scratch);
        p->changed[unit[i]] = true;
        weights->collect(n, scratch->place, own->weight, scratch->weight);
        p->learn->post[!e->net->single](&p->rule, n, scratch->weight, scratch->at,
                                        engine_traces_slow(e, &d->traces, unit[i]));
        weights->put_back(n, scratch->place, own->weight, scratch->weight);
        if (p->rule.pre_changes && engine_due_wake(&own->due, j))
            enter_travelling(e, p, d, own, j, t, 0, t + 1);
    }
}

static void step(spk_engine *e, engine_projection *p, size_t part, uint64_t t)
{
    delayed *d = p->data;
    if (d->part[part].n == 0) return;
    if (!e->learning) {
        arrivals(e, p, part, t);
        return;
    }
    engine_fired after = engine_population_fired(e, p->target, t, 0);
    engine_traces_decay(e, p, &d->traces, part);
    engine_traces_pre(e, p, &d->traces, part, t, engine_population_fired(e, p->source, t, 0));
    arrivals(e, p, part, t);
    postsynaptic(e, p, part, t, after);
    engine_traces_mark(e, p, &d->traces, part, after);
}

/* ---- normalisation, and weights in and out --------------------------------------------------- */

/* Each target's weights are added and scaled in the order of the sources. */
static void normalize(spk_engine *e, engine_projection *p, size_t part)
{
    delayed *d = p->data;
    delayed_part *own = &d->part[part];
    uint32_t begin = p->target->part[part].begin;
    const engine_weight_functions *weights = &e->functions->weight[p->numbers];
    size_t *place = d->traces.part[part].place;
    for (size_t j = 0; j < own->n; j++) {
        if (!p->changed[begin + j]) continue;
        for (size_t i = 0; i < d->sources; i++)
            place[i] = place_of(d, own, i, j);
        double sum = weights->sum_at(d->sources, place, own->weight);
        if (sum > 0)
            weights->scale_at(d->sources, place, own->weight, p->spec->normalize_sum / sum);
        own->stray[j] = UNKNOWN;
        p->changed[begin + j] = false;
    }
}

static void get_row(const engine_projection *p, uint32_t source, void *weight)
{
    const delayed *d = p->data;
    for (size_t part = 0; part < d->parts; part++) {
        const delayed_part *own = &d->part[part];
        size_t begin = p->target->part[part].begin, row = source * own->stride;
        for (size_t k = 0; k < own->n; k++)
            memcpy(engine_at(weight, begin + own->target[row + k], d->bytes),
                   engine_at(own->weight, row + k, d->bytes), d->bytes);
    }
}

static void set_row(engine_projection *p, uint32_t source, const void *weight)
{
    const delayed *d = p->data;
    for (size_t part = 0; part < d->parts; part++) {
        const delayed_part *own = &d->part[part];
        size_t begin = p->target->part[part].begin, row = source * own->stride;
        for (size_t k = 0; k < own->n; k++)
            memcpy(engine_at(own->weight, row + k, d->bytes),
                   engine_at(weight, begin + own->target[row + k], d->bytes), d->bytes);
        memset(own->stray, UNKNOWN, own->n);
        memset(p->changed + begin, true, own->n);
    }
}

static engine_traces *traces(const engine_projection *p)
{
    return &((delayed *)p->data)->traces;
}

const engine_storage engine_delayed = {.name = "delayed",
                                       .build = build,
                                       .free = free_data,
                                       .step = step,
                                       .set_delays = set_delays,
                                       .normalize = normalize,
                                       .get_row = get_row,
                                       .set_row = set_row,
                                       .traces = traces};
