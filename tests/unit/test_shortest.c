/* test_shortest.c: the fast text of numbers against the C library, digit by digit. */
#include "table/shortest.h"

#include "unit.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The least digits from 15 (6) on that read back, by trial. */
static void slow_real(double value, char *text)
{
    for (int digits = DBL_DIG; digits <= DBL_DECIMAL_DIG; digits++) {
        snprintf(text, 32, "%.*g", digits, value);
        if (strtod(text, NULL) == value) return;
    }
}

static void slow_real32(float value, char *text)
{
    for (int digits = FLT_DIG; digits <= FLT_DECIMAL_DIG; digits++) {
        snprintf(text, 32, "%.*g", digits, (double)value);
        if (strtof(text, NULL) == value) return;
    }
}

static void check_real(double value, bool must)
{
    char fast[32], slow[32];
    if (!spk_shortest_real(value, fast)) {
        assert_false(must);
        return;
    }
    slow_real(value, slow);
    assert_string_equal(fast, slow);
}

static void check_real32(float value, bool must)
{
    char fast[32], slow[32];
    if (!spk_shortest_real32(value, fast)) {
        assert_false(must);
        return;
    }
    slow_real32(value, slow);
    assert_string_equal(fast, slow);
}

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (*state ^ *state >> 29) * 0xbf58476d1ce4e5b9u;
}

static void random_bits(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int i = 0; i < 200000; i++) {
        uint64_t bits = next_random(&seed);
        uint32_t low = (uint32_t)(bits >> 32);
        double real;
        float real32;
        memcpy(&real, &bits, sizeof real);
        memcpy(&real32, &low, sizeof real32);
        if (!isnan(real)) check_real(real, false);
        if (!isnan(real32)) check_real32(real32, false);
    }
}

/* Of the sizes that weights and rates have: all of these must take the fast way. */
static void usual_numbers(void **state)
{
    (void)state;
    uint64_t seed = 2;
    for (int i = 0; i < 200000; i++) {
        const double uniform = (double)(next_random(&seed) >> 11) * 0x1p-53;
        const double scale = pow(10, (double)(i % 9) - 3);
        check_real(uniform * scale + 1e-3, true);
        check_real(-uniform * scale - 1e-3, true);
        check_real32((float)(uniform * scale * 0.5 + 1e-3), true);
        check_real(round(uniform * 1e6) / 1000, uniform > 1e-6);
        check_real32((float)(round(uniform * 1e6) / 1000), uniform > 1e-6);
    }
}

/* Ends of binades and of decades, their neighbours, and halves between decimals. */
static void edges(void **state)
{
    (void)state;
    for (int e = -20; e <= 52; e++) {
        const double power = ldexp(1, e);
        check_real(power, false);
        check_real(nextafter(power, 0), false);
        check_real(nextafter(power, INFINITY), false);
        check_real32((float)power, false);
        check_real32(nextafterf((float)power, 0), false);
        check_real32(nextafterf((float)power, INFINITY), false);
    }
    for (int e = -7; e <= 16; e++) {
        const double power = pow(10, e);
        for (double step = -2; step <= 2; step++) {
            check_real(power * (1 + step * DBL_EPSILON), false);
            check_real32((float)(power * (1 + step * (double)FLT_EPSILON)), false);
        }
        check_real(power * 9.9999999999999995, false);
        check_real32((float)(power * 9.9999995), false);
    }
    for (int i = 1; i < 4096; i++) {
        check_real(i / 4096.0, i > 1);
        check_real32((float)i / 4096.0f, i > 1);
        check_real(i + 0.5, true);
    }
    check_real(0.0, true);
    check_real(-0.0, true);
    check_real32(0.0f, true);
    check_real32(-0.0f, true);
    check_real(INFINITY, false);
    check_real(DBL_MIN, false);
    check_real(DBL_TRUE_MIN, false);
    check_real(DBL_MAX, false);
    check_real32(FLT_TRUE_MIN, false);
    check_real32(FLT_MAX, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_bits),
        cmocka_unit_test(usual_numbers),
        cmocka_unit_test(edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
