/* bench_stdp.c: training images per second of the two networks of share/experiments, on one core.
 *
 * Usage: bench_stdp [IMAGES [THREADS [SETTING]]]   (run from the top directory; pin it: taskset -c 1)
 *
 * CPU seconds with one thread; wall seconds, and no goals, with several. BindsNET 0.3.3 trains 2.1 images
 * per CPU second on the network of bindsnet-diehl-cook (N = 400, 250 ms); the goal is 500 times that. */
#include "training.h"

#include "network/estimate.h"

#define BINDSNET_IMAGES_PER_SECOND 2.1

static const setting settings[] = {
    {"BindsNET's network, 250 ms, dt 1 ms",
     BINDSNET,
     250,
     128,
     500 * BINDSNET_IMAGES_PER_SECOND,
     {NULL},
     0},
    {"Diehl & Cook, 350 + 150 ms, dt 0.5 ms, delays 0-10 ms",
     DIEHL_COOK,
     350,
     63.75,
     250,
     {NULL},
     0},
    {"the same without delays",
     DIEHL_COOK,
     350,
     63.75,
     500,
     {"projections.input->exc.delay_ms=0"},
     1},
    {"the same with delays, N = 1600",
     DIEHL_COOK,
     350,
     63.75,
     0,
     {"populations.exc.size=1600", "populations.inh.size=1600"},
     2},
};

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
            begin = bench_seconds(clock);
            t = (tally){0};
        }
        status = train(e, net, s, i, rate + i * PIXELS, &t, err);
    }
    double n = (double)images, speed = n / (bench_seconds(clock) - begin);
    free(rate);
    if (status) return -1;
    bench_line(s->name, speed, "images/s", clock == CLOCK_MONOTONIC ? 0 : s->goal);
    double steps =
        t.presentations / n * (s->present_ms / net->dt_ms + (double)net->on_sample.rest_steps);
    printf("  --estimate says %.0f images/s\n", 1e9 / (steps * spk_estimate_network(net).step_ns));
    printf("  %d threads; an image: %.2f presentations, %.1f spikes, ink %.3f\n",
           spk_engine_threads(e), t.presentations / n, t.spikes / n, ink);
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
