/* math_kernel.h: whole vectors first, then the scalar form for what is left; both give equal bits,
 * so that where an array is cut cannot matter. */
#include "math/vector.h"

static void SPK_KERNEL(exp_n)(size_t n, const double *x, double *y)
{
    size_t i = 0;
    for (; n - i >= SPK_VD_LANES; i += SPK_VD_LANES)
        SPK_KERNEL(store_f64)(y + i, SPK_KERNEL(exp_f64)(SPK_KERNEL(load_f64)(x + i)));
    for (; i < n; i++)
        y[i] = Sleef_cinz_expd1_u10purec(x[i]);
}

static void SPK_KERNEL(log_n)(size_t n, const double *x, double *y)
{
    size_t i = 0;
    for (; n - i >= SPK_VD_LANES; i += SPK_VD_LANES)
        spk_vd_store(y + i, spk_vd_log(spk_vd_load(x + i)));
    for (; i < n; i++)
        y[i] = Sleef_cinz_logd1_u10purec(x[i]);
}

static void SPK_KERNEL(expf_n)(size_t n, const float *x, float *y)
{
    size_t i = 0;
    for (; n - i >= SPK_VF_LANES; i += SPK_VF_LANES)
        SPK_KERNEL(store_f32)(y + i, SPK_KERNEL(exp_f32)(SPK_KERNEL(load_f32)(x + i)));
    for (; i < n; i++)
        y[i] = Sleef_cinz_expf1_u10purec(x[i]);
}

static void SPK_KERNEL(powf_n)(size_t n, const float *x, float exponent, float *y)
{
    const spk_vf exponents = SPK_VECTOR_OP(set1_ps)(exponent);
    size_t i = 0;
    for (; n - i >= SPK_VF_LANES; i += SPK_VF_LANES)
        spk_vf_store(y + i, spk_vf_pow(spk_vf_load(x + i), exponents));
    for (; i < n; i++)
        y[i] = Sleef_cinz_powf1_u10purec(x[i], exponent);
}
