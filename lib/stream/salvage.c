/* salvage.c: what is left of a damaged stream, record by record.
 *
 * The logical bytes pass through a window. Where a record begins (sync word, size, checksum) it is
 * taken; where none does, the window moves on to the next sync word. A zstd frame that cannot be
 * decompressed gives what came before the damage; reading goes on at the next frame. Sequence
 * numbers tell how many records are gone, and that none comes twice. */
#include "base/bytes.h"
#include "base/memory.h"
#include "base/runs.h"
#include "stream/format.h"
#include "stream/reader_state.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEP_BYTES = 1 << 14 }; /* read at a time */

typedef struct spk_salvage {
    unsigned char *data; /* the window; logical bytes */
    size_t capacity, at, end;
    uint64_t end_at;    /* logical offset of data[end] */
    bool dry;           /* nothing more follows in this frame or file */
    bool broken;        /* because of damage, not because of the end */
    spk_error damage;   /* which */
    uint64_t lost_from; /* logical offset of the first byte passed over; UINT64_MAX: none */
    uint64_t losses;
    spk_runs samples; /* the numbers of those so far */
} spk_salvage;

spk_salvage *spk_salvage_new(spk_error *err)
{
    spk_salvage *s = spk_alloc(1, sizeof *s, "a salvage", err);
    if (s) s->lost_from = UINT64_MAX;
    return s;
}

void spk_salvage_free(spk_salvage *s)
{
    if (s) {
        free(s->data);
        spk_runs_free(&s->samples);
    }
    free(s);
}

/* ---- telling --------------------------------------------------------------------------------- */

int spk_salvage_pass(spk_reader *r, const spk_error *err)
{
    if (!r->salvage || !err || err->code != SPK_DATA) return -1;
    r->salvage->losses++;
    /* what is labelled is in samples, unless this stream has shown that it is not */
    if (!r->samples.implicit_used) r->samples.expected = r->header.classes > 0;
    r->options.lost(r->options.lost_context, err->text);
    return 0;
}

static void tell(spk_reader *r, const char *format, ...) SPK_PRINTF(2, 3);

static void tell(spk_reader *r, const char *format, ...)
{
    spk_error what = {.code = SPK_DATA};
    va_list args;
    va_start(args, format);
    int used = snprintf(what.text, sizeof what.text, "%s: ", r->name);
    if (used > 0 && (size_t)used < sizeof what.text)
        vsnprintf(what.text + used, sizeof what.text - (size_t)used, format, args);
    va_end(args);
    spk_salvage_pass(r, &what);
}

static void tell_bytes(spk_reader *r, uint64_t to)
{
    spk_salvage *s = r->salvage;
    if (s->lost_from < to)
        tell(r, "lost: %ss %" PRIu64 " to %" PRIu64, spk_reader_byte(r), s->lost_from, to - 1);
    s->lost_from = UINT64_MAX;
}

/* After a gap, rows of arrays could be of another snapshot: none is taken before the next begins. */
static void forget_rows(spk_reader *r)
{
    for (size_t i = 0; r->next_row && i < r->header.arrays; i++)
        r->next_row[i] = UINT64_MAX;
    r->rows_begun = r->header.arrays > 0;
}

/* ---- samples --------------------------------------------------------------------------------- */

int spk_salvage_note(spk_reader *r, uint64_t number, spk_error *err)
{
    return r->salvage ? spk_runs_append(&r->salvage->samples, number, err) : 0;
}

bool spk_salvage_has(const spk_reader *r, uint64_t number)
{
    const spk_salvage *s = r->salvage;
    return !s || s->losses == 0 || spk_runs_have(&s->samples, number);
}

/* ---- the window ------------------------------------------------------------------------------ */

static uint64_t place(const spk_salvage *s)
{
    return s->end_at - (s->end - s->at);
}

/* At least `n` bytes from `at` on: 1, or 0 when there are not so many; -1 when reading fails. */
static int need(spk_reader *r, size_t n, spk_error *err)
{
    spk_salvage *s = r->salvage;
    while (s->end - s->at < n && !s->dry) {
        size_t got = 0;
        if (s->at > 0) memmove(s->data, s->data + s->at, s->end - s->at);
        s->end -= s->at;
        s->at = 0;
        if (spk_grow(&s->data, &s->capacity, s->end + STEP_BYTES, 1, "a salvage", err)) return -1;
        const uint64_t before = spk_unpacker_logical_bytes(r->in);
        if (spk_unpacker_read(r->in, s->data + s->end, STEP_BYTES, &got, &s->damage)) {
            if (s->damage.code != SPK_DATA) {
                *err = s->damage;
                return -1;
            }
            s->broken = true;
            got = (size_t)(spk_unpacker_logical_bytes(r->in) - before);
        }
        s->dry = got < STEP_BYTES;
        s->end += got;
        s->end_at = spk_unpacker_logical_bytes(r->in);
    }
    return s->end - s->at >= n;
}

/* One byte is passed over, and all that cannot begin a record. */
static void move_on(spk_salvage *s)
{
    static const unsigned char sync[] = {'S', 'R', 'E', 'C'};
    if (s->lost_from == UINT64_MAX) s->lost_from = place(s);
    s->at++;
    while (s->end - s->at >= sizeof sync && memcmp(s->data + s->at, sync, sizeof sync) != 0)
        s->at++;
}

/* The frame or the file is used up: 1 when another frame follows, 0 at the end. */
static int next_frame(spk_reader *r, spk_error *err)
{
    spk_salvage *s = r->salvage;
    uint64_t from, to;
    if (s->at < s->end && s->lost_from == UINT64_MAX) s->lost_from = place(s);
    s->at = s->end;
    tell_bytes(r, s->end_at);
    if (!s->broken) return 0;
    spk_salvage_pass(r, &s->damage);
    int found = spk_unpacker_resync(r->in, &from, &to, err);
    if (found < 0) return -1;
    if (found)
        tell(r, "the zstd frame at byte %" PRIu64 " is damaged; it goes on at byte %" PRIu64, from,
             to);
    s->dry = !found;
    s->broken = false;
    return found;
}

/* ---- records --------------------------------------------------------------------------------- */

/* Whether an intact record begins at `at`; then it is in hand. */
static int take(spk_reader *r, spk_error *err)
{
    spk_salvage *s = r->salvage;
    int there = need(r, SPK_RECORD_HEADER_BYTES, err);
    if (there <= 0) return there;
    if (!spk_record_unpack(&r->record, s->data + s->at) || r->record.bytes > SPK_RECORD_MAX_BYTES ||
        r->record.bytes % 8)
        return 0;
    const size_t bytes = r->record.bytes;
    there = need(r, SPK_RECORD_HEADER_BYTES + bytes, err);
    if (there <= 0) return there;
    const unsigned char *head = s->data + s->at, *payload = head + SPK_RECORD_HEADER_BYTES;
    if (!spk_record_intact(head, payload, bytes)) return 0;
    if (spk_grow(&r->payload, &r->payload_room, bytes + 1, 1, "a record", err)) return -1;
    memcpy(r->payload, payload, bytes);
    r->record_at = place(s);
    s->at += SPK_RECORD_HEADER_BYTES + bytes;
    return 1;
}

/* The record in hand against those before it: whether it is new, and one that may be read. */
static bool is_welcome(spk_reader *r)
{
    const uint64_t sequence = r->record.sequence;
    if (sequence < r->records) {
        tell(r, "record %" PRIu64 " comes again and is left out", sequence);
        return false;
    }
    if (sequence > r->records) {
        tell(r, "lost: records %" PRIu64 " to %" PRIu64, r->records, sequence - 1);
        forget_rows(r);
    }
    r->records = sequence;
    if (spk_kind_known(r->record.kind) || !(r->record.flags & SPK_FLAG_CRITICAL)) return true;
    tell(r, "record %" PRIu64 " is of a kind that this version does not know", sequence);
    return false;
}

int spk_salvage_read(spk_reader *r, spk_error *err)
{
    spk_salvage *s = r->salvage;
    const uint16_t kind = r->record.kind;
    const uint32_t id = r->record.id;
    for (;;) {
        int taken = take(r, err);
        if (taken < 0) return -1;
        if (taken > 0) {
            tell_bytes(r, r->record_at);
            if (is_welcome(r)) return 1;
            continue;
        }
        if (s->end - s->at >= SPK_RECORD_HEADER_BYTES) {
            move_on(s);
            continue;
        }
        int more = next_frame(r, err);
        if (more < 0) return -1;
        if (more == 0) break;
    }
    r->record.kind = kind;
    r->record.id = id;
    tell(r, "ended without END");
    r->truncated = true;
    return 0;
}

/* What stands behind END is no part of the stream. */
static int tell_behind(spk_reader *r, spk_error *err)
{
    spk_salvage *s = r->salvage;
    int more = need(r, sizeof SPK_MAGIC - 1, err);
    if (more < 0) return -1;
    if (more && memcmp(s->data + s->at, SPK_MAGIC, sizeof SPK_MAGIC - 1) == 0)
        tell(r, "a second stream follows the end of the first; it is left out (salvage each as a "
                "file of its own)");
    else if (s->at < s->end)
        tell(r, "what follows END is no part of the stream");
    s->lost_from = place(s);
    while ((more = need(r, 1, err)) > 0)
        s->at = s->end;
    if (more < 0) return -1;
    tell_bytes(r, s->end_at);
    const char *cut = spk_unpacker_cut(r->in);
    if (s->broken)
        spk_salvage_pass(r, &s->damage);
    else if (cut)
        tell(r, "the file ends inside %s", cut);
    return 0;
}

int spk_salvage_finish(spk_reader *r, spk_error *err)
{
    enum { DURATION_AT = 24 };
    spk_error what;
    const bool before = r->salvage->losses > 0;
    if (spk_reader_finish(r, &what) && !before) spk_salvage_pass(r, &what);
    if (r->record.bytes >= DURATION_AT + 8) r->duration = spk_get64(r->payload + DURATION_AT);
    if (tell_behind(r, err)) return -1;
    r->state = SPK_ENDED;
    r->truncated = r->salvage->losses > 0;
    return 0;
}
