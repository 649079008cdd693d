/* readout.h: what a trained readout is, and how it is kept in a weight stream.
 *
 * A readout turns the spike counts of a population into one score a class. Its stream holds
 * `assignment` (1 x units, the class of each unit or -1) and, by method, further arrays; the
 * header's `classes` and meta.readout {method, population, units, samples} say what it was trained
 * on. */
#ifndef SPK_READOUT_READOUT_H
#define SPK_READOUT_READOUT_H

#include "base/error.h"
#include "stream/reader.h"
#include "stream/writer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct spk_readout {
    char *method;      /* "vote" or "proportion" */
    char *population;  /* whose responses it reads */
    uint32_t units;    /* of the population */
    uint32_t classes;  /* at least 1 */
    uint64_t samples;  /* labelled samples it was trained on */
    float *assignment; /* [units]: a class, or -1 for a unit that never fired */
    float *proportion; /* "proportion": [units][classes], rows sum to 1 or are 0; else NULL */
} spk_readout;

enum {
    SPK_READOUT_MAX_CLASSES = 1 << 16,
    SPK_READOUT_MAX_CELLS = 1 << 28 /* units x classes */
};

/* -1 (SPK_LIMIT) when units x classes is over a cap or `bytes_a_cell` each do not fit in `memory`.
 */
int spk_readout_check_size(uint32_t units, uint32_t classes, size_t bytes_a_cell, uint64_t memory,
                           spk_error *err) SPK_NODISCARD;

/* Zeroed arrays for the method (with `proportion` only if asked for); strings are copied. */
int spk_readout_init(spk_readout *readout, const char *method, const char *population,
                     uint32_t units, uint32_t classes, bool with_proportion,
                     spk_error *err) SPK_NODISCARD;
void spk_readout_free(spk_readout *readout);

/* Fill an initialised header for the readout's stream; spk_readout_write then writes its arrays. */
int spk_readout_header(const spk_readout *readout, spk_rational tick, spk_header *header,
                       spk_error *err) SPK_NODISCARD;
int spk_readout_write(const spk_readout *readout, spk_writer *writer, spk_error *err) SPK_NODISCARD;

/* Read a whole readout stream; of several snapshots the last. SPK_DATA when it is something else.
 * The caller frees it, and closes the reader. */
int spk_readout_read(spk_readout *readout, spk_reader *reader, spk_error *err) SPK_NODISCARD;

#endif
