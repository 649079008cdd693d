/* test_draw.c: numbers drawn by address: distributions by Kolmogorov-Smirnov and chi-square at fixed
 * seeds, the normal quantile, binomial numbers, binary16. */
#include "unit.h"

#include "chance.h"
#include "math/math.h"
#include "network/connect.h"
#include "network/draw.h"

#include <stdlib.h>

/* ---- distributions --------------------------------------------------------------------------- */

static double normal_cdf(double z)
{
    return 0.5 * erfc(-z / sqrt(2));
}

static double cdf(const spk_value *v, double x)
{
    switch (v->kind) {
    case SPK_VALUE_UNIFORM:
        return (x - v->a) / (v->b - v->a);
    case SPK_VALUE_NORMAL:
        return normal_cdf((x - v->a) / v->b);
    case SPK_VALUE_LOGNORMAL:
        return normal_cdf((log(x) - v->a) / v->b);
    default:
        return -expm1(-x / v->a);
    }
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void test_distributions(void **state)
{
    (void)state;
    enum { N = 100000 };
    const spk_value values[] = {drawn(SPK_VALUE_UNIFORM, -2, 3), drawn(SPK_VALUE_NORMAL, 4, 2),
                                drawn(SPK_VALUE_LOGNORMAL, 0.5, 0.7),
                                drawn(SPK_VALUE_EXPONENTIAL, 2.5, 0)};
    double *x = calloc(N, sizeof *x);
    assert_non_null(x);
    for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
        spk_draw_values(&values[v], spk_random_key(2, "test/draw"), 1, 0, N, x);
        qsort(x, N, sizeof *x, by_value);
        double distance = 0;
        for (size_t i = 0; i < N; i++) {
            double f = cdf(&values[v], x[i]);
            distance = fmax(distance, fmax(f - (double)i / N, (double)(i + 1) / N - f));
        }
        if (distance * sqrt(N) > 1.63) fail_msg("distribution %zu: D %g", v, distance);
    }
    free(x);
}

static void test_pieces_of_a_row_fit(void **state)
{
    (void)state;
    enum { N = 1000 };
    spk_value v = drawn(SPK_VALUE_NORMAL, 0, 1);
    spk_key key = spk_random_key(2, "test/draw");
    double whole[N], piece[N];
    spk_draw_values(&v, key, 8, 0, N, whole);
    for (uint32_t first = 0; first < N; first += 7) {
        size_t n = N - first < 301 ? N - first : 301;
        spk_draw_values(&v, key, 8, first, n, piece);
        assert_memory_equal(piece, whole + first, n * sizeof *piece);
    }
    spk_error err;
    assert_int_equal(spk_draw_units(&v, 1, "exc", "V_m_mV", 0, N, whole, &err), 0);
    assert_int_equal(spk_draw_units(&v, 1, "exc", "V_m_mV", 333, 500, piece, &err), 0);
    assert_memory_equal(piece, whole + 333, 500 * sizeof *piece);
    assert_true(whole[0] != whole[1]);
    v = constant(3);
    assert_int_equal(spk_draw_units(&v, 1, "exc", "V_m_mV", 0, N, whole, &err), 0);
    assert_true(whole[0] == 3 && whole[N - 1] == 3);
}

/* Numbers of scattered places are those of the whole row; all at once are those one by one. */
static void test_places(void **state)
{
    (void)state;
    enum { N = 3000 };
    spk_key key = spk_random_key(2, "test/draw");
    static double whole[N], some[N], uniform[N];
    uint32_t place[N];
    spk_value v = drawn(SPK_VALUE_NORMAL, 0, 1);
    spk_draw_values(&v, key, 8, 0, N, whole);
    spk_draw_uniforms(key, 8, 0, N, uniform);
    for (size_t i = 0; i < N; i++)
        assert_true(whole[i] == spk_normal_quantile(uniform[i]));
    for (size_t step = 1; step < 40; step += 4) {
        size_t n = 0;
        for (uint32_t k = (uint32_t)step / 2; k < N; k += 1 + (uint32_t)step * (k % 3) / 2)
            place[n++] = k;
        spk_draw_places(&v, key, 8, n, place, some);
        for (size_t i = 0; i < n; i++)
            assert_true(some[i] == whole[place[i]]);
    }
}

static void test_normal_quantile(void **state)
{
    (void)state;
    for (double u = 0x1p-53; u < 0.5; u *= 1.07) {
        double z = spk_normal_quantile(u);
        assert_true(fabs(normal_cdf(z) - u) < 1e-15 * u * fmax(1, z * z));
        /* 1 - u is rounded, and so is not quite the mirror image */
        if (u > 1e-6) assert_true(fabs(spk_normal_quantile(1 - u) + z) < 1e-9);
    }
    assert_true(spk_normal_quantile(0.5) == 0);
}

static void test_clips_and_bounds(void **state)
{
    (void)state;
    enum { N = 5000 };
    double x[N], least, most;
    spk_value v = {.kind = SPK_VALUE_NORMAL, .a = 0, .b = 1, .min = -0.5, .max = INFINITY};
    spk_draw_values(&v, spk_random_key(4, "test/draw"), 0, 0, N, x);
    size_t clipped = 0;
    for (size_t i = 0; i < N; i++) {
        assert_true(x[i] >= -0.5);
        clipped += x[i] == -0.5;
    }
    assert_in_range(clipped, N * 3 / 10 - 160, N * 3 / 10 + 160); /* 30.85 % */
    spk_value_bounds(&v, &least, &most);
    assert_true(least == -0.5 && most > 8.2 && most < 8.3);
    v = drawn(SPK_VALUE_UNIFORM, 2, 3);
    spk_value_bounds(&v, &least, &most);
    assert_true(least == 2 && most == 3);
    v = constant(7);
    spk_value_bounds(&v, &least, &most);
    assert_true(least == 7 && most == 7);
    v = drawn(SPK_VALUE_EXPONENTIAL, 1, 0);
    spk_value_bounds(&v, &least, &most);
    assert_true(least > 0 && least < 1e-15 && most > 36 && most < 37);
}

/* ---- binomial numbers ------------------------------------------------------------------------ */

/* The probabilities of Binomial(n, p) by lgamma, values below `low` and above `low + bins - 1` put
 * to the ends. */
static void check_binomial(uint64_t n, double p, size_t bins)
{
    enum { DRAWS = 200000, MOST = 200 };
    double seen[MOST] = {0}, expected[MOST] = {0};
    double count = (double)n, low = floor(count * p - (double)bins / 2);
    if (low < 0) low = 0;
    spk_key key = spk_random_key(1, "test/binomial");
    for (uint32_t i = 0; i < DRAWS; i++) {
        double k = (double)spk_draw_binomial(key, i, 1, n, p) - low;
        seen[k < 0 ? 0 : k < (double)bins ? (size_t)k : bins - 1]++;
    }
    for (double k = 0, most = fmin(count, low + 3 * (double)bins); k <= most; k++) {
        double log_chance = lgamma(count + 1) - lgamma(k + 1) - lgamma(count - k + 1) + k * log(p) +
                            (count - k) * log1p(-p);
        double at = fmin(fmax(k - low, 0), (double)bins - 1);
        expected[(size_t)at] += DRAWS * exp(log_chance);
    }
    assert_chi_square(seen, expected, bins);
}

static void test_binomial_numbers(void **state)
{
    (void)state;
    check_binomial(12, 0.5, 11);     /* inversion */
    check_binomial(1000, 0.004, 12); /* inversion, far from a half */
    check_binomial(1000, 0.995, 12); /* mirrored */
    check_binomial(40, 0.5, 19);     /* rejection, as small as it gets */
    check_binomial(3000, 0.31, 120); /* rejection */
    check_binomial(500, 0.77, 50);   /* rejection, mirrored */
    check_binomial(100000, 0.0002, 24);
    spk_key key = spk_random_key(1, "test/binomial");
    assert_int_equal(spk_draw_binomial(key, 0, 0, 0, 0.5), 0);
    assert_int_equal(spk_draw_binomial(key, 0, 0, 9, 0), 0);
    assert_int_equal(spk_draw_binomial(key, 0, 0, 9, 1), 9);
    double n = 0x1p53, half = (double)spk_draw_binomial(key, 3, 0, UINT64_C(1) << 53, 0.5);
    assert_true(fabs(half - n / 2) < 5 * sqrt(n / 4));
}

static double log_choose(double n, double k)
{
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
}

/* The same of those drawn without replacement. */
static void check_hypergeometric(uint64_t good, uint64_t bad, uint64_t n, size_t bins)
{
    enum { DRAWS = 200000, MOST = 200 };
    double seen[MOST] = {0}, expected[MOST] = {0}, all = (double)(good + bad);
    double low = fmax(floor((double)n * (double)good / all - (double)bins / 2), 0);
    low = fmax(low, (double)n - (double)bad);
    spk_key key = spk_random_key(1, "test/hypergeometric");
    for (uint32_t i = 0; i < DRAWS; i++) {
        double k = (double)spk_draw_hypergeometric(key, i, 1, good, bad, n) - low;
        seen[k < 0 ? 0 : k < (double)bins ? (size_t)k : bins - 1]++;
    }
    for (double k = fmax(0, (double)n - (double)bad); k <= fmin((double)n, (double)good); k++) {
        double log_chance = log_choose((double)good, k) + log_choose((double)bad, (double)n - k) -
                            log_choose(all, (double)n);
        double at = fmin(fmax(k - low, 0), (double)bins - 1);
        expected[(size_t)at] += DRAWS * exp(log_chance);
    }
    assert_chi_square(seen, expected, bins);
}

static void test_hypergeometric_numbers(void **state)
{
    (void)state;
    check_hypergeometric(30, 20, 8, 8);        /* one by one */
    check_hypergeometric(20, 30, 44, 7);       /* of the rest */
    check_hypergeometric(60, 40, 30, 14);      /* ratio of uniforms, of the bad ones */
    check_hypergeometric(40, 60, 70, 14);      /* of the rest */
    check_hypergeometric(5000, 7000, 900, 90); /* as a row's share is */
    check_hypergeometric(100000, 9, 60000, 6); /* few are bad */
    check_hypergeometric(4, 100000, 30000, 4); /* few are good */
    spk_key key = spk_random_key(1, "test/hypergeometric");
    assert_int_equal(spk_draw_hypergeometric(key, 0, 0, 0, 9, 5), 0);
    assert_int_equal(spk_draw_hypergeometric(key, 0, 0, 9, 0, 5), 5);
    assert_int_equal(spk_draw_hypergeometric(key, 0, 0, 9, 7, 16), 9);
    assert_int_equal(spk_draw_hypergeometric(key, 0, 0, 9, 7, 0), 0);
}

static void test_choices(void **state)
{
    (void)state;
    enum { N = 30000 };
    static double x[N];
    double seen[3] = {0}, least, most;
    spk_value v = {.kind = SPK_VALUE_CHOICE,
                   .choices = 3,
                   .choice = {-3, 7, 1},
                   .min = -INFINITY,
                   .max = INFINITY};
    spk_draw_values(&v, spk_random_key(4, "test/choice"), 0, 0, N, x);
    for (size_t i = 0; i < N; i++) {
        assert_true(x[i] == -3 || x[i] == 7 || x[i] == 1);
        seen[x[i] < 0 ? 0 : x[i] > 1 ? 1 : 2]++;
    }
    assert_even(seen, 3);
    spk_value_bounds(&v, &least, &most);
    assert_true(least == -3 && most == 7);
    v.max = 5;
    spk_value_bounds(&v, &least, &most);
    assert_true(least == -3 && most == 5);
}

/* ---- binary16 -------------------------------------------------------------------------------- */

static double half_value(unsigned bits)
{
    unsigned exponent = bits >> 10 & 31, fraction = bits & 1023;
    double size = exponent ? ldexp(1024 + fraction, (int)exponent - 25) : ldexp(fraction, -24);
    return bits & 0x8000 ? -size : size;
}

/* All finite halves, the middles between them, and just beside the middles. */
static void test_half_precision_is_exact(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 0x7bff; bits++) {
        double low = half_value(bits), high = half_value(bits + 1), middle = (low + high) / 2;
        double even = bits & 1 ? high : low;
        assert_true(spk_round_half(low) == low && spk_round_half(-low) == -low);
        assert_true(spk_round_half(middle) == even && spk_round_half(-middle) == -even);
        assert_true(spk_round_half(nextafter(middle, 0)) == low);
        assert_true(spk_round_half(nextafter(middle, INFINITY)) == high);
    }
    assert_true(spk_round_half(65504) == 65504 && spk_round_half(65519.9) == 65504);
    assert_true(isinf(spk_round_half(65520)) && spk_round_half(-1e300) == -INFINITY);
    assert_true(spk_round_half(1e-300) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_distributions),
        cmocka_unit_test(test_pieces_of_a_row_fit),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_normal_quantile),
        cmocka_unit_test(test_clips_and_bounds),
        cmocka_unit_test(test_binomial_numbers),
        cmocka_unit_test(test_hypergeometric_numbers),
        cmocka_unit_test(test_choices),
        cmocka_unit_test(test_half_precision_is_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
