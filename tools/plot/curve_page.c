/* curve_page.c: lines as a picture: light grid, points marked, names in the colours of their lines.
 */
#include "curve.h"
#include "page.h"

#include <math.h>

page_size curve_size(const void *figure, double width)
{
    (void)figure;
    width = width > 0 ? width : 560;
    return (page_size){width, floor(width * 0.62), false};
}

typedef struct frame {
    box b;
    axis x, y;
} frame;

static double at_x(const frame *f, double value)
{
    return f->b.left + axis_place(&f->x, value) * f->b.width;
}

static double at_y(const frame *f, double value)
{
    return f->b.top + (1 - axis_place(&f->y, value)) * f->b.height;
}

static bool is_point(const curve *c, const curve_column *y, size_t i)
{
    return isfinite(c->x.value[i]) && isfinite(y->value[i]);
}

static void draw_band(const curve *c, page *p, const frame *f)
{
    for (size_t i = 0; i < c->points; i++)
        if (is_point(c, &c->low, i))
            cairo_line_to(p->cr, at_x(f, c->x.value[i]), at_y(f, c->low.value[i]));
    for (size_t i = c->points; i-- > 0;)
        if (is_point(c, &c->high, i))
            cairo_line_to(p->cr, at_x(f, c->x.value[i]), at_y(f, c->high.value[i]));
    page_colour(p, colour_series(0), 0.18);
    cairo_fill(p->cr);
}

/* An empty cell breaks the line. Lines differ in dash as well, for grey printers. */
static void draw_line(const curve *c, page *p, const frame *f, size_t line)
{
    static const double dashes[][2] = {{1, 0}, {5, 2.5}, {1.5, 2}};
    const double *dash = dashes[line % (sizeof dashes / sizeof *dashes)];
    const curve_column *y = &c->y[line];
    page_colour(p, colour_series(line), 1);
    cairo_set_line_width(p->cr, 1.5);
    cairo_set_line_join(p->cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_dash(p->cr, dash, dash[1] > 0 ? 2 : 0, 0);
    bool joined = false;
    for (size_t i = 0; i < c->points; i++) {
        if (!is_point(c, y, i))
            joined = false;
        else if (joined)
            cairo_line_to(p->cr, at_x(f, c->x.value[i]), at_y(f, y->value[i]));
        else
            cairo_move_to(p->cr, at_x(f, c->x.value[i]), at_y(f, y->value[i]));
        joined = is_point(c, y, i);
    }
    cairo_stroke(p->cr);
    cairo_set_dash(p->cr, NULL, 0, 0);
    for (size_t i = 0; c->points <= 60 && i < c->points; i++) {
        if (!is_point(c, y, i)) continue;
        cairo_arc(p->cr, at_x(f, c->x.value[i]), at_y(f, y->value[i]), 2.2, 0, 2 * pi);
        cairo_fill(p->cr);
    }
}

static void draw_names(const curve *c, page *p, double left, double baseline)
{
    for (size_t i = 0; i < c->lines && left < p->width - 40; i++) {
        page_fill(p, (box){left, baseline - 4, 12, 2}, colour_series(i), 1);
        page_text(p, left + 16, baseline, ALIGN_LEFT, TEXT_SIZE, ink, c->y[i].name);
        left += 30 + page_text_width(p, TEXT_SIZE, c->y[i].name);
    }
}

void curve_draw(const void *figure, page *p)
{
    const curve *c = figure;
    const double top = c->title ? 46 : 28;
    const bool several = c->lines > 1;
    const frame f = {.b = {58, top, p->width - 78, p->height - top - 36},
                     .x = axis_make(c->x_from, c->x_to, (unsigned)fmax(p->width / 72, 2), 0),
                     .y = axis_make(c->y_from, c->y_to, (unsigned)fmax(p->height / 42, 2), 0)};
    page_title(p, c->title);
    if (several) draw_names(c, p, f.b.left, top - 8);
    page_axis_below(p, f.b, &f.x, c->x.name, true);
    page_axis_left(p, f.b, &f.y, c->y_name ? c->y_name : several ? "" : c->y[0].name, true);
    cairo_save(p->cr);
    cairo_rectangle(p->cr, f.b.left - 3, f.b.top - 3, f.b.width + 6, f.b.height + 6);
    cairo_clip(p->cr);
    if (c->low.name) draw_band(c, p, &f);
    for (size_t i = 0; i < c->lines; i++)
        draw_line(c, p, &f, i);
    cairo_restore(p->cr);
}
