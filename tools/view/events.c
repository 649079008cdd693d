/* events.c: what happens in time: spikes, frames of values, traces of variables. */
#include "view.h"

/* The cells that all three begin with. */
static void begin_row(const view *v, lines *l, const spk_sample *sample, uint64_t tick)
{
    lines_begin(l);
    lines_u64(l, sample ? sample->number : 0);
    lines_time(l, &v->clock, tick);
}

/* ---- spikes ---------------------------------------------------------------------------------- */

static int put_spikes(const view *v, lines *l, const spk_item *item, spk_error *err)
{
    const spk_spikes *spikes = &item->spikes;
    begin_row(v, l, spikes->sample, 0);
    lines_text(l, spk_header_channel(v->header, item->id)->name);
    for (size_t i = 0, end; i < spikes->n; i = end) {
        const uint64_t tick = spikes->tick[i];
        for (end = i + 1; end < spikes->n && spikes->tick[end] == tick;)
            end++;
        lines_retime(l, &v->clock, tick);
        if (lines_units(l, end - i, spikes->unit + i, err)) return -1;
    }
    return 0;
}

int view_spikes(const view *v, spk_error *err)
{
    const char *columns[] = {"sample", "tick", v->time_column, "population", "unit", NULL};
    lines *l = view_lines(v, columns, err);
    if (!l) return -1;
    spk_item item;
    int status = 0;
    while (!lines_full(l) && (status = view_next(v, SPK_KIND_SPIKES, &item, err)) > 0)
        if ((status = put_spikes(v, l, &item, err)) < 0) break;
    return view_end(l, status, err);
}

/* ---- frames ---------------------------------------------------------------------------------- */

int view_frames(const view *v, spk_error *err)
{
    const char *columns[] = {"sample",     "tick", v->time_column, "duration", v->duration_column,
                             "population", "unit", "value",        NULL};
    lines *l = view_lines(v, columns, err);
    if (!l) return -1;
    spk_item item;
    int status = 0;
    while (!lines_full(l) && (status = view_next(v, SPK_KIND_FRAME, &item, err)) > 0) {
        const spk_frame *frame = &item.frame;
        begin_row(v, l, frame->sample, frame->begin);
        lines_time(l, &v->clock, frame->duration);
        lines_text(l, spk_header_channel(v->header, item.id)->name);
        if ((status = lines_floats(l, frame->n, NULL, frame->value, err)) < 0) break;
    }
    return view_end(l, status, err);
}

/* ---- traces ---------------------------------------------------------------------------------- */

static int put_trace(const view *v, lines *l, const spk_item *item, spk_error *err)
{
    const spk_trace *trace = &item->trace;
    const spk_channel *channel = spk_header_channel(v->header, item->id);
    for (size_t row = 0; row < trace->rows; row++) {
        begin_row(v, l, trace->sample, trace->t0 + row * channel->period);
        lines_text(l, channel->name);
        lines_text(l, channel->variable);
        const double *value = trace->value + row * channel->size;
        if (lines_doubles(l, channel->size, NULL, value, channel->dtype == SPK_F32, err)) return -1;
    }
    return 0;
}

int view_traces(const view *v, spk_error *err)
{
    const char *columns[] = {"sample",   "tick", v->time_column, "population",
                             "variable", "unit", "value",        NULL};
    lines *l = view_lines(v, columns, err);
    if (!l) return -1;
    spk_item item;
    int status = 0;
    while (!lines_full(l) && (status = view_next(v, SPK_KIND_TRACE, &item, err)) > 0)
        if ((status = put_trace(v, l, &item, err)) < 0) break;
    return view_end(l, status, err);
}
