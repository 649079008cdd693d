/* axis.c: see axis.h. */
#include "axis.h"

#include <math.h>
#include <stdio.h>

axis axis_make(double low, double high, unsigned most, int whole)
{
    if (!(low < high)) {
        const double half = low == 0 ? 1 : fabs(low) / 2;
        high = low + half;
        low -= half;
    }
    /* The smallest of 1, 2, 5, 10, ... times the power of ten below the ideal step that fits. */
    const double ideal = (high - low) / (most > 1 ? most : 1);
    const double power = pow(10, floor(log10(ideal)));
    static const double round_number[] = {1, 2, 5, 10, 20};
    axis a = {.low = low, .high = high};
    for (size_t i = 0; i < sizeof round_number / sizeof *round_number; i++) {
        a.step = power * round_number[i];
        if (whole && a.step < 1) a.step = 1;
        const double first = ceil(low / a.step - 1e-9), last = floor(high / a.step + 1e-9);
        a.first = first * a.step;
        a.n = last >= first ? (unsigned)(last - first) + 1 : 0;
        if (a.n <= most) break;
    }
    const int digits = -(int)floor(log10(a.step) + 1e-9);
    a.decimals = digits > 0 ? digits : 0;
    return a;
}

double axis_tick(const axis *a, unsigned i)
{
    return a->first + i * a->step;
}

const char *axis_label(const axis *a, unsigned i, char buffer[AXIS_LABEL_BYTES])
{
    const double value = axis_tick(a, i);
    if (fabs(value) >= 1e7 || a->decimals > 6)
        snprintf(buffer, AXIS_LABEL_BYTES, "%.3g", value);
    else
        snprintf(buffer, AXIS_LABEL_BYTES, "%.*f", a->decimals, value + 0.0);
    return buffer;
}

double axis_place(const axis *a, double value)
{
    return (value - a->low) / (a->high - a->low);
}
