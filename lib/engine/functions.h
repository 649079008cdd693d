/* functions.h: the table of the engine's vector functions for one instruction set. */
#ifndef SPK_ENGINE_FUNCTIONS_H
#define SPK_ENGINE_FUNCTIONS_H

#include "neuron/kernel.h"
#include "plasticity/kernel.h"

#include <float.h>

/* Below this a trace counts as zero: it could not move a weight any more, and denormal numbers are
 * slow. */
#define ENGINE_TRACE_FLOOR_F32 0x1p-40f
#define ENGINE_TRACE_FLOOR_F64 DBL_MIN

enum { ENGINE_TIMES = 64 }; /* products number x weight that are kept in a table */

/* Arrays are real (see neuron/kernel.h) unless their type says otherwise. */
typedef struct engine_vector_functions {
    /* to = from * factor, zero once it is negligible; from == to is allowed */
    void (*decay)(size_t n, const void *from, void *to, double factor);
    /* theta *= factor; threshold = base + theta */
    void (*thresholds)(size_t n, double *theta, double factor, const double *base, void *threshold);
    /* state += arrived; arrived = 0 */
    void (*settle)(size_t n, void *state, void *arrived);
    /* the same for the units in a list; who stands there again gets nothing more */
    void (*settle_some)(size_t n, const uint16_t *unit, void *state, void *arrived);
    /* the same for all, but what arrives at a refractory unit is lost */
    void (*settle_awake)(size_t n, void *state, void *arrived, const int32_t *refractory);
    void (*add)(size_t n, void *input, double value);
    /* Of pairs: the first = the sum of both * factor, the second = 0; input += the first. */
    void (*decay_pairs)(size_t n, void *pair, double factor);
    void (*add_pairs)(size_t n, void *input, const void *pair);
    /* y = x * factor; pair[i] = x[i] * factor, 0 */
    void (*times)(size_t n, const void *x, double factor, void *y);
    void (*times_pairs)(size_t n, const void *x, double factor, void *pair);
    /* is[i] = 1 where some bit of x[i] is set, else 0 */
    void (*are_something)(size_t n, const void *x, uint8_t *is);
    /* input += (number >> shift & mask) times one weight, or each its own */
    void (*add_numbers)(size_t n, void *input, const uint32_t *number, unsigned shift,
                        uint32_t mask, double weight);
    void (*add_weighted)(size_t n, void *input, const uint32_t *number, unsigned shift,
                         uint32_t mask, const void *weight);
    /* list the units with values > 0; room for n; returns their number */
    size_t (*nonzero)(size_t n, const void *values, uint32_t *unit);
    double (*sum)(size_t n, const void *values);
    void (*scale)(size_t n, void *values, double factor);
    /* Of synapses with one weight: add number x weight to the input of all n targets, or of those
     * listed, and set their counts to 0; or of those listed, one by one, or counted on the way. */
    void (*add_counts)(size_t n, uint16_t *count, void *input, double weight);
    void (*add_counted)(size_t n, const uint16_t *target, uint16_t *count, void *input,
                        double weight, const double times[ENGINE_TIMES]);
    void (*add_each)(size_t n, const uint16_t *target, void *input, double weight);
    void (*add_list)(size_t n, const uint16_t *target, void *input, double weight);
} engine_vector_functions;

typedef struct engine_weight_functions {
    /* SPK_LANES columns of a matrix: their sums; each times its factor */
    void (*sum_columns)(size_t rows, size_t stride, const void *weight, double *sum);
    void (*scale_columns)(size_t rows, size_t stride, void *weight, const double *factor);
    /* weights at [source[k] * stride + place[source[k]]] (place NULL: 0) to reals, and back */
    void (*collect)(size_t n, const uint32_t *source, const uint16_t *place, const void *weight,
                    size_t stride, void *out);
    void (*put_back)(size_t n, const uint32_t *source, const uint16_t *place, void *weight,
                     size_t stride, const void *in);
    void (*deliver)(size_t n, const uint16_t *target, void *input, const void *weight);
    void (*deliver_scaled)(size_t n, const uint16_t *target, void *input, const void *weight,
                           double factor);
} engine_weight_functions;

typedef struct engine_functions {
    engine_vector_functions vector[2]; /* float, double */
    engine_weight_functions weight[SPK_NUMBERS];
    void (*count)(size_t n, const uint16_t *target, uint16_t *count); /* count[target[i]]++ */
} engine_functions;

extern const engine_functions engine_functions_sse2, engine_functions_avx2, engine_functions_avx512;

#endif
