/* raster_page.c: the raster as a picture: a mark for each spike, and above them how many fell into
 * each slice of time. */
#include "page.h"
#include "raster.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

enum { MAX_SLICES = 120 };

page_size raster_size(const void *figure, double width)
{
    (void)figure;
    width = width > 0 ? width : 640;
    return (page_size){width, floor(width * 0.55), false};
}

/* Where spike i lies between the ends of the time axis, 0..1. */
static double place(const raster *r, size_t i)
{
    return (double)(r->spike_tick[i] - r->begin) / (double)(r->end - r->begin);
}

/* Spikes in each slice of time, a whole number of ticks, as one outline; says how long a slice is.
 */
static void draw_histogram(const raster *r, page *p, box b, const char *unit, double scale)
{
    const uint64_t span = r->end - r->begin, slice = (span + MAX_SLICES - 1) / MAX_SLICES;
    const size_t slices = (size_t)((span + slice - 1) / slice);
    uint64_t count[MAX_SLICES] = {0}, highest = 0;
    for (size_t i = 0; i < r->spikes; i++)
        count[(r->spike_tick[i] - r->begin) / slice]++;
    for (size_t k = 0; k < slices; k++)
        highest = count[k] > highest ? count[k] : highest;
    const double bottom = b.top + b.height, wide = b.width * (double)slice / (double)span;
    cairo_move_to(p->cr, b.left, bottom);
    for (size_t k = 0; k < slices; k++) {
        const double y = bottom - b.height * (double)count[k] / (double)(highest ? highest : 1);
        cairo_line_to(p->cr, b.left + (double)k * wide, y);
        cairo_line_to(p->cr, fmin(b.left + (double)(k + 1) * wide, b.left + b.width), y);
    }
    cairo_line_to(p->cr, b.left + b.width, bottom);
    page_colour(p, colour_series(5), 0.8);
    cairo_fill(p->cr);
    char text[96];
    snprintf(text, sizeof text, "spikes in %g %s, at most %" PRIu64, (double)slice * scale, unit,
             highest);
    const double room =
        b.width + b.left - 2 * TITLE_LEFT - page_text_width(p, TITLE_SIZE, r->title);
    if (page_text_width(p, SMALL_SIZE, text) < room)
        page_text(p, b.left + b.width, 20, ALIGN_RIGHT, SMALL_SIZE, faint, text);
}

/* Every second sample on a light ground; labels above when there are several. */
static void draw_samples(const raster *r, page *p, box b)
{
    const double scale = b.width / (double)(r->end - r->begin);
    for (size_t i = 0; i < r->samples.n && r->samples.n > 1; i++) {
        const spk_sample *sample = &r->samples.taken[i];
        const double left = b.left + (double)(sample->begin - r->begin) * scale;
        const double width = (double)sample->duration * scale;
        if (i % 2) page_fill(p, (box){left, b.top, width, b.height}, (rgb){242, 245, 249}, 1);
        char text[16];
        snprintf(text, sizeof text, "%" PRId32, sample->label);
        if (sample->label >= 0 && width > page_text_width(p, TEXT_SIZE, text) + 2)
            page_text(p, left + width / 2, b.top - 4, ALIGN_MIDDLE, TEXT_SIZE, ink, text);
    }
}

/* Where units have room, a spike is a stroke; else a dot, the larger the fewer there are. */
static void draw_spikes(const raster *r, page *p, box b)
{
    const double row = b.height / r->units;
    const double stroke = fmin(row * 0.7, 6);
    const double crowd = 0.12 * sqrt(b.width * b.height / (double)(r->spikes + 1));
    const double dot = fmin(fmax(fmax(row * 0.7, 1), crowd), 3);
    page_colour(p, ink, 1);
    for (size_t i = 0; i < r->spikes; i++) {
        const double x = b.left + place(r, i) * b.width;
        const double y = b.top + b.height - (r->spike_unit[i] + 0.5) * row;
        if (stroke > 3) {
            cairo_rectangle(p->cr, x - 0.5, y - stroke / 2, 1, stroke);
        } else if (dot > 2) {
            cairo_new_sub_path(p->cr);
            cairo_arc(p->cr, x, y, dot / 2, 0, 2 * pi);
        } else {
            cairo_rectangle(p->cr, x - dot / 2, y - dot / 2, dot, dot);
        }
        if (i % 4096 == 4095) cairo_fill(p->cr); /* a path of bounded length */
    }
    cairo_fill(p->cr);
}

void raster_draw(const void *figure, page *p)
{
    const raster *r = figure;
    const char *unit;
    double scale;
    const axis time = raster_time_axis(r, (unsigned)(p->width / 64), &unit, &scale);
    const axis units = axis_make(-0.5, r->units - 0.5, (unsigned)fmax(p->height / 40, 2), 1);
    const double top = 32, rate = floor(p->height * 0.12), gap = r->samples.n > 1 ? 16 : 6;
    const box above = {52, top, p->width - 68, rate};
    const box b = {52, top + rate + gap, p->width - 68, p->height - top - rate - gap - 34};
    char name[16];
    snprintf(name, sizeof name, "time (%s)", unit);
    page_title(p, r->title);
    draw_samples(r, p, b);
    draw_histogram(r, p, above, unit, scale);
    page_axis_below(p, b, &time, name, false);
    page_axis_left(p, b, &units, "unit", false);
    draw_spikes(r, p, b);
}
