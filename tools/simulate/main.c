/* main.c: spk-simulate: samples through a network, spikes out.
 *
 * The network does not learn unless --plastic says so. What is recorded is written sample by
 * sample, with the input's numbers and labels. */
#include "cli/message.h"
#include "run/calibrate.h"
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
    {.name = "duration",
     .kind = SPK_TIME,
     .offset = offsetof(settings, duration),
     .metavar = "TIME",
     .help = "how long to run a network that takes no input stream"},
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
    SPK_RUN_OPTIONS(settings, run),
    {.name = NULL},
};

/* ---- from options to a network --------------------------------------------------------------- */

/* A time that an option gives, in steps of the network. */
static int count_steps(const run *r, const char *option, const spk_time *time, uint64_t *steps,
                       spk_error *err)
{
    if (spk_rational_divide_exact(time->seconds, r->net->dt, steps) == 0) return 0;
    return spk_fail(err, SPK_USAGE, "%s: %.15g ms is not a whole number of steps (dt_ms: %g)",
                    option, 1000 * spk_rational_value(time->seconds), r->net->dt_ms);
}

/* --duration belongs to networks that are not fed, and only to them. */
static int find_duration(const run *r, uint64_t *steps, spk_error *err)
{
    const spk_time *duration = &r->set->duration;
    *steps = 0;
    if (r->input && duration->given)
        return spk_fail(err, SPK_USAGE, "--duration: %s takes its durations from the input stream",
                        r->net->name);
    if (r->input) return 0;
    if (!duration->given)
        return spk_fail(err, SPK_USAGE, "%s takes no input stream: --duration is needed",
                        r->net->name);
    return count_steps(r, "--duration", duration, steps, err);
}

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
    if (interval->given && count_steps(r, "--record-interval", interval, &steps, err)) return -1;
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

static int open_output(run *r, spk_error *err)
{
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

static int open_input(run *r, uint64_t *steps, spk_error *err)
{
    if (ask_record(r, err) || spk_run_input(r->cli, &r->set->run, r->net, &r->input, err) ||
        find_duration(r, steps, err) || check_independence(r, err))
        return -1;
    r->feed = spk_feed_open(r->net, r->input, r->set->run.population,
                            (spk_retick)r->set->run.retick, *steps, err);
    if (r->feed) spk_feed_hurry(r->feed, spk_filter_options(r->cli).latency_ns);
    return r->feed ? 0 : -1;
}

static int set_up(run *r, spk_error *err)
{
    uint64_t steps;
    return open_input(r, &steps, err) || build(r, err) || open_output(r, err) ? -1 : 0;
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

static int simulate(run *r, spk_sample *sample, spk_error *err)
{
    if (!simulate_wants(r, sample)) return spk_feed_skip(r->feed, err);
    spk_recorder_begin(r->recorder, spk_feed_has_samples(r->feed) ? sample : NULL);
    if (spk_feed_present(r->feed, r->engine, spk_recorder_keep, r->recorder, sample, err) ||
        spk_recorder_end(r->recorder, err))
        return -1;
    r->end = sample->begin + sample->duration;
    return 0;
}

static int simulate_one_by_one(run *r, spk_progress *progress, spk_error *err)
{
    spk_sample sample;
    int more;
    while ((more = spk_feed_next(r->feed, &sample, err)) > 0) {
        if (simulate(r, &sample, err)) return -1;
        spk_run_progress(r->cli, r->input, progress, ++r->done);
    }
    return more;
}

static int simulate_all(run *r, spk_error *err)
{
    spk_progress *progress = spk_progress_start(r->cli, "samples", 0);
    int status = r->set->jobs > 1 && r->input ? simulate_in_jobs(r, progress, err)
                                              : simulate_one_by_one(r, progress, err);
    spk_progress_end(progress, r->done);
    if (status) return -1;
    if (spk_feed_collisions(r->feed) > 0)
        spk_warn(r->cli, "--retick: %" PRIu64 " spikes fell together with another of their unit",
                 spk_feed_collisions(r->feed));
    spk_sink *sink = r->sink;
    r->sink = NULL;
    uint64_t end = spk_feed_duration(r->feed);
    return spk_filter_finish(sink, end > r->end ? end : r->end, err);
}

static void clean_up(run *r)
{
    spk_filter_abandon(r->sink);
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
    return spk_main(&program, argc, argv);
}
