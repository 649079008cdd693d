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

static void put_population(spk_table *table, const stats_population *p)
{
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
}

static int print(const spk_cli *cli, const void *result, FILE *out, spk_error *err)
{
    const stats_walk *w = result;
    spk_table *table = spk_table_open(out, cli->common->format == SPK_JSON_LINES, columns, err);
    if (!table) return -1;
    for (size_t i = 0; i < w->n; i++)
        put_population(table, &w->population[i]);
    return spk_table_close(table, err);
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
