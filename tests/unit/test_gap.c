/* test_gap.c: gap junctions: what the network file says of them, and that their state is saved. */
#include "unit.h"

#include "engine/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Two neurons that take mV, joined to one another as `keys` say. */
static spk_network *load(const char *keys)
{
    char text[1024];
    spk_error err = {0};
    snprintf(text, sizeof text,
             "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.1,\n"
             " \"populations\": {\"n\": {\"size\": 2, \"model\": \"iaf_psc_delta\",\n"
             "  \"params\": {\"V_m_mV\": {\"list\": [-70, -60]}, \"I_e_pA\": 400}}},\n"
             " \"projections\": {\"n->n\": {\"weight_nS\": 2, \"synapse\": \"gap_junction\",\n"
             "  \"connect\": {%s}}},\n"
             " \"on_sample\": {\"reset\": \"all\"},\n"
             " \"record\": {\"n\": {\"variables\": [\"V_m\"], \"interval_ms\": 0.1}}}\n",
             keys);
    spk_network *net = spk_network_parse(text, strlen(text), "net.json", 0, NULL, &err);
    if (!net) fail_msg("%s", err.text);
    return net;
}

static void test_what_they_are(void **state)
{
    (void)state;
    spk_network *net = load("\"rule\": \"fixed_indegree\", \"indegree\": 1, "
                            "\"make_symmetric\": true");
    const spk_projection *p = &net->projection[0];
    assert_true(p->gap && p->symmetric);
    assert_string_equal(p->weight_unit, "nS");
    assert_int_equal(p->max_delay, 0);
    assert_false(spk_network_immediate(net));
    assert_int_equal(spk_network_interval(net), 1);
    assert_non_null(strstr(net->expanded, "        \"make_symmetric\": true\n"
                                          "      },\n"
                                          "      \"weight_nS\": 2,\n"
                                          "      \"weight_type\": \"f32\",\n"
                                          "      \"synapse\": \"gap_junction\"\n"
                                          "    }"));
    spk_network_free(net);
}

/* A rule that makes each pair both ways is not doubled. */
static void test_symmetric_by_themselves(void **state)
{
    (void)state;
    static const char *const rules[] = {"all_to_all", "all_but_self", "one_to_one"};
    char keys[128];
    for (size_t k = 0; k < sizeof rules / sizeof *rules; k++) {
        snprintf(keys, sizeof keys, "\"rule\": \"%s\", \"make_symmetric\": true", rules[k]);
        spk_network *net = load(keys);
        assert_false(net->projection[0].symmetric);
        spk_network_free(net);
    }
}

static void run(spk_engine *e, uint64_t steps)
{
    spk_error err = {0};
    assert_int_equal(spk_engine_run(e, steps, 0, NULL, NULL, &err), 0);
}

/* How V_m went on by itself is part of the state: without it the first step after a checkpoint would be
 * another. */
static void test_state_is_saved(void **state)
{
    (void)state;
    spk_network *net = load("\"rule\": \"all_but_self\"");
    const spk_engine_options options = {.threads = 1};
    spk_error err = {0};
    spk_engine *whole = spk_engine_open(net, &options, &err);
    spk_engine *resumed = spk_engine_open(net, &options, &err);
    assert_true(whole && resumed);
    void *bytes;
    size_t size, rows;
    const double *v, *w;
    assert_int_equal(spk_engine_begin(whole, 0, &err), 0);
    run(whole, 100);
    assert_int_equal(spk_engine_save(whole, &bytes, &size, &err), 0);
    assert_int_equal(spk_engine_restore(resumed, bytes, size, "state", &err), 0);
    spk_engine_forget(whole);
    run(whole, 50);
    run(resumed, 50);
    spk_engine_trace(whole, 0, 0, &rows, &v);
    assert_int_equal(rows, 50);
    spk_engine_trace(resumed, 0, 0, &rows, &w);
    assert_int_equal(rows, 50);
    assert_memory_equal(v, w, 100 * sizeof *v);
    assert_true(v[0] < v[1]); /* they are not the same yet */
    free(bytes);
    spk_engine_close(whole);
    spk_engine_close(resumed);
    spk_network_free(net);
}

/* A presentation begins as the first one did. */
static void test_samples_begin_alike(void **state)
{
    (void)state;
    spk_network *net = load("\"rule\": \"all_but_self\"");
    const spk_engine_options options = {.threads = 1};
    spk_error err = {0};
    spk_engine *e = spk_engine_open(net, &options, &err);
    assert_non_null(e);
    double first[100];
    size_t rows;
    const double *v;
    bool again;
    for (uint64_t sample = 0; sample < 2; sample++) {
        assert_int_equal(spk_engine_begin(e, sample, &err), 0);
        run(e, 50);
        spk_engine_trace(e, 0, 0, &rows, &v);
        assert_int_equal(rows, 50);
        if (sample == 0) memcpy(first, v, sizeof first);
        assert_memory_equal(first, v, sizeof first);
        assert_int_equal(spk_engine_end(e, &again, &err), 0);
    }
    spk_engine_close(e);
    spk_network_free(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_they_are),
        cmocka_unit_test(test_symmetric_by_themselves),
        cmocka_unit_test(test_state_is_saved),
        cmocka_unit_test(test_samples_begin_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
