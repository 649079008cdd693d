/* confusion_page.c: the confusion matrix as a picture. */
#include "confusion.h"
#include "page.h"

#include <inttypes.h>
#include <math.h>

enum { LEFT = 52, TOP = 64, RIGHT = 58, BOTTOM = 16, MIN_SIDE = 4 };

static double cell_side(const confusion *c, double width)
{
    return fmax(floor((width - LEFT - RIGHT) / confusion_columns(c)), MIN_SIDE);
}

page_size confusion_size(const void *figure, double width)
{
    const confusion *c = figure;
    if (!(width > 0)) width = LEFT + RIGHT + fmin(fmax(34.0 * confusion_columns(c), 200), 900);
    return (page_size){width, TOP + cell_side(c, width) * c->seen.classes + BOTTOM, true};
}

static void draw_cell(const confusion *c, page *p, box b, uint32_t label, uint32_t column)
{
    const uint64_t n = spk_outcome(&c->seen, label, column);
    const rgb colour = colour_blues(confusion_share(c, label, column));
    page_fill(p, b, colour, 1);
    if (n == 0) return;
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, n);
    double size = fmin(TEXT_SIZE, b.width * 0.4);
    const double width = page_text_width(p, size, text);
    if (width > b.width - 2) size *= (b.width - 2) / width;
    page_text(p, b.left + b.width / 2, b.top + b.height / 2 + size * 0.36, ALIGN_MIDDLE, size,
              colour_luminance(colour) > 0.5 ? ink : (rgb){255, 255, 255}, text);
}

static void draw_frame(const confusion *c, page *p, double side)
{
    const double wide = side * confusion_columns(c), high = side * c->seen.classes;
    for (uint32_t i = 0; i <= confusion_columns(c); i++)
        page_line(p, LEFT + i * side, TOP, LEFT + i * side, TOP + high, 0.5, (rgb){215, 215, 215});
    for (uint32_t i = 0; i <= c->seen.classes; i++)
        page_line(p, LEFT, TOP + i * side, LEFT + wide, TOP + i * side, 0.5, (rgb){215, 215, 215});
    page_text(p, LEFT + side * c->seen.classes / 2, TOP - 22, ALIGN_MIDDLE, TEXT_SIZE, faint,
              "predicted");
    page_text(p, LEFT + wide + 8, TOP - 8, ALIGN_LEFT, SMALL_SIZE, faint, "recall");
    cairo_save(p->cr);
    cairo_translate(p->cr, 22, TOP + high / 2);
    cairo_rotate(p->cr, -pi / 2);
    page_text(p, 0, 0, ALIGN_MIDDLE, TEXT_SIZE, faint, "label");
    cairo_restore(p->cr);
}

static void draw_row(const confusion *c, page *p, double side, uint32_t label)
{
    char text[16];
    const double top = TOP + label * side, size = fmin(TEXT_SIZE, side * 0.6);
    const double baseline = top + side / 2 + size * 0.36;
    for (uint32_t column = 0; column < confusion_columns(c); column++)
        draw_cell(c, p, (box){LEFT + column * side, top, side, side}, label, column);
    snprintf(text, sizeof text, "%" PRIu32, label);
    page_text(p, LEFT - 8, baseline, ALIGN_RIGHT, size, ink, text);
    page_text(p, LEFT + (label + 0.5) * side, TOP - 8, ALIGN_MIDDLE, size, ink, text);
    if (confusion_samples(c, label) == 0) return;
    snprintf(text, sizeof text, "%.1f %%", 100 * confusion_share(c, label, label));
    page_text(p, LEFT + confusion_columns(c) * side + 8, baseline, ALIGN_LEFT,
              fmin(SMALL_SIZE, size), faint, text);
}

void confusion_draw(const void *figure, page *p)
{
    const confusion *c = figure;
    const double side = cell_side(c, p->width);
    page_title(p, c->title);
    for (uint32_t label = 0; label < c->seen.classes; label++)
        draw_row(c, p, side, label);
    if (c->has_none)
        page_text(p, LEFT + (c->seen.classes + 0.5) * side, TOP - 8, ALIGN_MIDDLE,
                  fmin(SMALL_SIZE, side * 0.5), faint, "none");
    draw_frame(c, p, side);
}
