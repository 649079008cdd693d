/* reader.c: records in, verified, and the order in which things happen to each:
 *
 *     read     header and payload; sync, size, checksum, sequence
 *     due      samples that are given out before the record is looked at
 *     accept   decode it
 *     give     its items, one a call
 *     END      counts and digest; then nothing, another stream, or an error
 *
 * Every size is checked before memory is taken for it. */
#include "stream/reader_state.h"

#include "base/memory.h"
#include "base/path.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEP = 1 << 20 }; /* memory for a payload is taken in such steps, as its bytes arrive */

/* ---- errors --------------------------------------------------------------------------------- */

const char *spk_reader_byte(const spk_reader *r)
{
    return spk_unpacker_compressed(r->in) ? "uncompressed byte" : "byte";
}

/* "NAME: byte N (record R, KIND): what"; N counts in the file when it is plain. */
int spk_reader_fault(const spk_reader *r, const char *what, spk_error *err)
{
    char kind[16];
    return spk_fail(err, SPK_DATA, "%s: %s %" PRIu64 " (record %" PRIu64 ", %s): %s", r->name,
                    spk_reader_byte(r), r->record_at, r->records,
                    spk_kind_name(r->record.kind, kind), what);
}

/* Fail with SPK_DATA: the input ended here, too early. */
static int ended(const spk_reader *r, const char *how, spk_error *err)
{
    return spk_fail(err, SPK_DATA, "%s: %s %" PRIu64 " (record %" PRIu64 "): the stream ended%s",
                    r->name, spk_reader_byte(r), spk_unpacker_logical_bytes(r->in), r->records,
                    how);
}

void spk_reader_cut_short(spk_reader *r)
{
    r->truncated = true;
    if (r->options.cut_short) *r->options.cut_short = true;
}

static int ended_early(spk_reader *r, spk_error *err)
{
    if (r->options.allow_truncated) {
        spk_reader_cut_short(r);
        return 0;
    }
    return ended(r, " without END: it is not complete (did the program that wrote it stop early?)",
                 err);
}

/* ---- records -------------------------------------------------------------------------------- */

/* Bytes of record `r->records`, which a damaged frame's message names, too. */
static int read_bytes(spk_reader *r, void *to, size_t n, size_t *got, spk_error *err)
{
    if (!spk_unpacker_read(r->in, to, n, got, err)) return 0;
    if (!err || err->code != SPK_DATA) return -1;
    return spk_error_suffix(err, ", in record %" PRIu64, r->records);
}

/* The payload, taking memory only as bytes arrive. 1 when it is there, 0 at the input's end. */
static int read_payload(spk_reader *r, spk_error *err)
{
    size_t have = 0, bytes = r->record.bytes;
    while (have < bytes) {
        size_t step = bytes - have < STEP ? bytes - have : STEP, got;
        if (spk_grow(&r->payload, &r->payload_room, have + step, 1, "a record", err)) return -1;
        if (read_bytes(r, r->payload + have, step, &got, err)) return -1;
        have += got;
        if (got < step) return 0;
    }
    return spk_grow(&r->payload, &r->payload_room, 1, 1, "a record", err) ? -1 : 1;
}

static int check_record(const spk_reader *r, const unsigned char *head, spk_error *err)
{
    if (!spk_record_intact(head, r->payload, r->record.bytes))
        return spk_reader_fault(r, "checksum mismatch: the record is damaged", err);
    if (r->record.sequence != r->records)
        return spk_reader_fault(r, "records are missing or out of order before it", err);
    bool critical = r->record.flags & SPK_FLAG_CRITICAL;
    if (!spk_kind_known(r->record.kind) && critical)
        return spk_reader_fault(r, "this version does not know what it is, and may not skip it",
                                err);
    return 0;
}

static int read_intact(spk_reader *r, spk_error *err)
{
    unsigned char head[SPK_RECORD_HEADER_BYTES];
    size_t got;
    r->record_at = spk_unpacker_logical_bytes(r->in);
    if (read_bytes(r, head, sizeof head, &got, err)) return -1;
    if (got < sizeof head) return ended_early(r, err);
    bool synced = spk_record_unpack(&r->record, head);
    if (!synced) {
        r->record.kind = 0;
        return spk_reader_fault(r, "no record begins here: the stream is damaged", err);
    }
    if (r->record.bytes > SPK_RECORD_MAX_BYTES || r->record.bytes % 8)
        return spk_reader_fault(r, "its size is out of range", err);
    int there = read_payload(r, err);
    if (there < 0) return -1;
    if (there == 0) return ended_early(r, err);
    if (check_record(r, head, err)) return -1;
    return 1;
}

/* Kinds whose elements have ticks. */
static bool is_timed(uint16_t kind)
{
    return kind == SPK_KIND_SPIKES || kind == SPK_KIND_FRAME || kind == SPK_KIND_TRACE;
}

/* In a group, SAMPLE records come first, then each channel in the order of ids (a trace with a gap
 * in several records), then predictions. */
static bool begins_group(const spk_reader *r)
{
    const uint16_t kind = r->record.kind, before = r->kind_before;
    if (kind == SPK_KIND_SAMPLE) return before != SPK_KIND_SAMPLE;
    if (kind == SPK_KIND_PREDICTION) return false;
    if (!is_timed(kind)) return true;
    if (!is_timed(before)) return before != SPK_KIND_SAMPLE;
    return r->record.id < r->id_before || (r->record.id == r->id_before && kind != SPK_KIND_TRACE);
}

/* The next record: 1 when there is one, 0 when the input ended before its end, -1. */
static int read_record(spk_reader *r, spk_error *err)
{
    const uint64_t before = spk_unpacker_file_bytes(r->in);
    r->kind_before = r->record.kind;
    r->id_before = r->record.id;
    int there = r->salvage ? spk_salvage_read(r, err) : read_intact(r, err);
    if (there <= 0) return there;
    if (begins_group(r)) r->groups++;
    if (r->record.kind == SPK_KIND_SPIKES)
        r->stats.spike_compressed_bytes += spk_unpacker_file_bytes(r->in) - before;
    return 1;
}

/* The record in hand has been used up. */
void spk_reader_let_go(spk_reader *r)
{
    if (r->record.kind != SPK_KIND_END) XXH3_128bits_update(r->digest, r->payload, r->record.bytes);
    r->records++;
    r->stats.records++;
    r->held = r->accepted = false;
}

/* ---- the beginning of a stream -------------------------------------------------------------- */

void spk_reader_forget(spk_reader *r)
{
    spk_header_free(&r->header);
    spk_provenance_free(&r->provenance);
    spk_samples_free(&r->samples);
    free(r->channel_spikes);
    free(r->channel_next);
    free(r->next_row);
    r->channel_spikes = r->channel_next = r->next_row = NULL;
    r->records = 0;
    r->rows_begun = false;
    r->duration = r->ticks_end = 0;
    r->record.kind = 0;
    XXH3_128bits_reset(r->digest);
}

static size_t without_padding(const spk_reader *r)
{
    size_t n = r->record.bytes;
    while (n && r->payload[n - 1] == ' ')
        n--;
    return n;
}

static int open_header(spk_reader *r, spk_error *err)
{
    char place[600];
    snprintf(place, sizeof place, "%s: HEADER", r->name);
    const char *json = (const char *)r->payload;
    if (spk_header_from_json(&r->header, json, without_padding(r), place, err)) return -1;
    size_t channels = r->header.channels;
    r->channel_spikes = spk_alloc(channels, sizeof *r->channel_spikes, "the input", err);
    r->channel_next = spk_alloc(channels, sizeof *r->channel_next, "the input", err);
    r->next_row = spk_alloc(r->header.arrays, sizeof *r->next_row, "the input", err);
    return r->channel_spikes && r->channel_next && r->next_row ? 0 : -1;
}

static bool has_channel(const spk_header *header, const char *name)
{
    for (size_t i = 0; i < header->channels; i++)
        if (strcmp(header->channel[i].name, name) == 0) return true;
    return false;
}

/* The population that was asked for must be there. */
static int check_choice(const spk_reader *r, spk_error *err)
{
    if (!r->channel || has_channel(&r->header, r->channel)) return 0;
    char names[512] = "";
    size_t used = 0;
    for (size_t i = 0; i < r->header.channels && used < sizeof names; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "",
                                 r->header.channel[i].name);
    return spk_fail(err, SPK_DATA, "%s: no population \"%s\" (there are: %s)", r->name, r->channel,
                    names);
}

static int add_step(spk_reader *r, spk_error *err)
{
    char place[600];
    snprintf(place, sizeof place, "%s: PROVENANCE", r->name);
    return spk_provenance_add_json(&r->provenance, (const char *)r->payload, without_padding(r),
                                   place, err);
}

/* After the preamble: HEADER, then PROVENANCE records; the first other one stays in hand. */
int spk_reader_beginning(spk_reader *r, spk_error *err)
{
    int there = read_record(r, err);
    if (there < 0) return -1;
    if (there == 0) return ended(r, " in its header", err);
    if (r->record.kind != SPK_KIND_HEADER)
        return spk_reader_fault(r, "the first record is not HEADER", err);
    if (open_header(r, err) || check_choice(r, err)) return -1;
    spk_reader_let_go(r);
    for (;;) {
        there = read_record(r, err);
        if (there <= 0) return there;
        if (r->record.kind != SPK_KIND_PROVENANCE) break;
        if (add_step(r, err) && spk_salvage_pass(r, err)) return -1;
        spk_reader_let_go(r);
    }
    r->held = true;
    return 0;
}

int spk_reader_preamble(spk_reader *r, unsigned char *bytes, size_t got, spk_error *err)
{
    size_t more;
    if (spk_unpacker_read(r->in, bytes + got, SPK_PREAMBLE_BYTES - got, &more, err)) return -1;
    if (got + more < SPK_PREAMBLE_BYTES) return ended(r, " in its first bytes", err);
    const char *what = spk_preamble_fault(bytes);
    return what ? spk_fail(err, SPK_DATA, "%s: %s", r->name, what) : 0;
}

static int begin(spk_reader *r, spk_error *err)
{
    unsigned char preamble[SPK_PREAMBLE_BYTES];
    r->digest = XXH3_createState();
    r->coder = spk_spike_coder_new(err);
    r->decoder = spk_decoder_new(err);
    if (!r->digest) return spk_fail(err, SPK_LIMIT, "out of memory for the input");
    if (!r->coder || !r->decoder) return -1;
    XXH3_128bits_reset(r->digest);
    if (r->options.lost) {
        r->salvage = spk_salvage_new(err);
        if (!r->salvage) return -1;
        spk_unpacker_careful(r->in);
    }
    if (spk_reader_preamble(r, preamble, 0, err) && spk_salvage_pass(r, err)) return -1;
    return spk_reader_beginning(r, err);
}

static spk_reader *finish_open(spk_unpacker *in, const char *name,
                               const spk_reader_options *options, spk_error *err)
{
    spk_reader *r = in ? spk_alloc(1, sizeof *r, "the input", err) : NULL;
    if (!r) {
        spk_unpacker_close(in);
        return NULL;
    }
    r->in = in;
    if (options) r->options = *options;
    spk_header_init(&r->header);
    spk_provenance_init(&r->provenance);
    spk_samples_init(&r->samples);
    r->name = spk_strdup(name, err);
    if (r->options.channel) r->channel = spk_strdup(r->options.channel, err);
    if (r->name && (r->channel || !r->options.channel) && !begin(r, err)) return r;
    spk_reader_close(r);
    return NULL;
}

spk_reader *spk_reader_open(int fd, const char *name, const spk_reader_options *options,
                            spk_error *err)
{
    name = spk_path_title(name);
    return finish_open(spk_unpacker_open(fd, name, err), name, options, err);
}

spk_reader *spk_reader_open_memory(const void *bytes, size_t n, const char *name,
                                   const spk_reader_options *options, spk_error *err)
{
    return finish_open(spk_unpacker_memory(bytes, n, name, err), name, options, err);
}

void spk_reader_close(spk_reader *r)
{
    if (!r) return;
    spk_reader_forget(r);
    XXH3_freeState(r->digest);
    spk_salvage_free(r->salvage);
    spk_spike_coder_free(r->coder);
    spk_decoder_free(r->decoder);
    spk_unpacker_close(r->in);
    free(r->payload);
    free(r->channel);
    free(r->name);
    free(r);
}

/* ---- items ----------------------------------------------------------------------------- */

static int next(spk_reader *r, spk_item *item, spk_error *err)
{
    while (r->state == SPK_READING && !r->truncated) {
        if (!r->held) {
            int there = read_record(r, err);
            if (there < 0) return -1;
            if (there == 0) break;
            r->held = true;
        }
        if (!r->accepted) {
            if (r->samples.given < spk_reader_samples_due(r))
                return spk_reader_give_sample(r, item);
            if (r->record.kind == SPK_KIND_END) {
                if (r->salvage ? spk_salvage_finish(r, err) : spk_reader_finish(r, err)) return -1;
                break;
            }
            if (spk_reader_accept(r, err)) {
                if (spk_salvage_pass(r, err)) return -1;
                r->at = r->end;
            }
        }
        if (r->at < r->end) {
            if (spk_reader_give(r, item, err) > 0) return 1;
            if (spk_salvage_pass(r, err)) return -1;
            spk_reader_skip_orphans(r);
            if (r->at < r->end) continue;
        }
        spk_reader_let_go(r);
    }
    return 0;
}

int spk_reader_next(spk_reader *r, spk_item *item, spk_error *err)
{
    spk_error own;
    if (!err) err = &own;
    if (r->state == SPK_FAILED) {
        *err = r->failure;
        return -1;
    }
    int given = next(r, item, err);
    if (given < 0) {
        r->state = SPK_FAILED;
        r->failure = *err;
    }
    return given;
}

int spk_reader_next_segment(spk_reader *r, spk_error *err)
{
    if (r->state == SPK_FAILED) {
        if (err) *err = r->failure;
        return -1;
    }
    if (r->state != SPK_SEGMENT) return 0;
    r->state = SPK_READING;
    spk_reader_forget(r);
    if (!spk_reader_beginning(r, err)) return 1;
    r->state = SPK_FAILED;
    if (err) r->failure = *err;
    return -1;
}

/* ---- questions ------------------------------------------------------------------------------ */

const spk_header *spk_reader_header(const spk_reader *r)
{
    return &r->header;
}

const spk_provenance *spk_reader_provenance(const spk_reader *r)
{
    return &r->provenance;
}

const char *spk_reader_name(const spk_reader *r)
{
    return r->name;
}

bool spk_reader_has_end(const spk_reader *r)
{
    return r->has_end;
}

bool spk_reader_truncated(const spk_reader *r)
{
    return r->truncated;
}

uint64_t spk_reader_group(const spk_reader *r)
{
    return r->groups;
}

uint64_t spk_reader_duration(const spk_reader *r)
{
    return r->duration;
}

void spk_reader_stats_get(const spk_reader *r, spk_reader_stats *stats)
{
    *stats = r->stats;
    stats->compressed = spk_unpacker_compressed(r->in);
    stats->compressed_bytes = spk_unpacker_file_bytes(r->in);
    stats->logical_bytes = spk_unpacker_logical_bytes(r->in);
}
