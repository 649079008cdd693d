/* vote.c: the mean spike count of the units assigned to each class (Diehl & Cook 2015; BindsNET's
 * "all activity"). */
#include "method.h"

void add_spikes(const spk_readout *readout, const uint64_t *count, double *sum)
{
    for (uint32_t unit = 0; unit < readout->units; unit++)
        if (readout->assignment[unit] >= 0)
            sum[(uint32_t)readout->assignment[unit]] += (double)count[unit];
}

const decoding_method vote_method = {
    .base = {.name = "vote",
             .help = "the class whose units fired most, in the mean",
             .options = readout_options,
             .settings_size = sizeof(readout_settings)},
    .run = decode_spikes,
    .add = add_spikes,
};
