/* spike_codec.c: the head of a SPIKES payload, and the raw and time-major codecs. */
#include "stream/spike_codec.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "stream/format.h"
#include "stream/interval_codec.h"
#include "stream/numbers.h"
#include "stream/stream_kernels.h"

#include <stdlib.h>
#include <string.h>

enum {
    HEAD = 24,
    SHIFT_AT = 15,
    PLANES_AT = 20,
    COUNT_BYTES_AT = 21,
    SORTED_BY_TIME = 1,
    MOST = SPK_RECORD_MAX_SPIKES,
    CELLS_PER_SPIKE = 8 /* sparser counts are not looked at */
};

struct spk_spike_coder {
    const spk_stream_kernels *kernels;
    uint64_t *wide;   /* MOST gaps of up to 64 bits */
    uint32_t *narrow; /* or of up to 32 */
    uint64_t *tick;   /* MOST decoded spikes */
    uint32_t *unit;
    spk_interval_coder *intervals;
};

typedef struct head {
    uint64_t t0;
    uint32_t n, units;
    uint16_t windows;
    uint8_t codec, sort, version, count_bytes;
    spk_number_form form;
} head;

spk_spike_coder *spk_spike_coder_new(spk_error *err)
{
    spk_spike_coder *c = spk_alloc(1, sizeof *c, "spikes", err);
    if (c) c->kernels = spk_stream_kernels_get();
    return c;
}

/* Memory is taken when it is first needed: many streams need little of it. */
static int prepare(spk_spike_coder *c, spk_error *err)
{
    if (!c->narrow)
        c->narrow = spk_alloc(MOST + SPK_NUMBERS_SLACK, sizeof *c->narrow, "spikes", err);
    return c->narrow ? 0 : -1;
}

static int prepare_decoded(spk_spike_coder *c, spk_error *err)
{
    if (!c->tick) c->tick = spk_alloc(MOST, sizeof *c->tick, "spikes", err);
    if (!c->unit) c->unit = spk_alloc(MOST, sizeof *c->unit, "spikes", err);
    return c->tick && c->unit ? prepare(c, err) : -1;
}

static int prepare_wide(spk_spike_coder *c, spk_error *err)
{
    if (!c->wide) c->wide = spk_alloc(MOST, sizeof *c->wide, "spikes", err);
    return c->wide ? 0 : -1;
}

static int prepare_intervals(spk_spike_coder *c, spk_error *err)
{
    if (!c->intervals) c->intervals = spk_interval_coder_new(err);
    return c->intervals ? 0 : -1;
}

void spk_spike_coder_free(spk_spike_coder *coder)
{
    if (!coder) return;
    free(coder->wide);
    free(coder->narrow);
    free(coder->tick);
    free(coder->unit);
    spk_interval_coder_free(coder->intervals);
    free(coder);
}

/* ---- encoding ------------------------------------------------------------------------------- */

static int put_head(spk_payload *out, const head *h, spk_error *err)
{
    unsigned char *at = spk_payload_add(out, HEAD, err);
    if (!at) return -1;
    spk_put64(at, h->t0);
    spk_put32(at + 8, h->n);
    at[12] = h->codec;
    at[13] = SORTED_BY_TIME;
    at[14] = 0;
    at[SHIFT_AT] = h->form.shift;
    spk_put32(at + 16, h->units);
    at[PLANES_AT] = h->form.planes;
    at[COUNT_BYTES_AT] = h->count_bytes;
    spk_put16(at + 22, h->windows);
    return 0;
}

static uint8_t bytes_of(uint64_t value)
{
    uint8_t bytes = 0;
    for (; value; value >>= 8)
        bytes++;
    return bytes;
}

/* Columns from the first spike's tick to the last's: the gaps fit when it does; 0 when it does not. */
static uint64_t raster_length(const spk_spike_block *b)
{
    uint64_t span = b->tick[b->n - 1] - b->tick[0], length;
    if (span == UINT64_MAX || __builtin_mul_overflow(span + 1, (uint64_t)b->units, &length))
        return 0;
    return length;
}

static int encode_raw(const spk_spike_block *b, head *h, spk_payload *out, spk_error *err)
{
    h->codec = SPK_CODEC_RAW;
    if (put_head(out, h, err)) return -1;
    unsigned char *at = spk_payload_add(out, b->n * 12, err);
    if (!at) return -1;
    for (size_t i = 0; i < b->n; i++)
        spk_put64(at + 8 * i, b->tick[i]);
    for (size_t i = 0; i < b->n; i++)
        spk_put32(at + 8 * b->n + 4 * i, b->unit[i]);
    return spk_payload_pad(out, 0, err);
}

/* Gaps of up to 64 bits; the caller knows that they fit. Returns their OR. */
static uint64_t wide_gaps(const spk_spike_block *b, uint64_t *gap)
{
    uint64_t all = 0, tick = b->tick[0];
    uint32_t unit = 0;
    for (size_t i = 0; i < b->n; i++) {
        gap[i] = (b->tick[i] - tick) * b->units + b->unit[i] - unit;
        all |= gap[i];
        tick = b->tick[i];
        unit = b->unit[i];
    }
    return all;
}

/* Gaps that do not fit into 32 bits: byte planes. */
static int put_wide(spk_spike_coder *c, const spk_spike_block *b, uint64_t all, head *h,
                    spk_payload *out, spk_error *err)
{
    h->form = (spk_number_form){0, bytes_of(all)};
    if (put_head(out, h, err)) return -1;
    unsigned char *at = spk_payload_add_planes(out, h->form.planes, b->n, err);
    if (!at) return -1;
    c->kernels->split64(c->wide, b->n, h->form.planes, at);
    return 0;
}

static int encode_gaps(spk_spike_coder *c, const spk_spike_block *b, head *h, spk_payload *out,
                       spk_error *err)
{
    h->codec = SPK_CODEC_GAPS;
    uint64_t all = 0;
    if (raster_length(b) > UINT32_MAX) {
        if (prepare_wide(c, err)) return -1;
        all = wide_gaps(b, c->wide);
    }
    if (all > UINT32_MAX) {
        if (put_wide(c, b, all, h, out, err)) return -1;
        return spk_payload_pad(out, 0, err);
    }
    uint32_t some = c->kernels->gaps32(b->tick, b->unit, b->n, h->t0, b->units, c->narrow);
    h->form = spk_numbers_form(c->narrow, b->n, some);
    if (put_head(out, h, err) || spk_numbers_encode(h->form, c->narrow, b->n, 0, NULL, out, err))
        return -1;
    return spk_payload_pad(out, 0, err);
}

static int encode_intervals(spk_spike_coder *c, const spk_spike_block *b, head *h, spk_payload *out,
                            spk_error *err)
{
    size_t at = out->bytes;
    h->codec = SPK_CODEC_INTERVALS;
    h->t0 = b->window[0];
    h->windows = (uint16_t)b->windows;
    if (put_head(out, h, err) ||
        spk_intervals_encode(c->intervals, b, out, &h->form, &h->count_bytes, err))
        return -1;
    out->data[at + SHIFT_AT] = h->form.shift;
    out->data[at + PLANES_AT] = h->form.planes;
    out->data[at + COUNT_BYTES_AT] = h->count_bytes;
    return spk_payload_pad(out, 0, err);
}

/* Of the codecs that can hold the block, the one that is smaller by its counts. */
static int choose(spk_spike_coder *c, const spk_spike_block *b, enum spk_spike_codec *codec,
                  spk_error *err)
{
    bool pays = false;
    *codec = raster_length(b) ? SPK_CODEC_GAPS : SPK_CODEC_RAW;
    if (b->units / CELLS_PER_SPIKE > b->n / b->windows || !spk_intervals_fit(b)) return 0;
    if (prepare_intervals(c, err) || spk_intervals_count(c->intervals, b, &pays, err)) return -1;
    if (pays) *codec = SPK_CODEC_INTERVALS;
    return 0;
}

static int encode(spk_spike_coder *c, enum spk_spike_codec codec, const spk_spike_block *b,
                  spk_payload *out, spk_error *err)
{
    head h = {.t0 = b->tick[0], .n = (uint32_t)b->n, .units = b->units};
    if (codec == SPK_CODEC_INTERVALS) return encode_intervals(c, b, &h, out, err);
    if (codec == SPK_CODEC_GAPS) return encode_gaps(c, b, &h, out, err);
    return encode_raw(b, &h, out, err);
}

int spk_spikes_encode_as(spk_spike_coder *coder, enum spk_spike_codec codec,
                         const spk_spike_block *block, spk_payload *out, spk_error *err)
{
    if (prepare(coder, err)) return -1;
    bool fits = codec == SPK_CODEC_RAW || (codec == SPK_CODEC_GAPS && raster_length(block)), pays;
    if (codec == SPK_CODEC_INTERVALS && spk_intervals_fit(block)) {
        if (prepare_intervals(coder, err) ||
            spk_intervals_count(coder->intervals, block, &pays, err))
            return -1;
        fits = true;
    }
    if (!fits) return spk_fail(err, SPK_BUG, "codec %d cannot hold these spikes", (int)codec);
    return encode(coder, codec, block, out, err);
}

int spk_spikes_encode(spk_spike_coder *coder, const spk_spike_block *block, spk_payload *out,
                      spk_error *err)
{
    enum spk_spike_codec codec;
    if (prepare(coder, err)) return -1;
    if (choose(coder, block, &codec, err)) return -1;
    return encode(coder, codec, block, out, err);
}

/* ---- decoding ------------------------------------------------------------------------------- */

static const char *get_head(const unsigned char *payload, size_t bytes, uint32_t units, head *h)
{
    if (bytes < HEAD) return "the payload is too short";
    *h = (head){.t0 = spk_get64(payload),
                .n = spk_get32(payload + 8),
                .codec = payload[12],
                .sort = payload[13],
                .version = payload[14],
                .form = {payload[SHIFT_AT], payload[PLANES_AT]},
                .units = spk_get32(payload + 16),
                .count_bytes = payload[COUNT_BYTES_AT],
                .windows = spk_get16(payload + 22)};
    if (h->n == 0 || h->n > MOST) return "the number of spikes is out of range";
    if (h->units != units) return "the number of units is not the channel's";
    if (h->sort != SORTED_BY_TIME || h->version != 0) return "its form is not known";
    return NULL;
}

static size_t padded(size_t bytes)
{
    return (bytes + 7) & ~(size_t)7;
}

static const char *decode_raw(spk_spike_coder *c, const head *h, const unsigned char *at,
                              size_t bytes)
{
    size_t n = h->n;
    if (bytes != padded(12 * n)) return "its size does not fit the number of spikes";
    for (size_t i = 0; i < n; i++)
        c->tick[i] = spk_get64(at + 8 * i);
    for (size_t i = 0; i < n; i++)
        c->unit[i] = spk_get32(at + 8 * n + 4 * i);
    if (!c->kernels->sorted(c->tick, c->unit, n, h->t0, 0, h->units))
        return "its spikes are not sorted";
    return NULL;
}

static bool expand_wide(spk_spike_coder *c, const head *h)
{
    uint64_t t = h->t0, x;
    uint32_t u = 0;
    for (size_t i = 0; i < h->n; i++) {
        if (__builtin_add_overflow(c->wide[i], (uint64_t)u, &x)) return false;
        if (__builtin_add_overflow(t, x / h->units, &t)) return false;
        u = (uint32_t)(x % h->units);
        c->tick[i] = t;
        c->unit[i] = u;
    }
    return true;
}

static const char *decode_wide_gaps(spk_spike_coder *c, const head *h, const unsigned char *at,
                                    size_t bytes)
{
    if (h->form.shift || h->form.planes > 8 || bytes != padded((size_t)h->form.planes * h->n))
        return "its size does not fit the number of spikes";
    c->kernels->merge64(at, h->n, h->form.planes, c->wide);
    return expand_wide(c, h) ? NULL : "a tick does not fit into 64 bits";
}

static const char *decode_gaps(spk_spike_coder *c, const head *h, const unsigned char *at,
                               size_t bytes)
{
    uint64_t t = h->t0;
    uint32_t u = 0;
    size_t size;
    if (h->form.planes > 4) return decode_wide_gaps(c, h, at, bytes);
    if (!spk_numbers_bytes(h->form, h->n, &size) || bytes != padded(size))
        return "its size does not fit the number of spikes";
    spk_numbers_decode(h->form, at, h->n, c->narrow);
    if (!c->kernels->expand32(c->narrow, h->n, h->units, &t, &u, c->tick, c->unit))
        return "a tick does not fit into 64 bits";
    return NULL;
}

int spk_spikes_decode(spk_spike_coder *coder, const unsigned char *payload, size_t bytes,
                      uint32_t units, spk_spike_block *block, const char **why, spk_error *err)
{
    head h;
    *why = get_head(payload, bytes, units, &h);
    if (*why || prepare_decoded(coder, err)) return -1;
    const unsigned char *columns = payload + HEAD;
    *block = (spk_spike_block){.n = h.n, .tick = coder->tick, .unit = coder->unit, .units = units};
    bytes -= HEAD;
    switch (h.codec) {
    case SPK_CODEC_RAW:
        *why = decode_raw(coder, &h, columns, bytes);
        break;
    case SPK_CODEC_GAPS:
        if (h.form.planes > 4 && prepare_wide(coder, err)) return -1;
        *why = decode_gaps(coder, &h, columns, bytes);
        break;
    case SPK_CODEC_INTERVALS:
        if (prepare_intervals(coder, err)) return -1;
        return spk_intervals_decode(coder->intervals, columns, bytes, h.t0, h.n, units, h.windows,
                                    h.form, h.count_bytes, coder->tick, coder->unit, why, err);
    default:
        *why = "its codec is not known";
    }
    return *why ? -1 : 0;
}
