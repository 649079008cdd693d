/* methods.c: the ways to decode, in the order --help lists them. */
#include "method.h"

const spk_method *const decoding_methods[] = {
    &vote_method.base,     &proportion_method.base, &softmax_method.base, &ridge_method.base,
    &logistic_method.base, &count_method.base,      &sum_method.base,     NULL};
