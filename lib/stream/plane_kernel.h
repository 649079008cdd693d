/* plane_kernel.h: numbers to byte planes and back. Included by stream_kernels.c only. */
#ifndef SPK_STREAM_PLANE_KERNEL_H
#define SPK_STREAM_PLANE_KERNEL_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static void split16(const uint16_t *restrict in, size_t n, uint8_t *restrict out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (uint8_t)in[i];
    for (size_t i = 0; i < n; i++)
        out[n + i] = (uint8_t)(in[i] >> 8);
}

static void split32(const uint32_t *restrict in, size_t n, unsigned shift, size_t planes,
                    uint8_t *restrict out)
{
    for (size_t k = 0; k < planes; k++, out += n, shift += 8)
        for (size_t i = 0; i < n; i++)
            out[i] = (uint8_t)(in[i] >> shift);
}

static void split64(const uint64_t *restrict in, size_t n, size_t planes, uint8_t *restrict out)
{
    for (size_t k = 0; k < planes; k++, out += n)
        for (size_t i = 0; i < n; i++)
            out[i] = (uint8_t)(in[i] >> (8 * k));
}

static void merge16(const uint8_t *restrict in, size_t n, uint16_t *restrict out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (uint16_t)(in[i] | in[n + i] << 8);
}

static void add_planes32(const uint8_t *restrict in, size_t stride, size_t n, unsigned shift,
                         size_t planes, uint32_t *restrict out)
{
    for (size_t k = 0; k < planes; k++, in += stride, shift += 8)
        for (size_t i = 0; i < n; i++)
            out[i] |= (uint32_t)in[i] << shift;
}

static void merge32(const uint8_t *restrict in, size_t n, size_t planes, uint32_t *restrict out)
{
    if (planes == 0) {
        memset(out, 0, n * sizeof *out);
        return;
    }
    for (size_t i = 0; i < n; i++)
        out[i] = in[i];
    add_planes32(in + n, n, n, 8, planes - 1, out);
}

static void pack2(const uint32_t *restrict in, size_t m, unsigned shift, uint8_t *restrict out)
{
    for (size_t i = 0; i < m; i++)
        out[i] = (uint8_t)((in[i] >> shift & 3) | (in[i + m] >> shift & 3) << 2 |
                           (in[i + 2 * m] >> shift & 3) << 4 | (in[i + 3 * m] >> shift & 3) << 6);
}

static void pack4(const uint32_t *restrict in, size_t m, unsigned shift, uint8_t *restrict out)
{
    for (size_t i = 0; i < m; i++)
        out[i] = (uint8_t)((in[i] >> shift & 15) | (in[i + m] >> shift & 15) << 4);
}

static void unpack(const uint8_t *restrict in, size_t m, unsigned bits, size_t begin, size_t n,
                   unsigned shift, uint32_t *restrict out)
{
    const uint32_t mask = (1u << bits) - 1;
    for (size_t i = 0, end; i < n; i = end) {
        const uint8_t *from = in + (begin + i) % m;
        const unsigned above = (unsigned)((begin + i) / m) * bits;
        end = i + (m - (begin + i) % m);
        if (end > n) end = n;
        for (size_t k = i; k < end; k++)
            out[k] |= (from[k - i] >> above & mask) << shift;
    }
}

static void merge64(const uint8_t *restrict in, size_t n, size_t planes, uint64_t *restrict out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = planes ? in[i] : 0;
    for (size_t k = 1; k < planes; k++)
        for (size_t i = 0; i < n; i++)
            out[i] |= (uint64_t)in[k * n + i] << (8 * k);
}

#endif
