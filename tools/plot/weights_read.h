/* weights_read.h: one array of a weight stream, whole, as floats by target. */
#ifndef SPK_PLOT_WEIGHTS_READ_H
#define SPK_PLOT_WEIGHTS_READ_H

#include "stream/reader.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct weight_choice {
    uint64_t snapshot; /* from 1; 0: the last */
    uint64_t limit;    /* take the first targets only; 0: all */
} weight_choice;

/* Choose the weights called `wanted`, "OWNER" or "OWNER.VARIABLE"; with NULL the only ones.
 * SPK_USAGE with the names when that is none or several. */
const spk_array *weights_choose(const spk_header *header, const char *wanted, const char *name,
                                spk_error *err);

/* Read it to the end of the stream: value[target][source], to free(); sparse arrays get 0 where
 * they have no synapse. *targets as taken; *samples of the snapshot it was taken from. */
float *weights_read(spk_reader *in, const spk_array *array, const weight_choice *choice,
                    uint32_t *targets, uint64_t *samples, spk_error *err);

#endif
