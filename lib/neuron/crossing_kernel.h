/* crossing_kernel.h: threshold, reset and refractoriness of models whose membranes stay at the reset
 * while they are refractory.
 *
 * Few units cross the threshold: of those that do, one at a time is looked at. Who is awake is a bit
 * for each unit, which the engine keeps (engine/waiting.c). */

/* Bit k: lane k of `a` is at that of `b`, or above it. */
#undef SPK_COMPARE
#ifdef SPK_REAL_SINGLE
#define SPK_COMPARE(op) SPK_VECTOR_OP(op##_ps)
typedef spk_vf SPK_REAL(sleef_vector);
#else
#define SPK_COMPARE(op) SPK_VECTOR_OP(op##_pd)
typedef spk_vd SPK_REAL(sleef_vector);
#endif

static inline unsigned SPK_REAL(reaches)(vreal a, vreal b)
{
    typedef SPK_REAL(sleef_vector) vector;
#if defined SPK_ISA_avx512 && defined SPK_REAL_SINGLE
    return _mm512_cmp_ps_mask((vector)a, (vector)b, _CMP_GE_OQ);
#elif defined SPK_ISA_avx512
    return _mm512_cmp_pd_mask((vector)a, (vector)b, _CMP_GE_OQ);
#else
    return (unsigned)SPK_COMPARE(movemask)((vector)(a >= b));
#endif
}

/* The bits of the units from i. */
static inline unsigned SPK_REAL(bits)(const uint16_t *bits, size_t i)
{
    const unsigned all = bits[i / SPK_LANES];
    return SPK_VECTOR == SPK_LANES ? all : all >> i % SPK_LANES & ((1U << SPK_VECTOR) - 1);
}

/* Lane k is a + b where bit k is set, and `other` elsewhere. */
static inline vreal SPK_REAL(add_where)(unsigned bits, vreal a, vreal b, vreal other)
{
#if defined SPK_ISA_avx512 && defined SPK_REAL_SINGLE
    return (vreal)_mm512_mask_add_ps((spk_vf)other, (__mmask16)bits, (spk_vf)a, (spk_vf)b);
#elif defined SPK_ISA_avx512
    return (vreal)_mm512_mask_add_pd((spk_vd)other, (__mmask8)bits, (spk_vd)a, (spk_vd)b);
#else
    vmask bit;
    for (size_t k = 0; k < SPK_VECTOR; k++)
        bit[k] = 1 << k;
    return SPK_REAL(choose)(((SPK_REAL_BITS)bits & bit) != 0, a + b, other);
#endif
}

/* Of the units from i those with a bit have crossed: they fire, are at their reset, and are listed.
 * Returns the new count. Padding does not cross. */
static inline size_t SPK_REAL(cross)(size_t i, unsigned bits, real *v, vreal reset,
                                     uint32_t *spikes, size_t count)
{
    real to[SPK_VECTOR];
    SPK_REAL(store)(to, reset);
    for (; bits; bits &= bits - 1) {
        const size_t lane = (size_t)__builtin_ctz(bits);
        v[i + lane] = to[lane];
        spikes[count++] = (uint32_t)(i + lane);
    }
    return count;
}

/* The units from i, whose membranes are at a + b where they are awake (a bit is set): stores these, and
 * as above those that fire. */
static inline __attribute__((always_inline)) size_t
SPK_REAL(cross_or_hold)(const uint16_t *awake, size_t i, vreal a, vreal b, vreal threshold, real *v,
                        vreal reset, uint32_t *spikes, size_t count)
{
    const unsigned may = SPK_REAL(bits)(awake, i);
    const vreal next = SPK_REAL(add_where)(may, a, b, reset);
    SPK_REAL(store)(v + i, next);
    const unsigned bits = SPK_REAL(reaches)(next, threshold);
    return bits ? SPK_REAL(cross)(i, bits & may, v, reset, spikes, count) : count;
}
