/* accuracy.c: how many predictions are right, as a whole and by class.
 *
 * Row "all" has the accuracy and, in recall, precision and f1, their macro averages: plain means
 * over the classes that occur as a label or a prediction, 0 where a ratio has no denominator (as
 * scikit-learn with zero_division=0). A class row has the class's own. low95 and high95 are the
 * Wilson score interval (Wilson 1927) of the accuracy, or of the class's recall. */
#include "method.h"

#include "cli/message.h"
#include "table/table.h"

#include <math.h>

struct settings {
    double min_accuracy;
};

static const spk_option options[] = {{.name = "min-accuracy",
                                      .kind = SPK_REAL,
                                      .offset = offsetof(struct settings, min_accuracy),
                                      .metavar = "X",
                                      .help = "exit 1 when the accuracy is below this",
                                      .min = 0,
                                      .max = 1},
                                     {0}};

static const char *const columns[] = {"class", "n",      "correct",    "accuracy",
                                      "low95", "high95", "recall",     "precision",
                                      "f1",    "silent", "unlabelled", NULL};

/* Counts and ratios of one class; a ratio without a denominator is NaN. */
typedef struct class_score {
    uint64_t n, predicted, correct, silent;
    double recall, precision, f1;
} class_score;

static class_score score_class(const spk_outcomes *seen, uint32_t c)
{
    class_score score = {.correct = spk_outcome(seen, c, c),
                         .silent = spk_outcome(seen, c, seen->classes)};
    for (uint32_t other = 0; other < seen->classes; other++) {
        score.n += spk_outcome(seen, c, other);
        score.predicted += spk_outcome(seen, other, c);
    }
    score.n += score.silent;
    score.recall = ratio_of(score.correct, score.n);
    score.precision = ratio_of(score.correct, score.predicted);
    score.f1 = ratio_of(2 * score.correct, score.n + score.predicted);
    return score;
}

static void put_all(spk_table *table, const spk_outcomes *seen, uint64_t correct)
{
    class_score mean = {0};
    uint64_t occurring = 0;
    for (uint32_t c = 0; c < seen->classes; c++) {
        const class_score one = score_class(seen, c);
        mean.silent += one.silent;
        if (one.n + one.predicted == 0) continue;
        occurring++;
        mean.recall += one.n ? one.recall : 0;
        mean.precision += one.predicted ? one.precision : 0;
        mean.f1 += one.f1;
    }
    spk_table_text(table, "all");
    spk_table_u64(table, seen->labelled);
    spk_table_u64(table, correct);
    spk_table_derived(table, ratio_of(correct, seen->labelled));
    put_interval(table, correct, seen->labelled);
    spk_table_derived(table, mean.recall / (double)occurring);
    spk_table_derived(table, mean.precision / (double)occurring);
    spk_table_derived(table, mean.f1 / (double)occurring);
    spk_table_u64(table, mean.silent);
    spk_table_u64(table, seen->unlabelled);
    spk_table_end_row(table);
}

static void put_class(spk_table *table, const spk_outcomes *seen, uint32_t c)
{
    const class_score score = score_class(seen, c);
    spk_table_u64(table, c);
    spk_table_u64(table, score.n);
    spk_table_u64(table, score.correct);
    spk_table_missing(table);
    put_interval(table, score.correct, score.n);
    spk_table_derived(table, score.recall);
    spk_table_derived(table, score.precision);
    spk_table_derived(table, score.f1);
    spk_table_u64(table, score.silent);
    spk_table_missing(table);
    spk_table_end_row(table);
}

static int print(const spk_cli *cli, const spk_outcomes *seen, void *collection, FILE *out,
                 spk_error *err)
{
    (void)collection;
    const struct settings *settings = cli->method_settings;
    spk_table *table = spk_table_open(out, cli->common->format == SPK_JSON_LINES, columns, err);
    if (!table) return -1;
    uint64_t correct = 0;
    for (uint32_t c = 0; c < seen->classes; c++)
        correct += spk_outcome(seen, c, c);
    put_all(table, seen, correct);
    for (uint32_t c = 0; c < seen->classes; c++)
        put_class(table, seen, c);
    if (spk_table_close(table, err)) return -1;
    const double accuracy = ratio_of(correct, seen->labelled);
    if (!spk_given(cli, "min-accuracy") || accuracy >= settings->min_accuracy) return 0;
    spk_warn(cli, "accuracy %g is below the %g asked for", accuracy, settings->min_accuracy);
    return SPK_NEGATIVE;
}

const score_method accuracy_method = {
    .base = {.name = "accuracy",
             .help = "share of right predictions, with its interval, and by class",
             .options = options,
             .settings_size = sizeof(struct settings)},
    .print = print,
};
