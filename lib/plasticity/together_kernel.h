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

#if defined __AVX2__ && !defined SPK_TOGETHER_FOUR
#define SPK_TOGETHER_FOUR
/* A pair of float as one double, which is moved and never counted with: a pair may lie at any multiple of 4. */
static inline double SPK_KERNEL(pair_at)(const float *pair, uint16_t target)
{
    double both;
    memcpy(&both, pair + 2 * (size_t)target, sizeof both);
    return both;
}

static inline void SPK_KERNEL(set_pair)(float *pair, uint16_t target, double both)
{
    memcpy(pair + 2 * (size_t)target, &both, sizeof both);
}

/* Four pairs in a vector: of these targets; and back. */
static inline __m256 SPK_KERNEL(four_pairs)(const float *pair, const uint16_t *target)
{
    const __m128d low =
        _mm_set_pd(SPK_KERNEL(pair_at)(pair, target[1]), SPK_KERNEL(pair_at)(pair, target[0]));
    const __m128d high =
        _mm_set_pd(SPK_KERNEL(pair_at)(pair, target[3]), SPK_KERNEL(pair_at)(pair, target[2]));
    return _mm256_castpd_ps(_mm256_set_m128d(high, low));
}

static inline void SPK_KERNEL(store_pairs)(float *pair, const uint16_t *target, __m256 four)
{
    const __m128d low = _mm256_castpd256_pd128(_mm256_castps_pd(four));
    const __m128d high = _mm256_extractf128_pd(_mm256_castps_pd(four), 1);
    SPK_KERNEL(set_pair)(pair, target[0], _mm_cvtsd_f64(low));
    SPK_KERNEL(set_pair)(pair, target[1], _mm_cvtsd_f64(_mm_unpackhi_pd(low, low)));
    SPK_KERNEL(set_pair)(pair, target[2], _mm_cvtsd_f64(high));
    SPK_KERNEL(set_pair)(pair, target[3], _mm_cvtsd_f64(_mm_unpackhi_pd(high, high)));
}

/* A presynaptic spike at synapses with different targets, four at a time, each in two lanes; returns how
 * many are done. The numbers are those of together_pre() below. */
static inline size_t SPK_KERNEL(together_pre_four)(const spk_rule_constants *c,
                                                   const spk_together_spike *spike, size_t n,
                                                   const uint16_t *target, float *w,
                                                   const float *change, float *in)
{
    const __m256i twice = _mm256_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3);
    const __m256i once = _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6);
    const float u = (float)spike->up, s = (float)spike->sent, g = (float)spike->g;
    const __m256 up = _mm256_setr_ps(1, u, 1, u, 1, u, 1, u);
    const __m256 share = _mm256_setr_ps(s, g, s, g, s, g, s, g);
    const __m256 least = _mm256_set1_ps((float)c->w_min), most = _mm256_set1_ps((float)c->w_max);
    size_t k = 0;
    for (; k + 4 <= n; k += 4) {
        const __m256 parts = _mm256_mul_ps(SPK_KERNEL(four_pairs)(change, target + k), up);
        const __m256 both = _mm256_add_ps(parts, _mm256_permute_ps(parts, 0xb1));
        const __m256 old =
            _mm256_permutevar8x32_ps(_mm256_castps128_ps256(_mm_loadu_ps(w + k)), twice);
        __m256 now = _mm256_max_ps(least, _mm256_add_ps(old, both));
        now = _mm256_min_ps(most, now);
        _mm_storeu_ps(w + k, _mm256_castps256_ps128(_mm256_permutevar8x32_ps(now, once)));
        const __m256 more =
            _mm256_mul_ps(_mm256_blend_ps(old, _mm256_sub_ps(now, old), 0xaa), share);
        SPK_KERNEL(store_pairs)
        (in, target + k, _mm256_add_ps(SPK_KERNEL(four_pairs)(in, target + k), more));
    }
    return k;
}
#endif

typedef real SPK_NUMBER(pair) __attribute__((vector_size(2 * sizeof(real))));

/* A presynaptic spike: n synapses, of which some may have a target in common. */
static void SPK_NUMBER(together_pre)(const spk_rule_constants *c, const spk_together_spike *spike,
                                     size_t n, bool common, const uint16_t *restrict target,
                                     void *weight, const void *down, void *current)
{
    const real least = (real)c->w_min, most = (real)c->w_max, up = (real)spike->up;
    const SPK_NUMBER(pair) share = {(real)spike->sent, (real)spike->g};
    weight_t *restrict w = weight;
    const real *restrict change = down;
    real *restrict in = current;
    size_t k = 0;
    (void)common;
#if defined SPK_TOGETHER_FOUR && defined SPK_REAL_SINGLE
    if (!common) k = SPK_KERNEL(together_pre_four)(c, spike, n, target, weight, down, current);
#endif
    for (; k < n; k++) {
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

/* A postsynaptic spike: n of the target's synapses. Returns what the target gets by the changes: two
 * sums, to which they are added in turn, so that none waits for the one before. */
static double SPK_NUMBER(together_post)(const spk_rule_constants *c, size_t n,
                                        const spk_together_synapse *restrict synapse,
                                        const uint32_t *restrict row, void *weight, const void *up,
                                        const void *g)
{
    const real least = (real)c->w_min, most = (real)c->w_max;
    const real *restrict change = up, *restrict acts = g;
    weight_t *restrict w = weight;
    real sum = 0, other = 0;
    for (size_t k = 0; k < n; k++) {
        const size_t j = synapse[k].source, at = row[j] + synapse[k].place;
        const real old = w[at];
        const weight_t now = (weight_t)SPK_NUMBER(bounded)(old + change[j], least, most);
        const real before = sum;
        w[at] = now;
        sum = other + ((real)now - old) * acts[j];
        other = before;
    }
    return (double)(sum + other);
}
