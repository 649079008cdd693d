/* pr.c: precision and recall of a recogniser that accepts a prediction when its score is high
 * enough, as in visual place recognition, where every query has one right answer.
 *
 * Of n samples, with a threshold t on the highest score: accepted are those with a score >= t, right
 * of them those whose class is the label;
 *
 *     precision = right / accepted     recall = right / (right + n - accepted)
 *
 * What is rejected is thus missed, and when all are accepted the recall is 1, unless none is right.
 * Every score that occurs is a threshold. The area is that of trapezoids between these points, and
 * left of the first its precision. A sample without a prediction is accepted last and wrong. */
#include "method.h"

#include "base/memory.h"
#include "table/table.h"

#include <math.h>
#include <stdlib.h>

struct settings {
    bool points;
};

static const spk_option options[] = {
    {.name = "points",
     .kind = SPK_FLAG,
     .offset = offsetof(struct settings, points),
     .help = "print the points of the curve, a row for each threshold"},
    {0}};

static const char *const summary_columns[] = {
    "n",          "right", "precision_at_full_recall", "recall_at_full_precision", "auc", "silent",
    "unlabelled", NULL};
static const char *const curve_columns[] = {"threshold", "accepted", "right",
                                            "precision", "recall",   NULL};

typedef struct answer {
    float score; /* the highest */
    bool predicted, right;
} answer;

typedef struct answers {
    answer *answer;
    size_t n, room;
} answers;

typedef struct point {
    float threshold;
    uint64_t accepted, right;
    double precision, recall;
} point;

static int take(void *collection, int32_t label, const spk_prediction *prediction, spk_error *err)
{
    answers *a = collection;
    if (spk_grow(&a->answer, &a->room, a->n + 1, sizeof *a->answer, "the scores", err)) return -1;
    answer one = {.score = -INFINITY,
                  .predicted = prediction->class_ >= 0,
                  .right = prediction->class_ == label};
    for (uint32_t c = 0; c < prediction->k; c++)
        if (prediction->score[c] > one.score) one.score = prediction->score[c];
    a->answer[a->n++] = one;
    return 0;
}

static void drop(void *collection)
{
    free(((answers *)collection)->answer);
}

/* Highest score first, those without a prediction last. */
static int by_score(const void *a, const void *b)
{
    const answer *one = a, *other = b;
    if (one->predicted != other->predicted) return one->predicted ? -1 : 1;
    return (one->score < other->score) - (one->score > other->score);
}

/* The next point of the curve: accept what has the score of answer *i, too. *i becomes the first that
 * is not accepted. */
static void next_point(const answers *a, size_t *i, point *p)
{
    const answer *first = &a->answer[*i];
    p->threshold = first->score;
    for (; *i < a->n && by_score(first, &a->answer[*i]) == 0; (*i)++)
        p->right += a->answer[*i].right;
    p->accepted = *i;
    p->precision = ratio_of(p->right, p->accepted);
    p->recall = p->right ? ratio_of(p->right, p->right + a->n - p->accepted) : 0;
}

static void put_curve(spk_table *table, const answers *a)
{
    point p = {0};
    for (size_t i = 0; i < a->n;) {
        next_point(a, &i, &p);
        spk_table_real32(table, p.threshold);
        spk_table_u64(table, p.accepted);
        spk_table_u64(table, p.right);
        spk_table_derived(table, p.precision);
        spk_table_derived(table, p.recall);
        spk_table_end_row(table);
    }
}

static void put_summary(spk_table *table, const spk_outcomes *seen, const answers *a)
{
    point p = {0}, before = {0};
    double area = 0, certain = 0;
    for (size_t i = 0; i < a->n;) {
        const bool at_start = i == 0;
        next_point(a, &i, &p);
        if (at_start) before.precision = p.precision;
        area += (p.recall - before.recall) * (p.precision + before.precision) / 2;
        if (p.right == p.accepted) certain = p.recall;
        before = p;
    }
    uint64_t silent = 0;
    for (uint32_t label = 0; label < seen->classes; label++)
        silent += spk_outcome(seen, label, seen->classes);
    spk_table_u64(table, a->n);
    spk_table_u64(table, p.right);
    spk_table_derived(table, p.precision);
    spk_table_derived(table, certain);
    spk_table_derived(table, area);
    spk_table_u64(table, silent);
    spk_table_u64(table, seen->unlabelled);
    spk_table_end_row(table);
}

static int print(const spk_cli *cli, const spk_outcomes *seen, void *collection, FILE *out,
                 spk_error *err)
{
    const struct settings *settings = cli->method_settings;
    answers *a = collection;
    spk_table *table = spk_table_open(out, cli->common->format == SPK_JSON_LINES,
                                      settings->points ? curve_columns : summary_columns, err);
    if (!table) return -1;
    qsort(a->answer, a->n, sizeof *a->answer, by_score);
    if (settings->points)
        put_curve(table, a);
    else
        put_summary(table, seen, a);
    return spk_table_close(table, err);
}

const score_method pr_method = {
    .base = {.name = "pr",
             .help = "precision and recall over a threshold on the highest score",
             .options = options,
             .settings_size = sizeof(struct settings)},
    .collection_size = sizeof(answers),
    .take = take,
    .drop = drop,
    .print = print,
};
