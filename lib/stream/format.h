/* format.h: the numbers of the .spk container, as man/spk-stream.5 specifies them.
 *
 *     transport   [zstd frame][zstd frame] ... [skippable: time index][skippable: seek table]
 *     logical     preamble | record | record | ... | END     = what `zstd -dc` prints
 */
#ifndef SPK_STREAM_FORMAT_H
#define SPK_STREAM_FORMAT_H

#include <stdint.h>

/* The 32-byte preamble: magic, u16 version, u16 minimum reader version, u32 flags (0), u64 stream
 * id (first 8 bytes of the last provenance id, 0 without provenance), u64 XXH3-64 of bytes 0..23.
 */
#define SPK_MAGIC "\x89SPK\r\n\x1a\n"
enum {
    SPK_PREAMBLE_BYTES = 32,
    SPK_FORMAT_VERSION = 0x0100, /* major << 8 | minor */
    SPK_FORMAT_MIN_READER = 0x0100,
    SPK_RECORD_HEADER_BYTES = 32, /* sync, kind, flags, stream id, bytes, sequence, XXH3-64 */
    SPK_RECORD_MAX_BYTES = 64 << 20,
    SPK_RECORD_MAX_SPIKES = 65536, /* a group of records ends after so many spikes in all, */
    SPK_RECORD_MAX_SAMPLES = 8,    /* or before the sample after so many (stream/group.h) */
    SPK_GROUP_MAX_SAMPLES = 1024,  /* SAMPLE records in a row; a reader holds no more */
    SPK_SAMPLE_MAX_JSON = 16 << 10,
    SPK_HEADER_MAX_ENTRIES = 65536,
    SPK_PROVENANCE_MAX_STEPS = 65536,
    SPK_PROVENANCE_MAX_BYTES = 16 << 20
};
#define SPK_SYNC 0x43455253u /* "SREC" read as little-endian */

typedef enum spk_kind {
    SPK_KIND_HEADER = 1,
    SPK_KIND_PROVENANCE = 2,
    SPK_KIND_SPIKES = 3,
    SPK_KIND_SAMPLE = 4,
    SPK_KIND_WEIGHTS_DENSE = 5,
    SPK_KIND_WEIGHTS_SPARSE = 6,
    SPK_KIND_TRACE = 7,
    SPK_KIND_NETWORK = 8,
    SPK_KIND_STATE = 9,
    SPK_KIND_WATERMARK = 10,
    SPK_KIND_METRIC = 11,
    SPK_KIND_ATTACH = 12,
    SPK_KIND_FRAME = 13,
    SPK_KIND_PREDICTION = 14,
    SPK_KIND_SNAPSHOT = 15, /* critical: u64 samples trained so far, u64 tick; all arrays follow */
    SPK_KIND_END = 255
} spk_kind;

enum spk_record_flags {
    SPK_FLAG_CRITICAL = 1, /* a reader that does not know the kind must stop */
    SPK_FLAG_MORE = 2,     /* continued in the next record of this kind and stream id */
    SPK_FLAG_SORTED = 4
};

#endif
