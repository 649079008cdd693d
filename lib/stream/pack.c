/* pack.c: logical bytes out, through zstd or plain.
 *
 * Only libzstd's stable interface is used. Each frame carries zstd's checksum, so that its last
 * four bytes are the XXH64 of its content, which the seek table repeats. */
#include "base/bytes.h"
#include "base/memory.h"
#include "stream/transport.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

/* Planes hold little that comes again: what is kept of them shall stay in the caches, and short
 * matches in noise, which cost more than its literals, be rare. */
enum { NEAR_WINDOW_LOG = 17, SMALLEST_HASH_LOG = 6, LONG_MATCH = 6 };
enum { OUT_BYTES = 1 << 18, MAX_WINDOW_LOG = 20 };

struct spk_packer {
    int fd;
    char *name;
    ZSTD_CCtx *zstd; /* NULL: plain */
    unsigned char *out;
    size_t used;
    uint64_t logical, written;
    bool in_frame;
    unsigned char tail[4]; /* the last bytes that left */
};

static int zstd_failed(const spk_packer *p, size_t code, spk_error *err)
{
    return spk_fail(err, SPK_BUG, "%s: zstd: %s", p->name, ZSTD_getErrorName(code));
}

static int set_parameter(spk_packer *p, ZSTD_cParameter parameter, int value, spk_error *err)
{
    size_t code = ZSTD_CCtx_setParameter(p->zstd, parameter, value);
    return ZSTD_isError(code) ? zstd_failed(p, code, err) : 0;
}

static int set_up_zstd(spk_packer *p, int level, bool planes, spk_error *err)
{
    p->zstd = ZSTD_createCCtx();
    if (!p->zstd) return spk_fail(err, SPK_LIMIT, "out of memory for compression");
    if (set_parameter(p, ZSTD_c_compressionLevel, level, err) ||
        set_parameter(p, ZSTD_c_checksumFlag, 1, err))
        return -1;
    if (level > 2 && set_parameter(p, ZSTD_c_windowLog, MAX_WINDOW_LOG, err)) return -1;
    if (planes && level == 1 &&
        (set_parameter(p, ZSTD_c_windowLog, NEAR_WINDOW_LOG, err) ||
         set_parameter(p, ZSTD_c_hashLog, SMALLEST_HASH_LOG, err)))
        return -1;
    if (planes && level > 1 && set_parameter(p, ZSTD_c_minMatch, LONG_MATCH, err)) return -1;
    return 0;
}

spk_packer *spk_packer_open(int fd, const char *name, int level, bool planes, spk_error *err)
{
    spk_packer *p = spk_alloc(1, sizeof *p, "the output", err);
    if (!p) return NULL;
    p->fd = fd;
    p->name = spk_strdup(name, err);
    p->out = spk_alloc(OUT_BYTES, 1, "the output", err);
    if (!p->name || !p->out || (level >= 0 && set_up_zstd(p, level, planes, err))) {
        spk_packer_close(p);
        return NULL;
    }
    return p;
}

void spk_packer_close(spk_packer *p)
{
    if (!p) return;
    ZSTD_freeCCtx(p->zstd);
    free(p->out);
    free(p->name);
    free(p);
}

static int write_all(spk_packer *p, const unsigned char *bytes, size_t n, spk_error *err)
{
    while (n) {
        ssize_t put = write(p->fd, bytes, n);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return spk_fail_errno(err, errno, "%s: cannot write", p->name);
        bytes += put;
        n -= (size_t)put;
        p->written += (uint64_t)put;
    }
    return 0;
}

static int empty_out(spk_packer *p, spk_error *err)
{
    size_t n = p->used;
    p->used = 0;
    return write_all(p, p->out, n, err);
}

/* Through the compressor, until it has taken everything and done what `mode` asks. */
static int compress(spk_packer *p, const void *bytes, size_t n, ZSTD_EndDirective mode,
                    spk_error *err)
{
    ZSTD_inBuffer in = {bytes, n, 0};
    for (;;) {
        ZSTD_outBuffer out = {p->out, OUT_BYTES, p->used};
        size_t left = ZSTD_compressStream2(p->zstd, &out, &in, mode);
        if (ZSTD_isError(left)) return zstd_failed(p, left, err);
        p->used = out.pos;
        bool done = mode == ZSTD_e_continue ? in.pos == in.size : left == 0;
        if (p->used == OUT_BYTES && empty_out(p, err)) return -1;
        if (done) return 0;
    }
}

int spk_packer_raw(spk_packer *p, const void *bytes, size_t n, spk_error *err)
{
    if (p->used + n > OUT_BYTES && empty_out(p, err)) return -1;
    if (n >= OUT_BYTES) return write_all(p, bytes, n, err);
    memcpy(p->out + p->used, bytes, n);
    p->used += n;
    return 0;
}

int spk_packer_write(spk_packer *p, const void *bytes, size_t n, spk_error *err)
{
    if (n == 0) return 0;
    p->logical += n;
    p->in_frame = true;
    return p->zstd ? compress(p, bytes, n, ZSTD_e_continue, err) : spk_packer_raw(p, bytes, n, err);
}

int spk_packer_end_block(spk_packer *p, spk_error *err)
{
    if (!p->zstd || !p->in_frame) return 0;
    return compress(p, NULL, 0, ZSTD_e_flush, err);
}

int spk_packer_end_frame(spk_packer *p, uint32_t *sum, spk_error *err)
{
    *sum = 0;
    if (!p->zstd || !p->in_frame) return 0;
    /* With room for the rest of the block, the frame's checksum is the end of the buffer. */
    if (spk_packer_end_block(p, err) || empty_out(p, err)) return -1;
    if (compress(p, NULL, 0, ZSTD_e_end, err)) return -1;
    *sum = spk_get32(p->out + p->used - 4);
    p->in_frame = false;
    return 0;
}

int spk_packer_flush(spk_packer *p, spk_error *err)
{
    return spk_packer_end_block(p, err) || empty_out(p, err) ? -1 : 0;
}

bool spk_packer_compresses(const spk_packer *p)
{
    return p->zstd != NULL;
}

uint64_t spk_packer_logical(const spk_packer *p)
{
    return p->logical;
}

uint64_t spk_packer_compressed(const spk_packer *p)
{
    return p->written + p->used;
}
