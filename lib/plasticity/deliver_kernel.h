/* deliver_kernel.h: spikes through weights that do not change. */

static inline __attribute__((always_inline)) void
SPK_NUMBER(add_rows)(size_t n, real *restrict input, void *const *row, const size_t rows)
{
#pragma omp simd
    for (size_t j = 0; j < n; j++) {
        real sum = input[j];
        for (size_t r = 0; r < rows; r++)
            sum += ((const weight_t *)row[r])[j];
        input[j] = sum;
    }
}

static void SPK_NUMBER(deliver_rows)(size_t n, void *input, size_t rows, void *const *row)
{
    for (; rows >= 4; rows -= 4, row += 4)
        SPK_NUMBER(add_rows)(n, input, row, 4);
    if (rows == 3) SPK_NUMBER(add_rows)(n, input, row, 3);
    if (rows == 2) SPK_NUMBER(add_rows)(n, input, row, 2);
    if (rows == 1) SPK_NUMBER(add_rows)(n, input, row, 1);
}

/* Runs are short and lie far apart: the one after next is fetched while this one is added. */
static void SPK_NUMBER(deliver_runs)(size_t runs, const spk_run *run, void *input)
{
    real *restrict in = input;
    for (size_t r = 0; r < runs; r++) {
        const weight_t *restrict w = run[r].weight;
        const uint16_t *restrict target = run[r].target;
        size_t n = run[r].n;
        if (r + 2 < runs) {
            __builtin_prefetch(run[r + 2].weight);
            __builtin_prefetch((const char *)run[r + 2].weight + 64);
            __builtin_prefetch(run[r + 2].target);
        }
        size_t i = 0;
        for (; i + 4 <= n; i += 4) { /* no target comes twice in a run */
            const real a = in[target[i]] + w[i], b = in[target[i + 1]] + w[i + 1],
                       c = in[target[i + 2]] + w[i + 2], d = in[target[i + 3]] + w[i + 3];
            in[target[i]] = a;
            in[target[i + 1]] = b;
            in[target[i + 2]] = c;
            in[target[i + 3]] = d;
        }
        for (; i < n; i++)
            in[target[i]] += w[i];
    }
}
