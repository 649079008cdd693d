/* network.h: a network file (man spk-network.5) as checked, resolved values.
 *
 * Every key has been checked, every default filled in, every delay turned into steps; no random
 * number has been drawn (connect.h does that, addressed, for whoever asks). */
#ifndef SPK_NETWORK_NETWORK_H
#define SPK_NETWORK_NETWORK_H

#include "base/error.h"
#include "base/rational.h"
#include "neuron/model.h"
#include "plasticity/rule.h"
#include "plasticity/short_term.h"
#include "stream/header.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SPK_NAME_MAX 63          /* characters of a population's name, or of a projection's tag */
#define SPK_SIZE_MAX 2147483647u /* units of a population */

/* A number, or where it comes from: a distribution it is drawn from, the distance of a synapse's
 * ends (d), a list. Drawn ones and those of a distance are clipped to [min, max]. */
typedef enum spk_value_kind {
    SPK_VALUE_CONSTANT,             /* a */
    SPK_VALUE_UNIFORM,              /* [a, b) */
    SPK_VALUE_NORMAL,               /* mean a, standard deviation b */
    SPK_VALUE_LOGNORMAL,            /* of the logarithm: mean a, standard deviation b */
    SPK_VALUE_EXPONENTIAL,          /* mean a */
    SPK_VALUE_CHOICE,               /* one of `choice`, each as often */
    SPK_VALUE_DISTANCE_LINEAR,      /* a + b d */
    SPK_VALUE_DISTANCE_EXPONENTIAL, /* a exp(-d / b) */
    SPK_VALUE_DISTANCE_GAUSSIAN,    /* a exp(-(d - c)^2 / (2 b^2)) */
    SPK_VALUE_LIST,                 /* one for each unit, from a to b */
    SPK_VALUE_EDGES                 /* the projection's edges say it, from a to b */
} spk_value_kind;

/* Values of units that the file lists, or names a table of. */
typedef struct spk_unit_list {
    char *file; /* as the network file has it; NULL: the list stands there itself */
    char *column;
    const char
        *key; /* of what the file has, where the values were made from it; NULL: the parameter */
    size_t n;
    double *value;
    char digest[33]; /* XXH3-128 of the values */
} spk_unit_list;

enum { SPK_CHOICES_MAX = 8 };

typedef struct spk_value {
    spk_value_kind kind;
    double a, b;
    double min, max;  /* -inf, +inf when not clipped */
    double c;         /* of SPK_VALUE_DISTANCE_GAUSSIAN */
    double reach;     /* of a distance: the largest that there can be */
    uint32_t choices; /* of SPK_VALUE_CHOICE: 1 to SPK_CHOICES_MAX */
    double choice[SPK_CHOICES_MAX];
    struct spk_unit_list *list; /* of SPK_VALUE_LIST; the population's own */
} spk_value;

/* The value of one number. */
static inline spk_value spk_constant(double a)
{
    return (spk_value){.kind = SPK_VALUE_CONSTANT, .a = a, .min = -INFINITY, .max = INFINITY};
}

/* Does it follow from the distance of a synapse's ends? */
static inline bool spk_value_of_distance(const spk_value *value)
{
    return value->kind == SPK_VALUE_DISTANCE_LINEAR ||
           value->kind == SPK_VALUE_DISTANCE_EXPONENTIAL ||
           value->kind == SPK_VALUE_DISTANCE_GAUSSIAN;
}

/* Where the units of a population are; points are x, y, or x, y, z. */
typedef enum spk_position_kind {
    SPK_POSITION_NONE,
    SPK_POSITION_GRID,    /* the centres of the cells into which `shape` cuts the extent */
    SPK_POSITION_UNIFORM, /* drawn in the extent */
    SPK_POSITION_LIST     /* listed */
} spk_position_kind;

typedef struct spk_position {
    spk_position_kind kind;
    uint32_t dims; /* 2 or 3 */
    double extent[3], center[3];
    bool periodic; /* opposite sides of the extent touch */
    double *at;    /* LIST: [size][dims] */
    char *file;    /* LIST: as the network file has it; NULL: the list stands there itself */
    char *column[3];
    char digest[33]; /* LIST: XXH3-128 of `at` */
} spk_position;

typedef struct spk_reals {
    size_t n;
    double *value;
} spk_reals;

/* When a device is active; a presentation begins at step 0. */
typedef struct spk_device {
    uint64_t start, stop; /* steps: start <= t < stop */
    uint64_t interval;    /* noise_generator: steps between changes */
    size_t changes;       /* step_current_generator: */
    uint64_t *change;     /* steps, ascending, from 1 */
    const double *amplitude;
} spk_device;

/* Spikes of a spike_generator; a presentation begins at step 0. */
typedef struct spk_trains {
    char *file; /* as the network file has it; NULL: they stand there themselves */
    size_t n;
    uint64_t *step;  /* [n] ascending */
    uint32_t *unit;  /* [n] ascending in each step, each once */
    size_t *listed;  /* file NULL: [n] the spikes by unit, then step */
    char digest[33]; /* XXH3-128 of who fires when */
} spk_trains;

typedef struct spk_record_request {
    bool spikes;
    size_t variables;        /* traces */
    int *variable;           /* indices into model->states */
    uint64_t interval_steps; /* between trace values */
} spk_record_request;

typedef struct spk_population {
    char *name;
    uint32_t size;
    uint32_t dims, shape[4]; /* "shape" or "position": {"grid": [...]}; dims 0: none */
    spk_position position;
    const spk_neuron_model *model;
    spk_value *param; /* one for each of model->parameters, in its order */
    spk_reals *list;  /* the same, of those that are lists */
    spk_device device;
    spk_trains *trains; /* of a spike_generator */
    int solver;         /* index in model->solvers */
    bool adaptive;      /* adaptive_threshold given */
    spk_value theta[SPK_THETA_PARAMETERS];
    bool theta_scaled; /* theta_plus_scale given */
    spk_value theta_scale[SPK_SCALE_PARAMETERS];
    bool taught; /* teacher given */
    spk_value teacher[SPK_TEACHER_PARAMETERS];
    bool winner_random; /* "winner": "random": at most one spike a step */
    bool stream_fed;    /* takes its spikes or frames from the input stream */
    spk_record_request record;
} spk_population;

typedef enum spk_connection_rule {
    SPK_ALL_TO_ALL,
    SPK_ONE_TO_ONE,
    SPK_ALL_BUT_SELF, /* all_to_all between populations of one size, but not i -> i */
    SPK_FIXED_INDEGREE,
    SPK_FIXED_OUTDEGREE,
    SPK_FIXED_TOTAL_NUMBER,
    SPK_PAIRWISE_BERNOULLI,
    SPK_EDGES
} spk_connection_rule;

extern const char *const spk_connection_rules[]; /* their names in the file, NULL-terminated */

/* Which targets a source may have, by where they are as seen from the source. */
typedef struct spk_mask {
    bool round; /* no further away than `radius` */
    bool box;   /* in [lower, upper], bounds included */
    double radius, lower[3], upper[3];
} spk_mask;

/* The edges of a file by source, then target, then place in the file. */
typedef struct spk_edges {
    char *file, *array; /* as the network file has them; array NULL: a table, not a weight stream */
    uint64_t n;
    uint64_t *begin;  /* [sources + 1] where each source's begin */
    uint32_t *target; /* [n] */
    double *weight;   /* [n]; NULL: the file has none */
    uint32_t *delay;  /* [n] steps; NULL: the file has none */
    char pairs[33];   /* XXH3-128 of who is connected */
    char digest[33];  /* XXH3-128 of all of it */
} spk_edges;

/* What the target gets in a step of a spike that has reached the synapse. */
typedef enum spk_course {
    SPK_COURSE_PULSE,   /* the weight, in the step of the spike alone */
    SPK_COURSE_NEAREST, /* the weight as it is now times g, which a spike sets to 1; it decays */
    SPK_COURSE_ALL      /* the same, but a spike adds 1 to g */
} spk_course;

/* "scaling": before every sample each target's incoming weights are multiplied towards a rate. */
typedef struct spk_scaling {
    double target_rate_Hz; /* 0: no scaling */
    double tau_ms;         /* over which a unit's rate is smoothed */
    double gain;           /* change at a presentation, of a unit that is silent */
    double max_sum;        /* no weights are raised above this sum, in their unit */
} spk_scaling;

typedef struct spk_projection {
    char *name;              /* "input->exc", "input->exc#2" for a second one */
    uint32_t source, target; /* population indices */
    spk_connection_rule connect;
    uint64_t count; /* indegree, outdegree, N */
    double probability;
    spk_value
        chance; /* SPK_PAIRWISE_BERNOULLI: of a distance, or `probability`, where it is spatial */
    spk_mask mask;
    bool spatial; /* who is connected depends on positions */
    _Atomic double
        *near_count;  /* of a spatial one: what spk_near_count() found; < 0: not asked yet */
    spk_edges *edges; /* SPK_EDGES */
    bool autapses, multapses;
    bool gap;         /* "synapse": gap junctions, which have no delay */
    bool symmetric;   /* make_symmetric: each acts on both of its ends */
    bool seeded;      /* "seed" given: draws this projection (connections, weights, delays) */
    uint64_t seed;    /* in place of the program's --seed */
    spk_value weight; /* in the unit that the target takes */
    const char *weight_unit; /* "nS", "mV", "pA", "" */
    spk_dtype weight_type;   /* SPK_F32 (default), SPK_F64, SPK_F16: rounded when drawn */
    spk_value delay_ms;
    uint32_t delay_steps;            /* of a constant delay, or of edges that all have one */
    uint32_t min_delay, max_delay;   /* steps: bounds of what can be drawn */
    bool axonal;                     /* delay_kind: axonal (Brian) or dendritic (NEST, default) */
    bool procedural;                 /* storage */
    const spk_plasticity_rule *rule; /* NULL: static */
    double *rule_param;              /* in the order of rule->parameters */
    int *rule_modulator; /* the same: the population whose value it is multiplied by, or -1 */
    spk_course course;   /* "kernel": how long a spike acts */
    double course_tau_ms;
    const spk_short_term_model *short_term; /* NULL: none; never beside a rule */
    double *short_term_param;               /* in the order of short_term->parameters */
    bool normalize;                         /* each target's incoming weights are scaled */
    double normalize_sum;                   /* to this sum, before every sample */
    spk_scaling scaling;                    /* never beside normalize */
} spk_projection;

/* Does it only make a number, for rules? */
bool spk_population_is_modulator(const spk_population *pop);

/* What happens at a sample's start ("on_sample"). */
typedef struct spk_on_sample {
    bool reset_membranes, reset_synapses, reset_traces, reset_spikes, reset_weights; /* "reset" */
    uint64_t rest_steps; /* after each presentation; input silent */
    bool repeat;         /* present again, stronger, while a population is too quiet: */
    uint32_t repeat_population;
    uint64_t repeat_min_spikes;   /* fewer than this in one presentation: again */
    double repeat_rate_step;      /* attempt k (from 0) has rates x (1 + k * step) */
    uint32_t repeat_max_attempts; /* then the sample is taken as it is */
} spk_on_sample;

/* What may be taken while a network is loaded. */
typedef struct spk_network_limit {
    double bytes;  /* 0: no limit */
    char name[64]; /* what sets it: "--max-memory" */
} spk_network_limit;

typedef struct spk_network {
    char *name;      /* of the file, for messages */
    char *folder;    /* of the file, with its slash, or ""; NULL: may name no other files */
    size_t files;    /* that it was read from; 0: from memory */
    char **file;     /* paths: its own ("-": stdin), then each that it names, once */
    spk_rational dt; /* seconds per step */
    double dt_ms;
    bool single; /* "precision": "float": state and traces in float */
    size_t populations, projections;
    spk_population *population;
    spk_projection *projection;
    spk_on_sample on_sample;
    char *expanded;  /* the file with every default filled in, as --check prints it */
    char digest[33]; /* XXH3-128 of `expanded`: equal for files that mean the same network */
    spk_network_limit limit; /* while it was loaded */
} spk_network;

/* Load and check `path` ("-": stdin) after applying the --set assignments. NULL with an SPK_USAGE
 * message that names file, line, column, JSON path, what was found and what is allowed. */
spk_network *spk_network_load(const char *path, size_t sets, const char *const *set,
                              spk_error *err) SPK_NODISCARD;
/* The same within `limit`: SPK_LIMIT where the files that it names need more, before that is taken. */
spk_network *spk_network_load_within(const char *path, size_t sets, const char *const *set,
                                     const spk_network_limit *limit, spk_error *err) SPK_NODISCARD;
/* The same from `bytes` of text that messages call `name`. It lies nowhere, so it is refused where it
 * names other files. */
spk_network *spk_network_parse(const char *text, size_t bytes, const char *name, size_t sets,
                               const char *const *set, spk_error *err) SPK_NODISCARD;
void spk_network_free(spk_network *net);

/* Index of the population called `name`, or -1. */
int spk_network_population(const spk_network *net, const char *name);
/* A device that injects currents. */
bool spk_population_is_current(const spk_population *pop);
/* Index of the one stream-fed population, or -1 when there is none. */
int spk_network_input(const spk_network *net);

/* Where V_m is among the states of a model whose units may have gap junctions; -1: it is none. */
int spk_neuron_model_potential(const spk_neuron_model *model);

/* Its synapses are listed by source and by target: it has a course, or learns by a rule of traces
 * whose two sides act together. */
bool spk_projection_indexed(const spk_projection *p);

/* interval.c */
/* Its spikes are looked up when they arrive, as learning wants it, not sent ahead. */
bool spk_projection_at_arrival(const spk_projection *p);
/* Its spikes are looked up when they arrive, and are added to the state itself: one weight that does not
 * change, and one delay, which is short. */
bool spk_projection_straight(const spk_network *net, const spk_projection *p);
/* Either way: its source's spikes are remembered for as long as they take. */
bool spk_projection_looked_up(const spk_network *net, const spk_projection *p);
/* Some spikes act in the step in which they are found, or looked up. */
bool spk_network_immediate(const spk_network *net);
/* Steps in which no unit can know of another's spikes, at least 1, at most 16: the smallest delay of
 * projections whose source is not a device; 1 where a population chooses a winner, or there are gap
 * junctions. */
uint32_t spk_network_interval(const spk_network *net);

#endif
