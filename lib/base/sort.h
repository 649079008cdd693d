/* sort.h: ascending order of whole numbers, digit by digit. */
#ifndef SPK_BASE_SORT_H
#define SPK_BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

enum { SPK_SORT_FEW = 48 }; /* so many are sorted without room beside them */

/* x[n], all below 2^width (width 1 to 32), in time that grows with n; room[n] is used where n is more than
 * SPK_SORT_FEW, else it may be NULL. */
void spk_sort_u32(size_t n, uint32_t *x, uint32_t *room, unsigned width);

/* The width of numbers up to `most`: at least 1. */
static inline unsigned spk_width_u32(uint32_t most)
{
    return most ? 32 - (unsigned)__builtin_clz(most) : 1;
}

#endif
