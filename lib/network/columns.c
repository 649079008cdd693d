/* columns.c: opening the tables that a network file names, and reading numbers from them. */
#include "network/columns.h"

#include "base/memory.h"
#include "base/words.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- files ----------------------------------------------------------------------------------- */

char *spk_file_path(const spk_json *doc, const cJSON *node, const spk_network *net,
                    const char *file, spk_error *err)
{
    if (!net->folder) {
        spk_json_fail(doc, node, err, "this network may name no files: it is none itself");
        return NULL;
    }
    if (file[0] == 0) {
        spk_json_fail(doc, node, err, "the name of a file is expected");
        return NULL;
    }
    size_t size = strlen(net->folder) + strlen(file) + 1;
    char *path = spk_alloc(size, 1, "a file name", err);
    if (path) snprintf(path, size, "%s%s", file[0] == '/' ? "" : net->folder, file);
    return path;
}

int spk_file_open(const spk_json *doc, const cJSON *node, const char *path, spk_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) return fd;
    return spk_json_fail(doc, node, err, "cannot open %s: %s", path, strerror(errno));
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* The table belongs to the network file: what is wrong in it is wrong there. */
static int next_row(spk_columns *c, size_t *n, spk_error *err)
{
    int more = spk_rows_next(c->rows, &c->cell, n, err);
    if (more < 0 && err && err->code == SPK_DATA) err->code = SPK_USAGE;
    return more;
}

int spk_columns_open(spk_columns *c, const spk_json *doc, const cJSON *node, const spk_network *net,
                     const char *file, spk_error *err)
{
    c->fd = -1;
    c->path = spk_file_path(doc, node, net, file, err);
    if (!c->path || (c->fd = spk_file_open(doc, node, c->path, err)) < 0) return -1;
    c->rows = spk_rows_open(c->fd, c->path, 0, err);
    if (!c->rows) return -1;
    int more = next_row(c, &c->width, err);
    if (more == 0)
        return spk_fail(err, SPK_USAGE,
                        "%s: empty; a line with the names of its columns is expected", c->path);
    return more < 0 ? -1 : 0;
}

void spk_columns_close(spk_columns *c)
{
    if (c->rows) spk_rows_close(c->rows);
    if (c->path && c->fd >= 0) close(c->fd);
    free(c->path);
    *c = (spk_columns){.fd = -1};
}

int spk_columns_fail(const spk_columns *c, spk_error *err, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return spk_fail(err, SPK_USAGE, "%s:%" PRIu64 ": %s", c->path, spk_rows_line(c->rows), text);
}

static int fail_absent(const spk_columns *c, const char *word, spk_error *err)
{
    const char **names = spk_alloc(c->width + 1, sizeof *names, "names", err);
    if (!names) return -1;
    memcpy(names, c->cell, c->width * sizeof *names);
    char instead[300];
    spk_suggest(word, names, instead, sizeof instead);
    free(names);
    return spk_columns_fail(c, err, "there is no column \"%s\"%s", word, instead);
}

int spk_columns_find(const spk_columns *c, const char *names, bool required, int *at,
                     spk_error *err)
{
    spk_words words;
    spk_words_split(&words, names);
    *at = SPK_COLUMN_ABSENT;
    for (size_t i = 0; i < c->width; i++) {
        for (const char *const *word = words.word; *word; word++) {
            if (strcmp(c->cell[i], *word) != 0) continue;
            if (*at != SPK_COLUMN_ABSENT && strcmp(c->cell[*at], c->cell[i]) == 0)
                return spk_columns_fail(c, err, "two columns are called \"%s\"", c->cell[i]);
            if (*at != SPK_COLUMN_ABSENT)
                return spk_columns_fail(c, err,
                                        "both \"%s\" and \"%s\" are columns; one is expected",
                                        c->cell[*at], c->cell[i]);
            *at = (int)i;
        }
    }
    if (*at != SPK_COLUMN_ABSENT || !required) return 0;
    return fail_absent(c, words.word[0], err);
}

int spk_columns_next(spk_columns *c, spk_error *err)
{
    size_t n;
    int more = next_row(c, &n, err);
    if (more <= 0 || n == c->width) return more;
    return spk_columns_fail(c, err, "%zu cells, but the first line names %zu columns", n, c->width);
}

int spk_columns_real(const spk_columns *c, int at, double *out, spk_error *err)
{
    const char *text = c->cell[at];
    char *end = NULL;
    bool plain = *text && strspn(text, "0123456789+-.eE") == strlen(text);
    *out = plain ? strtod(text, &end) : NAN;
    if (!plain || *end) return spk_columns_fail(c, err, "\"%.40s\" is not a number", text);
    if (!isfinite(*out)) return spk_columns_fail(c, err, "%.40s is too large", text);
    return 0;
}

int spk_columns_unit(const spk_columns *c, int at, const spk_population *population, uint32_t *out,
                     spk_error *err)
{
    const char *text = c->cell[at];
    uint64_t value = 0;
    size_t i = 0;
    for (; text[i] >= '0' && text[i] <= '9' && i < 18; i++)
        value = value * 10 + (uint64_t)(text[i] - '0');
    if (i == 0 || text[i])
        return spk_columns_fail(c, err, "\"%.40s\" is not the number of a unit", text);
    if (value >= population->size)
        return spk_columns_fail(c, err, "%s has the units 0 to %u, not %" PRIu64, population->name,
                                population->size - 1, value);
    *out = (uint32_t)value;
    return 0;
}

/* What is the nearest double to a whole number of steps is one, however many digits it has. */
int spk_columns_steps(const spk_columns *c, int at, const spk_network *net, const char *what,
                      uint64_t most, uint64_t *steps, spk_error *err)
{
    double ms;
    if (spk_columns_real(c, at, &ms, err)) return -1;
    double nearest = floor(ms / net->dt_ms + 0.5);
    if (!(nearest >= 0 && nearest <= (double)most))
        return spk_columns_fail(c, err, "a %s of %s ms is out of range (0 to %" PRIu64 " steps)",
                                what, c->cell[at], most);
    double exact = nearest * (double)net->dt.num * 1000 / (double)net->dt.den;
    if (ms < exact || ms > exact)
        return spk_columns_fail(c, err, "%s ms is not a whole number of steps (dt_ms: %g)",
                                c->cell[at], net->dt_ms);
    *steps = (uint64_t)nearest;
    return 0;
}

/* ---- values of units ------------------------------------------------------------------------- */

typedef struct unit_rows {
    spk_columns table;
    const spk_population *population;
    size_t columns;
    int at[4], unit_at;
    uint64_t *line; /* of each unit; 0: not yet */
    double *out;
} unit_rows;

static int find_columns(unit_rows *r, const char *const *name, spk_error *err)
{
    for (size_t k = 0; k < r->columns; k++)
        if (spk_columns_find(&r->table, name[k], true, &r->at[k], err)) return -1;
    return spk_columns_find(&r->table, "unit", false, &r->unit_at, err);
}

/* The `row`-th of the table. */
static int take_row(unit_rows *r, uint64_t row, spk_error *err)
{
    const spk_population *pop = r->population;
    uint32_t unit = (uint32_t)row;
    if (r->unit_at != SPK_COLUMN_ABSENT) {
        if (spk_columns_unit(&r->table, r->unit_at, pop, &unit, err)) return -1;
    } else if (row >= pop->size) {
        return spk_columns_fail(&r->table, err, "more rows than %s has units (%u)", pop->name,
                                pop->size);
    }
    if (r->line[unit])
        return spk_columns_fail(&r->table, err, "unit %u stands on line %" PRIu64 " already", unit,
                                r->line[unit]);
    r->line[unit] = spk_rows_line(r->table.rows);
    for (size_t k = 0; k < r->columns; k++)
        if (spk_columns_real(&r->table, r->at[k], &r->out[unit * r->columns + k], err)) return -1;
    return 0;
}

static int take_rows(unit_rows *r, spk_error *err)
{
    uint64_t row = 0;
    int more;
    while ((more = spk_columns_next(&r->table, err)) > 0)
        if (take_row(r, row++, err)) return -1;
    if (more < 0) return -1;
    for (uint32_t i = 0; i < r->population->size; i++)
        if (!r->line[i])
            return spk_fail(err, SPK_USAGE, "%s: no row for unit %u of %s, which has %u units",
                            r->table.path, i, r->population->name, r->population->size);
    return 0;
}

int spk_columns_units(const spk_json *doc, const cJSON *node, const spk_network *net,
                      const spk_population *population, const char *file, size_t columns,
                      const char *const *name, double *out, uint64_t **row_line, spk_error *err)
{
    unit_rows r = {.population = population, .columns = columns, .out = out};
    const double bytes =
        (double)population->size * (double)(columns * sizeof *out + sizeof *r.line);
    int status = spk_network_room(net, bytes, file, false, population->size, "rows", err);
    if (status == 0) status = spk_columns_open(&r.table, doc, node, net, file, err);
    if (status == 0) status = find_columns(&r, name, err);
    if (status == 0) r.line = spk_alloc(population->size, sizeof *r.line, "lines", err);
    if (!r.line || take_rows(&r, err)) status = -1;
    spk_columns_close(&r.table);
    if (row_line && status == 0)
        *row_line = r.line;
    else
        free(r.line);
    return status;
}
