/* linalg_table.h: the loops of one instruction set; private to lib/linalg. */
#ifndef SPK_LINALG_LINALG_TABLE_H
#define SPK_LINALG_LINALG_TABLE_H

#include "linalg/product.h"

typedef struct spk_linalg_table {
    void (*add_product)(spk_product_size n, spk_left left, spk_right right, double *c,
                        size_t stride);
    void (*subtract_product)(spk_product_size n, spk_left left, spk_right right, double *c,
                             size_t stride);
    /* A panel of 8 rows [n][8]: x := the solution of x L^T = x, for a lower triangle L of n rows,
     * given transposed: lt[j][i] = L[i][j], `stride` a row. */
    void (*solve_panel)(size_t n, const double *lt, size_t stride, double *x);
} spk_linalg_table;

extern const spk_linalg_table spk_linalg_sse2, spk_linalg_avx2, spk_linalg_avx512;

/* Of this processor. */
const spk_linalg_table *spk_linalg(void);

#endif
