/* main.c: spk-train-stdp: samples through a network that learns, weights out.
 *
 * The network file says how it learns; this program presents the samples, writes a snapshot of what
 * learning changed every so often and at the end, and can stop and go on between two samples. Over
 * several ranks (spk-train-stdp-mpi) rank 0 writes. */
#include "cli/message.h"
#include "engine/comm.h"
#include "filter/filter.h"
#include "run/calibrate.h"
#include "run/checkpoint.h"
#include "run/feed.h"
#include "run/journal.h"
#include "run/ranks.h"
#include "run/recorder.h"
#include "run/setup.h"
#include "run/weights.h"

#include <inttypes.h>

typedef struct settings {
    spk_common common;
    spk_run_options run;
    spk_checkpoint_options checkpoint;
    const char *weights, *spikes;
    bool ignore_extra;
    uint64_t snapshot_every;
} settings;

/* Everything a run holds. */
typedef struct run {
    const spk_cli *cli;
    const settings *set;
    spk_network *net;
    spk_reader *input, *weights;
    spk_engine *engine;
    spk_feed *feed;
    spk_header header;        /* of the weight stream */
    spk_sink *sink;           /* NULL: rank 0's */
    spk_header spikes_header; /* of --spikes */
    spk_sink *spikes_sink;
    spk_recorder *recorder; /* NULL: no --spikes, or rank 0's */
    spk_checkpoint *checkpoint;
    spk_case *whole; /* with checkpoints: the sample in hand */
    spk_run_position at;
    uint64_t snapshot_at; /* samples at the last snapshot */
} run;

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
    SPK_CHECKPOINT_OPTIONS(settings, checkpoint),
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
    r->engine = spk_run_engine(r->cli, r->net, seed, r->cli->common->threads, true, err);
    if (!r->engine || spk_weights_header(r->engine, r->net, seed, &r->header, err)) return -1;
    if (!r->weights) return 0;
    return spk_weights_load(r->engine, r->weights, NULL, r->set->ignore_extra, err);
}

/* The streams whose history the outputs carry. */
static size_t origins(const run *r, spk_reader *inputs[2])
{
    size_t n = 0;
    if (r->input) inputs[n++] = r->input;
    if (r->weights) inputs[n++] = r->weights;
    return n;
}

static int open_weights(run *r, spk_error *err)
{
    spk_reader *inputs[2];
    size_t n = origins(r, inputs);
    r->sink = spk_filter_output(r->cli, &r->header, n, inputs, r->net->files,
                                (const char *const *)r->net->file, err);
    return r->sink ? 0 : -1;
}

/* --spikes is a second output: the same common options but for its name. */
static int open_spikes(run *r, spk_error *err)
{
    spk_reader *inputs[2];
    spk_common common = *r->cli->common;
    spk_cli cli = *r->cli;
    size_t n = origins(r, inputs);
    common.output = r->set->spikes;
    cli.common = &common;
    const spk_header *from = r->input ? spk_reader_header(r->input) : NULL;
    if (spk_recorder_header(r->net, from, &r->spikes_header, err)) return -1;
    r->spikes_sink = spk_filter_output(&cli, &r->spikes_header, n, inputs, r->net->files,
                                       (const char *const *)r->net->file, err);
    if (!r->spikes_sink) return -1;
    r->recorder = spk_recorder_new(r->net, &r->spikes_header, spk_sink_writer(r->spikes_sink), err);
    return r->recorder ? 0 : -1;
}

/* NULL: rank 0's. */
static spk_writer *writer_of(const run *r)
{
    return r->sink ? spk_sink_writer(r->sink) : NULL;
}

/* Where a snapshot was made last, as the journal has it already. */
static void find_snapshot(run *r)
{
    const uint64_t every = r->set->snapshot_every;
    if (every > 0 && r->at.samples % every == 0) r->snapshot_at = r->at.samples;
}

/* Checkpoints: go on from the old one, keep a journal of what it does not hold. */
static int begin_checkpoints(run *r, spk_error *err)
{
    const spk_checkpoint_run what = {.net = r->net,
                                     .engine = r->engine,
                                     .feed = r->feed,
                                     .input = r->input,
                                     .weights = r->weights,
                                     .recorder = r->recorder,
                                     .records = r->set->spikes != NULL,
                                     .header = &r->header,
                                     .writer = writer_of(r),
                                     .snapshots = r->set->snapshot_every > 0};
    const int found = spk_checkpoint_begin(r->checkpoint, &what, &r->at, err);
    if (found < 0) return -1;
    if (found) find_snapshot(r);
    if (!r->checkpoint) return 0;
    r->whole = spk_case_new(r->feed, err);
    return r->whole ? 0 : -1;
}

static int open_input(run *r, uint64_t *steps, spk_error *err)
{
    if (spk_run_input(r->cli, &r->set->run, r->net, &r->input, err) ||
        spk_run_duration(&r->set->run, r->net, r->input, steps, err) ||
        spk_run_labels(r->net, r->input, err))
        return -1;
    if (!r->input && r->checkpoint)
        return spk_fail(err, SPK_USAGE,
                        "--checkpoint: %s takes no input stream, so that there are no samples "
                        "between which to make one",
                        r->net->name);
    if (r->input && spk_reader_header(r->input)->shard_n > 1)
        spk_warn(r->cli, "%s: is a shard: the network learns from its samples only",
                 spk_reader_name(r->input));
    if (!r->set->spikes) spk_recorder_ask_nothing(r->net);
    r->feed = spk_feed_open(r->net, r->input, r->set->run.population,
                            (spk_retick)r->set->run.retick, *steps, err);
    if (r->feed) spk_feed_hurry(r->feed, spk_filter_options(r->cli).latency_ns);
    return r->feed ? 0 : -1;
}

static int open_outputs(run *r, spk_error *err)
{
    if (spk_comm_rank() > 0) return 0;
    if (open_weights(r, err)) return -1;
    return r->set->spikes ? open_spikes(r, err) : 0;
}

static int set_up(run *r, spk_error *err)
{
    uint64_t steps;
    if (spk_checkpoint_open(r->cli, &r->set->checkpoint, "--spikes", r->set->spikes, &r->checkpoint,
                            err) ||
        open_input(r, &steps, err) || spk_run_check_ranks(r->cli, r->input, r->set->weights, err) ||
        build(r, err) || open_outputs(r, err))
        return -1;
    return begin_checkpoints(r, err);
}

static spk_engine *build_for_trial(void *context, spk_error *err)
{
    run *r = context;
    return build(r, err) ? NULL : r->engine;
}

static int estimate(run *r, spk_error *err)
{
    spk_trial trial = {.net = r->net, .build = build_for_trial, .context = r};
    if (open_input(r, &trial.steps, err)) return -1;
    trial.feed = r->feed;
    trial.input = r->input;
    return spk_run_calibrate(r->cli, &r->set->run, &trial, err);
}

/* ---- the samples ----------------------------------------------------------------------------- */

static int snapshot(run *r, spk_error *err)
{
    spk_snapshot mark = {.samples = r->at.samples, .tick = r->at.end};
    r->snapshot_at = r->at.samples;
    if (spk_checkpoint_snapshot(r->checkpoint, &mark, err)) return -1;
    return spk_weights_write(r->engine, &r->header, writer_of(r), mark.samples, mark.tick, err);
}

/* With checkpoints, a sample is read before it is presented, so that one without its end can still be
 * left to the run that resumes. */
static int present(run *r, spk_sample *sample, spk_error *err)
{
    spk_feed_keep *keep = r->recorder ? spk_recorder_keep : NULL;
    if (!r->whole) return spk_feed_present(r->feed, r->engine, keep, r->recorder, sample, err);
    return spk_case_present(r->whole, r->engine, keep, r->recorder, sample, err);
}

static int train(run *r, spk_sample *sample, spk_error *err)
{
    if (r->recorder) spk_recorder_begin(r->recorder, spk_feed_has_samples(r->feed) ? sample : NULL);
    if (present(r, sample, err) || (r->recorder && spk_recorder_end(r->recorder, err))) return -1;
    r->at.samples++;
    r->at.last_sample = sample->number;
    r->at.end = sample->begin + sample->duration;
    uint64_t every = r->set->snapshot_every;
    return every > 0 && r->at.samples % every == 0 ? snapshot(r, err) : 0;
}

/* The next sample, whole if need be: 1, 0 at the end, -1. */
static int next(run *r, spk_sample *sample, spk_error *err)
{
    int more = spk_feed_next(r->feed, sample, err);
    if (more > 0 && r->whole && spk_feed_load(r->feed, r->whole, sample, err)) return -1;
    return more;
}

static int train_all(run *r, spk_error *err)
{
    spk_progress *progress = spk_progress_start(r->cli, "samples", 0);
    spk_progress_begin_at(progress, r->at.samples);
    spk_sample sample;
    int more, failed = 0;
    while (!failed && (more = next(r, &sample, err)) > 0) {
        failed = train(r, &sample, err) || spk_checkpoint_rest(r->checkpoint, &r->at, err);
        spk_run_progress(r->cli, r->input, progress, r->at.samples);
    }
    spk_progress_end(progress, r->at.samples);
    /* Waiting for input was interrupted, or the program before this one was stopped, too. */
    if (!failed && more < 0 && spk_comm_ranks() == 1 && spk_checkpoint_stops(r->checkpoint))
        return spk_checkpoint_stop(r->checkpoint, &r->at, err);
    if (failed || more < 0) return -1;
    return r->snapshot_at == r->at.samples && r->at.samples > 0 ? 0 : snapshot(r, err);
}

static int finish(run *r, spk_error *err)
{
    uint64_t end = spk_feed_duration(r->feed);
    if (end < r->at.end) end = r->at.end;
    if (spk_feed_collisions(r->feed) > 0)
        spk_warn(r->cli, "--retick: %" PRIu64 " spikes fell together with another of their unit",
                 spk_feed_collisions(r->feed));
    if (spk_run_tell_ranks(r->cli, err)) return -1;
    spk_sink *sink = r->spikes_sink;
    r->spikes_sink = NULL;
    if (sink && spk_filter_finish(sink, end, err)) return -1;
    sink = r->sink;
    r->sink = NULL;
    if (sink && spk_filter_finish(sink, end, err)) return -1;
    spk_checkpoint_remove(r->checkpoint);
    return 0;
}

static void clean_up(run *r)
{
    spk_filter_abandon(r->sink);
    spk_filter_abandon(r->spikes_sink);
    spk_checkpoint_free(r->checkpoint);
    spk_case_free(r->whole);
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
    if (status == 0 && !done && r.set->run.estimate)
        status = estimate(&r, err);
    else if (status == 0 && !done)
        status = set_up(&r, err) || train_all(&r, err) || finish(&r, err) ? -1 : 0;
    status = spk_comm_agree(status, err);
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
    spk_comm_begin(&argc, &argv);
    return spk_comm_end(spk_main(&program, argc, argv));
}
