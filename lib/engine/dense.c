/* dense.c: a plastic projection, all to all, with one delay: a matrix [source][target].
 *
 * Rows are padded to 64 bytes; a presynaptic spike is one contiguous piece of its row for each
 * part, delivered and changed in one pass over it. A postsynaptic spike is a column: collected,
 * changed, put back.
 *
 * When spikes act ("timing" and "delay_kind"; d is the delay):
 *                         presynaptic, and delivery        postsynaptic
 *   synapse, axonal       emission + d, delivered at once  emission
 *   synapse, dendritic    emission, delivered after d      emission + d
 *   emission              emission, delivered after d      emission
 * Of the same step, the presynaptic acts first, but not with "emission": there both traces are
 * marked first, then postsynaptic and presynaptic spikes act, so that what is sent is the weight
 * after all of the step's changes. */
#include "base/memory.h"
#include "engine/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Presynaptic spikes look at single weights while fewer than one target in so many has a trace. */
enum { AWAKE_SHARE = 8 };
/* Sources whose rows, each on a page of its own, are worked on together. */
enum { PIECE = 64 };

typedef struct dense {
    void *weight; /* [source][stride] onto targets from `begin` on: those of this rank */
    size_t begin, stride, bytes;
    uint32_t pre_back, post_back, deliver_after; /* steps */
    engine_traces traces;
} dense;

static int build(spk_engine *e, engine_projection *p, spk_error *err)
{
    dense *d = p->data = spk_alloc(1, sizeof *d, "a projection", err);
    if (!d) return -1;
    uint32_t delay = p->spec->min_delay;
    bool arrival = spk_projection_at_arrival(p->spec);
    d->pre_back = arrival ? delay : 0;
    d->deliver_after = arrival ? 0 : delay;
    d->post_back = engine_projection_target_history(p->spec);
    d->begin = p->target->part[e->first].begin;
    d->stride = p->target->part[e->last - 1].end - d->begin;
    d->bytes = p->numbers == SPK_DOUBLE ? sizeof(double) : sizeof(float);
    d->weight = spk_alloc(p->source->size, d->stride * d->bytes, "weights", err);
    return d->weight ? engine_traces_build(e, p, 1, &d->traces, err) : -1;
}

static void free_data(engine_projection *p)
{
    dense *d = p->data;
    if (!d) return;
    engine_traces_free(&d->traces);
    free(d->weight);
    free(d);
}

static void *weight_at(const dense *d, size_t source, size_t target)
{
    return engine_at(d->weight, source * d->stride + target - d->begin, d->bytes);
}

/* ---- a step ---------------------------------------------------------------------------------- */

/* What presynaptic spikes change where few targets have a trace: at those targets, in each of the
 * rows. The same as the rule's row kernel, which looks at all of them. */
static void learn_few(spk_engine *e, engine_projection *p, size_t part, size_t rows)
{
    dense *d = p->data;
    engine_part_traces *own = &d->traces.part[part];
    uint32_t begin = p->target->part[part].begin;
    spk_rule_pre *change = p->learn->pre[p->numbers];
    size_t n = 0;
    for (size_t k = 0; k < own->awakes; k++) {
        uint32_t j = own->awake[k];
        double post = engine_traces_post(e, &d->traces, begin + j);
        if (!(post > 0)) continue;
        if (n + rows > p->source->padded) {
            change(&p->rule, n, own->weight_at, own->at);
            n = 0;
        }
        for (size_t r = 0; r < rows; r++, n++) {
            own->weight_at[n] = engine_at(own->row[r], j, d->bytes);
            if (e->net->single)
                ((float *)own->at)[n] = (float)post;
            else
                ((double *)own->at)[n] = post;
        }
    }
    change(&p->rule, n, own->weight_at, own->at);
}

static void presynaptic(spk_engine *e, engine_projection *p, size_t part, uint64_t t,
                        const engine_fired *fired)
{
    dense *d = p->data;
    engine_range range = p->target->part[part];
    void **row = d->traces.part[part].row;
    size_t rows;
    const uint32_t *source = engine_fired_list(fired, d->traces.part[part].source, &rows);
    for (size_t k = 0; k < rows; k++)
        row[k] = weight_at(d, source[k], range.begin);
    if (rows == 0) return;
    void *input = engine_input_row(e, p->target, 0, part, t, d->deliver_after);
    input = engine_at(input, range.begin, e->real_bytes);
    size_t n = range.end - range.begin;
    bool learns = e->learning && p->rule.pre_changes;
    if (learns && d->traces.part[part].awakes > n / AWAKE_SHARE) {
        const void *post = engine_at(d->traces.post, range.begin, e->real_bytes);
        p->learn->rows[p->numbers](&p->rule, n, input, post, rows, row);
        return;
    }
    if (learns && p->rule.deliver_after) learn_few(e, p, part, rows);
    e->plasticity->deliver_rows[p->numbers](n, input, rows, row);
    if (learns && !p->rule.deliver_after) learn_few(e, p, part, rows);
}

/* A unit that fired, at n of the listed sources. */
static void learn_column(spk_engine *e, engine_projection *p, engine_part_traces *own,
                         uint32_t unit, size_t from, size_t n)
{
    dense *d = p->data;
    const engine_weight_functions *weights = &e->functions->weight[p->numbers];
    const uint32_t *source = own->source + from;
    void *column = weight_at(d, 0, unit);
    weights->collect(n, source, NULL, column, d->stride, own->weight);
    p->learn->post[!e->net->single](&p->rule, n, own->weight,
                                    engine_at(own->at, from, e->real_bytes),
                                    engine_traces_slow(e, &d->traces, unit));
    weights->put_back(n, source, NULL, column, d->stride, own->weight);
}

/* Units of the part that fired: their columns, at the sources where there is something to do. Rows
 * lie far apart, so all units are done at some sources before the next ones. */
static void postsynaptic(spk_engine *e, engine_projection *p, size_t part, engine_fired fired)
{
    dense *d = p->data;
    engine_part_traces *own = &d->traces.part[part];
    const uint32_t *unit = fired.unit + fired.part[part].begin;
    size_t n = 0;
    if (fired.count[part] == 0) return;
    if (p->rule.post_needs_x)
        n = e->vector->nonzero(p->source->size, own->pre, own->source);
    else
        for (; n < p->source->size; n++)
            own->source[n] = (uint32_t)n;
    for (size_t k = 0; k < n; k++)
        memcpy(engine_at(own->at, k, e->real_bytes),
               engine_at(own->pre, own->source[k], e->real_bytes), e->real_bytes);
    for (uint32_t i = 0; i < fired.count[part]; i++)
        p->changed[unit[i]] = true;
    size_t piece = fired.count[part] > 1 ? PIECE : n;
    for (size_t from = 0; from < n; from += piece)
        for (uint32_t i = 0; i < fired.count[part]; i++)
            learn_column(e, p, own, unit[i], from, n - from < piece ? n - from : piece);
}

static void step(spk_engine *e, engine_projection *p, size_t part, uint64_t t)
{
    dense *d = p->data;
    if (p->target->part[part].begin == p->target->part[part].end) return;
    engine_fired before = engine_population_fired(e, p->source, t, d->pre_back);
    if (!e->learning) {
        presynaptic(e, p, part, t, &before);
        return;
    }
    engine_fired after = engine_population_fired(e, p->target, t, d->post_back);
    engine_traces_decay(e, p, &d->traces, part);
    engine_traces_pre(e, p, &d->traces, part, t, before);
    if (!p->rule.at_emission) presynaptic(e, p, part, t, &before);
    postsynaptic(e, p, part, after);
    engine_traces_mark(e, p, &d->traces, part, after);
    if (p->rule.at_emission) presynaptic(e, p, part, t, &before);
}

/* ---- normalisation, and weights in and out --------------------------------------------------- */

/* Lanes in which no target's weights changed have their sums already. */
static void normalize_lanes(spk_engine *e, engine_projection *p, uint32_t first)
{
    dense *d = p->data;
    const engine_weight_functions *weights = &e->functions->weight[p->numbers];
    double sum[SPK_LANES], factor[SPK_LANES];
    bool any = false;
    for (uint32_t j = 0; j < SPK_LANES; j++)
        any |= p->changed[first + j];
    if (!any) return;
    void *weight = weight_at(d, 0, first);
    weights->sum_columns(p->source->size, d->stride, weight, sum);
    for (uint32_t j = 0; j < SPK_LANES; j++) {
        factor[j] = p->changed[first + j] ? engine_projection_factor(p, first + j, sum[j]) : 1;
        engine_projection_normalized(e, p, first + j);
    }
    weights->scale_columns(p->source->size, d->stride, weight, factor);
}

static void normalize(spk_engine *e, engine_projection *p, size_t part)
{
    engine_range range = p->target->part[part];
    for (uint32_t first = range.begin; first < range.end; first += SPK_LANES)
        normalize_lanes(e, p, first);
}

/* Bytes of a row without its padding. */
static size_t row_bytes(const engine_projection *p)
{
    const dense *d = p->data;
    const size_t left = p->target->size > d->begin ? p->target->size - d->begin : 0;
    return (left < d->stride ? left : d->stride) * d->bytes;
}

static void get_row(const engine_projection *p, uint32_t source, void *weight)
{
    const dense *d = p->data;
    memcpy(engine_at(weight, d->begin, d->bytes), weight_at(d, source, d->begin), row_bytes(p));
}

static void set_row(engine_projection *p, uint32_t source, const void *weight)
{
    const dense *d = p->data;
    memcpy(weight_at(d, source, d->begin), engine_at(weight, d->begin, d->bytes), row_bytes(p));
    memset(p->changed, true, p->target->size);
}

static engine_traces *traces(const engine_projection *p)
{
    return &((dense *)p->data)->traces;
}

static void refresh(spk_engine *e, engine_projection *p)
{
    engine_traces_find_awake(e, p, traces(p));
}

const engine_storage engine_dense = {.build = build,
                                     .free = free_data,
                                     .step = step,
                                     .refresh = refresh,
                                     .normalize = normalize,
                                     .get_row = get_row,
                                     .set_row = set_row,
                                     .traces = traces};
