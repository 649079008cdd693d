/* test_checkpoint.c: a state that is saved in the middle of a presentation: whoever restores it goes on
 * as though nothing had been, with every storage, source and device, and any number of parts. */
#include "unit.h"

#include "engine/internal.h"
#include "engines.h"

#include <stdio.h>

/* Every storage (lib/engine/internal.h), every source and device, models that place input before and
 * after the threshold, adaptive thresholds; sizes that parts cut at odd places. */
static const char network[] =
    "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.5,\n"
    " \"populations\": {\n"
    "  \"in\": {\"size\": 30, \"model\": \"poisson_input\"},\n"
    "  \"bg\": {\"size\": 60, \"model\": \"poisson_input\", \"params\": {\"rate_Hz\": "
    "{\"uniform\": "
    "[5, 90]}}},\n"
    "  \"drive\": {\"model\": \"poisson_generator\", \"params\": {\"rate_Hz\": 9000}},\n"
    "  \"dc\": {\"model\": \"dc_generator\", \"params\": {\"amplitude_pA\": 90, \"start_ms\": "
    "20}},\n"
    "  \"steps\": {\"model\": \"step_current_generator\",\n"
    "   \"params\": {\"amplitude_times_ms\": [10, 30, 55], \"amplitude_values_pA\": [150, 20, "
    "300]}},\n"
    "  \"noise\": {\"model\": \"noise_generator\", \"params\": {\"std_pA\": 90, \"dt_ms\": 3.5}},\n"
    "  \"n\": {\"size\": 90, \"model\": \"iaf_psc_exp\"},\n"
    "  \"d\": {\"size\": 50, \"model\": \"iaf_psc_delta\", \"params\": {\"t_ref_ms\": 4},\n"
    "   \"adaptive_threshold\": {\"theta_mV\": 0, \"theta_plus_mV\": 0.5, \"tau_theta_ms\": "
    "100}},\n"
    "  \"c\": {\"size\": 41, \"model\": \"iaf_cond_exp\", \"solver\": \"exp_euler\",\n"
    "   \"params\": {\"V_m_mV\": {\"uniform\": [-70, -56]}}},\n"
    "  \"p\": {\"size\": 50, \"model\": \"parrot\"}},\n"
    " \"projections\": {\n"
    "  \"n->n#fixed\": {\"connect\": {\"rule\": \"all_but_self\"}, \"weight_pA\": -2, "
    "\"delay_ms\": 1.5},\n"
    "  \"bg->n#constant\": {\"connect\": {\"rule\": \"fixed_outdegree\", \"outdegree\": 30},\n"
    "   \"weight_pA\": 60, \"delay_ms\": 4},\n"
    "  \"n->d#drawn\": {\"connect\": {\"rule\": \"fixed_indegree\", \"indegree\": 20},\n"
    "   \"weight_mV\": {\"normal\": [0.5, 1]}, \"delay_ms\": {\"uniform\": [0, 12]}},\n"
    "  \"d->n#procedural\": {\"connect\": {\"rule\": \"pairwise_bernoulli\", \"p\": 0.2},\n"
    "   \"weight_pA\": {\"uniform\": [-20, 60]}, \"delay_ms\": {\"uniform\": [0.5, 9]},\n"
    "   \"storage\": \"procedural\"},\n"
    "  \"bg->d#short\": {\"connect\": {\"rule\": \"pairwise_bernoulli\", \"p\": 0.3},\n"
    "   \"weight_mV\": {\"uniform\": [0.5, 3]}, \"delay_ms\": {\"uniform\": [0.5, 5]},\n"
    "   \"short_term\": {\"model\": \"tsodyks2\", \"U\": 0.4, \"tau_rec_ms\": 200, \"tau_fac_ms\": "
    "50}},\n"
    "  \"in->d#dense\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight_mV\": {\"uniform\": [0, "
    "2]},\n"
    "   \"delay_ms\": 3, \"plasticity\": {\"rule\": \"stdp_trace\", \"w_max\": 3, \"nu_pre\": "
    "0.01, "
    "\"nu_post\": 0.05}},\n"
    "  \"in->c#delayed\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight_nS\": {\"uniform\": "
    "[0, 4]},\n"
    "   \"delay_ms\": {\"uniform\": [0, 10]}, \"delay_kind\": \"axonal\",\n"
    "   \"plasticity\": {\"rule\": \"stdp_trace\", \"w_max\": 5, \"nu_pre\": 0.01, \"nu_post\": "
    "0.05}},\n"
    "  \"bg->c#archive\": {\"connect\": {\"rule\": \"pairwise_bernoulli\", \"p\": 0.4},\n"
    "   \"weight_nS\": {\"uniform\": [1, 9]}, \"delay_ms\": {\"uniform\": [0.5, 6]},\n"
    "   \"plasticity\": {\"rule\": \"stdp\", \"lambda\": 0.1, \"Wmax\": 12}},\n"
    "  \"drive->n\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight_pA\": 25, \"delay_ms\": "
    "1.5},\n"
    "  \"drive->p\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight\": 1, \"delay_ms\": 0.5},\n"
    "  \"p->d\": {\"connect\": {\"rule\": \"one_to_one\"}, \"weight_mV\": 0.2, \"delay_ms\": 2},\n"
    "  \"dc->n\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight\": 1, \"delay_ms\": 1},\n"
    "  \"steps->d\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight\": {\"uniform\": [0, 1]},\n"
    "   \"delay_ms\": 1},\n"
    "  \"noise->n\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight\": 1, \"delay_ms\": 1}},\n"
    " \"on_sample\": {\"reset\": [\"membranes\"], \"rest_ms\": 10},\n"
    " \"record\": {\"n\": {\"spikes\": true, \"variables\": [\"V_m\"], \"interval_ms\": 2},\n"
    "  \"d\": {\"spikes\": true, \"variables\": [\"theta\"], \"interval_ms\": 3.5},\n"
    "  \"c\": {\"spikes\": true, \"variables\": [\"V_m\", \"g_ex\"], \"interval_ms\": 0.5},\n"
    "  \"p\": \"spikes\"}}\n";

#define SPIKES "populations.in.model=spike_input"
static const char *const variants[][3] = {
    {NULL},
    {"precision=float", NULL},
    {SPIKES, NULL},
    {"populations.d.winner=random", "on_sample.reset=all", NULL},
    /* so small that some parts have no units */
    {"populations.c.size=9", "precision=float", NULL},
};
enum { VARIANTS = sizeof variants / sizeof *variants };

enum { INPUTS = 30, STEPS = 200, SAMPLES = 2, MOST = 4 * INPUTS };

static const spk_engine_options alone = {.threads = 1, .learning = true};

/* ---- what comes out -------------------------------------------------------------------------- */

typedef struct outcome {
    uint64_t hash;
    size_t spikes[16]; /* of each population */
} outcome;

static void mix(outcome *o, const void *data, size_t bytes)
{
    const unsigned char *at = data;
    for (size_t i = 0; i < bytes; i++)
        o->hash = (o->hash ^ at[i]) * UINT64_C(1099511628211);
}

static void mix_recorded(outcome *o, const machine *m)
{
    for (size_t i = 0; i < m->net->populations; i++) {
        const spk_population *spec = &m->net->population[i];
        size_t n, rows;
        const uint64_t *step;
        const uint32_t *unit;
        const double *value;
        spk_engine_spikes(m->engine, i, &n, &step, &unit);
        mix(o, step, n * sizeof *step);
        mix(o, unit, n * sizeof *unit);
        o->spikes[i] += n;
        for (size_t v = 0; v < spec->record.variables; v++) {
            spk_engine_trace(m->engine, i, v, &rows, &value);
            mix(o, value, rows * spec->size * sizeof *value);
        }
    }
    spk_engine_forget(m->engine);
}

static void mix_learned(outcome *o, const machine *m)
{
    for (size_t a = 0; a < spk_engine_arrays(m->engine); a++) {
        const spk_engine_array *array = spk_engine_array_at(m->engine, a);
        const size_t bytes = array->values * spk_dtype_bytes(array->dtype);
        void *values = malloc(bytes);
        spk_engine_array_get(m->engine, a, 0, array->rows, values);
        mix(o, values, bytes);
        free(values);
    }
}

/* ---- a run ----------------------------------------------------------------------------------- */

/* Rates that change, and fall silent, within a sample. */
static void set_rates(machine *m, uint64_t sample, size_t piece)
{
    float hertz[INPUTS];
    for (size_t i = 0; i < INPUTS; i++)
        hertz[i] = (float)((i * 7 + sample * 13 + piece) % 10) * 25;
    GOOD(spk_engine_rates(m->engine, piece % 4 == 2 ? NULL : hertz, err));
}

/* The spikes of a spike_input from `from` to `to`. */
static size_t make_spikes(uint64_t sample, uint64_t from, uint64_t to, uint64_t *step,
                          uint32_t *unit)
{
    size_t n = 0;
    for (uint64_t t = from; t < to; t++)
        for (uint32_t i = 0; i < INPUTS && n < MOST; i++)
            if ((t * t + 31 * i + 7 * sample) % 29 == 0) {
                step[n] = t;
                unit[n++] = i;
            }
    return n;
}

static void run_piece(machine *m, bool by_spikes, uint64_t sample, uint64_t from, uint64_t to)
{
    uint64_t step[MOST];
    uint32_t unit[MOST];
    const size_t n = by_spikes ? make_spikes(sample, from, to, step, unit) : 0;
    assert_true(n < MOST);
    GOOD(spk_engine_run(m->engine, to - from, n, step, unit, err));
}

/* Save, and go on in an engine that is cut into `parts`. */
static void move(machine *m, const char *const *set, int parts)
{
    void *bytes;
    size_t size;
    spk_engine_options options = alone;
    options.parts = parts;
    options.threads = 1 + parts % 2;
    GOOD(spk_engine_save(m->engine, &bytes, &size, err));
    stop(m);
    *m = start(network, set, options);
    GOOD(spk_engine_restore(m->engine, bytes, size, "state", err));
    free(bytes);
}

/* Samples in pieces of 1, 12, 23, 1 ... steps; `moves`: after each of them, in parts that change. */
static outcome run(const char *const *set, int parts, bool moves)
{
    outcome o = {.hash = 1};
    const bool by_spikes = set[0] && strcmp(set[0], SPIKES) == 0;
    spk_engine_options options = alone;
    options.parts = parts;
    machine m = start(network, set, options);
    for (uint64_t sample = 0; sample < SAMPLES; sample++) {
        bool again;
        GOOD(spk_engine_begin(m.engine, sample, err));
        uint64_t to;
        size_t piece = 0;
        for (uint64_t from = 0; from < STEPS; from = to, piece++) {
            to = from + 1 + piece % 3 * 11 < STEPS ? from + 1 + piece % 3 * 11 : STEPS;
            if (!by_spikes && piece % 2 == 0) set_rates(&m, sample, piece);
            run_piece(&m, by_spikes, sample, from, to);
            mix_recorded(&o, &m);
            if (moves) move(&m, set, 1 + (int)piece % 5);
        }
        GOOD(spk_engine_end(m.engine, &again, err));
        if (moves) move(&m, set, 2);
    }
    mix_learned(&o, &m);
    stop(&m);
    return o;
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void test_middle(void **state)
{
    (void)state;
    for (size_t v = 0; v < VARIANTS; v++) {
        const outcome whole = run(variants[v], 1, false);
        if (run(variants[v], 1, true).hash != whole.hash) fail_msg("variant %zu differs", v);
        if (run(variants[v], 3, true).hash != whole.hash) fail_msg("variant %zu in 3 differs", v);
        for (size_t u = 0; u < v; u++) /* variants are different runs */
            assert_true(run(variants[u], 1, false).hash != whole.hash);
    }
}

/* What the tests above compare: all there is, and in motion. */
static void test_everything_is_there(void **state)
{
    (void)state;
    static const engine_storage *const all[] = {
        &engine_fixed,   &engine_sparse,  &engine_procedural, &engine_shortterm, &engine_dense,
        &engine_delayed, &engine_plastic, &engine_drive,      &engine_current};
    machine m = start(network, NULL, alone);
    for (size_t s = 0; s < sizeof all / sizeof *all; s++) {
        bool found = false;
        for (size_t k = 0; k < m.net->projections; k++)
            found |= m.engine->projection[k].storage == all[s];
        assert_true(found);
    }
    stop(&m);
    const outcome o = run(variants[0], 1, false);
    m = start(network, NULL, alone);
    for (size_t i = 0; i < m.net->populations; i++)
        if (m.net->population[i].record.spikes && o.spikes[i] < 20)
            fail_msg("%s: %zu spikes", m.net->population[i].name, o.spikes[i]);
    stop(&m);
}

static void run_to(machine *m, uint64_t steps)
{
    GOOD(spk_engine_begin(m->engine, 3, err));
    set_rates(m, 3, 0);
    GOOD(spk_engine_run(m->engine, steps, 0, NULL, NULL, err));
}

/* The bytes do not depend on parts. */
static void test_same_bytes(void **state)
{
    (void)state;
    void *one = NULL, *bytes;
    size_t one_size = 0, size;
    for (int parts = 1; parts <= 7; parts += 2) {
        spk_engine_options options = alone;
        options.parts = parts;
        machine m = start(network, NULL, options);
        run_to(&m, 90);
        GOOD(spk_engine_save(m.engine, &bytes, &size, err));
        stop(&m);
        if (!one) {
            one = bytes;
            one_size = size;
            continue;
        }
        assert_int_equal(size, one_size);
        assert_memory_equal(bytes, one, size);
        free(bytes);
    }
    free(one);
}

/* One that is cut short is refused, wherever it is cut. */
static void test_short(void **state)
{
    (void)state;
    void *bytes;
    size_t size;
    machine m = start(network, NULL, alone);
    run_to(&m, 50);
    GOOD(spk_engine_save(m.engine, &bytes, &size, err));
    for (size_t cut = 0; cut + 8 < size; cut += 1 + size / 200) {
        spk_error err = {0};
        assert_int_equal(spk_engine_restore(m.engine, bytes, cut, "c", &err), -1);
        assert_string_equal(err.text, "c: is a checkpoint of another network");
    }
    GOOD(spk_engine_restore(m.engine, bytes, size, "c", err));
    free(bytes);
    stop(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_middle),
        cmocka_unit_test(test_everything_is_there),
        cmocka_unit_test(test_same_bytes),
        cmocka_unit_test(test_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
