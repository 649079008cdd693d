/* lif_discrete_kernel.h: one step of lif_discrete; the equations are in lif_discrete.c. */

static inline __attribute__((always_inline)) size_t SPK_REAL(discrete)(const spk_neuron_slice *s,
                                                                       size_t begin, size_t end,
                                                                       uint32_t *spikes,
                                                                       const bool uniform)
{
    real *v = s->state[DISCRETE_V], *input = s->state[DISCRETE_I];
    const real *threshold = s->threshold;
    SPK_COEFFICIENTS(s, DISCRETE_COEFFICIENTS)
    size_t count = 0;
    for (size_t b = begin; b < end; b += SPK_REAL(BLOCK)) {
        size_t n = end - b < SPK_REAL(BLOCK) ? end - b : SPK_REAL(BLOCK);
        int32_t fired[SPK_REAL(BLOCK)];
        vmask any = {0};
        for (size_t j = 0; j < n; j += SPK_VECTOR) {
            size_t i = b + j;
            vreal old = SPK_REAL(load)(v + i), arrived = SPK_REAL(load)(input + i);
            vreal th = SPK_REAL(load)(threshold + i), reset = C(DISCRETE_RESET);
            vmask hard = C(DISCRETE_HARD) > 0, soft = C(DISCRETE_SOFT) > 0;
            vmask late = C(DISCRETE_NEXT) > 0, at = ~(C(DISCRETE_ABOVE) > 0);
            vcount left, rest;
            memcpy(&left, s->refractory + i, sizeof left);
            memcpy(&rest, s->t_ref + i, sizeof rest);
            vcount waits = left > 0;
            vmask waiting = __builtin_convertvector(waits, vmask);

            vreal next = C(DISCRETE_DECAY) * old + arrived + C(DISCRETE_BIAS);
            vmask over = late & ((old > th) | (at & (old == th)));
            next = SPK_REAL(choose)(over & hard, reset, next);
            next = SPK_REAL(choose)(over & soft, next - th, next);
            next = SPK_REAL(choose)(waiting & (C(DISCRETE_CLAMPS) > 0), old, next);

            vmask fires = ((next > th) | (at & (next == th))) & ~waiting;
            next = SPK_REAL(choose)(fires & hard & ~late, reset, next);
            next = SPK_REAL(choose)(fires & soft & ~late, next - th, next);
            SPK_REAL(store)(v + i, next);
            vreal kept = C(DISCRETE_INPUT_DECAY) * arrived;
            vmask normal = (kept >= REAL_MIN) | (kept <= -REAL_MIN);
            SPK_REAL(store)(input + i, SPK_REAL(choose)(normal, kept, (vreal){0}));

            vcount flags = __builtin_convertvector(fires, vcount);
            left = (rest & flags) | ((left + waits) & ~flags); /* a mask counts as -1 */
            memcpy(s->refractory + i, &left, sizeof left);
            memcpy(fired + j, &flags, sizeof flags);
            any |= fires;
        }
        if (SPK_REAL(any)(any)) count = SPK_REAL(list_fired)(fired, n, b, spikes, count);
    }
    return count;
}

SPK_DEFINE_STEP(discrete)
