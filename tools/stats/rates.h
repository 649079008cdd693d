/* rates.h: firing rates, for the methods rates and summary. */
#ifndef SPK_STATS_RATES_H
#define SPK_STATS_RATES_H

#include "stats.h"

extern const statistic rates_statistic;

typedef struct rates_result {
    uint64_t samples, spikes, silent; /* silent: units without a spike */
    double time_s;                    /* observed: the lengths of the samples' observed parts */
    double mean, sd, min, max;        /* Hz, over the units; NaN without units or time */
} rates_result;

rates_result rates_of(const void *state);

#endif
