/* import.c: recordings become a stream: each file a sample, or, where there is one file without a label,
 * the whole stream.
 *
 * A sample's duration stands before its spikes: without --duration a file is read twice, first to find
 * its last event. */
#include "base/memory.h"
#include "base/path.h"
#include "cli/message.h"
#include "convert.h"
#include "files.h"
#include "filter/filter.h"
#include "foreign/foreign.h"
#include "order.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct run {
    const spk_cli *cli;
    const settings *set;
    spk_foreign_options options;
    files files;
    uint64_t ticks; /* --duration; UINT64_MAX: none */
    bool samples;   /* the stream has them */
    spk_foreign *in;
    int fd;
    spk_header header;
    spk_sink *sink;
    order order;
    uint64_t end; /* tick behind the last sample */
    bool truncated;
} run;

enum { MOST_NAMED = 1000 };
static const uint64_t PRESET_MEMORY = UINT64_C(1) << 31;

/* ---- from options to a plan -------------------------------------------------------------------- */

static int parse_shape(const char *text, spk_foreign_options *options, spk_error *err)
{
    if (!text) return 0;
    options->dims = spk_parse_sizes(text, SPK_FOREIGN_MOST_UNITS, 4, options->shape);
    if (options->dims) return 0;
    return spk_fail(err, SPK_USAGE, "--shape \"%s\": must be sizes like 2x34x34", text);
}

static int make_plan(run *r, spk_error *err)
{
    const settings *set = r->set;
    static char word[16], sensor[16];
    if (set->from) r->options.format = choice_word(SPK_FOREIGN_READ, set->from - 1, word);
    if (set->sensor) r->options.sensor = choice_word(SPK_FOREIGN_SENSORS, set->sensor - 1, sensor);
    r->options.first_unit = (uint32_t)set->first_unit;
    r->options.allow_truncated = set->common.allow_truncated;
    if (parse_shape(set->shape, &r->options, err)) return -1;
    r->ticks = UINT64_MAX;
    if (set->duration.given &&
        spk_rational_divide_exact(set->duration.seconds, set->tick.seconds, &r->ticks))
        return spk_fail(
            err, SPK_USAGE, "--duration %gs is not a whole number of ticks (--tick is %gs)",
            spk_rational_value(set->duration.seconds), spk_rational_value(set->tick.seconds));
    return files_open(&r->files, r->cli->operands, r->cli->operand, set->files_from,
                      set->label_from, err);
}

/* ---- files ------------------------------------------------------------------------------------- */

static void close_file(run *r)
{
    spk_foreign_close(r->in);
    if (r->fd > STDIN_FILENO) close(r->fd);
    r->in = NULL;
    r->fd = -1;
}

static int check_shape(const run *r, const char *name, spk_error *err)
{
    if (r->header.channels == 0) return 0;
    const spk_channel *first = &r->header.channel[0];
    const spk_foreign_head *head = &r->in->head;
    if (head->dims == first->dims && memcmp(head->shape, first->shape, sizeof head->shape) == 0)
        return 0;
    return spk_fail(err, SPK_DATA,
                    "%s: its %" PRIu32 " units are not of the shape in %s, which has %" PRIu32
                    " (--shape gives one to all)",
                    name, head->size, spk_path_title(r->files.path[0]), first->size);
}

/* An option that would silently do nothing is an error. */
static int check_options(const run *r, const char *name, spk_error *err)
{
    const char *format = spk_foreign_name(r->in);
    if (r->set->sensor && strcmp(format, "aedat2") != 0)
        return spk_fail(err, SPK_USAGE, "%s: --sensor has no meaning for %s", name, format);
    if (r->set->first_unit && !r->in->by_line)
        return spk_fail(err, SPK_USAGE, "%s: --first-unit has no meaning for %s", name, format);
    return 0;
}

static int open_file(run *r, size_t i, spk_error *err)
{
    const char *path = r->files.path[i], *name = spk_path_title(path);
    if (r->in) return 0; /* it still is */
    r->fd = spk_path_open(path, err);
    if (r->fd < 0) return -1;
    r->in = spk_foreign_open(r->fd, name, &r->options, err);
    if (!r->in) return -1;
    r->in->options.late = 0;
    if (r->set->reorder.given) {
        const spk_rational late = r->set->reorder.seconds, unit = r->in->head.tick;
        r->in->options.late = spk_rational_divide_round(late, unit);
    }
    return check_options(r, name, err) ? -1 : check_shape(r, name, err);
}

/* ---- events ------------------------------------------------------------------------------------ */

/* All events of the file at hand go into `o`. */
static int pass_events(run *r, order *o, spk_error *err)
{
    spk_foreign *in = r->in;
    bool first = r->set->origin;
    int more;
    o->origin = 0;
    o->name = spk_source_name(in->source);
    if (order_begin(o, in->head.tick, r->set->tick.seconds, in->options.late, err)) return -1;
    while ((more = spk_foreign_next(in, err)) > 0) {
        if (first) o->origin = in->time[0];
        first = false;
        if (order_add(o, in->n, in->time, in->unit, in->newest, err)) return -1;
    }
    r->truncated |= in->truncated;
    return more;
}

/* How many ticks the file spans; at least 1. It is closed. */
static int measure(run *r, uint64_t *ticks, spk_error *err)
{
    order probe = {.ticks = UINT64_MAX, .begin = r->end};
    struct stat status;
    if (fstat(r->fd, &status) || !S_ISREG(status.st_mode) || r->fd == STDIN_FILENO)
        return spk_fail(
            err, SPK_USAGE,
            "%s: cannot be read twice, as a sample without --duration must be: give --duration",
            spk_source_name(r->in->source));
    if (pass_events(r, &probe, err)) return -1;
    *ticks = probe.end ? probe.end : 1;
    close_file(r);
    return 0;
}

static int begin_sample(run *r, size_t i, spk_error *err)
{
    spk_sample sample = {.number = i,
                         .begin = r->end,
                         .duration = r->ticks,
                         .label = r->files.label ? r->files.label[i] : -1,
                         .attempts = 1};
    if (r->ticks == UINT64_MAX && (measure(r, &sample.duration, err) || open_file(r, i, err)))
        return -1;
    if (__builtin_add_overflow(r->end, sample.duration, &r->end))
        return spk_fail(err, SPK_LIMIT, "sample %zu would end after 2^64 ticks", i);
    r->order.begin = sample.begin;
    r->order.ticks = sample.duration;
    return spk_writer_sample(r->order.writer, &sample, err);
}

static int take_file(run *r, size_t i, spk_error *err)
{
    if (open_file(r, i, err)) return -1;
    if (r->samples && begin_sample(r, i, err)) return -1;
    if (pass_events(r, &r->order, err) || order_end(&r->order, err)) return -1;
    close_file(r);
    return 0;
}

/* ---- the whole --------------------------------------------------------------------------------- */

static int make_header(run *r, spk_error *err)
{
    const spk_foreign_head *head = &r->in->head;
    r->header.tick = r->set->tick.seconds;
    r->header.classes = r->files.classes;
    if (r->set->classes && r->files.classes > r->set->classes)
        return spk_fail(err, SPK_USAGE, "--classes %" PRIu64 ": there is a label %" PRIu32,
                        r->set->classes, r->files.classes - 1);
    if (r->set->classes) r->header.classes = (uint32_t)r->set->classes;
    spk_channel *channel =
        spk_header_add_channel(&r->header, SPK_CHANNEL_SPIKES, r->set->name, head->size, err);
    if (!channel) return -1;
    channel->dims = head->dims;
    memcpy(channel->shape, head->shape, sizeof channel->shape);
    r->order.channel = channel->id;
    return 0;
}

/* The history names the files and their digests, unless they are so many that it would be mostly these. */
static int open_output(run *r, spk_error *err)
{
    const size_t named = r->files.n <= MOST_NAMED ? r->files.n : 0;
    r->sink = spk_filter_output(r->cli, &r->header, 0, NULL, named, r->files.path, err);
    if (r->sink) return 0;
    if (r->cli->operands > MOST_NAMED)
        spk_error_suffix(err,
                         " (--files-from LIST keeps the names of many files out of the history)");
    return -1;
}

static int prepare(run *r, spk_error *err)
{
    const uint64_t memory = r->set->common.max_memory;
    if (make_plan(r, err) || open_file(r, 0, err) || make_header(r, err) || open_output(r, err))
        return -1;
    r->samples = r->files.n > 1 || r->files.label || r->set->duration.given;
    r->order.writer = spk_sink_writer(r->sink);
    r->order.merge = r->set->merge;
    r->order.ticks = UINT64_MAX;
    r->order.most_memory = memory == UINT64_MAX ? PRESET_MEMORY : memory;
    return 0;
}

static int take_all(run *r, spk_error *err)
{
    const order *o = &r->order;
    int failed = 0;
    spk_progress *progress = spk_progress_start(r->cli, "files", r->files.n);
    size_t i = 0;
    for (; i < r->files.n && !failed; i++) {
        failed = take_file(r, i, err);
        spk_progress_update(progress, i + 1, NULL);
    }
    spk_progress_end(progress, i);
    if (failed) return -1;
    if (!r->samples) r->end = o->end;
    spk_note(r->cli, 1,
             "%" PRIu64 " events; %" PRIu64 " from --duration on left out, %" PRIu64 " merged",
             o->events, o->beyond, o->merged);
    if (o->beyond == o->events && o->events > 0)
        spk_warn(r->cli,
                 "all %" PRIu64
                 " events lie behind --duration (--origin first begins at the first event)",
                 o->events);
    return 0;
}

static int finish(run *r, int failed, spk_error *err)
{
    close_file(r);
    if (failed)
        spk_filter_abandon(r->sink);
    else if (r->truncated)
        failed = spk_filter_finish_salvaged(r->sink, r->end, err);
    else
        failed = spk_filter_finish(r->sink, r->end, err);
    order_close(&r->order);
    spk_header_free(&r->header);
    files_close(&r->files);
    return failed;
}

int convert_in(const spk_cli *cli, spk_error *err)
{
    run r = {.cli = cli, .set = cli->settings, .fd = -1};
    spk_header_init(&r.header);
    const int failed = prepare(&r, err) || take_all(&r, err) ? -1 : 0;
    return finish(&r, failed, err);
}
