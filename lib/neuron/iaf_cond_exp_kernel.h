/* iaf_cond_exp_kernel.h: one step of iaf_cond_exp; the equations are in iaf_cond_exp.c. */

/* Threshold, reset and refractoriness, the same for both solvers. `next` is where the membrane
 * would be; returns the flag. */
static inline int32_t SPK_REAL(cond_fire)(real *v, int32_t *left, real next, real threshold,
                                          real reset, int32_t t_ref)
{
    int32_t waiting = *left > 0;
    next = waiting ? *v : next;
    int32_t fires = !waiting & (next >= threshold);
    *v = fires ? reset : next;
    *left = fires ? t_ref : *left - waiting;
    return fires;
}

/* Conductances decay to zero, never into denormal numbers. */
static inline real SPK_REAL(cond_decay)(real g, real factor)
{
    g *= factor;
    return g >= REAL_MIN ? g : 0;
}

#define C(k) (uniform ? same[k] : each[k][i])

static inline __attribute__((always_inline)) size_t SPK_REAL(cond_euler)(const spk_neuron_slice *s,
                                                                         size_t begin, size_t end,
                                                                         uint32_t *spikes,
                                                                         const bool uniform)
{
    real *restrict v = s->state[COND_V], *restrict ex = s->state[COND_G_EX];
    real *restrict in = s->state[COND_G_IN];
    const real *restrict threshold = s->threshold;
    SPK_COEFFICIENTS(s, COND_COEFFICIENTS)
    int32_t *restrict left = s->refractory;
    const int32_t *restrict t_ref = s->t_ref;
    size_t count = 0;
    for (size_t b = begin; b < end; b += SPK_BLOCK) {
        size_t n = end - b < SPK_BLOCK ? end - b : SPK_BLOCK;
        int32_t fired[SPK_BLOCK], any = 0;
#pragma omp simd reduction(| : any)
        for (size_t j = 0; j < n; j++) {
            size_t i = b + j;
            real current = C(COND_G_L) * (C(COND_E_L) - v[i]) + ex[i] * (C(COND_E_EX) - v[i]) +
                           in[i] * (C(COND_E_IN) - v[i]) + C(COND_I_E);
            real next = v[i] + C(COND_STEP) * current;
            ex[i] = SPK_REAL(cond_decay)(ex[i], C(COND_DECAY_EX));
            in[i] = SPK_REAL(cond_decay)(in[i], C(COND_DECAY_IN));
            fired[j] =
                SPK_REAL(cond_fire)(&v[i], &left[i], next, threshold[i], C(COND_RESET), t_ref[i]);
            any |= fired[j];
        }
        if (any) count = list_fired(fired, n, b, spikes, count);
    }
    return count;
}

static inline __attribute__((always_inline)) size_t
SPK_REAL(cond_exp_euler)(const spk_neuron_slice *s, size_t begin, size_t end, uint32_t *spikes,
                         const bool uniform)
{
    real *restrict v = s->state[COND_V], *restrict ex = s->state[COND_G_EX];
    real *restrict in = s->state[COND_G_IN];
    const real *restrict threshold = s->threshold;
    SPK_COEFFICIENTS(s, COND_COEFFICIENTS)
    int32_t *restrict left = s->refractory;
    const int32_t *restrict t_ref = s->t_ref;
    size_t count = 0;
    for (size_t b = begin; b < end; b += SPK_BLOCK) {
        size_t n = end - b < SPK_BLOCK ? end - b : SPK_BLOCK;
        real target[SPK_BLOCK], factor[SPK_BLOCK];
        int32_t fired[SPK_BLOCK], any = 0;
#pragma omp simd
        for (size_t j = 0; j < n; j++) {
            size_t i = b + j;
            real g = C(COND_G_L) + ex[i] + in[i];
            real drive = C(COND_G_L) * C(COND_E_L) + ex[i] * C(COND_E_EX) + in[i] * C(COND_E_IN) +
                         C(COND_I_E);
            target[j] = drive / g;
            factor[j] = -C(COND_STEP) * g;
        }
        SPK_REAL_EXP(n, factor, factor);
#pragma omp simd reduction(| : any)
        for (size_t j = 0; j < n; j++) {
            size_t i = b + j;
            real next = target[j] + (v[i] - target[j]) * factor[j];
            ex[i] = SPK_REAL(cond_decay)(ex[i], C(COND_DECAY_EX));
            in[i] = SPK_REAL(cond_decay)(in[i], C(COND_DECAY_IN));
            fired[j] =
                SPK_REAL(cond_fire)(&v[i], &left[i], next, threshold[i], C(COND_RESET), t_ref[i]);
            any |= fired[j];
        }
        if (any) count = list_fired(fired, n, b, spikes, count);
    }
    return count;
}

#undef C

SPK_DEFINE_STEP(cond_euler)
SPK_DEFINE_STEP(cond_exp_euler)
