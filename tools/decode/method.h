/* method.h: a way to turn the spike counts of one sample into a score for each class. */
#ifndef SPK_DECODE_METHOD_H
#define SPK_DECODE_METHOD_H

#include "cli/program.h"
#include "readout/readout.h"

#include <stdint.h>

/* One of the two functions is there. */
typedef struct decoding_method {
    spk_method base;
    /* `sum[c]` gets what the units assigned to class c contribute for `count[units]` spikes; the
     * caller divides it by their number. */
    void (*add)(const spk_readout *readout, const uint64_t *count, double *sum);
    /* `score[c]`, which holds what a linear readout gives class c, becomes the score to be written. */
    void (*score)(const void *settings, const spk_readout *readout, double *score);
} decoding_method;

extern const decoding_method vote_method, proportion_method, softmax_method, ridge_method,
    logistic_method;
extern const spk_method *const decoding_methods[];

/* What softmax and logistic share: probabilities, unless linear scores are asked for. */
typedef struct probability_settings {
    int scores;
} probability_settings;
extern const spk_option probability_options[];
void probabilities(const void *settings, const spk_readout *readout, double *score);

#endif
