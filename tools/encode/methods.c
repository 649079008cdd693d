/* methods.c: the encoders, in the order --help shows them. */
#include "encode.h"

extern const encoder poisson_method, bernoulli_method, regular_method, latency_method,
    rank_order_method, frames_method;

const spk_method *const encode_methods[] = {
    &poisson_method.method,
    &bernoulli_method.method,
    &regular_method.method,
    &latency_method.method,
    &rank_order_method.method,
    &frames_method.method,
    NULL,
};
