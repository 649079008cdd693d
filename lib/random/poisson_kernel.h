/* poisson_kernel.h: Poisson numbers of many units: Philox blocks, and comparisons with all thresholds
 * of their 16-bit halves. What these do not decide is looked up one by one. */
#include "random/poisson_count.h"

#include <string.h>

typedef int16_t halves __attribute__((vector_size(sizeof(vi))));

/* Numbers of the halves in x[0..3], in place; returns whether some are undecided, marked in
 * `unsure`. Halves are compared as signed numbers, less 2^15. */
static inline bool compare(const spk_poisson *law, vi x[4], halves unsure[4])
{
    const halves zero = {0}, least = zero + INT16_MIN, most = zero + INT16_MAX;
    halves h[4], count[4], any;
    for (int w = 0; w < 4; w++) {
        h[w] = (halves)x[w] ^ least;
        count[w] = zero + (int16_t)law->first;
        unsure[w] = (h[w] == least) | (h[w] == most);
    }
    for (uint32_t k = law->first; k < law->last; k++) {
        const halves cell = zero + law->cell[k];
        for (int w = 0; w < 4; w++) {
            count[w] -= h[w] > cell;
            unsure[w] |= h[w] == cell;
        }
    }
    any = unsure[0] | unsure[1] | unsure[2] | unsure[3];
    for (int w = 0; w < 4; w++)
        x[w] = (vi)count[w];
    uint64_t bits[sizeof any / sizeof(uint64_t)], all = 0;
    memcpy(bits, &any, sizeof any);
    for (size_t i = 0; i < sizeof bits / sizeof *bits; i++)
        all |= bits[i];
    return all != 0;
}

/* The undecided of LANES32 units from `unit`, whose words are `half`. */
static void decide(const spk_poisson *law, const spk_poisson_stream *from, uint32_t r,
                   uint64_t block, uint32_t unit, const halves unsure[4],
                   const uint16_t half[4][2 * LANES32], vi count[4])
{
    uint16_t own[4][2 * LANES32];
    int16_t flag[4][2 * LANES32];
    memcpy(own, count, sizeof own);
    memcpy(flag, unsure, sizeof flag);
    for (uint32_t w = 0; w < 4; w++)
        for (uint32_t i = 0; i < 2 * LANES32; i++)
            if (flag[w][i])
                own[w][i] = (uint16_t)poisson_count(law, from, r, half[w][i], unit + i / 2,
                                                    SPK_POISSON_STEPS * block + 2 * w + i % 2);
    memcpy(count, own, sizeof own);
}

/* Draw r of n units from `first` in the steps of `block`; added to what is there, but for r 0. */
static void SPK_KERNEL(poisson)(const spk_poisson *law, const spk_poisson_stream *from, uint32_t r,
                                uint64_t block, uint32_t first, size_t n, uint32_t *pair)
{
    const spk_key key = poisson_key(from->coarse, block >> 32, r);
    uint32_t lane[LANES32];
    for (uint32_t i = 0; i < LANES32; i++)
        lane[i] = i;
    const vi lanes = load_words(lane);
    size_t i = 0;
    for (; n - i >= LANES32; i += LANES32) {
        const uint32_t unit = first + (uint32_t)i;
        vi x[4] = {VI(add_epi32)(lanes, splat(unit)), splat(from->c1), splat(from->c2),
                   splat((uint32_t)block)};
        halves unsure[4];
        uint16_t half[4][2 * LANES32];
        blocks(key, x);
        memcpy(half, x, sizeof half);
        if (compare(law, x, unsure)) decide(law, from, r, block, unit, unsure, half, x);
        for (size_t k = 0; k < 4; k++) {
            uint32_t *to = pair + k * n + i;
            store_words(to, r > 0 ? VI(add_epi32)(x[k], load_words(to)) : x[k]);
        }
    }
    for (; i < n; i++) {
        uint32_t word[4], unit = first + (uint32_t)i;
        philox_block(key, unit, from->c1, from->c2, (uint32_t)block, word);
        for (uint32_t k = 0; k < 4; k++) {
            const uint64_t step = SPK_POISSON_STEPS * block + 2 * k;
            uint32_t low = poisson_count(law, from, r, word[k] & UINT16_MAX, unit, step);
            uint32_t high = poisson_count(law, from, r, word[k] >> 16, unit, step + 1);
            pair[k * n + i] = (r > 0 ? pair[k * n + i] : 0) + (high << 16 | low);
        }
    }
}
