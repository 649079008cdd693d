/* internal.h: what the files of lib/engine share.
 *
 * The time loop (step.c) runs over populations (population.c, source.c) and projections
 * (projection.c), whose synapses are kept in one of several ways, each a file that ends in one
 * engine_storage:
 *   fixed.c       one weight for all, a simple rule: nothing is stored
 *   sparse.c      static synapses, a packed row for each source (rows.c)
 *   procedural.c  the same, but rows are drawn again for each spike
 *   shortterm.c   with short-term plasticity, listed by source
 *   dense.c       plastic, all to all, one delay: a matrix [source][target]
 *   delayed.c     plastic, all to all, a delay for each synapse: each row sorted by delay
 *   plastic.c     plastic, listed by source; rules with an archive
 *   indexed.c     listed by source and by target: spikes that act for a while; both sides' changes at once
 * and what devices give: drive.c, spikes; current.c, currents (shifts.c: by drawn delays). gap.c has gap
 * junctions: currents, too.
 * teacher.c says when the units of a label fire.
 *
 * Parts: every population is cut into `parts` ranges of units, multiples of SPK_LANES; a thread
 * owns one part of each, or several. Whoever owns a unit makes all sums into it and changes all
 * weights onto it. Threads meet once in a block of steps (interval.c).
 *
 * Ranks (comm.h): each works through its own parts only, the others' units stand still there. It has the
 * synapses onto its own parts, and learns of all spikes once a block (exchange.c).
 */
#ifndef SPK_ENGINE_INTERNAL_H
#define SPK_ENGINE_INTERNAL_H

#include "base/ring.h"
#include "engine/engine.h"
#include "engine/functions.h"
#include "engine/meeting.h"
#include "engine/pace.h"
#include "neuron/kernel.h"
#include "random/random.h"

typedef struct engine_range {
    uint32_t begin, end;
} engine_range;

/* Some units of a part, counted from its begin; one may stand there again. */
typedef struct engine_units {
    const uint16_t *unit;
    size_t n;
} engine_units;

/* What `filled` says of a row: 0, nothing is in it; up to ENGINE_LISTS, so many lists name the units
 * for which there is something; ENGINE_WHOLE, there may be something for all. */
enum { ENGINE_LISTS = 16, ENGINE_WHOLE = UINT8_MAX };

enum { ENGINE_WINDOW = 1 << 30 }; /* a window has so many steps at most */

typedef struct engine_source engine_source;   /* source.c */
typedef struct engine_teacher engine_teacher; /* teacher.c */
typedef struct engine_record engine_record;   /* record.c */
typedef struct engine_gap engine_gap;         /* gap.c */
typedef struct engine_waiting engine_waiting; /* waiting.c */
typedef struct engine_storage engine_storage; /* below */

typedef struct engine_population {
    const spk_population *spec;
    size_t index;
    uint32_t size, padded;
    engine_range *part;    /* of [0, padded) */
    engine_source *source; /* NULL for neurons and devices */

    /* Neurons. Arrays have `padded` elements. */
    const spk_neuron_kernel *kernel;
    spk_neuron_step *step;
    spk_neuron_slice slice;                     /* its arrays, owned here */
    spk_neuron_slice *part_slice;               /* a part's copy, with the input of the step */
    size_t states;                              /* without theta */
    size_t coefficient_length;                  /* padded, or 1 when all units share them */
    double *initial[SPK_MAX_STATES];            /* what reset goes back to */
    double *base_threshold;                     /* V_th */
    double *theta;                              /* what adaptation adds; NULL: not adaptive */
    double theta_factor, theta_plus;            /* in one step; of a spike (learning) */
    double theta_width, theta_pole, theta_most; /* theta_plus_scale; width 0: none */
    engine_teacher *teacher;                    /* NULL: nobody says when they fire */
    uint16_t *awake;              /* a bit for each unit: it is not refractory; or NULL */
    struct engine_waiter *waiter; /* the queues' room */
    engine_waiting *waiting;      /* [part] (waiting.c); NULL: the kernel counts steps itself */
    void *current;                /* real: what devices inject; NULL: there are none */
    engine_gap *gap;              /* NULL: no gap junctions */
    double *value;                /* [history] of a modulator, after each step; or NULL */

    /* Input on its way: for each receptor a ring of rows, one a step. */
    uint32_t slots;
    void *ring[SPK_MAX_RECEPTORS];
    uint8_t *filled;               /* [slot][receptor][part]: what is in the row */
    engine_units *listed;          /* [slot][receptor][part][ENGINE_LISTS]; NULL: rows are short */
    void *late[SPK_MAX_RECEPTORS]; /* of models that place input before the threshold: delay 0 */
    uint8_t *late_filled;          /* [receptor][part] */

    /* Spikes: a ring of lists, one a step; a part writes its own, at its range's begin. */
    uint32_t history;
    uint32_t *fired; /* [slot][padded] */
    uint32_t *count; /* [slot][part] */

    engine_record *record; /* NULL: nothing asked for */
} engine_population;

/* The units that fired in one step, ascending: segments of one list each part. */
typedef struct engine_fired {
    const uint32_t *unit;  /* a part's are at unit + part->begin */
    const uint32_t *count; /* [part] */
    const engine_range *part;
    size_t parts;
} engine_fired;

typedef struct engine_projection {
    const spk_projection *spec;
    size_t index;
    engine_population *source, *target;
    const engine_storage *storage;
    void *data;                      /* the storage's own */
    bool straight;                   /* arriving spikes go into the state (step.c) */
    spk_numbers numbers;             /* types of state and weights */
    spk_rule_constants rule;         /* of a plastic one */
    const spk_rule_functions *learn; /* its kernels */
    bool *changed;                   /* [padded targets] weights may differ since normalisation */
    double *rate;                    /* [padded targets] Hz, of one that is scaled; or NULL */
    double rate_decay, rate_spike;   /* in a step; by a spike */
    char structure[33];
} engine_projection;

/* Of a projection with one weight, of whose sources so many fire in a step: are the weights that meet at a
 * target added one by one? Else number x weight is added at once. Few are not worth counting; as it
 * changes how sums are rounded, nothing but the step's spikes may decide it. */
enum { ENGINE_FEW = 16 };
static inline bool engine_adds_each(const engine_projection *p, size_t spikes)
{
    return p->straight && spikes <= ENGINE_FEW;
}

/* One way to keep synapses. */
struct engine_storage {
    /* Build p->data. */
    int (*build)(spk_engine *e, engine_projection *p, spk_error *err);
    void (*free)(engine_projection *p);
    /* A part's share of step t: deliver what arrives or is sent, learn. Steps come in their order,
     * but other projections', and the units, may have gone on to others of the same block. */
    void (*step)(spk_engine *e, engine_projection *p, size_t part, uint64_t t);
    /* Plastic storages only: rows are whole, [targets], of the projection's weight type. A rank has
     * the weights onto its own units; others' places it leaves as they are, or passes over. */
    void (*set_delays)(spk_engine *e, engine_projection *p, uint32_t source,
                       const uint32_t *delay); /* before the first set_row; NULL: has none */
    void (*refresh)(spk_engine *e, engine_projection *p); /* traces or spikes were set; or NULL */
    void (*normalize)(spk_engine *e, engine_projection *p, size_t part);
    void (*get_row)(const engine_projection *p, uint32_t source, void *weight);
    void (*set_row)(engine_projection *p, uint32_t source, const void *weight);
    struct engine_traces *(*traces)(const engine_projection *p);
    /* Plastic storages that list their synapses: get_row and set_row have row_length() numbers, by
     * (target, delay, order of drawing), of which part_length() are onto a part. They keep their state
     * themselves. */
    uint64_t (*row_length)(const engine_projection *p, uint32_t source);
    uint64_t (*part_length)(const engine_projection *p, uint32_t source, size_t part);
    void (*columns)(const engine_projection *p, uint32_t source, uint32_t *column);
    void (*settle)(spk_engine *e, engine_projection *p); /* bring weights up to date */
    void (*forget)(spk_engine *e, engine_projection *p); /* traces back to the start */
    void (*still)(spk_engine *e, engine_projection *p);  /* spikes act no longer; or NULL */
    /* Of all ranks, who come here together; `state` is where rank 0 has room, NULL at the others. */
    int (*state_bytes)(const spk_engine *e, const engine_projection *p, size_t *bytes,
                       spk_error *err);
    int (*save)(const spk_engine *e, const engine_projection *p, void *state, spk_error *err);
    /* 1: the state is another projection's. */
    int (*restore)(spk_engine *e, engine_projection *p, const void *state, size_t bytes,
                   spk_error *err);
};

extern const engine_storage engine_fixed, engine_sparse, engine_procedural, engine_shortterm,
    engine_dense, engine_delayed, engine_plastic, engine_indexed, engine_drive, engine_current,
    engine_gap_junctions;

/* What a part's static synapses are delivered with, one projection after the other (rows.c). */
typedef struct engine_tally {
    const struct engine_row **row; /* of this step's spikes */
    struct engine_cursor *cursor;  /* as many */
    size_t rows, cursors;          /* room for so many */
    uint16_t *count; /* [targets of the largest part] what reaches each; zero between uses */
    uint64_t *many;  /* the same, beyond what 16 bits hold */
    size_t pending;  /* at most so many are in one count */
    bool spilled;    /* some are in `many` */
} engine_tally;

/* Steps between two exchanges of spikes (interval.c). */
typedef struct engine_interval {
    uint32_t steps;
    bool immediate;  /* some spikes act in the step in which they are looked at: steps is 1 */
    size_t prompts;  /* projections of devices that deliver when their spikes arrive, */
    size_t *prompt;  /* longest delay first */
    bool *is_prompt; /* [projection] */
} engine_interval;

struct spk_engine {
    const spk_network *net;
    spk_engine_options options;
    const engine_vector_functions *vector;
    const engine_functions *functions;
    const spk_plasticity_functions *plasticity;
    size_t real_bytes; /* 4 or 8 */
    bool learning;
    size_t parts, threads; /* each thread works through its share of this rank's parts */
    size_t first, last;    /* these are first .. last - 1; all, where there is one rank */
    bool fixed;            /* parts are what they are */
    engine_population *population;
    engine_projection *projection;
    engine_tally *tally; /* [part] */
    bool winners;        /* some population chooses one */
    bool gaps;           /* some population has gap junctions */
    engine_interval interval;

    uint64_t now; /* steps done since open() */

    /* The present presentation. */
    uint64_t sample, done; /* its number; steps done in it */
    uint64_t began;        /* the value of `now` at its begin; devices' times count from here */
    uint32_t attempt;
    int32_t label;          /* -1: none */
    bool again;             /* the last one is to be repeated */
    bool resting;           /* input silent, nothing recorded */
    uint64_t counted;       /* spikes of the population that decides on repetition */
    uint32_t *winner_draws; /* [population] draws made in this presentation */
    spk_key *winner_key;    /* [population] */

    engine_pace pace;
    engine_meeting meeting;

    uint32_t *list; /* what this rank tells the others (exchange.c) */
    size_t list_capacity;
    size_t *list_start; /* [ranks + 1] of what it is told */
    bool parted;        /* the exchange has failed: the loop ends */

    bool failed; /* inside the loop; why: */
    spk_error failure;

    size_t arrays;
    spk_engine_array *array;
    void **marked; /* [array] copies for "reset": weights; NULL: not needed */
};

/* population.c */
int engine_population_build(spk_engine *e, engine_population *p, spk_error *err);
void engine_population_free(engine_population *p);
/* Cut into e->parts, without spikes and input, which are to be restored. */
int engine_population_cut(spk_engine *e, engine_population *p, spk_error *err);
void engine_population_reset(spk_engine *e, engine_population *p, bool membranes, bool synapses,
                             bool spikes);
void engine_population_thresholds(spk_engine *e, engine_population *p); /* from theta */
/* Fails where the state of a neuron is not a finite number. */
int engine_population_check(const spk_engine *e, const engine_population *p, spk_error *err);
void engine_population_advance(spk_engine *e, engine_population *p, size_t part, uint64_t t);
/* What arrived in step t goes into the state. */
void engine_population_settle(spk_engine *e, engine_population *p, size_t part, uint64_t t);
/* The row of `receptor` to which a spike of step t adds with `delay`, marked as filled. */
void *engine_input_row(spk_engine *e, engine_population *p, int receptor, size_t part, uint64_t t,
                       uint32_t delay);
/* The same, for what goes to some units only, whose list stays where it is as long as the population
 * is not cut anew. */
void *engine_input_some(spk_engine *e, engine_population *p, int receptor, size_t part, uint64_t t,
                        uint32_t delay, engine_units units);
/* The spikes of step t - back, where t is in the present block, and back no more than is remembered
 * (engine_population_remembers). */
engine_fired engine_population_fired(const spk_engine *e, const engine_population *p, uint64_t t,
                                     uint32_t back);
/* The last steps whose spikes are looked at, and therefore saved. */
uint32_t engine_population_remembers(const spk_engine *e, const engine_population *p);
/* A modulator's value in step t, as it is known to all while spikes of that step are handed on. */
static inline double engine_population_value(const engine_population *p, uint64_t t)
{
    return p->value[spk_ring_slot(t, p->history)];
}
/* The part of a unit. */
size_t engine_part_of(const engine_population *p, size_t parts, uint32_t unit);
/* All of them as one list; `scratch` has room for the population. */
const uint32_t *engine_fired_list(const engine_fired *fired, uint32_t *scratch, size_t *n);

/* waiting.c: of a population whose kernel `holds`; nothing to do for others. */
int engine_waiting_build(spk_engine *e, engine_population *p, spk_error *err);
void engine_waiting_free(engine_population *p);
/* Before a window, whatever state the units are in; and behind it, of a part that has done it. */
void engine_waiting_begin(engine_population *p, size_t parts);
void engine_waiting_end(engine_population *p, size_t part);
/* A step has been done, in which these fired. */
void engine_waiting_step(engine_population *p, size_t part, const uint32_t *fired, size_t n);

/* source.c */
int engine_source_build(spk_engine *e, engine_population *p, spk_error *err);
void engine_source_free(engine_source *s);
void engine_source_begin(spk_engine *e, engine_population *p);
int engine_source_rates(spk_engine *e, engine_population *p, const float *hertz, spk_error *err);
/* Make ready the spikes of the next `steps` steps; those given are of a spike_input, counted from
 * the window's first. */
int engine_source_window(spk_engine *e, engine_population *p, uint64_t steps, size_t spikes,
                         const uint64_t *step, const uint32_t *unit, uint64_t first,
                         spk_error *err);
/* The units that fire at `offset` in the window, ascending. */
const uint32_t *engine_source_units(const engine_source *s, uint64_t offset, size_t *n);
/* Its state between two windows, of a population of `size` units; false: it is another source's. */
size_t engine_source_state_bytes(const engine_source *s);
void engine_source_save(const engine_source *s, void *state);
bool engine_source_restore(engine_source *s, uint32_t size, const void *state, size_t bytes);

/* shifts.c: of a device's projection: its targets, part by part in the places of the part's units, by
 * (delay, unit); all NULL where there is one delay, and targets are in their own order. */
typedef struct engine_shifts {
    uint32_t *delay, *unit; /* [targets] */
} engine_shifts;
/* Places with one delay. */
typedef struct engine_shift {
    uint32_t begin, end, delay;
} engine_shift;

int engine_shifts_build(const spk_engine *e, const engine_projection *p, engine_shifts *shifts,
                        spk_error *err);
void engine_shifts_free(engine_shifts *shifts);
/* Those from place `begin` on that have the same delay; none (end == begin) at the part's end. */
engine_shift engine_shift_at(const engine_shifts *shifts, const engine_projection *p, size_t part,
                             uint32_t begin);
/* teacher.c: of populations that are taught, in an engine that learns (p->teacher). */
int engine_teacher_build(spk_engine *e, engine_population *p, spk_error *err);
void engine_teacher_free(engine_teacher *teacher);
/* Those of a part's units that it lets fire in step t; returns how many. */
size_t engine_teacher_fires(const spk_engine *e, const engine_population *p, size_t part,
                            uint64_t t, uint32_t *spikes);

/* current.c: what is injected into a part's units in step t; NULL: nothing. */
const void *engine_population_current(spk_engine *e, engine_population *p, size_t part, uint64_t t);

/* gap.c: of populations with gap junctions (p->gap). */
int engine_gap_build(spk_engine *e, engine_population *p, spk_error *err);
void engine_gap_free(engine_gap *gap);
/* Once all projections are built: fails where a unit's junctions are too strong for dt. */
int engine_gap_check(const spk_engine *e, spk_error *err);
/* [padded] what the last step added to V_m: their state. */
double *engine_gap_slope(const engine_population *p);
/* A step begins: a part's potentials for all to see; then, of engines over several ranks, by one thread,
 * those of all ranks. Failures of other ranks are this one's, too. */
void engine_gap_share(spk_engine *e, size_t part);
void engine_gap_exchange(spk_engine *e);
/* All have met: what flows into a part's units, with what devices inject, which may be NULL. */
const void *engine_gap_current(spk_engine *e, engine_population *p, size_t part,
                               const void *injected);
/* Its units have advanced, and n of them fired. */
void engine_gap_advanced(const spk_engine *e, engine_population *p, size_t part, size_t n,
                         const uint32_t *fired);

/* projection.c */
int engine_projections_build(spk_engine *e, spk_error *err); /* all, as the file says */
void engine_projections_free(spk_engine *e);
/* By what a target's weights are multiplied before a presentation, whose sum this is: what brings the
 * sum to what the file says, 1 where there is none; or what scales them. */
double engine_projection_factor(const engine_projection *p, size_t target, double sum);
/* How many numbers a source's row of a plastic projection has; of these, those onto one part. */
uint64_t engine_row_values(const engine_projection *p, uint32_t source);
uint64_t engine_part_values(const engine_projection *p, uint32_t source, size_t part);
/* What `changed` is after normalisation: a target's weights can change without a spike of its own
 * as long as it has a trace. */
void engine_projection_normalized(const spk_engine *e, engine_projection *p, uint32_t target);
/* How far back (in steps) a projection reads its source's and its target's spikes. */
uint32_t engine_projection_source_history(const spk_engine *e, const spk_projection *p);
uint32_t engine_projection_target_history(const spk_projection *p);
/* A constant weight, rounded to its type; as its receptor takes it. */
double engine_rounded_weight(const spk_projection *p);
double engine_constant_weight(const engine_projection *p, int *receptor);

/* scaling.c: of projections that are scaled (p->rate); building does nothing for others. */
int engine_scaling_build(const spk_engine *e, engine_projection *p, spk_error *err);
/* Rates to the target, where they begin. */
void engine_scaling_reset(engine_projection *p);
/* A part's targets have fired in step t. */
void engine_scaling_step(const spk_engine *e, engine_projection *p, size_t part, uint64_t t);
double engine_scaling_factor(const engine_projection *p, size_t target, double sum);

/* shortterm.c: of projections with short-term plasticity. */
void engine_shortterm_reset(const spk_engine *e, engine_projection *p);
/* [sources]; each part that has targets keeps the whole. */
spk_short_term_state *engine_shortterm_state(const engine_projection *p, size_t part);

/* record.c */
int engine_record_build(spk_engine *e, engine_population *p, spk_error *err);
void engine_record_free(engine_record *r);
void engine_record_forget(engine_record *r);
/* Room for the values that `steps` further steps record. */
int engine_record_reserve(spk_engine *e, engine_population *p, uint64_t steps, spk_error *err);
/* In step t: spikes of all parts; values of one part's units. */
int engine_record_spikes(spk_engine *e, engine_population *p, uint64_t t, spk_error *err);
void engine_record_traces(spk_engine *e, engine_population *p, size_t part, uint64_t t);
/* Values that other ranks recorded in `steps`, to rank 0. */
int engine_record_collect(spk_engine *e, engine_population *p, uint64_t steps, spk_error *err);
/* `steps` have been recorded. */
void engine_record_advance(spk_engine *e, engine_population *p, uint64_t steps);

/* traces.c: the traces of a plastic projection. */
typedef struct engine_part_traces { /* what one part keeps for itself */
    void *pre;       /* [rows][padded sources]; every part has the whole, computed alike */
    uint32_t *awake; /* the part's targets (from its begin) with a trace, in no order */
    size_t awakes;
    bool *is_awake;    /* [targets of the part] */
    uint32_t *source;  /* scratch: [sources] */
    void *weight, *at; /* scratch: [sources] weights, and traces at their synapses */
    void **weight_at;  /* scratch: [sources] where weights lie */
    void **row;        /* scratch: [sources] */
} engine_part_traces;

typedef struct engine_traces {
    uint32_t rows; /* presynaptic traces of so many steps are kept */
    size_t parts;
    void *post, *slow;        /* [padded targets] */
    engine_part_traces *part; /* other ranks' are empty */
} engine_traces;

int engine_traces_build(spk_engine *e, const engine_projection *p, uint32_t rows,
                        engine_traces *traces, spk_error *err);
void engine_traces_free(engine_traces *traces);
void engine_traces_reset(const spk_engine *e, const engine_projection *p, engine_traces *traces);
/* After traces were set: who is awake. */
void engine_traces_find_awake(const spk_engine *e, const engine_projection *p,
                              engine_traces *traces);
/* The presynaptic traces of step t, as a part keeps them. */
void *engine_traces_row(const spk_engine *e, const engine_projection *p,
                        const engine_traces *traces, size_t part, uint64_t t);
/* One step's decay, then the marks of the sources that fired. */
void engine_traces_pre(spk_engine *e, engine_projection *p, engine_traces *traces, size_t part,
                       uint64_t t, engine_fired fired);
/* The same in two steps. */
void engine_traces_pre_decay(spk_engine *e, engine_projection *p, engine_traces *traces,
                             size_t part, uint64_t t);
void engine_traces_pre_mark(spk_engine *e, engine_projection *p, engine_traces *traces, size_t part,
                            uint64_t t, engine_fired fired);
/* One step's decay of the part's postsynaptic traces, which only those awake have; the marks of
 * those that fired. */
void engine_traces_decay(spk_engine *e, engine_projection *p, engine_traces *traces, size_t part);
void engine_traces_mark(spk_engine *e, engine_projection *p, engine_traces *traces, size_t part,
                        engine_fired fired);
/* One target's postsynaptic traces. */
double engine_traces_post(const spk_engine *e, const engine_traces *traces, uint32_t target);
double engine_traces_slow(const spk_engine *e, const engine_traces *traces, uint32_t target);

/* interval.c */
int engine_interval_find(spk_engine *e, spk_error *err); /* before anything is built */
void engine_interval_free(spk_engine *e);
/* What devices sent a part in this window, before `end`, and is to be added in step t: before the
 * units advance, or (now) with delay 0, after that. */
void engine_interval_arrive(spk_engine *e, size_t part, uint64_t t, uint64_t end, bool now);
/* For so many steps behind a window's end there is something that was sent in it. */
uint32_t engine_interval_ahead(const spk_engine *e);

/* exchange.c: of engines over several ranks. */
int engine_exchange_open(spk_engine *e, spk_error *err);
void engine_exchange_free(spk_engine *e);
/* All units' spikes of the steps from `begin` up to `end`, from their owners to all. Failures of other
 * ranks are this one's, too. */
void engine_exchange_spikes(spk_engine *e, uint64_t begin, uint64_t end);
/* The units of a rank, of which each has as many parts. */
engine_range engine_units_of(const spk_engine *e, const engine_population *p, size_t rank);
/* Is the part one of this rank's? */
static inline bool engine_owns(const spk_engine *e, size_t part)
{
    return part >= e->first && part < e->last;
}

/* gather.c: all ranks come together; rank 0 gets what they have, one behind the other, valid until they
 * meet again; the others get NULL and 0. */
int engine_gather(const spk_engine *e, size_t bytes, const void *mine, const void **all, size_t *n,
                  spk_error *err);
/* Of an array with an element of `width` bytes for each unit, the elements of all. */
int engine_gather_units(const spk_engine *e, const engine_population *p, const void *array,
                        size_t width, const void **all, size_t *n, spk_error *err);
/* Of `rows` whole rows in `value`, in which each rank has filled in its own places: rank 0 gets the
 * others'. */
int engine_gather_rows(const spk_engine *e, const engine_projection *p, uint32_t row0, size_t rows,
                       size_t width, void *value, spk_error *err);
/* Where a storage's state is written to, piece behind piece, at rank 0. */
typedef struct engine_saving {
    const spk_engine *e;
    const engine_projection *p;
    unsigned char *to; /* NULL at the others */
    spk_error *err;
} engine_saving;
/* The k-th of the numbers that each synapse of a source has; returns where the next source's go. */
typedef void *engine_put_row(const engine_projection *p, size_t k, uint32_t source, void *list);
/* What each rank has, one behind the other; and `values` numbers, row by row. */
int engine_save_shares(engine_saving *w, size_t bytes, const void *mine);
int engine_save_rows(engine_saving *w, size_t values, size_t width, engine_put_row *put, size_t k);
/* The other way; returns what comes behind. */
const unsigned char *engine_load(void *to, const unsigned char *from, size_t bytes);

/* cut.c: also between the runs of one presentation. */
int engine_cut(spk_engine *e, size_t parts, spk_error *err);
/* How many parts and threads the engine, which is to be built, begins with. */
void engine_cut_open(spk_engine *e);
/* The engine has been built, which was begun at `since`. */
void engine_cut_start(spk_engine *e, uint64_t since);
/* Cut for what comes next as its pace says, of which at most *steps are to be done at a time. */
int engine_cut_choose(spk_engine *e, uint64_t *steps, spk_error *err);

/* step.c */
int engine_window(spk_engine *e, uint64_t steps, spk_error *err);
/* Inside the loop, by any thread: the window ends with this error. */
void engine_fail(spk_engine *e, const spk_error *why);

/* arrays.c */
int engine_arrays_build(spk_engine *e, spk_error *err);
void engine_arrays_free(spk_engine *e);
void engine_arrays_reset(spk_engine *e); /* back to what was marked */

/* The word of a random address that holds the attempt and the sample's high bits. */
static inline uint32_t engine_address(const spk_engine *e)
{
    return e->attempt << 16 | (uint32_t)(e->sample >> 32);
}

/* The units of a part, without padding. */
static inline engine_range engine_part_units(const engine_population *p, size_t part)
{
    const engine_range range = p->part[part];
    return (engine_range){range.begin < p->size ? range.begin : p->size,
                          range.end < p->size ? range.end : p->size};
}

/* Element i of an array of `size`-byte elements; of none, NULL, element 0 is NULL. */
static inline void *engine_at(const void *array, size_t i, size_t size)
{
    return (void *)((uintptr_t)array + i * size);
}

#endif
