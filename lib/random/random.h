/* random.h: addressed random numbers: Philox4x32-10 (Salmon et al. 2011), never a shared sequence.
 *
 * A stream of draws is named by a purpose and a seed; a draw by four words. So a result cannot
 * depend on which thread, rank or shard asked, or on what was asked before.
 *   key     = XXH3-64 of (seed as 8 little-endian bytes, purpose string)
 *   counter = {unit or source; target, k, or attempt and the sample's high bits; sample's low bits;
 *              draw number}
 * The draw number counts the draws of that unit in that sample, not time steps. */
#ifndef SPK_RANDOM_RANDOM_H
#define SPK_RANDOM_RANDOM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct spk_key {
    uint32_t word[2];
} spk_key;

/* The key of `purpose` ("encode/poisson", "projection/input->exc/weight") under `seed`. */
spk_key spk_random_key(uint64_t seed, const char *purpose);

/* One block: four independent 32-bit words. */
void spk_philox(spk_key key, const uint32_t counter[4], uint32_t out[4]);

/* n blocks with counters {c0[i], c1, c2, c3}; word k of block i goes to out[k * n + i]. SIMD. */
void spk_philox_units(spk_key key, size_t n, const uint32_t *c0, uint32_t c1, uint32_t c2,
                      uint32_t c3, uint32_t *out);
/* The same with counters {c0, c1, c2, c3[i]}. */
void spk_philox_places(spk_key key, size_t n, uint32_t c0, uint32_t c1, uint32_t c2,
                       const uint32_t *c3, uint32_t *out);
/* n blocks with counters {c0, c1, c2, first + i}; word k of block i goes to out[4 * i + k]. */
void spk_philox_draws(spk_key key, uint32_t c0, uint32_t c1, uint32_t c2, uint32_t first, size_t n,
                      uint32_t *out);

/* Exponential draws for many units at once, each unit at its own place: block i has the counter
 * {c0[i], c1, c2, c3[i]} and gives two, so that draw d of a unit is half d % 2 of its block d / 2.
 *   out[2 * i]     = spk_exponential(word 0, word 1)
 *   out[2 * i + 1] = spk_exponential(word 2, word 3)
 * A gap in a Poisson process of hazard h per tick is floor(draw / h) silent ticks. SIMD. */
void spk_random_exponentials(spk_key key, size_t n, const uint32_t *c0, uint32_t c1, uint32_t c2,
                             const uint32_t *c3, double *out);

/* A standard exponential, -ln(spk_uniform53(high, low)), to 3.5 ULP; always > 0, at most 36.8. */
double spk_exponential(uint32_t high, uint32_t low);

/* A uniform in the open interval (0, 1): an odd multiple of 2^-53 from two words, or of 2^-33 from
 * one. Exact; never 0, so that its logarithm is finite; never 1. */
static inline double spk_uniform53(uint32_t high, uint32_t low)
{
    const uint64_t one = 0x3ff0000000000000; /* 1.0: these bits behind it are 1 <= x < 2 */
    uint64_t bits = ((uint64_t)high << 32 | low) >> 12 | one;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x - 1 + 0x1p-53;
}
static inline double spk_uniform32(uint32_t word)
{
    return ((double)word + 0.5) * 0x1p-32;
}

#endif
