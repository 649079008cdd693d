/* iaf_psc_alpha_kernel.h: one step of iaf_psc_alpha; the equations are in iaf_psc_alpha.c. */

static inline __attribute__((always_inline)) size_t SPK_REAL(psc_alpha)(const spk_neuron_slice *s,
                                                                        size_t begin, size_t end,
                                                                        uint32_t *spikes,
                                                                        const bool uniform)
{
    real *v = s->state[PSC_ALPHA_V];
    SPK_COEFFICIENTS(s, PSC_ALPHA_COEFFICIENTS)
    size_t count = 0;
    for (size_t b = begin; b < end; b += SPK_REAL(BLOCK)) {
        size_t n = end - b < SPK_REAL(BLOCK) ? end - b : SPK_REAL(BLOCK);
        int32_t fired[SPK_REAL(BLOCK)];
        vmask any = {0};
        for (size_t j = 0; j < n; j += SPK_VECTOR) {
            size_t i = b + j;
            vreal old = SPK_REAL(load)(v + i), least = C(PSC_ALPHA_MIN);
            vreal next = C(PSC_ALPHA_DECAY) * old + C(PSC_ALPHA_DRIVE) +
                         C(PSC_ALPHA_CURRENT) * SPK_REAL(injected)(s, i);
            for (size_t synapse = 0; synapse < 2; synapse++) {
                const size_t k = synapse ? PSC_ALPHA_IN : PSC_ALPHA_EX;
                real *at_y = s->state[PSC_ALPHA_Y_EX + 2 * synapse];
                real *at_i = s->state[PSC_ALPHA_I_EX + 2 * synapse];
                vreal y = SPK_REAL(load)(at_y + i), current = SPK_REAL(load)(at_i + i);
                next += C(k + PSC_ALPHA_BY_Y) * y + C(k + PSC_ALPHA_BY_I) * current;
                current = C(k + PSC_ALPHA_RISE) * y + C(k + PSC_ALPHA_DECAY_SYN) * current;
                SPK_REAL(store)(at_i + i, SPK_REAL(plain_zero)(current));
                SPK_REAL(store)(at_y + i, SPK_REAL(plain_zero)(y * C(k + PSC_ALPHA_DECAY_SYN)));
            }
            next = SPK_REAL(choose)(least > next, least, next);
            any |= SPK_REAL(fire)(s, i, v, next, old, C(PSC_ALPHA_RESET), fired + j);
        }
        if (SPK_REAL(any)(any)) count = SPK_REAL(list_fired)(fired, n, b, spikes, count);
    }
    return count;
}

SPK_DEFINE_STEP(psc_alpha)
