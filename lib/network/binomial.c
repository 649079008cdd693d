/* binomial.c: a binomial or hypergeometric number from addressed uniforms, in constant expected time. */
#include "network/draw.h"

#include "math/math.h"

#include <math.h>

/* The uniforms of one address, one after the other. */
typedef struct source {
    spk_key key;
    uint32_t counter[4];
    uint32_t words[4];
    unsigned left; /* words */
} source;

static double uniform(source *s)
{
    if (s->left == 0) {
        spk_philox(s->key, s->counter, s->words);
        s->counter[3]++;
        s->left = 4;
    }
    s->left -= 2;
    return spk_uniform53(s->words[2 - s->left], s->words[3 - s->left]);
}

/* Count up the distribution function; for np < 10. A uniform so near 1 that rounding has used up
 * the probabilities is drawn again. */
static double by_inversion(source *s, double n, double p)
{
    double q = 1 - p, odds = p / q;
    double none = spk_exp(n * spk_log1p(-p));
    double most = fmin(n, n * p + 10 * sqrt(n * p * q + 1));
    for (;;) {
        double u = uniform(s), chance = none, k = 0;
        while (u > chance && k <= most) {
            u -= chance;
            k++;
            chance *= (n - k + 1) / k * odds;
        }
        if (k <= most) return k;
    }
}

/* ln k! less its Stirling approximation k ln k - k + ln(2 pi k) / 2, written for k + 1. */
static double stirling_rest(double k)
{
    static const double table[10] = {
        0.0810614667953272582, 0.0413406959554092940, 0.0276779256849983391, 0.0207906721037650931,
        0.0166446911898211921, 0.0138761288230707480, 0.0118967099458917700, 0.0104112652619720965,
        0.0092554621827127329, 0.0083305634333631146};
    if (k < 10) return table[(int)k];
    double square = (k + 1) * (k + 1);
    return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / (k + 1);
}

/* BTRS, with the names of the paper; for p <= 1/2 and np >= 10. */
static double by_rejection(source *s, double n, double p)
{
    double spq = sqrt(n * p * (1 - p));
    double b = 1.15 + 2.53 * spq, a = -0.0873 + 0.0248 * b + 0.01 * p, c = n * p + 0.5;
    double v_r = 0.92 - 4.2 / b, alpha = (2.83 + 5.1 / b) * spq;
    double r = p / (1 - p), m = floor((n + 1) * p);
    for (;;) {
        double u = uniform(s) - 0.5, v = uniform(s);
        double us = 0.5 - fabs(u), k = floor((2 * a / us + b) * u + c);
        if (us >= 0.07 && v <= v_r) return k;
        if (k < 0 || k > n) continue;
        v = spk_log(v * alpha / (a / (us * us) + b));
        double bound = (m + 0.5) * spk_log((m + 1) / (r * (n - m + 1))) +
                       (n + 1) * spk_log((n - m + 1) / (n - k + 1)) +
                       (k + 0.5) * spk_log(r * (n - k + 1) / (k + 1)) + stirling_rest(m) +
                       stirling_rest(n - m) - stirling_rest(k) - stirling_rest(n - k);
        if (v <= bound) return k;
    }
}

uint64_t spk_draw_binomial(spk_key key, uint32_t c0, uint32_t c1, uint64_t n, double p)
{
    if (n == 0 || !(p > 0)) return 0;
    if (p >= 1) return n;
    source s = {.key = key, .counter = {c0, c1, 0, 0}};
    double count = (double)n, small = p <= 0.5 ? p : 1 - p;
    double k = count * small < 10 ? by_inversion(&s, count, small) : by_rejection(&s, count, small);
    return p <= 0.5 ? (uint64_t)k : n - (uint64_t)k;
}

/* ---- without replacement --------------------------------------------------------------------- */

static double log_factorial(double k)
{
    static const double half_log_two_pi = 0.91893853320467274178;
    return half_log_two_pi + (k + 0.5) * spk_log(k + 1) - (k + 1) + stirling_rest(k);
}

/* One after the other. */
static double from_urn(source *s, double good, double bad, double n)
{
    double k = 0;
    for (double i = 0; i < n; i++)
        k += uniform(s) * (good + bad - i) < good - k;
    return k;
}

/* HRUA*, for 10 < n <= (few + many) / 2 and few <= many. */
static double by_ratio(source *s, double few, double many, double n)
{
    const double all = few + many, p = few / all;
    const double a = n * p + 0.5, c = sqrt((all - n) * n * p * (1 - p) / (all - 1) + 0.5);
    const double h = 1.7155277699214135 * c + 0.8989161620588988; /* 2 sqrt(2/e), 3 - 2 sqrt(3/e) */
    const double mode = floor((n + 1) * (few + 1) / (all + 2));
    const double most = fmin(fmin(n, few) + 1, floor(a + 16 * c));
    const double peak = log_factorial(mode) + log_factorial(few - mode) + log_factorial(n - mode) +
                        log_factorial(many - n + mode);
    for (;;) {
        const double u = uniform(s), v = uniform(s), x = a + h * (v - 0.5) / u;
        if (x < 0 || x >= most) continue;
        const double k = floor(x);
        const double t = peak - (log_factorial(k) + log_factorial(few - k) + log_factorial(n - k) +
                                 log_factorial(many - n + k));
        if (u * (4 - u) - 3 <= t) return k;
        if (u * (u - t) < 1 && 2 * spk_log(u) <= t) return k;
    }
}

uint64_t spk_draw_hypergeometric(spk_key key, uint32_t c0, uint32_t c1, uint64_t good, uint64_t bad,
                                 uint64_t n)
{
    if (good == 0 || n == 0) return 0;
    if (bad == 0 || n >= good + bad) return n < good ? n : good;
    source s = {.key = key, .counter = {c0, c1, 0, 0}};
    const bool rest = n > (good + bad) / 2, turned = good > bad; /* of those left; of the bad */
    const double drawn = (double)(rest ? good + bad - n : n);
    const double few = (double)(turned ? bad : good), many = (double)(turned ? good : bad);
    double k = drawn <= 10 ? from_urn(&s, few, many, drawn) : by_ratio(&s, few, many, drawn);
    if (turned) k = drawn - k;
    if (rest) k = (double)good - k;
    return (uint64_t)k;
}
