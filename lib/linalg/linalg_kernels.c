/* linalg_kernels.c: the loops over matrices, compiled once per instruction set. */
#include "linalg/linalg_table.h"

#include "base/real.h"
#include "linalg/product_kernel.h"

const spk_linalg_table SPK_KERNEL(spk_linalg) = {
    .add_product = SPK_KERNEL(add_product),
    .subtract_product = SPK_KERNEL(subtract_product),
    .solve_panel = SPK_KERNEL(solve_panel),
};
