/* test_neuron.c: neuron models against their equations, one unit or many, thresholds that adapt; test_nest.c
 * holds them against NEST's. */
#include "unit.h"

#include "engines.h"

#include <math.h>
#include <stdio.h>

/* ---- iaf_cond_exp ---------------------------------------------------------------------------- */

static const char cond[] =
    "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.5,\n"
    " \"populations\": {\"in\": {\"size\": 1, \"model\": \"spike_input\"},\n"
    "  \"n\": {\"size\": 1, \"model\": \"iaf_cond_exp\", \"solver\": \"euler\",\n"
    "   \"params\": {\"V_th_mV\": -50, \"V_reset_mV\": -65, \"t_ref_ms\": 2, \"g_L_nS\": 10,\n"
    "    \"C_m_pF\": 100, \"E_L_mV\": -65, \"E_ex_mV\": 0, \"E_in_mV\": -100,\n"
    "    \"tau_syn_ex_ms\": 1, \"tau_syn_in_ms\": 2, \"V_m_mV\": -65, \"I_e_pA\": 20}}},\n"
    " \"projections\": {\n"
    "  \"in->n\": {\"connect\": {\"rule\": \"one_to_one\"}, \"weight_nS\": 30, \"weight_type\": "
    "\"f64\",\n"
    "   \"delay_ms\": 0},\n"
    "  \"in->n#2\": {\"connect\": {\"rule\": \"one_to_one\"}, \"weight_nS\": -5, \"weight_type\": "
    "\"f64\",\n"
    "   \"delay_ms\": 1}},\n"
    " \"record\": {\"n\": {\"spikes\": true, \"variables\": [\"V_m\", \"g_ex\", \"g_in\"]}}}\n";

typedef struct neuron {
    double v, ex, in;
    int left;
} neuron;

/* One step as the network file's manual says it: propagate with the old values, test, add. */
static bool advance(neuron *n, bool euler, double add_ex, double add_in)
{
    const double dt = 0.5, c = 100, g_l = 10, e_l = -65, e_in = -100, i_e = 20;
    double v = n->v, current = g_l * (e_l - v) + n->ex * (0 - v) + n->in * (e_in - v) + i_e;
    double g = g_l + n->ex + n->in, goal = (g_l * e_l + n->in * e_in + i_e) / g;
    double next = euler ? v + dt / c * current : goal + (v - goal) * exp(-dt * g / c);
    bool fires = false;
    if (n->left > 0) {
        n->left--;
        next = v;
    } else if (next >= -50) {
        fires = true;
        next = -65;
        n->left = 4;
    }
    n->v = next;
    n->ex = n->ex * (euler ? 1 - dt / 1 : exp(-dt / 1)) + add_ex;
    n->in = n->in * (euler ? 1 - dt / 2 : exp(-dt / 2)) + add_in;
    return fires;
}

static void check_cond(const char *const *set, bool euler)
{
    enum { LONG = 400 };
    uint64_t step[LONG];
    uint32_t unit[LONG] = {0};
    size_t inputs = 0, n, rows, fired = 0;
    bool in[LONG] = {false};
    for (uint64_t k = 0; k < LONG; k++)
        if (k * k % 11 < 3) in[step[inputs++] = k] = true;
    machine m = start(cond, set, (spk_engine_options){.threads = 1});
    present(&m, 0, LONG, inputs, step, unit);
    const uint64_t *spike;
    const uint32_t *which;
    const double *value[3];
    spk_engine_spikes(m.engine, 1, &n, &spike, &which);
    for (size_t v = 0; v < 3; v++)
        spk_engine_trace(m.engine, 1, v, &rows, &value[v]);
    neuron model = {-65, 0, 0, 0};
    for (uint64_t k = 0; k < LONG; k++) {
        if (advance(&model, euler, in[k] ? 30 : 0, k >= 2 && in[k - 2] ? 5 : 0))
            assert_true(fired < n && spike[fired++] == k);
        assert_true(fabs(value[0][k] - model.v) < 1e-9);
        assert_true(fabs(value[1][k] - model.ex) < 1e-9 && fabs(value[2][k] - model.in) < 1e-9);
    }
    assert_true(fired == n && n > 5);
    stop(&m);
}

static void test_cond_exp(void **state)
{
    (void)state;
    static const char *const exp_euler[] = {"populations.n.solver=exp_euler", NULL};
    check_cond(NULL, true);
    check_cond(exp_euler, false);
}

/* Parameters that differ between units take the other kernels; with a distribution of no width the
 * result is the same. */
static void test_parameters_of_units(void **state)
{
    (void)state;
    static const char *const drawn[] = {"populations.n.params.C_m_pF={\"uniform\": [100, 100]}",
                                        NULL};
    static const char *const both[] = {"populations.n.params.C_m_pF={\"uniform\": [100, 100]}",
                                       "populations.n.solver=exp_euler", NULL};
    check_cond(drawn, true);
    check_cond(both, false);
}

/* ---- adaptive threshold ---------------------------------------------------------------------- */

static const char delta[] =
    "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.1,\n"
    " \"populations\": {\"in\": {\"size\": 2, \"model\": \"spike_input\"},\n"
    "  \"n\": {\"size\": 1, \"model\": \"iaf_psc_delta\", \"params\": {\"I_e_pA\": 0}}},\n"
    " \"projections\": {\"in->n\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight_mV\": 1,\n"
    "   \"weight_type\": \"f64\", \"delay_ms\": 1, \"plasticity\": {\"rule\": \"stdp_trace\"}}},\n"
    " \"record\": {\"n\": {\"spikes\": true, \"variables\": [\"V_m\"]}}}\n";

/* theta decays in every step, and each own spike adds to it; it rests when learning is off. */
static void test_adaptive_threshold(void **state)
{
    (void)state;
    static const char *const set[] = {"populations.n.adaptive_threshold={\"theta_mV\": 1, "
                                      "\"theta_plus_mV\": 0.5, \"tau_theta_ms\": "
                                      "100}",
                                      "record.n.variables=[\"theta\"]",
                                      "populations.n.params.I_e_pA=450", NULL};
    size_t n, rows, at = 0;
    const uint64_t *spike;
    const uint32_t *which;
    const double *theta;
    machine m = start(delta, set, (spk_engine_options){.threads = 1, .learning = true});
    present(&m, 0, 1000, 0, NULL, NULL);
    spk_engine_spikes(m.engine, 1, &n, &spike, &which);
    spk_engine_trace(m.engine, 1, 0, &rows, &theta);
    double expected = 1;
    for (uint64_t k = 0; k < 1000; k++) {
        expected *= exp(-0.1 / 100);
        if (at < n && spike[at] == k) {
            expected += 0.5;
            at++;
        }
        assert_true(fabs(theta[k] - expected) < 1e-12);
    }
    assert_true(n >= 3);
    stop(&m);
    m = start(delta, set, (spk_engine_options){.threads = 1});
    present(&m, 0, 1000, 0, NULL, NULL);
    spk_engine_trace(m.engine, 1, 0, &rows, &theta);
    assert_true(theta[999] > 1 - 1e-15 && theta[999] < 1 + 1e-15);
    stop(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cond_exp),
                                       cmocka_unit_test(test_parameters_of_units),
                                       cmocka_unit_test(test_adaptive_threshold)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
