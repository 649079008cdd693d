/* kernel.c: how many dimensions the responses to the samples span (Legenstein, Maass 2007).
 *
 * The state of a sample is the vector of its units' spike counts. The rank of the matrix of all
 * states is the kernel quality: how many inputs the units tell apart. That of the states of one
 * class, whose inputs should not be told apart, is its generalisation rank: the lower the better. */
#include "base/memory.h"
#include "choice.h"
#include "matrix.h"
#include "table/table.h"
#include "walk.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CLASSES = 4096, MOST_UNITS = 10000 };

struct kernel_settings {
    uint64_t units;
};

typedef struct kernel {
    const stats_place *place;
    unit_choice choice;
    uint64_t *count;  /* [n] of the sample */
    uint32_t *active; /* the units with a count */
    uint32_t actives;
    count_matrix all;
    count_matrix *class_; /* [classes] those without a sample are not open */
    size_t classes, room;
} kernel;

static int open_kernel(void *state, const stats_place *place, const void *own, spk_error *err)
{
    kernel *k = state;
    k->place = place;
    if (choice_draw(&k->choice, place, ((const struct kernel_settings *)own)->units,
                    place->cli->common->seed, err))
        return -1;
    k->count = spk_alloc(k->choice.n, sizeof *k->count, "the spike counts", err);
    k->active = spk_alloc(k->choice.n, sizeof *k->active, "the spike counts", err);
    return k->count && k->active ? matrix_open(&k->all, k->choice.n, err) : -1;
}

static int take_spikes(void *state, size_t n, const uint64_t *tick, const uint32_t *unit,
                       spk_error *err)
{
    (void)tick, (void)err;
    kernel *k = state;
    for (size_t i = 0; i < n; i++) {
        const uint32_t at = k->choice.place[unit[i]];
        if (at == CHOICE_NONE) continue;
        if (k->count[at]++ == 0) k->active[k->actives++] = at;
    }
    return 0;
}

static count_matrix *matrix_of(kernel *k, size_t label, spk_error *err)
{
    const size_t before = k->classes;
    if (label >= MOST_CLASSES) {
        spk_fail(err, SPK_LIMIT, "%s: label %zu; the ranks of at most %d classes can be told",
                 k->place->name, label, MOST_CLASSES);
        return NULL;
    }
    if (label >= before) {
        if (spk_grow(&k->class_, &k->room, label + 1, sizeof *k->class_, "the classes", err))
            return NULL;
        memset(k->class_ + before, 0, (label + 1 - before) * sizeof *k->class_);
        k->classes = label + 1;
    }
    count_matrix *m = &k->class_[label];
    return m->row || matrix_open(m, k->choice.n, err) == 0 ? m : NULL;
}

static int end_kernel(void *state, const stats_span *span, spk_error *err)
{
    kernel *k = state;
    if (matrix_add(&k->all, k->count, k->active, k->actives, err)) return -1;
    if (span->label >= 0) {
        count_matrix *m = matrix_of(k, (size_t)span->label, err);
        if (!m || matrix_add(m, k->count, k->active, k->actives, err)) return -1;
    }
    memset(k->count, 0, k->choice.n * sizeof *k->count);
    k->actives = 0;
    return 0;
}

static void close_kernel(void *state)
{
    kernel *k = state;
    for (size_t c = 0; c < k->classes; c++)
        matrix_free(&k->class_[c]);
    free(k->class_);
    matrix_free(&k->all);
    choice_free(&k->choice);
    free(k->count);
    free(k->active);
}

static const statistic kernel_statistic = {.size = sizeof(kernel),
                                           .open = open_kernel,
                                           .spikes = take_spikes,
                                           .end = end_kernel,
                                           .close = close_kernel};

/* ---- the method ------------------------------------------------------------------------------- */

static const spk_option options[] = {
    {.name = "units",
     .kind = SPK_COUNT,
     .offset = offsetof(struct kernel_settings, units),
     .metavar = "N",
     .preset = "500",
     .min = 1,
     .max = MOST_UNITS,
     .help = "look at N units, drawn by --seed where there are more"},
    {0}};

static const char *const columns[] = {"population", "class",          "samples",        "units",
                                      "rank",       "effective_rank", "generalisation", NULL};

/* Mean rank of the classes that have samples; NaN without any. */
static double generalisation(const kernel *k)
{
    uint64_t sum = 0, n = 0;
    for (size_t c = 0; c < k->classes; c++) {
        sum += k->class_[c].rank;
        n += k->class_[c].rows > 0;
    }
    return n ? (double)sum / (double)n : (double)NAN;
}

/* The columns behind `class` but for the last. */
static int put_matrix(spk_table *table, const count_matrix *m, spk_error *err)
{
    const double effective = matrix_effective_rank(m, err);
    if (isnan(effective)) return -1;
    spk_table_u64(table, m->rows);
    spk_table_u64(table, m->columns);
    spk_table_u64(table, m->rank);
    spk_table_derived(table, effective);
    return 0;
}

static int put_population(const stats_walk *w, const stats_population *p, spk_table *table,
                          spk_error *err)
{
    (void)w;
    const kernel *k = p->state[0];
    spk_table_text(table, p->place.name);
    spk_table_text(table, "all");
    if (put_matrix(table, &k->all, err)) return -1;
    spk_table_derived(table, generalisation(k));
    spk_table_end_row(table);
    for (size_t c = 0; c < k->classes; c++) {
        if (k->class_[c].rows == 0) continue;
        spk_table_text(table, p->place.name);
        spk_table_u64(table, c);
        if (put_matrix(table, &k->class_[c], err)) return -1;
        spk_table_missing(table);
        spk_table_end_row(table);
    }
    return 0;
}

static int print(const spk_cli *cli, const void *result, FILE *out, spk_error *err)
{
    (void)cli;
    return walk_print(result, columns, put_population, out, err);
}

const stats_method kernel_method = {
    .base = {.name = "kernel",
             .help = "ranks of the matrix of counts by unit and sample: of all, of each class",
             .options = options,
             .settings_size = sizeof(struct kernel_settings)},
    .part = {{&kernel_statistic, 0}},
    .read = walk_read,
    .print = print,
    .release = walk_release,
};
