/* setup.c: from a command line to a network, its input, and an engine. */
#include "run/setup.h"

#include "cli/message.h"
#include "engine/comm.h"
#include "filter/filter.h"
#include "filter/target.h"
#include "network/estimate.h"
#include "json/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    EXPECT_EVERY = 64, /* samples */
    MOST_PARTS = 1024
};

static bool may_calibrate(const spk_run_options *options)
{
    return options->estimate && !options->check && strcmp(options->calibrate, "none") != 0;
}

bool spk_run_calibrates(const spk_cli *cli, const spk_run_options *options)
{
    return may_calibrate(options) && (spk_operand(cli, 1) || spk_given(cli, "duration"));
}

static void advise(const spk_cli *cli, const spk_run_options *options, const spk_network *net)
{
    if (cli->common->quiet || !may_calibrate(options)) return;
    spk_note(cli, 0, "estimated where all units fire at 10 Hz; with %s it is measured",
             spk_network_input(net) >= 0 ? "an input file" : "--duration");
}

/* --check and --estimate. */
static int print(const spk_cli *cli, const spk_run_options *options, const spk_network *net,
                 spk_error *err)
{
    const spk_file_kind kind = options->check ? SPK_FILE_NETWORK : SPK_FILE_TEXT;
    spk_output *output = spk_target_open(cli, kind, err);
    FILE *file = output ? spk_output_file(output, err) : NULL;
    int status = file ? 0 : -1;
    if (status == 0 && options->check) {
        fputs(net->expanded, file);
        if (strlen(net->expanded) > SPK_JSON_MAX_BYTES)
            spk_warn(cli,
                     "%s: with its defaults it has more than the %d bytes that a network file may"
                     " have; tables hold long lists",
                     net->name, SPK_JSON_MAX_BYTES);
    }
    if (status == 0 && options->estimate) {
        status = spk_estimate_print(net, file, false, err);
        advise(cli, options, net);
    }
    if (status == 0) return spk_output_commit(output, err);
    return spk_output_give_up(output, err);
}

/* Bytes of memory that this machine has. */
static double machine_bytes(void)
{
    const long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? (double)pages * (double)size : INFINITY;
}

static spk_network_limit limit_of(const spk_cli *cli)
{
    spk_network_limit limit = {.bytes = (double)cli->common->max_memory, .name = "--max-memory"};
    if (cli->common->max_memory < UINT64_MAX) return limit;
    limit.bytes = machine_bytes();
    snprintf(limit.name, sizeof limit.name, "the %.0f MB of this machine", limit.bytes / 1e6);
    return limit;
}

spk_network *spk_run_load(const spk_cli *cli, const spk_run_options *options, bool *done,
                          spk_error *err)
{
    *done = options->check || (options->estimate && !spk_run_calibrates(cli, options));
    if (spk_check_operands(cli, 1, 2, err)) return NULL;
    const spk_network_limit limit = limit_of(cli);
    spk_network *net = spk_network_load_within(spk_operand(cli, 0), options->set.n,
                                               options->set.item, &limit, err);
    if (!net || !*done || print(cli, options, net, err) == 0) return net;
    spk_network_free(net);
    return NULL;
}

int spk_run_input(const spk_cli *cli, const spk_run_options *options, const spk_network *net,
                  spk_reader **in, spk_error *err)
{
    *in = NULL;
    if (spk_network_input(net) >= 0) {
        *in = spk_filter_input(cli, spk_operand(cli, 1), options->population, err);
        return *in ? 0 : -1;
    }
    if (options->population)
        return spk_fail(err, SPK_USAGE, "--population: %s takes no input stream", net->name);
    if (spk_operand(cli, 1))
        return spk_fail(err, SPK_USAGE, "%s: takes no input stream: none of its populations is fed",
                        net->name);
    return 0;
}

int spk_run_steps(const spk_network *net, const char *option, const spk_time *time, uint64_t *steps,
                  spk_error *err)
{
    if (spk_rational_divide_exact(time->seconds, net->dt, steps) == 0) return 0;
    return spk_fail(err, SPK_USAGE, "%s: %.15g ms is not a whole number of steps (dt_ms: %g)",
                    option, 1000 * spk_rational_value(time->seconds), net->dt_ms);
}

int spk_run_duration(const spk_run_options *options, const spk_network *net, const spk_reader *in,
                     uint64_t *steps, spk_error *err)
{
    *steps = 0;
    if (in && options->duration.given)
        return spk_fail(err, SPK_USAGE, "--duration: %s takes its durations from the input stream",
                        net->name);
    if (in) return 0;
    if (!options->duration.given)
        return spk_fail(err, SPK_USAGE, "%s takes no input stream: --duration is needed",
                        net->name);
    return spk_run_steps(net, "--duration", &options->duration, steps, err);
}

int spk_run_labels(const spk_network *net, const spk_reader *in, spk_error *err)
{
    for (size_t i = 0; i < net->populations; i++) {
        const spk_population *p = &net->population[i];
        if (!p->taught) continue;
        if (!in)
            return spk_fail(err, SPK_USAGE,
                            "%s: population %s has a teacher, which needs the labels of an input "
                            "stream, but none of its populations is fed",
                            net->name, p->name);
        const uint32_t classes = spk_reader_header(in)->classes;
        if (classes == 0)
            return spk_fail(err, SPK_DATA, "%s: has no labels, which the teacher of %s in %s needs",
                            spk_reader_name(in), p->name, net->name);
        if (classes > p->size)
            return spk_fail(err, SPK_DATA,
                            "%s: has %u classes, but population %s of %s, which has a teacher, has "
                            "%u units",
                            spk_reader_name(in), classes, p->name, net->name, p->size);
    }
    return 0;
}

/* Done once in a while: it asks for the file's size. */
static uint64_t expected(const spk_cli *cli, const spk_reader *in, uint64_t done)
{
    const char *path = spk_operand(cli, 1);
    struct stat info;
    int failed = !path || strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, &info) : stat(path, &info);
    if (failed || !S_ISREG(info.st_mode) || !in) return 0;
    spk_reader_stats stats;
    spk_reader_stats_get(in, &stats);
    uint64_t size = (uint64_t)info.st_size;
    if (stats.compressed_bytes == 0 || stats.compressed_bytes >= size) return 0;
    return (uint64_t)((double)done * ((double)size / (double)stats.compressed_bytes));
}

void spk_run_progress(const spk_cli *cli, const spk_reader *in, spk_progress *progress,
                      uint64_t done)
{
    if (done % EXPECT_EVERY == 0) spk_progress_expect(progress, expected(cli, in, done));
    spk_progress_update(progress, done, NULL);
}

static bool is_form(const spk_estimate *e, const char *name)
{
    return strcmp(e->form, name) == 0;
}

/* What every rank has of a projection: places of rows, and who is connected where synapses that learn
 * are listed; all of what is not stored, or is no one's. */
static double common_bytes(const spk_network *net, const spk_projection *p, const spk_estimate *e)
{
    static const double row_bytes = 8, target_bytes = 2;
    const double sources = net->population[p->source].size;
    const double delays = p->max_delay - p->min_delay + 1.0;
    if (is_form(e, "dense") || is_form(e, "delayed")) return 0;
    if (is_form(e, "sparse") || is_form(e, "short_term") || is_form(e, "gap"))
        return row_bytes * sources;
    if (!is_form(e, "plastic")) return e->bytes;
    return target_bytes * e->synapses + row_bytes * fmin(e->synapses, sources * delays);
}

/* What one rank has: all units, and the synapses onto its own. */
static double rank_bytes(const spk_network *net)
{
    const double ranks = spk_comm_ranks();
    double bytes = 0;
    for (size_t i = 0; i < net->populations; i++)
        bytes += spk_estimate_population(net, i).bytes;
    for (size_t k = 0; k < net->projections; k++) {
        const spk_estimate e = spk_estimate_projection(net, k);
        const double common = common_bytes(net, &net->projection[k], &e);
        bytes += e.bytes > common ? common + (e.bytes - common) / ranks : e.bytes;
    }
    return bytes;
}

int spk_run_fits(const spk_cli *cli, const spk_network *net, size_t networks, spk_error *err)
{
    const spk_estimate one = spk_estimate_network(net);
    const double each = spk_comm_ranks() > 1 ? rank_bytes(net) : one.bytes;
    const double bytes = (double)networks * each + one.building;
    const spk_network_limit limit = limit_of(cli);
    char many[48] = "";
    if (bytes <= limit.bytes) return 0;
    if (networks > 1) snprintf(many, sizeof many, " for %zu networks", networks);
    return spk_fail(err, SPK_LIMIT, "%s: needs about %.0f MB%s, more than %s", net->name,
                    bytes / 1e6, many, limit.name);
}

/* SPK_PARTS: for tests, which may want more threads than pay or than there are processors. */
static int parts_asked(int *parts, spk_error *err)
{
    const char *text = getenv("SPK_PARTS");
    uint64_t wish = 0;
    if (text && *text && spk_parse_count(text, "SPK_PARTS", &wish, err)) return -1;
    if (wish > MOST_PARTS) return spk_fail(err, SPK_USAGE, "SPK_PARTS: at most %d", MOST_PARTS);
    *parts = (int)wish;
    return 0;
}

spk_engine *spk_run_engine(const spk_cli *cli, const spk_network *net, uint64_t network_seed,
                           int threads, bool learning, spk_error *err)
{
    spk_estimate size = spk_estimate_network(net);
    int parts = 0;
    if (spk_run_fits(cli, net, 1, err) || parts_asked(&parts, err)) return NULL;
    spk_engine_options options = {.network_seed = network_seed,
                                  .input_seed = cli->common->seed,
                                  .threads = threads,
                                  .parts = parts,
                                  .max_memory = cli->common->max_memory,
                                  .learning = learning};
    spk_engine *e = spk_engine_open(net, &options, err);
    if (e)
        spk_note(cli, 1, "%.0f neurons, %.0f synapses, begun with %d thread%s", size.neurons,
                 size.synapses, spk_engine_threads(e), spk_engine_threads(e) == 1 ? "" : "s");
    return e;
}
