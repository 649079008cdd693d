/* emit.c: the record sequence, from the preamble to END and the index.
 *
 * Frames end only between groups of records, after FRAME_BYTES of logical bytes: a frame is what
 * can be decoded on its own, in parallel with others or after a seek. */
#include "stream/emit.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "base/now.h"
#include "stream/index.h"
#include "stream/transport.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { FRAME_BYTES = 2 << 20, END_FIXED = 56, END_CHANNEL = 16 };

struct spk_emitter {
    const spk_header *header;
    spk_packer *out;
    XXH3_state_t *digest;
    spk_payload scratch;
    uint64_t sequence, spikes, last_tick;
    size_t samples;           /* SAMPLE records in a row, up to now */
    uint64_t *channel_spikes; /* by position in the header */
    uint64_t waiting_since;
    uint32_t frame_bytes;
    spk_index index;
    spk_index_entry frame; /* the open one */
};

/* ---- frames --------------------------------------------------------------------------------- */

static void begin_frame(spk_emitter *e)
{
    e->frame = (spk_index_entry){.compressed = spk_packer_compressed(e->out),
                                 .logical = spk_packer_logical(e->out),
                                 .first_tick = UINT64_MAX};
}

static int end_frame(spk_emitter *e, spk_error *err)
{
    if (!spk_packer_compresses(e->out) || spk_packer_logical(e->out) == e->frame.logical) return 0;
    if (spk_packer_end_frame(e->out, &e->frame.sum, err)) return -1;
    if (spk_grow(&e->index.entry, &e->index.capacity, e->index.n + 1, sizeof *e->index.entry,
                 "the index", err))
        return -1;
    e->index.entry[e->index.n++] = e->frame;
    begin_frame(e);
    return 0;
}

static void note(spk_emitter *e, uint16_t kind, uint32_t id, const spk_extent *extent)
{
    spk_index_entry *frame = &e->frame;
    frame->kinds |= 1u << (kind < 31 ? kind : 31);
    if (!extent) return;
    if (extent->first_tick <= extent->last_tick) {
        if (extent->first_tick < frame->first_tick) frame->first_tick = extent->first_tick;
        if (extent->last_tick > frame->last_tick) frame->last_tick = extent->last_tick;
    }
    if (!extent->spikes) return;
    frame->spikes += extent->spikes;
    e->spikes += extent->spikes;
    if (extent->last_tick > e->last_tick) e->last_tick = extent->last_tick;
    const spk_channel *channel = spk_header_channel(e->header, id);
    if (channel) e->channel_spikes[channel - e->header->channel] += extent->spikes;
}

/* ---- records -------------------------------------------------------------------------------- */

static int write_payload(spk_emitter *e, const spk_payload *payload, spk_error *err)
{
    size_t at = 0;
    for (size_t i = 0; i < payload->cuts; i++) {
        if (spk_packer_write(e->out, payload->data + at, payload->cut[i] - at, err)) return -1;
        if (spk_packer_end_block(e->out, err)) return -1;
        at = payload->cut[i];
    }
    return spk_packer_write(e->out, payload->data + at, payload->bytes - at, err);
}

int spk_emit(spk_emitter *e, uint16_t kind, uint16_t flags, uint32_t id, const spk_payload *payload,
             const spk_extent *extent, spk_error *err)
{
    char name[16];
    if (payload->bytes > SPK_RECORD_MAX_BYTES)
        return spk_fail(err, SPK_LIMIT, "a %s record of %zu bytes (at most %d)",
                        spk_kind_name(kind, name), payload->bytes, SPK_RECORD_MAX_BYTES);
    spk_record record = {.kind = kind,
                         .flags = flags,
                         .id = id,
                         .bytes = (uint32_t)payload->bytes,
                         .sequence = e->sequence};
    unsigned char head[SPK_RECORD_HEADER_BYTES];
    spk_record_pack(&record, payload->data, head);
    if (spk_packer_write(e->out, head, sizeof head, err) || write_payload(e, payload, err))
        return -1;
    XXH3_128bits_update(e->digest, payload->data, payload->bytes);
    e->sequence++;
    e->samples = kind == SPK_KIND_SAMPLE ? e->samples + 1 : 0;
    note(e, kind, id, extent);
    if (!e->waiting_since) e->waiting_since = spk_now();
    return 0;
}

int spk_emit_numbers(spk_emitter *e, uint16_t kind, uint16_t flags, size_t n,
                     const uint64_t *number, spk_error *err)
{
    spk_payload_clear(&e->scratch);
    unsigned char *at = spk_payload_add(&e->scratch, 8 * n, err);
    if (!at) return -1;
    for (size_t i = 0; i < n; i++)
        spk_put64(at + 8 * i, number[i]);
    return spk_emit(e, kind, flags, 0, &e->scratch, NULL, err);
}

size_t spk_emitter_samples(const spk_emitter *e)
{
    return e->samples;
}

int spk_emitter_rest(spk_emitter *e, spk_error *err)
{
    if (spk_packer_logical(e->out) - e->frame.logical < e->frame_bytes) return 0;
    return end_frame(e, err);
}

int spk_emitter_flush(spk_emitter *e, spk_error *err)
{
    if (!e->waiting_since) return 0;
    e->waiting_since = 0;
    return spk_packer_flush(e->out, err);
}

uint64_t spk_emitter_waiting_since(const spk_emitter *e)
{
    return e->waiting_since;
}

/* ---- the beginning -------------------------------------------------------------------------- */

static int emit_json(spk_emitter *e, uint16_t kind, uint16_t flags, const char *json,
                     spk_error *err)
{
    size_t bytes = strlen(json);
    spk_payload_clear(&e->scratch);
    unsigned char *at = spk_payload_add(&e->scratch, bytes, err);
    if (!at) return -1;
    memcpy(at, json, bytes);
    if (spk_payload_pad(&e->scratch, ' ', err)) return -1;
    return spk_emit(e, kind, flags, 0, &e->scratch, NULL, err);
}

/* The first 16 digits of the last step's id, as bytes. */
static uint64_t stream_id(const spk_provenance *provenance)
{
    if (!provenance || !provenance->n) return 0;
    char digits[17] = {0};
    memcpy(digits, provenance->id[provenance->n - 1], 16);
    return strtoull(digits, NULL, 16);
}

static int begin(spk_emitter *e, const spk_provenance *provenance, spk_error *err)
{
    unsigned char preamble[SPK_PREAMBLE_BYTES];
    spk_preamble_pack(stream_id(provenance), preamble);
    if (spk_packer_write(e->out, preamble, sizeof preamble, err)) return -1;
    char *json = spk_header_to_json(e->header, err);
    if (!json) return -1;
    int failed = emit_json(e, SPK_KIND_HEADER, SPK_FLAG_CRITICAL, json, err);
    free(json);
    for (size_t i = 0; provenance && i < provenance->n && !failed; i++)
        failed = emit_json(e, SPK_KIND_PROVENANCE, 0, provenance->json[i], err);
    return failed ? -1 : spk_emitter_flush(e, err);
}

/* Streams of spikes alone are planes of noise to zstd; frames and arrays may repeat themselves. */
static bool only_spikes(const spk_header *header)
{
    for (size_t i = 0; i < header->channels; i++)
        if (header->channel[i].type != SPK_CHANNEL_SPIKES) return false;
    return header->channels > 0 && header->arrays == 0;
}

spk_emitter *spk_emitter_open(int fd, const char *name, const spk_header *header,
                              const spk_provenance *provenance, int level, spk_error *err)
{
    spk_emitter *e = spk_alloc(1, sizeof *e, "the output", err);
    if (!e) return NULL;
    e->header = header;
    e->frame_bytes = FRAME_BYTES;
    e->out = spk_packer_open(fd, name, level, only_spikes(header), err);
    e->digest = XXH3_createState();
    e->channel_spikes = spk_alloc(header->channels, sizeof *e->channel_spikes, "the output", err);
    if (!e->digest) spk_fail(err, SPK_LIMIT, "out of memory for the output");
    if (e->out && e->digest && e->channel_spikes) {
        XXH3_128bits_reset(e->digest);
        begin_frame(e);
        if (!begin(e, provenance, err)) return e;
    }
    spk_emitter_close(e);
    return NULL;
}

void spk_emitter_frame_bytes(spk_emitter *e, uint32_t bytes)
{
    e->frame_bytes = bytes;
}

void spk_emitter_close(spk_emitter *e)
{
    if (!e) return;
    spk_packer_close(e->out);
    XXH3_freeState(e->digest);
    spk_payload_free(&e->scratch);
    spk_index_free(&e->index);
    free(e->channel_spikes);
    free(e);
}

/* ---- the end -------------------------------------------------------------------------------- */

static int build_end(spk_emitter *e, uint32_t status, uint64_t duration, spk_error *err)
{
    uint32_t listed = 0;
    for (size_t i = 0; i < e->header->channels; i++)
        listed += e->header->channel[i].type == SPK_CHANNEL_SPIKES;
    spk_payload_clear(&e->scratch);
    unsigned char *at = spk_payload_add(&e->scratch, END_FIXED + listed * END_CHANNEL, err);
    if (!at) return -1;
    XXH128_hash_t digest = XXH3_128bits_digest(e->digest);
    spk_put32(at, status);
    spk_put32(at + 4, listed);
    spk_put64(at + 8, e->sequence);
    spk_put64(at + 16, e->spikes);
    spk_put64(at + 24, duration);
    spk_put64(at + 32, e->last_tick);
    spk_put64(at + 40, digest.low64);
    spk_put64(at + 48, digest.high64);
    at += END_FIXED;
    for (size_t i = 0; i < e->header->channels; i++) {
        if (e->header->channel[i].type != SPK_CHANNEL_SPIKES) continue;
        spk_put32(at, e->header->channel[i].id);
        spk_put32(at + 4, 0);
        spk_put64(at + 8, e->channel_spikes[i]);
        at += END_CHANNEL;
    }
    return 0;
}

int spk_emitter_end(spk_emitter *e, uint32_t status, uint64_t duration, spk_error *err)
{
    if (build_end(e, status, duration, err)) return -1;
    if (spk_emit(e, SPK_KIND_END, SPK_FLAG_CRITICAL, 0, &e->scratch, NULL, err)) return -1;
    if (end_frame(e, err)) return -1;
    if (spk_packer_compresses(e->out)) {
        e->index.compressed = spk_packer_compressed(e->out);
        e->index.logical = spk_packer_logical(e->out);
        if (spk_index_write(&e->index, e->out, err)) return -1;
    }
    return spk_packer_flush(e->out, err);
}

uint64_t spk_emitter_last_tick(const spk_emitter *e)
{
    return e->last_tick;
}

void spk_emitter_counts(const spk_emitter *e, uint64_t *compressed, uint64_t *logical,
                        uint64_t *records, uint64_t *spikes)
{
    *compressed = spk_packer_compressed(e->out);
    *logical = spk_packer_logical(e->out);
    *records = e->sequence;
    *spikes = e->spikes;
}
