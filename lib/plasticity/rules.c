/* rules.c: the list of learning rules. A new rule is its own file and one line here. */
#include "plasticity/rules.h"

#include "base/simd.h"
#include "plasticity/kernel.h"

#include <string.h>

const spk_plasticity_rule *const spk_plasticity_rules[] = {
    &stdp_trace_rule,       &stdp_rule, &stdp_pl_rule, &stdp_spinnaker_rule, &stdp_triplet_rule,
    &vogels_sprekeler_rule, NULL,
};

const spk_plasticity_rule *spk_plasticity_rule_find(const char *name)
{
    for (size_t i = 0; spk_plasticity_rules[i]; i++)
        if (strcmp(spk_plasticity_rules[i]->name, name) == 0) return spk_plasticity_rules[i];
    return NULL;
}

const spk_plasticity_functions *spk_plasticity_functions_choose(void)
{
    static const spk_plasticity_functions *const tables[] = {&spk_plasticity_functions_sse2,
                                                             &spk_plasticity_functions_avx2,
                                                             &spk_plasticity_functions_avx512};
    return tables[spk_simd_level()];
}
