/* vote.c: the mean spike count of the units assigned to each class (Diehl & Cook 2015; BindsNET's
 * "all activity"). */
#include "method.h"

const decoding_method vote_method = {
    .base = {.name = "vote",
             .help = "the class whose units fired most, in the mean",
             .options = readout_options,
             .settings_size = sizeof(decoding_settings)},
    .trained = true,
    .add = add_spikes,
};
