/* spk-stats: a stream in, a table of its statistics out.
 *
 * A method reads the stream to its END first; then its table is printed, so that nothing is written
 * for an input that is not whole. */
#include "stats.h"

#include "filter/filter.h"
#include "filter/target.h"

static const spk_option options[] = {
    {.name = "population",
     .kind = SPK_TEXT,
     .offset = offsetof(stats_settings, population),
     .metavar = "NAME",
     .help = "only the spikes of this population (default: a row for each)"},
    {.name = "from",
     .kind = SPK_TIME,
     .offset = offsetof(stats_settings, from),
     .metavar = "TIME",
     .help = "leave out what comes before TIME in each sample, or in a stream without samples"},
    {.name = "until",
     .kind = SPK_TIME,
     .offset = offsetof(stats_settings, until),
     .metavar = "TIME",
     .flags = SPK_POSITIVE,
     .help = "leave out what comes from TIME on"},
    {0}};

int stats_ticks(const spk_time *time, const char *name, spk_rational tick, uint64_t *ticks,
                spk_error *err)
{
    if (spk_rational_divide_exact(time->seconds, tick, ticks) == 0) return 0;
    return spk_fail(err, SPK_USAGE, "--%s: not a whole number of the stream's ticks of %g ms", name,
                    1000 * spk_rational_value(tick));
}

static int print_table(const spk_cli *cli, const void *result, spk_error *err)
{
    const stats_method *method = (const stats_method *)cli->method;
    spk_output *out = spk_target_open(cli, SPK_FILE_TEXT, err);
    if (!out) return -1;
    FILE *file = spk_output_file(out, err);
    if (file && method->print(cli, result, file, err) == 0) return spk_output_commit(out, err);
    return spk_output_give_up(out, err);
}

static int run(spk_cli *cli, spk_error *err)
{
    const stats_method *method = (const stats_method *)cli->method;
    if (spk_check_operands(cli, 0, 1, err)) return -1;
    spk_reader *in = spk_filter_input(cli, spk_operand(cli, 0), NULL, err);
    if (!in) return -1;
    void *result = method->read(cli, in, err);
    const int status = result ? print_table(cli, result, err) : -1;
    method->release(result);
    spk_reader_close(in);
    return status;
}

static const spk_program program = {
    .name = "spk-stats",
    .summary = "statistics of spike trains and of weights",
    .operands = "[FILE]",
    .options = options,
    .methods = stats_methods,
    .fallback = &summary_method.base,
    .groups = SPK_READS_STREAM | SPK_WRITES_TABLE | SPK_USES_SEED,
    .settings_size = sizeof(stats_settings),
    .run = run,
};

int main(int argc, char **argv)
{
    return spk_main(&program, argc, argv);
}
