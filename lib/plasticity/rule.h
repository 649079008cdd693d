/* rule.h: what a learning rule is: a name, a parameter table, and kernels for batches of events.
 *
 * One file per rule ends in `const spk_plasticity_rule NAME_rule`, listed by one line in rules.c.
 * A rule sees weights and trace values at the synapse's own time, never delays. */
#ifndef SPK_PLASTICITY_RULE_H
#define SPK_PLASTICITY_RULE_H

#include "neuron/model.h"

typedef struct spk_rule_kernel spk_rule_kernel; /* see kernel.h beside this file */

typedef struct spk_plasticity_rule {
    const char *name;                /* "stdp_trace" */
    const char *help;                /* one line, with the source */
    const spk_parameter *parameters; /* numbers and choices; none per unit */
    const spk_rule_kernel *kernel;
} spk_plasticity_rule;

extern const spk_plasticity_rule *const spk_plasticity_rules[]; /* NULL-terminated */
const spk_plasticity_rule *spk_plasticity_rule_find(const char *name);

#endif
