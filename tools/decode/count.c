/* count.c: each unit of a population is a class, and the one that fired most is the answer, as of a
 * layer that was taught (Hao et al. 2020). There is nothing to train. */
#include "method.h"

#include <stddef.h>

static const spk_option options[] = {
    {.name = "population",
     .kind = SPK_TEXT,
     .offset = offsetof(untrained_settings, population),
     .metavar = "NAME",
     .help = "the population whose units are the classes; needed when there are several"},
    {0}};

const decoding_method count_method = {
    .base = {.name = "count",
             .help = "the unit that fired most, where each unit is a class: no readout",
             .options = options,
             .settings_size = sizeof(untrained_settings)},
    .run = decode_spikes,
    .untrained = true,
    .add = add_spikes,
};
