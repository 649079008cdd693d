/* view.c: the loop over a stream that every kind shares, and when it may stop early. */
#include "view.h"

#include <string.h>

lines *view_lines(const view *v, const char *const *columns, spk_error *err)
{
    return lines_open(v->out, v->json, columns, v->limit, err);
}

static const spk_sample *sample_of(const spk_item *item)
{
    switch (item->kind) {
    case SPK_KIND_SAMPLE:
        return item->sample;
    case SPK_KIND_SPIKES:
        return item->spikes.sample;
    case SPK_KIND_FRAME:
        return item->frame.sample;
    case SPK_KIND_TRACE:
        return item->trace.sample;
    default:
        return NULL;
    }
}

static bool wants_population(const view *v, uint32_t id)
{
    const spk_channel *channel = id ? spk_header_channel(v->header, id) : NULL;
    return !v->population || !channel || strcmp(channel->name, v->population) == 0;
}

/* The number of the sample that `item` belongs to. */
static uint64_t sample_number(const spk_item *item)
{
    if (item->kind == SPK_KIND_PREDICTION) return item->prediction.sample;
    const spk_sample *sample = sample_of(item);
    return sample ? sample->number : 0;
}

/* Samples ascend within a population, but one population's spikes may come after another's later
 * sample: only a stream with a single population is known to be done. */
static bool is_done(const view *v, const spk_item *item)
{
    return sample_number(item) > v->last_sample &&
           (v->header->channels == 1 || item->kind == SPK_KIND_SAMPLE);
}

int view_next(const view *v, spk_kind kind, spk_item *item, spk_error *err)
{
    int more;
    while ((more = spk_reader_next(v->in, item, err)) > 0) {
        if (item->kind != kind || !wants_population(v, item->id)) continue;
        if (is_done(v, item)) return 0;
        if (view_wants_sample(v, sample_number(item))) return 1;
    }
    return more;
}

int view_end(lines *l, int status, spk_error *err)
{
    spk_error ignored;
    if (lines_close(l, status < 0 ? &ignored : err)) return -1;
    return status < 0 ? -1 : 0;
}
