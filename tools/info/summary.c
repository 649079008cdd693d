/* summary.c: everything about a stream that is a number or a name, from one pass over it. */
#include "base/memory.h"
#include "filter/filter.h"
#include "info.h"
#include "report.h"
#include "stream/clock.h"
#include "stream/index.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_LABELS = 1 << 16, NAME = 256 };

/* What is counted on the way. */
typedef struct counts {
    const spk_header *header;
    uint64_t samples, labelled, repeated, sample_ticks;
    uint64_t other_labels;       /* those of MOST_LABELS and above */
    uint64_t *label;             /* samples of each label */
    size_t labels;               /* room in `label` */
    uint64_t *items;             /* of each channel: spikes, frames, predictions, rows of a trace */
    uint64_t snapshots, trained; /* and the samples trained at the last of them */
} counts;

/* ---- counting -------------------------------------------------------------------------------- */

static int count_sample(counts *c, const spk_sample *s, spk_error *err)
{
    c->samples++;
    c->sample_ticks += s->duration;
    if (s->attempts > 1) c->repeated++;
    if (s->label < 0) return 0;
    c->labelled++;
    size_t label = (size_t)s->label;
    if (label >= MOST_LABELS) {
        c->other_labels++;
        return 0;
    }
    const size_t before = c->labels;
    if (spk_grow(&c->label, &c->labels, label + 1, sizeof *c->label, "labels", err)) return -1;
    if (c->labels > before) memset(c->label + before, 0, (c->labels - before) * sizeof *c->label);
    c->label[label]++;
    return 0;
}

static void count_items(counts *c, uint32_t id, uint64_t n)
{
    const spk_channel *channel = spk_header_channel(c->header, id);
    if (channel) c->items[channel - c->header->channel] += n;
}

static int count(counts *c, const spk_item *item, spk_error *err)
{
    switch (item->kind) {
    case SPK_KIND_SAMPLE:
        return count_sample(c, item->sample, err);
    case SPK_KIND_SPIKES:
        count_items(c, item->id, item->spikes.n);
        return 0;
    case SPK_KIND_FRAME:
    case SPK_KIND_PREDICTION:
        count_items(c, item->id, 1);
        return 0;
    case SPK_KIND_TRACE:
        count_items(c, item->id, item->trace.rows);
        return 0;
    case SPK_KIND_SNAPSHOT:
        c->snapshots++;
        c->trained = item->snapshot.samples;
        return 0;
    default:
        return 0;
    }
}

/* ---- the report ------------------------------------------------------------------------------ */

static int report_time(report *r, const char *key, const counts *c, uint64_t ticks, spk_error *err)
{
    spk_clock clock;
    char text[SPK_CLOCK_TEXT + 1];
    if (spk_clock_init(&clock, c->header->tick, 0, err)) return -1;
    *spk_clock_put(&clock, ticks, text) = '\0';
    report_number(r, key, text);
    return 0;
}

static void report_shape(report *r, const spk_channel *channel)
{
    char text[64];
    size_t used = 0;
    for (uint32_t i = 0; i < channel->dims; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%" PRIu32, i ? "x" : "",
                                 channel->shape[i]);
    if (used) report_text(r, "shape", text);
}

/* Mean rate of a unit, over the time of the samples when there are any, else over all. */
static double mean_rate(const counts *c, const spk_channel *channel, uint64_t spikes,
                        uint64_t duration)
{
    double ticks = (double)(c->samples ? c->sample_ticks : duration);
    return (double)spikes / (ticks * spk_rational_value(c->header->tick) * channel->size);
}

static void report_channel(report *r, const counts *c, size_t index, uint64_t duration)
{
    static const char *const groups[] = {[SPK_CHANNEL_SPIKES] = "population",
                                         [SPK_CHANNEL_FRAMES] = "frames",
                                         [SPK_CHANNEL_PREDICTIONS] = "predictions",
                                         [SPK_CHANNEL_TRACE] = "trace"};
    static const char *const sizes[] = {[SPK_CHANNEL_SPIKES] = "units",
                                        [SPK_CHANNEL_FRAMES] = "values",
                                        [SPK_CHANNEL_PREDICTIONS] = "classes",
                                        [SPK_CHANNEL_TRACE] = "units"};
    static const char *const items[] = {[SPK_CHANNEL_SPIKES] = "spikes",
                                        [SPK_CHANNEL_FRAMES] = "frames",
                                        [SPK_CHANNEL_PREDICTIONS] = "predictions",
                                        [SPK_CHANNEL_TRACE] = "rows"};
    const spk_channel *channel = &c->header->channel[index];
    report *group = report_group(r, groups[channel->type]);
    report *own = report_group(group, channel->name);
    if (channel->type == SPK_CHANNEL_TRACE) own = report_group(own, channel->variable);
    report_u64(own, sizes[channel->type], channel->size);
    report_shape(own, channel);
    if (channel->unit && *channel->unit) report_text(own, "unit", channel->unit);
    report_u64(own, items[channel->type], c->items[index]);
    if (channel->type == SPK_CHANNEL_SPIKES)
        report_real(own, "rate_Hz", mean_rate(c, channel, c->items[index], duration));
}

static void report_array(report *r, const spk_array *a)
{
    char shape[64];
    report *own = report_group(report_group(report_group(r, "array"), a->owner), a->variable);
    snprintf(shape, sizeof shape, "%" PRIu64 "x%" PRIu64, a->rows, a->cols);
    report_text(own, "shape", shape);
    report_text(own, "storage", a->sparse ? "sparse" : "dense");
    report_text(own, "dtype", spk_dtype_name(a->dtype));
    if (*a->unit) report_text(own, "unit", a->unit);
    if (*a->structure) report_text(own, "structure", a->structure);
}

/* Without samples what has a duration is one stretch of time, as of spk-simulate --duration. */
static void report_samples(report *r, const counts *c, uint64_t duration)
{
    if (c->samples > 0 || c->header->arrays == 0) report_u64(r, "samples", c->samples);
    if (c->samples == 0 && c->header->arrays == 0 && duration > 0)
        report_text(r, "continuous", "yes");
    if (c->samples == 0) return;
    report_u64(r, "labelled", c->labelled);
    report_u64(r, "presented_again", c->repeated);
    report *labels = report_group(r, "label");
    for (size_t i = 0; i < c->labels; i++) {
        char key[32];
        snprintf(key, sizeof key, "%zu", i);
        if (c->label[i]) report_u64(labels, key, c->label[i]);
    }
    if (c->other_labels) report_u64(labels, "other", c->other_labels);
}

static bool holds_spikes_only(const spk_header *h)
{
    size_t i = 0;
    while (i < h->channels && h->channel[i].type == SPK_CHANNEL_SPIKES)
        i++;
    return i == h->channels && h->arrays == 0;
}

/* What a spike costs: of the whole stream as it is, when spikes are what it holds, and of its own
 * records uncompressed. */
static void report_sizes(report *r, const spk_header *h, const spk_reader_stats *s)
{
    report_u64(r, "records", s->records);
    report_u64(r, "bytes", s->compressed_bytes);
    report_u64(r, "logical_bytes", s->logical_bytes);
    report_real(r, "compression_ratio", (double)s->logical_bytes / (double)s->compressed_bytes);
    if (s->spikes == 0) return;
    report_u64(r, "spikes", s->spikes);
    if (holds_spikes_only(h))
        report_real(r, "bits_per_spike", 8.0 * (double)s->compressed_bytes / (double)s->spikes);
    report_real(r, "logical_bits_per_spike",
                8.0 * (double)s->spike_payload_bytes / (double)s->spikes);
}

/* Whether the file ends in an index that fits it; what came through a pipe has none to be asked. */
static int report_index(report *r, const char *path, spk_error *err)
{
    spk_index index;
    if (!path || strcmp(path, "-") == 0) return 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return spk_fail_errno(err, errno, "%s: cannot open", path);
    int found = spk_index_read(fd, path, &index, err);
    spk_index_free(&index);
    close(fd);
    if (found < 0) return -1;
    report_text(r, "index", found ? "yes" : "no");
    return 0;
}

static int fill(report *r, const spk_reader *in, const counts *c, spk_error *err)
{
    const spk_header *h = c->header;
    const uint64_t duration = spk_reader_duration(in);
    spk_reader_stats stats;
    spk_reader_stats_get(in, &stats);
    report_text(r, "file", spk_reader_name(in));
    report_text(r, "complete", spk_reader_truncated(in) ? "no" : "yes");
    if (report_time(r, "tick_s", c, 1, err) || report_time(r, "duration_s", c, duration, err))
        return -1;
    if (h->classes) report_u64(r, "classes", h->classes);
    if (h->shard_n) {
        report_u64(r, "shard", h->shard_i);
        report_u64(r, "shards", h->shard_n);
    }
    report_samples(r, c, duration);
    for (size_t i = 0; i < h->channels; i++)
        report_channel(r, c, i, duration);
    for (size_t i = 0; i < h->arrays; i++)
        report_array(r, &h->array[i]);
    if (h->arrays) {
        report_u64(r, "snapshots", c->snapshots);
        report_u64(r, "trained_samples", c->trained);
    }
    report_u64(r, "steps", spk_reader_provenance(in)->n);
    report_sizes(r, h, &stats);
    return 0;
}

static int summarize(const info *i, spk_reader *in, counts *c, spk_error *err)
{
    spk_item item;
    int more;
    c->header = spk_reader_header(in);
    c->items = spk_alloc(c->header->channels, sizeof *c->items, "counts", err);
    if (!c->items) return -1;
    while ((more = spk_reader_next(in, &item, err)) > 0)
        if (count(c, &item, err)) return -1;
    if (more < 0) return -1;
    report *r = cJSON_CreateObject();
    int status = fill(r, in, c, err);
    if (status == 0) status = report_index(r, i->path, err);
    if (status == 0)
        status = i->json ? report_print_json(r, i->out, err) : report_print_rows(r, i->table, err);
    cJSON_Delete(r);
    return status;
}

int info_summary(const info *i, spk_error *err)
{
    spk_reader *in = spk_filter_input(i->cli, i->path, NULL, err);
    if (!in) return -1;
    counts c = {0};
    int status = summarize(i, in, &c, err);
    free(c.items);
    free(c.label);
    spk_reader_close(in);
    return status;
}
