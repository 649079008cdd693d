/* short_term.h: synapses whose strength depends on their source's last spikes.
 *
 * What a spike delivers is the weight times a factor, u x: the share u that it uses of the resources
 * x that are there. It is no learning: the weight stays. The state depends on the source's spikes
 * alone, so that all synapses of a source share it, whatever their delays. Equations and sources
 * stand in short_term.c. */
#ifndef SPK_PLASTICITY_SHORT_TERM_H
#define SPK_PLASTICITY_SHORT_TERM_H

#include "neuron/model.h"

/* A source's state as it was at its last spike. */
typedef struct spk_short_term_state {
    double u, x, y; /* used share; recovered and active resources, the inactive are 1 - x - y */
    uint64_t last;  /* steps that were done when it fired last; UINT64_MAX: never */
} spk_short_term_state;

typedef struct spk_short_term_model {
    const char *name;                /* "tsodyks2" */
    const char *help;                /* one line, with the source */
    const spk_parameter *parameters; /* numbers; none per unit */
    /* Put values in place of those that stand for others. NULL, or what is wrong. */
    const char *(*resolve)(double *param);
    /* The state at the start, when `now` steps have been done. */
    void (*start)(const double *param, uint64_t now, spk_short_term_state *state);
    /* The source fires in the step that ends when `now` steps of dt_ms are done: its factor. */
    double (*spike)(const double *param, double dt_ms, uint64_t now, spk_short_term_state *state);
    double spike_ns; /* how long that takes: for --estimate */
} spk_short_term_model;

extern const spk_short_term_model *const spk_short_term_models[]; /* NULL-terminated */

#endif
