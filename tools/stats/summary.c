/* summary.c: rates, irregularity, variability and correlation in one pass and one row. */
#include "correlation.h"
#include "fano.h"
#include "isi.h"
#include "rates.h"
#include "table/table.h"
#include "walk.h"

struct summary_settings {
    isi_settings isi;
    fano_settings fano;
    correlation_settings correlation;
};

#define AT(member) offsetof(struct summary_settings, member)

static const spk_option options[] = {
    ISI_OPTIONS(AT(isi)), FANO_OPTIONS(AT(fano)), CORRELATION_OPTIONS(AT(correlation)), {0}};

static const char *const columns[] = {"population", "units", "spikes", "rate_Hz",     "sd_Hz", "cv",
                                      "cv2",        "lv",    "fano",   "correlation", NULL};

static int put_population(const stats_walk *w, const stats_population *p, spk_table *table,
                          spk_error *err)
{
    (void)w, (void)err;
    const rates_result rate = rates_of(p->state[0]);
    const isi_result isi = isi_of(p->state[1]);
    spk_table_text(table, p->place.name);
    spk_table_u64(table, p->place.units);
    spk_table_u64(table, rate.spikes);
    spk_table_derived(table, rate.mean);
    spk_table_derived(table, rate.sd);
    spk_table_derived(table, isi.cv);
    spk_table_derived(table, isi.cv2);
    spk_table_derived(table, isi.lv);
    spk_table_derived(table, fano_of(p->state[2]).mean);
    spk_table_derived(table, correlation_of(p->state[3]).mean);
    spk_table_end_row(table);
    return 0;
}

static int print(const spk_cli *cli, const void *result, FILE *out, spk_error *err)
{
    (void)cli;
    return walk_print(result, columns, put_population, out, err);
}

const stats_method summary_method = {
    .base = {.name = "summary",
             .help = "rates, irregularity, variability and correlation, a row for each population",
             .options = options,
             .settings_size = sizeof(struct summary_settings)},
    .part = {{&rates_statistic, 0},
             {&isi_statistic, AT(isi)},
             {&fano_statistic, AT(fano)},
             {&correlation_statistic, AT(correlation)}},
    .read = walk_read,
    .print = print,
    .release = walk_release,
};
