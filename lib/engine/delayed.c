/* delayed.c: a plastic projection, all to all, with an axonal delay of its own for each synapse.
 *
 * Delivery. For each part and source, the synapses lie in order of their delay (then of their
 * target), so that those at which a spike arrives together are one run: weights are contiguous,
 * targets a list of 16-bit numbers. A step walks the delays, longest first, and for each the
 * sources that fired so long ago.
 *
 * Learning at arrivals concerns few synapses: those whose target has fired lately, so that its
 * trace is not 0. For each such target a ring of bit sets, one a step, says at which sources'
 * synapses a spike arrives then. Bits are set when a source fires, and for what is on its way when
 * a target fires.
 *
 * Learning at postsynaptic spikes: `place` says where each source's weight onto the target lies;
 * the presynaptic trace at the synapse is the source's trace `delay` steps ago, so the traces of
 * that many steps are kept. */
#include "base/memory.h"
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

    uint64_t *due;    /* [target][slot][words]: bits of the sources whose spikes arrive */
    uint32_t *active; /* targets whose trace is not 0, in no order */
    size_t actives;
    bool *is_active; /* [target] */

    const void **ago; /* scratch: [max delay + 1] traces so many steps ago */
} delayed_part;

enum { RUNS = 128 }; /* handed to the kernel at a time */

typedef struct delayed {
    size_t bytes, parts, sources;
    size_t delays;       /* how many different ones there can be */
    size_t slots, words; /* of a target's ring of bit sets */
    uint32_t least, most;
    delayed_part *part; /* other ranks' are empty */
    engine_traces traces;
} delayed;

/* ---- building -------------------------------------------------------------------------------- */

static int build_part(const spk_engine *e, const engine_projection *p, delayed *d, size_t part,
                      spk_error *err)
{
    static const char what[] = "weights";
    delayed_part *own = &d->part[part];
    const engine_range units = engine_part_units(p->target, part);
    own->n = units.end - units.begin;
    if (d->most >= UINT16_MAX)
        return spk_fail(err, SPK_LIMIT, "%s: projections.%s: drawn delays are limited to %d steps",
                        e->net->name, p->spec->name, UINT16_MAX - 1);
    own->stride = (own->n + SPK_LANES - 1) / SPK_LANES * SPK_LANES;
    size_t sources = d->sources;
    own->weight = spk_alloc(sources * own->stride, d->bytes, what, err);
    own->target = spk_alloc(sources * own->stride, sizeof *own->target, what, err);
    own->start = spk_alloc(sources * (d->delays + 1), sizeof *own->start, what, err);
    own->place = spk_alloc(own->n * sources, sizeof *own->place, what, err);
    own->delay = spk_alloc(own->n * sources, sizeof *own->delay, what, err);
    own->due = spk_alloc(own->n * d->slots * d->words, sizeof *own->due, what, err);
    own->active = spk_alloc(own->n, sizeof *own->active, what, err);
    own->is_active = spk_alloc(own->n, sizeof *own->is_active, what, err);
    own->ago = spk_alloc((size_t)d->most + 1, sizeof *own->ago, what, err);
    bool built = own->weight && own->target && own->start && own->place && own->delay && own->due &&
                 own->active && own->is_active && own->ago;
    return built ? 0 : -1;
}

static int build(spk_engine *e, engine_projection *p, spk_error *err)
{
    delayed *d = p->data = spk_alloc(1, sizeof *d, "a projection", err);
    if (!d) return -1;
    d->least = p->spec->min_delay;
    d->most = p->spec->max_delay;
    d->delays = d->most - d->least + 1;
    d->sources = p->source->size;
    d->slots = (size_t)d->most + 1;
    d->words = (d->sources + 63) / 64;
    d->bytes = p->numbers == SPK_DOUBLE ? sizeof(double) : sizeof(float);
    d->part = spk_alloc(e->parts, sizeof *d->part, "a projection", err);
    if (!d->part) return -1;
    d->parts = e->parts;
    for (size_t part = e->first; part < e->last; part++)
        if (build_part(e, p, d, part, err)) return -1;
    return engine_traces_build(e, p, d->most + 2, &d->traces, err);
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
        free(d->part[i].due);
        free(d->part[i].active);
        free(d->part[i].is_active);
        free(d->part[i].ago);
    }
    engine_traces_free(&d->traces);
    free(d->part);
    free(d);
}

/* Sort one source's synapses by delay: counting sort, stable, so targets ascend in each run. */
static void set_delays(spk_engine *e, engine_projection *p, uint32_t source, const uint32_t *delay)
{
    delayed *d = p->data;
    for (size_t part = e->first; part < e->last; part++) {
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

/* ---- arrivals -------------------------------------------------------------------------------- */

/* The sources that fired `back` steps before t. */
static const uint32_t *sources_of(const spk_engine *e, const engine_projection *p, size_t part,
                                  uint64_t t, uint32_t back, size_t *n)
{
    const delayed *d = p->data;
    engine_fired fired = engine_population_fired(e, p->source, t, back);
    return engine_fired_list(&fired, d->traces.part[part].source, n);
}

static void deliver(spk_engine *e, engine_projection *p, size_t part, uint64_t t)
{
    delayed *d = p->data;
    delayed_part *own = &d->part[part];
    void *input = engine_at(engine_input_row(e, p->target, 0, part, t, 0),
                            p->target->part[part].begin, e->real_bytes);
    spk_run run[RUNS];
    size_t runs = 0;
    for (size_t k = d->delays; k-- > 0;) {
        size_t n;
        const uint32_t *source = sources_of(e, p, part, t, d->least + (uint32_t)k, &n);
        for (size_t i = 0; i < n; i++) {
            const uint16_t *start = own->start + source[i] * (d->delays + 1) + k;
            size_t at = source[i] * own->stride + start[0];
            run[runs++] = (spk_run){(size_t)(start[1] - start[0]), own->target + at,
                                    engine_at(own->weight, at, d->bytes)};
            if (runs < RUNS) continue;
            e->plasticity->deliver_runs[p->numbers](runs, run, input);
            runs = 0;
        }
    }
    e->plasticity->deliver_runs[p->numbers](runs, run, input);
}

static uint64_t *due_set(const delayed *d, const delayed_part *own, size_t j, uint64_t step)
{
    return own->due + (j * d->slots + step % d->slots) * d->words;
}

static void set_due(const delayed *d, const delayed_part *own, size_t j, size_t source,
                    uint64_t step)
{
    due_set(d, own, j, step)[source / 64] |= UINT64_C(1) << source % 64;
}

/* Target j is active from step t on: what is on its way and arrives in step t or later. `back` of
 * the spikes of step t - 1 is 1. */
static void activate(const spk_engine *e, const engine_projection *p, size_t part, size_t j,
                     uint64_t t)
{
    delayed *d = p->data;
    delayed_part *own = &d->part[part];
    const uint16_t *delay = own->delay + j * d->sources;
    if (own->is_active[j]) return;
    own->is_active[j] = true;
    own->active[own->actives++] = (uint32_t)j;
    memset(due_set(d, own, j, 0), 0, d->slots * d->words * sizeof *own->due);
    for (uint32_t back = 1; back <= d->most; back++) {
        size_t n;
        const uint32_t *source = sources_of(e, p, part, t, back, &n);
        for (size_t i = 0; i < n; i++)
            if (delay[source[i]] >= back)
                set_due(d, own, j, source[i], t + delay[source[i]] - back);
    }
}

/* Targets whose trace has decayed to 0 need no learning at arrivals. */
static void drop_inactive(const spk_engine *e, const engine_projection *p, size_t part)
{
    delayed *d = p->data;
    delayed_part *own = &d->part[part];
    uint32_t begin = p->target->part[part].begin;
    for (size_t k = 0; k < own->actives;) {
        uint32_t j = own->active[k];
        if (engine_traces_post(e, &d->traces, begin + j) > 0) {
            k++;
            continue;
        }
        own->is_active[j] = false;
        own->active[k] = own->active[--own->actives];
    }
}

/* The weights at which a spike arrives at target j in this step, to the scratch. */
static size_t take_due(const spk_engine *e, const delayed *d, size_t part, size_t j, uint64_t t,
                       double trace)
{
    const delayed_part *own = &d->part[part];
    engine_part_traces *to = &d->traces.part[part];
    const uint16_t *place = own->place + j * d->sources;
    uint64_t *due = due_set(d, own, j, t);
    size_t n = 0;
    for (size_t word = 0; word < d->words; word++) {
        for (uint64_t bits = due[word]; bits; bits &= bits - 1) {
            size_t source = 64 * word + (size_t)__builtin_ctzll(bits);
            to->weight_at[n] =
                engine_at(own->weight, source * own->stride + place[source], d->bytes);
            if (e->net->single)
                ((float *)to->at)[n++] = (float)trace;
            else
                ((double *)to->at)[n++] = trace;
        }
        due[word] = 0;
    }
    return n;
}

static void learn_arrivals(spk_engine *e, engine_projection *p, size_t part, uint64_t t)
{
    delayed *d = p->data;
    delayed_part *own = &d->part[part];
    const engine_part_traces *scratch = &d->traces.part[part];
    uint32_t begin = p->target->part[part].begin;
    size_t sources;
    const uint32_t *source = sources_of(e, p, part, t, 0, &sources);
    for (size_t k = 0; k < own->actives; k++) {
        size_t j = own->active[k];
        const uint16_t *delay = own->delay + j * d->sources;
        for (size_t i = 0; i < sources; i++)
            set_due(d, own, j, source[i], t + delay[source[i]]);
        double post = engine_traces_post(e, &d->traces, begin + (uint32_t)j);
        size_t n = take_due(e, d, part, j, t, post);
        p->learn->pre[p->numbers](&p->rule, n, scratch->weight_at, scratch->at);
    }
}

/* ---- postsynaptic spikes --------------------------------------------------------------------- */

/* The presynaptic traces at the synapses of local target j, where there is something to do;
 * returns how many. */
static size_t traces_at(const spk_engine *e, const engine_projection *p, const delayed *d,
                        const delayed_part *own, size_t j, engine_part_traces *out)
{
    const uint16_t *delay = own->delay + j * d->sources;
    bool all = !p->rule.post_needs_x;
    size_t n = 0;
    for (size_t i = 0; i < d->sources; i++) {
        const void *row = own->ago[delay[i]];
        out->source[n] = (uint32_t)i;
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
        size_t j = unit[i] - range.begin;
        p->changed[unit[i]] = true;
        const uint16_t *place = own->place + j * d->sources;
        size_t n = traces_at(e, p, d, own, j, scratch);
        weights->collect(n, scratch->source, place, own->weight, own->stride, scratch->weight);
        p->learn->post[!e->net->single](&p->rule, n, scratch->weight, scratch->at,
                                        engine_traces_slow(e, &d->traces, unit[i]));
        weights->put_back(n, scratch->source, place, own->weight, own->stride, scratch->weight);
    }
}

/* ---- a step ---------------------------------------------------------------------------------- */

static void step(spk_engine *e, engine_projection *p, size_t part, uint64_t t)
{
    delayed *d = p->data;
    if (d->part[part].n == 0) return;
    deliver(e, p, part, t);
    if (!e->learning) return;
    engine_fired after = engine_population_fired(e, p->target, t, 0);
    engine_traces_decay(e, p, &d->traces, part);
    engine_traces_pre(e, p, &d->traces, part, t, engine_population_fired(e, p->source, t, 0));
    if (p->rule.pre_changes) {
        drop_inactive(e, p, part);
        learn_arrivals(e, p, part, t);
    }
    postsynaptic(e, p, part, t, after);
    engine_traces_mark(e, p, &d->traces, part, after);
    const uint32_t *unit = after.unit + after.part[part].begin;
    for (uint32_t i = 0; p->rule.pre_changes && i < after.count[part]; i++)
        activate(e, p, part, unit[i] - after.part[part].begin, t + 1);
}

/* From traces and spikes that came from elsewhere, what is active and due. */
static void refresh(spk_engine *e, engine_projection *p)
{
    delayed *d = p->data;
    engine_traces_find_awake(e, p, &d->traces);
    for (size_t part = e->first; part < e->last; part++) {
        delayed_part *own = &d->part[part];
        for (size_t k = 0; k < own->actives; k++)
            own->is_active[own->active[k]] = false;
        own->actives = 0;
        for (size_t j = 0; p->rule.pre_changes && j < own->n; j++)
            if (engine_traces_post(e, &d->traces, p->target->part[part].begin + (uint32_t)j) > 0)
                activate(e, p, part, j, e->now);
    }
}

/* ---- normalisation, and weights in and out --------------------------------------------------- */

/* Targets whose weights did not change have their sums already. */
static void normalize(spk_engine *e, engine_projection *p, size_t part)
{
    delayed *d = p->data;
    delayed_part *own = &d->part[part];
    engine_part_traces *scratch = &d->traces.part[part];
    uint32_t begin = p->target->part[part].begin;
    const engine_weight_functions *weights = &e->functions->weight[p->numbers];
    for (size_t i = 0; i < d->sources; i++)
        scratch->source[i] = (uint32_t)i;
    for (uint32_t j = 0; j < own->n; j++) {
        const uint16_t *place = own->place + j * d->sources;
        if (!p->changed[begin + j]) continue;
        weights->collect(d->sources, scratch->source, place, own->weight, own->stride,
                         scratch->weight);
        double sum = e->vector->sum(d->sources, scratch->weight);
        e->vector->scale(d->sources, scratch->weight, engine_projection_factor(p, begin + j, sum));
        weights->put_back(d->sources, scratch->source, place, own->weight, own->stride,
                          scratch->weight);
        engine_projection_normalized(e, p, begin + j);
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
    }
    memset(p->changed, true, p->target->size);
}

static engine_traces *traces(const engine_projection *p)
{
    return &((delayed *)p->data)->traces;
}

const engine_storage engine_delayed = {.build = build,
                                       .free = free_data,
                                       .step = step,
                                       .refresh = refresh,
                                       .set_delays = set_delays,
                                       .normalize = normalize,
                                       .get_row = get_row,
                                       .set_row = set_row,
                                       .traces = traces};
