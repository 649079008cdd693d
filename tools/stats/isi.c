/* isi.c: see isi.h. A unit's state is a cache line: its intervals are looked at as they end. */
#include "isi.h"

#include "base/memory.h"
#include "exact.h"
#include "table/table.h"
#include "walk.h"

#include <math.h>
#include <stdlib.h>

typedef struct unit_isi {
    uint64_t last;        /* tick of its last spike, + 1; 0: none */
    uint64_t before;      /* the interval that ended there, + 1; 0: none in this sample */
    uint64_t n, ticks;    /* intervals and their sum */
    whole128 squares;     /* sum of their squares, which is at most that of `ticks` */
    double ratio, ratio2; /* sums of r = |a - b| / (a + b) of intervals that meet, and of r^2 */
} unit_isi;

typedef struct isi {
    uint32_t units;
    double tick_ms;
    uint64_t min_intervals;
    uint64_t begin;  /* of the sample */
    uint64_t *pairs; /* [units] intervals that meet */
    unit_isi *unit;  /* [units] */
} isi;

static int open_isi(void *state, const stats_place *place, const void *own, spk_error *err)
{
    isi *s = state;
    s->units = place->units;
    s->tick_ms = 1000 * place->tick_s;
    s->min_intervals = ((const isi_settings *)own)->min_intervals;
    s->unit = spk_alloc(place->units, sizeof *s->unit, "the units' intervals", err);
    s->pairs = spk_alloc(place->units, sizeof *s->pairs, "the units' intervals", err);
    return s->unit && s->pairs ? 0 : -1;
}

static int begin_isi(void *state, const stats_span *span, spk_error *err)
{
    (void)err;
    ((isi *)state)->begin = span->begin;
    return 0;
}

static void meet(isi *s, uint32_t unit, uint64_t a, uint64_t b)
{
    unit_isi *u = &s->unit[unit];
    if (a + b == 0) return;
    const double r = (double)(a > b ? a - b : b - a) / (double)(a + b);
    u->ratio += r;
    u->ratio2 += r * r;
    s->pairs[unit]++;
}

static int take_spikes(void *state, size_t n, const uint64_t *tick, const uint32_t *unit,
                       spk_error *err)
{
    (void)err;
    isi *s = state;
    for (size_t i = 0; i < n; i++) {
        unit_isi *u = &s->unit[unit[i]];
        if (u->last > s->begin) {
            const uint64_t interval = tick[i] + 1 - u->last;
            u->n++;
            u->ticks += interval;
            u->squares += (whole128)interval * interval;
            if (u->before) meet(s, unit[i], u->before - 1, interval);
            u->before = interval + 1;
        } else {
            u->before = 0;
        }
        u->last = tick[i] + 1;
    }
    return 0;
}

static void close_isi(void *state)
{
    isi *s = state;
    free(s->unit);
    free(s->pairs);
}

const statistic isi_statistic = {.size = sizeof(isi),
                                 .open = open_isi,
                                 .begin = begin_isi,
                                 .spikes = take_spikes,
                                 .close = close_isi};

/* ---- one unit's, and their means -------------------------------------------------------------- */

static double mean_ms(const isi *s, uint32_t unit)
{
    const unit_isi *u = &s->unit[unit];
    return u->n ? s->tick_ms * (double)u->ticks / (double)u->n : (double)NAN;
}

static double cv(const isi *s, uint32_t unit)
{
    const unit_isi *u = &s->unit[unit];
    if (u->ticks == 0) return (double)NAN;
    const double n = (double)u->n;
    return sqrt(square_deviations(u->n, u->ticks, u->squares) / n) / ((double)u->ticks / n);
}

static double cv2(const isi *s, uint32_t unit)
{
    return s->pairs[unit] ? 2 * s->unit[unit].ratio / (double)s->pairs[unit] : (double)NAN;
}

static double lv(const isi *s, uint32_t unit)
{
    return s->pairs[unit] ? 3 * s->unit[unit].ratio2 / (double)s->pairs[unit] : (double)NAN;
}

/* Over the units that count and have a value. */
static double mean_of(const isi *s, double (*value)(const isi *, uint32_t))
{
    double sum = 0;
    uint64_t n = 0;
    for (uint32_t u = 0; u < s->units; u++) {
        if (s->unit[u].n < s->min_intervals) continue;
        const double x = value(s, u);
        if (isnan(x)) continue;
        sum += x;
        n++;
    }
    return n ? sum / (double)n : (double)NAN;
}

isi_result isi_of(const void *state)
{
    const isi *s = state;
    isi_result of = {.mean_ms = mean_of(s, mean_ms),
                     .cv = mean_of(s, cv),
                     .cv2 = mean_of(s, cv2),
                     .lv = mean_of(s, lv)};
    for (uint32_t u = 0; u < s->units; u++) {
        if (s->unit[u].n < s->min_intervals) continue;
        of.units++;
        of.intervals += s->unit[u].n;
    }
    return of;
}

/* ---- the method ------------------------------------------------------------------------------- */

struct settings_of_isi {
    isi_settings part;
    bool per_unit;
};

static const spk_option options[] = {ISI_OPTIONS(0),
                                     {.name = "per-unit",
                                      .kind = SPK_FLAG,
                                      .offset = offsetof(struct settings_of_isi, per_unit),
                                      .help = "a row for each unit that counts"},
                                     {0}};

static const char *const columns[] = {"population", "units", "intervals", "mean_ms",
                                      "cv",         "cv2",   "lv",        NULL};
static const char *const unit_columns[] = {"population", "unit", "intervals", "mean_ms",
                                           "cv",         "cv2",  "lv",        NULL};

static void put_row(spk_table *table, const char *name, uint64_t units, const isi_result *r)
{
    spk_table_text(table, name);
    spk_table_u64(table, units);
    spk_table_u64(table, r->intervals);
    spk_table_derived(table, r->mean_ms);
    spk_table_derived(table, r->cv);
    spk_table_derived(table, r->cv2);
    spk_table_derived(table, r->lv);
    spk_table_end_row(table);
}

static int put_population(const stats_walk *w, const stats_population *p, spk_table *table,
                          spk_error *err)
{
    const isi_result r = isi_of(p->state[0]);
    (void)w, (void)err;
    put_row(table, p->place.name, r.units, &r);
    return 0;
}

static int put_units(const stats_walk *w, const stats_population *p, spk_table *table,
                     spk_error *err)
{
    const isi *s = p->state[0];
    (void)w, (void)err;
    for (uint32_t u = 0; u < s->units; u++) {
        if (s->unit[u].n < s->min_intervals) continue;
        const isi_result r = {.intervals = s->unit[u].n,
                              .mean_ms = mean_ms(s, u),
                              .cv = cv(s, u),
                              .cv2 = cv2(s, u),
                              .lv = lv(s, u)};
        put_row(table, p->place.name, u, &r);
    }
    return 0;
}

static int print(const spk_cli *cli, const void *result, FILE *out, spk_error *err)
{
    const struct settings_of_isi *own = cli->method_settings;
    return own->per_unit ? walk_print(result, unit_columns, put_units, out, err)
                         : walk_print(result, columns, put_population, out, err);
}

const stats_method isi_method = {
    .base = {.name = "isi",
             .help = "intervals between spikes: mean, CV, CV2 and LV",
             .options = options,
             .settings_size = sizeof(struct settings_of_isi)},
    .part = {{&isi_statistic, offsetof(struct settings_of_isi, part)}},
    .read = walk_read,
    .print = print,
    .release = walk_release,
};
