/* iaf_cond_exp_kernel.h: one step of iaf_cond_exp; the equations are in iaf_cond_exp.c. */

/* Conductances decay to zero: never into denormal numbers, nor below it where Euler's step is too long. */
static inline void SPK_REAL(cond_decay)(real *g, vreal before, vreal factor)
{
    vreal after = before * factor;
    SPK_REAL(store)(g, SPK_REAL(choose)(after >= REAL_MIN, after, (vreal){0}));
}

static inline __attribute__((always_inline)) size_t SPK_REAL(cond_euler)(const spk_neuron_slice *s,
                                                                         size_t begin, size_t end,
                                                                         uint32_t *spikes,
                                                                         const bool uniform)
{
    real *v = s->state[COND_V], *g_ex = s->state[COND_G_EX], *g_in = s->state[COND_G_IN];
    SPK_COEFFICIENTS(s, COND_COEFFICIENTS)
    size_t count = 0;
    for (size_t b = begin; b < end; b += SPK_REAL(BLOCK)) {
        size_t n = end - b < SPK_REAL(BLOCK) ? end - b : SPK_REAL(BLOCK);
        int32_t fired[SPK_REAL(BLOCK)];
        vmask any = {0};
        for (size_t j = 0; j < n; j += SPK_VECTOR) {
            size_t i = b + j;
            vreal old = SPK_REAL(load)(v + i);
            vreal ex = SPK_REAL(load)(g_ex + i), in = SPK_REAL(load)(g_in + i);
            vreal current = C(COND_G_L) * (C(COND_E_L) - old) + ex * (C(COND_E_EX) - old) +
                            in * (C(COND_E_IN) - old) + C(COND_I_E) + SPK_REAL(injected)(s, i);
            vreal next = old + C(COND_STEP) * current;
            SPK_REAL(cond_decay)(g_ex + i, ex, C(COND_DECAY_EX));
            SPK_REAL(cond_decay)(g_in + i, in, C(COND_DECAY_IN));
            any |= SPK_REAL(fire)(s, i, v, next, old, C(COND_RESET), fired + j);
        }
        if (SPK_REAL(any)(any)) count = SPK_REAL(list_fired)(fired, n, b, spikes, count);
    }
    return count;
}

static inline __attribute__((always_inline)) size_t
SPK_REAL(cond_exp_euler)(const spk_neuron_slice *s, size_t begin, size_t end, uint32_t *spikes,
                         const bool uniform)
{
    real *v = s->state[COND_V], *g_ex = s->state[COND_G_EX], *g_in = s->state[COND_G_IN];
    SPK_COEFFICIENTS(s, COND_COEFFICIENTS)
    size_t count = 0;
    for (size_t b = begin; b < end; b += SPK_REAL(BLOCK)) {
        size_t n = end - b < SPK_REAL(BLOCK) ? end - b : SPK_REAL(BLOCK);
        real target[SPK_REAL(BLOCK)], factor[SPK_REAL(BLOCK)];
        int32_t fired[SPK_REAL(BLOCK)];
        vmask any = {0};
        for (size_t j = 0; j < n; j += SPK_VECTOR) {
            size_t i = b + j;
            vreal ex = SPK_REAL(load)(g_ex + i), in = SPK_REAL(load)(g_in + i);
            vreal g = C(COND_G_L) + ex + in;
            vreal drive = C(COND_G_L) * C(COND_E_L) + ex * C(COND_E_EX) + in * C(COND_E_IN) +
                          C(COND_I_E) + SPK_REAL(injected)(s, i);
            SPK_REAL(store)(target + j, drive / g);
            SPK_REAL(store)(factor + j, -C(COND_STEP) * g);
            SPK_REAL(cond_decay)(g_ex + i, ex, C(COND_DECAY_EX));
            SPK_REAL(cond_decay)(g_in + i, in, C(COND_DECAY_IN));
        }
        SPK_REAL_EXP(n, factor, factor);
        for (size_t j = 0; j < n; j += SPK_VECTOR) {
            size_t i = b + j;
            vreal old = SPK_REAL(load)(v + i), goal = SPK_REAL(load)(target + j);
            vreal next = goal + (old - goal) * SPK_REAL(load)(factor + j);
            any |= SPK_REAL(fire)(s, i, v, next, old, C(COND_RESET), fired + j);
        }
        if (SPK_REAL(any)(any)) count = SPK_REAL(list_fired)(fired, n, b, spikes, count);
    }
    return count;
}

SPK_DEFINE_STEP(cond_euler)
SPK_DEFINE_STEP(cond_exp_euler)
