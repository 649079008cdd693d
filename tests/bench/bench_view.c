/* bench_view.c: rows per second of spk-view, end to end on one core: reading, checksums, decoding and
 * the text. What reading alone takes (spk-info --verify) and what fprintf would take stand beside it.
 *
 * Usage: bench_view   (BUILD names the build directory, default build; pin it: taskset -c 1)
 *
 * Each time is the processor time of the whole child process, the median of several runs. */
#include "bench.h"

#include "base/memory.h"
#include "stream/writer.h"

#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    RUNS = 5,
    UNITS = 1000,
    SPIKES = 20000000,
    GAP = 500, /* mean distance of spikes in the flattened raster: 20 Hz at 0.1 ms */
    ROWS = 784,
    COLS = 1600,
    PIECE = 4096
};

static void give_up(const char *what)
{
    perror(what);
    exit(1);
}

static void check(int failed, const spk_error *err)
{
    if (!failed) return;
    fprintf(stderr, "bench_view: %s\n", err->text);
    exit(1);
}

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (*state ^ *state >> 29) * 0xbf58476d1ce4e5b9u;
}

/* ---- the streams --------------------------------------------------------------------------------- */

static spk_writer *begin(const char *path, spk_header *header, int *fd)
{
    spk_error err = {0};
    spk_writer_options options = {.level = 1};
    *fd = open(path, O_WRONLY | O_TRUNC);
    if (*fd < 0) give_up(path);
    spk_writer *out = spk_writer_open(*fd, path, header, NULL, &options, &err);
    check(!out, &err);
    return out;
}

static void end(spk_writer *out, int fd, spk_header *header)
{
    spk_error err = {0};
    check(spk_writer_end(out, 0, false, &err), &err);
    spk_writer_close(out);
    spk_header_free(header);
    if (close(fd)) give_up("close");
}

static void write_raster(const char *path)
{
    static uint64_t tick[PIECE];
    static uint32_t unit[PIECE];
    spk_error err = {0};
    spk_header header;
    int fd;
    spk_header_init(&header);
    header.tick = spk_rational_of(1, 10000);
    check(!spk_header_add_channel(&header, SPK_CHANNEL_SPIKES, "input", UNITS, &err), &err);
    spk_writer *out = begin(path, &header, &fd);
    uint64_t state = 1, at = 0;
    for (size_t done = 0; done < SPIKES; done += PIECE) {
        for (size_t i = 0; i < PIECE; i++) {
            double uniform = ((double)(next_random(&state) >> 11) + 0.5) * 0x1p-53;
            at += 1 + (uint64_t)(-log(uniform) * GAP);
            tick[i] = at / UNITS;
            unit[i] = (uint32_t)(at % UNITS);
        }
        check(spk_writer_spikes(out, 1, PIECE, tick, unit, &err), &err);
    }
    end(out, fd, &header);
}

static void write_weights(const char *path)
{
    spk_error err = {0};
    spk_header header;
    spk_snapshot snapshot = {.samples = 60000, .tick = 0};
    int fd;
    spk_header_init(&header);
    header.tick = spk_rational_of(1, 10000);
    check(!spk_header_add_array(&header, SPK_ARRAY_WEIGHTS, "input->exc", "weight", "nS", SPK_F32,
                                ROWS, COLS, &err),
          &err);
    float *value = spk_alloc((size_t)ROWS * COLS, sizeof *value, "weights", &err);
    check(!value, &err);
    uint64_t state = 1;
    for (size_t i = 0; i < (size_t)ROWS * COLS; i++)
        value[i] = (float)(next_random(&state) >> 40) * 0x1p-24f;
    spk_writer *out = begin(path, &header, &fd);
    check(spk_writer_snapshot(out, &snapshot, &err), &err);
    check(spk_writer_dense(out, 1, 0, ROWS, value, &err), &err);
    end(out, fd, &header);
    free(value);
}

/* ---- the clock ----------------------------------------------------------------------------------- */

static double cpu_seconds(void)
{
    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static void run_program(const char *name, const char *option, const char *path)
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

/* What fprintf makes of the same number of spikes. */
static void run_printf(void)
{
    FILE *out = fopen("/dev/null", "w");
    if (!out) give_up("/dev/null");
    uint64_t state = 1, at = 0;
    for (size_t i = 0; i < SPIKES; i++) {
        at += next_random(&state) >> 54;
        const uint64_t tick = at / UNITS;
        fprintf(out, "0\t%" PRIu64 "\t%" PRIu64 ".%" PRIu64 "\tinput\t%" PRIu64 "\n", tick,
                tick / 10, tick % 10, at % UNITS);
    }
    fclose(out);
    exit(0);
}

static void bench(const char *what, const char *program, const char *option, const char *path,
                  double rows)
{
    double time[RUNS];
    for (int i = 0; i < RUNS; i++) {
        const double before = cpu_seconds();
        int status;
        pid_t child = fork();
        if (child < 0) give_up("fork");
        if (child == 0 && program) run_program(program, option, path);
        if (child == 0) run_printf();
        if (waitpid(child, &status, 0) < 0 || status != 0) give_up(what);
        time[i] = cpu_seconds() - before;
    }
    bench_line(what, 1e-6 * rows / bench_median(time, RUNS), "M rows/s", 0);
}

int main(void)
{
    char raster[] = "/tmp/bench-view-XXXXXX", weights[] = "/tmp/bench-view-XXXXXX";
    if (mkstemp(raster) < 0 || mkstemp(weights) < 0) give_up("/tmp");
    write_raster(raster);
    write_weights(weights);
    const double synapses = (double)ROWS * COLS;
    bench("spikes, TSV", "spk-view", "--kind=spikes", raster, SPIKES);
    bench("spikes, JSON", "spk-view", "--json", raster, SPIKES);
    bench("spikes, only read and checked", "spk-info", "--verify", raster, SPIKES);
    bench("spikes, by fprintf", NULL, NULL, NULL, SPIKES);
    bench("weights, TSV", "spk-view", "--kind=weights", weights, synapses);
    bench("weights, only read and checked", "spk-info", "--verify", weights, synapses);
    unlink(raster);
    unlink(weights);
    return 0;
}
