/* bench_readout.c: seconds that the linear readouts take to learn 10 classes from spike counts.
 *
 * Usage: bench_readout [FEATURES]   (features of the last, large ridge regression; 0: leave it out)
 *
 * Counts are Poisson, with rates of their own for each class and feature. */
#include "bench.h"

#include "base/memory.h"
#include "cli/option.h"
#include "method.h"
#include "random/random.h"

#include <string.h>

enum { CLASSES = 10 };

/* A count of mean up to 8 without much work: bits of a random word. */
static void draw_counts(examples *e)
{
    spk_key key = spk_random_key(1, "bench/readout");
    for (size_t i = 0; i < e->n; i++) {
        e->label[i] = (uint32_t)(i % CLASSES);
        for (size_t f = 0; f < e->features; f++) {
            uint32_t mask[4], word[4];
            spk_philox(key, (uint32_t[]){(uint32_t)f, e->label[i], 0, 0}, mask);
            spk_philox(key, (uint32_t[]){(uint32_t)f, (uint32_t)i, 1, 0}, word);
            e->count[i * e->features + f] =
                (uint16_t)__builtin_popcount(word[0] & mask[0] & 0xffff);
        }
    }
}

static int make(examples *e, size_t n, size_t features, spk_error *err)
{
    *e = (examples){.n = n,
                    .units = (uint32_t)features,
                    .windows = 1,
                    .classes = CLASSES,
                    .features = features,
                    .threads = 1};
    e->count = spk_alloc(n * features, sizeof *e->count, "the counts", err);
    e->label = spk_alloc(n, sizeof *e->label, "the labels", err);
    if (!e->count || !e->label) return -1;
    draw_counts(e);
    return 0;
}

/* A number among the method's options by name, where its settings keep it. */
static void set_option(const spk_method *method, void *settings, const char *name, double value)
{
    for (const spk_option *o = method->options; o && o->name; o++) {
        char *at = (char *)settings + o->offset;
        if (strcmp(o->name, name) != 0) continue;
        if (o->kind == SPK_COUNT) *(uint64_t *)(void *)at = (uint64_t)value;
        if (o->kind == SPK_REAL) *(double *)(void *)at = value;
    }
}

static int bench(const training_method *method, const char *name, size_t n, size_t features,
                 double goal, spk_error *err)
{
    double settings[64] = {0};
    const spk_common common = {.max_memory = UINT64_MAX, .progress = SPK_PROGRESS_NONE};
    const spk_cli cli = {.common = &common, .method = &method->base, .method_settings = settings};
    set_option(&method->base, settings, "epochs", 1);
    set_option(&method->base, settings, "batch", 100);
    set_option(&method->base, settings, "epsilon", 1e-8);
    set_option(&method->base, settings, "l2", 1);
    set_option(&method->base, settings, "tolerance", 1e-8);
    set_option(&method->base, settings, "iterations", 100);
    examples seen;
    spk_readout readout = {0};
    int status = make(&seen, n, features, err);
    if (status == 0)
        status = spk_readout_init_linear(&readout, method->base.name, "exc", seen.units, CLASSES, 1,
                                         SPK_SCALE_NONE, err);
    seen.readout = &readout;
    const double begin = bench_now();
    if (status == 0) status = method->learn(&cli, &seen, &readout, err);
    if (status == 0) bench_at_most(name, bench_now() - begin, "s", goal);
    spk_readout_free(&readout);
    examples_free(&seen);
    return status;
}

int main(int argc, char **argv)
{
    const size_t large = argc > 1 ? strtoul(argv[1], NULL, 10) : 8000;
    spk_error err;
    int status =
        bench(&softmax_method, "softmax, 10,000 samples x 1,000, an epoch", 10000, 1000, 0.3, &err);
    if (status == 0)
        status =
            bench(&logistic_method, "logistic, 2,000 samples x 500, to 1e-8", 2000, 500, 2, &err);
    if (status == 0)
        status = bench(&ridge_method, "ridge, 10,000 samples x 1,000", 10000, 1000, 1, &err);
    if (status == 0 && large)
        status =
            bench(&ridge_method, "ridge, 10,000 samples, many features", 10000, large, 60, &err);
    if (status == 0) return 0;
    fprintf(stderr, "bench_readout: %s\n", err.text);
    return (int)err.code;
}
