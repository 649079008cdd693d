/* ridge.c: ridge regression on +1 for a sample's class and -1 for the others, in closed form (Hoerl &
 * Kennard 1970; scikit-learn's RidgeClassifier, alpha = l2):
 *
 *     minimise sum |y - b - w x|^2 + l2 |w|^2 :  (Xc^T Xc + l2 I) w = Xc^T yc,  b = mean y - w mean x
 *
 * with Xc and yc less their means, so that the intercept is not made small. */
#include "method.h"

#include "base/memory.h"
#include "linalg/cholesky.h"
#include "linalg/product.h"
#include "linear.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const spk_option options[] = {
    WINDOWS_OPTION,
    SCALE_OPTION,
    {.name = "l2",
     .kind = SPK_REAL,
     .offset = offsetof(linear_settings, l2),
     .metavar = "X",
     .preset = "1",
     .help = "add X times the sum of the squared weights to the squared errors",
     .min = 0,
     .max = 1e12},
    {0}};

enum { SAMPLES = 128, WIDTH = 128 };

typedef struct solver {
    const examples *seen;
    size_t n, stride;       /* features, padded to a multiple of 8; of the classes */
    double *gram;           /* [n][n], lower triangle */
    double *right;          /* [n][stride]: X^T y, then the weights */
    double *mean;           /* [features] of x */
    double *target;         /* [stride] mean of y */
    double *x, *y, *panels; /* [SAMPLES][features], [SAMPLES][stride], [n / 8][SAMPLES][8] */
    uint64_t *samples;      /* [classes] */
} solver;

static int open(solver *s, uint64_t memory, spk_error *err)
{
    const examples *e = s->seen;
    s->n = spk_padded(e->features);
    s->stride = e->readout->stride;
    if (s->n > UINT32_MAX || s->n * s->n * sizeof(double) > memory)
        return spk_fail(err, SPK_LIMIT,
                        "%zu features need a matrix of %zu bytes: over --max-memory", e->features,
                        s->n * s->n * sizeof(double));
    s->gram = spk_alloc(s->n * s->n, sizeof(double), "the normal equations", err);
    s->right = spk_alloc((s->n + 1) * s->stride, sizeof(double), "the normal equations", err);
    s->mean = spk_alloc(s->n, sizeof(double), "the means", err);
    s->target = spk_alloc(s->stride, sizeof(double), "the means", err);
    s->x = spk_alloc(SAMPLES * e->features, sizeof(double), "the features", err);
    s->y = spk_alloc(SAMPLES * s->stride, sizeof(double), "the targets", err);
    s->panels = spk_alloc(s->n * SAMPLES, sizeof(double), "the features", err);
    s->samples = spk_alloc(e->classes, sizeof *s->samples, "the classes", err);
    return s->gram && s->right && s->mean && s->target && s->x && s->y && s->panels && s->samples
               ? 0
               : -1;
}

static void close(solver *s)
{
    free(s->gram);
    free(s->right);
    free(s->mean);
    free(s->target);
    free(s->x);
    free(s->y);
    free(s->panels);
    free(s->samples);
}

/* Features in panels of 8, [sample][8]; the padding stays 0. */
static void pack(solver *s, size_t n)
{
    const size_t features = s->seen->features;
#pragma omp parallel for num_threads(s->seen->threads) schedule(static)
    for (size_t f = 0; f < features; f += 8) {
        const size_t some = features - f < 8 ? features - f : 8;
        for (size_t i = 0; i < n; i++)
            memcpy(s->panels + f * SAMPLES + i * 8, s->x + i * features + f, some * sizeof *s->x);
    }
}

static void set_targets(solver *s, size_t first, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (uint32_t c = 0; c < s->seen->classes; c++)
            s->y[i * s->stride + c] = (s->seen->label[first + i] == c ? 1 : -1) - s->target[c];
}

/* Add the products of n samples to the lower triangle, and to the right side. */
static void add_samples(solver *s, size_t first, size_t n)
{
    const int threads = s->seen->threads;
    examples_rows(s->seen, NULL, first, n, s->mean, s->x);
    pack(s, n);
    set_targets(s, first, n);
    for (size_t j = 0; j < s->n; j += WIDTH) {
        const size_t columns = s->n - j < WIDTH ? s->n - j : WIDTH;
        const double *from = s->panels + j * SAMPLES;
        spk_add_product((spk_product_size){s->n - j, columns, n},
                        (spk_left){from, 8 * SAMPLES, 1, 8}, (spk_right){from, 8 * SAMPLES, 8},
                        s->gram + j * s->n + j, s->n, threads);
    }
    spk_add_product((spk_product_size){s->n, s->stride, n},
                    (spk_left){s->panels, 8 * SAMPLES, 1, 8}, spk_terms(s->y, s->stride), s->right,
                    s->stride, threads);
}

static int solve(solver *s, double l2, spk_error *err)
{
    const examples *e = s->seen;
    if (examples_centre(e, s->mean, NULL, err)) return -1;
    examples_by_class(e, s->samples);
    for (uint32_t c = 0; c < e->classes; c++)
        s->target[c] = (2 * (double)s->samples[c] - (double)e->n) / (double)e->n;
    for (size_t first = 0; first < e->n; first += SAMPLES)
        add_samples(s, first, e->n - first < SAMPLES ? e->n - first : SAMPLES);
    for (size_t f = 0; f < s->n; f++)
        s->gram[f * s->n + f] += f < e->features ? l2 : 1;
    if (spk_cholesky(s->gram, s->n, e->threads, err))
        return spk_error_prefix(err, "the normal equations for --l2 %g; give a larger one", l2);
    spk_cholesky_solve(s->gram, s->n, s->right, s->stride);
    memcpy(s->right + e->features * s->stride, s->target, s->stride * sizeof *s->target);
    return 0;
}

static int learn(const spk_cli *cli, const examples *seen, spk_readout *readout, spk_error *err)
{
    const linear_settings *set = cli->method_settings;
    solver s = {.seen = seen};
    int status = open(&s, cli->common->max_memory, err);
    if (status == 0) status = solve(&s, set->l2, err);
    if (status == 0) linear_finish(s.right, s.mean, readout);
    close(&s);
    return status;
}

const training_method ridge_method = {
    .base = {.name = "ridge",
             .help = "ridge regression on the classes, in closed form",
             .options = options,
             .settings_size = sizeof(linear_settings)},
    .learn = learn,
};
