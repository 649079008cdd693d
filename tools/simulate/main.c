/* main.c: spk-simulate: samples through a network, spikes out.
 *
 * The network does not learn unless --plastic says so. What is recorded is written sample by
 * sample, with the input's numbers and labels. */
#include "cli/message.h"
#include "engine/comm.h"
#include "run/calibrate.h"
#include "run/ranks.h"
#include "simulate.h"

#include <inttypes.h>
#include <string.h>

static const spk_option options[] = {
    {.name = "weights",
     .kind = SPK_FILE,
     .offset = offsetof(settings, weights),
     .metavar = "FILE",
     .flags = SPK_SIDE_INPUT,
     .help = "weights and thresholds, as spk-train-stdp wrote them"},
    {.name = "snapshot",
     .kind = SPK_COUNT,
     .offset = offsetof(settings, snapshot),
     .metavar = "N",
     .min = 1,
     .max = 1e18,
     .help = "of --weights, snapshot N instead of the last; the first is 1"},
    {.name = "ignore-extra",
     .kind = SPK_FLAG,
     .offset = offsetof(settings, ignore_extra),
     .help = "pass over arrays of --weights that the network lacks"},
    {.name = "plastic",
     .kind = SPK_FLAG,
     .offset = offsetof(settings, plastic),
     .help = "let the network learn and adapt as in training"},
    {.name = "record",
     .kind = SPK_LIST,
     .offset = offsetof(settings, record),
     .metavar = "POP[.VARIABLE]",
     .help = "record spikes, or a variable, instead of what the network file asks for"},
    {.name = "record-interval",
     .kind = SPK_TIME,
     .offset = offsetof(settings, record_interval),
     .metavar = "TIME",
     .flags = SPK_POSITIVE,
     .help = "time between values of --record POP.VARIABLE (default: one step)"},
    {.name = "shard",
     .kind = SPK_SHARD,
     .offset = offsetof(settings, shard),
     .metavar = "I/N",
     .help = "only the samples whose number modulo N is I"},
    {.name = "jobs",
     .kind = SPK_COUNT,
     .offset = offsetof(settings, jobs),
     .metavar = "N",
     .preset = "1",
     .min = 1,
     .max = 1024,
     .flags = SPK_NEUTRAL,
     .help = "present N samples at once, when they are there, each to its own copy of "
             "the network"},
    SPK_CHECKPOINT_OPTIONS(settings, checkpoint),
    SPK_RUN_OPTIONS(settings, run),
    {.name = NULL},
};

/* ---- from options to a network --------------------------------------------------------------- */

static int ask_record(const run *r, spk_error *err)
{
    const spk_time *interval = &r->set->record_interval;
    const spk_list *record = &r->set->record;
    uint64_t steps = 1;
    bool variables = false;
    for (size_t i = 0; i < record->n; i++)
        variables |= strchr(record->item[i], '.') != NULL;
    if (interval->given && !variables)
        return spk_fail(err, SPK_USAGE, "--record-interval: --record POP.VARIABLE says of what");
    if (interval->given && spk_run_steps(r->net, "--record-interval", interval, &steps, err))
        return -1;
    return spk_recorder_ask(r->net, record->n, record->item, steps, err);
}

static int check_independence(const run *r, spk_error *err)
{
    bool is_shard = r->input && spk_reader_header(r->input)->shard_n > 1;
    if (r->set->shard.n == 0 && r->set->jobs == 1 && !is_shard) return 0;
    const char *carried = spk_engine_carries(r->net, r->set->plastic);
    const char *what = r->set->shard.n > 0 ? "--shard"
                       : r->set->jobs > 1  ? "--jobs"
                                           : spk_reader_name(r->input);
    if (carried)
        return spk_fail(err, SPK_USAGE,
                        "%s: samples are not independent: %s are carried from one to the next "
                        "(%s: on_sample.reset)",
                        what, carried, r->net->name);
    if (r->set->shard.n == 0) return 0;
    if (!r->input) return spk_fail(err, SPK_USAGE, "--shard: there is only one sample");
    if (spk_reader_header(r->input)->shard_n > 0)
        return spk_fail(err, SPK_USAGE, "--shard: %s is a shard already",
                        spk_reader_name(r->input));
    return 0;
}

/* Weights bring the seed that drew their network; draw it again. */
static int build(run *r, spk_error *err)
{
    uint64_t seed = r->cli->common->seed;
    const uint64_t *snapshot = spk_given(r->cli, "snapshot") ? &r->set->snapshot : NULL;
    if (snapshot && !r->set->weights)
        return spk_fail(err, SPK_USAGE, "--snapshot: --weights is needed");
    if (r->set->weights) {
        r->weights = spk_filter_input(r->cli, r->set->weights, NULL, err);
        if (!r->weights) return -1;
        spk_weights_seed(r->weights, &seed);
    }
    int threads = r->set->jobs > 1 ? 1 : r->cli->common->threads;
    r->network_seed = seed;
    r->engine = spk_run_engine(r->cli, r->net, seed, threads, r->set->plastic, err);
    if (!r->engine) return -1;
    if (!r->weights) return 0;
    return spk_weights_load(r->engine, r->weights, snapshot, r->set->ignore_extra, err);
}

/* Only rank 0 writes. */
static int open_output(run *r, spk_error *err)
{
    if (spk_comm_rank() > 0) return 0;
    spk_reader *inputs[2];
    size_t n = 0;
    if (r->input) inputs[n++] = r->input;
    if (r->weights) inputs[n++] = r->weights;
    const spk_header *from = r->input ? spk_reader_header(r->input) : NULL;
    if (spk_recorder_header(r->net, from, &r->header, err)) return -1;
    if (r->set->shard.n > 0) {
        r->header.shard_i = r->set->shard.i;
        r->header.shard_n = r->set->shard.n;
    }
    r->sink = spk_filter_output(r->cli, &r->header, n, inputs, r->net->files,
                                (const char *const *)r->net->file, err);
    if (!r->sink) return -1;
    r->recorder = spk_recorder_new(r->net, &r->header, spk_sink_writer(r->sink), err);
    return r->recorder ? 0 : -1;
}

static int begin_checkpoints(run *r, spk_error *err)
{
    const spk_checkpoint_run what = {.net = r->net,
                                     .engine = r->engine,
                                     .feed = r->feed,
                                     .input = r->input,
                                     .weights = r->weights,
                                     .recorder = r->recorder,
                                     .records = true};
    if (spk_checkpoint_begin(r->checkpoint, &what, &r->at, err) < 0) return -1;
    if (!r->checkpoint || !r->net->on_sample.repeat) return 0;
    r->whole = spk_case_new(r->feed, err);
    return r->whole ? 0 : -1;
}

static int open_input(run *r, uint64_t *steps, spk_error *err)
{
    if (ask_record(r, err) || spk_run_input(r->cli, &r->set->run, r->net, &r->input, err) ||
        spk_run_duration(&r->set->run, r->net, r->input, steps, err) || check_independence(r, err))
        return -1;
    if (r->set->plastic && spk_run_labels(r->net, r->input, err)) return -1;
    r->feed = spk_feed_open(r->net, r->input, r->set->run.population,
                            (spk_retick)r->set->run.retick, *steps, err);
    if (r->feed) spk_feed_hurry(r->feed, spk_filter_options(r->cli).latency_ns);
    return r->feed ? 0 : -1;
}

static int check_ranks(const run *r, spk_error *err)
{
    const int ranks = spk_comm_ranks();
    if (ranks > 1 && r->set->jobs > 1)
        return spk_fail(err, SPK_USAGE, "--jobs: not offered over %d ranks", ranks);
    return spk_run_check_ranks(r->cli, r->input, r->set->weights, err);
}

static int set_up(run *r, spk_error *err)
{
    uint64_t steps;
    if (spk_checkpoint_open(r->cli, &r->set->checkpoint, NULL, NULL, &r->checkpoint, err) ||
        open_input(r, &steps, err) || check_ranks(r, err) || build(r, err) || open_output(r, err))
        return -1;
    if (r->set->jobs > 1 && r->input && !(r->jobs = simulate_jobs_new(r, err))) return -1;
    return begin_checkpoints(r, err);
}

/* ---- --estimate with a duration or an input -------------------------------------------------- */

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

bool simulate_wants(const run *r, const spk_sample *sample)
{
    return r->set->shard.n == 0 || sample->number % r->set->shard.n == r->set->shard.i;
}

void simulate_done(run *r, const spk_sample *sample)
{
    r->at.samples++;
    r->at.last_sample = sample->number;
    r->at.inside = 0;
}

/* A spk_feed_keep. Where a sample may be presented again, it comes when the engine is through. */
static int keep(void *context, const spk_engine *e, uint64_t end, spk_error *err)
{
    run *r = context;
    if (r->recorder && spk_recorder_keep(r->recorder, e, end, err)) return -1;
    if (r->net->on_sample.repeat) return 0;
    r->at.inside = end;
    return spk_checkpoint_rest(r->checkpoint, &r->at, err);
}

static void begin_recording(run *r, const spk_sample *sample)
{
    const spk_sample *recorded = spk_feed_has_samples(r->feed) ? sample : NULL;
    if (!r->recorder) return;
    if (r->at.inside > 0)
        spk_recorder_resume(r->recorder, recorded, r->at.inside);
    else
        spk_recorder_begin(r->recorder, recorded);
}

static int simulate(run *r, spk_sample *sample, spk_error *err)
{
    if (!simulate_wants(r, sample)) return spk_feed_skip(r->feed, err);
    if (r->whole && spk_feed_load(r->feed, r->whole, sample, err)) return -1;
    begin_recording(r, sample);
    const int failed = r->whole ? spk_case_present(r->whole, r->engine, keep, r, sample, err)
                                : spk_feed_present(r->feed, r->engine, keep, r, sample, err);
    if (failed || (r->recorder && spk_recorder_end(r->recorder, err))) return -1;
    r->at.end = sample->begin + sample->duration;
    return 0;
}

/* The next sample, or several: 1; 0 at the end, -1. One that was begun by the run that this one resumes
 * is for the engine that has its state. */
static int simulate_next(run *r, spk_error *err)
{
    if (r->jobs && r->at.inside == 0) return simulate_in_jobs(r, err);
    spk_sample sample;
    const int more = spk_feed_next(r->feed, &sample, err);
    if (more <= 0) return more;
    if (simulate(r, &sample, err)) return -1;
    simulate_done(r, &sample);
    return 1;
}

static int simulate_samples(run *r, spk_error *err)
{
    spk_progress *progress = spk_progress_start(r->cli, "samples", 0);
    spk_progress_begin_at(progress, r->at.samples);
    int more, failed = 0;
    while (!failed && (more = simulate_next(r, err)) > 0) {
        failed = spk_checkpoint_rest(r->checkpoint, &r->at, err);
        spk_run_progress(r->cli, r->input, progress, r->at.samples);
    }
    spk_progress_end(progress, r->at.samples);
    /* Waiting for input was interrupted, or the program before this one was stopped, too. */
    if (!failed && more < 0 && spk_feed_broken(r->feed) && spk_comm_ranks() == 1 &&
        spk_checkpoint_stops(r->checkpoint))
        return spk_checkpoint_stop(r->checkpoint, &r->at, err);
    return failed || more < 0 ? -1 : 0;
}

static int simulate_all(run *r, spk_error *err)
{
    if (simulate_samples(r, err)) return -1;
    if (spk_feed_collisions(r->feed) > 0)
        spk_warn(r->cli, "--retick: %" PRIu64 " spikes fell together with another of their unit",
                 spk_feed_collisions(r->feed));
    if (spk_run_tell_ranks(r->cli, err)) return -1;
    spk_sink *sink = r->sink;
    r->sink = NULL;
    if (sink) {
        const uint64_t end = spk_feed_duration(r->feed);
        if (spk_filter_finish(sink, end > r->at.end ? end : r->at.end, err)) return -1;
    }
    spk_checkpoint_remove(r->checkpoint);
    return 0;
}

static void clean_up(run *r)
{
    spk_filter_abandon(r->sink);
    spk_checkpoint_free(r->checkpoint);
    spk_case_free(r->whole);
    simulate_jobs_free(r->jobs);
    spk_recorder_free(r->recorder);
    spk_header_free(&r->header);
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
    r.net = spk_run_load(cli, &r.set->run, &done, err);
    int status = r.net ? 0 : -1;
    if (status == 0 && !done && r.set->run.estimate)
        status = estimate(&r, err);
    else if (status == 0 && !done)
        status = set_up(&r, err) || simulate_all(&r, err) ? -1 : 0;
    status = spk_comm_agree(status, err);
    clean_up(&r);
    return status;
}

int main(int argc, char **argv)
{
    static const spk_program program = {
        .name = "spk-simulate",
        .summary = "run a network on the samples of a stream and record its spikes",
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
