/* test_estimate.c: the estimate of a network against what building it takes. */
#include "unit.h"

#include "engine/engine.h"
#include "network/estimate.h"

#include <malloc.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define NEURONS                                                                                    \
    "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.1, \"precision\": \"%s\","   \
    "\"populations\": {\"in\": {\"size\": 700, \"model\": \"poisson_input\"},"                     \
    "\"own\": {\"size\": 3000, \"model\": \"poisson_generator\", \"params\": {\"rate_Hz\": "       \
    "{\"uniform\": [0, 50000]}}}, \"noise\": {\"model\": \"noise_generator\"},"                    \
    "\"delta\": {\"size\": 3000, \"model\": \"iaf_psc_delta\"},"                                   \
    "\"current\": {\"size\": 2000, \"model\": \"if_curr_exp_spinnaker\"},"                         \
    "\"cond\": {\"size\": 900, \"model\": \"iaf_cond_exp\", \"solver\": \"exp_euler\", "           \
    "\"adaptive_threshold\": {},"                                                                  \
    "\"params\": {\"V_m_mV\": {\"uniform\": [-70, -60]}}}},\"projections\": {%s}}"

static const struct {
    const char *precision, *projections;
} cases[] = {
    {"double", ""},
    {"float", "\"cond->cond\": {\"connect\": {\"rule\": \"all_but_self\"}, \"weight_nS\": -1, "
              "\"delay_ms\": 0}"},
    {"double", "\"delta->delta\": {\"connect\": {\"rule\": \"fixed_indegree\", \"indegree\": 300}, "
               "\"weight_mV\": 0.1, \"delay_ms\": 1.5}"},
    {"double", "\"delta->cond\": {\"connect\": {\"rule\": \"pairwise_bernoulli\", \"p\": 0.3}, "
               "\"weight_nS\": {\"normal\": [5, 0.5]}, \"delay_ms\": {\"uniform\": [0.5, 2]}}"},
    {"double", "\"in->delta\": {\"connect\": {\"rule\": \"fixed_outdegree\", \"outdegree\": 500}, "
               "\"weight_mV\": {\"uniform\": [0, 1]}, \"weight_type\": \"f64\", \"delay_ms\": 2}"},
    {"double", "\"delta->delta\": {\"connect\": {\"rule\": \"fixed_indegree\", \"indegree\": 300}, "
               "\"weight_mV\": {\"normal\": [0.1, 0.1]}, \"delay_ms\": {\"uniform\": [1, 5]}}"},
    {"double", "\"delta->delta\": {\"connect\": {\"rule\": \"fixed_total_number\", \"N\": 900000}, "
               "\"weight_mV\": 0.1, \"delay_ms\": {\"normal\": [1.5, 0.75], \"clip\": [0.1, 9]}}"},
    {"double", "\"delta->delta\": {\"connect\": {\"rule\": \"fixed_total_number\", \"N\": 900000}, "
               "\"weight_mV\": 0.1, \"delay_ms\": 1, \"storage\": \"procedural\"}"},
    {"double", "\"in->delta\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight_mV\": 1, "
               "\"delay_ms\": 1, \"plasticity\": {\"rule\": \"stdp_trace\"}}"},
    {"float", "\"in->cond\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight_nS\": 1, "
              "\"delay_kind\": \"axonal\", \"delay_ms\": {\"uniform\": [0, 10]}, "
              "\"plasticity\": {\"rule\": \"stdp_trace\"}}"},
    {"double", "\"delta->delta\": {\"connect\": {\"rule\": \"fixed_indegree\", \"indegree\": 200}, "
               "\"weight_mV\": {\"uniform\": [0, 1]}, \"delay_ms\": {\"uniform\": [1, 3]}, "
               "\"short_term\": {\"model\": \"tsodyks\"}}"},
    {"double", "\"in->cond\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight_nS\": -1, "
               "\"delay_ms\": 1, \"short_term\": {\"model\": \"tsodyks2\"}}"},
    {"double", "\"own->delta\": {\"connect\": {\"rule\": \"one_to_one\"}, \"weight_mV\": "
               "{\"uniform\": [0, 1]}, \"delay_ms\": 1}, "
               "\"noise->delta\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight\": 1, "
               "\"delay_ms\": 100}"},
    {"double", "\"in->delta\": {\"connect\": {\"rule\": \"fixed_indegree\", \"indegree\": 1500}, "
               "\"weight_mV\": 1, \"delay_ms\": {\"uniform\": [1, 2]}, "
               "\"plasticity\": {\"rule\": \"stdp\"}}"},
    {"double", "\"in->delta\": {\"connect\": {\"rule\": \"pairwise_bernoulli\", \"p\": 0.9}, "
               "\"weight_mV\": 1, \"weight_type\": \"f64\", \"delay_ms\": 1, \"plasticity\": "
               "{\"rule\": \"stdp\", \"pairing\": \"nearest_pre_centered\"}}"},
    {"double", "\"in->current\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight_pA\": 1, "
               "\"delay_ms\": 9}"},
    {"double", "\"delta->delta\": {\"connect\": {\"rule\": \"fixed_indegree\", \"indegree\": 300, "
               "\"make_symmetric\": true}, \"synapse\": \"gap_junction\", "
               "\"weight_nS\": {\"uniform\": [0, 0.1]}}"},
    {"float", "\"delta->delta\": {\"connect\": {\"rule\": \"fixed_outdegree\", \"outdegree\": 300, "
              "\"make_symmetric\": true}, \"synapse\": \"gap_junction\", \"weight_nS\": 0.1}"},
};

static double bytes_in_use(void)
{
    struct mallinfo2 now = mallinfo2();
    return (double)now.uordblks + (double)now.hblkhd;
}

/* Within a tenth, and 100 kB for what does not grow with the network. */
static void test_estimates_are_near(void **state)
{
    (void)state;
    if (bytes_in_use() == 0) skip(); /* an allocator that does not tell, as the sanitizers' */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[2048];
        spk_error err = {0};
        snprintf(text, sizeof text, NEURONS, cases[i].precision, cases[i].projections);
        spk_network *net = spk_network_parse(text, strlen(text), "net.json", 0, NULL, &err);
        if (!net) fail_msg("%s", err.text);
        double before = bytes_in_use();
        const spk_engine_options options = {
            .network_seed = 1, .input_seed = 1, .threads = 1, .learning = true};
        spk_engine *engine = spk_engine_open(net, &options, &err);
        if (!engine) fail_msg("%s", err.text);
        double measured = bytes_in_use() - before, expected = spk_estimate_network(net).bytes;
        spk_engine_close(engine);
        spk_network_free(net);
        if (fabs(measured - expected) > 0.1 * measured + 1e5)
            fail_msg("case %zu: estimated %.0f, measured %.0f", i, expected, measured);
    }
}

static void test_numbers(void **state)
{
    (void)state;
    spk_error err = {0};
    char text[2048];
    snprintf(text, sizeof text, NEURONS, "double", cases[2].projections);
    spk_network *net = spk_network_parse(text, strlen(text), "net.json", 0, NULL, &err);
    assert_non_null(net);
    spk_estimate all = spk_estimate_network(net), one = spk_estimate_projection(net, 0);
    assert_true(all.neurons == 5900 && all.synapses == 900000);
    assert_string_equal(one.form, "sparse");
    assert_true(one.synapses == 900000 && one.bytes < 2.6 * one.synapses);
    assert_true(spk_estimate_population(net, 0).neurons == 0);
    spk_network_free(net);
}

/* Short-term plasticity costs what static synapses cost, a state for each source, and a factor for
 * each spike. */
static void test_short_term(void **state)
{
    (void)state;
    spk_error err = {0};
    spk_estimate e[2];
    char text[2048];
    static const char model[] = "projections.delta->delta.short_term={\"model\": \"tsodyks2\"}";
    const char *const set[] = {model};
    snprintf(text, sizeof text, NEURONS, "double", cases[2].projections);
    for (size_t k = 0; k < 2; k++) {
        spk_network *net = spk_network_parse(text, strlen(text), "net.json", k, set, &err);
        if (!net) fail_msg("%s", err.text);
        e[k] = spk_estimate_projection(net, 0);
        spk_network_free(net);
    }
    assert_string_equal(e[1].form, "short_term");
    assert_true(e[1].synapses == e[0].synapses);
    assert_true(e[1].bytes > e[0].bytes && e[1].bytes < e[0].bytes + 3000 * 50);
    assert_true(e[1].building == 3000 * 8); /* one delay */
    assert_true(e[1].step_ns > e[0].step_ns && e[1].step_ns < 1.5 * e[0].step_ns);
}

/* What a spike_generator lists: a step, a unit and a place for each spike; it fires as often as that. */
static void test_trains(void **state)
{
    (void)state;
    spk_error err = {0};
    static const char text[] =
        "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.1,"
        " \"populations\": {\"g\": {\"model\": \"spike_generator\", \"params\": {"
        "\"spike_times_ms\": []}}}}";
    const char *const set[] = {"populations.g.params.spike_times_ms=[0.1, 0.2, 0.5]"};
    spk_estimate e[2];
    for (size_t k = 0; k < 2; k++) {
        spk_network *net = spk_network_parse(text, strlen(text), "net.json", k, set, &err);
        if (!net) fail_msg("%s", err.text);
        e[k] = spk_estimate_population(net, 0);
        spk_network_free(net);
    }
    assert_true(e[1].bytes - e[0].bytes == 3 * 20);
    assert_true(e[0].step_ns == 0 && e[1].step_ns > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_estimates_are_near),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_short_term),
        cmocka_unit_test(test_trains),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
