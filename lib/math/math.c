/* math.c: the scalar forms are SLEEF's portable C; the array forms go to the table of this
 * processor's instruction set. */
#include "math/math.h"

#include "base/simd.h"
#include "math/math_table.h"
#include "math/normal.h"

#include <math.h>
#include <sleef.h>

double spk_exp(double x)
{
    return Sleef_cinz_expd1_u10purec(x);
}

double spk_expm1(double x)
{
    return Sleef_cinz_expm1d1_u10purec(x);
}

double spk_log(double x)
{
    return Sleef_cinz_logd1_u10purec(x);
}

double spk_log1p(double x)
{
    return Sleef_cinz_log1pd1_u10purec(x);
}

double spk_pow(double x, double y)
{
    return Sleef_cinz_powd1_u10purec(x, y);
}

float spk_expf(float x)
{
    return Sleef_cinz_expf1_u10purec(x);
}

float spk_logf(float x)
{
    return Sleef_cinz_logf1_u10purec(x);
}

float spk_powf(float x, float y)
{
    return Sleef_cinz_powf1_u10purec(x, y);
}

double spk_normal_quantile(double u)
{
    double q = u - 0.5;
    if (fabs(q) <= NORMAL_MIDDLE) return middle_quantile(q);
    double r = sqrt(-spk_log(q < 0 ? u : 1 - u));
    double z = r <= NORMAL_NEAR ? tail_quantile(r) : far_quantile(r);
    return q < 0 ? -z : z;
}

static const spk_math_table *table(void)
{
    static const spk_math_table *const tables[] = {&spk_math_sse2, &spk_math_avx2,
                                                   &spk_math_avx512};
    return tables[spk_simd_level()];
}

void spk_exp_n(size_t n, const double *x, double *y)
{
    table()->exp_n(n, x, y);
}

void spk_log_n(size_t n, const double *x, double *y)
{
    table()->log_n(n, x, y);
}

void spk_expf_n(size_t n, const float *x, float *y)
{
    table()->expf_n(n, x, y);
}

void spk_powf_n(size_t n, const float *x, float exponent, float *y)
{
    table()->powf_n(n, x, exponent, y);
}

void spk_normal_quantile_n(size_t n, const double *u, double *z)
{
    table()->normal_n(n, u, z);
}
