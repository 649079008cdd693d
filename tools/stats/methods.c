/* methods.c: the statistics, in the order --help lists them. */
#include "stats.h"

const spk_method *const stats_methods[] = {&summary_method.base,     &rates_method.base,
                                           &isi_method.base,         &fano_method.base,
                                           &correlation_method.base, &branching_method.base,
                                           &kernel_method.base,      &psth_method.base,
                                           &weights_method.base,     NULL};
