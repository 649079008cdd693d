/* reader_give.c: numbers to items: nothing crosses a sample, and each sample is given before what
 * belongs to it. */
#include "stream/reader_state.h"

#include "base/bytes.h"
#include "base/sorted.h"

int spk_reader_give_sample(spk_reader *r, spk_item *item)
{
    *item = (spk_item){.kind = SPK_KIND_SAMPLE, .sample = &r->samples.sample[r->samples.given++]};
    return 1;
}

/* How many samples must be given out before the record in hand: those it closes or comes after.
 * Data with ticks is placed element by element instead. */
size_t spk_reader_samples_due(const spk_reader *r)
{
    const spk_samples *s = &r->samples;
    size_t due = s->given;
    switch (r->record.kind) {
    case SPK_KIND_SPIKES:
    case SPK_KIND_FRAME:
    case SPK_KIND_TRACE:
        return 0;
    case SPK_KIND_SAMPLE:
        return r->kind_before == SPK_KIND_SAMPLE ? 0 : s->n;
    case SPK_KIND_PREDICTION:
        if (r->record.bytes < 8) return 0;
        while (due < s->n && s->sample[due].number <= spk_get64(r->payload))
            due++;
        return due;
    default:
        return s->n;
    }
}

static int give_spikes(spk_reader *r, spk_item *item)
{
    size_t to = r->end;
    if (!r->options.whole_records)
        to = spk_first_from(r->spikes.tick, r->at, r->end,
                            spk_samples_end(&r->samples, r->sample_hint));
    item->spikes = (spk_spikes){spk_samples_at(&r->samples, r->sample_hint), to - r->at,
                                r->spikes.tick + r->at, r->spikes.unit + r->at};
    r->at = to;
    return 1;
}

static int give_frame(spk_reader *r, const spk_channel *channel, spk_item *item, spk_error *err)
{
    const size_t at = r->at++; /* a salvage goes on behind it, whatever is wrong with it */
    if (spk_decode_frame(r->decoder, channel, &r->frames, at, &item->frame, err)) return -1;
    item->frame.sample = spk_samples_at(&r->samples, r->sample_hint);
    if (item->frame.begin + item->frame.duration > spk_samples_end(&r->samples, r->sample_hint))
        return spk_reader_fault(r, "a frame reaches beyond its sample", err);
    return 1;
}

static int give_trace(spk_reader *r, const spk_channel *channel, uint64_t tick, spk_item *item)
{
    uint64_t end = spk_samples_end(&r->samples, r->sample_hint);
    uint64_t fit = (end - 1 - tick) / channel->period + 1;
    size_t rows = r->end - r->at < fit ? r->end - r->at : (size_t)fit;
    item->trace = (spk_trace){spk_samples_at(&r->samples, r->sample_hint), tick, rows,
                              r->trace.value + r->at * r->trace.size};
    r->at += rows;
    return 1;
}

/* The tick of element `at` of the record in hand. */
static uint64_t tick_at(const spk_reader *r, const spk_channel *channel)
{
    if (r->record.kind == SPK_KIND_SPIKES) return r->spikes.tick[r->at];
    if (r->record.kind == SPK_KIND_FRAME) return r->frames.begin[r->at];
    return r->trace.t0 + r->at * channel->period;
}

/* All spikes of the record lie in samples (it is not split at them). */
static bool all_inside(spk_reader *r)
{
    size_t hint = r->sample_hint;
    for (size_t at = 0; at < r->spikes.n;) {
        if (!spk_samples_find(&r->samples, r->spikes.tick[at], &hint)) return false;
        at = spk_first_from(r->spikes.tick, at, r->spikes.n, spk_samples_end(&r->samples, hint));
    }
    return true;
}

/* The next item of a record with ticks, or the sample before it. */
static int give_timed(spk_reader *r, spk_item *item, spk_error *err)
{
    const spk_channel *channel = spk_header_channel(&r->header, r->record.id);
    uint64_t tick = tick_at(r, channel);
    bool whole = r->record.kind == SPK_KIND_SPIKES && r->options.whole_records;
    if (!spk_samples_find(&r->samples, tick, &r->sample_hint) || (whole && !all_inside(r)))
        return spk_reader_fault(r, "it has ticks outside every sample", err);
    size_t needed = whole ? r->samples.n : r->samples.any ? r->sample_hint + 1 : 0;
    if (r->samples.given < needed) return spk_reader_give_sample(r, item);
    *item = (spk_item){.kind = (spk_kind)r->record.kind, .id = r->record.id};
    if (r->record.kind == SPK_KIND_SPIKES) return give_spikes(r, item);
    if (r->record.kind == SPK_KIND_FRAME) return give_frame(r, channel, item, err);
    return give_trace(r, channel, tick, item);
}

void spk_reader_skip_orphans(spk_reader *r)
{
    const spk_channel *channel = spk_header_channel(&r->header, r->record.id);
    const spk_samples *s = &r->samples;
    if (r->sample_hint == s->n) {
        r->at = r->end;
        return;
    }
    const uint64_t begin = s->sample[r->sample_hint].begin;
    while (r->at < r->end && tick_at(r, channel) < begin)
        r->at++;
}

int spk_reader_give(spk_reader *r, spk_item *item, spk_error *err)
{
    switch (r->record.kind) {
    case SPK_KIND_SPIKES:
    case SPK_KIND_FRAME:
    case SPK_KIND_TRACE:
        return give_timed(r, item, err);
    default:
        *item = r->item;
        r->at = r->end;
        return 1;
    }
}
