/* method.h: what a way of training a readout is given, and what it gives. */
#ifndef SPK_TRAIN_READOUT_METHOD_H
#define SPK_TRAIN_READOUT_METHOD_H

#include "cli/program.h"
#include "readout/readout.h"

#include <stdbool.h>
#include <stdint.h>

/* Spike counts of the labelled samples, summed by class. */
typedef struct responses {
    uint32_t units, classes;
    const uint64_t *spikes;  /* [classes][units] */
    const uint64_t *samples; /* [classes]; 0 for a class that never occurred */
} responses;

typedef struct training_method {
    spk_method base;
    bool with_proportion; /* the readout has a proportion array */
    void (*fit)(const responses *seen, spk_readout *readout);
} training_method;

extern const training_method vote_method, proportion_method;
extern const spk_method *const training_methods[];

/* Mean spike count of a unit over the samples of a class; 0 for a class without samples. */
double mean_response(const responses *seen, uint32_t class_, uint32_t unit);

/* The class with the highest mean response of each unit; the lowest of equal ones; -1 for a unit
 * that never fired. */
void assign_classes(const responses *seen, spk_readout *readout);

#endif
