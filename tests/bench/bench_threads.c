/* bench_threads.c: two threads are never slower than one: training speed with two against one.
 *
 * Usage: bench_threads [IMAGES]   (run from the top directory, not pinned to a core)
 *
 * Wall time. Runs of one thread, two and one again alternate, and ratios are medians of those of
 * neighbours, so that what else the machine does meets all alike. By how much one thread's time differs
 * from its own is what such a ratio cannot tell, and is taken from the goal. The engine takes fewer threads than it may where they would not pay. */
#include "training.h"

enum { RUNS = 9 };

#define EXC_1600 "populations.exc.size=1600"
#define INH_1600 "populations.inh.size=1600"

static const setting settings[] = {
    {"Diehl & Cook, N = 400", DIEHL_COOK, 350, 63.75, 0, {NULL}, 0},
    {"Diehl & Cook, N = 1600", DIEHL_COOK, 350, 63.75, 0, {EXC_1600, INH_1600}, 2},
    {"BindsNET's network, N = 400", BINDSNET, 250, 128, 0, {NULL}, 0},
    {"BindsNET's network, N = 1600", BINDSNET, 250, 128, 0, {EXC_1600, INH_1600}, 2},
};

/* Seconds for the images behind the first few, which warm the engine up; < 0: failed. */
static double train_images(const setting *s, uint64_t images, const float *rate, int threads,
                           int *used, spk_error *err)
{
    spk_network *net = spk_network_load(s->network, s->sets, s->set, err);
    if (!net) return -1;
    spk_engine_options options = {.threads = threads, .learning = true};
    spk_engine *e = spk_engine_open(net, &options, err);
    const uint64_t warm = images / 4;
    int status = e ? 0 : -1;
    double begin = 0;
    tally t = {0};
    for (uint64_t i = 0; status == 0 && i < warm + images; i++) {
        if (i == warm) begin = bench_seconds(CLOCK_MONOTONIC);
        status = train(e, net, s, i, rate + i * PIXELS, &t, err);
    }
    double seconds = bench_seconds(CLOCK_MONOTONIC) - begin;
    if (e && used) *used = spk_engine_threads(e);
    spk_engine_close(e);
    spk_network_free(net);
    return status ? -1 : seconds;
}

static int bench(const setting *s, uint64_t images, spk_error *err)
{
    enum { ONE, TWO, AGAIN, KINDS };
    double ink, time[KINDS][RUNS], ratio[RUNS];
    int used = 0;
    float *rate = draw_images(images + images / 4, s->full_rate_hz, &ink);
    if (!rate) return spk_fail(err, SPK_LIMIT, "out of memory for %s", s->name);
    int status = 0;
    for (int i = 0; status == 0 && i < KINDS * RUNS; i++) {
        int kind = i % KINDS;
        time[kind][i / KINDS] =
            train_images(s, images, rate, kind == TWO ? 2 : 1, kind == TWO ? &used : NULL, err);
        if (time[kind][i / KINDS] < 0) status = -1;
    }
    free(rate);
    if (status) return -1;
    double noise = 0;
    for (int i = 0; i < RUNS; i++) {
        ratio[i] = (time[ONE][i] + time[AGAIN][i]) / 2 / time[TWO][i];
        noise += fabs(time[ONE][i] / time[AGAIN][i] - 1) / RUNS;
    }
    double one = bench_median(time[ONE], RUNS), two = bench_median(time[TWO], RUNS);
    char name[96];
    snprintf(name, sizeof name, "%s: two threads / one", s->name);
    bench_line(name, bench_median(ratio, RUNS), "", 1 - noise);
    printf("  one: %.0f images/s, two: %.0f, which used %d in the end; one differs from one by "
           "%.1f %%\n",
           (double)images / one, (double)images / two, used, 100 * noise);
    return 0;
}

int main(int argc, char **argv)
{
    uint64_t images = argc > 1 ? strtoull(argv[1], NULL, 10) : 200;
    spk_error err;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (bench(&settings[i], images, &err)) {
            fprintf(stderr, "bench_threads: %s\n", err.text);
            return (int)err.code;
        }
    return 0;
}
