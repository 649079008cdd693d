/* stream_fixture.h: streams in memory for the tests: written through a temporary file, read back.
 */
#ifndef SPK_TESTS_STREAM_FIXTURE_H
#define SPK_TESTS_STREAM_FIXTURE_H

#include "unit.h"

#include "base/memory.h"
#include "stream/reader.h"
#include "stream/writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

typedef struct bytes {
    unsigned char *data;
    size_t n;
} bytes;

static inline void succeed(int failed, const spk_error *err)
{
    if (failed) fail_msg("%s", err->text);
}

/* Random numbers that need not be good. */
static inline uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    uint64_t x = *state ^ *state >> 29;
    return x * 0xbf58476d1ce4e5b9u ^ x >> 32;
}

static inline uint64_t below(uint64_t *state, uint64_t n)
{
    return next_random(state) % n;
}

/* The content of an open file, from its beginning. */
static inline bytes contents(FILE *file)
{
    bytes all;
    fseek(file, 0, SEEK_END);
    all.n = (size_t)ftell(file);
    all.data = malloc(all.n + 1);
    assert_non_null(all.data);
    rewind(file);
    assert_int_equal(fread(all.data, 1, all.n, file), all.n);
    return all;
}

/* What `zstd -dc` prints. */
static inline bytes logical(bytes packed)
{
    bytes plain = {malloc(1 << 20), 0};
    size_t room = 1 << 20;
    ZSTD_DCtx *zstd = ZSTD_createDCtx();
    ZSTD_inBuffer in = {packed.data, packed.n, 0};
    size_t left = 1;
    do {
        if (plain.n == room) plain.data = realloc(plain.data, room *= 2);
        ZSTD_outBuffer out = {plain.data, room, plain.n};
        left = ZSTD_decompressStream(zstd, &out, &in);
        assert_false(ZSTD_isError(left));
        plain.n = out.pos;
    } while (in.pos < in.size || plain.n == room);
    assert_int_equal(left, 0);
    ZSTD_freeDCtx(zstd);
    return plain;
}

static inline void assert_same_bytes(bytes a, bytes b)
{
    assert_int_equal(a.n, b.n);
    assert_memory_equal(a.data, b.data, a.n);
}

#endif
