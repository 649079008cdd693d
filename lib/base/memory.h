/* memory.h: allocation whose sizes cannot overflow and whose failure is a message.
 *
 * Sizes read from input are checked against a cap by their reader before they come here. */
#ifndef SPK_BASE_MEMORY_H
#define SPK_BASE_MEMORY_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* `count` zeroed elements of `size` bytes, aligned to 64 bytes (a cache line, an AVX-512 vector).
 * NULL and SPK_LIMIT with `what` named in the message when they cannot be had; count 0 gives a
 * valid pointer. Free with free(). */
void *spk_alloc(size_t count, size_t size, const char *what, spk_error *err) SPK_NODISCARD;

/* `bytes` that are not zeroed, for much data read here and there: where the system offers huge pages,
 * it is asked for them. Free with free(). */
void *spk_alloc_block(size_t bytes, const char *what, spk_error *err) SPK_NODISCARD;

/* Grow *array (from free()-able memory, or NULL) so that it holds at least `needed` elements of
 * `size` bytes; *capacity counts elements. Doubles, so that appending is linear. New memory is
 * not zeroed. On failure -1 and *array is unchanged. */
int spk_grow(void *array, size_t *capacity, size_t needed, size_t size, const char *what,
             spk_error *err) SPK_NODISCARD;

/* A copy of `text` to free(); NULL (and SPK_LIMIT) when memory is short. */
char *spk_strdup(const char *text, spk_error *err) SPK_NODISCARD;

#endif
