/* cholesky.c: see cholesky.h. Blocks of 128 columns: the diagonal block is factored, the rows below
 * are solved against it in panels of 8, and their product is taken off what is right of them. */
#include "linalg/cholesky.h"

#include "base/memory.h"
#include "linalg/linalg_table.h"
#include "linalg/product.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

enum { WIDTH = 128 };

/* `diagonal` is A's, before anything was taken off it. */
static int factor_block(double *a, size_t n, size_t stride, const double *diagonal, spk_error *err)
{
    for (size_t j = 0; j < n; j++) {
        double *row = a + j * stride;
        for (size_t i = 0; i < j; i++) {
            double x = row[i];
            for (size_t k = 0; k < i; k++)
                x -= row[k] * a[i * stride + k];
            row[i] = x / a[i * stride + i];
        }
        double pivot = row[j];
        for (size_t k = 0; k < j; k++)
            pivot -= row[k] * row[k];
        if (!(pivot > (double)stride * DBL_EPSILON * diagonal[j]) || !isfinite(pivot))
            return spk_fail(err, SPK_NUMERIC, "the matrix is singular, or not positive definite");
        row[j] = sqrt(pivot);
    }
    return 0;
}

/* Rows in panels of 8, [column][row]. */
static void pack(const double *a, size_t width, size_t stride, double *panel)
{
    for (size_t i = 0; i < 8; i++)
        for (size_t k = 0; k < width; k++)
            panel[k * 8 + i] = a[i * stride + k];
}

static void unpack(const double *panel, size_t width, size_t stride, double *a)
{
    for (size_t i = 0; i < 8; i++)
        for (size_t k = 0; k < width; k++)
            a[i * stride + k] = panel[k * 8 + i];
}

/* The rows below a factored diagonal block `a`: into `panels`, solved, and back. */
static void solve_below(double *a, size_t width, size_t rows, size_t stride, double *panels,
                        int threads)
{
    double transposed[WIDTH * WIDTH];
    for (size_t i = 0; i < width; i++)
        for (size_t j = 0; j <= i; j++)
            transposed[j * WIDTH + i] = a[i * stride + j];
    const spk_linalg_table *table = spk_linalg();
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
    for (size_t i = 0; i < rows; i += 8) {
        double *panel = panels + i * width, *at = a + (width + i) * stride;
        pack(at, width, stride, panel);
        table->solve_panel(width, transposed, WIDTH, panel);
        unpack(panel, width, stride, at);
    }
}

/* The lower triangle of c[rows][rows] -= P P^T, block of columns by block of columns. */
static void take_off(double *c, size_t rows, size_t width, size_t stride, const double *panels,
                     int threads)
{
    for (size_t j = 0; j < rows; j += WIDTH) {
        const size_t columns = rows - j < WIDTH ? rows - j : WIDTH;
        const double *from = panels + j * width;
        spk_subtract_product((spk_product_size){rows - j, columns, width},
                             (spk_left){from, 8 * width, 1, 8}, (spk_right){from, 8 * width, 8},
                             c + j * stride + j, stride, threads);
    }
}

int spk_cholesky(double *a, size_t n, int threads, spk_error *err)
{
    double *diagonal = spk_alloc(n, sizeof *diagonal, "the diagonal", err);
    double *panels = spk_alloc(n * WIDTH, sizeof *panels, "the factor", err);
    int status = diagonal && panels ? 0 : -1;
    for (size_t i = 0; status == 0 && i < n; i++)
        diagonal[i] = a[i * n + i];
    for (size_t j = 0; status == 0 && j < n; j += WIDTH) {
        const size_t width = n - j < WIDTH ? n - j : WIDTH, below = n - j - width;
        double *block = a + j * n + j;
        status = factor_block(block, width, n, diagonal + j, err);
        if (status || below == 0) break;
        solve_below(block, width, below, n, panels, threads);
        take_off(block + width * n + width, below, width, n, panels, threads);
    }
    free(diagonal);
    free(panels);
    return status;
}

static void divide(double *row, size_t columns, double by)
{
    for (size_t c = 0; c < columns; c++)
        row[c] /= by;
}

void spk_cholesky_solve(const double *l, size_t n, double *x, size_t columns)
{
    for (size_t i = 0; i < n; i++) {
        spk_subtract_product((spk_product_size){1, columns, i}, spk_rows(l + i * n, n),
                             spk_terms(x, columns), x + i * columns, columns, 1);
        divide(x + i * columns, columns, l[i * n + i]);
    }
    for (size_t i = n; i-- > 0;) {
        divide(x + i * columns, columns, l[i * n + i]);
        spk_subtract_product((spk_product_size){i, columns, 1}, spk_columns(l + i * n, n),
                             spk_terms(x + i * columns, columns), x, columns, 1);
    }
}
