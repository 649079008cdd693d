/* optimizer_kernel.h: one step of each optimizer; n is a multiple of 8. The equations are in
 * optimizer.h; division and square root are exact to the last bit everywhere. Included after
 * base/real.h, for doubles. */
#include "math/vector.h"

static inline vreal SPK_KERNEL(root)(vreal x)
{
    return (vreal)SPK_VECTOR_OP(sqrt_pd)((spk_vd)x);
}

static void SPK_KERNEL(adam)(size_t n, double rate1, double scale2, double epsilon, const double *g,
                             double *m, double *v, double *w)
{
    for (size_t i = 0; i < n; i += SPK_VECTOR) {
        const vreal slope = SPK_REAL(load)(g + i);
        const vreal m1 = SPK_ADAM_BETA1 * SPK_REAL(load)(m + i) + (1 - SPK_ADAM_BETA1) * slope;
        const vreal v1 =
            SPK_ADAM_BETA2 * SPK_REAL(load)(v + i) + (1 - SPK_ADAM_BETA2) * (slope * slope);
        const vreal step = rate1 * m1 / (SPK_KERNEL(root)(v1 * scale2) + epsilon);
        SPK_REAL(store)(m + i, m1);
        SPK_REAL(store)(v + i, v1);
        SPK_REAL(store)(w + i, SPK_REAL(load)(w + i) - step);
    }
}

static void SPK_KERNEL(adadelta)(size_t n, double rate, double epsilon, const double *g, double *u,
                                 double *v, double *w)
{
    for (size_t i = 0; i < n; i += SPK_VECTOR) {
        const vreal slope = SPK_REAL(load)(g + i), u0 = SPK_REAL(load)(u + i);
        const vreal v1 =
            SPK_ADADELTA_RHO * SPK_REAL(load)(v + i) + (1 - SPK_ADADELTA_RHO) * (slope * slope);
        const vreal step = SPK_KERNEL(root)(u0 + epsilon) / SPK_KERNEL(root)(v1 + epsilon) * slope;
        SPK_REAL(store)(v + i, v1);
        SPK_REAL(store)(u + i, SPK_ADADELTA_RHO * u0 + (1 - SPK_ADADELTA_RHO) * (step * step));
        SPK_REAL(store)(w + i, SPK_REAL(load)(w + i) - rate * step);
    }
}
