/* methods.c: the ways to decode, in the order --help lists them, and what they share. */
#include "method.h"

#include <stddef.h>

const spk_method *const decoding_methods[] = {&vote_method.base, &proportion_method.base,
                                              &count_method.base, NULL};

const spk_option readout_options[] = {{.name = "model",
                                       .kind = SPK_FILE,
                                       .offset = offsetof(decoding_settings, model),
                                       .metavar = "FILE",
                                       .help = "the readout, as spk-train-readout wrote it",
                                       .flags = SPK_REQUIRED | SPK_SIDE_INPUT},
                                      {0}};

void add_spikes(const spk_readout *readout, const uint64_t *count, double *sum)
{
    for (uint32_t unit = 0; unit < readout->units; unit++)
        if (readout->assignment[unit] >= 0)
            sum[(uint32_t)readout->assignment[unit]] += (double)count[unit];
}
