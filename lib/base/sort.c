/* sort.c: a radix sort, by digits of at most 8 bits, as short as their number allows; few are inserted. */
#include "base/sort.h"

#include <string.h>

enum { DIGIT_BITS = 8, DIGITS = 4 };

static void insertion_sort(size_t n, uint32_t *x)
{
    for (size_t i = 1; i < n; i++) {
        uint32_t value = x[i];
        size_t j = i;
        for (; j > 0 && x[j - 1] > value; j--)
            x[j] = x[j - 1];
        x[j] = value;
    }
}

/* How often each digit has each value: one look at all numbers. */
static void count_digits(size_t n, const uint32_t *x, unsigned bits, unsigned digits,
                         uint32_t count[DIGITS][1 << DIGIT_BITS])
{
    const uint32_t mask = (1U << bits) - 1;
    for (unsigned d = 0; d < digits; d++)
        memset(count[d], 0, (mask + 1) * sizeof **count);
    for (size_t i = 0; i < n; i++)
        for (unsigned d = 0; d < digits; d++)
            count[d][x[i] >> d * bits & mask]++;
}

/* One pass: stable by the digit at `shift`, whose values are so many. */
static void sort_by_digit(size_t n, const uint32_t *from, uint32_t *to, unsigned shift,
                          uint32_t mask, uint32_t *count)
{
    uint32_t sum = 0;
    for (uint32_t v = 0; v <= mask; v++) {
        const uint32_t here = count[v];
        count[v] = sum;
        sum += here;
    }
    for (size_t i = 0; i < n; i++)
        to[count[from[i] >> shift & mask]++] = from[i];
}

void spk_sort_u32(size_t n, uint32_t *x, uint32_t *room, unsigned width)
{
    if (n <= SPK_SORT_FEW) {
        insertion_sort(n, x);
        return;
    }
    uint32_t *from = x, *to = room;
    uint32_t count[DIGITS][1 << DIGIT_BITS];
    const unsigned digits = (width + DIGIT_BITS - 1) / DIGIT_BITS;
    const unsigned bits = (width + digits - 1) / digits;
    count_digits(n, from, bits, digits, count);
    for (unsigned k = 0; k < digits; k++) {
        sort_by_digit(n, from, to, k * bits, (1U << bits) - 1, count[k]);
        uint32_t *t = from;
        from = to;
        to = t;
    }
    if (from != x) memcpy(x, from, n * sizeof *from);
}
