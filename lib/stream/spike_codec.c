/* spike_codec.c: the head of a SPIKES payload, and the raw and time-major codecs. */
#include "stream/spike_codec.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "stream/format.h"
#include "stream/stream_kernels.h"

#include <stdlib.h>
#include <string.h>

enum { HEAD = 24, SORTED_BY_TIME = 1, MOST = SPK_RECORD_MAX_SPIKES };

struct spk_spike_coder {
    const spk_stream_kernels *kernels;
    uint64_t *wide;   /* MOST gaps of up to 64 bits */
    uint32_t *narrow; /* or of up to 32 */
    uint64_t *tick;   /* MOST decoded spikes */
    uint32_t *unit;
};

typedef struct head {
    uint64_t t0;
    uint32_t n, units;
    uint16_t version, windows;
    uint8_t codec, sort, planes, count_bytes;
} head;

spk_spike_coder *spk_spike_coder_new(spk_error *err)
{
    spk_spike_coder *c = spk_alloc(1, sizeof *c, "spikes", err);
    if (!c) return NULL;
    c->kernels = spk_stream_kernels_get();
    c->wide = spk_alloc(MOST, sizeof *c->wide, "spikes", err);
    c->narrow = spk_alloc(MOST, sizeof *c->narrow, "spikes", err);
    c->tick = spk_alloc(MOST, sizeof *c->tick, "spikes", err);
    c->unit = spk_alloc(MOST, sizeof *c->unit, "spikes", err);
    if (c->wide && c->narrow && c->tick && c->unit) return c;
    spk_spike_coder_free(c);
    return NULL;
}

void spk_spike_coder_free(spk_spike_coder *coder)
{
    if (!coder) return;
    free(coder->wide);
    free(coder->narrow);
    free(coder->tick);
    free(coder->unit);
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
    spk_put16(at + 14, 0);
    spk_put32(at + 16, h->units);
    at[20] = h->planes;
    at[21] = h->count_bytes;
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

static int encode_gaps(spk_spike_coder *c, const spk_spike_block *b, head *h, uint64_t length,
                       spk_payload *out, spk_error *err)
{
    h->codec = SPK_CODEC_GAPS;
    uint64_t all;
    if (length <= UINT32_MAX)
        all = c->kernels->gaps32(b->tick, b->unit, b->n, h->t0, b->units, c->narrow);
    else
        all = wide_gaps(b, c->wide);
    h->planes = bytes_of(all);
    if (put_head(out, h, err)) return -1;
    unsigned char *at = spk_payload_add_planes(out, h->planes, b->n, err);
    if (!at) return -1;
    if (length <= UINT32_MAX)
        c->kernels->split32(c->narrow, b->n, h->planes, at);
    else
        c->kernels->split64(c->wide, b->n, h->planes, at);
    return spk_payload_pad(out, 0, err);
}

int spk_spikes_encode(spk_spike_coder *coder, const spk_spike_block *block, spk_payload *out,
                      spk_error *err)
{
    head h = {.t0 = block->tick[0], .n = (uint32_t)block->n, .units = block->units};
    uint64_t span = block->tick[block->n - 1] - h.t0, length;
    /* The raster's length in columns, if it fits; otherwise gaps might not. */
    if (span == UINT64_MAX || __builtin_mul_overflow(span + 1, (uint64_t)block->units, &length))
        return encode_raw(block, &h, out, err);
    return encode_gaps(coder, block, &h, length, out, err);
}

/* ---- decoding ------------------------------------------------------------------------------- */

static const char *get_head(const unsigned char *payload, size_t bytes, uint32_t units, head *h)
{
    if (bytes < HEAD) return "the payload is too short";
    *h = (head){.t0 = spk_get64(payload),
                .n = spk_get32(payload + 8),
                .codec = payload[12],
                .sort = payload[13],
                .version = spk_get16(payload + 14),
                .units = spk_get32(payload + 16),
                .planes = payload[20],
                .count_bytes = payload[21],
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

static const char *decode_gaps(spk_spike_coder *c, const head *h, const unsigned char *at,
                               size_t bytes)
{
    uint64_t t = h->t0;
    uint32_t u = 0;
    bool ok;
    if (h->planes > 8 || bytes != padded((size_t)h->planes * h->n))
        return "its size does not fit the number of spikes";
    if (h->planes <= 4) {
        c->kernels->merge32(at, h->n, h->planes, c->narrow);
        ok = c->kernels->expand32(c->narrow, h->n, h->units, &t, &u, c->tick, c->unit);
    } else {
        c->kernels->merge64(at, h->n, h->planes, c->wide);
        ok = expand_wide(c, h);
    }
    return ok ? NULL : "a tick does not fit into 64 bits";
}

int spk_spikes_decode(spk_spike_coder *coder, const unsigned char *payload, size_t bytes,
                      uint32_t units, spk_spike_block *block, const char **why)
{
    head h;
    *why = get_head(payload, bytes, units, &h);
    if (*why) return -1;
    const unsigned char *columns = payload + HEAD;
    if (h.codec == SPK_CODEC_RAW)
        *why = decode_raw(coder, &h, columns, bytes - HEAD);
    else if (h.codec == SPK_CODEC_GAPS)
        *why = decode_gaps(coder, &h, columns, bytes - HEAD);
    else
        *why = "its codec is not known";
    *block = (spk_spike_block){h.n, coder->tick, coder->unit, units, 0, NULL, 0};
    return *why ? -1 : 0;
}
