/* correlation.h: pairwise correlation of spike counts, for the methods correlation and summary.
 *
 * Pearson's coefficient of the counts of two units in the same bins, which begin with each sample
 * and follow one another; its mean over all pairs of the units that are looked at. A unit whose
 * count is always the same has none, and is left out. */
#ifndef SPK_STATS_CORRELATION_H
#define SPK_STATS_CORRELATION_H

#include "stats.h"

typedef struct correlation_settings {
    spk_time bin;
    uint64_t units;
} correlation_settings;

enum { CORRELATION_MOST_UNITS = 20000 };

#define CORRELATION_OPTIONS(at)                                                                    \
    {.name = "bin",                                                                                \
     .kind = SPK_TIME,                                                                             \
     .offset = (at) + offsetof(correlation_settings, bin),                                         \
     .metavar = "TIME",                                                                            \
     .preset = "5ms",                                                                              \
     .flags = SPK_POSITIVE,                                                                        \
     .help = "count spikes in bins of this length for the correlation"},                           \
    {                                                                                              \
        .name = "units", .kind = SPK_COUNT,                                                        \
        .offset = (at) + offsetof(correlation_settings, units), .metavar = "N", .preset = "200",   \
        .min = 2, .max = CORRELATION_MOST_UNITS,                                                   \
        .help = "correlate the pairs of N units, drawn by --seed where there are more"             \
    }

extern const statistic correlation_statistic;

typedef struct correlation_result {
    uint64_t bins, units, pairs; /* whole bins; units whose counts vary; pairs of these */
    double mean, sd, min, max;   /* over the pairs; NaN without any */
} correlation_result;

correlation_result correlation_of(const void *state);

#endif
