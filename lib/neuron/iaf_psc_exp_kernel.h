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
    size_t count = 0;
    for (size_t i = begin; i < end; i += SPK_VECTOR) {
        vreal ex = SPK_REAL(load)(i_ex + i), in = SPK_REAL(load)(i_in + i);
        vreal next = C(PSC_EXP_DECAY) * SPK_REAL(load)(v + i) + C(PSC_EXP_DRIVE) +
                     C(PSC_EXP_BY_EX) * ex + C(PSC_EXP_BY_IN) * in;
        if (injects) next += C(PSC_EXP_CURRENT) * SPK_REAL(load)(current + i);
        SPK_REAL(store)(i_ex + i, SPK_REAL(flush)(ex * C(PSC_EXP_DECAY_EX)));
        SPK_REAL(store)(i_in + i, SPK_REAL(flush)(in * C(PSC_EXP_DECAY_IN)));
        SPK_REAL(store)(v + i, next);
        unsigned bits =
            SPK_REAL(reaches)(next, one ? same_threshold : SPK_REAL(load)(threshold + i));
        if (bits) count = SPK_REAL(cross)(s, i, bits, v, C(PSC_EXP_RESET), spikes, count);
    }
    SPK_REAL(hold)(s, v, each[PSC_EXP_RESET], uniform, spikes, count);
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
