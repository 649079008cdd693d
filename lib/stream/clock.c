/* clock.c: tick * num / den as a decimal. The usual case is one multiplication, whose digits get a
 * point; everything else goes through 128-bit division. */
#include "stream/clock.h"
#include "base/digits.h"

#include <inttypes.h>
#include <string.h>

enum { MAX_DIGITS = 18 }; /* 10^18 is the largest power of ten that leaves a bit of 64 free */

static uint64_t power_of_ten(int exponent)
{
    uint64_t value = 1;
    while (exponent-- > 0)
        value *= 10;
    return value;
}

/* The fewest decimals that give `num / den` exactly, or -1. */
static int exact_digits(uint64_t den)
{
    int twos = 0, fives = 0;
    for (; den % 2 == 0; den /= 2)
        twos++;
    for (; den % 5 == 0; den /= 5)
        fives++;
    int digits = twos > fives ? twos : fives;
    return den == 1 && digits <= MAX_DIGITS ? digits : -1;
}

/* The fewest decimals with which neighbouring ticks differ. */
static int distinct_digits(uint64_t num, uint64_t den)
{
    int digits = 0;
    while (digits < MAX_DIGITS && (unsigned __int128)num * power_of_ten(digits) < den)
        digits++;
    return digits < MAX_DIGITS ? digits + 1 : digits;
}

int spk_clock_init(spk_clock *clock, spk_rational tick, int power, spk_error *err)
{
    spk_rational unit = spk_rational_of(power_of_ten(power), tick.den);
    uint64_t num;
    if (__builtin_mul_overflow(unit.num, tick.num, &num))
        return spk_fail(err, SPK_DATA,
                        "a tick of %" PRIu64 "/%" PRIu64 " s is too long for this time unit",
                        tick.num, tick.den);
    spk_rational per_tick = spk_rational_of(num, unit.den);
    *clock = (spk_clock){.num = per_tick.num, .den = per_tick.den};
    int digits = exact_digits(clock->den);
    clock->digits = digits >= 0 ? digits : distinct_digits(clock->num, clock->den);
    clock->scale = power_of_ten(clock->digits);
    if (digits >= 0 &&
        !__builtin_mul_overflow(clock->scale / clock->den, clock->num, &clock->step) &&
        clock->step > 0)
        clock->last = UINT64_MAX / clock->step;
    return 0;
}

/* `value` with leading zeros, `digits` characters. */
static char *put_padded(char *at, uint64_t value, int digits)
{
    char text[SPK_U64_DIGITS];
    int n = (int)(spk_put_u64(text, value) - text);
    memset(at, '0', (size_t)digits);
    memcpy(at + digits - n, text, (size_t)n);
    return at + digits;
}

static char *put_u128(char *at, unsigned __int128 value)
{
    uint64_t chunk = power_of_ten(MAX_DIGITS);
    if (value < chunk) return spk_put_u64(at, (uint64_t)value);
    at = put_u128(at, value / chunk);
    return put_padded(at, (uint64_t)(value % chunk), MAX_DIGITS);
}

static char *put_divided(const spk_clock *clock, uint64_t tick, char *at)
{
    unsigned __int128 product = (unsigned __int128)tick * clock->num;
    unsigned __int128 whole = product / clock->den;
    uint64_t rest = (uint64_t)(product % clock->den);
    uint64_t decimals =
        (uint64_t)(((unsigned __int128)rest * clock->scale + clock->den / 2) / clock->den);
    if (decimals == clock->scale) {
        whole++;
        decimals = 0;
    }
    at = put_u128(at, whole);
    if (clock->digits == 0) return at;
    *at++ = '.';
    return put_padded(at, decimals, clock->digits);
}

char *spk_clock_put(const spk_clock *clock, uint64_t tick, char *at)
{
    if (clock->step == 0 || tick > clock->last) return put_divided(clock, tick, at);
    uint64_t value = tick * clock->step;
    if (clock->digits == 0) return spk_put_u64(at, value);
    if (value < clock->scale) {
        *at++ = '0';
        *at++ = '.';
        return put_padded(at, value, clock->digits);
    }
    char *end = spk_put_u64(at, value);
    char *point = end - clock->digits;
    memmove(point + 1, point, (size_t)clock->digits);
    *point = '.';
    return end + 1;
}
