/* test_stdp.c: single pairs of spikes against numbers worked out by hand: sign and size of every
 * variant, delays, coincidences. Accuracy on digits would not notice a wrong sign. */
#include "unit.h"

#include "engines.h"

#include <math.h>
#include <stdio.h>

/* Unit 0 of `pre` has the synapse under test (weight 0.5); unit 1, the driver, makes the neuron fire:
 * its weight is far above threshold. */
static const char pair[] =
    "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 1,\n"
    " \"populations\": {\"pre\": {\"size\": 2, \"model\": \"spike_input\"},\n"
    "  \"post\": {\"size\": 1, \"model\": \"iaf_psc_delta\", \"params\": {\"t_ref_ms\": 0}}},\n"
    " \"projections\": {\"pre->post\": {\"connect\": {\"rule\": \"all_to_all\"}, \"delay_ms\": 1,\n"
    "   \"delay_kind\": \"axonal\", \"weight_mV\": 0.5, \"weight_type\": \"f64\",\n"
    "   \"plasticity\": {\"rule\": \"stdp_trace\", \"variant\": \"pair\", \"nu_pre\": 0.01,\n"
    "    \"nu_post\": 0.1, \"w_max\": 100}}},\n"
    " \"record\": {\"post\": \"spikes\"}}\n";

enum { DRIVER = 1, TIMING = 13 /* of stdp_trace's parameters */ };

/* The weight after spikes of its source at pre[] and of the neuron at post[] (-1 ends). A delay of 1
 * ms lies before the driver's weight; what travels along an axon is added behind the threshold test,
 * so that the neuron fires one step later still. */
static double after(const char *const *set, const int *pre, const int *post)
{
    machine m = start(pair, set, (spk_engine_options){.threads = 1, .learning = true});
    bool axonal =
        m.net->projection[0].axonal && m.net->projection[0].rule_param[TIMING] < 1; /* "synapse" */
    int lag = axonal ? 2 : 1;
    double weights[2] = {0.5, 99};
    uint64_t step[16];
    uint32_t unit[16];
    size_t n = 0;
    GOOD(spk_engine_array_set(m.engine, 0, 0, 2, weights, err));
    for (int t = 0; t < 100; t++) {
        for (const int *at = pre; *at >= 0; at++)
            if (*at == t) step[n] = (uint64_t)t, unit[n++] = 0;
        for (const int *at = post; *at >= 0; at++)
            if (*at == t + lag) step[n] = (uint64_t)t, unit[n++] = DRIVER;
    }
    present(&m, 0, 100, n, step, unit);
    size_t spikes;
    const uint64_t *fired;
    const uint32_t *which;
    spk_engine_spikes(m.engine, 1, &spikes, &fired, &which);
    size_t driven = 0;
    for (const int *at = post; *at >= 0; at++, driven++)
        assert_true(driven < spikes && fired[driven] == (uint64_t)*at);
    assert_int_equal(spikes, driven);
    double w = weight(&m, 0, 0, 0);
    stop(&m);
    return w;
}

#define P "projections.pre->post."
#define SETS(...)                                                                                  \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }
#define AT(...)                                                                                    \
    (const int[])                                                                                  \
    {                                                                                              \
        __VA_ARGS__, -1                                                                            \
    }

static void same(double found, double expected)
{
    if (!(fabs(found - expected) < 1e-13)) fail_msg("%.17g is not %.17g", found, expected);
}

/* A pre spike at 9 arrives at 10; the neuron fires at 15: 5 ms later. */
static void test_pre_before_post(void **state)
{
    (void)state;
    double x = exp(-5.0 / 20), room = pow(100 - 0.5, 0.2);
    same(after(NULL, AT(9), AT(15)), 0.5 + 0.1 * x);
    same(after(SETS(P "plasticity.variant=power_law"), AT(9), AT(15)),
         0.5 + 0.1 * (x - 0.4) * room);
    same(after(SETS(P "plasticity.variant=pre_and_post"), AT(9), AT(15)),
         0.5 + 0.1 * (x - 0.4) * room);
    same(after(SETS(P "plasticity.variant=exponential", P "plasticity.w_max=1"), AT(9), AT(15)),
         0.5 + 0.1 * (x * exp(-0.5) - 0.4 * exp(-0.5)));
    /* triplet needs an earlier post spike, whose slow trace is read before this one sets it, and
     * whose fast trace the pre spike meets */
    same(after(SETS(P "plasticity.variant=triplet"), AT(9), AT(15)), 0.5);
    same(after(SETS(P "plasticity.variant=triplet"), AT(9), AT(5, 15)),
         0.5 - 0.01 * exp(-5.0 / 20) + 0.1 * x * exp(-10.0 / 40));
}

/* The neuron fires at 10; a pre spike at 17 arrives at 18: 8 ms later. */
static void test_post_before_pre(void **state)
{
    (void)state;
    double y = exp(-8.0 / 20);
    same(after(NULL, AT(17), AT(10)), 0.5 - 0.01 * y);
    same(after(SETS(P "plasticity.variant=triplet"), AT(17), AT(10)), 0.5 - 0.01 * y);
    same(after(SETS(P "plasticity.pre_sign=plus"), AT(17), AT(10)), 0.5 + 0.01 * y);
    same(after(SETS(P "plasticity.variant=pre_and_post", P "plasticity.x_tar=0"), AT(17), AT(10)),
         0.5 - 0.01 * y * pow(0.5, 0.2));
    same(after(SETS(P "plasticity.variant=power_law", P "plasticity.x_tar=0"), AT(17), AT(10)),
         0.5);
    same(after(SETS(P "plasticity.variant=exponential", P "plasticity.x_tar=0"), AT(17), AT(10)),
         0.5);
}

static void test_traces_set_or_add(void **state)
{
    (void)state;
    same(after(NULL, AT(4, 9), AT(15)), 0.5 + 0.1 * exp(-5.0 / 20));
    same(after(SETS(P "plasticity.trace=add"), AT(4, 9), AT(15)),
         0.5 + 0.1 * (exp(-5.0 / 20) + exp(-10.0 / 20)));
}

/* Both at the synapse in step 10: the pre spike acts first, on the old y; the post spike sees x = 1.
 * With "emission", both emitted in step 9 see each other. */
static void test_coincidence(void **state)
{
    (void)state;
    same(after(NULL, AT(9), AT(10)), 0.5 + 0.1);
    same(after(SETS(P "plasticity.timing=emission"), AT(9), AT(9)), 0.5 + 0.1 - 0.01);
    same(after(SETS(P "plasticity.timing=emission"), AT(9), AT(10)), 0.5 + 0.1 * exp(-1.0 / 20));
}

/* Dendritic: the pre spike acts at 9, the post spike of 15 at 16. */
static void test_dendritic(void **state)
{
    (void)state;
    same(after(SETS(P "delay_kind=dendritic"), AT(9), AT(15)), 0.5 + 0.1 * exp(-7.0 / 20));
}

/* A delay that is drawn, but always as 1 ms: nothing changes, whether or not others are possible. */
static void test_drawn_delay(void **state)
{
    (void)state;
    static const char *const delays[] = {P "delay_ms={\"uniform\": [1, 1.4]}",
                                         P "delay_ms={\"normal\": [1, 0.001], \"clip\": [0, 5]}"};
    for (size_t k = 0; k < 2; k++) {
        same(after(SETS(delays[k]), AT(9), AT(15)), 0.5 + 0.1 * exp(-5.0 / 20));
        same(after(SETS(delays[k]), AT(17), AT(10)), 0.5 - 0.01 * exp(-8.0 / 20));
        same(after(SETS(delays[k]), AT(9), AT(10)), 0.5 + 0.1);
    }
}

static void test_bounds(void **state)
{
    (void)state;
    same(after(SETS(P "plasticity.w_max=0.55"), AT(9), AT(15)), 0.55);
    same(after(SETS(P "plasticity.w_min=0.498"), AT(17), AT(10)), 0.498);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_pre_before_post),
                                       cmocka_unit_test(test_post_before_pre),
                                       cmocka_unit_test(test_traces_set_or_add),
                                       cmocka_unit_test(test_coincidence),
                                       cmocka_unit_test(test_dendritic),
                                       cmocka_unit_test(test_drawn_delay),
                                       cmocka_unit_test(test_bounds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
