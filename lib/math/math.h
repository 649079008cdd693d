/* math.h: exp, log and pow with the same bits on every machine and instruction set.
 *
 * SLEEF's "cinz" family (no fused multiply-add, 1.0 ULP). The host's libm is never used where a
 * result goes into spikes, weights or streams. The array forms give the same bits as the scalar
 * ones, and work in place or out of place. (A NaN stays a NaN; its sign is not defined.) Kernels
 * that want a logarithm in the middle of a loop find vectors in math/vector.h. */
#ifndef SPK_MATH_MATH_H
#define SPK_MATH_MATH_H

#include <stddef.h>

double spk_exp(double x);
double spk_expm1(double x);
double spk_log(double x);
double spk_log1p(double x);
double spk_pow(double x, double y);
float spk_expf(float x);
float spk_logf(float x);
float spk_powf(float x, float y);
/* Of the standard normal distribution, to 1e-15; 0 < u < 1. */
double spk_normal_quantile(double u);

void spk_exp_n(size_t n, const double *x, double *y);
void spk_log_n(size_t n, const double *x, double *y);
void spk_expf_n(size_t n, const float *x, float *y);
void spk_powf_n(size_t n, const float *x, float exponent, float *y);
void spk_normal_quantile_n(size_t n, const double *u, double *z);

#endif
