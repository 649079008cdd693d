/* training.h: the networks of share/experiments and images to train them with, for benchmarks.
 *
 * Images are drawn here with MNIST's statistics (19 % of the pixels are on, mean 33 of 255), so that the
 * figures need no data set. */
#ifndef SPK_TEST_TRAINING_H
#define SPK_TEST_TRAINING_H

#include "bench.h"

#include "engine/engine.h"

enum { SIDE = 28, PIXELS = SIDE * SIDE, STROKES = 4 };

#define BINDSNET   "share/experiments/bindsnet-diehl-cook/network.json"
#define DIEHL_COOK "share/experiments/diehl-cook-2015/network.json"

typedef struct setting {
    const char *name, *network;
    double present_ms, full_rate_hz, goal; /* images/s of one thread; 0: none */
    const char *set[4];
    size_t sets;
} setting;

static double uniform(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(*state >> 11) * 0x1p-53;
}

/* A figure of a few strokes of one of ten classes, slightly moved. */
static void draw_image(uint64_t number, double full_rate_hz, float *rate)
{
    uint64_t shape = number % 10 * 7919 + 17, move = number * 104729 + 3;
    double x[STROKES + 1], y[STROKES + 1];
    for (int k = 0; k <= STROKES; k++) {
        x[k] = 6 + 16 * uniform(&shape) + 2 * uniform(&move);
        y[k] = 4 + 20 * uniform(&shape) + 2 * uniform(&move);
    }
    for (int i = 0; i < PIXELS; i++) {
        double least = 1e9;
        for (int k = 0; k < STROKES; k++) {
            double dx = x[k + 1] - x[k], dy = y[k + 1] - y[k];
            double px = i % SIDE - x[k], py = i / SIDE - y[k];
            double along = (px * dx + py * dy) / (dx * dx + dy * dy + 1e-9);
            along = along < 0 ? 0 : along > 1 ? 1 : along;
            double d = hypot(px - along * dx, py - along * dy);
            if (d < least) least = d;
        }
        double ink = least < 0.9 ? 1 : least < 1.9 ? 1.9 - least : 0;
        rate[i] = (float)(ink * full_rate_hz);
    }
}

/* All images, one behind the other; *ink is their mean intensity. */
static float *draw_images(uint64_t images, double full_rate_hz, double *ink)
{
    float *rate = calloc(images * PIXELS, sizeof *rate);
    double sum = 0;
    if (!rate) return NULL;
    for (uint64_t i = 0; i < images; i++)
        draw_image(i, full_rate_hz, rate + i * PIXELS);
    for (uint64_t i = 0; i < images * PIXELS; i++)
        sum += (double)rate[i];
    *ink = sum / full_rate_hz / (double)(images * PIXELS);
    return rate;
}

typedef struct tally {
    double presentations, spikes;
} tally;

static int train(spk_engine *e, const spk_network *net, const setting *s, uint64_t number,
                 const float *rate, tally *t, spk_error *err)
{
    bool again = true;
    size_t n;
    const uint64_t *step;
    const uint32_t *unit;
    while (again) {
        if (spk_engine_begin(e, number, err) || spk_engine_rates(e, rate, err) ||
            spk_engine_run(e, (uint64_t)(s->present_ms / net->dt_ms), 0, NULL, NULL, err) ||
            spk_engine_end(e, &again, err))
            return -1;
        t->presentations++;
    }
    spk_engine_spikes(e, (size_t)spk_network_population(net, "exc"), &n, &step, &unit);
    t->spikes += (double)n;
    return 0;
}

#endif
