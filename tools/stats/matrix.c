/* matrix.c: see matrix.h.
 *
 * The rank is found by elimination modulo the prime 2^61 - 1, where nothing is rounded. It cannot be
 * above the true rank, and is below it only if the prime divides certain minors: about once in 2^61
 * / rank matrices. The singular values are the roots of the eigenvalues of the products (of which as
 * many as the rank are not 0): Householder's reduction to a tridiagonal matrix, then halving by
 * Sturm's count. A LAPACK would do this faster, with bits that depend on the machine. */
#include "matrix.h"

#include "base/memory.h"
#include "math/math.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PRIME ((UINT64_C(1) << 61) - 1)

/* ---- rank ------------------------------------------------------------------------------------- */

static uint64_t reduce(unsigned __int128 x)
{
    const uint64_t folded = (uint64_t)(x & PRIME) + (uint64_t)(x >> 61);
    return folded >= PRIME ? folded - PRIME : folded;
}

/* a + b c modulo the prime; all below it. */
static uint64_t multiply_add(uint64_t a, uint64_t b, uint64_t c)
{
    return reduce((unsigned __int128)b * c + a);
}

/* 1 / a, by Fermat: a^(p - 2). */
static uint64_t inverse(uint64_t a)
{
    uint64_t result = 1;
    for (uint64_t power = PRIME - 2; power; power >>= 1) {
        if (power & 1) result = multiply_add(0, result, a);
        a = multiply_add(0, a, a);
    }
    return result;
}

int matrix_open(count_matrix *m, uint32_t columns, spk_error *err)
{
    const size_t n = columns;
    m->columns = columns;
    m->product = spk_alloc(n * (n + 1) / 2, sizeof *m->product, "the state matrix", err);
    m->pivot = spk_alloc(n, sizeof *m->pivot, "the state matrix", err);
    m->row = spk_alloc(n, sizeof *m->row, "the state matrix", err);
    return m->product && m->pivot && m->row ? 0 : -1;
}

void matrix_free(count_matrix *m)
{
    for (uint32_t j = 0; m->pivot && j < m->columns; j++)
        free(m->pivot[j]);
    free(m->pivot);
    free(m->product);
    free(m->row);
}

/* Keep the rest of m->row, which begins at column j, as a pivot row. */
static int keep_row(count_matrix *m, uint32_t j, spk_error *err)
{
    uint64_t *kept = spk_alloc(m->columns, sizeof *kept, "the state matrix", err);
    if (!kept) return -1;
    const uint64_t scale = inverse(m->row[j]);
    for (uint32_t k = j; k < m->columns; k++)
        kept[k] = multiply_add(0, m->row[k], scale);
    m->pivot[j] = kept;
    m->rank++;
    return 0;
}

static int eliminate(count_matrix *m, spk_error *err)
{
    for (uint32_t j = 0; j < m->columns; j++) {
        if (m->row[j] == 0) continue;
        const uint64_t *pivot = m->pivot[j];
        if (!pivot) return keep_row(m, j, err);
        const uint64_t factor = PRIME - m->row[j];
        for (uint32_t k = j; k < m->columns; k++)
            m->row[k] = multiply_add(m->row[k], factor, pivot[k]);
    }
    return 0;
}

int matrix_add(count_matrix *m, const uint64_t *count, const uint32_t *active, uint32_t n,
               spk_error *err)
{
    m->rows++;
    for (uint32_t a = 0; a < n; a++) {
        const size_t i = active[a];
        uint64_t *own = &m->product[i * (i + 1) / 2 + i];
        if (*own == 0) m->used++;
        for (uint32_t b = 0; b <= a; b++) {
            const size_t j = active[b], high = i > j ? i : j, low = i > j ? j : i;
            m->product[high * (high + 1) / 2 + low] += count[i] * count[j];
        }
    }
    if (m->rank == m->used) return 0; /* the row adds nothing: all that it uses is spanned */
    memset(m->row, 0, m->columns * sizeof *m->row);
    for (uint32_t a = 0; a < n; a++)
        m->row[active[a]] = reduce(count[active[a]]);
    return eliminate(m, err);
}

/* ---- singular values -------------------------------------------------------------------------- */

/* Squares that are nothing but rounding, in a matrix of whole numbers. */
#define NOTHING 1e-200

/* A symmetric n x n matrix to a tridiagonal one: diagonal d, and e[k] beside d[k] and d[k + 1].
 * One reflection I - beta v v^T for each column, v in row k, which is done with by then. */
static void tridiagonalise(double *a, size_t n, double *d, double *e, double *w)
{
    for (size_t k = 0; k + 1 < n; k++) {
        double *v = a + k * n, norm = 0, square = 0, dot = 0;
        d[k] = v[k];
        e[k] = 0;
        for (size_t i = k + 1; i < n; i++)
            norm += v[i] * v[i];
        if (norm < NOTHING) continue;
        norm = sqrt(norm);
        e[k] = v[k + 1] > 0 ? -norm : norm;
        v[k + 1] -= e[k];
        for (size_t i = k + 1; i < n; i++)
            square += v[i] * v[i];
        memset(w, 0, n * sizeof *w);
        for (size_t i = k + 1; i < n; i++)
            for (size_t j = k + 1; j < n; j++)
                w[j] += v[i] * a[i * n + j];
        for (size_t i = k + 1; i < n; i++) {
            w[i] *= 2 / square;
            dot += v[i] * w[i];
        }
        for (size_t i = k + 1; i < n; i++)
            w[i] -= dot / square * v[i];
        for (size_t i = k + 1; i < n; i++)
            for (size_t j = k + 1; j < n; j++)
                a[i * n + j] -= v[i] * w[j] + w[i] * v[j];
    }
    if (n > 0) d[n - 1] = a[n * n - 1];
}

/* How many eigenvalues are below x. */
static size_t below(const double *d, const double *e, size_t n, double x)
{
    size_t count = 0;
    double q = 1;
    for (size_t i = 0; i < n; i++) {
        q = d[i] - x - (i > 0 ? e[i - 1] * e[i - 1] / q : 0);
        if (q == 0) q = 1e-300;
        count += q < 0;
    }
    return count;
}

/* The eigenvalue that has `rank` others below it, as well as it is known; all lie in [0, top]. */
static double eigenvalue(const double *d, const double *e, size_t n, size_t rank, double top)
{
    double low = 0, high = top;
    for (;;) {
        const double middle = low + (high - low) / 2;
        if (!(high - low > 0x1p-54 * top) || middle <= low || middle >= high) return low;
        if (below(d, e, n, middle) > rank)
            high = middle;
        else
            low = middle;
    }
}

/* exp(-sum p ln p) of p = s / sum s for the roots s of the highest `m->rank` eigenvalues. */
static double entropy_rank(const count_matrix *m, const double *d, const double *e, double *s)
{
    const size_t n = m->columns;
    double trace = 0, sum = 0, entropy = 0;
    for (size_t i = 0; i < n; i++)
        trace += d[i];
    for (size_t i = 0; i < m->rank; i++)
        sum += s[i] = sqrt(eigenvalue(d, e, n, n - m->rank + i, 2 * trace));
    for (size_t i = 0; i < m->rank; i++)
        if (s[i] > 0) entropy -= s[i] / sum * spk_log(s[i] / sum);
    return m->rank ? spk_exp(entropy) : 0;
}

double matrix_effective_rank(const count_matrix *m, spk_error *err)
{
    const size_t n = m->columns;
    double *a = spk_alloc(n * n, sizeof *a, "the state matrix", err);
    double *d = spk_alloc(3 * n, sizeof *d, "the singular values", err);
    double result = (double)NAN;
    if (a && d) {
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j <= i; j++)
                a[i * n + j] = a[j * n + i] = (double)m->product[i * (i + 1) / 2 + j];
        tridiagonalise(a, n, d, d + n, d + 2 * n);
        result = entropy_rank(m, d, d + n, d + 2 * n);
    }
    free(a);
    free(d);
    return result;
}
