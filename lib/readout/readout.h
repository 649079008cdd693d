/* readout.h: what a trained readout is, and how it is kept in a weight stream.
 *
 * A readout turns the spike counts of a population into one score a class. There are two kinds, by
 * method:
 *   vote, proportion          `assignment` (1 x units, the class of each unit or -1), and `proportion`
 *   softmax, ridge, logistic  linear: `weight` (features x classes) and `bias` (1 x classes) in f64,
 *                             and where features are standardised their `mean` and `deviation`
 * The header's `classes` and meta.readout {method, population, units, samples} say what it was trained
 * on; a linear one has {version: 2, windows, scale} besides. Without a version it is 1. */
#ifndef SPK_READOUT_READOUT_H
#define SPK_READOUT_READOUT_H

#include "base/error.h"
#include "readout/features.h"
#include "stream/reader.h"
#include "stream/writer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct spk_readout {
    char *method;      /* "vote", "proportion", "softmax", "ridge" or "logistic" */
    char *population;  /* whose responses it reads */
    uint32_t units;    /* of the population */
    uint32_t classes;  /* at least 1 */
    uint64_t samples;  /* labelled samples it was trained on */
    float *assignment; /* [units]: a class, or -1 for a unit that never fired; NULL if linear */
    float *proportion; /* "proportion": [units][classes], rows sum to 1 or are 0; else NULL */

    /* linear ones; else NULL and 0 */
    uint32_t windows;
    spk_scale scale;
    size_t features;          /* units x windows */
    size_t stride;            /* classes, padded to a multiple of 8 */
    double *weight;           /* [features][stride]; 0 in the padding */
    double *bias;             /* [stride]; -inf for a class that can never be predicted */
    double *mean, *deviation; /* [features], with SPK_SCALE_STANDARD; else NULL */
} spk_readout;

enum {
    SPK_READOUT_MAX_CLASSES = 1 << 16,
    SPK_READOUT_MAX_CELLS = 1 << 28 /* units x classes */
};

/* Is this the name of a linear method? */
bool spk_readout_is_linear(const char *method);

/* -1 (SPK_LIMIT) when units x classes is over a cap or `bytes_a_cell` each do not fit in `memory`.
 */
int spk_readout_check_size(uint32_t units, uint32_t classes, size_t bytes_a_cell, uint64_t memory,
                           spk_error *err) SPK_NODISCARD;

/* Zeroed arrays for "vote" or "proportion"; strings are copied. */
int spk_readout_init(spk_readout *readout, const char *method, const char *population,
                     uint32_t units, uint32_t classes, spk_error *err) SPK_NODISCARD;
/* The same for a linear method. SPK_LIMIT when units x windows x classes is over the cap. */
int spk_readout_init_linear(spk_readout *readout, const char *method, const char *population,
                            uint32_t units, uint32_t classes, uint32_t windows, spk_scale scale,
                            spk_error *err) SPK_NODISCARD;
void spk_readout_free(spk_readout *readout);

/* Fill an initialised header for the readout's stream; spk_readout_write then writes its arrays. */
int spk_readout_header(const spk_readout *readout, spk_rational tick, spk_header *header,
                       spk_error *err) SPK_NODISCARD;
int spk_readout_write(const spk_readout *readout, spk_writer *writer, spk_error *err) SPK_NODISCARD;

/* Read a whole readout stream; of several snapshots the last. SPK_DATA when it is something else.
 * The caller frees it, and closes the reader. */
int spk_readout_read(spk_readout *readout, spk_reader *reader, spk_error *err) SPK_NODISCARD;

/* Of a linear readout: score[stride] = bias + sum over the features, in their order, of x[features] x
 * weight, x scaled already. */
void spk_readout_linear(const spk_readout *readout, const double *x, double *score);
/* score[classes] becomes exp(score) over the sum of these; returns the logarithm of that sum, the
 * largest score being taken off first and added again: log sum exp. */
double spk_softmax(uint32_t classes, double *score);

#endif
