/* writer.h: a stream out: records cut by content, planes flushed apart, END only when whole.
 *
 * Push samples, spikes, frames in order, in pieces of any size: where records end depends on the
 * content alone (65,536 spikes or 8 whole samples), so the logical bytes do not depend on how they
 * were pushed. With several channels, what one gave waits in memory until all have come so far:
 * call spk_writer_progress() when some may be silent for long. A stream that spk_writer_end() has not
 * ended is reported as truncated by every reader. */
#ifndef SPK_STREAM_WRITER_H
#define SPK_STREAM_WRITER_H

#include "base/error.h"
#include "stream/reader.h"

#include <stdint.h>

typedef struct spk_writer spk_writer;

typedef struct spk_writer_options {
    int level; /* zstd level 1..19; -1: not compressed */
    uint64_t
        latency_ns; /* > 0: at this deadline cut the record, write WATERMARK, flush (--latency);
                       0: flush zstd after 100 ms between finished records, cut nothing;
                       both also while spk_read() waits for input */
    uint32_t frame_bytes; /* a zstd frame ends when it holds so many logical bytes; 0: 2 MiB */
} spk_writer_options;

/* Writes preamble, HEADER and PROVENANCE to `fd` (not closed by the writer); `name` is for
 * messages. Header and provenance are copied. */
spk_writer *spk_writer_open(int fd, const char *name, const spk_header *header,
                            const spk_provenance *provenance, const spk_writer_options *options,
                            spk_error *err) SPK_NODISCARD;

/* Begin the next sample: number ascending, begin >= end of the one before. */
int spk_writer_sample(spk_writer *w, const spk_sample *sample, spk_error *err) SPK_NODISCARD;

/* Spikes of channel `id`, sorted by (tick, unit), not before those already given and inside the
 * current sample; units < channel size. Violations are SPK_BUG failures. */
int spk_writer_spikes(spk_writer *w, uint32_t id, size_t n, const uint64_t *tick,
                      const uint32_t *unit, spk_error *err) SPK_NODISCARD;

/* One frame of the channel's size; u8 channels take whole values 0..255. */
int spk_writer_frame(spk_writer *w, uint32_t id, uint64_t begin, uint64_t duration,
                     const float *value, spk_error *err) SPK_NODISCARD;
int spk_writer_prediction(spk_writer *w, uint32_t id, const spk_prediction *p,
                          spk_error *err) SPK_NODISCARD;
int spk_writer_trace(spk_writer *w, uint32_t id, uint64_t t0, size_t rows, const double *value,
                     spk_error *err) SPK_NODISCARD;

/* Weight streams: a snapshot, then every array of the header in full, rows ascending. A writer
 * refuses to close while an array of the last snapshot is incomplete (SPK_BUG). */
int spk_writer_snapshot(spk_writer *w, const spk_snapshot *snapshot, spk_error *err) SPK_NODISCARD;
int spk_writer_dense(spk_writer *w, uint32_t id, uint64_t row0, uint64_t rows, const void *value,
                     spk_error *err) SPK_NODISCARD;
int spk_writer_sparse(spk_writer *w, uint32_t id, uint64_t row0, uint64_t rows,
                      const uint64_t *row_ptr, const uint32_t *col, const void *value,
                      spk_error *err) SPK_NODISCARD;

/* A record passed through or of a kind above: its payload as it is. */
int spk_writer_record(spk_writer *w, uint16_t kind, uint16_t flags, uint32_t id,
                      const void *payload, size_t bytes, spk_error *err) SPK_NODISCARD;

/* No channel will give anything before `tick`: what waits for others can be written, and a live
 * reader moves on through silence. Cheap. */
int spk_writer_progress(spk_writer *w, uint64_t tick, spk_error *err) SPK_NODISCARD;

/* Write what is buffered, END (status 0; `duration` in ticks, at least the last sample's end) and
 * the index; flush. Does not free. `salvaged`: END with status 2, where an input was not complete. */
int spk_writer_end(spk_writer *w, uint64_t duration, bool salvaged, spk_error *err) SPK_NODISCARD;

/* Pass on what was pushed, without END: for a stream that breaks off because its source did. Does
 * nothing after END, or after a failure of the writer. */
void spk_writer_break_off(spk_writer *w);

typedef struct spk_writer_stats {
    uint64_t compressed_bytes, logical_bytes, records, spikes;
} spk_writer_stats;
void spk_writer_stats_get(const spk_writer *w, spk_writer_stats *stats);

/* Frees. Without spk_writer_end before it, the stream stays visibly incomplete. NULL is ignored. */
void spk_writer_close(spk_writer *w);

#endif
