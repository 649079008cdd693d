/* rows.h: static synapses of one source onto one part's targets, packed: a row; and how the spikes of
 * a step go through the rows of those that fired.
 *
 * sparse.c and shortterm.c keep rows, procedural.c makes them anew for each spike; all deliver them here. The
 * synapses of a row lie in order of (key, target, place in which they were drawn); a key is a
 * receptor and a delay. A row is
 *   n, runs       two 32-bit numbers
 *   weight[n]     f32 or f64; none where one weight holds for all
 *   target[n]     16 bits, counted from the part's first unit
 *   run[runs][2]  bytes {step, count}: `count` synapses with the key that lies `step` behind that of
 *                 the run before (of the first: behind key 0); a count of 0 only steps, and a step
 *                 of 0 goes on with the same key. Where there is one key there are no runs.
 * and filled up to a multiple of 8 bytes. */
#ifndef SPK_ENGINE_ROWS_H
#define SPK_ENGINE_ROWS_H

#include "engine/internal.h"
#include "network/connect.h"

typedef struct engine_row {
    uint32_t n, runs;
} engine_row;

/* What all rows of a projection have in common. */
typedef struct engine_shape {
    uint32_t delays, min_delay; /* steps: min_delay + 0 .. delays - 1 */
    uint32_t keys;              /* receptors that may be met x delays */
    int receptor;               /* that of the first keys */
    bool positive;              /* weights onto the second receptor lose their sign */
    size_t weight_bytes;        /* 0: all have `same` */
    double same;                /* rounded to its type; without its sign where that is lost */
    unsigned lines;             /* cache lines of a row, about, that are worth asking for early */
    bool kept;                  /* rows stay where they are */
    bool once;                  /* no target comes twice in a row */
    double times[ENGINE_TIMES]; /* number x same, rounded to the precision of the network */
    bool straight;              /* what is delivered arrives at once */
} engine_shape;

engine_shape engine_shape_of(const engine_projection *p);

/* The key of the i-th of some synapses. */
static inline uint32_t engine_key(const engine_shape *s, const spk_synapses *drawn, size_t i)
{
    uint32_t key = s->delays > 1 ? drawn->delay[i] - s->min_delay : 0;
    return s->keys > s->delays && drawn->weight[i] < 0 ? key + s->delays : key;
}

/* The bytes of a row with so many synapses of each key: the sums of `sets` lists, each `stride` behind
 * the one before. */
size_t engine_row_bytes(const engine_shape *s, const uint32_t *count, size_t sets, size_t stride);

/* Write such a row's head and runs. Each count turns into the place of its first synapse in the row:
 * those of the first list come first. */
void engine_row_begin(const engine_shape *s, uint32_t *count, size_t sets, size_t stride,
                      engine_row *row);

static inline uint16_t *engine_row_targets(const engine_shape *s, const engine_row *row)
{
    return engine_at(row + 1, row->n, s->weight_bytes);
}

/* Put the i-th of some synapses in its place. */
static inline void engine_row_put(const engine_shape *s, engine_row *row, uint16_t *targets,
                                  uint32_t place, uint32_t target, const spk_synapses *drawn,
                                  size_t i)
{
    targets[place] = (uint16_t)target;
    if (s->weight_bytes == 0) return;
    void *at = engine_at(row + 1, place, s->weight_bytes);
    double weight = drawn->weight[i];
    if (s->positive && weight < 0) weight = -weight;
    if (s->weight_bytes == sizeof(float))
        *(float *)at = (float)weight;
    else
        *(double *)at = weight;
}

/* Draw an owner's synapses: their ends, and of weights and delays what the shape asks for. */
int engine_row_draw(const spk_engine *e, const engine_projection *p, const engine_shape *s,
                    uint32_t owner, spk_synapses *drawn, spk_error *err);
/* The first synapse from `begin` on, of those drawn by source, whose target is not below `target`. */
size_t engine_row_end(const spk_synapses *drawn, size_t begin, uint32_t target);
/* Count the synapses begin .. end of what was drawn by source; `count` has a number for each key, and
 * is zero. */
void engine_row_count(const engine_shape *s, const spk_synapses *drawn, size_t begin, size_t end,
                      uint32_t *count);
/* The row of them, onto targets counted from `first`, into the room that engine_row_bytes() tells;
 * `count` is zero again. */
void engine_row_fill(const engine_shape *s, const spk_synapses *drawn, size_t begin, size_t end,
                     uint32_t first, uint32_t *count, engine_row *row);

/* ---- rows that are kept ---- */

typedef struct engine_rows {
    engine_shape shape;
    size_t parts, workers;
    engine_row ***row; /* [part][source]; NULL: has no synapses there, or is another rank's */
    struct engine_arena *arena;
} engine_rows;

/* Draw all synapses of a projection into `rows`, which is zero before; to free in any case. */
int engine_rows_build(const spk_engine *e, const engine_projection *p, engine_rows *rows,
                      spk_error *err);
void engine_rows_free(engine_rows *rows);

/* ---- a step ---- */

/* Room for the rows of so many spikes. -1: memory was short, and the engine has failed. */
int engine_tally_reserve(spk_engine *e, engine_tally *tally, size_t rows);
/* Deliver what the sources of e->tally[part].row[rows], in ascending order, send in step t, in which `spikes`
 * of the projection's sources fire. */
void engine_rows_deliver(spk_engine *e, engine_projection *p, const engine_shape *s, size_t part,
                         uint64_t t, size_t spikes, size_t rows);
/* Deliver one row, its weights times `factor`, each product rounded once. */
void engine_row_deliver_scaled(spk_engine *e, engine_projection *p, const engine_shape *s,
                               size_t part, uint64_t t, const engine_row *row, double factor);

#endif
