/* report.h: named facts in groups, as rows of dotted key and value or as one JSON object.
 * Numbers are kept as text, so that none passes through a double; rows show six digits of reals. */
#ifndef SPK_INFO_REPORT_H
#define SPK_INFO_REPORT_H

#include "base/error.h"
#include "table/table.h"

#include <stdint.h>
#include <stdio.h>

typedef struct cJSON report; /* an object; memory failures show when it is printed */

report *report_group(report *r, const char *key); /* a group inside, made if it is not there */
void report_text(report *r, const char *key, const char *value);
void report_u64(report *r, const char *key, uint64_t value);
void report_real(report *r, const char *key, double value); /* not a number: missing */
void report_number(report *r, const char *key, const char *digits);

int report_print_rows(const report *r, spk_table *table, spk_error *err);
int report_print_json(const report *r, FILE *out, spk_error *err);

#endif
