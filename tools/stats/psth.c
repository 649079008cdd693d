/* psth.c: the peristimulus time histogram: spikes of a population in bins of the time since a sample
 * began, over all samples. A sample counts in the bins that it has whole. */
#include "base/memory.h"
#include "bins.h"
#include "stream/clock.h"
#include "table/table.h"
#include "walk.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BINS = 1 << 26 };

struct psth_settings {
    spk_time bin;
};

typedef struct psth {
    const stats_place *place;
    stats_bins bins;
    uint64_t *count; /* [n] spikes in a bin */
    uint64_t *last;  /* [n] samples of which it is the last whole bin */
    size_t n, count_room, last_room;
} psth;

static int open_psth(void *state, const stats_place *place, const void *own, spk_error *err)
{
    psth *p = state;
    p->place = place;
    return stats_ticks(&((const struct psth_settings *)own)->bin, "bin", place->tick,
                       &p->bins.width, err);
}

static int begin_psth(void *state, const stats_span *span, spk_error *err)
{
    (void)err;
    bins_begin(&((psth *)state)->bins, span);
    return 0;
}

static int make_room(psth *p, uint64_t n, spk_error *err)
{
    if (n <= p->n) return 0;
    if (n > MOST_BINS)
        return spk_fail(err, SPK_LIMIT, "%s: more than %d bins; choose a longer --bin",
                        p->place->name, MOST_BINS);
    if (spk_grow(&p->count, &p->count_room, n, sizeof *p->count, "the histogram", err) ||
        spk_grow(&p->last, &p->last_room, n, sizeof *p->last, "the histogram", err))
        return -1;
    memset(p->count + p->n, 0, (n - p->n) * sizeof *p->count);
    memset(p->last + p->n, 0, (n - p->n) * sizeof *p->last);
    p->n = n;
    return 0;
}

static int take_spikes(void *state, size_t n, const uint64_t *tick, const uint32_t *unit,
                       spk_error *err)
{
    (void)unit;
    psth *p = state;
    for (size_t i = 0; i < n && !bins_outside(&p->bins, tick[i]); i++) {
        bins_moves(&p->bins, tick[i]);
        if (make_room(p, p->bins.index + 1, err)) return -1;
        p->count[p->bins.index]++;
    }
    return 0;
}

static int end_psth(void *state, const stats_span *span, spk_error *err)
{
    psth *p = state;
    bins_end(&p->bins, span);
    if (p->bins.whole == 0) return 0;
    if (make_room(p, p->bins.whole, err)) return -1;
    p->last[p->bins.whole - 1]++;
    return 0;
}

static void close_psth(void *state)
{
    psth *p = state;
    free(p->count);
    free(p->last);
}

static const statistic psth_statistic = {.size = sizeof(psth),
                                         .open = open_psth,
                                         .begin = begin_psth,
                                         .spikes = take_spikes,
                                         .end = end_psth,
                                         .close = close_psth};

/* ---- the method ------------------------------------------------------------------------------- */

static const spk_option options[] = {{.name = "bin",
                                      .kind = SPK_TIME,
                                      .offset = offsetof(struct psth_settings, bin),
                                      .metavar = "TIME",
                                      .preset = "10ms",
                                      .flags = SPK_POSITIVE,
                                      .help = "width of a bin"},
                                     {0}};

static const char *const columns[] = {"population", "t_ms", "samples", "spikes", "rate_Hz", NULL};

static int put_population(const stats_walk *w, const stats_population *of, spk_table *table,
                          spk_error *err)
{
    const psth *p = of->state[0];
    uint64_t samples = 0;
    spk_clock clock;
    char text[SPK_CLOCK_TEXT + 1];
    if (spk_clock_init(&clock, of->place.tick, 3, err)) return -1;
    for (size_t b = 0; b < p->n; b++)
        samples += p->last[b];
    const double width_s = (double)p->bins.width * of->place.tick_s;
    for (size_t b = 0; b < p->n && samples > 0; samples -= p->last[b++]) {
        const double unit_s = (double)samples * (double)of->place.units * width_s;
        *spk_clock_put(&clock, w->from + b * p->bins.width, text) = '\0';
        spk_table_text(table, of->place.name);
        spk_table_real(table, strtod(text, NULL));
        spk_table_u64(table, samples);
        spk_table_u64(table, p->count[b]);
        spk_table_derived(table, unit_s > 0 ? (double)p->count[b] / unit_s : (double)NAN);
        spk_table_end_row(table);
    }
    return 0;
}

static int print(const spk_cli *cli, const void *result, FILE *out, spk_error *err)
{
    (void)cli;
    return walk_print(result, columns, put_population, out, err);
}

const stats_method psth_method = {
    .base = {.name = "psth",
             .help = "spikes in bins of the time since a sample began, over all samples",
             .options = options,
             .settings_size = sizeof(struct psth_settings)},
    .part = {{&psth_statistic, 0}},
    .read = walk_read,
    .print = print,
    .release = walk_release,
};
