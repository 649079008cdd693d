/* poisson.h: addressed Poisson numbers: how many events come to a unit in a step.
 *
 * The number of (unit, step) is made from a uniform u of 48 bits: it is the number of thresholds
 * T[k] = 2^48 P(X <= k) that are not above u, so that every probability is right to 2^-47, and a
 * number that comes less often than once in 2^49 draws never comes. The upper 16 bits of u are half
 * step % 2 (0: low) of word step / 2 % 4 of the Philox block {unit, c1, c2, step / 8}; they decide,
 * but for a few cases in 10,000, which take word 0 of the block {unit, c1, c2, step} of a second
 * key as the lower bits. So a block serves eight steps.
 *
 * A mean above 32 is the sum of draws with equal means up to 32, draw r with r added to the second
 * word of both keys. One above 1024 is drawn by rejection (PTRS: Hörmann 1993, The transformed
 * rejection method for generating Poisson random variables, Insurance: Mathematics and Economics
 * 12), try r with the block {unit, c1, c2, step} and r added to the second word of the first key.
 * Steps beyond a counter's 32 bits are added to the first word of the key. */
#ifndef SPK_RANDOM_POISSON_H
#define SPK_RANDOM_POISSON_H

#include "base/error.h"
#include "random/random.h"

#include <stdbool.h>

enum { SPK_POISSON_STEPS = 8 }; /* of a block */

#define SPK_POISSON_MOST 1e9 /* the greatest mean */

/* The law of one mean. */
typedef struct spk_poisson {
    double mean;
    uint32_t parts;       /* draws to add up; 0: by rejection */
    uint32_t n;           /* thresholds of one draw */
    uint64_t *threshold;  /* ascending */
    uint32_t first, last; /* those whose upper 16 bits are neither all 0 nor all 1 */
    int16_t *cell;        /* [n] upper 16 bits, less 2^15 */
} spk_poisson;

/* Where draws come from. */
typedef struct spk_poisson_stream {
    spk_key coarse, fine; /* purposes PURPOSE and PURPOSE/fine */
    uint32_t c1, c2;
} spk_poisson_stream;

/* 0 <= mean <= SPK_POISSON_MOST. */
int spk_poisson_open(spk_poisson *law, double mean, spk_error *err) SPK_NODISCARD;
void spk_poisson_close(spk_poisson *law);

/* The number of one unit in one step. */
uint32_t spk_poisson_count(const spk_poisson *law, const spk_poisson_stream *from, uint32_t unit,
                           uint64_t step);

/* The numbers of n units from `first` in the steps from 8 * block, for means up to 1024: those of
 * steps 2 k (low 16 bits) and 2 k + 1 (high) of unit first + i go to pair[k * n + i]. SIMD. */
void spk_poisson_block(const spk_poisson *law, const spk_poisson_stream *from, uint64_t block,
                       uint32_t first, size_t n, uint32_t *pair);

#endif
