/* isi.h: irregularity of the intervals between a unit's spikes, for the methods isi and summary.
 *
 * Of a unit with the intervals I_1 .. I_n (within samples, never across):
 *     CV   their standard deviation (by n) over their mean
 *     CV2  mean of 2 |I_k - I_k+1| / (I_k + I_k+1)            Holt, Softky, Koch, Douglas 1996
 *     LV   mean of 3 (I_k - I_k+1)^2 / (I_k + I_k+1)^2        Shinomoto, Shima, Tanji 2003 */
#ifndef SPK_STATS_ISI_H
#define SPK_STATS_ISI_H

#include "stats.h"

typedef struct isi_settings {
    uint64_t min_intervals; /* of a unit that counts */
} isi_settings;

#define ISI_OPTIONS(at)                                                                            \
    {                                                                                              \
        .name = "min-intervals", .kind = SPK_COUNT,                                                \
        .offset = (at) + offsetof(isi_settings, min_intervals), .metavar = "N", .preset = "3",     \
        .min = 1, .max = 1e15, .help = "leave out units with fewer intervals between spikes"       \
    }

extern const statistic isi_statistic;

typedef struct isi_result {
    uint64_t units, intervals;   /* units that count, and their intervals */
    double mean_ms, cv, cv2, lv; /* means over these units; NaN without any */
} isi_result;

isi_result isi_of(const void *state);

#endif
