/* product.h: products of matrices of doubles, with the same bits for any blocking, number of threads
 * and instruction set: each element of the result has one owner, which adds its terms in their order.
 *
 * There is no fused multiply-add; what is summed in one lane stays in one lane. Columns come in blocks
 * of SPK_COLUMNS, so arrays are padded to spk_padded(columns). */
#ifndef SPK_LINALG_PRODUCT_H
#define SPK_LINALG_PRODUCT_H

#include <stddef.h>

enum { SPK_COLUMNS = 8 };

static inline size_t spk_padded(size_t columns)
{
    return (columns + SPK_COLUMNS - 1) / SPK_COLUMNS * SPK_COLUMNS;
}

/* Element (row, term) is at[row / 8 * block + row % 8 * row + term * term]. So a matrix can be read as
 * it lies, transposed, or packed in panels of 8 rows: */
typedef struct spk_left {
    const double *at;
    size_t block, row, term;
} spk_left;

/* Element (term, column) is at[column / 8 * block + term * term + column % 8]. */
typedef struct spk_right {
    const double *at;
    size_t block, term;
} spk_right;

/* A row-major matrix of this stride (row x term), and the transposed of one (term x row). */
static inline spk_left spk_rows(const double *at, size_t stride)
{
    return (spk_left){at, 8 * stride, stride, 1};
}
static inline spk_left spk_columns(const double *at, size_t stride)
{
    return (spk_left){at, 8, 1, stride};
}
/* A row-major matrix (term x column) whose stride is padded. */
static inline spk_right spk_terms(const double *at, size_t stride)
{
    return (spk_right){at, SPK_COLUMNS, stride};
}

/* c[row][column] += (or, with `subtract`, -=) left(row, term) * right(term, column) for term = 0, 1 ...
 * `columns` is a multiple of 8; c has `stride` elements a row. */
typedef struct spk_product_size {
    size_t rows, columns, terms;
} spk_product_size;
void spk_add_product(spk_product_size n, spk_left left, spk_right right, double *c, size_t stride,
                     int threads);
void spk_subtract_product(spk_product_size n, spk_left left, spk_right right, double *c,
                          size_t stride, int threads);

#endif
