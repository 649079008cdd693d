/* stdp_post_kernel.h: what a postsynaptic spike does under stdp_trace, and powers of arrays. */

/* x^mu in place; the exponents that need no power function are exact. */
static inline void SPK_REAL(power)(size_t n, real *x, double mu)
{
    if (mu == 1) return;
    if (mu == 0)
        for (size_t i = 0; i < n; i++)
            x[i] = 1;
    else
        SPK_REAL_POW(n, x, mu, x);
}

static inline real SPK_REAL(clip)(real w, const spk_rule_constants *c)
{
    const real least = (real)c->w_min, most = (real)c->w_max;
    w = least > w ? least : w;
    return most < w ? most : w;
}

/* pair (slow = 1) and triplet */
static void SPK_REAL(post_proportional)(const spk_rule_constants *c, size_t n, real *restrict w,
                                        const real *restrict x, real slow)
{
    const real rate = (real)c->nu_post * slow;
    for (size_t i = 0; i < n; i++)
        w[i] = SPK_REAL(clip)(w[i] + rate * x[i], c);
}

/* power_law and pre_and_post */
static void SPK_REAL(post_power)(const spk_rule_constants *c, size_t n, real *restrict w,
                                 const real *restrict x)
{
    const real nu = (real)c->nu_post, target = (real)c->x_tar, most = (real)c->w_max;
    for (size_t b = 0; b < n; b += SPK_BLOCK) {
        real room[SPK_BLOCK];
        size_t m = n - b < SPK_BLOCK ? n - b : SPK_BLOCK;
        for (size_t i = 0; i < m; i++)
            room[i] = most > w[b + i] ? most - w[b + i] : 0;
        SPK_REAL(power)(m, room, c->mu);
        for (size_t i = 0; i < m; i++)
            w[b + i] = SPK_REAL(clip)(w[b + i] + nu * (x[b + i] - target) * room[i], c);
    }
}

static void SPK_REAL(post_exponential)(const spk_rule_constants *c, size_t n, real *restrict w,
                                       const real *restrict x)
{
    const real nu = (real)c->nu_post, target = (real)c->x_tar;
    const real beta = (real)c->beta, most = (real)c->w_max;
    for (size_t b = 0; b < n; b += SPK_BLOCK) {
        real up[SPK_BLOCK], down[SPK_BLOCK];
        size_t m = n - b < SPK_BLOCK ? n - b : SPK_BLOCK;
        for (size_t i = 0; i < m; i++) {
            up[i] = -beta * w[b + i];
            down[i] = -beta * (most - w[b + i]);
        }
        SPK_REAL_EXP(m, up, up);
        SPK_REAL_EXP(m, down, down);
        for (size_t i = 0; i < m; i++)
            w[b + i] = SPK_REAL(clip)(w[b + i] + nu * (x[b + i] * up[i] - target * down[i]), c);
    }
}

static void SPK_REAL(stdp_trace_post)(const spk_rule_constants *c, size_t n, void *weight,
                                      const void *pre, double slow)
{
    switch (c->variant) {
    case STDP_TRIPLET:
        SPK_REAL(post_proportional)(c, n, weight, pre, (real)slow);
        break;
    case STDP_PAIR:
        SPK_REAL(post_proportional)(c, n, weight, pre, 1);
        break;
    case STDP_EXPONENTIAL:
        SPK_REAL(post_exponential)(c, n, weight, pre);
        break;
    default:
        SPK_REAL(post_power)(c, n, weight, pre);
    }
}
