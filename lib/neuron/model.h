/* model.h: what a neuron model is: a name, a parameter table, its state, and one step kernel.
 *
 * One file per model ends in `const spk_neuron_model NAME_model`, listed by one line in models.c.
 * Names and parameters are NEST's plus their unit. The engine hands the kernel arrays only. */
#ifndef SPK_NEURON_MODEL_H
#define SPK_NEURON_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One key of a model's "params" or a rule's object in the network file. */
typedef struct spk_parameter {
    const char *key;     /* with its unit: "C_m_pF"; NULL ends a table */
    const char *help;    /* one line */
    double preset;       /* default; NaN: required */
    double min, max;     /* inclusive; an exclusive bound is written as the next double */
    const char *choices; /* "clamp|leak": a word, kept as its index; NULL: a number */
    bool per_unit;       /* may be a distribution, drawn for each unit */
    bool modulated;      /* of a rule: may be a number times a modulator's value */
    bool list;           /* a list of numbers, each in [min, max]; preset is NaN */
    bool trains;         /* times in ms at which each unit fires; preset is NaN */
} spk_parameter;

/* What an arriving weight means, and so which key a projection onto it uses. */
typedef enum spk_weight_kind {
    SPK_WEIGHT_NONE,        /* takes no input (sources) */
    SPK_WEIGHT_CURRENT,     /* weight_pA */
    SPK_WEIGHT_CONDUCTANCE, /* weight_nS; negative weights act on g_in */
    SPK_WEIGHT_VOLTAGE,     /* weight_mV */
    SPK_WEIGHT_NUMBER       /* weight */
} spk_weight_kind;

/* A state variable that can be recorded, reset, saved and loaded. */
typedef struct spk_state_variable {
    const char *name; /* "V_m", "g_ex", "theta"; NULL ends a table */
    const char *unit; /* "mV" */
    bool synaptic;    /* "reset": "synapses" means it, not "membranes" */
} spk_state_variable;

typedef enum spk_source_kind {
    SPK_NOT_A_SOURCE,
    SPK_SOURCE_SPIKES, /* spike_input: replays the stream's channel */
    SPK_SOURCE_FRAMES, /* poisson_input: draws from frames, or from a constant rate_Hz */
    SPK_SOURCE_TRAINS, /* spike_generator: fires when the network file says */
    SPK_SOURCE_DEVICE  /* makes no spikes: each of its targets gets something of its own */
} spk_source_kind;

/* What the targets of a device get. */
typedef enum spk_device_kind {
    SPK_NOT_A_DEVICE,
    SPK_DEVICE_POISSON, /* spikes: parameter 0 is their rate in Hz */
    SPK_DEVICE_DC,      /* a current: parameter 0 in pA */
    SPK_DEVICE_STEP, /* a current: parameters 0 and 1 are lists of times in ms and values in pA */
    SPK_DEVICE_NOISE /* a current: parameters 0 and 1 are mean and standard deviation in pA */
} spk_device_kind;

typedef struct spk_neuron_kernel spk_neuron_kernel; /* lib/engine's business; see kernel.h */

typedef struct spk_neuron_model {
    const char *name;
    const char *help; /* one line, with the source */
    spk_source_kind source;
    spk_device_kind device; /* of SPK_SOURCE_DEVICE */
    spk_weight_kind weight;
    bool no_current;       /* a neuron that no current can be injected into */
    bool positive_weights; /* weights onto it are 0 or more */
    bool goes_on;          /* its V_m is not reset by a spike */
    const spk_parameter *parameters;
    const char *solvers;     /* "exact", "euler|rkf45": first is the default */
    const double *step_ns;   /* of a unit, with each solver, in double precision: for --estimate */
    bool adaptive_threshold; /* takes the add-on */
    const spk_state_variable *states;
    const spk_neuron_kernel *kernel; /* NULL for sources */
} spk_neuron_model;

/* All models, NULL-terminated. */
extern const spk_neuron_model *const spk_neuron_models[];
const spk_neuron_model *spk_neuron_model_find(const char *name);

/* The add-on "adaptive_threshold": threshold = V_th + theta; each own spike adds theta_plus, and
 * theta decays with tau_theta. It counts as learning: frozen when plasticity is off. */
enum { SPK_THETA_INITIAL, SPK_THETA_PLUS, SPK_THETA_TAU, SPK_THETA_PARAMETERS };
extern const spk_parameter spk_threshold_parameters[]; /* theta_mV, theta_plus_mV, tau_theta_ms */

/* Its own add-on "theta_plus_scale": a spike adds theta_plus x min(width / |theta - pole|, most).
 * Hao et al. (2020) have width = pole = half the theta at the start: theta_0 / |2 theta - theta_0|. */
enum { SPK_SCALE_WIDTH, SPK_SCALE_POLE, SPK_SCALE_MOST, SPK_SCALE_PARAMETERS };
extern const spk_parameter spk_theta_scale_parameters[]; /* width_mV, pole_mV, max_factor */

/* The add-on "teacher" of any neuron: while plasticity is on, the unit whose number is the sample's
 * label fires as a Poisson process, and no other does. */
enum { SPK_TEACHER_RATE, SPK_TEACHER_PARAMETERS };
extern const spk_parameter spk_teacher_parameters[]; /* rate_Hz */

#endif
