/* curve.h: lines of a table, or of a recorded variable, as both forms of the plot see them. */
#ifndef SPK_PLOT_CURVE_H
#define SPK_PLOT_CURVE_H

#include "plot.h"

#include <stddef.h>

typedef struct curve_column {
    char *name;
    double *value; /* [points]; NAN where the cell was empty */
    size_t room;
} curve_column;

typedef struct curve {
    char *title; /* NULL: none */
    size_t points;
    size_t lines;
    curve_column x, low, high; /* low and high: the band of the first line, or no name */
    curve_column *y;           /* [lines] */
    char *y_name;              /* of the upright axis; NULL: the name of the only line */
    double x_from, x_to, y_from, y_to;
} curve;

void curve_release(void *figure);
int curve_print(const void *figure, const screen *s, spk_error *err);
#ifdef SPK_CAIRO
page_size curve_size(const void *figure, double width);
void curve_draw(const void *figure, page *page);
#endif

#endif
