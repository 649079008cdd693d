/* trace.c: a recorded variable of a few units against time, a line for each unit. Reads a stream to its
 * END, keeps what was asked for, and shows it as the curve plot shows a table. */
#include "base/memory.h"
#include "cli/message.h"
#include "curve.h"
#include "filter/filter.h"
#include "samples.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_LINES = 16,
    DEFAULT_LINES = 4,
    MAX_VALUES = 1 << 24,
    MANY_POINTS = 4096, /* more are thinned to two in each of SLICES slices of time */
    SLICES = 2048
};

struct trace_settings {
    const char *variable, *units, *samples;
};

static const spk_option options[] = {
    {.name = "variable",
     .kind = SPK_TEXT,
     .offset = offsetof(struct trace_settings, variable),
     .metavar = "NAME",
     .help = "show this variable, such as V_m; needed when there are several"},
    {.name = "units",
     .kind = SPK_TEXT,
     .offset = offsetof(struct trace_settings, units),
     .metavar = "A-B,C",
     .help = "show these units, at most 16 (default: the first four)"},
    {.name = "samples",
     .kind = SPK_TEXT,
     .offset = offsetof(struct trace_settings, samples),
     .metavar = "A-B",
     .help = "show the samples with these numbers (default: the first in the stream)"},
    {0}};

typedef struct reading {
    curve *c;
    const spk_channel *channel;
    samples samples;
    uint64_t before; /* number of the sample of the last point */
    uint32_t unit[MAX_LINES];
} reading;

/* ---- what is asked for ------------------------------------------------------------------------ */

static bool is_asked(const spk_channel *channel, const char *population, const char *variable)
{
    return channel->type == SPK_CHANNEL_TRACE &&
           (!population || strcmp(channel->name, population) == 0) &&
           (!variable || strcmp(channel->variable, variable) == 0);
}

static void list_traces(const spk_header *header, char *text, size_t size)
{
    text[0] = 0;
    for (size_t i = 0, used = 0; i < header->channels && used < size; i++) {
        const spk_channel *channel = &header->channel[i];
        if (channel->type != SPK_CHANNEL_TRACE) continue;
        used += (size_t)snprintf(text + used, size - used, "%s%s.%s", used ? ", " : "",
                                 channel->name, channel->variable);
    }
}

static const spk_channel *choose_trace(const spk_header *header, const char *population,
                                       const char *variable, const char *stream, spk_error *err)
{
    const spk_channel *choice = NULL;
    size_t found = 0;
    char names[400];
    for (size_t i = 0; i < header->channels; i++)
        if (is_asked(&header->channel[i], population, variable) && !found++)
            choice = &header->channel[i];
    if (found == 1) return choice;
    list_traces(header, names, sizeof names);
    if (!names[0])
        spk_fail(err, SPK_DATA, "%s: the stream has no traces (spk-simulate --record POP.VARIABLE)",
                 stream);
    else if (found)
        spk_fail(err, SPK_USAGE, "%s: choose one trace with --population and --variable: %s",
                 stream, names);
    else
        spk_fail(err, SPK_DATA, "%s: no trace %s.%s (there are: %s)", stream,
                 population ? population : "*", variable ? variable : "*", names);
    return NULL;
}

/* "A" or "A-B" up to a comma or the end, to *at; *begin moves behind it. */
static int read_range(reading *r, const char **begin, spk_error *err)
{
    const size_t length = strcspn(*begin, ",");
    char text[64], *last;
    uint64_t from, to;
    snprintf(text, sizeof text, "%.*s", (int)length, *begin);
    if ((last = strchr(text, '-'))) *last++ = 0;
    if (spk_parse_count(text, "--units", &from, err) ||
        spk_parse_count(last ? last : text, "--units", &to, err))
        return -1;
    if (from > to)
        return spk_fail(err, SPK_USAGE, "--units: %" PRIu64 " is behind %" PRIu64, from, to);
    if (to >= r->channel->size)
        return spk_fail(err, SPK_USAGE, "--units: %s has the units 0 to %u, not %" PRIu64,
                        r->channel->name, r->channel->size - 1, to);
    for (uint64_t unit = from; unit <= to; unit++) {
        if (r->c->lines == MAX_LINES)
            return spk_fail(err, SPK_USAGE, "--units: at most %d at once", MAX_LINES);
        r->unit[r->c->lines++] = (uint32_t)unit;
    }
    *begin += length + ((*begin)[length] == ',');
    return 0;
}

static int choose_units(reading *r, const char *text, spk_error *err)
{
    curve *c = r->c;
    if (!text)
        for (; c->lines < DEFAULT_LINES && c->lines < r->channel->size; c->lines++)
            r->unit[c->lines] = (uint32_t)c->lines;
    for (const char *at = text; at && *at;)
        if (read_range(r, &at, err)) return -1;
    if (c->lines == 0) return spk_fail(err, SPK_USAGE, "--units: none is named");
    c->y = spk_alloc(c->lines, sizeof *c->y, "the lines", err);
    for (size_t i = 0; c->y && i < c->lines; i++) {
        char name[32];
        snprintf(name, sizeof name, "unit %" PRIu32, r->unit[i]);
        if (!(c->y[i].name = spk_strdup(name, err))) return -1;
    }
    return c->y ? 0 : -1;
}

/* ---- reading ---------------------------------------------------------------------------------- */

/* A point in time; without `value` a gap. */
static int add_point(reading *r, double tick, const double *value, spk_error *err)
{
    curve *c = r->c;
    if ((c->points + 1) * c->lines > MAX_VALUES)
        return spk_fail(err, SPK_LIMIT, "over %d values to plot; choose fewer samples or units",
                        MAX_VALUES);
    if (spk_grow(&c->x.value, &c->x.room, c->points + 1, sizeof *c->x.value, "the points", err))
        return -1;
    for (size_t i = 0; i < c->lines; i++) {
        curve_column *y = &c->y[i];
        if (spk_grow(&y->value, &y->room, c->points + 1, sizeof *y->value, "the points", err))
            return -1;
        y->value[c->points] = value ? value[r->unit[i]] : NAN;
    }
    c->x.value[c->points++] = tick;
    return 0;
}

static int take_rows(reading *r, const spk_trace *trace, spk_error *err)
{
    const int wanted = samples_want(&r->samples, trace->sample, err);
    if (wanted <= 0) return wanted;
    if (r->c->points && trace->sample->number != r->before && add_point(r, NAN, NULL, err))
        return -1;
    r->before = trace->sample->number;
    for (size_t row = 0; row < trace->rows; row++)
        if (add_point(r, (double)(trace->t0 + row * r->channel->period),
                      trace->value + row * r->channel->size, err))
            return -1;
    return 0;
}

static int read_trace_rows(reading *r, spk_reader *in, spk_error *err)
{
    spk_item item;
    int more;
    while ((more = spk_reader_next(in, &item, err)) > 0) {
        if (item.kind == SPK_KIND_SAMPLE && samples_take(&r->samples, item.sample, err)) return -1;
        if (item.kind == SPK_KIND_TRACE && item.id == r->channel->id &&
            take_rows(r, &item.trace, err))
            return -1;
    }
    return more;
}

/* ---- thinning --------------------------------------------------------------------------------- */

/* Points [from, to) become their least and greatest value, in the order in which they came; returns
 * how many points that are. */
static size_t keep_extremes(curve *c, size_t from, size_t to, size_t at)
{
    const size_t last = to - 1;
    const double begin = c->x.value[from], end = c->x.value[last];
    for (size_t i = 0; i < c->lines; i++) {
        double *value = c->y[i].value;
        size_t low = from, high = from;
        for (size_t k = from; k < to; k++) {
            if (!(value[k] >= value[low])) low = k;
            if (!(value[k] <= value[high])) high = k;
        }
        const double first = value[low < high ? low : high],
                     second = value[low < high ? high : low];
        value[at] = first;
        if (last > from) value[at + 1] = second;
    }
    c->x.value[at] = begin;
    if (last > from) c->x.value[at + 1] = end;
    return last > from ? 2 : 1;
}

static void thin(curve *c)
{
    const double slices = SLICES / c->x_to;
    size_t n = 0;
    for (size_t i = 0, end; i < c->points; i = end) {
        const double slice = floor(c->x.value[i] * slices);
        end = i + 1;
        /* A gap, whose time is no number, is a slice of its own. */
        while (end < c->points && floor(c->x.value[end] * slices) <= slice)
            end++;
        n += keep_extremes(c, i, end, n);
    }
    c->points = n;
}

/* ---- the figure ------------------------------------------------------------------------------- */

static int find_y_range(curve *c, const char *name, spk_error *err)
{
    c->y_from = INFINITY;
    c->y_to = -INFINITY;
    for (size_t line = 0; line < c->lines; line++)
        for (size_t i = 0; i < c->points; i++) {
            const double y = c->y[line].value[i];
            if (!isfinite(y)) continue;
            c->y_from = fmin(c->y_from, y);
            c->y_to = fmax(c->y_to, y);
        }
    if (c->y_from > c->y_to)
        return spk_fail(err, SPK_DATA, "%s: no value of this trace to show", name);
    if (!isfinite(c->y_to - c->y_from))
        return spk_fail(err, SPK_DATA, "%s: the values are too far apart to be drawn", name);
    return 0;
}

/* Ticks become milliseconds or, of long times, seconds from the begin. */
static int set_time(reading *r, spk_reader *in, spk_error *err)
{
    curve *c = r->c;
    uint64_t begin, end;
    if (samples_span(&r->samples, in, &begin, &end, err)) return -1;
    const double tick = spk_rational_value(spk_reader_header(in)->tick);
    const bool is_long = (double)(end - begin) * tick >= 10;
    const double scale = is_long ? tick : 1000 * tick;
    for (size_t i = 0; i < c->points; i++)
        c->x.value[i] = (c->x.value[i] - (double)begin) * scale;
    c->x_to = (double)(end - begin) * scale;
    c->x.name = spk_strdup(is_long ? "time (s)" : "time (ms)", err);
    return c->x.name ? 0 : -1;
}

static int set_names(reading *r, const spk_cli *cli, spk_error *err)
{
    const spk_channel *channel = r->channel;
    curve *c = r->c;
    const char *unit = channel->unit ? channel->unit : "";
    char name[128], which[96], units[64];
    snprintf(name, sizeof name, "%s%s%s%s", channel->variable, *unit ? " (" : "", unit,
             *unit ? ")" : "");
    snprintf(units, sizeof units, "%zu of %" PRIu32 " units", c->lines, channel->size);
    c->y_name = spk_strdup(name, err);
    c->title = figure_title(cli, err, "%s%s: %s of %s", channel->name,
                            samples_text(&r->samples, which, sizeof which), name,
                            c->lines > 1 ? units : c->y[0].name);
    return c->y_name && c->title ? 0 : -1;
}

static int fill(reading *r, const spk_cli *cli, spk_reader *in, spk_error *err)
{
    const struct settings *common = cli->settings;
    const struct trace_settings *own = cli->method_settings;
    const char *name = spk_reader_name(in);
    r->channel = choose_trace(spk_reader_header(in), common->population, own->variable, name, err);
    if (!r->channel || samples_choose(&r->samples, own->samples, err) ||
        choose_units(r, own->units, err) || read_trace_rows(r, in, err) || set_time(r, in, err) ||
        find_y_range(r->c, name, err))
        return -1;
    if (r->c->points > MANY_POINTS) thin(r->c);
    return set_names(r, cli, err);
}

static void *read_trace(const spk_cli *cli, spk_error *err)
{
    reading r = {.c = spk_alloc(1, sizeof *r.c, "the trace", err)};
    if (!r.c) return NULL;
    spk_reader *in = spk_filter_input(cli, spk_operand(cli, 0), NULL, err);
    const int status = in ? fill(&r, cli, in, err) : -1;
    if (in) spk_reader_close(in);
    samples_free(&r.samples);
    if (status == 0) return r.c;
    curve_release(r.c);
    return NULL;
}

const plot_method trace_method = {
    .base = {.name = "trace",
             .help = "a recorded variable of some units against time",
             .options = options,
             .settings_size = sizeof(struct trace_settings)},
    .read = read_trace,
    .release = curve_release,
    .print = curve_print,
    PAGE_FORM(curve),
};
