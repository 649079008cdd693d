/* stream_kernels.h: the loops over spikes and values that profit from vector instructions.
 *
 * The same functions compiled for each instruction set (base/simd.h); their results are equal. */
#ifndef SPK_STREAM_STREAM_KERNELS_H
#define SPK_STREAM_STREAM_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct spk_stream_kernels {
    /* Byte k of in[i] >> shift to out[k * n + i], for the `planes` low bytes (those inside the
     * number: shift + 8 * planes < 40); and back. */
    void (*split32)(const uint32_t *in, size_t n, unsigned shift, size_t planes, uint8_t *out);
    void (*split16)(const uint16_t *in, size_t n, uint8_t *out); /* two planes */
    void (*split64)(const uint64_t *in, size_t n, size_t planes, uint8_t *out);
    void (*merge16)(const uint8_t *in, size_t n, uint16_t *out);
    void (*merge32)(const uint8_t *in, size_t n, size_t planes, uint32_t *out);
    void (*merge64)(const uint8_t *in, size_t n, size_t planes, uint64_t *out);
    /* The same for some of the numbers, above `shift`, where their bits are 0; planes are `stride`
     * bytes apart. */
    void (*add_planes32)(const uint8_t *in, size_t stride, size_t n, unsigned shift, size_t planes,
                         uint32_t *out);

    /* Two (four) bits above `shift` of 4 m (2 m) numbers to m bytes: number i to byte i % m, bits
     * 2 (i / m).. (4 (i / m)..); and back, of numbers begin.. to n whose bits there are 0. */
    void (*pack2)(const uint32_t *in, size_t m, unsigned shift, uint8_t *out);
    void (*pack4)(const uint32_t *in, size_t m, unsigned shift, uint8_t *out);
    void (*unpack)(const uint8_t *in, size_t m, unsigned bits, size_t begin, size_t n,
                   unsigned shift, uint32_t *out);

    /* Gaps in the flattened raster, (tick - tick before) * units + unit - unit before, modulo 2^32
     * (which loses nothing when all are smaller); before the first spike stands (t0, unit 0).
     * Returns the OR of all, which has as many bits as the largest. */
    uint32_t (*gaps32)(const uint64_t *tick, const uint32_t *unit, size_t n, uint64_t t0,
                       uint32_t units, uint32_t *gap);

    /* The reverse, starting from the spike (*t, *u), which is replaced by the last. False when a
     * tick does not fit into 64 bits. */
    bool (*expand32)(const uint32_t *gap, size_t n, uint32_t units, uint64_t *t, uint32_t *u,
                     uint64_t *tick, uint32_t *unit);

    /* Whether the spikes are sorted by (tick, unit), units < `units`, none before (t, u). */
    bool (*sorted)(const uint64_t *tick, const uint32_t *unit, size_t n, uint64_t t, uint32_t u,
                   uint32_t units);
} spk_stream_kernels;

/* The table for this processor (or for what SPK_SIMD asks). */
const spk_stream_kernels *spk_stream_kernels_get(void);

extern const spk_stream_kernels spk_stream_kernels_sse2, spk_stream_kernels_avx2,
    spk_stream_kernels_avx512;

#endif
