/* bench_convert.c: events per second of lib/foreign's readers: reading a file that the system has in memory,
 * decoding and checking; and of spk-convert's whole way to a stream in /dev/null.
 *
 * Usage: bench_convert   (BUILD names the build directory, default build; pin it: taskset -c 1)
 *
 * The recordings are random: a camera of 480 x 640 pixels (34 x 34 for nmnist, 180 x 240 for aedat2), about one
 * event in a microsecond. In EVT3 such an event takes 2.5 words, as hardly two of one row follow one another;
 * its goal is for the recording of a camera, where SPK_DATA has it, read over and over again. */
#include "bench.h"

#include "foreign/foreign.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RUNS = 7, EVENTS = 4000000, CHUNK = 4000 };

typedef struct setting {
    const char *format;
    uint32_t rows, columns;
    double goal; /* million events/s decoded; 0: none */
} setting;

static const setting settings[] = {
    {"nmnist", 34, 34, 200}, {"dat", 480, 640, 200},    {"evt2", 480, 640, 200},
    {"evt3", 480, 640, 0},   {"aedat2", 180, 240, 200},
};

static void give_up(const char *what, const spk_error *err)
{
    fprintf(stderr, "bench_convert: %s: %s\n", what, err ? err->text : "failed");
    exit(1);
}

static void write_recording(const setting *s, const char *path)
{
    const spk_foreign_head head = {
        {1, 1000000}, 3, {2, s->rows, s->columns}, 2 * s->rows * s->columns};
    static uint64_t time[CHUNK], seed = 1;
    static uint32_t unit[CHUNK];
    spk_foreign_out out;
    spk_error err;
    FILE *file = fopen(path, "wb");
    if (!file) give_up(path, NULL);
    if (spk_foreign_create(&out, s->format, &head, file, path, &err)) give_up(s->format, &err);
    uint64_t now = 0;
    for (size_t done = 0; done < EVENTS; done += CHUNK) {
        for (size_t i = 0; i < CHUNK; i++) {
            seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            time[i] = now += seed >> 63 ? 2 : 0;
            unit[i] = (uint32_t)((seed >> 32 & 0x7FFFFFFF) % head.size);
        }
        if (spk_foreign_put(&out, CHUNK, time, unit, &err)) give_up(s->format, &err);
    }
    if (fclose(file)) give_up(path, NULL);
}

/* Events of one pass through a file. */
static size_t read_recording(const spk_foreign_options *options, const char *path)
{
    spk_error err;
    const int fd = open(path, O_RDONLY);
    spk_foreign *in = fd < 0 ? NULL : spk_foreign_open(fd, path, options, &err);
    if (!in) give_up(path, fd < 0 ? NULL : &err);
    size_t n = 0;
    int more;
    while ((more = spk_foreign_next(in, &err)) > 0)
        n += in->n;
    if (more < 0) give_up(path, &err);
    spk_foreign_close(in);
    close(fd);
    return n;
}

static void bench_decoding(const char *name, const spk_foreign_options *options, const char *path,
                           int passes, double goal)
{
    double time[RUNS];
    size_t n = 0;
    for (int i = 0; i < RUNS; i++) {
        const double begin = bench_now();
        n = 0;
        for (int pass = 0; pass < passes; pass++)
            n += read_recording(options, path);
        time[i] = bench_now() - begin;
    }
    char line[64];
    snprintf(line, sizeof line, "%s, decoded", name);
    bench_line(line, 1e-6 * (double)n / bench_median(time, RUNS), "M events/s", goal);
}

static double child_seconds(void)
{
    struct rusage use;
    getrusage(RUSAGE_CHILDREN, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           1e-6 * (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

/* Processor seconds of spk-convert, with its output thrown away. */
static double convert(const setting *s, const char *path, const char *tick)
{
    const char *build = getenv("BUILD");
    char program[4096];
    int status;
    snprintf(program, sizeof program, "%s/bin/spk-convert", build ? build : "build");
    const double before = child_seconds();
    const pid_t child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stdout)) _exit(1);
        if (strcmp(s->format, "nmnist") == 0)
            execl(program, program, "--from", "nmnist", "--tick", tick, path, (char *)NULL);
        execl(program, program, "--tick", tick, path, (char *)NULL);
        _exit(1);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0) give_up(program, NULL);
    return child_seconds() - before;
}

static void bench(const setting *s)
{
    static const char *const ticks[] = {"1us", "1ms"};
    char path[] = "/tmp/bench-convert-XXXXXX", name[64];
    const int fd = mkstemp(path);
    double time[RUNS];
    if (fd < 0) give_up(path, NULL);
    close(fd);
    write_recording(s, path);
    const spk_foreign_options options = {
        .format = s->format, .dims = 3, .shape = {2, s->rows, s->columns}};
    bench_decoding(s->format, &options, path, 1, s->goal);
    for (size_t t = 0; t < sizeof ticks / sizeof *ticks; t++) {
        for (int i = 0; i < RUNS; i++)
            time[i] = convert(s, path, ticks[t]);
        snprintf(name, sizeof name, "%s, to a stream, tick %s", s->format, ticks[t]);
        bench_line(name, 1e-6 * EVENTS / bench_median(time, RUNS), "M events/s", 0);
    }
    unlink(path);
}

int main(void)
{
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        bench(&settings[i]);
    const char *data = getenv("SPK_DATA");
    char path[4096];
    snprintf(path, sizeof path, "%s/events/expelliarmus/evt3_sample.raw", data ? data : "");
    if (access(path, R_OK) == 0)
        bench_decoding("evt3, of a camera", &(spk_foreign_options){0}, path, 20, 200);
    else
        printf("evt3, of a camera: no events in SPK_DATA\n");
    return 0;
}
