/* nmnist.c: the .bin files of N-MNIST and N-Caltech101 (Orchard et al., Front. Neurosci. 9:437, 2015).
 *
 * No head; 5 bytes an event: x, y, then big-endian the polarity in 1 bit and the time in 23, in us.
 * y = 240 is no pixel: the record says that all times from here on lie 2^13 us later. */
#include "base/memory.h"
#include "foreign/format.h"

#include <inttypes.h>

enum { RECORD = 5, WRAP = 240, SIZE = 34 };
#define WRAP_TIME (UINT64_C(1) << 13)
#define TIME_END  (UINT64_C(1) << 23)

typedef struct nmnist {
    uint64_t base; /* of times */
} nmnist;

/* The record in the upper 5 bytes of a word; what is read lies below `end`. */
static inline uint64_t load(const unsigned char *at, const unsigned char *end)
{
    if (end - at >= 8) return __builtin_bswap64(spk_get64(at));
    uint64_t word = 0;
    for (int i = 0; i < RECORD; i++)
        word |= (uint64_t)at[i] << (56 - 8 * i);
    return word;
}

/* Without a magic: all pixels inside, times ascend. */
static bool nmnist_recognise(const unsigned char *bytes, size_t n)
{
    uint64_t last = 0, base = 0;
    for (size_t i = 0; i + RECORD <= n; i += RECORD) {
        const uint64_t word = load(bytes + i, bytes + n), y = word >> 48 & 255,
                       time = word >> 24 & (TIME_END - 1);
        base += y == WRAP ? WRAP_TIME : 0;
        if (y == WRAP) continue;
        if (word >> 56 >= SIZE || y >= SIZE || base + time < last) return false;
        last = base + time;
    }
    return n >= RECORD;
}

static int nmnist_open(spk_foreign *in, spk_error *err)
{
    in->state = spk_alloc(1, sizeof(nmnist), "an input", err);
    return in->state ? spk_foreign_camera(in, SIZE, SIZE, err) : -1;
}

static size_t decode(spk_foreign *in, const unsigned char *bytes, size_t n)
{
    nmnist *s = in->state;
    const spk_foreign_head head = in->head;
    const unsigned char *at = bytes, *end = bytes + n;
    uint64_t base = s->base;
    size_t k = 0;
    for (; end - at >= RECORD && k < SPK_FOREIGN_BATCH; at += RECORD) {
        const uint64_t word = load(at, end);
        const uint32_t y = (uint32_t)(word >> 48) & 255;
        if (y == WRAP) {
            base += WRAP_TIME;
            continue;
        }
        in->time[k] = base + (word >> 24 & (TIME_END - 1));
        in->unit[k] =
            spk_foreign_unit(&head, (uint32_t)(word >> 47) & 1, y, (uint32_t)(word >> 56));
        in->place[k++] = (uint32_t)(at - bytes);
    }
    s->base = base;
    in->n = k;
    return (size_t)(at - bytes);
}

static int nmnist_next(spk_foreign *in, spk_error *err)
{
    return spk_foreign_step(in, RECORD, decode, err);
}

/* ---- writing ---------------------------------------------------------------------------------- */

static int nmnist_begin(spk_foreign_out *out, spk_error *err)
{
    return spk_foreign_needs_camera(out, WRAP, 256, err);
}

static void put_record(FILE *file, uint32_t x, uint32_t y, uint32_t p, uint64_t time)
{
    const uint32_t low = p << 23 | (uint32_t)time;
    const unsigned char record[RECORD] = {(unsigned char)x, (unsigned char)y,
                                          (unsigned char)(low >> 16), (unsigned char)(low >> 8),
                                          (unsigned char)low};
    fwrite(record, 1, RECORD, file);
}

static int nmnist_put(spk_foreign_out *out, size_t n, const uint64_t *time, const uint32_t *unit,
                      spk_error *err)
{
    for (size_t i = 0; i < n; i++) {
        const spk_pixel pixel = spk_foreign_pixel(&out->head, unit[i]);
        if (time[i] >= UINT64_C(1) << 32) /* more wraps than anyone would wish to read */
            return spk_fail(err, SPK_LIMIT,
                            "%s: a time of %" PRIu64 " us: nmnist holds times below 2^32 us",
                            out->name, time[i]);
        for (; time[i] - out->base >= TIME_END; out->base += WRAP_TIME)
            put_record(out->file, 0, WRAP, 0, 0);
        put_record(out->file, pixel.x, pixel.y, pixel.p, time[i] - out->base);
    }
    return 0;
}

const spk_foreign_format spk_foreign_nmnist = {
    .name = "nmnist",
    .recognise = nmnist_recognise,
    .open = nmnist_open,
    .next = nmnist_next,
    .begin = nmnist_begin,
    .put = nmnist_put,
};
