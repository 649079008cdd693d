/* ring.h: rings of rows, one for each of the last or the next steps. */
#ifndef SPK_BASE_RING_H
#define SPK_BASE_RING_H

#include <stdint.h>

/* How long a ring is made that is to hold `steps`: short ones a power of two, so that to find a slot
 * needs no division. */
static inline uint32_t spk_ring_length(uint32_t steps)
{
    const uint32_t is_short = 64;
    uint32_t length = 1;
    while (length < steps && steps <= is_short)
        length *= 2;
    return steps <= is_short ? length : steps;
}

/* t % length */
static inline uint64_t spk_ring_slot(uint64_t t, uint32_t length)
{
    return (length & (length - 1)) == 0 ? t & (length - 1) : t % length;
}

#endif
