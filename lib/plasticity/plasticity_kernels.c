/* plasticity_kernels.c: the learning rules' kernels for one instruction set (SPK_ISA). */
#include "base/simd.h"
#include "math/math.h"
#include "plasticity/kernel.h"
#include "plasticity/variants.h"

#include <immintrin.h>
#include <string.h>

enum { SPK_BLOCK = 64 };

static inline void pow_f32(size_t n, const float *x, double exponent, float *y)
{
    spk_powf_n(n, x, (float)exponent, y);
}

static inline void pow_f64(size_t n, const double *x, double exponent, double *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = spk_pow(x[i], exponent);
}

#include "plasticity/together_find_kernel.h"

#define SPK_NUMBER(name) SPK_PASTE(SPK_PASTE(name, SPK_NUMBER_SUFFIX), SPK_ISA)

#define SPK_REAL_SINGLE
#include "base/real.h"
#define SPK_REAL_EXP spk_expf_n
#define SPK_REAL_POW pow_f32
#include "plasticity/stdp_post_kernel.h"
#define weight_t          float
#define SPK_NUMBER_SUFFIX single
#include "plasticity/deliver_kernel.h"
#include "plasticity/stdp_trace_kernel.h"
#include "plasticity/together_kernel.h"
#undef SPK_NUMBER_SUFFIX
#undef SPK_REAL_EXP
#undef SPK_REAL_POW
#undef SPK_REAL_SINGLE

#include "base/real.h"
#define SPK_REAL_EXP spk_exp_n
#define SPK_REAL_POW pow_f64
#include "plasticity/stdp_post_kernel.h"
#define SPK_NUMBER_SUFFIX mixed
#include "plasticity/deliver_kernel.h"
#include "plasticity/stdp_trace_kernel.h"
#include "plasticity/together_kernel.h"
#undef SPK_NUMBER_SUFFIX
#undef weight_t
#define weight_t          double
#define SPK_NUMBER_SUFFIX double
#include "plasticity/deliver_kernel.h"
#include "plasticity/stdp_trace_kernel.h"
#include "plasticity/together_kernel.h"

#define NAMED(name, suffix) SPK_KERNEL(name##_##suffix)
#define NUMBERS(name)                                                                              \
    {                                                                                              \
        NAMED(name, single), NAMED(name, mixed), NAMED(name, double)                               \
    }

const spk_plasticity_functions SPK_KERNEL(spk_plasticity_functions) = {
    .stdp_trace = {.rows = NUMBERS(stdp_trace_rows),
                   .pre = NUMBERS(stdp_trace_pre),
                   .post = {NAMED(stdp_trace_post, f32), NAMED(stdp_trace_post, f64)}},
    .together_pre = NUMBERS(together_pre),
    .together_send = NUMBERS(together_send),
    .together_find = {SPK_KERNEL(together_find_short), SPK_KERNEL(together_find_wide)},
    .together_bits = SPK_KERNEL(together_bits),
    .together_post = NUMBERS(together_post),
    .deliver_rows = NUMBERS(deliver_rows),
    .deliver_runs = NUMBERS(deliver_runs),
};
