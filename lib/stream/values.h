/* values.h: numbers of an array, a frame or a trace: as byte planes, of which plane k has byte k of
 * each, and one by one. */
#ifndef SPK_STREAM_VALUES_H
#define SPK_STREAM_VALUES_H

#include "stream/header.h"
#include "stream/payload.h"

#include <stddef.h>

/* Append the planes of `n` values of `dtype` (host order, naturally aligned). */
int spk_values_encode(spk_dtype dtype, const void *values, size_t n, spk_payload *out,
                      spk_error *err) SPK_NODISCARD;

/* The reverse: n * spk_dtype_bytes(dtype) bytes of planes to values. */
void spk_values_decode(spk_dtype dtype, const unsigned char *planes, size_t n, void *values);

/* Value i of an array as an item has it, in any dtype: exact. */
double spk_value_at(spk_dtype dtype, const void *values, size_t i);

#endif
