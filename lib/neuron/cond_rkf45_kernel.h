/* cond_rkf45_kernel.h: iaf_cond_exp, iaf_cond_alpha and iaf_cond_beta by rkf45; the equations are in
 * their files. */

static inline void SPK_REAL(cond_exp_slopes)(const SPK_REAL(rkf) * m, const vreal *y, vreal *slope)
{
    const vreal *c = m->c, v = y[0];
    vreal ex = y[1] * (v - c[RKF_COND_E_EX]), in = y[2] * (v - c[RKF_COND_E_IN]);
    vreal leak = c[RKF_COND_G_L] * (v - c[RKF_COND_E_L]);
    slope[0] = (-leak + m->current - ex - in) / c[RKF_COND_C_M];
    slope[1] = -y[1] / c[RKF_COND_TAU_EX];
    slope[2] = -y[2] / c[RKF_COND_TAU_IN];
}

static inline void SPK_REAL(cond_beta_slopes)(const SPK_REAL(rkf) * m, const vreal *y, vreal *slope)
{
    const vreal *c = m->c, v = y[0];
    vreal ex = y[2] * (v - c[RKF_COND_E_EX]), in = y[4] * (v - c[RKF_COND_E_IN]);
    vreal leak = c[RKF_COND_G_L] * (v - c[RKF_COND_E_L]);
    slope[0] = (-leak + m->current - ex - in) / c[RKF_COND_C_M];
    slope[1] = -y[1] / c[RKF_COND_TAU_EX];
    slope[2] = c[RKF_BETA_PEAK_EX] * y[1] - y[2] / c[RKF_BETA_RISE_EX];
    slope[3] = -y[3] / c[RKF_COND_TAU_IN];
    slope[4] = c[RKF_BETA_PEAK_IN] * y[3] - y[4] / c[RKF_BETA_RISE_IN];
}

static inline __attribute__((always_inline)) size_t
SPK_REAL(cond_exp_rkf45)(const spk_neuron_slice *s, size_t begin, size_t end, uint32_t *spikes,
                         const bool uniform)
{
    const SPK_REAL(rkf_model) model = {.n = 3,
                                       .c = RKF_COND_COEFFICIENTS,
                                       .i_e = RKF_COND_I_E,
                                       .tolerance = {1e-3, false},
                                       .slopes = SPK_REAL(cond_exp_slopes),
                                       .fire = SPK_REAL(rkf_fire)};
    return SPK_REAL(rkf_step)(&model, s, begin, end, spikes, uniform);
}

static inline __attribute__((always_inline)) size_t
SPK_REAL(cond_beta_rkf45)(const spk_neuron_slice *s, size_t begin, size_t end, uint32_t *spikes,
                          const bool uniform)
{
    const SPK_REAL(rkf_model) model = {.n = 5,
                                       .c = RKF_BETA_COEFFICIENTS,
                                       .scales = RKF_BETA_SCALES,
                                       .i_e = RKF_COND_I_E,
                                       .tolerance = {1e-3, false},
                                       .slopes = SPK_REAL(cond_beta_slopes),
                                       .fire = SPK_REAL(rkf_fire)};
    return SPK_REAL(rkf_step)(&model, s, begin, end, spikes, uniform);
}

SPK_DEFINE_STEP(cond_exp_rkf45)
SPK_DEFINE_STEP(cond_beta_rkf45)
