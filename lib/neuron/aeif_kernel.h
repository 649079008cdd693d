/* aeif_kernel.h: the adaptive exponential models by rkf45; the equations are in aeif.c. */

/* Without the membrane's synaptic currents. */
static inline vreal SPK_REAL(aeif_membrane)(const SPK_REAL(rkf) * m, vreal v, vreal w,
                                            vreal synaptic, vreal *slope_w)
{
    const vreal *c = m->c;
    vreal sharp = c[AEIF_SLOPE] * SPK_REAL(exp)((v - c[AEIF_V_TH]) / c[AEIF_DELTA_T]);
    sharp = SPK_REAL(choose)(c[AEIF_SLOPE] > 0, sharp, (vreal){0});
    vreal leak = c[AEIF_G_L] * (v - c[AEIF_E_L]);
    *slope_w = (c[AEIF_A] * (v - c[AEIF_E_L]) - w) / c[AEIF_TAU_W];
    vreal slope = (-leak + sharp + synaptic - w + m->current) / c[AEIF_C_M];
    return SPK_REAL(choose)(m->refractory, (vreal){0}, slope);
}

/* V as the equations see it: at the reset while refractory, never above the peak. */
static inline vreal SPK_REAL(aeif_v)(const SPK_REAL(rkf) * m, vreal v)
{
    v = SPK_REAL(choose)(m->threshold < v, m->threshold, v);
    return SPK_REAL(choose)(m->refractory, m->c[AEIF_RESET], v);
}

static inline void SPK_REAL(aeif_cond_exp_slopes)(const SPK_REAL(rkf) * m, const vreal *y,
                                                  vreal *slope)
{
    const vreal *c = m->c, v = SPK_REAL(aeif_v)(m, y[0]);
    vreal synaptic = -(y[2] * (v - c[AEIF_E_EX])) - y[3] * (v - c[AEIF_E_IN]);
    slope[0] = SPK_REAL(aeif_membrane)(m, v, y[1], synaptic, &slope[1]);
    slope[2] = -y[2] / c[AEIF_TAU_EX];
    slope[3] = -y[3] / c[AEIF_TAU_IN];
}

static inline void SPK_REAL(aeif_psc_exp_slopes)(const SPK_REAL(rkf) * m, const vreal *y,
                                                 vreal *slope)
{
    const vreal *c = m->c, v = SPK_REAL(aeif_v)(m, y[0]);
    slope[0] = SPK_REAL(aeif_membrane)(m, v, y[1], y[2] - y[3], &slope[1]);
    slope[2] = -y[2] / c[AEIF_TAU_EX];
    slope[3] = -y[3] / c[AEIF_TAU_IN];
}

static inline void SPK_REAL(aeif_cond_alpha_slopes)(const SPK_REAL(rkf) * m, const vreal *y,
                                                    vreal *slope)
{
    const vreal *c = m->c, v = SPK_REAL(aeif_v)(m, y[0]);
    vreal synaptic = -(y[3] * (v - c[AEIF_E_EX])) - y[5] * (v - c[AEIF_E_IN]);
    slope[0] = SPK_REAL(aeif_membrane)(m, v, y[1], synaptic, &slope[1]);
    slope[2] = -y[2] / c[AEIF_TAU_EX];
    slope[3] = c[AEIF_PEAK_EX] * y[2] - y[3] / c[AEIF_TAU_EX];
    slope[4] = -y[4] / c[AEIF_TAU_IN];
    slope[5] = c[AEIF_PEAK_IN] * y[4] - y[5] / c[AEIF_TAU_IN];
}

/* A spike is found after any inner step; what remains of dt is then spent refractory, or, without
 * refractory time, from the reset on. */
static inline void SPK_REAL(aeif_after)(SPK_REAL(rkf) * m, vmask made, vreal *y)
{
    const vreal *c = m->c;
    vmask held = made & m->refractory, fires = made & ~m->refractory & (y[0] >= m->threshold);
    y[0] = SPK_REAL(choose)(held | fires, c[AEIF_RESET], y[0]);
    y[1] = SPK_REAL(choose)(fires, y[1] + c[AEIF_B], y[1]);
    m->fired |= fires;
    m->refractory |= fires & (c[AEIF_RESTS] > 0);
}

/* Those that fired wait t_ref, the others a step less. */
static inline vmask SPK_REAL(aeif_fire)(const spk_neuron_slice *s, size_t i,
                                        const SPK_REAL(rkf) * m, vreal before, vreal *y,
                                        int32_t *fired)
{
    (void)before;
    (void)y;
    return SPK_REAL(wait)(s, i, m->fired, fired);
}

#define AEIF_STEP(model_, n_, scales_)                                                             \
    static inline __attribute__((always_inline)) size_t SPK_REAL(model_)(                          \
        const spk_neuron_slice *s, size_t begin, size_t end, uint32_t *spikes, const bool uniform) \
    {                                                                                              \
        const SPK_REAL(rkf_model) model = {.n = (n_),                                              \
                                           .c = AEIF_COEFFICIENTS,                                 \
                                           .scales = (scales_),                                    \
                                           .i_e = AEIF_I_E,                                        \
                                           .tolerance = {1e-6, true},                              \
                                           .slopes = SPK_REAL(model_##_slopes),                    \
                                           .after = SPK_REAL(aeif_after),                          \
                                           .fire = SPK_REAL(aeif_fire)};                           \
        return SPK_REAL(rkf_step)(&model, s, begin, end, spikes, uniform);                         \
    }                                                                                              \
    SPK_DEFINE_STEP(model_)

AEIF_STEP(aeif_cond_exp, 4, 0)
AEIF_STEP(aeif_psc_exp, 4, 0)
AEIF_STEP(aeif_cond_alpha, 6, AEIF_SCALES)
#undef AEIF_STEP
