/* bench_stdp.c: training images per second of the two networks of share/experiments, on one core.
 *
 * Usage: bench_stdp [IMAGES [THREADS [SETTING]]]   (run from the top directory; pin it: taskset -c 1)
 *
 * CPU seconds with one thread, wall seconds with several. Images are drawn here with MNIST's statistics (19 % of the pixels are on, mean 33 of 255), so that
 * the figures need no data set. BindsNET 0.3.3 trains 2.1 images per CPU second on the network of
 * bindsnet-diehl-cook (N = 400, 250 ms); `ratio` is against that. */
#include "engine/engine.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define BINDSNET_IMAGES_PER_SECOND 2.1

enum { SIDE = 28, PIXELS = SIDE * SIDE, STROKES = 4 };

typedef struct setting {
    const char *name, *network;
    double present_ms, full_rate_hz;
    const char *set[4];
    size_t sets;
} setting;

static const setting settings[] = {
    {"BindsNET's network, 250 ms, dt 1 ms",
     "share/experiments/bindsnet-diehl-cook/network.json",
     250,
     128,
     {NULL},
     0},
    {"Diehl & Cook, 350 + 150 ms, dt 0.5 ms, delays 0-10 ms",
     "share/experiments/diehl-cook-2015/network.json",
     350,
     63.75,
     {NULL},
     0},
    {"the same without delays",
     "share/experiments/diehl-cook-2015/network.json",
     350,
     63.75,
     {"projections.input->exc.delay_ms=0"},
     1},
    {"the same with delays, N = 1600",
     "share/experiments/diehl-cook-2015/network.json",
     350,
     63.75,
     {"populations.exc.size=1600", "populations.inh.size=1600"},
     2},
};

static double now(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

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

static int train_all(spk_engine *e, const spk_network *net, const setting *s, uint64_t images,
                     clockid_t clock, spk_error *err)
{
    uint64_t warm = images / 4;
    double ink, begin = 0;
    tally t = {0};
    float *rate = draw_images(images + warm, s->full_rate_hz, &ink);
    if (!rate) return spk_fail(err, SPK_LIMIT, "out of memory for %s", s->name);
    int status = 0;
    for (uint64_t i = 0; status == 0 && i < images + warm; i++) {
        if (i == warm) {
            begin = now(clock);
            t = (tally){0};
        }
        status = train(e, net, s, i, rate + i * PIXELS, &t, err);
    }
    double n = (double)images, speed = n / (now(clock) - begin);
    free(rate);
    if (status) return -1;
    printf("%-55s %6.0f images/s  ratio %5.0f  (%d threads; an image: %.2f presentations, "
           "%.1f spikes, ink %.3f)\n",
           s->name, speed, speed / BINDSNET_IMAGES_PER_SECOND, spk_engine_threads(e),
           t.presentations / n, t.spikes / n, ink);
    return 0;
}

static int bench(const setting *s, uint64_t images, int threads, spk_error *err)
{
    spk_network *net = spk_network_load(s->network, s->sets, s->set, err);
    if (!net) return -1;
    spk_engine_options options = {.threads = threads, .learning = true};
    spk_engine *e = spk_engine_open(net, &options, err);
    clockid_t clock = threads == 1 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC;
    int status = e ? train_all(e, net, s, images, clock, err) : -1;
    spk_engine_close(e);
    spk_network_free(net);
    return status;
}

int main(int argc, char **argv)
{
    uint64_t images = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000;
    int threads = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 1;
    size_t only = argc > 3 ? strtoul(argv[3], NULL, 10) : SIZE_MAX;
    spk_error err;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if ((only == SIZE_MAX || only == i) && bench(&settings[i], images, threads, &err)) {
            fprintf(stderr, "bench_stdp: %s\n", err.text);
            return (int)err.code;
        }
    return 0;
}
