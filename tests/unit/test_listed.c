/* test_listed.c: what the engine lists instead of looking at all units, against what looks at all:
 * targets of rows that stay (against procedural ones, which do not), and refractory units (run in one
 * piece or step by step; thresholds for all or for each). Everything that is recorded is equal, bit by
 * bit. */
#include "unit.h"

#include "engines.h"

#include <stdio.h>

#define EACH(k, array) for (size_t k = 0; k < sizeof(array) / sizeof *(array); k++)

enum { STEPS = 120, SOURCES = 300 };

/* Everything that a population has recorded. */
typedef struct trace {
    size_t n, rows, variables, size;
    uint64_t *step;
    uint32_t *unit;
    double *value;
} trace;

static void *copy(const void *from, size_t bytes)
{
    void *to = malloc(bytes + 1);
    if (bytes > 0) memcpy(to, from, bytes);
    return to;
}

static trace recorded(const machine *m, size_t population)
{
    const spk_population *spec = &m->net->population[population];
    trace r = {.variables = spec->record.variables, .size = spec->size};
    const uint64_t *step;
    const uint32_t *unit;
    const double *value = NULL;
    spk_engine_spikes(m->engine, population, &r.n, &step, &unit);
    r.step = copy(step, r.n * sizeof *step);
    r.unit = copy(unit, r.n * sizeof *unit);
    for (size_t v = 0; v < r.variables; v++) {
        spk_engine_trace(m->engine, population, v, &r.rows, &value);
        const size_t values = r.rows * r.size;
        if (v == 0) r.value = calloc(r.variables * values, sizeof *value);
        memcpy(r.value + v * values, value, values * sizeof *value);
    }
    return r;
}

static void compare(trace a, trace b)
{
    assert_int_equal(a.n, b.n);
    assert_memory_equal(a.step, b.step, a.n * sizeof *a.step);
    assert_memory_equal(a.unit, b.unit, a.n * sizeof *a.unit);
    assert_int_equal(a.rows, b.rows);
    assert_memory_equal(a.value, b.value, a.variables * a.rows * a.size * sizeof *a.value);
}

static void forget(trace *r)
{
    free(r->step);
    free(r->unit);
    free(r->value);
}

/* ---- targets --------------------------------------------------------------------------------- */

/* Silent units with two receptors, and two projections onto each; %s: precision. */
static const char rows[] =
    "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.1, \"precision\": \"%s\",\n"
    " \"populations\": {\"in\": {\"size\": 300, \"model\": \"spike_input\"},\n"
    "  \"out\": {\"size\": 2005, \"model\": \"iaf_psc_exp\", \"params\": {\"V_th_mV\": 1e6}}},\n"
    " \"projections\": {\n"
    "  \"in->out\": {\"connect\": {\"rule\": \"pairwise_bernoulli\", \"p\": 0.01},\n"
    "   \"weight_pA\": %s, \"delay_ms\": 0.7, \"storage\": \"%s\"},\n"
    "  \"in->out#2\": {\"connect\": {\"rule\": \"fixed_outdegree\", \"outdegree\": 30},\n"
    "   \"weight_pA\": {\"uniform\": [-3, -1]}, \"delay_ms\": 0.2, \"storage\": \"%s\"},\n"
    "  \"in->out#3\": {\"connect\": {\"rule\": \"fixed_outdegree\", \"outdegree\": 20},\n"
    "   \"weight_pA\": 0.3, \"delay_ms\": 0.4, \"storage\": \"%s\"}},\n"
    " \"record\": {\"out\": {\"variables\": [\"V_m\", \"I_syn_ex\", \"I_syn_in\"]}}}\n";

/* In step t, t units, but at most 40: fewer rows than are listed, and more. */
static size_t make_spikes(uint64_t *step, uint32_t *unit)
{
    size_t n = 0;
    for (uint64_t t = 0; t < STEPS; t++)
        for (uint32_t i = 0; i < t % 50 && i < 40; i++, n++) {
            step[n] = t;
            unit[n] = 7 * i + (uint32_t)t % 20;
        }
    return n;
}

static trace run_rows(const char *precision, const char *weight, const char *storage, int parts)
{
    static uint64_t step[STEPS * SOURCES];
    static uint32_t unit[STEPS * SOURCES];
    char text[4096];
    snprintf(text, sizeof text, rows, precision, weight, storage, storage, storage);
    machine m = start(text, NULL, (spk_engine_options){.threads = 1, .parts = parts});
    const size_t n = make_spikes(step, unit);
    present(&m, 0, STEPS, n, step, unit);
    trace r = recorded(&m, 1);
    stop(&m);
    return r;
}

static void test_targets(void **state)
{
    (void)state;
    static const char *const precisions[] = {"double", "float"};
    static const char *const weights[] = {"0.7", "{\"uniform\": [0.1, 2]}"};
    EACH(p, precisions)
    EACH(w, weights)
    {
        trace want = run_rows(precisions[p], weights[w], "procedural", 1);
        double most = 0;
        for (size_t i = 0; i < want.rows * want.size; i++)
            if (want.value[want.rows * want.size + i] > most)
                most = want.value[want.rows * want.size + i];
        assert_true(most > 1); /* something arrived */
        for (int parts = 1; parts <= 3; parts++) {
            trace got = run_rows(precisions[p], weights[w], "stored", parts);
            compare(got, want);
            forget(&got);
        }
        forget(&want);
    }
}

/* ---- refractory units ------------------------------------------------------------------------ */

/* 37 neurons that excite and inhibit each other and fire all the time, so that padding would, too. */
static const char neurons[] =
    "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.1, \"precision\": \"%s\",\n"
    " \"populations\": {\"n\": {\"size\": 37, %s,\n"
    "   \"params\": {\"V_th_mV\": -50, \"V_reset_mV\": -60, \"E_L_mV\": -45, \"t_ref_ms\": %s,\n"
    "    \"V_m_mV\": {\"uniform\": [-60, -50]}}%s}},\n"
    " \"projections\": {\"n->n\": {\"connect\": {\"rule\": \"pairwise_bernoulli\", \"p\": 0.2},\n"
    "   \"weight_%s\": {\"normal\": [0.5, 1]}, \"delay_ms\": 0.1}},\n"
    " \"record\": {\"n\": {\"spikes\": true, \"variables\": [\"V_m\"]}}}\n";

typedef struct model {
    const char *name, *unit;
} model;

enum { LONG = 3000 };

static trace run_neurons(const model *of, const char *precision, const char *rest,
                         const char *threshold, uint64_t piece, int parts)
{
    char text[4096];
    snprintf(text, sizeof text, neurons, precision, of->name, rest, threshold, of->unit);
    machine m = start(text, NULL, (spk_engine_options){.threads = 1, .parts = parts});
    bool again;
    GOOD(spk_engine_begin(m.engine, 0, err));
    for (uint64_t t = 0; t < LONG; t += piece)
        GOOD(spk_engine_run(m.engine, piece, 0, NULL, NULL, err));
    GOOD(spk_engine_end(m.engine, &again, err));
    trace r = recorded(&m, 0);
    stop(&m);
    return r;
}

/* Every unit fires, none again before its refractory time has passed, and V is the reset meanwhile. */
static void check_rests(const trace *r, uint64_t rest)
{
    uint64_t last[37];
    size_t fires[37] = {0};
    for (size_t k = 0; k < r->n; k++) {
        const uint32_t i = r->unit[k];
        assert_true(i < 37);
        if (fires[i]++ > 0) assert_true(r->step[k] - last[i] > rest);
        last[i] = r->step[k];
        for (uint64_t t = last[i]; t <= last[i] + rest && t < LONG; t++)
            assert_true(r->value[t * 37 + i] == -60);
    }
    for (size_t i = 0; i < 37; i++)
        assert_true(fires[i] > 2);
}

static void test_refractory(void **state)
{
    (void)state;
    static const model models[] = {
        {"\"model\": \"iaf_psc_exp\"", "pA"},
        {"\"model\": \"iaf_cond_exp\", \"solver\": \"euler\"", "nS"},
        {"\"model\": \"iaf_cond_exp\", \"solver\": \"exp_euler\"", "nS"},
    };
    static const char *const precisions[] = {"double", "float"}, *const rests[] = {"0", "2.3"};
    static const char each[] = ", \"adaptive_threshold\": {\"theta_mV\": 0, \"theta_plus_mV\": 1}";
    EACH(m, models)
    EACH(p, precisions)
    EACH(r, rests)
    {
        trace want = run_neurons(&models[m], precisions[p], rests[r], "", LONG, 1);
        check_rests(&want, r ? 23 : 0);
        static const uint64_t piece[] = {1, 40, LONG};
        EACH(k, piece)
        {
            /* without learning thresholds stay where they are, but are each unit's own */
            const char *threshold = k == 1 ? each : "";
            trace got =
                run_neurons(&models[m], precisions[p], rests[r], threshold, piece[k], (int)k + 1);
            compare(got, want);
            forget(&got);
        }
        forget(&want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_refractory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
