/* spk-cat: streams one after another, shards joined, damage left out, storage changed.
 *
 * What is to be done follows from what is given: shards of one run are joined (join.c), other
 * streams follow one another in time; a single stream is copied, which is how it is packed anew.
 * A copy and a join are no steps of a history: what they make says what was there, in other packing. */
#include "base/memory.h"
#include "cli/message.h"
#include "copy.h"
#include "filter/filter.h"
#include "join.h"
#include "ordered.h"
#include "salvage.h"
#include "sources.h"

#include <stdlib.h>

enum chain { AUTO, APPEND, JOIN };
enum pack { AS_ASKED, LIVE, STORE, ARCHIVE };

typedef struct settings {
    spk_common common;
    int chain, pack;
    bool renumber, salvage;
} settings;

#define AT(member) .offset = offsetof(settings, member)

static const spk_option options[] = {
    {.name = "chain",
     AT(chain),
     .kind = SPK_CHOICE,
     .choices = "auto|append|join",
     .preset = "auto",
     .help = "append: one after another in time; join: shards of one run; auto: as they are"},
    {.name = "renumber",
     AT(renumber),
     .kind = SPK_FLAG,
     .help = "count the samples of each stream on from those before it"},
    {.name = "salvage",
     AT(salvage),
     .kind = SPK_FLAG,
     .help = "copy what is intact of one damaged stream, and exit 4 if anything was lost"},
    {.name = "pack",
     AT(pack),
     .kind = SPK_CHOICE,
     .choices = "default|live|store|archive",
     .preset = "default",
     .flags = SPK_NEUTRAL,
     .help = "live: short frames; store: not compressed; archive: as small as it gets"},
    {0}};

/* ---- packing --------------------------------------------------------------------------------- */

static spk_writer_options packing(const spk_cli *cli)
{
    enum { ARCHIVE_LEVEL = 19, LIVE_FRAME = 1 << 16 };
    const settings *s = cli->settings;
    spk_writer_options o = spk_filter_options(cli);
    if (s->pack == LIVE) o.frame_bytes = LIVE_FRAME;
    if (s->pack == STORE) o.level = SPK_LEVEL_STORE;
    if (s->pack == ARCHIVE) o.level = ARCHIVE_LEVEL;
    return o;
}

/* ---- one after another ----------------------------------------------------------------------- */

static int append_stream(spk_reader *in, copy *c, spk_error *err)
{
    spk_item item;
    int more = 1;
    ordered *items = ordered_open(in, err);
    if (!items) return -1;
    copy_begin(c, spk_reader_header(in), spk_reader_name(in));
    while ((more = ordered_next(items, &item, err)) > 0)
        if (copy_item(c, &item, err)) break;
    ordered_close(items);
    return more == 0 ? copy_end(c, spk_reader_duration(in), err) : -1;
}

/* All streams of one source. */
static int append_source(const sources *all, source *s, copy *c, spk_error *err)
{
    int more;
    if (source_reopen(all, s, err) || append_stream(s->in, c, err)) return -1;
    for (size_t k = 1; (more = spk_reader_next_segment(s->in, err)) > 0; k++) {
        const source *first = &all->source[0];
        if (k == s->streams)
            spk_warn(all->cli,
                     "%s: only the first stream's history is kept; name the files instead",
                     s->name);
        if (same_headers(&first->header, first->name, spk_reader_header(s->in), s->name, err) ||
            append_stream(s->in, c, err))
            return -1;
    }
    source_close(s);
    return more;
}

static int append(sources *all, copy *c, uint64_t *duration, spk_error *err)
{
    for (size_t k = 0; k < all->n; k++)
        if (append_source(all, &all->source[k], c, err)) return -1;
    *duration = c->shift;
    return 0;
}

static size_t count_streams(const sources *all)
{
    size_t n = 0;
    for (size_t k = 0; k < all->n; k++)
        n += all->source[k].streams;
    return n;
}

/* The union of all histories and this step; of a single stream its own. */
static int append_history(const sources *all, spk_provenance *history, spk_error *err)
{
    const size_t n = count_streams(all);
    if (n == 1) return spk_provenance_merge(history, &all->source[0].history[0], err);
    spk_origin *origin = spk_alloc(n, sizeof *origin, "histories", err);
    if (!origin) return -1;
    size_t used = 0;
    for (size_t k = 0; k < all->n; k++)
        for (size_t i = 0; i < all->source[k].streams; i++)
            origin[used++] = (spk_origin){all->source[k].name, &all->source[k].history[i]};
    int failed = spk_filter_history(all->cli, n, origin, 0, NULL, history, err);
    free(origin);
    return failed;
}

static int append_check(const sources *all, spk_provenance *history, spk_error *err)
{
    const source *first = &all->source[0];
    for (size_t k = 1; k < all->n; k++)
        if (same_headers(&first->header, first->name, &all->source[k].header, all->source[k].name,
                         err))
            return -1;
    if (first->header.arrays && count_streams(all) > 1)
        return spk_fail(err, SPK_DATA,
                        "%s: is a weight stream; these are not put behind one another",
                        first->name);
    return append_history(all, history, err);
}

/* ---- the program ----------------------------------------------------------------------------- */

static bool is_join(const sources *all, enum chain chain)
{
    if (chain != AUTO) return chain == JOIN;
    for (size_t k = 0; k < all->n; k++)
        if (all->source[k].header.shard_n) return true;
    return false;
}

static int write_output(sources *all, bool joined, const spk_header *header,
                        const spk_provenance *history, spk_error *err)
{
    const settings *s = all->cli->settings;
    spk_writer_options packed = packing(all->cli);
    spk_provenance none;
    spk_provenance_init(&none);
    spk_sink *out =
        spk_filter_open(all->cli, header, s->common.no_provenance ? &none : history, &packed, err);
    if (!out) return -1;
    copy c = {.out = spk_sink_writer(out), .header = header, .renumber = s->renumber};
    uint64_t duration = 0;
    int failed = (joined ? join : append)(all, &c, &duration, err);
    copy_free(&c);
    if (!failed) return spk_filter_finish(out, duration, err);
    spk_filter_abandon(out);
    return -1;
}

static int concatenate(sources *all, spk_error *err)
{
    const settings *s = all->cli->settings;
    const bool joined = is_join(all, (enum chain)s->chain);
    spk_provenance history;
    spk_header header;
    spk_provenance_init(&history);
    spk_header_init(&header);
    int failed = -1;
    if (joined && s->renumber) {
        spk_fail(err, SPK_USAGE, "--renumber has no meaning where shards are joined");
    } else if (!(joined ? join_check : append_check)(all, &history, err) &&
               !spk_header_copy(&header, &all->source[0].header, err)) {
        if (joined || count_streams(all) > 1) header.shard_i = header.shard_n = 0;
        failed = write_output(all, joined, &header, &history, err);
    }
    spk_provenance_free(&history);
    spk_header_free(&header);
    return failed;
}

static int run(spk_cli *cli, spk_error *err)
{
    const settings *s = cli->settings;
    if (s->pack != AS_ASKED && spk_given(cli, "level"))
        return spk_fail(err, SPK_USAGE, "give one of --pack and --level");
    if (s->salvage) {
        if (spk_check_operands(cli, 0, 1, err)) return -1;
        if (s->renumber || s->chain != AUTO || s->pack != AS_ASKED)
            return spk_fail(err, SPK_USAGE, "--salvage stands alone");
        return salvage(cli, spk_operand(cli, 0), err);
    }
    sources all;
    int failed = sources_open(&all, cli, err);
    if (!failed) failed = concatenate(&all, err);
    sources_close(&all);
    return failed;
}

static const spk_program program = {.name = "spk-cat",
                                    .summary = "join streams, salvage them, pack them anew",
                                    .operands = "[FILE...]",
                                    .options = options,
                                    .groups = SPK_READS_STREAM | SPK_WRITES_STREAM,
                                    .settings_size = sizeof(settings),
                                    .run = run};

int main(int argc, char **argv)
{
    return spk_main(&program, argc, argv);
}
