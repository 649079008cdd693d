/* test_rows.c: static synapses against a plain sum over all synapses, spike by spike, bit by bit:
 * every connection rule, weights and delays drawn or not, kept or procedural, in any number of parts;
 * counts beyond 16 bits; receptors; building with several threads. */
#include "unit.h"

#include "engines.h"
#include "math/math.h"
#include "network/connect.h"

#include <math.h>
#include <stdio.h>

/* Units that sum up what they get, and leak; they never fire. */
#define NETWORK                                                                                    \
    "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.1,\n"                        \
    " \"populations\": {\"in\": {\"size\": %u, \"model\": \"spike_input\"},\n"                     \
    "  \"out\": {\"size\": %u, \"model\": \"iaf_psc_delta\",\n"                                    \
    "   \"params\": {\"V_th_mV\": 1e6, \"tau_m_ms\": 7, \"E_L_mV\": 0, \"V_m_mV\": 0}}},\n"        \
    " \"projections\": {\"in->out\": {\"connect\": %s, \"weight_mV\": %s, \"delay_ms\": %s,\n"     \
    "   \"weight_type\": \"%s\", \"storage\": \"%s\"}},\n"                                         \
    " \"record\": {\"out\": {\"variables\": [\"V_m\"]}}}\n"

typedef struct setting {
    uint32_t sources, targets;
    const char *connect, *weight, *delay, *type, *storage;
} setting;

enum { TEXT = 2048 };

static void write_network(const setting *s, char text[TEXT])
{
    snprintf(text, TEXT, NETWORK, s->sources, s->targets, s->connect, s->weight, s->delay, s->type,
             s->storage);
}

/* A spike of every unit that `unit * 7 + step * 5` picks, in every third step. */
static size_t make_spikes(uint32_t sources, uint64_t steps, uint32_t one_of, uint64_t *step,
                          uint32_t *unit)
{
    size_t n = 0;
    for (uint64_t t = 0; t < steps; t += 3)
        for (uint32_t i = 0; i < sources; i++)
            if ((i * 7 + t * 5) % one_of == 0) {
                if (step) step[n] = t;
                if (unit) unit[n] = i;
                n++;
            }
    return n;
}

/* ---- the plain sum --------------------------------------------------------------------------- */

typedef struct oracle {
    const spk_network *net;
    size_t targets;
    uint64_t steps;
    double *input;   /* [step][target] */
    uint32_t *count; /* [delay][target] */
    spk_synapses row;
} oracle;

/* One synapse's part of a spike in step t. */
static void add(oracle *o, uint64_t t, uint32_t target, size_t k)
{
    const spk_projection *p = &o->net->projection[0];
    uint64_t due = t + o->row.delay[k];
    if (p->weight.kind == SPK_VALUE_CONSTANT)
        o->count[(o->row.delay[k] - p->min_delay) * o->targets + target]++;
    else if (due < o->steps)
        o->input[due * o->targets + target] += o->row.weight[k];
}

static void add_spike(oracle *o, uint64_t t, uint32_t source)
{
    bool by_source = spk_connect_by_source(&o->net->projection[0]);
    uint32_t owners = by_source ? 1 : o->net->population[1].size;
    for (uint32_t j = 0; j < owners; j++) {
        GOOD(spk_connect_row(o->net, 0, 0, by_source ? source : j, &o->row, err));
        for (size_t k = 0; k < o->row.n; k++)
            if (by_source || o->row.other[k] == source)
                add(o, t, by_source ? o->row.other[k] : j, k);
    }
}

/* Number x weight, for each delay and target. */
static void add_counts(oracle *o, uint64_t t, double weight)
{
    const spk_projection *p = &o->net->projection[0];
    for (uint32_t d = p->min_delay; d <= p->max_delay; d++)
        for (size_t j = 0; j < o->targets; j++) {
            uint32_t *count = &o->count[(d - p->min_delay) * o->targets + j];
            if (t + d < o->steps) o->input[(t + d) * o->targets + j] += weight * (double)*count;
            *count = 0;
        }
}

/* The potentials at the end of each step. */
static double *expect(const spk_network *net, uint64_t steps, size_t n, const uint64_t *step,
                      const uint32_t *unit)
{
    const spk_projection *p = &net->projection[0];
    oracle o = {.net = net, .targets = net->population[1].size, .steps = steps};
    o.input = calloc(steps * o.targets, sizeof *o.input);
    o.count = calloc((p->max_delay - p->min_delay + 1) * o.targets, sizeof *o.count);
    assert_true(o.input && o.count);
    double weight = p->weight_type == SPK_F32 ? (double)(float)p->weight.a : p->weight.a;
    for (size_t i = 0; i < n; i++) {
        add_spike(&o, step[i], unit[i]);
        if (p->weight.kind == SPK_VALUE_CONSTANT && (i + 1 == n || step[i + 1] != step[i]))
            add_counts(&o, step[i], weight);
    }
    double decay = spk_exp(-0.1 / 7);
    for (uint64_t t = 1; t < steps; t++)
        for (size_t j = 0; j < o.targets; j++)
            o.input[t * o.targets + j] += decay * o.input[(t - 1) * o.targets + j];
    spk_synapses_free(&o.row);
    free(o.count);
    return o.input;
}

/* ---- runs ------------------------------------------------------------------------------------ */

static void compare(const setting *s, spk_engine_options options, uint64_t steps, uint32_t one_of)
{
    char text[TEXT];
    write_network(s, text);
    machine m = start(text, NULL, options);
    size_t n = make_spikes(s->sources, steps, one_of, NULL, NULL), rows;
    uint64_t *step = calloc(n, sizeof *step);
    uint32_t *unit = calloc(n, sizeof *unit);
    assert_true(step && unit);
    make_spikes(s->sources, steps, one_of, step, unit);
    present(&m, 0, steps, n, step, unit);
    const double *got;
    spk_engine_trace(m.engine, 1, 0, &rows, &got);
    assert_int_equal(rows, steps);
    double *want = expect(m.net, steps, n, step, unit), sum = 0;
    for (size_t i = 0; i < rows * s->targets; i++) {
        sum += fabs(want[i]);
        if (got[i] != want[i])
            fail_msg("%s %s %s %s %s, %d parts: step %zu unit %zu: %.17g, not %.17g", s->connect,
                     s->weight, s->delay, s->type, s->storage, options.parts, i / s->targets,
                     i % s->targets, got[i], want[i]);
    }
    assert_true(sum > 0);
    free(want);
    free(step);
    free(unit);
    stop(&m);
}

static const char *const rules[] = {
    "{\"rule\": \"all_to_all\"}",
    "{\"rule\": \"pairwise_bernoulli\", \"p\": 0.3}",
    "{\"rule\": \"fixed_outdegree\", \"outdegree\": 90}",
    "{\"rule\": \"fixed_outdegree\", \"outdegree\": 20, \"allow_multapses\": false}",
    "{\"rule\": \"fixed_total_number\", \"N\": 1500}",
    "{\"rule\": \"fixed_indegree\", \"indegree\": 45}",
    "{\"rule\": \"fixed_indegree\", \"indegree\": 12, \"allow_multapses\": false}",
};
static const char *const weights[] = {"0.1", "-0.3", "{\"normal\": [0.1, 0.2]}"};
static const char *const delays[] = {"0.4", "{\"uniform\": [0.1, 1.2]}"};
static const char *const types[] = {"f32", "f64"};
static const char *const storages[] = {"stored", "procedural"};
enum { STEPS = 40, SOURCES = 30, TARGETS = 70 };
#define EACH(k, list) for (size_t k = 0; k < sizeof list / sizeof *list; k++)

/* From one spike in a while to all units at once. */
static void test_sums(void **state)
{
    (void)state;
    EACH(r, rules) EACH(w, weights) EACH(d, delays) EACH(y, types) EACH(s, storages)
    {
        if (s == 1 && strstr(rules[r], "fixed_indegree")) continue;
        const setting one = {SOURCES,   TARGETS,  rules[r],   weights[w],
                             delays[d], types[y], storages[s]};
        for (int parts = 1; parts <= 4; parts += 1 + (parts == 2)) {
            spk_engine_options options = {.threads = parts == 2 ? 2 : 1, .parts = parts};
            for (uint32_t one_of = 1; one_of < 20; one_of += 14)
                compare(&one, options, STEPS, one_of);
        }
    }
}

/* More than 65535 spikes at one target in one step: from as many units, from one with as many synapses,
 * and with delays. */
static void test_large_counts(void **state)
{
    (void)state;
    static const setting settings[] = {
        {70000, 3, "{\"rule\": \"all_to_all\"}", "0.1", "0.4", "f64", "stored"},
        {70000, 3, "{\"rule\": \"pairwise_bernoulli\", \"p\": 1}", "0.1", "0.4", "f64", "stored"},
        {70000, 3, "{\"rule\": \"pairwise_bernoulli\", \"p\": 1}", "0.1", "0.4", "f64",
         "procedural"},
        {2, 2, "{\"rule\": \"fixed_outdegree\", \"outdegree\": 150000}", "0.1", "0.4", "f64",
         "stored"},
        {2, 2, "{\"rule\": \"fixed_outdegree\", \"outdegree\": 150000}", "0.1", "0.4", "f32",
         "procedural"},
        {3, 2, "{\"rule\": \"fixed_outdegree\", \"outdegree\": 400000}", "-0.3",
         "{\"uniform\": [0.1, 0.3]}", "f64", "stored"},
        {1, 2, "{\"rule\": \"fixed_total_number\", \"N\": 400000}", "-0.3",
         "{\"uniform\": [0.1, 0.3]}", "f64", "procedural"},
        {20, 2, "{\"rule\": \"fixed_indegree\", \"indegree\": 400000}", "0.1", "0.1", "f64",
         "stored"},
    };
    EACH(k, settings)
    {
        for (int parts = 1; parts <= 2; parts++)
            compare(&settings[k], (spk_engine_options){.threads = 1, .parts = parts}, 6, 1);
    }
}

/* Delays that lie far apart, and so many that fixed_indegree is built a few sources at a time. */
static void test_far_delays(void **state)
{
    (void)state;
    static const setting settings[] = {
        {400, 20, "{\"rule\": \"fixed_indegree\", \"indegree\": 40}", "{\"uniform\": [0.1, 1]}",
         "{\"uniform\": [0.1, 10000]}", "f64", "stored"},
        {40, 20, "{\"rule\": \"fixed_outdegree\", \"outdegree\": 10}", "0.1",
         "{\"uniform\": [0.1, 10000]}", "f32", "stored"},
    };
    EACH(k, settings)
    {
        char text[TEXT];
        write_network(&settings[k], text);
        enum { LONG = 100002 };
        uint32_t unit[400];
        static const uint64_t step[400] = {0};
        for (uint32_t i = 0; i < 400; i++)
            unit[i] = i;
        machine m = start(text, NULL, (spk_engine_options){.threads = 1});
        present(&m, 0, LONG, settings[k].sources, step, unit);
        size_t rows;
        const double *got;
        spk_engine_trace(m.engine, 1, 0, &rows, &got);
        double *want = expect(m.net, LONG, settings[k].sources, step, unit);
        assert_int_equal(rows, LONG);
        assert_memory_equal(got, want, rows * settings[k].targets * sizeof *got);
        free(want);
        stop(&m);
    }
}

/* So many synapses that threads share the building of one part. */
static void test_shared_building(void **state)
{
    (void)state;
    static const setting settings[] = {
        {300, 200, "{\"rule\": \"fixed_indegree\", \"indegree\": 1200}", "{\"normal\": [0, 1]}",
         "{\"uniform\": [0.1, 1]}", "f32", "stored"},
        {300, 200, "{\"rule\": \"fixed_indegree\", \"indegree\": 1200}", "0.1", "0.3", "f32",
         "stored"},
        {300, 200, "{\"rule\": \"fixed_total_number\", \"N\": 250000}", "{\"normal\": [0, 1]}",
         "{\"uniform\": [0.1, 1]}", "f32", "stored"},
    };
    EACH(k, settings)
    {
        for (int threads = 2; threads <= 3; threads++)
            compare(&settings[k], (spk_engine_options){.threads = threads, .parts = threads - 1},
                    12, 97);
    }
}

/* ---- receptors ------------------------------------------------------------------------------- */

/* Negative weights go to g_in, without their sign; a spike with delay 0 is there at once. */
static void test_receptors(void **state)
{
    (void)state;
    enum { FROM = 6, TO = 40 };
    static const char text[] =
        "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.1,\n"
        " \"populations\": {\"in\": {\"size\": 6, \"model\": \"spike_input\"},\n"
        "  \"out\": {\"size\": 40, \"model\": \"iaf_cond_exp\", \"params\": {\"V_th_mV\": 1e6}}},\n"
        " \"projections\": {\"in->out\": {\"delay_ms\": 0,\n"
        "   \"connect\": {\"rule\": \"fixed_outdegree\", \"outdegree\": 100},\n"
        "   \"weight_nS\": {\"normal\": [0.2, 1]}, \"weight_type\": \"f64\"}},\n"
        " \"record\": {\"out\": {\"variables\": [\"g_ex\", \"g_in\"]}}}\n";
    static const char *const variants[][4] = {
        {NULL},
        {"projections.in->out.storage=procedural", NULL},
        {"projections.in->out.weight_nS=-0.7", NULL},
        {"projections.in->out.weight_nS=-0.7", "projections.in->out.storage=procedural", NULL},
        {"projections.in->out.weight_nS={\"uniform\": [-2, -1]}", NULL},
    };
    static const uint64_t step[FROM] = {0};
    static const uint32_t unit[FROM] = {0, 1, 2, 3, 4, 5};
    EACH(v, variants)
    {
        machine m = start(text, variants[v], (spk_engine_options){.threads = 1});
        double want[2][TO] = {{0}};
        uint32_t count[TO] = {0};
        spk_synapses row = {0};
        for (uint32_t i = 0; i < FROM; i++) {
            GOOD(spk_connect_row(m.net, 0, 0, i, &row, err));
            for (size_t k = 0; k < row.n; k++) {
                want[row.weight[k] < 0][row.other[k]] += fabs(row.weight[k]);
                count[row.other[k]]++;
            }
        }
        spk_synapses_free(&row);
        if (m.net->projection[0].weight.kind == SPK_VALUE_CONSTANT)
            for (size_t j = 0; j < TO; j++)
                want[1][j] = 0.7 * (double)count[j];
        present(&m, 0, 1, FROM, step, unit);
        for (size_t r = 0; r < 2; r++) {
            size_t rows;
            const double *got;
            spk_engine_trace(m.engine, 1, r, &rows, &got);
            assert_int_equal(rows, 1);
            assert_memory_equal(got, want[r], sizeof want[r]);
        }
        stop(&m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sums),       cmocka_unit_test(test_large_counts),
        cmocka_unit_test(test_far_delays), cmocka_unit_test(test_shared_building),
        cmocka_unit_test(test_receptors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
