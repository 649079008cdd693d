/* weights.h: a projection's weights, as both forms of the receptive field plot see them. */
#ifndef SPK_PLOT_WEIGHTS_H
#define SPK_PLOT_WEIGHTS_H

#include "plot.h"
#include "readout/readout.h"

typedef struct weights {
    char *title;
    char *unit;          /* of a weight: "nS", or "" */
    uint32_t targets;    /* tiles */
    uint32_t high, wide; /* pixels of a tile: the sources' grid */
    float *value;        /* [targets][high * wide], scaled to 0..1 between low and high_value */
    double low, top;     /* of the values */
    int32_t *class_;     /* [targets] from the readout, -1 none; NULL without one */
    uint32_t across;     /* tiles side by side, as square as it can be */
} weights;

/* The value of a pixel, 0..1. */
static inline float weights_pixel(const weights *w, uint32_t tile, uint32_t y, uint32_t x)
{
    return w->value[((size_t)tile * w->high + y) * w->wide + x];
}

#ifdef SPK_CAIRO
page_size weights_size(const void *figure, double width);
void weights_draw(const void *figure, page *page);
#endif

#endif
