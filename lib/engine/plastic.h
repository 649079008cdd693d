/* plastic.h: what the files of the storage `plastic` share: plastic.c (the step), plastic_build.c
 * (who is connected), plastic_state.c (weights and state in and out). See plastic.c for the idea.
 *
 * Times are stamps: a spike of step t has stamp t + 1, as in NEST, so that 0 is before all. */
#ifndef SPK_ENGINE_PLASTIC_H
#define SPK_ENGINE_PLASTIC_H

#include "engine/internal.h"

/* A postsynaptic spike, and the traces after it. */
typedef struct plastic_spike {
    uint64_t at;
    double trace, slow;
} plastic_spike;

enum { PLASTIC_RECENT = 19 };

/* A target's spikes that a synapse may still ask for, oldest first. Most ask for the last few only:
 * their times stand here, too, so that a synapse touches two lines of memory. */
typedef struct plastic_target {
    plastic_spike last; /* the newest; at 0: none */
    double before;      /* the trace after the one before */
    plastic_spike *spike;
    uint32_t spikes, capacity;
    uint32_t recents;
    uint32_t
        recent[PLASTIC_RECENT]; /* steps from each of the last ones to the newest, which is first */
} plastic_target;

typedef struct plastic_source {
    uint64_t last;  /* stamp of its last spike */
    uint64_t until; /* postsynaptic spikes that reached its synapses by then have been replayed */
    double plus, slow; /* its traces after the last spike */
} plastic_source;

/* Synapses of one source with one delay, by target. */
typedef struct plastic_run {
    uint32_t delay, end; /* of the run's synapses, counted from the part's first */
} plastic_run;

typedef struct plastic_part {
    size_t n, runs;
    uint16_t *target; /* [n] counted from the part's begin */
    plastic_run *run;
    uint32_t *first;  /* [sources + 1] where each source's runs begin */
    size_t histories; /* targets of the part */
    /* Of this rank's parts only: */
    void *weight; /* [n] its size */
    void *plus;   /* [n] of SPK_NEAREST_PRE_CENTERED: the synapse's presynaptic trace */
    plastic_source *source;
    plastic_target *history; /* [targets of the part] */
    double *factor;          /* scratch: [targets of the part] */
} plastic_part;

enum { PLASTIC_TABLE = 2048 };

/* exp(-rate * steps), of which the first are in a table. */
typedef struct plastic_decay {
    double rate, table[PLASTIC_TABLE];
} plastic_decay;

typedef struct plastic {
    size_t parts, bytes; /* of a weight */
    size_t longest;      /* synapses of a source, of all parts */
    double sign;         /* of the weights */
    double deliver;      /* what is added to the input is the weight's size times this */
    int receptor;
    uint64_t memory;  /* steps after which a presynaptic spike pairs with nothing any more */
    uint64_t silence; /* steps after which the synapses of a silent source are brought up to date */
    plastic_part *part;
    plastic_decay *plus, *plus_slow, *minus, *minus_slow; /* the slow ones may be NULL */
    uint64_t *order;                                      /* scratch: [longest] of a row */
} plastic;

static inline size_t plastic_begin(const plastic_part *own, size_t run)
{
    return run == 0 ? 0 : own->run[run - 1].end;
}

/* plastic_build.c */
int plastic_build(spk_engine *e, engine_projection *p, spk_error *err);
void plastic_free(engine_projection *p);

/* plastic.c */
void plastic_start_source(const engine_projection *p, plastic_source *source, uint64_t now);
int plastic_append(plastic_target *h, plastic_spike spike, spk_error *err);
void plastic_clear(plastic_target *h);
void plastic_settle_part(engine_projection *p, size_t part, uint64_t now);

/* plastic_state.c */
uint64_t plastic_part_length(const engine_projection *p, uint32_t source, size_t part);
uint64_t plastic_row_length(const engine_projection *p, uint32_t source);
void plastic_columns(const engine_projection *p, uint32_t source, uint32_t *column);
void plastic_get_row(const engine_projection *p, uint32_t source, void *weight);
void plastic_set_row(engine_projection *p, uint32_t source, const void *weight);
int plastic_state_bytes(const spk_engine *e, const engine_projection *p, size_t *bytes,
                        spk_error *err);
int plastic_save(const spk_engine *e, const engine_projection *p, void *state, spk_error *err);
int plastic_restore(spk_engine *e, engine_projection *p, const void *state, size_t bytes,
                    spk_error *err);

#endif
