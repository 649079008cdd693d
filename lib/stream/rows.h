/* rows.h: rows of an array that outlive the reader's next item. */
#ifndef SPK_STREAM_ROWS_H
#define SPK_STREAM_ROWS_H

#include "stream/reader.h"

/* A copy of `rows` in one piece of memory, to free(); its array is still the reader's. */
int spk_rows_copy(const spk_rows_of *rows, spk_rows_of *copy, void **memory,
                  spk_error *err) SPK_NODISCARD;

#endif
