/* test_clock.c: ticks as text, against arithmetic done by hand, and what text is made of. */
#include "base/digits.h"
#include "base/shell.h"
#include "stream/clock.h"

#include "unit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const char *time_text(uint64_t num, uint64_t den, int power, uint64_t tick)
{
    static char text[SPK_CLOCK_TEXT + 1];
    spk_clock clock;
    spk_error err;
    assert_int_equal(spk_clock_init(&clock, spk_rational_of(num, den), power, &err), 0);
    char *end = spk_clock_put(&clock, tick, text);
    assert_true(end - text <= SPK_CLOCK_TEXT);
    *end = '\0';
    return text;
}

static void exact_times(void **state)
{
    (void)state;
    assert_string_equal(time_text(1, 10000, 3, 0), "0.0");
    assert_string_equal(time_text(1, 10000, 3, 9), "0.9");
    assert_string_equal(time_text(1, 10000, 3, 123), "12.3");
    assert_string_equal(time_text(1, 10000, 0, 123), "0.0123");
    assert_string_equal(time_text(1, 10000, 0, 123456), "12.3456");
    assert_string_equal(time_text(1, 1000, 3, 350), "350");
    assert_string_equal(time_text(1, 1000, 0, 350), "0.350");
    assert_string_equal(time_text(1, 1000000000, 9, UINT64_MAX), "18446744073709551615");
    assert_string_equal(time_text(1, 8000, 3, 1), "0.125");
    assert_string_equal(time_text(1, 40000000000, 9, 5), "0.125");
    assert_string_equal(time_text(3, 1000, 3, 7), "21");
}

/* Beyond 64 bits the sum is carried in 128. */
static void long_times(void **state)
{
    (void)state;
    assert_string_equal(time_text(1, 10000, 3, UINT64_MAX), "1844674407370955161.5");
    assert_string_equal(time_text(1, 10000, 9, UINT64_MAX), "1844674407370955161500000");
    assert_string_equal(time_text(7, 1, 3, UINT64_MAX), "129127208515966861305000");
}

/* Without a finite decimal: rounded to nearest, and neighbours differ. */
static void endless_times(void **state)
{
    (void)state;
    assert_string_equal(time_text(1, 3, 0, 1), "0.33");
    assert_string_equal(time_text(1, 3, 0, 2), "0.67");
    assert_string_equal(time_text(1, 3, 0, 3), "1.00");
    assert_string_equal(time_text(1, 30000, 3, 1), "0.033");
    char before[SPK_CLOCK_TEXT + 1] = "";
    for (uint64_t tick = 0; tick < 1000; tick++) {
        const char *text = time_text(1, 44100, 3, tick);
        assert_string_not_equal(text, before);
        double error = strtod(text, NULL) - (double)tick / 44.1;
        assert_true(error < 0.0006 && error > -0.0006);
        snprintf(before, sizeof before, "%s", text);
    }
}

static void too_long_a_tick(void **state)
{
    (void)state;
    spk_clock clock;
    spk_error err;
    assert_int_equal(spk_clock_init(&clock, spk_rational_of(UINT64_MAX, 1), 9, &err), -1);
    assert_int_equal(err.code, SPK_DATA);
}

static void digits(void **state)
{
    (void)state;
    uint64_t value = 0;
    for (int i = 0; i < 130; i++) {
        char text[SPK_U64_DIGITS + 1], expected[32];
        *spk_put_u64(text, value) = '\0';
        snprintf(expected, sizeof expected, "%" PRIu64, value);
        assert_string_equal(text, expected);
        value = i < 64 ? (uint64_t)1 << i : i == 64 ? UINT64_MAX : value / 2 - 1;
        if (value == UINT64_MAX && i > 65) value = 9;
    }
}

static void shell_words(void **state)
{
    (void)state;
    static const char *const words[][2] = {{"--rate=5Hz", "--rate=5Hz"},
                                           {"a b", "'a b'"},
                                           {"it's", "'it'\\''s'"},
                                           {"input->exc", "'input->exc'"},
                                           {"", "''"},
                                           {"~", "'~'"},
                                           {"$HOME", "'$HOME'"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char *text;
        size_t bytes;
        FILE *out = open_memstream(&text, &bytes);
        spk_shell_word(out, words[i][0]);
        fclose(out);
        assert_string_equal(text, words[i][1]);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_times),   cmocka_unit_test(long_times),
        cmocka_unit_test(endless_times), cmocka_unit_test(too_long_a_tick),
        cmocka_unit_test(digits),        cmocka_unit_test(shell_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
