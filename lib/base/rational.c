/* rational.c: exact arithmetic in 128-bit intermediates. */
#include "base/rational.h"

#include <ctype.h>
#include <stddef.h>

static uint64_t gcd(uint64_t a, uint64_t b)
{
    while (b) {
        uint64_t t = a % b;
        a = b;
        b = t;
    }
    return a;
}

spk_rational spk_rational_of(uint64_t num, uint64_t den)
{
    uint64_t g = gcd(num, den);
    return (spk_rational){num / g, den / g};
}

static int multiply(spk_rational a, spk_rational b, spk_rational *out)
{
    uint64_t g = gcd(a.num, b.den), h = gcd(b.num, a.den);
    if (g == 0) g = 1;
    if (h == 0) h = 1;
    uint64_t num, den;
    if (__builtin_mul_overflow(a.num / g, b.num / h, &num)) return -1;
    if (__builtin_mul_overflow(a.den / h, b.den / g, &den)) return -1;
    *out = spk_rational_of(num, den);
    return 0;
}

/* Digits with at most one point: value = *digits / 10^*fraction. Returns the end, NULL if none. */
static const char *scan_digits(const char *at, uint64_t *digits, int *fraction)
{
    int seen = 0, significant = 0, point = 0;
    *digits = 0;
    *fraction = 0;
    for (;; at++) {
        if (*at == '.' && !point) {
            point = 1;
            continue;
        }
        if (!isdigit((unsigned char)*at)) break;
        seen = 1;
        if (*digits || *at != '0') significant++;
        if (significant > 18) return NULL;
        *digits = *digits * 10 + (uint64_t)(*at - '0');
        *fraction += point;
        if (*fraction > 36) return NULL;
    }
    return seen ? at : NULL;
}

/* An exponent, if one is there; otherwise 0 and nothing is consumed ("5erg" is 5 and a unit). */
static const char *scan_exponent(const char *at, int *exponent)
{
    *exponent = 0;
    if (*at != 'e' && *at != 'E') return at;
    const char *p = at + 1;
    int negative = *p == '-';
    if (*p == '-' || *p == '+') p++;
    if (!isdigit((unsigned char)*p)) return at;
    int value = 0;
    for (; isdigit((unsigned char)*p); p++) {
        value = value * 10 + (*p - '0');
        if (value > 18) return NULL;
    }
    *exponent = negative ? -value : value;
    return p;
}

int spk_rational_parse(const char *text, spk_rational scale, spk_rational *out, const char **rest)
{
    uint64_t digits;
    int fraction, exponent;
    const char *at = scan_digits(text, &digits, &fraction);
    if (at) at = scan_exponent(at, &exponent);
    if (!at) return -1;
    spk_rational value = {digits, 1};
    int power = exponent - fraction;
    while (digits && power < 0 && value.num % 10 == 0) {
        value.num /= 10;
        power++;
    }
    for (; digits && power != 0; power += power < 0 ? 1 : -1) {
        uint64_t *part = power < 0 ? &value.den : &value.num;
        if (__builtin_mul_overflow(*part, (uint64_t)10, part)) return -1;
    }
    value = spk_rational_of(value.num, value.den);
    if (multiply(value, scale, out)) return -1;
    *rest = at;
    return 0;
}

int spk_rational_divide_exact(spk_rational a, spk_rational b, uint64_t *quotient)
{
    spk_rational q;
    if (b.num == 0 || multiply(a, (spk_rational){b.den, b.num}, &q) || q.den != 1) return -1;
    *quotient = q.num;
    return 0;
}

uint64_t spk_rational_divide_round(spk_rational a, spk_rational b)
{
    spk_rational q;
    if (b.num == 0) return UINT64_MAX;
    if (multiply(a, (spk_rational){b.den, b.num}, &q)) return UINT64_MAX;
    uint64_t whole = q.num / q.den, left = q.num % q.den;
    return whole + (left >= q.den - left);
}

int spk_rational_compare(spk_rational a, spk_rational b)
{
    unsigned __int128 left = (unsigned __int128)a.num * b.den;
    unsigned __int128 right = (unsigned __int128)b.num * a.den;
    return left < right ? -1 : left > right;
}

double spk_rational_value(spk_rational a)
{
    return (double)a.num / (double)a.den;
}
