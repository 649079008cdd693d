/* connect.c: the rows of every connection rule, each a function of its address alone.
 *
 * A row is made in three steps: who (the rule), how strong, how late. Numbers in a row are drawn as
 * draw.h says, so that rows of neighbours, threads and ranks never meet. fixed_total_number deals
 * its N synapses to the sources by halving: a node of a binary tree over the sources splits its
 * count with one binomial number (without multapses a hypergeometric one) addressed by the node, so that
 * a row's count costs the depth. */
#include "network/connect.h"

#include "base/memory.h"
#include "base/sort.h"
#include "math/math.h"
#include "network/draw.h"
#include "network/space.h"
#include "random/random.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 256 };
#define ABSENT UINT32_MAX /* no population has so many units */

struct spk_synapses_scratch {
    size_t other, weight, delay; /* capacities of the row's arrays */
    uint32_t *work;              /* sorting, or the set of those taken */
    size_t works;
    double *chance; /* of candidates, or distances of synapses */
    size_t chances;
    spk_space *space; /* laid out for: */
    const spk_network *space_net;
    uint32_t space_projection;
    uint64_t space_seed;
};

/* What a row is drawn from. */
typedef struct draw {
    const spk_projection *projection;
    uint64_t seed;
    spk_key connect;
    uint32_t owner;
    uint32_t candidates;    /* units on the other side */
    bool skip_self;         /* the owner is one of them, and may not be taken */
    const spk_space *space; /* NULL: nothing asks for distances */
    spk_synapses *row;
    spk_error *err;
} draw;

static spk_key key_of(const spk_projection *p, uint64_t seed, const char *what)
{
    char purpose[3 * SPK_NAME_MAX + 32];
    snprintf(purpose, sizeof purpose, "projection/%s/%s", p->name, what);
    return spk_random_key(p->seeded ? p->seed : seed, purpose);
}

/* ---- memory ---------------------------------------------------------------------------------- */

void spk_synapses_free(spk_synapses *row)
{
    if (row->scratch) {
        free(row->scratch->work);
        free(row->scratch->chance);
        spk_space_free(row->scratch->space);
    }
    free(row->scratch);
    free(row->other);
    free(row->weight);
    free(row->delay);
    *row = (spk_synapses){0};
}

static int reserve(spk_synapses *row, size_t n, spk_error *err)
{
    static const char what[] = "a row of synapses";
    if (!row->scratch) row->scratch = spk_alloc(1, sizeof *row->scratch, what, err);
    struct spk_synapses_scratch *s = row->scratch;
    if (!s || spk_grow(&row->other, &s->other, n, sizeof *row->other, what, err) ||
        spk_grow(&row->weight, &s->weight, n, sizeof *row->weight, what, err) ||
        spk_grow(&row->delay, &s->delay, n, sizeof *row->delay, what, err))
        return -1;
    return 0;
}

static int reserve_work(spk_synapses *row, size_t n, spk_error *err)
{
    return spk_grow(&row->scratch->work, &row->scratch->works, n, sizeof *row->scratch->work,
                    "a row of synapses", err);
}

/* ---- sorting --------------------------------------------------------------------------------- */

static int sort_row(const draw *d)
{
    spk_synapses *row = d->row;
    const bool few = row->n <= SPK_SORT_FEW;
    if (!few && reserve_work(row, row->n, d->err)) return -1;
    spk_sort_u32(row->n, row->other, few ? NULL : row->scratch->work,
                 spk_width_u32(d->candidates - 1));
    return 0;
}

/* ---- rows of a given length ------------------------------------------------------------------ */

/* Draw `k` of the owner, a whole number below `limit`: the high half of a 64 x 32 bit product,
 * whose bias is below 2^-32. */
static void draw_below(const draw *d, uint32_t first, size_t n, const uint32_t *limit,
                       uint32_t *out)
{
    uint32_t words[4 * (CHUNK / 2)];
    spk_philox_draws(d->connect, d->owner, 0, 0, first / 2, (n + 1) / 2, words);
    for (size_t i = 0; i < n; i++) {
        uint64_t word = (uint64_t)words[2 * i] << 32 | words[2 * i + 1];
        out[i] = (uint32_t)((unsigned __int128)word * limit[i] >> 64);
    }
}

/* With replacement: each of the n is any candidate. */
static void take_any(const draw *d, size_t n, uint32_t among)
{
    uint32_t limit[CHUNK];
    for (size_t i = 0; i < CHUNK; i++)
        limit[i] = among;
    for (size_t i = 0; i < n; i += CHUNK)
        draw_below(d, (uint32_t)i, n - i < CHUNK ? n - i : CHUNK, limit, d->row->other + i);
}

/* A set of numbers by open addressing; `size` is a power of two, more than there will be members.
 * False when `value` was there already. */
static bool set_add(uint32_t *set, size_t size, uint32_t value)
{
    size_t at = (value * UINT32_C(2654435769)) & (size - 1);
    for (; set[at] != ABSENT; at = (at + 1) & (size - 1))
        if (set[at] == value) return false;
    set[at] = value;
    return true;
}

/* Without replacement: a random subset by Floyd's algorithm (Bentley and Floyd, CACM 30, 1987):
 * step j, up to the last candidate, takes a number of 0 .. j or, where that is taken, j itself. */
static int take_distinct(const draw *d, size_t n, uint32_t among)
{
    size_t size = 16;
    while (size < 2 * n)
        size *= 2;
    if (reserve_work(d->row, size, d->err)) return -1;
    uint32_t *set = d->row->scratch->work, *out = d->row->other, limit[CHUNK];
    memset(set, 0xff, size * sizeof *set);
    uint32_t last = among - (uint32_t)n;
    for (size_t i = 0; i < n; i += CHUNK) {
        size_t here = n - i < CHUNK ? n - i : CHUNK;
        for (size_t j = 0; j < here; j++)
            limit[j] = last + (uint32_t)(i + j) + 1;
        draw_below(d, (uint32_t)i, here, limit, out + i);
        for (size_t j = i; j < i + here; j++) {
            if (set_add(set, size, out[j])) continue;
            out[j] = last + (uint32_t)j;
            set_add(set, size, out[j]);
        }
    }
    return 0;
}

static int take(const draw *d, uint64_t n)
{
    uint32_t among = d->candidates - d->skip_self;
    if (n >= UINT32_MAX)
        return spk_fail(d->err, SPK_LIMIT, "%s: more than %u synapses in one row",
                        d->projection->name, UINT32_MAX - 1);
    if (reserve(d->row, n, d->err)) return -1;
    d->row->n = n;
    if (n == 0) return 0;
    if (d->projection->multapses)
        take_any(d, n, among);
    else if (take_distinct(d, n, among))
        return -1;
    for (size_t i = 0; d->skip_self && i < n; i++)
        d->row->other[i] += d->row->other[i] >= d->owner;
    return sort_row(d);
}

/* Of `count` synapses of `left` + `right` sources: how many begin at the left ones. */
static uint64_t left_share(const draw *d, uint32_t begin, uint32_t level, uint64_t count,
                           uint32_t left, uint32_t right)
{
    if (d->projection->multapses)
        return spk_draw_binomial(d->connect, begin, level, count,
                                 (double)left / ((double)left + (double)right));
    const uint64_t partners = d->candidates - d->skip_self;
    return spk_draw_hypergeometric(d->connect, begin, level, left * partners, right * partners,
                                   count);
}

/* How many of the projection's synapses begin at source `i` of `sources`. */
static uint64_t share_of(const draw *d, uint32_t i, uint32_t sources)
{
    uint64_t count = d->projection->count;
    uint32_t begin = 0, size = sources, level = 1;
    while (size > 1 && count > 0) {
        uint32_t left = size / 2;
        uint64_t part = left_share(d, begin, level, count, left, size - left);
        if (i < begin + left) {
            count = part;
            size = left;
        } else {
            count -= part;
            begin += left;
            size -= left;
        }
        level++;
    }
    return count;
}

/* ---- rows that look at every pair ------------------------------------------------------------ */

static int take_range(const draw *d, uint32_t begin, uint32_t end)
{
    if (reserve(d->row, end - begin, d->err)) return -1;
    for (uint32_t j = begin; j < end; j++)
        if (!d->skip_self || j != d->owner) d->row->other[d->row->n++] = j;
    return 0;
}

/* Every candidate with probability p: the distance to the next one taken is geometric, 1 +
 * floor(ln u / ln(1 - p)), so that silence costs nothing. */
static int take_each_with_probability(const draw *d)
{
    double p = d->projection->probability, gap[CHUNK], at = -1;
    if (!(p > 0)) return 0;
    double scale = 1 / (p < 0x1p-54 ? -p : spk_log1p(-p));
    for (uint32_t first = 0;; first += CHUNK) {
        spk_draw_uniforms(d->connect, d->owner, first, CHUNK, gap);
        spk_log_n(CHUNK, gap, gap);
        if (reserve(d->row, d->row->n + CHUNK, d->err)) return -1;
        for (size_t i = 0; i < CHUNK; i++) {
            at += 1 + floor(gap[i] * scale);
            if (!(at < (double)d->candidates)) return 0;
            if (d->skip_self && (uint32_t)at == d->owner) continue;
            d->row->other[d->row->n++] = (uint32_t)at;
        }
    }
}

/* ---- rows by distance ------------------------------------------------------------------------ */

/* Who needs to know where units are? */
static bool asks_for_distances(const spk_projection *p)
{
    return p->spatial || spk_value_of_distance(&p->weight) || spk_value_of_distance(&p->delay_ms);
}

/* Rows that are drawn one after the other share what was laid out. */
static int find_space(draw *d, const spk_network *net, uint32_t projection)
{
    if (!asks_for_distances(d->projection)) return 0;
    if (reserve(d->row, 0, d->err)) return -1;
    struct spk_synapses_scratch *s = d->row->scratch;
    bool same = s->space && s->space_net == net && s->space_projection == projection &&
                s->space_seed == d->seed;
    if (!same) {
        spk_space_free(s->space);
        s->space = spk_space_build(net, projection, d->seed, d->err);
        s->space_net = net;
        s->space_projection = projection;
        s->space_seed = d->seed;
    }
    d->space = s->space;
    return s->space ? 0 : -1;
}

static int reserve_chances(const draw *d, size_t n)
{
    struct spk_synapses_scratch *s = d->row->scratch;
    return spk_grow(&s->chance, &s->chances, n, sizeof *s->chance, "a row of synapses", d->err);
}

/* The uniform of each pair is addressed by (source, target): who else is a candidate does not
 * matter, so only those near are looked at. */
static int take_near(const draw *d)
{
    spk_synapses *row = d->row;
    double lower[3], upper[3], u[CHUNK];
    spk_near_box(d->projection, lower, upper);
    if (spk_space_near(d->space, d->owner, lower, upper, &row->other, &row->scratch->other, &row->n,
                       d->err) ||
        sort_row(d) || reserve_chances(d, row->n))
        return -1;
    double *chance = row->scratch->chance;
    spk_near_chances(d->space, d->projection, d->owner, row->n, row->other, chance);
    size_t taken = 0, possible = 0;
    for (size_t i = 0; i < row->n; i++) {
        if (!(chance[i] > 0) || (d->skip_self && row->other[i] == d->owner)) continue;
        row->other[possible] = row->other[i];
        chance[possible++] = chance[i];
    }
    row->n = possible;
    for (size_t i = 0, run; i < row->n; i += run) {
        uint32_t first = row->other[i];
        for (run = 1; run < CHUNK && i + run < row->n && row->other[i + run] == first + run;)
            run++;
        spk_draw_uniforms(d->connect, d->owner, first, run, u);
        for (size_t k = 0; k < run; k++)
            if (u[k] < chance[i + k]) row->other[taken++] = first + (uint32_t)k;
    }
    row->n = taken;
    return reserve(row, taken, d->err);
}

/* ---- rows of a file -------------------------------------------------------------------------- */

static int take_edges(const draw *d)
{
    const spk_edges *edges = d->projection->edges;
    size_t n = (size_t)(edges->begin[d->owner + 1] - edges->begin[d->owner]);
    if (reserve(d->row, n, d->err)) return -1;
    d->row->n = n;
    if (n > 0)
        memcpy(d->row->other, edges->target + edges->begin[d->owner], n * sizeof *edges->target);
    return 0;
}

/* ---- weights and delays ---------------------------------------------------------------------- */

/* Of a function of the distance: the row's synapses one by one. */
static void measure_row(const draw *d, const spk_value *value, double *out)
{
    double way[3];
    bool by_source = spk_connect_by_source(d->projection);
    for (size_t i = 0; i < d->row->n; i++) {
        uint32_t other = d->row->other[i];
        out[i] = by_source ? spk_space_way(d->space, d->owner, other, way)
                           : spk_space_way(d->space, other, d->owner, way);
    }
    spk_value_at_distances(value, d->row->n, out, out);
}

/* Draw `value` for every synapse of the row: k is the target where the rule looks at every pair,
 * else the place in the row. Where targets follow each other, their runs are drawn together. */
static void draw_row(const draw *d, const spk_value *value, const char *what, bool by_place,
                     double *out)
{
    const spk_synapses *row = d->row;
    if (spk_value_of_distance(value)) {
        measure_row(d, value, out);
        return;
    }
    spk_key key = {{0, 0}};
    if (value->kind != SPK_VALUE_CONSTANT) key = key_of(d->projection, d->seed, what);
    if (by_place || value->kind == SPK_VALUE_CONSTANT) {
        spk_draw_values(value, key, d->owner, 0, row->n, out);
        return;
    }
    if (d->projection->connect == SPK_PAIRWISE_BERNOULLI) {
        spk_draw_places(value, key, d->owner, row->n, row->other, out);
        return;
    }
    for (size_t i = 0, run; i < row->n; i += run) {
        for (run = 1; i + run < row->n && row->other[i + run] == row->other[i] + run;)
            run++;
        spk_draw_values(value, key, d->owner, row->other[i], run, out + i);
    }
}

static void draw_weights(const draw *d, bool by_place)
{
    const spk_projection *p = d->projection;
    double *w = d->row->weight;
    if (p->weight.kind != SPK_VALUE_EDGES)
        draw_row(d, &p->weight, "weight", by_place, w);
    else if (d->row->n > 0)
        memcpy(w, p->edges->weight + p->edges->begin[d->owner], d->row->n * sizeof *w);
    if (p->weight_type == SPK_F32)
        for (size_t i = 0; i < d->row->n; i++)
            w[i] = (double)(float)w[i];
    if (p->weight_type == SPK_F16)
        for (size_t i = 0; i < d->row->n; i++)
            w[i] = spk_round_half(w[i]);
}

/* Delays are drawn into the place of the weights, which are drawn after them. */
static void draw_delays(const draw *d, double dt_ms, bool by_place)
{
    const spk_projection *p = d->projection;
    const spk_synapses *row = d->row;
    if (p->delay_ms.kind == SPK_VALUE_CONSTANT) {
        for (size_t i = 0; i < row->n; i++)
            row->delay[i] = p->delay_steps;
        return;
    }
    if (p->delay_ms.kind == SPK_VALUE_EDGES) {
        if (row->n > 0)
            memcpy(row->delay, p->edges->delay + p->edges->begin[d->owner],
                   row->n * sizeof *row->delay);
        return;
    }
    draw_row(d, &p->delay_ms, "delay", by_place, row->weight);
    for (size_t i = 0; i < row->n; i++)
        row->delay[i] = (uint32_t)floor(row->weight[i] / dt_ms + 0.5);
}

/* ---- interface ------------------------------------------------------------------------------- */

bool spk_connect_repeats(const spk_projection *p)
{
    bool numbers = p->connect == SPK_FIXED_INDEGREE || p->connect == SPK_FIXED_OUTDEGREE ||
                   p->connect == SPK_FIXED_TOTAL_NUMBER;
    return p->connect == SPK_EDGES || (numbers && p->multapses);
}

bool spk_connect_by_source(const spk_projection *p)
{
    return p->connect != SPK_FIXED_INDEGREE;
}

static int take_row(const draw *d, uint32_t sources)
{
    switch (d->projection->connect) {
    case SPK_ALL_TO_ALL:
    case SPK_ALL_BUT_SELF:
        return take_range(d, 0, d->candidates);
    case SPK_ONE_TO_ONE:
        return take_range(d, d->owner, d->owner + 1);
    case SPK_FIXED_INDEGREE:
    case SPK_FIXED_OUTDEGREE:
        return take(d, d->projection->count);
    case SPK_FIXED_TOTAL_NUMBER:
        return take(d, share_of(d, d->owner, sources));
    case SPK_PAIRWISE_BERNOULLI:
        return d->projection->spatial ? take_near(d) : take_each_with_probability(d);
    case SPK_EDGES:
        return take_edges(d);
    }
    return spk_fail(d->err, SPK_BUG, "%s: no such connection rule", d->projection->name);
}

int spk_connect_some(const spk_network *net, uint32_t projection, uint64_t seed, uint32_t i,
                     bool weights, bool delays, spk_synapses *row, spk_error *err)
{
    const spk_projection *p = &net->projection[projection];
    uint32_t sources = net->population[p->source].size;
    uint32_t targets = net->population[p->target].size;
    bool by_source = spk_connect_by_source(p);
    bool by_place = p->connect == SPK_FIXED_INDEGREE || p->connect == SPK_FIXED_OUTDEGREE ||
                    p->connect == SPK_FIXED_TOTAL_NUMBER || p->connect == SPK_EDGES;
    draw d = {.projection = p,
              .seed = seed,
              .connect = key_of(p, seed, "connect"),
              .owner = i,
              .candidates = by_source ? targets : sources,
              .skip_self =
                  p->connect == SPK_ALL_BUT_SELF || (!p->autapses && p->source == p->target),
              .row = row,
              .err = err};
    row->n = 0;
    if (find_space(&d, net, projection) || take_row(&d, sources)) return -1;
    if (delays) draw_delays(&d, net->dt_ms, by_place);
    if (weights) draw_weights(&d, by_place);
    return 0;
}

int spk_connect_row(const spk_network *net, uint32_t projection, uint64_t seed, uint32_t i,
                    spk_synapses *row, spk_error *err)
{
    return spk_connect_some(net, projection, seed, i, true, true, row, err);
}

double spk_connect_count(const spk_network *net, uint32_t projection)
{
    const spk_projection *p = &net->projection[projection];
    double sources = net->population[p->source].size, targets = net->population[p->target].size;
    bool no_self = p->connect == SPK_ALL_BUT_SELF || (!p->autapses && p->source == p->target);
    double pairs = sources * targets - (no_self ? sources : 0);
    switch (p->connect) {
    case SPK_ALL_TO_ALL:
    case SPK_ALL_BUT_SELF:
        return pairs;
    case SPK_ONE_TO_ONE:
        return sources;
    case SPK_FIXED_INDEGREE:
        return targets * (double)p->count;
    case SPK_FIXED_OUTDEGREE:
        return sources * (double)p->count;
    case SPK_FIXED_TOTAL_NUMBER:
        return (double)p->count;
    case SPK_PAIRWISE_BERNOULLI:
        return p->spatial ? spk_near_count(net, projection) : pairs * p->probability;
    case SPK_EDGES:
        return (double)p->edges->n;
    }
    return 0;
}
