/* regular.h: where error diffusion puts a spike. */
#ifndef ENCODE_REGULAR_H
#define ENCODE_REGULAR_H

#include <stdint.h>

/* The tick of spike k >= 1 with p spikes per tick, 0 < p <= 1; UINT64_MAX: practically never. When
 * k / p is a whole number but for the rounding of p and of the quotient, it is that number. */
static inline uint64_t regular_tick(uint64_t k, double p)
{
    double ticks = (double)k / p * (1 - 0x1p-50);
    if (ticks >= 0x1p62) return UINT64_MAX;
    uint64_t whole = (uint64_t)(int64_t)ticks;
    return (double)whole < ticks ? whole : whole - 1; /* ceil(ticks) - 1 */
}

#endif
