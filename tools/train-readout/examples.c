/* examples.c: see examples.h. */
#include "examples.h"

#include "base/memory.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_AT_ONCE = 64 };

int examples_add(examples *e, const spk_sample *sample, spk_error *err)
{
    const uint64_t bytes = (e->n + 1) * e->features * sizeof *e->count;
    if (bytes > e->memory)
        return spk_fail(err, SPK_LIMIT,
                        "%zu samples x %zu features need %" PRIu64 " bytes: over --max-memory",
                        e->n + 1, e->features, bytes);
    if (e->n == UINT32_MAX)
        return spk_fail(err, SPK_LIMIT, "more than %" PRIu32 " labelled samples", UINT32_MAX);
    if (spk_grow(&e->count, &e->count_room, (e->n + 1) * e->features, sizeof *e->count,
                 "the spike counts", err) ||
        spk_grow(&e->label, &e->label_room, e->n + 1, sizeof *e->label, "the labels", err) ||
        spk_grow(&e->number, &e->number_room, e->n + 1, sizeof *e->number, "the samples", err))
        return -1;
    memset(e->count + e->n * e->features, 0, e->features * sizeof *e->count);
    e->label[e->n] = (uint32_t)sample->label;
    e->number[e->n++] = sample->number;
    return 0;
}

int examples_count(examples *e, const spk_spikes *spikes, const char *name, spk_error *err)
{
    const spk_sample *sample = spikes->sample;
    size_t i = e->n;
    while (i > 0 && e->number[i - 1] > sample->number)
        i--;
    if (i == 0 || e->number[i - 1] != sample->number) return 0; /* it has no label */
    uint16_t *count = e->count + (i - 1) * e->features;
    for (size_t s = 0; s < spikes->n; s++) {
        const uint32_t window =
            spk_window_of(spikes->tick[s] - sample->begin, sample->duration, e->windows);
        uint16_t *at = count + (size_t)spikes->unit[s] * e->windows + window;
        if (*at == UINT16_MAX)
            return spk_fail(err, SPK_LIMIT,
                            "%s: sample %" PRIu64 ": unit %" PRIu32
                            " has more than %d spikes in one window",
                            name, sample->number, spikes->unit[s], UINT16_MAX);
        ++*at;
    }
    return 0;
}

int examples_hold_out(examples *e, uint64_t held, spk_error *err)
{
    if (held >= e->n)
        return spk_fail(err, SPK_DATA, "--hold-out %" PRIu64 ": there are %zu labelled samples",
                        held, e->n);
    e->n -= (size_t)held;
    e->held = (size_t)held;
    return 0;
}

void examples_free(examples *e)
{
    free(e->count);
    free(e->label);
    free(e->number);
    e->count = NULL;
    e->label = NULL;
    e->number = NULL;
}

/* In two passes, each in the order of the samples. */
void examples_moments(const examples *e, double *mean, double *deviation)
{
    memset(mean, 0, e->features * sizeof *mean);
    memset(deviation, 0, e->features * sizeof *deviation);
    for (size_t i = 0; i < e->n; i++)
        for (size_t f = 0; f < e->features; f++)
            mean[f] += e->count[i * e->features + f];
    for (size_t f = 0; f < e->features; f++)
        mean[f] /= (double)e->n;
    for (size_t i = 0; i < e->n; i++)
        for (size_t f = 0; f < e->features; f++) {
            const double x = e->count[i * e->features + f] - mean[f];
            deviation[f] += x * x;
        }
    for (size_t f = 0; f < e->features; f++)
        deviation[f] = sqrt(deviation[f] / (double)e->n);
}

static void make_row(const examples *e, size_t sample, const double *centre, double *x)
{
    const uint16_t *count = e->count + sample * e->features;
    for (size_t f = 0; f < e->features; f++)
        x[f] = count[f];
    spk_scale_features(e->readout->scale, e->features, e->readout->mean, e->readout->deviation, x);
    for (size_t f = 0; centre && f < e->features; f++)
        x[f] -= centre[f];
}

void examples_rows(const examples *e, const uint32_t *which, size_t first, size_t n,
                   const double *centre, double *x)
{
#pragma omp parallel for num_threads(e->threads) schedule(static) if (e->threads > 1)
    for (size_t i = 0; i < n; i++)
        make_row(e, which ? which[first + i] : first + i, centre, x + i * e->features);
}

/* to[f] += x[f], or its square, of all samples in their order; then their mean. */
static void sum_rows(const examples *e, const double *centre, double *x, double *to)
{
    memset(to, 0, e->features * sizeof *to);
    for (size_t first = 0; first < e->n; first += ROWS_AT_ONCE) {
        const size_t n = e->n - first < ROWS_AT_ONCE ? e->n - first : ROWS_AT_ONCE;
        examples_rows(e, NULL, first, n, centre, x);
        for (size_t i = 0; i < n; i++)
            for (size_t f = 0; f < e->features; f++)
                to[f] += centre ? x[i * e->features + f] * x[i * e->features + f]
                                : x[i * e->features + f];
    }
    for (size_t f = 0; f < e->features; f++)
        to[f] /= (double)e->n;
}

int examples_centre(const examples *e, double *mean, double *variance, spk_error *err)
{
    double *x = spk_alloc(ROWS_AT_ONCE * e->features, sizeof *x, "the features", err);
    if (!x) return -1;
    sum_rows(e, NULL, x, mean);
    if (variance) sum_rows(e, mean, x, variance);
    free(x);
    return 0;
}

void examples_by_class(const examples *e, uint64_t *samples)
{
    memset(samples, 0, e->classes * sizeof *samples);
    for (size_t i = 0; i < e->n; i++)
        samples[e->label[i]]++;
}
