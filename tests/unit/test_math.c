/* test_math.c: every form of every function gives the same bits: scalar, and the vectors of each
 * instruction set, over random bit patterns, useful ranges and the edges; and they are right. */
#include "unit.h"

#include "base/simd.h"
#include "math/math.h"
#include "math/math_table.h"
#include "random/random.h"

#include <math.h>
#include <sleef.h>
#include <string.h>

enum { N = 100003 }; /* leaves a remainder for every vector length */

static const spk_math_table *const tables[] = {&spk_math_sse2, &spk_math_avx2, &spk_math_avx512};

static const double edges[] = {0.0,
                               -0.0,
                               1.0,
                               -1.0,
                               INFINITY,
                               -INFINITY,
                               NAN,
                               0x1p-1074,
                               0x1p-1022,
                               0x1p1023,
                               0x1.fffffffffffffp1023,
                               709.78,
                               709.79,
                               -708.4,
                               -745.1,
                               -745.2,
                               0x1p-53,
                               1 - 0x1p-53,
                               1 + 0x1p-52,
                               88.72f,
                               88.73f,
                               -87.3f,
                               -103.9f,
                               -104.0f};
enum { EDGES = sizeof edges / sizeof *edges };

/* Edges, then by turns any bit pattern, -750 .. 750, and 0 .. 1. */
static void fill(double *x)
{
    spk_key key = spk_random_key(7, "test/math");
    for (uint32_t i = 0; i < N; i++) {
        uint32_t w[4];
        spk_philox(key, (uint32_t[]){i, 0, 0, 0}, w);
        double u = spk_uniform53(w[0], w[1]);
        uint64_t bits = (uint64_t)w[2] << 32 | w[3];
        if (i % 3 == 0) memcpy(&x[i], &bits, sizeof bits);
        if (i % 3 == 1) x[i] = (u - 0.5) * 1500;
        if (i % 3 == 2) x[i] = u;
    }
    memcpy(x, edges, sizeof edges);
}

static int same(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

static int same_float(float a, float b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

static void check_doubles(void (*array)(size_t, const double *, double *), double (*one)(double))
{
    static double x[N], y[N];
    fill(x);
    array(N, x, y);
    for (size_t i = 0; i < N; i++)
        assert_true(same(y[i], one(x[i])));
    array(N, x, x); /* in place */
    for (size_t i = 0; i < N; i++)
        assert_true(same(x[i], y[i]));
    array(5, y, x); /* shorter than most vectors */
    for (size_t i = 0; i < 5; i++)
        assert_true(same(x[i], one(y[i])));
}

static void fill_floats(float *x)
{
    static double wide[N];
    fill(wide);
    for (size_t i = 0; i < N; i++)
        x[i] = (float)(wide[i] / (i % 2 ? 7 : 1));
}

static void doubles_are_equal_everywhere(void **state)
{
    (void)state;
    for (int level = SPK_SSE2; level <= (int)spk_simd_level(); level++) {
        check_doubles(tables[level]->exp_n, spk_exp);
        check_doubles(tables[level]->log_n, spk_log);
    }
}

static void floats_are_equal_everywhere(void **state)
{
    (void)state;
    static float x[N], y[N];
    static const float exponents[] = {0.0f, 1.0f, 0.2f, -1.0f, 0.9f, 2.5f, -33.0f, INFINITY};
    fill_floats(x);
    for (int level = SPK_SSE2; level <= (int)spk_simd_level(); level++) {
        tables[level]->expf_n(N, x, y);
        for (size_t i = 0; i < N; i++)
            assert_true(same_float(y[i], spk_expf(x[i])));
        for (size_t e = 0; e < sizeof exponents / sizeof *exponents; e++) {
            tables[level]->powf_n(N, x, exponents[e], y);
            for (size_t i = 0; i < N; i++)
                assert_true(same_float(y[i], spk_powf(x[i], exponents[e])));
        }
    }
}

/* Functions without an array form here have vectors in kernels (math/vector.h) all the same: the
 * narrowest of SLEEF's must equal the scalar form. */
static void scalar_only_forms_equal_sleefs_vectors(void **state)
{
    (void)state;
    static double x[N];
    fill(x);
    for (size_t i = 0; i < N; i++) {
        __m128d v = _mm_set1_pd(x[i]), w = _mm_set1_pd(x[N - 1 - i]);
        assert_true(same(spk_expm1(x[i]), _mm_cvtsd_f64(Sleef_cinz_expm1d2_u10sse2(v))));
        assert_true(same(spk_log1p(x[i]), _mm_cvtsd_f64(Sleef_cinz_log1pd2_u10sse2(v))));
        assert_true(
            same(spk_pow(x[i], x[N - 1 - i]), _mm_cvtsd_f64(Sleef_cinz_powd2_u10sse2(v, w))));
        __m128 f = _mm_set1_ps((float)x[i]);
        assert_true(same_float(spk_logf((float)x[i]), _mm_cvtss_f32(Sleef_cinz_logf4_u10sse2(f))));
    }
}

/* Against the C library in long double: within 1 unit in the last place. */
static int close_to(double got, long double want)
{
    double magnitude = fabs((double)want);
    return fabsl(got - want) <= nextafter(magnitude, INFINITY) - magnitude;
}

/* Not so under valgrind. */
static int long_double_is_longer(void)
{
    volatile long double one = 1;
    return one + 0x1p-60L != one;
}

static void results_are_right(void **state)
{
    (void)state;
    if (!long_double_is_longer()) skip();
    static double x[N];
    fill(x);
    for (size_t i = EDGES; i < N; i++) {
        if (!(fabs(x[i]) < 708)) continue; /* beyond it exp leaves the normal numbers */
        assert_true(close_to(spk_exp(x[i]), expl(x[i])));
        assert_true(close_to(spk_expm1(x[i]), expm1l(x[i])));
        if (x[i] == 0) continue;
        assert_true(close_to(spk_log(fabs(x[i])), logl(fabsl(x[i]))));
        if (fabs(x[i]) < 0.5) assert_true(close_to(spk_log1p(x[i]), log1pl(x[i])));
    }
    assert_true(spk_exp(0) == 1 && spk_log(1) == 0 && spk_pow(2, 10) == 1024);
    assert_true(spk_exp(710) == INFINITY && spk_exp(-746) == 0 && spk_log(0) == -INFINITY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(doubles_are_equal_everywhere),
        cmocka_unit_test(floats_are_equal_everywhere),
        cmocka_unit_test(scalar_only_forms_equal_sleefs_vectors),
        cmocka_unit_test(results_are_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
