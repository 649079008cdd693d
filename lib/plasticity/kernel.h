/* kernel.h: what a learning rule's kernels are given, for lib/engine and the rules.
 *
 * The engine keeps the traces and knows when spikes reach synapses; a rule changes weights. Three
 * batches occur: presynaptic spikes that meet a row of weights lying in target order, one
 * presynaptic spike that meets a run of weights with a list of targets, and a postsynaptic spike
 * that meets one weight of every source. The first two also deliver: each weight, as it was before
 * the change, is added to its target's input (after the change with `deliver_after`).
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

/* `rows` presynaptic spikes, in order; row[r] points at n weights, input and post at n reals. */
typedef void spk_rule_rows(const spk_rule_constants *c, size_t n, void *input, const void *post,
                           size_t rows, void *const *row);

/* One presynaptic spike; weight[i] belongs to target[i], an index into input and post. Targets
 * differ from one another. */
typedef void spk_rule_run(const spk_rule_constants *c, size_t n, const uint16_t *target,
                          void *input, const void *post, void *weight);

/* Presynaptic spikes at n synapses anywhere: weight[i] and the postsynaptic trace post[i] (real). The
 * change is that of a run; nothing is delivered. */
typedef void spk_rule_pre(const spk_rule_constants *c, size_t n, void *weight, const void *post);

/* A postsynaptic spike; n weights (real) and the presynaptic traces at their synapses; `slow` is
 * the slow postsynaptic trace before this spike. */
typedef void spk_rule_post(const spk_rule_constants *c, size_t n, void *weight, const void *pre,
                           double slow);

/* Kernels of one instruction set. */
typedef struct spk_rule_functions {
    spk_rule_rows *rows[SPK_NUMBERS];
    spk_rule_run *run[SPK_NUMBERS];
    spk_rule_pre *pre[2]; /* float, double */
    spk_rule_post *post[2];
} spk_rule_functions;

typedef struct spk_plasticity_functions {
    spk_rule_functions stdp_trace;
    spk_rule_rows *deliver_rows[SPK_NUMBERS]; /* no learning: weights are only delivered; */
    spk_rule_run *deliver_run[SPK_NUMBERS];   /* constants and post may be NULL */
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
