/* screen.h: pictures made of characters: braille dots, coloured half blocks, plain ASCII. */
#ifndef SPK_PLOT_SCREEN_H
#define SPK_PLOT_SCREEN_H

#include "axis.h"
#include "base/error.h"
#include "colour.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

typedef enum colour_depth { DEPTH_MONO, DEPTH_256, DEPTH_24_BIT } colour_depth;

/* Where and how to print. */
typedef struct screen {
    FILE *out;
    unsigned width;  /* columns */
    unsigned height; /* lines; 0: as many as the figure likes */
    bool ascii;
    colour_depth depth;
} screen;

enum { SCREEN_DEFAULT_WIDTH = 100, SCREEN_MIN_WIDTH = 20 };

/* Columns of the terminal on `fd`, SCREEN_DEFAULT_WIDTH when it is none. */
unsigned screen_columns(int fd);
/* What colours to use on `fd`; choice: 0 auto, 1 never, 2 always. */
colour_depth screen_depth(int fd, int choice);

/* Select the colour of the text or of its background; nothing without colours. */
void screen_text_colour(const screen *s, rgb colour);
void screen_background(const screen *s, rgb colour);
void screen_plain(const screen *s);

/* ---- a grid of dots, 2 x 4 in each character ------------------------------------------------- */
typedef struct dots {
    unsigned columns, lines; /* in characters */
    uint8_t *bits;           /* [lines][columns], as in the Unicode braille block */
    uint8_t *series;         /* [lines][columns]: colour of the character, 0 none */
} dots;

int dots_init(dots *d, unsigned columns, unsigned lines, spk_error *err) SPK_NODISCARD;
void dots_free(dots *d);
/* x in 0 .. 2 columns - 1 from the left, y in 0 .. 4 lines - 1 from the top; others are ignored. */
void dots_set(dots *d, long x, long y, uint8_t series);
void dots_line(dots *d, long x0, long y0, long x1, long y1, uint8_t series);
/* One line of it, without a newline. */
void dots_print(const dots *d, const screen *s, unsigned line);

/* ---- pixels ------------------------------------------------------------------------------------
 */

/* Characters across that one pixel takes: 1 with half blocks, 2 without colours. */
unsigned screen_pixel_columns(const screen *s);
/* Print `rows` x `columns` pixels as lines, values 0..1, NAN for background; `indent` spaces before
 * each. Two rows a line with colours, one without. */
void screen_pixels(const screen *s, const float *value, unsigned rows, unsigned columns);

/* ---- axes --------------------------------------------------------------------------------------
 */

/* The line under a plot of `columns` characters that begins after `gutter`, and the labels under
 * it; `unit` stands behind the last. */
void screen_axis_below(const screen *s, const axis *a, unsigned gutter, unsigned columns,
                       const char *unit);
/* What stands left of line `line` of `lines`: a label where a tick of the upright axis is. */
void screen_axis_left(const screen *s, const axis *a, unsigned gutter, unsigned line,
                      unsigned lines);
/* Columns that screen_axis_left needs. */
unsigned screen_gutter(const axis *a);

#endif
