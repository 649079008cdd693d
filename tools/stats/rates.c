/* rates.c: spikes of each unit over the observed time. */
#include "rates.h"

#include "base/memory.h"
#include "exact.h"
#include "table/table.h"
#include "walk.h"

#include <math.h>
#include <stdlib.h>

typedef struct rates {
    uint32_t units;
    double tick_s;
    uint64_t *count; /* [units] */
    uint64_t ticks, samples;
} rates;

static int open_rates(void *state, const stats_place *place, const void *own, spk_error *err)
{
    (void)own;
    rates *r = state;
    r->units = place->units;
    r->tick_s = place->tick_s;
    r->count = spk_alloc(place->units, sizeof *r->count, "the spike counts", err);
    return r->count ? 0 : -1;
}

static int count_spikes(void *state, size_t n, const uint64_t *tick, const uint32_t *unit,
                        spk_error *err)
{
    (void)tick, (void)err;
    const rates *r = state;
    for (size_t i = 0; i < n; i++)
        r->count[unit[i]]++;
    return 0;
}

static int end_rates(void *state, const stats_span *span, spk_error *err)
{
    (void)err;
    rates *r = state;
    r->ticks += span->end - span->begin;
    r->samples++;
    return 0;
}

static void close_rates(void *state)
{
    free(((rates *)state)->count);
}

const statistic rates_statistic = {.size = sizeof(rates),
                                   .open = open_rates,
                                   .spikes = count_spikes,
                                   .end = end_rates,
                                   .close = close_rates};

rates_result rates_of(const void *state)
{
    const rates *r = state;
    rates_result of = {.samples = r->samples, .time_s = (double)r->ticks * r->tick_s};
    uint64_t least = UINT64_MAX, most = 0;
    whole128 squares = 0;
    for (uint32_t u = 0; u < r->units; u++) {
        const uint64_t c = r->count[u];
        of.spikes += c;
        squares += (whole128)c * c;
        of.silent += c == 0;
        if (c < least) least = c;
        if (c > most) most = c;
    }
    of.mean = of.sd = of.min = of.max = (double)NAN;
    if (r->units == 0 || r->ticks == 0) return of;
    const double units = r->units;
    of.mean = (double)of.spikes / units / of.time_s;
    of.sd = sqrt(square_deviations(r->units, of.spikes, squares) / units) / of.time_s;
    of.min = (double)least / of.time_s;
    of.max = (double)most / of.time_s;
    return of;
}

/* ---- the method ------------------------------------------------------------------------------- */

struct rates_settings {
    bool per_unit;
};

static const spk_option options[] = {{.name = "per-unit",
                                      .kind = SPK_FLAG,
                                      .offset = offsetof(struct rates_settings, per_unit),
                                      .help = "a row for each unit"},
                                     {0}};

static const char *const columns[] = {"population", "units",   "samples", "time_s",
                                      "spikes",     "mean_Hz", "sd_Hz",   "min_Hz",
                                      "max_Hz",     "silent",  NULL};
static const char *const unit_columns[] = {"population", "unit", "spikes", "rate_Hz", NULL};

static int put_population(const stats_walk *w, const stats_population *p, spk_table *table,
                          spk_error *err)
{
    (void)w, (void)err;
    const rates_result r = rates_of(p->state[0]);
    spk_table_text(table, p->place.name);
    spk_table_u64(table, p->place.units);
    spk_table_u64(table, r.samples);
    spk_table_real(table, r.time_s);
    spk_table_u64(table, r.spikes);
    spk_table_derived(table, r.mean);
    spk_table_derived(table, r.sd);
    spk_table_derived(table, r.min);
    spk_table_derived(table, r.max);
    spk_table_u64(table, r.silent);
    spk_table_end_row(table);
    return 0;
}

static int put_units(const stats_walk *w, const stats_population *p, spk_table *table,
                     spk_error *err)
{
    (void)w, (void)err;
    const rates *r = p->state[0];
    const double time_s = (double)r->ticks * r->tick_s;
    for (uint32_t u = 0; u < r->units; u++) {
        spk_table_text(table, p->place.name);
        spk_table_u64(table, u);
        spk_table_u64(table, r->count[u]);
        spk_table_derived(table, r->ticks ? (double)r->count[u] / time_s : (double)NAN);
        spk_table_end_row(table);
    }
    return 0;
}

static int print(const spk_cli *cli, const void *result, FILE *out, spk_error *err)
{
    const struct rates_settings *own = cli->method_settings;
    return own->per_unit ? walk_print(result, unit_columns, put_units, out, err)
                         : walk_print(result, columns, put_population, out, err);
}

const stats_method rates_method = {
    .base = {.name = "rates",
             .help = "firing rates: mean, deviation, least and most over the units",
             .options = options,
             .settings_size = sizeof(struct rates_settings)},
    .part = {{&rates_statistic, 0}},
    .read = walk_read,
    .print = print,
    .release = walk_release,
};
