/* gather.h: the last snapshot of a weight stream in memory, as numbers that can be added.
 *
 * Memory grows with what has been read, never with what a header promises. */
#ifndef SPK_WEIGHTS_GATHER_H
#define SPK_WEIGHTS_GATHER_H

#include "stream/reader.h"

typedef struct gathered_array {
    uint64_t rows; /* so far */
    size_t n, capacity;
    double *value; /* [n] row after row */
    /* of a sparse array: */
    size_t ends, columns; /* capacities */
    uint64_t *end;        /* [rows] values up to and with this row */
    uint32_t *col;        /* [n] */
} gathered_array;

typedef struct gathered {
    const char *name;      /* of the stream, in messages; borrowed */
    spk_header header;     /* owned */
    gathered_array *array; /* in the order of header.array */
    spk_snapshot snapshot;
    uint64_t duration; /* ticks */
    spk_provenance history;
} gathered;

/* Read `in` to its end. SPK_DATA where it holds no weights, or arrays that are neither f32 nor f64;
 * SPK_LIMIT where they take more than `max_memory` bytes. `to` is to be freed in any case. */
int gather(spk_reader *in, uint64_t max_memory, gathered *to, spk_error *err) SPK_NODISCARD;
void gathered_free(gathered *g);

/* Add the values of `from` to those of `to`, the samples, and the time. Both must have the same
 * arrays (type, unit, size, structure) with the same connections; SPK_DATA names what differs. */
int gathered_add(gathered *to, const gathered *from, spk_error *err) SPK_NODISCARD;

#endif
