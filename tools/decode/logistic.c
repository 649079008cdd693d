/* logistic.c: the probability of each class, as softmax. */
#include "method.h"

const decoding_method logistic_method = {
    .base = {.name = "logistic",
             .help = "the most probable class of a logistic readout",
             .options = probability_options,
             .settings_size = sizeof(probability_settings)},
    .run = decode_spikes,
    .score = probabilities,
};
