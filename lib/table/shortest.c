/* shortest.c: digits by exact integers.
 *
 * A number is mantissa * 2^exponent. With d significant digits its text stands for m / 10^k, where m
 * is the integer nearest to mantissa * 2^exponent * 10^k = (mantissa * 5^k) * 2^(exponent + k): a
 * product of 128 bits and a shift. It reads back as the number when it lies between the middles to
 * its neighbours, which is a comparison of the same kind. The least d for which it does is taken, from
 * 15 (6 for a float) on, as %.*g with these digits would print it. */
#include "table/shortest.h"

#include "base/digits.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef unsigned __int128 u128;

enum { MOST_FIVES = 27 }; /* 5^27 has 63 bits */

/* A positive number taken apart. */
typedef struct parts {
    uint64_t mantissa;
    int exponent;
    bool lowest; /* the mantissa is the least of its binade: the number below is half as far */
    int tens;    /* 10^tens <= number < 10^(tens + 1) */
} parts;

static uint64_t power_of_five(int k)
{
    uint64_t power = 1;
    for (; k > 0; k--)
        power *= 5;
    return power;
}

static int tens_of(double value)
{
    static const double power[] = {1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1e0,  1e1,  1e2,  1e3,  1e4,
                                   1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14};
    size_t low = 0, high = sizeof power / sizeof *power;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (power[middle] <= value)
            low = middle + 1;
        else
            high = middle;
    }
    return (int)low - 6;
}

/* a * 2^shift, rounded to the nearest integer, ties to even. */
static uint64_t shift_round(u128 a, int shift)
{
    if (shift >= 0) return (uint64_t)(a << shift);
    const int right = -shift;
    if (right > 127) return 0;
    const u128 whole = a >> right, rest = a - (whole << right), half = (u128)1 << (right - 1);
    return (uint64_t)whole + (rest > half || (rest == half && whole % 2));
}

/* -1, 0, 1 as a * 2^shift is less than, equal to, greater than b; neither overflows. */
static int compare_shifted(u128 a, int shift, u128 b)
{
    if (shift >= 0)
        a <<= shift;
    else
        b <<= -shift;
    return a < b ? -1 : a > b;
}

/* Does m / 10^k read back as the number? All is multiplied by 4 * 10^k / 2^exponent. */
static bool reads_back(const parts *p, uint64_t m, int k, uint64_t fives)
{
    const bool even = p->mantissa % 2 == 0;
    const u128 above = (u128)(4 * p->mantissa + 2) * fives;
    const u128 below = (u128)(4 * p->mantissa - (p->lowest ? 1 : 2)) * fives;
    const int shift = 2 - p->exponent - k;
    const int high = compare_shifted(m, shift, above), low = compare_shifted(m, shift, below);
    return (high < 0 || (high == 0 && even)) && (low > 0 || (low == 0 && even));
}

/* `digits`, the first of which is worth 10^tens, as %g prints them without an exponent. */
static void print(const char *digits, int n, int tens, char *at)
{
    while (n > 1 && digits[n - 1] == '0')
        n--;
    if (tens < 0) {
        memcpy(at, "0.000", 5); /* the first digit is at least worth 10^-4 */
        at += 1 - tens;
        memcpy(at, digits, (size_t)n);
        at[n] = '\0';
        return;
    }
    const int whole = tens + 1;
    for (int i = 0; i < whole; i++)
        *at++ = i < n ? digits[i] : '0';
    if (n > whole) {
        *at++ = '.';
        memcpy(at, digits + whole, (size_t)(n - whole));
        at += n - whole;
    }
    *at = '\0';
}

/* With `first` to `last` significant digits; false when it needs an exponent. */
static bool print_shortest(const parts *p, int first, int last, char *buffer)
{
    for (int d = first; d <= last; d++) {
        const int k = d - 1 - p->tens;
        if (k < 0 || k > MOST_FIVES) return false;
        const uint64_t fives = power_of_five(k);
        const uint64_t m = shift_round((u128)p->mantissa * fives, p->exponent + k);
        if (!reads_back(p, m, k, fives)) continue;
        char digits[SPK_U64_DIGITS];
        const int n = (int)(spk_put_u64(digits, m) - digits);
        const int tens = p->tens + n - d; /* rounding may have carried into one more */
        if (tens < -4 || tens >= d) return false;
        print(digits, n, tens, buffer);
        return true;
    }
    return false;
}

bool spk_shortest_real(double value, char *buffer)
{
    enum { FRACTION = 52, BIAS = 1075, EXPONENTS = 2047 };
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (bits >> 63) *buffer++ = '-';
    if (value == 0) return memcpy(buffer, "0", 2);
    if (value < 0) value = -value;
    if (!(value >= 1e-5 && value < 1e15)) return false;
    const uint64_t fraction = bits & (((uint64_t)1 << FRACTION) - 1);
    const int exponent = (int)(bits >> FRACTION & EXPONENTS) - BIAS;
    const parts p = {fraction | (uint64_t)1 << FRACTION, exponent, fraction == 0, tens_of(value)};
    return print_shortest(&p, 15, 17, buffer);
}

bool spk_shortest_real32(float value, char *buffer)
{
    enum { FRACTION = 23, BIAS = 150, EXPONENTS = 255 };
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (bits >> 31) *buffer++ = '-';
    if (value == 0) return memcpy(buffer, "0", 2);
    if (value < 0) value = -value;
    if (!(value >= 1e-5f && value < 1e6f)) return false;
    const uint32_t fraction = bits & (((uint32_t)1 << FRACTION) - 1);
    const int exponent = (int)(bits >> FRACTION & EXPONENTS) - BIAS;
    const parts p = {fraction | (uint32_t)1 << FRACTION, exponent, fraction == 0,
                     tens_of((double)value)};
    return print_shortest(&p, 6, 9, buffer);
}
