/* page.h: a page to draw on with cairo, and the few things that all figures draw alike.
 *
 * Lengths are in points. A PNG has two pixels a point, so whole and half points are crisp. */
#ifndef SPK_PLOT_PAGE_H
#define SPK_PLOT_PAGE_H

#include "axis.h"
#include "plot.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <cairo.h>

struct page {
    cairo_t *cr;
    double width, height;
};

typedef struct box {
    double left, top, width, height;
} box;

typedef enum align { ALIGN_LEFT, ALIGN_MIDDLE, ALIGN_RIGHT } align;

enum { TITLE_LEFT = 12, TITLE_SIZE = 12, TEXT_SIZE = 9, SMALL_SIZE = 8 };

extern const double pi;
extern const rgb ink, faint, hair; /* text; secondary text; lines of axes */

/* Draw the figure on a page of this form and size (points) and write it to `out`. */
int page_write(const plot_method *method, const void *figure, plot_form form, page_size size,
               FILE *out, spk_error *err);

void page_colour(page *p, rgb colour, double alpha);
void page_fill(page *p, box b, rgb colour, double alpha);
void page_line(page *p, double x0, double y0, double x1, double y1, double width, rgb colour);
/* Text whose baseline is at y. */
void page_text(page *p, double x, double y, align a, double size, rgb colour, const char *text);
double page_text_width(page *p, double size, const char *text);

/* Title at the top left, shrunk to the page. */
void page_title(page *p, const char *title);
/* Axis along the bottom or the left edge of `b`, with its name (may be ""); `grid`: lines across.
 */
void page_axis_below(page *p, box b, const axis *a, const char *name, bool grid);
void page_axis_left(page *p, box b, const axis *a, const char *name, bool grid);

#endif
