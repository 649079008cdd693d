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
        real sum = input[j], trace = post[j], change = nu * trace;
        for (size_t r = 0; r < rows; r++) {
            weight_t *w = (weight_t *)row[r] + j;
            weight_t moved = (weight_t)SPK_NUMBER(clip)(*w + change, least, most);
            weight_t changed = trace > 0 ? moved : *w;
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

/* Presynaptic change proportional to w^mu as well. */
static void SPK_NUMBER(change_row_power)(const spk_rule_constants *c, size_t n,
                                         real *restrict input, const real *restrict post,
                                         weight_t *restrict w)
{
    const real nu = (real)c->nu_pre, least = (real)c->w_min, most = (real)c->w_max;
    for (size_t b = 0; b < n; b += SPK_BLOCK) {
        real power[SPK_BLOCK];
        size_t m = n - b < SPK_BLOCK ? n - b : SPK_BLOCK;
        for (size_t i = 0; i < m; i++)
            power[i] = w[b + i];
        SPK_REAL(power)(m, power, c->mu);
        for (size_t i = 0; i < m; i++) {
            size_t j = b + i;
            weight_t before = w[j];
            real changed = SPK_NUMBER(clip)(before + nu * post[j] * power[i], least, most);
            if (post[j] > 0) w[j] = (weight_t)changed;
            input[j] += c->deliver_after ? w[j] : before;
        }
    }
}

static void SPK_NUMBER(stdp_trace_rows)(const spk_rule_constants *c, size_t n, void *input,
                                        const void *post, size_t rows, void *const *row)
{
    if (!c->pre_changes)
        SPK_NUMBER(deliver_rows)(n, input, rows, row);
    else if (c->variant == STDP_PRE_AND_POST)
        for (size_t r = 0; r < rows; r++)
            SPK_NUMBER(change_row_power)(c, n, input, post, row[r]);
    else if (c->deliver_after)
        SPK_NUMBER(change_all_rows)(c, n, input, post, rows, row, true);
    else
        SPK_NUMBER(change_all_rows)(c, n, input, post, rows, row, false);
}

static void SPK_NUMBER(change_power)(const spk_rule_constants *c, size_t n, void *const *weight,
                                     const real *post)
{
    const real nu = (real)c->nu_pre, least = (real)c->w_min, most = (real)c->w_max;
    for (size_t b = 0; b < n; b += SPK_BLOCK) {
        real power[SPK_BLOCK];
        size_t m = n - b < SPK_BLOCK ? n - b : SPK_BLOCK;
        for (size_t i = 0; i < m; i++)
            power[i] = *(const weight_t *)weight[b + i];
        SPK_REAL(power)(m, power, c->mu);
        for (size_t i = 0; i < m; i++) {
            weight_t *w = weight[b + i];
            *w = (weight_t)SPK_NUMBER(clip)(*w + nu * post[b + i] * power[i], least, most);
        }
    }
}

static void SPK_NUMBER(stdp_trace_pre)(const spk_rule_constants *c, size_t n, void *const *weight,
                                       const void *post)
{
    const real nu = (real)c->nu_pre, least = (real)c->w_min, most = (real)c->w_max;
    const real *trace = post;
    if (!c->pre_changes) return;
    if (c->variant == STDP_PRE_AND_POST) {
        SPK_NUMBER(change_power)(c, n, weight, trace);
        return;
    }
    for (size_t k = 0; k < n; k++) {
        weight_t *w = weight[k];
        *w = (weight_t)SPK_NUMBER(clip)(*w + nu * trace[k], least, most);
    }
}
