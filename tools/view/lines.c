/* lines.c: the buffer, the prefix and the tails.
 *
 * A cell is written with what stands before it: nothing or a tab in TSV, {"name": or ,"name": in
 * JSON. The last of these before the tail is part of the prefix, so that a row of spikes is two
 * copies: the prefix, and a number from a table of ready texts that end in the end of the row. */
#include "lines.h"
#include "base/control.h"
#include "base/digits.h"
#include "base/memory.h"
#include "cli/idle.h"
#include "table/table.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    BUFFER = 1 << 18,   /* fits the second-level cache; large enough for few writes */
    READY_UNITS = 8192, /* numbers below are copied, not formatted */
    READY_BYTES = 16,   /* a ready text: up to 15 characters and their number */
    TAIL = 128          /* room for the longest tail but its column names */
};

typedef struct piece {
    char *text;
    size_t n;
} piece;

struct lines {
    FILE *out;
    bool json;
    uint64_t left; /* rows still allowed */
    size_t columns;
    piece *lead;     /* what stands before each cell */
    const char *end; /* what ends a row */
    size_t end_bytes;
    size_t tail_bytes; /* room for the longest tail */

    char *prefix; /* cells so far, each with its lead, and the next cell's lead */
    size_t prefix_bytes, prefix_capacity;
    size_t cell;                           /* the next cell's column */
    size_t time_at, time_end, time_column; /* the last time: its place, its text's column */
    spk_error error;                       /* the first failure, reported by the next rows */
    bool failed;

    char *buffer;
    size_t used, capacity;
    bool unseen; /* rows went to `out` that it may hold back */
    spk_idler idler;
    char (*ready)[READY_BYTES]; /* small numbers, each with the row's end; last byte: length */
};

/* ---- opening --------------------------------------------------------------------------------- */

static int make_lead(piece *lead, bool json, size_t column, const char *name, spk_error *err)
{
    size_t room = strlen(name) + 8;
    lead->text = spk_alloc(room, 1, "a column", err);
    if (!lead->text) return -1;
    if (json)
        snprintf(lead->text, room, "%c\"%s\":", column ? ',' : '{', name);
    else if (column)
        lead->text[0] = '\t';
    lead->n = strlen(lead->text);
    return 0;
}

static void make_ready(lines *l)
{
    for (uint32_t i = 0; i < READY_UNITS; i++) {
        char *end = spk_put_u64(l->ready[i], i);
        memcpy(end, l->end, l->end_bytes);
        l->ready[i][READY_BYTES - 1] = (char)(end + l->end_bytes - l->ready[i]);
    }
}

static int put_header_line(lines *l, const char *const *columns, spk_error *err)
{
    for (size_t i = 0; i < l->columns; i++)
        if (fprintf(l->out, "%s%s", i ? "\t" : "", columns[i]) < 0)
            return spk_fail_errno(err, errno, "cannot write");
    return putc('\n', l->out) == EOF ? spk_fail_errno(err, errno, "cannot write") : 0;
}

static void lines_free(lines *l)
{
    spk_idle_leave(&l->idler);
    for (size_t i = 0; l->lead && i < l->columns; i++)
        free(l->lead[i].text);
    free(l->lead);
    free(l->prefix);
    free(l->buffer);
    free(l->ready);
    free(l);
}

static int prepare(lines *l, const char *const *columns, spk_error *err)
{
    l->lead = spk_alloc(l->columns, sizeof *l->lead, "columns", err);
    l->ready = spk_alloc(READY_UNITS, READY_BYTES, "numbers", err);
    l->buffer = spk_alloc(BUFFER, 1, "an output buffer", err);
    if (!l->lead || !l->ready || !l->buffer) return -1;
    l->capacity = BUFFER;
    l->tail_bytes = TAIL;
    for (size_t i = 0; i < l->columns; i++) {
        if (make_lead(&l->lead[i], l->json, i, columns[i], err)) return -1;
        l->tail_bytes += l->lead[i].n;
    }
    make_ready(l);
    return l->json ? 0 : put_header_line(l, columns, err);
}

static int flush(lines *l, spk_error *err)
{
    if (l->used && fwrite(l->buffer, 1, l->used, l->out) != l->used)
        return spk_fail_errno(err, errno, "cannot write");
    l->unseen = l->unseen || l->used;
    l->used = 0;
    return 0;
}

/* While the input does not come, what there is is shown. */
static uint64_t due(const void *context)
{
    const lines *l = context;
    return l->used || l->unseen ? 0 : UINT64_MAX;
}

static int pass_on(void *context, spk_error *err)
{
    lines *l = context;
    if (flush(l, err)) return -1;
    l->unseen = false;
    return fflush(l->out) ? spk_fail_errno(err, errno, "cannot write") : 0;
}

lines *lines_open(FILE *out, bool json, const char *const *columns, uint64_t limit, spk_error *err)
{
    lines *l = spk_alloc(1, sizeof *l, "text output", err);
    if (!l) return NULL;
    l->out = out;
    l->json = json;
    l->end = json ? "}\n" : "\n";
    l->end_bytes = strlen(l->end);
    l->left = limit;
    while (columns[l->columns])
        l->columns++;
    if (prepare(l, columns, err)) {
        lines_free(l);
        return NULL;
    }
    l->unseen = true; /* the header line */
    l->idler = (spk_idler){.fd = fileno(out), .context = l, .due = due, .pass_on = pass_on};
    spk_idle_join(&l->idler);
    return l;
}

/* ---- the prefix ------------------------------------------------------------------------------ */

/* Room for `bytes` more and the next lead; NULL keeps the failure for the next rows. */
static char *prefix_room(lines *l, size_t bytes)
{
    size_t need = l->prefix_bytes + bytes + l->tail_bytes;
    if (need <= l->prefix_capacity && !l->failed) return l->prefix + l->prefix_bytes;
    if (l->failed || spk_grow(&l->prefix, &l->prefix_capacity, need, 1, "a row", &l->error)) {
        l->failed = true;
        return NULL;
    }
    return l->prefix + l->prefix_bytes;
}

static void prefix_lead(lines *l)
{
    char *at = prefix_room(l, 0);
    if (!at || l->cell >= l->columns) return;
    memcpy(at, l->lead[l->cell].text, l->lead[l->cell].n);
    l->prefix_bytes += l->lead[l->cell].n;
}

/* The cell's text ends at `end`; open the next one. */
static void prefix_cell_end(lines *l, const char *end)
{
    l->prefix_bytes = (size_t)(end - l->prefix);
    l->cell++;
    prefix_lead(l);
}

void lines_begin(lines *l)
{
    l->prefix_bytes = 0;
    l->cell = 0;
    prefix_lead(l);
}

void lines_u64(lines *l, uint64_t value)
{
    char *at = prefix_room(l, SPK_U64_DIGITS);
    if (at) prefix_cell_end(l, spk_put_u64(at, value));
}

void lines_time(lines *l, const spk_clock *clock, uint64_t tick)
{
    l->time_at = l->prefix_bytes;
    l->time_column = l->cell + 1;
    lines_u64(l, tick);
    char *at = prefix_room(l, SPK_CLOCK_TEXT);
    if (!at) return;
    at = spk_clock_put(clock, tick, at);
    l->time_end = (size_t)(at - l->prefix);
    prefix_cell_end(l, at);
}

/* What stands behind the time moves; no other cell is formatted again. */
void lines_retime(lines *l, const spk_clock *clock, uint64_t tick)
{
    char number[SPK_U64_DIGITS], text[SPK_CLOCK_TEXT];
    if (!prefix_room(l, sizeof number + sizeof text)) return;
    const piece *lead = &l->lead[l->time_column];
    const size_t number_bytes = (size_t)(spk_put_u64(number, tick) - number);
    const size_t text_bytes = (size_t)(spk_clock_put(clock, tick, text) - text);
    const size_t end = l->time_at + number_bytes + lead->n + text_bytes;
    memmove(l->prefix + end, l->prefix + l->time_end, l->prefix_bytes - l->time_end);
    char *at = l->prefix + l->time_at;
    memcpy(at, number, number_bytes);
    memcpy(at + number_bytes, lead->text, lead->n);
    memcpy(at + number_bytes + lead->n, text, text_bytes);
    l->prefix_bytes = l->prefix_bytes - l->time_end + end;
    l->time_end = end;
}

void lines_missing(lines *l)
{
    char *at = prefix_room(l, 4);
    if (!at) return;
    size_t n = l->json ? 4 : 0;
    memcpy(at, "null", n);
    prefix_cell_end(l, at + n);
}

/* As lib/table has it: what is not a number is missing, and JSON has no infinity. */
static bool is_missing(const lines *l, double value)
{
    return isnan(value) || (l->json && isinf(value));
}

void lines_real32(lines *l, float value)
{
    if (is_missing(l, (double)value)) {
        lines_missing(l);
        return;
    }
    char text[32];
    const char *shortest = spk_format_real32(value, text);
    char *at = prefix_room(l, sizeof text);
    if (!at) return;
    size_t n = strlen(shortest);
    memcpy(at, shortest, n);
    prefix_cell_end(l, at + n);
}

/* One character of text, escaped as lib/table does; returns the end. */
static char *put_character(bool json, char *at, unsigned char c)
{
    const char *special = json ? "\t\n\\\"" : "\t\n\\";
    const char *names = "tn\\\"";
    const char *found = c ? strchr(special, c) : NULL;
    if (found) {
        *at++ = '\\';
        *at++ = names[found - special];
    } else if (spk_is_control((char)c)) {
        const char *mark = json ? "\\u00" : "\\x";
        const size_t n = strlen(mark);
        memcpy(at, mark, n);
        at[n] = "0123456789abcdef"[c >> 4];
        at[n + 1] = "0123456789abcdef"[c & 15];
        at += n + 2;
    } else {
        *at++ = (char)c;
    }
    return at;
}

void lines_text(lines *l, const char *value)
{
    char *at = prefix_room(l, 6 * strlen(value) + 2);
    if (!at) return;
    if (l->json) *at++ = '"';
    for (; *value; value++)
        at = put_character(l->json, at, (unsigned char)*value);
    if (l->json) *at++ = '"';
    prefix_cell_end(l, at);
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* Ready for the rows that follow the prefix: how many of `n` the limit allows, -1 on failure. */
static ptrdiff_t begin_rows(lines *l, size_t n, spk_error *err)
{
    if (l->failed) {
        *err = l->error;
        return -1;
    }
    size_t row = l->prefix_bytes + l->tail_bytes;
    if (l->capacity < 2 * row) {
        if (flush(l, err) || spk_grow(&l->buffer, &l->capacity, 2 * row, 1, "a row", err))
            return -1;
    }
    if (n > l->left) n = (size_t)l->left;
    l->left -= n;
    return (ptrdiff_t)n;
}

/* Copy `n` bytes in pieces of 32: a little more is written than asked for, which the room for a
 * tail allows, and nothing is called. */
static inline char *put_prefix(char *at, const char *from, size_t n)
{
    for (size_t i = 0; i < n; i += 32)
        memcpy(at + i, from + i, 32);
    return at + n;
}

int lines_row(lines *l, spk_error *err)
{
    ptrdiff_t rows = begin_rows(l, 1, err);
    if (rows <= 0) return (int)rows;
    if (l->used + l->prefix_bytes + l->tail_bytes > l->capacity && flush(l, err)) return -1;
    char *at = put_prefix(l->buffer + l->used, l->prefix, l->prefix_bytes);
    memcpy(at, l->end, l->end_bytes);
    l->used = (size_t)(at + l->end_bytes - l->buffer);
    return 0;
}

int lines_units(lines *l, size_t n, const uint32_t *unit, spk_error *err)
{
    ptrdiff_t rows = begin_rows(l, n, err);
    if (rows < 0) return -1;
    const size_t row = l->prefix_bytes + l->tail_bytes;
    for (ptrdiff_t i = 0; i < rows; i++) {
        if (l->used + row > l->capacity && flush(l, err)) return -1;
        char *at = put_prefix(l->buffer + l->used, l->prefix, l->prefix_bytes);
        if (unit[i] < READY_UNITS) {
            const char *ready = l->ready[unit[i]];
            memcpy(at, ready, READY_BYTES);
            at += ready[READY_BYTES - 1];
        } else {
            at = spk_put_u64(at, unit[i]);
            memcpy(at, l->end, l->end_bytes);
            at += l->end_bytes;
        }
        l->used = (size_t)(at - l->buffer);
    }
    return 0;
}

static char *put_value(const lines *l, char *at, const char *text, bool missing)
{
    if (missing) text = l->json ? "null" : "";
    size_t n = strlen(text);
    memcpy(at, text, n);
    memcpy(at + n, l->end, l->end_bytes);
    return at + n + l->end_bytes;
}

/* The prefix, the number and the value's lead; returns where the value goes, NULL on failure. */
static char *put_number(lines *l, size_t number, spk_error *err)
{
    size_t row = l->prefix_bytes + l->tail_bytes;
    if (l->used + row > l->capacity && flush(l, err)) return NULL;
    char *at = put_prefix(l->buffer + l->used, l->prefix, l->prefix_bytes);
    at = spk_put_u64(at, number);
    const piece *lead = &l->lead[l->columns - 1];
    memcpy(at, lead->text, lead->n);
    return at + lead->n;
}

int lines_floats(lines *l, size_t n, const uint32_t *unit, const float *value, spk_error *err)
{
    ptrdiff_t rows = begin_rows(l, n, err);
    if (rows < 0) return -1;
    char text[32];
    for (size_t i = 0; i < (size_t)rows; i++) {
        char *at = put_number(l, unit ? unit[i] : i, err);
        if (!at) return -1;
        at = put_value(l, at, spk_format_real32(value[i], text), is_missing(l, (double)value[i]));
        l->used = (size_t)(at - l->buffer);
    }
    return 0;
}

int lines_doubles(lines *l, size_t n, const uint32_t *unit, const double *value, bool single,
                  spk_error *err)
{
    ptrdiff_t rows = begin_rows(l, n, err);
    if (rows < 0) return -1;
    char text[32];
    for (size_t i = 0; i < (size_t)rows; i++) {
        char *at = put_number(l, unit ? unit[i] : i, err);
        if (!at) return -1;
        const char *shortest =
            single ? spk_format_real32((float)value[i], text) : spk_format_real(value[i], text);
        at = put_value(l, at, shortest, is_missing(l, value[i]));
        l->used = (size_t)(at - l->buffer);
    }
    return 0;
}

bool lines_full(const lines *l)
{
    return l->left == 0;
}

int lines_close(lines *l, spk_error *err)
{
    if (!l) return 0;
    int status = 0;
    if (l->failed) {
        *err = l->error;
        status = -1;
    } else {
        status = flush(l, err);
    }
    lines_free(l);
    return status;
}
