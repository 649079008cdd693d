/* verify.c: reads a stream to its end, so that every checksum, count and END itself is checked. */
#include "filter/filter.h"
#include "info.h"

#include <inttypes.h>

static int read_all(spk_reader *in, spk_error *err)
{
    spk_item item;
    int more;
    while ((more = spk_reader_next(in, &item, err)) > 0)
        ;
    if (more < 0) return -1;
    if (spk_reader_truncated(in))
        return spk_fail(err, SPK_DATA, "%s: ends without END", spk_reader_name(in));
    return 0;
}

static void print_complete(const info *i, const spk_reader *in)
{
    spk_reader_stats stats;
    spk_reader_stats_get(in, &stats);
    if (!i->json) {
        fprintf(i->out, "%s: complete, %" PRIu64 " records, %" PRIu64 " spikes\n",
                spk_reader_name(in), stats.records, stats.spikes);
        return;
    }
    spk_table_text(i->table, spk_reader_name(in));
    spk_table_text(i->table, "complete");
    spk_table_u64(i->table, stats.records);
    spk_table_u64(i->table, stats.spikes);
    spk_table_end_row(i->table);
}

int info_verify(const info *i, spk_error *err)
{
    spk_reader *in = spk_filter_input(i->cli, i->path, NULL, err);
    if (!in) return -1;
    int status = read_all(in, err);
    if (status == 0) print_complete(i, in);
    spk_reader_close(in);
    return status;
}
