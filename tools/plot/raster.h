/* raster.h: the spikes of a few samples, as both forms of the raster plot see them. */
#ifndef SPK_PLOT_RASTER_H
#define SPK_PLOT_RASTER_H

#include "plot.h"
#include "samples.h"

typedef struct raster {
    char *title;
    uint32_t units;
    double tick; /* seconds */
    samples samples;
    uint64_t begin, end; /* ticks that the picture spans */
    size_t spikes, tick_room, unit_room;
    uint64_t *spike_tick;
    uint32_t *spike_unit;
} raster;

/* The time axis of the picture, from 0, in *unit ("ms" or "s"); *scale: its units in a tick. */
axis raster_time_axis(const raster *r, unsigned most, const char **unit, double *scale);

#ifdef SPK_CAIRO
page_size raster_size(const void *figure, double width);
void raster_draw(const void *figure, page *page);
#endif

#endif
