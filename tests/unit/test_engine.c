/* test_engine.c: what must not change a result (threads, pieces, checkpoints, how synapses are
 * kept), and what the input's random numbers must be. */
#include "unit.h"

#include "chance.h"
#include "engine/internal.h"
#include "engines.h"
#include "network/connect.h"

#include <math.h>
#include <stdio.h>

/* Diehl & Cook's network in small; parts cut it at odd places. */
static const char network[] =
    "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.5, \"precision\": "
    "\"float\",\n"
    " \"populations\": {\n"
    "  \"input\": {\"size\": 50, \"model\": \"poisson_input\"},\n"
    "  \"exc\": {\"size\": 100, \"model\": \"iaf_cond_exp\", \"solver\": \"euler\",\n"
    "   \"params\": {\"V_th_mV\": -72, \"V_reset_mV\": -75, \"t_ref_ms\": 5, \"g_L_nS\": 1,\n"
    "    \"C_m_pF\": 100, \"E_L_mV\": -65, \"E_in_mV\": -100, \"tau_syn_ex_ms\": 1,\n"
    "    \"V_m_mV\": {\"uniform\": [-75, -65]}},\n"
    "   \"adaptive_threshold\": {\"theta_mV\": 12, \"theta_plus_mV\": 0.2, \"tau_theta_ms\": "
    "1e5}},\n"
    "  \"inh\": {\"size\": 100, \"model\": \"iaf_cond_exp\", \"solver\": \"exp_euler\",\n"
    "   \"params\": {\"V_th_mV\": -40, \"V_reset_mV\": -45, \"g_L_nS\": 1, \"C_m_pF\": 10,\n"
    "    \"E_L_mV\": -60, \"tau_syn_ex_ms\": 1, \"V_m_mV\": -60}}},\n"
    " \"projections\": {\n"
    "  \"input->exc\": {\"connect\": {\"rule\": \"all_to_all\"}, \"delay_kind\": \"axonal\",\n"
    "   \"weight_nS\": {\"uniform\": [0, 0.6]}, \"delay_ms\": {\"uniform\": [0, 10]},\n"
    "   \"plasticity\": {\"rule\": \"stdp_trace\", \"nu_pre\": 0.001},\n"
    "   \"normalize\": {\"sum_nS\": 12}},\n"
    "  \"exc->inh\": {\"connect\": {\"rule\": \"one_to_one\"}, \"weight_nS\": 10.4, \"delay_ms\": "
    "0},\n"
    "  \"inh->exc\": {\"connect\": {\"rule\": \"all_but_self\"}, \"weight_nS\": -0.4, "
    "\"delay_ms\": 1},\n"
    "  \"exc->exc\": {\"connect\": {\"rule\": \"pairwise_bernoulli\", \"p\": 0.1},\n"
    "   \"weight_nS\": {\"normal\": [0.1, 0.2]}, \"delay_ms\": {\"uniform\": [0, 4]}}},\n"
    " \"on_sample\": {\"rest_ms\": 20,\n"
    "  \"repeat\": {\"population\": \"exc\", \"min_spikes\": 40, \"rate_step\": 0.5, "
    "\"max_attempts\": 3}},\n"
    " \"record\": {\"exc\": {\"spikes\": true, \"variables\": [\"V_m\", \"g_ex\"], "
    "\"interval_ms\": 2}}}\n";

enum { INPUTS = 50, SAMPLES = 6, STEPS = 200 };

/* Everything that came out of a run, as one hash: spikes, traces, weights, thresholds. */
static uint64_t mix(uint64_t hash, const void *data, size_t bytes)
{
    const unsigned char *at = data;
    for (size_t i = 0; i < bytes; i++)
        hash = (hash ^ at[i]) * UINT64_C(1099511628211);
    return hash;
}

static uint64_t recorded(const machine *m, uint64_t hash)
{
    size_t n, rows, exc = 1;
    const uint64_t *step;
    const uint32_t *unit;
    const double *value;
    spk_engine_spikes(m->engine, exc, &n, &step, &unit);
    hash = mix(mix(hash, step, n * sizeof *step), unit, n * sizeof *unit);
    for (size_t v = 0; v < m->net->population[exc].record.variables; v++) {
        spk_engine_trace(m->engine, exc, v, &rows, &value);
        assert_int_equal(rows, STEPS / 4);
        hash = mix(hash, value, rows * m->net->population[exc].size * sizeof *value);
    }
    return hash;
}

static uint64_t learned(const machine *m, uint64_t hash)
{
    for (size_t a = 0; a < spk_engine_arrays(m->engine); a++) {
        const spk_engine_array *array = spk_engine_array_at(m->engine, a);
        size_t bytes = array->rows * array->cols * spk_dtype_bytes(array->dtype);
        void *values = malloc(bytes);
        spk_engine_array_get(m->engine, a, 0, array->rows, values);
        hash = mix(hash, values, bytes);
        free(values);
    }
    return hash;
}

static void rates_of(uint64_t sample, float *hertz)
{
    for (int i = 0; i < INPUTS; i++)
        hertz[i] = (float)((i * 7 + (int)sample * 13) % 10) * 12.5f;
}

static uint64_t run_samples(machine *m, uint64_t from, uint64_t to, uint64_t hash)
{
    float hertz[INPUTS];
    for (uint64_t s = from; s < to; s++) {
        rates_of(s, hertz);
        present_rates(m, s, STEPS, hertz);
        hash = recorded(m, hash);
    }
    return hash;
}

static uint64_t whole_run(const char *const *set, spk_engine_options options)
{
    machine m = start(network, set, options);
    uint64_t hash = learned(&m, run_samples(&m, 0, SAMPLES, 1));
    stop(&m);
    return hash;
}

static const spk_engine_options alone = {.threads = 1, .learning = true};

/* Delays drawn or not, learning or not, all storages, both precisions. */
static const char *const variants[][3] = {
    {NULL},
    {"projections.input->exc.delay_ms=0", NULL},
    {"projections.input->exc.delay_ms=3", "projections.input->exc.delay_kind=dendritic", NULL},
    {"projections.input->exc.plasticity.variant=pre_and_post", NULL},
    {"precision=double", NULL},
    {"on_sample.reset=all", NULL},
    /* so small that some parts have no units */
    {"populations.exc.size=10", "populations.inh.size=10", NULL},
};
enum { VARIANTS = sizeof variants / sizeof *variants };

static void test_parts(void **state)
{
    (void)state;
    for (size_t v = 0; v < VARIANTS; v++) {
        uint64_t one = whole_run(variants[v], alone);
        for (int parts = 2; parts <= 7; parts += 1 + (parts == 4) * 2) {
            spk_engine_options options = alone;
            options.parts = options.threads = parts;
            if (whole_run(variants[v], options) != one)
                fail_msg("variant %zu: %d parts differ from 1", v, parts);
        }
    }
}

/* The variants are different runs, so that the test above compares something. */
static void test_variants_differ(void **state)
{
    (void)state;
    uint64_t hash[VARIANTS];
    for (size_t v = 0; v < VARIANTS; v++) {
        hash[v] = whole_run(variants[v], alone);
        for (size_t u = 0; u < v; u++)
            assert_true(hash[u] != hash[v]);
    }
    spk_engine_options other = alone;
    other.input_seed = 5;
    assert_true(whole_run(NULL, other) != hash[0]);
    other = alone;
    other.network_seed = 5;
    assert_true(whole_run(NULL, other) != hash[0]);
    other = alone;
    other.learning = false;
    assert_true(whole_run(NULL, other) != hash[0]);
}

/* A presentation in pieces; between them populations are cut into `parts` and more, if > 0. */
static uint64_t run_in_pieces(const char *const *set, size_t parts)
{
    machine m = start(network, set, alone);
    m.engine->fixed = true; /* as they are cut here */
    float hertz[INPUTS];
    uint64_t hash = 1, pieces = 0;
    for (uint64_t s = 0; s < SAMPLES; s++) {
        rates_of(s, hertz);
        bool again = true;
        while (again) {
            GOOD(spk_engine_begin(m.engine, s, err));
            GOOD(spk_engine_rates(m.engine, hertz, err));
            for (uint64_t done = 0, piece = 1; done < STEPS; done += piece, piece = done % 5 + 1) {
                if (piece > STEPS - done) piece = STEPS - done;
                if (parts > 0) GOOD(engine_cut(m.engine, parts + pieces++ % 3, err));
                GOOD(spk_engine_run(m.engine, piece, 0, NULL, NULL, err));
            }
            GOOD(spk_engine_end(m.engine, &again, err));
        }
        hash = recorded(&m, hash);
    }
    hash = learned(&m, hash);
    stop(&m);
    return hash;
}

static void test_pieces(void **state)
{
    (void)state;
    assert_true(run_in_pieces(NULL, 0) == whole_run(NULL, alone));
}

static void test_cutting(void **state)
{
    (void)state;
    for (size_t v = 0; v < VARIANTS; v++)
        if (run_in_pieces(variants[v], 1 + v % 3) != whole_run(variants[v], alone))
            fail_msg("variant %zu differs", v);
}

/* A population larger than a part can be is cut for one thread, too. */
static void test_large_population(void **state)
{
    (void)state;
    static const char text[] =
        "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 1,\n"
        " \"populations\": {\n"
        "  \"in\": {\"size\": 4, \"model\": \"poisson_input\", \"params\": {\"rate_Hz\": 200}},\n"
        "  \"out\": {\"size\": 70000, \"model\": \"iaf_psc_delta\"}},\n"
        " \"projections\": {\n"
        "  \"in->out#listed\": {\"delay_ms\": 1,\n"
        "   \"connect\": {\"rule\": \"pairwise_bernoulli\", \"p\": 0.5},\n"
        "   \"weight_mV\": {\"uniform\": [1, 9]}},\n"
        "  \"in->out#learned\": {\n"
        "   \"connect\": {\"rule\": \"all_to_all\"}, \"delay_kind\": \"axonal\",\n"
        "   \"weight_mV\": {\"uniform\": [0, 9]}, \"delay_ms\": {\"uniform\": [0, 9]},\n"
        "   \"plasticity\": {\"rule\": \"stdp_trace\", \"w_max\": 9, \"nu_pre\": 0.01}}},\n"
        " \"record\": {\"out\": \"spikes\"}}\n";
    uint64_t one = 0;
    for (int parts = 0; parts < 4; parts++) {
        machine m =
            start(text, NULL,
                  (spk_engine_options){.threads = 1 + parts, .parts = parts, .learning = true});
        bool again;
        GOOD(spk_engine_begin(m.engine, 0, err));
        GOOD(spk_engine_run(m.engine, 50, 0, NULL, NULL, err));
        if (parts > 0) GOOD(engine_cut(m.engine, (size_t)parts + 2, err));
        GOOD(spk_engine_run(m.engine, 50, 0, NULL, NULL, err));
        GOOD(spk_engine_end(m.engine, &again, err));
        size_t n;
        const uint64_t *step;
        const uint32_t *unit;
        spk_engine_spikes(m.engine, 1, &n, &step, &unit);
        assert_true(n > 10000 && unit[n - 1] > UINT16_MAX);
        uint64_t hash = learned(&m, recorded(&m, 1));
        if (parts == 0) one = hash;
        if (hash != one) fail_msg("%d parts differ", parts);
        stop(&m);
    }
}

/* Save after every sample, go on in a new engine with another number of parts. */
static void test_checkpoints(void **state)
{
    (void)state;
    for (size_t v = 0; v < VARIANTS; v++) {
        uint64_t hash = 1;
        machine m = start(network, variants[v], alone);
        for (uint64_t s = 0; s < SAMPLES; s++) {
            hash = run_samples(&m, s, s + 1, hash);
            void *bytes;
            size_t size;
            GOOD(spk_engine_save(m.engine, &bytes, &size, err));
            stop(&m);
            spk_engine_options options = alone;
            options.parts = options.threads = 1 + (int)s % 3;
            m = start(network, variants[v], options);
            GOOD(spk_engine_restore(m.engine, bytes, size, "checkpoint", err));
            free(bytes);
        }
        hash = learned(&m, hash);
        stop(&m);
        if (hash != whole_run(variants[v], alone)) fail_msg("variant %zu differs", v);
    }
}

static void test_foreign_checkpoints(void **state)
{
    (void)state;
    machine m = start(network, NULL, alone);
    machine other = start(network, variants[1], alone);
    spk_engine_options seeded = alone;
    seeded.input_seed = 7;
    machine third = start(network, NULL, seeded);
    void *bytes;
    size_t size;
    GOOD(spk_engine_save(m.engine, &bytes, &size, err));
    spk_error err;
    assert_int_equal(spk_engine_restore(other.engine, bytes, size, "c", &err), -1);
    assert_string_equal(err.text, "c: was made with another network file or other --set values");
    assert_int_equal(spk_engine_restore(third.engine, bytes, size, "c", &err), -1);
    assert_string_equal(err.text, "c: was made with --seed 0");
    for (size_t cut = 0; cut < size; cut += 1 + size / 50)
        assert_int_equal(spk_engine_restore(m.engine, bytes, cut, "c", &err), -1);
    assert_int_equal(err.code, SPK_DATA);
    free(bytes);
    stop(&m);
    stop(&other);
    stop(&third);
}

/* What needs no synapses, and the same synapses listed. With a delay of 10 ms each step's are summed
 * first, where sums of a power of two are exact, so that their order does not matter; with a short one
 * they are added to the state. */
static void test_storages(void **state)
{
    (void)state;
    static const char *const counted[] = {"projections.inh->exc.delay_ms=10",
                                          "projections.inh->exc.weight_nS=-0.5",
                                          "projections.exc->exc.weight_nS=0.1", NULL};
    static const char *const listed[] = {
        "projections.inh->exc.delay_ms=10",
        "projections.inh->exc.weight_nS={\"uniform\": [-0.5, -0.5]}",
        "projections.exc->exc.weight_nS=0.1", NULL};
    static const char *const all[] = {"projections.inh->exc.connect={\"rule\": \"all_to_all\"}",
                                      NULL};
    static const char *const each[] = {
        "projections.inh->exc.connect={\"rule\": \"pairwise_bernoulli\", \"p\": 1}", NULL};
    uint64_t one = whole_run(counted, alone);
    assert_true(one == whole_run(listed, alone));
    assert_true(one != whole_run(counted + 1, alone));
    assert_true(whole_run(all, alone) == whole_run(each, alone));
    assert_true(whole_run(all, alone) != whole_run(NULL, alone));
}

/* Weights of synapses between the same two units add up: each target rises by what its row of
 * synapses, drawn once more, sums to. */
static void test_multapses(void **state)
{
    (void)state;
    enum { SOURCES = 5, TARGETS = 20 };
    static const char text[] =
        "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 1, \"precision\": "
        "\"double\",\n"
        " \"populations\": {\"in\": {\"size\": 5, \"model\": \"spike_input\"},\n"
        "  \"out\": {\"size\": 20, \"model\": \"iaf_psc_delta\",\n"
        "   \"params\": {\"V_th_mV\": 1e6, \"tau_m_ms\": 1e6, \"E_L_mV\": 0, \"V_m_mV\": 0}}},\n"
        " \"projections\": {\"in->out\": {\"connect\": {\"rule\": \"all_to_all\"},\n"
        "  \"weight_mV\": {\"uniform\": [0.5, 2]}, \"delay_ms\": 1}},\n"
        " \"record\": {\"out\": {\"variables\": [\"V_m\"]}}}\n";
    static const char *const rules[] = {"{\"rule\": \"fixed_indegree\", \"indegree\": 40}",
                                        "{\"rule\": \"fixed_outdegree\", \"outdegree\": 160}",
                                        "{\"rule\": \"fixed_total_number\", \"N\": 800}"};
    static const uint64_t step[SOURCES] = {0};
    static const uint32_t unit[SOURCES] = {0, 1, 2, 3, 4};
    for (size_t k = 0; k < 2 * sizeof rules / sizeof *rules; k++) {
        char rule[128];
        snprintf(rule, sizeof rule, "projections.in->out.connect=%s", rules[k / 2]);
        const char *const set[] = {rule, NULL};
        machine m = start(text, set, (spk_engine_options){.threads = 1, .parts = 1 + (int)(k % 2)});
        double expected[TARGETS] = {0};
        size_t rows, synapses = 0;
        const double *v;
        spk_synapses row = {0};
        bool by_source = spk_connect_by_source(&m.net->projection[0]);
        for (uint32_t i = 0; i < (by_source ? SOURCES : TARGETS); i++) {
            GOOD(spk_connect_row(m.net, 0, 0, i, &row, err));
            synapses += row.n;
            for (size_t n = 0; n < row.n; n++)
                expected[by_source ? row.other[n] : i] += row.weight[n];
        }
        spk_synapses_free(&row);
        assert_int_equal(synapses, 800);
        present(&m, 0, 3, SOURCES, step, unit);
        spk_engine_trace(m.engine, 1, 0, &rows, &v);
        assert_int_equal(rows, 3);
        for (int j = 0; j < TARGETS; j++)
            if (fabs(v[2 * TARGETS + j] - expected[j]) > 1e-4 * expected[j])
                fail_msg("%s: unit %d: %g, not %g", rules[k / 2], j, v[2 * TARGETS + j],
                         expected[j]);
        stop(&m);
    }
}

/* ---- normalisation, winners, resets ---------------------------------------------------------- */

static void test_normalisation(void **state)
{
    (void)state;
    machine m = start(network, NULL, alone);
    float row[100];
    run_samples(&m, 0, 3, 1);
    GOOD(spk_engine_begin(m.engine, 3, err));
    double sum[100] = {0};
    for (uint64_t i = 0; i < INPUTS; i++) {
        spk_engine_array_get(m.engine, 0, i, 1, row);
        for (int j = 0; j < 100; j++)
            sum[j] += (double)row[j];
    }
    for (int j = 0; j < 100; j++)
        assert_true(fabs(sum[j] - 12) < 1e-5);
    stop(&m);
}

static void test_one_winner(void **state)
{
    (void)state;
    static const char *const set[] = {"populations.exc.winner=random", NULL};
    machine m = start(network, set, alone);
    float hertz[INPUTS];
    size_t n, all = 0;
    const uint64_t *step;
    const uint32_t *unit;
    for (int i = 0; i < INPUTS; i++)
        hertz[i] = 200;
    for (uint64_t s = 0; s < SAMPLES; s++) {
        present_rates(&m, s, STEPS, hertz);
        spk_engine_spikes(m.engine, 1, &n, &step, &unit);
        all += n;
        for (size_t i = 1; i < n; i++)
            assert_true(step[i] > step[i - 1]);
    }
    assert_true(all > 20);
    stop(&m);
}

/* With everything reset, a sample's result is its own, whatever came before. */
static void test_independent_samples(void **state)
{
    (void)state;
    static const char *const set[] = {"on_sample.reset=all", NULL};
    spk_engine_options options = {.threads = 1};
    machine m = start(network, set, options);
    run_samples(&m, 0, 3, 1);
    uint64_t after = run_samples(&m, 3, 4, 1);
    stop(&m);
    m = start(network, set, options);
    assert_true(run_samples(&m, 3, 4, 1) == after);
    assert_null(spk_engine_carries(m.net, false));
    assert_null(spk_engine_carries(m.net, true));
    stop(&m);
    m = start(network, NULL, options);
    assert_string_equal(spk_engine_carries(m.net, false), "membranes");
    stop(&m);
}

/* ---- poisson_input --------------------------------------------------------------------------- */

static const char source[] =
    "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.5,\n"
    " \"populations\": {\"input\": {\"size\": 6, \"model\": \"poisson_input\"}},\n"
    " \"record\": {\"input\": \"spikes\"}}\n";

/* Counts, gaps and their independence: each step is a coin with p = rate dt. */
static void test_poisson(void **state)
{
    (void)state;
    static const float hertz[6] = {0, 5, 63.75f, 400, 1800, 5000};
    enum { LONG = 4000, TIMES = 60, GAPS = 6 };
    machine m = start(source, NULL, alone);
    double count[6] = {0}, gap[6][GAPS] = {{0}}, gaps[6] = {0};
    for (uint64_t s = 0; s < TIMES; s++) {
        size_t n;
        const uint64_t *step;
        const uint32_t *unit;
        int64_t last[6] = {-1, -1, -1, -1, -1, -1};
        present_rates(&m, s, LONG, hertz);
        spk_engine_spikes(m.engine, 0, &n, &step, &unit);
        for (size_t i = 0; i < n; i++) {
            uint32_t u = unit[i];
            int64_t g = (int64_t)step[i] - last[u] - 1;
            assert_true(g >= 0); /* once a step at most */
            last[u] = (int64_t)step[i];
            count[u]++;
            gap[u][g < GAPS - 1 ? g : GAPS - 1]++;
            gaps[u]++;
        }
    }
    assert_true(count[0] < 1 && count[5] > LONG * TIMES - 0.5); /* 5 kHz is more than one a step */
    for (int u = 1; u < 5; u++) {
        double p = (double)hertz[u] * 0.0005, mean = p * LONG * TIMES, expected[GAPS];
        double z = (count[u] - mean) / sqrt(mean * (1 - p));
        if (fabs(z) > 4)
            fail_msg("%g Hz: %g spikes, %g expected", (double)hertz[u], count[u], mean);
        if (u < 3) continue; /* too few short gaps */
        for (int k = 0; k < GAPS; k++)
            expected[k] = gaps[u] * (k < GAPS - 1 ? p * pow(1 - p, k) : pow(1 - p, k));
        assert_chi_square(gap[u], expected, GAPS);
    }
    stop(&m);
}

/* Frames that follow each other, and a window's end, do not disturb the process: half of the time at
 * one rate, half at another, in many pieces. */
static void test_changing_rates(void **state)
{
    (void)state;
    static const float low[6] = {100, 100, 100, 100, 100, 100};
    static const float high[6] = {800, 800, 800, 800, 800, 800};
    enum { ROUNDS = 200, PIECE = 50 };
    machine m = start(source, NULL, alone);
    bool again;
    size_t n;
    const uint64_t *step;
    const uint32_t *unit;
    double seen[2] = {0};
    GOOD(spk_engine_begin(m.engine, 9, err));
    for (int r = 0; r < ROUNDS; r++) {
        GOOD(spk_engine_rates(m.engine, r % 2 ? high : low, err));
        GOOD(spk_engine_run(m.engine, PIECE, 0, NULL, NULL, err));
    }
    GOOD(spk_engine_end(m.engine, &again, err));
    spk_engine_spikes(m.engine, 0, &n, &step, &unit);
    for (size_t i = 0; i < n; i++)
        seen[step[i] / PIECE % 2]++;
    for (int k = 0; k < 2; k++) {
        double p = k ? 0.4 : 0.05, mean = p * PIECE * ROUNDS / 2 * 6;
        assert_true(fabs(seen[k] - mean) < 4 * sqrt(mean * (1 - p)));
    }
    stop(&m);
}

static void test_bad_rates(void **state)
{
    (void)state;
    machine m = start(source, NULL, alone);
    float hertz[6] = {1, 2, 3, -4, 5, 6};
    GOOD(spk_engine_begin(m.engine, 12, err));
    spk_error err;
    assert_int_equal(spk_engine_rates(m.engine, hertz, &err), -1);
    assert_string_equal(err.text,
                        "sample 12: input: the rate of unit 3 is -4 Hz; 0 or more is expected");
    hertz[3] = NAN;
    assert_int_equal(spk_engine_rates(m.engine, hertz, &err), -1);
    assert_int_equal(err.code, SPK_DATA);
    stop(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_variants_differ),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_cutting),
        cmocka_unit_test(test_large_population),
        cmocka_unit_test(test_checkpoints),
        cmocka_unit_test(test_foreign_checkpoints),
        cmocka_unit_test(test_storages),
        cmocka_unit_test(test_multapses),
        cmocka_unit_test(test_normalisation),
        cmocka_unit_test(test_one_winner),
        cmocka_unit_test(test_independent_samples),
        cmocka_unit_test(test_poisson),
        cmocka_unit_test(test_changing_rates),
        cmocka_unit_test(test_bad_rates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
