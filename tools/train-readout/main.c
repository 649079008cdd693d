/* spk-train-readout: labelled response spikes in, a readout model (a weight stream) out.
 *
 * The stream is reduced to spike counts by class and unit as it passes; the method then turns these
 * sums into the readout. Samples without a label are counted and left out. */
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
    uint64_t *spikes;  /* [classes][units] */
    uint64_t *samples; /* [classes] */
    uint64_t labelled, unlabelled;
} collection;

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
    c->spikes = spk_alloc((size_t)c->classes * c->channel->size, sizeof *c->spikes,
                          "the spike counts", err);
    c->samples = spk_alloc(c->classes, sizeof *c->samples, "the sample counts", err);
    return c->spikes && c->samples ? 0 : -1;
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
    } else {
        c->labelled++;
        c->samples[sample->label]++;
    }
    return 0;
}

static void take_spikes(collection *c, const spk_spikes *spikes)
{
    if (spikes->sample->label < 0) return;
    uint64_t *count = c->spikes + (size_t)spikes->sample->label * c->channel->size;
    for (size_t i = 0; i < spikes->n; i++)
        count[spikes->unit[i]]++;
}

static int collect(collection *c, spk_error *err)
{
    spk_item item;
    int more;
    spk_progress *progress = spk_progress_start(c->cli, "samples", 0);
    while ((more = spk_reader_next(c->in, &item, err)) > 0) {
        if (item.kind == SPK_KIND_SAMPLE) {
            if (take_sample(c, item.sample, err)) {
                more = -1;
                break;
            }
            spk_progress_update(progress, c->labelled + c->unlabelled, NULL);
        } else if (item.kind == SPK_KIND_SPIKES && item.id == c->channel->id) {
            take_spikes(c, &item.spikes);
        }
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

static int train(collection *c, spk_error *err)
{
    const training_method *method = (const training_method *)c->cli->method;
    if (prepare(c, err) || collect(c, err)) return -1;
    spk_readout readout;
    const responses seen = {c->channel->size, c->classes, c->spikes, c->samples};
    int status = spk_readout_init(&readout, method->base.name, c->channel->name, seen.units,
                                  seen.classes, method->with_proportion, err);
    if (status == 0) {
        readout.samples = c->labelled;
        method->fit(&seen, &readout);
        remark(c, &readout);
        status = write_readout(c, &readout, err);
    }
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
    spk_reader_close(c.in);
    return status;
}

static const spk_program program = {
    .name = "spk-train-readout",
    .summary = "learn which unit speaks for which class from labelled response spikes",
    .operands = "[FILE]",
    .options = options,
    .methods = training_methods,
    .groups = SPK_READS_STREAM | SPK_WRITES_STREAM | SPK_SHOWS_PROGRESS | SPK_BOUNDS_MEMORY,
    .settings_size = sizeof(struct settings),
    .run = run,
};

int main(int argc, char **argv)
{
    return spk_main(&program, argc, argv);
}
