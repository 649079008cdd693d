/* vector_kernel.h: the engine's own loops over units. */

#ifdef SPK_REAL_SINGLE
#define TRACE_FLOOR ENGINE_TRACE_FLOOR_F32
#else
#define TRACE_FLOOR ENGINE_TRACE_FLOOR_F64
#endif

static void SPK_REAL(decay)(size_t n, const void *from, void *to, double factor)
{
    const real *x = from, f = (real)factor;
    real *y = to;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        real value = x[i] * f;
        y[i] = value >= TRACE_FLOOR ? value : 0;
    }
}

#undef TRACE_FLOOR

static void SPK_REAL(thresholds)(size_t n, double *restrict theta, double factor,
                                 const double *restrict base, void *threshold)
{
    real *restrict out = threshold;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        theta[i] *= factor;
        out[i] = (real)(base[i] + theta[i]);
    }
}

static void SPK_REAL(settle)(size_t n, void *state, void *arrived)
{
    real *restrict x = state, *restrict in = arrived;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        x[i] += in[i];
        in[i] = 0;
    }
}

static void SPK_REAL(settle_some)(size_t n, const uint16_t *restrict unit, void *state,
                                  void *arrived)
{
    real *restrict x = state, *restrict in = arrived;
    for (size_t i = 0; i < n; i++) {
        x[unit[i]] += in[unit[i]];
        in[unit[i]] = 0;
    }
}

static void SPK_REAL(settle_awake)(size_t n, void *state, void *arrived, const int32_t *refractory)
{
    real *restrict x = state, *restrict in = arrived;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        x[i] += refractory[i] > 0 ? 0 : in[i];
        in[i] = 0;
    }
}

static void SPK_REAL(add)(size_t n, void *input, double value)
{
    real *restrict x = input, v = (real)value;
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        x[i] += v;
}

static void SPK_REAL(decay_pairs)(size_t n, void *pair, double factor)
{
    real *restrict x = pair, f = (real)factor;
    for (size_t i = 0; i < n; i++) {
        x[2 * i] = (x[2 * i] + x[2 * i + 1]) * f;
        x[2 * i + 1] = 0;
    }
}

static void SPK_REAL(add_pairs)(size_t n, void *input, const void *pair)
{
    real *restrict x = input;
    const real *restrict y = pair;
    for (size_t i = 0; i < n; i++)
        x[i] += y[2 * i];
}

static void SPK_REAL(times)(size_t n, const void *x, double factor, void *y)
{
    const real *restrict from = x, f = (real)factor;
    real *restrict to = y;
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        to[i] = from[i] * f;
}

static void SPK_REAL(times_pairs)(size_t n, const void *x, double factor, void *pair)
{
    const real *restrict from = x, f = (real)factor;
    real *restrict to = pair;
    for (size_t i = 0; i < n; i++) {
        to[2 * i] = from[i] * f;
        to[2 * i + 1] = 0;
    }
}

/* A zero with a sign is something, too. */
static void SPK_REAL(are_something)(size_t n, const void *x, uint8_t *restrict is)
{
    const real *from = x;
    for (size_t i = 0; i < n; i++) {
        SPK_REAL_BITS bits;
        memcpy(&bits, from + i, sizeof bits);
        is[i] = bits != 0;
    }
}

/* Numbers are below 2^31: a conversion of signed numbers is one instruction everywhere. */
static void SPK_REAL(add_numbers)(size_t n, void *input, const uint32_t *restrict number,
                                  unsigned shift, uint32_t mask, double weight)
{
    real *restrict x = input, w = (real)weight;
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        x[i] += w * (real)(int32_t)(number[i] >> shift & mask);
}

static void SPK_REAL(add_weighted)(size_t n, void *input, const uint32_t *restrict number,
                                   unsigned shift, uint32_t mask, const void *weight)
{
    real *restrict x = input;
    const real *restrict w = weight;
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        x[i] += w[i] * (real)(int32_t)(number[i] >> shift & mask);
}

/* The units whose value is not zero, ascending. */
static size_t SPK_REAL(nonzero)(size_t n, const void *values, uint32_t *unit)
{
    const real *x = values;
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        unit[count] = (uint32_t)i;
        count += x[i] > 0;
    }
    return count;
}

/* The sum of n values, one after another. */
static double SPK_REAL(sum)(size_t n, const void *values)
{
    const real *x = values;
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)x[i];
    return sum;
}

static void SPK_REAL(scale)(size_t n, void *values, double factor)
{
    real *x = values, f = (real)factor;
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        x[i] *= f;
}
