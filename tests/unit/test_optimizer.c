/* test_optimizer.c: the first steps of Adam and Adadelta are known in closed form; all further ones are
 * the same bits on every instruction set and for any number of threads. What they make of a whole
 * training is compared with scikit-learn's in tests/linear.bats. */
#include "unit.h"

#include "base/memory.h"
#include "base/simd.h"
#include "random/random.h"
#include "readout/optimizer.h"
#include "readout/readout_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const spk_readout_table *const tables[] = {&spk_readout_sse2, &spk_readout_avx2,
                                                  &spk_readout_avx512};

/* In the first step m / (1 - beta1) = g and v / (1 - beta2) = g^2. */
static void adam_begins_with_a_step_of_the_rate(void **state)
{
    (void)state;
    double w[8] = {0}, g[8] = {1, -1, 100, 1e-3, 1e-8, -1e-8, 0, 0};
    spk_optimizer o;
    spk_error err;
    assert_int_equal(spk_optimizer_init(&o, SPK_ADAM, 8, 0.01, 1e-8, &err), 0);
    spk_optimizer_step(&o, g, w, 1);
    for (size_t i = 0; i < 8; i++)
        assert_true(fabs(w[i] + 0.01 * g[i] / (fabs(g[i]) + 1e-8)) < 1e-15);
    spk_optimizer_free(&o);
}

/* u is 0, and v = (1 - rho) g^2; with a constant gradient u then follows a recurrence of its own. */
static void adadelta_begins_with_a_step_of_epsilon(void **state)
{
    (void)state;
    double w[8] = {0}, g[8] = {1, -1, 100, 1e-3, 1e-8, -1e-8, 0, 0}, want[8] = {0}, u[8] = {0};
    spk_optimizer o;
    spk_error err;
    assert_int_equal(spk_optimizer_init(&o, SPK_ADADELTA, 8, 0.5, 1e-6, &err), 0);
    for (int t = 1; t <= 20; t++) {
        spk_optimizer_step(&o, g, w, 1);
        for (size_t i = 0; i < 8; i++) {
            const double v = (1 - pow(0.95, t)) * g[i] * g[i];
            const double d = sqrt((u[i] + 1e-6) / (v + 1e-6)) * g[i];
            u[i] = 0.95 * u[i] + 0.05 * d * d;
            want[i] -= 0.5 * d;
            assert_true(fabs(w[i] - want[i]) <= 1e-12 * fabs(want[i]));
        }
    }
    spk_optimizer_free(&o);
}

enum { N = 40000 };

static double *numbers(uint32_t which)
{
    spk_key key = spk_random_key(which, "test/optimizer");
    spk_error err;
    double *x = spk_alloc(N, sizeof *x, "numbers", &err);
    assert_non_null(x);
    for (uint32_t i = 0; i < N; i++) {
        uint32_t w[4];
        spk_philox(key, (uint32_t[]){i, 0, 0, 0}, w);
        x[i] = spk_uniform53(w[0], w[1]);
    }
    return x;
}

static void instruction_sets_agree(void **state)
{
    (void)state;
    double *g = numbers(1), *first[3], *second[3], *w[3];
    for (int level = 0; level <= (int)spk_simd_level(); level++) {
        first[level] = numbers(2);
        second[level] = numbers(3);
        w[level] = numbers(4);
        tables[level]->adam(N, 0.1, 1.5, 1e-8, g, first[level], second[level], w[level]);
        tables[level]->adadelta(N, 0.1, 1e-6, g, first[level], second[level], w[level]);
        assert_memory_equal(first[level], first[0], N * sizeof *g);
        assert_memory_equal(second[level], second[0], N * sizeof *g);
        assert_memory_equal(w[level], w[0], N * sizeof *g);
    }
    for (int level = 0; level <= (int)spk_simd_level(); level++) {
        free(first[level]);
        free(second[level]);
        free(w[level]);
    }
    free(g);
}

static void threads_do_not_matter(void **state)
{
    (void)state;
    double *g = numbers(1), *one = numbers(4), *many = numbers(4);
    for (int kind = SPK_ADAM; kind <= SPK_ADADELTA; kind++) {
        spk_optimizer a, b;
        spk_error err;
        assert_int_equal(spk_optimizer_init(&a, (spk_optimizer_kind)kind, N, 1, 1e-8, &err), 0);
        assert_int_equal(spk_optimizer_init(&b, (spk_optimizer_kind)kind, N, 1, 1e-8, &err), 0);
        for (int t = 0; t < 3; t++) {
            spk_optimizer_step(&a, g, one, 1);
            spk_optimizer_step(&b, g, many, 3);
        }
        assert_memory_equal(one, many, N * sizeof *g);
        spk_optimizer_free(&a);
        spk_optimizer_free(&b);
    }
    free(g);
    free(one);
    free(many);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adam_begins_with_a_step_of_the_rate),
        cmocka_unit_test(adadelta_begins_with_a_step_of_epsilon),
        cmocka_unit_test(instruction_sets_agree),
        cmocka_unit_test(threads_do_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
