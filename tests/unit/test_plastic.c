/* test_plastic.c: learning with an archive (lib/engine/plastic.c) against an implementation that knows
 * no archive: every synapse has its own traces, which decay step by step, and each spike acts when it
 * reaches the synapse. Then what must not change a byte: parts, pieces, checkpoints. */
#include "unit.h"

#include "engine/plastic.h"
#include "engines.h"
#include "network/connect.h"

#include <math.h>
#include <stdio.h>

/* An input unit makes its neuron fire one step later; nothing else can. */
static const char network[] =
    "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.5,\n"
    " \"populations\": {\"in\": {\"size\": 40, \"model\": \"spike_input\"},\n"
    "  \"post\": {\"size\": 40, \"model\": \"iaf_psc_delta\",\n"
    "   \"params\": {\"V_th_mV\": 1e5, \"t_ref_ms\": 0}}},\n"
    " \"projections\": {\n"
    "  \"in->post\": {\"connect\": {\"rule\": \"one_to_one\"}, \"weight_mV\": 1e6, \"delay_ms\": "
    "0.5},\n"
    "  \"post->post\": {\"connect\": {\"rule\": \"fixed_indegree\", \"indegree\": 30},\n"
    "   \"weight_mV\": {\"uniform\": [1, 50]}, \"weight_type\": \"f64\",\n"
    "   \"delay_ms\": {\"uniform\": [0, 4]},\n"
    "   \"plasticity\": {\"rule\": \"stdp\", \"mu_plus\": 0, \"mu_minus\": 0, \"lambda\": 0.1}}},\n"
    " \"record\": {\"post\": {\"spikes\": true, \"variables\": [\"V_m\"]}}}\n";

enum { UNITS = 40, STEPS = 1000, SAMPLES = 12, POST = 1, LEARNING = 1 };
#define P "projections.post->post."
#define R P "plasticity={"

/* ---- input ----------------------------------------------------------------------------------- */

typedef struct input {
    size_t n;
    uint64_t step[UNITS * STEPS];
    uint32_t unit[UNITS * STEPS];
} input;

/* Some 30 Hz a unit; the higher units fire less. */
static void make_input(input *in, uint32_t seed)
{
    uint64_t state = seed;
    in->n = 0;
    for (uint64_t t = 0; t < STEPS; t++)
        for (uint32_t i = 0; i < UNITS; i++) {
            state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
            if (state >> 33 >> 14 >= 2800 - 40 * i) continue;
            in->step[in->n] = t;
            in->unit[in->n++] = i;
        }
}

/* ---- the other implementation ---------------------------------------------------------------- */

typedef struct synapse {
    uint32_t source, target, delay;
    double w, sent, plus, plus_slow, minus, minus_slow;
    bool met;
    uint64_t last_pre, last_post; /* steps of emission */
} synapse;

typedef struct simple {
    const machine *m;
    synapse *list; /* by (source, target, delay, order of drawing) */
    size_t n;
    bool fired[SAMPLES * STEPS + 1][UNITS];
    double v[SAMPLES * STEPS][UNITS];
    uint64_t now, begin; /* begin: spikes before do not count for learning */
} simple;

enum { STDP_TAU_PLUS, STDP_TAU_MINUS, STDP_LAMBDA, STDP_ALPHA, STDP_MU_PLUS, STDP_MU_MINUS };
enum { STDP_WMAX = 6, STDP_PAIRING };
enum { PL_LAMBDA = 2, PL_ALPHA, PL_MU };
enum { TRIPLET_APLUS = 4, TRIPLET_APLUS3, TRIPLET_AMINUS, TRIPLET_AMINUS3, TRIPLET_WMAX };
enum { VOGELS_ETA = 2, VOGELS_ALPHA, VOGELS_WMAX };
enum { SPINNAKER_APLUS = 2, SPINNAKER_AMINUS, SPINNAKER_WMIN, SPINNAKER_WMAX, SPINNAKER_WSTEP };
enum { SPINNAKER_PAIRING = 7, SPINNAKER_NEAREST = 4 };

static const double *params(const simple *s)
{
    return s->m->net->projection[LEARNING].rule_param;
}

static const char *rule(const simple *s)
{
    return s->m->net->projection[LEARNING].rule->name;
}

static int pairing(const simple *s)
{
    if (strcmp(rule(s), "stdp_spinnaker") == 0)
        return params(s)[SPINNAKER_PAIRING] > 0 ? SPINNAKER_NEAREST : 0;
    return strcmp(rule(s), "stdp") == 0 ? (int)params(s)[STDP_PAIRING] : 0;
}

static bool counts_one(int pairs)
{
    return pairs == 1 || pairs == 2 || pairs == SPINNAKER_NEAREST;
}

static bool is_spinnaker(const simple *s)
{
    return strcmp(rule(s), "stdp_spinnaker") == 0;
}

/* As the literature writes them. */
static double potentiated(const simple *s, double w, double trace, double slow)
{
    const double *p = params(s);
    if (strcmp(rule(s), "stdp") == 0) {
        double u =
            w / p[STDP_WMAX] + p[STDP_LAMBDA] * pow(1 - w / p[STDP_WMAX], p[STDP_MU_PLUS]) * trace;
        return u < 1 ? u * p[STDP_WMAX] : p[STDP_WMAX];
    }
    if (strcmp(rule(s), "stdp_pl") == 0) return w + p[PL_LAMBDA] * pow(w, p[PL_MU]) * trace;
    if (is_spinnaker(s)) return fmin(w + p[SPINNAKER_APLUS] * trace, p[SPINNAKER_WMAX]);
    if (strcmp(rule(s), "stdp_triplet") == 0) {
        double size = fabs(w) + trace * (p[TRIPLET_APLUS] + p[TRIPLET_APLUS3] * slow);
        return copysign(fmin(size, fabs(p[TRIPLET_WMAX])), p[TRIPLET_WMAX]);
    }
    return copysign(fmin(fabs(w) + p[VOGELS_ETA] * trace, fabs(p[VOGELS_WMAX])), p[VOGELS_WMAX]);
}

static double depressed(const simple *s, double w, double trace, double slow)
{
    const double *p = params(s);
    if (strcmp(rule(s), "stdp") == 0) {
        double u = w / p[STDP_WMAX] -
                   p[STDP_ALPHA] * p[STDP_LAMBDA] * pow(w / p[STDP_WMAX], p[STDP_MU_MINUS]) * trace;
        return u > 0 ? u * p[STDP_WMAX] : 0;
    }
    if (strcmp(rule(s), "stdp_pl") == 0) return fmax(w - p[PL_LAMBDA] * p[PL_ALPHA] * w * trace, 0);
    if (is_spinnaker(s)) {
        const double step = p[SPINNAKER_WSTEP], next = w - p[SPINNAKER_AMINUS] * trace;
        w = fmax(fmin(next, next > w ? p[SPINNAKER_WMAX] : INFINITY), p[SPINNAKER_WMIN]);
        return step > 0 ? w - fmod(w, step) : w;
    }
    if (strcmp(rule(s), "stdp_triplet") == 0) {
        double size = fabs(w) - trace * (p[TRIPLET_AMINUS] + p[TRIPLET_AMINUS3] * slow);
        return copysign(fmax(size, 0), p[TRIPLET_WMAX]);
    }
    double size = fabs(potentiated(s, w, trace, 0)) - p[VOGELS_ALPHA] * p[VOGELS_ETA];
    return copysign(fmax(size, 0), p[VOGELS_WMAX]);
}

/* Decay times in the order plus, plus_slow, minus, minus_slow. */
static void factors(const simple *s, double dt, double f[4])
{
    const double *p = params(s);
    bool triplet = strcmp(rule(s), "stdp_triplet") == 0;
    f[0] = exp(-dt / p[0]);
    f[1] = triplet ? exp(-dt / p[1]) : 0;
    f[2] = exp(-dt / p[triplet ? 2 : 1]);
    f[3] = triplet ? exp(-dt / p[3]) : 0;
}

/* Postsynaptic spikes that reach the synapse now act first; a presynaptic one does not see them but
 * on SpiNNaker. */
static void advance_synapse(simple *s, synapse *y, const double f[4], double *arrives[])
{
    const uint64_t t = s->now;
    const int pairs = pairing(s);
    const bool nearest = pairs != 0;
    const bool post = t >= s->begin + y->delay && s->fired[t - y->delay][y->target];
    y->plus *= f[0], y->plus_slow *= f[1], y->minus *= f[2], y->minus_slow *= f[3];
    if (post) {
        const bool first = pairs != SPINNAKER_NEAREST || y->last_post <= y->last_pre;
        if (first) y->w = potentiated(s, y->w, y->plus, y->minus_slow);
        y->last_post = t - y->delay;
        y->met = true;
        if (pairs == 2 || pairs == 3) y->plus = 0; /* restricted, pre-centred: the first one only */
    }
    if (s->fired[t][y->source]) {
        const double with = pairs == SPINNAKER_NEAREST ? 1 : y->minus + 1;
        const double seen = is_spinnaker(s) && post ? with : pairs == 2 && !y->met ? 0 : y->minus;
        y->w = y->sent = depressed(s, y->w, seen, y->plus_slow);
        arrives[y->delay][y->target] += y->sent;
        y->plus = counts_one(pairs) ? 1 : y->plus + 1;
        y->last_pre = t;
        y->plus_slow += 1;
        y->met = false;
    }
    if (post) {
        y->minus = nearest ? 1 : y->minus + 1;
        y->minus_slow += 1;
    }
}

static int by_place(const void *a, const void *b)
{
    const synapse *x = a, *y = b;
    if (x->source != y->source) return x->source < y->source ? -1 : 1;
    if (x->target != y->target) return x->target < y->target ? -1 : 1;
    if (x->delay != y->delay) return x->delay < y->delay ? -1 : 1;
    return x->plus < y->plus ? -1 : x->plus > y->plus; /* order of drawing */
}

static void simple_open(simple *s, const machine *m)
{
    const spk_projection *p = &m->net->projection[LEARNING];
    const bool by_source = spk_connect_by_source(p);
    spk_synapses row = {0};
    memset(s, 0, sizeof *s);
    s->m = m;
    s->list = calloc((size_t)spk_connect_count(m->net, LEARNING) * 2 + 1000, sizeof *s->list);
    for (uint32_t i = 0; i < UNITS; i++) {
        GOOD(spk_connect_row(m->net, LEARNING, 1, i, &row, err));
        for (size_t k = 0; k < row.n; k++, s->n++) {
            s->list[s->n] = (synapse){.source = by_source ? i : row.other[k],
                                      .target = by_source ? row.other[k] : i,
                                      .delay = row.delay[k],
                                      .w = row.weight[k],
                                      .sent = row.weight[k],
                                      .plus = (double)s->n};
        }
    }
    spk_synapses_free(&row);
    qsort(s->list, s->n, sizeof *s->list, by_place);
    for (size_t k = 0; k < s->n; k++)
        s->list[k].plus = counts_one(pairing(s)); /* the beginning counts as a spike */
}

/* V_m of all neurons at the end of each step, and the weights. */
static void simple_run(simple *s, uint64_t steps, const input *in)
{
    enum { AHEAD = 16 };
    static double ring[AHEAD][UNITS];
    static double v[UNITS];
    const double dt = s->m->net->dt_ms, decay = exp(-dt / 10);
    double f[4], *arrives[AHEAD];
    factors(s, dt, f);
    if (s->now == 0) memset(ring, 0, sizeof ring);
    for (size_t i = 0; s->now == 0 && i < UNITS; i++)
        v[i] = -70;
    const uint64_t begin = s->now;
    for (size_t k = 0; k < in->n; k++)
        s->fired[begin + in->step[k] + 1][in->unit[k]] = true;
    for (; s->now < begin + steps; s->now++) {
        for (size_t i = 0; i < UNITS; i++) {
            v[i] = -70 + (v[i] + 70) * decay + ring[s->now % AHEAD][i];
            if (s->fired[s->now][i]) v[i] = -70;
            ring[s->now % AHEAD][i] = 0;
        }
        for (size_t d = 0; d < AHEAD; d++)
            arrives[d] = d == 0 ? v : ring[(s->now + d) % AHEAD];
        for (size_t k = 0; k < s->n; k++)
            advance_synapse(s, &s->list[k], f, arrives);
        memcpy(s->v[s->now], v, sizeof v);
    }
}

static void near(double found, double expected, const char *what, size_t at)
{
    if (!(fabs(found - expected) <= 1e-9 * fmax(1, fabs(expected))))
        fail_msg("%s %zu is %.17g, not %.17g", what, at, found, expected);
}

/* ---- comparing ------------------------------------------------------------------------------- */

static void compare_weights(const machine *m, const simple *s)
{
    const spk_engine_array *array = spk_engine_array_at(m->engine, 0);
    assert_true(array->sparse);
    assert_int_equal(array->values, s->n);
    double *value = calloc(s->n, sizeof *value);
    uint32_t *col = calloc(s->n, sizeof *col);
    uint64_t row_ptr[UNITS + 1];
    spk_engine_array_get(m->engine, 0, 0, UNITS, value);
    spk_engine_array_columns(m->engine, 0, 0, UNITS, row_ptr, col);
    for (size_t k = 0; k < s->n; k++) {
        const uint32_t row = s->list[k].source;
        assert_true(k >= row_ptr[row] && k < row_ptr[row + 1]);
        assert_int_equal(col[k], s->list[k].target);
        near(value[k], s->list[k].sent, "weight", k);
    }
    free(value);
    free(col);
}

static void compare_recorded(const machine *m, const simple *s, uint64_t begin)
{
    size_t n, rows;
    const uint64_t *step;
    const uint32_t *unit;
    const double *v;
    spk_engine_spikes(m->engine, POST, &n, &step, &unit);
    size_t k = 0;
    for (uint64_t t = 0; t < STEPS; t++)
        for (uint32_t i = 0; i < UNITS; i++)
            if (s->fired[begin + t][i]) {
                assert_true(k < n && step[k] == t && unit[k] == i);
                k++;
            }
    assert_int_equal(k, n);
    spk_engine_trace(m->engine, POST, 0, &rows, &v);
    assert_int_equal(rows, STEPS);
    for (uint64_t t = 0; t < STEPS; t++)
        for (uint32_t i = 0; i < UNITS; i++)
            near(v[t * UNITS + i], s->v[begin + t][i], "V_m after step", t);
}

static const spk_engine_options options = {
    .network_seed = 1, .threads = 1, .parts = 1, .learning = true};

static const char *const rules[] = {
    R "\"rule\": \"stdp\", \"mu_plus\": 0, \"mu_minus\": 0, \"lambda\": 0.1}",
    R "\"rule\": \"stdp\", \"mu_plus\": 1, \"mu_minus\": 1, \"lambda\": 0.1, \"tau_minus_ms\": 34}",
    R "\"rule\": \"stdp\", \"mu_plus\": 0, \"mu_minus\": 1, \"lambda\": 0.1, \"alpha\": 0.7}",
    R "\"rule\": \"stdp\", \"mu_plus\": 0.3, \"mu_minus\": 0.6, \"lambda\": 0.05}",
    R "\"rule\": \"stdp\", \"pairing\": \"nearest_symmetric\", \"lambda\": 0.05, \"mu_plus\": 0}",
    R "\"rule\": \"stdp\", \"pairing\": \"nearest_restricted\", \"lambda\": 0.05, \"mu_minus\": 0}",
    R
    "\"rule\": \"stdp\", \"pairing\": \"nearest_pre_centered\", \"lambda\": 0.05, \"mu_plus\": 0}",
    R "\"rule\": \"stdp_pl\", \"mu\": 0.4, \"lambda\": 0.1, \"alpha\": 0.1}",
    R "\"rule\": \"stdp_pl\", \"mu\": 0, \"lambda\": 0.3, \"alpha\": 0.2}",
    R "\"rule\": \"stdp_triplet\", \"Aplus\": 0.5, \"Aplus_triplet\": 0.6, \"Aminus\": 0.7, "
      "\"Aminus_triplet\": 0.2}",
    R "\"rule\": \"stdp_spinnaker\", \"A_plus\": 3, \"A_minus\": 2.5, \"w_min\": 4, \"w_max\": 60}",
    R "\"rule\": \"stdp_spinnaker\", \"A_plus\": 40, \"A_minus\": 60, \"w_max\": 60, "
      "\"tau_plus_ms\": 3, \"tau_minus_ms\": 2}",
    R "\"rule\": \"stdp_spinnaker\", \"pairing\": \"nearest\", \"A_plus\": 9, \"A_minus\": 7, "
      "\"w_max\": 60}",
    R "\"rule\": \"stdp_spinnaker\", \"pairing\": \"nearest\", \"A_plus\": 4, \"A_minus\": -3, "
      "\"w_max\": 55, \"w_step\": 0.25}",
    R "\"rule\": \"vogels_sprekeler\", \"eta\": 0.5, \"alpha\": 0.2, \"Wmax\": 100}",
};
enum { RULES = sizeof rules / sizeof *rules };

static const char *const connections[][3] = {
    {P
     "connect={\"rule\": \"fixed_indegree\", \"indegree\": 30}"}, /* multapses, self-connections */
    {P "connect={\"rule\": \"pairwise_bernoulli\", \"p\": 0.3}", P "delay_ms=1.5"},
    {P "connect={\"rule\": \"all_to_all\", \"allow_autapses\": false}", P "delay_ms=0"},
    {P "connect={\"rule\": \"fixed_total_number\", \"N\": 900}",
     P "delay_ms={\"uniform\": [0.5, 6]}"},
    {P "connect={\"rule\": \"fixed_outdegree\", \"outdegree\": 20, \"allow_multapses\": false}"},
    {P "connect={\"rule\": \"one_to_one\"}", P "delay_ms=0.5"},
};
enum { CONNECTIONS = sizeof connections / sizeof *connections };

static void check_case(const char *const *set)
{
    static input in;
    static simple s;
    machine m = start(network, set, options);
    make_input(&in, 7);
    simple_open(&s, &m);
    for (uint64_t sample = 0; sample < 2; sample++) {
        present(&m, sample, STEPS, in.n, in.step, in.unit);
        simple_run(&s, STEPS, &in);
        compare_recorded(&m, &s, sample * STEPS);
        compare_weights(&m, &s);
        make_input(&in, 8);
    }
    free(s.list);
    stop(&m);
}

static void test_every_rule(void **state)
{
    (void)state;
    for (size_t r = 0; r < RULES; r++)
        check_case((const char *const[]){rules[r], NULL});
}

static void test_every_connection(void **state)
{
    (void)state;
    for (size_t c = 0; c < CONNECTIONS; c++)
        for (size_t r = 0; r < RULES; r += 3)
            check_case((const char *const[]){rules[r], connections[c][0], connections[c][1], NULL});
}

/* ---- between samples ------------------------------------------------------------------------- */

/* Traces are reset: weights are brought up to date, and the sample is like the first. */
static void test_reset_of_traces(void **state)
{
    static input in;
    static simple s;
    (void)state;
    for (size_t r = 0; r < RULES; r++) {
        const char *const set[] = {rules[r], "on_sample={\"reset\": [\"traces\"]}", NULL};
        machine m = start(network, set, options);
        simple_open(&s, &m);
        for (uint64_t sample = 0; sample < 3; sample++) {
            make_input(&in, (uint32_t)sample);
            for (size_t k = 0; sample > 0 && k < s.n; k++) {
                synapse *y = &s.list[k];
                y->sent = y->w;
                y->plus = counts_one(pairing(&s));
                y->plus_slow = y->minus = y->minus_slow = 0;
                y->met = false;
                y->last_pre = y->last_post = s.now - 1;
            }
            s.begin = s.now;
            present(&m, sample, STEPS, in.n, in.step, in.unit);
            simple_run(&s, STEPS, &in);
            compare_recorded(&m, &s, sample * STEPS);
            compare_weights(&m, &s);
        }
        free(s.list);
        stop(&m);
    }
}

static size_t most_archived(const machine *m)
{
    const plastic *p = m->engine->projection[LEARNING].data;
    size_t most = 0;
    for (size_t part = 0; part < p->parts; part++)
        for (size_t j = 0; j < p->part[part].histories; j++)
            if (p->part[part].history[j].spikes > most) most = p->part[part].history[j].spikes;
    return most;
}

/* Half of the neurons are silent for 5 s, while the others fire: the archive stays bounded (2 s and
 * 1024 steps at some 40 Hz), and what is sent afterwards is right. */
static void test_silence(void **state)
{
    static input in;
    static simple s;
    (void)state;
    for (size_t r = 0; r < RULES; r += 2) {
        machine m = start(network, (const char *const[]){rules[r], NULL}, options);
        simple_open(&s, &m);
        for (uint64_t sample = 0; sample < SAMPLES; sample++) {
            make_input(&in, (uint32_t)sample);
            size_t n = 0;
            for (size_t k = 0; k < in.n; k++)
                if (sample == 0 || sample == SAMPLES - 1 || in.unit[k] % 2 == 0) {
                    in.step[n] = in.step[k];
                    in.unit[n++] = in.unit[k];
                }
            in.n = n;
            present(&m, sample, STEPS, in.n, in.step, in.unit);
            simple_run(&s, STEPS, &in);
            compare_recorded(&m, &s, sample * STEPS);
            if (most_archived(&m) > 200) fail_msg("%zu spikes are kept", most_archived(&m));
        }
        compare_weights(&m, &s);
        free(s.list);
        stop(&m);
    }
}

static uint64_t mix(uint64_t hash, const void *data, size_t bytes)
{
    const unsigned char *at = data;
    for (size_t i = 0; i < bytes; i++)
        hash = (hash ^ at[i]) * UINT64_C(1099511628211);
    return hash;
}

/* All that came out of the last sample. */
static uint64_t outcome(const machine *m, uint64_t hash)
{
    const spk_engine_array *array = spk_engine_array_at(m->engine, 0);
    size_t n, rows, bytes = array->values * spk_dtype_bytes(array->dtype);
    const uint64_t *step;
    const uint32_t *unit;
    const double *v;
    void *value = malloc(bytes);
    spk_engine_spikes(m->engine, POST, &n, &step, &unit);
    spk_engine_trace(m->engine, POST, 0, &rows, &v);
    spk_engine_array_get(m->engine, 0, 0, array->rows, value);
    hash = mix(mix(hash, step, n * sizeof *step), unit, n * sizeof *unit);
    hash = mix(mix(hash, v, rows * UNITS * sizeof *v), value, bytes);
    free(value);
    return hash;
}

/* With everything reset, a sample comes out the same again. */
static void test_reset_of_all(void **state)
{
    static input in;
    (void)state;
    make_input(&in, 3);
    for (size_t r = 0; r < RULES; r++) {
        const char *const set[] = {rules[r], "on_sample={\"reset\": \"all\"}", NULL};
        machine m = start(network, set, options);
        present(&m, 0, STEPS, in.n, in.step, in.unit);
        const uint64_t first = outcome(&m, 1);
        present(&m, 1, STEPS, in.n, in.step, in.unit);
        assert_true(outcome(&m, 1) == first);
        stop(&m);
    }
}

/* Each target's weights sum up to what the file says, on sizes, and were up to date before. */
static void test_normalisation(void **state)
{
    static input in;
    (void)state;
    make_input(&in, 3);
    const char *const set[] = {P "normalize={\"sum_mV\": 500}", NULL};
    machine m = start(network, set, options);
    for (uint64_t sample = 0; sample < 3; sample++)
        present(&m, sample, STEPS, in.n, in.step, in.unit);
    GOOD(spk_engine_begin(m.engine, 3, err));
    const spk_engine_array *array = spk_engine_array_at(m.engine, 0);
    double *value = calloc(array->values, sizeof *value), sum[UNITS] = {0};
    uint32_t *col = calloc(array->values, sizeof *col);
    spk_engine_array_get(m.engine, 0, 0, UNITS, value);
    spk_engine_array_columns(m.engine, 0, 0, UNITS, NULL, col);
    for (size_t k = 0; k < array->values; k++)
        sum[col[k]] += value[k];
    for (size_t j = 0; j < UNITS; j++)
        near(sum[j], 500, "sum", j);
    free(value);
    free(col);
    stop(&m);
}

/* ---- what must not change a byte ------------------------------------------------------------- */

/* Three samples, the second in pieces; after `cut` samples the state goes on in another engine that is
 * cut into `other` parts. */
static uint64_t run(const char *const *set, int parts, int threads, uint64_t cut, int other)
{
    static input in;
    spk_engine_options first = options;
    uint64_t hash = 1;
    first.parts = parts;
    first.threads = threads;
    machine m = start(network, set, first);
    for (uint64_t sample = 0; sample < 3; sample++) {
        if (sample > 0 && sample == cut) {
            void *bytes;
            size_t size;
            GOOD(spk_engine_save(m.engine, &bytes, &size, err));
            stop(&m);
            first.parts = other;
            m = start(network, set, first);
            GOOD(spk_engine_restore(m.engine, bytes, size, "checkpoint", err));
            free(bytes);
        }
        make_input(&in, (uint32_t)sample);
        if (parts == 5) GOOD(engine_cut(m.engine, 2 + sample, err)); /* while it is in motion */
        present(&m, sample, STEPS, in.n, in.step, in.unit);
        hash = outcome(&m, hash);
    }
    stop(&m);
    return hash;
}

static void test_equal_bytes(void **state)
{
    (void)state;
    static const char *const numbers[][2] = {
        {P "weight_type=f64"}, {P "weight_type=f32"}, {P "weight_type=f32", "precision=float"}};
    for (size_t r = 0; r < RULES; r++) {
        const char *const set[] = {rules[r], connections[r % CONNECTIONS][0], numbers[r % 3][0],
                                   numbers[r % 3][1], NULL};
        const uint64_t expected = run(set, 1, 1, 0, 0);
        for (int parts = 2; parts <= 7; parts++)
            assert_true(run(set, parts, 1 + parts % 3, 0, 0) == expected);
        assert_true(run(set, 1, 1, 1, 1) == expected);
        assert_true(run(set, 2, 1, 2, 3) == expected);
        assert_true(run(set, 7, 2, 1, 1) == expected);
    }
}

/* A checkpoint that is short, or another projection's, is refused. */
static void test_forged_checkpoints(void **state)
{
    static input in;
    (void)state;
    void *bytes;
    size_t size;
    machine m = start(network, NULL, options);
    make_input(&in, 1);
    present(&m, 0, STEPS, in.n, in.step, in.unit);
    GOOD(spk_engine_save(m.engine, &bytes, &size, err));
    for (size_t cut = 0; cut + 8 < size; cut += 97) {
        spk_error err = {0};
        assert_int_equal(spk_engine_restore(m.engine, bytes, cut, "c", &err), -1);
        assert_non_null(strstr(err.text, "is a checkpoint of another network"));
    }
    free(bytes);
    stop(&m);
}

/* ---- weights ----------------------------------------------------------------------------------- */

/* Without change, learning synapses are as good as static ones, whatever their sign and receptor. */
static const char still[] =
    "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.5,\n"
    " \"populations\": {\"in\": {\"size\": 40, \"model\": \"spike_input\"},\n"
    "  \"post\": {\"size\": 40, \"model\": \"%s\"}},\n"
    " \"projections\": {\"in->post\": {\"connect\": {\"rule\": \"pairwise_bernoulli\", \"p\": "
    "0.4},\n"
    "   \"weight_%s\": {\"uniform\": [%s]}, \"weight_type\": \"f64\",\n"
    "   \"delay_ms\": {\"uniform\": [0, 3]}%s}},\n"
    " \"record\": {\"post\": {\"spikes\": true, \"variables\": [\"V_m\"]}}}\n";

static uint64_t still_run(const char *model, const char *unit, const char *range,
                          const char *plasticity)
{
    static input in;
    char text[2048];
    size_t rows, n;
    const double *v;
    const uint64_t *step;
    const uint32_t *unit_of;
    make_input(&in, 5);
    snprintf(text, sizeof text, still, model, unit, range, plasticity);
    machine m = start(text, NULL, options);
    present(&m, 0, STEPS, in.n, in.step, in.unit);
    spk_engine_trace(m.engine, POST, 0, &rows, &v);
    spk_engine_spikes(m.engine, POST, &n, &step, &unit_of);
    const uint64_t hash = mix(mix(1, v, rows * UNITS * sizeof *v), step, n * sizeof *step);
    stop(&m);
    return hash;
}

static void test_signs_and_receptors(void **state)
{
    (void)state;
    static const struct {
        const char *model, *unit, *range, *plasticity;
    } cases[] = {
        {"iaf_psc_delta", "mV", "0.5, 4", ", \"plasticity\": {\"rule\": \"stdp\", \"lambda\": 0}"},
        {"iaf_psc_delta", "mV", "-4, -0.5",
         ", \"plasticity\": {\"rule\": \"stdp\", \"lambda\": 0, \"Wmax\": -100}"},
        {"iaf_cond_exp", "nS", "5, 40", ", \"plasticity\": {\"rule\": \"stdp_pl\", \"lambda\": 0}"},
        {"iaf_cond_exp", "nS", "-40, -5",
         ", \"plasticity\": {\"rule\": \"vogels_sprekeler\", \"eta\": 0, \"Wmax\": -100}"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        assert_true(still_run(cases[k].model, cases[k].unit, cases[k].range, cases[k].plasticity) ==
                    still_run(cases[k].model, cases[k].unit, cases[k].range, ""));
}

/* Rows come back as they were put in, with negative weights too; other signs are refused. */
static void test_weights_in_and_out(void **state)
{
    (void)state;
    const char *const set[] = {P "weight_mV=-5",
                               R "\"rule\": \"vogels_sprekeler\", \"Wmax\": -100}", NULL};
    machine m = start(network, set, options);
    const spk_engine_array *array = spk_engine_array_at(m.engine, 0);
    double *value = calloc(array->values, sizeof *value),
           *found = calloc(array->values, sizeof *value);
    uint64_t row_ptr[UNITS + 1];
    spk_error refused = {0};
    spk_engine_array_columns(m.engine, 0, 0, UNITS, row_ptr, NULL);
    assert_true(row_ptr[UNITS] == array->values && array->values == 30 * UNITS);
    for (size_t k = 0; k < array->values; k++)
        value[k] = -(double)k;
    GOOD(spk_engine_array_set(m.engine, 0, 0, UNITS, value, err));
    spk_engine_array_get(m.engine, 0, 3, 2, found);
    for (size_t k = 0; k < row_ptr[5] - row_ptr[3]; k++)
        assert_true(found[k] == value[row_ptr[3] + k]);
    value[row_ptr[1] + 2] = 1;
    assert_int_equal(spk_engine_array_set(m.engine, 0, 0, UNITS, value, &refused), -1);
    assert_non_null(strstr(refused.text, "post->post.weight[1]["));
    free(value);
    free(found);
    stop(&m);
}

static void test_what_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *set, *message;
    } cases[] = {
        {P "delay_kind=axonal", "is not offered yet with the rule stdp"},
        {P "weight_type=f16", "f32 or f64, not f16"},
        {R "\"rule\": \"stdp\", \"Wmax\": 0}", "Wmax must not be 0"},
        {R "\"rule\": \"stdp_spinnaker\", \"w_step\": 0.1}", "w_step must be 0 or a power of 2"},
        {R "\"rule\": \"stdp\", \"Wmax\": -10}", "the weights must be 0 or less"},
        {P "weight_mV={\"normal\": [1, 1]}", "the weights must be 0 or more (clip"},
        {R "\"rule\": \"stdp_trace\"}", "can learn by stdp_trace, but with \"timing"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        spk_error err = {0};
        spk_engine *e = NULL;
        spk_network *net =
            spk_network_parse(network, strlen(network), "net.json", 1, &cases[k].set, &err);
        if (net) e = spk_engine_open(net, &options, &err);
        assert_null(e);
        if (!strstr(err.text, cases[k].message)) fail_msg("%s", err.text);
        spk_network_free(net);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_rule),          cmocka_unit_test(test_every_connection),
        cmocka_unit_test(test_reset_of_traces),     cmocka_unit_test(test_silence),
        cmocka_unit_test(test_reset_of_all),        cmocka_unit_test(test_normalisation),
        cmocka_unit_test(test_equal_bytes),         cmocka_unit_test(test_forged_checkpoints),
        cmocka_unit_test(test_signs_and_receptors), cmocka_unit_test(test_weights_in_and_out),
        cmocka_unit_test(test_what_is_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
