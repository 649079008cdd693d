/* indexed.h: what the files of the storage `indexed` share: indexed.c (the step) and indexed_state.c
 * (building; weights and state in and out). See indexed.c for the idea. */
#ifndef SPK_ENGINE_INDEXED_H
#define SPK_ENGINE_INDEXED_H

#include "engine/internal.h"

/* Numbers are real unless said. */
typedef struct indexed_part {
    size_t n;         /* synapses */
    uint32_t *row;    /* [sources + 1] where each source's begin */
    uint16_t *target; /* [n] counted from the part's begin, ascending in each row */
    bool common;      /* a row has a target twice */
    void *weight;     /* [n] of the projection's weight type */
    uint32_t *column; /* [targets + 1] where each target's begin, by source, in what follows: */
    void *synapse; /* [n] sources and places: spk_together_short, or spk_together_synapse (wide) */
    size_t targets;
    void *g; /* [padded sources] what is left of spikes; zero where they act in their step only */
    void *current; /* [targets][2] what they get in this step; what changes of weights add to it */
    void *up;      /* [sources] see spk_plasticity_functions */
    void *down;    /* [targets][2] */
    uint8_t *has_trace;   /* [sources] 1 where a postsynaptic spike changes anything, else 0 */
    uint64_t *trace_bits; /* [SPK_TOGETHER_FEW / 64] the same as bits; if there are so few */
    spk_together_synapse *found[2]; /* scratch: [longest column] */
    double *sum;                    /* scratch: [targets] */
} indexed_part;

typedef struct indexed {
    size_t parts, bytes; /* of a weight */
    uint32_t back;       /* steps from a spike to its arrival */
    double decay;        /* of g in a step */
    bool wide;           /* sources, or places in rows, need more than 16 bits */
    int modulator[2]; /* populations whose value nu_pre and nu_post are multiplied by; -1: none */
    engine_traces traces;
    indexed_part *part;
} indexed;

/* indexed_state.c */
int indexed_build(spk_engine *e, engine_projection *p, spk_error *err);
void indexed_free(engine_projection *p);
uint64_t indexed_row_length(const engine_projection *p, uint32_t source);
void indexed_columns(const engine_projection *p, uint32_t source, uint32_t *column);
void indexed_get_row(const engine_projection *p, uint32_t source, void *weight);
void indexed_set_row(engine_projection *p, uint32_t source, const void *weight);
uint64_t indexed_part_length(const engine_projection *p, uint32_t source, size_t part);
int indexed_state_bytes(const spk_engine *e, const engine_projection *p, size_t *bytes,
                        spk_error *err);
int indexed_save(const spk_engine *e, const engine_projection *p, void *state, spk_error *err);
int indexed_restore(spk_engine *e, engine_projection *p, const void *state, size_t bytes,
                    spk_error *err);

#endif
