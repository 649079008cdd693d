/* spk-train-readout: labelled response spikes in, a readout model (a weight stream) out.
 *
 * The stream is reduced to spike counts as it passes, by class and unit where the method needs no more,
 * else by sample; the method then turns these into the readout. Samples without a label are counted
 * and left out. */
#include "method.h"

#include "base/memory.h"
#include "cli/message.h"
#include "filter/filter.h"

#include <inttypes.h>
#include <stdlib.h>

struct settings {
    spk_common common;
    const char *population;
    uint64_t classes;
};

static const spk_option options[] = {
    {.name = "population",
     .kind = SPK_TEXT,
     .offset = offsetof(struct settings, population),
     .metavar = "NAME",
     .help = "read the responses of this population; needed when there are several"},
    {.name = "classes",
     .kind = SPK_COUNT,
     .offset = offsetof(struct settings, classes),
     .metavar = "N",
     .help = "number of classes, for a stream that does not say it",
     .min = 1,
     .max = SPK_READOUT_MAX_CLASSES},
    {0}};

/* What is being collected; `seen` is the methods' view of it. */
typedef struct collection {
    const spk_cli *cli;
    spk_reader *in;
    const spk_channel *channel;
    uint32_t classes;
    uint64_t *spikes;  /* [classes][units]; NULL for a method that learns from samples */
    uint64_t *samples; /* [classes] */
    examples seen;     /* for such a method */
    uint64_t labelled, unlabelled;
} collection;

static const training_method *method_of(const collection *c)
{
    return (const training_method *)c->cli->method;
}

static int prepare_examples(collection *c, spk_error *err)
{
    const linear_settings *linear = c->cli->method_settings;
    const uint64_t cells = (uint64_t)c->channel->size * linear->windows;
    if (cells > SPK_READOUT_MAX_CELLS)
        return spk_fail(err, SPK_LIMIT,
                        "%u units x %" PRIu64 " windows: a readout has at most %d features",
                        c->channel->size, linear->windows, (int)SPK_READOUT_MAX_CELLS);
    c->seen = (examples){.units = c->channel->size,
                         .windows = (uint32_t)linear->windows,
                         .classes = c->classes,
                         .features = (size_t)cells,
                         .memory = c->cli->common->max_memory,
                         .threads = c->cli->common->threads};
    return 0;
}

static int prepare(collection *c, spk_error *err)
{
    const struct settings *settings = c->cli->settings;
    const spk_header *header = spk_reader_header(c->in);
    const char *name = spk_reader_name(c->in);
    c->channel = spk_header_choose(header, SPK_CHANNEL_SPIKES, settings->population, name, err);
    if (!c->channel) return -1;
    c->classes = settings->classes ? (uint32_t)settings->classes : header->classes;
    if (c->classes == 0)
        return spk_fail(err, SPK_DATA,
                        "%s: the stream does not say how many classes there are;"
                        " give --classes N or encode it with labels",
                        name);
    if (spk_readout_check_size(c->channel->size, c->classes, sizeof *c->spikes,
                               c->cli->common->max_memory, err))
        return spk_error_prefix(err, "%s", name);
    c->samples = spk_alloc(c->classes, sizeof *c->samples, "the sample counts", err);
    if (!c->samples) return -1;
    if (method_of(c)->learn) {
        if (prepare_examples(c, err)) return spk_error_prefix(err, "%s", name);
        return 0;
    }
    c->spikes = spk_alloc((size_t)c->classes * c->channel->size, sizeof *c->spikes,
                          "the spike counts", err);
    return c->spikes ? 0 : -1;
}

static int take_sample(collection *c, const spk_sample *sample, spk_error *err)
{
    if (sample->label >= (int64_t)c->classes)
        return spk_fail(err, SPK_DATA,
                        "%s: sample %" PRIu64 " has label %" PRId32
                        "; with %u classes it must be below that",
                        spk_reader_name(c->in), sample->number, sample->label, c->classes);
    if (sample->label < 0) {
        c->unlabelled++;
        return 0;
    }
    c->labelled++;
    c->samples[sample->label]++;
    if (c->spikes || examples_add(&c->seen, sample, err) == 0) return 0;
    return spk_error_prefix(err, "%s", spk_reader_name(c->in));
}

static int take_spikes(collection *c, const spk_spikes *spikes, spk_error *err)
{
    if (spikes->sample->label < 0) return 0;
    if (!c->spikes) return examples_count(&c->seen, spikes, spk_reader_name(c->in), err);
    uint64_t *count = c->spikes + (size_t)spikes->sample->label * c->channel->size;
    for (size_t i = 0; i < spikes->n; i++)
        count[spikes->unit[i]]++;
    return 0;
}

static int take_item(collection *c, const spk_item *item, spk_error *err)
{
    if (item->kind == SPK_KIND_SAMPLE) return take_sample(c, item->sample, err);
    if (item->kind == SPK_KIND_SPIKES && item->id == c->channel->id)
        return take_spikes(c, &item->spikes, err);
    return 0;
}

static int collect(collection *c, spk_error *err)
{
    spk_item item;
    int more;
    spk_progress *progress = spk_progress_start(c->cli, "samples", 0);
    while ((more = spk_reader_next(c->in, &item, err)) > 0) {
        if (take_item(c, &item, err)) {
            more = -1;
            break;
        }
        spk_progress_update(progress, c->labelled + c->unlabelled, NULL);
    }
    spk_progress_end(progress, c->labelled + c->unlabelled);
    if (more < 0) return -1;
    if (c->labelled == 0)
        return spk_fail(err, SPK_DATA, "%s: no labelled samples to train on",
                        spk_reader_name(c->in));
    if (c->unlabelled)
        spk_warn(c->cli, "%" PRIu64 " samples without a label were left out", c->unlabelled);
    return 0;
}

/* Say what the readout looks like: silent units and classes that no unit speaks for are the usual
 * reasons of a bad accuracy. */
static void remark(const collection *c, const spk_readout *readout)
{
    uint32_t silent = 0;
    for (uint32_t unit = 0; unit < readout->units; unit++)
        silent += readout->assignment[unit] < 0;
    spk_note(c->cli, 1, "%" PRIu64 " labelled samples, %u of %u units assigned, %u never fired",
             c->labelled, readout->units - silent, readout->units, silent);
    if (silent == readout->units)
        spk_warn(c->cli, "no unit of %s fired in a labelled sample", readout->population);
}

static int write_readout(const collection *c, const spk_readout *readout, spk_error *err)
{
    spk_header header;
    spk_header_init(&header);
    int status = spk_readout_header(readout, spk_reader_header(c->in)->tick, &header, err);
    spk_sink *out = NULL;
    if (status == 0) {
        out = spk_filter_output(c->cli, &header, 1, &c->in, 0, NULL, err);
        status = out ? spk_readout_write(readout, spk_sink_writer(out), err) : -1;
    }
    spk_header_free(&header);
    if (status == 0) return spk_filter_finish(out, 0, err);
    spk_filter_abandon(out);
    return -1;
}

static int fit(collection *c, spk_readout *readout, spk_error *err)
{
    const responses seen = {c->channel->size, c->classes, c->spikes, c->samples};
    if (spk_readout_init(readout, c->cli->method->name, c->channel->name, seen.units, seen.classes,
                         err))
        return -1;
    method_of(c)->fit(&seen, readout);
    remark(c, readout);
    return 0;
}

/* What a linear method cannot learn anything from. */
static void remark_examples(const collection *c)
{
    uint32_t classes = 0, last = 0;
    for (uint32_t k = 0; k < c->classes; k++)
        if (c->samples[k]) {
            classes++;
            last = k;
        }
    if (classes == 1) spk_warn(c->cli, "all labelled samples are of class %u", last);
    uint16_t any = 0;
    for (size_t i = 0; i < c->seen.n * c->seen.features; i++)
        any |= c->seen.count[i];
    if (!any) spk_warn(c->cli, "no unit of %s fired in a labelled sample", c->channel->name);
}

static int learn(collection *c, spk_readout *readout, spk_error *err)
{
    const linear_settings *linear = c->cli->method_settings;
    examples *seen = &c->seen;
    if (examples_hold_out(seen, linear->hold_out, err))
        return spk_error_prefix(err, "%s", spk_reader_name(c->in));
    if (spk_readout_init_linear(readout, c->cli->method->name, c->channel->name, seen->units,
                                seen->classes, seen->windows, (spk_scale)linear->scale, err))
        return -1;
    remark_examples(c);
    if (readout->mean) examples_moments(seen, readout->mean, readout->deviation);
    seen->readout = readout;
    return method_of(c)->learn(c->cli, seen, readout, err);
}

static int train(collection *c, spk_error *err)
{
    if (prepare(c, err) || collect(c, err)) return -1;
    spk_readout readout = {0};
    int status = method_of(c)->learn ? learn(c, &readout, err) : fit(c, &readout, err);
    readout.samples = method_of(c)->learn ? c->seen.n : c->labelled;
    if (status == 0) status = write_readout(c, &readout, err);
    spk_readout_free(&readout);
    return status;
}

static int run(spk_cli *cli, spk_error *err)
{
    const struct settings *settings = cli->settings;
    if (spk_check_operands(cli, 0, 1, err)) return -1;
    collection c = {.cli = cli};
    c.in = spk_filter_input(cli, spk_operand(cli, 0), settings->population, err);
    if (!c.in) return -1;
    int status = train(&c, err);
    free(c.spikes);
    free(c.samples);
    examples_free(&c.seen);
    spk_reader_close(c.in);
    return status;
}

static const spk_program program = {
    .name = "spk-train-readout",
    .summary = "learn from labelled response spikes how they speak for classes",
    .operands = "[FILE]",
    .options = options,
    .methods = training_methods,
    .groups = SPK_READS_STREAM | SPK_WRITES_STREAM | SPK_SHOWS_PROGRESS | SPK_BOUNDS_MEMORY |
              SPK_USES_THREADS,
    .settings_size = sizeof(struct settings),
    .run = run,
};

int main(int argc, char **argv)
{
    return spk_main(&program, argc, argv);
}
