/* normal_kernel.h: normal quantiles of many uniforms: all as if they were in the middle, then the 15 % that
 * are not, together. */

enum { NORMAL_CHUNK = 256 };

static void SPK_KERNEL(normal_chunk)(size_t n, const double *x, double *y)
{
    double u[NORMAL_CHUNK], r[NORMAL_CHUNK], z[NORMAL_CHUNK];
    size_t at[NORMAL_CHUNK], tails = 0;
    for (size_t i = 0; i < n; i++) {
        at[tails] = i;
        u[tails] = x[i];
        tails += fabs(x[i] - 0.5) > NORMAL_MIDDLE;
    }
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        y[i] = middle_quantile(x[i] - 0.5);
    if (tails == 0) return;
    for (size_t i = 0; i < tails; i++)
        r[i] = u[i] < 0.5 ? u[i] : 1 - u[i];
    SPK_KERNEL(log_n)(tails, r, r);
    for (size_t i = 0; i < tails; i++)
        r[i] = sqrt(-r[i]);
#pragma omp simd
    for (size_t i = 0; i < tails; i++)
        z[i] = tail_quantile(r[i]);
    for (size_t i = 0; i < tails; i++) {
        const double quantile = r[i] > NORMAL_NEAR ? far_quantile(r[i]) : z[i];
        y[at[i]] = u[i] < 0.5 ? -quantile : quantile;
    }
}

static void SPK_KERNEL(normal_n)(size_t n, const double *x, double *y)
{
    for (size_t i = 0; i < n; i += NORMAL_CHUNK)
        SPK_KERNEL(normal_chunk)(n - i < NORMAL_CHUNK ? n - i : NORMAL_CHUNK, x + i, y + i);
}
