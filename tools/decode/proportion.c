/* proportion.c: as vote, each unit's spikes weighted by the share of its training responses that
 * its class had (BindsNET's "proportion weighting"): a unit that responds to many classes counts
 * less. */
#include "method.h"

static void add(const spk_readout *readout, const uint64_t *count, double *sum)
{
    for (uint32_t unit = 0; unit < readout->units; unit++) {
        if (readout->assignment[unit] < 0) continue;
        const uint32_t c = (uint32_t)readout->assignment[unit];
        const double share = (double)readout->proportion[(size_t)unit * readout->classes + c];
        sum[c] += share * (double)count[unit];
    }
}

const decoding_method proportion_method = {
    .base = {.name = "proportion",
             .help = "votes weighted by each unit's share for its class",
             .options = readout_options,
             .settings_size = sizeof(readout_settings)},
    .run = decode_spikes,
    .add = add,
};
