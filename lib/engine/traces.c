/* traces.c: the traces of a plastic projection, one step at a time.
 *
 * A source's trace is needed by every thread whose units it reaches. Each part keeps all of them
 * for itself and computes them alike: that is cheaper than to wait for one another. */
#include "base/memory.h"
#include "engine/internal.h"

#include <stdlib.h>
#include <string.h>

int engine_traces_build(spk_engine *e, const engine_projection *p, uint32_t rows,
                        engine_traces *traces, spk_error *err)
{
    static const char what[] = "traces";
    size_t sources = p->source->padded, bytes = e->real_bytes;
    traces->rows = rows;
    traces->post = spk_alloc(p->target->padded, bytes, what, err);
    traces->slow = spk_alloc(p->target->padded, bytes, what, err);
    traces->part = spk_alloc(e->parts, sizeof *traces->part, what, err);
    if (!traces->post || !traces->slow || !traces->part) return -1;
    traces->parts = e->parts;
    for (size_t i = e->first; i < e->last; i++) {
        engine_part_traces *part = &traces->part[i];
        part->pre = spk_alloc((size_t)rows * sources, bytes, what, err);
        part->source = spk_alloc(sources, sizeof *part->source, what, err);
        part->weight = spk_alloc(sources, bytes, what, err);
        part->at = spk_alloc(sources, bytes, what, err);
        part->weight_at = spk_alloc(sources, sizeof *part->weight_at, what, err);
        part->row = spk_alloc(sources, sizeof *part->row, what, err);
        size_t targets = p->target->part[i].end - p->target->part[i].begin;
        part->awake = spk_alloc(targets, sizeof *part->awake, what, err);
        part->is_awake = spk_alloc(targets, sizeof *part->is_awake, what, err);
        if (!part->pre || !part->source || !part->weight || !part->at || !part->weight_at ||
            !part->row || !part->awake || !part->is_awake)
            return -1;
    }
    return 0;
}

void engine_traces_free(engine_traces *traces)
{
    for (size_t i = 0; i < traces->parts; i++) {
        free(traces->part[i].pre);
        free(traces->part[i].source);
        free(traces->part[i].weight);
        free(traces->part[i].at);
        free(traces->part[i].weight_at);
        free(traces->part[i].row);
        free(traces->part[i].awake);
        free(traces->part[i].is_awake);
    }
    free(traces->post);
    free(traces->slow);
    free(traces->part);
}

void engine_traces_reset(const spk_engine *e, const engine_projection *p, engine_traces *traces)
{
    memset(traces->post, 0, p->target->padded * e->real_bytes);
    memset(traces->slow, 0, p->target->padded * e->real_bytes);
    for (size_t i = e->first; i < e->last; i++)
        memset(traces->part[i].pre, 0, (size_t)traces->rows * p->source->padded * e->real_bytes);
    engine_traces_find_awake(e, p, traces);
}

static void wake(engine_part_traces *part, uint32_t target)
{
    if (part->is_awake[target]) return;
    part->is_awake[target] = true;
    part->awake[part->awakes++] = target;
}

void engine_traces_find_awake(const spk_engine *e, const engine_projection *p,
                              engine_traces *traces)
{
    for (size_t i = e->first; i < e->last; i++) {
        engine_part_traces *part = &traces->part[i];
        engine_range range = p->target->part[i];
        for (size_t k = 0; k < part->awakes; k++)
            part->is_awake[part->awake[k]] = false;
        part->awakes = 0;
        for (uint32_t j = range.begin; j < range.end; j++)
            if (engine_traces_post(e, traces, j) > 0 || engine_traces_slow(e, traces, j) > 0)
                wake(part, j - range.begin);
    }
}

/* A spike's mark on unit i's trace. */
static void mark(const spk_engine *e, void *trace, size_t i, bool add)
{
    if (e->net->single)
        ((float *)trace)[i] = add ? ((float *)trace)[i] + 1 : 1;
    else
        ((double *)trace)[i] = add ? ((double *)trace)[i] + 1 : 1;
}

void *engine_traces_row(const spk_engine *e, const engine_projection *p,
                        const engine_traces *traces, size_t part, uint64_t t)
{
    return engine_at(traces->part[part].pre, spk_ring_slot(t, traces->rows) * p->source->padded,
                     e->real_bytes);
}

void engine_traces_pre_decay(spk_engine *e, engine_projection *p, engine_traces *traces,
                             size_t part, uint64_t t)
{
    const void *before = engine_traces_row(e, p, traces, part, t + traces->rows - 1);
    void *now = engine_traces_row(e, p, traces, part, t);
    e->vector->decay(p->source->padded, before, now, p->rule.decay_pre);
}

void engine_traces_pre_mark(spk_engine *e, engine_projection *p, engine_traces *traces, size_t part,
                            uint64_t t, engine_fired fired)
{
    void *now = engine_traces_row(e, p, traces, part, t);
    size_t n;
    const uint32_t *source = engine_fired_list(&fired, traces->part[part].source, &n);
    for (size_t i = 0; i < n; i++)
        mark(e, now, source[i], p->rule.add);
}

void engine_traces_pre(spk_engine *e, engine_projection *p, engine_traces *traces, size_t part,
                       uint64_t t, engine_fired fired)
{
    engine_traces_pre_decay(e, p, traces, part, t);
    engine_traces_pre_mark(e, p, traces, part, t, fired);
}

/* One trace's decay; what is left. */
static double decay(const spk_engine *e, void *trace, size_t i, double factor)
{
    if (e->net->single) {
        float x = ((float *)trace)[i] * (float)factor;
        ((float *)trace)[i] = x = x >= ENGINE_TRACE_FLOOR_F32 ? x : 0;
        return (double)x;
    }
    double x = ((double *)trace)[i] * factor;
    return ((double *)trace)[i] = x >= ENGINE_TRACE_FLOOR_F64 ? x : 0;
}

void engine_traces_decay(spk_engine *e, engine_projection *p, engine_traces *traces, size_t part)
{
    engine_part_traces *own = &traces->part[part];
    uint32_t begin = p->target->part[part].begin;
    for (size_t k = 0; k < own->awakes;) {
        uint32_t j = own->awake[k];
        double left = decay(e, traces->post, begin + j, p->rule.decay_post);
        left += decay(e, traces->slow, begin + j, p->rule.decay_slow);
        if (left > 0) {
            k++;
            continue;
        }
        own->is_awake[j] = false;
        own->awake[k] = own->awake[--own->awakes];
    }
}

void engine_traces_mark(spk_engine *e, engine_projection *p, engine_traces *traces, size_t part,
                        engine_fired fired)
{
    const uint32_t *unit = fired.unit + fired.part[part].begin;
    for (uint32_t i = 0; i < fired.count[part]; i++) {
        mark(e, traces->post, unit[i], p->rule.add);
        if (p->rule.slow_trace) mark(e, traces->slow, unit[i], p->rule.add);
        wake(&traces->part[part], unit[i] - fired.part[part].begin);
    }
}

double engine_traces_post(const spk_engine *e, const engine_traces *traces, uint32_t target)
{
    return e->net->single ? (double)((const float *)traces->post)[target]
                          : ((const double *)traces->post)[target];
}

double engine_traces_slow(const spk_engine *e, const engine_traces *traces, uint32_t target)
{
    return e->net->single ? (double)((const float *)traces->slow)[target]
                          : ((const double *)traces->slow)[target];
}
