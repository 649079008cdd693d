/* fired_kernel.h: what the step kernels share.
 *
 * They cut a slice into blocks, keep a flag for every unit of a block that fired, and look through
 * the flags only when one is set. Included once for each precision, before the models' kernels. */

/* Local copies of the n coefficients, so that the compiler knows that the loop does not change
 * them, and the value of one for the units from i: `same` when all units share them, `each` when
 * they do not (`uniform` is a constant where a kernel is instantiated). */
#undef SPK_COEFFICIENTS
#undef C
#define SPK_COEFFICIENTS(slice, n)                                                                 \
    real same[n];                                                                                  \
    const real *each[n];                                                                           \
    for (size_t k = 0; k < (n); k++) {                                                             \
        each[k] = (slice)->coefficient[k];                                                         \
        same[k] = each[k][0];                                                                      \
    }
#define C(k) (uniform ? same[k] - (vreal){0} : SPK_REAL(load)(each[k] + i))

enum { SPK_REAL(BLOCK) = 64 };

#ifdef SPK_REAL_SINGLE /* once for both */
/* A bit for each of SPK_LANES flags, of which all bits are set or none. */
static inline unsigned SPK_KERNEL(flags_set)(const int32_t *flag)
{
#if defined __AVX512DQ__
    return _mm512_movepi32_mask(_mm512_loadu_si512(flag));
#else
    unsigned set = 0;
    for (int i = 0; i < SPK_LANES; i += 4)
        set |= (unsigned)_mm_movemask_ps(_mm_loadu_ps((const float *)(const void *)(flag + i)))
               << i;
    return set;
#endif
}
#endif

/* What is injected into the units from i. */
static inline vreal SPK_REAL(injected)(const spk_neuron_slice *s, size_t i)
{
    return s->current ? SPK_REAL(load)((const real *)s->current + i) : (vreal){0};
}

/* Append the units whose flag is set (of n, a multiple of SPK_LANES); returns the new count. */
static inline size_t SPK_REAL(list_fired)(const int32_t *fired, size_t n, size_t first,
                                          uint32_t *spikes, size_t count)
{
    for (size_t i = 0; i < n; i += SPK_LANES)
        for (unsigned set = SPK_KERNEL(flags_set)(fired + i); set > 0; set &= set - 1)
            spikes[count++] = (uint32_t)(first + i) + (uint32_t)__builtin_ctz(set);
    return count;
}

/* Numbers that decay end at zero, as in the time loop denormal numbers are zero (engine/step.c); and
 * at the zero without a sign, as input that adds nothing must leave all bits alone. */
static inline vreal SPK_REAL(plain_zero)(vreal x)
{
    return x + 0;
}

/* Which of the units from i are refractory. */
static inline vmask SPK_REAL(refractory)(const spk_neuron_slice *s, size_t i)
{
    vcount left;
    memcpy(&left, s->refractory + i, sizeof left);
    return __builtin_convertvector(left > 0, vmask);
}

/* Those that cross and are not refractory fire; the others wait a step less. Stores refractory steps
 * and flags; returns the mask of those that fire. */
static inline vmask SPK_REAL(wait)(const spk_neuron_slice *s, size_t i, vmask crosses,
                                   int32_t *fired)
{
    vcount left, rest;
    memcpy(&left, s->refractory + i, sizeof left);
    memcpy(&rest, s->t_ref + i, sizeof rest);
    vcount waits = left > 0;
    vmask fires = crosses & ~__builtin_convertvector(waits, vmask);
    vcount flags = __builtin_convertvector(fires, vcount);
    left = (rest & flags) | ((left + waits) & ~flags); /* a mask counts as -1 */
    memcpy(s->refractory + i, &left, sizeof left);
    memcpy(fired, &flags, sizeof flags);
    return fires;
}

/* Threshold, reset and refractoriness of the units from i: `next` is where their membranes would be
 * if none were refractory, `held` where refractory ones are. Stores membranes too. */
static inline vmask SPK_REAL(fire)(const spk_neuron_slice *s, size_t i, real *v, vreal next,
                                   vreal held, vreal reset, int32_t *fired)
{
    next = SPK_REAL(choose)(SPK_REAL(refractory)(s, i), held, next);
    vmask crosses = next >= SPK_REAL(load)((const real *)s->threshold + i);
    vmask fires = SPK_REAL(wait)(s, i, crosses, fired);
    SPK_REAL(store)(v + i, SPK_REAL(choose)(fires, reset, next));
    return fires;
}
