/* weights.c: receptive fields. Each target of a projection is a tile: its weights from the sources,
 * laid out as the sources' grid, all tiles on one colour scale. */
#include "weights.h"

#include "base/memory.h"
#include "cli/message.h"
#include "filter/filter.h"
#include "weights_read.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct weights_settings {
    const char *array, *readout, *shape, *snapshot;
    uint64_t limit;
};

static const spk_option options[] = {
    {.name = "array",
     .kind = SPK_TEXT,
     .offset = offsetof(struct weights_settings, array),
     .metavar = "NAME",
     .help =
         "show these weights, as PROJECTION or PROJECTION.weight; needed when there are several"},
    {.name = "readout",
     .kind = SPK_FILE,
     .offset = offsetof(struct weights_settings, readout),
     .metavar = "FILE",
     .flags = SPK_SIDE_INPUT,
     .help = "write each unit's class from this readout on its tile"},
    {.name = "shape",
     .kind = SPK_TEXT,
     .offset = offsetof(struct weights_settings, shape),
     .metavar = "HxW",
     .help = "rows and columns of the sources' grid (default: as the stream says, or square)"},
    {.name = "snapshot",
     .kind = SPK_TEXT,
     .offset = offsetof(struct weights_settings, snapshot),
     .metavar = "N|last",
     .preset = "last",
     .help = "show this snapshot; the first is 1"},
    {.name = "limit",
     .letter = 'n',
     .kind = SPK_COUNT,
     .offset = offsetof(struct weights_settings, limit),
     .metavar = "N",
     .help = "show the first N units only",
     .min = 1,
     .max = 1 << 28},
    {0}};

/* ---- reading ----------------------------------------------------------------------------------
 */

/* The sources' grid: as told, as the stream says, the largest square, or one row. */
static int find_shape(weights *w, const char *told, const spk_header *header, uint64_t sources,
                      spk_error *err)
{
    uint64_t high = 0;
    if (told) {
        uint32_t h, wide;
        char rest;
        if (sscanf(told, "%" SCNu32 "x%" SCNu32 "%c", &h, &wide, &rest) != 2 ||
            (uint64_t)h * wide != sources)
            return spk_fail(err, SPK_USAGE, "--shape %s: must be HxW with H times W = %" PRIu64,
                            told, sources);
        high = h;
    } else if (header->shape_dims > 0) {
        const uint32_t last = header->shape[header->shape_dims - 1];
        if (last > 0 && sources % last == 0) high = sources / last;
    }
    if (high == 0) {
        const uint64_t side = (uint64_t)llround(sqrt((double)sources));
        high = side * side == sources ? side : 1;
    }
    w->high = (uint32_t)high;
    w->wide = (uint32_t)(sources / high);
    return 0;
}

/* From weights to 0..1 between the lowest and the highest. */
static int scale_values(weights *w, const char *name, spk_error *err)
{
    const size_t cells = (size_t)w->targets * w->high * w->wide;
    w->low = w->top = (double)w->value[0];
    for (size_t i = 0; i < cells; i++) {
        if (!isfinite(w->value[i]))
            return spk_fail(err, SPK_NUMERIC, "%s: a weight is not a finite number", name);
        w->low = fmin(w->low, (double)w->value[i]);
        w->top = fmax(w->top, (double)w->value[i]);
    }
    const double range = w->top > w->low ? w->top - w->low : 1;
    for (size_t i = 0; i < cells; i++)
        w->value[i] = (float)(((double)w->value[i] - w->low) / range);
    return 0;
}

static int copy_classes(weights *w, const spk_readout *readout, uint64_t targets, const char *name,
                        spk_error *err)
{
    if (!readout->assignment)
        return spk_fail(err, SPK_DATA,
                        "%s: a %s readout assigns no classes to units; vote and proportion do",
                        name, readout->method);
    if (readout->units != targets)
        return spk_fail(err, SPK_DATA,
                        "%s: a readout of %u units, the projection has %" PRIu64 " targets", name,
                        readout->units, targets);
    w->class_ = spk_alloc(w->targets, sizeof *w->class_, "the classes", err);
    if (!w->class_) return -1;
    for (uint32_t i = 0; i < w->targets; i++)
        w->class_[i] = (int32_t)readout->assignment[i];
    return 0;
}

static int read_classes(weights *w, const spk_cli *cli, const char *path, uint64_t targets,
                        spk_error *err)
{
    spk_reader *in = spk_filter_input(cli, path, NULL, err);
    if (!in) return -1;
    spk_readout readout;
    int status = spk_readout_read(&readout, in, err);
    if (status == 0) status = copy_classes(w, &readout, targets, spk_reader_name(in), err);
    spk_readout_free(&readout);
    spk_reader_close(in);
    return status;
}

static int choose_snapshot(weight_choice *choice, const char *text, spk_error *err)
{
    if (!strcmp(text, "last")) return 0;
    if (spk_parse_count(text, "--snapshot", &choice->snapshot, err)) return -1;
    if (choice->snapshot == 0)
        return spk_fail(err, SPK_USAGE, "--snapshot 0: must be a number from 1, or last");
    return 0;
}

static int fill(weights *w, const spk_cli *cli, spk_reader *in, spk_error *err)
{
    const struct weights_settings *settings = cli->method_settings;
    const spk_header *header = spk_reader_header(in);
    const char *name = spk_reader_name(in);
    const spk_array *array = weights_choose(header, settings->array, name, err);
    if (!array || find_shape(w, settings->shape, header, array->rows, err)) return -1;
    weight_choice choice = {.limit = settings->limit};
    if (choose_snapshot(&choice, settings->snapshot, err)) return -1;
    uint64_t samples = 0;
    w->value = weights_read(in, array, &choice, &w->targets, &samples, err);
    w->unit = w->value ? spk_strdup(array->unit, err) : NULL;
    if (!w->unit || scale_values(w, name, err)) return -1;
    w->across = (uint32_t)ceil(sqrt(w->targets));
    if (settings->readout && read_classes(w, cli, settings->readout, array->cols, err)) return -1;
    char part[32] = "";
    if (w->targets < array->cols)
        snprintf(part, sizeof part, "the first %" PRIu32 " of ", w->targets);
    w->title = figure_title(cli, err, "%s, %s%" PRIu64 " units after %" PRIu64 " samples",
                            array->owner, part, array->cols, samples);
    return w->title ? 0 : -1;
}

static void release_weights(void *figure)
{
    weights *w = figure;
    free(w->title);
    free(w->unit);
    free(w->value);
    free(w->class_);
    free(w);
}

static void *read_weights(const spk_cli *cli, spk_error *err)
{
    weights *w = spk_alloc(1, sizeof *w, "the weights", err);
    if (!w) return NULL;
    spk_reader *in = spk_filter_input(cli, spk_operand(cli, 0), NULL, err);
    const int status = in ? fill(w, cli, in, err) : -1;
    if (in) spk_reader_close(in);
    if (status) {
        release_weights(w);
        return NULL;
    }
    return w;
}

/* ---- on the terminal --------------------------------------------------------------------------
 */

/* How tiles are laid out in characters: shrunk so that as many as belong side by side fit. */
typedef struct mosaic {
    uint32_t high, wide; /* pixels of a tile on the screen */
    uint32_t across;     /* tiles side by side */
} mosaic;

enum { MIN_TILE = 8 };

static mosaic lay_out(const weights *w, const screen *s)
{
    const uint32_t pixels = s->width / screen_pixel_columns(s);
    const uint32_t least = w->wide < MIN_TILE ? w->wide : MIN_TILE;
    const uint32_t room = (pixels + 1) / w->across; /* for a tile and the gap behind it */
    mosaic m = {.wide = room > w->wide ? w->wide : room > least ? room - 1 : least};
    const uint32_t fit = (pixels + 1) / (m.wide + 1);
    m.across = fit < w->across ? fit : w->across;
    m.high = (uint32_t)lround((double)w->high * m.wide / w->wide);
    m.high = m.high < 1 ? 1 : m.high;
    return m;
}

/* Mean of the weights that fall on pixel (y, x) of a shrunk tile. */
static float shrunk_pixel(const weights *w, uint32_t tile, const mosaic *m, uint32_t y, uint32_t x)
{
    const uint32_t y0 = y * w->high / m->high, y1 = (y + 1) * w->high / m->high;
    const uint32_t x0 = x * w->wide / m->wide, x1 = (x + 1) * w->wide / m->wide;
    double sum = 0;
    for (uint32_t j = y0; j < y1; j++)
        for (uint32_t i = x0; i < x1; i++)
            sum += (double)weights_pixel(w, tile, j, i);
    return (float)(sum / ((double)(y1 - y0) * (x1 - x0)));
}

/* One row of tiles, from `first`, with a line of classes under it; the last may not be full. */
static void print_tiles(const weights *w, const screen *s, const mosaic *m, uint32_t first,
                        uint32_t shown, float *pixel)
{
    const uint32_t tiles = shown - first < m->across ? shown - first : m->across;
    const uint32_t columns = tiles * (m->wide + 1) - 1;
    for (size_t i = 0; i < (size_t)m->high * columns; i++)
        pixel[i] = NAN;
    for (uint32_t t = 0; t < tiles; t++)
        for (uint32_t y = 0; y < m->high; y++)
            for (uint32_t x = 0; x < m->wide; x++)
                pixel[y * columns + t * (m->wide + 1) + x] = shrunk_pixel(w, first + t, m, y, x);
    screen_pixels(s, pixel, m->high, columns);
    const int step = (int)((m->wide + 1) * screen_pixel_columns(s));
    for (uint32_t t = 0; w->class_ && t < tiles; t++) {
        char text[12] = "-";
        if (w->class_[first + t] >= 0)
            snprintf(text, sizeof text, "%" PRId32, w->class_[first + t]);
        fprintf(s->out, "%*s%-*s", (step - 1) / 2, "", step - (step - 1) / 2, text);
    }
    putc('\n', s->out);
}

/* Whole rows of tiles only, as many as --height allows. */
static uint32_t tiles_shown(const weights *w, const screen *s, const mosaic *m)
{
    const uint32_t lines = 1 + (screen_pixel_columns(s) == 2 ? m->high : (m->high + 1) / 2);
    const uint32_t rows = s->height > lines + 2 ? (s->height - 2) / lines : 1;
    const uint64_t room = (uint64_t)rows * m->across;
    return s->height && room < w->targets ? (uint32_t)room : w->targets;
}

static void print_scale(const weights *w, const screen *s)
{
    enum { STEPS = 24 };
    float ramp[STEPS];
    for (int i = 0; i < STEPS; i++)
        ramp[i] = (float)i / (STEPS - 1);
    fprintf(s->out, "%g to %g%s%s  ", w->low, w->top, *w->unit ? " " : "", w->unit);
    screen_pixels(s, ramp, 1, STEPS);
}

static int print_weights(const void *figure, const screen *s, spk_error *err)
{
    const weights *w = figure;
    const mosaic m = lay_out(w, s);
    const uint32_t columns = m.across * (m.wide + 1) - 1;
    float *pixel = spk_alloc((size_t)m.high * columns, sizeof *pixel, "the picture", err);
    if (!pixel) return -1;
    fprintf(s->out, "%s\n", w->title);
    const uint32_t shown = tiles_shown(w, s, &m);
    for (uint32_t first = 0; first < shown; first += m.across)
        print_tiles(w, s, &m, first, shown, pixel);
    if (shown < w->targets) fprintf(s->out, "and %" PRIu32 " more\n", w->targets - shown);
    print_scale(w, s);
    free(pixel);
    return 0;
}

const plot_method weights_method = {
    .base = {.name = "weights",
             .help = "the receptive field of each unit, from a weight stream",
             .options = options,
             .settings_size = sizeof(struct weights_settings)},
    .read = read_weights,
    .release = release_weights,
    .print = print_weights,
    PAGE_FORM(weights),
};
