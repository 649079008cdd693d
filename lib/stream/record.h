/* record.h: one record on its own: its 32-byte header, its checksum, its kind's name.
 *
 *     0 u32 sync | 4 u16 kind | 6 u16 flags | 8 u32 id | 12 u32 payload bytes | 16 u64 sequence |
 *     24 u64 XXH3-64 of bytes 0..23 and the payload
 */
#ifndef SPK_STREAM_RECORD_H
#define SPK_STREAM_RECORD_H

#include "stream/format.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct spk_record {
    uint16_t kind, flags;
    uint32_t id;
    uint32_t bytes;
    uint64_t sequence;
    uint64_t sum;
} spk_record;

/* The header of `record` (whose sum is computed here) over its payload. */
void spk_record_pack(const spk_record *record, const void *payload,
                     unsigned char head[SPK_RECORD_HEADER_BYTES]);

/* False when the sync word is not there. Nothing is verified yet. */
bool spk_record_unpack(spk_record *record, const unsigned char head[SPK_RECORD_HEADER_BYTES]);

/* Whether header and payload have the sum that the header states. */
bool spk_record_intact(const unsigned char head[SPK_RECORD_HEADER_BYTES], const void *payload,
                       size_t bytes);

/* "SPIKES", ...; "kind N" for an unknown one, formatted into `text`. */
const char *spk_kind_name(uint16_t kind, char text[16]);

/* Whether a reader of this version knows the kind; if so, whether it is critical. */
bool spk_kind_known(uint16_t kind);
bool spk_kind_critical(uint16_t kind);

/* The preamble, and whether its 32 bytes are one: NULL, or what is wrong with them. */
void spk_preamble_pack(uint64_t stream_id, unsigned char bytes[SPK_PREAMBLE_BYTES]);
const char *spk_preamble_fault(const unsigned char bytes[SPK_PREAMBLE_BYTES]);

#endif
