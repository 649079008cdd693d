/* rows.c: rows of CSV or TSV by libcsv, one at a time.
 *
 * libcsv pushes: it calls back for every cell and row of what it is fed. So it is fed up to the
 * next line end only, which completes at most one row (none if the line end is inside quotes). */
#include "base/memory.h"
#include "table/source.h"
#include "table/table.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_CELLS = 1 << 20,
    MAX_ROW_BYTES = 16 << 20,
    CELL_BLOCK = 1 << 18 /* libcsv grows its cell by this; its own 128 is quadratic for long ones */
};

struct spk_rows {
    spk_source *source;
    bool own_source;
    struct csv_parser parser;
    bool tabs;
    uint64_t line;     /* lines fed so far */
    uint64_t row_line; /* on which the row last returned began */
    bool after_cr;     /* the last byte fed was a CR, whose LF may follow */
    bool row_done;
    bool out_of_memory;
    size_t fed; /* bytes since the last row ended */
    char *text; /* the row's cells, each with its NUL */
    size_t used, text_room;
    size_t *start; /* of each cell in text */
    size_t cells, start_room;
    const char **cell; /* what the caller gets */
    size_t cell_room;
};

static void on_cell(void *bytes, size_t n, void *context)
{
    spk_rows *rows = context;
    if (rows->out_of_memory || rows->cells > MAX_CELLS) return;
    if (spk_grow(&rows->text, &rows->text_room, rows->used + n + 1, 1, "a row", NULL) ||
        spk_grow(&rows->start, &rows->start_room, rows->cells + 1, sizeof *rows->start, "a row",
                 NULL)) {
        rows->out_of_memory = true;
        return;
    }
    rows->start[rows->cells++] = rows->used;
    memcpy(rows->text + rows->used, bytes, n);
    rows->text[rows->used + n] = '\0';
    rows->used += n + 1;
}

static void on_row(int terminator, void *context)
{
    (void)terminator;
    spk_rows *rows = context;
    rows->row_done = true;
}

static const char *name_of(const spk_rows *rows)
{
    return spk_source_name(rows->source);
}

/* A byte order mark is not part of the first cell. */
static int skip_mark(spk_source *source, spk_error *err)
{
    const unsigned char *bytes;
    size_t n;
    if (spk_source_peek(source, 3, &bytes, &n, err)) return -1;
    if (n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) spk_source_consume(source, 3);
    return 0;
}

/* Looks no further than the first line end, so that a live pipe is not kept waiting. */
static int choose_separator(spk_source *source, char *separator, spk_error *err)
{
    const unsigned char *bytes, *end = NULL;
    size_t n = 0, least;
    do {
        least = n < SPK_SOURCE_AHEAD ? n + 1 : SPK_SOURCE_AHEAD;
        if (spk_source_peek(source, least, &bytes, &n, err)) return -1;
        end = memchr(bytes, '\n', n);
    } while (!end && n >= least && n < SPK_SOURCE_AHEAD);
    *separator = memchr(bytes, '\t', end ? (size_t)(end - bytes) : n) ? '\t' : ',';
    return 0;
}

spk_rows *spk_rows_from(spk_source *source, char separator, spk_error *err)
{
    if (skip_mark(source, err)) return NULL;
    if (separator == 0 && choose_separator(source, &separator, err)) return NULL;
    spk_rows *rows = spk_alloc(1, sizeof *rows, "a row", err);
    if (!rows) return NULL;
    if (csv_init(&rows->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL)) {
        free(rows);
        spk_fail(err, SPK_BUG, "libcsv cannot start");
        return NULL;
    }
    rows->source = source;
    csv_set_blk_size(&rows->parser, CELL_BLOCK);
    csv_set_delim(&rows->parser, (unsigned char)separator);
    /* TSV knows no quotes: 0 never occurs, since a NUL byte is refused. */
    if (separator == '\t') csv_set_quote(&rows->parser, 0);
    return rows;
}

spk_rows *spk_rows_open(int fd, const char *name, char separator, spk_error *err)
{
    spk_source *source = spk_source_open(fd, name, err);
    if (!source) return NULL;
    spk_rows *rows = spk_rows_from(source, separator, err);
    if (!rows) {
        spk_source_close(source);
        return NULL;
    }
    rows->own_source = true;
    return rows;
}

/* Bytes of `bytes` up to and including the first line end; all if there is none. */
static size_t up_to_line_end(const unsigned char *bytes, size_t n)
{
    const unsigned char *lf = memchr(bytes, '\n', n);
    size_t length = lf ? (size_t)(lf - bytes) + 1 : n;
    const unsigned char *cr = memchr(bytes, '\r', length);
    return cr ? (size_t)(cr - bytes) + 1 : length;
}

/* CR, LF and CR LF each end one line. */
static void count_line(spk_rows *rows, const unsigned char *bytes, size_t n)
{
    unsigned char last = bytes[n - 1];
    bool second_half = rows->after_cr && n == 1 && last == '\n';
    if ((last == '\n' && !second_half) || last == '\r') rows->line++;
    rows->after_cr = last == '\r';
}

/* libcsv passes over lines without a cell, so the row begins after them. */
static bool is_blank(const unsigned char *bytes, size_t n)
{
    while (n > 0 && bytes[n - 1] <= ' ')
        n--;
    return n == 0;
}

static int feed(spk_rows *rows, const unsigned char *bytes, size_t n, spk_error *err)
{
    unsigned long long line = rows->line + 1;
    rows->fed += n;
    if (rows->fed > MAX_ROW_BYTES)
        return spk_fail(err, SPK_LIMIT, "%s:%llu: row of more than %d MiB", name_of(rows), line,
                        MAX_ROW_BYTES >> 20);
    if (memchr(bytes, 0, n))
        return spk_fail(err, SPK_DATA, "%s:%llu: a zero byte: not a text file", name_of(rows),
                        line);
    if (csv_parse(&rows->parser, bytes, n, on_cell, on_row, rows) != n) {
        if (csv_error(&rows->parser) != CSV_EPARSE)
            return spk_fail(err, SPK_LIMIT, "out of memory for a row of %s", name_of(rows));
        return spk_fail(err, SPK_DATA, "%s:%llu: a quote inside a cell that is not quoted",
                        name_of(rows), line);
    }
    count_line(rows, bytes, n);
    return 0;
}

static int finish(spk_rows *rows, spk_error *err)
{
    if (csv_fini(&rows->parser, on_cell, on_row, rows) == 0) return 0;
    return spk_fail(err, SPK_DATA, "%s:%llu: the file ends inside quotes that began on this line",
                    name_of(rows), (unsigned long long)rows->row_line);
}

/* The caller's view of a complete row. */
static int expose(spk_rows *rows, const char *const **cells, size_t *n, spk_error *err)
{
    if (rows->cells > MAX_CELLS)
        return spk_fail(err, SPK_LIMIT, "%s:%llu: row of more than %d cells", name_of(rows),
                        (unsigned long long)rows->row_line, MAX_CELLS);
    if (rows->out_of_memory ||
        spk_grow(&rows->cell, &rows->cell_room, rows->cells, sizeof *rows->cell, "a row", NULL))
        return spk_fail(err, SPK_LIMIT, "out of memory for a row of %s", name_of(rows));
    for (size_t c = 0; c < rows->cells; c++)
        rows->cell[c] = rows->text + rows->start[c];
    *cells = rows->cell;
    *n = rows->cells;
    return 1;
}

int spk_rows_next(spk_rows *rows, const char *const **cells, size_t *n, spk_error *err)
{
    rows->row_done = false;
    rows->cells = rows->used = rows->fed = 0;
    rows->row_line = rows->line + 1;
    while (!rows->row_done) {
        const unsigned char *bytes;
        size_t available;
        if (spk_source_peek(rows->source, 1, &bytes, &available, err)) return -1;
        if (available == 0) {
            if (finish(rows, err)) return -1;
            break;
        }
        size_t length = up_to_line_end(bytes, available);
        if (feed(rows, bytes, length, err)) return -1;
        if (rows->fed == length && is_blank(bytes, length)) {
            rows->row_line = rows->line + 1;
            rows->fed = 0;
        }
        spk_source_consume(rows->source, length);
    }
    return rows->row_done ? expose(rows, cells, n, err) : 0;
}

uint64_t spk_rows_line(const spk_rows *rows)
{
    return rows->row_line;
}

void spk_rows_close(spk_rows *rows)
{
    if (!rows) return;
    csv_free(&rows->parser);
    if (rows->own_source) spk_source_close(rows->source);
    free(rows->text);
    free(rows->start);
    free(rows->cell);
    free(rows);
}
