/* parameters.h: the rows that models' parameter tables are made of: a key, its help, its default; the
 * range follows from the unit. All may differ from unit to unit. */
#ifndef SPK_NEURON_PARAMETERS_H
#define SPK_NEURON_PARAMETERS_H

#include "neuron/model.h"

#define SPK_ROW(key_, help_, preset_, min_, max_)                                                  \
    {                                                                                              \
        .key = (key_), .help = (help_), .preset = (preset_), .min = (min_), .max = (max_),         \
        .per_unit = true                                                                           \
    }
#define SPK_ROW_NUMBER(key, help, preset)  SPK_ROW(key, help, preset, -1e9, 1e9)
#define SPK_ROW_SHARE(key, help, preset)   SPK_ROW(key, help, preset, 0, 1)
#define SPK_ROW_MV(stem, help, preset)     SPK_ROW(stem "_mV", help, preset, -1e6, 1e6)
#define SPK_ROW_PA(stem, help, preset)     SPK_ROW(stem "_pA", help, preset, -1e9, 1e9)
#define SPK_ROW_NS(stem, help, preset)     SPK_ROW(stem "_nS", help, preset, 1e-9, 1e9)
#define SPK_ROW_ANY_NS(stem, help, preset) SPK_ROW(stem "_nS", help, preset, -1e9, 1e9)
#define SPK_ROW_PF(stem, help, preset)     SPK_ROW(stem "_pF", help, preset, 1e-9, 1e9)
#define SPK_ROW_TAU(stem, help, preset)    SPK_ROW(stem "_ms", help, preset, 1e-6, 1e9)
#define SPK_ROW_T_REF(preset)              SPK_ROW("t_ref_ms", "refractory period", preset, 0, 1e6)
#define SPK_ROW_V_MIN                      SPK_ROW("V_min_mV", "lowest potential (-1e9: none)", -1e9, -1e9, 1e6)

/* What nearly all have. */
#define SPK_ROW_TAU_M(preset) SPK_ROW_TAU("tau_m", "membrane time constant", preset)
#define SPK_ROW_C_M(preset)   SPK_ROW_PF("C_m", "membrane capacitance", preset)
#define SPK_ROW_G_L(preset)   SPK_ROW_NS("g_L", "leak conductance", preset)
#define SPK_ROW_E_L(preset)   SPK_ROW_MV("E_L", "leak reversal potential", preset)
#define SPK_ROW_REST(preset)  SPK_ROW_MV("E_L", "resting potential", preset)
#define SPK_ROW_I_E           SPK_ROW_PA("I_e", "constant current", 0)
#define SPK_ROW_V_TH(preset)  SPK_ROW_MV("V_th", "threshold", preset)
#define SPK_ROW_RESET(preset) SPK_ROW_MV("V_reset", "potential after a spike", preset)
#define SPK_ROW_V_M(preset)   SPK_ROW_MV("V_m", "potential at the start", preset)
#define SPK_ROW_E_EX(preset)  SPK_ROW_MV("E_ex", "excitatory reversal potential", preset)
#define SPK_ROW_E_IN(preset)  SPK_ROW_MV("E_in", "inhibitory reversal potential", preset)

#endif
