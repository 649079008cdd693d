/* reader_accept.c: the record in hand to numbers, checked against the header and what came before.
 */
#include "stream/reader_state.h"

#include "base/bytes.h"

#include <stdio.h>
#include <string.h>

enum { SPIKES_HEAD = 24 };

/* A decoder's verdict: `why`, or err is filled already. */
static int refuse(const spk_reader *r, const char *why, spk_error *err)
{
    return why ? spk_reader_fault(r, why, err) : -1;
}

static const spk_array *incomplete_array(const spk_reader *r)
{
    for (size_t i = 0; i < r->header.arrays; i++)
        if (r->next_row[i] != r->header.array[i].rows) return &r->header.array[i];
    return NULL;
}

int spk_reader_check_arrays(const spk_reader *r, spk_error *err)
{
    const spk_array *array = incomplete_array(r);
    char what[300];
    if (!array) return 0;
    snprintf(what, sizeof what, "%s %s is not complete", array->owner, array->variable);
    return spk_reader_fault(r, what, err);
}

static const spk_channel *channel_of(const spk_reader *r, spk_channel_type type)
{
    const spk_channel *channel = spk_header_channel(&r->header, r->record.id);
    return channel && channel->type == type ? channel : NULL;
}

static bool chosen(const spk_reader *r, const spk_channel *channel)
{
    return !r->channel || strcmp(r->channel, channel->name) == 0;
}

/* Ticks of a channel ascend from record to record, those of a trace strictly; the last number is no
 * tick, so that every tick has one after it. */
static const char *check_order(spk_reader *r, const spk_channel *channel, uint64_t first,
                               uint64_t last)
{
    uint64_t *next = &r->channel_next[channel - r->header.channel];
    if (last == UINT64_MAX) return "a tick is too large";
    if (first + 1 < *next) return "it goes back in time";
    if (first + 1 == *next && channel->type == SPK_CHANNEL_TRACE)
        return "it has a second row for a tick";
    *next = last + 1;
    if (r->ticks_end < *next) r->ticks_end = *next;
    return NULL;
}

static int accept_spikes(spk_reader *r, spk_error *err)
{
    const spk_channel *channel = channel_of(r, SPK_CHANNEL_SPIKES);
    const char *why = "no channel of spikes has its id";
    if (!channel) return spk_reader_fault(r, why, err);
    uint64_t *count = &r->channel_spikes[channel - r->header.channel];
    if (!chosen(r, channel)) {
        if (r->record.bytes < SPIKES_HEAD)
            return spk_reader_fault(r, "the payload is too short", err);
        *count += spk_get32(r->payload + 8);
        return 0;
    }
    if (spk_spikes_decode(r->coder, r->payload, r->record.bytes, channel->size, &r->spikes, &why,
                          err))
        return refuse(r, why, err);
    size_t n = r->spikes.n;
    why = check_order(r, channel, r->spikes.tick[0], r->spikes.tick[n - 1]);
    if (why) return spk_reader_fault(r, why, err);
    *count += n;
    r->stats.spikes += n;
    r->stats.spike_payload_bytes += r->record.bytes;
    r->end = n;
    return 0;
}

static int accept_frames(spk_reader *r, spk_error *err)
{
    const spk_channel *channel = channel_of(r, SPK_CHANNEL_FRAMES);
    const char *why;
    if (!channel) return spk_reader_fault(r, "no channel of frames has its id", err);
    if (!chosen(r, channel)) return 0;
    if (spk_decode_frames(r->decoder, channel, r->payload, r->record.bytes, &r->frames, &why, err))
        return refuse(r, why, err);
    for (size_t i = 0; i < r->frames.n; i++) {
        why = check_order(r, channel, r->frames.begin[i], r->frames.begin[i]);
        if (why) return spk_reader_fault(r, why, err);
        uint64_t end;
        if (__builtin_add_overflow(r->frames.begin[i], r->frames.duration[i], &end))
            return spk_reader_fault(r, "a frame ends beyond 64 bits", err);
        if (r->ticks_end < end) r->ticks_end = end;
    }
    r->end = r->frames.n;
    return 0;
}

static int accept_trace(spk_reader *r, spk_error *err)
{
    const spk_channel *channel = channel_of(r, SPK_CHANNEL_TRACE);
    const char *why;
    uint64_t last;
    if (!channel) return spk_reader_fault(r, "no trace has its id", err);
    if (!chosen(r, channel)) return 0;
    if (spk_decode_trace(r->decoder, channel, r->payload, r->record.bytes, &r->trace, &why, err))
        return refuse(r, why, err);
    if (__builtin_mul_overflow((uint64_t)r->trace.n - 1, channel->period, &last) ||
        __builtin_add_overflow(last, r->trace.t0, &last))
        return spk_reader_fault(r, "a tick does not fit into 64 bits", err);
    why = check_order(r, channel, r->trace.t0, last);
    if (why) return spk_reader_fault(r, why, err);
    r->end = r->trace.n;
    return 0;
}

static int accept_prediction(spk_reader *r, spk_error *err)
{
    const spk_channel *channel = channel_of(r, SPK_CHANNEL_PREDICTIONS);
    const char *why;
    spk_prediction *p = &r->item.prediction;
    if (!channel) return spk_reader_fault(r, "no channel of predictions has its id", err);
    if (spk_decode_prediction(r->decoder, channel, r->payload, r->record.bytes, p, &why, err))
        return refuse(r, why, err);
    if (r->samples.any && p->sample > r->samples.number)
        return spk_reader_fault(r, "its sample has not begun", err);
    if (!spk_samples_may_have(&r->samples, p->sample) || !spk_salvage_has(r, p->sample))
        return spk_reader_fault(r, "its sample is not there", err);
    r->end = 1;
    return 0;
}

static int accept_rows(spk_reader *r, bool sparse, spk_error *err)
{
    const spk_array *array = spk_header_array(&r->header, r->record.id);
    const char *why;
    if (!array || array->sparse != sparse)
        return spk_reader_fault(r, "no such array has its id", err);
    uint64_t *next = &r->next_row[array - r->header.array];
    int (*decode)(spk_decoder *, const spk_array *, uint64_t, const unsigned char *, size_t,
                  spk_rows_of *, const char **, spk_error *) =
        sparse ? spk_decode_sparse : spk_decode_dense;
    if (decode(r->decoder, array, *next, r->payload, r->record.bytes, &r->item.rows, &why, err))
        return refuse(r, why, err);
    *next += r->item.rows.rows;
    r->rows_begun = true;
    r->end = 1;
    return 0;
}

static int accept_snapshot(spk_reader *r, spk_error *err)
{
    if (r->record.bytes != 16) return spk_reader_fault(r, "its size is not 16", err);
    if (r->rows_begun) {
        if (spk_reader_check_arrays(r, err) && spk_salvage_pass(r, err)) return -1;
        memset(r->next_row, 0, r->header.arrays * sizeof *r->next_row);
        r->rows_begun = false;
    }
    r->item.snapshot = (spk_snapshot){spk_get64(r->payload), spk_get64(r->payload + 8)};
    r->end = 1;
    return 0;
}

static int accept_watermark(spk_reader *r, spk_error *err)
{
    if (r->record.bytes != 8) return spk_reader_fault(r, "its size is not 8", err);
    r->item.watermark = spk_get64(r->payload);
    r->end = 1;
    return 0;
}

static int accept_sample(spk_reader *r, spk_error *err)
{
    const char *why;
    if (r->kind_before != SPK_KIND_SAMPLE) spk_samples_new_group(&r->samples);
    if (spk_samples_add(&r->samples, r->payload, r->record.bytes, &why, err))
        return refuse(r, why, err);
    return spk_salvage_note(r, r->samples.number, err);
}

/* Decode the record in hand; elements at..end are its items. */
int spk_reader_accept(spk_reader *r, spk_error *err)
{
    r->accepted = true;
    r->at = r->end = r->sample_hint = 0;
    r->item.kind = (spk_kind)r->record.kind;
    r->item.id = r->record.id;
    switch (r->record.kind) {
    case SPK_KIND_SAMPLE:
        return accept_sample(r, err);
    case SPK_KIND_SPIKES:
        return accept_spikes(r, err);
    case SPK_KIND_FRAME:
        return accept_frames(r, err);
    case SPK_KIND_TRACE:
        return accept_trace(r, err);
    case SPK_KIND_PREDICTION:
        return accept_prediction(r, err);
    case SPK_KIND_WEIGHTS_DENSE:
        return accept_rows(r, false, err);
    case SPK_KIND_WEIGHTS_SPARSE:
        return accept_rows(r, true, err);
    case SPK_KIND_SNAPSHOT:
        return accept_snapshot(r, err);
    case SPK_KIND_WATERMARK:
        return accept_watermark(r, err);
    case SPK_KIND_HEADER:
    case SPK_KIND_PROVENANCE:
        return spk_reader_fault(r, "it belongs at the beginning of the stream", err);
    default:
        r->item.raw = (spk_raw){r->record.flags, r->payload, r->record.bytes};
        r->end = 1;
        return 0;
    }
}
