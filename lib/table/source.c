/* source.c: one buffer of plain bytes, filled by read(2) or by zlib. */
#include "table/source.h"

#include "base/memory.h"
#include "cli/idle.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
    BUFFER = 2 * SPK_SOURCE_AHEAD, /* after sliding there is room to read on */
    GZIP_WINDOW = 15 + 16          /* zlib's way to say: the largest window, with a gzip header */
};

struct spk_source {
    int fd;
    const char *name;
    bool ended;         /* no more plain bytes will come */
    uint64_t offset;    /* of buffer[begin] */
    size_t begin, end;  /* plain bytes not yet consumed: buffer[begin..end) */
    z_stream *inflater; /* NULL: the file is plain */
    bool in_member;     /* inside a gzip member: an end here is a cut */
    unsigned char *raw; /* compressed bytes */
    unsigned char buffer[BUFFER];
};

/* More compressed bytes, when all are used up. */
static int feed(spk_source *source, spk_error *err)
{
    z_stream *z = source->inflater;
    if (z->avail_in > 0) return 0;
    size_t got = 0;
    if (spk_read(source->fd, source->name, source->raw, BUFFER, &got, err)) return -1;
    z->next_in = source->raw;
    z->avail_in = (uInt)got;
    return 0;
}

/* Plain bytes into `to`; *got is 0 only at the end. */
static int inflate_some(spk_source *source, unsigned char *to, size_t room, size_t *got,
                        spk_error *err)
{
    z_stream *z = source->inflater;
    z->next_out = to;
    z->avail_out = (uInt)room;
    while (z->avail_out == room) {
        if (feed(source, err)) return -1;
        if (z->avail_in == 0) {
            if (source->in_member)
                return spk_fail(err, SPK_DATA, "%s: gzip data ends too early (cut off?)",
                                source->name);
            break;
        }
        if (!source->in_member && *z->next_in == 0) { /* padding behind a member, as of tapes */
            z->next_in++;
            z->avail_in--;
            continue;
        }
        if (!source->in_member) inflateReset(z);
        source->in_member = true;
        int status = inflate(z, Z_NO_FLUSH);
        if (status == Z_STREAM_END)
            source->in_member = false;
        else if (status == Z_MEM_ERROR)
            return spk_fail(err, SPK_LIMIT, "%s: out of memory for decompression", source->name);
        else if (status != Z_OK && status != Z_BUF_ERROR)
            return spk_fail(err, SPK_DATA, "%s: damaged gzip data after byte %llu", source->name,
                            (unsigned long long)(source->offset + source->end - source->begin));
    }
    *got = room - z->avail_out;
    return 0;
}

static int fill(spk_source *source, spk_error *err)
{
    memmove(source->buffer, source->buffer + source->begin, source->end - source->begin);
    source->end -= source->begin;
    source->begin = 0;
    size_t got = 0, room = BUFFER - source->end;
    unsigned char *to = source->buffer + source->end;
    if (source->inflater ? inflate_some(source, to, room, &got, err)
                         : spk_read(source->fd, source->name, to, room, &got, err))
        return -1;
    source->end += got;
    source->ended = got == 0;
    return 0;
}

/* What was read so far turns out to be gzip: it becomes the inflater's input. */
static int start_inflating(spk_source *source, spk_error *err)
{
    z_stream *z = spk_alloc(1, sizeof *z, "decompression", err);
    if (!z) return -1;
    source->raw = spk_alloc(BUFFER, 1, "decompression", err);
    if (!source->raw || inflateInit2(z, GZIP_WINDOW) != Z_OK) {
        free(z);
        return source->raw ? spk_fail(err, SPK_LIMIT, "out of memory for decompression") : -1;
    }
    source->inflater = z;
    memcpy(source->raw, source->buffer, source->end);
    z->next_in = source->raw;
    z->avail_in = (uInt)source->end;
    source->end = 0;
    source->ended = false;
    return 0;
}

spk_source *spk_source_open(int fd, const char *name, spk_error *err)
{
    spk_source *source = spk_alloc(1, sizeof *source, "an input buffer", err);
    if (!source) return NULL;
    source->fd = fd;
    source->name = name;
    const unsigned char *bytes;
    size_t n;
    if (spk_source_peek(source, 2, &bytes, &n, err) ||
        (n >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b && start_inflating(source, err))) {
        spk_source_close(source);
        return NULL;
    }
    return source;
}

int spk_source_peek(spk_source *source, size_t least, const unsigned char **bytes, size_t *n,
                    spk_error *err)
{
    while (source->end - source->begin < least && !source->ended)
        if (fill(source, err)) return -1;
    *bytes = source->buffer + source->begin;
    *n = source->end - source->begin;
    return 0;
}

void spk_source_consume(spk_source *source, size_t n)
{
    source->begin += n;
    source->offset += n;
}

int spk_source_read(spk_source *source, void *to, uint64_t n, uint64_t *got, spk_error *err)
{
    unsigned char *at = to;
    for (*got = 0; *got < n;) {
        const unsigned char *bytes;
        size_t some;
        if (spk_source_peek(source, 1, &bytes, &some, err)) return -1;
        if (some == 0) break;
        if (some > n - *got) some = (size_t)(n - *got);
        if (at) memcpy(at + *got, bytes, some);
        spk_source_consume(source, some);
        *got += some;
    }
    return 0;
}

uint64_t spk_source_offset(const spk_source *source)
{
    return source->offset;
}

bool spk_source_compressed(const spk_source *source)
{
    return source->inflater;
}

const char *spk_source_name(const spk_source *source)
{
    return source->name;
}

void spk_source_close(spk_source *source)
{
    if (!source) return;
    if (source->inflater) inflateEnd(source->inflater);
    free(source->inflater);
    free(source->raw);
    free(source);
}
