/* functions.h: the table of the engine's vector functions for one instruction set. */
#ifndef SPK_ENGINE_FUNCTIONS_H
#define SPK_ENGINE_FUNCTIONS_H

#include "plasticity/kernel.h"

/* Arrays are real (see neuron/kernel.h) unless their type says otherwise. */
typedef struct engine_vector_functions {
    /* to = from * factor, zero once it is negligible; from == to is allowed */
    void (*decay)(size_t n, const void *from, void *to, double factor);
    /* theta *= factor; threshold = base + theta */
    void (*thresholds)(size_t n, double *theta, double factor, const double *base, void *threshold);
    /* state += arrived; arrived = 0 */
    void (*settle)(size_t n, void *state, void *arrived);
    /* the same, but what arrives at a refractory unit is lost */
    void (*settle_awake)(size_t n, void *state, void *arrived, const int32_t *refractory);
    void (*add)(size_t n, void *input, double value);
    /* list the units with values > 0; room for n; returns their number */
    size_t (*nonzero)(size_t n, const void *values, uint32_t *unit);
} engine_vector_functions;

typedef struct engine_weight_functions {
    void (*sum_row)(size_t n, const void *weight, double *sum);
    void (*scale_row)(size_t n, void *weight, const void *factor);
    void (*sum_run)(size_t n, const uint16_t *target, const void *weight, double *sum);
    void (*scale_run)(size_t n, const uint16_t *target, void *weight, const void *factor);
    void (*collect)(size_t n, const uint32_t *source, const uint16_t *place, const void *weight,
                    size_t stride, void *out);
    void (*put_back)(size_t n, const uint32_t *source, const uint16_t *place, void *weight,
                     size_t stride, const void *in);
    void (*deliver_same)(size_t n, const uint16_t *target, void *input, double weight);
} engine_weight_functions;

typedef struct engine_functions {
    engine_vector_functions vector[2]; /* float, double */
    engine_weight_functions weight[SPK_NUMBERS];
} engine_functions;

extern const engine_functions engine_functions_sse2, engine_functions_avx2, engine_functions_avx512;

#endif
