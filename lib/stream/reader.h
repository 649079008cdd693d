/* reader.h: a stream in, item by item, each verified before it is handed out.
 *
 *     spk_reader *in = spk_reader_open(fd, "-", NULL, &err);
 *     spk_item item;
 *     int more;
 *     while ((more = spk_reader_next(in, &item, &err)) > 0)
 *         if (item.kind == SPK_KIND_SPIKES) use(item.spikes.n, item.spikes.tick, item.spikes.unit);
 *     if (more < 0) fail;            // damaged, or ended without END: never whole
 *     spk_reader_close(in);
 *
 * Plain and zstd-compressed streams are told apart by their first bytes. Memory does not grow with
 * the stream's length. Arrays in an item are borrowed until the next call. */
#ifndef SPK_STREAM_READER_H
#define SPK_STREAM_READER_H

#include "base/error.h"
#include "stream/format.h"
#include "stream/header.h"
#include "stream/provenance.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct spk_reader spk_reader;

typedef struct spk_sample {
    uint64_t number;   /* position in the full, epoch-expanded, ordered data set */
    uint64_t begin;    /* tick */
    uint64_t duration; /* ticks; spikes lie in [begin, begin + duration) */
    int32_t label;     /* -1: none */
    uint32_t attempts; /* presentations it took; 1 unless it was presented again */
    const char *json;  /* optional extra object, or NULL */
} spk_sample;

/* Spikes of one channel within one sample, sorted by (tick, unit). A stream without SAMPLE records
 * is one sample, number 0, whose duration is known only at END (then sample->duration is 0). */
typedef struct spk_spikes {
    const spk_sample *sample;
    size_t n;
    const uint64_t *tick;
    const uint32_t *unit;
} spk_spikes;

typedef struct spk_frame {
    const spk_sample *sample; /* the sample it lies in */
    uint64_t begin, duration; /* ticks */
    size_t n;
    const float *value;  /* in the channel's unit: scale * byte for u8 */
    const float *stored; /* as spk_writer_frame takes them: the bytes of u8 (else = value) */
} spk_frame;

typedef struct spk_prediction {
    uint64_t sample; /* number */
    int32_t class_;  /* -1: none (a silent sample) */
    uint32_t k;
    const float *score; /* k scores, one a class */
} spk_prediction;

/* Consecutive rows of an array; a large array comes in several. */
typedef struct spk_rows_of {
    const spk_array *array;
    uint64_t row0, rows;
    const void *value; /* dense: rows x cols values of array->dtype, row-major */
    /* sparse: CSR of these rows */
    const uint64_t *row_ptr; /* rows + 1, from 0 */
    const uint32_t *col;
} spk_rows_of;

typedef struct spk_trace {
    const spk_sample *sample;
    uint64_t t0;         /* tick of the first row; the channel's period separates rows */
    size_t rows;         /* times */
    const double *value; /* rows x channel size; f32 traces are given as doubles */
} spk_trace;

typedef struct spk_snapshot {
    uint64_t samples; /* trained so far */
    uint64_t tick;
} spk_snapshot;

typedef struct spk_raw {
    uint32_t flags;
    const void *payload;
    size_t bytes;
} spk_raw;

/* What spk_reader_next returns; `kind` says which member holds. HEADER and PROVENANCE records are
 * taken in by the reader and not returned; END is return value 0. Kinds without a member here
 * (NETWORK, STATE, METRIC, ATTACH, unknown non-critical ones) come as `raw`. */
typedef struct spk_item {
    spk_kind kind;
    uint32_t id; /* channel or array id; 0: the whole stream */
    union {
        const spk_sample *sample; /* SAMPLE */
        spk_spikes spikes;
        spk_frame frame;
        spk_prediction prediction;
        spk_rows_of rows; /* WEIGHTS_DENSE, WEIGHTS_SPARSE */
        spk_trace trace;
        spk_snapshot snapshot;
        uint64_t watermark; /* this channel is complete up to (not including) this tick */
        spk_raw raw;
    };
} spk_item;

typedef struct spk_reader_options {
    bool allow_truncated; /* a missing END is then the end, once; see spk_reader_truncated() */
    bool *cut_short;      /* when not NULL, becomes true where that happens */
    const char *channel;  /* give only spikes, frames and traces of this population; NULL: all */
    bool whole_records;   /* do not split SPIKES records at samples (copying tools) */
    bool segments;        /* another stream may follow END: see spk_reader_next_segment() */
    /* Salvage: what is damaged is skipped, and told in one line, instead of an error; END is then
     * no more than the end, and spk_reader_truncated() says whether anything was lost. */
    void (*lost)(void *context, const char *message);
    void *lost_context;
} spk_reader_options;

/* Reads from `fd` (closed by spk_reader_close unless it is 0); `name` ("-" prints as "<stdin>") is
 * for messages. Reads up to and including the HEADER and PROVENANCE records. */
spk_reader *spk_reader_open(int fd, const char *name, const spk_reader_options *options,
                            spk_error *err) SPK_NODISCARD;
/* The same from memory (borrowed until close). */
spk_reader *spk_reader_open_memory(const void *bytes, size_t n, const char *name,
                                   const spk_reader_options *options, spk_error *err) SPK_NODISCARD;
const spk_header *spk_reader_header(const spk_reader *reader);
const spk_provenance *spk_reader_provenance(const spk_reader *reader);
const char *spk_reader_name(const spk_reader *reader);

/* 1: *item is filled; 0: END was seen and everything checked (counts, digest); -1: error, after all
 * intact items were delivered. SAMPLE items come in ascending order, each before its spikes, frames
 * and prediction, which never cross a sample; with several channels, a channel's spikes may go back
 * to a sample already given (spikes.sample says which). Samples without spikes are given too. The
 * one sample of a stream without SAMPLE records is not given as an item. */
int spk_reader_next(spk_reader *reader, spk_item *item, spk_error *err) SPK_NODISCARD;

/* With options.segments, after next() returned 0: 1 when another stream follows (`cat a b`), whose
 * header and provenance then stand in for those before; 0 at the end of the input; -1 on error.
 * Without that option a second stream is an error of next(). */
int spk_reader_next_segment(spk_reader *reader, spk_error *err) SPK_NODISCARD;

/* How many groups of records have begun. What belongs to samples is complete once an item comes with
 * a higher count, but for the last sample, which may go on. For those that want items by sample. */
uint64_t spk_reader_group(const spk_reader *reader);

/* True after a next() that ended an --allow-truncated stream without END. */
bool spk_reader_truncated(const spk_reader *reader);
/* True when END was there, be it one that says that the stream is not complete. */
bool spk_reader_has_end(const spk_reader *reader);
/* After END: duration of the whole in ticks. */
uint64_t spk_reader_duration(const spk_reader *reader);

/* Where the reader stands: for spk-info. */
typedef struct spk_reader_stats {
    uint64_t compressed_bytes, logical_bytes, records;
    uint64_t spikes, spike_payload_bytes; /* decoded spikes and their records' payload bytes */
    uint64_t spike_compressed_bytes; /* compressed bytes read while SPIKES records were (approximate
                                        for mixed frames) */
    bool compressed;
} spk_reader_stats;
void spk_reader_stats_get(const spk_reader *reader, spk_reader_stats *stats);

void spk_reader_close(spk_reader *reader);

#endif
