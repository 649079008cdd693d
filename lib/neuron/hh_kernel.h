/* hh_kernel.h: hh_psc_alpha, hh_psc_alpha_gap and hh_cond_exp_traub by rkf45; the equations are in hh.c.
 * y is V, m, h, n, of hh_psc_alpha_gap p, then synapses. */

/* x / (1 - exp(-x / width)); its limit is width at x = 0. */
static inline vreal SPK_REAL(hh_linoid)(vreal x, double width)
{
    vreal value = x / (1 - SPK_REAL(exp)(-x / width));
    return SPK_REAL(choose)(x == 0, (vreal){0} + width, value);
}

/* The currents through the membrane without synapses. */
static inline vreal SPK_REAL(hh_ions)(const SPK_REAL(rkf) * model, const vreal *y)
{
    const vreal *c = model->c, v = y[0], m = y[1], h = y[2], n = y[3];
    vreal sodium = c[HH_G_NA] * m * m * m * h * (v - c[HH_E_NA]);
    vreal potassium = c[HH_G_K] * n * n * n * n * (v - c[HH_E_K]);
    return sodium + potassium + c[HH_G_L] * (v - c[HH_E_L]);
}

/* Of m, h and n, from how fast they open and close. */
static inline void SPK_REAL(hh_gates)(const vreal *open, const vreal *close, const vreal *y,
                                      vreal *slope)
{
    for (size_t k = 1; k <= 3; k++)
        slope[k] = open[k] * (1 - y[k]) - close[k] * y[k];
}

static inline void SPK_REAL(hh_psc_alpha_slopes)(const SPK_REAL(rkf) * m, const vreal *y,
                                                 vreal *slope)
{
    const vreal *c = m->c, v = y[0];
    const vreal open[] = {{0},
                          0.1 * SPK_REAL(hh_linoid)(v + 40, 10),
                          0.07 * SPK_REAL(exp)(-(v + 65) / 20),
                          0.01 * SPK_REAL(hh_linoid)(v + 55, 10)};
    const vreal close[] = {{0},
                           4 * SPK_REAL(exp)(-(v + 65) / 18),
                           1 / (1 + SPK_REAL(exp)(-(v + 35) / 10)),
                           0.125 * SPK_REAL(exp)(-(v + 65) / 80)};
    slope[0] = (-SPK_REAL(hh_ions)(m, y) + m->current + y[5] + y[7]) / c[HH_C_M];
    SPK_REAL(hh_gates)(open, close, y, slope);
    slope[4] = -y[4] / c[HH_TAU_EX];
    slope[5] = c[HH_PEAK_EX] * y[4] - y[5] / c[HH_TAU_EX];
    slope[6] = -y[6] / c[HH_TAU_IN];
    slope[7] = c[HH_PEAK_IN] * y[6] - y[7] / c[HH_TAU_IN];
}

static inline void SPK_REAL(hh_psc_alpha_gap_slopes)(const SPK_REAL(rkf) * m, const vreal *y,
                                                     vreal *slope)
{
    const vreal *c = m->c, v = y[0], p = y[4];
    const vreal open[] = {{0},
                          40 * SPK_REAL(hh_linoid)(v - 75.5, 13.5),
                          0.0035 * SPK_REAL(exp)(-v / 24.186),
                          0.014 * SPK_REAL(hh_linoid)(v + 44, 2.3)};
    const vreal close[] = {{0},
                           1.2262 * SPK_REAL(exp)(-v / 42.248),
                           0.017 * SPK_REAL(hh_linoid)(v + 51.25, 5.2),
                           0.0043 * SPK_REAL(exp)(-(v + 44) / 34)};
    vreal fast = c[GAP_G_KV3] * p * p * (v - c[HH_E_K]);
    slope[0] = (-SPK_REAL(hh_ions)(m, y) - fast + m->current + y[6] + y[8]) / c[HH_C_M];
    SPK_REAL(hh_gates)(open, close, y, slope);
    slope[4] = SPK_REAL(hh_linoid)(v - 95, 11.8) * (1 - p) - 0.025 * SPK_REAL(exp)(-v / 22.222) * p;
    slope[5] = -y[5] / c[HH_TAU_EX];
    slope[6] = c[GAP_PEAK_EX] * y[5] - y[6] / c[HH_TAU_EX];
    slope[7] = -y[7] / c[HH_TAU_IN];
    slope[8] = c[GAP_PEAK_IN] * y[7] - y[8] / c[HH_TAU_IN];
}

static inline void SPK_REAL(hh_cond_exp_traub_slopes)(const SPK_REAL(rkf) * m, const vreal *y,
                                                      vreal *slope)
{
    const vreal *c = m->c, v = y[0] - c[TRAUB_V_T];
    const vreal open[] = {{0},
                          0.32 * SPK_REAL(hh_linoid)(v - 13, 4),
                          0.128 * SPK_REAL(exp)((17 - v) / 18),
                          0.032 * SPK_REAL(hh_linoid)(v - 15, 5)};
    const vreal close[] = {{0},
                           0.28 * SPK_REAL(hh_linoid)(40 - v, 5),
                           4 / (1 + SPK_REAL(exp)((40 - v) / 5)),
                           0.5 * SPK_REAL(exp)((10 - v) / 40)};
    vreal ex = y[4] * (y[0] - c[TRAUB_E_EX]), in = y[5] * (y[0] - c[TRAUB_E_IN]);
    slope[0] = (-SPK_REAL(hh_ions)(m, y) - ex - in + m->current) / c[HH_C_M];
    SPK_REAL(hh_gates)(open, close, y, slope);
    slope[4] = -y[4] / c[HH_TAU_EX];
    slope[5] = -y[5] / c[HH_TAU_IN];
}

static inline __attribute__((always_inline)) size_t
SPK_REAL(hh_psc_alpha)(const spk_neuron_slice *s, size_t begin, size_t end, uint32_t *spikes,
                       const bool uniform)
{
    const SPK_REAL(rkf_model) model = {.n = 8,
                                       .c = HH_COEFFICIENTS,
                                       .scales = HH_SCALES,
                                       .i_e = HH_I_E,
                                       .tolerance = {1e-3, false},
                                       .slopes = SPK_REAL(hh_psc_alpha_slopes),
                                       .fire = SPK_REAL(rkf_peak)};
    return SPK_REAL(rkf_step)(&model, s, begin, end, spikes, uniform);
}

static inline __attribute__((always_inline)) size_t
SPK_REAL(hh_psc_alpha_gap)(const spk_neuron_slice *s, size_t begin, size_t end, uint32_t *spikes,
                           const bool uniform)
{
    const SPK_REAL(rkf_model) model = {.n = 9,
                                       .c = GAP_COEFFICIENTS,
                                       .scales = GAP_SCALES,
                                       .i_e = HH_I_E,
                                       .tolerance = {1e-6, false},
                                       .slopes = SPK_REAL(hh_psc_alpha_gap_slopes),
                                       .fire = SPK_REAL(rkf_peak)};
    return SPK_REAL(rkf_step)(&model, s, begin, end, spikes, uniform);
}

static inline __attribute__((always_inline)) size_t
SPK_REAL(hh_cond_exp_traub)(const spk_neuron_slice *s, size_t begin, size_t end, uint32_t *spikes,
                            const bool uniform)
{
    const SPK_REAL(rkf_model) model = {.n = 6,
                                       .c = TRAUB_COEFFICIENTS,
                                       .i_e = HH_I_E,
                                       .tolerance = {1e-3, false},
                                       .slopes = SPK_REAL(hh_cond_exp_traub_slopes),
                                       .fire = SPK_REAL(rkf_peak)};
    return SPK_REAL(rkf_step)(&model, s, begin, end, spikes, uniform);
}

SPK_DEFINE_STEP(hh_psc_alpha)
SPK_DEFINE_STEP(hh_psc_alpha_gap)
SPK_DEFINE_STEP(hh_cond_exp_traub)
