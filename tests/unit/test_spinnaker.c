/* test_spinnaker.c: if_curr_exp_spinnaker against its equations, written down a second time: input before the
 * threshold test on two receptors, delays of 0, refractory steps, currents. (stdp_spinnaker: see
 * test_plastic.c; both together: share/experiments/ca3-memory.) */
#include "unit.h"

#include "engine/internal.h"
#include "engines.h"

#include <math.h>

enum { UNITS = 3, STEPS = 400, N = 2 };

/* Every spike of the input arrives four times, at both receptors with and without delay. */
static const char network[] =
    "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.5,\n"
    " \"populations\": {\"in\": {\"size\": 1, \"model\": \"spike_input\"},\n"
    "  \"dc\": {\"model\": \"dc_generator\", \"params\": {\"amplitude_pA\": 25, \"start_ms\": "
    "50}},\n"
    "  \"n\": {\"size\": 3, \"model\": \"if_curr_exp_spinnaker\",\n"
    "   \"params\": {\"tau_m_ms\": 4, \"C_m_pF\": 250, \"t_ref_ms\": 0.6, \"E_L_mV\": -65, "
    "\"I_e_pA\": 20,\n"
    "    \"V_th_mV\": -60, \"V_reset_mV\": -66, \"V_m_mV\": -64, \"tau_syn_ex_ms\": 0.7,\n"
    "    \"tau_syn_in_ms\": 1.1}}},\n"
    " \"projections\": {\n"
    "  \"in->n\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight_pA\": 2600, \"delay_ms\": "
    "1.5},\n"
    "  \"in->n#b\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight_pA\": -500, \"delay_ms\": "
    "0.5},\n"
    "  \"in->n#c\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight_pA\": 1500, \"delay_ms\": "
    "0},\n"
    "  \"in->n#d\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight_pA\": -300, \"delay_ms\": "
    "0},\n"
    "  \"dc->n\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight\": 1, \"delay_ms\": 0.5}},\n"
    " \"record\": {\"n\": {\"spikes\": true, \"variables\": [\"V_m\", \"I_syn_ex\", "
    "\"I_syn_in\"]}}}\n";

typedef struct neuron {
    double v, ex, in;
    int wait;
} neuron;

/* Weights that arrive before the threshold test, and after it. */
static bool step_once(neuron *n, double c_m, double ex, double in, double late_ex, double late_in,
                      double injected)
{
    const double dt = 0.5, tau_m = 4, tau_ex = 0.7, tau_in = 1.1, resistance = tau_m / c_m;
    const double mean_ex = tau_ex / dt * (1 - exp(-dt / tau_ex));
    const double mean_in = tau_in / dt * (1 - exp(-dt / tau_in));
    bool fires = false;
    n->ex += ex;
    n->in += in;
    if (n->wait > 0) {
        n->wait--;
    } else {
        double goal = -65 + resistance * (mean_ex * n->ex + mean_in * n->in + 20 + injected);
        n->v = goal - exp(-dt / tau_m) * (goal - n->v);
        fires = n->v >= -60;
    }
    if (fires) {
        n->v = -66;
        n->wait = 2; /* 0.6 ms, rounded up */
    }
    n->ex = n->ex * exp(-dt / tau_ex) + late_ex;
    n->in = n->in * exp(-dt / tau_in) + late_in;
    return fires;
}

static bool given(uint64_t t)
{
    return t % 7 == 3 || t % 11 < 2;
}

static void near(double found, double expected, const char *what, uint64_t t)
{
    if (!(fabs(found - expected) <= 1e-9 * fmax(1, fabs(expected))))
        fail_msg("%s is %.17g in step %d, not %.17g", what, found, (int)t, expected);
}

/* As though C_m of unit i were c_m[i]. */
static void check(const machine *m, const double c_m[UNITS])
{
    neuron n[UNITS] = {{.v = -64}, {.v = -64}, {.v = -64}};
    size_t spikes, rows, k = 0, fired[UNITS] = {0};
    const uint64_t *step;
    const uint32_t *unit;
    const double *v, *ex, *in;
    spk_engine_spikes(m->engine, N, &spikes, &step, &unit);
    spk_engine_trace(m->engine, N, 0, &rows, &v);
    assert_int_equal(rows, STEPS);
    spk_engine_trace(m->engine, N, 1, &rows, &ex);
    spk_engine_trace(m->engine, N, 2, &rows, &in);
    for (uint64_t t = 0; t < STEPS; t++)
        for (uint32_t i = 0; i < UNITS; i++) {
            const bool late = given(t);
            if (step_once(&n[i], c_m[i], t >= 3 && given(t - 3) ? 2600 : 0,
                          t >= 1 && given(t - 1) ? -500 : 0, late ? 1500 : 0, late ? -300 : 0,
                          t >= 101 ? 25 : 0)) {
                assert_true(k < spikes && step[k] == t && unit[k] == i);
                k++;
                fired[i]++;
            }
            near(v[t * UNITS + i], n[i].v, "V_m", t);
            near(ex[t * UNITS + i], n[i].ex, "I_syn_ex", t);
            near(in[t * UNITS + i], n[i].in, "I_syn_in", t);
        }
    assert_int_equal(k, spikes);
    for (size_t i = 0; i < UNITS; i++)
        assert_true(fired[i] > 10 && fired[i] < STEPS / 3);
}

static void run(const char *const *set, const double c_m[UNITS])
{
    static uint64_t step[STEPS];
    static uint32_t unit[STEPS];
    size_t n = 0;
    machine m = start(network, set, (spk_engine_options){.threads = 1});
    for (uint64_t t = 0; t < STEPS; t++)
        if (given(t)) step[n++] = t;
    present(&m, 0, STEPS, n, step, unit);
    check(&m, c_m);
    stop(&m);
}

static void test_equations(void **state)
{
    (void)state;
    static const char *const list[] = {"populations.n.params.C_m_pF={\"list\": [250, 180, 300]}",
                                       NULL};
    run(NULL, (const double[]){250, 250, 250});
    run(list, (const double[]){250, 180, 300});
}

/* What arrives while a unit is refractory is not lost. */
static void test_input_while_refractory(void **state)
{
    (void)state;
    static const char *const set[] = {
        "populations.n.params.V_th_mV=-100",      "populations.n.params.V_reset_mV=-110",
        "populations.n.params.t_ref_ms=1e3",      "populations.n.params.tau_syn_ex_ms=1e9",
        "populations.n.params.tau_syn_in_ms=1e9", NULL};
    const uint64_t step[] = {4};
    const uint32_t unit[] = {0};
    size_t rows, spikes;
    const double *ex, *in;
    const uint64_t *at;
    const uint32_t *who;
    machine m = start(network, set, (spk_engine_options){.threads = 1});
    present(&m, 0, 20, 1, step, unit);
    spk_engine_spikes(m.engine, N, &spikes, &at, &who);
    assert_int_equal(spikes, UNITS);
    assert_int_equal(at[0], 0);
    spk_engine_trace(m.engine, N, 1, &rows, &ex);
    spk_engine_trace(m.engine, N, 2, &rows, &in);
    assert_int_equal(rows, 20);
    const double each =
        0.5e-9; /* what is lost in a step: of step 4's spike after 15, later after that */
    near(ex[19 * UNITS], 1500 * (1 - 15 * each) + 2600 * (1 - 13 * each), "I_syn_ex", 19);
    near(in[19 * UNITS], -300 * (1 - 15 * each) - 500 * (1 - 15 * each), "I_syn_in", 19);
    stop(&m);
}

/* 70 units that differ, fed by one another too; in pieces, with populations cut anew between them. */
static const double *run_many(machine *m, int parts, uint64_t piece)
{
    static const char *const set[] = {
        "populations.n.size=70", "populations.n.params.C_m_pF={\"uniform\": [150, 300]}",
        "projections.n->n={\"connect\": {\"rule\": \"pairwise_bernoulli\", \"p\": 0.2}, "
        "\"weight_pA\": {\"uniform\": [-900, 700]}, \"delay_ms\": {\"uniform\": [0, 3]}}",
        NULL};
    static uint64_t step[STEPS];
    static uint32_t unit[STEPS];
    size_t n = 0, rows;
    const double *v;
    *m = start(network, set, (spk_engine_options){.threads = 1, .parts = parts, .network_seed = 1});
    GOOD(spk_engine_begin(m->engine, 0, err));
    for (uint64_t done = 0; done < STEPS; done += piece) {
        if (parts > 1) GOOD(engine_cut(m->engine, 1 + done / piece % 4, err));
        n = 0;
        for (uint64_t t = done; t < done + piece; t++)
            if (given(t)) step[n++] = t;
        GOOD(spk_engine_run(m->engine, piece, n, step, unit, err));
    }
    spk_engine_trace(m->engine, N, 0, &rows, &v);
    assert_int_equal(rows, STEPS);
    return v;
}

static void test_parts(void **state)
{
    (void)state;
    machine one, other;
    const double *v = run_many(&one, 1, STEPS);
    for (int parts = 2; parts < 6; parts++) {
        const double *w = run_many(&other, parts, 25);
        assert_memory_equal(v, w, STEPS * 70 * sizeof *v);
        stop(&other);
    }
    stop(&one);
}

/* Its synapses have a state, which "membranes" does not reset and "synapses" does. */
static void test_what_is_carried(void **state)
{
    (void)state;
    static const char *const sets[][3] = {
        {"on_sample={\"reset\": [\"membranes\", \"spikes\"]}", NULL},
        {"on_sample={\"reset\": [\"membranes\", \"synapses\", \"spikes\"]}", NULL}};
    for (size_t i = 0; i < 2; i++) {
        machine m = start(network, sets[i], (spk_engine_options){.threads = 1});
        const char *carried = spk_engine_carries(m.net, false);
        if (i == 0)
            assert_string_equal(carried, "synapses");
        else
            assert_null(carried);
        stop(&m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equations),
        cmocka_unit_test(test_input_while_refractory),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_what_is_carried),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
