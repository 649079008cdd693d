/* join.c: a merge by sample number. Shard i of n has the samples whose number mod n is i, at the
 * times they have in the whole, so that nothing but their order is to be found. Memory is one group
 * of records for each shard. */
#include "join.h"
#include "base/memory.h"
#include "ordered.h"
#include "stream/unshard.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what belongs together ------------------------------------------------------------------- */

enum { MOST_SHARDS = 1 << 16, LIST = 200 };

/* Numbers of the shards that are there `least` to `most` times; dots end a long list. */
static void list_shards(const size_t *count, uint32_t n, size_t least, size_t most, char *text)
{
    size_t used = (size_t)snprintf(text, LIST, "none"), found = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (count[i] < least || count[i] > most) continue;
        if (found++ == 0) used = 0;
        used += (size_t)snprintf(text + used, LIST - used, "%s%" PRIu32, found > 1 ? ", " : "", i);
        if (used + 20 < LIST) continue;
        snprintf(text + used, LIST - used, ", ...");
        return;
    }
}

static int check_complete(const size_t *count, uint32_t n, spk_error *err)
{
    char missing[LIST], doubled[LIST];
    list_shards(count, n, 0, 0, missing);
    list_shards(count, n, 2, SIZE_MAX, doubled);
    if (strcmp(missing, "none") == 0 && strcmp(doubled, "none") == 0) return 0;
    return spk_fail(err, SPK_DATA, "of %" PRIu32 " shards, missing: %s; there more than once: %s",
                    n, missing, doubled);
}

static int count_shards(const sources *all, size_t *count, spk_error *err)
{
    const uint32_t n = all->source[0].header.shard_n;
    for (size_t k = 0; k < all->n; k++) {
        const source *s = &all->source[k];
        if (s->header.shard_n == 0)
            return spk_fail(err, SPK_DATA, "%s: is not a shard of a run", s->name);
        if (s->header.shard_n != n)
            return spk_fail(err, SPK_DATA,
                            "%s: is one of %" PRIu32 " shards, but %s is one of %" PRIu32, s->name,
                            s->header.shard_n, all->source[0].name, n);
        if (s->streams > 1)
            return spk_fail(err, SPK_DATA, "%s: holds %zu streams; give each shard as a file",
                            s->name, s->streams);
        count[s->header.shard_i]++;
    }
    return check_complete(count, n, err);
}

static bool same_history(const spk_provenance *a, const spk_provenance *b)
{
    if (a->n != b->n) return false;
    for (size_t i = 0; i < a->n; i++)
        if (strcmp(a->id[i], b->id[i]) != 0) return false;
    return true;
}

static int unshard(const source *s, spk_provenance *history, spk_error *err)
{
    return spk_provenance_unshard(history, &s->history[0], s->header.shard_i, s->header.shard_n,
                                  err);
}

static int check_history(const source *first, const spk_provenance *expected, const source *s,
                         spk_error *err)
{
    spk_provenance own;
    spk_provenance_init(&own);
    int failed = unshard(s, &own, err);
    if (!failed && !same_history(&own, expected))
        failed = spk_fail(err, SPK_DATA,
                          "%s and %s are not shards of one run: their histories differ in more "
                          "than --shard (compare spk-view --head)",
                          first->name, s->name);
    spk_provenance_free(&own);
    return failed;
}

int join_check(const sources *all, spk_provenance *history, spk_error *err)
{
    const source *first = &all->source[0];
    if (first->header.shard_n > MOST_SHARDS)
        return spk_fail(err, SPK_LIMIT,
                        "%s: is one of %" PRIu32 " shards; at most %d can be joined", first->name,
                        first->header.shard_n, MOST_SHARDS);
    size_t *count = spk_alloc(first->header.shard_n, sizeof *count, "shards", err);
    if (!count) return -1;
    int failed = count_shards(all, count, err);
    free(count);
    if (!failed) failed = unshard(first, history, err);
    for (size_t k = 1; !failed && k < all->n; k++) {
        const source *s = &all->source[k];
        failed = same_headers(&first->header, first->name, &s->header, s->name, err) ||
                 check_history(first, history, s, err);
    }
    return failed ? -1 : 0;
}

/* ---- merging --------------------------------------------------------------------------------- */

typedef struct lane {
    source *source;
    ordered *in;
    spk_item head; /* the next item */
    int more;      /* 0: its stream has ended */
} lane;

static int advance(lane *l, spk_error *err)
{
    l->more = ordered_next(l->in, &l->head, err);
    while (l->more > 0 && l->head.kind == SPK_KIND_WATERMARK)
        l->more = ordered_next(l->in, &l->head, err);
    if (l->more == 0 && !spk_reader_has_end(l->source->in))
        return spk_fail(err, SPK_DATA, "%s: a truncated shard cannot be joined", l->source->name);
    return l->more < 0 ? -1 : 0;
}

static bool is_raw(const lane *l)
{
    return l->more > 0 && l->head.kind != SPK_KIND_SAMPLE && l->head.kind != SPK_KIND_SPIKES &&
           l->head.kind != SPK_KIND_FRAME && l->head.kind != SPK_KIND_TRACE &&
           l->head.kind != SPK_KIND_PREDICTION && l->head.kind != SPK_KIND_SNAPSHOT &&
           l->head.kind != SPK_KIND_WEIGHTS_DENSE && l->head.kind != SPK_KIND_WEIGHTS_SPARSE;
}

static bool same_raw(const lane *a, const lane *b)
{
    return is_raw(b) && a->head.kind == b->head.kind && a->head.id == b->head.id &&
           a->head.raw.bytes == b->head.raw.bytes &&
           memcmp(a->head.raw.payload, b->head.raw.payload, a->head.raw.bytes) == 0;
}

/* Records that are about the whole stand before the first sample, in every shard the same. */
static int join_raw(lane *lanes, size_t n, copy *c, spk_error *err)
{
    while (is_raw(&lanes[0])) {
        for (size_t k = 1; k < n; k++)
            if (!same_raw(&lanes[0], &lanes[k]))
                return spk_fail(err, SPK_DATA, "%s: begins with other records than %s",
                                lanes[k].source->name, lanes[0].source->name);
        if (copy_item(c, &lanes[0].head, err)) return -1;
        for (size_t k = 0; k < n; k++)
            if (advance(&lanes[k], err)) return -1;
    }
    return 0;
}

/* The lane with the next sample; NULL when all have ended. */
static lane *next_lane(lane *lanes, size_t n)
{
    lane *next = NULL;
    for (size_t k = 0; k < n; k++) {
        if (lanes[k].more == 0) continue;
        if (lanes[k].head.kind != SPK_KIND_SAMPLE) return &lanes[k];
        if (!next || lanes[k].head.sample->number < next->head.sample->number) next = &lanes[k];
    }
    return next;
}

/* One sample with all that belongs to it. */
static int join_sample(lane *l, copy *c, spk_error *err)
{
    const spk_header *h = &l->source->header;
    if (l->head.kind != SPK_KIND_SAMPLE)
        return spk_fail(err, SPK_DATA,
                        "%s: has records that belong to no sample and cannot be joined",
                        l->source->name);
    const uint64_t number = l->head.sample->number;
    if (number % h->shard_n != h->shard_i)
        return spk_fail(err, SPK_DATA,
                        "%s: sample %" PRIu64 " does not belong to shard %" PRIu32 " of %" PRIu32,
                        l->source->name, number, h->shard_i, h->shard_n);
    copy_begin(c, h, l->source->name);
    c->sampled = true;
    if (copy_item(c, &l->head, err) || advance(l, err)) return -1;
    while (l->more > 0 && l->head.kind != SPK_KIND_SAMPLE) {
        if (is_raw(l))
            return spk_fail(err, SPK_DATA,
                            "%s: has other records behind sample %" PRIu64 " and cannot be joined",
                            l->source->name, number);
        if (copy_item(c, &l->head, err) || advance(l, err)) return -1;
    }
    return 0;
}

static int merge(lane *lanes, size_t n, copy *c, uint64_t *duration, spk_error *err)
{
    for (size_t k = 0; k < n; k++)
        if (advance(&lanes[k], err)) return -1;
    if (join_raw(lanes, n, c, err)) return -1;
    for (lane *l; (l = next_lane(lanes, n));)
        if (join_sample(l, c, err)) return -1;
    for (size_t k = 0; k < n; k++) {
        const uint64_t own = spk_reader_duration(lanes[k].source->in);
        if (own > *duration) *duration = own;
    }
    return 0;
}

int join(sources *all, copy *c, uint64_t *duration, spk_error *err)
{
    lane *lanes = spk_alloc(all->n, sizeof *lanes, "shards", err);
    if (!lanes) return -1;
    int failed = 0;
    for (size_t k = 0; k < all->n && !failed; k++) {
        lanes[k].source = &all->source[k];
        failed = source_reopen(all, lanes[k].source, err);
        if (!failed) lanes[k].in = ordered_open(lanes[k].source->in, err);
        if (!lanes[k].in) failed = -1;
    }
    *duration = 0;
    if (!failed) {
        copy_begin(c, &all->source[0].header, all->source[0].name);
        failed = merge(lanes, all->n, c, duration, err);
    }
    for (size_t k = 0; k < all->n; k++)
        ordered_close(lanes[k].in);
    free(lanes);
    return failed;
}
