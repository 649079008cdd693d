/* gap.c: gap junctions: the current that flows between the membranes of units that are joined.
 *
 * Into unit i flows I = sum over j of g_ij (V_j - V_i), in pA. A model's kernel is given it as a current
 * that is constant during the step; so what is wanted is its mean over the step, to second order its
 * value in the middle. There each V is taken to be what the unit's last step goes on to:
 *
 *   V(t + dt / 2) = V(t) + (V(t) - V(t - dt)) / 2
 *
 * where V(t - dt) to V(t) is what the membrane did by itself: not a reset after a spike, not what a
 * synapse added after the step; in the first step, and behind a reset, V goes on as it is. No state
 * is stepped twice, and models need not know. For the junctions this is the method of Adams and
 * Bashforth with two steps, which is stable while the conductances of a unit's junctions are at most
 * C_m / (2 dt) together. More than half of that is refused: what
 * oscillates from step to step then dies out within a few.
 *
 * All look at all in every step: potentials are shared (engine_gap_share), all threads meet, then
 * everybody sums for its own units, by projection, its junctions from the source side to the target
 * first, then from the target's side back; each by the other unit's number, then in the order in
 * which they were drawn. A junction of a unit with itself does nothing. */
#include "base/memory.h"
#include "engine/comm.h"
#include "engine/internal.h"
#include "network/connect.h"

#include <stdlib.h>
#include <string.h>

struct engine_gap {
    int potential; /* where V_m is among the states */
    double *start; /* [padded] V_m where the step begins */
    double *slope; /* [padded] what the last step added to it */
    double *mid;   /* [padded] V_m in the middle of the step, as expected */
    double *flow;  /* [padded] pA through all junctions */
    void *current; /* [padded] real: the same, and what devices inject */
};

/* Junctions onto the units of a part, by unit. */
typedef struct half {
    size_t *first; /* [units + 1] */
    size_t *next;  /* [units] while it is filled */
    uint32_t *other;
    double *weight; /* NULL: all have one */
} half;

typedef struct junctions {
    size_t parts;
    double same;   /* nS */
    half *half[2]; /* [part] onto the target; onto the source, or NULL */
} junctions;

/* ---- junctions ------------------------------------------------------------------------------- */

/* Which population the junctions of one half act on, and of which the other ends are. */
static engine_population *near_end(const engine_projection *p, size_t side)
{
    return side == 0 ? p->target : p->source;
}

static engine_population *far_end(const engine_projection *p, size_t side)
{
    return side == 0 ? p->source : p->target;
}

static size_t part_units(const engine_projection *p, size_t side, size_t part)
{
    const engine_range range = near_end(p, side)->part[part];
    return range.end - range.begin;
}

static void add_end(const spk_engine *e, const engine_projection *p, size_t side, uint32_t unit,
                    uint32_t other, double weight)
{
    const junctions *j = p->data;
    const engine_range *range = near_end(p, side)->part;
    size_t part = 0;
    while (unit >= range[part].end)
        part++;
    if (!engine_owns(e, part)) return;
    half *own = &j->half[side][part];
    unit -= range[part].begin;
    if (!own->next) {
        own->first[unit + 1]++;
        return;
    }
    const size_t at = own->next[unit]++;
    own->other[at] = other;
    if (own->weight) own->weight[at] = weight;
}

static void add_junction(const spk_engine *e, const engine_projection *p, uint32_t source,
                         uint32_t target, double weight)
{
    const junctions *j = p->data;
    if (p->source == p->target && source == target) return;
    add_end(e, p, 0, target, source, weight);
    if (j->half[1]) add_end(e, p, 1, source, target, weight);
}

/* Twice: they are counted, then they have room. */
static int add_all(spk_engine *e, engine_projection *p, spk_error *err)
{
    const bool by_source = spk_connect_by_source(p->spec);
    const uint32_t owners = by_source ? p->source->size : p->target->size;
    spk_synapses row = {0};
    int status = 0;
    for (uint32_t i = 0; status == 0 && i < owners; i++) {
        status = spk_connect_some(e->net, (uint32_t)p->index, e->options.network_seed, i, true,
                                  false, &row, err);
        for (size_t k = 0; status == 0 && k < row.n; k++)
            add_junction(e, p, by_source ? i : row.other[k], by_source ? row.other[k] : i,
                         row.weight[k]);
    }
    spk_synapses_free(&row);
    return status;
}

static int make_room(const engine_projection *p, half *own, size_t units, spk_error *err)
{
    static const char what[] = "gap junctions";
    own->next = spk_alloc(units, sizeof *own->next, what, err);
    if (!own->next) return -1;
    for (size_t i = 0; i < units; i++) {
        own->first[i + 1] += own->first[i];
        own->next[i] = own->first[i];
    }
    const size_t n = own->first[units];
    const bool same = p->spec->weight.kind == SPK_VALUE_CONSTANT;
    own->other = spk_alloc(n, sizeof *own->other, what, err);
    own->weight = same ? NULL : spk_alloc(n, sizeof *own->weight, what, err);
    return own->other && (same || own->weight) ? 0 : -1;
}

/* Of all own halves: 0, where they are counted; 1, room for as many. */
static int prepare(const spk_engine *e, engine_projection *p, int pass, spk_error *err)
{
    const junctions *j = p->data;
    for (size_t side = 0; side < 2 && j->half[side]; side++)
        for (size_t part = e->first; part < e->last; part++) {
            half *own = &j->half[side][part];
            const size_t units = part_units(p, side, part);
            if (pass == 0)
                own->first = spk_alloc(units + 1, sizeof *own->first, "gap junctions", err);
            if (!own->first || (pass == 1 && make_room(p, own, units, err))) return -1;
        }
    return 0;
}

static int build(spk_engine *e, engine_projection *p, spk_error *err)
{
    junctions *j = p->data = spk_alloc(1, sizeof *j, "gap junctions", err);
    if (!j) return -1;
    j->parts = e->parts;
    j->same = engine_rounded_weight(p->spec);
    for (size_t side = 0; side < (p->spec->symmetric ? 2u : 1u); side++)
        if (!(j->half[side] = spk_alloc(e->parts, sizeof **j->half, "gap junctions", err)))
            return -1;
    for (int pass = 0; pass < 2; pass++)
        if (prepare(e, p, pass, err) || add_all(e, p, err)) return -1;
    for (size_t side = 0; side < 2 && j->half[side]; side++)
        for (size_t part = 0; part < e->parts; part++) {
            free(j->half[side][part].next);
            j->half[side][part].next = NULL;
        }
    return 0;
}

static void free_data(engine_projection *p)
{
    junctions *j = p->data;
    if (!j) return;
    for (size_t side = 0; side < 2; side++) {
        for (size_t part = 0; j->half[side] && part < j->parts; part++) {
            const half *own = &j->half[side][part];
            free(own->first);
            free(own->next);
            free(own->other);
            free(own->weight);
        }
        free(j->half[side]);
    }
    free(j);
}

/* Currents are in both ends before the step. */
static void step(spk_engine *e, engine_projection *p, size_t part, uint64_t t)
{
    (void)e, (void)p, (void)part, (void)t;
}

const engine_storage engine_gap_junctions = {.build = build, .free = free_data, .step = step};

/* Does the side of the projection have junctions onto this population? */
static bool acts_on(const engine_projection *q, size_t side, const engine_population *p)
{
    if (q->storage != &engine_gap_junctions || near_end(q, side) != p) return false;
    return ((const junctions *)q->data)->half[side] != NULL;
}

/* ---- how strong they may be ------------------------------------------------------------------ */

/* C_m of all units, in pF; of a model without, whose potential is changed by a current as it is: 1. */
static double *capacitances(const spk_engine *e, const engine_population *p, spk_error *err)
{
    const spk_parameter *row = p->spec->model->parameters;
    double *c = spk_alloc(p->size, sizeof *c, "parameters", err);
    if (!c) return NULL;
    for (uint32_t i = 0; i < p->size; i++)
        c[i] = 1;
    for (size_t k = 0; row[k].key; k++) {
        if (strcmp(row[k].key, "C_m_pF") != 0) continue;
        if (spk_draw_units(&p->spec->param[k], e->options.network_seed, p->spec->name, row[k].key,
                           0, p->size, c, err)) {
            free(c);
            return NULL;
        }
    }
    return c;
}

/* nS of all junctions onto a unit of a part. */
static double conductance(const spk_engine *e, const engine_population *p, size_t part,
                          uint32_t unit)
{
    double sum = 0;
    for (size_t k = 0; k < e->net->projections; k++)
        for (size_t side = 0; side < 2; side++) {
            if (!acts_on(&e->projection[k], side, p)) continue;
            const junctions *j = e->projection[k].data;
            const half *own = &j->half[side][part];
            for (size_t at = own->first[unit]; at < own->first[unit + 1]; at++)
                sum += own->weight ? own->weight[at] : j->same;
        }
    return sum;
}

static int check_part(const spk_engine *e, const engine_population *p, size_t part, const double *c,
                      spk_error *err)
{
    const engine_range range = p->part[part];
    for (uint32_t i = range.begin; i < range.end && i < p->size; i++) {
        const double g = conductance(e, p, part, i - range.begin);
        const double most = c[i] / (4 * e->net->dt_ms);
        if (g <= most) continue;
        return spk_fail(err, SPK_USAGE,
                        "%s: populations.%s: the gap junctions of unit %u have %g nS together; at "
                        "most %g nS can be solved with its capacitance and this dt_ms (C_m / 4 dt)",
                        e->net->name, p->spec->name, i, g, most);
    }
    return 0;
}

int engine_gap_check(const spk_engine *e, spk_error *err)
{
    for (size_t i = 0; i < e->net->populations; i++) {
        const engine_population *p = &e->population[i];
        if (!p->gap) continue;
        double *c = capacitances(e, p, err);
        int status = c ? 0 : -1;
        for (size_t part = e->first; status == 0 && part < e->last; part++)
            status = check_part(e, p, part, c, err);
        free(c);
        if (status) return -1;
    }
    return 0;
}

/* ---- populations ----------------------------------------------------------------------------- */

int engine_gap_build(spk_engine *e, engine_population *p, spk_error *err)
{
    static const char what[] = "gap junctions";
    bool joined = false;
    for (size_t k = 0; k < e->net->projections; k++) {
        const spk_projection *q = &e->net->projection[k];
        joined = joined || (q->gap && (q->source == p->index || q->target == p->index));
    }
    if (!joined) return 0;
    engine_gap *gap = p->gap = spk_alloc(1, sizeof *gap, what, err);
    if (!gap) return -1;
    e->gaps = true;
    gap->potential = spk_neuron_model_potential(p->spec->model);
    gap->start = spk_alloc(p->padded, sizeof *gap->start, what, err);
    gap->slope = spk_alloc(p->padded, sizeof *gap->slope, what, err);
    gap->mid = spk_alloc(p->padded, sizeof *gap->mid, what, err);
    gap->flow = spk_alloc(p->padded, sizeof *gap->flow, what, err);
    gap->current = spk_alloc(p->padded, e->real_bytes, what, err);
    return gap->start && gap->slope && gap->mid && gap->flow && gap->current ? 0 : -1;
}

void engine_gap_free(engine_gap *gap)
{
    if (!gap) return;
    free(gap->start);
    free(gap->slope);
    free(gap->mid);
    free(gap->flow);
    free(gap->current);
    free(gap);
}

double *engine_gap_slope(const engine_population *p)
{
    return p->gap->slope;
}

static double potential(const spk_engine *e, const engine_population *p, uint32_t i)
{
    const void *v = engine_at(p->slice.state[p->gap->potential], i, e->real_bytes);
    return e->net->single ? (double)*(const float *)v : *(const double *)v;
}

/* ---- a step ---------------------------------------------------------------------------------- */

void engine_gap_share(spk_engine *e, size_t part)
{
    for (size_t k = 0; k < e->net->populations; k++) {
        const engine_population *p = &e->population[k];
        if (!p->gap) continue;
        for (uint32_t i = p->part[part].begin; i < p->part[part].end; i++) {
            p->gap->start[i] = potential(e, p, i);
            p->gap->mid[i] = p->gap->start[i] + 0.5 * p->gap->slope[i];
        }
    }
}

static void add_flow(const engine_projection *q, size_t side, size_t part)
{
    const junctions *j = q->data;
    const half *own = &j->half[side][part];
    const engine_range range = near_end(q, side)->part[part];
    const double *near = near_end(q, side)->gap->mid + range.begin;
    const double *far = far_end(q, side)->gap->mid;
    double *flow = near_end(q, side)->gap->flow + range.begin;
    for (size_t i = 0; i < range.end - range.begin; i++)
        for (size_t at = own->first[i]; at < own->first[i + 1]; at++)
            flow[i] += (own->weight ? own->weight[at] : j->same) * (far[own->other[at]] - near[i]);
}

const void *engine_gap_current(spk_engine *e, engine_population *p, size_t part,
                               const void *injected)
{
    engine_gap *gap = p->gap;
    const engine_range range = p->part[part];
    if (!gap) return injected;
    memset(gap->flow + range.begin, 0, (range.end - range.begin) * sizeof *gap->flow);
    for (size_t k = 0; k < e->net->projections; k++)
        for (size_t side = 0; side < 2; side++)
            if (acts_on(&e->projection[k], side, p)) add_flow(&e->projection[k], side, part);
    for (uint32_t i = range.begin; i < range.end; i++)
        if (e->net->single)
            ((float *)gap->current)[i] =
                (float)gap->flow[i] + (injected ? ((const float *)injected)[i] : 0);
        else
            ((double *)gap->current)[i] =
                gap->flow[i] + (injected ? ((const double *)injected)[i] : 0);
    return gap->current;
}

void engine_gap_advanced(const spk_engine *e, engine_population *p, size_t part, size_t n,
                         const uint32_t *fired)
{
    engine_gap *gap = p->gap;
    if (!gap) return;
    for (uint32_t i = p->part[part].begin; i < p->part[part].end; i++)
        gap->slope[i] = potential(e, p, i) - gap->start[i];
    for (size_t k = 0; k < n && !p->spec->model->goes_on; k++)
        gap->slope[fired[k]] = 0;
}

/* ---- ranks ----------------------------------------------------------------------------------- */

/* The units of all parts of rank r, which has as many parts as each. */
static engine_range rank_units(const spk_engine *e, const engine_population *p, size_t r)
{
    const size_t parts = e->last - e->first;
    return (engine_range){p->part[r * parts].begin, p->part[(r + 1) * parts - 1].end};
}

/* How many words the potentials of rank r take; into `to`, or from there, where it is not NULL. */
static size_t pass_potentials(const spk_engine *e, size_t r, uint32_t *to, const uint32_t *from)
{
    size_t words = 0;
    for (size_t k = 0; k < e->net->populations; k++) {
        const engine_population *p = &e->population[k];
        if (!p->gap) continue;
        const engine_range range = rank_units(e, p, r);
        const size_t n = range.end - range.begin, bytes = n * sizeof *p->gap->mid;
        if (to) memcpy(to + words, p->gap->mid + range.begin, bytes);
        if (from) memcpy(p->gap->mid + range.begin, from + words, bytes);
        words += bytes / sizeof *to;
    }
    return words;
}

static int exchange(spk_engine *e, spk_error *err)
{
    const size_t me = (size_t)spk_comm_rank(), words = pass_potentials(e, me, NULL, NULL);
    const uint32_t *all;
    const bool good =
        spk_grow(&e->list, &e->list_capacity, words + 1, sizeof *e->list, "potentials", err) == 0;
    if (good) pass_potentials(e, me, e->list, NULL);
    if (spk_comm_lists(words, good ? e->list : NULL, &all, e->list_start, err)) return -1;
    for (size_t r = 0; r < (size_t)spk_comm_ranks(); r++) {
        const size_t n = e->list_start[r + 1] - e->list_start[r];
        if (n != pass_potentials(e, r, NULL, NULL))
            return spk_fail(err, SPK_BUG, "rank %zu has the potentials of other units", r);
        if (r != me) pass_potentials(e, r, NULL, all + e->list_start[r]);
    }
    return 0;
}

void engine_gap_exchange(spk_engine *e)
{
    spk_error err = {.code = SPK_OK};
    if (exchange(e, &err) == 0) return;
    e->parted = true;
    engine_fail(e, &err);
}
