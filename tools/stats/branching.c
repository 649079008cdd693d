/* branching.c: how many spikes a spike leads to, from the population's activity A_t in bins.
 *
 *     sigma   mean of A_t+1 / A_t over all bins with A_t > 0               Beggs, Plenz 2003
 *     m       from r_k = b m^k, fitted by least squares to the slopes r_k of the regressions of
 *             A_t+k on A_t, k = 1 .. --lags: the multistep-regression estimator, which does not
 *             suffer when only some of the units are seen            Wilting, Priesemann 2018
 *     tau     -bin / ln m, where m < 1
 *
 * For a given m, the best b is P / Q with P = sum r_k m^k and Q = sum m^2k, and what is left of the
 * sum of squares is least where P^2 / Q is most. Its derivative has the sign of 2 P' Q - P Q' where
 * P > 0; where it changes is found on a grid of m, then by halving down to the last bit. */
#include "base/memory.h"
#include "bins.h"
#include "exact.h"
#include "math/math.h"
#include "table/table.h"
#include "walk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LAGS = 10000, GRID = 4096 /* steps of m up to 1 */ };

struct branching_settings {
    spk_time bin;
    uint64_t lags;
    bool per_lag;
};

/* Sums over all pairs (x, y) = (A_t, A_t+k). */
typedef struct lag {
    uint64_t n, x, y;
    whole128 xx, xy;
} lag;

typedef struct branching {
    stats_bins bins;
    uint64_t lags;
    uint64_t *past;     /* ring of the last `lags` activities of the sample */
    uint64_t pushed;    /* bins of the sample */
    uint64_t current;   /* spikes in the current bin */
    uint64_t all;       /* bins of all samples */
    uint64_t spikes;    /* in these */
    lag *lag;           /* [lags], k - 1 */
    uint64_t ancestors; /* bins with A_t > 0 that have a successor */
    double descendants; /* sum of A_t+1 / A_t over these */
} branching;

static int open_branching(void *state, const stats_place *place, const void *own, spk_error *err)
{
    const struct branching_settings *settings = own;
    branching *b = state;
    b->lags = settings->lags;
    b->past = spk_alloc(b->lags, sizeof *b->past, "the lags", err);
    b->lag = spk_alloc(b->lags, sizeof *b->lag, "the lags", err);
    if (!b->past || !b->lag) return -1;
    return stats_ticks(&settings->bin, "bin", place->tick, &b->bins.width, err);
}

static int begin_branching(void *state, const stats_span *span, spk_error *err)
{
    (void)err;
    branching *b = state;
    bins_begin(&b->bins, span);
    b->pushed = b->current = 0;
    return 0;
}

static void push(branching *b, uint64_t y)
{
    const uint64_t reach = b->pushed < b->lags ? b->pushed : b->lags;
    uint64_t at = b->pushed % b->lags; /* where A_t-lags stood, and A_t will */
    for (uint64_t k = 1; k <= reach; k++) {
        at = at > 0 ? at - 1 : b->lags - 1;
        const uint64_t x = b->past[at];
        lag *l = &b->lag[k - 1];
        l->n++;
        l->x += x;
        l->y += y;
        l->xx += (whole128)x * x;
        l->xy += (whole128)x * y;
        if (k > 1 || x == 0) continue;
        b->ancestors++;
        b->descendants += (double)y / (double)x;
    }
    b->past[b->pushed++ % b->lags] = y;
    b->all++;
    b->spikes += y;
}

/* Bins up to number `n` of the sample are over. */
static void push_until(branching *b, uint64_t n)
{
    while (b->pushed < n) {
        push(b, b->current);
        b->current = 0;
    }
}

static int take_spikes(void *state, size_t n, const uint64_t *tick, const uint32_t *unit,
                       spk_error *err)
{
    (void)unit, (void)err;
    branching *b = state;
    for (size_t i = 0; i < n && !bins_outside(&b->bins, tick[i]); i++) {
        if (bins_moves(&b->bins, tick[i])) push_until(b, b->bins.index);
        b->current++;
    }
    return 0;
}

static int end_branching(void *state, const stats_span *span, spk_error *err)
{
    (void)err;
    branching *b = state;
    bins_end(&b->bins, span);
    push_until(b, b->bins.whole);
    return 0;
}

static void close_branching(void *state)
{
    branching *b = state;
    free(b->past);
    free(b->lag);
}

static const statistic branching_statistic = {.size = sizeof(branching),
                                              .open = open_branching,
                                              .begin = begin_branching,
                                              .spikes = take_spikes,
                                              .end = end_branching,
                                              .close = close_branching};

/* ---- the multistep regression ----------------------------------------------------------------- */

/* NaN where x does not vary. */
static double slope(const lag *l)
{
    if (l->n < 2) return (double)NAN;
    const __int128 below = (__int128)(l->n * l->xx - (whole128)l->x * l->x);
    const __int128 above = (__int128)(l->n * l->xy - (whole128)l->x * l->y);
    return below > 0 ? (double)above / (double)below : (double)NAN;
}

/* P, Q, and m times their derivatives, at m. */
typedef struct projection {
    double p, q, dp, dq;
} projection;

static projection project(const double *r, uint64_t n, double m)
{
    projection f = {0};
    double power = 1;
    for (uint64_t k = 1; k <= n; k++) {
        power *= m;
        f.p += r[k - 1] * power;
        f.q += power * power;
        f.dp += (double)k * r[k - 1] * power;
        f.dq += 2 * (double)k * power * power;
    }
    return f;
}

/* Does P^2 / Q grow with m? Not where P is not positive. */
static bool grows(const double *r, uint64_t n, double m)
{
    const projection f = project(r, n, m);
    return f.p > 0 && 2 * f.dp * f.q - f.p * f.dq > 0;
}

/* The most of P^2 / Q between `low`, where it grows, and `high`, where it does not. */
static double halve(const double *r, uint64_t n, double low, double high)
{
    for (;;) {
        const double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high) return low;
        if (grows(r, n, middle))
            low = middle;
        else
            high = middle;
    }
}

/* m of the best r_k = b m^k, b > 0, 0 < m < 9/8; NaN when there is none. */
static double fit(const double *r, uint64_t n)
{
    double best = (double)NAN, most = 0;
    for (int i = 1; i < GRID + GRID / 8; i++) {
        const double low = (double)i / GRID, high = (double)(i + 1) / GRID;
        if (!grows(r, n, low) || grows(r, n, high)) continue;
        const double m = halve(r, n, low, high);
        const projection f = project(r, n, m);
        if (f.p * f.p / f.q <= most) continue;
        most = f.p * f.p / f.q;
        best = m;
    }
    return best;
}

/* ---- the method ------------------------------------------------------------------------------- */

static const spk_option options[] = {{.name = "bin",
                                      .kind = SPK_TIME,
                                      .offset = offsetof(struct branching_settings, bin),
                                      .metavar = "TIME",
                                      .preset = "4ms",
                                      .flags = SPK_POSITIVE,
                                      .help = "width of a bin"},
                                     {.name = "lags",
                                      .kind = SPK_COUNT,
                                      .offset = offsetof(struct branching_settings, lags),
                                      .metavar = "N",
                                      .preset = "100",
                                      .min = 1,
                                      .max = MOST_LAGS,
                                      .help = "regress on the activity 1 to N bins before"},
                                     {.name = "per-lag",
                                      .kind = SPK_FLAG,
                                      .offset = offsetof(struct branching_settings, per_lag),
                                      .help = "print the regression slopes, a row for each lag"},
                                     {0}};

static const char *const columns[] = {"population", "bins", "spikes_per_bin", "sigma",
                                      "m",          "b",    "tau_ms",         NULL};
static const char *const lag_columns[] = {"population", "lag", "lag_ms", "slope", NULL};

/* The slopes of the lags from 1 to the last that has one; how many. */
static uint64_t slopes_of(const branching *b, double *r)
{
    uint64_t n = 0;
    while (n < b->lags && !isnan(r[n] = slope(&b->lag[n])))
        n++;
    return n;
}

static void put_fit(spk_table *table, const stats_population *p, const branching *b,
                    const double *r, uint64_t n, double bin_ms)
{
    const double none = (double)NAN;
    const double m = n > 1 ? fit(r, n) : none;
    const projection f = project(r, n, m);
    spk_table_text(table, p->place.name);
    spk_table_u64(table, b->all);
    spk_table_derived(table, b->all ? (double)b->spikes / (double)b->all : none);
    spk_table_derived(table, b->ancestors ? b->descendants / (double)b->ancestors : none);
    spk_table_derived(table, m);
    spk_table_derived(table, f.p / f.q);
    spk_table_derived(table, m < 1 ? -bin_ms / spk_log(m) : none);
    spk_table_end_row(table);
}

static void put_lags(spk_table *table, const stats_population *p, const double *r, uint64_t n,
                     double bin_ms)
{
    for (uint64_t k = 1; k <= n; k++) {
        spk_table_text(table, p->place.name);
        spk_table_u64(table, k);
        spk_table_derived(table, (double)k * bin_ms);
        spk_table_derived(table, r[k - 1]);
        spk_table_end_row(table);
    }
}

static int print(const spk_cli *cli, const void *result, FILE *out, spk_error *err)
{
    const stats_walk *w = result;
    const struct branching_settings *own = cli->method_settings;
    double *r = spk_alloc(own->lags, sizeof *r, "the slopes", err);
    spk_table *table = r ? spk_table_open(out, cli->common->format == SPK_JSON_LINES,
                                          own->per_lag ? lag_columns : columns, err)
                         : NULL;
    for (size_t i = 0; i < w->n && table; i++) {
        const stats_population *p = &w->population[i];
        const branching *b = p->state[0];
        const double bin_ms = 1000 * (double)b->bins.width * p->place.tick_s;
        const uint64_t n = slopes_of(b, r);
        if (own->per_lag)
            put_lags(table, p, r, n, bin_ms);
        else
            put_fit(table, p, b, r, n, bin_ms);
    }
    free(r);
    return table ? spk_table_close(table, err) : -1;
}

const stats_method branching_method = {
    .base = {.name = "branching",
             .help = "branching factor of the activity, plain and by multistep regression",
             .options = options,
             .settings_size = sizeof(struct branching_settings)},
    .part = {{&branching_statistic, 0}},
    .read = walk_read,
    .print = print,
    .release = walk_release,
};
