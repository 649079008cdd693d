/* gap_kernel.h: spikes to gaps in the flattened raster and back. Included by stream_kernels.c only.
 *
 * A raster of `units` columns read row by row (a row is a tick) is one line; the gap is the
 * distance along it from one spike to the next. */
#ifndef SPK_STREAM_GAP_KERNEL_H
#define SPK_STREAM_GAP_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static uint32_t gaps32(const uint64_t *restrict tick, const uint32_t *restrict unit, size_t n,
                       uint64_t t0, uint32_t units, uint32_t *restrict gap)
{
    if (n == 0) return 0;
    uint32_t all = gap[0] = (uint32_t)(tick[0] - t0) * units + unit[0];
    for (size_t i = 1; i < n; i++) {
        uint32_t g = ((uint32_t)tick[i] - (uint32_t)tick[i - 1]) * units + unit[i] - unit[i - 1];
        gap[i] = g;
        all |= g;
    }
    return all;
}

/* Up to this many spikes are placed relative to the one before them, in 32 bits if that fits. */
enum { EXPAND_BLOCK = 256 };

/* Distances from tick t's first column, x[i] < 2^32, to ticks and units: division by `units`
 * through a reciprocal that is at most 1 too small. */
static void place32(const uint32_t *restrict x, size_t n, uint32_t units, uint64_t t,
                    uint64_t *restrict tick, uint32_t *restrict unit)
{
    uint32_t reciprocal = units == 1 ? UINT32_MAX : (uint32_t)(((uint64_t)1 << 32) / units);
    for (size_t i = 0; i < n; i++) {
        uint32_t q = (uint32_t)((uint64_t)x[i] * reciprocal >> 32);
        uint32_t r = x[i] - q * units;
        uint32_t more = r >= units;
        tick[i] = t + (q + more);
        unit[i] = r - (more ? units : 0);
    }
}

static bool place64(const uint32_t *gap, size_t n, uint32_t units, uint64_t t, uint32_t u,
                    uint64_t *tick, uint32_t *unit)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t x = (uint64_t)u + gap[i];
        if (__builtin_add_overflow(t, x / units, &t)) return false;
        u = (uint32_t)(x % units);
        tick[i] = t;
        unit[i] = u;
    }
    return true;
}

/* Running sums on whole vectors; clang 14 knows how to, but does not. */
#ifdef __clang__
#define SPK_SCAN_LOOP
#define SPK_SCAN_END
#else
#define SPK_SCAN_LOOP _Pragma("omp simd reduction(inscan, + : sum)")
#define SPK_SCAN_END  _Pragma("omp scan inclusive(sum)")
#endif

/* x[i] = u + gap[0] + ... + gap[i]; false: that does not fit. */
static bool add_up(const uint32_t *restrict gap, size_t n, uint32_t u, uint32_t *restrict x)
{
    uint32_t sum = u;
    uint64_t all = u;
    SPK_SCAN_LOOP
    for (size_t i = 0; i < n; i++) {
        sum += gap[i];
        SPK_SCAN_END
        x[i] = sum;
    }
#pragma omp simd reduction(+ : all)
    for (size_t i = 0; i < n; i++)
        all += gap[i];
    return all <= UINT32_MAX;
}

static bool expand32(const uint32_t *restrict gap, size_t n, uint32_t units, uint64_t *t,
                     uint32_t *u, uint64_t *restrict tick, uint32_t *restrict unit)
{
    uint32_t x[EXPAND_BLOCK];
    for (size_t at = 0; at < n; at += EXPAND_BLOCK) {
        size_t m = n - at < EXPAND_BLOCK ? n - at : EXPAND_BLOCK;
        if (add_up(gap + at, m, *u, x) && *t <= UINT64_MAX - UINT32_MAX)
            place32(x, m, units, *t, tick + at, unit + at);
        else if (!place64(gap + at, m, units, *t, *u, tick + at, unit + at))
            return false;
        *t = tick[at + m - 1];
        *u = unit[at + m - 1];
    }
    return true;
}

static bool sorted(const uint64_t *restrict tick, const uint32_t *restrict unit, size_t n,
                   uint64_t t, uint32_t u, uint32_t units)
{
    if (n == 0) return true;
    int bad = tick[0] < t || (tick[0] == t && unit[0] < u) || unit[0] >= units;
    for (size_t i = 1; i < n; i++)
        bad |= (tick[i] < tick[i - 1]) | ((tick[i] == tick[i - 1]) & (unit[i] < unit[i - 1])) |
               (unit[i] >= units);
    return !bad;
}

#endif
