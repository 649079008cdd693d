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

/* The weights of one target, wherever they lie: the same sums and products as above. */

static double SPK_NUMBER(sum_at)(size_t n, const size_t *restrict place, const void *weight)
{
    const weight_t *restrict w = weight;
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += (double)w[place[k]];
    return sum;
}

static void SPK_NUMBER(scale_at)(size_t n, const size_t *restrict place, void *weight,
                                 double factor)
{
    weight_t *restrict w = weight;
    const real f = (real)factor;
    for (size_t k = 0; k < n; k++)
        w[place[k]] = (weight_t)(w[place[k]] * f);
}

static bool SPK_NUMBER(strays)(size_t n, const size_t *restrict place, const void *weight,
                               double least, double most)
{
    const weight_t *restrict w = weight;
    bool found = false;
    for (size_t k = 0; k < n; k++)
        found |= (double)w[place[k]] < least || (double)w[place[k]] > most;
    return found;
}

static void SPK_NUMBER(collect)(size_t n, const size_t *restrict place, const void *weight,
                                void *to)
{
    const weight_t *restrict w = weight;
    real *restrict out = to;
    for (size_t k = 0; k < n; k++)
        out[k] = w[place[k]];
}

static void SPK_NUMBER(put_back)(size_t n, const size_t *restrict place, void *weight,
                                 const void *from)
{
    weight_t *restrict w = weight;
    const real *restrict in = from;
    for (size_t k = 0; k < n; k++)
        w[place[k]] = (weight_t)in[k];
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
