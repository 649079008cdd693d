/* fano.h: variability of spike counts, for the methods fano and summary.
 *
 * The Fano factor of a unit (Fano 1947) is the variance (by n) of its counts in windows over their
 * mean. Windows begin with each sample and follow one another. */
#ifndef SPK_STATS_FANO_H
#define SPK_STATS_FANO_H

#include "stats.h"

typedef struct fano_settings {
    spk_time window;
} fano_settings;

#define FANO_OPTIONS(at)                                                                           \
    {                                                                                              \
        .name = "window", .kind = SPK_TIME, .offset = (at) + offsetof(fano_settings, window),      \
        .metavar = "TIME", .preset = "100ms", .flags = SPK_POSITIVE,                               \
        .help = "count spikes in windows of this length for the Fano factor"                       \
    }

extern const statistic fano_statistic;

typedef struct fano_result {
    uint64_t windows, units; /* whole windows; units that fired in them */
    double mean, sd;         /* Fano factors of these units; NaN without any, or with one window */
} fano_result;

fano_result fano_of(const void *state);

#endif
