/* curve.h: lines of a table, as both forms of the curve plot see them. */
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
    double x_from, x_to, y_from, y_to;
} curve;

#ifdef SPK_CAIRO
page_size curve_size(const void *figure, double width);
void curve_draw(const void *figure, page *page);
#endif

#endif
