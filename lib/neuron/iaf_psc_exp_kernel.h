/* iaf_psc_exp_kernel.h: one step of iaf_psc_exp; the equations are in iaf_psc_exp.c. */

static inline __attribute__((always_inline)) size_t SPK_REAL(psc_exp)(const spk_neuron_slice *s,
                                                                      size_t begin, size_t end,
                                                                      uint32_t *spikes,
                                                                      const bool uniform)
{
    real *v = s->state[PSC_EXP_V], *i_ex = s->state[PSC_EXP_I_EX], *i_in = s->state[PSC_EXP_I_IN];
    SPK_COEFFICIENTS(s, PSC_EXP_COEFFICIENTS)
    size_t count = 0;
    for (size_t b = begin; b < end; b += SPK_REAL(BLOCK)) {
        size_t n = end - b < SPK_REAL(BLOCK) ? end - b : SPK_REAL(BLOCK);
        int32_t fired[SPK_REAL(BLOCK)];
        vmask any = {0};
        for (size_t j = 0; j < n; j += SPK_VECTOR) {
            size_t i = b + j;
            vreal old = SPK_REAL(load)(v + i);
            vreal ex = SPK_REAL(load)(i_ex + i), in = SPK_REAL(load)(i_in + i);
            vreal next = C(PSC_EXP_DECAY) * old + C(PSC_EXP_DRIVE) + C(PSC_EXP_BY_EX) * ex +
                         C(PSC_EXP_BY_IN) * in + C(PSC_EXP_CURRENT) * SPK_REAL(injected)(s, i);
            SPK_REAL(store)(i_ex + i, SPK_REAL(flush)(ex * C(PSC_EXP_DECAY_EX)));
            SPK_REAL(store)(i_in + i, SPK_REAL(flush)(in * C(PSC_EXP_DECAY_IN)));
            any |= SPK_REAL(fire)(s, i, v, next, old, C(PSC_EXP_RESET), fired + j);
        }
        if (SPK_REAL(any)(any)) count = SPK_REAL(list_fired)(fired, n, b, spikes, count);
    }
    return count;
}

SPK_DEFINE_STEP(psc_exp)
