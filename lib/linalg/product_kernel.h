/* product_kernel.h: tiles of 8 columns and as many rows as keep eight sums of vectors in registers.
 * Included after base/real.h, for doubles. */

enum { TILE_ROWS = SPK_VECTOR, TILE_VECTORS = SPK_COLUMNS / SPK_VECTOR };

/* `rows` and, where it is 1, `row` are constants to the compiler. */
static inline __attribute__((always_inline)) void
SPK_KERNEL(tile)(const size_t rows, size_t terms, const double *a, size_t row, size_t a_term,
                 const double *b, size_t b_term, double *c, size_t stride, const bool subtract)
{
    vreal sum[TILE_ROWS][TILE_VECTORS];
    for (size_t i = 0; i < rows; i++)
        for (size_t v = 0; v < TILE_VECTORS; v++)
            sum[i][v] = SPK_REAL(load)(c + i * stride + v * SPK_VECTOR);
    for (size_t k = 0; k < terms; k++, a += a_term, b += b_term) {
        vreal right[TILE_VECTORS];
        for (size_t v = 0; v < TILE_VECTORS; v++)
            right[v] = SPK_REAL(load)(b + v * SPK_VECTOR);
        for (size_t i = 0; i < rows; i++) {
            const double left = a[i * row];
            for (size_t v = 0; v < TILE_VECTORS; v++) {
                const vreal term = left * right[v];
                sum[i][v] = subtract ? sum[i][v] - term : sum[i][v] + term;
            }
        }
    }
    for (size_t i = 0; i < rows; i++)
        for (size_t v = 0; v < TILE_VECTORS; v++)
            SPK_REAL(store)(c + i * stride + v * SPK_VECTOR, sum[i][v]);
}

static inline __attribute__((always_inline)) void SPK_KERNEL(product)(spk_product_size n,
                                                                      spk_left l, spk_right r,
                                                                      double *c, size_t stride,
                                                                      const bool subtract)
{
    for (size_t i = 0; i < n.rows;) {
        const size_t rows = n.rows - i < TILE_ROWS ? 1 : TILE_ROWS;
        const double *a = l.at + i / 8 * l.block + i % 8 * l.row;
        for (size_t j = 0; j < n.columns; j += SPK_COLUMNS) {
            const double *b = r.at + j / SPK_COLUMNS * r.block;
            double *to = c + i * stride + j;
            if (rows == 1)
                SPK_KERNEL(tile)(1, n.terms, a, 0, l.term, b, r.term, to, stride, subtract);
            else if (l.row == 1)
                SPK_KERNEL(tile)(TILE_ROWS, n.terms, a, 1, l.term, b, r.term, to, stride, subtract);
            else
                SPK_KERNEL(tile)
            (TILE_ROWS, n.terms, a, l.row, l.term, b, r.term, to, stride, subtract);
        }
        i += rows;
    }
}

static void SPK_KERNEL(add_product)(spk_product_size n, spk_left l, spk_right r, double *c,
                                    size_t stride)
{
    SPK_KERNEL(product)(n, l, r, c, stride, false);
}

static void SPK_KERNEL(subtract_product)(spk_product_size n, spk_left l, spk_right r, double *c,
                                         size_t stride)
{
    SPK_KERNEL(product)(n, l, r, c, stride, true);
}

static void SPK_KERNEL(solve_panel)(size_t n, const double *lt, size_t stride, double *x)
{
    for (size_t j = 0; j < n; j++) {
        vreal solved[TILE_VECTORS];
        for (size_t v = 0; v < TILE_VECTORS; v++) {
            solved[v] = SPK_REAL(load)(x + j * 8 + v * SPK_VECTOR) / lt[j * stride + j];
            SPK_REAL(store)(x + j * 8 + v * SPK_VECTOR, solved[v]);
        }
        for (size_t i = j + 1; i < n; i++)
            for (size_t v = 0; v < TILE_VECTORS; v++) {
                double *to = x + i * 8 + v * SPK_VECTOR;
                SPK_REAL(store)(to, SPK_REAL(load)(to) - solved[v] * lt[j * stride + i]);
            }
    }
}
