/* methods.c: the ways to train a readout, in the order --help lists them. */
#include "method.h"

const spk_method *const training_methods[] = {&vote_method.base,     &proportion_method.base,
                                              &softmax_method.base,  &ridge_method.base,
                                              &logistic_method.base, NULL};
