/* sorted.h: places in ascending lists. */
#ifndef SPK_BASE_SORTED_H
#define SPK_BASE_SORTED_H

#include <stddef.h>
#include <stdint.h>

/* The first of the ascending list[at..end) that is not below `value`; `end` when there is none. */
static inline size_t spk_first_from(const uint64_t *list, size_t at, size_t end, uint64_t value)
{
    while (at < end) {
        const size_t middle = at + (end - at) / 2;
        if (list[middle] < value)
            at = middle + 1;
        else
            end = middle;
    }
    return at;
}

#endif
