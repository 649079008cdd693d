/* iaf_psc_delta_kernel.h: one step of iaf_psc_delta; the equations are in iaf_psc_delta.c. */

#define C(k) (uniform ? same[k] : each[k][i])

/* `arrives` and `leaks` are constants where this is called, so that each case is a loop without
 * tests. */
static inline __attribute__((always_inline)) size_t
SPK_REAL(delta_step)(const spk_neuron_slice *s, size_t begin, size_t end, uint32_t *spikes,
                     const bool uniform, const bool arrives)
{
    real *restrict v = s->state[DELTA_V];
    const real *restrict input = s->input;
    const real *restrict threshold = s->threshold;
    SPK_COEFFICIENTS(s, DELTA_COEFFICIENTS)
    int32_t *restrict left = s->refractory;
    const int32_t *restrict t_ref = s->t_ref;
    size_t count = 0;
    for (size_t b = begin; b < end; b += SPK_BLOCK) {
        size_t n = end - b < SPK_BLOCK ? end - b : SPK_BLOCK;
        int32_t fired[SPK_BLOCK], any = 0;
#pragma omp simd reduction(| : any)
        for (size_t j = 0; j < n; j++) {
            size_t i = b + j;
            int32_t waiting = left[i] > 0;
            real held = C(DELTA_LEAKS) != 0 ? C(DELTA_DECAY) * v[i] + C(DELTA_DRIVE) : v[i];
            real moved = C(DELTA_DECAY) * v[i] + C(DELTA_DRIVE);
            if (arrives) moved += input[i];
            real next = waiting ? held : moved;
            next = C(DELTA_MIN) > next ? C(DELTA_MIN) : next;
            fired[j] = !waiting & (next >= threshold[i]);
            v[i] = fired[j] ? C(DELTA_RESET) : next;
            left[i] = fired[j] ? t_ref[i] : left[i] - waiting;
            any |= fired[j];
        }
        if (any) count = list_fired(fired, n, b, spikes, count);
    }
    return count;
}

#undef C

static inline __attribute__((always_inline)) size_t SPK_REAL(delta)(const spk_neuron_slice *s,
                                                                    size_t begin, size_t end,
                                                                    uint32_t *spikes,
                                                                    const bool uniform)
{
    return s->input ? SPK_REAL(delta_step)(s, begin, end, spikes, uniform, true)
                    : SPK_REAL(delta_step)(s, begin, end, spikes, uniform, false);
}

SPK_DEFINE_STEP(delta)
