/* input_csv.c: a row is a sample; all its cells are values but the one of the label column. */
#include "base/memory.h"
#include "base/words.h"
#include "input.h"
#include "table/table.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NO_COLUMN SIZE_MAX

typedef struct csv {
    spk_rows *rows;
    size_t columns;           /* of every row */
    size_t label;             /* column from 0, or NO_COLUMN */
    const char *const *cells; /* the row at hand */
    size_t n;                 /* its cells */
    bool pending;             /* it has been read but not given */
} csv;

/* Text: no control characters but white space in what is seen of it. */
static bool csv_recognise(const unsigned char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (bytes[i] < 0x20 && !(bytes[i] >= '\t' && bytes[i] <= '\r')) return false;
    return n > 0;
}

/* A decimal number and nothing else; hexadecimal, inf and nan are none. */
static bool parse_number(const char *text, double *value)
{
    uint64_t whole = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9' && at - text < 15; at++)
        whole = whole * 10 + (uint64_t)(*at - '0');
    *value = (double)whole;
    if (*at == '\0') return at > text;
    if (strspn(text, "0123456789+-.eE") != strlen(text)) return false;
    char *end;
    *value = strtod(text, &end);
    return *end == '\0' && isfinite(*value);
}

static int read_row(csv *c, spk_error *err)
{
    return spk_rows_next(c->rows, &c->cells, &c->n, err);
}

static int no_such_column(const input *in, const csv *c, bool header, spk_error *err)
{
    size_t n = c->n;
    const char *wanted = in->options.label_column, *near = NULL;
    const char **names = spk_alloc(n + 1, sizeof *names, "column names", err);
    if (!names) return -1;
    for (size_t i = 0; i < n && header; i++)
        names[i] = c->cells[i];
    near = spk_nearest(wanted, names);
    if (near)
        spk_fail(err, SPK_DATA, "%s: no column \"%s\" (did you mean \"%s\"?)", input_name(in),
                 wanted, near);
    else
        spk_fail(err, SPK_DATA, "%s: no column \"%s\" among its %zu%s", input_name(in), wanted, n,
                 header ? "" : " without names: give a number from 1");
    free(names);
    return -1;
}

/* By name if the first row is one of names, else by number. */
static int find_label(const input *in, csv *c, bool header, spk_error *err)
{
    const char *wanted = in->options.label_column;
    c->label = NO_COLUMN;
    if (!wanted) return 0;
    for (size_t i = 0; i < c->n && header; i++)
        if (strcmp(c->cells[i], wanted) == 0) c->label = i;
    double number;
    if (c->label == NO_COLUMN && parse_number(wanted, &number) && number >= 1 &&
        number <= (double)c->n && floor(number) == number)
        c->label = (size_t)number - 1;
    return c->label == NO_COLUMN ? no_such_column(in, c, header, err) : 0;
}

/* A column that is likely to hold the labels, though none is said to: its name, or "". */
static void find_label_like(const csv *c, char name[8])
{
    static const char *const likely[] = {"label", "class", "target", "y"};
    for (size_t i = 0; i < c->n && c->label == NO_COLUMN; i++)
        for (size_t k = 0; k < sizeof likely / sizeof *likely && !*name; k++)
            if (strcasecmp(c->cells[i], likely[k]) == 0)
                memcpy(name, c->cells[i], strlen(likely[k]));
}

static int bad_cell(const input *in, size_t column, const char *allowed, spk_error *err)
{
    const csv *c = in->state;
    return spk_fail(err, SPK_DATA, "%s:%" PRIu64 ": column %zu is \"%s\": must be %s",
                    input_name(in), spk_rows_line(c->rows), column + 1, c->cells[column], allowed);
}

/* Names if none of the cells that would be values is a number, or if the label column's name is
 * among them; some numbers are a sample with a bad cell or odd names, which is not ours to guess. */
static int detect_header(const input *in, const csv *c, bool *header, spk_error *err)
{
    const char *wanted = in->options.label_column;
    double number, label = 0;
    size_t numbers = 0, others = 0, other = 0;
    bool by_name = wanted && !parse_number(wanted, &label);
    *header = false;
    for (size_t i = 0; i < c->n; i++) {
        if (by_name && strcmp(c->cells[i], wanted) == 0) *header = true;
        if (label == (double)(i + 1)) continue;
        if (parse_number(c->cells[i], &number))
            numbers++;
        else if (others++ == 0)
            other = i;
    }
    if (*header) return 0;
    *header = numbers == 0;
    if (numbers == 0 || others == 0) return 0;
    return bad_cell(in, other, "a number as others are (or say --header yes if these are names)",
                    err);
}

static int csv_open(input *in, spk_error *err)
{
    csv *c = spk_alloc(1, sizeof *c, "a table", err);
    in->state = c;
    if (!c) return -1;
    c->rows = spk_rows_from(in->source, 0, err);
    int more = c->rows ? read_row(c, err) : -1;
    if (more < 0) return -1;
    bool header = in->options.header == HEADER_YES;
    if (more && in->options.header == HEADER_AUTO && detect_header(in, c, &header, err)) return -1;
    if (more && find_label(in, c, header, err)) return -1;
    c->columns = c->n;
    bool named = more && header;
    char label_like[8] = "";
    if (named) find_label_like(c, label_like);
    if (named) more = read_row(c, err);
    if (more < 0) return -1;
    if (more == 0)
        return spk_fail(err, SPK_DATA, "%s: no rows%s", input_name(in),
                        named ? ": the only one was taken for column names" : "");
    c->pending = true;
    size_t size = c->columns - (c->label != NO_COLUMN);
    if (size == 0) return spk_fail(err, SPK_DATA, "%s: no column but the label", input_name(in));
    in->format = (input_format){.size = (uint32_t)size,
                                .table = true,
                                .labelled = c->label != NO_COLUMN,
                                .count = UINT64_MAX};
    memcpy(in->format.label_like, label_like, sizeof label_like);
    return 0;
}

static int take_label(const input *in, int32_t *label, spk_error *err)
{
    const csv *c = in->state;
    double number;
    if (!parse_number(c->cells[c->label], &number) || number < 0 || number > INT32_MAX ||
        floor(number) != number)
        return bad_cell(in, c->label, "a label: a whole number from 0", err);
    *label = (int32_t)number;
    return 0;
}

static int take_values(const input *in, double *value, spk_error *err)
{
    const csv *c = in->state;
    for (size_t i = 0; i < c->columns; i++) {
        if (i == c->label) continue;
        if (!parse_number(c->cells[i], value) || *value < 0)
            return bad_cell(in, i, "a number, 0 or more", err);
        value++;
    }
    return 0;
}

static int csv_next(input *in, double *value, int32_t *label, spk_error *err)
{
    csv *c = in->state;
    int more = c->pending ? 1 : read_row(c, err);
    if (more <= 0) return more;
    c->pending = false;
    if (c->n != c->columns)
        return spk_fail(err, SPK_DATA, "%s:%" PRIu64 ": %zu cells: the first row has %zu",
                        input_name(in), spk_rows_line(c->rows), c->n, c->columns);
    if (c->label != NO_COLUMN && take_label(in, label, err)) return -1;
    if (value && take_values(in, value, err)) return -1;
    return 1;
}

static void csv_close(input *in)
{
    csv *c = in->state;
    if (c) spk_rows_close(c->rows);
    free(c);
}

const input_kind input_csv = {
    .recognise = csv_recognise,
    .open = csv_open,
    .next = csv_next,
    .close = csv_close,
};
