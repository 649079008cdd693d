/* math_kernels.c: the array functions, compiled once per instruction set. */
#include "base/simd.h"
#include "math/math_table.h"
#include "math/normal.h"

#include <math.h>

#define SPK_REAL_SINGLE
#include "base/real.h"
#include "math/exp_kernel.h"
#undef SPK_REAL_SINGLE
#include "base/real.h"
#include "math/exp_kernel.h"
#include "math/math_kernel.h"
#include "math/normal_kernel.h"

const spk_math_table SPK_KERNEL(spk_math) = {
    .exp_n = SPK_KERNEL(exp_n),
    .log_n = SPK_KERNEL(log_n),
    .expf_n = SPK_KERNEL(expf_n),
    .powf_n = SPK_KERNEL(powf_n),
    .normal_n = SPK_KERNEL(normal_n),
};
