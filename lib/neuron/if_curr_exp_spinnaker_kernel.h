/* if_curr_exp_spinnaker_kernel.h: one step of if_curr_exp_spinnaker; the equations are in its .c. */

static inline __attribute__((always_inline)) size_t
SPK_REAL(curr_exp_spinnaker)(const spk_neuron_slice *s, size_t begin, size_t end, uint32_t *spikes,
                             const bool uniform)
{
    real *v = s->state[SPINNAKER_V];
    real *i_ex = s->state[SPINNAKER_I_EX], *i_in = s->state[SPINNAKER_I_IN];
    const real *to_ex = s->input[0], *to_in = s->input[1];
    SPK_COEFFICIENTS(s, SPINNAKER_COEFFICIENTS)
    size_t count = 0;
    for (size_t b = begin; b < end; b += SPK_REAL(BLOCK)) {
        size_t n = end - b < SPK_REAL(BLOCK) ? end - b : SPK_REAL(BLOCK);
        int32_t fired[SPK_REAL(BLOCK)];
        vmask any = {0};
        for (size_t j = 0; j < n; j += SPK_VECTOR) {
            size_t i = b + j;
            vreal old = SPK_REAL(load)(v + i);
            vreal ex = SPK_REAL(load)(i_ex + i), in = SPK_REAL(load)(i_in + i);
            if (to_ex) ex += SPK_REAL(load)(to_ex + i);
            if (to_in) in += SPK_REAL(load)(to_in + i);
            vreal a = C(SPINNAKER_REST) + C(SPINNAKER_BY_EX) * ex + C(SPINNAKER_BY_IN) * in +
                      C(SPINNAKER_CURRENT) * SPK_REAL(injected)(s, i);
            vreal next = a + (old - a) * C(SPINNAKER_DECAY);
            SPK_REAL(store)(i_ex + i, ex * C(SPINNAKER_DECAY_EX));
            SPK_REAL(store)(i_in + i, SPK_REAL(plain_zero)(in * C(SPINNAKER_DECAY_IN)));
            any |= SPK_REAL(fire)(s, i, v, next, old, C(SPINNAKER_RESET), fired + j);
        }
        if (SPK_REAL(any)(any)) count = SPK_REAL(list_fired)(fired, n, b, spikes, count);
    }
    return count;
}

SPK_DEFINE_STEP(curr_exp_spinnaker)
