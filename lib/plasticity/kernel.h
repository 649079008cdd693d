/* kernel.h: what a learning rule's kernels are given, for lib/engine and the rules.
 *
 * There are two kinds of rules. Those below are for matrices of weights (all to all); those at the
 * end, with an "archive", for synapses that are listed by source.
 *
 * The engine keeps the traces and knows when spikes reach synapses; a rule changes weights. Three
 * batches occur: presynaptic spikes that meet rows of weights lying in target order, which are
 * delivered at the same time; presynaptic spikes that meet single weights, delivered elsewhere; and
 * a postsynaptic spike that meets one weight of every source. A presynaptic spike changes nothing
 * where the postsynaptic trace is 0.
 *
 * Numbers come in three combinations: state (and traces) and weights in float, state in double with
 * weights in float, and both in double. "real" is the state's type. */
#ifndef SPK_PLASTICITY_KERNEL_H
#define SPK_PLASTICITY_KERNEL_H

#include "plasticity/rule.h"

typedef enum spk_numbers { SPK_SINGLE, SPK_MIXED, SPK_DOUBLE, SPK_NUMBERS } spk_numbers;

/* Which of the spikes on both sides make pairs (Morrison, Diesmann and Gerstner 2008, figure 7). */
typedef enum spk_pairing {
    SPK_ALL_PAIRS,
    SPK_NEAREST_SYMMETRIC,    /* each spike with the last one of the other side */
    SPK_NEAREST_RESTRICTED,   /* the same, but only spikes that follow each other */
    SPK_NEAREST_PRE_CENTERED, /* each presynaptic spike with the last and the next postsynaptic one */
    SPK_NEAREST_SPINNAKER     /* symmetric, but of postsynaptic spikes only the first: one does not
                               * count when the one before it was emitted after the presynaptic one */
} spk_pairing;

/* Of a rule with an archive. Its kernels see the sizes of weights. */
typedef struct spk_archive_constants {
    spk_pairing pairing;
    bool negative;   /* the weights are 0 or less */
    bool slow;       /* the rule reads the slow traces */
    bool coincident; /* a presynaptic spike sees the postsynaptic one that arrives with it */
    double rate_plus, rate_plus_slow, rate_minus, rate_minus_slow; /* traces: exp(-rate) a step */
    double plus, plus_slow; /* presynaptic traces at the start */
    double w_min, w_max, up, up_slow, down, down_slow, mu_plus, mu_minus;
    double step; /* weights are stored as multiples of it; 0: as they are */
} spk_archive_constants;

/* A rule's parameters, ready for use. Traces decay by these factors in one step. */
typedef struct spk_rule_constants {
    int variant;
    bool add;           /* a spike adds 1 to its trace; otherwise it sets it to 1 */
    bool at_emission;   /* spikes act when emitted, seeing the other side's of the same step */
    bool together;      /* both sides act together: its synapses are listed by both */
    bool pre_changes;   /* presynaptic spikes change weights */
    bool post_needs_x;  /* a postsynaptic spike changes nothing where the presynaptic trace is 0 */
    bool slow_trace;    /* the rule reads the slow postsynaptic trace */
    bool deliver_after; /* the delivered weight is the changed one */
    double decay_pre, decay_post, decay_slow;
    double nu_pre, nu_post; /* nu_pre carries its sign: it is added */
    double x_tar, mu, beta, w_min, w_max;
    spk_archive_constants archive;
} spk_rule_constants;

/* `rows` presynaptic spikes, in order; row[r] points at n weights, input and post at n reals. Each
 * weight is added to its target's input: as it was before its change, or with c->deliver_after as
 * it is after it. */
typedef void spk_rule_rows(const spk_rule_constants *c, size_t n, void *input, const void *post,
                           size_t rows, void *const *row);

/* n presynaptic spikes: weight[k] points at one weight, post[k] is the trace (> 0) at its synapse.
 */
typedef void spk_rule_pre(const spk_rule_constants *c, size_t n, void *const *weight,
                          const void *post);

/* A postsynaptic spike; n weights (real) and the presynaptic traces at their synapses; `slow` is
 * the slow postsynaptic trace before this spike. */
typedef void spk_rule_post(const spk_rule_constants *c, size_t n, void *weight, const void *pre,
                           double slow);

/* Kernels of one instruction set. */
typedef struct spk_rule_functions {
    spk_rule_rows *rows[SPK_NUMBERS];
    spk_rule_pre *pre[SPK_NUMBERS];
    spk_rule_post *post[2]; /* float, double */
} spk_rule_functions;

/* Weights that lie together, and the targets they belong to. */
typedef struct spk_run {
    size_t n;
    const uint16_t *target; /* indices into the input, each once */
    const void *weight;
} spk_run;

/* Of a presynaptic spike at synapses that are listed by source and by target. */
typedef struct spk_together_spike {
    double up;   /* what its trace adds to the weight of a target that fires, too */
    double sent; /* its target gets the weight as it was before this step times this, */
    double g;    /* and the change of the weight times this */
} spk_together_spike;

/* A synapse of a target: its source, and its place in the source's row; in 16 bits, or 32. */
typedef struct spk_together_short {
    uint16_t source, place;
} spk_together_short;

typedef struct spk_together_synapse {
    uint32_t source, place;
} spk_together_synapse;

enum { SPK_TOGETHER_FEW = 1024, SPK_TOGETHER_ROOM = 16 };

typedef struct spk_plasticity_functions {
    spk_rule_functions stdp_trace;
    /* n synapses of a source that fired; common: some may have a target in common. down: for each
     * target, what a presynaptic spike adds to the weight, and 1 if the target fires, else 0. current: for each target, what it gets in this step,
     * and what changes add to that of the next. All are real. */
    void (*together_pre[SPK_NUMBERS])(const spk_rule_constants *c, const spk_together_spike *spike,
                                      size_t n, bool common, const uint16_t *target, void *weight,
                                      const void *down, void *current);
    void (*together_send[SPK_NUMBERS])(double sent, size_t n, const uint16_t *target,
                                       const void *weight, void *current);
    /* Of n synapses of a target that fired, those whose source has a trace (has_trace: 1 or 0), in
     * their order; room for n + SPK_TOGETHER_ROOM. bits: the same as bits, or NULL where there are more
     * than SPK_TOGETHER_FEW sources. synapse: spk_together_short; with [1], spk_together_synapse.
     * Returns how many. */
    size_t (*together_find[2])(size_t n, const void *synapse, const uint8_t *has_trace,
                               const uint64_t *bits, spk_together_synapse *found);
    /* n <= SPK_TOGETHER_FEW bytes that are 0 or 1 as bits */
    void (*together_bits)(size_t n, const uint8_t *byte, uint64_t bits[SPK_TOGETHER_FEW / 64]);
    /* n synapses of a target that fired; row: where the sources' begin. up: for each source, what a
     * postsynaptic spike adds to the weight; g: what the target gets of a change; real. Returns what
     * the changes add. */
    double (*together_post[SPK_NUMBERS])(const spk_rule_constants *c, size_t n,
                                         const spk_together_synapse *synapse, const uint32_t *row,
                                         void *weight, const void *up, const void *g);
    /* Without learning: each weight is added to its target's input, run by run. */
    void (*deliver_rows[SPK_NUMBERS])(size_t n, void *input, size_t rows, void *const *row);
    void (*deliver_runs[SPK_NUMBERS])(size_t runs, const spk_run *run, void *input);
} spk_plasticity_functions;

extern const spk_plasticity_functions spk_plasticity_functions_sse2, spk_plasticity_functions_avx2,
    spk_plasticity_functions_avx512;
const spk_plasticity_functions *spk_plasticity_functions_choose(void);

/* ---- rules with an archive -------------------------------------------------------------------- */

/* As in NEST, a weight is looked at when a presynaptic spike is sent through it: the postsynaptic
 * spikes since the one before are then replayed from an archive, the weight is changed by this
 * spike, and sent. The engine keeps the archive and the traces, and knows which pairs count; the
 * rule changes weights. Everything is double; w[i] is the size of a weight, 0 or more. */
typedef struct spk_archive_kernel {
    /* n postsynaptic spikes, in the order in which they came to each synapse: number k meets
     * w[at[k]], where the presynaptic trace is pre[k] and the slow postsynaptic trace was slow[k]
     * before it. */
    void (*post)(const spk_archive_constants *c, size_t n, const uint8_t *at, const double *pre,
                 const double *slow, double *w);
    /* One presynaptic spike meets w[0..n), where the postsynaptic traces are post[0..n) and the slow
     * presynaptic trace was `slow` before it. A trace of 0 is that of no spike. */
    void (*pre)(const spk_archive_constants *c, size_t n, const double *post, double slow,
                double *w);
} spk_archive_kernel;

struct spk_rule_kernel {
    /* Fill *out from the parameters; returns NULL, or what is wrong with them. */
    const char *(*prepare)(const double *param, double dt_ms, spk_rule_constants *out);
    size_t functions; /* offset in spk_plasticity_functions; of rules without an archive */
    const spk_archive_kernel *archive; /* NULL: a rule for matrices */
    int rates[2]; /* of a rule for matrices: the parameters that are nu_pre and nu_post */
};

#endif
