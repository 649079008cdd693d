/* plot.h: what the kinds of plot share: each reads a figure from its input and can show it in two
 * ways, printed on a terminal and drawn on a page (PNG, SVG, PDF). */
#ifndef SPK_PLOT_PLOT_H
#define SPK_PLOT_PLOT_H

#include "base/error.h"
#include "cli/program.h"
#include "screen.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum plot_form { FORM_AUTO, FORM_TERMINAL, FORM_PNG, FORM_SVG, FORM_PDF } plot_form;

struct settings {
    spk_common common;
    int as;                 /* form */
    uint64_t width, height; /* 0: not given */
    bool ascii;
    int color;
    const char *title; /* NULL: the figure's own */
    const char *population;
};

typedef struct page page; /* page.h */

/* Points (1/72 inch). */
typedef struct page_size {
    double width, height;
    bool rigid; /* the height follows from the width */
} page_size;

typedef struct plot_method {
    spk_method base;
    void *(*read)(const spk_cli *cli, spk_error *err);
    void (*release)(void *figure);
    int (*print)(const void *figure, const screen *screen, spk_error *err);
    /* The page the figure likes for this width (0: any); NULL when built without cairo. */
    page_size (*size)(const void *figure, double width);
    void (*draw)(const void *figure, page *page);
} plot_method;

/* The page form of a method, if there is one in this build. */
#ifdef SPK_CAIRO
#define PAGE_FORM(name) .size = name##_size, .draw = name##_draw
#else
#define PAGE_FORM(name) .size = NULL, .draw = NULL
#endif

extern const plot_method raster_method, trace_method, weights_method, confusion_method,
    curve_method;
extern const spk_method *const plot_methods[];

/* The --title, or the text made from `format`, to free(); NULL when memory is short. */
char *figure_title(const spk_cli *cli, spk_error *err, const char *format, ...) SPK_PRINTF(3, 4);

#endif
