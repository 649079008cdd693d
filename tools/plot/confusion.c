/* confusion.c: the confusion matrix as a picture. A cell is coloured by the share of its row, so
 * classes of different size compare, and shows its count. */
#include "confusion.h"

#include "base/memory.h"
#include "cli/message.h"
#include "filter/filter.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CLASSES = 100 }; /* that can still be read in a picture */

/* ---- reading ----------------------------------------------------------------------------------
 */

static int make_title(confusion *c, const spk_cli *cli, spk_error *err)
{
    uint64_t right = 0;
    for (uint32_t label = 0; label < c->seen.classes; label++) {
        right += spk_outcome(&c->seen, label, label);
        c->has_none = c->has_none || spk_outcome(&c->seen, label, c->seen.classes);
    }
    c->title = figure_title(cli, err, "%" PRIu64 " of %" PRIu64 " right, %.1f %%", right,
                            c->seen.labelled, 100.0 * (double)right / (double)c->seen.labelled);
    return c->title ? 0 : -1;
}

static int fill(confusion *c, const spk_cli *cli, spk_reader *in, spk_error *err)
{
    const struct settings *settings = cli->settings;
    if (spk_outcomes_read(&c->seen, in, settings->population, NULL, NULL, err)) return -1;
    if (c->seen.classes > MAX_CLASSES)
        return spk_fail(err, SPK_LIMIT, "%s: %u classes; a picture has room for %d",
                        spk_reader_name(in), c->seen.classes, MAX_CLASSES);
    return make_title(c, cli, err);
}

static void release_confusion(void *figure)
{
    confusion *c = figure;
    free(c->title);
    spk_outcomes_free(&c->seen);
    free(c);
}

static void *read_confusion(const spk_cli *cli, spk_error *err)
{
    confusion *c = spk_alloc(1, sizeof *c, "the matrix", err);
    if (!c) return NULL;
    spk_reader *in = spk_filter_input(cli, spk_operand(cli, 0), NULL, err);
    const int status = in ? fill(c, cli, in, err) : -1;
    if (in) spk_reader_close(in);
    if (status) {
        release_confusion(c);
        return NULL;
    }
    return c;
}

uint64_t confusion_samples(const confusion *c, uint32_t label)
{
    uint64_t n = 0;
    for (uint32_t column = 0; column <= c->seen.classes; column++)
        n += spk_outcome(&c->seen, label, column);
    return n;
}

double confusion_share(const confusion *c, uint32_t label, uint32_t column)
{
    const uint64_t n = confusion_samples(c, label);
    return n ? (double)spk_outcome(&c->seen, label, column) / (double)n : 0;
}

/* ---- on the terminal --------------------------------------------------------------------------
 */

/* Characters of a cell: the widest count or class, and a space. */
static int cell_width(const confusion *c)
{
    uint64_t widest = c->has_none ? 1000 : c->seen.classes - 1;
    for (size_t i = 0; i < (size_t)c->seen.classes * (c->seen.classes + 1); i++)
        widest = c->seen.count[i] > widest ? c->seen.count[i] : widest;
    return snprintf(NULL, 0, "%" PRIu64, widest) + 2;
}

static void print_cell(const confusion *c, const screen *s, int width, uint32_t label,
                       uint32_t column)
{
    const uint64_t n = spk_outcome(&c->seen, label, column);
    const rgb colour = colour_blues(confusion_share(c, label, column));
    screen_background(s, colour);
    screen_text_colour(s,
                       colour_luminance(colour) > 0.5 ? (rgb){30, 30, 30} : (rgb){255, 255, 255});
    if (n)
        fprintf(s->out, "%*" PRIu64 " ", width - 1, n);
    else
        fprintf(s->out, "%*s ", width - 1, s->ascii ? "." : s->depth == DEPTH_MONO ? "·" : "");
    screen_plain(s);
}

static int print_confusion(const void *figure, const screen *s, spk_error *err)
{
    (void)err;
    const confusion *c = figure;
    const int width = cell_width(c);
    fprintf(s->out, "%s\n%*spredicted\n%*s", c->title, 8, "", 8, "label ");
    for (uint32_t column = 0; column < c->seen.classes; column++)
        fprintf(s->out, "%*" PRIu32 " ", width - 1, column);
    fprintf(s->out, "%*s  recall\n", c->has_none ? width - 1 : 0, c->has_none ? "none" : "");
    for (uint32_t label = 0; label < c->seen.classes; label++) {
        fprintf(s->out, "%6" PRIu32 "  ", label);
        for (uint32_t column = 0; column < confusion_columns(c); column++)
            print_cell(c, s, width, label, column);
        if (confusion_samples(c, label))
            fprintf(s->out, "%6.1f %%", 100 * confusion_share(c, label, label));
        putc('\n', s->out);
    }
    return 0;
}

const plot_method confusion_method = {
    .base = {.name = "confusion", .help = "labels against predictions, from spk-decode"},
    .read = read_confusion,
    .release = release_confusion,
    .print = print_confusion,
    PAGE_FORM(confusion),
};
