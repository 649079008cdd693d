/* reader_end.c: END against what was read, and what may follow it. */
#include "stream/reader_state.h"

#include "base/bytes.h"

#include <inttypes.h>
#include <string.h>

enum { END_FIXED = 56, END_CHANNEL = 16, COMPLETE = 0 };

/* Whether END lists each channel of spikes with as many as there were, and their sum. */
static bool spikes_agree(const spk_reader *r)
{
    const unsigned char *at = r->payload + END_FIXED, *end = r->payload + r->record.bytes;
    uint64_t sum = 0;
    for (size_t i = 0; i < r->header.channels; i++) {
        if (r->header.channel[i].type != SPK_CHANNEL_SPIKES) continue;
        if (at == end || spk_get32(at) != r->header.channel[i].id ||
            spk_get64(at + 8) != r->channel_spikes[i])
            return false;
        sum += r->channel_spikes[i];
        at += END_CHANNEL;
    }
    return at == end && sum == spk_get64(r->payload + 16);
}

/* Whether `last` is the tick of the last spike. One population does not tell it of all. */
static bool last_agrees(const spk_reader *r, uint64_t last)
{
    uint64_t own = 0;
    for (size_t i = 0; i < r->header.channels; i++)
        if (r->header.channel[i].type == SPK_CHANNEL_SPIKES && r->channel_next[i] > own)
            own = r->channel_next[i];
    if (own) own--;
    return r->channel ? last >= own : last == own;
}

/* What END says against what was read; NULL when they agree. */
static const char *check_end(const spk_reader *r)
{
    const unsigned char *at = r->payload;
    if (r->record.bytes < END_FIXED) return "the payload is too short";
    XXH128_hash_t digest = XXH3_128bits_digest(r->digest);
    uint64_t spikes = spk_get64(at + 16), duration = spk_get64(at + 24), last = spk_get64(at + 32);
    if (r->record.bytes != END_FIXED + (uint64_t)spk_get32(at + 4) * END_CHANNEL)
        return "its size does not fit its content";
    if (spk_get64(at + 8) != r->records) return "END counts other records than there were";
    if (!spikes_agree(r)) return "END counts other spikes than there were";
    if (spk_get64(at + 40) != digest.low64 || spk_get64(at + 48) != digest.high64)
        return "END has another digest than the records before it";
    if (duration < r->samples.end || duration < r->ticks_end || (spikes && duration <= last))
        return "END is before the end of what there was";
    if (!last_agrees(r, last)) return "END has another last spike than there was";
    return NULL;
}

/* What follows END: nothing, or another stream whose preamble is read here. */
static int look_behind_end(spk_reader *r, spk_error *err)
{
    unsigned char bytes[SPK_PREAMBLE_BYTES];
    size_t got;
    const uint64_t end = r->records - 1;
    const char *byte = spk_reader_byte(r), *cut;
    spk_unpacker_boundary(r->in);
    const uint64_t at = spk_unpacker_logical_bytes(r->in);
    if (spk_unpacker_read(r->in, bytes, sizeof bytes, &got, err)) {
        if (!err || err->code != SPK_DATA) return -1;
        return spk_error_suffix(err, ", after record %" PRIu64 " (END)", end);
    }
    if (got == 0 && (cut = spk_unpacker_cut(r->in)))
        return spk_fail(err, SPK_DATA,
                        "%s: byte %" PRIu64 ": the file ends inside %s (record %" PRIu64 ", END)",
                        r->name, spk_unpacker_file_bytes(r->in), cut, end);
    r->state = SPK_ENDED;
    if (got == 0) return 0;
    if (got < sizeof SPK_MAGIC - 1 || memcmp(bytes, SPK_MAGIC, sizeof SPK_MAGIC - 1) != 0)
        return spk_fail(err, SPK_DATA, "%s: %s %" PRIu64 ": garbage after record %" PRIu64 " (END)",
                        r->name, byte, at, end);
    if (!r->options.segments)
        return spk_fail(err, SPK_DATA,
                        "%s: %s %" PRIu64 " (after record %" PRIu64
                        ", END): a second stream follows "
                        "the end of the first (spk-cat joins streams)",
                        r->name, byte, at, end);
    if (spk_reader_preamble(r, bytes, got, err)) return -1;
    r->state = SPK_SEGMENT;
    return 0;
}

int spk_reader_finish(spk_reader *r, spk_error *err)
{
    const char *what = check_end(r);
    if (what) return spk_reader_fault(r, what, err);
    r->has_end = true;
    r->duration = spk_get64(r->payload + 24);
    if (spk_get32(r->payload) != COMPLETE) {
        if (!r->options.allow_truncated)
            return spk_reader_fault(
                r, "the stream was made of an incomplete one: it is not complete", err);
        spk_reader_cut_short(r);
    } else if (spk_reader_check_arrays(r, err)) {
        return -1;
    }
    spk_reader_let_go(r);
    return r->salvage ? 0 : look_behind_end(r, err); /* a salvage has read ahead */
}
