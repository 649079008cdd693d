/* axis.h: round numbers along an axis. */
#ifndef SPK_PLOT_AXIS_H
#define SPK_PLOT_AXIS_H

#include <stddef.h>

/* The ticks first, first + step, ... of an axis from `low` to `high`; n may be 0. */
typedef struct axis {
    double low, high;
    double first, step;
    unsigned n;
    int decimals;
} axis;

enum { AXIS_LABEL_BYTES = 32 };

/* At most `most` ticks inside low..high, a step of 1, 2 or 5 times a power of ten (whole steps
 * only, if asked for). When low is not below high the axis is widened around them. */
axis axis_make(double low, double high, unsigned most, int whole);

double axis_tick(const axis *a, unsigned i);
/* Its text; returns `buffer`. */
const char *axis_label(const axis *a, unsigned i, char buffer[AXIS_LABEL_BYTES]);

/* Where `value` lies, 0 at low, 1 at high. */
double axis_place(const axis *a, double value);

#endif
