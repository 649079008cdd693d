/* test_teacher.c: populations that are taught, and thresholds that grow by the distance from a pole,
 * against what they are said to be. */
#include "unit.h"

#include "engines.h"

#include <math.h>
#include <stdio.h>

/* Input that makes unit 0 of `out` fire by itself, onto 100 units, so that parts can cut them. */
static const char network[] =
    "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.5,\n"
    " \"populations\": {\n"
    "  \"in\": {\"size\": 2, \"model\": \"poisson_input\"},\n"
    "  \"out\": {\"size\": 100, \"model\": \"iaf_psc_delta\", \"teacher\": {\"rate_Hz\": 200},\n"
    "          \"params\": {\"I_e_pA\": 0}}},\n"
    " \"projections\": {\"in->out\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight_mV\": 20,\n"
    "   \"weight_type\": \"f64\", \"delay_ms\": 0.5,\n"
    "   \"plasticity\": {\"rule\": \"stdp_trace\", \"variant\": \"pair\", \"w_max\": 100}}},\n"
    " \"on_sample\": {\"rest_ms\": 50},\n"
    " \"record\": {\"out\": {\"spikes\": true, \"variables\": [\"V_m\"], \"interval_ms\": 0.5}}}\n";
static const spk_engine_options learns = {.threads = 1, .learning = true, .input_seed = 5};
static const float rates[] = {40, 40};

enum { STEPS = 700 };

static void teach(machine *m, uint64_t sample, int32_t label, uint64_t steps)
{
    bool again;
    GOOD(spk_engine_begin(m->engine, sample, err));
    GOOD(spk_engine_label(m->engine, label, err));
    GOOD(spk_engine_rates(m->engine, rates, err));
    GOOD(spk_engine_run(m->engine, steps, 0, NULL, NULL, err));
    GOOD(spk_engine_end(m->engine, &again, err));
}

/* The number of its spikes, which must all be of one unit. */
static size_t spikes_of(const machine *m, uint32_t expected)
{
    size_t n;
    const uint64_t *step;
    const uint32_t *unit;
    spk_engine_spikes(m->engine, 1, &n, &step, &unit);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(unit[i], expected);
    return n;
}

static void test_label_fires(void **state)
{
    (void)state;
    machine m = start(network, NULL, learns);
    size_t all = 0;
    for (uint64_t s = 0; s < 100; s++) {
        teach(&m, s, (int32_t)s, STEPS);
        all += spikes_of(&m, (uint32_t)s);
    }
    /* Binomial: 70,000 draws of chance 0.1, standard deviation 79. */
    assert_true(fabs((double)all - 7000) < 4 * 79.4);
    teach(&m, 100, -1, STEPS);
    assert_int_equal(spikes_of(&m, 0), 0);
    /* begin() forgets the label */
    bool again;
    GOOD(spk_engine_begin(m.engine, 101, err));
    GOOD(spk_engine_run(m.engine, STEPS, 0, NULL, NULL, err));
    GOOD(spk_engine_end(m.engine, &again, err));
    assert_int_equal(spikes_of(&m, 0), 0);
    stop(&m);
}

static void test_chances(void **state)
{
    (void)state;
    static const char *const always[] = {"populations.out.teacher.rate_Hz=2000", NULL};
    static const char *const never[] = {"populations.out.teacher.rate_Hz=0", NULL};
    machine m = start(network, always, learns);
    teach(&m, 0, 7, STEPS);
    assert_int_equal(spikes_of(&m, 7), STEPS);
    stop(&m);
    m = start(network, never, learns);
    teach(&m, 0, 7, STEPS);
    assert_int_equal(spikes_of(&m, 7), 0);
    stop(&m);
}

/* Potentials follow the model with a teacher as without; without learning, so do spikes. */
static void test_own_dynamics(void **state)
{
    (void)state;
    static const char *const still[] = {"projections.in->out.plasticity.nu_pre=0",
                                        "projections.in->out.plasticity.nu_post=0", NULL};
    machine taught = start(network, still, learns);
    machine free = start(network, still, (spk_engine_options){.threads = 1, .input_seed = 5});
    size_t rows, n;
    const double *one, *other;
    const uint64_t *step;
    const uint32_t *unit;
    for (uint64_t s = 0; s < 3; s++) {
        teach(&taught, s, 50, STEPS);
        teach(&free, s, 50, STEPS);
        spk_engine_trace(taught.engine, 1, 0, &rows, &one);
        spk_engine_trace(free.engine, 1, 0, &rows, &other);
        assert_int_equal(rows, STEPS);
        assert_memory_equal(one, other, rows * 100 * sizeof *one);
        assert_true(spikes_of(&taught, 50) > 20);
        spk_engine_spikes(free.engine, 1, &n, &step, &unit);
        assert_true(n >= 200 && n % 100 == 0); /* all units alike */
    }
    stop(&taught);
    stop(&free);
}

/* Any cut, and a stop in the middle of a presentation, give the same spikes. */
static void test_parts_and_resume(void **state)
{
    (void)state;
    machine whole = start(network, NULL, learns);
    teach(&whole, 3, 61, STEPS);
    size_t n, m_n;
    const uint64_t *step, *m_step;
    const uint32_t *unit;
    spk_engine_spikes(whole.engine, 1, &n, &step, &unit);
    for (int parts = 1; parts <= 4; parts++) {
        spk_engine_options cut = learns;
        void *bytes = NULL;
        size_t size, first;
        bool again;
        cut.parts = parts;
        cut.threads = parts;
        machine m = start(network, NULL, cut), on = start(network, NULL, learns);
        GOOD(spk_engine_begin(m.engine, 3, err));
        GOOD(spk_engine_label(m.engine, 61, err));
        GOOD(spk_engine_rates(m.engine, rates, err));
        GOOD(spk_engine_run(m.engine, 301, 0, NULL, NULL, err));
        first = spikes_of(&m, 61);
        GOOD(spk_engine_save(m.engine, &bytes, &size, err));
        GOOD(spk_engine_restore(on.engine, bytes, size, "state", err));
        GOOD(spk_engine_run(on.engine, STEPS - 301, 0, NULL, NULL, err));
        GOOD(spk_engine_end(on.engine, &again, err));
        spk_engine_spikes(on.engine, 1, &m_n, &m_step, &unit);
        assert_int_equal(first + m_n, n);
        for (size_t i = 0; i < m_n; i++)
            assert_int_equal(step[first + i], m_step[i]);
        free(bytes);
        stop(&m);
        stop(&on);
    }
    stop(&whole);
}

static void test_no_unit_for_a_label(void **state)
{
    (void)state;
    spk_error refused = {0};
    machine m = start(network, NULL, learns);
    GOOD(spk_engine_begin(m.engine, 4, err));
    assert_int_equal(spk_engine_label(m.engine, 100, &refused), -1);
    assert_int_equal(refused.code, SPK_DATA);
    assert_string_equal(refused.text,
                        "sample 4: label 100: the highest that the teacher of population "
                        "out has a unit for is 99");
    stop(&m);
    m = start(network, NULL, (spk_engine_options){.threads = 1});
    GOOD(spk_engine_begin(m.engine, 4, err));
    GOOD(spk_engine_label(m.engine, 100, err)); /* nobody is taught */
    stop(&m);
}

/* theta after each spike of a unit that fires in every step, from 3 away from the pole through it: the
 * factor is width / |theta - pole|, and at most max_factor. */
static void test_theta_plus_scale(void **state)
{
    (void)state;
    static const char *const set[] = {
        "populations.out.teacher.rate_Hz=2000",
        "populations.out.adaptive_threshold={\"theta_mV\": 1, \"theta_plus_mV\": 0.5, "
        "\"tau_theta_ms\": 1e15, \"theta_plus_scale\": {\"width_mV\": 2, \"pole_mV\": 4, "
        "\"max_factor\": 3}}",
        "record.out.variables=[\"theta\"]", NULL};
    machine m = start(network, set, learns);
    size_t rows;
    const double *theta;
    teach(&m, 0, 9, 100);
    spk_engine_trace(m.engine, 1, 0, &rows, &theta);
    double expected = 1;
    bool bounded = false;
    for (size_t k = 0; k < rows; k++) {
        const double factor = 2 / fabs(expected - 4);
        bounded |= factor > 3;
        expected += 0.5 * fmin(factor, 3);
        assert_true(fabs(theta[k * 100 + 9] - expected) < 1e-9);
        assert_true(fabs(theta[k * 100 + 8] - 1) < 1e-9);
    }
    assert_true(bounded && expected > 10);
    stop(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_label_fires),         cmocka_unit_test(test_chances),
        cmocka_unit_test(test_own_dynamics),        cmocka_unit_test(test_parts_and_resume),
        cmocka_unit_test(test_no_unit_for_a_label), cmocka_unit_test(test_theta_plus_scale)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
