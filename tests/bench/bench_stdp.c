/* bench_stdp.c: training images per second of the two networks of share/experiments, on one core.
 *
 * Usage: bench_stdp [IMAGES [THREADS [SETTING]]]   (run from the top directory; pin it: taskset -c 1)
 *
 * Images are drawn here with MNIST's statistics (19 % of the pixels are on, mean 33 of 255), so that
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

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
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

static int train(spk_engine *e, const setting *s, double dt_ms, uint64_t number, double *ink,
                 uint64_t *presentations, spk_error *err)
{
    float rate[PIXELS];
    bool again = true;
    draw_image(number, s->full_rate_hz, rate);
    for (int i = 0; i < PIXELS; i++)
        *ink += rate[i] / s->full_rate_hz / PIXELS;
    while (again) {
        if (spk_engine_begin(e, number, err) || spk_engine_rates(e, rate, err) ||
            spk_engine_run(e, (uint64_t)(s->present_ms / dt_ms), 0, NULL, NULL, err) ||
            spk_engine_end(e, &again, err))
            return -1;
        ++*presentations;
    }
    return 0;
}

static int bench(const setting *s, uint64_t images, int threads, spk_error *err)
{
    spk_network *net = spk_network_load(s->network, s->sets, s->set, err);
    if (!net) return -1;
    spk_engine_options options = {.threads = threads, .learning = true};
    spk_engine *e = spk_engine_open(net, &options, err);
    int status = e ? 0 : -1;
    uint64_t presentations = 0, warm = images / 4;
    double ink = 0, begin = 0, spikes = 0;
    for (uint64_t i = 0; status == 0 && i < images + warm; i++) {
        if (i == warm) {
            begin = now();
            presentations = 0;
        }
        status = train(e, s, net->dt_ms, i, &ink, &presentations, err);
        size_t n;
        const uint64_t *step;
        const uint32_t *unit;
        int exc = spk_network_population(net, "exc");
        if (status == 0) spk_engine_spikes(e, (size_t)exc, &n, &step, &unit);
        if (status == 0 && i >= warm) spikes += (double)n;
    }
    double speed = (double)images / (now() - begin);
    if (status == 0)
        printf("%-55s %8.0f images/s  ratio %6.0f  (%d threads, %.2f presentations, %.1f spikes "
               "an image, ink %.3f)\n",
               s->name, speed, speed / BINDSNET_IMAGES_PER_SECOND, spk_engine_threads(e),
               (double)presentations / (double)images, spikes / (double)images,
               ink / (double)(images + warm));
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
