/* recall.c: recall@N: the share of samples whose label is among the N classes of the highest scores.
 *
 * The rank of a label is the number of classes with its score or a higher one: among equal scores it
 * comes last, so that what no score tells apart is not counted as found; but the predicted class has
 * rank 1, so that recall@1 is the accuracy. The label of a sample without a prediction is not found. */
#include "method.h"

#include "base/memory.h"
#include "cli/option.h"
#include "table/table.h"

#include <inttypes.h>
#include <stdlib.h>

struct settings {
    spk_list at;
};

static const spk_option options[] = {
    {.name = "at",
     .kind = SPK_LIST,
     .offset = offsetof(struct settings, at),
     .metavar = "N",
     .help = "recall@N; may be given several times (default: 1, 5, 10, 15, 20, 25)"},
    {0}};

static const char *const columns[] = {"at", "n", "found", "recall", "low95", "high95", NULL};

typedef struct ranks {
    uint64_t *labels; /* [rank], rank 1 .. classes: how many labels had it */
} ranks;

static uint32_t rank_of(uint32_t label, const spk_prediction *p)
{
    uint32_t rank = 0;
    if (p->class_ == (int64_t)label) return 1;
    for (uint32_t c = 0; c < p->k; c++)
        rank += p->score[c] >= p->score[label];
    return rank;
}

static int take(void *collection, int32_t label, const spk_prediction *prediction, spk_error *err)
{
    ranks *r = collection;
    if (!r->labels)
        r->labels = spk_alloc((size_t)prediction->k + 1, sizeof *r->labels, "the ranks", err);
    if (!r->labels) return -1;
    if (prediction->class_ >= 0) r->labels[rank_of((uint32_t)label, prediction)]++;
    return 0;
}

static void drop(void *collection)
{
    free(((ranks *)collection)->labels);
}

static void put_row(spk_table *table, const spk_outcomes *seen, const ranks *r, uint64_t at)
{
    uint64_t found = 0;
    for (uint64_t rank = 1; rank <= at; rank++)
        found += r->labels[rank];
    spk_table_u64(table, at);
    spk_table_u64(table, seen->labelled);
    spk_table_u64(table, found);
    spk_table_derived(table, ratio_of(found, seen->labelled));
    put_interval(table, found, seen->labelled);
    spk_table_end_row(table);
}

/* The `i`-th value of --at, in its range. */
static int read_at(const struct settings *settings, size_t i, uint32_t classes, uint64_t *at,
                   spk_error *err)
{
    if (spk_parse_count(settings->at.item[i], "--at", at, err)) return -1;
    if (*at >= 1 && *at <= classes) return 0;
    return spk_fail(err, SPK_USAGE, "--at %" PRIu64 ": must be 1 to the number of classes, %u", *at,
                    classes);
}

static int print(const spk_cli *cli, const spk_outcomes *seen, void *collection, FILE *out,
                 spk_error *err)
{
    static const uint32_t preset[] = {1, 5, 10, 15, 20, 25};
    const struct settings *settings = cli->method_settings;
    const size_t given = settings->at.n;
    uint64_t at;
    for (size_t i = 0; i < given; i++)
        if (read_at(settings, i, seen->classes, &at, err)) return -1;
    spk_table *table = spk_table_open(out, cli->common->format == SPK_JSON_LINES, columns, err);
    if (!table) return -1;
    for (size_t i = 0; i < given; i++)
        if (read_at(settings, i, seen->classes, &at, err) == 0)
            put_row(table, seen, collection, at);
    for (size_t i = 0; i < sizeof preset / sizeof *preset && given == 0; i++)
        if (preset[i] <= seen->classes) put_row(table, seen, collection, preset[i]);
    return spk_table_close(table, err);
}

const score_method recall_method = {
    .base = {.name = "recall",
             .help = "recall@N: how often the label is among the N highest scores",
             .options = options,
             .settings_size = sizeof(struct settings)},
    .collection_size = sizeof(ranks),
    .take = take,
    .drop = drop,
    .print = print,
};
