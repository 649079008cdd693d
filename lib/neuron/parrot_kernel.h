/* parrot_kernel.h: one step of parrot; see parrot.c. Padding's threshold is NaN: it never fires. */

static inline __attribute__((always_inline)) size_t SPK_REAL(parrot)(const spk_neuron_slice *s,
                                                                     size_t begin, size_t end,
                                                                     uint32_t *spikes,
                                                                     const bool uniform)
{
    real *arrived = s->state[PARROT_ARRIVED];
    const real *input = s->input[0], *threshold = s->threshold;
    size_t count = 0;
    (void)uniform;
    for (size_t b = begin; b < end; b += SPK_REAL(BLOCK)) {
        size_t n = end - b < SPK_REAL(BLOCK) ? end - b : SPK_REAL(BLOCK);
        int32_t fired[SPK_REAL(BLOCK)];
        vmask any = {0};
        for (size_t j = 0; j < n; j += SPK_VECTOR) {
            size_t i = b + j;
            vreal sum = SPK_REAL(load)(arrived + i);
            if (input) sum += SPK_REAL(load)(input + i);
            vmask fires = sum > SPK_REAL(load)(threshold + i);
            vcount flags = __builtin_convertvector(fires, vcount);
            SPK_REAL(store)(arrived + i, (vreal){0});
            memcpy(fired + j, &flags, sizeof flags);
            any |= fires;
        }
        if (SPK_REAL(any)(any)) count = SPK_REAL(list_fired)(fired, n, b, spikes, count);
    }
    return count;
}

SPK_DEFINE_STEP(parrot)
