/* poisson_count.h: one Poisson number from its 48 bits; private to lib/random. */
#ifndef SPK_RANDOM_POISSON_COUNT_H
#define SPK_RANDOM_POISSON_COUNT_H

#include "random/philox.h"
#include "random/poisson.h"

/* The key of draw `r` in steps whose counter has used up its 32 bits `wraps` times. */
static inline spk_key poisson_key(spk_key key, uint64_t wraps, uint32_t r)
{
    return (spk_key){{key.word[0] + (uint32_t)wraps, key.word[1] + r}};
}

/* Draw r of (unit, step), whose upper 16 bits are `half`. */
static inline uint32_t poisson_count(const spk_poisson *law, const spk_poisson_stream *from,
                                     uint32_t r, uint32_t half, uint32_t unit, uint64_t step)
{
    uint32_t k = 0, words[4];
    while (k < law->n && law->threshold[k] >> 32 < half)
        k++;
    if (k == law->n || law->threshold[k] >> 32 > half) return k;
    philox_block(poisson_key(from->fine, step >> 32, r), unit, from->c1, from->c2, (uint32_t)step,
                 words);
    uint64_t u = (uint64_t)half << 32 | words[0];
    while (k < law->n && law->threshold[k] <= u)
        k++;
    return k;
}

#endif
