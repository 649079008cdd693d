/* lane.c: keeping and encoding the elements of one channel. */
#include "stream/lane.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "base/sorted.h"
#include "stream/values.h"

#include <stdlib.h>
#include <string.h>

enum { FRAME_HEAD = 16, TRACE_HEAD = 24, XOR_WITH_ROW_BEFORE = 1 };

static size_t element_width(const spk_channel *c)
{
    switch (c->type) {
    case SPK_CHANNEL_SPIKES:
        return sizeof(uint32_t);
    case SPK_CHANNEL_FRAMES:
    case SPK_CHANNEL_TRACE:
        return c->size * spk_dtype_bytes(c->dtype);
    default:
        return 0;
    }
}

void spk_lane_init(spk_lane *lane, const spk_channel *channel)
{
    *lane = (spk_lane){.channel = channel, .width = element_width(channel)};
    lane->weight = channel->type == SPK_CHANNEL_SPIKES ? 16 : 16 + lane->width;
}

void spk_lane_free(spk_lane *lane)
{
    free(lane->tick);
    free(lane->duration);
    free(lane->data);
}

/* ---- keeping -------------------------------------------------------------------------------- */

static int make_room(spk_lane *lane, size_t n, spk_error *err)
{
    if (spk_grow(&lane->tick, &lane->tick_room, lane->n + n, sizeof *lane->tick, "spikes", err))
        return -1;
    return spk_grow(&lane->data, &lane->data_room, lane->n + n, lane->width, "spikes", err);
}

static void arrived(spk_lane *lane, uint64_t tick)
{
    lane->any = true;
    lane->last = tick;
    if (lane->frontier < tick) lane->frontier = tick;
}

int spk_lane_spikes(spk_lane *lane, size_t n, const uint64_t *tick, const uint32_t *unit,
                    spk_error *err)
{
    if (n == 0) return 0;
    if (make_room(lane, n, err)) return -1;
    memcpy(lane->tick + lane->n, tick, n * sizeof *tick);
    memcpy(lane->data + lane->n * sizeof *unit, unit, n * sizeof *unit);
    lane->n += n;
    lane->last_unit = unit[n - 1];
    arrived(lane, tick[n - 1]);
    return 0;
}

int spk_lane_frame(spk_lane *lane, uint64_t begin, uint64_t duration, const float *value,
                   spk_error *err)
{
    if (make_room(lane, 1, err) || spk_grow(&lane->duration, &lane->duration_room, lane->n + 1,
                                            sizeof *lane->duration, "frames", err))
        return -1;
    unsigned char *at = lane->data + lane->n * lane->width;
    if (lane->channel->dtype == SPK_F32)
        memcpy(at, value, lane->width);
    else
        for (size_t i = 0; i < lane->width; i++)
            at[i] = (unsigned char)value[i];
    lane->tick[lane->n] = begin;
    lane->duration[lane->n++] = duration;
    arrived(lane, begin);
    return 0;
}

int spk_lane_rows(spk_lane *lane, uint64_t t0, size_t rows, const double *value, spk_error *err)
{
    if (rows == 0) return 0;
    if (make_room(lane, rows, err)) return -1;
    unsigned char *at = lane->data + lane->n * lane->width;
    size_t n = rows * lane->channel->size;
    for (size_t i = 0; i < n; i++) {
        float narrow = (float)value[i];
        if (lane->channel->dtype == SPK_F32)
            memcpy(at + i * sizeof narrow, &narrow, sizeof narrow);
        else
            memcpy(at + i * sizeof *value, &value[i], sizeof *value);
    }
    for (size_t i = 0; i < rows; i++)
        lane->tick[lane->n + i] = t0 + i * lane->channel->period;
    lane->n += rows;
    arrived(lane, lane->tick[lane->n - 1]);
    return 0;
}

size_t spk_lane_before(const spk_lane *lane, uint64_t tick)
{
    return spk_first_from(lane->tick, 0, lane->n, tick);
}

/* ---- encoding ------------------------------------------------------------------------------- */

static int emit_spikes(spk_lane *lane, size_t n, size_t windows, const uint64_t *window,
                       uint64_t end, spk_spike_coder *coder, spk_payload *scratch, spk_emitter *out,
                       spk_error *err)
{
    const void *unit = lane->data;
    spk_spike_block block = {n, lane->tick, unit, lane->channel->size, windows, window, end};
    spk_payload_clear(scratch);
    if (spk_spikes_encode(coder, &block, scratch, err)) return -1;
    spk_extent extent = {lane->tick[0], lane->tick[n - 1], n};
    return spk_emit(out, SPK_KIND_SPIKES, SPK_FLAG_CRITICAL | SPK_FLAG_SORTED, lane->channel->id,
                    scratch, &extent, err);
}

static int emit_frames(spk_lane *lane, size_t n, spk_payload *scratch, spk_emitter *out,
                       spk_error *err)
{
    const spk_channel *channel = lane->channel;
    spk_payload_clear(scratch);
    unsigned char *at = spk_payload_add(scratch, FRAME_HEAD + 16 * n, err);
    if (!at) return -1;
    spk_put32(at, (uint32_t)n);
    spk_put32(at + 4, channel->size);
    spk_put64(at + 8, channel->dtype);
    for (size_t i = 0; i < n; i++) {
        spk_put64(at + FRAME_HEAD + 8 * i, lane->tick[i]);
        spk_put64(at + FRAME_HEAD + 8 * (n + i), lane->duration[i]);
    }
    if (spk_values_encode(channel->dtype, lane->data, n * channel->size, scratch, err) ||
        spk_payload_pad(scratch, 0, err))
        return -1;
    spk_extent extent = {lane->tick[0], lane->tick[n - 1], 0};
    return spk_emit(out, SPK_KIND_FRAME, SPK_FLAG_CRITICAL | SPK_FLAG_SORTED, channel->id, scratch,
                    &extent, err);
}

/* A variable changes little from one time to the next: equal high bits become zeros. */
static void xor_with_row_before(unsigned char *data, size_t rows, size_t width)
{
    for (size_t i = rows * width; i-- > width;)
        data[i] ^= data[i - width];
}

/* Rows begin..end of the lane, which follow each other by the period. */
static int emit_rows(spk_lane *lane, size_t begin, size_t end, spk_payload *scratch,
                     spk_emitter *out, spk_error *err)
{
    const spk_channel *channel = lane->channel;
    size_t rows = end - begin;
    unsigned char *data = lane->data + begin * lane->width;
    spk_payload_clear(scratch);
    unsigned char *at = spk_payload_add(scratch, TRACE_HEAD, err);
    if (!at) return -1;
    spk_put64(at, lane->tick[begin]);
    spk_put32(at + 8, (uint32_t)rows);
    spk_put32(at + 12, channel->size);
    spk_put32(at + 16, channel->dtype);
    spk_put32(at + 20, XOR_WITH_ROW_BEFORE);
    xor_with_row_before(data, rows, lane->width);
    if (spk_values_encode(channel->dtype, data, rows * channel->size, scratch, err) ||
        spk_payload_pad(scratch, 0, err))
        return -1;
    spk_extent extent = {lane->tick[begin], lane->tick[end - 1], 0};
    return spk_emit(out, SPK_KIND_TRACE, SPK_FLAG_SORTED, channel->id, scratch, &extent, err);
}

static int emit_trace(spk_lane *lane, size_t n, spk_payload *scratch, spk_emitter *out,
                      spk_error *err)
{
    for (size_t begin = 0, end; begin < n; begin = end) {
        for (end = begin + 1; end < n; end++)
            if (lane->tick[end] - lane->tick[end - 1] != lane->channel->period) break;
        if (emit_rows(lane, begin, end, scratch, out, err)) return -1;
    }
    return 0;
}

static void forget(spk_lane *lane, size_t n)
{
    size_t left = lane->n - n;
    memmove(lane->tick, lane->tick + n, left * sizeof *lane->tick);
    memmove(lane->data, lane->data + n * lane->width, left * lane->width);
    if (lane->duration) memmove(lane->duration, lane->duration + n, left * sizeof *lane->duration);
    lane->n = left;
}

int spk_lane_emit(spk_lane *lane, size_t n, size_t windows, const uint64_t *window, uint64_t end,
                  spk_spike_coder *coder, spk_payload *scratch, spk_emitter *out, spk_error *err)
{
    int failed = 0;
    if (n == 0) return 0;
    if (lane->channel->type == SPK_CHANNEL_SPIKES)
        failed = emit_spikes(lane, n, windows, window, end, coder, scratch, out, err);
    else if (lane->channel->type == SPK_CHANNEL_FRAMES)
        failed = emit_frames(lane, n, scratch, out, err);
    else
        failed = emit_trace(lane, n, scratch, out, err);
    if (!failed) forget(lane, n);
    return failed;
}
