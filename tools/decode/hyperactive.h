/* hyperactive.h: units that fire for too many samples to tell them apart. */
#ifndef SPK_DECODE_HYPERACTIVE_H
#define SPK_DECODE_HYPERACTIVE_H

#include "stream/reader.h"

#include <stdbool.h>

/* muted[unit], zeroed by the caller, becomes true for those of the population's `units` that fired
 * in `at` or more samples of the stream, which is read to its end. *n counts them. */
int find_hyperactive(spk_reader *in, const char *population, uint32_t units, uint64_t at,
                     bool *muted, uint32_t *n, spk_error *err) SPK_NODISCARD;

#endif
