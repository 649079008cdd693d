/* stdp_trace_kernel.h: the weight changes of stdp_trace; the formulas are in stdp_trace.c. */

static inline real SPK_NUMBER(clip)(real w, real least, real most)
{
    w = least > w ? least : w;
    return most < w ? most : w;
}

/* Presynaptic change of `rows` rows at once, proportional to the trace alone. `after`: deliver the
 * changed weight. Both are constants where this is called. */
static inline __attribute__((always_inline)) void
SPK_NUMBER(change_rows)(const spk_rule_constants *c, size_t n, real *restrict input,
                        const real *restrict post, void *const *row, const size_t rows,
                        const bool after)
{
    const real nu = (real)c->nu_pre, least = (real)c->w_min, most = (real)c->w_max;
#pragma omp simd
    for (size_t j = 0; j < n; j++) {
        real sum = input[j], change = nu * post[j];
        for (size_t r = 0; r < rows; r++) {
            weight_t *w = (weight_t *)row[r] + j;
            weight_t changed = (weight_t)SPK_NUMBER(clip)(*w + change, least, most);
            sum += after ? changed : *w;
            *w = changed;
        }
        input[j] = sum;
    }
}

static inline __attribute__((always_inline)) void
SPK_NUMBER(change_all_rows)(const spk_rule_constants *c, size_t n, void *input, const void *post,
                            size_t rows, void *const *row, const bool after)
{
    for (; rows >= 4; rows -= 4, row += 4)
        SPK_NUMBER(change_rows)(c, n, input, post, row, 4, after);
    if (rows == 3) SPK_NUMBER(change_rows)(c, n, input, post, row, 3, after);
    if (rows == 2) SPK_NUMBER(change_rows)(c, n, input, post, row, 2, after);
    if (rows == 1) SPK_NUMBER(change_rows)(c, n, input, post, row, 1, after);
}

/* weight^mu of up to SPK_BLOCK weights. */
static inline void SPK_NUMBER(powers)(size_t n, const weight_t *w, double mu, real *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = w[i];
    SPK_REAL(power)(n, out, mu);
}

/* Presynaptic change proportional to w^mu as well. */
static void SPK_NUMBER(change_row_power)(const spk_rule_constants *c, size_t n,
                                         real *restrict input, const real *restrict post,
                                         weight_t *restrict w)
{
    const real nu = (real)c->nu_pre, least = (real)c->w_min, most = (real)c->w_max;
    for (size_t b = 0; b < n; b += SPK_BLOCK) {
        real power[SPK_BLOCK];
        size_t m = n - b < SPK_BLOCK ? n - b : SPK_BLOCK;
        SPK_NUMBER(powers)(m, w + b, c->mu, power);
        for (size_t i = 0; i < m; i++) {
            size_t j = b + i;
            real changed = SPK_NUMBER(clip)(w[j] + nu * post[j] * power[i], least, most);
            weight_t before = w[j];
            w[j] = (weight_t)changed;
            input[j] += c->deliver_after ? w[j] : before;
        }
    }
}

static void SPK_NUMBER(stdp_trace_rows)(const spk_rule_constants *c, size_t n, void *input,
                                        const void *post, size_t rows, void *const *row)
{
    if (!c->pre_changes)
        SPK_NUMBER(deliver_rows)(c, n, input, post, rows, row);
    else if (c->variant == STDP_PRE_AND_POST)
        for (size_t r = 0; r < rows; r++)
            SPK_NUMBER(change_row_power)(c, n, input, post, row[r]);
    else if (c->deliver_after)
        SPK_NUMBER(change_all_rows)(c, n, input, post, rows, row, true);
    else
        SPK_NUMBER(change_all_rows)(c, n, input, post, rows, row, false);
}

static void SPK_NUMBER(change_run)(const spk_rule_constants *c, size_t n,
                                   const uint16_t *restrict target, real *restrict input,
                                   const real *restrict post, weight_t *restrict w)
{
    const real nu = (real)c->nu_pre, least = (real)c->w_min, most = (real)c->w_max;
    for (size_t i = 0; i < n; i++) {
        size_t j = target[i];
        input[j] += w[i];
        w[i] = (weight_t)SPK_NUMBER(clip)(w[i] + nu * post[j], least, most);
    }
}

static void SPK_NUMBER(change_run_power)(const spk_rule_constants *c, size_t n,
                                         const uint16_t *restrict target, real *restrict input,
                                         const real *restrict post, weight_t *restrict w)
{
    const real nu = (real)c->nu_pre, least = (real)c->w_min, most = (real)c->w_max;
    for (size_t b = 0; b < n; b += SPK_BLOCK) {
        real power[SPK_BLOCK];
        size_t m = n - b < SPK_BLOCK ? n - b : SPK_BLOCK;
        SPK_NUMBER(powers)(m, w + b, c->mu, power);
        for (size_t i = 0; i < m; i++) {
            size_t j = target[b + i];
            input[j] += w[b + i];
            real changed = w[b + i] + nu * post[j] * power[i];
            w[b + i] = (weight_t)SPK_NUMBER(clip)(changed, least, most);
        }
    }
}

static void SPK_NUMBER(stdp_trace_run)(const spk_rule_constants *c, size_t n,
                                       const uint16_t *target, void *input, const void *post,
                                       void *weight)
{
    if (!c->pre_changes)
        SPK_NUMBER(deliver_run)(c, n, target, input, post, weight);
    else if (c->variant == STDP_PRE_AND_POST)
        SPK_NUMBER(change_run_power)(c, n, target, input, post, weight);
    else
        SPK_NUMBER(change_run)(c, n, target, input, post, weight);
}
