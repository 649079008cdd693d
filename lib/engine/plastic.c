/* plastic.c: plastic synapses, listed by source for each part; rules with an archive.
 *
 * As in NEST, a weight is looked at only when its source fires. All of the delay d lies behind the
 * synapse, so that what its target did up to step t - d is known then: the target's spikes since
 * the source's last one are replayed from an archive, the presynaptic spike changes the weight, and
 * the weight is sent, to arrive d steps later. There is no list of a target's synapses.
 *
 * A target's spike stays in the archive as long as some source has not asked for it. A source that
 * is silent for long has its synapses brought up to date, after which it waits for nothing; so the
 * archive is bounded. When that happens depends on the source's spikes and the number of the step
 * alone, and so do the bytes of weights that are rounded to float. */
#include "engine/plastic.h"

#include "base/memory.h"
#include "math/math.h"
#include "plasticity/kernel.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK = 64,   /* synapses that a rule sees at a time */
    EVENTS = 256, /* and postsynaptic spikes */
    TIDY = 1024   /* steps from one look for what the archive can forget to the next */
};

static double decayed(const plastic_decay *d, uint64_t steps)
{
    return steps < PLASTIC_TABLE ? d->table[steps] : spk_exp(-d->rate * (double)steps);
}

/* ---- the two sides' traces ------------------------------------------------------------------- */

/* In the nearest pairings each spike counts as one, and so does, as in NEST, the beginning. */
static bool counts_one(const engine_projection *p)
{
    const spk_pairing pairing = p->rule.archive.pairing;
    return pairing == SPK_NEAREST_SYMMETRIC || pairing == SPK_NEAREST_RESTRICTED ||
           pairing == SPK_NEAREST_SPINNAKER;
}

static bool is_first_only(const engine_projection *p)
{
    const spk_pairing pairing = p->rule.archive.pairing;
    return pairing == SPK_NEAREST_RESTRICTED || pairing == SPK_NEAREST_PRE_CENTERED;
}

static bool is_spinnaker(const engine_projection *p)
{
    return p->rule.archive.pairing == SPK_NEAREST_SPINNAKER;
}

void plastic_start_source(const engine_projection *p, plastic_source *source, uint64_t now)
{
    const plastic *s = p->data;
    *source = (plastic_source){.last = now,
                               .until = now,
                               .plus = counts_one(p) ? 1 : p->rule.archive.plus,
                               .slow = p->rule.archive.plus_slow};
    if (source->plus == 0) source->until = now + s->memory;
}

static void presynaptic_spike(const engine_projection *p, plastic_source *source, uint64_t now)
{
    const plastic *s = p->data;
    const uint64_t gap = now - source->last;
    source->plus = counts_one(p) ? 1 : source->plus * decayed(s->plus, gap) + 1;
    if (s->plus_slow) source->slow = source->slow * decayed(s->plus_slow, gap) + 1;
    source->last = source->until = now;
}

/* The newest comes first; one that is too long ago is left to the list, as all before it. */
static void note_recent(plastic_target *h, uint64_t gap)
{
    uint32_t kept = 0;
    while (kept < h->recents && kept + 1 < PLASTIC_RECENT && gap + h->recent[kept] <= UINT32_MAX)
        kept++;
    for (uint32_t k = kept; k > 0; k--)
        h->recent[k] = (uint32_t)(gap + h->recent[k - 1]);
    h->recent[0] = 0;
    h->recents = kept + 1;
}

int plastic_append(plastic_target *h, plastic_spike spike, spk_error *err)
{
    size_t capacity = h->capacity;
    if (h->spikes == UINT32_MAX / 2) return spk_fail(err, SPK_LIMIT, "too many spikes to remember");
    if (spk_grow(&h->spike, &capacity, h->spikes + 1, sizeof *h->spike, "spikes", err)) return -1;
    h->capacity = (uint32_t)capacity;
    note_recent(h, spike.at - h->last.at);
    h->before = h->last.trace;
    h->spike[h->spikes++] = h->last = spike;
    return 0;
}

void plastic_clear(plastic_target *h)
{
    h->spikes = h->recents = 0;
    h->last = (plastic_spike){0};
}

static int postsynaptic_spike(const engine_projection *p, plastic_target *h, uint64_t now,
                              spk_error *err)
{
    const plastic *s = p->data;
    const plastic_spike *before = &h->last;
    plastic_spike spike = {.at = now, .trace = 1, .slow = 1};
    if (before->at > 0) {
        spike.trace += before->trace * decayed(s->minus, now - before->at);
        if (s->minus_slow) spike.slow += before->slow * decayed(s->minus_slow, now - before->at);
    }
    return plastic_append(h, spike, err);
}

/* ---- replaying ------------------------------------------------------------------------------- */

/* Synapses of one run that a rule sees together, and what they meet. */
typedef struct block {
    size_t n;
    double weight[BLOCK], post[BLOCK];
    bool met[BLOCK]; /* a postsynaptic spike since the last presynaptic one */
    size_t events;
    uint8_t at[EVENTS];
    double pre[EVENTS], slow[EVENTS];
} block;

static void flush(const engine_projection *p, block *b)
{
    const spk_archive_kernel *rule = p->spec->rule->kernel->archive;
    if (b->events > 0) rule->post(&p->rule.archive, b->events, b->at, b->pre, b->slow, b->weight);
    b->events = 0;
}

/* A postsynaptic spike reached synapse i of the block at `at`; slow: the target's slow trace before. */
static void meet(const engine_projection *p, block *b, size_t i, uint64_t at, double slow,
                 const plastic_source *source, double plus)
{
    const plastic *s = p->data;
    const uint64_t age = at - source->last;
    if (age > s->memory || at <= source->until) return;
    if (b->events == EVENTS) flush(p, b);
    b->at[b->events] = (uint8_t)i;
    b->pre[b->events] = plus * decayed(s->plus, age);
    b->slow[b->events++] = slow;
}

/* The spikes [0, end) of h have reached synapse i: those since the source's last one are replayed.
 * `plus` is the presynaptic trace after that. */
static void replay(const engine_projection *p, block *b, size_t i, const plastic_target *h,
                   size_t end, uint32_t delay, const plastic_source *source, double plus)
{
    size_t k = end;
    while (k > 0 && h->spike[k - 1].at + delay > source->last)
        k--;
    if (is_first_only(p) && end > k) end = k + 1;
    const size_t first = k;
    for (; k < end; k++) {
        if (is_spinnaker(p) && k > first && h->spike[k - 1].at > source->last) return;
        meet(p, b, i, h->spike[k].at + delay, h->spike[k].slow - 1, source, plus);
    }
}

/* A target's trace, so many steps after the spike that has left it as it was then. */
static double trace_of(const engine_projection *p, double trace, uint64_t steps)
{
    const plastic *s = p->data;
    const bool nearest = p->rule.archive.pairing != SPK_ALL_PAIRS;
    return (nearest ? 1 : trace) * decayed(s->minus, steps);
}

static bool has_replayed_all(const plastic *s, const plastic_source *source)
{
    return source->until - source->last >= s->memory;
}

/* Synapse i of the block at `now`: its postsynaptic trace, and what is to be replayed; from the list
 * of all spikes. */
static void look_far_back(const engine_projection *p, block *b, size_t i, const plastic_target *h,
                          uint32_t delay, const plastic_source *source, double plus, uint64_t now)
{
    const plastic *s = p->data;
    size_t end = h->spikes;
    while (end > 0 && h->spike[end - 1].at + delay > now)
        end--;
    if (end == 0) return;
    b->met[i] = h->spike[end - 1].at + delay > source->last;
    if (b->met[i] && !has_replayed_all(s, source)) replay(p, b, i, h, end, delay, source, plus);
    const bool unseen = h->spike[end - 1].at + delay == now && !p->rule.archive.coincident;
    const size_t before = unseen ? end - 1 : end;
    if (before == 0) return;
    const plastic_spike *spike = &h->spike[before - 1];
    b->post[i] = trace_of(p, spike->trace, now - delay - spike->at);
}

/* The same from the recent spikes, of which `newest` is the first to reach the synapse, if they say
 * enough. */
static bool look_near_back(const engine_projection *p, block *b, size_t i, const plastic_target *h,
                           uint64_t newest, const plastic_source *source, double plus, uint64_t now)
{
    const uint32_t known = h->recents < h->spikes ? h->recents : h->spikes;
    uint32_t end = 0; /* those before have not arrived */
    while (end < known && newest - h->recent[end] > now)
        end++;
    const bool unseen =
        end < known && newest - h->recent[end] == now && !p->rule.archive.coincident;
    const uint32_t before = end + unseen;
    if (before >= 2 || before >= known) return false;
    uint32_t k = end;
    while (k < known && newest - h->recent[k] > source->last)
        k++;
    if (k == known && known < h->spikes) return false;
    b->met[i] = k > end;
    if (b->met[i] && !has_replayed_all(p->data, source)) {
        if (p->rule.archive.slow || is_spinnaker(p)) return false;
        const uint32_t last = is_first_only(p) ? k - 1 : end;
        while (k > last)
            meet(p, b, i, newest - h->recent[--k], 0, source, plus);
    }
    b->post[i] =
        trace_of(p, before == 0 ? h->last.trace : h->before, now - (newest - h->recent[before]));
    return true;
}

static void look_back(const engine_projection *p, block *b, size_t i, const plastic_target *h,
                      uint32_t delay, const plastic_source *source, double plus, uint64_t now)
{
    const uint64_t newest = h->last.at + delay;
    b->post[i] = 0;
    b->met[i] = false;
    if (h->last.at == 0) return;
    if (newest < now && newest <= source->last) /* nothing new */
        b->post[i] = trace_of(p, h->last.trace, now - newest);
    else if (!look_near_back(p, b, i, h, newest, source, plus, now))
        look_far_back(p, b, i, h, delay, source, plus, now);
    if (p->rule.archive.pairing == SPK_NEAREST_RESTRICTED && !b->met[i]) b->post[i] = 0;
}

/* ---- weights --------------------------------------------------------------------------------- */

static double number(const plastic *s, const void *array, size_t i)
{
    return s->bytes == sizeof(float) ? (double)((const float *)array)[i]
                                     : ((const double *)array)[i];
}

static void set_number(const plastic *s, void *array, size_t i, double value)
{
    if (s->bytes == sizeof(float))
        ((float *)array)[i] = (float)value;
    else
        ((double *)array)[i] = value;
}

static void load(const plastic *s, const void *weight, size_t at, block *b)
{
    for (size_t i = 0; i < b->n; i++)
        b->weight[i] = number(s, weight, at + i);
}

/* What is stored is what is sent. */
/* False when one is no finite number. */
static bool store(const plastic *s, void *weight, size_t at, block *b)
{
    double nothing = 0;
    for (size_t i = 0; i < b->n; i++) {
        set_number(s, weight, at + i, b->weight[i]);
        b->weight[i] = number(s, weight, at + i);
        nothing += b->weight[i] * 0;
    }
    return !isnan(nothing);
}

static void diverged(spk_engine *e, const engine_projection *p, size_t source)
{
    spk_error err;
    (void)spk_fail(&err, SPK_NUMERIC,
                   "%s: projections.%s: a weight of source %zu diverged in sample %" PRIu64,
                   e->net->name, p->spec->name, source, e->sample);
    engine_fail(e, &err);
}

static void deliver(const spk_engine *e, const plastic *s, const block *b, const uint16_t *target,
                    void *input)
{
    for (size_t i = 0; i < b->n; i++)
        if (e->net->single)
            ((float *)input)[target[i]] += (float)(b->weight[i] * s->deliver);
        else
            ((double *)input)[target[i]] += b->weight[i] * s->deliver;
}

/* ---- a presynaptic spike --------------------------------------------------------------------- */

/* Of SPK_NEAREST_PRE_CENTERED: a postsynaptic spike makes the synapse forget those before it. */
static void count_since(const plastic *s, void *plus, size_t at, const block *b, double decay)
{
    for (size_t i = 0; i < b->n; i++)
        set_number(s, plus, at + i, (b->met[i] ? 0 : number(s, plus, at + i) * decay) + 1);
}

/* Targets lie anywhere: what is known about them is called for ahead of its use. */
static void fetch(const plastic_part *own, const uint16_t *target, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *history = (const char *)&own->history[target[i]];
        __builtin_prefetch(history);
        __builtin_prefetch(history + 64);
    }
}

static void learn(engine_projection *p, size_t part, size_t source, uint32_t delay, size_t at,
                  block *b, uint64_t now)
{
    const plastic *s = p->data;
    const plastic_part *own = &s->part[part];
    const plastic_source *from = &own->source[source];
    const uint64_t gap = now - from->last;
    const double slow = s->plus_slow ? from->slow * decayed(s->plus_slow, gap) : 0;
    bool *changed = p->changed + p->target->part[part].begin;
    fetch(own, own->target + at, b->n);
    for (size_t i = 0; i < b->n; i++) {
        const double plus = own->plus ? number(s, own->plus, at + i) : from->plus;
        look_back(p, b, i, &own->history[own->target[at + i]], delay, from, plus, now);
        changed[own->target[at + i]] = true;
    }
    flush(p, b);
    p->spec->rule->kernel->archive->pre(&p->rule.archive, b->n, b->post, slow, b->weight);
    if (own->plus) count_since(s, own->plus, at, b, decayed(s->plus, gap));
}

static void send(spk_engine *e, engine_projection *p, size_t part, size_t source, uint64_t t)
{
    const plastic *s = p->data;
    const plastic_part *own = &s->part[part];
    const size_t begin = p->target->part[part].begin;
    block b = {0};
    for (size_t k = own->first[source]; k < own->first[source + 1]; k++) {
        const plastic_run *run = &own->run[k];
        void *row = engine_input_row(e, p->target, s->receptor, part, t, run->delay);
        row = engine_at(row, begin, e->real_bytes);
        for (size_t at = plastic_begin(own, k); at < run->end; at += b.n) {
            b.n = run->end - at < BLOCK ? run->end - at : BLOCK;
            load(s, own->weight, at, &b);
            if (e->learning) {
                learn(p, part, source, run->delay, at, &b, t + 1);
                if (!store(s, own->weight, at, &b)) diverged(e, p, source);
            }
            deliver(e, s, &b, own->target + at, row);
        }
    }
}

/* ---- up to date, without a spike ------------------------------------------------------------- */

/* Replay what has reached the synapses of a source by `now`. */
static void settle(engine_projection *p, size_t part, size_t source, uint64_t now)
{
    const plastic *s = p->data;
    const plastic_part *own = &s->part[part];
    plastic_source *from = &own->source[source];
    bool *changed = p->changed + p->target->part[part].begin;
    block b = {0};
    for (size_t k = own->first[source]; k < own->first[source + 1]; k++) {
        const plastic_run *run = &own->run[k];
        for (size_t at = plastic_begin(own, k); at < run->end; at += b.n) {
            b.n = run->end - at < BLOCK ? run->end - at : BLOCK;
            load(s, own->weight, at, &b);
            for (size_t i = 0; i < b.n; i++) {
                const double plus = own->plus ? number(s, own->plus, at + i) : from->plus;
                const uint16_t target = own->target[at + i];
                look_back(p, &b, i, &own->history[target], run->delay, from, plus, now);
                changed[target] |= b.met[i];
            }
            flush(p, &b);
            (void)store(s, own->weight, at, &b); /* the source's next spike says what is wrong */
        }
    }
    if (from->until < now) from->until = now;
}

void plastic_settle_part(engine_projection *p, size_t part, uint64_t now)
{
    const plastic *s = p->data;
    if (s->part[part].histories == 0) return;
    for (size_t i = 0; i < p->source->size; i++)
        if (!has_replayed_all(s, &s->part[part].source[i])) settle(p, part, i, now);
}

/* Keep what those sources may ask for that fired at `oldest` or later: spikes that reach a synapse
 * after that, and the one before, whose traces go on. */
static void prune(plastic_target *h, uint64_t oldest, uint32_t most_delay)
{
    uint32_t first = 0;
    while (first + 1 < h->spikes && h->spike[first + 1].at + most_delay < oldest)
        first++;
    if (first == 0) return;
    h->spikes -= first;
    memmove(h->spike, h->spike + first, h->spikes * sizeof *h->spike);
}

static void tidy(engine_projection *p, size_t part, uint64_t now)
{
    const plastic *s = p->data;
    const plastic_part *own = &s->part[part];
    uint64_t oldest = now;
    for (size_t i = 0; i < p->source->size; i++) {
        const plastic_source *from = &own->source[i];
        if (has_replayed_all(s, from)) continue;
        if (now - from->last >= s->silence)
            settle(p, part, i, now);
        else if (own->first[i] < own->first[i + 1] && from->last < oldest)
            oldest = from->last;
    }
    for (size_t j = 0; j < own->histories; j++)
        prune(&own->history[j], oldest, p->spec->max_delay);
}

/* ---- a step ---------------------------------------------------------------------------------- */

static void archive_spikes(spk_engine *e, engine_projection *p, size_t part, uint64_t t)
{
    const plastic *s = p->data;
    engine_fired fired = engine_population_fired(e, p->target, t, 0);
    const uint32_t *unit = fired.unit + fired.part[part].begin;
    for (uint32_t i = 0; i < fired.count[part]; i++) {
        spk_error err = {0};
        plastic_target *h = &s->part[part].history[unit[i] - fired.part[part].begin];
        if (postsynaptic_spike(p, h, t + 1, &err)) engine_fail(e, &err);
    }
}

static void step(spk_engine *e, engine_projection *p, size_t part, uint64_t t)
{
    const plastic *s = p->data;
    plastic_part *own = &s->part[part];
    if (own->histories == 0) return;
    if (e->learning) archive_spikes(e, p, part, t);
    engine_fired fired = engine_population_fired(e, p->source, t, 0);
    for (size_t f = 0; f < fired.parts; f++)
        for (uint32_t i = 0; i < fired.count[f]; i++) {
            const uint32_t source = fired.unit[fired.part[f].begin + i];
            send(e, p, part, source, t);
            if (e->learning) presynaptic_spike(p, &own->source[source], t + 1);
        }
    if (e->learning && (t + 1) % TIDY == 0) tidy(p, part, t + 1);
}

/* ---- between samples ------------------------------------------------------------------------- */

static void settle_all(spk_engine *e, engine_projection *p)
{
    for (size_t part = e->first; part < e->last; part++)
        plastic_settle_part(p, part, e->now);
}

/* Traces back to the start, as though the run began now. */
static void forget(spk_engine *e, engine_projection *p)
{
    const plastic *s = p->data;
    for (size_t part = e->first; part < e->last; part++) {
        plastic_part *own = &s->part[part];
        if (own->plus) memset(own->plus, 0, own->n * s->bytes);
        for (size_t i = 0; i < p->source->size; i++)
            plastic_start_source(p, &own->source[i], e->now);
        for (size_t j = 0; j < own->histories; j++)
            plastic_clear(&own->history[j]);
    }
}

/* Sums and products go through the synapses in their order: sources ascending. */
static void normalize(spk_engine *e, engine_projection *p, size_t part)
{
    const plastic *s = p->data;
    const plastic_part *own = &s->part[part];
    const size_t begin = p->target->part[part].begin;
    bool *changed = p->changed + begin;
    double *factor = own->factor;
    plastic_settle_part(p, part, e->now);
    memset(factor, 0, own->histories * sizeof *factor);
    for (size_t k = 0; k < own->n; k++)
        factor[own->target[k]] += number(s, own->weight, k);
    for (size_t j = 0; j < own->histories; j++) {
        factor[j] = changed[j] ? engine_projection_factor(p, begin + j, factor[j]) : 1;
        changed[j] = false;
    }
    for (size_t k = 0; k < own->n; k++)
        set_number(s, own->weight, k, number(s, own->weight, k) * factor[own->target[k]]);
}

const engine_storage engine_plastic = {.build = plastic_build,
                                       .free = plastic_free,
                                       .step = step,
                                       .normalize = normalize,
                                       .get_row = plastic_get_row,
                                       .set_row = plastic_set_row,
                                       .row_length = plastic_row_length,
                                       .part_length = plastic_part_length,
                                       .columns = plastic_columns,
                                       .settle = settle_all,
                                       .forget = forget,
                                       .state_bytes = plastic_state_bytes,
                                       .save = plastic_save,
                                       .restore = plastic_restore};
