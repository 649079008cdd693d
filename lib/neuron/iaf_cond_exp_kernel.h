/* iaf_cond_exp_kernel.h: one step of iaf_cond_exp; the equations are in iaf_cond_exp.c. */

/* Conductances do not decay below zero, where Euler's step is too long. */
static inline void SPK_REAL(cond_decay)(real *g, vreal before, vreal factor)
{
    vreal after = before * factor;
    SPK_REAL(store)(g, SPK_REAL(choose)(after > 0, after, (vreal){0}));
}

/* `injects` and `one`, a threshold for all, are constants where these are called. */
static inline __attribute__((always_inline)) size_t
SPK_REAL(cond_euler_step)(const spk_neuron_slice *s, size_t begin, size_t end, uint32_t *spikes,
                          const bool uniform, const bool injects, const bool one)
{
    real *v = s->state[COND_V], *g_ex = s->state[COND_G_EX], *g_in = s->state[COND_G_IN];
    const real *injected = s->current, *threshold = s->threshold;
    SPK_COEFFICIENTS(s, COND_COEFFICIENTS)
    const vreal same_threshold = threshold[0] - (vreal){0};
    const uint16_t *awake = s->awake;
    size_t count = 0;
    for (size_t i = begin; i < end; i += SPK_VECTOR) {
        vreal old = SPK_REAL(load)(v + i);
        vreal ex = SPK_REAL(load)(g_ex + i), in = SPK_REAL(load)(g_in + i);
        vreal current = C(COND_G_L) * (C(COND_E_L) - old) + ex * (C(COND_E_EX) - old) +
                        in * (C(COND_E_IN) - old) + C(COND_I_E);
        if (injects) current += SPK_REAL(load)(injected + i);
        vreal change = C(COND_STEP) * current;
        SPK_REAL(cond_decay)(g_ex + i, ex, C(COND_DECAY_EX));
        SPK_REAL(cond_decay)(g_in + i, in, C(COND_DECAY_IN));
        vreal th = one ? same_threshold : SPK_REAL(load)(threshold + i);
        count = SPK_REAL(cross_or_hold)(awake, i, old, change, th, v, C(COND_RESET), spikes, count);
    }
    return count;
}

static inline __attribute__((always_inline)) size_t
SPK_REAL(cond_exp_euler_step)(const spk_neuron_slice *s, size_t begin, size_t end, uint32_t *spikes,
                              const bool uniform, const bool injects, const bool one)
{
    real *v = s->state[COND_V], *g_ex = s->state[COND_G_EX], *g_in = s->state[COND_G_IN];
    const real *injected = s->current, *threshold = s->threshold;
    SPK_COEFFICIENTS(s, COND_COEFFICIENTS)
    const vreal same_threshold = threshold[0] - (vreal){0};
    const uint16_t *awake = s->awake;
    size_t count = 0;
    for (size_t i = begin; i < end; i += SPK_VECTOR) {
        vreal old = SPK_REAL(load)(v + i);
        vreal ex = SPK_REAL(load)(g_ex + i), in = SPK_REAL(load)(g_in + i);
        vreal g = C(COND_G_L) + ex + in;
        vreal drive =
            C(COND_G_L) * C(COND_E_L) + ex * C(COND_E_EX) + in * C(COND_E_IN) + C(COND_I_E);
        if (injects) drive += SPK_REAL(load)(injected + i);
        vreal goal = drive / g;
        vreal left = (old - goal) * SPK_REAL(exp)(-C(COND_STEP) * g);
        SPK_REAL(store)(g_ex + i, ex * C(COND_DECAY_EX));
        SPK_REAL(store)(g_in + i, in * C(COND_DECAY_IN));
        vreal th = one ? same_threshold : SPK_REAL(load)(threshold + i);
        count = SPK_REAL(cross_or_hold)(awake, i, goal, left, th, v, C(COND_RESET), spikes, count);
    }
    return count;
}

static inline __attribute__((always_inline)) size_t
SPK_REAL(cond_crank_nicolson_step)(const spk_neuron_slice *s, size_t begin, size_t end,
                                   uint32_t *spikes, const bool uniform, const bool injects,
                                   const bool one)
{
    real *v = s->state[COND_V], *g_ex = s->state[COND_G_EX], *g_in = s->state[COND_G_IN];
    const real *injected = s->current, *threshold = s->threshold;
    SPK_COEFFICIENTS(s, COND_COEFFICIENTS)
    const vreal same_threshold = threshold[0] - (vreal){0};
    const uint16_t *awake = s->awake;
    size_t count = 0;
    for (size_t i = begin; i < end; i += SPK_VECTOR) {
        vreal old = SPK_REAL(load)(v + i);
        vreal ex = SPK_REAL(load)(g_ex + i), in = SPK_REAL(load)(g_in + i);
        SPK_REAL(store)(g_ex + i, ex * C(COND_DECAY_EX));
        SPK_REAL(store)(g_in + i, in * C(COND_DECAY_IN));
        ex *= C(COND_MEAN_EX);
        in *= C(COND_MEAN_IN);
        vreal g = C(COND_G_L) + ex + in;
        vreal drive =
            C(COND_G_L) * C(COND_E_L) + C(COND_I_E) + ex * C(COND_E_EX) + in * C(COND_E_IN);
        if (injects) drive += SPK_REAL(load)(injected + i);
        vreal change = (drive - g * old) / (C(COND_STEP) + (real)0.5 * g);
        vreal th = one ? same_threshold : SPK_REAL(load)(threshold + i);
        count = SPK_REAL(cross_or_hold)(awake, i, old, change, th, v, C(COND_RESET), spikes, count);
    }
    return count;
}

static inline __attribute__((always_inline)) size_t SPK_REAL(cond_euler)(const spk_neuron_slice *s,
                                                                         size_t begin, size_t end,
                                                                         uint32_t *spikes,
                                                                         const bool uniform)
{
    if (s->current) return SPK_REAL(cond_euler_step)(s, begin, end, spikes, uniform, true, false);
    return s->one_threshold
               ? SPK_REAL(cond_euler_step)(s, begin, end, spikes, uniform, false, true)
               : SPK_REAL(cond_euler_step)(s, begin, end, spikes, uniform, false, false);
}

static inline __attribute__((always_inline)) size_t
SPK_REAL(cond_exp_euler)(const spk_neuron_slice *s, size_t begin, size_t end, uint32_t *spikes,
                         const bool uniform)
{
    if (s->current)
        return SPK_REAL(cond_exp_euler_step)(s, begin, end, spikes, uniform, true, false);
    return s->one_threshold
               ? SPK_REAL(cond_exp_euler_step)(s, begin, end, spikes, uniform, false, true)
               : SPK_REAL(cond_exp_euler_step)(s, begin, end, spikes, uniform, false, false);
}

static inline __attribute__((always_inline)) size_t
SPK_REAL(cond_crank_nicolson)(const spk_neuron_slice *s, size_t begin, size_t end, uint32_t *spikes,
                              const bool uniform)
{
    if (s->current)
        return SPK_REAL(cond_crank_nicolson_step)(s, begin, end, spikes, uniform, true, false);
    return s->one_threshold
               ? SPK_REAL(cond_crank_nicolson_step)(s, begin, end, spikes, uniform, false, true)
               : SPK_REAL(cond_crank_nicolson_step)(s, begin, end, spikes, uniform, false, false);
}

SPK_DEFINE_STEP(cond_euler)
SPK_DEFINE_STEP(cond_exp_euler)
SPK_DEFINE_STEP(cond_crank_nicolson)
