/* csv.c: tables of events: CSV, or TSV, with a row of names; and GDF of NEST 2, which is without, and always
 * has the columns sender and time_ms.
 *
 * A column time_s, time_ms, time_us or time_ns; and a column unit (sender, as NEST calls it), or the columns x, y
 * and polarity (p). Others are passed over; but a table of several samples or populations is refused. Times are
 * taken to the nearest ns. Lines before the names may be comments (#), as those that NEST writes. */
#include "base/digits.h"
#include "base/memory.h"
#include "foreign/format.h"
#include "table/table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What the columns are, and what each is called. */
enum { TIME, UNIT, X, Y, POLARITY, SAMPLE, POPULATION, COLUMNS };
#define NONE SIZE_MAX

static const struct {
    const char *name;
    int column;
    int power; /* of a time: 10^power ns */
} names[] = {{"time_s", TIME, 9},  {"time_ms", TIME, 6},  {"time_us", TIME, 3},
             {"time_ns", TIME, 0}, {"unit", UNIT, 0},     {"sender", UNIT, 0},
             {"x", X, 0},          {"y", Y, 0},           {"polarity", POLARITY, 0},
             {"p", POLARITY, 0},   {"sample", SAMPLE, 0}, {"population", POPULATION, 0}};
enum { NAMES = sizeof names / sizeof *names };

typedef struct csv {
    spk_rows *rows;
    size_t at[COLUMNS]; /* where each column is, or NONE */
    int power;
    char *constant[2]; /* the one sample and population */
    uint64_t comments; /* lines before the table */
} csv;

/* ---- recognising ------------------------------------------------------------------------------ */

static bool is_time(const char *cell, size_t n)
{
    for (size_t i = 0; i < NAMES && names[i].column == TIME; i++)
        if (strlen(names[i].name) == n && memcmp(names[i].name, cell, n) == 0) return true;
    return false;
}

/* Text whose first line without a # has a cell that is the name of a time. */
static bool csv_recognise(const unsigned char *bytes, size_t n)
{
    const char *at = (const char *)bytes, *end = at + n;
    while (at < end && *at == '#') {
        const char *line = memchr(at, '\n', (size_t)(end - at));
        at = line ? line + 1 : end;
    }
    while (at < end && *at != '\n' && *at != '\r') {
        const char *cell = at;
        while (at < end && *at != ',' && *at != '\t' && *at != '\n' && *at != '\r')
            at++;
        if (is_time(cell, (size_t)(at - cell))) return true;
        at += at < end && (*at == ',' || *at == '\t');
    }
    return false;
}

/* Does a cell of these characters begin here? Where it ends, or NULL. */
static const char *skip_cell(const char *at, const char *end, const char *characters)
{
    const char *begin = at;
    while (at < end && *at && strchr(characters, *at))
        at++;
    return at > begin ? at : NULL;
}

/* "12\t3.5" is the first line. */
static bool gdf_recognise(const unsigned char *bytes, size_t n)
{
    const char *at = (const char *)bytes, *end = at + n;
    at = skip_cell(at, end, "0123456789");
    if (!at || at == end || *at != '\t') return false;
    at = skip_cell(at + 1, end, "0123456789.");
    return at && (at == end || *at == '\n' || *at == '\r' || *at == '\t');
}

/* ---- the row of names ------------------------------------------------------------------------- */

static int take_name(csv *c, const char *cell, size_t column, const char *file, spk_error *err)
{
    for (size_t i = 0; i < NAMES; i++) {
        if (strcmp(cell, names[i].name) != 0) continue;
        if (c->at[names[i].column] != NONE)
            return spk_fail(err, SPK_DATA, "%s: column \"%s\" says what another one says", file,
                            cell);
        c->at[names[i].column] = column;
        if (names[i].column == TIME) c->power = names[i].power;
    }
    return 0;
}

static int take_names(csv *c, const char *file, spk_error *err)
{
    const char *const *cell;
    size_t n;
    const int more = spk_rows_next(c->rows, &cell, &n, err);
    if (more < 0) return -1;
    for (size_t i = 0; more && i < n; i++)
        if (take_name(c, cell[i], i, file, err)) return -1;
    const bool pixels = c->at[X] != NONE && c->at[Y] != NONE && c->at[POLARITY] != NONE;
    if (c->at[TIME] != NONE && pixels != (c->at[UNIT] != NONE)) return 0;
    return spk_fail(err, SPK_DATA,
                    "%s: the first row must name a time (time_s, time_ms, time_us, time_ns), and "
                    "either unit or x, y "
                    "and polarity",
                    file);
}

static bool count_line(void *context, const char *line)
{
    (void)line;
    ++*(uint64_t *)context;
    return true;
}

/* The table behind its comments. */
static csv *open_table(spk_foreign *in, char separator, spk_error *err)
{
    csv *c = in->state = spk_alloc(1, sizeof *c, "an input", err);
    if (!c) return NULL;
    for (size_t i = 0; i < COLUMNS; i++)
        c->at[i] = NONE;
    if (spk_foreign_lines(in, "#", count_line, &c->comments, err)) return NULL;
    c->rows = spk_rows_from(in->source, separator, err);
    in->by_line = true;
    return c->rows ? c : NULL;
}

static int take_shape(spk_foreign *in, spk_error *err)
{
    const csv *c = in->state;
    if (c->at[UNIT] == NONE ? spk_foreign_camera(in, 0, 0, err) : spk_foreign_units(in, err))
        return -1;
    in->head.tick = (spk_rational){1, 1000000000};
    return 0;
}

static int csv_open(spk_foreign *in, spk_error *err)
{
    csv *c = open_table(in, 0, err);
    return c && take_names(c, spk_source_name(in->source), err) == 0 ? take_shape(in, err) : -1;
}

static int gdf_open(spk_foreign *in, spk_error *err)
{
    csv *c = open_table(in, '\t', err);
    if (!c) return -1;
    c->at[UNIT] = 0;
    c->at[TIME] = 1;
    c->power = 6;
    return take_shape(in, err);
}

static void csv_close(spk_foreign *in)
{
    csv *c = in->state;
    if (!c) return;
    spk_rows_close(c->rows);
    free(c->constant[0]);
    free(c->constant[1]);
}

/* ---- rows ------------------------------------------------------------------------------------- */

/* "12.5" with power 6: 12500000 ns, to the nearest; whatever else a decimal number may look like goes through
 * spk_rational. */
static int parse_time(const char *text, int power, uint64_t *ns)
{
    static const uint64_t ten[] = {1,      10,      100,      1000,      10000,
                                   100000, 1000000, 10000000, 100000000, 1000000000};
    uint64_t mantissa = 0;
    int digits = 0, decimals = 0;
    const char *at = text;
    for (bool point = false; (*at >= '0' && *at <= '9') || (*at == '.' && !point); at++) {
        if (*at == '.') {
            point = true;
            continue;
        }
        mantissa = mantissa * 10 + (uint64_t)(*at - '0');
        decimals += point;
        if (++digits > 18) break;
    }
    if (*at == '\0' && digits > 0 && decimals <= power)
        return __builtin_mul_overflow(mantissa, ten[power - decimals], ns) ? -1 : 0;
    spk_rational seconds;
    const char *rest;
    if (spk_rational_parse(text, spk_rational_of(ten[power], ten[9]), &seconds, &rest) || *rest)
        return -1;
    *ns = spk_rational_divide_round(seconds, (spk_rational){1, 1000000000});
    return *ns == UINT64_MAX ? -1 : 0;
}

/* A whole number; UINT32_MAX, which is beyond every shape, when it is larger. */
static int parse_number(const char *text, uint32_t *value)
{
    uint64_t number = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++)
        number = number < UINT32_MAX ? number * 10 + (uint64_t)(*at - '0') : number;
    *value = number < UINT32_MAX ? (uint32_t)number : UINT32_MAX;
    return *at || at == text ? -1 : 0;
}

static int bad_cell(const spk_foreign *in, const char *cell, const char *allowed, spk_error *err)
{
    const csv *c = in->state;
    return spk_fail(err, SPK_DATA, "%s:%" PRIu64 ": \"%s\": must be %s",
                    spk_source_name(in->source), c->comments + spk_rows_line(c->rows), cell,
                    allowed);
}

static int check_constant(spk_foreign *in, size_t which, const char *cell, spk_error *err)
{
    csv *c = in->state;
    if (!c->constant[which]) {
        c->constant[which] = spk_strdup(cell, err);
        return c->constant[which] ? 0 : -1;
    }
    if (strcmp(c->constant[which], cell) == 0) return 0;
    return bad_cell(in, cell,
                    which ? "the population of the first row: a table holds one"
                          : "the sample of the first row: a table holds one",
                    err);
}

static int take_unit(spk_foreign *in, const char *const *cell, uint32_t *unit, spk_error *err)
{
    const csv *c = in->state;
    uint32_t number[COLUMNS] = {0};
    for (int i = UNIT; i <= POLARITY; i++)
        if (c->at[i] != NONE && parse_number(cell[c->at[i]], &number[i]))
            return bad_cell(in, cell[c->at[i]], "a whole number from 0", err);
    const uint32_t first = in->options.first_unit;
    if (c->at[UNIT] != NONE)
        *unit =
            number[UNIT] < first || number[UNIT] == UINT32_MAX ? UINT32_MAX : number[UNIT] - first;
    else if (number[POLARITY] > 1)
        return bad_cell(in, cell[c->at[POLARITY]], "a polarity, 0 or 1", err);
    else
        *unit = spk_foreign_unit(&in->head, number[POLARITY], number[Y], number[X]);
    return 0;
}

static int take_row(spk_foreign *in, size_t n, const char *const *cell, spk_error *err)
{
    csv *c = in->state;
    const uint64_t line = c->comments + spk_rows_line(c->rows);
    for (size_t i = 0; i < COLUMNS; i++)
        if (c->at[i] != NONE && c->at[i] >= n)
            return spk_fail(err, SPK_DATA, "%s:%" PRIu64 ": %zu cells: fewer than names",
                            spk_source_name(in->source), line, n);
    if (in->n == 0) in->start = line;
    in->place[in->n] = (uint32_t)(line - in->start);
    if (parse_time(cell[c->at[TIME]], c->power, &in->time[in->n]))
        return bad_cell(in, cell[c->at[TIME]], "a time from 0", err);
    for (size_t i = 0; i < 2; i++)
        if (c->at[SAMPLE + i] != NONE && check_constant(in, i, cell[c->at[SAMPLE + i]], err))
            return -1;
    if (take_unit(in, cell, &in->unit[in->n], err)) return -1;
    in->n++;
    return 0;
}

static int csv_next(spk_foreign *in, spk_error *err)
{
    csv *c = in->state;
    const char *const *cell;
    size_t n;
    int more = 1;
    while (in->n < SPK_FOREIGN_BATCH && (more = spk_rows_next(c->rows, &cell, &n, err)) > 0)
        if (take_row(in, n, cell, err)) return -1;
    return more < 0 ? -1 : in->n > 0;
}

/* ---- writing ---------------------------------------------------------------------------------- */

static bool is_camera(const spk_foreign_head *head)
{
    return head->dims == 3 && head->shape[0] == 2;
}

static int csv_begin(spk_foreign_out *out, spk_error *err)
{
    (void)err;
    out->head.tick = (spk_rational){1, 1000000000};
    fputs(is_camera(&out->head) ? "time_us,x,y,polarity\n" : "time_us,unit\n", out->file);
    return 0;
}

/* us, with the decimals that are needed. */
static char *put_time(char *at, uint64_t ns)
{
    const uint64_t rest = ns % 1000;
    at = spk_put_u64(at, ns / 1000);
    if (rest == 0) return at;
    *at++ = '.';
    *at++ = (char)('0' + rest / 100);
    *at++ = (char)('0' + rest / 10 % 10);
    *at++ = (char)('0' + rest % 10);
    while (at[-1] == '0')
        at--;
    return at;
}

static char *put_number(char *at, uint64_t number)
{
    *at++ = ',';
    return spk_put_u64(at, number);
}

static int csv_put(spk_foreign_out *out, size_t n, const uint64_t *time, const uint32_t *unit,
                   spk_error *err)
{
    char row[5 * (SPK_U64_DIGITS + 2)];
    (void)err;
    for (size_t i = 0; i < n; i++) {
        char *at = put_time(row, time[i]);
        if (is_camera(&out->head)) {
            const spk_pixel pixel = spk_foreign_pixel(&out->head, unit[i]);
            at = put_number(put_number(put_number(at, pixel.x), pixel.y), pixel.p);
        } else {
            at = put_number(at, unit[i]);
        }
        *at++ = '\n';
        fwrite(row, 1, (size_t)(at - row), out->file);
    }
    return 0;
}

const spk_foreign_format spk_foreign_csv = {
    .name = "csv",
    .recognise = csv_recognise,
    .open = csv_open,
    .next = csv_next,
    .close = csv_close,
    .begin = csv_begin,
    .put = csv_put,
};

const spk_foreign_format spk_foreign_gdf = {
    .name = "gdf",
    .recognise = gdf_recognise,
    .open = gdf_open,
    .next = csv_next,
    .close = csv_close,
};
