/* test_random.c: Philox against Random123's own, word by word, on every instruction set; keys,
 * uniforms and exponentials at their edges and in distribution. */
#include "unit.h"

#include "base/simd.h"
#include "math/math.h"
#include "random/random.h"
#include "random/random_table.h"

#include <Random123/philox.h>
#include <math.h>
#include <string.h>
#include <xxhash.h>

enum { MOST = 700 }; /* more than two chunks of 256, and not a multiple of a vector */

static const spk_random_table *const tables[] = {&spk_random_sse2, &spk_random_avx2,
                                                 &spk_random_avx512};

/* Random123's block. */
static void oracle(spk_key key, const uint32_t c[4], uint32_t out[4])
{
    philox4x32_ctr_t counter = {{c[0], c[1], c[2], c[3]}};
    philox4x32_key_t k = {{key.word[0], key.word[1]}};
    philox4x32_ctr_t block = philox4x32_R(10, counter, k);
    memcpy(out, block.v, sizeof block.v);
}

/* Counters that are neither small nor regular. */
static uint32_t scramble(uint32_t i)
{
    return (i + 1) * 0x9E3779B9u ^ i << 27;
}

static void known_answers(void **state)
{
    (void)state;
    /* kat_vectors of Random123 1.14 for philox4x32 10. */
    static const struct {
        uint32_t counter[4], key[2], block[4];
    } answers[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t a = 0; a < sizeof answers / sizeof *answers; a++) {
        uint32_t out[4];
        spk_philox((spk_key){{answers[a].key[0], answers[a].key[1]}}, answers[a].counter, out);
        assert_memory_equal(out, answers[a].block, sizeof out);
    }
}

static void single_blocks_are_random123s(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 20000; i++) {
        spk_key key = {{scramble(i), scramble(i + 7)}};
        uint32_t counter[4] = {scramble(i), i, scramble(~i), i << 20}, want[4], got[4];
        oracle(key, counter, want);
        spk_philox(key, counter, got);
        assert_memory_equal(got, want, sizeof want);
    }
}

static void check_places(const spk_random_table *table, size_t n)
{
    static uint32_t c3[MOST], out[4 * MOST];
    spk_key key = {{0xdeadbeef, 0x12345678}};
    for (uint32_t i = 0; i < n; i++)
        c3[i] = scramble(i);
    table->places(key, n, 7, 3, 0xfffffff0, c3, out);
    for (size_t i = 0; i < n; i++) {
        uint32_t want[4];
        oracle(key, (uint32_t[]){7, 3, 0xfffffff0, c3[i]}, want);
        for (size_t k = 0; k < 4; k++)
            assert_int_equal(out[k * n + i], want[k]);
    }
}

static void check_units(const spk_random_table *table, size_t n)
{
    static uint32_t c0[MOST], out[4 * MOST];
    spk_key key = {{0xdeadbeef, 0x12345678}};
    for (uint32_t i = 0; i < n; i++)
        c0[i] = scramble(i);
    table->units(key, n, c0, 3, 0xfffffff0, 9, out);
    for (size_t i = 0; i < n; i++) {
        uint32_t want[4];
        oracle(key, (uint32_t[]){c0[i], 3, 0xfffffff0, 9}, want);
        for (size_t k = 0; k < 4; k++)
            assert_int_equal(out[k * n + i], want[k]);
    }
}

static void check_draws(const spk_random_table *table, size_t n)
{
    static uint32_t out[4 * MOST];
    spk_key key = {{77, 0x80000000}};
    const uint32_t first = 0xffffff80; /* the draw number wraps in mid-vector */
    table->draws(key, 5, 6, 7, first, n, out);
    for (size_t i = 0; i < n; i++) {
        uint32_t want[4];
        oracle(key, (uint32_t[]){5, 6, 7, first + (uint32_t)i}, want);
        assert_memory_equal(out + 4 * i, want, sizeof want);
    }
}

static void check_exponentials(const spk_random_table *table, size_t n)
{
    static uint32_t c0[MOST], c3[MOST];
    static double out[2 * MOST];
    spk_key key = {{1, 2}};
    for (uint32_t i = 0; i < n; i++)
        c0[i] = scramble(i), c3[i] = scramble(i + 1000);
    table->exponentials(key, n, c0, 8, 9, c3, out);
    for (size_t i = 0; i < n; i++) {
        uint32_t w[4];
        oracle(key, (uint32_t[]){c0[i], 8, 9, c3[i]}, w);
        double want[2] = {spk_exponential(w[0], w[1]), spk_exponential(w[2], w[3])};
        assert_memory_equal(out + 2 * i, want, sizeof want);
    }
}

static void arrays_are_the_single_blocks(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 3, 4, 7, 8, 15, 16, 17, 31, 33, 255, 256, 257, MOST};
    for (int level = SPK_SSE2; level <= (int)spk_simd_level(); level++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            check_units(tables[level], sizes[s]);
            check_places(tables[level], sizes[s]);
            check_draws(tables[level], sizes[s]);
            check_exponentials(tables[level], sizes[s]);
        }
}

static void keys_hash_seed_and_purpose(void **state)
{
    (void)state;
    char text[8 + 14] = "\x15\xcd\x5b\x07\x00\x00\x00\x00"
                        "encode/poisson"; /* 123456789 */
    uint64_t want = XXH3_64bits(text, sizeof text);
    spk_key key = spk_random_key(123456789, "encode/poisson");
    assert_int_equal((uint64_t)key.word[1] << 32 | key.word[0], want);
    assert_memory_not_equal(&key, (&(spk_key){{0}}), sizeof key);
    spk_key other = spk_random_key(123456789, "encode/poissom");
    assert_memory_not_equal(&key, &other, sizeof key);
}

static void uniforms_stay_inside(void **state)
{
    (void)state;
    assert_true(spk_uniform53(0, 0) == 0x1p-53);
    assert_true(spk_uniform53(UINT32_MAX, UINT32_MAX) == 1 - 0x1p-53);
    assert_true(spk_uniform32(0) == 0x1p-33);
    assert_true(spk_uniform32(UINT32_MAX) == 1 - 0x1p-33);
    assert_true(spk_exponential(UINT32_MAX, UINT32_MAX) > 0);
    assert_true(fabs(spk_exponential(0, 0) - 53 * log(2)) < 1e-13);
}

/* Kolmogorov-Smirnov against 1 - exp(-x), and no correlation between neighbouring draws. */
static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void exponentials_are_exponential(void **state)
{
    (void)state;
    enum { N = 20000 };
    static uint32_t c0[N / 2], c3[N / 2];
    static double x[N];
    for (uint32_t i = 0; i < N / 2; i++)
        c0[i] = i % 100, c3[i] = i / 100;
    spk_random_exponentials(spk_random_key(1, "test"), N / 2, c0, 0, 0, c3, x);
    double product = 0;
    for (size_t i = 0; i + 1 < N; i++)
        product += (x[i] - 1) * (x[i + 1] - 1);
    assert_true(fabs(product / N) < 4 / sqrt(N));
    qsort(x, N, sizeof *x, ascending);
    double distance = 0;
    for (size_t i = 0; i < N; i++) {
        double cdf = -spk_expm1(-x[i]);
        distance = fmax(distance, fmax(cdf - (double)i / N, (double)(i + 1) / N - cdf));
    }
    assert_true(distance < 1.63 / sqrt(N)); /* the 1 % point */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers),
        cmocka_unit_test(single_blocks_are_random123s),
        cmocka_unit_test(arrays_are_the_single_blocks),
        cmocka_unit_test(keys_hash_seed_and_purpose),
        cmocka_unit_test(uniforms_stay_inside),
        cmocka_unit_test(exponentials_are_exponential),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
