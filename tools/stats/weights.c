/* weights.c: how the values of the arrays of a weight stream are distributed, snapshot by snapshot.
 *
 * An array's values are kept until its last row has come, since quantiles need them all; then they
 * are a row of the table, or with --histogram counts in bins. */
#include "base/memory.h"
#include "stats.h"
#include "stream/values.h"
#include "table/table.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { QUANTILES = 7, NAME_BYTES = 1024, MOST_BINS = 1 << 20 };

static const double quantile_at[QUANTILES] = {0, 0.05, 0.25, 0.5, 0.75, 0.95, 1};

struct weights_settings {
    const char *array;
    uint64_t snapshot; /* 0: all */
    uint64_t histogram;
};

/* What is said of one array in one snapshot. */
typedef struct distribution {
    const spk_array *array;
    uint64_t snapshot, samples, n;
    double mean, sd;            /* NaN without values */
    double quantile[QUANTILES]; /* the first is the least value, the last the greatest */
    uint64_t *count;            /* [histogram] values in each bin, or NULL */
} distribution;

typedef struct values {
    double *value;
    size_t n, room;
} values;

typedef struct weights {
    const struct weights_settings *own;
    size_t n, room;
    distribution *of;
    size_t arrays;
    values *pending; /* [arrays] of the header: values of rows so far */
    uint64_t snapshot, samples;
} weights;

/* ---- one array -------------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Between the two values around it, linearly (type 7 of Hyndman, Fan 1996). */
static double quantile(const values *v, double q)
{
    const double at = q * (double)(v->n - 1);
    const size_t below = (size_t)at;
    const double low = v->value[below];
    return below + 1 < v->n ? low + (at - (double)below) * (v->value[below + 1] - low) : low;
}

static void describe(distribution *d, values *v)
{
    double sum = 0, squares = 0;
    d->n = v->n;
    d->mean = d->sd = (double)NAN;
    for (size_t k = 0; k < QUANTILES; k++)
        d->quantile[k] = (double)NAN;
    if (v->n == 0) return;
    for (size_t i = 0; i < v->n; i++)
        sum += v->value[i];
    d->mean = sum / (double)v->n;
    for (size_t i = 0; i < v->n; i++)
        squares += (v->value[i] - d->mean) * (v->value[i] - d->mean);
    d->sd = sqrt(squares / (double)v->n);
    qsort(v->value, v->n, sizeof *v->value, by_value);
    for (size_t k = 0; k < QUANTILES; k++)
        d->quantile[k] = quantile(v, quantile_at[k]);
}

/* Edge i of n bins; equal values lie in the middle of a range of 1. */
static double edge(const distribution *d, uint64_t i, uint64_t n)
{
    const double least = d->quantile[0], greatest = d->quantile[QUANTILES - 1];
    const bool equal = !(least < greatest);
    const double low = equal ? least - 0.5 : least, high = equal ? least + 0.5 : greatest;
    return i == n ? high : low + (double)i * ((high - low) / (double)n);
}

/* The values are sorted. A bin has its lower edge; the last one has its upper edge too. */
static int fill_bins(distribution *d, const values *v, uint64_t n, spk_error *err)
{
    d->count = spk_alloc(n, sizeof *d->count, "the histogram", err);
    if (!d->count) return -1;
    uint64_t bin = 0;
    for (size_t i = 0; i < v->n; i++) {
        while (bin + 1 < n && v->value[i] >= edge(d, bin + 1, n))
            bin++;
        d->count[bin]++;
    }
    return 0;
}

static int finish_array(weights *w, const spk_array *array, values *v, spk_error *err)
{
    if (spk_grow(&w->of, &w->room, w->n + 1, sizeof *w->of, "the table", err)) return -1;
    distribution *d = &w->of[w->n++];
    *d = (distribution){.array = array, .snapshot = w->snapshot, .samples = w->samples};
    describe(d, v);
    const int status = w->own->histogram ? fill_bins(d, v, w->own->histogram, err) : 0;
    free(v->value);
    *v = (values){0};
    return status;
}

/* ---- the stream ------------------------------------------------------------------------------- */

static void name_of(const spk_array *array, char name[NAME_BYTES])
{
    snprintf(name, NAME_BYTES, "%s.%s", array->owner, array->variable);
}

/* --array NAME is all arrays of a projection or population, or one by its full name. */
static bool is_wanted(const weights *w, const spk_array *array)
{
    char name[NAME_BYTES];
    name_of(array, name);
    return !w->own->array || !strcmp(w->own->array, array->owner) || !strcmp(w->own->array, name);
}

static int take_rows(weights *w, const spk_header *h, const spk_rows_of *rows, const char *name,
                     spk_error *err)
{
    const spk_array *array = rows->array;
    values *v = &w->pending[array - h->array];
    const size_t n = (size_t)(array->sparse ? rows->row_ptr[rows->rows] : rows->rows * array->cols);
    if (spk_grow(&v->value, &v->room, v->n + n, sizeof *v->value, "the values", err)) return -1;
    for (size_t i = 0; i < n; i++) {
        const double x = spk_value_at(array->dtype, rows->value, i);
        if (!isfinite(x))
            return spk_fail(err, SPK_NUMERIC, "%s: %s.%s has a value that is not finite", name,
                            array->owner, array->variable);
        v->value[v->n++] = x + 0.0; /* -0 is 0 */
    }
    return rows->row0 + rows->rows == array->rows ? finish_array(w, array, v, err) : 0;
}

static int take_item(weights *w, spk_reader *in, const spk_item *item, spk_error *err)
{
    if (item->kind == SPK_KIND_SNAPSHOT) {
        w->snapshot++;
        w->samples = item->snapshot.samples;
        return 0;
    }
    if (item->kind != SPK_KIND_WEIGHTS_DENSE && item->kind != SPK_KIND_WEIGHTS_SPARSE) return 0;
    if (!is_wanted(w, item->rows.array)) return 0;
    if (w->own->snapshot && w->own->snapshot != w->snapshot) return 0;
    return take_rows(w, spk_reader_header(in), &item->rows, spk_reader_name(in), err);
}

/* The names of the arrays, for a message, and whether one of them is wanted. */
static int check_arrays(const weights *w, spk_reader *in, spk_error *err)
{
    const spk_header *h = spk_reader_header(in);
    char list[512] = "", name[NAME_BYTES];
    size_t used = 0;
    if (h->arrays == 0)
        return spk_fail(err, SPK_DATA, "%s: the stream has no weights", spk_reader_name(in));
    for (size_t i = 0; i < h->arrays && used < sizeof list; i++) {
        if (is_wanted(w, &h->array[i])) return 0;
        name_of(&h->array[i], name);
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", name);
    }
    return spk_fail(err, SPK_USAGE, "--array %s: %s has %s", w->own->array, spk_reader_name(in),
                    list);
}

static int check_settings(const spk_cli *cli, spk_error *err)
{
    static const char *const of_spikes[] = {"population", "from", "until"};
    for (size_t i = 0; i < sizeof of_spikes / sizeof *of_spikes; i++)
        if (spk_given(cli, of_spikes[i]))
            return spk_fail(err, SPK_USAGE, "--%s has no meaning for weights", of_spikes[i]);
    return 0;
}

static int read_all(weights *w, spk_reader *in, spk_error *err)
{
    spk_item item;
    int more;
    w->arrays = spk_reader_header(in)->arrays;
    w->pending = spk_alloc(w->arrays, sizeof *w->pending, "the arrays", err);
    if (!w->pending) return -1;
    while ((more = spk_reader_next(in, &item, err)) > 0)
        if (take_item(w, in, &item, err)) return -1;
    if (more == 0 && w->own->snapshot > w->snapshot)
        return spk_fail(err, SPK_USAGE, "--snapshot %" PRIu64 ": %s holds %" PRIu64 " snapshots",
                        w->own->snapshot, spk_reader_name(in), w->snapshot);
    return more;
}

static void release(void *result)
{
    weights *w = result;
    if (!w) return;
    for (size_t i = 0; i < w->n; i++)
        free(w->of[i].count);
    for (size_t i = 0; w->pending && i < w->arrays; i++)
        free(w->pending[i].value);
    free(w->of);
    free(w->pending);
    free(w);
}

static void *read_weights(const spk_cli *cli, spk_reader *in, spk_error *err)
{
    weights *w = spk_alloc(1, sizeof *w, "the statistics", err);
    if (!w) return NULL;
    w->own = cli->method_settings;
    if (check_settings(cli, err) || check_arrays(w, in, err) || read_all(w, in, err)) {
        release(w);
        return NULL;
    }
    return w;
}

/* ---- the table -------------------------------------------------------------------------------- */

static const spk_option options[] = {
    {.name = "array",
     .kind = SPK_TEXT,
     .offset = offsetof(struct weights_settings, array),
     .metavar = "NAME",
     .help = "only these, as PROJECTION, POPULATION or PROJECTION.weight (default: all)"},
    {.name = "snapshot",
     .kind = SPK_COUNT,
     .offset = offsetof(struct weights_settings, snapshot),
     .metavar = "N",
     .min = 1,
     .max = 1e15,
     .help = "only this snapshot; the first is 1 (default: all)"},
    {.name = "histogram",
     .kind = SPK_COUNT,
     .offset = offsetof(struct weights_settings, histogram),
     .metavar = "N",
     .min = 1,
     .max = MOST_BINS,
     .help = "print counts in N bins of equal width instead"},
    {0}};

static const char *const columns[] = {"array", "unit", "snapshot", "samples", "n",
                                      "mean",  "sd",   "min",      "q05",     "q25",
                                      "q50",   "q75",  "q95",      "max",     NULL};
static const char *const bin_columns[] = {"array", "unit", "snapshot", "samples",
                                          "low",   "high", "count",    NULL};

static void put_place(spk_table *table, const distribution *d)
{
    char name[NAME_BYTES];
    name_of(d->array, name);
    spk_table_text(table, name);
    spk_table_text(table, d->array->unit);
    spk_table_u64(table, d->snapshot);
    spk_table_u64(table, d->samples);
}

static void put_row(spk_table *table, const distribution *d)
{
    put_place(table, d);
    spk_table_u64(table, d->n);
    spk_table_derived(table, d->mean);
    spk_table_derived(table, d->sd);
    for (size_t k = 0; k < QUANTILES; k++)
        spk_table_derived(table, d->quantile[k]);
    spk_table_end_row(table);
}

static void put_bins(spk_table *table, const distribution *d, uint64_t n)
{
    for (uint64_t i = 0; i < n && d->n > 0; i++) {
        put_place(table, d);
        spk_table_derived(table, edge(d, i, n));
        spk_table_derived(table, edge(d, i + 1, n));
        spk_table_u64(table, d->count[i]);
        spk_table_end_row(table);
    }
}

static int print(const spk_cli *cli, const void *result, FILE *out, spk_error *err)
{
    const weights *w = result;
    const uint64_t bins = w->own->histogram;
    spk_table *table = spk_table_open(out, cli->common->format == SPK_JSON_LINES,
                                      bins ? bin_columns : columns, err);
    if (!table) return -1;
    for (size_t i = 0; i < w->n; i++) {
        if (bins)
            put_bins(table, &w->of[i], bins);
        else
            put_row(table, &w->of[i]);
    }
    return spk_table_close(table, err);
}

const stats_method weights_method = {
    .base = {.name = "weights",
             .help = "how the weights of a weight stream are distributed",
             .options = options,
             .settings_size = sizeof(struct weights_settings)},
    .read = read_weights,
    .print = print,
    .release = release,
};
