/* test_network.c: what spk_network_load makes of a file, what it refuses, and in which words. */
#include "unit.h"

#include "network/connect.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A small network with one of everything; every case below changes one thing in it by --set. */
static const char good[] =
    "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.5, \"x-note\": [1],\n"
    " \"populations\": {\n"
    "  \"input\": {\"size\": 6, \"shape\": [2, 3], \"model\": \"poisson_input\"},\n"
    "  \"exc\": {\"size\": 4, \"model\": \"iaf_cond_exp\", \"solver\": \"euler\",\n"
    "   \"params\": {\"V_th_mV\": -52, \"g_L_nS\": 2, \"tau_m_ms\": 100},\n"
    "   \"adaptive_threshold\": {\"theta_mV\": 20}},\n"
    "  \"inh\": {\"size\": 4, \"model\": \"iaf_psc_delta\", \"winner\": \"random\",\n"
    "   \"params\": {\"V_m_mV\": {\"uniform\": [-70, -60]}, \"refractory\": \"leak\"}}},\n"
    " \"projections\": {\n"
    "  \"input->exc\": {\"connect\": {\"rule\": \"all_to_all\"}, \"delay_kind\": \"axonal\",\n"
    "   \"weight_nS\": {\"uniform\": [0, 0.3]}, \"delay_ms\": {\"uniform\": [0, 10]},\n"
    "   \"plasticity\": {\"rule\": \"stdp_trace\", \"variant\": \"pair\"},\n"
    "   \"normalize\": {\"sum_nS\": 78}},\n"
    "  \"exc->inh\": {\"connect\": {\"rule\": \"one_to_one\"}, \"weight_mV\": 10, \"delay_ms\": "
    "1.5,\n"
    "   \"weight_type\": \"f16\"},\n"
    "  \"exc->inh#2\": {\"connect\": {\"rule\": \"fixed_total_number\", \"N\": 9, \"seed\": 3},\n"
    "   \"weight_mV\": 1, \"delay_ms\": 0, \"storage\": \"procedural\"}},\n"
    " \"on_sample\": {\"reset\": [\"membranes\", \"traces\"], \"rest_ms\": 150,\n"
    "  \"repeat\": {\"population\": \"exc\", \"min_spikes\": 5}},\n"
    " \"record\": {\"exc\": \"spikes\", \"inh\": {\"variables\": [\"V_m\"], \"interval_ms\": "
    "1}}}\n";

static spk_network *load_text(const char *text, size_t sets, const char *const *set, spk_error *err)
{
    return spk_network_parse(text, strlen(text), "net.json", sets, set, err);
}

static spk_network *load_with(const char *assignment)
{
    spk_error err = {0};
    spk_network *net = load_text(good, assignment ? 1 : 0, &assignment, &err);
    if (!net) fail_msg("%s", err.text);
    return net;
}

static void refused_text(const char *text, const char *message)
{
    spk_error err = {0};
    assert_null(load_text(text, 0, NULL, &err));
    assert_string_equal(err.text, message);
    assert_int_equal(err.code, SPK_USAGE);
}

/* The good file with `assignment` is refused; `message` follows "net.json", and begins with the
 * place where the assignment is not what is wrong. */
static void refused(const char *assignment, const char *message)
{
    spk_error err = {0};
    char whole[1024];
    bool place = message[0] >= '0' && message[0] <= '9';
    snprintf(whole, sizeof whole, "net.json:%s%s", place ? "" : " ", message);
    spk_network *net = load_text(good, 1, &assignment, &err);
    if (net) fail_msg("accepted: %s", assignment);
    assert_string_equal(err.text, whole);
    assert_int_equal(err.code, SPK_USAGE);
}

/* ---- what is loaded -------------------------------------------------------------------------- */

static void test_populations(void **state)
{
    (void)state;
    spk_network *net = load_with(NULL);
    assert_int_equal(net->dt.num, 1);
    assert_int_equal(net->dt.den, 2000);
    assert_true(net->dt_ms == 0.5 && !net->single);
    assert_int_equal(net->populations, 3);
    const spk_population *input = &net->population[0], *exc = &net->population[1],
                         *inh = &net->population[2];
    assert_true(input->stream_fed && !exc->stream_fed);
    assert_int_equal(spk_network_input(net), 0);
    assert_int_equal(spk_network_population(net, "inh"), 2);
    assert_int_equal(spk_network_population(net, "nobody"), -1);
    assert_int_equal(input->dims, 2);
    assert_int_equal(input->shape[1], 3);
    assert_string_equal(exc->model->name, "iaf_cond_exp");
    assert_true(exc->adaptive && !inh->adaptive && inh->winner_random && !exc->winner_random);
    assert_true(exc->theta[SPK_THETA_INITIAL].a == 20);
    assert_true(exc->theta[SPK_THETA_PLUS].a == 0.05); /* the table's default */
    for (size_t i = 0; exc->model->parameters[i].key; i++)
        if (strcmp(exc->model->parameters[i].key, "C_m_pF") == 0)
            assert_true(exc->param[i].a == 200); /* tau_m g_L */
        else if (strcmp(exc->model->parameters[i].key, "V_th_mV") == 0)
            assert_true(exc->param[i].a == -52);
    spk_network_free(net);
}

static void test_projections(void **state)
{
    (void)state;
    spk_network *net = load_with(NULL);
    assert_int_equal(net->projections, 3);
    const spk_projection *learns = &net->projection[0], *one = &net->projection[1],
                         *drawn = &net->projection[2];
    assert_int_equal(learns->connect, SPK_ALL_TO_ALL);
    assert_int_equal(learns->weight.kind, SPK_VALUE_UNIFORM);
    assert_true(learns->weight.b == 0.3 && isinf(learns->weight.max));
    assert_string_equal(learns->weight_unit, "nS");
    assert_int_equal(learns->min_delay, 0);
    assert_int_equal(learns->max_delay, 20);
    assert_true(learns->axonal && learns->normalize && learns->normalize_sum == 78);
    assert_string_equal(learns->rule->name, "stdp_trace");
    assert_true(learns->rule_param[0] == 1); /* "pair" */
    assert_int_equal(one->source, 1);
    assert_int_equal(one->target, 2);
    assert_int_equal(one->delay_steps, 3);
    assert_int_equal(one->weight_type, SPK_F16);
    assert_string_equal(one->weight_unit, "mV");
    assert_true(!one->axonal && !one->normalize && one->rule == NULL && !one->procedural);
    assert_true(drawn->procedural && drawn->seeded && drawn->autapses && drawn->multapses);
    assert_int_equal(drawn->seed, 3);
    assert_int_equal(drawn->count, 9);
    spk_network_free(net);
}

static void test_short_term(void **state)
{
    (void)state;
    spk_network *net = load_with(NULL);
    assert_null(net->projection[1].short_term);
    spk_network_free(net);
    net = load_with("projections.exc->inh.short_term={\"model\": \"tsodyks2\", \"U\": 0.25, "
                    "\"tau_fac_ms\": 1e3}");
    const double two[] = {0.25, 800, 1000, 0.25, 1}; /* u is U */
    assert_string_equal(net->projection[1].short_term->name, "tsodyks2");
    assert_memory_equal(net->projection[1].short_term_param, two, sizeof two);
    assert_non_null(strstr(net->expanded, "\"short_term\": {\n"
                                          "        \"model\": \"tsodyks2\",\n"
                                          "        \"U\": 0.25,\n"
                                          "        \"tau_rec_ms\": 800,\n"
                                          "        \"tau_fac_ms\": 1000,\n"
                                          "        \"u\": 0.25,\n"
                                          "        \"x\": 1\n"
                                          "      }"));
    spk_network_free(net);
    net = load_with("projections.exc->inh.short_term={\"model\": \"tsodyks\", \"y\": 0.5, "
                    "\"x\": 0.5}");
    const double three[] = {0.5, 800, 0, 0, 0.5, 3, 0.5};
    assert_memory_equal(net->projection[1].short_term_param, three, sizeof three);
    spk_network_free(net);
}

static void test_samples_and_records(void **state)
{
    (void)state;
    spk_network *net = load_with(NULL);
    const spk_on_sample *s = &net->on_sample;
    assert_true(s->reset_membranes && s->reset_traces);
    assert_false(s->reset_synapses || s->reset_spikes || s->reset_weights);
    assert_int_equal(s->rest_steps, 300);
    assert_true(s->repeat && s->repeat_rate_step == 0.5);
    assert_int_equal(s->repeat_population, 1);
    assert_int_equal(s->repeat_min_spikes, 5);
    assert_int_equal(s->repeat_max_attempts, 40);
    assert_false(net->population[0].record.spikes);
    assert_true(net->population[1].record.spikes);
    assert_int_equal(net->population[2].record.variables, 1);
    assert_int_equal(net->population[2].record.interval_steps, 2);
    spk_network_free(net);
    net = load_with("on_sample.reset=all");
    s = &net->on_sample;
    assert_true(s->reset_membranes && s->reset_synapses && s->reset_traces && s->reset_spikes &&
                s->reset_weights);
    spk_network_free(net);
}

static void test_a_rate_makes_a_source_of_its_own(void **state)
{
    (void)state;
    spk_error err = {0};
    const char *set[] = {"populations.input.params={\"rate_Hz\": 20}", "on_sample={}"};
    spk_network *net = load_text(good, 2, set, &err);
    assert_non_null(net);
    assert_int_equal(spk_network_input(net), -1);
    spk_network_free(net);
}

/* Loading what --check prints gives the same network, down to the last bit of every number. */
static void assert_same_value(const spk_value *x, const spk_value *y)
{
    const double numbers[] = {x->a, x->b, x->min, x->max, x->c, x->reach};
    const double others[] = {y->a, y->b, y->min, y->max, y->c, y->reach};
    assert_int_equal(x->kind, y->kind);
    assert_memory_equal(numbers, others, sizeof numbers);
    assert_true(!x->list == !y->list);
    if (!x->list) return;
    assert_int_equal(x->list->n, y->list->n);
    assert_memory_equal(x->list->value, y->list->value, x->list->n * sizeof *x->list->value);
}

static void test_expanded_loads_to_itself(void **state)
{
    (void)state;
    static const char *const changes[] = {
        NULL,
        "dt_ms=0.1000000000000001",
        "precision=float",
        "populations.exc.params.g_L_nS=0.1000000000000000055511151231257827",
        "populations.exc.params.V_m_mV={\"normal\": [-70, 2e-300], \"clip\": [null, -1e-5]}",
        "projections.exc->inh.weight_mV={\"lognormal\": [0.1, 1], \"clip\": [0.3, 7]}",
        "projections.exc->inh.delay_ms=1e2",
        "projections.exc->inh.delay_ms={\"exponential\": 3, \"clip\": [0.5, 20]}",
        "projections.exc->inh.connect={\"rule\": \"pairwise_bernoulli\", \"p\": 0.1}",
        "projections.exc->inh.connect.seed=18446744073709551615",
        "projections.exc->inh.short_term={\"model\": \"tsodyks2\", \"U\": 0.3}",
        "projections.exc->inh.short_term={\"model\": \"tsodyks\", \"tau_psc_ms\": 0.1}",
        "populations.exc.params.V_m_mV={\"list\": [-70, -1e-5, 0.1, -7e1]}",
        "populations.exc.params.tau_m_ms={\"list\": [100, 0.3, 5, 7]}",
        "populations.exc.adaptive_threshold.theta_mV={\"list\": [1, 2, 3, 4]}",
        "populations.exc.position={\"grid\": [2, 2]}",
        "populations.exc.position={\"grid\": [2, 2], \"extent\": [1, 2], \"center\": [0, 0.1]}",
        "populations.exc.position={\"grid\": [2, 2], \"periodic\": true}",
        "populations.exc.position={\"grid\": [4]}",
        "populations.exc.position={\"uniform\": {\"extent\": [1, 0.1, 1e-9]}}",
        "populations.exc.position={\"list\": [[0, 1], [1, 0.1], [2, 2], [-3, 3]], \"extent\": [9, "
        "9], \"periodic\": true}",
        "on_sample.reset=all",
        "record.inh={\"spikes\": true, \"variables\": [\"theta\", \"V_m\"], \"interval_ms\": 2.5}",
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        spk_error err = {0};
        const char *set[] = {changes[i], "projections.exc->inh.delay_ms=2", "on_sample.rest_ms=1",
                             "record={}"};
        bool odd_dt = changes[i] && strncmp(changes[i], "dt_ms", 5) == 0;
        if (odd_dt) { /* every time has to follow */
            set[1] = "projections.exc->inh.delay_ms=0.3000000000000003";
            set[2] = "on_sample.rest_ms=0";
        }
        spk_network *net = load_text(good, odd_dt ? 4 : changes[i] != NULL, set, &err);
        if (!net) fail_msg("%s", err.text);
        spk_network *again = load_text(net->expanded, 0, NULL, &err);
        if (!again) fail_msg("%s", err.text);
        assert_string_equal(net->expanded, again->expanded);
        assert_string_equal(net->digest, again->digest);
        for (size_t p = 0; p < net->populations; p++) {
            const spk_population *a = &net->population[p], *b = &again->population[p];
            for (size_t n = 0; a->model->parameters[n].key; n++)
                assert_same_value(&a->param[n], &b->param[n]);
            for (size_t n = 0; n < SPK_THETA_PARAMETERS; n++)
                assert_same_value(&a->theta[n], &b->theta[n]);
        }
        for (size_t p = 0; p < net->projections; p++) {
            const spk_projection *a = &net->projection[p], *b = &again->projection[p];
            assert_same_value(&a->weight, &b->weight);
            assert_same_value(&a->delay_ms, &b->delay_ms);
            assert_true(a->seed == b->seed && a->seeded == b->seeded);
            assert_int_equal(a->delay_steps, b->delay_steps);
        }
        assert_memory_equal(&net->on_sample, &again->on_sample, sizeof net->on_sample);
        assert_memory_equal(&net->dt, &again->dt, sizeof net->dt);
        spk_network_free(net);
        spk_network_free(again);
    }
}

static void test_comments_and_layout_do_not_matter(void **state)
{
    (void)state;
    spk_network *net = load_with(NULL), *other = load_with("populations.exc._why=\"because\"");
    assert_string_equal(net->digest, other->digest);
    spk_network_free(other);
    other = load_with("populations.exc.params.V_th_mV=-52.5");
    assert_string_not_equal(net->digest, other->digest);
    spk_network_free(other);
    spk_network_free(net);
}

/* ---- what is refused ------------------------------------------------------------------------- */

static void test_the_place_is_named(void **state)
{
    (void)state;
    refused_text("[]", "net.json:1:1: an object is expected");
    refused_text("{\"version\": 1}", "net.json:1:1: \"format\" is missing");
    refused_text("{\"format\": \"spikepipe-network\"}", "net.json:1:1: \"version\" is missing");
    refused_text("{\"format\": \"spikepipe-network\", \"version\": 1,\n \"dt_ms\": 1,\n"
                 " \"populations\": {\"a\": {\"size\": 0, \"model\": \"spike_input\"}}}",
                 "net.json:3:32: populations.a.size: 0 is out of range (1 to 2147483647)");
    refused_text(
        "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 1, \"populations\":\n"
        "{\"a\": {\"size\": 1, \"model\": \"iaf_psc_delta\", \"params\":\n"
        "{\"V_tresh_mV\": -50}}}}",
        "net.json:3:16: populations.a.params.V_tresh_mV: unknown key "
        "(did you mean \"V_th_mV\"?)");
}

static void test_versions(void **state)
{
    (void)state;
    refused("version=2",
            "version: the file is of version 2, but this program knows version 1 only");
    refused("version=0", "version: 0 is out of range (1 to 18446744073709551615)");
    refused("format=nest", "format: \"nest\" is not known here (known: spikepipe-network)");
    /* A newer file is not measured by the keys of this version. */
    refused_text("{\"format\": \"spikepipe-network\", \"new\": 1, \"version\": 3}",
                 "net.json:1:54: version: the file is of version 3, but this program knows "
                 "version 1 only");
}

static void test_top_level(void **state)
{
    (void)state;
    refused("population={}", "population: unknown key (did you mean \"populations\"?)");
    refused("dt=1", "dt: missing unit: this key is \"dt_ms\"");
    refused("dt_us=1", "dt_us: wrong unit: this key is \"dt_ms\"");
    refused("dt_ms=0", "dt_ms: 0 is out of range (1e-06 to 1000000)");
    refused("dt_ms=0.12345678901234567890",
            "dt_ms: too many digits for an exact time (15 are enough)");
    refused("dt_ms=soon",
            "dt_ms: a number (1e-06 to 1000000) is expected, found the string \"soon\"");
    refused("precision=half", "precision: \"half\" is not known here (known: double, float)");
    refused("populations={}", "populations: a network has populations");
    refused("populations=[]", "populations: an object is expected, found an array");
}

static void test_bad_populations(void **state)
{
    (void)state;
    refused("populations.7up={}",
            "populations.7up: a population's name is a letter and at most 62 letters, digits, _ "
            "and -");
    refused("populations.a=4", "populations.a: an object is expected");
    refused("populations.a={\"model\": \"spike_input\"}", "populations.a: \"size\" is missing");
    refused("populations.a={\"size\": 1}", "populations.a: \"model\" is missing");
    refused("populations.exc.size=2147483648",
            "populations.exc.size: 2147483648 is out of range (1 to 2147483647)");
    refused(
        "populations.exc.size=1.5",
        "populations.exc.size: a whole number from 1 to 2147483647, in digits, is expected, found "
        "1.5");
    refused(
        "populations.exc.size=1e15",
        "populations.exc.size: a whole number from 1 to 2147483647, in digits, is expected, found "
        "1e15");
    refused(
        "populations.exc.size=many",
        "populations.exc.size: a whole number from 1 to 2147483647, in digits, is expected, found "
        "the string \"many\"");
    refused("populations.input.size=7",
            "3:33: populations.input.shape: this makes 6 units, but \"size\" says 7");
    refused("populations.input.shape=[]",
            "populations.input.shape: 1 to 4 whole numbers are expected, rows first");
    refused("populations.input.shape=[2, 1.5]",
            "populations.input.shape.1: a whole number of 1 or more is expected");
    refused("populations.input.shape=[65536, 65536]",
            "populations.input.shape: more than 2147483647 units");
    refused("populations.input.position={\"grid\": [2, 3]}",
            "populations.input.position: give \"shape\" or \"position\", not both");
    refused("populations.exc.position={}", "populations.exc.position: \"grid\", \"uniform\", "
                                           "\"list\" or \"file\" is missing");
    refused(
        "populations.exc.model=iaf_cond_alpha_beta_gamma",
        "populations.exc.model: \"iaf_cond_alpha_beta_gamma\" is not known here (known: "
        "iaf_cond_exp, iaf_psc_delta, iaf_psc_exp, iaf_psc_alpha, iaf_cond_alpha, "
        "iaf_cond_beta, aeif_cond_exp, aeif_cond_alpha, aeif_psc_exp, izhikevich, "
        "hh_psc_alpha, hh_psc_alpha_gap, hh_cond_exp_traub, mat2_psc_exp, lif_discrete, "
        "if_curr_exp_spinnaker, modulator, parrot, spike_input, spike_generator, poisson_input, "
        "poisson_generator, dc_generator, step_current_generator, "
        "noise_generator)");
    refused("populations.exc.model=iaf_cond_ex",
            "populations.exc.model: \"iaf_cond_ex\" is not known here (did you mean "
            "\"iaf_cond_exp\"?)");
    refused("populations.exc.solver=rk4",
            "populations.exc.solver: \"rk4\" is not known here (did you mean \"rkf45\"?)");
    refused("populations.exc.winner=random1",
            "populations.exc.winner: \"random1\" is not known here (did you mean \"random\"?)");
    refused("populations.input.winner=random",
            "populations.input.winner: poisson_input has no winner");
    refused("populations.input.adaptive_threshold={}",
            "populations.input.adaptive_threshold: poisson_input has no adaptive threshold");
    refused("populations.exc.adaptive_threshold.theta_plus=1",
            "populations.exc.adaptive_threshold.theta_plus: missing unit: this key is "
            "\"theta_plus_mV\"");
    refused("populations.exc.adaptive_threshold.tau_theta_ms={\"uniform\": [1, 2]}",
            "populations.exc.adaptive_threshold.tau_theta_ms: one number is expected, not a "
            "distribution");
    refused("populations.second={\"size\": 1, \"model\": \"spike_input\"}",
            "populations.second: input takes the input stream already; only one population may");
    refused("populations.input.params={\"rate_Hz\": -0.5}",
            "populations.input.params.rate_Hz: a rate is 0 or more (-1: the frames of the input "
            "stream say it)");
}

static void test_bad_parameters(void **state)
{
    (void)state;
    refused("populations.exc.params.V_th=-52",
            "populations.exc.params.V_th: missing unit: this key is \"V_th_mV\"");
    refused("populations.exc.params.g_L_uS=1",
            "populations.exc.params.g_L_uS: wrong unit: this key is \"g_L_nS\"");
    refused("populations.exc.params.tau=1",
            "populations.exc.params.tau: unknown key (known: V_th_mV, V_reset_mV, t_ref_ms, "
            "g_L_nS, C_m_pF, E_ex_mV, E_in_mV, E_L_mV, tau_syn_ex_ms, tau_syn_in_ms, I_e_pA, "
            "V_m_mV, tau_m_ms)");
    refused("populations.exc.params.g_L_nS=-1",
            "populations.exc.params.g_L_nS: -1 is out of range (1e-09 to 1000000000)");
    refused("populations.exc.params.V_th_mV=1e999",
            "populations.exc.params.V_th_mV: 1e999 is out of range (-1000000 to 1000000)");
    refused("populations.exc.params.V_th_mV=nan",
            "populations.exc.params.V_th_mV: a number (-1000000 to 1000000) is expected, found the "
            "string \"nan\"");
    refused("populations.exc.params.C_m_pF=1",
            "5:56: populations.exc.params.tau_m_ms: give \"C_m_pF\" or \"tau_m_ms\", not both");
    refused("populations.exc.params.g_L_nS={\"uniform\": [1, 2]}",
            "5:56: populations.exc.params.tau_m_ms: \"tau_m_ms\" needs one number as g_L_nS; give "
            "\"C_m_pF\"");
    refused("populations.exc.params.tau_m_ms=0",
            "populations.exc.params.tau_m_ms: 0 is out of range (5e-10 to 500000000)");
    refused("populations.inh.params.refractory=hold",
            "populations.inh.params.refractory: \"hold\" is not known here (known: clamp, leak)");
    refused("populations.inh.params.tau_m_ms={\"uniform\": [1]}",
            "populations.inh.params.tau_m_ms.uniform: two numbers are expected: [least, most]");
    refused("populations.inh.params.tau_m_ms={\"uniform\": [2, 1]}",
            "populations.inh.params.tau_m_ms.uniform: the first number must not be above the "
            "second");
    refused("populations.inh.params.tau_m_ms={\"normal\": [2, -1]}",
            "populations.inh.params.tau_m_ms.normal: the standard deviation must not be below 0");
    refused("populations.inh.params.tau_m_ms={\"exponential\": -1}",
            "populations.inh.params.tau_m_ms.exponential: the mean must not be below 0");
    refused("populations.inh.params.tau_m_ms={\"gamma\": [2, 1]}",
            "populations.inh.params.tau_m_ms.gamma: unknown key (known: uniform, normal, "
            "lognormal, exponential, choice, clip)");
    refused("populations.inh.params.tau_m_ms={\"clip\": [2, 3]}",
            "populations.inh.params.tau_m_ms: one distribution is expected: uniform, normal, "
            "lognormal, exponential or choice");
    refused("populations.inh.params.tau_m_ms={\"normal\": [2, 1], \"uniform\": [0, 1]}",
            "populations.inh.params.tau_m_ms: one distribution is expected: uniform, normal, "
            "lognormal, exponential or choice");
    refused("populations.inh.params.tau_m_ms={\"normal\": [2, 1]}",
            "populations.inh.params.tau_m_ms: numbers from -6.209536152 to 10.20953615 can be "
            "drawn, allowed is 1e-06 to 1000000000 (give a \"clip\": [least, most])");
    refused("populations.inh.params.tau_m_ms={\"normal\": [2, 1], \"clip\": [3, 2]}",
            "populations.inh.params.tau_m_ms.clip: the first number must not be above the second");
    refused("populations.inh.params.tau_m_ms={\"normal\": [2, null]}",
            "populations.inh.params.tau_m_ms.normal.1: a number is expected, found null");
}

static void test_bad_connections(void **state)
{
    (void)state;
    refused("projections.exc={}",
            "projections.exc: a projection is called \"source->target\", a further one "
            "\"source->target#tag\"");
    refused("projections.exc->inh#a b={}",
            "projections.exc->inh#a b: a projection is called \"source->target\", a further one "
            "\"source->target#tag\"");
    refused("projections.exc->ihn={}",
            "projections.exc->ihn: there is no population \"ihn\" (did you mean \"inh\"?)");
    refused("projections.cortex->inh={}",
            "projections.cortex->inh: there is no population \"cortex\" (known: input, exc, inh)");
    refused("projections.exc->input={}",
            "projections.exc->input: input is a poisson_input, which takes no input");
    refused("projections.inh->exc=[]", "projections.inh->exc: an object is expected");
    refused("projections.inh->exc={}", "projections.inh->exc: \"connect\" is missing");
    refused("projections.exc->inh.connect={}", "projections.exc->inh.connect: \"rule\" is missing");
    refused("projections.exc->inh.connect.rule=all_to_al",
            "projections.exc->inh.connect.rule: \"all_to_al\" is not known here (did you mean "
            "\"all_to_all\"?)");
    refused("projections.exc->inh.connect.p=0.5",
            "projections.exc->inh.connect.p: unknown key (known: rule, seed)");
    refused("projections.exc->inh.connect={\"rule\": \"fixed_indegree\"}",
            "projections.exc->inh.connect: \"indegree\" is missing");
    refused("projections.exc->inh.connect={\"rule\": \"fixed_indegree\", \"indegree\": 5, "
            "\"allow_multapses\": false}",
            "projections.exc->inh.connect.indegree: indegree without multapses can be at most 4, "
            "the partners that a unit has");
    refused("projections.inh->inh={\"connect\": {\"rule\": \"fixed_outdegree\", \"outdegree\": 4, "
            "\"allow_multapses\": false, \"allow_autapses\": false}}",
            "projections.inh->inh.connect.outdegree: outdegree without multapses can be at most 3, "
            "the partners that a unit has");
    refused("projections.exc->inh.connect={\"rule\": \"fixed_total_number\", \"N\": 17, "
            "\"allow_multapses\": false}",
            "projections.exc->inh.connect.N: N without multapses can be at most 16, the pairs that "
            "there are");
    refused("projections.input->exc.connect.allow_multapses=false",
            "projections.input->exc.connect.allow_multapses: unknown key (did you mean "
            "\"allow_autapses\"?)");
    refused("projections.input->exc.connect.rule=one_to_one",
            "10:29: projections.input->exc.connect: one_to_one needs populations of one size, but "
            "input "
            "has 6 and exc 4");
    refused("projections.input->exc.connect={\"rule\": \"pairwise_bernoulli\", \"p\": 1.1}",
            "projections.input->exc.connect.p: 1.1 is out of range (0 to 1)");
    refused("projections.exc->inh#2.storage=procedurel",
            "projections.exc->inh#2.storage: \"procedurel\" is not known here (did you mean "
            "\"procedural\"?)");
    refused(
        "projections.exc->inh#2.connect={\"rule\": \"fixed_indegree\", \"indegree\": 2}",
        "17:46: projections.exc->inh#2.storage: fixed_indegree cannot be procedural; all_to_all, "
        "one_to_one, all_but_self, fixed_outdegree, fixed_total_number and "
        "pairwise_bernoulli can");
    refused("projections.input->exc.storage=procedural",
            "projections.input->exc.storage: plastic weights cannot be procedural");
}

static void test_bad_weights_and_delays(void **state)
{
    (void)state;
    refused("projections.input->exc.weight_mV=1",
            "projections.input->exc.weight_mV: exc takes weight_nS");
    refused("projections.input->exc.weight=1",
            "projections.input->exc.weight: exc takes weight_nS");
    refused("projections.inh->exc={\"connect\": {\"rule\": \"all_to_all\"}, \"delay_ms\": 1}",
            "projections.inh->exc: \"weight_nS\" is missing");
    refused("projections.inh->exc={\"connect\": {\"rule\": \"all_to_all\"}, \"weight_nS\": 1}",
            "projections.inh->exc: \"delay_ms\" is missing");
    refused("projections.exc->inh.weight_mV=65505",
            "projections.exc->inh.weight_mV: weight_type f16 holds numbers up to 65504");
    refused("projections.exc->inh.weight_mV={\"lognormal\": [10, 1]}",
            "projections.exc->inh.weight_mV: weight_type f16 holds numbers up to 65504");
    refused("projections.exc->inh.weight_type=f8",
            "projections.exc->inh.weight_type: \"f8\" is not known here (known: f32, f64, f16)");
    refused("projections.exc->inh.delay=1",
            "projections.exc->inh.delay: missing unit: this key is \"delay_ms\"");
    refused("projections.exc->inh.delay_ms=1.25",
            "projections.exc->inh.delay_ms: 1.25 ms is not a whole number of steps (dt_ms: 0.5)");
    refused("projections.exc->inh.delay_ms=-1",
            "projections.exc->inh.delay_ms: -1 is out of range (0 to 524288)");
    refused("projections.exc->inh.delay_ms={\"normal\": [1, 1]}",
            "projections.exc->inh.delay_ms: numbers from -7.209536152 to 9.209536152 can be drawn, "
            "allowed is 0 "
            "to 524288 (give a \"clip\": [least, most])");
    refused("projections.exc->inh.delay_kind=axional",
            "projections.exc->inh.delay_kind: \"axional\" is not known here (did you mean "
            "\"axonal\"?)");
}

static void test_bad_learning(void **state)
{
    (void)state;
    refused("projections.input->exc.plasticity={}",
            "projections.input->exc.plasticity: \"rule\" is missing");
    refused("projections.input->exc.plasticity.rule=stdp_trac",
            "projections.input->exc.plasticity.rule: \"stdp_trac\" is not known here (did you "
            "mean \"stdp_trace\"?)");
    refused("projections.input->exc.plasticity.nu_prae=1",
            "projections.input->exc.plasticity.nu_prae: unknown key (did you mean \"nu_pre\"?)");
    refused("projections.input->exc.plasticity.tau_pre=1",
            "projections.input->exc.plasticity.tau_pre: missing unit: this key is \"tau_pre_ms\"");
    refused(
        "projections.input->exc.plasticity.nu_pre={\"uniform\": [0, 1]}",
        "projections.input->exc.plasticity.nu_pre.uniform: unknown key (known: modulator, times)");
    refused("projections.input->exc.plasticity.mu={\"uniform\": [0, 1]}",
            "projections.input->exc.plasticity.mu: one number is expected, not a distribution");
    refused("projections.input->exc.normalize.sum=78",
            "projections.input->exc.normalize.sum: exc takes sum_nS");
    refused("projections.input->exc.normalize={}",
            "projections.input->exc.normalize: \"sum_nS\" is missing");
    refused(
        "projections.input->exc.normalize.sum_nS=0",
        "projections.input->exc.normalize.sum_nS: 0 is out of range (at least 2.225073859e-308)");
    refused("projections.input->exc.normalize.when=step",
            "projections.input->exc.normalize.when: \"step\" is not known here (known: sample)");
    refused("projections.exc->inh.normalize={\"sum_mV\": 1}",
            "projections.exc->inh.normalize: only weights that learn are normalized");
}

static void test_bad_short_term(void **state)
{
    (void)state;
    refused("projections.exc->inh.short_term=tsodyks",
            "projections.exc->inh.short_term: an object is expected, found the string \"tsodyks\"");
    refused("projections.exc->inh.short_term={}",
            "projections.exc->inh.short_term: \"model\" is missing");
    refused("projections.exc->inh.short_term={\"model\": \"tsodyks3\"}",
            "projections.exc->inh.short_term.model: \"tsodyks3\" is not known here (did you mean "
            "\"tsodyks2\"?)");
    refused("projections.exc->inh.short_term={\"model\": \"tsodyks2\", \"tau_psc_ms\": 3}",
            "projections.exc->inh.short_term.tau_psc_ms: unknown key (did you mean "
            "\"tau_rec_ms\"?)");
    refused("projections.exc->inh.short_term={\"model\": \"tsodyks2\", \"tau_rec\": 3}",
            "projections.exc->inh.short_term.tau_rec: missing unit: this key is \"tau_rec_ms\"");
    refused("projections.exc->inh.short_term={\"model\": \"tsodyks\", \"tau_rec_ms\": 0}",
            "projections.exc->inh.short_term.tau_rec_ms: 0 is out of range (1e-06 to 1000000000)");
    refused("projections.exc->inh.short_term={\"model\": \"tsodyks\", \"U\": 1.5}",
            "projections.exc->inh.short_term.U: 1.5 is out of range (0 to 1)");
    refused(
        "projections.exc->inh.short_term={\"model\": \"tsodyks\", \"U\": {\"uniform\": [0, 1]}}",
        "projections.exc->inh.short_term.U: one number is expected, not a distribution");
    refused("projections.exc->inh.short_term={\"model\": \"tsodyks\", \"x\": 0.75, \"y\": 0.5}",
            "projections.exc->inh.short_term: x and y must not be more than 1 together");
    refused("projections.exc->inh.short_term={\"model\": \"tsodyks2\", \"u\": -0.5}",
            "projections.exc->inh.short_term: u is 0 to 1, or -1 for the value of U");
    refused("projections.input->exc.short_term={\"model\": \"tsodyks2\"}",
            "projections.input->exc.short_term: a projection has \"plasticity\" or \"short_term\", "
            "not both");
    refused("projections.exc->inh#2.short_term={\"model\": \"tsodyks2\"}",
            "projections.exc->inh#2.short_term: short-term plasticity is not offered with "
            "\"storage\": \"procedural\" yet");
}

static void test_bad_samples(void **state)
{
    (void)state;
    refused("on_sample.reset=none",
            "on_sample.reset: \"all\" is expected, or a list of membranes, synapses, traces, "
            "spikes, weights");
    refused("on_sample.reset=[\"membrane\"]",
            "on_sample.reset.0: one of membranes, synapses, traces, spikes, weights is expected");
    refused("on_sample.rest=1", "on_sample.rest: missing unit: this key is \"rest_ms\"");
    refused("on_sample.rest_ms=0.3",
            "on_sample.rest_ms: 0.3 ms is not a whole number of steps (dt_ms: 0.5)");
    refused("on_sample.repeat.population=ecx",
            "on_sample.repeat.population: there is no population \"ecx\" (did you mean \"exc\"?)");
    refused("on_sample.repeat={\"population\": \"exc\"}",
            "on_sample.repeat: \"min_spikes\" is missing");
    refused("on_sample.repeat.max_attempts=0",
            "on_sample.repeat.max_attempts: 0 is out of range (1 to 65535)");
    refused("populations.input.model=spike_input", "19:13: on_sample.repeat: only a poisson_input "
                                                   "fed by the input stream can be repeated with a "
                                                   "stronger input");
    refused("populations.input.params={\"rate_Hz\": 5}",
            "19:13: on_sample.repeat: only a poisson_input fed by the input stream can be repeated "
            "with a "
            "stronger input");
}

static void test_bad_records(void **state)
{
    (void)state;
    refused("record.out=spikes",
            "record.out: there is no population \"out\" (known: input, exc, inh)");
    refused("record.exc=all",
            "record.exc: \"spikes\" is expected, or {\"spikes\": ..., \"variables\": [...]}");
    refused("record.exc={\"spike\": true}",
            "record.exc.spike: unknown key (did you mean \"spikes\"?)");
    refused("record.exc={\"variables\": \"V_m\"}",
            "record.exc.variables: a list of names of variables is expected");
    refused("record.exc={\"variables\": [\"V\"]}",
            "record.exc.variables.0: the variables of iaf_cond_exp are V_m, g_ex, g_in, "
            "solver_step, theta");
    refused("record.exc={\"variables\": [\"V_m\", \"V_m\"]}",
            "record.exc.variables.1: this variable stands twice in the list");
    refused("record.input={\"variables\": [\"V_m\"]}",
            "record.input.variables.0: poisson_input has no variables");
    refused("record.inh.interval_ms=0.25",
            "record.inh.interval_ms: 0.25 is out of range (0.5 to 1e+15)");
    refused("record.inh.interval_ms=0.75",
            "record.inh.interval_ms: 0.75 ms is not a whole number of steps (dt_ms: 0.5)");
}

static void test_files(void **state)
{
    (void)state;
    spk_error err = {0};
    assert_null(spk_network_load("nowhere.json", 0, NULL, &err));
    assert_int_equal(err.code, SPK_IO);
    assert_string_equal(err.text, "nowhere.json: cannot open: No such file or directory");
    char path[] = "/tmp/test-network-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, good, strlen(good)), strlen(good));
    close(fd);
    spk_network *net = spk_network_load(path, 0, NULL, &err);
    unlink(path);
    assert_non_null(net);
    assert_string_equal(net->name, path);
    spk_network_free(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_populations),
        cmocka_unit_test(test_projections),
        cmocka_unit_test(test_short_term),
        cmocka_unit_test(test_samples_and_records),
        cmocka_unit_test(test_a_rate_makes_a_source_of_its_own),
        cmocka_unit_test(test_expanded_loads_to_itself),
        cmocka_unit_test(test_comments_and_layout_do_not_matter),
        cmocka_unit_test(test_the_place_is_named),
        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_top_level),
        cmocka_unit_test(test_bad_populations),
        cmocka_unit_test(test_bad_parameters),
        cmocka_unit_test(test_bad_connections),
        cmocka_unit_test(test_bad_weights_and_delays),
        cmocka_unit_test(test_bad_learning),
        cmocka_unit_test(test_bad_short_term),
        cmocka_unit_test(test_bad_samples),
        cmocka_unit_test(test_bad_records),
        cmocka_unit_test(test_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
