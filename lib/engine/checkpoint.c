/* checkpoint.c: the engine's state between two runs as bytes, and back: between samples, or in the
 * middle of a presentation. What was recorded is not part of it.
 *
 * Sections follow each other in a fixed order, each headed by its size, so that a state of another
 * network or precision is noticed. Rows and lists are whole populations', whatever the parts, and the
 * ranks: rank 0 writes what all know, and gathers the rest. The bytes are of this machine's order. */
#include "base/memory.h"
#include "engine/comm.h"
#include "engine/internal.h"

#include <stdlib.h>
#include <string.h>

enum { PADDING = 8 }; /* whoever keeps the bytes may fill up to a multiple of this */

typedef struct writing {
    const spk_engine *e;
    unsigned char *bytes;
    size_t n, capacity;
    spk_error *err;
    bool failed;
    bool away; /* rank 0 writes them */
} writing;

typedef struct reading {
    const unsigned char *bytes;
    size_t left;
    const char *name;
    spk_error *err;
    bool failed;
} reading;

/* Room for a section; NULL: there is none, or rank 0 has it. */
static void *put_room(writing *w, size_t n)
{
    uint64_t size = n;
    if (w->away) return NULL;
    if (w->failed ||
        spk_grow(&w->bytes, &w->capacity, w->n + sizeof size + n, 1, "a checkpoint", w->err)) {
        w->failed = true;
        return NULL;
    }
    memcpy(w->bytes + w->n, &size, sizeof size);
    void *room = w->bytes + w->n + sizeof size;
    w->n += sizeof size + n;
    return room;
}

static void put(writing *w, const void *data, size_t n)
{
    void *room = put_room(w, n);
    if (room && n > 0) memcpy(room, data, n);
}

/* A section of what the ranks have, one behind the other. */
static void put_shares(writing *w, const void *mine, size_t bytes)
{
    const void *all;
    size_t n;
    if (w->failed) return;
    w->failed = engine_gather(w->e, bytes, mine, &all, &n, w->err) != 0;
    if (!w->failed && all) put(w, all, n);
}

/* Elements of `width` bytes, one for each unit. */
static void put_units(writing *w, const engine_population *p, const void *array, size_t width)
{
    const engine_range own = engine_units_of(w->e, p, (size_t)spk_comm_rank());
    put_shares(w, engine_at(array, own.begin, width), (own.end - own.begin) * width);
}

static void refuse(reading *r)
{
    if (!r->failed) spk_fail(r->err, SPK_DATA, "%s: is a checkpoint of another network", r->name);
    r->failed = true;
}

/* The next section, which must have `n` bytes (SIZE_MAX: any, given in *size). */
static const void *get_room(reading *r, size_t n, size_t *size)
{
    uint64_t found = 0;
    bool fits = !r->failed && r->left >= sizeof found;
    if (fits) {
        memcpy(&found, r->bytes, sizeof found);
        fits = found <= r->left - sizeof found && (n == SIZE_MAX || found == n);
    }
    if (!fits) {
        refuse(r);
        return NULL;
    }
    const void *data = r->bytes + sizeof found;
    r->bytes += sizeof found + found;
    r->left -= sizeof found + found;
    if (size) *size = found;
    return data;
}

static void get(reading *r, void *data, size_t n)
{
    const void *from = get_room(r, n, NULL);
    if (from && n > 0) memcpy(data, from, n);
}

/* ---- populations ----------------------------------------------------------------------------- */

/* The list of the last step whose number modulo `steps` is k. NOWHERE: there was none. */
static const uint64_t NOWHERE = UINT64_MAX;

static uint64_t slot_of(const spk_engine *e, const engine_population *p, uint32_t steps, uint32_t k)
{
    const uint64_t back = 1 + (e->now % steps + 2 * (uint64_t)steps - 1 - k) % steps;
    return back <= e->now ? spk_ring_slot(e->now - back, p->history) : NOWHERE;
}

/* A step's spikes, as one list. */
static void put_fired(writing *w, const spk_engine *e, const engine_population *p, uint64_t slot)
{
    if (slot == NOWHERE) {
        put_room(w, 0);
        return;
    }
    const uint32_t *count = p->count + slot * e->parts;
    size_t n = 0;
    for (size_t part = 0; part < e->parts; part++)
        n += count[part];
    unsigned char *to = put_room(w, n * sizeof *p->fired);
    for (size_t part = 0; to && part < e->parts; part++) {
        if (count[part] > 0)
            memcpy(to, p->fired + slot * p->padded + p->part[part].begin,
                   count[part] * sizeof *p->fired);
        to += count[part] * sizeof *p->fired;
    }
}

static void get_fired(reading *r, const spk_engine *e, engine_population *p, uint64_t slot)
{
    size_t bytes = 0;
    const unsigned char *from = get_room(r, SIZE_MAX, &bytes);
    if (slot == NOWHERE) {
        if (bytes > 0) refuse(r);
        return;
    }
    uint32_t *count = p->count + slot * e->parts;
    size_t part = 0;
    uint32_t before = 0;
    for (size_t i = 0; from && !r->failed && i < bytes / sizeof(uint32_t); i++) {
        uint32_t unit;
        memcpy(&unit, from + i * sizeof unit, sizeof unit);
        if (unit >= p->size || (i > 0 && unit <= before)) {
            refuse(r);
            return;
        }
        before = unit;
        while (part + 1 < e->parts && unit >= p->part[part].end)
            part++;
        p->fired[slot * p->padded + p->part[part].begin + count[part]++] = unit;
    }
}

static void put_source(writing *w, const engine_source *s)
{
    void *room = put_room(w, engine_source_state_bytes(s));
    if (room) engine_source_save(s, room);
}

static void get_source(reading *r, engine_population *p)
{
    size_t bytes = 0;
    const void *from = get_room(r, SIZE_MAX, &bytes);
    if (from && !engine_source_restore(p->source, p->size, from, bytes)) refuse(r);
}

static void put_population(writing *w, const spk_engine *e, const engine_population *p)
{
    const uint32_t steps = engine_population_remembers(e, p);
    for (uint32_t k = 0; k < steps; k++)
        put_fired(w, e, p, slot_of(e, p, steps, k));
    if (p->source) put_source(w, p->source);
    if (!p->kernel) return;
    for (size_t k = 0; k < p->states; k++)
        put_units(w, p, p->slice.state[k], e->real_bytes);
    put_units(w, p, p->slice.refractory, sizeof *p->slice.refractory);
    if (p->theta) put_units(w, p, p->theta, sizeof *p->theta);
    if (p->gap) put_units(w, p, engine_gap_slope(p), sizeof(double));
    for (int receptor = 0; receptor < p->kernel->receptors; receptor++)
        for (uint64_t slot = 0; slot < p->slots; slot++)
            put_units(w, p, engine_at(p->ring[receptor], slot * p->padded, e->real_bytes),
                      e->real_bytes);
}

static void get_population(reading *r, spk_engine *e, engine_population *p)
{
    const uint32_t steps = engine_population_remembers(e, p);
    memset(p->count, 0, p->history * e->parts * sizeof *p->count);
    for (uint32_t k = 0; k < steps; k++)
        get_fired(r, e, p, slot_of(e, p, steps, k));
    if (p->source) get_source(r, p);
    if (!p->kernel) return;
    for (size_t k = 0; k < p->states; k++)
        get(r, p->slice.state[k], p->size * e->real_bytes);
    get(r, p->slice.refractory, p->size * sizeof *p->slice.refractory);
    if (p->theta) get(r, p->theta, p->size * sizeof *p->theta);
    if (p->gap) get(r, engine_gap_slope(p), p->size * sizeof(double));
    for (int receptor = 0; receptor < p->kernel->receptors; receptor++)
        for (uint64_t slot = 0; slot < p->slots; slot++)
            get(r, engine_at(p->ring[receptor], slot * p->padded, e->real_bytes),
                p->size * e->real_bytes);
    /* A row of zeros that counts as filled adds nothing. */
    memset(p->filled, ENGINE_WHOLE, p->slots * (size_t)p->kernel->receptors * e->parts);
    engine_population_thresholds(e, p);
}

/* ---- projections ----------------------------------------------------------------------------- */

static void put_own_state(writing *w, const spk_engine *e, const engine_projection *p)
{
    size_t bytes;
    if (w->failed) return;
    w->failed = p->storage->state_bytes(e, p, &bytes, w->err) != 0;
    void *room = w->failed ? NULL : put_room(w, bytes);
    if (!w->failed) w->failed = p->storage->save(e, p, room, w->err) != 0;
}

/* What every part keeps alike: some bytes for each source, as a part has them that has units, as
 * others do not keep up. */
static void put_alike(writing *w, const spk_engine *e, size_t part, const void *mine, size_t bytes)
{
    put_shares(w, mine, engine_owns(e, part) ? bytes : 0);
}

/* A piece of rows at a time, each a section. */
static void put_rows(writing *w, const spk_engine *e, const engine_projection *p)
{
    enum { PIECE_BYTES = 1 << 20 };
    const size_t width = p->numbers == SPK_DOUBLE ? sizeof(double) : sizeof(float);
    const size_t bytes = p->target->size * width, most = 1 + PIECE_BYTES / (bytes + 1);
    unsigned char *rows = w->failed ? NULL : spk_alloc(most, bytes, "a checkpoint", w->err);
    size_t n;
    w->failed = !rows;
    for (uint32_t i = 0; !w->failed && i < p->source->size; i += (uint32_t)n) {
        n = p->source->size - i < most ? p->source->size - i : most;
        for (size_t k = 0; k < n; k++)
            p->storage->get_row(p, i + (uint32_t)k, rows + k * bytes);
        w->failed = engine_gather_rows(e, p, i, n, width, rows, w->err) != 0;
        for (size_t k = 0; !w->failed && k < n; k++)
            put(w, rows + k * bytes, bytes);
    }
    free(rows);
}

static void put_projection(writing *w, const spk_engine *e, const engine_projection *p)
{
    if (p->rate) put_units(w, p->target, p->rate, sizeof *p->rate);
    if (p->storage->save) {
        put_own_state(w, e, p);
        return;
    }
    size_t part = 0;
    while (p->target->part[part].begin == p->target->part[part].end)
        part++;
    if (p->spec->short_term)
        put_alike(w, e, part, engine_shortterm_state(p, part),
                  p->source->size * sizeof(spk_short_term_state));
    if (!p->storage->traces) return;
    const engine_traces *traces = p->storage->traces(p);
    put_rows(w, e, p);
    put_units(w, p->target, p->changed, sizeof *p->changed);
    put_units(w, p->target, traces->post, e->real_bytes);
    put_units(w, p->target, traces->slow, e->real_bytes);
    for (uint32_t k = 0; k < traces->rows; k++) {
        const void *row = engine_owns(e, part) ? engine_traces_row(e, p, traces, part, k) : NULL;
        put_alike(w, e, part, row, p->source->size * e->real_bytes);
    }
}

static void get_short_term(reading *r, const spk_engine *e, engine_projection *p)
{
    size_t bytes = p->source->size * sizeof(spk_short_term_state);
    const void *from = get_room(r, bytes, NULL);
    for (size_t part = e->first; from && part < e->last; part++)
        memcpy(engine_shortterm_state(p, part), from, bytes);
}

static void get_own_state(reading *r, spk_engine *e, engine_projection *p)
{
    size_t bytes = 0;
    const void *from = get_room(r, SIZE_MAX, &bytes);
    const int status = from ? p->storage->restore(e, p, from, bytes, r->err) : 0;
    if (status > 0) refuse(r);
    if (status < 0) r->failed = true;
}

static void get_projection(reading *r, spk_engine *e, engine_projection *p)
{
    if (p->rate) get(r, p->rate, p->target->size * sizeof *p->rate);
    if (p->storage->restore) {
        get_own_state(r, e, p);
        return;
    }
    if (p->spec->short_term) get_short_term(r, e, p);
    if (!p->storage->traces) return;
    const engine_traces *traces = p->storage->traces(p);
    size_t row = p->target->size * (p->numbers == SPK_DOUBLE ? sizeof(double) : sizeof(float));
    for (uint32_t i = 0; i < p->source->size; i++) {
        const void *from = get_room(r, row, NULL);
        if (from) p->storage->set_row(p, i, from);
    }
    get(r, p->changed, p->target->size * sizeof *p->changed);
    get(r, traces->post, p->target->size * e->real_bytes);
    get(r, traces->slow, p->target->size * e->real_bytes);
    for (uint32_t k = 0; k < traces->rows; k++) {
        size_t bytes = p->source->size * e->real_bytes;
        const void *from = get_room(r, bytes, NULL);
        for (size_t part = e->first; from && part < e->last; part++)
            memcpy(engine_traces_row(e, p, traces, part, k), from, bytes);
    }
}

/* ---- the presentation ------------------------------------------------------------------------ */

static void put_presentation(writing *w, const spk_engine *e)
{
    const uint64_t number[] = {e->now,     e->sample, e->done,    e->began,
                               e->attempt, e->again,  e->counted, (uint32_t)(e->label + 1)};
    put(w, number, sizeof number);
    put(w, e->winner_draws, e->net->populations * sizeof *e->winner_draws);
}

static void get_presentation(reading *r, spk_engine *e)
{
    uint64_t number[8] = {0};
    get(r, number, sizeof number);
    get(r, e->winner_draws, e->net->populations * sizeof *e->winner_draws);
    if (number[3] > number[0] || number[4] > UINT16_MAX || number[5] > 1 ||
        number[7] > (uint64_t)INT32_MAX + 1)
        refuse(r);
    e->now = number[0];
    e->sample = number[1];
    e->done = number[2];
    e->began = number[3];
    e->attempt = (uint32_t)number[4];
    e->again = number[5] == 1;
    e->counted = number[6];
    e->label = (int32_t)((int64_t)number[7] - 1);
}

/* ---- all ------------------------------------------------------------------------------------- */

int spk_engine_save(const spk_engine *e, void **bytes, size_t *size, spk_error *err)
{
    writing w = {.e = e, .err = err, .away = spk_comm_rank() > 0};
    put(&w, e->net->digest, sizeof e->net->digest);
    put(&w, &e->options.network_seed, sizeof e->options.network_seed);
    put(&w, &e->options.input_seed, sizeof e->options.input_seed);
    put_presentation(&w, e);
    for (size_t i = 0; i < e->net->populations; i++)
        put_population(&w, e, &e->population[i]);
    for (size_t k = 0; k < e->net->projections; k++)
        put_projection(&w, e, &e->projection[k]);
    if (w.failed) {
        free(w.bytes);
        return -1;
    }
    *bytes = w.bytes;
    *size = w.n;
    return 0;
}

/* What the state was made with must be what it is restored into. */
static void check_origin(reading *r, const spk_engine *e)
{
    char digest[sizeof e->net->digest] = "";
    uint64_t network_seed = 0, input_seed = 0;
    get(r, digest, sizeof digest);
    get(r, &network_seed, sizeof network_seed);
    get(r, &input_seed, sizeof input_seed);
    if (r->failed) return;
    r->failed = true;
    if (memcmp(digest, e->net->digest, sizeof digest) != 0)
        spk_fail(r->err, SPK_DATA, "%s: was made with another network file or other --set values",
                 r->name);
    else if (network_seed != e->options.network_seed || input_seed != e->options.input_seed)
        spk_fail(r->err, SPK_DATA, "%s: was made with --seed %llu", r->name,
                 (unsigned long long)input_seed);
    else
        r->failed = false;
}

int spk_engine_restore(spk_engine *e, const void *bytes, size_t size, const char *name,
                       spk_error *err)
{
    reading r = {.bytes = bytes, .left = size, .name = name, .err = err};
    check_origin(&r, e);
    get_presentation(&r, e);
    for (size_t i = 0; i < e->net->populations; i++)
        get_population(&r, e, &e->population[i]);
    for (size_t k = 0; k < e->net->projections; k++)
        get_projection(&r, e, &e->projection[k]);
    if (r.left >= PADDING) refuse(&r);
    for (size_t k = 0; k < e->net->projections && !r.failed; k++)
        if (e->projection[k].storage->refresh)
            e->projection[k].storage->refresh(e, &e->projection[k]);
    return r.failed ? -1 : 0;
}
