/* weight_kernel.h: the engine's loops over weights: sums and scales of columns for normalisation,
 * and the weights of one target collected from all rows and put back. */

/* Of SPK_LANES neighbouring columns: their sums over all rows, and each times its factor. */
static void SPK_NUMBER(sum_columns)(size_t rows, size_t stride, const void *weight, double *sum)
{
    double total[SPK_LANES] = {0};
    const weight_t *w = weight;
    for (size_t i = 0; i < rows; i++, w += stride)
        for (size_t j = 0; j < SPK_LANES; j++)
            total[j] += (double)w[j];
    memcpy(sum, total, sizeof total);
}

static void SPK_NUMBER(scale_columns)(size_t rows, size_t stride, void *weight,
                                      const double *factor)
{
    real f[SPK_LANES];
    weight_t *w = weight;
    for (size_t j = 0; j < SPK_LANES; j++)
        f[j] = (real)factor[j];
    for (size_t i = 0; i < rows; i++, w += stride)
        for (size_t j = 0; j < SPK_LANES; j++)
            w[j] = (weight_t)(w[j] * f[j]);
}

/* Weights at w[source[k] * stride + place[source[k]]] (place NULL: 0), and back. */
static void SPK_NUMBER(collect)(size_t n, const uint32_t *restrict source,
                                const uint16_t *restrict place, const void *weight, size_t stride,
                                void *out)
{
    const weight_t *restrict w = weight;
    real *restrict to = out;
    if (place)
        for (size_t k = 0; k < n; k++)
            to[k] = w[source[k] * stride + place[source[k]]];
    else
        for (size_t k = 0; k < n; k++)
            to[k] = w[source[k] * stride];
}

static void SPK_NUMBER(put_back)(size_t n, const uint32_t *restrict source,
                                 const uint16_t *restrict place, void *weight, size_t stride,
                                 const void *in)
{
    weight_t *restrict w = weight;
    const real *restrict from = in;
    if (place)
        for (size_t k = 0; k < n; k++)
            w[source[k] * stride + place[source[k]]] = (weight_t)from[k];
    else
        for (size_t k = 0; k < n; k++)
            w[source[k] * stride] = (weight_t)from[k];
}

/* Static synapses: weight[i] goes to target[i], which may come more than once. */
static void SPK_NUMBER(deliver)(size_t n, const uint16_t *restrict target, void *input,
                                const void *weight)
{
    real *restrict in = input;
    const weight_t *restrict w = weight;
    for (size_t i = 0; i < n; i++)
        in[target[i]] += w[i];
}

static void SPK_NUMBER(deliver_scaled)(size_t n, const uint16_t *restrict target, void *input,
                                       const void *weight, double factor)
{
    real *restrict in = input;
    const weight_t *restrict w = weight;
    for (size_t i = 0; i < n; i++)
        in[target[i]] += (real)(factor * (double)w[i]);
}
