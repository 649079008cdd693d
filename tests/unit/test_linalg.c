/* test_linalg.c: products and Cholesky factors: the bits of the plain loops on every instruction set and
 * for any number of threads, values known in closed form, and what cannot be solved. */
#include "unit.h"

#include "base/memory.h"
#include "base/simd.h"
#include "linalg/cholesky.h"
#include "linalg/linalg_table.h"
#include "linalg/product.h"
#include "random/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const spk_linalg_table *const tables[] = {&spk_linalg_sse2, &spk_linalg_avx2,
                                                 &spk_linalg_avx512};

static double *random_numbers(size_t n, uint32_t which)
{
    spk_key key = spk_random_key(which, "test/linalg");
    spk_error err;
    double *x = spk_alloc(n, sizeof *x, "numbers", &err);
    assert_non_null(x);
    for (size_t i = 0; i < n; i++) {
        uint32_t w[4];
        spk_philox(key, (uint32_t[]){(uint32_t)i, 0, 0, 0}, w);
        x[i] = 2 * spk_uniform53(w[0], w[1]) - 1;
    }
    return x;
}

static double at(spk_left l, size_t row, size_t term)
{
    return l.at[row / 8 * l.block + row % 8 * l.row + term * l.term];
}

static void plain(spk_product_size n, spk_left l, spk_right r, double *c, size_t stride, int sign)
{
    for (size_t i = 0; i < n.rows; i++)
        for (size_t j = 0; j < n.columns; j++)
            for (size_t k = 0; k < n.terms; k++) {
                const double x = at(l, i, k) * r.at[j / 8 * r.block + k * r.term + j % 8];
                c[i * stride + j] = sign > 0 ? c[i * stride + j] + x : c[i * stride + j] - x;
            }
}

enum { ROWS = 77, COLUMNS = 24, TERMS = 53, STRIDE = 32 };

static void same_product(spk_left l, spk_right r)
{
    const spk_product_size n = {ROWS, COLUMNS, TERMS};
    double *from = random_numbers((size_t)ROWS * STRIDE, 3);
    double want[2][ROWS * STRIDE], got[ROWS * STRIDE];
    memcpy(want[0], from, sizeof got);
    memcpy(want[1], from, sizeof got);
    plain(n, l, r, want[0], STRIDE, 1);
    plain(n, l, r, want[1], STRIDE, -1);
    for (int level = 0; level <= (int)spk_simd_level(); level++) {
        memcpy(got, from, sizeof got);
        tables[level]->add_product(n, l, r, got, STRIDE);
        assert_memory_equal(got, want[0], sizeof got);
        memcpy(got, from, sizeof got);
        tables[level]->subtract_product(n, l, r, got, STRIDE);
        assert_memory_equal(got, want[1], sizeof got);
    }
    for (int threads = 1; threads < 4; threads++) {
        memcpy(got, from, sizeof got);
        spk_add_product(n, l, r, got, STRIDE, threads);
        assert_memory_equal(got, want[0], sizeof got);
    }
    free(from);
}

static void products_are_those_of_plain_loops(void **state)
{
    (void)state;
    enum { PANEL = 8 * TERMS };
    double *a = random_numbers((size_t)80 * TERMS, 1), *b = random_numbers((size_t)TERMS * 24, 2);
    same_product(spk_rows(a, TERMS), spk_terms(b, COLUMNS));
    same_product(spk_columns(a, 80), spk_terms(b, COLUMNS));
    same_product((spk_left){a, PANEL, 1, 8}, (spk_right){b, PANEL, 8});
    free(a);
    free(b);
}

/* Large enough that threads do share it. */
static void threads_do_not_matter(void **state)
{
    (void)state;
    enum { N = 200, K = 128 };
    double *a = random_numbers((size_t)N * K, 4), *b = random_numbers((size_t)K * 64, 5);
    double *one = random_numbers((size_t)N * 64, 6), *many = random_numbers((size_t)N * 64, 6);
    const spk_product_size n = {N, 64, K};
    spk_add_product(n, spk_rows(a, K), spk_terms(b, 64), one, 64, 1);
    spk_add_product(n, spk_rows(a, K), spk_terms(b, 64), many, 64, 3);
    assert_memory_equal(one, many, (size_t)N * 64 * sizeof *one);
    free(a);
    free(b);
    free(one);
    free(many);
}

/* Pascal's symmetric matrix has Pascal's triangle as its factor: whole numbers, exact in doubles. */
static void factors_pascals_matrix(void **state)
{
    (void)state;
    enum { N = 16 };
    double a[N * N], triangle[N * N] = {0};
    spk_error err;
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++) {
            a[i * N + j] = i && j ? a[(i - 1) * N + j] + a[i * N + j - 1] : 1;
            if (j > i) continue;
            triangle[i * N + j] =
                i && j ? triangle[(i - 1) * N + j - 1] + triangle[(i - 1) * N + j] : 1;
        }
    assert_int_equal(spk_cholesky(a, N, 1, &err), 0);
    for (size_t i = 0; i < N; i++)
        assert_memory_equal(a + i * N, triangle + i * N, (i + 1) * sizeof *a);
}

/* Symmetric, and positive definite by its diagonal. */
static double *definite(size_t n)
{
    double *a = random_numbers(n * n, 7);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++)
            a[j * n + i] = a[i * n + j];
        a[i * n + i] = (double)n / 2 + 1;
    }
    return a;
}

static void solves(size_t n)
{
    double *a = definite(n), *l = definite(n), *other = definite(n);
    double *x = random_numbers(n * 8, 8), *b = random_numbers(n * 8, 8);
    spk_error err;
    assert_int_equal(spk_cholesky(l, n, 1, &err), 0);
    assert_int_equal(spk_cholesky(other, n, 3, &err), 0);
    for (size_t i = 0; i < n; i++)
        assert_memory_equal(l + i * n, other + i * n, (i + 1) * sizeof *l);
    spk_cholesky_solve(l, n, x, 8);
    spk_subtract_product((spk_product_size){n, 8, n}, spk_rows(a, n), spk_terms(x, 8), b, 8, 1);
    for (size_t i = 0; i < n * 8; i++)
        assert_true(fabs(b[i]) < 1e-12);
    free(a);
    free(l);
    free(other);
    free(x);
    free(b);
}

static void solves_systems_of_any_size(void **state)
{
    (void)state;
    solves(8);
    solves(128);
    solves(136);
    solves(400);
}

static void refuses_what_is_not_definite(void **state)
{
    (void)state;
    enum { N = 136 };
    spk_error err;
    for (size_t bad = 0; bad < N; bad += 45) {
        double *a = definite(N);
        memset(a + bad * N, 0, N * sizeof *a);
        for (size_t i = 0; i < N; i++)
            a[i * N + bad] = 0;
        assert_int_equal(spk_cholesky(a, N, 1, &err), -1);
        assert_int_equal(err.code, SPK_NUMERIC);
        free(a);
        a = definite(N);
        a[bad * N + bad] = bad % 2 ? -1 : NAN;
        assert_int_equal(spk_cholesky(a, N, 1, &err), -1);
        free(a);
    }
}

static void panels_are_solved_alike_everywhere(void **state)
{
    (void)state;
    enum { N = 37, WIDE = 40 };
    double *lt = definite(WIDE), *x = random_numbers(N * 8, 9);
    double want[N * 8], got[N * 8];
    memcpy(want, x, sizeof want);
    spk_linalg_sse2.solve_panel(N, lt, WIDE, want);
    for (int level = 1; level <= (int)spk_simd_level(); level++) {
        memcpy(got, x, sizeof got);
        tables[level]->solve_panel(N, lt, WIDE, got);
        assert_memory_equal(got, want, sizeof got);
    }
    for (size_t row = 0; row < 8; row++)
        for (size_t i = 0; i < N; i++) {
            double sum = -x[i * 8 + row];
            for (size_t j = 0; j <= i; j++)
                sum += want[j * 8 + row] * lt[j * WIDE + i];
            assert_true(fabs(sum) < 1e-13);
        }
    free(lt);
    free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_are_those_of_plain_loops),
        cmocka_unit_test(threads_do_not_matter),
        cmocka_unit_test(factors_pascals_matrix),
        cmocka_unit_test(solves_systems_of_any_size),
        cmocka_unit_test(refuses_what_is_not_definite),
        cmocka_unit_test(panels_are_solved_alike_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
