/* fired_kernel.h: what the step kernels share.
 *
 * They cut a slice into blocks whose inner loop has no branch, so that it becomes vector code, and
 * leave a flag for every unit that fired; only a block in which one did is looked through. */

enum { SPK_BLOCK = 64 };

/* Append the units whose flag is set; returns the new count. */
static inline size_t list_fired(const int32_t *fired, size_t n, size_t first, uint32_t *spikes,
                                size_t count)
{
    for (size_t i = 0; i < n; i++)
        if (fired[i]) spikes[count++] = (uint32_t)(first + i);
    return count;
}

/* Local copies of the n coefficients, so that the compiler knows that the loop does not change
 * them: `same` when all units share them, `each` when they do not. */
#define SPK_COEFFICIENTS(slice, n)                                                                 \
    real same[n];                                                                                  \
    const real *each[n];                                                                           \
    for (size_t k = 0; k < (n); k++) {                                                             \
        each[k] = (slice)->coefficient[k];                                                         \
        same[k] = each[k][0];                                                                      \
    }
