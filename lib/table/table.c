/* table.c: rows as TSV or JSON lines; the two differ only in what stands around a cell. */
#include "table/table.h"

#include "base/control.h"
#include "base/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct spk_table {
    FILE *out;
    bool json;
    const char *const *columns;
    size_t width;   /* columns */
    size_t cells;   /* given of the row at hand */
    bool misshaped; /* a row had too few or too many cells: a bug of the caller */
};

static void put_json_text(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c == '\n' || c == '\t')
            fputs(c == '\n' ? "\\n" : "\\t", out);
        else if (spk_is_control(*text))
            fprintf(out, "\\u%04x", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

static void put_tsv_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '\t':
            fputs("\\t", out);
            break;
        case '\n':
            fputs("\\n", out);
            break;
        case '\\':
            fputs("\\\\", out);
            break;
        default:
            if (spk_is_control(*text))
                fprintf(out, "\\x%02x", (unsigned char)*text);
            else
                fputc(*text, out);
        }
    }
}

spk_table *spk_table_open(FILE *out, bool json, const char *const *columns, spk_error *err)
{
    spk_table *table = spk_alloc(1, sizeof *table, "a table", err);
    if (!table) return NULL;
    *table = (spk_table){.out = out, .json = json, .columns = columns};
    while (columns[table->width])
        table->width++;
    for (size_t c = 0; c < table->width && !json; c++) {
        put_tsv_text(out, columns[c]);
        fputc(c + 1 < table->width ? '\t' : '\n', out);
    }
    return table;
}

/* What stands before the next cell. */
static void begin_cell(spk_table *table)
{
    if (table->cells >= table->width) {
        table->misshaped = true;
        return;
    }
    if (!table->json) {
        if (table->cells > 0) fputc('\t', table->out);
    } else {
        fputc(table->cells > 0 ? ',' : '{', table->out);
        put_json_text(table->out, table->columns[table->cells]);
        fputc(':', table->out);
    }
    table->cells++;
}

void spk_table_text(spk_table *table, const char *value)
{
    begin_cell(table);
    if (table->json)
        put_json_text(table->out, value);
    else
        put_tsv_text(table->out, value);
}

void spk_table_u64(spk_table *table, uint64_t value)
{
    begin_cell(table);
    fprintf(table->out, "%" PRIu64, value);
}

void spk_table_i64(spk_table *table, int64_t value)
{
    begin_cell(table);
    fprintf(table->out, "%" PRId64, value);
}

void spk_table_real(spk_table *table, double value)
{
    char buffer[32];
    if (isnan(value) || (table->json && isinf(value))) {
        spk_table_missing(table);
        return;
    }
    begin_cell(table);
    fputs(spk_format_real(value, buffer), table->out);
}

void spk_table_real32(spk_table *table, float value)
{
    char buffer[32];
    if (isnan(value) || (table->json && isinf(value))) {
        spk_table_missing(table);
        return;
    }
    begin_cell(table);
    fputs(spk_format_real32(value, buffer), table->out);
}

void spk_table_derived(spk_table *table, double value)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%.6g", value);
    spk_table_real(table, table->json ? value : strtod(digits, NULL));
}

void spk_table_missing(spk_table *table)
{
    begin_cell(table);
    if (table->json) fputs("null", table->out);
}

void spk_table_end_row(spk_table *table)
{
    if (table->cells != table->width) table->misshaped = true;
    fputs(table->json ? "}\n" : "\n", table->out);
    table->cells = 0;
}

int spk_table_close(spk_table *table, spk_error *err)
{
    FILE *out = table->out;
    bool misshaped = table->misshaped;
    free(table);
    if (misshaped) return spk_fail(err, SPK_BUG, "a table row with a wrong number of cells");
    errno = 0;
    if (fflush(out) || ferror(out)) return spk_fail_errno(err, errno ? errno : EIO, "cannot write");
    return 0;
}
