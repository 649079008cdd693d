/* test_places.c: lists of values, positions, distances and edges of a network file: what expands to
 * itself, what is refused, and in which words. */
#include "unit.h"

#include "network/network.h"

#include <stdio.h>
#include <string.h>

/* Every case below changes one thing in it by --set. */
static const char good[] =
    "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.5, \"populations\": {\n"
    "  \"exc\": {\"size\": 4, \"model\": \"iaf_cond_exp\", \"params\": {\"g_L_nS\": 2},\n"
    "   \"adaptive_threshold\": {\"theta_mV\": 20}},\n"
    "  \"inh\": {\"size\": 4, \"model\": \"iaf_psc_delta\"}},\n"
    " \"projections\": {\"exc->inh\": {\"connect\": {\"rule\": \"one_to_one\"},\n"
    "   \"weight_mV\": 10, \"delay_ms\": 1.5}}}\n";

static spk_network *load(size_t sets, const char *const *set, spk_error *err)
{
    return spk_network_parse(good, strlen(good), "net.json", sets, set, err);
}

static void refused_all(size_t sets, const char *const *set, const char *message)
{
    spk_error err = {0};
    char whole[1024];
    snprintf(whole, sizeof whole, "net.json: %s", message);
    spk_network *net = load(sets, set, &err);
    if (net) fail_msg("accepted: %s", set[sets - 1]);
    assert_string_equal(err.text, whole);
    assert_int_equal(err.code, SPK_USAGE);
}

static void refused(const char *assignment, const char *message)
{
    refused_all(1, &assignment, message);
}

/* Sets that go together, as rules by distance need places. */
static void test_places_expand_to_themselves(void **state)
{
    (void)state;
    static const char *const changes[][3] = {
        {"populations.exc.shape=[2, 2]", "populations.inh.shape=[4, 1]",
         "projections.exc->inh.connect={\"rule\": \"pairwise_bernoulli\", \"p\": {\"distance\": "
         "{\"gaussian\": [0.1, 0, 0.25]}}}"},
        {"populations.exc.shape=[2, 2]",
         "populations.inh.position={\"uniform\": {\"extent\": [1, "
         "1]}}",
         "projections.exc->inh.connect={\"rule\": \"pairwise_bernoulli\", \"p\": {\"distance\": "
         "{\"exponential\": [3, 0.1]}, \"clip\": [0.1, null]}, \"mask\": {\"rectangular\": "
         "{\"lower_left\": [-1, 0], \"upper_right\": [0, 1]}}}"},
        {"populations.exc.shape=[2, 2, 1]", "populations.inh.shape=[1, 1, 4]",
         "projections.exc->inh.connect={\"rule\": \"pairwise_bernoulli\", \"p\": 0.2, \"mask\": "
         "{\"spherical\": {\"radius\": 0.1}}}"},
        {"populations.exc.shape=[2, 2]", "populations.inh.shape=[4, 1]",
         "projections.exc->inh.weight_mV={\"distance\": {\"linear\": [0, -0.1]}, \"clip\": [null, "
         "-0.01]}"},
        {"populations.exc.shape=[2, 2]", "populations.inh.shape=[4, 1]",
         "projections.exc->inh.delay_ms={\"distance\": {\"linear\": [0.5, 7]}}"},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        spk_error err = {0};
        spk_network *net = load(3, changes[i], &err);
        if (!net) fail_msg("%zu: %s", i, err.text);
        spk_network *again =
            spk_network_parse(net->expanded, strlen(net->expanded), "again", 0, NULL, &err);
        if (!again) fail_msg("%s", err.text);
        assert_string_equal(again->expanded, net->expanded);
        assert_true(again->projection[0].max_delay == net->projection[0].max_delay);
        assert_true(net->projection[0].spatial == (i < 3));
        spk_network_free(again);
        spk_network_free(net);
    }
}

static void test_bad_lists(void **state)
{
    (void)state;
    refused("populations.exc.params.V_m_mV={\"list\": [1, 2, 3]}",
            "populations.exc.params.V_m_mV.list: 3 values, but exc has 4 units");
    refused("populations.exc.params.V_m_mV={\"list\": 1}",
            "populations.exc.params.V_m_mV.list: a list of numbers is expected");
    refused("populations.exc.params.V_m_mV={\"list\": [1, 2, \"3\", 4]}",
            "populations.exc.params.V_m_mV.list.2: a number is expected, found the string \"3\"");
    refused("populations.exc.params.V_m_mV={\"list\": [1, 2, 3, 1e7]}",
            "populations.exc.params.V_m_mV.list.3: 10000000 is out of range (-1000000 to 1000000)");
    refused("populations.exc.params.tau_m_ms={\"list\": [1, 2, 3, 0]}",
            "populations.exc.params.tau_m_ms.list.3: 0 is out of range (5e-10 to 500000000)");
    refused("populations.exc.params.V_m_mV={\"list\": [1, 2, 3, 4], \"clip\": [0, 1]}",
            "populations.exc.params.V_m_mV.clip: unknown key (known: list)");
    refused("populations.exc.params.V_m_mV={\"file\": \"v.csv\"}",
            "populations.exc.params.V_m_mV: \"column\" is missing");
    refused(
        "populations.exc.params.V_m_mV={\"file\": \"v.csv\", \"column\": \"V\"}",
        "populations.exc.params.V_m_mV.file: this network may name no files: it is none itself");
    refused("populations.exc.params.V_m_mV={\"file\": \"v\", \"column\": \"V\", \"digest\": "
            "\"12\"}",
            "populations.exc.params.V_m_mV.digest: 32 hexadecimal digits are expected");
    refused("populations.exc.adaptive_threshold.tau_theta_ms={\"list\": [1, 2, 3, 4]}",
            "populations.exc.adaptive_threshold.tau_theta_ms: one number is expected, not a "
            "distribution");
    refused("projections.exc->inh.weight_mV={\"list\": [1, 2, 3, 4]}",
            "projections.exc->inh.weight_mV.list: unknown key (known: uniform, normal, lognormal, "
            "exponential, choice, clip)");
}

static void test_bad_positions(void **state)
{
    (void)state;
    refused("populations.exc.position={\"grid\": [4], \"extent\": [1]}",
            "populations.exc.position.extent: only a grid of two or three numbers has positions");
    refused("populations.exc.position={\"grid\": [2, 2], \"extent\": [1]}",
            "populations.exc.position.extent: 2 numbers are expected: [x, y]");
    refused("populations.exc.position={\"grid\": [2, 2], \"extent\": [1, 0]}",
            "populations.exc.position.extent.1: an extent is 1e-09 or more");
    refused("populations.exc.position={\"grid\": [2, 2], \"center\": [1, 1e10]}",
            "populations.exc.position.center.1: 1e+10 is out of range (-1000000000 to 1000000000)");
    refused("populations.exc.position={\"uniform\": {}}",
            "populations.exc.position.uniform: \"extent\" is missing");
    refused("populations.exc.position={\"list\": [[1, 2]]}",
            "populations.exc.position.list: 1 points, but \"size\" says 4");
    refused("populations.exc.position={\"list\": [[1, 2], [1, 2], [1], [1, 2]]}",
            "populations.exc.position.list.2: 2 numbers are expected: [x, y]");
    refused("populations.exc.position={\"list\": [[1, 2], [1, 2], [1, 3], [1, 2]], \"periodic\": "
            "true}",
            "populations.exc.position.periodic: what is periodic needs an \"extent\"");
    refused("populations.exc.position={\"file\": \"p.csv\", \"columns\": [\"x\"]}",
            "populations.exc.position.columns: \"columns\" must name 2 or 3: [\"x\", \"y\"]");
    refused("populations.exc.position={\"file\": \"p.csv\", \"columns\": [\"x\", \"y\"]}",
            "populations.exc.position.file: this network may name no files: it is none itself");
}

static void test_bad_distances(void **state)
{
    (void)state;
#define NEAR(p) "projections.exc->inh.connect={\"rule\": \"pairwise_bernoulli\", " p "}"
    refused(NEAR("\"p\": {\"distance\": {\"linear\": [1, -1]}}"),
            "projections.exc->inh.connect.p.distance: there is no distance: source and target need "
            "a \"position\" each");
    refused(NEAR("\"p\": 1.5"), "projections.exc->inh.connect.p: 1.5 is out of range (0 to 1)");
    refused(NEAR("\"p\": 1, \"mask\": {\"circular\": {\"radius\": 1}}"),
            "projections.exc->inh.connect.mask: there is no distance: source and target need a "
            "\"position\" each");
    static const char *const wrong[][2] = {
        {NEAR("\"p\": {\"distance\": {}}"),
         "p.distance: one function is expected: linear, exponential or gaussian"},
        {NEAR("\"p\": {\"distance\": {\"linear\": [1]}}"),
         "p.distance.linear: 2 numbers are expected: [value at 0, slope]"},
        {NEAR("\"p\": {\"distance\": {\"gaussian\": [1, 0, 0]}}"),
         "p.distance.gaussian: the standard deviation must be at least 1e-09"},
        {NEAR("\"p\": {\"distance\": {\"gausian\": [1, 0, 1]}}"),
         "p.distance.gausian: unknown key (did you mean \"gaussian\"?)"},
        {NEAR("\"p\": 1, \"mask\": {}"), "mask: one mask is expected: circular or rectangular"},
        {NEAR("\"p\": 1, \"mask\": {\"circular\": {\"radius\": -1}}"),
         "mask.circular.radius: -1 is out of range (0 to 1000000000)"},
        {NEAR("\"p\": 1, \"mask\": {\"spherical\": {\"radius\": 1}}"),
         "mask.spherical: unknown key (known: circular, rectangular)"},
        {NEAR("\"p\": 1, \"mask\": {\"rectangular\": {\"lower_left\": [0, 0]}}"),
         "mask.rectangular: \"upper_right\" is missing"},
        {NEAR("\"p\": 1, \"mask\": {\"rectangular\": {\"lower_left\": [0, 0], \"upper_right\": "
              "[1, -1]}}"),
         "mask.rectangular.upper_right.1: \"upper_right\" must not be below \"lower_left\""},
    };
    const char *set[] = {"populations.exc.shape=[2, 2]", "populations.inh.shape=[2, 2]", NULL};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char message[512];
        snprintf(message, sizeof message, "projections.exc->inh.connect.%s", wrong[i][1]);
        set[2] = wrong[i][0];
        refused_all(3, set, message);
    }
    set[2] = "projections.exc->inh.delay_ms={\"distance\": {\"linear\": [1, -2]}}";
    refused_all(3, set,
                "projections.exc->inh.delay_ms: numbers from -1.828427128 to 1 can result, allowed "
                "is 0 to 524288 (give a \"clip\": [least, most])");
    set[1] = "populations.inh.shape=[1, 2, 2]";
    refused_all(3, set,
                "projections.exc->inh.delay_ms.distance: there is no distance: one position has "
                "two dimensions, the other three");
    set[1] = "populations.inh.position={\"grid\": [2, 2], \"periodic\": true}";
    refused_all(3, set,
                "projections.exc->inh.delay_ms.distance: source and target must both be periodic, "
                "with the same extent, or neither");
}

static void test_bad_edges(void **state)
{
    (void)state;
    refused("projections.exc->inh.connect={\"rule\": \"edges\"}",
            "projections.exc->inh.connect: \"file\" is missing");
    refused("projections.exc->inh.connect={\"rule\": \"edges\", \"file\": \"e.csv\"}",
            "projections.exc->inh.connect.file: this network may name no files: it is none itself");
    refused("projections.exc->inh.connect={\"rule\": \"edges\", \"p\": 1}",
            "projections.exc->inh.connect.p: unknown key (known: rule, file, array, digest, seed)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places_expand_to_themselves),
        cmocka_unit_test(test_bad_lists),
        cmocka_unit_test(test_bad_positions),
        cmocka_unit_test(test_bad_distances),
        cmocka_unit_test(test_bad_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
