/* rkf45_kernel.h: steps of dt by an embedded Runge-Kutta method that chooses its own smaller ones.
 *
 * Fehlberg's fourth and fifth order (NASA TR R-315, 1969) with the step control of the GNU
 * Scientific Library's first odeiv interface, on which NEST's models stand: the error of every
 * variable is held below an absolute tolerance; a step whose error is more than 1.1 times that is
 * made again, smaller by at most 5; where it is less than half, the next one is larger by at most 5.
 * The length with which a unit would go on is part of its state. Units are done in vectors, each
 * lane with steps of its own. Double precision only. */

enum {
    RKF_MOST = 9,
    RKF_TRIES = 10000 /* in one step of dt: what takes more has diverged */
};

/* What the derivatives of one vector of units depend on beside their state. */
typedef struct SPK_REAL(rkf) {
    const vreal *c; /* coefficients */
    vreal current;  /* I_e and what is injected */
    vmask refractory;
    vreal threshold;
    vmask fired; /* of models that look after every inner step */
} SPK_REAL(rkf);

typedef void SPK_REAL(rkf_slopes)(const SPK_REAL(rkf) * m, const vreal *y, vreal *slope);

/* Called after every inner step, for the lanes that made one; may change y. */
typedef void SPK_REAL(rkf_after)(SPK_REAL(rkf) * m, vmask made, vreal *y);

/* log and pow only where the limits do not decide: below the first bound a step grows by 5, above
 * the second it shrinks by 5. */
static inline vreal SPK_REAL(rkf_factor)(vreal error)
{
    const vreal most = (vreal){0} + 5, least = (vreal){0} + 0.2, one = (vreal){0} + 1;
    vmask shrink = error > 1.1, grow = error < 0.5;
    vmask tiny = error<3.4e-5, huge = error> 1846.0;
    vreal factor = SPK_REAL(choose)(tiny, most, SPK_REAL(choose)(huge, least, one));
    vmask unclear = (shrink | grow) & ~(tiny | huge);
    if (!SPK_REAL(any)(unclear)) return factor;
    const vreal fifth = (vreal){0} + 1.0 / 5, sixth = (vreal){0} + 1.0 / 6;
    vreal root = (vreal)spk_vd_pow((spk_vd)error, (spk_vd)SPK_REAL(choose)(shrink, fifth, sixth));
    vreal r = 0.9 / root;
    r = SPK_REAL(choose)(shrink & (r < least), least, r);
    r = SPK_REAL(choose)(grow & (r > most), most, r);
    r = SPK_REAL(choose)(grow & (r < one), one, r);
    return SPK_REAL(choose)(unclear, r, factor);
}

/* The error that a variable may have in a step of h whose end has this slope. */
typedef struct SPK_REAL(rkf_tolerance) {
    double absolute;
    bool and_of_change; /* as much again for each unit of |h slope| */
} SPK_REAL(rkf_tolerance);

static inline vreal SPK_REAL(magnitude)(vreal x)
{
    return SPK_REAL(choose)(x < 0, -x, x);
}

/* One try of a step of h from y: next[], and the largest error beside its tolerance. `scale` says how
 * many of the units in which tolerances are meant a variable's unit is. */
static inline __attribute__((always_inline)) vreal
SPK_REAL(rkf_try)(SPK_REAL(rkf_slopes) * f, const SPK_REAL(rkf) * m, const size_t n, vreal h,
                  const vreal *y, const vreal *scale, const SPK_REAL(rkf_tolerance) * tolerance,
                  vreal *next)
{
    vreal k1[RKF_MOST], k2[RKF_MOST], k3[RKF_MOST], k4[RKF_MOST], k5[RKF_MOST], k6[RKF_MOST];
    vreal at[RKF_MOST], worst = (vreal){0} + DBL_MIN;
    f(m, y, k1);
    for (size_t i = 0; i < n; i++)
        at[i] = y[i] + 1.0 / 4 * h * k1[i];
    f(m, at, k2);
    for (size_t i = 0; i < n; i++)
        at[i] = y[i] + h * (3.0 / 32 * k1[i] + 9.0 / 32 * k2[i]);
    f(m, at, k3);
    for (size_t i = 0; i < n; i++)
        at[i] = y[i] + h * (1932.0 / 2197 * k1[i] + -7200.0 / 2197 * k2[i] + 7296.0 / 2197 * k3[i]);
    f(m, at, k4);
    for (size_t i = 0; i < n; i++)
        at[i] = y[i] + h * (8341.0 / 4104 * k1[i] + -32832.0 / 4104 * k2[i] +
                            29440.0 / 4104 * k3[i] + -845.0 / 4104 * k4[i]);
    f(m, at, k5);
    for (size_t i = 0; i < n; i++)
        at[i] = y[i] +
                h * (-6080.0 / 20520 * k1[i] + 41040.0 / 20520 * k2[i] + -28352.0 / 20520 * k3[i] +
                     9295.0 / 20520 * k4[i] + -5643.0 / 20520 * k5[i]);
    f(m, at, k6);
    for (size_t i = 0; i < n; i++)
        next[i] = y[i] + h * (902880.0 / 7618050 * k1[i] + 3953664.0 / 7618050 * k3[i] +
                              3855735.0 / 7618050 * k4[i] + -1371249.0 / 7618050 * k5[i] +
                              277020.0 / 7618050 * k6[i]);
    if (tolerance->and_of_change) f(m, next, k2);
    for (size_t i = 0; i < n; i++) {
        vreal error = h * (1.0 / 360 * k1[i] + -128.0 / 4275 * k3[i] + -2197.0 / 75240 * k4[i] +
                           1.0 / 50 * k5[i] + 2.0 / 55 * k6[i]);
        vreal allowed = (vreal){0} + tolerance->absolute;
        if (tolerance->and_of_change)
            allowed += tolerance->absolute * SPK_REAL(magnitude)(h * k2[i] * scale[i]);
        error = SPK_REAL(magnitude)(error) * scale[i] / allowed;
        worst = SPK_REAL(choose)(error > worst, error, worst);
    }
    return worst;
}

/* All lanes' n variables by dt; *step is the length to begin with, and then the one to go on with. Where
 * there is no end, V becomes no number. */
static inline __attribute__((always_inline)) void
SPK_REAL(rkf45)(SPK_REAL(rkf_slopes) * f, SPK_REAL(rkf_after) * after, SPK_REAL(rkf) * m,
                const size_t n, vreal dt, const vreal *scale,
                const SPK_REAL(rkf_tolerance) * tolerance, vreal *y, vreal *step)
{
    vreal t = {0}, length = *step;
    size_t tries = 0;
    for (vmask going = t < dt; SPK_REAL(any)(going); going = t < dt) {
        if (tries++ == RKF_TRIES) {
            y[0] = SPK_REAL(choose)(going, (vreal){0} + (real)NAN, y[0]);
            break;
        }
        vreal left = dt - t, next[RKF_MOST];
        vmask last = length > left;
        vreal h = SPK_REAL(choose)(last, left, length);
        vreal worst = SPK_REAL(rkf_try)(f, m, n, h, y, scale, tolerance, next);
        vreal wanted = h * SPK_REAL(rkf_factor)(worst), then = SPK_REAL(choose)(last, dt, t + h);
        vmask again = (worst > 1.1) & (wanted < h) & (then + wanted != then);
        vmask stays = (worst > 1.1) & ~again; /* it cannot be smaller */
        vmask made = going & ~again;
        length = SPK_REAL(choose)(going, SPK_REAL(choose)(stays, h, wanted), length);
        for (size_t i = 0; i < n; i++)
            y[i] = SPK_REAL(choose)(made, next[i], y[i]);
        t = SPK_REAL(choose)(made, then, t);
        if (after) after(m, made, y);
    }
    *step = length;
}

/* The n variables of the units from i, the solver's own behind them. */
static inline void SPK_REAL(rkf_load)(const spk_neuron_slice *s, size_t i, size_t n, vreal *y,
                                      vreal *step)
{
    for (size_t k = 0; k < n; k++)
        y[k] = SPK_REAL(load)((const real *)s->state[k] + i);
    *step = SPK_REAL(load)((const real *)s->state[n] + i);
}

static inline void SPK_REAL(rkf_store)(const spk_neuron_slice *s, size_t i, size_t n,
                                       const vreal *y, vreal step)
{
    for (size_t k = 0; k < n; k++)
        SPK_REAL(store)((real *)s->state[k] + i, y[k]);
    SPK_REAL(store)((real *)s->state[n] + i, step);
}

/* What a model says of itself: its n variables, c coefficients, tolerance, where among the
 * coefficients the variables' scales begin (0: all are 1). */
typedef struct SPK_REAL(rkf_model) {
    size_t n, c, scales;
    size_t i_e; /* coefficient */
    SPK_REAL(rkf_tolerance) tolerance;
    SPK_REAL(rkf_slopes) * slopes;
    SPK_REAL(rkf_after) * after;
    /* After dt: who fires? `before` is V at the begin. Stores refractory steps and flags. */
    vmask (*fire)(const spk_neuron_slice *s, size_t i, const SPK_REAL(rkf) * m, vreal before,
                  vreal *y, int32_t *fired);
} SPK_REAL(rkf_model);

/* One vector of units. */
static inline __attribute__((always_inline)) vmask
SPK_REAL(rkf_units)(const SPK_REAL(rkf_model) * model, const spk_neuron_slice *s, size_t i,
                    vreal dt, const real *same, const real *const *each, const bool uniform,
                    int32_t *fired)
{
    vreal c[SPK_MAX_COEFFICIENTS], y[RKF_MOST], scale[RKF_MOST], step;
    for (size_t k = 0; k < model->c; k++)
        c[k] = C(k);
    for (size_t k = 0; k < model->n; k++)
        scale[k] = model->scales ? c[model->scales + k] : (vreal){0} + 1;
    SPK_REAL(rkf_load)(s, i, model->n, y, &step);
    SPK_REAL(rkf)
    m = {.c = c,
         .current = c[model->i_e] + SPK_REAL(injected)(s, i),
         .refractory = SPK_REAL(refractory)(s, i),
         .threshold = SPK_REAL(load)((const real *)s->threshold + i)};
    const vreal before = y[0];
    SPK_REAL(rkf45)
    (model->slopes, model->after, &m, model->n, dt, scale, &model->tolerance, y, &step);
    vmask fires = model->fire(s, i, &m, before, y, fired);
    SPK_REAL(rkf_store)(s, i, model->n, y, step);
    return fires;
}

/* One step of a slice; coefficient 0 is dt. */
static inline __attribute__((always_inline)) size_t
SPK_REAL(rkf_step)(const SPK_REAL(rkf_model) * model, const spk_neuron_slice *s, size_t begin,
                   size_t end, uint32_t *spikes, const bool uniform)
{
    real same[SPK_MAX_COEFFICIENTS];
    const real *each[SPK_MAX_COEFFICIENTS];
    size_t count = 0;
    for (size_t k = 0; k < model->c; k++) {
        each[k] = s->coefficient[k];
        same[k] = each[k][0];
    }
    const vreal dt = (vreal){0} + same[0];
    for (size_t b = begin; b < end; b += SPK_REAL(BLOCK)) {
        size_t n = end - b < SPK_REAL(BLOCK) ? end - b : SPK_REAL(BLOCK);
        int32_t fired[SPK_REAL(BLOCK)];
        vmask any = {0};
        for (size_t j = 0; j < n; j += SPK_VECTOR)
            any |= SPK_REAL(rkf_units)(model, s, b + j, dt, same, each, uniform, fired + j);
        if (SPK_REAL(any)(any)) count = SPK_REAL(list_fired)(fired, n, b, spikes, count);
    }
    return count;
}

/* Integrate and fire: refractory membranes stay at coefficient 1, the reset. */
static inline vmask SPK_REAL(rkf_fire)(const spk_neuron_slice *s, size_t i, const SPK_REAL(rkf) * m,
                                       vreal before, vreal *y, int32_t *fired)
{
    (void)before;
    y[0] = SPK_REAL(choose)(m->refractory, m->c[1], y[0]);
    vmask fires = SPK_REAL(wait)(s, i, y[0] >= m->threshold, fired);
    y[0] = SPK_REAL(choose)(fires, m->c[1], y[0]);
    return fires;
}

/* Hodgkin and Huxley: no reset; a spike is the first step after a maximum above the threshold. */
static inline vmask SPK_REAL(rkf_peak)(const spk_neuron_slice *s, size_t i, const SPK_REAL(rkf) * m,
                                       vreal before, vreal *y, int32_t *fired)
{
    return SPK_REAL(wait)(s, i, (y[0] >= m->threshold) & (before > y[0]), fired);
}
