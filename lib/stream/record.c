/* record.c: packing and checking of record headers and of the preamble. */
#include "stream/record.h"

#include "base/bytes.h"

#include <stdio.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { SUMMED = 24 }; /* header bytes that the checksum covers */

typedef struct kind_info {
    const char *name;
    bool critical;
} kind_info;

static const kind_info kinds[] = {
    [SPK_KIND_HEADER] = {"HEADER", true},
    [SPK_KIND_PROVENANCE] = {"PROVENANCE", false},
    [SPK_KIND_SPIKES] = {"SPIKES", true},
    [SPK_KIND_SAMPLE] = {"SAMPLE", true},
    [SPK_KIND_WEIGHTS_DENSE] = {"WEIGHTS_DENSE", true},
    [SPK_KIND_WEIGHTS_SPARSE] = {"WEIGHTS_SPARSE", true},
    [SPK_KIND_TRACE] = {"TRACE", false},
    [SPK_KIND_NETWORK] = {"NETWORK", true},
    [SPK_KIND_STATE] = {"STATE", true},
    [SPK_KIND_WATERMARK] = {"WATERMARK", false},
    [SPK_KIND_METRIC] = {"METRIC", false},
    [SPK_KIND_ATTACH] = {"ATTACH", false},
    [SPK_KIND_FRAME] = {"FRAME", true},
    [SPK_KIND_PREDICTION] = {"PREDICTION", true},
    [SPK_KIND_SNAPSHOT] = {"SNAPSHOT", true},
    [SPK_KIND_END] = {"END", true},
};

static const kind_info *info(uint16_t kind)
{
    if (kind >= sizeof kinds / sizeof kinds[0] || !kinds[kind].name) return NULL;
    return &kinds[kind];
}

const char *spk_kind_name(uint16_t kind, char text[16])
{
    if (info(kind)) return info(kind)->name;
    snprintf(text, 16, "kind %u", kind);
    return text;
}

bool spk_kind_known(uint16_t kind)
{
    return info(kind) != NULL;
}

bool spk_kind_critical(uint16_t kind)
{
    return info(kind) && info(kind)->critical;
}

static uint64_t sum_of(const unsigned char *head, const void *payload, size_t bytes)
{
    XXH3_state_t state;
    XXH3_64bits_reset(&state);
    XXH3_64bits_update(&state, head, SUMMED);
    XXH3_64bits_update(&state, payload, bytes);
    return XXH3_64bits_digest(&state);
}

void spk_record_pack(const spk_record *record, const void *payload,
                     unsigned char head[SPK_RECORD_HEADER_BYTES])
{
    spk_put32(head, SPK_SYNC);
    spk_put16(head + 4, record->kind);
    spk_put16(head + 6, record->flags);
    spk_put32(head + 8, record->id);
    spk_put32(head + 12, record->bytes);
    spk_put64(head + 16, record->sequence);
    spk_put64(head + SUMMED, sum_of(head, payload, record->bytes));
}

bool spk_record_unpack(spk_record *record, const unsigned char head[SPK_RECORD_HEADER_BYTES])
{
    *record = (spk_record){.kind = spk_get16(head + 4),
                           .flags = spk_get16(head + 6),
                           .id = spk_get32(head + 8),
                           .bytes = spk_get32(head + 12),
                           .sequence = spk_get64(head + 16),
                           .sum = spk_get64(head + SUMMED)};
    return spk_get32(head) == SPK_SYNC;
}

bool spk_record_intact(const unsigned char head[SPK_RECORD_HEADER_BYTES], const void *payload,
                       size_t bytes)
{
    return sum_of(head, payload, bytes) == spk_get64(head + SUMMED);
}

void spk_preamble_pack(uint64_t stream_id, unsigned char bytes[SPK_PREAMBLE_BYTES])
{
    memcpy(bytes, SPK_MAGIC, 8);
    spk_put16(bytes + 8, SPK_FORMAT_VERSION);
    spk_put16(bytes + 10, SPK_FORMAT_MIN_READER);
    spk_put32(bytes + 12, 0);
    spk_put64(bytes + 16, stream_id);
    spk_put64(bytes + SUMMED, XXH3_64bits(bytes, SUMMED));
}

const char *spk_preamble_fault(const unsigned char bytes[SPK_PREAMBLE_BYTES])
{
    if (memcmp(bytes, SPK_MAGIC, 8) != 0) return "not a .spk stream";
    if (spk_get64(bytes + SUMMED) != XXH3_64bits(bytes, SUMMED))
        return "the first 32 bytes of the stream are damaged";
    if (spk_get16(bytes + 10) > SPK_FORMAT_VERSION)
        return "the stream needs a newer version of this program";
    if (spk_get32(bytes + 12) != 0) return "the stream has flags that this program does not know";
    return NULL;
}
