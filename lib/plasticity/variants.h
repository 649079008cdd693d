/* variants.h: the forms of stdp_trace, in the order of its "variant" words. */
#ifndef SPK_PLASTICITY_VARIANTS_H
#define SPK_PLASTICITY_VARIANTS_H

enum { STDP_TRIPLET, STDP_PAIR, STDP_POWER_LAW, STDP_EXPONENTIAL, STDP_PRE_AND_POST };

#endif
