/* philox.h: Philox4x32-10's numbers, and one block of it; private to lib/random. */
#ifndef SPK_RANDOM_PHILOX_H
#define SPK_RANDOM_PHILOX_H

#include "random/random.h"

/* Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (SC 2011), table 2. */
#define PHILOX_M0 0xD2511F53u /* multiplies word 0 */
#define PHILOX_M1 0xCD9E8D57u /* multiplies word 2 */
#define PHILOX_W0 0x9E3779B9u /* added to key word 0 each round: the golden ratio */
#define PHILOX_W1 0xBB67AE85u /* added to key word 1 each round: sqrt(3) - 1 */
enum { PHILOX_ROUNDS = 10 };

static inline void philox_block(spk_key key, uint32_t c0, uint32_t c1, uint32_t c2, uint32_t c3,
                                uint32_t out[4])
{
    uint32_t k0 = key.word[0], k1 = key.word[1];
    for (int round = 0; round < PHILOX_ROUNDS; round++) {
        uint64_t p0 = (uint64_t)PHILOX_M0 * c0, p1 = (uint64_t)PHILOX_M1 * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)p1;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)p0;
        k0 += PHILOX_W0;
        k1 += PHILOX_W1;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

#endif
