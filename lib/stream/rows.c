/* rows.c: row pointers, values and columns, each aligned for its type, one behind the other. */
#include "stream/rows.h"

#include "base/memory.h"

#include <string.h>

int spk_rows_copy(const spk_rows_of *rows, spk_rows_of *copy, void **memory, spk_error *err)
{
    const bool sparse = rows->array->sparse;
    const uint64_t values = sparse ? rows->row_ptr[rows->rows] : rows->rows * rows->array->cols;
    const size_t pointer_bytes = sparse ? (size_t)(rows->rows + 1) * sizeof *rows->row_ptr : 0;
    const size_t value_bytes = (size_t)values * spk_dtype_bytes(rows->array->dtype);
    const size_t column_at = (pointer_bytes + value_bytes + 7) / 8 * 8;
    const size_t column_bytes = sparse ? (size_t)values * sizeof *rows->col : 0;
    unsigned char *at = spk_alloc(column_at + column_bytes, 1, "a snapshot", err);
    if (!at) return -1;
    *memory = at;
    *copy = *rows;
    copy->value = memcpy(at + pointer_bytes, rows->value, value_bytes);
    if (!sparse) return 0;
    memcpy(at, rows->row_ptr, pointer_bytes);
    memcpy(at + column_at, rows->col, column_bytes);
    copy->row_ptr = (const uint64_t *)(const void *)at;
    copy->col = (const uint32_t *)(const void *)(at + column_at);
    return 0;
}
