/* test_pace.c: the faster way is found, and what it costs to look for it, on a machine made of
 * numbers. */
#include "unit.h"

#include "engine/pace.h"

#include <math.h>

typedef struct machine {
    double ns[PACES]; /* of a step, */
    double busy; /* but so many times that in a sample's first BUSY ones; 0: they are like others */
    double rest; /* steps of rest behind a sample */
    double cut;  /* to change the way */
    double now;  /* so far */
    size_t threads;
    unsigned changes;
} machine;

enum { SAMPLE = 700, BUSY = 64 };

/* Some steps from number `at` of a sample, or of a rest; returns how many were done. */
static uint64_t window(machine *m, engine_pace *p, uint64_t at, uint64_t steps, bool resting)
{
    size_t threads = engine_pace_choose(p, m->now, resting, &steps);
    if (threads != m->threads) {
        m->now += m->cut;
        m->changes++;
        engine_pace_changed(p, m->cut);
    }
    m->threads = threads;
    double ns = 0;
    for (uint64_t t = at; t < at + steps; t++)
        ns += m->ns[threads == 1 ? PACE_WHOLE : PACE_CUT] * (t < BUSY && m->busy > 0 ? m->busy : 1);
    m->now += ns;
    engine_pace_note(p, resting ? 0 : steps, ns, m->now);
    return steps;
}

static void advance(machine *m, engine_pace *p, uint64_t steps)
{
    while (steps > 0) {
        uint64_t here = steps < SAMPLE ? steps : SAMPLE;
        for (uint64_t t = 0; t < here;)
            t += window(m, p, t, here - t, false);
        for (uint64_t t = 0; t < (uint64_t)m->rest;)
            t += window(m, p, BUSY, (uint64_t)m->rest - t, true);
        steps -= here;
    }
}

static engine_pace begin(machine *m, size_t way)
{
    engine_pace p = {.threads = {1, 2}, .now = way, .expected_ns = fmin(m->ns[0], m->ns[1])};
    m->threads = p.threads[way];
    engine_pace_start(&p, m->cut, 0);
    return p;
}

/* Begun whole, a run is never slower than one thread, but for the trials; in the long run any run is
 * as fast as the faster way (gains that are too small are let go). */
static void test_the_faster_way(void **state)
{
    (void)state;
    static const double cut_ns[] = {3000, 7000, 9900, 10000, 10100, 14000, 1e6};
    static const double steps = 10e6;
    for (size_t k = 0; k < 2 * sizeof cut_ns / sizeof *cut_ns; k++) {
        size_t first = k % 2;
        machine m = {.ns = {10000, cut_ns[k / 2]}, .cut = 50e6};
        engine_pace p = begin(&m, first);
        advance(&m, &p, (uint64_t)steps);
        double slower = m.now / (steps * m.ns[PACE_WHOLE]), middle = m.now;
        advance(&m, &p, (uint64_t)steps);
        double least = cut_ns[k / 2] < 9500 ? cut_ns[k / 2] : 10000;
        double late = (m.now - middle) / (steps * least);
        if (first == PACE_WHOLE && slower > 1.01)
            fail_msg("cut %g ns: %.3f of one thread's time", cut_ns[k / 2], slower);
        if (late > 1.02) fail_msg("cut %g ns: %.3f of the least", cut_ns[k / 2], late);
    }
}

/* Threads are held up: one goes on alone at once, and later finds that they no longer are. */
static void test_a_busy_time(void **state)
{
    (void)state;
    machine m = {.ns = {10000, 6000}, .cut = 50e6};
    engine_pace p = begin(&m, PACE_WHOLE);
    advance(&m, &p, 5000000);
    assert_int_equal(m.threads, 2);
    m.ns[PACE_CUT] = 200000;
    advance(&m, &p, 2000);
    assert_int_equal(m.threads, 1);
    m.ns[PACE_CUT] = 6000;
    advance(&m, &p, 5000000);
    assert_int_equal(m.threads, 2);
}

/* A trial that others make a thousand times slower is broken off after a few steps. */
static void test_a_hopeless_trial(void **state)
{
    (void)state;
    for (size_t way = 0; way < PACES; way++) {
        machine m = {.ns = {10e6, 10e6}, .cut = 1e6};
        m.ns[way] = 10000;
        engine_pace p = begin(&m, way);
        double steps = 1e6;
        advance(&m, &p, (uint64_t)steps);
        assert_true(m.changes >= 2 && m.changes % 2 == 0);
        assert_true(m.now < 1.03 * 10000 * steps);
    }
}

/* Samples that begin with much to do, where trials begin, too. */
static void test_busy_beginnings(void **state)
{
    (void)state;
    for (size_t way = 0; way < PACES; way++) {
        machine m = {.ns = {10000, 6000}, .busy = 30, .cut = 50e6};
        engine_pace p = begin(&m, way);
        advance(&m, &p, 2000000);
        assert_int_equal(m.threads, 2);
    }
}

/* What a trial costs in rests, that are much longer than samples, is part of it. */
static void test_long_rests(void **state)
{
    (void)state;
    machine m = {.ns = {10000, 1e6}, .rest = 70000, .cut = 1e6};
    engine_pace p = begin(&m, PACE_WHOLE);
    advance(&m, &p, 700000);
    assert_true(m.changes >= 2 && m.changes % 2 == 0);
    assert_true(m.now < 1.02 * 10000 * (700000 + 1000 * m.rest));
}

/* A run that is shorter than what a trial must be worth makes none. */
static void test_a_short_run(void **state)
{
    (void)state;
    machine m = {.ns = {10000, 14000}, .cut = 1000};
    engine_pace p = begin(&m, PACE_WHOLE);
    advance(&m, &p, 100000);
    assert_int_equal(m.changes, 0);
}

/* How long the input lets wait is not what a trial takes. */
static void test_waiting(void **state)
{
    (void)state;
    machine m = {.ns = {10000, 14000}, .cut = 1e6};
    engine_pace p = begin(&m, PACE_WHOLE);
    for (int sample = 0; sample < 10000; sample++) {
        m.now += 1e9;
        advance(&m, &p, 700);
    }
    assert_true(p.in_vain > 2 && p.next_trial < m.now + 1e11);
}

/* Where there is no choice none is tried. */
static void test_no_choice(void **state)
{
    (void)state;
    machine m = {.ns = {10000, 1000}, .cut = 1};
    for (int way = PACE_WHOLE; way < PACES; way++) {
        engine_pace p = begin(&m, (size_t)way);
        engine_pace_fix(&p, p.threads[way]);
        engine_pace_start(&p, 1, 0);
        m.changes = 0;
        advance(&m, &p, 1000000);
        assert_int_equal(m.changes, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_faster_way),   cmocka_unit_test(test_a_busy_time),
        cmocka_unit_test(test_a_hopeless_trial), cmocka_unit_test(test_busy_beginnings),
        cmocka_unit_test(test_long_rests),       cmocka_unit_test(test_a_short_run),
        cmocka_unit_test(test_waiting),          cmocka_unit_test(test_no_choice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
