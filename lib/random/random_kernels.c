/* random_kernels.c: the array functions, compiled once per instruction set. */
#include "base/simd.h"
#include "random/random_table.h"

#include "random/random_kernel.h"

#include "random/poisson_kernel.h"

const spk_random_table SPK_KERNEL(spk_random) = {
    .units = SPK_KERNEL(units),
    .places = SPK_KERNEL(places),
    .draws = SPK_KERNEL(draws),
    .exponentials = SPK_KERNEL(exponentials),
    .poisson = SPK_KERNEL(poisson),
};
