/* test_poisson.c: Poisson numbers against their law, against a slow way to draw them, and each other. */
#include "unit.h"

#include "base/simd.h"
#include "chance.h"
#include "random/random_table.h"

#include <math.h>

static const double means[] = {0, 1e-6, 0.01, 0.5, 2, 11, 25, 32, 33, 100, 1000, 1024, 2000, 1e5};
enum { MEANS = sizeof means / sizeof *means };

static spk_poisson_stream stream(void)
{
    return (spk_poisson_stream){spk_random_key(7, "test"), spk_random_key(7, "test/fine"), 3, 4};
}

static spk_key plus(spk_key key, uint64_t first, uint32_t second)
{
    return (spk_key){{key.word[0] + (uint32_t)first, key.word[1] + second}};
}

/* The number as poisson.h says it: all 48 bits, all thresholds. */
static uint32_t slow_count(const spk_poisson *law, const spk_poisson_stream *from, uint32_t unit,
                           uint64_t step)
{
    uint32_t sum = 0, word[4], fine[4];
    for (uint32_t r = 0; r < law->parts; r++) {
        const uint64_t block = step / 8;
        spk_philox(plus(from->coarse, block >> 32, r),
                   (uint32_t[]){unit, from->c1, from->c2, (uint32_t)block}, word);
        spk_philox(plus(from->fine, step >> 32, r),
                   (uint32_t[]){unit, from->c1, from->c2, (uint32_t)step}, fine);
        uint64_t half = word[step % 8 / 2] >> 16 * (step % 2) & 0xffff;
        uint64_t u = half << 32 | fine[0];
        for (uint32_t k = 0; k < law->n; k++)
            sum += law->threshold[k] <= u;
    }
    return sum;
}

static void test_numbers_are_those_of_48_bits(void **state)
{
    (void)state;
    const spk_poisson_stream from = stream();
    for (size_t m = 0; m < MEANS; m++) {
        spk_poisson law = law_of(means[m]);
        for (uint32_t i = 0; i < 20000 && law.parts > 0; i++) {
            uint64_t step = i % 100 + (i % 7 == 0 ? UINT64_C(0xffffffff0) : 0);
            assert_int_equal(spk_poisson_count(&law, &from, i, step),
                             slow_count(&law, &from, i, step));
        }
        spk_poisson_close(&law);
    }
}

/* Blocks on every instruction set, of any number of units. */
static void test_blocks_are_the_single_numbers(void **state)
{
    (void)state;
    static const spk_random_table *const tables[] = {&spk_random_sse2, &spk_random_avx2,
                                                     &spk_random_avx512};
    static const size_t sizes[] = {0, 1, 3, 15, 16, 17, 100, 528};
    static uint32_t pair[4 * 528];
    const spk_poisson_stream from = stream();
    for (int level = SPK_SSE2; level <= (int)spk_simd_level(); level++)
        for (size_t m = 0; m < MEANS; m++) {
            spk_poisson law = law_of(means[m]);
            for (size_t k = 0; k < sizeof sizes / sizeof *sizes && law.parts > 0; k++) {
                const size_t n = sizes[k];
                const uint64_t block = UINT64_C(0x1fffffffe) + k; /* the counter wraps */
                for (uint32_t r = 0; r < law.parts; r++)
                    tables[level]->poisson(&law, &from, r, block, 48, n, pair);
                for (uint32_t i = 0; i < n; i++)
                    for (uint32_t s = 0; s < 8; s++)
                        assert_int_equal(pair[s / 2 * n + i] >> 16 * (s % 2) & 0xffff,
                                         spk_poisson_count(&law, &from, 48 + i, 8 * block + s));
            }
            spk_poisson_close(&law);
        }
}

static double log_chance(double mean, double k)
{
    return k * log(mean) - mean - lgamma(k + 1);
}

static void test_thresholds(void **state)
{
    (void)state;
    for (size_t m = 2; m < MEANS; m++) {
        spk_poisson law = law_of(means[m]);
        double sum = 0, never = 0, mean = means[m] / law.parts;
        for (uint32_t k = 0; k < law.n; k++) {
            sum += exp(log_chance(mean, k));
            assert_true(fabs((double)law.threshold[k] * 0x1p-48 - sum) < 1e-13);
        }
        for (uint32_t k = law.n + 1; law.parts > 0 && k < law.n + 50; k++)
            never += exp(log_chance(mean, k));
        assert_true(never < 0x1p-49);
        spk_poisson_close(&law);
    }
}

/* Cells of numbers with at least eight expected, and one for all others. */
static void check_law(const spk_poisson *law, size_t n, const uint32_t *number)
{
    enum { CELLS = 4000 };
    static double seen[CELLS], expected[CELLS];
    double mean = law->mean, rest = (double)n, others = (double)n;
    double low = fmax(0, floor(mean - 6 * sqrt(mean) - 1));
    size_t cells = 0;
    double at[CELLS];
    for (double k = low; k < low + CELLS - 1; k++) {
        double chance = exp(log_chance(mean, k));
        if ((double)n * chance < 8) continue;
        at[cells] = k;
        seen[cells] = 0;
        rest -= expected[cells++] = (double)n * chance;
    }
    assert_true(cells >= 2);
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < cells; c++)
            if ((double)number[i] - at[c] < 0.5 && at[c] - (double)number[i] < 0.5) {
                seen[c]++;
                others--;
                break;
            }
    if (rest > 4) {
        seen[cells] = others;
        expected[cells++] = rest;
    }
    assert_chi_square(seen, expected, cells);
}

static void test_numbers_follow_the_law(void **state)
{
    (void)state;
    enum { N = 100000 };
    static uint32_t number[N];
    const spk_poisson_stream from = stream();
    for (size_t m = 2; m < MEANS; m++) {
        spk_poisson law = law_of(means[m]);
        double sum = 0, squares = 0;
        for (uint32_t i = 0; i < N; i++) {
            number[i] = spk_poisson_count(&law, &from, i % 1000, i / 1000);
            double off = number[i] - means[m];
            sum += off;
            squares += off * off;
        }
        /* the variance of a squared deviation is mean + 2 mean^2 */
        assert_true(fabs(sum / N) < 4 * sqrt(means[m] / N));
        assert_true(fabs(squares / N - means[m]) <
                    4 * sqrt((means[m] + 2 * means[m] * means[m]) / N));
        check_law(&law, N, number);
        spk_poisson_close(&law);
    }
}

/* Neighbours in units, steps, and words know nothing of each other. */
static void test_numbers_are_independent(void **state)
{
    (void)state;
    enum { UNITS = 400, STEPS = 400 };
    static const size_t aside[][2] = {{1, 0}, {0, 1}, {0, 2}, {0, 8}, {1, 1}, {16, 0}, {3, 5}};
    static double off[UNITS + 16][STEPS + 8];
    const spk_poisson_stream from = stream();
    for (size_t m = 2; m < MEANS; m++) {
        spk_poisson law = law_of(means[m]);
        for (uint32_t u = 0; u < UNITS + 16; u++)
            for (uint64_t s = 0; s < STEPS + 8; s++)
                off[u][s] = (spk_poisson_count(&law, &from, u, s) - means[m]) / sqrt(means[m]);
        for (size_t k = 0; k < sizeof aside / sizeof *aside; k++) {
            double product = 0;
            for (size_t u = 0; u < UNITS; u++)
                for (size_t s = 0; s < STEPS; s++)
                    product += off[u][s] * off[u + aside[k][0]][s + aside[k][1]];
            if (fabs(product) > 4.5 * sqrt(UNITS * STEPS))
                fail_msg("mean %g: correlation %g with (%zu, %zu)", means[m],
                         product / (UNITS * STEPS), aside[k][0], aside[k][1]);
        }
        spk_poisson_close(&law);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_are_those_of_48_bits),
        cmocka_unit_test(test_blocks_are_the_single_numbers),
        cmocka_unit_test(test_thresholds),
        cmocka_unit_test(test_numbers_follow_the_law),
        cmocka_unit_test(test_numbers_are_independent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
