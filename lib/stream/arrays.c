/* arrays.c: rows to WEIGHTS_DENSE and WEIGHTS_SPARSE records.
 *
 *     dense:  0 u64 rows | 8 u64 cols | 16 u64 row0 | 24 u64 rows here | 32 u8 dtype | 40 planes
 *     sparse: the same, and 33 u8 planes of a column gap, 40 u64 connections here |
 *             48 four planes of connections per row | planes of column gaps | planes of values
 */
#include "stream/arrays.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "stream/stream_kernels.h"
#include "stream/values.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    DENSE_HEAD = 40,
    SPARSE_HEAD = 48,
    DENSE_BYTES = 4 << 20,
    SPARSE_MOST = 512 << 10,
    COUNT_PLANES = 4
};

struct spk_arrays {
    const spk_header *header;
    spk_emitter *out;
    uint64_t *next_row; /* by position in the header */
    bool begun;
    const spk_array *open; /* whose rows are gathered */
    uint64_t row0;         /* of the gathered rows */
    size_t rows, cells;    /* gathered: rows, and values (dense) or connections (sparse) */
    unsigned char *value;
    uint32_t *count, *gap; /* sparse: connections per row; column gaps */
    size_t value_room, count_room, gap_room;
    spk_payload payload;
};

spk_arrays *spk_arrays_new(const spk_header *header, spk_emitter *emitter, spk_error *err)
{
    spk_arrays *a = spk_alloc(1, sizeof *a, "the output", err);
    if (!a) return NULL;
    a->header = header;
    a->out = emitter;
    a->next_row = spk_alloc(header->arrays, sizeof *a->next_row, "the output", err);
    if (a->next_row) return a;
    spk_arrays_free(a);
    return NULL;
}

void spk_arrays_free(spk_arrays *a)
{
    if (!a) return;
    free(a->next_row);
    free(a->value);
    free(a->count);
    free(a->gap);
    spk_payload_free(&a->payload);
    free(a);
}

bool spk_arrays_begun(const spk_arrays *a)
{
    return a->begun;
}

/* ---- records -------------------------------------------------------------------------------- */

static unsigned char *put_head(spk_arrays *a, size_t bytes, spk_error *err)
{
    spk_payload_clear(&a->payload);
    unsigned char *at = spk_payload_add(&a->payload, bytes, err);
    if (!at) return NULL;
    memset(at, 0, bytes);
    spk_put64(at, a->open->rows);
    spk_put64(at + 8, a->open->cols);
    spk_put64(at + 16, a->row0);
    spk_put64(at + 24, a->rows);
    at[32] = (unsigned char)a->open->dtype;
    return at;
}

static int emit_dense(spk_arrays *a, spk_error *err)
{
    if (!put_head(a, DENSE_HEAD, err) ||
        spk_values_encode(a->open->dtype, a->value, a->cells, &a->payload, err) ||
        spk_payload_pad(&a->payload, 0, err))
        return -1;
    return spk_emit(a->out, SPK_KIND_WEIGHTS_DENSE, SPK_FLAG_CRITICAL, a->open->id, &a->payload,
                    NULL, err);
}

static int put_u32_planes(spk_arrays *a, const uint32_t *values, size_t n, size_t planes,
                          spk_error *err)
{
    unsigned char *at = spk_payload_add_planes(&a->payload, planes, n, err);
    if (!at) return -1;
    spk_stream_kernels_get()->split32(values, n, 0, planes, at);
    return 0;
}

static int emit_sparse(spk_arrays *a, spk_error *err)
{
    uint32_t all = 0;
    for (size_t i = 0; i < a->cells; i++)
        all |= a->gap[i];
    size_t planes = 0;
    for (; all; all >>= 8)
        planes++;
    unsigned char *head = put_head(a, SPARSE_HEAD, err);
    if (!head) return -1;
    head[33] = (unsigned char)planes;
    spk_put64(head + 40, a->cells);
    if (put_u32_planes(a, a->count, a->rows, COUNT_PLANES, err) ||
        put_u32_planes(a, a->gap, a->cells, planes, err) ||
        spk_values_encode(a->open->dtype, a->value, a->cells, &a->payload, err) ||
        spk_payload_pad(&a->payload, 0, err))
        return -1;
    return spk_emit(a->out, SPK_KIND_WEIGHTS_SPARSE, SPK_FLAG_CRITICAL, a->open->id, &a->payload,
                    NULL, err);
}

/* The gathered rows as a record. */
static int emit_gathered(spk_arrays *a, spk_error *err)
{
    if (!a->rows) return 0;
    if (a->open->sparse ? emit_sparse(a, err) : emit_dense(a, err)) return -1;
    a->row0 += a->rows;
    a->rows = a->cells = 0;
    return spk_emitter_rest(a->out, err);
}

/* ---- rows ----------------------------------------------------------------------------------- */

/* Check that rows row0.. of array `id` are the next ones, and open it. */
static int open_array(spk_arrays *a, uint32_t id, bool sparse, uint64_t row0, uint64_t rows,
                      spk_error *err)
{
    const spk_array *array = spk_header_array(a->header, id);
    if (!array || array->sparse != sparse)
        return spk_fail(err, SPK_BUG, "the stream has no %s array %" PRIu32,
                        sparse ? "sparse" : "dense", id);
    uint64_t *next = &a->next_row[array - a->header->array];
    if (row0 != *next || rows > array->rows - row0)
        return spk_fail(err, SPK_BUG,
                        "%s %s: rows %" PRIu64 " to %" PRIu64 " of %" PRIu64
                        " do not follow row %" PRIu64,
                        array->owner, array->variable, row0, row0 + rows, array->rows, *next);
    if (a->open != array && a->rows)
        return spk_fail(err, SPK_BUG, "%s %s: the array before it is not complete", array->owner,
                        array->variable);
    if (a->open != array || row0 == 0) a->row0 = row0;
    a->open = array;
    a->begun = true;
    *next += rows;
    return 0;
}

/* After a row: write out when the array is complete. */
static int end_of_rows(spk_arrays *a, spk_error *err)
{
    return a->row0 + a->rows == a->open->rows ? emit_gathered(a, err) : 0;
}

static int gather_values(spk_arrays *a, const void *value, size_t n, spk_error *err)
{
    size_t width = spk_dtype_bytes(a->open->dtype);
    if (spk_grow(&a->value, &a->value_room, (a->cells + n) * width, 1, "an array", err)) return -1;
    if (n) memcpy(a->value + a->cells * width, value, n * width);
    return 0;
}

int spk_arrays_dense(spk_arrays *a, uint32_t id, uint64_t row0, uint64_t rows, const void *value,
                     spk_error *err)
{
    if (open_array(a, id, false, row0, rows, err)) return -1;
    const unsigned char *from = value;
    size_t cols = (size_t)a->open->cols, row_bytes = cols * spk_dtype_bytes(a->open->dtype);
    size_t most = row_bytes ? DENSE_BYTES / row_bytes : DENSE_BYTES;
    if (most == 0) most = 1;
    while (rows) {
        size_t some = most - a->rows < rows ? most - a->rows : (size_t)rows;
        if (gather_values(a, from, some * cols, err)) return -1;
        a->rows += some;
        a->cells += some * cols;
        if (a->rows == most && emit_gathered(a, err)) return -1;
        from += some * row_bytes;
        rows -= some;
    }
    return end_of_rows(a, err);
}

/* The columns of one row as gaps: the first from 0, the others from the one before. */
static int gather_columns(spk_arrays *a, const uint32_t *col, size_t n, spk_error *err)
{
    if (spk_grow(&a->gap, &a->gap_room, a->cells + n, sizeof *a->gap, "an array", err) ||
        spk_grow(&a->count, &a->count_room, a->rows + 1, sizeof *a->count, "an array", err))
        return -1;
    uint32_t before = 0;
    for (size_t i = 0; i < n; i++) {
        if (col[i] < before || col[i] >= a->open->cols)
            return spk_fail(err, SPK_BUG, "%s %s: column %" PRIu32 " is not sorted or too large",
                            a->open->owner, a->open->variable, col[i]);
        a->gap[a->cells + i] = col[i] - before;
        before = col[i];
    }
    a->count[a->rows] = (uint32_t)n;
    return 0;
}

int spk_arrays_sparse(spk_arrays *a, uint32_t id, uint64_t row0, uint64_t rows,
                      const uint64_t *row_ptr, const uint32_t *col, const void *value,
                      spk_error *err)
{
    if (open_array(a, id, true, row0, rows, err)) return -1;
    const unsigned char *values = value;
    size_t width = spk_dtype_bytes(a->open->dtype);
    for (uint64_t r = 0; r < rows; r++) {
        size_t first = (size_t)(row_ptr[r] - row_ptr[0]), n = (size_t)(row_ptr[r + 1] - row_ptr[r]);
        if ((a->cells + n > SPARSE_MOST || a->rows == SPARSE_MOST) && emit_gathered(a, err))
            return -1;
        if (gather_columns(a, col + first, n, err) ||
            gather_values(a, values + first * width, n, err))
            return -1;
        a->rows++;
        a->cells += n;
    }
    return end_of_rows(a, err);
}

int spk_arrays_flush(spk_arrays *a, spk_error *err)
{
    return emit_gathered(a, err);
}

int spk_arrays_complete(spk_arrays *a, spk_error *err)
{
    for (size_t i = 0; i < a->header->arrays; i++) {
        const spk_array *array = &a->header->array[i];
        if (a->next_row[i] != array->rows)
            return spk_fail(err, SPK_BUG, "%s %s: %" PRIu64 " of %" PRIu64 " rows were written",
                            array->owner, array->variable, a->next_row[i], array->rows);
        a->next_row[i] = 0;
    }
    a->begun = false;
    a->open = NULL;
    return 0;
}
