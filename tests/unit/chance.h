/* chance.h: what tests of random numbers share: values and laws to draw from, and chi-square. */
#ifndef SPK_TESTS_CHANCE_H
#define SPK_TESTS_CHANCE_H

#include "network/network.h"
#include "random/poisson.h"

#include <math.h>
#include <stddef.h>

static inline spk_value constant(double a)
{
    return spk_constant(a);
}

static inline spk_value drawn(spk_value_kind kind, double a, double b)
{
    return (spk_value){.kind = kind, .a = a, .b = b, .min = -INFINITY, .max = INFINITY};
}

static inline spk_poisson law_of(double mean)
{
    spk_error err = {0};
    spk_poisson law;
    if (spk_poisson_open(&law, mean, &err)) fail_msg("%s", err.text);
    return law;
}

/* A chi-square within 4 standard deviations of its mean, on both sides: too even is wrong too. */
static inline void assert_usual(double sum, double freedom)
{
    if (fabs(sum - freedom) > 4 * sqrt(2 * freedom))
        fail_msg("chi-square %g for %g degrees of freedom", sum, freedom);
}

/* Counts that were seen against those expected. */
static inline void assert_chi_square(const double *seen, const double *expected, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (seen[i] - expected[i]) * (seen[i] - expected[i]) / expected[i];
    assert_usual(sum, (double)n - 1);
}

/* All expected alike. */
static inline void assert_even(const double *seen, size_t n)
{
    double total = 0, sum = 0;
    for (size_t i = 0; i < n; i++)
        total += seen[i];
    double mean = total / (double)n;
    for (size_t i = 0; i < n; i++)
        sum += (seen[i] - mean) * (seen[i] - mean) / mean;
    assert_usual(sum, (double)n - 1);
}

#endif
