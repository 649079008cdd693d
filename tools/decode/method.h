/* method.h: a way to turn the spike counts of one sample into a score for each class. */
#ifndef SPK_DECODE_METHOD_H
#define SPK_DECODE_METHOD_H

#include "cli/program.h"
#include "readout/readout.h"

#include <stdint.h>

/* `sum[c]` gets what the units assigned to class c contribute for `count[units]` spikes; the caller
 * divides it by their number. */
typedef struct decoding_method {
    spk_method base;
    void (*add)(const spk_readout *readout, const uint64_t *count, double *sum);
} decoding_method;

extern const decoding_method vote_method, proportion_method;
extern const spk_method *const decoding_methods[];

#endif
