/* order.c: see order.h. */
#include "order.h"

/* With halves of 2 bits the rounds reach some permutations more often than others, however many there
 * are; from 3 bits on they do not. */
enum { ROUNDS = 8, LEAST_HALF_BITS = 4 };

void order_init(order *o, uint64_t count, bool shuffled, uint64_t seed)
{
    *o = (order){.count = count, .shuffled = shuffled, .half_bits = LEAST_HALF_BITS};
    o->key = spk_random_key(seed, "encode/order");
    while (UINT64_C(1) << 2 * o->half_bits < count)
        o->half_bits++;
}

/* One pass through the network: a permutation of the numbers of 2 * half_bits bits. */
static uint64_t permute(const order *o, uint64_t epoch, uint64_t x)
{
    uint32_t mask = (uint32_t)((UINT64_C(1) << o->half_bits) - 1);
    uint32_t left = (uint32_t)(x >> o->half_bits), right = (uint32_t)x & mask;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint32_t counter[4] = {right, round, (uint32_t)epoch, (uint32_t)(epoch >> 32)}, word[4];
        spk_philox(o->key, counter, word);
        uint32_t mixed = left ^ (word[0] & mask);
        left = right;
        right = mixed;
    }
    return (uint64_t)left << o->half_bits | right;
}

uint64_t order_index(const order *o, uint64_t number)
{
    uint64_t epoch = number / o->count, index = number % o->count;
    if (!o->shuffled) return index;
    do {
        index = permute(o, epoch, index);
    } while (index >= o->count);
    return index;
}
