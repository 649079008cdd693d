/* table.h: tables out (TSV with a header line, or JSON lines) and rows in (CSV or TSV, libcsv). */
#ifndef SPK_TABLE_TABLE_H
#define SPK_TABLE_TABLE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* ---- writing -----------------------------------------------------------------------------
 * Cells are given in column order; spk_table_end_row closes the row. Numbers are printed in their
 * shortest form that reads back the same; a missing value is empty (TSV) or null (JSON). Tabs,
 * newlines and backslashes in text become \t, \n, \\ in TSV, other control characters \x and two
 * hexadecimal digits. JSON has no infinity, so it is a missing value there. Write errors are kept and
 * reported by spk_table_close. */
typedef struct spk_table spk_table;

/* `columns` is NULL-terminated and borrowed. json: one object a line, no header line. */
spk_table *spk_table_open(FILE *out, bool json, const char *const *columns, spk_error *err);
void spk_table_text(spk_table *table, const char *value);
void spk_table_u64(spk_table *table, uint64_t value);
void spk_table_i64(spk_table *table, int64_t value);
void spk_table_real(spk_table *table, double value);  /* NaN is a missing value */
void spk_table_real32(spk_table *table, float value); /* shortest for a float */
/* A ratio, a rate, a mean: six significant digits in TSV, which people read, all in JSON. */
void spk_table_derived(spk_table *table, double value);
void spk_table_missing(spk_table *table);
void spk_table_end_row(spk_table *table);
/* Flushes and frees; -1 (SPK_IO) when any write failed. The FILE stays open. */
int spk_table_close(spk_table *table, spk_error *err) SPK_NODISCARD;

/* Shortest decimal text that reads back as `value` (buffer of 32). */
const char *spk_format_real(double value, char *buffer);
const char *spk_format_real32(float value, char *buffer);

/* ---- reading -----------------------------------------------------------------------------
 * Streams rows; memory is one row (at most 1 Mi cells, 16 MiB). CSV cells may be quoted ("a,b",
 * "say ""x""", line ends inside); TSV has no quotes. Blanks around a cell that is not quoted are
 * dropped, as are empty lines and a byte order mark. A zero byte, a stray quote and an end inside
 * quotes are errors. */
typedef struct spk_rows spk_rows;
struct spk_source;

/* Reads from `fd` (not closed). separator 0: a tab if the first line holds one, else a comma.
 * `name` is for messages and borrowed. Gzip is recognised by content. */
spk_rows *spk_rows_open(int fd, const char *name, char separator, spk_error *err) SPK_NODISCARD;
/* The same from what is left of `source` (table/source.h), which is not closed. */
spk_rows *spk_rows_from(struct spk_source *source, char separator, spk_error *err) SPK_NODISCARD;
/* 1: a row is there, cells borrowed until the next call; 0: the end; -1: error (with line). */
int spk_rows_next(spk_rows *rows, const char *const **cells, size_t *n,
                  spk_error *err) SPK_NODISCARD;
uint64_t spk_rows_line(const spk_rows *rows); /* line of the row last returned, from 1 */
void spk_rows_close(spk_rows *rows);

#endif
