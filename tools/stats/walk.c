/* walk.c: see walk.h. A population's spikes come in the order of time, but the records of several
 * populations interleave, so each goes through the samples by itself. Samples wait in a queue until
 * all have been there; what belongs to them is complete when the next group of records begins, but
 * for the last one, which may go on. Nothing else is kept of the stream. */
#include "walk.h"

#include "base/memory.h"
#include "base/sorted.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct queued_sample {
    uint64_t number, begin, duration;
    int32_t label;
} queued_sample;

#define EACH_PART(w, k)                                                                            \
    for (size_t k = 0; k < STATS_MOST_PARTS && (w)->method->part[k].statistic; k++)

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* a + b, at most UINT64_MAX. */
static uint64_t after(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* ---- one population --------------------------------------------------------------------------- */

static int begin_sample(const stats_walk *w, stats_population *p, spk_error *err)
{
    const queued_sample *s = &w->queue[p->at++];
    const uint64_t end = after(s->begin, s->duration);
    p->inside = true;
    p->span = (stats_span){.begin = least(after(s->begin, w->from), end),
                           .end = least(after(s->begin, w->until), end),
                           .label = s->label};
    if (p->span.end < p->span.begin) p->span.end = p->span.begin;
    EACH_PART(w, k)
    {
        const statistic *part = w->method->part[k].statistic;
        if (part->begin && part->begin(p->state[k], &p->span, err)) return -1;
    }
    return 0;
}

static int end_sample(const stats_walk *w, stats_population *p, spk_error *err)
{
    p->inside = false;
    EACH_PART(w, k)
    {
        const statistic *part = w->method->part[k].statistic;
        if (part->end && part->end(p->state[k], &p->span, err)) return -1;
    }
    return 0;
}

/* Begin the first `n` samples of the queue, and end those before the last of them. */
static int advance(const stats_walk *w, stats_population *p, size_t n, spk_error *err)
{
    while (p->at < n) {
        if (p->inside && end_sample(w, p, err)) return -1;
        if (begin_sample(w, p, err)) return -1;
    }
    return 0;
}

static int take_spikes(const stats_walk *w, stats_population *p, const spk_spikes *s,
                       spk_error *err)
{
    if (w->sampled)
        while (p->at < w->queued && (p->at == 0 || w->queue[p->at - 1].number < s->sample->number))
            if (advance(w, p, p->at + 1, err)) return -1;
    const size_t first = spk_first_from(s->tick, 0, s->n, p->span.begin);
    const size_t last = spk_first_from(s->tick, first, s->n, p->span.end);
    if (first == last) return 0;
    EACH_PART(w, k)
    if (w->method->part[k].statistic->spikes(p->state[k], last - first, s->tick + first,
                                             s->unit + first, err))
        return -1;
    return 0;
}

/* ---- the stream ------------------------------------------------------------------------------- */

static int queue_sample(stats_walk *w, const spk_sample *s, spk_error *err)
{
    w->sampled = true;
    if (spk_grow(&w->queue, &w->room, w->queued + 1, sizeof *w->queue, "waiting samples", err))
        return -1;
    w->queue[w->queued++] = (queued_sample){s->number, s->begin, s->duration, s->label};
    return 0;
}

/* All that was queued is complete but for the last sample, which all begin. */
static int leave_group(stats_walk *w, spk_error *err)
{
    if (w->queued < 2) return 0;
    for (size_t i = 0; i < w->n; i++) {
        if (advance(w, &w->population[i], w->queued, err)) return -1;
        w->population[i].at = 1;
    }
    w->queue[0] = w->queue[w->queued - 1];
    w->queued = 1;
    return 0;
}

/* A stream without SAMPLE records is one sample, whose end is not known before that of the stream. */
static int begin_implicit(stats_walk *w, stats_population *p, spk_error *err)
{
    if (p->inside) return 0;
    p->inside = true;
    p->span = (stats_span){.begin = w->from, .end = w->until, .open = true, .label = -1};
    EACH_PART(w, k)
    {
        const statistic *part = w->method->part[k].statistic;
        if (part->begin && part->begin(p->state[k], &p->span, err)) return -1;
    }
    return 0;
}

static int take_item(stats_walk *w, const spk_item *item, spk_error *err)
{
    if (item->kind == SPK_KIND_SAMPLE) return queue_sample(w, item->sample, err);
    if (item->kind != SPK_KIND_SPIKES) return 0;
    for (size_t i = 0; i < w->n; i++) {
        stats_population *p = &w->population[i];
        if (p->id != item->id) continue;
        if (!w->sampled && begin_implicit(w, p, err)) return -1;
        w->reach = most(w->reach, item->spikes.tick[item->spikes.n - 1] + 1);
        return take_spikes(w, p, &item->spikes, err);
    }
    return 0;
}

static int finish(stats_walk *w, uint64_t duration, spk_error *err)
{
    for (size_t i = 0; i < w->n; i++) {
        stats_population *p = &w->population[i];
        if (w->sampled ? advance(w, p, w->queued, err) : begin_implicit(w, p, err)) return -1;
        if (!w->sampled) {
            p->span.begin = least(w->from, duration);
            p->span.end = least(w->until, duration);
        }
        if (end_sample(w, p, err)) return -1;
    }
    return 0;
}

static int read_all(stats_walk *w, spk_reader *in, spk_error *err)
{
    spk_item item;
    int more;
    while ((more = spk_reader_next(in, &item, err)) > 0) {
        const uint64_t group = spk_reader_group(in);
        if (group != w->group && leave_group(w, err)) return -1;
        w->group = group;
        if (take_item(w, &item, err)) return -1;
    }
    /* a stream without its end lasts as long as its spikes show */
    return more < 0 ? -1 : finish(w, most(w->reach, spk_reader_duration(in)), err);
}

/* ---- which populations ------------------------------------------------------------------------ */

static bool is_wanted(const stats_walk *w, const spk_channel *c)
{
    const char *wanted = ((const stats_settings *)w->cli->settings)->population;
    return c->type == SPK_CHANNEL_SPIKES && (!wanted || strcmp(c->name, wanted) == 0);
}

static int fail_absent(const spk_cli *cli, spk_reader *in, spk_error *err)
{
    const spk_header *h = spk_reader_header(in);
    const char *wanted = ((const stats_settings *)cli->settings)->population;
    bool any = false;
    for (size_t i = 0; i < h->channels; i++)
        any |= h->channel[i].type == SPK_CHANNEL_SPIKES;
    if (!any && h->arrays)
        return spk_fail(
            err, SPK_DATA,
            "%s: the stream has no spikes, but weights; `spk-stats weights` is for them",
            spk_reader_name(in));
    const spk_channel *none =
        spk_header_choose(h, SPK_CHANNEL_SPIKES, any ? wanted : NULL, spk_reader_name(in), err);
    return none ? spk_fail(err, SPK_BUG, "a population that is there was not found") : -1;
}

static int open_population(const stats_walk *w, stats_population *p, const spk_channel *c,
                           const spk_header *h, spk_error *err)
{
    p->id = c->id;
    p->place = (stats_place){.cli = w->cli,
                             .name = c->name,
                             .units = c->size,
                             .tick = h->tick,
                             .tick_s = spk_rational_value(h->tick),
                             .classes = h->classes};
    EACH_PART(w, k)
    {
        const stats_part *part = &w->method->part[k];
        p->state[k] = spk_alloc(1, part->statistic->size, "a statistic", err);
        if (!p->state[k]) return -1;
        const char *own = w->cli->method_settings;
        if (part->statistic->open(p->state[k], &p->place, own ? own + part->settings : NULL, err))
            return -1;
    }
    return 0;
}

static int open_populations(stats_walk *w, spk_reader *in, spk_error *err)
{
    const spk_header *h = spk_reader_header(in);
    size_t wanted = 0;
    for (size_t i = 0; i < h->channels; i++)
        wanted += is_wanted(w, &h->channel[i]);
    if (wanted == 0) return fail_absent(w->cli, in, err);
    w->population = spk_alloc(wanted, sizeof *w->population, "the populations", err);
    if (!w->population) return -1;
    for (size_t i = 0; i < h->channels; i++)
        if (is_wanted(w, &h->channel[i]) &&
            open_population(w, &w->population[w->n++], &h->channel[i], h, err))
            return -1;
    return 0;
}

static int set_times(stats_walk *w, const spk_header *h, spk_error *err)
{
    const stats_settings *s = w->cli->settings;
    w->until = UINT64_MAX;
    if (s->from.given && stats_ticks(&s->from, "from", h->tick, &w->from, err)) return -1;
    if (s->until.given && stats_ticks(&s->until, "until", h->tick, &w->until, err)) return -1;
    if (w->from < w->until) return 0;
    return spk_fail(err, SPK_USAGE, "--from must be before --until");
}

void *walk_read(const spk_cli *cli, spk_reader *in, spk_error *err)
{
    stats_walk *w = spk_alloc(1, sizeof *w, "the statistics", err);
    if (!w) return NULL;
    w->cli = cli;
    w->method = (const stats_method *)cli->method;
    if (set_times(w, spk_reader_header(in), err) || open_populations(w, in, err) ||
        read_all(w, in, err)) {
        walk_release(w);
        return NULL;
    }
    return w;
}

void walk_release(void *walk)
{
    stats_walk *w = walk;
    if (!w) return;
    for (size_t i = 0; i < w->n; i++)
        EACH_PART(w, k)
        {
            void *state = w->population[i].state[k];
            if (state && w->method->part[k].statistic->close)
                w->method->part[k].statistic->close(state);
            free(state);
        }
    free(w->population);
    free(w->queue);
    free(w);
}

int walk_print(const stats_walk *w, const char *const *columns, walk_rows *put, FILE *out,
               spk_error *err)
{
    const bool json = w->cli->common->format == SPK_JSON_LINES;
    spk_table *table = spk_table_open(out, json, columns, err);
    if (!table) return -1;
    int status = 0;
    for (size_t i = 0; i < w->n && status == 0; i++)
        status = put(w, &w->population[i], table, err);
    spk_error ignored;
    return spk_table_close(table, status ? &ignored : err) || status ? -1 : 0;
}
