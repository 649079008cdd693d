/* izhikevich_kernel.h: one step of izhikevich; the equations are in izhikevich.c. */

static inline vreal SPK_REAL(izhikevich_slope)(vreal v, vreal u, vreal current)
{
    return (real)0.04 * v * v + 5 * v + 140 - u + current;
}

static inline __attribute__((always_inline)) size_t
SPK_REAL(izhikevich)(const spk_neuron_slice *s, size_t begin, size_t end, uint32_t *spikes,
                     const bool uniform, const bool published)
{
    real *at_v = s->state[IZHIKEVICH_V], *at_u = s->state[IZHIKEVICH_U];
    const real *input = s->input[0];
    SPK_COEFFICIENTS(s, IZHIKEVICH_COEFFICIENTS)
    size_t count = 0;
    for (size_t b = begin; b < end; b += SPK_REAL(BLOCK)) {
        size_t n = end - b < SPK_REAL(BLOCK) ? end - b : SPK_REAL(BLOCK);
        int32_t fired[SPK_REAL(BLOCK)];
        vmask any = {0};
        for (size_t j = 0; j < n; j += SPK_VECTOR) {
            size_t i = b + j;
            vreal v = SPK_REAL(load)(at_v + i), u = SPK_REAL(load)(at_u + i), old = v;
            vreal current = C(IZHIKEVICH_I_E) + SPK_REAL(injected)(s, i);
            vreal arrives = input ? SPK_REAL(load)(input + i) : (vreal){0};
            vreal dt = C(IZHIKEVICH_DT), least = C(IZHIKEVICH_MIN);
            if (published) {
                current += arrives;
                v += dt * (real)0.5 * SPK_REAL(izhikevich_slope)(v, u, current);
                v += dt * (real)0.5 * SPK_REAL(izhikevich_slope)(v, u, current);
                u += dt * C(IZHIKEVICH_A) * (C(IZHIKEVICH_B) * v - u);
            } else {
                v += dt * SPK_REAL(izhikevich_slope)(v, u, current) + arrives;
                u += dt * C(IZHIKEVICH_A) * (C(IZHIKEVICH_B) * old - u);
            }
            v = SPK_REAL(choose)(least > v, least, v);
            vmask fires = SPK_REAL(fire)(s, i, at_v, v, v, C(IZHIKEVICH_C), fired + j);
            SPK_REAL(store)(at_u + i, SPK_REAL(choose)(fires, u + C(IZHIKEVICH_D), u));
            any |= fires;
        }
        if (SPK_REAL(any)(any)) count = SPK_REAL(list_fired)(fired, n, b, spikes, count);
    }
    return count;
}

static inline __attribute__((always_inline)) size_t
SPK_REAL(izhikevich_euler)(const spk_neuron_slice *s, size_t begin, size_t end, uint32_t *spikes,
                           const bool uniform)
{
    return SPK_REAL(izhikevich)(s, begin, end, spikes, uniform, false);
}

static inline __attribute__((always_inline)) size_t
SPK_REAL(izhikevich_published)(const spk_neuron_slice *s, size_t begin, size_t end,
                               uint32_t *spikes, const bool uniform)
{
    return SPK_REAL(izhikevich)(s, begin, end, spikes, uniform, true);
}

SPK_DEFINE_STEP(izhikevich_euler)
SPK_DEFINE_STEP(izhikevich_published)
