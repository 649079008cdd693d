/* plane_kernel.h: numbers to byte planes and back. Included by stream_kernels.c only. */
#ifndef SPK_STREAM_PLANE_KERNEL_H
#define SPK_STREAM_PLANE_KERNEL_H

#include <stddef.h>
#include <stdint.h>

static void split32(const uint32_t *restrict in, size_t n, size_t planes, uint8_t *restrict out)
{
    for (size_t k = 0; k < planes; k++, out += n)
        for (size_t i = 0; i < n; i++)
            out[i] = (uint8_t)(in[i] >> (8 * k));
}

static void split64(const uint64_t *restrict in, size_t n, size_t planes, uint8_t *restrict out)
{
    for (size_t k = 0; k < planes; k++, out += n)
        for (size_t i = 0; i < n; i++)
            out[i] = (uint8_t)(in[i] >> (8 * k));
}

static void merge32(const uint8_t *restrict in, size_t n, size_t planes, uint32_t *restrict out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = planes ? in[i] : 0;
    for (size_t k = 1; k < planes; k++)
        for (size_t i = 0; i < n; i++)
            out[i] |= (uint32_t)in[k * n + i] << (8 * k);
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
