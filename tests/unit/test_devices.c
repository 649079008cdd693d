/* test_devices.c: what devices do to neurons, against recursions and closed forms; and what must not
 * change it. */
#include "unit.h"

#include "chance.h"
#include "engine/internal.h"
#include "engines.h"
#include "math/math.h"
#include "network/connect.h"
#include "network/draw.h"

#include <math.h>
#include <stdio.h>

/* ---- a neuron that is driven ----------------------------------------------------------------- */

#define HEAD     "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.5,\n"
#define RECORD_V ", \"record\": {\"n\": {\"variables\": [\"V_m\"]}}"

/* A membrane that never fires; drives with two tags. */
static const char driven[] = HEAD
    " \"populations\": {\"drive\": {\"model\": \"poisson_generator\", \"params\": {\"rate_Hz\": "
    "4000}},\n"
    "  \"n\": {\"size\": 37, \"model\": \"iaf_psc_delta\", \"params\": {\"V_th_mV\": 1e6, "
    "\"C_m_pF\": 200}}},\n"
    " \"projections\": {\n"
    "  \"drive->n\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight_mV\": 0.25, "
    "\"weight_type\": \"f64\",\n"
    "   \"delay_ms\": 1.5},\n"
    "  \"drive->n#b\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight_mV\": -0.5, "
    "\"delay_ms\": 0.5}}" RECORD_V "}\n";

enum { UNITS = 37, LONG = 300 };
static const spk_engine_options alone = {.threads = 1, .input_seed = 11, .network_seed = 3};

static const double *trace(const machine *m, size_t population)
{
    size_t rows;
    const double *value;
    spk_engine_trace(m->engine, population, 0, &rows, &value);
    assert_int_equal(rows, LONG);
    return value;
}

static spk_poisson_stream stream_of(const char *projection, uint64_t sample)
{
    char purpose[128];
    spk_poisson_stream from = {.c1 = (uint32_t)(sample >> 32), .c2 = (uint32_t)sample};
    snprintf(purpose, sizeof purpose, "projection/%s/poisson", projection);
    from.coarse = spk_random_key(alone.input_seed, purpose);
    snprintf(purpose, sizeof purpose, "projection/%s/poisson/fine", projection);
    from.fine = spk_random_key(alone.input_seed, purpose);
    return from;
}

/* What arrives in step k with a delay. */
static double arrives(const spk_poisson *law, const spk_poisson_stream *from, uint32_t unit,
                      uint64_t k, uint64_t delay, uint64_t start, uint64_t stop)
{
    if (k < delay || k - delay < start || k - delay >= stop) return 0;
    return spk_poisson_count(law, from, unit, k - delay);
}

/* V = decay V + rest E_L, plus weights times the numbers of the steps a delay ago. */
static void check_driven(const char *const *set, double mean, uint64_t start_step,
                         uint64_t stop_step)
{
    machine m = start(driven, set, alone);
    const uint64_t sample = UINT64_C(5) << 32 | 77;
    spk_poisson law = law_of(mean);
    const spk_poisson_stream from[2] = {stream_of("drive->n", sample),
                                        stream_of("drive->n#b", sample)};
    present(&m, sample, LONG, 0, NULL, NULL);
    const double *v = trace(&m, 1);
    for (uint32_t i = 0; i < UNITS; i++) {
        double model = -70;
        for (uint64_t k = 0; k < LONG; k++) {
            model = -70 + exp(-0.05) * (model + 70) +
                    0.25 * arrives(&law, &from[0], i, k, 3, start_step, stop_step) -
                    0.5 * arrives(&law, &from[1], i, k, 1, start_step, stop_step);
            if (fabs(v[k * UNITS + i] - model) > 1e-9 * (1 + mean))
                fail_msg("V of unit %u is %.15g in step %d, not %.15g", i, v[k * UNITS + i], (int)k,
                         model);
        }
    }
    spk_poisson_close(&law);
    stop(&m);
}

static void test_poisson_generator(void **state)
{
    (void)state;
    static const char *const window[] = {"populations.drive.params.start_ms=10.5",
                                         "populations.drive.params.stop_ms=100", NULL};
    static const char *const strong[] = {"populations.drive.params.rate_Hz=1e6", NULL};
    static const char *const strongest[] = {"populations.drive.params.rate_Hz=1e7", NULL};
    static const char *const none[] = {"populations.drive.params.rate_Hz=0", NULL};
    check_driven(NULL, 2, 0, UINT64_MAX);
    check_driven(window, 2, 21, 200);
    check_driven(strong, 500, 0, UINT64_MAX);
    check_driven(strongest, 5000, 0, UINT64_MAX);
    check_driven(none, 0, 0, UINT64_MAX);
}

/* A device goes on through the rest; in the next presentation its time is 0 again, and its draws are
 * those of another sample, but what is on its way arrives. */
static void test_rest(void **state)
{
    (void)state;
    enum { REST = 43, ALL = LONG + REST };
    static const char *const set[] = {"on_sample={\"rest_ms\": 21.5}", NULL};
    machine m = start(driven, set, alone);
    spk_poisson law = law_of(2);
    double model[UNITS];
    for (uint32_t i = 0; i < UNITS; i++)
        model[i] = -70;
    for (uint64_t sample = 0; sample < 3; sample++) {
        present(&m, sample, LONG, 0, NULL, NULL);
        const double *v = trace(&m, 1);
        for (uint32_t i = 0; i < UNITS; i++) {
            for (uint64_t k = 0; k < ALL; k++) {
                double arrived = 0;
                for (size_t q = 0; q < 2; q++) {
                    const uint64_t delay = q ? 1 : 3, late = k < delay;
                    if (late && sample == 0) continue;
                    const spk_poisson_stream from =
                        stream_of(q ? "drive->n#b" : "drive->n", sample - late);
                    arrived += (q ? -0.5 : 0.25) *
                               spk_poisson_count(&law, &from, i, k + (late ? ALL : 0) - delay);
                }
                model[i] = -70 + exp(-0.05) * (model[i] + 70) + arrived;
                if (k < LONG) assert_true(fabs(v[k * UNITS + i] - model[i]) < 1e-9);
            }
        }
    }
    spk_poisson_close(&law);
    stop(&m);
}

/* A unit of the generator for each neuron, with a rate of its own; some are rejected. */
static void test_rates_of_units(void **state)
{
    (void)state;
    static const char *const rates[] = {"{\"uniform\": [0, 50000]}", "{\"uniform\": [0, 5e6]}"};
    for (size_t r = 0; r < 2; r++) {
        char rate[128];
        snprintf(rate, sizeof rate, "populations.drive.params.rate_Hz=%s", rates[r]);
        const char *const set[] = {rate,
                                   "populations.drive.size=37",
                                   "projections.drive->n.connect.rule=one_to_one",
                                   "projections.drive->n#b.connect.rule=one_to_one",
                                   "projections.drive->n.weight_mV={\"uniform\": [-1, 1]}",
                                   NULL};
        machine m = start(driven, set, alone);
        double hertz[UNITS], weights[UNITS];
        GOOD(spk_draw_units(&m.net->population[0].param[0], 3, "drive", "rate_Hz", 0, UNITS, hertz,
                            err));
        spk_key key = spk_random_key(3, "projection/drive->n/weight");
        const spk_poisson_stream from[2] = {stream_of("drive->n", 2), stream_of("drive->n#b", 2)};
        present(&m, 2, LONG, 0, NULL, NULL);
        const double *v = trace(&m, 1);
        for (uint32_t i = 0; i < UNITS; i++) {
            spk_poisson law = law_of(hertz[i] * 0.0005);
            spk_draw_values(&m.net->projection[0].weight, key, i, i, 1, &weights[i]);
            double model = -70;
            for (uint64_t k = 0; k < LONG; k++) {
                model = -70 + exp(-0.05) * (model + 70) +
                        weights[i] * arrives(&law, &from[0], i, k, 3, 0, UINT64_MAX) -
                        0.5 * arrives(&law, &from[1], i, k, 1, 0, UINT64_MAX);
                assert_true(fabs(v[k * UNITS + i] - model) < 1e-6);
            }
            spk_poisson_close(&law);
        }
        stop(&m);
    }
}

/* Signs are receptors where there are two, and what arrives at delay 0 is there in the same step. */
static void test_receptors(void **state)
{
    (void)state;
    static const char text[] = HEAD
        " \"populations\": {\"drive\": {\"model\": \"poisson_generator\", \"params\": "
        "{\"rate_Hz\": 4000}},\n"
        "  \"n\": {\"size\": 37, \"model\": \"iaf_cond_exp\", \"solver\": \"exp_euler\", "
        "\"params\": {\"V_th_mV\": 1e6}}},\n"
        " \"projections\": {\"drive->n\": {\"connect\": {\"rule\": \"all_to_all\"},\n"
        "  \"weight_nS\": {\"uniform\": [-1, 1]}, \"weight_type\": \"f64\", \"delay_ms\": 0}},\n"
        " \"record\": {\"n\": {\"variables\": [\"g_ex\", \"g_in\"]}}}\n";
    machine m = start(text, NULL, alone);
    spk_poisson law = law_of(2);
    const spk_poisson_stream from = stream_of("drive->n", 0);
    double w[UNITS];
    spk_draw_values(&m.net->projection[0].weight, spk_random_key(3, "projection/drive->n/weight"),
                    0, 0, UNITS, w);
    present(&m, 0, LONG, 0, NULL, NULL);
    const double *g[2];
    size_t rows, negative = 0;
    for (size_t r = 0; r < 2; r++)
        spk_engine_trace(m.engine, 1, r, &rows, &g[r]);
    for (uint32_t i = 0; i < UNITS; i++) {
        double ex = 0, in = 0;
        negative += w[i] < 0;
        for (uint64_t k = 0; k < LONG; k++) {
            double count = spk_poisson_count(&law, &from, i, k);
            ex = ex * exp(-0.5 / 0.2) + (w[i] > 0 ? w[i] * count : 0);
            in = in * exp(-0.5 / 2) - (w[i] < 0 ? w[i] * count : 0);
            assert_true(fabs(g[0][k * UNITS + i] - ex) < 1e-12);
            assert_true(fabs(g[1][k * UNITS + i] - in) < 1e-12);
        }
    }
    assert_true(negative > 5 && negative < 32);
    spk_poisson_close(&law);
    stop(&m);
}

/* ---- currents -------------------------------------------------------------------------------- */

static const char injected[] = HEAD
    " \"populations\": {\n"
    "  \"dc\": {\"model\": \"dc_generator\", \"params\": {\"amplitude_pA\": 30, \"start_ms\": 10, "
    "\"stop_ms\": 60}},\n"
    "  \"step\": {\"model\": \"step_current_generator\", \"params\": {\"amplitude_times_ms\": [20, "
    "40.5, 90],\n"
    "   \"amplitude_values_pA\": [100, -50, 7]}},\n"
    "  \"noise\": {\"model\": \"noise_generator\"},\n"
    "  \"n\": {\"size\": 37, \"model\": \"iaf_psc_delta\", \"params\": {\"V_th_mV\": 1e6, "
    "\"C_m_pF\": 200}}},\n"
    " \"projections\": {%s}" RECORD_V "}\n";
#define INJECT(name, weight, delay)                                                                \
    "\"" name "\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight\": " weight                  \
    ", \"weight_type\": \"f64\", \"delay_ms\": " delay "}"

static machine inject(const char *projections, const char *const *set)
{
    char text[4096];
    snprintf(text, sizeof text, injected, projections);
    return start(text, set, alone);
}

/* The current of time s in steps. */
static double dc_at(double s)
{
    return s >= 20 && s < 120 ? 30 : 0;
}

static double step_at(double s)
{
    return s < 40 ? 0 : s < 81 ? 100 : s < 180 ? -50 : 7;
}

/* The current of time s acts with delay d in step s + d; two devices add up. */
static void test_currents(void **state)
{
    (void)state;
    machine m = inject(INJECT("dc->n", "2", "0.5") ", " INJECT("step->n", "-1", "2"), NULL);
    present(&m, 0, LONG, 0, NULL, NULL);
    const double *v = trace(&m, 3);
    double model = -70;
    for (uint64_t k = 0; k < LONG; k++) {
        const double i = 2 * dc_at((double)k - 1) - step_at((double)k - 4);
        model = -70 + exp(-0.05) * (model + 70) + (1 - exp(-0.05)) * 10 / 200 * i;
        for (uint32_t u = 0; u < UNITS; u++)
            assert_true(fabs(v[k * UNITS + u] - model) < 1e-11);
    }
    stop(&m);
}

/* V = E_L + R I (1 - exp(-t / tau)) from the first step that has the current: as in NEST, that is
 * seen two steps after its start with a delay of one, and time 0 has no current. */
static void test_closed_form(void **state)
{
    (void)state;
    static const char *const from_0[] = {"populations.dc.params.start_ms=0",
                                         "populations.dc.params.stop_ms=-1", NULL};
    machine m = inject(INJECT("dc->n", "1", "0.5"), from_0);
    present(&m, 0, LONG, 0, NULL, NULL);
    const double *v = trace(&m, 3);
    for (uint64_t k = 0; k < LONG; k++) {
        double steps = k < 2 ? 0 : (double)k - 1;
        assert_true(fabs(v[k * UNITS] - (-70 + 10.0 / 200 * 30 * (1 - exp(-0.05 * steps)))) <
                    1e-11);
    }
    stop(&m);
}

/* Conductances take the same current. */
static void test_current_onto_conductances(void **state)
{
    (void)state;
    static const char neurons[] =
        "populations.n={\"size\": 37, \"model\": \"iaf_cond_exp\", \"solver\": \"euler\", "
        "\"params\": {\"V_th_mV\": 1e6, \"C_m_pF\": 200, \"g_L_nS\": 20}}";
    static const char *const set[] = {neurons, NULL};
    static const char *const exact[] = {neurons, "populations.n.solver=exp_euler", NULL};
    for (int euler = 0; euler < 2; euler++) {
        machine m = inject(INJECT("dc->n", "-1", "1"), euler ? set : exact);
        present(&m, 0, LONG, 0, NULL, NULL);
        const double *v = trace(&m, 3);
        double model = -70;
        for (uint64_t k = 0; k < LONG; k++) {
            const double goal = -70 - dc_at((double)k - 2) / 20;
            model = goal + (model - goal) * (euler ? 1 - 0.05 : exp(-0.05));
            assert_true(fabs(v[k * UNITS + 5] - model) < 1e-11);
        }
        stop(&m);
    }
}

/* Drawn weights, and an amplitude of its own for each target. */
static void test_currents_of_units(void **state)
{
    (void)state;
    static const char *const set[] = {"populations.dc.size=37",
                                      "populations.dc.params.amplitude_pA={\"normal\": [0, 50]}",
                                      "projections.dc->n.connect.rule=one_to_one",
                                      "projections.dc->n.weight={\"uniform\": [0.5, 2]}", NULL};
    machine m = inject(INJECT("dc->n", "1", "1"), set);
    double pa[UNITS];
    GOOD(
        spk_draw_units(&m.net->population[0].param[0], 3, "dc", "amplitude_pA", 0, UNITS, pa, err));
    present(&m, 0, LONG, 0, NULL, NULL);
    const double *v = trace(&m, 3);
    for (uint32_t i = 0; i < UNITS; i++) {
        double w, model = -70;
        spk_draw_values(&m.net->projection[0].weight, spk_random_key(3, "projection/dc->n/weight"),
                        i, i, 1, &w);
        for (uint64_t k = 0; k < LONG; k++) {
            const double now = dc_at((double)k - 2) / 30 * pa[i] * w;
            model = -70 + exp(-0.05) * (model + 70) + (1 - exp(-0.05)) * 10 / 200 * now;
            assert_true(fabs(v[k * UNITS + i] - model) < 1e-11);
        }
    }
    stop(&m);
}

/* Piece by piece as current.c says. */
static void test_noise(void **state)
{
    (void)state;
    static const char *const set[] = {
        "populations.noise.params={\"mean_pA\": 10, \"std_pA\": 80, \"dt_ms\": 1.5, \"start_ms\": "
        "4, \"stop_ms\": 120}",
        NULL};
    machine m = inject(INJECT("noise->n", "1", "1"), set);
    const spk_key key = spk_random_key(alone.input_seed, "projection/noise->n/noise");
    present(&m, 9, LONG, 0, NULL, NULL);
    const double *v = trace(&m, 3);
    for (uint32_t i = 0; i < UNITS; i++) {
        double model = -70;
        for (uint64_t k = 0; k < LONG; k++) {
            double now = 0;
            if (k >= 2 + 8 && k - 2 < 240) {
                const uint32_t change = (uint32_t)(k - 2 - 8) / 3, c[4] = {i, 0, 9, change / 2};
                uint32_t w[4];
                spk_philox(key, c, w);
                now = 10 + 80 * spk_normal_quantile(
                                    spk_uniform53(w[change % 2 * 2], w[change % 2 * 2 + 1]));
            }
            model = -70 + exp(-0.05) * (model + 70) + (1 - exp(-0.05)) * 10 / 200 * now;
            assert_true(fabs(v[k * UNITS + i] - model) < 1e-11);
        }
    }
    stop(&m);
}

/* In the long run the membrane has the mean R I, and the standard deviation that NEST's manual
 * gives: R std sqrt((1 - x) / (1 + x)) with x = exp(-dt / tau_m), at the ends of the pieces. */
static void test_noise_in_the_long_run(void **state)
{
    (void)state;
    enum { MANY = 4000 };
    static const char *const set[] = {
        "populations.noise.params={\"mean_pA\": 10, \"std_pA\": 80, \"dt_ms\": 2}",
        "populations.n.size=4000", NULL};
    machine m = inject(INJECT("noise->n", "1", "1"), set);
    present(&m, 0, LONG, 0, NULL, NULL);
    const double *v = trace(&m, 3), x = exp(-0.2);
    const uint64_t last = 2 + 1 + 4 * 70 - 1; /* a piece ends with this step */
    double sum = 0, squares = 0, r = 10.0 / 200, sd = r * 80 * sqrt((1 - x) / (1 + x));
    for (size_t i = 0; i < MANY; i++) {
        double off = v[last * MANY + i] + 70 - r * 10;
        sum += off;
        squares += off * off;
    }
    assert_true(fabs(sum / MANY) < 4 * sd / sqrt(MANY));
    assert_true(fabs(squares / MANY / (sd * sd) - 1) < 4 * sqrt(2.0 / MANY));
    stop(&m);
}

/* ---- parrots --------------------------------------------------------------------------------- */

static const char parrots[] = HEAD
    " \"populations\": {\"in\": {\"size\": 3, \"model\": \"spike_input\"},\n"
    "  \"p\": {\"size\": 3, \"model\": \"parrot\"}, \"q\": {\"size\": 3, \"model\": \"parrot\"}},\n"
    " \"projections\": {\"in->p\": {\"connect\": {\"rule\": \"one_to_one\"}, \"weight\": 1, "
    "\"delay_ms\": 1},\n"
    "  \"p->q\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight\": 0.5, \"delay_ms\": 0}},\n"
    " \"record\": {\"p\": \"spikes\", \"q\": \"spikes\"}}\n";

static void spikes_are(const machine *m, size_t population, size_t n, const uint64_t *step,
                       const uint32_t *unit)
{
    size_t found;
    const uint64_t *at;
    const uint32_t *who;
    spk_engine_spikes(m->engine, population, &found, &at, &who);
    assert_int_equal(found, n);
    for (size_t i = 0; i < n; i++)
        assert_true(at[i] == step[i] && who[i] == unit[i]);
}

/* A spike of step k with delay d is repeated in step k + d: NEST's stamp of both is (k + d + 1) dt.
 * With delay 0 it is there after the test, so in the next step. Two at once are one. */
static void test_parrots(void **state)
{
    (void)state;
    static const uint64_t in[] = {0, 5, 5, 9}, p[] = {2, 7, 7, 11};
    static const uint32_t who[] = {1, 0, 2, 2};
    static const uint64_t q[] = {3, 3, 3, 8, 8, 8, 12, 12, 12};
    static const uint32_t all[] = {0, 1, 2, 0, 1, 2, 0, 1, 2};
    static const char *const silent[] = {"projections.in->p.weight=0", NULL};
    machine m = start(parrots, NULL, alone);
    present(&m, 0, 20, 4, in, who);
    spikes_are(&m, 1, 4, p, who);
    spikes_are(&m, 2, 9, q, all);
    stop(&m);
    m = start(parrots, silent, alone);
    present(&m, 0, 20, 4, in, who);
    spikes_are(&m, 1, 0, NULL, NULL);
    stop(&m);
}

/* ---- what must not change a result ----------------------------------------------------------- */

/* Everything at once, with recurrent neurons that fire. */
static const char whole[] =
    "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.5, \"precision\": \"%s\",\n"
    " \"populations\": {\"drive\": {\"model\": \"poisson_generator\", \"params\": {\"rate_Hz\": "
    "5000, \"start_ms\": 1.5}},\n"
    "  \"own\": {\"size\": 100, \"model\": \"poisson_generator\", \"params\": {\"rate_Hz\": "
    "{\"uniform\": [0, 900]}}},\n"
    "  \"noise\": {\"model\": \"noise_generator\", \"params\": {\"std_pA\": 90, \"dt_ms\": 1.5}},\n"
    "  \"dc\": {\"model\": \"dc_generator\", \"params\": {\"amplitude_pA\": 40, \"start_ms\": 20, "
    "\"stop_ms\": 90}},\n"
    "  \"p\": {\"size\": 100, \"model\": \"parrot\"},\n"
    "  \"n\": {\"size\": 100, \"model\": \"iaf_psc_delta\"},\n"
    "  \"c\": {\"size\": 100, \"model\": \"iaf_cond_exp\", \"solver\": \"exp_euler\"}},\n"
    " \"projections\": {\n"
    "  \"drive->n\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight_mV\": {\"uniform\": [0, "
    "1]}, \"delay_ms\": 1.5},\n"
    "  \"drive->c\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight_nS\": 2.5, \"delay_ms\": "
    "0},\n"
    "  \"own->p\": {\"connect\": {\"rule\": \"one_to_one\"}, \"weight\": 1, \"delay_ms\": 1},\n"
    "  \"p->n\": {\"connect\": {\"rule\": \"pairwise_bernoulli\", \"p\": 0.2}, \"weight_mV\": "
    "0.2, \"delay_ms\": {\"uniform\": [0, 4]}},\n"
    "  \"noise->n\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight\": 1, \"delay_ms\": 1},\n"
    "  \"dc->n\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight\": 1, \"delay_ms\": 2},\n"
    "  \"noise->c\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight\": 0.5, \"delay_ms\": "
    "1},\n"
    "  \"n->c\": {\"connect\": {\"rule\": \"pairwise_bernoulli\", \"p\": 0.1}, \"weight_nS\": 1, "
    "\"delay_ms\": 1}},\n"
    " \"on_sample\": {\"reset\": \"all\", \"rest_ms\": 10},\n"
    " \"record\": {\"p\": \"spikes\", \"n\": {\"spikes\": true, \"variables\": [\"V_m\"]},\n"
    "  \"c\": {\"spikes\": true, \"variables\": [\"g_ex\"]}}}\n";

static uint64_t mix(uint64_t hash, const void *data, size_t bytes)
{
    const unsigned char *at = data;
    for (size_t i = 0; i < bytes; i++)
        hash = (hash ^ at[i]) * UINT64_C(1099511628211);
    return hash;
}

static uint64_t recorded(const machine *m)
{
    uint64_t hash = 1;
    for (size_t population = 4; population <= 6; population++) {
        size_t n, rows;
        const uint64_t *step;
        const uint32_t *unit;
        const double *value;
        spk_engine_spikes(m->engine, population, &n, &step, &unit);
        if (n < 100) fail_msg("population %zu has %zu spikes", population, n);
        hash = mix(mix(hash, step, n * sizeof *step), unit, n * sizeof *unit);
        if (population == 4) continue;
        spk_engine_trace(m->engine, population, 0, &rows, &value);
        hash = mix(hash, value, rows * 100 * sizeof *value);
    }
    return hash;
}

static machine start_whole(const char *precision, int parts)
{
    char text[4096];
    spk_engine_options options = alone;
    options.parts = options.threads = parts;
    snprintf(text, sizeof text, whole, precision);
    return start(text, NULL, options);
}

/* Samples 0 to 3 one after the other, in pieces of so many steps. */
static void run_whole(machine *m, uint64_t piece, uint64_t hash[4])
{
    for (uint64_t s = 0; s < 4; s++) {
        bool again;
        GOOD(spk_engine_begin(m->engine, s, err));
        for (uint64_t done = 0; done < LONG; done += piece)
            GOOD(spk_engine_run(m->engine, LONG - done < piece ? LONG - done : piece, 0, NULL, NULL,
                                err));
        hash[s] = recorded(m);
        GOOD(spk_engine_end(m->engine, &again, err));
    }
}

static void test_parts_and_pieces(void **state)
{
    (void)state;
    static const char *const precision[] = {"double", "float"};
    for (int k = 0; k < 2; k++) {
        uint64_t first[4], hash[4];
        machine m = start_whole(precision[k], 1);
        run_whole(&m, LONG, first);
        stop(&m);
        for (size_t s = 1; s < 4; s++)
            assert_true(first[s] != first[0]);
        for (int parts = 1; parts <= 7; parts += 1 + (parts == 4) * 2) {
            static const uint64_t pieces[] = {1, 7, 8, 250, LONG};
            m = start_whole(precision[k], parts);
            run_whole(&m, pieces[parts % 5], hash);
            stop(&m);
            if (memcmp(hash, first, sizeof hash) != 0) fail_msg("%d parts differ from 1", parts);
        }
    }
}

/* While a presentation runs, populations are cut anew. */
static void test_cut(void **state)
{
    (void)state;
    uint64_t whole_hash[4];
    machine m = start_whole("double", 1);
    run_whole(&m, LONG, whole_hash);
    stop(&m);
    m = start_whole("double", 1);
    GOOD(spk_engine_begin(m.engine, 0, err));
    for (uint64_t done = 0; done < LONG; done += 75) {
        GOOD(engine_cut(m.engine, 1 + done / 75 % 3, err));
        GOOD(spk_engine_run(m.engine, 75, 0, NULL, NULL, err));
    }
    assert_int_equal(recorded(&m), whole_hash[0]);
    stop(&m);
}

/* Sample 2 alone is sample 2 of all (shards); a checkpoint goes on as if nothing had been. */
static void test_samples(void **state)
{
    (void)state;
    uint64_t hash[4];
    void *bytes;
    size_t size;
    machine m = start_whole("double", 1), n = start_whole("double", 2);
    assert_null(spk_engine_carries(m.net, false));
    run_whole(&m, LONG, hash);
    present(&n, 2, LONG, 0, NULL, NULL);
    assert_int_equal(recorded(&n), hash[2]);
    GOOD(spk_engine_save(n.engine, &bytes, &size, err));
    stop(&n);
    n = start_whole("double", 3);
    GOOD(spk_engine_restore(n.engine, bytes, size, "state", err));
    free(bytes);
    present(&n, 3, LONG, 0, NULL, NULL);
    assert_int_equal(recorded(&n), hash[3]);
    stop(&m);
    stop(&n);
}

/* Currents alone hand nothing on, whatever their delay. */
static void test_what_is_carried(void **state)
{
    (void)state;
    static const char *const set[] = {"on_sample={\"reset\": [\"membranes\"]}", NULL};
    machine m = inject(INJECT("dc->n", "1", "5"), set);
    assert_null(spk_engine_carries(m.net, false));
    stop(&m);
    m = start(driven, set, alone);
    assert_string_equal(spk_engine_carries(m.net, false), "spikes");
    stop(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_poisson_generator),
        cmocka_unit_test(test_rest),
        cmocka_unit_test(test_rates_of_units),
        cmocka_unit_test(test_receptors),
        cmocka_unit_test(test_currents),
        cmocka_unit_test(test_closed_form),
        cmocka_unit_test(test_current_onto_conductances),
        cmocka_unit_test(test_currents_of_units),
        cmocka_unit_test(test_noise),
        cmocka_unit_test(test_noise_in_the_long_run),
        cmocka_unit_test(test_parrots),
        cmocka_unit_test(test_parts_and_pieces),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_samples),
        cmocka_unit_test(test_what_is_carried),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
