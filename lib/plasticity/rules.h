/* rules.h: the rules' descriptors, for rules.c alone. */
#ifndef SPK_PLASTICITY_RULES_H
#define SPK_PLASTICITY_RULES_H

#include "plasticity/rule.h"

extern const spk_plasticity_rule stdp_trace_rule, stdp_rule, stdp_pl_rule, stdp_spinnaker_rule,
    stdp_triplet_rule, vogels_sprekeler_rule;

#endif
