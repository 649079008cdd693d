/* test_discrete.c: lif_discrete against the loops that it stands for, written in their own order. */
#include "unit.h"

#include "engines.h"

#include <math.h>
#include <stdio.h>

enum { LONG = 400, INPUTS = 3 };

/* Inputs that are neither regular nor rare, with weights that fractions of two hold exactly. */
static const double weights[INPUTS] = {0.75, -0.5, 0.625};

static const char network[] =
    "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 1, \"precision\": \"%s\",\n"
    " \"populations\": {\"in\": {\"size\": 3, \"model\": \"spike_input\"},\n"
    "  \"n\": {\"size\": 21, \"model\": \"lif_discrete\", \"params\": {%s}}},\n"
    " \"projections\": {\"in->n\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight\": 1, "
    "\"delay_ms\": 0,\n"
    "  \"plasticity\": {\"rule\": \"stdp_trace\"}}},\n"
    " \"record\": {\"n\": {\"spikes\": true, \"variables\": [\"V_m\"]}}}\n";

static bool input_fires(uint64_t k, uint32_t i)
{
    return (k * k + 3 * k * (i + 1)) % 7 < 3;
}

/* What input arrives in step k: what was sent in the step before. */
static double sent(uint64_t k, double scale)
{
    double sum = 0;
    for (uint32_t i = 0; i < INPUTS; i++)
        if (k > 0 && input_fires(k - 1, i)) sum += scale * weights[i];
    return sum;
}

/* The network with the given parameters fires and has the potentials of the model. */
static void check(const char *params, const char *precision, double scale, const bool *spike,
                  const double *v)
{
    char text[2048];
    uint64_t step[LONG * INPUTS];
    uint32_t unit[LONG * INPUTS];
    size_t inputs = 0, n, rows, at = 0;
    snprintf(text, sizeof text, network, precision, params);
    machine m = start(text, NULL, (spk_engine_options){.threads = 1});
    for (uint32_t i = 0; i < INPUTS; i++) {
        float row[21];
        for (size_t j = 0; j < 21; j++)
            row[j] = (float)(scale * weights[i]);
        GOOD(spk_engine_array_set(m.engine, 0, i, 1, row, err));
    }
    for (uint64_t k = 0; k < LONG; k++)
        for (uint32_t i = 0; i < INPUTS; i++)
            if (input_fires(k, i)) step[inputs] = k, unit[inputs++] = i;
    present(&m, 0, LONG, inputs, step, unit);
    const uint64_t *when;
    const uint32_t *who;
    const double *value;
    spk_engine_spikes(m.engine, 1, &n, &when, &who);
    spk_engine_trace(m.engine, 1, 0, &rows, &value);
    double tolerance = precision[0] == 'd' ? 1e-12 : 1e-5;
    for (uint64_t k = 0; k < LONG; k++) {
        for (uint32_t j = 0; j < 21; j++) {
            if (spike[k]) assert_true(at < n && when[at] == k && who[at++] == j);
            assert_true(fabs(value[k * 21 + j] - v[k]) <= tolerance * (1 + fabs(v[k])));
        }
    }
    assert_true(at == n && n > 21 * 20 && n < 21 * LONG / 2);
    stop(&m);
}

/* snnTorch's Leaky and Synaptic: the reset is computed from the membrane of the step before. */
static void check_snntorch(double alpha, bool zero, const char *precision)
{
    const double beta = 0.875, threshold = 1;
    double mem = 0, syn = 0, v[LONG];
    bool spike[LONG];
    char params[256];
    for (uint64_t k = 0; k < LONG; k++) {
        const double reset = mem > threshold;
        syn = alpha * syn + sent(k, 1);
        mem = beta * mem + syn;
        mem = zero ? mem - reset * mem : mem - reset * threshold;
        spike[k] = mem > threshold;
        v[k] = mem;
    }
    snprintf(params, sizeof params,
             "\"decay\": 0.875, \"input_decay\": %g, \"reset\": \"%s\", \"reset_in\": \"next\", "
             "\"fires\": \"above\"",
             alpha, zero ? "hard" : "soft");
    check(params, precision, 1, spike, v);
}

static void test_snntorch(void **state)
{
    (void)state;
    check_snntorch(0, false, "double");
    check_snntorch(0, true, "double");
    check_snntorch(0.5, false, "double");
    check_snntorch(0, true, "float");
}

/* NALSM: a step spikes, resets, and then integrates what is sent in it. Its membrane at the end of a
 * step is before the integration here, so potentials are compared after the reset. */
static void test_nalsm(void **state)
{
    (void)state;
    double mem = 0, kernel = 0, v[LONG];
    const double fade = 0.375;
    int ref = 0;
    bool spike[LONG];
    for (uint64_t k = 0; k < LONG; k++) {
        spike[k] = ref <= 0 && mem >= 20;
        if (spike[k]) mem = 0;
        v[k] = mem;
        kernel += sent(k + 1, 20);
        mem += kernel - mem / 64;
        kernel *= fade;
        ref = spike[k] ? 2 : ref - 1;
    }
    check("\"decay\": 0.984375, \"input_decay\": 0.375, \"V_th\": 20, \"reset\": \"hard\", "
          "\"t_ref_steps\": 2",
          "double", 20, spike, v);
}

/* At the threshold, with soft resets at once, a bias, and V held while refractory. */
static void test_the_rest(void **state)
{
    (void)state;
    double mem = 0.25, v[LONG];
    int left = 0;
    bool spike[LONG];
    for (uint64_t k = 0; k < LONG; k++) {
        spike[k] = false;
        if (left > 0)
            left--;
        else {
            mem = 0.5 * mem + sent(k, 1) + 0.5;
            spike[k] = mem >= 1;
        }
        if (spike[k]) mem -= 1, left = 1;
        v[k] = mem;
    }
    check("\"decay\": 0.5, \"bias\": 0.5, \"V_m\": 0.25, \"t_ref_steps\": 1, \"refractory\": "
          "\"clamp\"",
          "double", 1, spike, v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_snntorch),
        cmocka_unit_test(test_nalsm),
        cmocka_unit_test(test_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
