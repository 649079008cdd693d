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

/* A presynaptic spike: n synapses, which may have a target in common. */
static void SPK_NUMBER(together_pre)(const spk_rule_constants *c, const spk_together_spike *spike,
                                     size_t n, const uint16_t *restrict target, void *weight,
                                     const void *down, void *current)
{
    const real least = (real)c->w_min, most = (real)c->w_max;
    const real up = (real)spike->up, sent = (real)spike->sent, g = (real)spike->g;
    weight_t *restrict w = weight;
    const real *restrict change = down;
    real *restrict in = current;
    for (size_t k = 0; k < n; k++) {
        const size_t i = target[k];
        const real old = w[k], wanted = old + (change[2 * i] + up * change[2 * i + 1]);
        w[k] = (weight_t)SPK_NUMBER(bounded)(wanted, least, most);
        in[2 * i] += old * sent;
        in[2 * i + 1] += ((real)w[k] - old) * g;
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

/* A postsynaptic spike: the target's n synapses. Returns what the target gets by the changes; sums of
 * every SPK_SUMS-th synapse first. */
static double SPK_NUMBER(together_post)(const spk_rule_constants *c, size_t n,
                                        const spk_synapse_place *restrict place, void *weight,
                                        const void *up)
{
    const real least = (real)c->w_min, most = (real)c->w_max;
    weight_t *restrict w = weight;
    const real *restrict change = up;
    real sum[SPK_SUMS] = {0};
    for (size_t k = 0; k < n; k++) {
        const size_t at = place[k].at, j = place[k].source;
        const real old = w[at];
        w[at] = (weight_t)SPK_NUMBER(bounded)(old + change[2 * j], least, most);
        sum[k % SPK_SUMS] += ((real)w[at] - old) * change[2 * j + 1];
    }
    return (double)((sum[0] + sum[2]) + (sum[1] + sum[3]));
}
