/* latency.h: when a unit of a given intensity spikes: the brighter, the earlier. */
#ifndef ENCODE_LATENCY_H
#define ENCODE_LATENCY_H

#include <stdbool.h>
#include <stdint.h>

typedef enum latency_curve { LATENCY_LINEAR, LATENCY_LOG, LATENCY_RC } latency_curve;

typedef struct latency_law {
    latency_curve curve;
    double last;      /* T - 1, the last tick of a sample of T ticks */
    double threshold; /* intensities up to it have no time */
    double tau;       /* LATENCY_RC: time constant in ticks */
    bool stretch;     /* scale a sample's times so that its latest is `last` */
} latency_law;

/* time[i] = the unrounded time, in ticks, of intensity[i] (0..1); INFINITY: none. */
void latency_times(const latency_law *law, uint32_t n, const double *intensity, double *time);

#endif
