/* fano.c: see fano.h. A unit's count is added to its sums when its next window begins, so that silent
 * units cost nothing. */
#include "fano.h"

#include "base/memory.h"
#include "bins.h"
#include "exact.h"
#include "table/table.h"
#include "walk.h"

#include <math.h>
#include <stdlib.h>

typedef struct unit_fano {
    uint64_t window; /* its last one, counted from 1 through all samples */
    uint64_t count;  /* in it */
    uint64_t sum;    /* of the counts in those before */
    whole128 squares;
} unit_fano;

typedef struct fano {
    uint32_t units;
    stats_bins bins;
    uint64_t windows; /* of the samples before */
    unit_fano *unit;  /* [units] */
} fano;

static int open_fano(void *state, const stats_place *place, const void *own, spk_error *err)
{
    fano *f = state;
    f->units = place->units;
    f->unit = spk_alloc(place->units, sizeof *f->unit, "the units' counts", err);
    if (!f->unit) return -1;
    return stats_ticks(&((const fano_settings *)own)->window, "window", place->tick, &f->bins.width,
                       err);
}

static int begin_fano(void *state, const stats_span *span, spk_error *err)
{
    (void)err;
    bins_begin(&((fano *)state)->bins, span);
    return 0;
}

static void close_window(unit_fano *u)
{
    u->sum += u->count;
    u->squares += (whole128)u->count * u->count;
    u->count = 0;
}

static int take_spikes(void *state, size_t n, const uint64_t *tick, const uint32_t *unit,
                       spk_error *err)
{
    (void)err;
    fano *f = state;
    for (size_t i = 0; i < n && !bins_outside(&f->bins, tick[i]); i++) {
        unit_fano *u = &f->unit[unit[i]];
        bins_moves(&f->bins, tick[i]);
        const uint64_t window = f->windows + f->bins.index + 1;
        if (u->window != window) close_window(u);
        u->window = window;
        u->count++;
    }
    return 0;
}

static int end_fano(void *state, const stats_span *span, spk_error *err)
{
    (void)err;
    fano *f = state;
    bins_end(&f->bins, span);
    f->windows += f->bins.whole;
    if (!span->open) return 0;
    for (uint32_t u = 0; u < f->units; u++)
        if (f->unit[u].window > f->windows) f->unit[u].count = 0;
    return 0;
}

static void close_fano(void *state)
{
    free(((fano *)state)->unit);
}

const statistic fano_statistic = {.size = sizeof(fano),
                                  .open = open_fano,
                                  .begin = begin_fano,
                                  .spikes = take_spikes,
                                  .end = end_fano,
                                  .close = close_fano};

/* NaN for a unit that did not fire. */
static double factor(const fano *f, uint32_t unit)
{
    unit_fano u = f->unit[unit];
    close_window(&u);
    if (u.sum == 0 || f->windows < 2) return (double)NAN;
    return square_deviations(f->windows, u.sum, u.squares) / (double)u.sum;
}

fano_result fano_of(const void *state)
{
    const fano *f = state;
    fano_result of = {.windows = f->windows, .mean = (double)NAN, .sd = (double)NAN};
    double sum = 0, squares = 0;
    for (uint32_t u = 0; u < f->units; u++) {
        const double x = factor(f, u);
        if (isnan(x)) continue;
        sum += x;
        of.units++;
    }
    if (of.units == 0) return of;
    of.mean = sum / (double)of.units;
    for (uint32_t u = 0; u < f->units; u++) {
        const double x = factor(f, u);
        if (!isnan(x)) squares += (x - of.mean) * (x - of.mean);
    }
    of.sd = sqrt(squares / (double)of.units);
    return of;
}

/* ---- the method ------------------------------------------------------------------------------- */

static const spk_option options[] = {FANO_OPTIONS(0), {0}};

static const char *const columns[] = {"population", "windows", "units", "mean", "sd", NULL};

static int put_population(const stats_walk *w, const stats_population *p, spk_table *table,
                          spk_error *err)
{
    (void)w, (void)err;
    const fano_result r = fano_of(p->state[0]);
    spk_table_text(table, p->place.name);
    spk_table_u64(table, r.windows);
    spk_table_u64(table, r.units);
    spk_table_derived(table, r.mean);
    spk_table_derived(table, r.sd);
    spk_table_end_row(table);
    return 0;
}

static int print(const spk_cli *cli, const void *result, FILE *out, spk_error *err)
{
    (void)cli;
    return walk_print(result, columns, put_population, out, err);
}

const stats_method fano_method = {
    .base = {.name = "fano",
             .help = "Fano factors of spike counts in windows",
             .options = options,
             .settings_size = sizeof(fano_settings)},
    .part = {{&fano_statistic, 0}},
    .read = walk_read,
    .print = print,
    .release = walk_release,
};
