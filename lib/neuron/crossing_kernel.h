/* crossing_kernel.h: threshold, reset and refractoriness of models whose membranes stay at the reset
 * while they are refractory.
 *
 * Few units are refractory, and fewer cross the threshold. So all are advanced as if none were
 * refractory; of those that cross, one at a time is looked at; and the refractory ones, which are
 * listed, are put back at the end. */

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

/* Of the units from i those with a bit have crossed: what is not refractory, nor padding, fires and
 * is listed. Returns the new count. */
static inline size_t SPK_REAL(cross)(const spk_neuron_slice *s, size_t i, unsigned bits, real *v,
                                     vreal reset, uint32_t *spikes, size_t count)
{
    real to[SPK_VECTOR];
    SPK_REAL(store)(to, reset);
    for (; bits; bits &= bits - 1) {
        const size_t lane = (size_t)__builtin_ctz(bits), unit = i + lane;
        if (s->refractory[unit] > 0) continue;
        v[unit] = to[lane];
        if (unit >= s->units) continue;
        s->refractory[unit] = s->t_ref[unit];
        spikes[count++] = (uint32_t)unit;
    }
    return count;
}

/* At a step's end: the units that were refractory at its begin are back at their reset and wait a
 * step less; the `count` that have fired in it wait from now on. */
static inline void SPK_REAL(hold)(const spk_neuron_slice *s, real *v, const real *reset,
                                  const bool uniform, const uint32_t *spikes, size_t count)
{
    uint32_t *waiting = s->waiting;
    size_t kept = 0;
    for (size_t k = 0; k < *s->waits; k++) {
        const uint32_t unit = waiting[k];
        v[unit] = reset[uniform ? 0 : unit];
        waiting[kept] = unit;
        kept += --s->refractory[unit] > 0;
    }
    for (size_t k = 0; k < count; k++) {
        waiting[kept] = spikes[k];
        kept += s->refractory[spikes[k]] > 0;
    }
    *s->waits = kept;
}
