/* unpack.c: logical bytes in, from zstd frames or plain, told apart by their first bytes.
 *
 * At each boundary (the beginning, the end of a frame, the end of a plain stream) the next bytes
 * decide anew, so that `cat` of compressed and plain files is read as it stands. */
#include "base/bytes.h"
#include "base/memory.h"
#include "cli/idle.h"
#include "stream/format.h"
#include "stream/transport.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

enum { IN_BYTES = 1 << 17, MAX_WINDOW_LOG = 27, MAGIC_BYTES = 8, CAREFUL_BYTES = 64 };

typedef enum form { UNDECIDED, PLAIN, ZSTD } form;

struct spk_unpacker {
    int fd; /* -1: memory */
    char *name;
    ZSTD_DCtx *zstd;
    unsigned char *buffer;     /* for a descriptor */
    const unsigned char *data; /* what was read, */
    size_t at, end;            /* of which this is left */
    form form;
    bool eof, any_zstd;
    bool careful;           /* see spk_unpacker_careful() */
    bool skippable;         /* the zstd frame at hand holds none of the stream */
    uint64_t logical, file; /* bytes given; bytes before data[0] */
    uint64_t boundary;      /* byte of the input where the frame or stream at hand begins */
};

static spk_unpacker *make(int fd, const char *name, spk_error *err)
{
    spk_unpacker *u = spk_alloc(1, sizeof *u, "the input", err);
    if (!u) return NULL;
    u->fd = fd;
    u->name = spk_strdup(name, err);
    u->zstd = ZSTD_createDCtx();
    if (!u->zstd) spk_fail(err, SPK_LIMIT, "out of memory for decompression");
    if (!u->name || !u->zstd ||
        ZSTD_isError(ZSTD_DCtx_setParameter(u->zstd, ZSTD_d_windowLogMax, MAX_WINDOW_LOG))) {
        spk_unpacker_close(u);
        return NULL;
    }
    return u;
}

void spk_unpacker_close(spk_unpacker *u)
{
    if (!u) return;
    ZSTD_freeDCtx(u->zstd);
    free(u->buffer);
    free(u->name);
    if (u->fd > 0) close(u->fd);
    free(u);
}

/* Read on, keeping what is left. */
static int refill(spk_unpacker *u, spk_error *err)
{
    if (u->fd < 0) u->eof = true;
    if (u->eof) return 0;
    memmove(u->buffer, u->buffer + u->at, u->end - u->at);
    u->file += u->at;
    u->end -= u->at;
    u->at = 0;
    size_t got;
    if (spk_read(u->fd, u->name, u->buffer + u->end, IN_BYTES - u->end, &got, err)) return -1;
    u->eof = got == 0;
    u->end += got;
    return 0;
}

static bool is_zstd(uint32_t magic)
{
    return magic == ZSTD_MAGICNUMBER ||
           (magic & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

/* At a boundary: what follows? The form stays UNDECIDED at the end of the input. */
static int decide(spk_unpacker *u, spk_error *err)
{
    while (u->end - u->at < MAGIC_BYTES && !u->eof)
        if (refill(u, err)) return -1;
    const unsigned char *next = u->data + u->at;
    size_t left = u->end - u->at;
    u->boundary = u->file + u->at;
    if (left == 0) return 0;
    if (left >= MAGIC_BYTES && memcmp(next, SPK_MAGIC, MAGIC_BYTES) == 0) {
        u->form = PLAIN;
    } else if (left >= 4 && is_zstd(spk_get32(next))) {
        u->form = ZSTD;
        u->any_zstd = true;
        u->skippable = spk_get32(next) != ZSTD_MAGICNUMBER;
    } else if (u->file + u->at == 0) {
        return spk_fail(err, SPK_DATA, "%s: not a .spk stream (it begins with neither %s", u->name,
                        ".spk's nor zstd's magic number)");
    } else {
        return spk_fail(err, SPK_DATA, "%s: byte %" PRIu64 ": what follows is neither %s", u->name,
                        u->file + u->at, "a .spk stream nor a zstd frame");
    }
    return 0;
}

static int first_look(spk_unpacker *u, spk_error *err)
{
    if (decide(u, err)) return -1;
    if (u->form != UNDECIDED) return 0;
    return spk_fail(err, SPK_DATA, "%s: the input is empty, not a .spk stream", u->name);
}

spk_unpacker *spk_unpacker_open(int fd, const char *name, spk_error *err)
{
    spk_unpacker *u = make(fd, name, err);
    if (!u) return NULL;
    u->data = u->buffer = spk_alloc(IN_BYTES, 1, "the input", err);
    if (u->buffer && !first_look(u, err)) return u;
    spk_unpacker_close(u);
    return NULL;
}

spk_unpacker *spk_unpacker_memory(const void *bytes, size_t n, const char *name, spk_error *err)
{
    spk_unpacker *u = make(-1, name, err);
    if (!u) return NULL;
    u->data = bytes;
    u->end = n;
    u->eof = true;
    if (!first_look(u, err)) return u;
    spk_unpacker_close(u);
    return NULL;
}

/* Some bytes through the decompressor; *got may be 0 when it needs more input. */
static int decompress(spk_unpacker *u, void *to, size_t n, size_t *got, spk_error *err)
{
    ZSTD_inBuffer in = {u->data, u->end, u->at};
    ZSTD_outBuffer out = {to, u->careful && n > CAREFUL_BYTES ? CAREFUL_BYTES : n, 0};
    size_t code = ZSTD_decompressStream(u->zstd, &out, &in);
    if (ZSTD_isError(code))
        return spk_fail(err, SPK_DATA, "%s: byte %" PRIu64 ": damaged zstd frame (%s)", u->name,
                        u->file + u->at, ZSTD_getErrorName(code));
    u->at = in.pos;
    *got = out.pos;
    if (code == 0) u->form = UNDECIDED;
    return 0;
}

static size_t copy(spk_unpacker *u, void *to, size_t n)
{
    size_t left = u->end - u->at;
    if (n > left) n = left;
    memcpy(to, u->data + u->at, n);
    u->at += n;
    return n;
}

int spk_unpacker_read(spk_unpacker *u, void *to, size_t n, size_t *got, spk_error *err)
{
    unsigned char *bytes = to;
    *got = 0;
    while (*got < n) {
        size_t more = 0, before = u->at;
        if (u->form == UNDECIDED && decide(u, err)) return -1;
        if (u->form == UNDECIDED) break;
        if (u->form == PLAIN)
            more = copy(u, bytes + *got, n - *got);
        else if (decompress(u, bytes + *got, n - *got, &more, err))
            return -1;
        *got += more;
        u->logical += more;
        if (more || u->at != before || u->form == UNDECIDED) continue;
        if (u->eof) break;
        if (refill(u, err)) return -1;
    }
    return 0;
}

void spk_unpacker_careful(spk_unpacker *u)
{
    u->careful = true;
}

void spk_unpacker_boundary(spk_unpacker *u)
{
    if (u->form == PLAIN) u->form = UNDECIDED;
}

/* Back to `byte` of the input where that is possible, else on from where it is. */
static void go_back(spk_unpacker *u, uint64_t byte)
{
    if (byte >= u->file) {
        u->at = (size_t)(byte - u->file);
    } else if (lseek(u->fd, (off_t)byte, SEEK_SET) == (off_t)byte) {
        u->file = byte;
        u->at = u->end = 0;
        u->eof = false;
    }
    if (u->at > u->end) u->at = u->end;
}

int spk_unpacker_resync(spk_unpacker *u, uint64_t *from, uint64_t *to, spk_error *err)
{
    *from = u->boundary;
    go_back(u, u->boundary + 1);
    ZSTD_DCtx_reset(u->zstd, ZSTD_reset_session_only);
    u->form = UNDECIDED;
    for (;;) {
        for (; u->end - u->at >= 4; u->at++)
            if (is_zstd(spk_get32(u->data + u->at))) {
                *to = u->boundary = u->file + u->at;
                return 1;
            }
        if (u->eof) break;
        if (refill(u, err)) return -1;
    }
    u->at = u->end;
    *to = u->file + u->end;
    return 0;
}

const char *spk_unpacker_cut(const spk_unpacker *u)
{
    if (u->form != ZSTD || !u->eof || u->at != u->end) return NULL;
    return u->skippable ? "the index behind the stream" : "the last zstd frame";
}

bool spk_unpacker_compressed(const spk_unpacker *u)
{
    return u->any_zstd;
}

uint64_t spk_unpacker_logical_bytes(const spk_unpacker *u)
{
    return u->logical;
}

uint64_t spk_unpacker_file_bytes(const spk_unpacker *u)
{
    return u->file + u->at;
}
