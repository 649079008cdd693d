/* page.c: see page.h. */
#include "page.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static const double pixels_a_point = 2;

const double pi = 3.14159265358979323846;

const rgb ink = {34, 34, 34}, faint = {110, 110, 110}, hair = {150, 150, 150};

/* Where a page goes, and why it could not. */
typedef struct sink {
    FILE *out;
    int reason;
} sink;

static cairo_status_t put(void *closure, const unsigned char *data, unsigned length)
{
    sink *to = closure;
    if (fwrite(data, 1, length, to->out) == length) return CAIRO_STATUS_SUCCESS;
    to->reason = errno;
    return CAIRO_STATUS_WRITE_ERROR;
}

static cairo_surface_t *make_surface(plot_form form, page_size size, sink *to)
{
    if (form == FORM_SVG)
        return cairo_svg_surface_create_for_stream(put, to, size.width, size.height);
    if (form == FORM_PDF) {
        cairo_surface_t *pdf =
            cairo_pdf_surface_create_for_stream(put, to, size.width, size.height);
        /* The same figure gives the same bytes: no time of day. */
        cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATE_DATE, "");
        return pdf;
    }
    cairo_surface_t *png =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)lround(size.width * pixels_a_point),
                                   (int)lround(size.height * pixels_a_point));
    cairo_surface_set_device_scale(png, pixels_a_point, pixels_a_point);
    return png;
}

static cairo_status_t draw_page(const plot_method *method, const void *figure, page_size size,
                                cairo_surface_t *surface)
{
    page p = {.cr = cairo_create(surface), .width = size.width, .height = size.height};
    page_fill(&p, (box){0, 0, size.width, size.height}, (rgb){255, 255, 255}, 1);
    cairo_select_font_face(p.cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    method->draw(figure, &p);
    const cairo_status_t status = cairo_status(p.cr);
    cairo_destroy(p.cr);
    return status;
}

int page_write(const plot_method *method, const void *figure, plot_form form, page_size size,
               FILE *out, spk_error *err)
{
    sink to = {.out = out};
    cairo_surface_t *surface = make_surface(form, size, &to);
    cairo_status_t status = cairo_surface_status(surface);
    if (status == CAIRO_STATUS_SUCCESS) status = draw_page(method, figure, size, surface);
    if (status == CAIRO_STATUS_SUCCESS && form == FORM_PNG)
        status = cairo_surface_write_to_png_stream(surface, put, &to);
    cairo_surface_finish(surface);
    if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    if (status == CAIRO_STATUS_SUCCESS) return 0;
    if (status == CAIRO_STATUS_WRITE_ERROR) return spk_fail_errno(err, to.reason, "cannot write");
    return spk_fail(err, SPK_LIMIT, "cannot draw a page of %g x %g points: %s", size.width,
                    size.height, cairo_status_to_string(status));
}

/* ---- what is drawn ----------------------------------------------------------------------------
 */

void page_colour(page *p, rgb c, double alpha)
{
    cairo_set_source_rgba(p->cr, c.r / 255.0, c.g / 255.0, c.b / 255.0, alpha);
}

void page_fill(page *p, box b, rgb colour, double alpha)
{
    page_colour(p, colour, alpha);
    cairo_rectangle(p->cr, b.left, b.top, b.width, b.height);
    cairo_fill(p->cr);
}

void page_line(page *p, double x0, double y0, double x1, double y1, double width, rgb colour)
{
    page_colour(p, colour, 1);
    cairo_set_line_width(p->cr, width);
    cairo_move_to(p->cr, x0, y0);
    cairo_line_to(p->cr, x1, y1);
    cairo_stroke(p->cr);
}

double page_text_width(page *p, double size, const char *text)
{
    cairo_text_extents_t extents;
    cairo_set_font_size(p->cr, size);
    cairo_text_extents(p->cr, text, &extents);
    return extents.x_advance;
}

void page_text(page *p, double x, double y, align a, double size, rgb colour, const char *text)
{
    const double width = page_text_width(p, size, text);
    page_colour(p, colour, 1);
    cairo_move_to(p->cr, x - width * (a == ALIGN_LEFT ? 0 : a == ALIGN_MIDDLE ? 0.5 : 1), y);
    cairo_show_text(p->cr, text);
}

void page_title(page *p, const char *title)
{
    if (!title) return;
    const double room = p->width - 2 * TITLE_LEFT;
    const double width = page_text_width(p, TITLE_SIZE, title);
    page_text(p, TITLE_LEFT, 20, ALIGN_LEFT, width > room ? TITLE_SIZE * room / width : TITLE_SIZE,
              ink, title);
}

static const rgb grid_colour = {228, 228, 228};

/* Lines half a point wide lie on half points: one PNG pixel. */
static double crisp(double at)
{
    return floor(at * 2) / 2 + 0.25;
}

void page_axis_below(page *p, box b, const axis *a, const char *name, bool grid)
{
    char text[AXIS_LABEL_BYTES];
    const double bottom = b.top + b.height;
    for (unsigned i = 0; i < a->n; i++) {
        const double x = crisp(b.left + axis_place(a, axis_tick(a, i)) * b.width);
        if (grid) page_line(p, x, b.top, x, bottom, 0.5, grid_colour);
        page_line(p, x, bottom, x, bottom + 3, 0.5, hair);
        page_text(p, x, bottom + 12, ALIGN_MIDDLE, SMALL_SIZE, ink, axis_label(a, i, text));
    }
    page_line(p, b.left, crisp(bottom), b.left + b.width, crisp(bottom), 0.5, hair);
    page_text(p, b.left + b.width / 2, bottom + 25, ALIGN_MIDDLE, TEXT_SIZE, ink, name);
}

void page_axis_left(page *p, box b, const axis *a, const char *name, bool grid)
{
    char text[AXIS_LABEL_BYTES];
    double widest = 0;
    for (unsigned i = 0; i < a->n; i++) {
        const double y = crisp(b.top + (1 - axis_place(a, axis_tick(a, i))) * b.height);
        if (grid) page_line(p, b.left, y, b.left + b.width, y, 0.5, grid_colour);
        page_line(p, b.left - 3, y, b.left, y, 0.5, hair);
        page_text(p, b.left - 5, y + 3, ALIGN_RIGHT, SMALL_SIZE, ink, axis_label(a, i, text));
        widest = fmax(widest, page_text_width(p, SMALL_SIZE, text));
    }
    page_line(p, crisp(b.left), b.top, crisp(b.left), b.top + b.height, 0.5, hair);
    cairo_save(p->cr);
    cairo_translate(p->cr, b.left - widest - 12, b.top + b.height / 2);
    cairo_rotate(p->cr, -pi / 2);
    page_text(p, 0, 0, ALIGN_MIDDLE, TEXT_SIZE, ink, name);
    cairo_restore(p->cr);
}
