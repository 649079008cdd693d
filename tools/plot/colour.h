/* colour.h: the colours of all figures. Sequential maps grow steadily in lightness, so they survive
 * a grey printer; the palette is the colour-blind safe one of Okabe and Ito (2008). */
#ifndef SPK_PLOT_COLOUR_H
#define SPK_PLOT_COLOUR_H

#include <stddef.h>
#include <stdint.h>

typedef struct rgb {
    uint8_t r, g, b;
} rgb;

/* Sequential, dark blue to yellow, as matplotlib's viridis; t is clamped to 0..1. */
rgb colour_viridis(double t);
/* Sequential, white to dark blue: for cells with text in them. */
rgb colour_blues(double t);
/* The i-th line of a plot; repeats. */
rgb colour_series(size_t i);
/* Relative luminance, 0 black .. 1 white. */
double colour_luminance(rgb colour);

#endif
