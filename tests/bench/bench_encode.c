/* bench_encode.c: spikes per second of `spk-encode METHOD > /dev/null`, end to end on one core:
 * starting the program, reading the input, drawing, sorting, packing, compressing, checksums.
 *
 * Usage: bench_encode   (BUILD names the build directory, default build; pin it: taskset -c 1)
 *
 * Each time is the processor time of the whole child process, the median of several runs. The goal is
 * for poisson on the raster; memcpy of the same spikes as {u64, u32} pairs stands beside it, and so do
 * the exponential draws they are made of, for each instruction set. */
#include "bench.h"

#include "base/simd.h"
#include "random/random.h"
#include "random/random_table.h"
#include "stream/reader.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RUNS = 7, MOST_WORDS = 20, CHANNELS = 1000, DRAWS = 4096 };

typedef struct setting {
    const char *name;
    const char *input; /* "raster", or a file below SPK_DATA */
    const char *words[MOST_WORDS];
    double goal; /* million spikes/s; 0: none */
} setting;

/* 1000 channels at 20 Hz and 0.1 ms are the raster of bench_codec. */
static const setting settings[] = {
    {"poisson, 1000 ch, 20 Hz, 0.1 ms",
     "raster",
     {"poisson", "--max-rate=20Hz", "--tick=0.1ms", "--duration=20s", "--epochs=100"},
     80},
    {"bernoulli, the same",
     "raster",
     {"bernoulli", "--max-rate=20Hz", "--tick=0.1ms", "--duration=20s", "--epochs=100"},
     0},
    {"regular, the same",
     "raster",
     {"regular", "--max-rate=20Hz", "--tick=0.1ms", "--duration=20s", "--epochs=100"},
     0},
    {"poisson, MNIST, 63.75 Hz x 350 ms",
     "mnist/train-images-idx3-ubyte.gz",
     {"poisson", "--limit=15000"},
     0},
    {"poisson, MNIST, 250 Hz x 100 ms",
     "mnist/train-images-idx3-ubyte.gz",
     {"poisson", "--limit=15000", "--max-rate=250Hz", "--duration=100ms"},
     0},
};

static void give_up(const char *what)
{
    perror(what);
    exit(1);
}

/* Start spk-encode with its output to `out`. */
static pid_t start(const setting *s, const char *input, int out)
{
    const char *build = getenv("BUILD"), *argv[MOST_WORDS + 5];
    char program[4096];
    size_t n = 0;
    snprintf(program, sizeof program, "%s/bin/spk-encode", build ? build : "build");
    argv[n++] = program;
    for (size_t i = 0; s->words[i]; i++)
        argv[n++] = s->words[i];
    argv[n++] = "--full-scale=255";
    argv[n++] = "--quiet"; /* no warning of spikes that are lost */
    argv[n++] = input;
    argv[n] = NULL;
    pid_t child = fork();
    if (child < 0) give_up("fork");
    if (child > 0) return child;
    if (dup2(out, STDOUT_FILENO) < 0) give_up("dup2");
    execv(program, (char *const *)argv);
    give_up(program);
    return -1;
}

static double cpu_seconds(const struct timeval *t)
{
    return (double)t->tv_sec + 1e-6 * (double)t->tv_usec;
}

/* Processor seconds of the child. */
static double finish(pid_t child)
{
    struct rusage before, after;
    int status;
    getrusage(RUSAGE_CHILDREN, &before);
    if (waitpid(child, &status, 0) < 0 || status != 0) {
        fprintf(stderr, "bench_encode: spk-encode failed\n");
        exit(1);
    }
    getrusage(RUSAGE_CHILDREN, &after);
    return cpu_seconds(&after.ru_utime) - cpu_seconds(&before.ru_utime) +
           cpu_seconds(&after.ru_stime) - cpu_seconds(&before.ru_stime);
}

static double count_spikes(const setting *s, const char *input)
{
    int ends[2];
    spk_error err;
    if (pipe(ends)) give_up("pipe");
    pid_t child = start(s, input, ends[1]);
    close(ends[1]);
    spk_reader *in = spk_reader_open(ends[0], "spk-encode", NULL, &err);
    spk_item item;
    double spikes = 0;
    int more = in ? 1 : -1;
    while (more > 0 && (more = spk_reader_next(in, &item, &err)) > 0)
        if (item.kind == SPK_KIND_SPIKES) spikes += (double)item.spikes.n;
    if (more < 0) {
        fprintf(stderr, "bench_encode: %s\n", err.text);
        exit(1);
    }
    spk_reader_close(in);
    finish(child);
    return spikes;
}

/* Spikes per second of copying the same number as pairs from memory to memory. */
static double copying(double spikes)
{
    size_t bytes = (size_t)spikes * 12;
    char *from = malloc(bytes), *to = malloc(bytes);
    if (!from || !to) give_up("malloc");
    double time[RUNS];
    memset(from, 1, bytes);
    memset(to, 2, bytes);
    for (int i = 0; i < RUNS; i++) {
        double t = bench_now();
        memcpy(to, from, bytes);
        time[i] = bench_now() - t;
        from[0] = to[bytes - 1]; /* so that no copy can be left out */
    }
    free(from);
    free(to);
    return spikes / bench_median(time, RUNS);
}

static void bench(const setting *s, const char *input)
{
    double spikes = count_spikes(s, input), time[RUNS];
    int null = open("/dev/null", O_WRONLY);
    if (null < 0) give_up("/dev/null");
    for (int i = 0; i < RUNS; i++)
        time[i] = finish(start(s, input, null));
    close(null);
    double rate = spikes / bench_median(time, RUNS);
    bench_line(s->name, 1e-6 * rate, "M spikes/s", s->goal);
    bench_line("  memcpy of as many", 1e-6 * copying(spikes), "M spikes/s", 0);
}

static void bench_draws(spk_simd level)
{
    static const spk_random_table *const tables[] = {&spk_random_sse2, &spk_random_avx2,
                                                     &spk_random_avx512};
    static uint32_t unit[DRAWS / 2], block[DRAWS / 2];
    static double draw[DRAWS];
    enum { ROUNDS = 1000 };
    double time[RUNS];
    for (uint32_t i = 0; i < DRAWS / 2; i++)
        unit[i] = i / 8, block[i] = i % 8;
    for (int run = 0; run < RUNS; run++) {
        double t = bench_now();
        for (uint32_t i = 0; i < ROUNDS; i++)
            tables[level]->exponentials(spk_random_key(1, "bench"), DRAWS / 2, unit, 0, i, block,
                                        draw);
        time[run] = bench_now() - t;
    }
    char name[64];
    snprintf(name, sizeof name, "exponential draws, %s", spk_simd_name(level));
    bench_line(name, 1e-6 * DRAWS * ROUNDS / bench_median(time, RUNS), "M draws/s", 0);
}

/* A table with one row of 1000 times full scale. */
static void make_raster_input(char *path)
{
    int fd = mkstemp(path);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (!file) give_up(path);
    for (int i = 0; i < CHANNELS; i++)
        fprintf(file, "255%c", i + 1 < CHANNELS ? ',' : '\n');
    if (fclose(file)) give_up(path);
}

int main(void)
{
    char raster[] = "/tmp/bench-encode-XXXXXX", path[4096];
    const char *data = getenv("SPK_DATA");
    make_raster_input(raster);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        const setting *s = &settings[i];
        snprintf(path, sizeof path, "%s/%s", data ? data : "", s->input);
        if (strcmp(s->input, "raster") == 0)
            bench(s, raster);
        else if (data && access(path, R_OK) == 0)
            bench(s, path);
        else
            printf("%-36s no %s in SPK_DATA\n", s->name, s->input);
    }
    for (int level = SPK_SSE2; level <= (int)spk_simd_level(); level++)
        bench_draws((spk_simd)level);
    unlink(raster);
    return 0;
}
