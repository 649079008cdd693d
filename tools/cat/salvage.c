/* salvage.c: the reader passes over damage; what it gives is copied. Arrays make sense only whole, so
 * that a snapshot is held in memory until its last row has come, and left out when some is lost. */
#include "salvage.h"
#include "base/memory.h"
#include "base/path.h"
#include "cli/message.h"
#include "copy.h"
#include "filter/filter.h"
#include "ordered.h"
#include "stream/rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- whole snapshots ------------------------------------------------------------------------- */

typedef struct kept {
    spk_item item;
    void *memory;
} kept;

typedef struct snapshot {
    bool named; /* by a SNAPSHOT record, without which rows may do */
    spk_item head;
    kept *rows;
    size_t n, capacity;
    uint64_t have; /* rows, of all arrays together */
} snapshot;

static void snapshot_clear(snapshot *s)
{
    for (size_t i = 0; i < s->n; i++)
        free(s->rows[i].memory);
    s->n = 0;
    s->have = 0;
    s->named = false;
}

static uint64_t rows_of_all(const spk_header *h)
{
    uint64_t rows = 0;
    for (size_t i = 0; i < h->arrays; i++)
        rows += h->array[i].rows;
    return rows;
}

static int snapshot_copy(snapshot *s, copy *c, spk_error *err)
{
    int failed = s->named ? copy_item(c, &s->head, err) : 0;
    for (size_t i = 0; i < s->n && !failed; i++)
        failed = copy_item(c, &s->rows[i].item, err);
    snapshot_clear(s);
    return failed;
}

/* The reader takes rows only in their order, so that their number tells whether all are there. */
static int snapshot_take(snapshot *s, copy *c, const spk_item *item, spk_error *err)
{
    if (item->kind == SPK_KIND_SNAPSHOT) {
        snapshot_clear(s);
        s->named = true;
        s->head = *item;
        return 0;
    }
    if (spk_grow(&s->rows, &s->capacity, s->n + 1, sizeof *s->rows, "a snapshot", err)) return -1;
    kept *k = &s->rows[s->n];
    k->item = *item;
    if (spk_rows_copy(&item->rows, &k->item.rows, &k->memory, err)) return -1;
    s->n++;
    s->have += item->rows.rows;
    return s->have == rows_of_all(c->in) ? snapshot_copy(s, c, err) : 0;
}

/* ---- the copy -------------------------------------------------------------------------------- */

static void warn_lost(void *context, const char *message)
{
    spk_warn(context, "%s", message);
}

static spk_reader *open_damaged(const spk_cli *cli, const char *path, spk_error *err)
{
    const int fd = spk_path_open(path, err);
    if (fd < 0) return NULL;
    spk_reader_options options = {.lost = warn_lost, .lost_context = (void *)(uintptr_t)cli};
    return spk_reader_open(fd, spk_path_title(path), &options, err);
}

static int copy_all(ordered *in, copy *c, spk_error *err)
{
    snapshot s = {.named = false};
    spk_item item;
    int more;
    while ((more = ordered_next(in, &item, err)) > 0) {
        const bool array = item.kind == SPK_KIND_SNAPSHOT || item.kind == SPK_KIND_WEIGHTS_DENSE ||
                           item.kind == SPK_KIND_WEIGHTS_SPARSE;
        const int failed = array ? snapshot_take(&s, c, &item, err) : copy_item(c, &item, err);
        if (failed) break;
    }
    snapshot_clear(&s);
    free(s.rows);
    return more == 0 ? 0 : -1;
}

static int finish(spk_reader *in, spk_sink *out, spk_error *err)
{
    const uint64_t duration = spk_reader_duration(in);
    if (!spk_reader_truncated(in)) return spk_filter_finish(out, duration, err);
    if (spk_filter_finish_salvaged(out, duration, err)) return -1;
    return spk_fail(err, SPK_DATA, "%s: is damaged; what was intact is kept", spk_reader_name(in));
}

int salvage(const spk_cli *cli, const char *path, spk_error *err)
{
    spk_reader *in = open_damaged(cli, path, err);
    if (!in) return -1;
    int status = -1;
    ordered *items = ordered_open(in, err);
    spk_sink *out = NULL;
    if (items) out = spk_filter_output(cli, spk_reader_header(in), 1, &in, 0, NULL, err);
    if (out) {
        copy c = {.out = spk_sink_writer(out), .header = spk_reader_header(in)};
        copy_begin(&c, spk_reader_header(in), spk_reader_name(in));
        status = copy_all(items, &c, err);
        copy_free(&c);
        if (status == 0)
            status = finish(in, out, err);
        else
            spk_filter_abandon(out);
    }
    ordered_close(items);
    spk_reader_close(in);
    return status;
}
