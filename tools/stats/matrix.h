/* matrix.h: the rank of a matrix of counts that comes row by row, and its effective rank.
 *
 * Rows are samples, columns are units. Of the matrix only what does not grow with the number of
 * samples is kept: the products of its columns, and rows in echelon form. */
#ifndef SPK_STATS_MATRIX_H
#define SPK_STATS_MATRIX_H

#include "base/error.h"

#include <stdint.h>

typedef struct count_matrix {
    uint32_t columns;
    uint64_t rows;
    uint32_t rank;
    uint32_t used;     /* columns with anything but 0 */
    uint64_t *product; /* [columns (columns + 1) / 2] of column i with columns 0 .. i */
    uint64_t **pivot;  /* [columns] the row that begins there, with 1; or NULL */
    uint64_t *row;     /* [columns] scratch */
} count_matrix;

/* Zeroed by the caller, who frees it even after a failure. */
int matrix_open(count_matrix *m, uint32_t columns, spk_error *err) SPK_NODISCARD;
void matrix_free(count_matrix *m);

/* Add a row: count[column] for each of the `n` columns in `active`, 0 elsewhere. */
int matrix_add(count_matrix *m, const uint64_t *count, const uint32_t *active, uint32_t n,
               spk_error *err) SPK_NODISCARD;

/* exp of the entropy of the singular values over their sum (Roy, Vetterli 2007): 1 to rank, 0 for
 * rank 0. NaN when memory is short. */
double matrix_effective_rank(const count_matrix *m, spk_error *err);

#endif
