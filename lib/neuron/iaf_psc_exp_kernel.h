/* iaf_psc_exp_kernel.h: one step of iaf_psc_exp; the equations are in iaf_psc_exp.c. */

/* `injects` and `one`, a threshold for all, are constants where this is called. */
static inline __attribute__((always_inline)) size_t
SPK_REAL(psc_exp_step)(const spk_neuron_slice *s, size_t begin, size_t end, uint32_t *spikes,
                       const bool uniform, const bool injects, const bool one)
{
    real *v = s->state[PSC_EXP_V], *i_ex = s->state[PSC_EXP_I_EX], *i_in = s->state[PSC_EXP_I_IN];
    const real *threshold = s->threshold, *current = s->current;
    SPK_COEFFICIENTS(s, PSC_EXP_COEFFICIENTS)
    const vreal same_threshold = threshold[0] - (vreal){0};
    const uint16_t *awake = s->awake;
    size_t count = 0;
    for (size_t i = begin; i < end; i += SPK_VECTOR) {
        vreal ex = SPK_REAL(load)(i_ex + i), in = SPK_REAL(load)(i_in + i);
        vreal next =
            C(PSC_EXP_DECAY) * SPK_REAL(load)(v + i) + C(PSC_EXP_DRIVE) + C(PSC_EXP_BY_EX) * ex;
        vreal last = C(PSC_EXP_BY_IN) * in;
        if (injects) next += C(PSC_EXP_CURRENT) * SPK_REAL(load)(current + i);
        SPK_REAL(store)(i_ex + i, ex * C(PSC_EXP_DECAY_EX));
        SPK_REAL(store)(i_in + i, SPK_REAL(plain_zero)(in * C(PSC_EXP_DECAY_IN)));
        vreal th = one ? same_threshold : SPK_REAL(load)(threshold + i);
        count =
            SPK_REAL(cross_or_hold)(awake, i, next, last, th, v, C(PSC_EXP_RESET), spikes, count);
    }
    return count;
}

static inline __attribute__((always_inline)) size_t SPK_REAL(psc_exp)(const spk_neuron_slice *s,
                                                                      size_t begin, size_t end,
                                                                      uint32_t *spikes,
                                                                      const bool uniform)
{
    if (s->current) return SPK_REAL(psc_exp_step)(s, begin, end, spikes, uniform, true, false);
    return s->one_threshold ? SPK_REAL(psc_exp_step)(s, begin, end, spikes, uniform, false, true)
                            : SPK_REAL(psc_exp_step)(s, begin, end, spikes, uniform, false, false);
}

SPK_DEFINE_STEP(psc_exp)
