/* copy.c: ids are translated by what they stand for; times and numbers are shifted. */
#include "copy.h"
#include "base/memory.h"
#include "sources.h"

#include <inttypes.h>
#include <stdlib.h>

void copy_begin(copy *c, const spk_header *in, const char *name)
{
    c->in = in;
    c->name = name;
    c->sampled = false;
}

void copy_free(copy *c)
{
    free(c->tick);
}

static uint32_t channel_id(const copy *c, uint32_t id)
{
    return matching_channel(c->header, spk_header_channel(c->in, id))->id;
}

static uint32_t array_id(const copy *c, uint32_t id)
{
    return matching_array(c->header, spk_header_array(c->in, id))->id;
}

/* ---- samples --------------------------------------------------------------------------------- */

/* The first sample of a stream decides how its numbers move. */
static void begin_numbers(copy *c, const spk_sample *sample)
{
    c->number_shift = 0;
    if (c->renumber && c->any_sample) c->number_shift = c->last_number + 1 - sample->number;
}

static int check_sample(const copy *c, const spk_sample *sample, spk_error *err)
{
    if (c->any && !c->any_sample)
        return spk_fail(err, SPK_DATA, "%s: has samples, but what came before it has none",
                        c->name);
    if (c->any_sample && sample->number <= c->last_number)
        return spk_fail(err, SPK_DATA,
                        "%s: sample %" PRIu64 " after sample %" PRIu64
                        " (--renumber counts samples on from stream to stream)",
                        c->name, sample->number, c->last_number);
    if (c->any_sample && sample->begin < c->end)
        return spk_fail(err, SPK_DATA,
                        "%s: sample %" PRIu64 " begins at tick %" PRIu64
                        ", before the end of sample %" PRIu64 " at tick %" PRIu64,
                        c->name, sample->number, sample->begin, c->last_number, c->end);
    return 0;
}

static int copy_sample(copy *c, const spk_sample *from, spk_error *err)
{
    if (!c->sampled) begin_numbers(c, from);
    spk_sample sample = *from;
    sample.number += c->number_shift;
    if (__builtin_add_overflow(sample.begin, c->shift, &sample.begin))
        return spk_fail(err, SPK_LIMIT, "%s: ticks beyond 64 bits", c->name);
    if (check_sample(c, &sample, err)) return -1;
    if (spk_writer_sample(c->out, &sample, err)) return -1;
    c->sampled = c->any_sample = c->any = true;
    c->last_number = sample.number;
    c->end = sample.begin + sample.duration;
    return 0;
}

/* What has ticks is in a sample when anything is. */
static int check_element(copy *c, spk_error *err)
{
    if (c->any_sample && !c->sampled)
        return spk_fail(err, SPK_DATA, "%s: has no samples, but what came before it has", c->name);
    c->any = true;
    return 0;
}

/* ---- elements -------------------------------------------------------------------------------- */

static int copy_spikes(copy *c, uint32_t id, const spk_spikes *s, spk_error *err)
{
    const uint64_t *tick = s->tick;
    uint64_t last;
    if (check_element(c, err)) return -1;
    if (c->shift) {
        if (__builtin_add_overflow(s->tick[s->n - 1], c->shift, &last))
            return spk_fail(err, SPK_LIMIT, "%s: ticks beyond 64 bits", c->name);
        if (spk_grow(&c->tick, &c->room, s->n, sizeof *c->tick, "ticks", err)) return -1;
        for (size_t i = 0; i < s->n; i++)
            c->tick[i] = s->tick[i] + c->shift;
        tick = c->tick;
    }
    return spk_writer_spikes(c->out, channel_id(c, id), s->n, tick, s->unit, err);
}

static int copy_frame(copy *c, uint32_t id, const spk_frame *f, spk_error *err)
{
    uint64_t begin;
    if (check_element(c, err)) return -1;
    if (__builtin_add_overflow(f->begin, c->shift, &begin))
        return spk_fail(err, SPK_LIMIT, "%s: ticks beyond 64 bits", c->name);
    return spk_writer_frame(c->out, channel_id(c, id), begin, f->duration, f->stored, err);
}

static int copy_trace(copy *c, uint32_t id, const spk_trace *t, spk_error *err)
{
    uint64_t t0;
    if (check_element(c, err)) return -1;
    if (__builtin_add_overflow(t->t0, c->shift, &t0))
        return spk_fail(err, SPK_LIMIT, "%s: ticks beyond 64 bits", c->name);
    return spk_writer_trace(c->out, channel_id(c, id), t0, t->rows, t->value, err);
}

static int copy_prediction(copy *c, uint32_t id, const spk_prediction *from, spk_error *err)
{
    spk_prediction p = *from;
    p.sample += c->sampled ? c->number_shift : 0;
    return spk_writer_prediction(c->out, channel_id(c, id), &p, err);
}

int copy_item(copy *c, const spk_item *item, spk_error *err)
{
    const spk_rows_of *rows = &item->rows;
    switch (item->kind) {
    case SPK_KIND_SAMPLE:
        return copy_sample(c, item->sample, err);
    case SPK_KIND_SPIKES:
        return copy_spikes(c, item->id, &item->spikes, err);
    case SPK_KIND_FRAME:
        return copy_frame(c, item->id, &item->frame, err);
    case SPK_KIND_TRACE:
        return copy_trace(c, item->id, &item->trace, err);
    case SPK_KIND_PREDICTION:
        return copy_prediction(c, item->id, &item->prediction, err);
    case SPK_KIND_SNAPSHOT:
        return spk_writer_snapshot(c->out, &item->snapshot, err);
    case SPK_KIND_WEIGHTS_DENSE:
        return spk_writer_dense(c->out, array_id(c, item->id), rows->row0, rows->rows, rows->value,
                                err);
    case SPK_KIND_WEIGHTS_SPARSE:
        return spk_writer_sparse(c->out, array_id(c, item->id), rows->row0, rows->rows,
                                 rows->row_ptr, rows->col, rows->value, err);
    case SPK_KIND_WATERMARK:
        return spk_writer_progress(c->out, item->watermark + c->shift, err);
    default:
        return spk_writer_record(c->out, (uint16_t)item->kind, (uint16_t)item->raw.flags, item->id,
                                 item->raw.payload, item->raw.bytes, err);
    }
}

int copy_end(copy *c, uint64_t duration, spk_error *err)
{
    if (__builtin_add_overflow(c->shift, duration, &c->shift))
        return spk_fail(err, SPK_LIMIT, "%s: ticks beyond 64 bits", c->name);
    return 0;
}
