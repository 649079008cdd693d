/* softmax.c: the probability of each class, exp(b + w x) over the sum of these. */
#include "method.h"

enum { SCORES_PROBABILITY, SCORES_LINEAR };

const spk_option probability_options[] = {
    READOUT_OPTIONS,
    {.name = "scores",
     .kind = SPK_CHOICE,
     .offset = offsetof(probability_settings, scores),
     .preset = "probability",
     .choices = "probability|linear",
     .help = "what is written for each class: its probability, or what it is the softmax of"},
    {0}};

void probabilities(const void *settings, const spk_readout *readout, double *score)
{
    const probability_settings *set = settings;
    if (set->scores == SCORES_PROBABILITY) spk_softmax(readout->classes, score);
}

const decoding_method softmax_method = {
    .base = {.name = "softmax",
             .help = "the most probable class of a softmax readout",
             .options = probability_options,
             .settings_size = sizeof(probability_settings)},
    .run = decode_spikes,
    .score = probabilities,
};
