/* reader_state.h: what the parts of the reader share. Included by reader*.c only.
 *
 *     reader.c         records in, verified; the order of things
 *     reader_accept.c  a record to numbers
 *     reader_give.c    numbers to items, sample by sample
 *     reader_end.c     END, and what follows it
 *     salvage.c        records in, past damage
 */
#ifndef SPK_STREAM_READER_STATE_H
#define SPK_STREAM_READER_STATE_H

#include "stream/decode.h"
#include "stream/reader.h"
#include "stream/record.h"
#include "stream/samples.h"
#include "stream/spike_codec.h"
#include "stream/transport.h"

#include <xxhash.h>

typedef enum spk_reader_state {
    SPK_READING,
    SPK_ENDED,   /* END was seen, and the input's end */
    SPK_SEGMENT, /* END was seen, and the next stream's preamble */
    SPK_FAILED
} spk_reader_state;

struct spk_reader {
    spk_unpacker *in;
    char *name;
    spk_reader_options options;
    char *channel; /* options.channel, copied */
    spk_reader_state state;
    bool truncated, has_end;
    spk_error failure;

    /* the stream so far */
    spk_header header;
    spk_provenance provenance;
    XXH3_state_t *digest;
    uint64_t records;         /* also the next sequence number */
    uint64_t *channel_spikes; /* by position in the header */
    uint64_t *channel_next;   /* likewise: the tick after its last element; 0: none yet */
    uint64_t ticks_end;       /* after every element of every channel */
    uint64_t *next_row;
    bool rows_begun;
    uint64_t duration;
    spk_reader_stats stats;

    /* the record in hand */
    bool held, accepted; /* read and verified; decoded */
    spk_record record;
    uint64_t record_at; /* logical offset */
    unsigned char *payload;
    size_t payload_room;
    uint16_t kind_before;
    uint32_t id_before;
    uint64_t groups;
    struct spk_salvage *salvage; /* NULL: damage is an error */

    /* what it holds */
    spk_samples samples;
    size_t due; /* samples to give out before it */
    spk_spike_coder *coder;
    spk_decoder *decoder;
    spk_spike_block spikes;
    spk_frames frames;
    spk_trace_rows trace;
    spk_item item;  /* of a record that is one item */
    size_t at, end; /* its next element */
    size_t sample_hint;
};

/* Fail with SPK_DATA about the record in hand: "NAME: byte N (record R, KIND): what"; the byte is
 * one of the file when it is plain, else of what `zstd -dc` prints. */
int spk_reader_fault(const spk_reader *r, const char *what, spk_error *err);

/* What offsets of logical bytes count, in words: "byte", or "uncompressed byte". */
const char *spk_reader_byte(const spk_reader *r);

/* A preamble of which `got` bytes are there already; the record after it; the end of one. */
int spk_reader_preamble(spk_reader *r, unsigned char *bytes, size_t got,
                        spk_error *err) SPK_NODISCARD;
int spk_reader_beginning(spk_reader *r, spk_error *err) SPK_NODISCARD;
/* A missing END is taken as the end. */
void spk_reader_cut_short(spk_reader *r);
void spk_reader_let_go(spk_reader *r);
void spk_reader_forget(spk_reader *r); /* everything about this stream */

/* Decode the record in hand; elements at..end of it are to be given. */
int spk_reader_accept(spk_reader *r, spk_error *err) SPK_NODISCARD;
/* Every array of the header is there in full. */
int spk_reader_check_arrays(const spk_reader *r, spk_error *err) SPK_NODISCARD;

/* How many samples must be given out before the record in hand is looked at. */
size_t spk_reader_samples_due(const spk_reader *r);
int spk_reader_give_sample(spk_reader *r, spk_item *item);
/* The next item of the record in hand, or a sample that comes before it: 1, or -1. */
int spk_reader_give(spk_reader *r, spk_item *item, spk_error *err) SPK_NODISCARD;

/* Salvage: the next intact record in hand: 1, 0 at the input's end, -1 when it cannot be read. */
struct spk_salvage *spk_salvage_new(spk_error *err) SPK_NODISCARD;
void spk_salvage_free(struct spk_salvage *salvage);
int spk_salvage_read(spk_reader *r, spk_error *err) SPK_NODISCARD;
/* In a salvage, tell that what `err` complains about is lost, and return 0: go on. Otherwise, and
 * when it is not damage that is complained about, -1. */
int spk_salvage_pass(spk_reader *r, const spk_error *err);
/* In a salvage: sample `number` is there; whether it is, when any can be missing. */
int spk_salvage_note(spk_reader *r, uint64_t number, spk_error *err) SPK_NODISCARD;
bool spk_salvage_has(const spk_reader *r, uint64_t number);
/* END is in hand; what does not agree with it, or follows it, is lost. */
int spk_salvage_finish(spk_reader *r, spk_error *err) SPK_NODISCARD;

/* Salvage: pass over the elements of the record in hand that are in no known sample. */
void spk_reader_skip_orphans(spk_reader *r);

/* The record in hand is END: check it, and look what follows. */
int spk_reader_finish(spk_reader *r, spk_error *err) SPK_NODISCARD;

#endif
