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
    for (size_t i = 0; i < e->parts; i++) {
        engine_part_traces *part = &traces->part[i];
        part->pre = spk_alloc((size_t)rows * sources, bytes, what, err);
        part->source = spk_alloc(sources, sizeof *part->source, what, err);
        part->weight = spk_alloc(sources, bytes, what, err);
        part->at = spk_alloc(sources, bytes, what, err);
        part->row = spk_alloc(sources, sizeof *part->row, what, err);
        if (!part->pre || !part->source || !part->weight || !part->at || !part->row) return -1;
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
        free(traces->part[i].row);
    }
    free(traces->post);
    free(traces->slow);
    free(traces->part);
}

void engine_traces_reset(const spk_engine *e, const engine_projection *p, engine_traces *traces)
{
    memset(traces->post, 0, p->target->padded * e->real_bytes);
    memset(traces->slow, 0, p->target->padded * e->real_bytes);
    for (size_t i = 0; i < traces->parts; i++)
        memset(traces->part[i].pre, 0, (size_t)traces->rows * p->source->padded * e->real_bytes);
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
    return engine_at(traces->part[part].pre, t % traces->rows * p->source->padded, e->real_bytes);
}

void engine_traces_pre(spk_engine *e, engine_projection *p, engine_traces *traces, size_t part,
                       uint64_t t, engine_fired fired)
{
    const void *before = engine_traces_row(e, p, traces, part, t + traces->rows - 1);
    void *now = engine_traces_row(e, p, traces, part, t);
    e->vector->decay(p->source->padded, before, now, p->rule.decay_pre);
    size_t n;
    const uint32_t *source = engine_fired_list(&fired, traces->part[part].source, &n);
    for (size_t i = 0; i < n; i++)
        mark(e, now, source[i], p->rule.add);
}

void engine_traces_decay(spk_engine *e, engine_projection *p, engine_traces *traces, size_t part)
{
    engine_range range = p->target->part[part];
    size_t n = range.end - range.begin;
    void *post = engine_at(traces->post, range.begin, e->real_bytes);
    void *slow = engine_at(traces->slow, range.begin, e->real_bytes);
    e->vector->decay(n, post, post, p->rule.decay_post);
    if (p->rule.slow_trace) e->vector->decay(n, slow, slow, p->rule.decay_slow);
}

void engine_traces_mark(spk_engine *e, engine_projection *p, engine_traces *traces, size_t part,
                        engine_fired fired)
{
    const uint32_t *unit = fired.unit + fired.part[part].begin;
    for (uint32_t i = 0; i < fired.count[part]; i++) {
        mark(e, traces->post, unit[i], p->rule.add);
        mark(e, traces->slow, unit[i], p->rule.add);
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
