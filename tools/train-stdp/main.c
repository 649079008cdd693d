/* main.c: spk-train-stdp: samples through a network that learns, weights out.
 *
 * The network file says how it learns; this program presents the samples, writes a snapshot of what
 * learning changed every so often and at the end, and can stop and go on between two samples. */
#include "base/path.h"
#include "cli/message.h"
#include "cli/output.h"
#include "journal.h"
#include "run/calibrate.h"
#include "train.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const double MAX_SECONDS = 1e9;

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
    {.name = "checkpoint",
     .kind = SPK_FILE,
     .offset = offsetof(settings, checkpoint),
     .metavar = "FILE",
     .flags = SPK_NEUTRAL,
     .help = "keep the state of the run in FILE (and FILE.journal), also when asked to stop"},
    {.name = "checkpoint-every",
     .kind = SPK_TEXT,
     .offset = offsetof(settings, checkpoint_every),
     .metavar = "N|TIME",
     .preset = "10min",
     .flags = SPK_NEUTRAL,
     .help = "after N samples, or after TIME"},
    {.name = "resume",
     .kind = SPK_FLAG,
     .offset = offsetof(settings, resume),
     .flags = SPK_NEUTRAL,
     .help = "go on from --checkpoint, if it is there"},
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
    inputs[n++] = r->input;
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
    if (spk_recorder_header(r->net, spk_reader_header(r->input), &r->spikes_header, err)) return -1;
    r->spikes_sink = spk_filter_output(&cli, &r->spikes_header, n, inputs, r->net->files,
                                       (const char *const *)r->net->file, err);
    if (!r->spikes_sink) return -1;
    r->recorder = spk_recorder_new(r->net, &r->spikes_header, spk_sink_writer(r->spikes_sink), err);
    return r->recorder ? 0 : -1;
}

/* "500" or "10min". */
static int parse_every(run *r, spk_error *err)
{
    static const char name[] = "--checkpoint-every";
    const char *text = r->set->checkpoint_every;
    size_t length = strlen(text);
    spk_rational seconds;
    if (length > 0 && isdigit((unsigned char)text[length - 1])) {
        if (spk_parse_count(text, name, &r->every_samples, err)) return -1;
        return r->every_samples > 0 ? 0 : spk_fail(err, SPK_USAGE, "%s: at least 1 sample", name);
    }
    if (spk_parse_time(text, name, &seconds, err)) return -1;
    r->every_seconds = spk_rational_value(seconds);
    return r->every_seconds <= MAX_SECONDS
               ? 0
               : spk_fail(err, SPK_USAGE, "%s: %s is too long", name, text);
}

/* What is written must not overwrite each other. */
static int check_outputs(const run *r, spk_error *err)
{
    const char *checkpoint = r->set->checkpoint;
    char *beside = checkpoint ? journal_name(checkpoint, err) : NULL;
    if (checkpoint && !beside) return -1;
    const char *option[] = {"--output", "--spikes", "--checkpoint", "the journal of --checkpoint"};
    const char *file[] = {r->cli->common->output, r->set->spikes, checkpoint, beside};
    int status = 0;
    if (checkpoint && strcmp(checkpoint, "-") == 0)
        status = spk_fail(err, SPK_USAGE, "--checkpoint: needs the name of a file");
    for (size_t i = 0; i < 4 && status == 0; i++)
        for (size_t j = 0; j < i && status == 0; j++)
            if (file[i] && file[j] && spk_path_same(file[i], file[j]))
                status = spk_fail(err, SPK_USAGE, "%s and %s are both written to %s", option[j],
                                  option[i], strcmp(file[i], "-") == 0 ? "stdout" : file[i]);
    free(beside);
    return status;
}

static int check_options(run *r, spk_error *err)
{
    const settings *set = r->set;
    if (!set->checkpoint && set->resume)
        return spk_fail(err, SPK_USAGE, "--resume: --checkpoint says from where");
    if (check_outputs(r, err)) return -1;
    if (!set->checkpoint) return 0;
    if (!set->resume && !set->common.force && access(set->checkpoint, F_OK) == 0)
        return spk_fail(err, SPK_USAGE,
                        "%s: is there already; --resume goes on from it, --force begins anew",
                        set->checkpoint);
    return parse_every(r, err) || checkpoint_try(r, err) ? -1 : 0;
}

/* Continue where the checkpoint was made: state, outputs, input. */
static int resume(run *r, spk_error *err)
{
    spk_sample sample = {0};
    for (uint64_t i = 0; i < r->at.samples; i++) {
        int more = spk_feed_next(r->feed, &sample, err);
        if (more > 0) more = spk_feed_skip(r->feed, err) ? -1 : 1;
        if (more < 0) return -1;
        if (more == 0)
            return spk_fail(err, SPK_DATA,
                            "%s: ends after %" PRIu64 " samples, but %s was made after %" PRIu64,
                            spk_reader_name(r->input), i, r->set->checkpoint, r->at.samples);
    }
    if (sample.number != r->at.last_sample)
        return spk_fail(
            err, SPK_DATA,
            "%s: is not the input of %s: sample %" PRIu64 " stands where %" PRIu64 " was",
            spk_reader_name(r->input), r->set->checkpoint, sample.number, r->at.last_sample);
    uint64_t every = r->set->snapshot_every;
    if (every > 0 && r->at.samples % every == 0) r->snapshot_at = r->at.samples;
    spk_note(r->cli, 1, "resumed after %" PRIu64 " samples", r->at.samples);
    if (!r->journal) return 0;
    return journal_replay(r->journal, r->engine, &r->header, spk_sink_writer(r->sink), r->recorder,
                          err);
}

/* Checkpoints: read the old one, keep a journal of what it does not hold. */
static int begin_checkpoints(run *r, spk_error *err)
{
    if (!r->set->checkpoint) return 0;
    int found = r->set->resume ? checkpoint_read(r, err) : 0;
    if (found < 0) return -1;
    r->whole = spk_case_new(r->feed, err);
    if (!r->whole) return -1;
    if (r->recorder || r->set->snapshot_every > 0) {
        r->journal = journal_open(r->set->checkpoint, r->at.journal_bytes, err);
        if (!r->journal) return -1;
    }
    if (found && resume(r, err)) return -1;
    if (r->recorder) spk_recorder_set_tap(r->recorder, journal_tap, r->journal);
    spk_catch_stop();
    r->checkpoint_due = time(NULL) + (time_t)r->every_seconds;
    return 0;
}

static int open_input(run *r, spk_error *err)
{
    if (spk_run_input(r->cli, &r->set->run, r->net, &r->input, err)) return -1;
    if (!r->input)
        return spk_fail(err, SPK_USAGE, "%s: takes no input stream, so that there are no samples",
                        r->net->name);
    if (spk_reader_header(r->input)->shard_n > 1)
        spk_warn(r->cli, "%s: is a shard: the network learns from its samples only",
                 spk_reader_name(r->input));
    if (!r->set->spikes) spk_recorder_ask_nothing(r->net);
    r->feed = spk_feed_open(r->net, r->input, r->set->run.population,
                            (spk_retick)r->set->run.retick, 0, err);
    if (r->feed) spk_feed_hurry(r->feed, spk_filter_options(r->cli).latency_ns);
    return r->feed ? 0 : -1;
}

static int set_up(run *r, spk_error *err)
{
    if (check_options(r, err) || open_input(r, err) || build(r, err) || open_weights(r, err))
        return -1;
    if (r->set->spikes && open_spikes(r, err)) return -1;
    return begin_checkpoints(r, err);
}

static spk_engine *build_for_trial(void *context, spk_error *err)
{
    run *r = context;
    return build(r, err) ? NULL : r->engine;
}

/* --estimate with an input. */
static int estimate(run *r, spk_error *err)
{
    if (open_input(r, err)) return -1;
    const spk_trial trial = {
        .net = r->net, .feed = r->feed, .input = r->input, .build = build_for_trial, .context = r};
    return spk_run_calibrate(r->cli, &r->set->run, &trial, err);
}

/* ---- the samples ----------------------------------------------------------------------------- */

static int snapshot(run *r, spk_error *err)
{
    spk_snapshot mark = {.samples = r->at.samples, .tick = r->at.end};
    r->snapshot_at = r->at.samples;
    if (r->journal && journal_snapshot(r->journal, r->engine, &mark, err)) return -1;
    return spk_weights_write(r->engine, &r->header, spk_sink_writer(r->sink), mark.samples,
                             mark.tick, err);
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

static int stop(run *r, spk_error *err)
{
    if (checkpoint_write(r, err)) return -1;
    return spk_fail(err, SPK_STOPPED, "stopped after %" PRIu64 " samples; --resume goes on",
                    r->at.samples);
}

/* Between two samples: stop when asked to, and keep the state every so often. */
static int rest(run *r, spk_error *err)
{
    if (!r->set->checkpoint) return 0;
    if (spk_stop_requested()) return stop(r, err);
    bool due = r->every_samples > 0 ? r->at.samples % r->every_samples == 0
                                    : time(NULL) >= r->checkpoint_due;
    if (!due) return 0;
    r->checkpoint_due = time(NULL) + (time_t)r->every_seconds;
    return checkpoint_write(r, err);
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
        failed = train(r, &sample, err) || rest(r, err);
        spk_run_progress(r->cli, r->input, progress, r->at.samples);
    }
    spk_progress_end(progress, r->at.samples);
    /* Waiting for input was interrupted, or the program before this one was stopped, too. */
    if (!failed && more < 0 && r->set->checkpoint && spk_stop_requested()) return stop(r, err);
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
    spk_sink *sink = r->spikes_sink;
    r->spikes_sink = NULL;
    if (sink && spk_filter_finish(sink, end, err)) return -1;
    sink = r->sink;
    r->sink = NULL;
    if (spk_filter_finish(sink, end, err)) return -1;
    if (r->set->checkpoint) checkpoint_remove(r);
    return 0;
}

static void clean_up(run *r)
{
    spk_filter_abandon(r->sink);
    spk_filter_abandon(r->spikes_sink);
    journal_close(r->journal);
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
