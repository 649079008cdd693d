/* method.h: ways to a score for each class of each sample: from the spike counts of a sample by a
 * readout (spikes.c runs these), or from what other decoders have written (sum.c). */
#ifndef SPK_DECODE_METHOD_H
#define SPK_DECODE_METHOD_H

#include "cli/program.h"
#include "readout/readout.h"

#include <stdint.h>

typedef struct decoding_method {
    spk_method base;
    int (*run)(spk_cli *cli, spk_error *err);
    /* For decode_spikes: `sum[c]` gets what the units assigned to class c contribute for
     * `count[units]` spikes; the caller divides it by their number. */
    void (*add)(const spk_readout *readout, const uint64_t *count, double *sum);
} decoding_method;

/* The settings and options of methods with a readout, and how they run. */
typedef struct readout_settings {
    const char *model, *reference;
    uint64_t mute_at; /* 0: mute none */
} readout_settings;

extern const spk_option readout_options[];
int decode_spikes(spk_cli *cli, spk_error *err);

/* The class of the highest score, the lowest of equal ones; -1 when none is above 0. `score` gets
 * the scores as they are written; compared in double, where quotients of equal ratios are equal. */
int32_t decide(uint32_t classes, const double *sum, float *score);

extern const decoding_method vote_method, proportion_method, sum_method;
extern const spk_method *const decoding_methods[];

#endif
