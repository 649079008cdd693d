/* engine_kernels.c: the engine's vector functions for one instruction set (SPK_ISA). */
#include "engine/functions.h"

/* How often each target is hit. */
static void SPK_KERNEL(count)(size_t n, const uint16_t *restrict target, uint16_t *restrict count)
{
    for (size_t i = 0; i < n; i++)
        count[target[i]]++;
}

#define SPK_NUMBER(name) SPK_PASTE(SPK_PASTE(name, SPK_NUMBER_SUFFIX), SPK_ISA)

#define SPK_REAL_SINGLE
#include "base/real.h"
#include "engine/count_kernel.h"
#include "engine/vector_kernel.h"
#define weight_t          float
#define SPK_NUMBER_SUFFIX single
#include "engine/weight_kernel.h"
#undef SPK_NUMBER_SUFFIX
#undef SPK_REAL_SINGLE

#include "base/real.h"
#include "engine/count_kernel.h"
#include "engine/vector_kernel.h"
#define SPK_NUMBER_SUFFIX mixed
#include "engine/weight_kernel.h"
#undef SPK_NUMBER_SUFFIX
#undef weight_t
#define weight_t          double
#define SPK_NUMBER_SUFFIX double
#include "engine/weight_kernel.h"

#define NAMED(name, suffix) SPK_KERNEL(name##_##suffix)

#define VECTOR(suffix)                                                                             \
    {                                                                                              \
        .decay = NAMED(decay, suffix), .thresholds = NAMED(thresholds, suffix),                    \
        .settle = NAMED(settle, suffix), .settle_some = NAMED(settle_some, suffix),                \
        .settle_awake = NAMED(settle_awake, suffix), .add = NAMED(add, suffix),                    \
        .add_numbers = NAMED(add_numbers, suffix), .add_weighted = NAMED(add_weighted, suffix),    \
        .nonzero = NAMED(nonzero, suffix), .sum = NAMED(sum, suffix),                              \
        .scale = NAMED(scale, suffix), .decay_pairs = NAMED(decay_pairs, suffix),                  \
        .add_pairs = NAMED(add_pairs, suffix), .times = NAMED(times, suffix),                      \
        .times_pairs = NAMED(times_pairs, suffix), .are_something = NAMED(are_something, suffix),  \
        .add_counts = NAMED(add_counts, suffix), .add_counted = NAMED(add_counted, suffix),        \
        .add_each = NAMED(add_each, suffix), .add_list = NAMED(add_list, suffix)                   \
    }

#define WEIGHT(suffix)                                                                             \
    {                                                                                              \
        .sum_columns = NAMED(sum_columns, suffix), .scale_columns = NAMED(scale_columns, suffix),  \
        .collect = NAMED(collect, suffix), .put_back = NAMED(put_back, suffix),                    \
        .deliver = NAMED(deliver, suffix), .deliver_scaled = NAMED(deliver_scaled, suffix)         \
    }

const engine_functions SPK_KERNEL(engine_functions) = {
    .vector = {VECTOR(f32), VECTOR(f64)},
    .count = SPK_KERNEL(count),
    .weight = {WEIGHT(single), WEIGHT(mixed), WEIGHT(double)},
};
