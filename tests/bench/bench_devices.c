/* bench_devices.c: what devices cost: Poisson numbers by mean, and a population that they drive.
 *
 * Usage: bench_devices   (pin it: taskset -c 1) */
#include "bench.h"

#include "engine/engine.h"
#include "random/poisson.h"

#include <string.h>

enum { TARGETS = 12512, BLOCKS = 400, STEPS = 10000, ROUNDS = 3 };

/* Brunel's network has 12,500 neurons, and an external drive of two spikes a step: 125 million draws
 * for a second, to be made in 0.15 s. */
static const double brunel = 125e6 / 0.15;

static int numbers(double mean, double goal)
{
    static uint32_t pair[4 * TARGETS];
    spk_error err;
    spk_poisson law;
    char name[64];
    double rate[ROUNDS];
    if (spk_poisson_open(&law, mean, &err)) return -1;
    const spk_poisson_stream from = {spk_random_key(1, "bench"), spk_random_key(1, "bench/fine"), 0,
                                     0};
    const uint64_t blocks = mean > 32 ? BLOCKS / 20 : BLOCKS;
    uint64_t sum = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double begin = bench_now(), draws = 0;
        for (uint64_t b = 0; b < blocks && law.parts > 0; b++, draws += 8 * TARGETS)
            spk_poisson_block(&law, &from, b, 0, TARGETS, pair);
        for (uint64_t s = 0; s < blocks / 4 && law.parts == 0; s++, draws += TARGETS)
            for (uint32_t i = 0; i < TARGETS; i++)
                sum += spk_poisson_count(&law, &from, i, s);
        rate[round] = draws / (bench_now() - begin);
    }
    snprintf(name, sizeof name, "Poisson numbers of mean %g%s", mean, sum == 1 ? "!" : "");
    bench_line(name, bench_median(rate, ROUNDS) / 1e6, "M draws/s", goal / 1e6);
    spk_poisson_close(&law);
    return 0;
}

static const char network[] =
    "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.1, \"populations\": {\n"
    " \"drive\": {\"model\": \"%s\", \"params\": {%s}},\n"
    " \"n\": {\"size\": 12500, \"model\": \"iaf_psc_delta\", \"params\": {\"V_th_mV\": 1000}}},\n"
    " \"projections\": {%s}}\n";

/* Seconds for 1 s of the population with these devices. */
static double seconds(const char *model, const char *params, const char *projection)
{
    char text[1024];
    spk_error err;
    double time[ROUNDS];
    int length = snprintf(text, sizeof text, network, model, params, projection);
    spk_network *net = spk_network_parse(text, (size_t)length, "bench", 0, NULL, &err);
    const spk_engine_options options = {.threads = 1};
    spk_engine *e = net ? spk_engine_open(net, &options, &err) : NULL;
    for (uint64_t round = 0; e && round < ROUNDS; round++) {
        bool again;
        double begin = bench_now();
        if (spk_engine_begin(e, round, &err) || spk_engine_run(e, STEPS, 0, NULL, NULL, &err) ||
            spk_engine_end(e, &again, &err))
            break;
        time[round] = bench_now() - begin;
    }
    if (!e) fprintf(stderr, "%s\n", err.text);
    double median = e ? bench_median(time, ROUNDS) : NAN;
    spk_engine_close(e);
    spk_network_free(net);
    return median;
}

#define CONNECT "\"drive->n\": {\"connect\": {\"rule\": \"all_to_all\"}, \"delay_ms\": 1.5, "

int main(void)
{
    static const double means[] = {0.01, 2, 10, 25, 100, 1000, 2000};
    for (size_t i = 0; i < sizeof means / sizeof *means; i++)
        if (numbers(means[i], i == 1 ? brunel : 0)) return 1;
    const double alone = seconds("dc_generator", "\"amplitude_pA\": 1", "");
    bench_line("12,500 iaf_psc_delta for 1 s, alone", alone, "s", 0);
    const double poisson =
        seconds("poisson_generator", "\"rate_Hz\": 20000", CONNECT "\"weight_mV\": 0.01}");
    bench_at_most("  what a poisson_generator of 2 spikes a step adds", poisson - alone, "s", 0.15);
    const double drawn = seconds("poisson_generator", "\"rate_Hz\": 20000",
                                 CONNECT "\"weight_mV\": {\"uniform\": [0, 0.02]}}");
    bench_line("  with drawn weights", drawn - alone, "s", 0);
    bench_line("  a dc_generator",
               seconds("dc_generator", "\"amplitude_pA\": 1", CONNECT "\"weight\": 1}") - alone,
               "s", 0);
    bench_line("  a noise_generator, 1 ms",
               seconds("noise_generator", "\"std_pA\": 1", CONNECT "\"weight\": 1}") - alone, "s",
               0);
    return 0;
}
