/* parameters.h: the rows that the parameter tables of rules with an archive share. */
#ifndef SPK_PLASTICITY_PARAMETERS_H
#define SPK_PLASTICITY_PARAMETERS_H

#include "neuron/model.h"

#define SPK_RULE_ROW(key_, help_, preset_, min_, max_)                                             \
    {                                                                                              \
        .key = (key_), .help = (help_), .preset = (preset_), .min = (min_), .max = (max_)          \
    }
#define SPK_RULE_TAU(key, help, preset) SPK_RULE_ROW(key, help, preset, 1e-6, 1e9)
#define SPK_RULE_TAU_PLUS(key, preset)                                                             \
    SPK_RULE_TAU(key, "decay time of the presynaptic trace", preset)
#define SPK_RULE_TAU_MINUS SPK_RULE_TAU("tau_minus_ms", "decay time of the postsynaptic trace", 20)
#define SPK_RULE_WMAX(preset)                                                                      \
    SPK_RULE_ROW("Wmax", "bound of the weight, whose sign it has", preset, -1e9, 1e9)
#define SPK_RULE_KPLUS SPK_RULE_ROW("Kplus", "presynaptic trace at the start", 0, 0, 1e6)

#endif
