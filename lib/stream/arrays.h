/* arrays.h: the arrays of a weight stream, gathered row by row into records of a few MiB.
 *
 * A dense record has as many rows as fit into 4 MiB (at least one); a sparse record ends before the
 * row with which it would exceed 512 Ki connections or rows. So records depend on content alone. */
#ifndef SPK_STREAM_ARRAYS_H
#define SPK_STREAM_ARRAYS_H

#include "stream/emit.h"
#include "stream/header.h"

typedef struct spk_arrays spk_arrays;

spk_arrays *spk_arrays_new(const spk_header *header, spk_emitter *emitter,
                           spk_error *err) SPK_NODISCARD;
void spk_arrays_free(spk_arrays *a);

/* As the functions of writer.h. */
int spk_arrays_dense(spk_arrays *a, uint32_t id, uint64_t row0, uint64_t rows, const void *value,
                     spk_error *err) SPK_NODISCARD;
int spk_arrays_sparse(spk_arrays *a, uint32_t id, uint64_t row0, uint64_t rows,
                      const uint64_t *row_ptr, const uint32_t *col, const void *value,
                      spk_error *err) SPK_NODISCARD;

/* Write the gathered rows though the array is not complete (salvage). */
int spk_arrays_flush(spk_arrays *a, spk_error *err) SPK_NODISCARD;

/* Every array is there in full; begin anew (a snapshot follows, or END). */
int spk_arrays_complete(spk_arrays *a, spk_error *err) SPK_NODISCARD;
/* Whether any row was given since the beginning or the last complete(). */
bool spk_arrays_begun(const spk_arrays *a);

#endif
