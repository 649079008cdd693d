/* examples.h: every labelled sample of a stream as its spike counts, two bytes each, and rows of
 * features made of them. */
#ifndef SPK_TRAIN_READOUT_EXAMPLES_H
#define SPK_TRAIN_READOUT_EXAMPLES_H

#include "base/error.h"
#include "readout/readout.h"
#include "stream/reader.h"

#include <stddef.h>
#include <stdint.h>

typedef struct examples {
    size_t n;    /* samples to learn from */
    size_t held; /* samples behind them that are held out */
    uint32_t units, windows, classes;
    size_t features;  /* units x windows */
    uint16_t *count;  /* [n + held][features] */
    uint32_t *label;  /* [n + held] */
    uint64_t *number; /* [n + held], ascending */
    size_t count_room, label_room, number_room;
    uint64_t memory; /* bytes that `count` may take */

    const spk_readout *readout; /* how to scale */
    int threads;
} examples;

/* `seen` is set up with its sizes and zeroes; freed by examples_free, also after failures. A labelled
 * sample begins; then spikes of it, or of an earlier one. */
int examples_add(examples *seen, const spk_sample *sample, spk_error *err) SPK_NODISCARD;
int examples_count(examples *seen, const spk_spikes *spikes, const char *name,
                   spk_error *err) SPK_NODISCARD;
/* All are there: the last `held` are not to learn from. SPK_DATA where there are not more than those. */
int examples_hold_out(examples *seen, uint64_t held, spk_error *err) SPK_NODISCARD;
void examples_free(examples *seen);

/* Mean and standard deviation (over n, not n - 1) of each count. */
void examples_moments(const examples *seen, double *mean, double *deviation);

/* Scaled features of `n` samples, x[n][features]: from sample `first` on, or, when `which` is not NULL,
 * of which[first], which[first + 1] ... Less centre[features], when that is not NULL. */
void examples_rows(const examples *seen, const uint32_t *which, size_t first, size_t n,
                   const double *centre, double *x);

/* Mean and variance (or NULL) of each scaled feature. */
int examples_centre(const examples *seen, double *mean, double *variance,
                    spk_error *err) SPK_NODISCARD;

/* For each class, how many samples have it. */
void examples_by_class(const examples *seen, uint64_t *samples);

#endif
