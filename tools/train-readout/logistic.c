/* logistic.c: multinomial logistic regression, to the minimum of
 *
 *     sum over samples of -log p[label]  +  l2 / 2 |w|^2,   p = softmax(b + w x)
 *
 * (scikit-learn's LogisticRegression with C = 1 / l2 and multi_class="multinomial"), by Newton's method
 * whose equations are solved as far as is worth it by conjugate gradients (Nocedal & Wright, Numerical
 * Optimization, algorithm 7.1), with a diagonal preconditioner. Features are less their means meanwhile,
 * which the bias takes up. A class without samples takes no part; its bias is -inf at the end. */
#include "method.h"

#include "base/memory.h"
#include "cli/message.h"
#include "linear.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct logistic_settings {
    linear_settings linear;
    double tolerance;
    uint64_t iterations;
};

static const spk_option options[] = {
    WINDOWS_OPTION,
    SCALE_OPTION,
    {.name = "l2",
     .kind = SPK_REAL,
     .offset = offsetof(linear_settings, l2),
     .metavar = "X",
     .preset = "1",
     .help = "add X / 2 times the sum of the squared weights to the summed loss",
     .min = 0,
     .max = 1e12},
    {.name = "tolerance",
     .kind = SPK_REAL,
     .offset = offsetof(struct logistic_settings, tolerance),
     .metavar = "X",
     .preset = "1e-8",
     .help = "stop where the gradient's largest element over the number of samples is at most X",
     .min = 0,
     .max = 1,
     .flags = SPK_POSITIVE},
    {.name = "iterations",
     .kind = SPK_COUNT,
     .offset = offsetof(struct logistic_settings, iterations),
     .metavar = "N",
     .preset = "100",
     .help = "fail when N Newton steps do not lead there",
     .min = 1,
     .max = 1e9},
    {0}};

enum { ROWS = 128, MOST_INNER = 1000, MOST_HALVINGS = 40 };

typedef struct newton {
    const examples *seen;
    double l2;
    size_t stride, parameters;
    double *mean, *diagonal;              /* [features], [features + 1]: the preconditioner */
    double *absent;                       /* [stride]: -inf for a class without samples, else 0 */
    double *w, *gradient, *step;          /* [parameters] */
    double *residual, *direction, *image; /* [parameters], of the conjugate gradients */
    double *score, *change, *p;           /* [samples][stride]: x w, x step, probabilities */
    double *x, *rows;                     /* [ROWS][features], [ROWS][stride] */
    double loss;
} newton;

static int open(newton *s, spk_error *err)
{
    const examples *e = s->seen;
    s->stride = e->readout->stride;
    s->parameters = (e->features + 1) * s->stride;
    const struct {
        double **array;
        size_t n;
    } list[] = {
        {&s->mean, e->features},       {&s->diagonal, e->features + 1}, {&s->absent, s->stride},
        {&s->w, s->parameters},        {&s->gradient, s->parameters},   {&s->step, s->parameters},
        {&s->residual, s->parameters}, {&s->direction, s->parameters},  {&s->image, s->parameters},
        {&s->score, e->n * s->stride}, {&s->change, e->n * s->stride},  {&s->p, e->n * s->stride},
        {&s->x, ROWS * e->features},   {&s->rows, ROWS * s->stride}};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (!(*list[i].array = spk_alloc(list[i].n, sizeof(double), "the samples", err))) return -1;
    return 0;
}

static void close(newton *s)
{
    double *const list[] = {s->mean,   s->diagonal, s->absent,    s->w,     s->gradient,
                            s->step,   s->residual, s->direction, s->image, s->score,
                            s->change, s->p,        s->x,         s->rows};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        free(list[i]);
}

static double dot(size_t n, const double *a, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* What classes occur, and the curvature of each feature for equal probabilities. */
static int prepare(newton *s, spk_error *err)
{
    const examples *e = s->seen;
    uint64_t *samples = spk_alloc(e->classes, sizeof *samples, "the classes", err);
    if (!samples || examples_centre(e, s->mean, s->diagonal, err)) {
        free(samples);
        return -1;
    }
    examples_by_class(e, samples);
    double present = 0;
    for (uint32_t c = 0; c < e->classes; c++) {
        present += samples[c] > 0;
        s->absent[c] = samples[c] ? 0 : -INFINITY;
    }
    free(samples);
    const double curvature = (double)e->n * (present - 1) / (present * present);
    s->diagonal[e->features] = 1; /* the bias is a feature that is always 1 */
    for (size_t f = 0; f <= e->features; f++) {
        s->diagonal[f] = s->diagonal[f] * curvature + (f < e->features ? s->l2 : 0);
        if (!(s->diagonal[f] > 0)) s->diagonal[f] = 1;
    }
    return 0;
}

/* to[samples][stride] = what the parameters `from` give each sample. */
static void scores_of(newton *s, const double *from, double *to)
{
    const examples *e = s->seen;
    for (size_t first = 0; first < e->n; first += ROWS) {
        const size_t n = e->n - first < ROWS ? e->n - first : ROWS;
        examples_rows(e, NULL, first, n, s->mean, s->x);
        linear_scores(e, s->x, n, from, to + first * s->stride);
    }
}

/* The loss at w + alpha step; its probabilities into p. */
static double loss_at(newton *s, double alpha)
{
    const examples *e = s->seen;
    double loss = 0, squares = 0;
    for (size_t i = 0; i < e->n; i++) {
        double *p = s->p + i * s->stride;
        for (size_t c = 0; c < e->classes; c++) {
            const size_t at = i * s->stride + c;
            p[c] = s->score[at] + alpha * s->change[at] + s->absent[c];
        }
        loss += cross_entropy(e->classes, e->label[i], 0, p);
    }
    for (size_t i = 0; i < e->features * s->stride; i++) {
        const double w = s->w[i] + alpha * s->step[i];
        squares += w * w;
    }
    return loss + s->l2 / 2 * squares;
}

static void penalise(const newton *s, const double *parameter, double *gradient)
{
    const size_t weights = s->seen->features * s->stride;
    for (size_t i = 0; i < weights; i++)
        gradient[i] = s->l2 * parameter[i];
    memset(gradient + weights, 0, s->stride * sizeof *gradient);
}

static void find_gradient(newton *s)
{
    const examples *e = s->seen;
    penalise(s, s->w, s->gradient);
    for (size_t first = 0; first < e->n; first += ROWS) {
        const size_t n = e->n - first < ROWS ? e->n - first : ROWS;
        memcpy(s->rows, s->p + first * s->stride, n * s->stride * sizeof *s->rows);
        for (size_t i = 0; i < n; i++)
            take_targets(e->classes, e->label[first + i], 0, s->rows + i * s->stride);
        examples_rows(e, NULL, first, n, s->mean, s->x);
        linear_gradient(e, s->x, n, s->rows, s->gradient);
    }
}

/* image = the second derivative times direction: x^T (p (v - p . v)) + l2 direction, v = x direction. */
static void apply_curvature(newton *s)
{
    const examples *e = s->seen;
    penalise(s, s->direction, s->image);
    for (size_t first = 0; first < e->n; first += ROWS) {
        const size_t n = e->n - first < ROWS ? e->n - first : ROWS;
        examples_rows(e, NULL, first, n, s->mean, s->x);
        linear_scores(e, s->x, n, s->direction, s->rows);
        for (size_t i = 0; i < n; i++) {
            double *v = s->rows + i * s->stride;
            const double *p = s->p + (first + i) * s->stride;
            const double mean = dot(e->classes, p, v);
            for (uint32_t c = 0; c < e->classes; c++)
                v[c] = p[c] * (v[c] - mean);
        }
        linear_gradient(e, s->x, n, s->rows, s->image);
    }
}

/* residual . (residual / diagonal) */
static double residual_norm(const newton *s)
{
    double sum = 0;
    for (size_t f = 0; f <= s->seen->features; f++)
        for (size_t c = 0; c < s->stride; c++) {
            const double r = s->residual[f * s->stride + c];
            sum += r * r / s->diagonal[f];
        }
    return sum;
}

/* direction = residual / diagonal + beta direction */
static void turn(newton *s, double beta)
{
    for (size_t f = 0; f <= s->seen->features; f++)
        for (size_t c = 0; c < s->stride; c++) {
            const size_t i = f * s->stride + c;
            s->direction[i] = s->residual[i] / s->diagonal[f] + beta * s->direction[i];
        }
}

/* step = about minus gradient over curvature, to `share` of the gradient's norm. */
static void find_step(newton *s, double share)
{
    memset(s->step, 0, s->parameters * sizeof *s->step);
    for (size_t i = 0; i < s->parameters; i++)
        s->residual[i] = -s->gradient[i];
    turn(s, 0);
    double norm = residual_norm(s);
    const double enough = norm * share * share;
    for (int k = 0; k < MOST_INNER && norm > enough; k++) {
        apply_curvature(s);
        const double curvature = dot(s->parameters, s->direction, s->image);
        if (!(curvature > 0)) break;
        const double alpha = norm / curvature;
        for (size_t i = 0; i < s->parameters; i++) {
            s->step[i] += alpha * s->direction[i];
            s->residual[i] -= alpha * s->image[i];
        }
        const double before = norm;
        norm = residual_norm(s);
        turn(s, norm / before);
    }
}

/* Along the step, halved until the loss falls as it should (Armijo). False: it does not any more, as
 * far as doubles can tell. */
static bool walk(newton *s)
{
    const double slope = dot(s->parameters, s->gradient, s->step);
    const double rounding = 4 * DBL_EPSILON * fabs(s->loss);
    double alpha = 1;
    for (int k = 0; k < MOST_HALVINGS; k++, alpha /= 2) {
        const double loss = loss_at(s, alpha);
        if (!(loss <= s->loss + 1e-4 * alpha * slope + rounding)) continue;
        for (size_t i = 0; i < s->parameters; i++)
            s->w[i] += alpha * s->step[i];
        for (size_t i = 0; i < s->seen->n * s->stride; i++)
            s->score[i] += alpha * s->change[i];
        s->loss = loss;
        return true;
    }
    return false;
}

/* The largest element of the gradient, over the number of samples. */
static double steepness(const newton *s)
{
    double most = 0;
    for (size_t i = 0; i < s->parameters; i++)
        most = fmax(most, fabs(s->gradient[i]));
    return most / (double)s->seen->n;
}

static int minimise(newton *s, const spk_cli *cli, spk_error *err)
{
    const struct logistic_settings *set = cli->method_settings;
    spk_progress *progress = spk_progress_start(cli, "steps", 0);
    double steep = 0;
    uint64_t k = 0;
    bool moves = true;
    s->loss = loss_at(s, 0);
    for (;; k++) {
        find_gradient(s);
        steep = steepness(s);
        spk_note(cli, 2, "step %" PRIu64 ": loss %.10g, gradient %.3g", k, s->loss, steep);
        if (!(steep > set->tolerance) || k == set->iterations || !moves) break;
        /* Newton's pace near the end, and no further than is asked for. */
        find_step(s, fmax(fmin(0.1, sqrt(steep)), 0.1 * set->tolerance / steep));
        scores_of(s, s->step, s->change);
        moves = walk(s);
        spk_progress_update(progress, k + 1, NULL);
    }
    spk_progress_end(progress, k);
    if (!(steep <= set->tolerance))
        return spk_fail(err, SPK_NUMERIC,
                        "not converged after %" PRIu64 " steps: the gradient is %.3g, over the "
                        "--tolerance of %g; give a larger --l2, or more --iterations",
                        k, steep, set->tolerance);
    spk_note(cli, 1, "converged after %" PRIu64 " steps: mean loss %.6g, gradient %.3g", k,
             s->loss / (double)s->seen->n, steep);
    return 0;
}

static int learn(const spk_cli *cli, const examples *seen, spk_readout *readout, spk_error *err)
{
    const linear_settings *set = cli->method_settings;
    newton s = {.seen = seen, .l2 = set->l2};
    int status = open(&s, err);
    if (status == 0) status = prepare(&s, err);
    if (status == 0) status = minimise(&s, cli, err);
    if (status == 0) {
        linear_finish(s.w, s.mean, readout);
        for (size_t c = 0; c < seen->classes; c++)
            readout->bias[c] += s.absent[c];
    }
    close(&s);
    return status;
}

const training_method logistic_method = {
    .base = {.name = "logistic",
             .help = "multinomial logistic regression, to its minimum",
             .options = options,
             .settings_size = sizeof(struct logistic_settings)},
    .learn = learn,
};
