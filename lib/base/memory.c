/* memory.c: checked allocation. */
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

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
