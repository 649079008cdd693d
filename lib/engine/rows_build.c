/* rows_build.c: synapses that are kept: for each part a row (rows.h) for each source.
 *
 * Rules drawn by source are packed as they are drawn, row behind row into blocks. fixed_indegree is
 * drawn by target: its synapses are counted by source, and drawn again to be put in their places. Either
 * way memory holds no more than the rows, and a few counts; and several threads may share the work, each
 * some sources or some targets, with the same rows in the end. */
#include "base/memory.h"
#include "engine/rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SHARED_WORK 2e5 /* synapses for which threads are worth their start */

/* Memory for rows, one behind the other. */
struct engine_arena {
    char **block;
    size_t blocks, capacity;
    size_t used, size; /* of the last block */
    size_t usual;      /* a block's size */
};
typedef struct engine_arena arena;

/* What one worker draws with. */
typedef struct worker {
    uint32_t begin, end; /* sources, or targets */
    spk_synapses drawn;
    uint32_t *count;
    int status;
    spk_error err;
} worker;

/* ---- memory ---------------------------------------------------------------------------------- */

static void *take(arena *a, size_t bytes, spk_error *err)
{
    if (a->size - a->used < bytes) {
        size_t size = bytes > a->usual ? bytes : a->usual;
        if (spk_grow(&a->block, &a->capacity, a->blocks + 1, sizeof *a->block, "synapses", err))
            return NULL;
        char *block = spk_alloc_block(size, "synapses", err);
        if (!block) return NULL;
        a->block[a->blocks++] = block;
        a->size = size;
        a->used = 0;
    }
    void *room = a->block[a->blocks - 1] + a->used;
    a->used += bytes;
    return room;
}

/* Of the average row, up to where the processor has seen how it goes on. */
static unsigned lines_of_row(const spk_engine *e, const engine_projection *p, const engine_rows *s)
{
    const double most = 12, line = 64;
    double bytes = spk_connect_count(e->net, (uint32_t)p->index) *
                   (double)(sizeof(uint16_t) + s->shape.weight_bytes) /
                   ((double)p->source->size * (double)s->parts);
    return (unsigned)fmin((bytes + sizeof(engine_row)) / line + 1, most);
}

/* A sixteenth of what is to come: what is left of the last block is little. */
static void open_arenas(const spk_engine *e, const engine_projection *p, engine_rows *s)
{
    enum { LEAST = 1 << 12, MOST = 1 << 22 };
    double bytes = spk_connect_count(e->net, (uint32_t)p->index) *
                   (double)(sizeof(uint16_t) + s->shape.weight_bytes) / 16 /
                   (double)(s->parts * s->workers);
    for (size_t k = 0; k < s->parts * s->workers; k++)
        s->arena[k].usual = bytes < LEAST ? LEAST : bytes > MOST ? MOST : (size_t)bytes;
}

void engine_rows_free(engine_rows *s)
{
    for (size_t k = 0; s->arena && k < s->parts * s->workers; k++) {
        for (size_t b = 0; b < s->arena[k].blocks; b++)
            free(s->arena[k].block[b]);
        free(s->arena[k].block);
    }
    for (size_t part = 0; s->row && part < s->parts; part++)
        free(s->row[part]);
    free(s->row);
    free(s->arena);
}

/* ---- workers --------------------------------------------------------------------------------- */

/* With `counts` numbers each, which are in *count. */
static worker *open_workers(const engine_rows *s, size_t counts, uint32_t **count, spk_error *err)
{
    worker *w = spk_alloc(s->workers, sizeof *w, "workers", err);
    *count = w ? spk_alloc(s->workers * counts, sizeof **count, "synapses", err) : NULL;
    for (size_t k = 0; *count && k < s->workers; k++)
        w[k].count = *count + k * counts;
    if (*count) return w;
    free(w);
    return NULL;
}

/* The first failure, if there is one, becomes the caller's. */
static int close_workers(const engine_rows *s, worker *w, uint32_t *count, spk_error *err)
{
    int status = 0;
    for (size_t k = 0; k < s->workers; k++) {
        if (status == 0 && w[k].status) {
            status = -1;
            if (err) *err = w[k].err;
        }
        spk_synapses_free(&w[k].drawn);
    }
    free(w);
    free(count);
    return status;
}

/* Each gets its share of `begin` .. `end`. */
static void share(const engine_rows *s, worker *w, uint32_t begin, uint32_t end)
{
    for (size_t k = 0; k < s->workers; k++) {
        w[k].begin = begin + (uint32_t)((uint64_t)(end - begin) * k / s->workers);
        w[k].end = begin + (uint32_t)((uint64_t)(end - begin) * (k + 1) / s->workers);
    }
}

/* ---- rules drawn by source ------------------------------------------------------------------- */

static int pack_row(const spk_engine *e, const engine_projection *p, const engine_rows *s,
                    worker *w, arena *to, uint32_t source)
{
    size_t begin = engine_row_end(&w->drawn, 0, p->target->part[e->first].begin);
    for (size_t part = e->first; part < e->last; part++) {
        engine_range range = p->target->part[part];
        size_t end = engine_row_end(&w->drawn, begin, range.end);
        if (end == begin) continue;
        engine_row_count(&s->shape, &w->drawn, begin, end, w->count);
        engine_row *row = take(&to[part], engine_row_bytes(&s->shape, w->count, 1, 0), &w->err);
        if (!row) return -1;
        engine_row_fill(&s->shape, &w->drawn, begin, end, range.begin, w->count, row);
        s->row[part][source] = row;
        begin = end;
    }
    return 0;
}

static void pack_rows(const spk_engine *e, const engine_projection *p, const engine_rows *s,
                      worker *w, arena *to)
{
    for (uint32_t i = w->begin; w->status == 0 && i < w->end; i++) {
        w->status = engine_row_draw(e, p, &s->shape, i, &w->drawn, &w->err);
        if (w->status == 0) w->status = pack_row(e, p, s, w, to, i);
    }
}

static int build_by_source(const spk_engine *e, const engine_projection *p, const engine_rows *s,
                           spk_error *err)
{
    uint32_t *count;
    worker *w = open_workers(s, s->shape.keys, &count, err);
    if (!w) return -1;
    share(s, w, 0, p->source->size);
#pragma omp parallel for num_threads((int)s->workers) schedule(static, 1) if (s->workers > 1)
    for (size_t k = 0; k < s->workers; k++)
        pack_rows(e, p, s, &w[k], s->arena + k * s->parts);
    return close_workers(s, w, count, err);
}

/* ---- fixed_indegree -------------------------------------------------------------------------- */

/* Some sources' synapses onto one part, whose counts are kept at a time. */
typedef struct band {
    size_t part;
    uint32_t begin, end; /* sources */
    uint16_t **targets;  /* [source - begin] of its row; NULL: they are only counted */
} band;

static void count_synapses(const engine_shape *shape, const band *b, worker *w)
{
    const engine_shape s = *shape;
    const spk_synapses *row = &w->drawn;
    for (size_t k = 0; k < row->n; k++) {
        uint32_t i = row->other[k] - b->begin; /* wraps for those before */
        if (i >= b->end - b->begin) continue;
        uint32_t key = engine_key(&s, row, k);
        w->count[(size_t)i * s.keys + key]++;
    }
}

static void put_synapses(const engine_rows *s, const band *b, uint32_t target, worker *w)
{
    const engine_shape shape = s->shape;
    const spk_synapses *row = &w->drawn;
    engine_row **rows = s->row[b->part] + b->begin;
    for (size_t k = 0; k < row->n; k++) {
        uint32_t i = row->other[k] - b->begin;
        if (i >= b->end - b->begin) continue;
        uint32_t key = engine_key(&shape, row, k);
        uint32_t place = w->count[(size_t)i * shape.keys + key]++;
        engine_row_put(&shape, rows[i], b->targets[i], place, target, row, k);
    }
}

/* Count a worker's share of a band, or put it in place. */
static void draw_targets(const spk_engine *e, const engine_projection *p, const engine_rows *s,
                         const band *b, worker *w)
{
    engine_shape needed = s->shape;
    if (!b->targets) needed.weight_bytes = 0; /* to count them needs no weights */
    for (uint32_t j = w->begin; w->status == 0 && j < w->end; j++) {
        w->status = engine_row_draw(e, p, &needed, j, &w->drawn, &w->err);
        if (w->status == 0 && b->targets)
            put_synapses(s, b, j - p->target->part[b->part].begin, w);
        else if (w->status == 0)
            count_synapses(&s->shape, b, w);
    }
}

static int draw_band(const spk_engine *e, const engine_projection *p, const engine_rows *s,
                     const band *b, worker *w)
{
    int failed = 0;
#pragma omp parallel for num_threads((int)s->workers) schedule(static, 1) if (s->workers > 1)
    for (size_t k = 0; k < s->workers; k++)
        draw_targets(e, p, s, b, &w[k]);
    for (size_t k = 0; k < s->workers; k++)
        failed |= w[k].status;
    return failed;
}

/* Room for the rows of a band, of exactly the size counted, and their heads. */
static int lay_rows(const engine_rows *s, const band *b, uint32_t *count, size_t stride, arena *to,
                    spk_error *err)
{
    const size_t keys = s->shape.keys, n = b->end - b->begin;
    size_t bytes = 0;
    for (size_t i = 0; i < n; i++)
        bytes += engine_row_bytes(&s->shape, count + i * keys, s->workers, stride);
    char *at = take(to, bytes, err);
    if (!at) return -1;
    for (size_t i = 0; i < n; i++) {
        engine_row *row = engine_at(at, 0, 1);
        at += engine_row_bytes(&s->shape, count + i * keys, s->workers, stride);
        engine_row_begin(&s->shape, count + i * keys, s->workers, stride, row);
        s->row[b->part][b->begin + i] = row->n > 0 ? row : NULL;
        b->targets[i] = engine_row_targets(&s->shape, row);
    }
    return 0;
}

static int build_band(const spk_engine *e, const engine_projection *p, const engine_rows *s, band b,
                      worker *w, uint32_t *count, size_t stride, spk_error *err)
{
    uint16_t **targets = b.targets;
    memset(count, 0, s->workers * stride * sizeof *count);
    b.targets = NULL;
    if (draw_band(e, p, s, &b, w)) return -1;
    b.targets = targets;
    s->arena[b.part].usual = 0;
    if (lay_rows(s, &b, count, stride, &s->arena[b.part], err)) return -1;
    return draw_band(e, p, s, &b, w);
}

/* So many sources at a time that their counts take no more than about the synapses do. */
static uint32_t band_size(const spk_engine *e, const engine_projection *p, const engine_rows *s)
{
    const double least = 64e6, each = 4;
    double bytes = least + each * spk_connect_count(e->net, (uint32_t)p->index) / (double)s->parts;
    double most = bytes / (double)(sizeof(uint32_t) * s->workers * s->shape.keys);
    return most < 1 ? 1 : most > p->source->size ? p->source->size : (uint32_t)most;
}

static int build_by_target(const spk_engine *e, const engine_projection *p, const engine_rows *s,
                           spk_error *err)
{
    const uint32_t most = band_size(e, p, s);
    const size_t stride = (size_t)most * s->shape.keys;
    uint16_t **targets = spk_alloc(most, sizeof *targets, "synapses", err);
    uint32_t *count;
    worker *w = targets ? open_workers(s, stride, &count, err) : NULL;
    int status = w ? 0 : -1;
    for (size_t part = e->first; status == 0 && part < e->last; part++) {
        engine_range units = engine_part_units(p->target, part);
        if (units.begin == units.end) continue;
        share(s, w, units.begin, units.end);
        for (uint32_t i = 0, last; status == 0 && i < p->source->size; i = last) {
            last = p->source->size - i < most ? p->source->size : i + most;
            status = build_band(e, p, s, (band){part, i, last, targets}, w, count, stride, err);
        }
    }
    if (w && close_workers(s, w, count, err)) status = -1;
    free(targets);
    return status;
}

/* ---- building -------------------------------------------------------------------------------- */

int engine_rows_build(const spk_engine *e, const engine_projection *p, engine_rows *s,
                      spk_error *err)
{
    s->shape = engine_shape_of(p);
    s->shape.kept = true;
    s->parts = e->parts;
    s->shape.lines = lines_of_row(e, p, s);
    bool shared = spk_connect_count(e->net, (uint32_t)p->index) >= SHARED_WORK;
    s->workers = shared && e->options.threads > 1 ? (size_t)e->options.threads : 1;
    s->arena = spk_alloc(s->workers * s->parts, sizeof *s->arena, "a projection", err);
    s->row = spk_alloc(s->parts, sizeof *s->row, "a projection", err);
    if (!s->arena || !s->row) return -1;
    for (size_t part = e->first; part < e->last; part++)
        if (!(s->row[part] = spk_alloc(p->source->size, sizeof **s->row, "synapses", err)))
            return -1;
    open_arenas(e, p, s);
    return spk_connect_by_source(p->spec) ? build_by_source(e, p, s, err)
                                          : build_by_target(e, p, s, err);
}
