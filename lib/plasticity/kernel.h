/* kernel.h: what a learning rule's kernels are given, for lib/engine and the rules.
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

/* A rule's parameters, ready for use. Traces decay by these factors in one step. */
typedef struct spk_rule_constants {
    int variant;
    bool add;           /* a spike adds 1 to its trace; otherwise it sets it to 1 */
    bool at_emission;   /* spikes act when emitted, seeing the other side's of the same step */
    bool pre_changes;   /* presynaptic spikes change weights */
    bool post_needs_x;  /* a postsynaptic spike changes nothing where the presynaptic trace is 0 */
    bool slow_trace;    /* the rule reads the slow postsynaptic trace */
    bool deliver_after; /* the delivered weight is the changed one */
    double decay_pre, decay_post, decay_slow;
    double nu_pre, nu_post; /* nu_pre carries its sign: it is added */
    double x_tar, mu, beta, w_min, w_max;
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

typedef struct spk_plasticity_functions {
    spk_rule_functions stdp_trace;
    /* Without learning: each weight is added to its target's input, run by run. */
    void (*deliver_rows[SPK_NUMBERS])(size_t n, void *input, size_t rows, void *const *row);
    void (*deliver_runs[SPK_NUMBERS])(size_t runs, const spk_run *run, void *input);
} spk_plasticity_functions;

extern const spk_plasticity_functions spk_plasticity_functions_sse2, spk_plasticity_functions_avx2,
    spk_plasticity_functions_avx512;
const spk_plasticity_functions *spk_plasticity_functions_choose(void);

struct spk_rule_kernel {
    /* Fill *out from the parameters; returns NULL, or what is wrong with them. */
    const char *(*prepare)(const double *param, double dt_ms, spk_rule_constants *out);
    size_t functions; /* offset in spk_plasticity_functions */
};

#endif
