/* spk-score: predictions beside labels in, a table out.
 *
 * The stream is counted into a matrix of labels against predictions, and a method may collect more of
 * it as it passes; nothing is printed before its END was seen. */
#include "method.h"

#include "base/memory.h"
#include "cli/message.h"
#include "filter/filter.h"
#include "filter/target.h"

#include <inttypes.h>
#include <stdlib.h>

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

static int print_score(const spk_cli *cli, const spk_outcomes *seen, void *collection,
                       spk_error *err)
{
    const score_method *method = (const score_method *)cli->method;
    spk_output *out = spk_target_open(cli, SPK_FILE_TEXT, err);
    if (!out) return -1;
    FILE *file = spk_output_file(out, err);
    const int status = file ? method->print(cli, seen, collection, file, err) : -1;
    if (status < 0) return spk_output_give_up(out, err);
    return spk_output_commit(out, err) ? -1 : status;
}

static int score(spk_cli *cli, spk_reader *in, spk_outcomes *seen, void *collection, spk_error *err)
{
    const struct settings *settings = cli->settings;
    const score_method *method = (const score_method *)cli->method;
    if (spk_outcomes_read(seen, in, settings->population, method->take, collection, err)) return -1;
    if (seen->unlabelled)
        spk_warn(cli, "%" PRIu64 " samples without a label were left out", seen->unlabelled);
    return print_score(cli, seen, collection, err);
}

static int run(spk_cli *cli, spk_error *err)
{
    const score_method *method = (const score_method *)cli->method;
    if (spk_check_operands(cli, 0, 1, err)) return -1;
    spk_reader *in = spk_filter_input(cli, spk_operand(cli, 0), NULL, err);
    if (!in) return -1;
    spk_outcomes seen = {0};
    void *collection = NULL;
    if (method->take) collection = spk_alloc(1, method->collection_size, "the scores", err);
    const int status = method->take && !collection ? -1 : score(cli, in, &seen, collection, err);
    spk_reader_close(in);
    spk_outcomes_free(&seen);
    if (collection) method->drop(collection);
    free(collection);
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
