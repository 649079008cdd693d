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
    bool untrained; /* decode_spikes needs no readout: settings are untrained_settings */
    /* For decode_spikes one of these two.
     * `sum[c]` gets what the units assigned to class c contribute for `count[units]` spikes; the
     * caller divides it by their number. */
    void (*add)(const spk_readout *readout, const uint64_t *count, double *sum);
    /* `score[c]`, which holds what a linear readout gives class c, becomes the score to be written. */
    void (*score)(const void *settings, const spk_readout *readout, double *score);
} decoding_method;

extern const decoding_method vote_method, proportion_method, softmax_method, ridge_method,
    logistic_method, count_method, sum_method;
extern const spk_method *const decoding_methods[];

/* Methods with a readout begin their settings with this and their options with READOUT_OPTIONS, or
 * have readout_options, and run by decode_spikes. */
typedef struct readout_settings {
    const char *model, *reference;
    uint64_t mute_at; /* 0: mute none */
} readout_settings;

#define READOUT_OPTIONS                                                                            \
    {.name = "model",                                                                              \
     .kind = SPK_FILE,                                                                             \
     .offset = offsetof(readout_settings, model),                                                  \
     .metavar = "FILE",                                                                            \
     .help = "the readout, as spk-train-readout wrote it",                                         \
     .flags = SPK_REQUIRED | SPK_SIDE_INPUT},                                                      \
        {.name = "mute-at",                                                                        \
         .kind = SPK_COUNT,                                                                        \
         .offset = offsetof(readout_settings, mute_at),                                            \
         .metavar = "N",                                                                           \
         .help = "leave out units that fire in N or more samples of --reference: hyperactive",     \
         .flags = SPK_POSITIVE},                                                                   \
    {                                                                                              \
        .name = "reference", .kind = SPK_FILE, .offset = offsetof(readout_settings, reference),    \
        .metavar = "FILE", .help = "response spikes that tell which units are hyperactive",        \
        .flags = SPK_SIDE_INPUT                                                                    \
    }

typedef struct untrained_settings {
    const char *population; /* whose units are the classes; NULL: the only one */
} untrained_settings;

extern const spk_option readout_options[];
/* The spikes of all units assigned to each class. */
void add_spikes(const spk_readout *readout, const uint64_t *count, double *sum);
int decode_spikes(spk_cli *cli, spk_error *err);

/* What softmax and logistic share: probabilities, unless linear scores are asked for. */
typedef struct probability_settings {
    readout_settings readout;
    int scores;
} probability_settings;
extern const spk_option probability_options[];
void probabilities(const void *settings, const spk_readout *readout, double *score);

/* The class of the highest score, the lowest of equal ones; -1 when none is above `least`. `score`
 * gets the scores as they are written; compared in double, where quotients of equal ratios are equal. */
int32_t decide(uint32_t classes, const double *sum, double least, float *score);

#endif
