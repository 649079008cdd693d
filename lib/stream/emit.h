/* emit.h: records out, one after another: sequence, digest, frames, index, END.
 *
 * The emitter knows bytes and counts; what is in a record, and when one ends, is known above. */
#ifndef SPK_STREAM_EMIT_H
#define SPK_STREAM_EMIT_H

#include "stream/header.h"
#include "stream/payload.h"
#include "stream/provenance.h"
#include "stream/record.h"

#include <stdbool.h>

typedef struct spk_emitter spk_emitter;

/* What a record adds to the index and to END. */
typedef struct spk_extent {
    uint64_t first_tick, last_tick; /* first > last: it has no place in time */
    size_t spikes;
} spk_extent;

/* Writes preamble, HEADER and PROVENANCE. `header` is borrowed. */
spk_emitter *spk_emitter_open(int fd, const char *name, const spk_header *header,
                              const spk_provenance *provenance, int level,
                              spk_error *err) SPK_NODISCARD;
void spk_emitter_close(spk_emitter *e);
/* Frames end when they hold so many logical bytes (otherwise 2 MiB). */
void spk_emitter_frame_bytes(spk_emitter *e, uint32_t bytes);

/* One record; `extent` may be NULL. The payload is padded already. */
int spk_emit(spk_emitter *e, uint16_t kind, uint16_t flags, uint32_t id, const spk_payload *payload,
             const spk_extent *extent, spk_error *err) SPK_NODISCARD;

/* One of numbers, without extent and channel. */
int spk_emit_numbers(spk_emitter *e, uint16_t kind, uint16_t flags, size_t n,
                     const uint64_t *number, spk_error *err) SPK_NODISCARD;

/* How many SAMPLE records the last records were. */
size_t spk_emitter_samples(const spk_emitter *e);

/* Between groups of records: ends the frame when it is long enough. */
int spk_emitter_rest(spk_emitter *e, spk_error *err) SPK_NODISCARD;

/* Everything emitted so far to the descriptor, if anything is held back. */
int spk_emitter_flush(spk_emitter *e, spk_error *err) SPK_NODISCARD;
/* Monotonic nanoseconds since which finished records are held back; 0 when none are. */
uint64_t spk_emitter_waiting_since(const spk_emitter *e);

/* END with this status, the index, and everything to the descriptor. */
int spk_emitter_end(spk_emitter *e, uint32_t status, uint64_t duration,
                    spk_error *err) SPK_NODISCARD;

uint64_t spk_emitter_last_tick(const spk_emitter *e); /* of all spikes so far */
void spk_emitter_counts(const spk_emitter *e, uint64_t *compressed, uint64_t *logical,
                        uint64_t *records, uint64_t *spikes);

#endif
