/* samples.h: the numbered samples that the output shall hold.
 *
 * The data set, or its part from..to, is gone through `epochs` times in the chosen order; a
 * sample's number is its position in that sequence. --skip, --limit and --shard then choose by
 * number, so that they change no number and no random draw. */
#ifndef ENCODE_SAMPLES_H
#define ENCODE_SAMPLES_H

#include "cli/option.h"
#include "dataset.h"

typedef struct sample_choice {
    uint64_t from, to; /* the part of the data set; to = UINT64_MAX: its end */
    uint64_t epochs;
    bool shuffled;
    uint64_t seed;
    uint64_t skip, limit; /* limit UINT64_MAX: all */
    spk_shard shard;      /* n 0: all */
    const char *labels;   /* file, or NULL */
    uint64_t classes;     /* 0: one more than the highest label of the whole data set */
    uint64_t most_memory; /* bytes for a data set that must be loaded */
} sample_choice;

typedef struct samples samples;

/* `path` and the strings inside are borrowed. */
samples *samples_open(size_t n, const char *const *path, const input_options *options,
                      const sample_choice *choice, spk_error *err) SPK_NODISCARD;
void samples_close(samples *s);

const input_format *samples_format(const samples *s);
const char *samples_name(const samples *s);  /* of the file at hand */
uint32_t samples_classes(const samples *s);  /* 0: no labels */
uint64_t samples_expected(const samples *s); /* of the output, or 0: not known */

/* 1: the next chosen sample; 0: no more; -1: error. *label is -1 when there is none. */
int samples_next(samples *s, uint64_t *number, double *value, int32_t *label,
                 spk_error *err) SPK_NODISCARD;

#endif
