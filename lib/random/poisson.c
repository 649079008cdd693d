/* poisson.c: laws, their draws one by one, and the way to this processor's block function. */
#include "random/poisson.h"

#include "base/memory.h"
#include "base/simd.h"
#include "math/math.h"
#include "random/poisson_count.h"
#include "random/random_table.h"

#include <math.h>
#include <stdlib.h>

enum {
    MOST_THRESHOLDS = 128, /* a mean of 32 has 94 */
    MEAN_OF_DRAW = 32,
    MEAN_OF_SUM = 1024
};

/* ---- laws ------------------------------------------------------------------------------------ */

/* 2^48 times the distribution function, as long as it is below. */
static uint32_t find_thresholds(double mean, uint64_t threshold[MOST_THRESHOLDS])
{
    double chance = spk_exp(-mean), sum = 0;
    uint32_t n = 0;
    for (; n < MOST_THRESHOLDS; n++) {
        sum += chance;
        double scaled = floor(sum * 0x1p48 + 0.5);
        if (scaled >= 0x1p48) break;
        threshold[n] = (uint64_t)scaled;
        chance *= mean / (n + 1);
    }
    return n;
}

int spk_poisson_open(spk_poisson *law, double mean, spk_error *err)
{
    uint64_t threshold[MOST_THRESHOLDS];
    *law = (spk_poisson){.mean = mean};
    if (mean > MEAN_OF_SUM) return 0;
    law->parts = mean > MEAN_OF_DRAW ? (uint32_t)ceil(mean / MEAN_OF_DRAW) : 1;
    law->n = find_thresholds(mean / law->parts, threshold);
    law->threshold = spk_alloc(law->n, sizeof *law->threshold, "a Poisson law", err);
    law->cell = spk_alloc(law->n, sizeof *law->cell, "a Poisson law", err);
    if (!law->threshold || !law->cell) return -1;
    for (uint32_t k = 0; k < law->n; k++) {
        const int32_t cell = (int32_t)(threshold[k] >> 32);
        law->threshold[k] = threshold[k];
        law->cell[k] = (int16_t)(cell + INT16_MIN);
        law->first += cell == 0;
        law->last += cell < UINT16_MAX;
    }
    return 0;
}

void spk_poisson_close(spk_poisson *law)
{
    free(law->threshold);
    free(law->cell);
}

/* ---- draws ----------------------------------------------------------------------------------- */

/* ln P(X = k), from Stirling's series for ln k!, written so that nothing large cancels. */
static double log_chance(double mean, double k)
{
    static const double log_2pi = 1.8378770664093454836;
    double rest = (1.0 / 12 - (1.0 / 360 - 1.0 / (1260 * k * k)) / (k * k)) / k;
    double off = k - mean;
    return off - k * spk_log1p(off / mean) - 0.5 * (log_2pi + spk_log(k)) - rest;
}

/* PTRS with the names of the paper; a number far from the mean, where the series does not hold, is
 * rejected at once: it has no probability that a double could tell from 0. */
static uint32_t by_rejection(const spk_poisson *law, const spk_poisson_stream *from, uint32_t unit,
                             uint64_t step)
{
    const double mu = law->mean, b = 0.931 + 2.53 * sqrt(mu), a = -0.059 + 0.02483 * b;
    const double v_r = 0.9277 - 3.6224 / (b - 2), inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
    for (uint32_t r = 0;; r++) {
        uint32_t w[4];
        philox_block(poisson_key(from->coarse, step >> 32, r), unit, from->c1, from->c2,
                     (uint32_t)step, w);
        double u = spk_uniform53(w[0], w[1]) - 0.5, v = spk_uniform53(w[2], w[3]);
        double us = 0.5 - fabs(u), k = floor((2 * a / us + b) * u + mu + 0.43);
        if (us >= 0.07 && v <= v_r) return (uint32_t)k;
        if (k < mu / 4 || k > 4 * mu || (us < 0.013 && v > us)) continue;
        if (spk_log(v * inverse_alpha / (a / (us * us) + b)) <= log_chance(mu, k))
            return (uint32_t)k;
    }
}

uint32_t spk_poisson_count(const spk_poisson *law, const spk_poisson_stream *from, uint32_t unit,
                           uint64_t step)
{
    if (law->parts == 0) return by_rejection(law, from, unit, step);
    const uint64_t block = step / SPK_POISSON_STEPS;
    const uint32_t k = (uint32_t)(step % SPK_POISSON_STEPS);
    uint32_t sum = 0;
    for (uint32_t r = 0; r < law->parts; r++) {
        uint32_t word[4];
        philox_block(poisson_key(from->coarse, block >> 32, r), unit, from->c1, from->c2,
                     (uint32_t)block, word);
        sum += poisson_count(law, from, r, word[k / 2] >> 16 * (k % 2) & UINT16_MAX, unit, step);
    }
    return sum;
}

void spk_poisson_block(const spk_poisson *law, const spk_poisson_stream *from, uint64_t block,
                       uint32_t first, size_t n, uint32_t *pair)
{
    const spk_random_table *table = spk_random_table_choose();
    for (uint32_t r = 0; r < law->parts; r++)
        table->poisson(law, from, r, block, first, n, pair);
}
