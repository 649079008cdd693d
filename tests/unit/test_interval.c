/* test_interval.c: blocks of steps of any length, and parts, give the bytes of one step at a time: with
 * every way to keep synapses, every delay that is a block or more, and devices with less. */
#include "unit.h"

#include "engine/internal.h"
#include "engines.h"

#include <stdio.h>

enum { STEPS = 250, SAMPLES = 3, LEAST = 5 };

/* The smallest delay is 5 steps; those of devices are smaller, equal and larger. "delta" takes input
 * before the threshold, the others after it. */
static const char network[] =
    "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.1,\n"
    " \"populations\": {\n"
    "  \"in\": {\"size\": 30, \"model\": \"spike_input\"},\n"
    "  \"rain\": {\"size\": 1, \"model\": \"poisson_generator\", \"params\": {\"rate_Hz\": "
    "15000}},\n"
    "  \"late\": {\"model\": \"poisson_generator\", \"params\": {\"rate_Hz\": 9000}},\n"
    "  \"noise\": {\"size\": 1, \"model\": \"noise_generator\",\n"
    "   \"params\": {\"mean_pA\": 300, \"std_pA\": 200, \"dt_ms\": 0.3}},\n"
    "  \"delta\": {\"size\": 70, \"model\": \"iaf_psc_delta\", \"params\": {\"t_ref_ms\": 1}},\n"
    "  \"cond\": {\"size\": 50, \"model\": \"iaf_cond_exp\", \"params\": {\"t_ref_ms\": 1}}},\n"
    " \"projections\": {\n"
    "  \"rain->delta\": {\"connect\": {\"rule\": \"all_to_all\"}, \"delay_ms\": 0.2,\n"
    "   \"weight_mV\": {\"uniform\": [0.5, 0.9]}},\n"
    "  \"late->delta\": {\"connect\": {\"rule\": \"all_to_all\"}, \"delay_ms\": 0.1, "
    "\"weight_mV\": 0.07},\n"
    "  \"rain->cond\": {\"connect\": {\"rule\": \"all_to_all\"}, \"delay_ms\": 0, \"weight_nS\": "
    "3},\n"
    "  \"late->cond\": {\"connect\": {\"rule\": \"all_to_all\"}, \"delay_ms\": 0.8, \"weight_nS\": "
    "0.3},\n"
    "  \"noise->delta\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight\": 1, \"delay_ms\": "
    "0.1},\n"
    "  \"in->delta\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight_mV\": {\"uniform\": [0, "
    "3]},\n"
    "   \"weight_type\": \"f64\", \"delay_ms\": 0.7, \"plasticity\": {\"rule\": \"stdp_trace\",\n"
    "    \"nu_pre\": 0.01, \"nu_post\": 0.02, \"w_max\": 3}},\n"
    "  \"in->cond\": {\"connect\": {\"rule\": \"fixed_outdegree\", \"outdegree\": 20},\n"
    "   \"weight_nS\": 2.7, \"delay_ms\": {\"uniform\": [0.5, 1.5]},\n"
    "   \"short_term\": {\"model\": \"tsodyks2\", \"U\": 0.3, \"tau_rec_ms\": 30, \"tau_fac_ms\": "
    "20}},\n"
    "  \"delta->delta\": {\"connect\": {\"rule\": \"all_but_self\"}, \"weight_mV\": -0.07,\n"
    "   \"delay_ms\": 0.5},\n"
    "  \"delta->cond\": {\"connect\": {\"rule\": \"fixed_indegree\", \"indegree\": 20},\n"
    "   \"weight_nS\": {\"normal\": [0.7, 1.1]}, \"weight_type\": \"f64\",\n"
    "   \"delay_ms\": {\"uniform\": [0.5, 2.5]}},\n"
    "  \"cond->delta\": {\"connect\": {\"rule\": \"pairwise_bernoulli\", \"p\": 0.3}, "
    "\"weight_mV\": -0.3,\n"
    "   \"delay_ms\": {\"uniform\": [0.5, 0.9]}, \"storage\": \"procedural\"},\n"
    "  \"cond->cond\": {\"connect\": {\"rule\": \"pairwise_bernoulli\", \"p\": 0.4},\n"
    "   \"weight_nS\": {\"uniform\": [0.1, 1]}, \"weight_type\": \"f64\", \"delay_ms\": 0.6,\n"
    "   \"plasticity\": {\"rule\": \"stdp\", \"lambda\": 0.05, \"Wmax\": 2}}},\n"
    " \"on_sample\": {\"rest_ms\": 3.3},\n"
    " \"record\": {\"delta\": {\"spikes\": true, \"variables\": [\"V_m\"]},\n"
    "  \"cond\": {\"spikes\": true, \"variables\": [\"g_ex\", \"g_in\"], \"interval_ms\": 0.7}}}\n";

static const char *const variants[][4] = {
    {NULL},
    {"projections.in->delta.delay_kind=axonal", "projections.in->delta.plasticity.timing=emission",
     NULL},
    {"populations.rain.params.rate_Hz=1e7", "projections.rain->delta.weight_mV=0.001",
     "projections.rain->cond.weight_nS=0.004", NULL},
    {"on_sample.reset=all", "populations.delta.size=17", NULL},
};
enum { VARIANTS = sizeof variants / sizeof *variants };

static uint64_t mix(uint64_t hash, const void *data, size_t bytes)
{
    const unsigned char *at = data;
    for (size_t i = 0; i < bytes; i++)
        hash = (hash ^ at[i]) * UINT64_C(1099511628211);
    return hash;
}

/* Spikes and variables of all that are recorded; how many spikes. */
static uint64_t recorded(const machine *m, uint64_t hash, size_t *spikes)
{
    for (size_t i = 0; i < m->net->populations; i++) {
        size_t n, rows;
        const uint64_t *step;
        const uint32_t *unit;
        const double *value;
        spk_engine_spikes(m->engine, i, &n, &step, &unit);
        *spikes += n;
        hash = mix(mix(hash, step, n * sizeof *step), unit, n * sizeof *unit);
        for (size_t v = 0; v < m->net->population[i].record.variables; v++) {
            spk_engine_trace(m->engine, i, v, &rows, &value);
            hash = mix(hash, value, rows * m->net->population[i].size * sizeof *value);
        }
    }
    return hash;
}

/* A sample in pieces of `piece` steps, with spikes of every input about every 100 steps. */
static void present_in_pieces(machine *m, uint64_t sample, uint64_t piece)
{
    bool again;
    GOOD(spk_engine_begin(m->engine, sample, err));
    for (uint64_t at = 0; at < STEPS; at += piece) {
        const uint64_t end = at + piece < STEPS ? at + piece : STEPS;
        uint64_t step[STEPS];
        uint32_t unit[STEPS];
        size_t n = 0;
        for (uint64_t t = at; t < end; t++)
            for (uint32_t u = 0; u < 30 && n < STEPS; u++)
                if ((t + u * 37 + sample * 11) % 101 == 0) {
                    step[n] = t;
                    unit[n++] = u;
                }
        GOOD(spk_engine_run(m->engine, end - at, n, step, unit, err));
    }
    GOOD(spk_engine_end(m->engine, &again, err));
}

/* All samples, the state, and what was learned. */
static uint64_t run(const char *const *set, spk_engine_options options, uint64_t piece)
{
    machine m = start(network, set, options);
    uint64_t hash = 1;
    size_t spikes = 0, bytes;
    void *state;
    for (uint64_t s = 0; s < SAMPLES; s++) {
        present_in_pieces(&m, s, piece);
        hash = recorded(&m, hash, &spikes);
    }
    GOOD(spk_engine_save(m.engine, &state, &bytes, err));
    hash = mix(hash, state, bytes);
    free(state);
    stop(&m);
    if (spikes < 200) fail_msg("only %zu spikes: nothing is tested", spikes);
    return hash;
}

static const spk_engine_options base = {.threads = 1, .learning = true, .interval = 1};

static void test_lengths(void **state)
{
    (void)state;
    for (size_t v = 0; v < VARIANTS; v++) {
        const uint64_t one = run(variants[v], base, STEPS);
        for (int interval = 2; interval <= LEAST + 1; interval++)
            for (int parts = 1; parts <= 3; parts += 2) {
                spk_engine_options options = base;
                options.interval = interval;
                options.parts = options.threads = parts;
                if (run(variants[v], options, STEPS) != one)
                    fail_msg("variant %zu: blocks of %d, %d parts differ", v, interval, parts);
            }
    }
}

static void test_pieces(void **state)
{
    (void)state;
    const uint64_t one = run(NULL, base, STEPS);
    for (uint64_t piece = 1; piece < 20; piece += 3) {
        spk_engine_options options = base;
        options.interval = 0;
        if (run(NULL, options, piece) != one) fail_msg("pieces of %d steps differ", (int)piece);
    }
}

/* A state goes on under other blocks and parts. */
static void test_states(void **state)
{
    (void)state;
    uint64_t hash[2] = {1, 1};
    size_t spikes = 0;
    for (int k = 0; k < 2; k++) {
        spk_engine_options options = base;
        machine m = start(network, NULL, options);
        present_in_pieces(&m, 0, STEPS);
        void *bytes;
        size_t n;
        GOOD(spk_engine_save(m.engine, &bytes, &n, err));
        stop(&m);
        options.interval = k == 0 ? 1 : 4;
        options.parts = 1 + k;
        m = start(network, NULL, options);
        present_in_pieces(&m, 7, STEPS); /* what was before is forgotten */
        GOOD(spk_engine_restore(m.engine, bytes, n, "state", err));
        free(bytes);
        present_in_pieces(&m, 1, STEPS);
        hash[k] = recorded(&m, hash[k], &spikes);
        stop(&m);
    }
    assert_true(hash[0] == hash[1]);
}

static void test_which_length(void **state)
{
    (void)state;
    static const struct {
        const char *set;
        uint32_t steps;
    } cases[] = {
        {"projections.delta->delta.delay_ms=0.5", 5},
        {"projections.delta->delta.delay_ms=0.3", 3},
        {"projections.delta->delta.delay_ms=0", 1},
        {"projections.rain->delta.delay_ms=0.1", 5},
        {"projections.in->delta.delay_kind=axonal", 1},
        {"populations.delta.winner=random", 1},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const char *set[] = {cases[k].set, NULL};
        machine m = start(network, set, (spk_engine_options){.threads = 1});
        assert_int_equal(m.engine->interval.steps, cases[k].steps);
        assert_int_equal(spk_network_interval(m.net), cases[k].steps);
        stop(&m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_which_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
