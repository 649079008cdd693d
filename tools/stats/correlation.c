/* correlation.c: see correlation.h. In one pass: the sums of the products of the counts of all pairs
 * are kept, to which a bin adds only what its active units make. They are whole numbers, and so are
 * the numerators and denominators made of them. */
#include "correlation.h"

#include "base/memory.h"
#include "bins.h"
#include "choice.h"
#include "exact.h"
#include "table/table.h"
#include "walk.h"

#include <math.h>
#include <stdlib.h>

typedef struct correlation {
    unit_choice choice;
    stats_bins bins;
    uint64_t all;      /* whole bins of the samples before */
    uint64_t *sum;     /* [n] counts of all bins */
    uint64_t *product; /* [n (n + 1) / 2] row i has the pairs (i, 0) .. (i, i) */
    uint32_t *count;   /* [n] in the current bin */
    uint32_t *active;  /* the units with a count there */
    uint32_t actives;
} correlation;

static uint64_t *product_row(const correlation *c, uint32_t i)
{
    return c->product + (size_t)i * ((size_t)i + 1) / 2;
}

static int open_correlation(void *state, const stats_place *place, const void *own, spk_error *err)
{
    const correlation_settings *settings = own;
    correlation *c = state;
    if (stats_ticks(&settings->bin, "bin", place->tick, &c->bins.width, err) ||
        choice_draw(&c->choice, place, settings->units, place->cli->common->seed, err))
        return -1;
    const size_t n = c->choice.n;
    c->sum = spk_alloc(n, sizeof *c->sum, "the correlations", err);
    c->count = spk_alloc(n, sizeof *c->count, "the correlations", err);
    c->active = spk_alloc(n, sizeof *c->active, "the correlations", err);
    c->product = spk_alloc(n * (n + 1) / 2, sizeof *c->product, "the correlations", err);
    return c->sum && c->count && c->active && c->product ? 0 : -1;
}

static int begin_correlation(void *state, const stats_span *span, spk_error *err)
{
    (void)err;
    bins_begin(&((correlation *)state)->bins, span);
    return 0;
}

/* The current bin is over: add it to the sums when it was whole. */
static void leave_bin(correlation *c, bool whole)
{
    for (uint32_t a = 0; a < c->actives && whole; a++) {
        const uint32_t i = c->active[a];
        c->sum[i] += c->count[i];
        for (uint32_t b = 0; b <= a; b++) {
            const uint32_t j = c->active[b];
            const uint64_t add = (uint64_t)c->count[i] * c->count[j];
            if (i > j)
                product_row(c, i)[j] += add;
            else
                product_row(c, j)[i] += add;
        }
    }
    for (uint32_t a = 0; a < c->actives; a++)
        c->count[c->active[a]] = 0;
    c->actives = 0;
}

static int take_spikes(void *state, size_t n, const uint64_t *tick, const uint32_t *unit,
                       spk_error *err)
{
    (void)err;
    correlation *c = state;
    for (size_t i = 0; i < n && !bins_outside(&c->bins, tick[i]); i++) {
        if (bins_moves(&c->bins, tick[i])) leave_bin(c, true);
        const uint32_t at = c->choice.place[unit[i]];
        if (at == CHOICE_NONE) continue;
        if (c->count[at]++ == 0) c->active[c->actives++] = at;
    }
    return 0;
}

static int end_correlation(void *state, const stats_span *span, spk_error *err)
{
    (void)err;
    correlation *c = state;
    bins_end(&c->bins, span);
    leave_bin(c, c->bins.index < c->bins.whole);
    c->all += c->bins.whole;
    return 0;
}

static void close_correlation(void *state)
{
    correlation *c = state;
    choice_free(&c->choice);
    free(c->sum);
    free(c->count);
    free(c->active);
    free(c->product);
}

const statistic correlation_statistic = {.size = sizeof(correlation),
                                         .open = open_correlation,
                                         .begin = begin_correlation,
                                         .spikes = take_spikes,
                                         .end = end_correlation,
                                         .close = close_correlation};

/* ---- from sums to coefficients ---------------------------------------------------------------- */

/* bins^2 times the covariance. */
static double covariance(const correlation *c, uint32_t i, uint32_t j)
{
    const __int128 products = (__int128)((whole128)product_row(c, i)[j] * c->all);
    return (double)(products - (__int128)((whole128)c->sum[i] * c->sum[j]));
}

static double pearson(const correlation *c, uint32_t i, uint32_t j)
{
    return covariance(c, i, j) / (sqrt(covariance(c, i, i)) * sqrt(covariance(c, j, j)));
}

static void each_pair(const correlation *c, correlation_result *of)
{
    double sum = 0, squares = 0;
    for (uint32_t i = 0; i < c->choice.n; i++) {
        if (covariance(c, i, i) <= 0) continue;
        of->units++;
        for (uint32_t j = 0; j < i; j++) {
            if (covariance(c, j, j) <= 0) continue;
            const double r = pearson(c, i, j);
            of->pairs++;
            sum += r;
            squares += r * r;
            if (!(r >= of->min)) of->min = r;
            if (!(r <= of->max)) of->max = r;
        }
    }
    if (of->pairs == 0) return;
    of->mean = sum / (double)of->pairs;
    const double variance = squares / (double)of->pairs - of->mean * of->mean;
    of->sd = variance > 0 ? sqrt(variance) : 0;
}

correlation_result correlation_of(const void *state)
{
    const correlation *c = state;
    const double none = (double)NAN;
    correlation_result of = {.bins = c->all, .mean = none, .sd = none, .min = none, .max = none};
    each_pair(c, &of);
    return of;
}

/* ---- the method ------------------------------------------------------------------------------- */

static const spk_option options[] = {CORRELATION_OPTIONS(0), {0}};

static const char *const columns[] = {"population", "bins", "units", "pairs", "mean",
                                      "sd",         "min",  "max",   NULL};

static int put_population(const stats_walk *w, const stats_population *p, spk_table *table,
                          spk_error *err)
{
    (void)w, (void)err;
    const correlation_result r = correlation_of(p->state[0]);
    spk_table_text(table, p->place.name);
    spk_table_u64(table, r.bins);
    spk_table_u64(table, r.units);
    spk_table_u64(table, r.pairs);
    spk_table_derived(table, r.mean);
    spk_table_derived(table, r.sd);
    spk_table_derived(table, r.min);
    spk_table_derived(table, r.max);
    spk_table_end_row(table);
    return 0;
}

static int print(const spk_cli *cli, const void *result, FILE *out, spk_error *err)
{
    (void)cli;
    return walk_print(result, columns, put_population, out, err);
}

const stats_method correlation_method = {
    .base = {.name = "correlation",
             .help = "Pearson's correlation of spike counts in bins, of pairs of units",
             .options = options,
             .settings_size = sizeof(correlation_settings)},
    .part = {{&correlation_statistic, 0}},
    .read = walk_read,
    .print = print,
    .release = walk_release,
};
