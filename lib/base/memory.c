/* memory.c: checked allocation. */
#define _DEFAULT_SOURCE /* madvise() */
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { ALIGNMENT = 64, HUGE_PAGE = 1 << 21 };

static int too_much(size_t count, size_t size, const char *what, spk_error *err)
{
    return spk_fail(err, SPK_LIMIT, "out of memory for %s (%zu x %zu bytes)", what, count, size);
}

void *spk_alloc(size_t count, size_t size, const char *what, spk_error *err)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX - ALIGNMENT) {
        too_much(count, size, what, err);
        return NULL;
    }
    bytes = (bytes + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
    void *memory = aligned_alloc(ALIGNMENT, bytes);
    if (!memory) {
        too_much(count, size, what, err);
        return NULL;
    }
    return memset(memory, 0, bytes);
}

void *spk_alloc_block(size_t bytes, const char *what, spk_error *err)
{
    void *memory = NULL;
    size_t alignment = bytes < 8 * HUGE_PAGE ? ALIGNMENT : HUGE_PAGE;
    if (posix_memalign(&memory, alignment, bytes > 0 ? bytes : 1)) {
        too_much(bytes, 1, what, err);
        return NULL;
    }
#ifdef MADV_HUGEPAGE
    if (alignment == HUGE_PAGE) /* advice: nothing is lost where it is not taken */
        madvise(memory, bytes / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
#endif
    return memory;
}

int spk_grow(void *array, size_t *capacity, size_t needed, size_t size, const char *what,
             spk_error *err)
{
    if (needed <= *capacity) return 0;
    size_t count = *capacity > SIZE_MAX / 2 ? needed : *capacity * 2;
    if (count < needed) count = needed;
    if (count < 16) count = 16;
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes)) return too_much(count, size, what, err);
    void *old = NULL;
    memcpy(&old, array, sizeof old);
    void *grown = realloc(old, bytes);
    if (!grown) return too_much(count, size, what, err);
    memcpy(array, &grown, sizeof grown);
    *capacity = count;
    return 0;
}

char *spk_strdup(const char *text, spk_error *err)
{
    size_t bytes = strlen(text) + 1;
    char *copy = malloc(bytes);
    if (!copy) {
        too_much(bytes, 1, "a string", err);
        return NULL;
    }
    return memcpy(copy, text, bytes);
}
