/* screen.c: see screen.h. */
#include "screen.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

unsigned screen_columns(int fd)
{
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= SCREEN_MIN_WIDTH) return size.ws_col;
    return SCREEN_DEFAULT_WIDTH;
}

static bool environment_says(const char *name, const char *word)
{
    const char *value = getenv(name);
    return value && strstr(value, word);
}

colour_depth screen_depth(int fd, int choice)
{
    enum { AUTO, NEVER, ALWAYS };
    const char *no_color = getenv("NO_COLOR");
    if (choice == NEVER) return DEPTH_MONO;
    if (choice == AUTO &&
        (!isatty(fd) || (no_color && *no_color) || environment_says("TERM", "dumb")))
        return DEPTH_MONO;
    if (environment_says("COLORTERM", "truecolor") || environment_says("COLORTERM", "24bit"))
        return DEPTH_24_BIT;
    return DEPTH_256;
}

/* The nearest of the 6 x 6 x 6 colours of the 256. */
static unsigned cube_colour(rgb c)
{
    static const unsigned level[] = {0, 95, 135, 175, 215, 255};
    const uint8_t part[] = {c.r, c.g, c.b};
    unsigned code = 0;
    for (int k = 0; k < 3; k++) {
        unsigned best = 0;
        for (unsigned i = 1; i < 6; i++)
            if (abs((int)level[i] - part[k]) < abs((int)level[best] - part[k])) best = i;
        code = code * 6 + best;
    }
    return 16 + code;
}

static void select_colour(const screen *s, unsigned plane, rgb c)
{
    if (s->depth == DEPTH_24_BIT)
        fprintf(s->out, "\033[%u;2;%u;%u;%um", plane, c.r, c.g, c.b);
    else if (s->depth == DEPTH_256)
        fprintf(s->out, "\033[%u;5;%um", plane, cube_colour(c));
}

void screen_text_colour(const screen *s, rgb colour)
{
    select_colour(s, 38, colour);
}

void screen_background(const screen *s, rgb colour)
{
    select_colour(s, 48, colour);
}

void screen_plain(const screen *s)
{
    if (s->depth != DEPTH_MONO) fputs("\033[0m", s->out);
}

/* ---- dots -------------------------------------------------------------------------------------
 */

int dots_init(dots *d, unsigned columns, unsigned lines, spk_error *err)
{
    d->columns = columns;
    d->lines = lines;
    d->bits = spk_alloc((size_t)columns * lines, 1, "the picture", err);
    d->series = spk_alloc((size_t)columns * lines, 1, "the picture", err);
    return d->bits && d->series ? 0 : -1;
}

void dots_free(dots *d)
{
    free(d->bits);
    free(d->series);
}

void dots_set(dots *d, long x, long y, uint8_t series)
{
    /* Braille numbers its dots down the left column, then the right; the fourth row came later. */
    static const uint8_t bit[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    if (x < 0 || y < 0 || x >= 2L * d->columns || y >= 4L * d->lines) return;
    const size_t cell = (size_t)(y / 4) * d->columns + (size_t)(x / 2);
    d->bits[cell] |= bit[y % 4][x % 2];
    d->series[cell] = series;
}

void dots_line(dots *d, long x0, long y0, long x1, long y1, uint8_t series)
{
    const long steps = labs(x1 - x0) > labs(y1 - y0) ? labs(x1 - x0) : labs(y1 - y0);
    for (long i = 0; i <= steps; i++) {
        const double f = steps ? (double)i / (double)steps : 0;
        dots_set(d, x0 + lround(f * (double)(x1 - x0)), y0 + lround(f * (double)(y1 - y0)), series);
    }
}

static void put_utf8(FILE *out, unsigned code)
{
    putc((int)(0xE0 | code >> 12), out);
    putc((int)(0x80 | (code >> 6 & 0x3F)), out);
    putc((int)(0x80 | (code & 0x3F)), out);
}

void dots_print(const dots *d, const screen *s, unsigned line)
{
    static const char density[] = " .::**####"; /* by the number of dots set */
    const size_t begin = (size_t)line * d->columns;
    size_t end = begin + d->columns; /* no blanks at the end */
    while (end > begin && !d->bits[end - 1])
        end--;
    uint8_t series = 0;
    for (size_t cell = begin; cell < end; cell++) {
        if (d->bits[cell] && d->series[cell] != series) {
            series = d->series[cell];
            if (series) screen_text_colour(s, colour_series(series - 1));
        }
        if (s->ascii)
            putc(density[__builtin_popcount(d->bits[cell])], s->out);
        else if (d->bits[cell])
            put_utf8(s->out, 0x2800u + d->bits[cell]);
        else
            putc(' ', s->out);
    }
    if (series) screen_plain(s);
}

/* ---- pixels -----------------------------------------------------------------------------------
 */

unsigned screen_pixel_columns(const screen *s)
{
    return s->depth == DEPTH_MONO || s->ascii ? 2 : 1;
}

/* A pixel as two characters of growing ink; a thin line where there is none. */
static void put_shade(const screen *s, float value)
{
    static const char *const block[] = {" ", "░", "▒", "▓", "█"};
    static const char ramp[] = " .:-=+*#%@";
    const int levels = s->ascii ? 10 : 5;
    if (isnan(value)) {
        fputs(s->ascii ? "| " : "│ ", s->out);
        return;
    }
    int level = (int)(value * (float)levels);
    level = level < 0 ? 0 : level >= levels ? levels - 1 : level;
    for (int i = 0; i < 2; i++)
        s->ascii ? putc(ramp[level], s->out) : fputs(block[level], s->out);
}

/* An upper and a lower pixel as one half block; NAN leaves the terminal's background. */
static void put_half_block(const screen *s, float upper, float lower)
{
    if (isnan(upper) && isnan(lower)) {
        putc(' ', s->out);
        return;
    }
    screen_text_colour(s, colour_viridis((double)(isnan(upper) ? lower : upper)));
    if (!isnan(upper) && !isnan(lower)) screen_background(s, colour_viridis((double)lower));
    fputs(isnan(upper) ? "▄" : "▀", s->out);
    screen_plain(s);
}

void screen_pixels(const screen *s, const float *value, unsigned rows, unsigned columns)
{
    const bool shades = screen_pixel_columns(s) == 2;
    for (unsigned row = 0; row < rows; row += shades ? 1 : 2) {
        const float *upper = value + (size_t)row * columns;
        const float *lower = row + 1 < rows ? upper + columns : NULL;
        for (unsigned x = 0; x < columns; x++) {
            if (shades)
                put_shade(s, upper[x]);
            else
                put_half_block(s, upper[x], lower ? lower[x] : NAN);
        }
        putc('\n', s->out);
    }
}

/* ---- axes -------------------------------------------------------------------------------------
 */

static void spaces(const screen *s, unsigned n)
{
    fprintf(s->out, "%*s", (int)n, "");
}

static unsigned tick_column(const axis *a, unsigned i, unsigned columns)
{
    const double place = axis_place(a, axis_tick(a, i)) * (columns - 1);
    return (unsigned)lround(fmin(fmax(place, 0), columns - 1));
}

void screen_axis_below(const screen *s, const axis *a, unsigned gutter, unsigned columns,
                       const char *unit)
{
    char text[AXIS_LABEL_BYTES];
    spaces(s, gutter - 1);
    fputs(s->ascii ? "+" : "└", s->out);
    unsigned tick = 0;
    for (unsigned x = 0; x < columns; x++) {
        const bool here = tick < a->n && tick_column(a, tick, columns) == x;
        tick += here;
        fputs(s->ascii ? (here ? "+" : "-") : (here ? "┴" : "─"), s->out);
    }
    putc('\n', s->out);
    unsigned x = 0; /* next free column, counted from the start of the line */
    for (unsigned i = 0; i < a->n; i++) {
        const unsigned length = (unsigned)strlen(axis_label(a, i, text));
        const unsigned centre = gutter + tick_column(a, i, columns);
        unsigned begin = centre > length / 2 ? centre - length / 2 : 0;
        if (begin + length > gutter + columns) begin = gutter + columns - length;
        if (begin < x + (i > 0)) continue;
        spaces(s, begin - x);
        fputs(text, s->out);
        x = begin + length;
    }
    fprintf(s->out, " %s\n", unit);
}

unsigned screen_gutter(const axis *a)
{
    char text[AXIS_LABEL_BYTES];
    size_t longest = 0;
    for (unsigned i = 0; i < a->n; i++) {
        const size_t length = strlen(axis_label(a, i, text));
        longest = length > longest ? length : longest;
    }
    return (unsigned)longest + 2;
}

void screen_axis_left(const screen *s, const axis *a, unsigned gutter, unsigned line,
                      unsigned lines)
{
    char text[AXIS_LABEL_BYTES];
    for (unsigned i = 0; i < a->n; i++) {
        const double place = (1 - axis_place(a, axis_tick(a, i))) * (lines - 1);
        if ((unsigned)lround(place) == line) {
            fprintf(s->out, "%*s %s", (int)gutter - 2, axis_label(a, i, text),
                    s->ascii ? "+" : "┤");
            return;
        }
    }
    spaces(s, gutter - 1);
    fputs(s->ascii ? "|" : "│", s->out);
}
