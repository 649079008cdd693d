/* draw.c: uniforms in batches of Philox blocks, then one inverse distribution function over them.
 */
#include "network/draw.h"

#include "math/math.h"
#include "network/connect.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { CHUNK = 256 }; /* numbers at a time; even, so that chunks begin where blocks do */

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
        spk_normal_quantile_n(n, x, x);
        for (size_t i = 0; i < n; i++)
            x[i] = value->a + value->b * x[i];
        if (value->kind == SPK_VALUE_LOGNORMAL) spk_exp_n(n, x, x);
        break;
    case SPK_VALUE_EXPONENTIAL:
        spk_log_n(n, x, x);
        for (size_t i = 0; i < n; i++)
            x[i] = -value->a * x[i];
        break;
    case SPK_VALUE_CHOICE:
        for (size_t i = 0; i < n; i++)
            x[i] = value->choice[(uint32_t)(x[i] * value->choices)]; /* x < 1: 53 bits */
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

static void choice_bounds(const spk_value *value, double *least, double *most)
{
    double x[SPK_CHOICES_MAX];
    memcpy(x, value->choice, sizeof x);
    clip(value, value->choices, x);
    *least = *most = x[0];
    for (uint32_t i = 1; i < value->choices; i++) {
        *least = fmin(*least, x[i]);
        *most = fmax(*most, x[i]);
    }
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
    if (value->kind == SPK_VALUE_CHOICE) {
        choice_bounds(value, least, most);
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
