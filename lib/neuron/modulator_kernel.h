/* modulator_kernel.h: one step of modulator; the equations are in modulator.c. It never fires. */

static inline __attribute__((always_inline)) size_t SPK_REAL(modulator)(const spk_neuron_slice *s,
                                                                        size_t begin, size_t end,
                                                                        uint32_t *spikes,
                                                                        const bool uniform)
{
    real *value = s->state[MODULATOR_VALUE], *level = s->state[MODULATOR_LEVEL];
    real *gain = s->state[MODULATOR_GAIN], *input = s->state[MODULATOR_INPUT];
    SPK_COEFFICIENTS(s, MODULATOR_COEFFICIENTS)
    (void)spikes;
    for (size_t i = begin; i < end; i += SPK_VECTOR) {
        vreal l = SPK_REAL(load)(level + i), g = SPK_REAL(load)(gain + i);
        l += (SPK_REAL(load)(input + i) + C(MODULATOR_BIAS) - l) / C(MODULATOR_STEPS);
        SPK_REAL(store)(level + i, l);
        SPK_REAL(store)(value + i, g * l);
        SPK_REAL(store)(gain + i, g * C(MODULATOR_DECAY));
        SPK_REAL(store)(input + i, (vreal){0});
    }
    return 0;
}

SPK_DEFINE_STEP(modulator)
