/* index.h: the trailer that lets a file be entered in the middle; nothing depends on it.
 *
 * Two skippable zstd frames after the one that holds END: the time index (magic 0x184D2A53) with 48
 * bytes a frame, and the seek table of zstd's seekable format, so that its tools work too. */
#ifndef SPK_STREAM_INDEX_H
#define SPK_STREAM_INDEX_H

#include "base/error.h"
#include "stream/transport.h"

#include <stddef.h>
#include <stdint.h>

enum {
    SPK_INDEX_MAGIC = 0x184D2A53,
    SPK_INDEX_ENTRY_BYTES = 48,
    SPK_INDEX_TAIL_BYTES = 24,
    SPK_SEEK_MAGIC = 0x184D2A5E
};
#define SPK_INDEX_END_MAGIC 0x58444E494B5053ull /* "SPKINDX" and a zero byte */
#define SPK_SEEK_END_MAGIC  0x8F92EAB1u

/* One zstd frame. */
typedef struct spk_index_entry {
    uint64_t compressed, logical;   /* offsets of its first byte */
    uint64_t first_tick, last_tick; /* of its spikes and samples; first > last: none */
    uint64_t spikes;
    uint32_t kinds; /* bit k: it holds a record of kind k (31: of a higher one) */
    uint32_t sum;   /* low 32 bits of the XXH64 of its content */
} spk_index_entry;

typedef struct spk_index {
    size_t n, capacity;
    spk_index_entry *entry;
    uint64_t compressed, logical; /* sizes of all frames together */
} spk_index;

void spk_index_free(spk_index *index);

/* Both trailer frames, for the frames in `index`. */
int spk_index_write(const spk_index *index, spk_packer *out, spk_error *err) SPK_NODISCARD;

/* The index of the file `fd` (its position is not used): 1 when it has one that fits the file's
 * size, 0 when it has none or one of another file (after `cat`), -1 when the file cannot be read.
 */
int spk_index_read(int fd, const char *name, spk_index *index, spk_error *err) SPK_NODISCARD;

#endif
