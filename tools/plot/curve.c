/* curve.c: columns of a TSV or CSV table against each other, such as accuracy against samples
 * trained. The columns are named on the command line; points are joined in the order of the rows.
 */
#include "curve.h"

#include "base/memory.h"
#include "base/path.h"
#include "cli/message.h"
#include "table/table.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_POINTS = 1 << 20, DEFAULT_LINES = 16 };

struct curve_settings {
    const char *x, *low, *high;
    spk_list y;
    double y_min, y_max;
};

static const spk_option options[] = {
    {.name = "x",
     .kind = SPK_TEXT,
     .offset = offsetof(struct curve_settings, x),
     .metavar = "COLUMN",
     .help = "name of the column along the axis (default: the first)"},
    {.name = "y",
     .kind = SPK_LIST,
     .offset = offsetof(struct curve_settings, y),
     .metavar = "COLUMN",
     .help = "name of a column to draw (default: the first other one of numbers)"},
    {.name = "low",
     .kind = SPK_TEXT,
     .offset = offsetof(struct curve_settings, low),
     .metavar = "COLUMN",
     .help = "lower edge of a band around the first line"},
    {.name = "high",
     .kind = SPK_TEXT,
     .offset = offsetof(struct curve_settings, high),
     .metavar = "COLUMN",
     .help = "upper edge of it"},
    {.name = "y-min",
     .kind = SPK_REAL,
     .offset = offsetof(struct curve_settings, y_min),
     .metavar = "Y",
     .help = "lower end of the upright axis (default: as the values need)"},
    {.name = "y-max",
     .kind = SPK_REAL,
     .offset = offsetof(struct curve_settings, y_max),
     .metavar = "Y",
     .help = "upper end of it"},
    {0}};

/* ---- reading ----------------------------------------------------------------------------------
 */

/* A column to fill, and where it is in the rows. */
typedef struct wanted {
    curve_column *column;
    size_t cell;
} wanted;

typedef struct reading {
    curve *c;
    spk_rows *rows;
    const char *name;
    wanted *want;
    size_t wants;
} reading;

static int fail_no_column(const char *table, const char *name, const char *const *cells, size_t n,
                          spk_error *err)
{
    char names[512] = "";
    for (size_t i = 0; i < n; i++) {
        const size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "", cells[i]);
    }
    return spk_fail(err, SPK_USAGE, "%s: no column %s; it has %s", table, name, names);
}

/* The column called `name`, or with NULL the one at `fallback`. */
static int want_column(reading *r, curve_column *column, const char *name, size_t fallback,
                       const char *const *cells, size_t n, spk_error *err)
{
    size_t i = name ? 0 : fallback;
    while (name && i < n && strcmp(cells[i], name) != 0)
        i++;
    if (i >= n) return fail_no_column(r->name, name, cells, n, err);
    column->name = spk_strdup(cells[i], err);
    r->want[r->wants++] = (wanted){column, i};
    return column->name ? 0 : -1;
}

/* The column to draw when none is named: of those beside `x` the first that begins with a number,
 * else that is empty there, else any. */
static size_t default_line(size_t x, const char *const *first, size_t n)
{
    size_t empty = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        double ignored;
        spk_error none;
        if (i == x) continue;
        if (*first[i] && spk_parse_real(first[i], "", &ignored, &none) == 0) return i;
        if (!*first[i] && empty == SIZE_MAX) empty = i;
    }
    return empty != SIZE_MAX ? empty : x == 0 ? 1 : 0;
}

/* Match the columns asked for with the header line; `first`: the first row, of `cells_of_first`. */
static int want_columns(reading *r, const struct curve_settings *settings, const char *const *cells,
                        size_t n, const char *const *first, size_t cells_of_first, spk_error *err)
{
    curve *c = r->c;
    if (!settings->low != !settings->high)
        return spk_fail(err, SPK_USAGE, "--low and --high go together");
    if (want_column(r, &c->x, settings->x, 0, cells, n, err)) return -1;
    if (n < 2) return spk_fail(err, SPK_DATA, "%s: one column; a curve needs two", r->name);
    const size_t line =
        default_line(r->want[0].cell, first, cells_of_first < n ? cells_of_first : n);
    for (size_t i = 0; i < c->lines; i++)
        if (want_column(r, &c->y[i], settings->y.n ? settings->y.item[i] : NULL, line, cells, n,
                        err))
            return -1;
    if (!settings->low) return 0;
    return want_column(r, &c->low, settings->low, 0, cells, n, err) ||
                   want_column(r, &c->high, settings->high, 0, cells, n, err)
               ? -1
               : 0;
}

static int take_cell(const reading *r, const wanted *w, const char *text, spk_error *err)
{
    curve_column *column = w->column;
    if (spk_grow(&column->value, &column->room, r->c->points + 1, sizeof(double), "points", err))
        return -1;
    double *value = &column->value[r->c->points];
    char what[512];
    snprintf(what, sizeof what, "%s:%" PRIu64 ": column %s", r->name, spk_rows_line(r->rows),
             column->name);
    *value = NAN;
    if (*text && spk_parse_real(text, what, value, err)) {
        err->code = SPK_DATA;
        return -1;
    }
    return 0;
}

static int take_row(const reading *r, const char *const *cells, size_t n, spk_error *err)
{
    if (r->c->points == MAX_POINTS)
        return spk_fail(err, SPK_LIMIT, "%s: over %d points", r->name, MAX_POINTS);
    for (size_t i = 0; i < r->wants; i++) {
        if (r->want[i].cell >= n)
            return spk_fail(err, SPK_DATA, "%s:%" PRIu64 ": %zu columns, %zu are needed", r->name,
                            spk_rows_line(r->rows), n, r->want[i].cell + 1);
        if (take_cell(r, &r->want[i], cells[r->want[i].cell], err)) return -1;
    }
    r->c->points++;
    return 0;
}

/* The rows below the header line, which holds `names`. */
static int read_rows(reading *r, const struct curve_settings *settings, const char *const *name,
                     size_t names, spk_error *err)
{
    const char *const *cells = NULL;
    size_t n = 0;
    int more = spk_rows_next(r->rows, &cells, &n, err);
    if (more < 0 || want_columns(r, settings, name, names, cells, more ? n : 0, err)) return -1;
    if (more == 0) return spk_fail(err, SPK_DATA, "%s: a table without rows", r->name);
    while (more > 0) {
        if (take_row(r, cells, n, err)) return -1;
        more = spk_rows_next(r->rows, &cells, &n, err);
    }
    return more;
}

/* Cells of a row live until the next one is read. */
static char **copy_cells(const char *const *cells, size_t n, spk_error *err)
{
    char **copy = spk_alloc(n, sizeof *copy, "the column names", err);
    for (size_t i = 0; copy && i < n; i++) {
        copy[i] = spk_strdup(cells[i], err);
        if (copy[i]) continue;
        while (i > 0)
            free(copy[--i]);
        free(copy);
        return NULL;
    }
    return copy;
}

static int read_table(reading *r, const struct curve_settings *settings, spk_error *err)
{
    const char *const *cells;
    size_t n;
    const int more = spk_rows_next(r->rows, &cells, &n, err);
    if (more < 0) return -1;
    if (more == 0) return spk_fail(err, SPK_DATA, "%s: an empty table", r->name);
    char **name = copy_cells(cells, n, err);
    if (!name) return -1;
    const int status = read_rows(r, settings, (const char *const *)name, n, err);
    for (size_t i = 0; i < n; i++)
        free(name[i]);
    free(name);
    return status;
}

static void widen(const curve_column *column, size_t points, double *from, double *to)
{
    for (size_t i = 0; column->name && i < points; i++) {
        if (!isfinite(column->value[i])) continue;
        *from = fmin(*from, column->value[i]);
        *to = fmax(*to, column->value[i]);
    }
}

/* The ranges of both axes, a little air above and below the lines. */
static int find_ranges(curve *c, const spk_cli *cli, const char *name, spk_error *err)
{
    const struct curve_settings *settings = cli->method_settings;
    c->x_from = c->y_from = INFINITY;
    c->x_to = c->y_to = -INFINITY;
    widen(&c->x, c->points, &c->x_from, &c->x_to);
    widen(&c->low, c->points, &c->y_from, &c->y_to);
    widen(&c->high, c->points, &c->y_from, &c->y_to);
    for (size_t i = 0; i < c->lines; i++)
        widen(&c->y[i], c->points, &c->y_from, &c->y_to);
    if (!(c->x_from <= c->x_to && c->y_from <= c->y_to))
        return spk_fail(err, SPK_DATA, "%s: the columns hold no numbers", name);
    const double air = 0.04 * (c->y_to - c->y_from);
    c->y_from = spk_given(cli, "y-min") ? settings->y_min : c->y_from - air;
    c->y_to = spk_given(cli, "y-max") ? settings->y_max : c->y_to + air;
    if (c->y_from > c->y_to)
        return spk_fail(err, SPK_USAGE, "%s: no value is between --y-min and --y-max", name);
    if (!isfinite(c->x_to - c->x_from) || !isfinite(c->y_to - c->y_from))
        return spk_fail(err, SPK_DATA, "%s: the values are too far apart to be drawn", name);
    return 0;
}

static int fill(curve *c, const spk_cli *cli, int fd, const char *name, spk_error *err)
{
    const struct curve_settings *settings = cli->method_settings;
    const struct settings *common = cli->settings;
    c->lines = settings->y.n ? settings->y.n : 1;
    c->y = spk_alloc(c->lines, sizeof *c->y, "the lines", err);
    wanted *want = spk_alloc(c->lines + 3, sizeof *want, "the columns", err);
    spk_rows *rows = c->y && want ? spk_rows_open(fd, name, 0, err) : NULL;
    int status = -1;
    if (rows) {
        reading r = {.c = c, .rows = rows, .name = name, .want = want};
        status = read_table(&r, settings, err);
        spk_rows_close(rows);
    }
    free(want);
    if (status == 0) status = find_ranges(c, cli, name, err);
    if (status == 0 && common->title) c->title = spk_strdup(common->title, err);
    return status || (common->title && !c->title) ? -1 : 0;
}

void curve_release(void *figure)
{
    curve *c = figure;
    curve_column *one[] = {&c->x, &c->low, &c->high};
    for (size_t i = 0; i < sizeof one / sizeof *one; i++) {
        free(one[i]->name);
        free(one[i]->value);
    }
    for (size_t i = 0; c->y && i < c->lines; i++) {
        free(c->y[i].name);
        free(c->y[i].value);
    }
    free(c->y);
    free(c->y_name);
    free(c->title);
    free(c);
}

static void *read_curve(const spk_cli *cli, spk_error *err)
{
    const struct curve_settings *settings = cli->method_settings;
    if (spk_given(cli, "y-min") && spk_given(cli, "y-max") && settings->y_min >= settings->y_max) {
        spk_fail(err, SPK_USAGE, "--y-min %g is not less than --y-max %g", settings->y_min,
                 settings->y_max);
        return NULL;
    }
    const char *path = spk_operand(cli, 0);
    const int fd = spk_path_open(path, err);
    if (fd < 0) return NULL;
    curve *c = spk_alloc(1, sizeof *c, "the curve", err);
    const int status = c ? fill(c, cli, fd, spk_path_title(path), err) : -1;
    if (fd != STDIN_FILENO) close(fd);
    if (c && status) {
        curve_release(c);
        c = NULL;
    }
    return c;
}

/* ---- on the terminal --------------------------------------------------------------------------
 */

static void set_line(const curve *c, size_t line, const axis *x, const axis *y, dots *d)
{
    const double wide = 2.0 * d->columns - 1, high = 4.0 * d->lines - 1;
    const uint8_t series = (uint8_t)(line % 250 + 1);
    long before_x = 0, before_y = 0;
    bool joined = false;
    for (size_t i = 0; i < c->points; i++) {
        const double at_x = axis_place(x, c->x.value[i]), at_y = axis_place(y, c->y[line].value[i]);
        if (!isfinite(at_x) || !(fabs(at_y) < 1000)) {
            joined = false;
            continue;
        }
        const long to_x = lround(at_x * wide), to_y = lround((1 - at_y) * high);
        dots_line(d, joined ? before_x : to_x, joined ? before_y : to_y, to_x, to_y, series);
        before_x = to_x;
        before_y = to_y;
        joined = true;
    }
}

static void print_names(const curve *c, const screen *s)
{
    if (c->title) fprintf(s->out, "%s\n", c->title);
    for (size_t i = 0; i < c->lines; i++) {
        screen_text_colour(s, colour_series(i));
        fprintf(s->out, "%s%s", i ? ", " : "", c->y[i].name);
        screen_plain(s);
    }
    putc('\n', s->out);
}

int curve_print(const void *figure, const screen *s, spk_error *err)
{
    const curve *c = figure;
    const unsigned lines = s->height ? s->height : DEFAULT_LINES;
    const axis x = axis_make(c->x_from, c->x_to, s->width / 12, 0);
    const axis y = axis_make(c->y_from, c->y_to, lines / 2, 0);
    const unsigned gutter = screen_gutter(&y);
    const unsigned margin = gutter + (unsigned)strlen(c->x.name) + 1;
    dots d;
    if (dots_init(&d, s->width > margin + 10 ? s->width - margin : 10, lines, err)) {
        dots_free(&d);
        return -1;
    }
    for (size_t i = 0; i < c->lines; i++)
        set_line(c, i, &x, &y, &d);
    print_names(c, s);
    for (unsigned line = 0; line < lines; line++) {
        screen_axis_left(s, &y, gutter, line, lines);
        dots_print(&d, s, line);
        putc('\n', s->out);
    }
    screen_axis_below(s, &x, gutter, d.columns, c->x.name);
    dots_free(&d);
    return 0;
}

const plot_method curve_method = {
    .base = {.name = "curve",
             .help = "columns of a table against each other, such as a learning curve",
             .options = options,
             .settings_size = sizeof(struct curve_settings)},
    .read = read_curve,
    .release = curve_release,
    .print = curve_print,
    PAGE_FORM(curve),
};
