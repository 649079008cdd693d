/* lines.h: rows of text by the million, TSV or JSON lines.
 *
 * Rows that follow one another share most of their cells: the spikes of one tick differ in the unit
 * only, the weights of one row in column and value. So a row is a prefix, composed when it changes,
 * and a tail of one or two cells, formatted for every row into a large buffer:
 *
 *     lines_begin(l);
 *     lines_u64(l, sample);
 *     lines_time(l, clock, tick);
 *     lines_text(l, name);
 *     lines_units(l, n, unit, err);      one row for each unit
 *
 * A row without a tail is ended by lines_row(). */
#ifndef SPK_VIEW_LINES_H
#define SPK_VIEW_LINES_H

#include "base/error.h"
#include "stream/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct lines lines;

/* `columns` is NULL-terminated and borrowed; the TSV header line is written at once. At most
 * `limit` rows are written. */
lines *lines_open(FILE *out, bool json, const char *const *columns, uint64_t limit, spk_error *err);

/* The cells of the prefix, in column order. A time takes two columns: the tick, and its text. What
 * is missing, and a number that is not finite, is empty in TSV and null in JSON. A failure is
 * reported by the rows that follow. */
void lines_begin(lines *l);
void lines_u64(lines *l, uint64_t value);
void lines_real32(lines *l, float value);
void lines_text(lines *l, const char *value);
void lines_missing(lines *l);
void lines_time(lines *l, const spk_clock *clock, uint64_t tick);

/* The same cells with another time (the last one, if there are several). */
void lines_retime(lines *l, const spk_clock *clock, uint64_t tick);

/* One row: the cells so far. */
int lines_row(lines *l, spk_error *err);

/* One row for each number: the prefix, then the number. */
int lines_units(lines *l, size_t n, const uint32_t *unit, spk_error *err);

/* One row for each value: the prefix, then a number, then the value in its shortest form; the
 * numbers are `unit`'s, or count up from 0 when it is NULL. `single`: the doubles are floats. */
int lines_floats(lines *l, size_t n, const uint32_t *unit, const float *value, spk_error *err);
int lines_doubles(lines *l, size_t n, const uint32_t *unit, const double *value, bool single,
                  spk_error *err);

/* True once `limit` rows were written: nothing more will come out. */
bool lines_full(const lines *l);

/* Write what is buffered and free; NULL is ignored. */
int lines_close(lines *l, spk_error *err) SPK_NODISCARD;

#endif
