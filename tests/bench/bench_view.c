/* bench_view.c: rows per second of spk-view, end to end on one core: reading, checksums, decoding and
 * the text. What reading alone takes (spk-info --verify) and what fprintf would take stand beside it.
 *
 * Usage: bench_view   (BUILD names the build directory, default build; pin it: taskset -c 1)
 *
 * Each time is the processor time of the whole child process, the median of several runs. */
#include "child.h"

#include "base/memory.h"

#include <string.h>

enum {
    UNITS = 1000,
    SPIKES = 20000000,
    GAP = 500, /* mean distance of spikes in the flattened raster: 20 Hz at 0.1 ms */
    ROWS = 784,
    COLS = 1600
};

/* ---- the weights --------------------------------------------------------------------------------- */

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

/* ---- the rows ------------------------------------------------------------------------------------ */

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
}

static void bench(const char *what, const char *program, const char *option, const char *path,
                  double rows)
{
    bench_line(what, 1e-6 * rows / child_seconds(program, option, path, run_printf), "M rows/s", 0);
}

int main(void)
{
    char raster[] = "/tmp/bench-view-XXXXXX", weights[] = "/tmp/bench-view-XXXXXX";
    if (mkstemp(raster) < 0 || mkstemp(weights) < 0) give_up("/tmp");
    write_raster(raster, UNITS, SPIKES, GAP);
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
