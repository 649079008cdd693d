/* gaps.h: random spikes by their gaps, for poisson and bernoulli.
 *
 * The process: in every tick a unit spikes with probability 1 - exp(-hazard), independently of all
 * other ticks and units. It is drawn exactly and without looking at silent ticks: the number of
 * them before the next spike is geometric, and floor(E / hazard) is just that when E is a standard
 * exponential. Draw d of a unit in a sample is the d-th such E, at the address {unit; sample's high
 * word; sample's low word; d / 2}, so the spikes of a sample depend on nothing else. */
#ifndef ENCODE_GAPS_H
#define ENCODE_GAPS_H

#include "encode.h"
#include "random/random.h"

typedef struct gaps gaps;

/* For samples of plan->units units and plan->ticks ticks, under the given purpose. */
gaps *gaps_open(const encode_plan *plan, const char *purpose, spk_error *err) SPK_NODISCARD;
void gaps_close(gaps *g);

/* Write one sample's spikes. hazard[unit] >= 0: 0 is silence, infinity a spike in every tick. */
int gaps_write(gaps *g, const encode_sample *sample, const double *hazard, const encode_out *out,
               spk_error *err) SPK_NODISCARD;

#endif
