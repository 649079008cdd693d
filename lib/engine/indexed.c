/* indexed.c: synapses that are listed by source and by target, for each part; any connection rule.
 *
 * A source's spike goes through its row, a target's spike through its column, so that a weight is at
 * all times what both sides have made of it. A spike may act for longer than its step ("kernel"): a
 * target then gets, in every step, the sum of w g over its synapses, g being what is left of a source's
 * spikes, and w the weight as it was before the step. That sum is not made anew: it decays as g does, a
 * spike adds w times the step of g, and a change of w adds the change times g, from the next step on. So
 * silent synapses cost nothing.
 *
 * With "timing": "together" a step is:
 *   1. traces, g and the sums decay;
 *   2. rows of sources whose spikes arrive: what is sent, and the change of the weight, which for a
 *      target that fires in this step is that of both sides;
 *   3. columns of targets that fire, at the sources whose spikes do not arrive in this step;
 *   4. traces are marked, and the sums added to the targets' input. */
#include "engine/indexed.h"

#include <string.h>

static double number(const spk_engine *e, const void *array, size_t i)
{
    return e->net->single ? (double)((const float *)array)[i] : ((const double *)array)[i];
}

static void set_number(const spk_engine *e, void *array, size_t i, double x)
{
    if (e->net->single)
        ((float *)array)[i] = (float)x;
    else
        ((double *)array)[i] = x;
}

/* What lies together, each line of memory. */
static void call_for(const void *first, size_t bytes)
{
    for (size_t i = 0; i < bytes; i += 64)
        __builtin_prefetch((const char *)first + i, 1);
}

/* The rule with this step's rates. */
static spk_rule_constants rule_now(const spk_engine *e, const engine_projection *p, uint64_t t)
{
    const indexed *x = p->data;
    spk_rule_constants c = p->rule;
    if (x->modulator[0] >= 0)
        c.nu_pre *= engine_population_value(&e->population[x->modulator[0]], t);
    if (x->modulator[1] >= 0)
        c.nu_post *= engine_population_value(&e->population[x->modulator[1]], t);
    return c;
}

/* ---- a source's spike ------------------------------------------------------------------------ */

/* What a spike of the source adds, and what is left of its spikes from now on. */
static spk_together_spike spike_of(const spk_engine *e, const engine_projection *p,
                                   const indexed_part *own, uint32_t source)
{
    if (p->spec->course == SPK_COURSE_PULSE) return (spk_together_spike){.sent = 1};
    const double left = number(e, own->g, source);
    const bool nearest = p->spec->course == SPK_COURSE_NEAREST;
    spk_together_spike spike = {.sent = nearest ? 1 - left : 1, .g = nearest ? 1 : left + 1};
    set_number(e, own->g, source, spike.g);
    return spike;
}

static void send(const spk_engine *e, const engine_projection *p, size_t part,
                 const spk_rule_constants *c, uint32_t source)
{
    const indexed *x = p->data;
    const indexed_part *own = &x->part[part];
    spk_together_spike spike = spike_of(e, p, own, source);
    const uint32_t first = own->row[source];
    const size_t n = own->row[source + 1] - first;
    void *weight = engine_at(own->weight, first, x->bytes);
    if (!c) {
        e->plasticity->together_send[p->numbers](spike.sent, n, own->target + first, weight,
                                                 own->current);
        return;
    }
    spike.up = number(e, own->up, source);
    own->has_trace[source] = 0; /* the columns have nothing to do here */
    e->plasticity->together_pre[p->numbers](c, &spike, n, own->common, own->target + first, weight,
                                            own->down, own->current);
}

/* ---- learning -------------------------------------------------------------------------------- */

/* What either side's spikes change in this step. */
static void prepare(const spk_engine *e, engine_projection *p, size_t part,
                    const spk_rule_constants *c, uint64_t t, const engine_fired *after)
{
    indexed *x = p->data;
    indexed_part *own = &x->part[part];
    const uint32_t begin = p->target->part[part].begin;
    e->vector->times_pairs(own->targets, engine_at(x->traces.post, begin, e->real_bytes), c->nu_pre,
                           own->down);
    e->vector->times(p->source->size, engine_traces_row(e, p, &x->traces, part, t), c->nu_post,
                     own->up);
    e->vector->are_something(p->source->size, own->up, own->has_trace);
    for (uint32_t i = 0; i < after->count[part]; i++)
        set_number(e, own->down, 2 * (size_t)(after->unit[begin + i] - begin) + 1, 1);
}

/* Those synapses of a target that fired, which its spike changes. */
static size_t find(const spk_engine *e, const indexed *x, const indexed_part *own, uint32_t j,
                   const uint64_t *bits, spk_together_synapse *found)
{
    const uint32_t first = own->column[j], n = own->column[j + 1] - first;
    const size_t bytes = x->wide ? sizeof(spk_together_synapse) : sizeof(spk_together_short);
    return e->plasticity->together_find[x->wide](n, engine_at(own->synapse, first, bytes),
                                                 own->has_trace, bits, found);
}

static void learn_column(const spk_engine *e, const engine_projection *p, const indexed_part *own,
                         const spk_rule_constants *c, uint32_t j, size_t n,
                         const spk_together_synapse *found)
{
    const double sum = e->plasticity->together_post[p->numbers](c, n, found, own->row, own->weight,
                                                                own->up, own->g);
    const size_t at = 2 * (size_t)j + 1;
    set_number(e, own->current, at, number(e, own->current, at) + sum);
}

/* The next target's synapses are looked for before this one's change: weights lie anywhere, and are on
 * their way meanwhile. */
static void learn_columns(const spk_engine *e, const engine_projection *p, size_t part,
                          const spk_rule_constants *c, const engine_fired *after)
{
    const indexed *x = p->data;
    const indexed_part *own = &x->part[part];
    const uint32_t begin = p->target->part[part].begin, count = after->count[part];
    const uint32_t *unit = after->unit + begin;
    if (count == 0) return;
    const uint64_t *bits = p->source->size <= SPK_TOGETHER_FEW ? own->trace_bits : NULL;
    if (bits) e->plasticity->together_bits(p->source->size, own->has_trace, own->trace_bits);
    size_t next = find(e, x, own, unit[0] - begin, bits, own->found[0]);
    for (uint32_t i = 0; i < count; i++) {
        const size_t n = next;
        if (i + 1 < count)
            next = find(e, x, own, unit[i + 1] - begin, bits, own->found[(i + 1) & 1]);
        learn_column(e, p, own, c, unit[i] - begin, n, own->found[i & 1]);
        p->changed[unit[i]] = true;
    }
}

/* ---- a step ---------------------------------------------------------------------------------- */

static void call_for_row(const indexed *x, const indexed_part *own, uint32_t source)
{
    const uint32_t first = own->row[source], n = own->row[source + 1] - first;
    call_for(own->target + first, n * sizeof *own->target);
    call_for(engine_at(own->weight, first, x->bytes), n * x->bytes);
}

static void send_all(const spk_engine *e, const engine_projection *p, size_t part,
                     const spk_rule_constants *c, const engine_fired *before)
{
    const indexed *x = p->data;
    for (size_t f = 0; f < before->parts; f++)
        for (uint32_t i = 0; i < before->count[f]; i++) {
            const uint32_t *unit = before->unit + before->part[f].begin + i;
            if (i + 1 < before->count[f]) call_for_row(x, &x->part[part], unit[1]);
            send(e, p, part, c, *unit);
        }
}

static bool is_empty(const engine_fired *fired)
{
    for (size_t f = 0; f < fired->parts; f++)
        if (fired->count[f] > 0) return false;
    return true;
}

static void step_learning(spk_engine *e, engine_projection *p, size_t part, uint64_t t,
                          engine_fired before)
{
    indexed *x = p->data;
    engine_fired after = engine_population_fired(e, p->target, t, 0);
    void *post = engine_at(x->traces.post, p->target->part[part].begin, e->real_bytes);
    e->vector->decay(x->part[part].targets, post, post, p->rule.decay_post);
    engine_traces_pre_decay(e, p, &x->traces, part, t);
    if (after.count[part] > 0 || !is_empty(&before)) {
        const spk_rule_constants c = rule_now(e, p, t);
        prepare(e, p, part, &c, t, &after);
        send_all(e, p, part, &c, &before);
        learn_columns(e, p, part, &c, &after);
    }
    engine_traces_pre_mark(e, p, &x->traces, part, t, before);
    engine_traces_mark(e, p, &x->traces, part, after);
}

static void step(spk_engine *e, engine_projection *p, size_t part, uint64_t t)
{
    const indexed *x = p->data;
    const indexed_part *own = &x->part[part];
    if (own->targets == 0) return;
    const engine_range range = p->target->part[part];
    engine_fired before = engine_population_fired(e, p->source, t, x->back);
    e->vector->decay_pairs(own->targets, own->current, x->decay);
    if (x->decay > 0) e->vector->decay(p->source->size, own->g, own->g, x->decay);
    if (p->spec->rule && e->learning)
        step_learning(e, p, part, t, before);
    else
        send_all(e, p, part, NULL, &before);
    void *row = engine_input_row(e, p->target, 0, part, t, 0);
    e->vector->add_pairs(own->targets, engine_at(row, range.begin, e->real_bytes), own->current);
}

/* ---- between samples ------------------------------------------------------------------------- */

/* Nothing is left of spikes. */
static void still(spk_engine *e, engine_projection *p)
{
    const indexed *x = p->data;
    for (size_t part = 0; part < x->parts; part++) {
        const indexed_part *own = &x->part[part];
        memset(own->g, 0, p->source->padded * e->real_bytes);
        memset(own->current, 0, 2 * own->targets * e->real_bytes);
    }
}

static void forget(spk_engine *e, engine_projection *p)
{
    if (p->spec->rule) engine_traces_reset(e, p, &((indexed *)p->data)->traces);
}

/* Sums go through a target's synapses in their order: sources ascending. */
static void normalize(spk_engine *e, engine_projection *p, size_t part)
{
    const indexed *x = p->data;
    const indexed_part *own = &x->part[part];
    const bool wide = p->numbers == SPK_DOUBLE;
    const size_t begin = p->target->part[part].begin;
    (void)e;
    memset(own->sum, 0, own->targets * sizeof *own->sum);
    for (size_t k = 0; k < own->n; k++)
        own->sum[own->target[k]] +=
            wide ? ((double *)own->weight)[k] : (double)((float *)own->weight)[k];
    for (size_t j = 0; j < own->targets; j++)
        own->sum[j] = engine_projection_factor(p, begin + j, own->sum[j]);
    for (size_t k = 0; k < own->n; k++)
        if (wide)
            ((double *)own->weight)[k] *= own->sum[own->target[k]];
        else
            ((float *)own->weight)[k] =
                (float)((double)((float *)own->weight)[k] * own->sum[own->target[k]]);
}

const engine_storage engine_indexed = {.build = indexed_build,
                                       .free = indexed_free,
                                       .step = step,
                                       .normalize = normalize,
                                       .get_row = indexed_get_row,
                                       .set_row = indexed_set_row,
                                       .row_length = indexed_row_length,
                                       .part_length = indexed_part_length,
                                       .columns = indexed_columns,
                                       .forget = forget,
                                       .still = still,
                                       .state_bytes = indexed_state_bytes,
                                       .save = indexed_save,
                                       .restore = indexed_restore};
