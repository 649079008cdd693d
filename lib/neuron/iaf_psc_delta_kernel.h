/* iaf_psc_delta_kernel.h: one step of iaf_psc_delta; the equations are in iaf_psc_delta.c. */

/* `arrives` and `injects` are constants where this is called. */
static inline __attribute__((always_inline)) size_t
SPK_REAL(delta_step)(const spk_neuron_slice *s, size_t begin, size_t end, uint32_t *spikes,
                     const bool uniform, const bool arrives, const bool injects)
{
    real *v = s->state[DELTA_V];
    const real *input = s->input[0], *current = s->current;
    SPK_COEFFICIENTS(s, DELTA_COEFFICIENTS)
    size_t count = 0;
    for (size_t b = begin; b < end; b += SPK_REAL(BLOCK)) {
        size_t n = end - b < SPK_REAL(BLOCK) ? end - b : SPK_REAL(BLOCK);
        int32_t fired[SPK_REAL(BLOCK)];
        vmask any = {0};
        for (size_t j = 0; j < n; j += SPK_VECTOR) {
            size_t i = b + j;
            vreal old = SPK_REAL(load)(v + i), least = C(DELTA_MIN);
            vreal relaxed = C(DELTA_DECAY) * old + C(DELTA_DRIVE);
            if (injects) relaxed += C(DELTA_CURRENT) * SPK_REAL(load)(current + i);
            vreal held = SPK_REAL(choose)(C(DELTA_LEAKS) > 0, relaxed, old);
            vreal next = arrives ? relaxed + SPK_REAL(load)(input + i) : relaxed;
            next = SPK_REAL(choose)(least > next, least, next);
            held = SPK_REAL(choose)(least > held, least, held);
            any |= SPK_REAL(fire)(s, i, v, next, held, C(DELTA_RESET), fired + j);
        }
        if (SPK_REAL(any)(any)) count = SPK_REAL(list_fired)(fired, n, b, spikes, count);
    }
    return count;
}

static inline __attribute__((always_inline)) size_t SPK_REAL(delta)(const spk_neuron_slice *s,
                                                                    size_t begin, size_t end,
                                                                    uint32_t *spikes,
                                                                    const bool uniform)
{
    if (s->current)
        return s->input[0] ? SPK_REAL(delta_step)(s, begin, end, spikes, uniform, true, true)
                           : SPK_REAL(delta_step)(s, begin, end, spikes, uniform, false, true);
    return s->input[0] ? SPK_REAL(delta_step)(s, begin, end, spikes, uniform, true, false)
                       : SPK_REAL(delta_step)(s, begin, end, spikes, uniform, false, false);
}

SPK_DEFINE_STEP(delta)
