/* draw.c: uniforms in batches of Philox blocks, then one inverse distribution function over them.
 */
#include "network/draw.h"

#include "math/math.h"
#include "network/connect.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { CHUNK = 256 }; /* numbers at a time; even, so that chunks begin where blocks do */

/* Where the normal quantile goes from one approximation to the next. */
#define MIDDLE 0.425
#define NEAR   5

/* ---- uniforms -------------------------------------------------------------------------------- */

/* One alone does not pay for a vector of blocks. */
static double draw_uniform(spk_key key, uint32_t owner, uint32_t k)
{
    const uint32_t counter[4] = {owner, 0, 0, k >> 1};
    uint32_t words[4];
    spk_philox(key, counter, words);
    return spk_uniform53(words[2 * (k & 1)], words[2 * (k & 1) + 1]);
}

void spk_draw_uniforms(spk_key key, uint32_t owner, uint32_t first, size_t n, double *out)
{
    uint32_t words[2 * (CHUNK + 2)];
    if (n == 1) {
        *out = draw_uniform(key, owner, first);
        return;
    }
    while (n > 0) {
        size_t skip = first & 1; /* a block holds two numbers; the first may be another's half */
        size_t here = n < CHUNK - skip ? n : CHUNK - skip;
        spk_philox_draws(key, owner, 0, 0, first >> 1, (skip + here + 1) / 2, words);
        for (size_t i = 0; i < here; i++)
            out[i] = spk_uniform53(words[2 * (skip + i)], words[2 * (skip + i) + 1]);
        first += (uint32_t)here;
        out += here;
        n -= here;
    }
}

/* Numbers k[i] of an owner, n <= CHUNK: of each block one half. */
static void draw_places(spk_key key, uint32_t owner, size_t n, const uint32_t *k, double *out)
{
    uint32_t block[CHUNK], words[4 * CHUNK];
    if (n == 0) return;
    for (size_t i = 0; i < n; i++)
        block[i] = k[i] >> 1;
    spk_philox_places(key, n, owner, 0, 0, block, words);
    for (size_t i = 0; i < n; i++) {
        const uint32_t *half = words + (k[i] & 1) * 2 * n + i;
        out[i] = spk_uniform53(half[0], half[n]);
    }
}

/* ---- distributions --------------------------------------------------------------------------- */

/* Wichura's coefficients for the middle, both tails, and what lies beyond five deviations or so. */
static const double middle_over[8] = {3.3871328727963666080e0,  1.3314166789178437745e+2,
                                      1.9715909503065514427e+3, 1.3731693765509461125e+4,
                                      4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                      3.3430575583588128105e+4, 2.5090809287301226727e+3};
static const double middle_under[8] = {1,
                                       4.2313330701600911252e+1,
                                       6.8718700749205790830e+2,
                                       5.3941960214247511077e+3,
                                       2.1213794301586595867e+4,
                                       3.9307895800092710610e+4,
                                       2.8729085735721942674e+4,
                                       5.2264952788528545610e+3};
static const double tail_over[8] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                    5.76949722146069140550e0,  3.64784832476320460504e0,
                                    1.27045825245236838258e0,  2.41780725177450611770e-1,
                                    2.27238449892691845833e-2, 7.74545014278341407640e-4};
static const double tail_under[8] = {1,
                                     2.05319162663775882187e0,
                                     1.67638483018380384940e0,
                                     6.89767334985100004550e-1,
                                     1.48103976427480074590e-1,
                                     1.51986665636164571966e-2,
                                     5.47593808499534494600e-4,
                                     1.05075007164441684324e-9};
static const double far_over[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                   1.78482653991729133580e0,  2.96560571828504891230e-1,
                                   2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                   2.71155556874348757815e-5, 2.01033439929228813265e-7};
static const double far_under[8] = {1,
                                    5.99832206555887937690e-1,
                                    1.36929880922735805310e-1,
                                    1.48753612908506148525e-2,
                                    7.86869131145613259100e-4,
                                    1.84631831751005468180e-5,
                                    1.42151175831644588870e-7,
                                    2.04426310338993978564e-15};

static inline double polynomial(const double *c, double x)
{
    double sum = c[7];
    for (int i = 6; i >= 0; i--)
        sum = sum * x + c[i];
    return sum;
}

static inline double middle_quantile(double q)
{
    double r = 0.180625 - q * q;
    return q * polynomial(middle_over, r) / polynomial(middle_under, r);
}

/* Of r = sqrt(-ln(distance of u from its end)). */
static inline double tail_quantile(double r)
{
    return polynomial(tail_over, r - 1.6) / polynomial(tail_under, r - 1.6);
}

double spk_normal_quantile(double u)
{
    double q = u - 0.5;
    if (fabs(q) <= MIDDLE) return middle_quantile(q);
    double r = sqrt(-spk_log(q < 0 ? u : 1 - u));
    double z =
        r <= NEAR ? tail_quantile(r) : polynomial(far_over, r - 5) / polynomial(far_under, r - 5);
    return q < 0 ? -z : z;
}

static void clip(const spk_value *value, size_t n, double *x)
{
    for (size_t i = 0; i < n; i++)
        x[i] = x[i] < value->min ? value->min : x[i] > value->max ? value->max : x[i];
}

void spk_value_at_distances(const spk_value *value, size_t n, const double *distance, double *out)
{
    const double a = value->a, b = value->b, c = value->c;
    switch (value->kind) {
    case SPK_VALUE_DISTANCE_LINEAR:
        for (size_t i = 0; i < n; i++)
            out[i] = a + b * distance[i];
        break;
    case SPK_VALUE_DISTANCE_EXPONENTIAL:
        for (size_t i = 0; i < n; i++)
            out[i] = -distance[i] / b;
        break;
    case SPK_VALUE_DISTANCE_GAUSSIAN:
        for (size_t i = 0; i < n; i++)
            out[i] = -(distance[i] - c) * (distance[i] - c) / (2 * b * b);
        break;
    default:
        for (size_t i = 0; i < n; i++)
            out[i] = a;
        break;
    }
    if (value->kind == SPK_VALUE_DISTANCE_EXPONENTIAL ||
        value->kind == SPK_VALUE_DISTANCE_GAUSSIAN) {
        spk_exp_n(n, out, out);
        for (size_t i = 0; i < n; i++)
            out[i] *= a;
    }
    clip(value, n, out);
}

/* The same for n <= CHUNK uniforms, in place: all as if they were in the middle, then the 15 % that are
 * not, together. */
static void normal_quantiles(size_t n, double *x)
{
    double u[CHUNK], r[CHUNK], z[CHUNK];
    size_t at[CHUNK], tails = 0;
    for (size_t i = 0; i < n; i++) {
        at[tails] = i;
        u[tails] = x[i];
        tails += fabs(x[i] - 0.5) > MIDDLE;
    }
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        x[i] = middle_quantile(x[i] - 0.5);
    if (tails == 0) return;
    for (size_t i = 0; i < tails; i++)
        r[i] = u[i] < 0.5 ? u[i] : 1 - u[i];
    spk_log_n(tails, r, r);
    for (size_t i = 0; i < tails; i++)
        r[i] = sqrt(-r[i]);
#pragma omp simd
    for (size_t i = 0; i < tails; i++)
        z[i] = tail_quantile(r[i]);
    for (size_t i = 0; i < tails; i++)
        x[at[i]] = r[i] > NEAR ? spk_normal_quantile(u[i]) : u[i] < 0.5 ? -z[i] : z[i];
}

/* From uniforms to numbers, in place. */
static void invert(const spk_value *value, size_t n, double *x)
{
    switch (value->kind) {
    case SPK_VALUE_UNIFORM:
        for (size_t i = 0; i < n; i++)
            x[i] = value->a + (value->b - value->a) * x[i];
        break;
    case SPK_VALUE_NORMAL:
    case SPK_VALUE_LOGNORMAL:
        for (size_t i = 0; i < n; i += CHUNK)
            normal_quantiles(n - i < CHUNK ? n - i : CHUNK, x + i);
        for (size_t i = 0; i < n; i++)
            x[i] = value->a + value->b * x[i];
        if (value->kind == SPK_VALUE_LOGNORMAL) spk_exp_n(n, x, x);
        break;
    case SPK_VALUE_EXPONENTIAL:
        spk_log_n(n, x, x);
        for (size_t i = 0; i < n; i++)
            x[i] = -value->a * x[i];
        break;
    default: /* nothing is drawn */
        for (size_t i = 0; i < n; i++)
            x[i] = value->a;
        break;
    }
    clip(value, n, x);
}

void spk_draw_values(const spk_value *value, spk_key key, uint32_t owner, uint32_t first, size_t n,
                     double *out)
{
    if (value->kind != SPK_VALUE_CONSTANT) spk_draw_uniforms(key, owner, first, n, out);
    invert(value, n, out);
}

/* Functions of the distance rise or fall all the way, but for the peak of the Gaussian. */
static void distance_bounds(const spk_value *value, double *least, double *most)
{
    double d[3] = {0, value->reach, 0};
    if (value->kind == SPK_VALUE_DISTANCE_GAUSSIAN) d[2] = fmin(fmax(value->c, 0), value->reach);
    spk_value_at_distances(value, 3, d, d);
    *least = fmin(fmin(d[0], d[1]), d[2]);
    *most = fmax(fmax(d[0], d[1]), d[2]);
}

void spk_draw_places(const spk_value *value, spk_key key, uint32_t owner, size_t n,
                     const uint32_t *k, double *out)
{
    for (size_t i = 0; value->kind != SPK_VALUE_CONSTANT && i < n; i += CHUNK)
        draw_places(key, owner, n - i < CHUNK ? n - i : CHUNK, k + i, out + i);
    invert(value, n, out);
}

void spk_value_bounds(const spk_value *value, double *least, double *most)
{
    double ends[2] = {0x1p-53, 1 - 0x1p-53}; /* the least and the greatest uniform */
    if (value->kind == SPK_VALUE_LIST || value->kind == SPK_VALUE_EDGES) {
        *least = value->a;
        *most = value->b;
        return;
    }
    if (spk_value_of_distance(value)) {
        distance_bounds(value, least, most);
        return;
    }
    if (value->kind == SPK_VALUE_UNIFORM) {
        ends[0] = 0;
        ends[1] = 1;
    }
    invert(value, 2, ends);
    *least = fmin(ends[0], ends[1]); /* the exponential falls with its uniform */
    *most = fmax(ends[0], ends[1]);
}

int spk_draw_units(const spk_value *value, uint64_t seed, const char *population, const char *key,
                   uint32_t first, size_t n, double *out, spk_error *err)
{
    char purpose[256];
    int length = snprintf(purpose, sizeof purpose, "population/%s/%s", population, key);
    if (length < 0 || (size_t)length >= sizeof purpose)
        return spk_fail(err, SPK_BUG, "the name of population %s is too long", population);
    spk_key stream = spk_random_key(seed, purpose);
    if (value->kind == SPK_VALUE_LIST) {
        memcpy(out, value->list->value + first, n * sizeof *out);
        return 0;
    }
    uint32_t units[CHUNK], words[4 * CHUNK];
    while (n > 0) {
        size_t here = n < CHUNK ? n : CHUNK;
        for (size_t i = 0; i < here; i++)
            units[i] = first + (uint32_t)i;
        spk_philox_units(stream, here, units, 0, 0, 0, words);
        for (size_t i = 0; i < here; i++)
            out[i] = spk_uniform53(words[i], words[here + i]);
        invert(value, here, out);
        first += (uint32_t)here;
        out += here;
        n -= here;
    }
    return 0;
}

/* ---- binary16 -------------------------------------------------------------------------------- */

double spk_round_half(double x)
{
    if (!isfinite(x) || x == 0) return x;
    int exponent;
    frexp(x, &exponent); /* |x| in [2^(exponent - 1), 2^exponent) */
    if (exponent < -13) exponent = -13;
    double unit = ldexp(1, exponent - 11); /* 11 significant bits; subnormals in steps of 2^-24 */
    double rounded = nearbyint(x / unit) * unit;
    return fabs(rounded) > 65504 ? copysign(INFINITY, x) : rounded;
}
