/* product.c: see product.h. Threads share the rows. */
#include "linalg/product.h"

#include "base/simd.h"
#include "linalg/linalg_table.h"

#include <stdbool.h>

enum { ROWS_AT_ONCE = 32, WORTH_THREADS = 1 << 19 };

const spk_linalg_table *spk_linalg(void)
{
    static const spk_linalg_table *const tables[] = {&spk_linalg_sse2, &spk_linalg_avx2,
                                                     &spk_linalg_avx512};
    return tables[spk_simd_level()];
}

typedef void product_loop(spk_product_size n, spk_left left, spk_right right, double *c,
                          size_t stride);

static void share_rows(product_loop *loop, spk_product_size n, spk_left left, spk_right right,
                       double *c, size_t stride, int threads)
{
    const bool shared = threads > 1 && n.rows * n.columns * n.terms >= WORTH_THREADS;
#pragma omp parallel for num_threads(threads) schedule(static) if (shared)
    for (size_t i = 0; i < n.rows; i += ROWS_AT_ONCE) {
        spk_product_size part = n;
        part.rows = n.rows - i < ROWS_AT_ONCE ? n.rows - i : ROWS_AT_ONCE;
        spk_left rows = left;
        rows.at += i / 8 * left.block;
        loop(part, rows, right, c + i * stride, stride);
    }
}

void spk_add_product(spk_product_size n, spk_left left, spk_right right, double *c, size_t stride,
                     int threads)
{
    share_rows(spk_linalg()->add_product, n, left, right, c, stride, threads);
}

void spk_subtract_product(spk_product_size n, spk_left left, spk_right right, double *c,
                          size_t stride, int threads)
{
    share_rows(spk_linalg()->subtract_product, n, left, right, c, stride, threads);
}
