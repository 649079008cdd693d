/* index.c: the zstd frames of a file: where they are and what time they span.
 *
 * The index behind END says so at once. Where there is none that fits the file (a plain stream, one
 * that was compressed again, two behind one another), the frames are found and read. */
#include "stream/index.h"
#include "base/bytes.h"
#include "base/memory.h"
#include "cli/message.h"
#include "info.h"
#include "stream/record.h"
#include "stream/spike_codec.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

const char *const info_index_columns[] = {
    "file",      "frame",  "offset", "bytes", "logical_offset", "logical_bytes", "first_tick",
    "last_tick", "spikes", "kinds",  NULL};

/* ---- rows ------------------------------------------------------------------------------------ */

/* The highest bit stands for all kinds above: END where the stream ends, else ones of others. */
static void put_kinds(spk_table *table, uint32_t kinds, bool ends)
{
    char text[512] = "", name[16];
    size_t used = 0;
    for (uint16_t kind = 0; kind < 32; kind++)
        if (kinds >> kind & 1)
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", used ? "," : "",
                                     kind < 31 ? spk_kind_name(kind, name)
                                     : ends    ? "END"
                                               : "other");
    spk_table_text(table, text);
}

static void put_frame(const info *i, size_t number, const spk_index_entry *e, uint64_t bytes,
                      uint64_t logical, bool ends)
{
    spk_table *t = i->table;
    spk_table_text(t, i->path);
    spk_table_u64(t, number);
    spk_table_u64(t, e->compressed);
    spk_table_u64(t, bytes);
    spk_table_u64(t, e->logical);
    spk_table_u64(t, logical);
    if (e->first_tick <= e->last_tick) {
        spk_table_u64(t, e->first_tick);
        spk_table_u64(t, e->last_tick);
    } else {
        spk_table_missing(t);
        spk_table_missing(t);
    }
    spk_table_u64(t, e->spikes);
    put_kinds(t, e->kinds, ends);
    spk_table_end_row(t);
}

static void put_index(const info *i, const spk_index *index)
{
    for (size_t k = 0; k < index->n; k++) {
        const spk_index_entry *e = &index->entry[k];
        const bool last = k + 1 == index->n;
        put_frame(i, k, e, (last ? index->compressed : e[1].compressed) - e->compressed,
                  (last ? index->logical : e[1].logical) - e->logical, last);
    }
}

/* ---- reading frames -------------------------------------------------------------------------- */

typedef struct scan {
    const info *i;
    spk_header header; /* of the stream that is passing: traces need their period */
    spk_spike_coder *coder;
    unsigned char *payload;
    size_t room;
    uint64_t logical;
    bool ended; /* END was the last record */
    size_t frames;
} scan;

static int fail_damaged(const scan *s, const char *what, spk_error *err)
{
    return spk_fail(err, SPK_DATA, "%s: uncompressed byte %" PRIu64 ": %s", s->i->path, s->logical,
                    what);
}

static void extend(spk_index_entry *frame, uint64_t first, uint64_t last)
{
    if (first < frame->first_tick) frame->first_tick = first;
    if (last > frame->last_tick) frame->last_tick = last;
}

static int note_spikes(scan *s, const spk_record *r, spk_index_entry *frame, spk_error *err)
{
    spk_spike_block block;
    const char *why = "the payload is too short";
    if (r->bytes < 24 || spk_spikes_decode(s->coder, s->payload, r->bytes,
                                           spk_get32(s->payload + 16), &block, &why, err))
        return why ? fail_damaged(s, why, err) : -1;
    extend(frame, block.tick[0], block.tick[block.n - 1]);
    frame->spikes += block.n;
    return 0;
}

/* What the record in s->payload adds to its frame; layouts as in spk-stream(5). */
static int note(scan *s, const spk_record *r, spk_index_entry *frame, spk_error *err)
{
    const unsigned char *at = s->payload;
    const spk_channel *channel = spk_header_channel(&s->header, r->id);
    frame->kinds |= 1u << (r->kind < 31 ? r->kind : 31);
    s->ended = r->kind == SPK_KIND_END;
    if (r->kind == SPK_KIND_SPIKES) return note_spikes(s, r, frame, err);
    if (r->kind == SPK_KIND_SAMPLE && r->bytes >= 24)
        extend(frame, spk_get64(at + 8), spk_get64(at + 8) + spk_get64(at + 16));
    if (r->kind == SPK_KIND_FRAME && r->bytes >= 24) {
        uint64_t n = spk_get32(at);
        if (n && 16 + 8 * n <= r->bytes)
            extend(frame, spk_get64(at + 16), spk_get64(at + 8 + 8 * n));
    }
    if (r->kind == SPK_KIND_TRACE && r->bytes >= 16 && channel && spk_get32(at + 8))
        extend(frame, spk_get64(at), spk_get64(at) + (spk_get32(at + 8) - 1) * channel->period);
    if (r->kind == SPK_KIND_HEADER) {
        size_t bytes = r->bytes;
        while (bytes && at[bytes - 1] == ' ')
            bytes--;
        spk_header_free(&s->header);
        spk_header_init(&s->header);
        return spk_header_from_json(&s->header, (const char *)at, bytes, s->i->path, err);
    }
    return 0;
}

/* A record, or a preamble: 1, 0 at the end of the frame. */
static int read_record(scan *s, spk_unpacker *in, spk_index_entry *frame, spk_error *err)
{
    unsigned char head[SPK_RECORD_HEADER_BYTES];
    spk_record record;
    size_t got;
    if (spk_unpacker_read(in, head, sizeof head, &got, err)) return -1;
    if (got == 0) return 0;
    if (got == sizeof head && memcmp(head, SPK_MAGIC, sizeof SPK_MAGIC - 1) == 0) {
        s->logical += sizeof head;
        return 1;
    }
    if (got < sizeof head || !spk_record_unpack(&record, head))
        return fail_damaged(s, "no record begins here", err);
    if (record.bytes > SPK_RECORD_MAX_BYTES)
        return fail_damaged(s, "the record's size is out of range", err);
    if (spk_grow(&s->payload, &s->room, record.bytes + (size_t)1, 1, "a record", err) ||
        spk_unpacker_read(in, s->payload, record.bytes, &got, err))
        return -1;
    if (got < record.bytes || !spk_record_intact(head, s->payload, got))
        return fail_damaged(s, "the record is damaged", err);
    if (note(s, &record, frame, err)) return -1;
    s->logical += sizeof head + record.bytes;
    return 1;
}

static int read_frame(scan *s, const unsigned char *bytes, size_t n, uint64_t offset,
                      spk_error *err)
{
    spk_index_entry frame = {.compressed = offset, .logical = s->logical, .first_tick = UINT64_MAX};
    spk_unpacker *in = spk_unpacker_memory(bytes, n, s->i->path, err);
    if (!in) return -1;
    int more;
    while ((more = read_record(s, in, &frame, err)) > 0)
        ;
    spk_unpacker_close(in);
    if (more < 0) return -1;
    put_frame(s->i, s->frames++, &frame, n, s->logical - frame.logical, s->ended);
    return 0;
}

static bool is_skippable(const unsigned char *bytes, size_t n)
{
    return n >= 4 && (spk_get32(bytes) & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

/* A plain stream is one frame; compressed ones follow one another. */
static int read_frames(scan *s, const unsigned char *file, size_t size, spk_error *err)
{
    size_t at = 0;
    while (at < size) {
        size_t n = size - at;
        if (memcmp(file + at, SPK_MAGIC, n < 8 ? n : 8) != 0)
            n = ZSTD_findFrameCompressedSize(file + at, n);
        if (ZSTD_isError(n))
            return spk_fail(err, SPK_DATA, "%s: byte %zu: a damaged or truncated zstd frame",
                            s->i->path, at);
        if (!is_skippable(file + at, n) && read_frame(s, file + at, n, at, err)) return -1;
        at += n;
    }
    return s->ended ? 0 : spk_fail(err, SPK_DATA, "%s: ends without END", s->i->path);
}

static int rebuild(const info *i, int fd, spk_error *err)
{
    struct stat status;
    if (fstat(fd, &status) || !S_ISREG(status.st_mode) || status.st_size == 0)
        return spk_fail(err, SPK_DATA, "%s: not a file with something in it", i->path);
    const size_t size = (size_t)status.st_size;
    void *file = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (file == MAP_FAILED) return spk_fail_errno(err, errno, "%s: cannot read", i->path);
    scan s = {.i = i};
    spk_header_init(&s.header);
    s.coder = spk_spike_coder_new(err);
    int result = s.coder ? read_frames(&s, file, size, err) : -1;
    spk_spike_coder_free(s.coder);
    spk_header_free(&s.header);
    free(s.payload);
    munmap(file, size);
    return result;
}

int info_index(const info *i, spk_error *err)
{
    spk_index index;
    if (!i->path || strcmp(i->path, "-") == 0)
        return spk_fail(err, SPK_USAGE, "--index needs a FILE: a pipe cannot be entered");
    int fd = open(i->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return spk_fail_errno(err, errno, "%s: cannot open", i->path);
    int found = spk_index_read(fd, i->path, &index, err), status = found < 0 ? -1 : 0;
    if (found > 0) put_index(i, &index);
    if (found == 0) {
        spk_note(i->cli, 1, "%s: has no valid index, reading it", i->path);
        status = rebuild(i, fd, err);
    }
    spk_index_free(&index);
    close(fd);
    return status;
}
