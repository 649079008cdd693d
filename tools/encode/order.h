/* order.h: which sample of the data set has which number.
 *
 * Numbers 0, 1, 2 ... go through the whole data set once per epoch, as it is or shuffled anew each
 * time. The shuffle is a permutation that can be asked at any place without the others: a Feistel
 * network of Philox rounds on the next even number of bits, applied until the result is inside the
 * data set (Black & Rogaway 2002, cycle walking). It depends on seed, epoch and size alone. */
#ifndef ENCODE_ORDER_H
#define ENCODE_ORDER_H

#include "random/random.h"

#include <stdbool.h>

typedef struct order {
    uint64_t count; /* samples in the data set, > 0 */
    bool shuffled;
    unsigned half_bits;
    spk_key key;
} order;

/* count at most 2^62. */
void order_init(order *o, uint64_t count, bool shuffled, uint64_t seed);

/* The index in the data set of sample `number`. */
uint64_t order_index(const order *o, uint64_t number);

#endif
