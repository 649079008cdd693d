/* exact.h: deviations from whole sums: no rounding before the end, so no cancellation, whatever the
 * order in which the numbers came. */
#ifndef SPK_STATS_EXACT_H
#define SPK_STATS_EXACT_H

#include <stdint.h>

typedef unsigned __int128 whole128;

/* Of n > 0 whole numbers with this sum (which fits 64 bits) and this sum of squares: the sum of the
 * squares of their differences from their mean. With q = floor(mean) these are, less a last part
 * below n, whole too. What is subtracted may wrap; the result cannot be negative. */
static inline double square_deviations(uint64_t n, uint64_t sum, whole128 squares)
{
    const whole128 q = sum / n, r = sum % n;
    const whole128 about_q = squares - 2 * q * sum + q * q * n; /* sum of (x - q)^2 */
    if (about_q >> 64) return (double)about_q - (double)(r * r) / (double)n;
    return (double)(about_q * n - r * r) / (double)n;
}

#endif
