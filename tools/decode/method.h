/* method.h: a way to turn the spike counts of one sample into a score for each class. */
#ifndef SPK_DECODE_METHOD_H
#define SPK_DECODE_METHOD_H

#include "cli/program.h"
#include "readout/readout.h"

#include <stdint.h>

typedef struct decoding_settings {
    const char *model;      /* of methods with a readout that was trained */
    const char *population; /* of those without, whose units are the classes; NULL: the only one */
} decoding_settings;

/* `sum[c]` gets what the units assigned to class c contribute for `count[units]` spikes; the caller
 * divides it by their number. */
typedef struct decoding_method {
    spk_method base; /* its settings are decoding_settings */
    bool trained;
    void (*add)(const spk_readout *readout, const uint64_t *count, double *sum);
} decoding_method;

extern const decoding_method vote_method, proportion_method, count_method;
extern const spk_method *const decoding_methods[];

/* The options of trained methods. */
extern const spk_option readout_options[];

/* The spikes of all units assigned to each class. */
void add_spikes(const spk_readout *readout, const uint64_t *count, double *sum);

#endif
