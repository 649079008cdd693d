/* test_shortterm.c: short-term plasticity against numbers of NEST's and against a slow simulation
 * that keeps a state for every synapse and integrates its equations in small steps; and what must
 * not change a result: parts, checkpoints, how synapses are kept. */
#include "unit.h"

#include "engine/internal.h"
#include "engines.h"
#include "network/connect.h"

#include <math.h>
#include <stdio.h>

/* Neurons that forget everything in one step: what is recorded is what arrives in it. */
#define NETWORK(out, record, weight)                                                               \
    "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.5,\n"                        \
    " \"populations\": {\"in\": {\"size\": 30, \"model\": \"spike_input\"},\n"                     \
    "  \"out\": {\"size\": 70, " out "}},\n"                                                       \
    " \"projections\": {\"in->out\": {\"connect\": {\"rule\": \"all_to_all\"},\n"                  \
    "  \"" weight "\": {\"normal\": [2, 4]}, \"weight_type\": \"f64\",\n"                          \
    "  \"delay_ms\": {\"uniform\": [0, 3]}}},\n"                                                   \
    " \"on_sample\": {}, \"record\": {\"out\": {\"variables\": [" record "]}}}\n"

static const char delta[] =
    NETWORK("\"model\": \"iaf_psc_delta\", \"params\": {\"tau_m_ms\": 1e-6, \"E_L_mV\": 0, "
            "\"V_m_mV\": 0, \"V_reset_mV\": 0, \"V_th_mV\": 1e6}",
            "\"V_m\"", "weight_mV");
static const char conductances[] =
    NETWORK("\"model\": \"iaf_cond_exp\", \"solver\": \"exp_euler\", \"params\": {\"V_th_mV\": "
            "1e6, \"tau_syn_ex_ms\": 1e-6, "
            "\"tau_syn_in_ms\": 1e-6}",
            "\"g_ex\", \"g_in\"", "weight_nS");

enum { SOURCES = 30, TARGETS = 70, STEPS = 400, SPIKES = SOURCES * 12 };

static const spk_engine_options alone = {.threads = 1};

typedef struct train {
    size_t n;
    uint64_t step[SPIKES];
    uint32_t unit[SPIKES];
} train;

/* Bursts and pauses, different in each source and sample. */
static train train_of(uint64_t sample)
{
    train t = {0};
    for (uint64_t k = 0; k < STEPS; k++)
        for (uint32_t i = 0; i < SOURCES; i++)
            if ((k * k / (3 + i) + k * (sample + 1) + i * 11) % 43 == 0 && t.n < SPIKES) {
                t.step[t.n] = k;
                t.unit[t.n++] = i;
            }
    assert_true(t.n > SPIKES / 2 && t.n < SPIKES);
    return t;
}

static void present_train(machine *m, uint64_t sample)
{
    train t = train_of(sample);
    present(m, sample, STEPS, t.n, t.step, t.unit);
}

static const double *recorded(const machine *m, size_t variable)
{
    size_t rows;
    const double *value;
    spk_engine_trace(m->engine, 1, variable, &rows, &value);
    assert_int_equal(rows, STEPS);
    return value;
}

/* ---- NEST ------------------------------------------------------------------------------------ */

/* NEST 3.9.0: what tsodyks2_synapse and tsodyks_synapse of weight 250 sent with spikes at these
 * times (delay 1 ms, resolution 0.1 ms). */
static const struct {
    const char *short_term;
    double ms[8], sent[8];
} nest[] = {
    {"{\"model\": \"tsodyks2\", \"U\": 0.2, \"tau_rec_ms\": 300, \"tau_fac_ms\": 200}",
     {27.7, 36.3, 40.7, 79.7, 132.9, 147.4, 180.7, 406.7},
     {50, 71.152323367570801, 62.895041729904555, 46.823663022910239, 40.040084821124033,
      27.83521163181226, 26.221577850956535, 49.775128969531764}},
    {"{\"model\": \"tsodyks\", \"U\": 0.2, \"tau_rec_ms\": 300, \"tau_fac_ms\": 200}",
     {11, 61, 111, 161, 211, 261, 311, 361},
     {50, 67.274513867167144, 62.866595753309937, 52.687175260334762, 44.37501041360283,
      39.248244189300216, 36.465621787414499, 35.041020384694356}},
    {"{\"model\": \"tsodyks\", \"U\": 0.05, \"tau_rec_ms\": 100, \"tau_fac_ms\": 1000}",
     {27.7, 36.3, 40.7, 79.7, 132.9, 147.4, 180.7, 406.7},
     {12.5, 23.12735278380184, 30.641470935938038, 36.905919993357642, 42.673922285490839,
      42.211177682123697, 44.911415441113967, 61.527666232630956}},
};

static void test_nest(void **state)
{
    (void)state;
    enum { TRAIN = 8, LONG = 4100 };
    for (size_t c = 0; c < sizeof nest / sizeof *nest; c++) {
        char short_term[256];
        uint64_t step[TRAIN];
        const uint32_t unit[TRAIN] = {0};
        size_t rows;
        const double *v;
        snprintf(short_term, sizeof short_term, "projections.in->out.short_term=%s",
                 nest[c].short_term);
        const char *const set[] = {"dt_ms=0.1", short_term, "projections.in->out.weight_mV=250",
                                   "projections.in->out.delay_ms=1", NULL};
        machine m = start(delta, set, alone);
        for (int i = 0; i < TRAIN; i++)
            step[i] = (uint64_t)(nest[c].ms[i] * 10 + 0.5) - 1; /* NEST's time is the step's end */
        present(&m, 0, LONG, TRAIN, step, unit);
        spk_engine_trace(m.engine, 1, 0, &rows, &v);
        assert_int_equal(rows, LONG);
        for (int i = 0; i < TRAIN; i++) {
            double found = v[(step[i] + 10) * TARGETS], sent = nest[c].sent[i];
            if (fabs(found / sent - 1) > 1e-12)
                fail_msg("case %zu, spike %d: %.17g, not %.17g", c, i, found, sent);
        }
        stop(&m);
    }
}

/* ---- a slow simulation ----------------------------------------------------------------------- */

typedef struct slow {
    bool three; /* tsodyks */
    double share, tau_rec, tau_fac, tau_psc;
} slow;

/* u, x, y and what they change by in 1 ms. Of tsodyks2 u is what is left of facilitation. */
static void slope(const slow *c, const double *s, double *out)
{
    out[0] = c->tau_fac > 0 ? -s[0] / c->tau_fac : 0;
    out[1] = (1 - s[1] - s[2]) / c->tau_rec;
    out[2] = c->three ? -s[2] / c->tau_psc : 0;
}

/* One step of the classical Runge-Kutta method. */
static void integrate(const slow *c, double h, double *s)
{
    double k[4][3], at[3];
    for (int stage = 0; stage < 4; stage++) {
        double part = stage == 0 ? 0 : stage == 3 ? h : h / 2;
        for (int i = 0; i < 3; i++)
            at[i] = s[i] + (stage > 0 ? part * k[stage - 1][i] : 0);
        slope(c, at, k[stage]);
    }
    for (int i = 0; i < 3; i++)
        s[i] += h / 6 * (k[0][i] + 2 * k[1][i] + 2 * k[2][i] + k[3][i]);
}

/* A spike: resources are used. Returns how much. */
static double use(const slow *c, bool first, double *s)
{
    if (c->tau_fac == 0 && (c->three || !first)) s[0] = 0;
    if (c->three || !first) s[0] += c->share * (1 - s[0]);
    double used = s[0] * s[1];
    s[1] -= used;
    if (c->three) s[2] += used;
    return used;
}

/* Of every spike of a train its factor, from a source's u, x, y at the begin. */
static void slow_factors(const slow *c, const train *t, const double begin[3], double *factor)
{
    enum { SUBSTEPS = 100 };
    for (uint32_t i = 0; i < SOURCES; i++) {
        double s[3] = {begin[0], begin[1], begin[2]};
        bool first = true;
        uint64_t done = 0;
        for (size_t n = 0; n < t->n; n++) {
            if (t->unit[n] != i) continue;
            for (; done <= t->step[n]; done++) /* the spike is at the step's end */
                for (int sub = 0; sub < SUBSTEPS && (c->three || !first); sub++)
                    integrate(c, 0.5 / SUBSTEPS, s);
            factor[n] = use(c, first, s);
            first = false;
        }
    }
}

/* What arrives in each step, and the sizes of it: [STEPS][TARGETS], for positive or negative
 * weights. */
typedef struct arrivals {
    double sum[2][STEPS][TARGETS], size[2][STEPS][TARGETS];
} arrivals;

static void slow_arrivals(const machine *m, const train *t, const double *factor, arrivals *out)
{
    const spk_projection *p = &m->net->projection[0];
    bool by_source = spk_connect_by_source(p);
    spk_synapses row = {0};
    memset(out, 0, sizeof *out);
    for (uint32_t owner = 0; owner < (by_source ? SOURCES : TARGETS); owner++) {
        GOOD(spk_connect_row(m->net, 0, 0, owner, &row, err));
        for (size_t k = 0; k < row.n; k++)
            for (size_t n = 0; n < t->n; n++) {
                uint64_t at = t->step[n] + row.delay[k];
                if (t->unit[n] != (by_source ? owner : row.other[k]) || at >= STEPS) continue;
                double w = row.weight[k] * factor[n];
                out->sum[w < 0][at][by_source ? row.other[k] : owner] += w;
                out->size[w < 0][at][by_source ? row.other[k] : owner] += fabs(w);
            }
    }
    spk_synapses_free(&row);
}

static size_t compare(const char *what, size_t variable, const double *found, const arrivals *a,
                      bool both, double tolerance)
{
    size_t compared = 0;
    for (size_t k = 0; k < STEPS; k++)
        for (size_t j = 0; j < TARGETS; j++) {
            double one = found[k * TARGETS + j], expected, size;
            expected = both ? a->sum[0][k][j] + a->sum[1][k][j] : fabs(a->sum[variable][k][j]);
            size = both ? a->size[0][k][j] + a->size[1][k][j] : a->size[variable][k][j];
            compared += size > 0;
            if (!(fabs(one - expected) <= tolerance * size))
                fail_msg("%s: step %zu, unit %zu: %.17g, not %.17g", what, k, j, one, expected);
        }
    return compared;
}

static const struct {
    const char *short_term;
    slow model;
    double begin[3];
} models[] = {
    {"{\"model\": \"tsodyks2\"}", {false, 0.5, 800, 0, 1}, {0.5, 1, 0}},
    {"{\"model\": \"tsodyks2\", \"U\": 0.1, \"tau_rec_ms\": 50, \"tau_fac_ms\": 300}",
     {false, 0.1, 50, 300, 1},
     {0.1, 1, 0}},
    {"{\"model\": \"tsodyks2\", \"U\": 0.3, \"tau_rec_ms\": 90, \"tau_fac_ms\": 20, \"u\": 0.7, "
     "\"x\": 0.25}",
     {false, 0.3, 90, 20, 1},
     {0.7, 0.25, 0}},
    {"{\"model\": \"tsodyks\"}", {true, 0.5, 800, 0, 3}, {0, 1, 0}},
    {"{\"model\": \"tsodyks\", \"U\": 0.05, \"tau_rec_ms\": 40, \"tau_fac_ms\": 500, "
     "\"tau_psc_ms\": 10, \"u\": 0.6, \"x\": 0.5, \"y\": 0.2}",
     {true, 0.05, 40, 500, 10},
     {0.6, 0.5, 0.2}},
    /* equal, and the other way round */
    {"{\"model\": \"tsodyks\", \"U\": 0.4, \"tau_rec_ms\": 20, \"tau_psc_ms\": 20}",
     {true, 0.4, 20, 0, 20},
     {0, 1, 0}},
    {"{\"model\": \"tsodyks\", \"U\": 0.4, \"tau_rec_ms\": 5, \"tau_psc_ms\": 60, \"y\": 0.5, "
     "\"x\": 0.5}",
     {true, 0.4, 5, 0, 60},
     {0, 0.5, 0.5}},
};
enum { MODELS = sizeof models / sizeof *models };

static const char *const connects[] = {
    "projections.in->out.connect={\"rule\": \"all_to_all\"}",
    "projections.in->out.connect={\"rule\": \"fixed_indegree\", \"indegree\": 40}",
    "projections.in->out.connect={\"rule\": \"fixed_outdegree\", \"outdegree\": 150}",
    "projections.in->out.connect={\"rule\": \"pairwise_bernoulli\", \"p\": 0.3}",
};
enum { CONNECTS = sizeof connects / sizeof *connects };

static void short_term_set(size_t model, char *text, size_t size)
{
    snprintf(text, size, "projections.in->out.short_term=%s", models[model].short_term);
}

/* Every model with every rule: potentials and both conductances, double and rounded weights. */
static void check_slow(const char *what, const double *factor, const char *text,
                       const char *const *set, double tolerance)
{
    static arrivals expected;
    train t = train_of(0);
    machine m = start(text, set, alone);
    slow_arrivals(&m, &t, factor, &expected);
    present(&m, 0, STEPS, t.n, t.step, t.unit);
    size_t variables = m.net->population[1].record.variables, compared = 0;
    for (size_t v = 0; v < variables; v++)
        compared += compare(what, v, recorded(&m, v), &expected, variables == 1, tolerance);
    assert_true(compared > 5000);
    stop(&m);
}

static void test_slow(void **state)
{
    (void)state;
    for (size_t k = 0; k < MODELS; k++) {
        char model[256];
        double factor[SPIKES];
        train t = train_of(0);
        short_term_set(k, model, sizeof model);
        slow_factors(&models[k].model, &t, models[k].begin, factor);
        for (size_t c = 0; c < CONNECTS; c++) {
            const char *set[] = {model, connects[c], NULL, NULL};
            check_slow(model, factor, delta, set, 1e-10);
            check_slow(model, factor, conductances, set, 1e-10);
            set[2] = "projections.in->out.weight_type=f32";
            check_slow(model, factor, delta, set, 1e-10);
            set[2] = "projections.in->out.delay_ms=2";
            check_slow(model, factor, delta, set, 1e-10);
        }
        const char *set[] = {model, "precision=float", "projections.in->out.weight_type=f16", NULL};
        check_slow(model, factor, conductances, set, 1e-5);
        set[1] = "projections.in->out.weight_nS=-1.5";
        set[2] = NULL;
        check_slow(model, factor, conductances, set, 1e-10);
    }
}

/* ---- what must not matter -------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, const machine *m)
{
    for (size_t v = 0; v < m->net->population[1].record.variables; v++) {
        const unsigned char *at = (const unsigned char *)recorded(m, v);
        for (size_t i = 0; i < STEPS * TARGETS * sizeof(double); i++)
            hash = (hash ^ at[i]) * UINT64_C(1099511628211);
    }
    return hash;
}

enum { SAMPLES = 4 };

static uint64_t whole_run(const char *text, const char *const *set, int parts)
{
    spk_engine_options options = alone;
    options.parts = parts;
    options.threads = parts > 1 ? 2 : 1;
    machine m = start(text, set, options);
    uint64_t hash = 1;
    for (uint64_t s = 0; s < SAMPLES; s++) {
        present_train(&m, s);
        hash = mix(hash, &m);
    }
    stop(&m);
    return hash;
}

static void test_parts(void **state)
{
    (void)state;
    for (size_t k = 0; k < MODELS; k++) {
        char model[256];
        short_term_set(k, model, sizeof model);
        const char *const set[] = {model, connects[k % CONNECTS],
                                   k % 2 ? "precision=double" : "on_sample.rest_ms=30", NULL};
        const char *text = k % 2 ? delta : conductances;
        uint64_t one = whole_run(text, set, 0);
        for (int parts = 1; parts <= 7; parts++)
            if (whole_run(text, set, parts) != one)
                fail_msg("%s: %d parts differ", models[k].short_term, parts);
    }
}

/* Save after each sample and go on in another engine, with other parts; cut anew in the middle. */
static void test_checkpoints(void **state)
{
    (void)state;
    uint64_t before = 0;
    for (size_t k = 0; k < MODELS; k++) {
        char model[256];
        short_term_set(k, model, sizeof model);
        const char *const set[] = {model, connects[k % CONNECTS], NULL};
        machine m = start(delta, set, alone);
        uint64_t hash = 1;
        for (uint64_t s = 0; s < SAMPLES; s++) {
            train t = train_of(s);
            size_t half = 0;
            bool again;
            while (t.step[half] < STEPS / 2)
                half++;
            GOOD(spk_engine_begin(m.engine, s, err));
            GOOD(spk_engine_run(m.engine, STEPS / 2, half, t.step, t.unit, err));
            GOOD(engine_cut(m.engine, 1 + (size_t)(s + 1) % 4, err));
            GOOD(
                spk_engine_run(m.engine, STEPS / 2, t.n - half, t.step + half, t.unit + half, err));
            GOOD(spk_engine_end(m.engine, &again, err));
            hash = mix(hash, &m);
            void *bytes;
            size_t size;
            GOOD(spk_engine_save(m.engine, &bytes, &size, err));
            stop(&m);
            spk_engine_options options = alone;
            options.parts = options.threads = 1 + (int)s % 3;
            m = start(delta, set, options);
            GOOD(spk_engine_restore(m.engine, bytes, size, "checkpoint", err));
            free(bytes);
        }
        stop(&m);
        if (hash != whole_run(delta, set, 0)) fail_msg("%s differs", models[k].short_term);
        assert_true(hash != before);
        before = hash;
    }
}

/* The largest difference between what two machines record of their variables, beside the largest value. */
static double difference(machine *a, machine *b, size_t variables)
{
    double worst = 0, largest = 0;
    present_train(a, 0);
    present_train(b, 0);
    for (size_t v = 0; v < variables; v++) {
        const double *x = recorded(a, v), *y = recorded(b, v);
        for (size_t i = 0; i < STEPS * TARGETS; i++) {
            if (!(fabs(x[i] - y[i]) <= worst)) worst = fabs(x[i] - y[i]);
            if (fabs(x[i]) > largest) largest = fabs(x[i]);
        }
    }
    assert_true(largest > 0);
    return worst / largest;
}

static bool close_runs(const char *text, const char *const *set, size_t variables, double bound)
{
    machine with = start(text, set, alone), without = start(text, set + 1, alone);
    double d = difference(&with, &without, variables);
    stop(&with);
    stop(&without);
    return d <= bound;
}

/* A factor of 1 leaves what static synapses deliver, but for the order of sums. */
static void test_static(void **state)
{
    (void)state;
    static const char *const variants[] = {"projections.in->out.weight_type=f64", "precision=float",
                                           "precision=double", "projections.in->out.delay_ms=1.5",
                                           "projections.in->out.delay_ms=0"};
    for (size_t k = 0; k < sizeof variants / sizeof *variants; k++)
        for (size_t c = 1; c < CONNECTS; c++) {
            const char *type = k == 0 ? variants[0] : "projections.in->out.weight_type=f32";
            const char *const set[] = {
                "projections.in->out.short_term={\"model\": \"tsodyks2\", \"tau_rec_ms\": 1e-6, "
                "\"U\": 1}",
                type, variants[k], connects[c], NULL};
            double bound = k == 1 ? 1e-5 : 1e-13;
            if (!close_runs(delta, set, 1, bound) || !close_runs(conductances, set, 2, bound))
                fail_msg("%s, %s: not what static synapses make", variants[k], connects[c]);
        }
}

/* ---- samples --------------------------------------------------------------------------------- */

/* The state goes on from sample to sample, unless it is reset: then each begins as the first. */
static void test_reset(void **state)
{
    (void)state;
    static const char *const resets[] = {
        "on_sample.reset=[\"membranes\", \"spikes\"]",
        "on_sample.reset=[\"membranes\", \"spikes\", \"synapses\"]",
    };
    for (size_t k = 0; k < MODELS; k++)
        for (int reset = 0; reset < 2; reset++) {
            char model[256];
            short_term_set(k, model, sizeof model);
            const char *const set[] = {model, resets[reset], "on_sample.rest_ms=1", NULL};
            machine m = start(delta, set, alone);
            uint64_t hash[2];
            for (uint64_t s = 0; s < 2; s++) {
                train t = train_of(0);
                present(&m, s, STEPS, t.n, t.step, t.unit);
                hash[s] = mix(1, &m);
            }
            assert_int_equal(hash[0] == hash[1], reset);
            const char *carried = spk_engine_carries(m.net, false);
            if (reset)
                assert_null(carried);
            else
                assert_string_equal(carried, "synapses");
            stop(&m);
        }
}

/* Steps are counted in 64 bits: after 2^33 of them resources have recovered as far as they do. */
static void test_long_pauses(void **state)
{
    (void)state;
    static const char *const set[] = {
        "projections.in->out.short_term={\"model\": \"tsodyks2\", \"U\": 1, \"tau_rec_ms\": 1e9}",
        "projections.in->out.weight_mV=1", "projections.in->out.delay_ms=1.5", NULL};
    const uint64_t step[] = {0}, pause = UINT64_C(1) << 33;
    const uint32_t unit[] = {7};
    machine m = start(delta, set, alone);
    for (uint64_t s = 0; s < 2; s++) {
        present(&m, s, STEPS, 1, step, unit);
        double expected = s == 0 ? 1 : 1 - exp(-(double)(pause + STEPS) * 0.5 / 1e9);
        assert_true(fabs(recorded(&m, 0)[3 * TARGETS] / expected - 1) < 1e-12);
        m.engine->now += pause; /* a multiple of the rings' lengths */
    }
    stop(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nest),        cmocka_unit_test(test_slow),
        cmocka_unit_test(test_parts),       cmocka_unit_test(test_checkpoints),
        cmocka_unit_test(test_static),      cmocka_unit_test(test_reset),
        cmocka_unit_test(test_long_pauses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
