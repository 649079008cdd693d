/* calibrate.c: marks of time and steps while a trial runs, and the line through them. */
#include "run/calibrate.h"

#include "base/memory.h"
#include "base/now.h"
#include "filter/filter.h"
#include "filter/target.h"
#include "network/estimate.h"
#include "run/machine.h"
#include "run/recorder.h"
#include "run/usage.h"
#include "stream/index.h"
#include "table/table.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const double transient_s = 0.1; /* of the network's time */

/* A moment of the trial. */
typedef struct mark {
    double wall, cpu; /* seconds */
    uint64_t steps;   /* presented so far, without rest */
    uint64_t samples; /* that were presented to their end */
} mark;

/* A stretch of it. */
typedef struct stretch {
    mark from, to;
    uint64_t *spikes; /* [population] that were recorded in it; NULL: not counted */
} stretch;

typedef struct calibration {
    const spk_trial *trial;
    double budget_s;
    double bytes; /* resident before it was built */
    mark begin, built, now;
    uint64_t before;   /* steps of the samples before the present one */
    stretch pieces;    /* from the first mark behind the transient to the last */
    stretch samples;   /* the same between ends of samples, with their rest */
    stretch all;       /* from the begin */
    int threads;       /* at work at the end */
    bool enough, over; /* time is up; the run is over */
    spk_recorder *recorder;
    int nowhere; /* file descriptor */
    spk_writer *writer;
    spk_header header;
} calibration;

/* ---- while it runs --------------------------------------------------------------------------- */

static void mark_now(calibration *c, uint64_t steps)
{
    c->now.wall = 1e-9 * (double)spk_now();
    c->now.cpu = spk_usage_cpu();
    c->now.steps = steps;
}

static bool is_open(const stretch *s)
{
    return s->from.wall > 0;
}

/* Up to now; where it is not open yet and the transient is over, it begins. */
static void extend(const calibration *c, stretch *s, double transient)
{
    if (is_open(s))
        s->to = c->now;
    else if ((double)c->now.steps >= transient)
        s->from = s->to = c->now;
}

static double seconds_of(const calibration *c, const stretch *s)
{
    return (double)(s->to.steps - s->from.steps) * spk_rational_value(c->trial->net->dt);
}

static double transient_steps(const calibration *c)
{
    return transient_s / spk_rational_value(c->trial->net->dt);
}

static void count_spikes(const calibration *c, const spk_engine *e)
{
    const spk_network *net = c->trial->net;
    const uint64_t *step;
    const uint32_t *unit;
    size_t n;
    for (size_t i = 0; i < net->populations; i++) {
        if (!net->population[i].record.spikes) continue;
        spk_engine_spikes(e, i, &n, &step, &unit);
        c->all.spikes[i] += n;
        if (is_open(&c->pieces)) c->pieces.spikes[i] += n;
    }
}

/* A transient that takes long is waited for as long as the rest. */
static bool is_enough(const calibration *c)
{
    const double since = is_open(&c->pieces) ? c->pieces.from.wall : c->built.wall + c->budget_s;
    return c->now.wall - since >= c->budget_s;
}

/* A spk_feed_keep; -1 without a message when the time is up. */
static int keep(void *context, const spk_engine *e, uint64_t end, spk_error *err)
{
    calibration *c = context;
    if (c->recorder && spk_recorder_keep(c->recorder, e, end, err)) return -1;
    count_spikes(c, e);
    mark_now(c, c->before + end);
    extend(c, &c->pieces, transient_steps(c));
    extend(c, &c->all, 0);
    c->enough = is_enough(c);
    return c->enough ? -1 : 0;
}

static int present(calibration *c, spk_engine *e, spk_sample *sample, spk_error *err)
{
    spk_feed *feed = c->trial->feed;
    if (c->recorder) spk_recorder_begin(c->recorder, spk_feed_has_samples(feed) ? sample : NULL);
    if (spk_feed_present(feed, e, keep, c, sample, err)) return c->enough ? 0 : -1;
    if (c->recorder && spk_recorder_end(c->recorder, err)) return -1;
    c->before += sample->duration;
    c->now.samples++;
    mark_now(c, c->before);
    extend(c, &c->samples, transient_steps(c));
    return 0;
}

static int run(calibration *c, spk_engine *e, spk_error *err)
{
    spk_sample sample;
    int more = 1;
    c->all.from = c->all.to = c->built;
    while (!c->enough && (more = spk_feed_next(c->trial->feed, &sample, err)) > 0)
        if (present(c, e, &sample, err)) return -1;
    c->over = !c->enough;
    c->threads = spk_engine_threads(e);
    return more < 0 ? -1 : 0;
}

/* ---- around it ------------------------------------------------------------------------------- */

/* What is recorded is compressed as it would be. */
static int open_nowhere(calibration *c, const spk_cli *cli, spk_error *err)
{
    const spk_trial *t = c->trial;
    const spk_header *input = t->input ? spk_reader_header(t->input) : NULL;
    const spk_writer_options options = spk_filter_options(cli);
    bool records = false;
    for (size_t i = 0; i < t->net->populations; i++)
        records |= t->net->population[i].record.spikes || t->net->population[i].record.variables;
    if (!records) return 0;
    c->nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (c->nowhere < 0) return spk_fail(err, SPK_IO, "/dev/null: cannot open for writing");
    if (spk_recorder_header(t->net, input, &c->header, err)) return -1;
    c->writer = spk_writer_open(c->nowhere, "/dev/null", &c->header, NULL, &options, err);
    if (c->writer) c->recorder = spk_recorder_new(t->net, &c->header, c->writer, err);
    return c->recorder ? 0 : -1;
}

static int begin(calibration *c, const spk_trial *trial, double budget_s, spk_error *err)
{
    *c = (calibration){.trial = trial, .budget_s = budget_s, .nowhere = -1};
    spk_header_init(&c->header);
    const size_t n = trial->net->populations;
    c->pieces.spikes = spk_alloc(n, sizeof *c->pieces.spikes, "populations", err);
    c->all.spikes = spk_alloc(n, sizeof *c->all.spikes, "populations", err);
    return c->pieces.spikes && c->all.spikes ? 0 : -1;
}

static void end(calibration *c)
{
    spk_recorder_free(c->recorder);
    spk_writer_close(c->writer);
    spk_header_free(&c->header);
    if (c->nowhere >= 0) close(c->nowhere);
    free(c->pieces.spikes);
    free(c->all.spikes);
}

static int try(calibration *c, const spk_cli *cli, spk_error *err)
{
    c->bytes = spk_usage_bytes();
    mark_now(c, 0);
    c->begin = c->now;
    spk_engine *e = c->trial->build(c->trial->context, err);
    if (!e) return -1;
    mark_now(c, 0);
    c->built = c->now;
    return open_nowhere(c, cli, err) || run(c, e, err) ? -1 : 0;
}

/* ---- what it says ---------------------------------------------------------------------------- */

typedef struct report {
    spk_table *table;
    const char *how;
} report;

static void put(const report *r, const char *quantity, const char *name, double value,
                const char *unit)
{
    spk_table_text(r->table, quantity);
    if (name)
        spk_table_text(r->table, name);
    else
        spk_table_missing(r->table);
    spk_table_derived(r->table, value);
    spk_table_text(r->table, unit);
    spk_table_text(r->table, r->how);
    spk_table_end_row(r->table);
}

/* The stretch that says most of the rest of the run. */
static const stretch *choose(const calibration *c)
{
    if (c->samples.to.steps > c->samples.from.steps) return &c->samples;
    if (c->pieces.to.steps > c->pieces.from.steps && !c->over) return &c->pieces;
    return &c->all;
}

/* Steps of all of the input, by its index, if its samples have no gaps; 0: it has none. */
static double input_steps(const calibration *c, const char *path)
{
    const spk_trial *t = c->trial;
    spk_index index = {0};
    spk_error ignored;
    double ticks = 0;
    int fd = path && strcmp(path, "-") != 0 ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) return 0;
    if (spk_index_read(fd, path, &index, &ignored) > 0)
        for (size_t i = 0; i < index.n; i++)
            if (index.entry[i].first_tick <= index.entry[i].last_tick)
                ticks = fmax(ticks, (double)index.entry[i].last_tick);
    spk_index_free(&index);
    close(fd);
    const double tick = spk_rational_value(spk_reader_header(t->input)->tick);
    return ticks * tick / spk_rational_value(t->net->dt);
}

/* Up to the stretch as it was, and from there on by its pace. */
static double expect(double built, double from, double in_stretch, double share)
{
    return built + from + in_stretch * share;
}

static void report_whole(const calibration *c, report *r, const stretch *s, double steps)
{
    const double each = (double)(s->to.steps - s->from.steps);
    const double share = each > 0 ? (steps - (double)s->from.steps) / each : 0;
    const double dt = spk_rational_value(c->trial->net->dt);
    r->how = c->over ? "measured" : "expected";
    put(r, "duration", NULL, steps * dt, "s");
    if (c->over) {
        put(r, "total_cpu", NULL, c->now.cpu - c->begin.cpu, "s");
        put(r, "total_wall", NULL, c->now.wall - c->begin.wall, "s");
    } else {
        put(r, "total_cpu", NULL,
            expect(c->built.cpu - c->begin.cpu, s->from.cpu - c->built.cpu, s->to.cpu - s->from.cpu,
                   share),
            "s");
        put(r, "total_wall", NULL,
            expect(c->built.wall - c->begin.wall, s->from.wall - c->built.wall,
                   s->to.wall - s->from.wall, share),
            "s");
    }
    put(r, "total_memory", NULL, spk_usage_peak(), "bytes");
}

static void report_rates(const calibration *c, const report *r)
{
    const spk_network *net = c->trial->net;
    const stretch *s = seconds_of(c, &c->pieces) > 0 ? &c->pieces : &c->all;
    for (size_t i = 0; i < net->populations; i++)
        if (net->population[i].record.spikes)
            put(r, "rate", net->population[i].name,
                (double)s->spikes[i] / seconds_of(c, s) / net->population[i].size, "Hz");
}

static void report_trial(const calibration *c, report *r, const char *input)
{
    const stretch *s = choose(c);
    const double seconds = seconds_of(c, s);
    r->how = "measured";
    put(r, "threads", NULL, c->threads, "");
    put(r, "building", NULL, c->built.wall - c->begin.wall, "s");
    put(r, "memory", NULL, spk_usage_peak() - c->bytes, "bytes");
    put(r, "calibrated", NULL, seconds, "s");
    put(r, "cpu", NULL, (s->to.cpu - s->from.cpu) / seconds, "s_per_s");
    put(r, "wall", NULL, (s->to.wall - s->from.wall) / seconds, "s_per_s");
    if (s->to.samples > s->from.samples)
        put(r, "sample", NULL,
            (s->to.wall - s->from.wall) / (double)(s->to.samples - s->from.samples), "s");
    report_rates(c, r);
    double steps = c->over           ? (double)c->now.steps
                   : c->trial->input ? input_steps(c, input)
                                     : (double)c->trial->steps;
    if (steps > (double)s->from.steps || c->over) report_whole(c, r, s, steps);
}

/* The model, where all units fire at 10 Hz, on this machine. */
static int report_scaled(const calibration *c, const spk_cli *cli, report *r, spk_error *err)
{
    const spk_network *net = c->trial->net;
    const spk_estimate e = spk_estimate_network(net);
    const double dt = spk_rational_value(net->dt), seconds = (double)c->trial->steps * dt;
    spk_machine m;
    if (spk_machine_measure(&m, c->budget_s / 4, cli->common->threads, err)) return -1;
    const double cpu = 1e-9 * e.step_ns / dt * m.factor, built = 1e-9 * m.synapse_ns * e.synapses;
    r->how = "measured";
    put(r, "factor", NULL, m.factor, "");
    r->how = "scaled";
    put(r, "building", NULL, built, "s");
    put(r, "memory", NULL, e.bytes + e.building + SPK_PROGRAM_BYTES, "bytes");
    put(r, "cpu", NULL, cpu, "s_per_s");
    put(r, "wall", NULL, cpu * m.wall, "s_per_s");
    if (!(seconds > 0)) return 0;
    put(r, "duration", NULL, seconds, "s");
    put(r, "total_cpu", NULL, built + cpu * seconds, "s");
    put(r, "total_wall", NULL, built + cpu * m.wall * seconds, "s");
    return 0;
}

static int print(const calibration *c, const spk_cli *cli, bool tried, FILE *out, spk_error *err)
{
    static const char *const columns[] = {"quantity", "name", "value", "unit", "how", NULL};
    if (spk_estimate_print(c->trial->net, out, false, err)) return -1;
    fputc('\n', out);
    report r = {.table = spk_table_open(out, false, columns, err)};
    if (!r.table) return -1;
    int status = 0;
    if (tried)
        report_trial(c, &r, spk_operand(cli, 1));
    else
        status = report_scaled(c, cli, &r, err);
    return spk_table_close(r.table, status ? NULL : err) || status ? -1 : 0;
}

int spk_run_calibrate(const spk_cli *cli, const spk_run_options *options, const spk_trial *trial,
                      spk_error *err)
{
    spk_rational budget;
    calibration c;
    spk_error unfit;
    if (spk_parse_time(options->calibrate, "--calibrate", &budget, err))
        return spk_error_suffix(err, ", or none");
    spk_output *output = spk_target_open(cli, SPK_FILE_TEXT, err);
    if (!output) return -1;
    FILE *file = spk_output_file(output, err);
    const bool fits = spk_run_fits(cli, trial->net, 1, &unfit) == 0;
    int status = begin(&c, trial, spk_rational_value(budget), err);
    if (status == 0 && !file) status = -1;
    if (status == 0 && fits) status = try(&c, cli, err);
    if (status == 0) status = print(&c, cli, fits, file, err);
    end(&c);
    return status ? spk_output_give_up(output, err) : spk_output_commit(output, err);
}
