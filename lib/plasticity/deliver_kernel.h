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

static void SPK_NUMBER(deliver_rows)(const spk_rule_constants *c, size_t n, void *input,
                                     const void *post, size_t rows, void *const *row)
{
    (void)c, (void)post;
    for (; rows >= 4; rows -= 4, row += 4)
        SPK_NUMBER(add_rows)(n, input, row, 4);
    if (rows == 3) SPK_NUMBER(add_rows)(n, input, row, 3);
    if (rows == 2) SPK_NUMBER(add_rows)(n, input, row, 2);
    if (rows == 1) SPK_NUMBER(add_rows)(n, input, row, 1);
}

static void SPK_NUMBER(deliver_run)(const spk_rule_constants *c, size_t n, const uint16_t *target,
                                    void *input, const void *post, void *weight)
{
    (void)c, (void)post;
    real *restrict in = input;
    const weight_t *restrict w = weight;
    for (size_t i = 0; i < n; i++)
        in[target[i]] += w[i];
}
