/* mat2_psc_exp_kernel.h: one step of mat2_psc_exp; the equations are in mat2_psc_exp.c. */

static inline __attribute__((always_inline)) size_t SPK_REAL(mat2)(const spk_neuron_slice *s,
                                                                   size_t begin, size_t end,
                                                                   uint32_t *spikes,
                                                                   const bool uniform)
{
    real *v = s->state[MAT2_V], *i_ex = s->state[MAT2_I_EX], *i_in = s->state[MAT2_I_IN];
    real *th_1 = s->state[MAT2_V_TH_1], *th_2 = s->state[MAT2_V_TH_2], *th = s->state[MAT2_V_TH];
    const real *omega = s->threshold;
    SPK_COEFFICIENTS(s, MAT2_COEFFICIENTS)
    size_t count = 0;
    for (size_t b = begin; b < end; b += SPK_REAL(BLOCK)) {
        size_t n = end - b < SPK_REAL(BLOCK) ? end - b : SPK_REAL(BLOCK);
        int32_t fired[SPK_REAL(BLOCK)];
        vmask any = {0};
        for (size_t j = 0; j < n; j += SPK_VECTOR) {
            size_t i = b + j;
            vreal ex = SPK_REAL(load)(i_ex + i), in = SPK_REAL(load)(i_in + i);
            vreal next = C(MAT2_DECAY) * SPK_REAL(load)(v + i) + C(MAT2_DRIVE) +
                         C(MAT2_BY_EX) * ex + C(MAT2_BY_IN) * in +
                         C(MAT2_CURRENT) * SPK_REAL(injected)(s, i);
            vreal one = C(MAT2_DECAY_1) * SPK_REAL(load)(th_1 + i);
            vreal two = C(MAT2_DECAY_2) * SPK_REAL(load)(th_2 + i);
            vreal rest = SPK_REAL(load)(omega + i);
            SPK_REAL(store)(v + i, next);
            SPK_REAL(store)(i_ex + i, ex * C(MAT2_DECAY_EX));
            SPK_REAL(store)(i_in + i, SPK_REAL(plain_zero)(in * C(MAT2_DECAY_IN)));
            vmask fires = SPK_REAL(wait)(s, i, next >= rest + two + one, fired + j);
            one = SPK_REAL(choose)(fires, one + C(MAT2_ALPHA_1), one);
            two = SPK_REAL(choose)(fires, two + C(MAT2_ALPHA_2), two);
            SPK_REAL(store)(th_1 + i, one);
            SPK_REAL(store)(th_2 + i, two);
            SPK_REAL(store)(th + i, rest + two + one);
            any |= fires;
        }
        if (SPK_REAL(any)(any)) count = SPK_REAL(list_fired)(fired, n, b, spikes, count);
    }
    return count;
}

SPK_DEFINE_STEP(mat2)
