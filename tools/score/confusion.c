/* confusion.c: the confusion matrix: a row for each label, a column for each predicted class and
 * one for samples without a prediction. */
#include "method.h"

#include "base/memory.h"
#include "table/table.h"

#include <stdlib.h>

enum { NAME_BYTES = 12 };

/* "label", "0" .. "classes - 1", "none", NULL; the numbers are written into `text`. */
static void name_columns(uint32_t classes, char (*text)[NAME_BYTES], const char **column)
{
    column[0] = "label";
    for (uint32_t c = 0; c < classes; c++) {
        snprintf(text[c], NAME_BYTES, "%u", c);
        column[c + 1] = text[c];
    }
    column[classes + 1] = "none";
    column[classes + 2] = NULL;
}

static int put_matrix(const spk_cli *cli, const spk_outcomes *seen, const char *const *column,
                      FILE *out, spk_error *err)
{
    spk_table *table = spk_table_open(out, cli->common->format == SPK_JSON_LINES, column, err);
    if (!table) return -1;
    for (uint32_t label = 0; label < seen->classes; label++) {
        spk_table_u64(table, label);
        for (uint32_t c = 0; c <= seen->classes; c++)
            spk_table_u64(table, spk_outcome(seen, label, c));
        spk_table_end_row(table);
    }
    return spk_table_close(table, err);
}

static int print(const spk_cli *cli, const spk_outcomes *seen, void *collection, FILE *out,
                 spk_error *err)
{
    (void)collection;
    char(*text)[NAME_BYTES] = spk_alloc(seen->classes, sizeof *text, "the column names", err);
    const char **column = spk_alloc((size_t)seen->classes + 3, sizeof *column, "the columns", err);
    int status = -1;
    if (text && column) {
        name_columns(seen->classes, text, column);
        status = put_matrix(cli, seen, column, out, err);
    }
    free(text);
    free(column);
    return status;
}

const score_method confusion_method = {
    .base = {.name = "confusion", .help = "how often each label was predicted as each class"},
    .print = print,
};
