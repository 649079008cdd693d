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

enum { MAX_SPIKES = 1 << 26, MAX_SAMPLES = 1000, MIN_LINES = 4, MAX_LINES = 24 };

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

/* "A-B", "A-", "-B" or "A", as in spk-view; without it the first sample of the stream. */
static int choose_samples(raster *r, const char *text, spk_error *err)
{
    char first[32] = "";
    r->last = UINT64_MAX;
    r->only_one = !text;
    if (!text) return 0;
    const char *dash = strchr(text, '-'), *last = dash ? dash + 1 : text;
    const size_t n = dash ? (size_t)(dash - text) : strlen(text);
    if (n >= sizeof first || (n == 0 && !*last))
        return spk_fail(err, SPK_USAGE, "--samples %s: must be A-B, A-, -B or A", text);
    memcpy(first, text, n);
    if ((n && spk_parse_count(first, "--samples", &r->first, err)) ||
        (*last && spk_parse_count(last, "--samples", &r->last, err)))
        return -1;
    if (r->first > r->last)
        return spk_fail(err, SPK_USAGE, "--samples %s: the first is behind the last", text);
    return 0;
}

static bool is_shown(const raster *r, uint64_t number)
{
    return r->samples && number >= r->sample[0].number &&
           number <= r->sample[r->samples - 1].number;
}

static int take_sample(raster *r, const spk_sample *sample, spk_error *err)
{
    r->sampled = true;
    if (sample->number < r->first || sample->number > r->last || (r->only_one && r->samples))
        return 0;
    if (r->samples == MAX_SAMPLES)
        return spk_fail(err, SPK_LIMIT, "over %d samples to plot; choose fewer", MAX_SAMPLES);
    if (spk_grow(&r->sample, &r->sample_room, r->samples + 1, sizeof *r->sample, "samples", err))
        return -1;
    r->sample[r->samples] = *sample;
    r->sample[r->samples++].json = NULL;
    return 0;
}

static int take_spikes(raster *r, const spk_spikes *spikes, spk_error *err)
{
    /* A stream without SAMPLE records is one sample. */
    if (!r->sampled && take_sample(r, spikes->sample, err)) return -1;
    if (!is_shown(r, spikes->sample->number)) return 0;
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
        if (item.kind == SPK_KIND_SAMPLE && take_sample(r, item.sample, err)) return -1;
        if (item.kind == SPK_KIND_SPIKES && item.id == channel && take_spikes(r, &item.spikes, err))
            return -1;
    }
    return more;
}

static int make_title(raster *r, const spk_cli *cli, const char *population, spk_error *err)
{
    const spk_sample *first = &r->sample[0], *last = &r->sample[r->samples - 1];
    char which[64] = "", label[32] = "";
    if (r->samples > 1)
        snprintf(which, sizeof which, ", samples %" PRIu64 " to %" PRIu64, first->number,
                 last->number);
    else
        snprintf(which, sizeof which, ", sample %" PRIu64, first->number);
    if (r->samples == 1 && first->label >= 0)
        snprintf(label, sizeof label, ", label %" PRId32, first->label);
    r->title = figure_title(cli, err, "%s%s%s: %zu spikes of %u units", population, which, label,
                            r->spikes, r->units);
    return r->title ? 0 : -1;
}

static int fill(raster *r, const spk_cli *cli, spk_reader *in, spk_error *err)
{
    const struct settings *settings = cli->settings;
    const struct raster_settings *own = cli->method_settings;
    const spk_header *header = spk_reader_header(in);
    const char *name = spk_reader_name(in);
    const spk_channel *channel =
        spk_header_choose(header, SPK_CHANNEL_SPIKES, settings->population, name, err);
    if (!channel || choose_samples(r, own->samples, err)) return -1;
    r->units = channel->size;
    r->tick = spk_rational_value(header->tick);
    if (read_spikes(r, in, channel->id, err)) return -1;
    if (r->samples == 0)
        return spk_fail(err, SPK_DATA, "%s: no sample %" PRIu64 "", name, r->first);
    const spk_sample *last = &r->sample[r->samples - 1];
    r->begin = r->sample[0].begin;
    r->end = last->duration ? last->begin + last->duration : spk_reader_duration(in);
    if (r->end <= r->begin)
        return spk_fail(err, SPK_DATA, "%s: sample %" PRIu64 " lasts no time", name, last->number);
    return make_title(r, cli, channel->name, err);
}

static void release_raster(void *figure)
{
    raster *r = figure;
    free(r->title);
    free(r->sample);
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
