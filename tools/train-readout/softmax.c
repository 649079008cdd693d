/* softmax.c: a linear readout whose cross entropy is brought down batch by batch: softmax regression,
 * as the readouts of liquid state machines are trained (NALSM: Ivanov & Michmizos 2021: Adadelta, soft
 * labels).
 *
 * Of a batch of n samples the loss is 1/n sum of -sum t log p, plus l2 / 2 |w|^2, without the bias. With
 * --hold-out the weights are those of the epoch that is right most often on the samples held out. */
#include "method.h"

#include "base/memory.h"
#include "cli/message.h"
#include "linear.h"
#include "random/random.h"
#include "readout/optimizer.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct softmax_settings {
    linear_settings linear;
    uint64_t epochs, batch, seed;
    int optimizer, order;
    double learning_rate, epsilon, soft_labels, dropout;
};

enum { ORDER_FILE, ORDER_SHUFFLED };

/* A batch goes through memory in parts of so many samples, which cannot change a sum. */
enum { PART = 128 };

static const spk_option options[] = {
    WINDOWS_OPTION,
    SCALE_OPTION,
    {.name = "epochs",
     .kind = SPK_COUNT,
     .offset = offsetof(struct softmax_settings, epochs),
     .metavar = "N",
     .preset = "30",
     .help = "go N times through the samples",
     .min = 1,
     .max = 1e9},
    {.name = "batch",
     .kind = SPK_COUNT,
     .offset = offsetof(struct softmax_settings, batch),
     .metavar = "N",
     .preset = "100",
     .help = "samples in a batch, for one step",
     .min = 1,
     .max = 1 << 20},
    {.name = "optimizer",
     .kind = SPK_CHOICE,
     .offset = offsetof(struct softmax_settings, optimizer),
     .preset = "adam",
     .choices = "adam|adadelta",
     .help = "how the gradient becomes a step"},
    {.name = "learning-rate",
     .kind = SPK_REAL,
     .offset = offsetof(struct softmax_settings, learning_rate),
     .metavar = "X",
     .help = "factor of each step; 0.001 with adam, 1 with adadelta if not given",
     .min = 0,
     .max = 1e300,
     .flags = SPK_POSITIVE},
    {.name = "epsilon",
     .kind = SPK_REAL,
     .offset = offsetof(struct softmax_settings, epsilon),
     .metavar = "X",
     .preset = "1e-8",
     .help = "the optimizer's epsilon; Zeiler's adadelta has 1e-6",
     .min = 0,
     .max = 1,
     .flags = SPK_POSITIVE},
    {.name = "l2",
     .kind = SPK_REAL,
     .offset = offsetof(linear_settings, l2),
     .metavar = "X",
     .preset = "0",
     .help = "add X / 2 times the sum of the squared weights to the mean loss",
     .min = 0,
     .max = 1e12},
    {.name = "soft-labels",
     .kind = SPK_REAL,
     .offset = offsetof(struct softmax_settings, soft_labels),
     .metavar = "X",
     .preset = "0",
     .help = "share X of each target equally among all classes",
     .min = 0,
     .max = 1},
    {.name = "dropout",
     .kind = SPK_REAL,
     .offset = offsetof(struct softmax_settings, dropout),
     .metavar = "P",
     .preset = "0",
     .help = "leave each feature out with probability P while training",
     .min = 0,
     .max = 0.999},
    {.name = "order",
     .kind = SPK_CHOICE,
     .offset = offsetof(struct softmax_settings, order),
     .preset = "shuffled",
     .choices = "file|shuffled",
     .help = "order of the samples; shuffled is another one in each epoch"},
    {.name = "hold-out",
     .kind = SPK_COUNT,
     .offset = offsetof(linear_settings, hold_out),
     .metavar = "N",
     .preset = "0",
     .help =
         "do not learn from the last N samples, and keep the weights of the epoch that is right "
         "most often on them"},
    {.name = "seed",
     .letter = 's',
     .kind = SPK_COUNT,
     .offset = offsetof(struct softmax_settings, seed),
     .metavar = "N",
     .preset = "1",
     .help = "seed of the random numbers"},
    {0}};

typedef struct trainer {
    const examples *seen;
    const struct softmax_settings *set;
    spk_optimizer optimizer;
    size_t stride, parameters, batch;
    spk_key shuffle, dropout;
    uint32_t *order;              /* [samples] */
    uint32_t *word;               /* [features, to a multiple of 4] random, for dropout */
    double *parameter, *gradient; /* [features + 1][stride] */
    double *x;                    /* [PART][features] */
    double *score;                /* [PART][stride] */
    double loss;                  /* of the epoch, summed */
    uint64_t right;               /* of the epoch */
    double *best;                 /* [features + 1][stride], with --hold-out; else NULL */
    uint64_t best_right;          /* of the samples held out, in epoch best_epoch, from 1 */
    uint64_t best_epoch;
} trainer;

static int open(trainer *t, spk_error *err)
{
    const examples *e = t->seen;
    const struct softmax_settings *set = t->set;
    t->stride = e->readout->stride;
    t->parameters = (e->features + 1) * t->stride;
    t->batch = set->batch < e->n ? (size_t)set->batch : e->n;
    t->shuffle = spk_random_key(set->seed, "readout/shuffle");
    t->dropout = spk_random_key(set->seed, "readout/dropout");
    t->order = spk_alloc(e->n, sizeof *t->order, "the order", err);
    t->word = spk_alloc((e->features + 3) / 4 * 4, sizeof *t->word, "the features", err);
    t->parameter = spk_alloc(t->parameters, sizeof *t->parameter, "the weights", err);
    t->gradient = spk_alloc(t->parameters, sizeof *t->gradient, "the gradient", err);
    t->x = spk_alloc(PART * e->features, sizeof *t->x, "a batch", err);
    t->score = spk_alloc(PART * t->stride, sizeof *t->score, "a batch", err);
    if (e->held && !(t->best = spk_alloc(t->parameters, sizeof *t->best, "the weights", err)))
        return -1;
    if (!t->order || !t->word || !t->parameter || !t->gradient || !t->x || !t->score) return -1;
    for (size_t i = 0; i < e->n; i++)
        t->order[i] = (uint32_t)i;
    const double rate = set->learning_rate > 0 ? set->learning_rate : set->optimizer ? 1 : 0.001;
    return spk_optimizer_init(&t->optimizer, (spk_optimizer_kind)set->optimizer, t->parameters,
                              rate, set->epsilon, err);
}

static void close(trainer *t)
{
    spk_optimizer_free(&t->optimizer);
    free(t->order);
    free(t->word);
    free(t->parameter);
    free(t->gradient);
    free(t->x);
    free(t->score);
    free(t->best);
}

/* A permutation of its own for each epoch (Fisher & Yates): draw i places element i, from the last. */
static void shuffle(trainer *t, uint64_t epoch)
{
    for (size_t i = 0; i < t->seen->n; i++)
        t->order[i] = (uint32_t)i;
    for (size_t i = t->seen->n - 1; i > 0; i--) {
        const uint32_t counter[4] = {(uint32_t)i, (uint32_t)epoch, (uint32_t)(epoch >> 32), 0};
        uint32_t word[4];
        spk_philox(t->shuffle, counter, word);
        const size_t j = (size_t)((uint64_t)word[0] * (i + 1) >> 32);
        const uint32_t other = t->order[j];
        t->order[j] = t->order[i];
        t->order[i] = other;
    }
}

/* What is kept is scaled up, so that sums stay as they are in the mean. */
static void drop_out(trainer *t, uint64_t epoch, uint32_t sample, double *x)
{
    const size_t features = t->seen->features;
    const double p = t->set->dropout, kept = 1 / (1 - p);
    spk_philox_draws(t->dropout, sample, (uint32_t)epoch, (uint32_t)(epoch >> 32), 0,
                     (features + 3) / 4, t->word);
    for (size_t f = 0; f < features; f++)
        x[f] = spk_uniform32(t->word[f]) < p ? 0 : x[f] * kept;
}

/* The class with the highest score; the lowest of equal ones. */
static uint32_t answer(uint32_t classes, const double *score)
{
    uint32_t best = 0;
    for (uint32_t c = 1; c < classes; c++)
        if (score[c] > score[best]) best = c;
    return best;
}

/* The probabilities' distance from the targets, over the batch's size, in place of the scores. */
static void compare(trainer *t, const uint32_t *sample, size_t n, size_t batch)
{
    const uint32_t classes = t->seen->classes;
    for (size_t i = 0; i < n; i++) {
        double *score = t->score + i * t->stride;
        const uint32_t label = t->seen->label[sample[i]];
        t->right += answer(classes, score) == label;
        t->loss += cross_entropy(classes, label, t->set->soft_labels, score);
        take_targets(classes, label, t->set->soft_labels, score);
        for (uint32_t c = 0; c < classes; c++)
            score[c] /= (double)batch;
    }
}

/* Adds the samples from order[first] on to the gradient of their batch. */
static void add_part(trainer *t, uint64_t epoch, size_t first, size_t n, size_t batch)
{
    const examples *e = t->seen;
    examples_rows(e, t->order, first, n, NULL, t->x);
    for (size_t i = 0; t->set->dropout > 0 && i < n; i++)
        drop_out(t, epoch, t->order[first + i], t->x + i * e->features);
    linear_scores(e, t->x, n, t->parameter, t->score);
    compare(t, t->order + first, n, batch);
    linear_gradient(e, t->x, n, t->score, t->gradient);
}

static void train_batch(trainer *t, uint64_t epoch, size_t first, size_t n)
{
    const size_t weights = t->seen->features * t->stride;
    for (size_t i = 0; i < weights; i++)
        t->gradient[i] = t->set->linear.l2 * t->parameter[i];
    memset(t->gradient + weights, 0, t->stride * sizeof *t->gradient);
    for (size_t i = 0; i < n; i += PART)
        add_part(t, epoch, first + i, n - i < PART ? n - i : PART, n);
    spk_optimizer_step(&t->optimizer, t->gradient, t->parameter, t->seen->threads);
}

/* Of the samples held out, how many are right with the weights as they are. */
static uint64_t held_right(trainer *t)
{
    const examples *e = t->seen;
    uint64_t right = 0;
    for (size_t first = 0; first < e->held; first += PART) {
        const size_t n = e->held - first < PART ? e->held - first : PART;
        examples_rows(e, NULL, e->n + first, n, NULL, t->x);
        linear_scores(e, t->x, n, t->parameter, t->score);
        for (size_t i = 0; i < n; i++)
            right += answer(e->classes, t->score + i * t->stride) == e->label[e->n + first + i];
    }
    return right;
}

/* Keep the weights after this epoch if no earlier ones were as good. */
static void keep_best(trainer *t, const spk_cli *cli, uint64_t epoch)
{
    const uint64_t right = held_right(t);
    spk_note(cli, 2, "epoch %" PRIu64 ": %" PRIu64 " of %zu held out right", epoch, right,
             t->seen->held);
    if (t->best_epoch && right <= t->best_right) return;
    t->best_right = right;
    t->best_epoch = epoch;
    memcpy(t->best, t->parameter, t->parameters * sizeof *t->best);
}

static int train_epoch(trainer *t, const spk_cli *cli, uint64_t epoch, spk_error *err)
{
    const size_t all = t->seen->n;
    t->loss = 0;
    t->right = 0;
    if (t->set->order == ORDER_SHUFFLED) shuffle(t, epoch);
    for (size_t first = 0; first < all; first += t->batch)
        train_batch(t, epoch, first, all - first < t->batch ? all - first : t->batch);
    if (!isfinite(t->loss))
        return spk_fail(err, SPK_NUMERIC,
                        "epoch %" PRIu64 ": the weights grew beyond all numbers;"
                        " give a lower --learning-rate",
                        epoch + 1);
    spk_note(cli, epoch + 1 == t->set->epochs ? 1 : 2,
             "epoch %" PRIu64 ": mean loss %.6g, %" PRIu64 " of %zu right", epoch + 1,
             t->loss / (double)all, t->right, all);
    return 0;
}

static int learn(const spk_cli *cli, const examples *seen, spk_readout *readout, spk_error *err)
{
    trainer t = {.seen = seen, .set = cli->method_settings};
    int status = open(&t, err);
    spk_progress *progress = spk_progress_start(cli, "epochs", t.set->epochs);
    uint64_t epoch = 0;
    for (; status == 0 && epoch < t.set->epochs; epoch++) {
        status = train_epoch(&t, cli, epoch, err);
        if (status == 0 && t.best) keep_best(&t, cli, epoch + 1);
        spk_progress_update(progress, epoch + 1, NULL);
    }
    spk_progress_end(progress, epoch);
    if (status == 0) linear_finish(t.best ? t.best : t.parameter, NULL, readout);
    if (status == 0 && t.best)
        spk_note(cli, 1, "epoch %" PRIu64 " is best: %" PRIu64 " of %zu held out right",
                 t.best_epoch, t.best_right, seen->held);
    close(&t);
    return status;
}

const training_method softmax_method = {
    .base = {.name = "softmax",
             .help = "softmax regression by steps down the gradient of batches",
             .options = options,
             .settings_size = sizeof(struct softmax_settings)},
    .learn = learn,
};
