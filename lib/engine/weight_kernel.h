/* weight_kernel.h: the engine's loops over weights: sums and scales for normalisation, and the
 * weights of one target collected from all rows and put back. */

static void SPK_NUMBER(sum_row)(size_t n, const void *weight, double *restrict sum)
{
    const weight_t *restrict w = weight;
#pragma omp simd
    for (size_t j = 0; j < n; j++)
        sum[j] += (double)w[j];
}

static void SPK_NUMBER(scale_row)(size_t n, void *weight, const void *factor)
{
    weight_t *restrict w = weight;
    const real *restrict f = factor;
#pragma omp simd
    for (size_t j = 0; j < n; j++)
        w[j] = (weight_t)(w[j] * f[j]);
}

static void SPK_NUMBER(sum_run)(size_t n, const uint16_t *restrict target, const void *weight,
                                double *restrict sum)
{
    const weight_t *restrict w = weight;
    for (size_t i = 0; i < n; i++)
        sum[target[i]] += (double)w[i];
}

static void SPK_NUMBER(scale_run)(size_t n, const uint16_t *restrict target, void *weight,
                                  const void *factor)
{
    weight_t *restrict w = weight;
    const real *restrict f = factor;
    for (size_t i = 0; i < n; i++)
        w[i] = (weight_t)(w[i] * f[target[i]]);
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

/* Static synapses: weight[i] (or one for all) goes to target[i]. */
static void SPK_NUMBER(deliver_same)(size_t n, const uint16_t *restrict target, void *input,
                                     double weight)
{
    real *restrict in = input;
    const real w = (real)weight;
    for (size_t i = 0; i < n; i++)
        in[target[i]] += w;
}
