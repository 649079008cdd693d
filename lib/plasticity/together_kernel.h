/* together_kernel.h: synapses that are listed by source and by target, under stdp_trace with "timing":
 * "together"; see stdp_trace.c, and indexed.c in lib/engine for what the arrays hold.
 *
 * A change of the weight changes what the target gets from the next step on by g times as much, as the
 * course of a spike that is under way has the weight as it is. */

static inline real SPK_NUMBER(bounded)(real w, real least, real most)
{
    w = least > w ? least : w;
    return most < w ? most : w;
}

typedef real SPK_NUMBER(pair) __attribute__((vector_size(2 * sizeof(real))));

/* A presynaptic spike: n synapses, which may have a target in common. */
static void SPK_NUMBER(together_pre)(const spk_rule_constants *c, const spk_together_spike *spike,
                                     size_t n, const uint16_t *restrict target, void *weight,
                                     const void *down, void *current)
{
    const real least = (real)c->w_min, most = (real)c->w_max, up = (real)spike->up;
    const SPK_NUMBER(pair) share = {(real)spike->sent, (real)spike->g};
    weight_t *restrict w = weight;
    const real *restrict change = down;
    real *restrict in = current;
    for (size_t k = 0; k < n; k++) {
        const size_t i = 2 * (size_t)target[k];
        const real old = w[k];
        const weight_t now =
            (weight_t)SPK_NUMBER(bounded)(old + (change[i] + up * change[i + 1]), least, most);
        SPK_NUMBER(pair) sum;
        w[k] = now;
        memcpy(&sum, in + i, sizeof sum);
        sum += (SPK_NUMBER(pair)){old, (real)now - old} * share;
        memcpy(in + i, &sum, sizeof sum);
    }
}

/* The same without learning. */
static void SPK_NUMBER(together_send)(double amount, size_t n, const uint16_t *restrict target,
                                      const void *weight, void *current)
{
    const real sent = (real)amount;
    const weight_t *restrict w = weight;
    real *restrict in = current;
    for (size_t k = 0; k < n; k++)
        in[2 * (size_t)target[k]] += (real)w[k] * sent;
}

/* Those of n <= SPK_BLOCK synapses whose source has a trace: often few, as sources that are silent have
 * none. Returns how many. */
static inline size_t SPK_NUMBER(together_find)(size_t n, const uint32_t *restrict source,
                                               const real *restrict up, uint8_t *restrict found)
{
    size_t m = 0;
    for (size_t k = 0; k < n; k++) {
        uint64_t bits = 0;
        memcpy(&bits, up + source[k], sizeof *up);
        found[m] = (uint8_t)k;
        m += bits != 0;
    }
    return m;
}

/* A postsynaptic spike: the target's n synapses. Returns what the target gets by the changes: two sums,
 * to which those whose source has a trace are added in turn, so that none waits for the one before. */
static double SPK_NUMBER(together_post)(const spk_rule_constants *c, size_t n,
                                        const uint32_t *restrict source,
                                        const uint32_t *restrict at, void *weight, const void *up,
                                        const void *g)
{
    const real least = (real)c->w_min, most = (real)c->w_max;
    const real *restrict change = up, *restrict acts = g;
    weight_t *restrict w = weight;
    real sum = 0, other = 0;
    uint8_t found[SPK_BLOCK];
    for (size_t b = 0; b < n; b += SPK_BLOCK) {
        const size_t here = n - b < SPK_BLOCK ? n - b : SPK_BLOCK;
        const size_t m = SPK_NUMBER(together_find)(here, source + b, change, found);
        for (size_t i = 0; i < m; i++) {
            const size_t k = b + found[i], place = at[k], j = source[k];
            const real old = w[place];
            const weight_t now = (weight_t)SPK_NUMBER(bounded)(old + change[j], least, most);
            const real before = sum;
            w[place] = now;
            sum = other + ((real)now - old) * acts[j];
            other = before;
        }
    }
    return (double)(sum + other);
}
