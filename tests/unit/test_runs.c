/* test_runs.c: runs hold what was appended and nothing else, and few of them do. */
#include "base/runs.h"

#include "unit.h"

#include <stdlib.h>

/* Numbers below `end` that `is_in` has. */
static void check(bool (*is_in)(uint64_t), uint64_t end, size_t most_runs)
{
    spk_runs runs = {.n = 0};
    spk_error err = {0};
    for (uint64_t i = 0; i < end; i++)
        if (is_in(i)) assert_int_equal(spk_runs_append(&runs, i, &err), 0);
    for (uint64_t i = 0; i < end + 10; i++)
        assert_int_equal(spk_runs_have(&runs, i), i < end && is_in(i));
    assert_true(runs.n <= most_runs);
    spk_runs_free(&runs);
}

static bool is_any(uint64_t i)
{
    return i > 5;
}

static bool is_of_shard(uint64_t i)
{
    return i % 7 == 3;
}

static bool is_beside_holes(uint64_t i)
{
    return i % 1000 < 900;
}

static bool is_random(uint64_t i)
{
    return (i * 0x9e3779b97f4a7c15u) >> 63;
}

static bool is_none(uint64_t i)
{
    (void)i;
    return false;
}

static void runs_hold_what_was_appended(void **state)
{
    (void)state;
    check(is_none, 10, 0);
    check(is_any, 10000, 1);
    check(is_of_shard, 10000, 1);
    check(is_beside_holes, 10000, 10);
    check(is_random, 10000, 10000);
}

static void runs_reach_the_highest_number(void **state)
{
    (void)state;
    spk_runs runs = {.n = 0};
    spk_error err = {0};
    const uint64_t number[] = {0, UINT64_MAX / 2 + 1, UINT64_MAX - 1, UINT64_MAX};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(spk_runs_append(&runs, number[i], &err), 0);
    for (size_t i = 0; i < 4; i++)
        assert_true(spk_runs_have(&runs, number[i]));
    assert_false(spk_runs_have(&runs, 1));
    assert_false(spk_runs_have(&runs, UINT64_MAX - 2));
    spk_runs_free(&runs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_hold_what_was_appended),
        cmocka_unit_test(runs_reach_the_highest_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
