/* ridge.c: b + w x, which was fitted to +1 for the class of a sample and -1 for the others. */
#include "method.h"

static void score_as_it_is(const void *settings, const spk_readout *readout, double *score)
{
    (void)settings;
    (void)readout;
    (void)score;
}

const decoding_method ridge_method = {
    .base = {.name = "ridge",
             .help = "the class with the highest score of a ridge readout",
             .options = readout_options,
             .settings_size = sizeof(readout_settings)},
    .run = decode_spikes,
    .score = score_as_it_is,
};
