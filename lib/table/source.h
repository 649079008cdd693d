/* source.h: the bytes of a file, plain or gzip, with a look ahead.
 *
 * Gzip is recognised by its first bytes, may have several members, and is checked: cut or damaged
 * data is an error, not an end. Memory is one buffer. */
#ifndef SPK_TABLE_SOURCE_H
#define SPK_TABLE_SOURCE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct spk_source spk_source;

/* How far one may look ahead. */
enum { SPK_SOURCE_AHEAD = 1 << 16 };

/* Reads from `fd` (not closed); `name` is for messages and borrowed. */
spk_source *spk_source_open(int fd, const char *name, spk_error *err) SPK_NODISCARD;

/* The next bytes, not yet consumed: at least `least` (<= SPK_SOURCE_AHEAD) of them unless the
 * source ends before. Valid until the next call. */
int spk_source_peek(spk_source *source, size_t least, const unsigned char **bytes, size_t *n,
                    spk_error *err) SPK_NODISCARD;

/* Consume `n` bytes, which must have been seen by the last peek. */
void spk_source_consume(spk_source *source, size_t n);

/* Consume up to `n` bytes into `to` (NULL: drop them); *got is less only at the end. */
int spk_source_read(spk_source *source, void *to, uint64_t n, uint64_t *got,
                    spk_error *err) SPK_NODISCARD;

uint64_t spk_source_offset(const spk_source *source); /* bytes consumed, after decompression */
bool spk_source_compressed(const spk_source *source);
const char *spk_source_name(const spk_source *source);
void spk_source_close(spk_source *source); /* NULL is ignored */

#endif
