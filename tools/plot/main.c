/* spk-plot: a stream or a table in, a picture out: on the terminal, or as PNG, SVG or PDF.
 *
 * A method reads its figure first; then the figure is printed or drawn, so that nothing is written
 * for an input that is not whole. */
#include "plot.h"

#include "base/memory.h"
#include "cli/message.h"
#include "filter/target.h"
#ifdef SPK_CAIRO
#include "page.h"
#endif

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const spk_option options[] = {
    {.name = "as",
     .kind = SPK_CHOICE,
     .offset = offsetof(struct settings, as),
     .metavar = "FORM",
     .preset = "auto",
     .choices = "auto|text|png|svg|pdf",
     .help = "form of the output; auto: as the ending of -o FILE says (.png .svg .pdf .txt), else "
             "text"},
    {.name = "width",
     .kind = SPK_COUNT,
     .offset = offsetof(struct settings, width),
     .metavar = "N",
     .help =
         "columns, pixels (png) or points (svg, pdf); default: the terminal's, as the figure likes",
     .min = 20,
     .max = 30000},
    {.name = "height",
     .kind = SPK_COUNT,
     .offset = offsetof(struct settings, height),
     .metavar = "N",
     .help = "lines, pixels or points; pictures of weights and confusion keep their shape",
     .min = 4,
     .max = 30000},
    {.name = "title",
     .kind = SPK_TEXT,
     .offset = offsetof(struct settings, title),
     .metavar = "TEXT",
     .help = "what stands above the figure"},
    {.name = "ascii",
     .kind = SPK_FLAG,
     .offset = offsetof(struct settings, ascii),
     .help = "text: ASCII characters only"},
    {.name = "color",
     .kind = SPK_CHOICE,
     .offset = offsetof(struct settings, color),
     .metavar = "MODE",
     .preset = "auto",
     .choices = "auto|never|always",
     .help = "text: colours; auto: on a terminal, unless NO_COLOR is set"},
    {.name = "population",
     .kind = SPK_TEXT,
     .offset = offsetof(struct settings, population),
     .metavar = "NAME",
     .help = "raster, trace, confusion: show this population; needed when there are several"},
    {0}};

char *figure_title(const spk_cli *cli, spk_error *err, const char *format, ...)
{
    const struct settings *settings = cli->settings;
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return spk_strdup(settings->title ? settings->title : text, err);
}

static bool ends_in(const char *name, const char *suffix)
{
    const size_t n = strlen(name), k = strlen(suffix);
    return n > k && !strcasecmp(name + n - k, suffix);
}

/* The form asked for, or the one that the output's name says; FORM_AUTO on failure. */
static plot_form choose_form(const struct settings *settings, spk_error *err)
{
    static const struct {
        const char *suffix;
        plot_form form;
    } known[] = {
        {".png", FORM_PNG}, {".svg", FORM_SVG}, {".pdf", FORM_PDF}, {".txt", FORM_TERMINAL}};
    const char *name = settings->common.output;
    if (settings->as != FORM_AUTO) return (plot_form)settings->as;
    if (!name || !strcmp(name, "-")) return FORM_TERMINAL;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (ends_in(name, known[i].suffix)) return known[i].form;
    spk_fail(err, SPK_USAGE,
             "%s: no form of this name; end it in .png, .svg, .pdf or .txt, or say --as", name);
    return FORM_AUTO;
}

static int print_text(const spk_cli *cli, const void *figure, spk_output *out, FILE *file,
                      spk_error *err)
{
    const struct settings *settings = cli->settings;
    const plot_method *method = (const plot_method *)cli->method;
    const int fd = spk_output_fd(out);
    const screen s = {.out = file,
                      .width = settings->width ? (unsigned)settings->width : screen_columns(fd),
                      .height = (unsigned)settings->height,
                      .ascii = settings->ascii,
                      .depth = screen_depth(fd, settings->color)};
    return method->print(figure, &s, err);
}

#ifdef SPK_CAIRO
/* The size asked for, in points; a PNG's is given in its pixels, two a point. */
static int draw_page(const spk_cli *cli, const void *figure, plot_form form, FILE *file,
                     spk_error *err)
{
    const struct settings *settings = cli->settings;
    const plot_method *method = (const plot_method *)cli->method;
    const double unit = form == FORM_PNG ? 0.5 : 1;
    page_size size = method->size(figure, (double)settings->width * unit);
    if (settings->width) size.width = (double)settings->width * unit;
    if (settings->height && !size.rigid) size.height = (double)settings->height * unit;
    return page_write(method, figure, form, size, file, err);
}
#else
static int draw_page(const spk_cli *cli, const void *figure, plot_form form, FILE *file,
                     spk_error *err)
{
    (void)cli, (void)figure, (void)form, (void)file;
    return spk_fail(err, SPK_USAGE,
                    "this spk-plot was built without cairo and makes no png, svg or pdf;"
                    " --as text is left");
}
#endif

static int write_figure(const spk_cli *cli, const void *figure, plot_form form, spk_error *err)
{
    static const spk_file_kind kinds[] = {[FORM_TERMINAL] = SPK_FILE_TEXT,
                                          [FORM_PNG] = SPK_FILE_PNG,
                                          [FORM_SVG] = SPK_FILE_SVG,
                                          [FORM_PDF] = SPK_FILE_PDF};
    spk_output *out = spk_target_open(cli, kinds[form], err);
    if (!out) return -1;
    FILE *file = spk_output_file(out, err);
    int status = -1;
    if (file)
        status = form == FORM_TERMINAL ? print_text(cli, figure, out, file, err)
                                       : draw_page(cli, figure, form, file, err);
    if (status == 0) return spk_output_commit(out, err);
    return spk_output_give_up(out, err);
}

static int run(spk_cli *cli, spk_error *err)
{
    const plot_method *method = (const plot_method *)cli->method;
    if (spk_check_operands(cli, 0, 1, err)) return -1;
    const plot_form form = choose_form(cli->settings, err);
    if (form == FORM_AUTO) return -1;
    void *figure = method->read(cli, err);
    if (!figure) return -1;
    const int status = write_figure(cli, figure, form, err);
    method->release(figure);
    return status;
}

static const spk_program program = {
    .name = "spk-plot",
    .summary = "show a stream as a picture, on the terminal or as PNG, SVG or PDF",
    .operands = "[FILE]",
    .options = options,
    .methods = plot_methods,
    .groups = SPK_READS_STREAM | SPK_WRITES_FILE,
    .settings_size = sizeof(struct settings),
    .run = run,
};

int main(int argc, char **argv)
{
    return spk_main(&program, argc, argv);
}
