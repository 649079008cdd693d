/* method.h: what a way of training a readout is given, and what it gives. */
#ifndef SPK_TRAIN_READOUT_METHOD_H
#define SPK_TRAIN_READOUT_METHOD_H

#include "cli/program.h"
#include "examples.h"
#include "readout/readout.h"

#include <stdint.h>

/* Spike counts of the labelled samples, summed by class. */
typedef struct responses {
    uint32_t units, classes;
    const uint64_t *spikes;  /* [classes][units] */
    const uint64_t *samples; /* [classes]; 0 for a class that never occurred */
} responses;

/* One of the two functions is there: `fit` needs no more than sums, `learn` every sample. Then the
 * method's settings begin with linear_settings. */
typedef struct training_method {
    spk_method base;
    void (*fit)(const responses *seen, spk_readout *readout);
    int (*learn)(const spk_cli *cli, const examples *seen, spk_readout *readout, spk_error *err);
} training_method;

extern const training_method vote_method, proportion_method, softmax_method, ridge_method,
    logistic_method;
extern const spk_method *const training_methods[];

/* Mean spike count of a unit over the samples of a class; 0 for a class without samples. */
double mean_response(const responses *seen, uint32_t class_, uint32_t unit);

/* The class with the highest mean response of each unit; the lowest of equal ones; -1 for a unit
 * that never fired. */
void assign_classes(const responses *seen, spk_readout *readout);

/* What all linear methods are told. */
typedef struct linear_settings {
    uint64_t windows;
    int scale; /* spk_scale */
    double l2;
    uint64_t hold_out; /* samples, the last ones, not to learn from */
} linear_settings;

#define WINDOWS_OPTION                                                                             \
    {                                                                                              \
        .name = "windows", .kind = SPK_COUNT, .offset = offsetof(linear_settings, windows),        \
        .metavar = "N", .preset = "1", .help = "count spikes in N equal windows of each sample",   \
        .min = 1, .max = SPK_READOUT_MAX_WINDOWS                                                   \
    }
#define SCALE_OPTION                                                                               \
    {                                                                                              \
        .name = "scale", .kind = SPK_CHOICE, .offset = offsetof(linear_settings, scale),           \
        .preset = "none", .choices = SPK_SCALES,                                                   \
        .help = "divide counts by their sum or their largest in the sample, or standardise each "  \
                "feature"                                                                          \
    }

#endif
