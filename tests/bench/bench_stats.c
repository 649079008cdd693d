/* bench_stats.c: spikes per second of spk-stats, end to end on one core: reading, checksums, decoding and
 * the statistic. What reading alone takes (spk-info, which decodes them too) stands beside it.
 *
 * Usage: bench_stats   (BUILD names the build directory, default build; pin it: taskset -c 1) */
#include "child.h"

enum {
    UNITS = 10000,
    SPIKES = 40000000,
    GAP = 500 /* mean distance of spikes in the flattened raster: 20 Hz at 0.1 ms */
};

/* A goal of 0 is none. */
static void bench(const char *what, const char *program, const char *method, const char *path,
                  double goal)
{
    bench_line(what, 1e-6 * SPIKES / child_seconds(program, method, path, NULL), "M spikes/s",
               goal);
}

int main(void)
{
    char raster[] = "/tmp/bench-stats-XXXXXX";
    if (mkstemp(raster) < 0) give_up("/tmp");
    write_raster(raster, UNITS, SPIKES, GAP);
    bench("only read and decoded", "spk-info", "--json", raster, 0);
    bench("rates", "spk-stats", "rates", raster, 50);
    bench("isi", "spk-stats", "isi", raster, 50);
    bench("fano", "spk-stats", "fano", raster, 0);
    bench("correlation of 200 units", "spk-stats", "correlation", raster, 0);
    bench("branching, 100 lags", "spk-stats", "branching", raster, 0);
    bench("summary", "spk-stats", "summary", raster, 0);
    unlink(raster);
    return 0;
}
