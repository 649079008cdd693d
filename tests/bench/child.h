/* child.h: what benchmarks of whole programs share: a raster to read, and the processor time of a child. */
#ifndef SPK_TEST_CHILD_H
#define SPK_TEST_CHILD_H

#include "bench.h"

#include "stream/writer.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILD_RUNS = 5, RASTER_PIECE = 4096 };

static inline void give_up(const char *what)
{
    perror(what);
    exit(1);
}

static inline void check(int failed, const spk_error *err)
{
    if (!failed) return;
    fprintf(stderr, "bench: %s\n", err->text);
    exit(1);
}

static inline uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (*state ^ *state >> 29) * 0xbf58476d1ce4e5b9u;
}

/* ---- streams ------------------------------------------------------------------------------------- */

static inline spk_writer *begin(const char *path, spk_header *header, int *fd)
{
    spk_error err = {0};
    spk_writer_options options = {.level = 1};
    *fd = open(path, O_WRONLY | O_TRUNC);
    if (*fd < 0) give_up(path);
    spk_writer *out = spk_writer_open(*fd, path, header, NULL, &options, &err);
    check(!out, &err);
    return out;
}

static inline void end(spk_writer *out, int fd, spk_header *header)
{
    spk_error err = {0};
    check(spk_writer_end(out, 0, false, &err), &err);
    spk_writer_close(out);
    spk_header_free(header);
    if (close(fd)) give_up("close");
}

/* Poisson spikes of `units`; `gap` is their mean distance in the flattened raster (500: 20 Hz at a tick
 * of 0.1 ms). */
static inline void write_raster(const char *path, uint32_t units, size_t spikes, double gap)
{
    static uint64_t tick[RASTER_PIECE];
    static uint32_t unit[RASTER_PIECE];
    spk_error err = {0};
    spk_header header;
    int fd;
    spk_header_init(&header);
    header.tick = spk_rational_of(1, 10000);
    check(!spk_header_add_channel(&header, SPK_CHANNEL_SPIKES, "input", units, &err), &err);
    spk_writer *out = begin(path, &header, &fd);
    uint64_t state = 1, at = 0;
    for (size_t done = 0; done < spikes; done += RASTER_PIECE) {
        for (size_t i = 0; i < RASTER_PIECE; i++) {
            double uniform = ((double)(next_random(&state) >> 11) + 0.5) * 0x1p-53;
            at += 1 + (uint64_t)(-log(uniform) * gap);
            tick[i] = at / units;
            unit[i] = (uint32_t)(at % units);
        }
        check(spk_writer_spikes(out, 1, RASTER_PIECE, tick, unit, &err), &err);
    }
    end(out, fd, &header);
}

/* ---- children ------------------------------------------------------------------------------------ */

static inline double cpu_seconds(void)
{
    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static inline void run_program(const char *name, const char *option, const char *path)
{
    const char *build = getenv("BUILD");
    char program[4096];
    snprintf(program, sizeof program, "%s/bin/%s", build ? build : "build", name);
    const char *argv[] = {program, option, path, NULL};
    int null = open("/dev/null", O_WRONLY);
    if (null < 0 || dup2(null, STDOUT_FILENO) < 0) give_up("/dev/null");
    execv(program, (char *const *)(uintptr_t)argv);
    give_up(program);
}

/* Median processor seconds of `program option path`, or of instead() where there is no program. */
static inline double child_seconds(const char *program, const char *option, const char *path,
                                   void (*instead)(void))
{
    double time[CHILD_RUNS];
    for (int i = 0; i < CHILD_RUNS; i++) {
        const double before = cpu_seconds();
        int status;
        pid_t child = fork();
        if (child < 0) give_up("fork");
        if (child == 0 && program) run_program(program, option, path);
        if (child == 0) {
            instead();
            exit(0);
        }
        if (waitpid(child, &status, 0) < 0 || status != 0) give_up(program ? program : "a child");
        time[i] = cpu_seconds() - before;
    }
    return bench_median(time, CHILD_RUNS);
}

#endif
