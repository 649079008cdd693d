/* weights_page.c: the receptive fields as a picture. All tiles are one image whose pixels are whole
 * device pixels (half points), so that no viewer blurs them; the colour scale stands at the right.
 */
#include "page.h"
#include "weights.h"

#include <inttypes.h>
#include <math.h>

/* Points, but GAP and MAX_IMAGE are image pixels. */
enum { MARGIN = 12, TOP = 32, SCALE_ROOM = 70, GAP = 2, MAX_IMAGE = 32000 };

static uint32_t tiles_down(const weights *w)
{
    return (w->targets + w->across - 1) / w->across;
}

/* Image pixels for each weight's side, so that the tiles fill `width` points; the whole image must not
 * be larger than cairo allows. */
static uint32_t zoom(const weights *w, double width)
{
    const double side = fmin(2 * (width - 2 * MARGIN - SCALE_ROOM), MAX_IMAGE);
    const double across = (side / w->across - GAP) / w->wide;
    const double down = ((double)MAX_IMAGE / tiles_down(w) - GAP) / w->high;
    return (uint32_t)fmax(fmin(across, down), 1);
}

page_size weights_size(const void *figure, double width)
{
    const weights *w = figure;
    width = width > 0 ? width : 720;
    const uint32_t z = zoom(w, width);
    const double wide = w->across * (w->wide * z + GAP) / 2.0;
    const double high = tiles_down(w) * (w->high * z + GAP) / 2.0;
    return (page_size){ceil(wide) + 2 * MARGIN + SCALE_ROOM, ceil(fmax(high, 100)) + TOP + MARGIN,
                       true};
}

static void paint_tile(const weights *w, uint32_t tile, uint32_t z, unsigned char *pixel,
                       size_t stride)
{
    const size_t left = (size_t)(tile % w->across) * (w->wide * z + GAP);
    const size_t top = (size_t)(tile / w->across) * (w->high * z + GAP);
    for (uint32_t y = 0; y < w->high * z; y++) {
        uint32_t *row = (uint32_t *)(void *)(pixel + (top + y) * stride) + left;
        for (uint32_t x = 0; x < w->wide * z; x++) {
            const rgb c = colour_viridis((double)weights_pixel(w, tile, y / z, x / z));
            row[x] = (uint32_t)c.r << 16 | (uint32_t)c.g << 8 | c.b;
        }
    }
}

static void draw_tiles(const weights *w, page *p, uint32_t z)
{
    cairo_surface_t *image =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)(w->across * (w->wide * z + GAP)),
                                   (int)(tiles_down(w) * (w->high * z + GAP)));
    if (cairo_surface_status(image) == CAIRO_STATUS_SUCCESS) {
        cairo_t *ground = cairo_create(image);
        cairo_set_source_rgb(ground, 1, 1, 1);
        cairo_paint(ground);
        cairo_destroy(ground);
        cairo_surface_flush(image);
        for (uint32_t tile = 0; tile < w->targets; tile++)
            paint_tile(w, tile, z, cairo_image_surface_get_data(image),
                       (size_t)cairo_image_surface_get_stride(image));
        cairo_surface_mark_dirty(image);
    }
    cairo_save(p->cr);
    cairo_translate(p->cr, MARGIN, TOP);
    cairo_scale(p->cr, 0.5, 0.5);
    cairo_set_source_surface(p->cr, image, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(p->cr), CAIRO_FILTER_NEAREST);
    cairo_paint(p->cr);
    cairo_restore(p->cr);
    cairo_surface_destroy(image);
}

/* The class of each unit in its tile's corner, white with a dark edge: readable on every colour. */
static void draw_classes(const weights *w, page *p, uint32_t z)
{
    const double wide = (w->wide * z + GAP) / 2.0, high = (w->high * z + GAP) / 2.0;
    const double size = fmin(9, fmax(wide / 4, 3));
    for (uint32_t tile = 0; tile < w->targets; tile++) {
        char text[12] = "–";
        if (w->class_[tile] >= 0) snprintf(text, sizeof text, "%" PRId32, w->class_[tile]);
        cairo_set_font_size(p->cr, size);
        cairo_move_to(p->cr, MARGIN + tile % w->across * wide + size * 0.3,
                      TOP + tile / w->across * high + size * 1.05);
        cairo_text_path(p->cr, text);
        page_colour(p, (rgb){0, 0, 0}, 0.6);
        cairo_set_line_width(p->cr, size / 5);
        cairo_stroke_preserve(p->cr);
        page_colour(p, (rgb){255, 255, 255}, 1);
        cairo_fill(p->cr);
    }
}

static void draw_scale(const weights *w, page *p, double left, double high)
{
    enum { STEPS = 128 };
    const box b = {left, TOP, 10, high};
    const double step = b.height / STEPS;
    const axis a = axis_make(w->low, w->top, (unsigned)fmax(high / 40, 2), 0);
    char text[AXIS_LABEL_BYTES];
    cairo_set_antialias(p->cr, CAIRO_ANTIALIAS_NONE);
    for (int i = 0; i < STEPS; i++)
        page_fill(p, (box){b.left, b.top + (STEPS - 1 - i) * step, b.width, step + 0.5},
                  colour_viridis((double)i / (STEPS - 1)), 1);
    cairo_set_antialias(p->cr, CAIRO_ANTIALIAS_DEFAULT);
    for (unsigned i = 0; i < a.n; i++) {
        const double y = b.top + (1 - axis_place(&a, axis_tick(&a, i))) * b.height;
        page_line(p, b.left + b.width, y, b.left + b.width + 3, y, 0.5, hair);
        page_text(p, b.left + b.width + 5, y + 3, ALIGN_LEFT, SMALL_SIZE, ink,
                  axis_label(&a, i, text));
    }
    page_text(p, b.left, b.top + b.height + 11, ALIGN_LEFT, SMALL_SIZE, faint, w->unit);
}

void weights_draw(const void *figure, page *p)
{
    const weights *w = figure;
    const uint32_t z = zoom(w, p->width);
    const double wide = w->across * (w->wide * z + GAP) / 2.0;
    const double high = tiles_down(w) * (w->high * z + GAP) / 2.0 - 1;
    page_title(p, w->title);
    draw_tiles(w, p, z);
    if (w->class_) draw_classes(w, p, z);
    draw_scale(w, p, MARGIN + wide + 14, fmin(high, 240));
}
