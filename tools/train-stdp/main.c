/* main.c: spk-train-stdp: samples through a network that learns, weights out.
 *
 * The network file says how it learns; this program presents the samples, writes a snapshot of what
 * learning changed every so often and at the end, and can stop and go on between two samples. */
#include "cli/message.h"
#include "cli/output.h"
#include "train.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const spk_option options[] = {
    {.name = "spikes",
     .kind = SPK_FILE,
     .offset = offsetof(settings, spikes),
     .metavar = "FILE",
     .flags = SPK_NEUTRAL,
     .help = "also write the spikes that the network file says to record"},
    {.name = "snapshot-every",
     .kind = SPK_COUNT,
     .offset = offsetof(settings, snapshot_every),
     .metavar = "N",
     .min = 1,
     .max = 1e18,
     .help = "write weights after every N samples, too"},
    {.name = "weights",
     .kind = SPK_FILE,
     .offset = offsetof(settings, weights),
     .metavar = "FILE",
     .flags = SPK_SIDE_INPUT,
     .help = "start from these weights instead of drawn ones"},
    {.name = "ignore-extra",
     .kind = SPK_FLAG,
     .offset = offsetof(settings, ignore_extra),
     .help = "pass over arrays of --weights that the network lacks"},
    SPK_RUN_OPTIONS(settings, run),
    {.name = NULL},
};

/* ---- from options to a network --------------------------------------------------------------- */

static int build(run *r, spk_error *err)
{
    uint64_t seed = r->cli->common->seed;
    if (r->set->weights) {
        r->weights = spk_filter_input(r->cli, r->set->weights, NULL, err);
        if (!r->weights) return -1;
        spk_weights_seed(r->weights, &seed);
    }
    r->engine = spk_run_engine(r->cli, r->net, seed, true, err);
    if (!r->engine || spk_weights_header(r->engine, r->net, seed, &r->header, err)) return -1;
    if (!r->weights) return 0;
    return spk_weights_load(r->engine, r->weights, NULL, r->set->ignore_extra, err);
}

/* The streams whose history the outputs carry. */
static size_t origins(const run *r, spk_reader *inputs[2])
{
    size_t n = 0;
    inputs[n++] = r->input;
    if (r->weights) inputs[n++] = r->weights;
    return n;
}

static int open_weights(run *r, spk_error *err)
{
    spk_reader *inputs[2];
    const char *files[1] = {spk_operand(r->cli, 0)};
    size_t n = origins(r, inputs);
    r->sink = spk_filter_output(r->cli, &r->header, n, inputs, 1, files, err);
    return r->sink ? 0 : -1;
}

/* --spikes is a second output: the same common options but for its name. */
static int open_spikes(run *r, spk_error *err)
{
    spk_reader *inputs[2];
    const char *files[1] = {spk_operand(r->cli, 0)};
    spk_common common = *r->cli->common;
    spk_cli cli = *r->cli;
    size_t n = origins(r, inputs);
    common.output = r->set->spikes;
    cli.common = &common;
    if (spk_recorder_header(r->net, spk_reader_header(r->input), &r->spikes_header, err)) return -1;
    r->spikes_sink = spk_filter_output(&cli, &r->spikes_header, n, inputs, 1, files, err);
    if (!r->spikes_sink) return -1;
    r->recorder = spk_recorder_new(r->net, &r->spikes_header, spk_sink_writer(r->spikes_sink), err);
    return r->recorder ? 0 : -1;
}

static int set_up(run *r, spk_error *err)
{
    if (spk_run_input(r->cli, &r->set->run, r->net, &r->input, err)) return -1;
    if (!r->input)
        return spk_fail(err, SPK_USAGE, "%s: takes no input stream, so that there are no samples",
                        r->net->name);
    if (!r->set->spikes) spk_recorder_ask_nothing(r->net);
    r->feed = spk_feed_open(r->net, r->input, r->set->run.population,
                            (spk_retick)r->set->run.retick, 0, err);
    if (!r->feed || build(r, err) || open_weights(r, err)) return -1;
    return r->set->spikes ? open_spikes(r, err) : 0;
}

/* ---- the samples ----------------------------------------------------------------------------- */

static int snapshot(run *r, spk_error *err)
{
    return spk_weights_write(r->engine, &r->header, spk_sink_writer(r->sink), r->at.samples,
                             r->at.end, err);
}

static int train(run *r, spk_sample *sample, spk_error *err)
{
    if (r->recorder) spk_recorder_begin(r->recorder, spk_feed_has_samples(r->feed) ? sample : NULL);
    if (spk_feed_present(r->feed, r->engine, r->recorder ? spk_recorder_keep : NULL, r->recorder,
                         sample, err) ||
        (r->recorder && spk_recorder_end(r->recorder, err)))
        return -1;
    r->at.samples++;
    r->at.last_sample = sample->number;
    r->at.end = sample->begin + sample->duration;
    return 0;
}

/* A snapshot is due after this sample; the last one is written by finish() in any case. */
static bool snapshot_is_due(const run *r)
{
    return r->set->snapshot_every > 0 && r->at.samples % r->set->snapshot_every == 0;
}

static int train_all(run *r, spk_error *err)
{
    spk_progress *progress = spk_progress_start(r->cli, "samples", 0);
    spk_sample sample;
    bool written = false;
    int more;
    while ((more = spk_feed_next(r->feed, &sample, err)) > 0) {
        written = false;
        if (train(r, &sample, err)) {
            more = -1;
            break;
        }
        if (snapshot_is_due(r)) {
            if (snapshot(r, err)) more = -1;
            if (more < 0) break;
            written = true;
        }
        spk_progress_update(progress, r->at.samples, NULL);
    }
    spk_progress_end(progress, r->at.samples);
    if (more) return -1;
    return written ? 0 : snapshot(r, err);
}

static int finish(run *r, spk_error *err)
{
    uint64_t end = spk_feed_duration(r->feed);
    if (end < r->at.end) end = r->at.end;
    if (spk_feed_collisions(r->feed) > 0)
        spk_warn(r->cli, "--retick: %" PRIu64 " spikes fell together with another of their unit",
                 spk_feed_collisions(r->feed));
    spk_sink *sink = r->spikes_sink;
    r->spikes_sink = NULL;
    if (sink && spk_filter_finish(sink, end, err)) return -1;
    sink = r->sink;
    r->sink = NULL;
    return spk_filter_finish(sink, end, err);
}

static void clean_up(run *r)
{
    spk_filter_abandon(r->sink);
    spk_filter_abandon(r->spikes_sink);
    spk_recorder_free(r->recorder);
    spk_header_free(&r->header);
    spk_header_free(&r->spikes_header);
    spk_feed_close(r->feed);
    spk_engine_close(r->engine);
    spk_reader_close(r->weights);
    spk_reader_close(r->input);
    spk_network_free(r->net);
}

static int main_run(spk_cli *cli, spk_error *err)
{
    run r = {.cli = cli, .set = cli->settings};
    bool done = false;
    spk_header_init(&r.header);
    spk_header_init(&r.spikes_header);
    r.net = spk_run_load(cli, &r.set->run, &done, err);
    int status = r.net ? 0 : -1;
    if (status == 0 && !done)
        status = set_up(&r, err) || train_all(&r, err) || finish(&r, err) ? -1 : 0;
    clean_up(&r);
    return status;
}

int main(int argc, char **argv)
{
    static const spk_program program = {
        .name = "spk-train-stdp",
        .summary = "let a network learn from the samples of a stream and write its weights",
        .operands = "NET.json [FILE]",
        .options = options,
        .groups = SPK_READS_STREAM | SPK_WRITES_STREAM | SPK_USES_THREADS | SPK_USES_SEED |
                  SPK_SHOWS_PROGRESS | SPK_BOUNDS_MEMORY,
        .settings_size = sizeof(settings),
        .run = main_run,
    };
    return spk_main(&program, argc, argv);
}
