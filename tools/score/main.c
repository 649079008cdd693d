/* spk-score: predictions beside labels in, a table out.
 *
 * The stream is counted into a matrix of labels against predictions; nothing is printed before its
 * END was seen. */
#include "method.h"

#include "cli/message.h"
#include "filter/filter.h"
#include "filter/target.h"

#include <inttypes.h>

struct settings {
    spk_common common;
    const char *population;
};

static const spk_option options[] = {
    {.name = "population",
     .kind = SPK_TEXT,
     .offset = offsetof(struct settings, population),
     .metavar = "NAME",
     .help = "score the predictions from this population; needed when there are several"},
    {0}};

static int print_score(const spk_cli *cli, const spk_outcomes *seen, spk_error *err)
{
    const score_method *method = (const score_method *)cli->method;
    spk_output *out = spk_target_open(cli, SPK_FILE_TEXT, err);
    if (!out) return -1;
    FILE *file = spk_output_file(out, err);
    const int status = file ? method->print(cli, seen, file, err) : -1;
    if (status < 0) return spk_output_give_up(out, err);
    return spk_output_commit(out, err) ? -1 : status;
}

static int run(spk_cli *cli, spk_error *err)
{
    const struct settings *settings = cli->settings;
    if (spk_check_operands(cli, 0, 1, err)) return -1;
    spk_reader *in = spk_filter_input(cli, spk_operand(cli, 0), NULL, err);
    if (!in) return -1;
    spk_outcomes seen = {0};
    int status = spk_outcomes_read(&seen, in, settings->population, err);
    spk_reader_close(in);
    if (status == 0 && seen.unlabelled)
        spk_warn(cli, "%" PRIu64 " samples without a label were left out", seen.unlabelled);
    if (status == 0) status = print_score(cli, &seen, err);
    spk_outcomes_free(&seen);
    return status;
}

static const spk_program program = {
    .name = "spk-score",
    .summary = "compare predictions with labels",
    .operands = "[FILE]",
    .options = options,
    .methods = score_methods,
    .groups = SPK_READS_STREAM | SPK_WRITES_TABLE,
    .settings_size = sizeof(struct settings),
    .run = run,
};

int main(int argc, char **argv)
{
    return spk_main(&program, argc, argv);
}
