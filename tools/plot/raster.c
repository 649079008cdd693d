/* raster.c: a dot for each spike, time to the right, units upwards. Reads a spike stream to its END
 * and keeps the spikes of the chosen samples. */
#include "raster.h"

#include "base/memory.h"
#include "cli/message.h"
#include "filter/filter.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SPIKES = 1 << 26, MIN_LINES = 4, MAX_LINES = 24 };

struct raster_settings {
    const char *samples;
};

static const spk_option options[] = {
    {.name = "samples",
     .kind = SPK_TEXT,
     .offset = offsetof(struct raster_settings, samples),
     .metavar = "A-B",
     .help = "show the samples with these numbers (default: the first in the stream)"},
    {0}};

/* ---- reading ----------------------------------------------------------------------------------
 */

static int take_spikes(raster *r, const spk_spikes *spikes, spk_error *err)
{
    const int wanted = samples_want(&r->samples, spikes->sample, err);
    if (wanted <= 0) return wanted;
    const size_t total = r->spikes + spikes->n;
    if (total > MAX_SPIKES)
        return spk_fail(err, SPK_LIMIT, "over %d spikes to plot; choose fewer samples", MAX_SPIKES);
    if (spk_grow(&r->spike_tick, &r->tick_room, total, sizeof *r->spike_tick, "spikes", err) ||
        spk_grow(&r->spike_unit, &r->unit_room, total, sizeof *r->spike_unit, "spikes", err))
        return -1;
    memcpy(r->spike_tick + r->spikes, spikes->tick, spikes->n * sizeof *spikes->tick);
    memcpy(r->spike_unit + r->spikes, spikes->unit, spikes->n * sizeof *spikes->unit);
    r->spikes = total;
    return 0;
}

static int read_spikes(raster *r, spk_reader *in, uint32_t channel, spk_error *err)
{
    spk_item item;
    int more;
    while ((more = spk_reader_next(in, &item, err)) > 0) {
        if (item.kind == SPK_KIND_SAMPLE && samples_take(&r->samples, item.sample, err)) return -1;
        if (item.kind == SPK_KIND_SPIKES && item.id == channel && take_spikes(r, &item.spikes, err))
            return -1;
    }
    return more;
}

static int fill(raster *r, const spk_cli *cli, spk_reader *in, spk_error *err)
{
    const struct settings *settings = cli->settings;
    const struct raster_settings *own = cli->method_settings;
    const spk_header *header = spk_reader_header(in);
    const char *name = spk_reader_name(in);
    const spk_channel *channel =
        spk_header_choose(header, SPK_CHANNEL_SPIKES, settings->population, name, err);
    if (!channel || samples_choose(&r->samples, own->samples, err)) return -1;
    r->units = channel->size;
    r->tick = spk_rational_value(header->tick);
    if (read_spikes(r, in, channel->id, err) ||
        samples_span(&r->samples, in, &r->begin, &r->end, err))
        return -1;
    char which[96];
    r->title = figure_title(cli, err, "%s%s: %zu spikes of %u units", channel->name,
                            samples_text(&r->samples, which, sizeof which), r->spikes, r->units);
    return r->title ? 0 : -1;
}

static void release_raster(void *figure)
{
    raster *r = figure;
    free(r->title);
    samples_free(&r->samples);
    free(r->spike_tick);
    free(r->spike_unit);
    free(r);
}

static void *read_raster(const spk_cli *cli, spk_error *err)
{
    const struct settings *settings = cli->settings;
    raster *r = spk_alloc(1, sizeof *r, "the raster", err);
    if (!r) return NULL;
    spk_reader *in = spk_filter_input(cli, spk_operand(cli, 0), settings->population, err);
    const int status = in ? fill(r, cli, in, err) : -1;
    if (in) spk_reader_close(in);
    if (status) {
        release_raster(r);
        return NULL;
    }
    return r;
}

axis raster_time_axis(const raster *r, unsigned most, const char **unit, double *scale)
{
    const double span = (double)(r->end - r->begin) * r->tick;
    const bool long_ = span >= 10;
    *unit = long_ ? "s" : "ms";
    *scale = long_ ? r->tick : 1000 * r->tick;
    return axis_make(0, span * (long_ ? 1 : 1000), most, 0);
}

/* ---- on the terminal --------------------------------------------------------------------------
 */

static void set_dots(const raster *r, dots *d, const axis *time, double scale)
{
    const long wide = 2L * d->columns, high = 4L * d->lines;
    for (size_t i = 0; i < r->spikes; i++) {
        const double place = axis_place(time, (double)(r->spike_tick[i] - r->begin) * scale);
        const long y = (long)((uint64_t)r->spike_unit[i] * (uint64_t)high / r->units);
        dots_set(d, (long)(place * (double)wide), high - 1 - y, 0);
    }
}

/* A dot row for each unit, within reason. */
static unsigned lines_for(const raster *r, const screen *s)
{
    const uint32_t likes = (r->units + 3) / 4;
    if (s->height) return s->height;
    return likes < MIN_LINES ? MIN_LINES : likes > MAX_LINES ? MAX_LINES : likes;
}

static int print_raster(const void *figure, const screen *s, spk_error *err)
{
    const raster *r = figure;
    const char *unit;
    double scale;
    const unsigned lines = lines_for(r, s);
    const axis time = raster_time_axis(r, s->width / 10, &unit, &scale);
    const axis units = axis_make(0, r->units > 1 ? r->units - 1 : 1, lines / 4 + 2, 1);
    const unsigned gutter = screen_gutter(&units), margin = gutter + (unsigned)strlen(unit) + 1;
    dots d;
    if (dots_init(&d, s->width - margin, lines, err)) {
        dots_free(&d);
        return -1;
    }
    set_dots(r, &d, &time, scale);
    fprintf(s->out, "%s\n", r->title);
    for (unsigned line = 0; line < lines; line++) {
        screen_axis_left(s, &units, gutter, line, lines);
        dots_print(&d, s, line);
        putc('\n', s->out);
    }
    screen_axis_below(s, &time, gutter, d.columns, unit);
    dots_free(&d);
    return 0;
}

const plot_method raster_method = {
    .base = {.name = "raster",
             .help = "the spikes of a sample: time against unit",
             .options = options,
             .settings_size = sizeof(struct raster_settings)},
    .read = read_raster,
    .release = release_raster,
    .print = print_raster,
    PAGE_FORM(raster),
};
