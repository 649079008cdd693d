/* iaf_cond_exp_kernel.h: one step of iaf_cond_exp by its solvers of fixed steps; the equations are in
 * iaf_cond_exp.c. */

#ifndef SPK_COND_SOLVERS
#define SPK_COND_SOLVERS
enum { COND_BY_EULER, COND_BY_EXP_EULER, COND_BY_CRANK_NICOLSON };
#endif

/* `solver`, `injects`, and `one`, a threshold for all, are constants where this is called. V goes to
 * from + change. */
static inline __attribute__((always_inline)) size_t
SPK_REAL(cond_step)(const spk_neuron_slice *s, size_t begin, size_t end, uint32_t *spikes,
                    const bool uniform, const int solver, const bool injects, const bool one)
{
    real *v = s->state[COND_V], *g_ex = s->state[COND_G_EX], *g_in = s->state[COND_G_IN];
    const real *injected = s->current, *threshold = s->threshold;
    SPK_COEFFICIENTS(s, COND_COEFFICIENTS)
    const vreal same_threshold = threshold[0] - (vreal){0};
    const uint16_t *awake = s->awake;
    size_t count = 0;
    for (size_t i = begin; i < end; i += SPK_VECTOR) {
        const vreal old = SPK_REAL(load)(v + i);
        vreal ex = SPK_REAL(load)(g_ex + i), in = SPK_REAL(load)(g_in + i), from = old, change;
        vreal next_ex = ex * C(COND_DECAY_EX), next_in = in * C(COND_DECAY_IN);
        if (solver == COND_BY_EULER) {
            vreal current = C(COND_G_L) * (C(COND_E_L) - old) + ex * (C(COND_E_EX) - old) +
                            in * (C(COND_E_IN) - old) + C(COND_I_E);
            if (injects) current += SPK_REAL(load)(injected + i);
            change = C(COND_STEP) * current;
            /* not below zero, where Euler's step is too long */
            next_ex = SPK_REAL(choose)(next_ex > 0, next_ex, (vreal){0});
            next_in = SPK_REAL(choose)(next_in > 0, next_in, (vreal){0});
        } else if (solver == COND_BY_EXP_EULER) {
            vreal g = C(COND_G_L) + ex + in;
            vreal drive =
                C(COND_G_L) * C(COND_E_L) + ex * C(COND_E_EX) + in * C(COND_E_IN) + C(COND_I_E);
            if (injects) drive += SPK_REAL(load)(injected + i);
            from = drive / g;
            change = (old - from) * SPK_REAL(exp)(-C(COND_STEP) * g);
        } else {
            ex *= C(COND_MEAN_EX);
            in *= C(COND_MEAN_IN);
            vreal g = C(COND_G_L) + ex + in;
            vreal drive =
                C(COND_G_L) * C(COND_E_L) + C(COND_I_E) + ex * C(COND_E_EX) + in * C(COND_E_IN);
            if (injects) drive += SPK_REAL(load)(injected + i);
            change = (drive - g * old) / (C(COND_STEP) + (real)0.5 * g);
        }
        SPK_REAL(store)(g_ex + i, next_ex);
        SPK_REAL(store)(g_in + i, next_in);
        const vreal th = one ? same_threshold : SPK_REAL(load)(threshold + i);
        count =
            SPK_REAL(cross_or_hold)(awake, i, from, change, th, v, C(COND_RESET), spikes, count);
    }
    return count;
}

static inline __attribute__((always_inline)) size_t
SPK_REAL(cond_by)(const spk_neuron_slice *s, size_t begin, size_t end, uint32_t *spikes,
                  const bool uniform, const int solver)
{
    if (s->current) return SPK_REAL(cond_step)(s, begin, end, spikes, uniform, solver, true, false);
    return s->one_threshold
               ? SPK_REAL(cond_step)(s, begin, end, spikes, uniform, solver, false, true)
               : SPK_REAL(cond_step)(s, begin, end, spikes, uniform, solver, false, false);
}

static inline __attribute__((always_inline)) size_t SPK_REAL(cond_euler)(const spk_neuron_slice *s,
                                                                         size_t begin, size_t end,
                                                                         uint32_t *spikes,
                                                                         const bool uniform)
{
    return SPK_REAL(cond_by)(s, begin, end, spikes, uniform, COND_BY_EULER);
}

static inline __attribute__((always_inline)) size_t
SPK_REAL(cond_exp_euler)(const spk_neuron_slice *s, size_t begin, size_t end, uint32_t *spikes,
                         const bool uniform)
{
    return SPK_REAL(cond_by)(s, begin, end, spikes, uniform, COND_BY_EXP_EULER);
}

static inline __attribute__((always_inline)) size_t
SPK_REAL(cond_crank_nicolson)(const spk_neuron_slice *s, size_t begin, size_t end, uint32_t *spikes,
                              const bool uniform)
{
    return SPK_REAL(cond_by)(s, begin, end, spikes, uniform, COND_BY_CRANK_NICOLSON);
}

SPK_DEFINE_STEP(cond_euler)
SPK_DEFINE_STEP(cond_exp_euler)
SPK_DEFINE_STEP(cond_crank_nicolson)
