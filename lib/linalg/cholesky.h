/* cholesky.h: symmetric positive definite systems, A X = B with A = L L^T, L lower triangular.
 *
 * Blocked by columns (Golub & Van Loan, Matrix Computations, section 4.2); the same bits for any
 * number of threads and instruction set. n^3 / 3 multiplications and additions. */
#ifndef SPK_LINALG_CHOLESKY_H
#define SPK_LINALG_CHOLESKY_H

#include "base/error.h"

#include <stddef.h>

/* a[n][n], row-major, n a multiple of 8: its lower triangle becomes L; what is above the diagonal is
 * not read, and overwritten in places. SPK_NUMERIC when A is not positive definite, or singular as
 * far as doubles can tell; SPK_LIMIT when there is no memory for n x 128 doubles. */
int spk_cholesky(double *a, size_t n, int threads, spk_error *err) SPK_NODISCARD;

/* x[n][columns], row-major, columns a multiple of 8: B becomes X. */
void spk_cholesky_solve(const double *l, size_t n, double *x, size_t columns);

#endif
