/* test_sort.c: numbers in ascending order, against qsort(), for every width and around the number up to which
 * they are inserted. */
#include "unit.h"

#include "base/sort.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = 3000 };

static int by_value(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void check(size_t n, unsigned width, uint32_t *state)
{
    static uint32_t got[MOST], want[MOST], room[MOST];
    for (size_t i = 0; i < n; i++) {
        *state = *state * 1664525u + 1013904223u;
        got[i] = (*state ^ *state << 13) >> (32 - width);
    }
    memcpy(want, got, n * sizeof *want);
    qsort(want, n, sizeof *want, by_value);
    spk_sort_u32(n, got, n > SPK_SORT_FEW ? room : NULL, width);
    assert_memory_equal(got, want, n * sizeof *want);
}

static void test_every_width(void **unused)
{
    (void)unused;
    static const size_t sizes[] = {1, 2, SPK_SORT_FEW, SPK_SORT_FEW + 1, 257, MOST};
    uint32_t state = 1;
    for (unsigned width = 1; width <= 32; width++)
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
            check(sizes[k], width, &state);
    spk_sort_u32(0, NULL, NULL, 1);
}

static void test_the_width_of_a_number(void **unused)
{
    (void)unused;
    assert_int_equal(spk_width_u32(0), 1);
    assert_int_equal(spk_width_u32(1), 1);
    assert_int_equal(spk_width_u32(2), 2);
    assert_int_equal(spk_width_u32(255), 8);
    assert_int_equal(spk_width_u32(256), 9);
    assert_int_equal(spk_width_u32(UINT32_MAX), 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_width),
        cmocka_unit_test(test_the_width_of_a_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
