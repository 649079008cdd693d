/* test_solvers.c: how the error of iaf_cond_exp's solvers shrinks with the step, against the equation
 * integrated finely (Runge and Kutta's fourth-order rule between spikes): Crank and Nicolson's rule is of
 * second order, those that hold conductances, or take them from a step's begin, of first. */
#include "unit.h"

#include "engines.h"

#include <math.h>
#include <stdio.h>

/* Times in ms, the delay too; steps of 0.05 to 0.4 ms divide them. */
#define DELAY 0.4
static const double excites[] = {2, 4.8, 8, 12, 16, 22, 28, 34};
static const double inhibits[] = {5.2, 11.2, 18.4, 26.4};
enum { EXCITES = 8, INHIBITS = 4, END = 40 };

static const char text[] =
    "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.1,\n"
    " \"populations\": {\n"
    "  \"ex\": {\"size\": 1, \"model\": \"spike_generator\",\n"
    "   \"params\": {\"spike_times_ms\": [2, 4.8, 8, 12, 16, 22, 28, 34]}},\n"
    "  \"in\": {\"size\": 1, \"model\": \"spike_generator\",\n"
    "   \"params\": {\"spike_times_ms\": [5.2, 11.2, 18.4, 26.4]}},\n"
    "  \"n\": {\"size\": 1, \"model\": \"iaf_cond_exp\", \"params\": {\"V_th_mV\": 1000,\n"
    "   \"C_m_pF\": 200, \"g_L_nS\": 10, \"E_L_mV\": -70, \"E_ex_mV\": 0, \"E_in_mV\": -80,\n"
    "   \"tau_syn_ex_ms\": 5, \"tau_syn_in_ms\": 10, \"I_e_pA\": 100, \"V_m_mV\": -65}}},\n"
    " \"projections\": {\n"
    "  \"ex->n\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight_nS\": 20, \"delay_ms\": "
    "0.4},\n"
    "  \"in->n\": {\"connect\": {\"rule\": \"all_to_all\"}, \"weight_nS\": -50, \"delay_ms\": "
    "0.4}},\n"
    " \"record\": {\"n\": {\"variables\": [\"V_m\"]}}}\n";

/* dV/dt `ms` after conductances were these. */
static double slope(double v, double ex, double in, double ms)
{
    ex *= exp(-ms / 5);
    in *= exp(-ms / 10);
    return (10 * (-70 - v) + ex * (0 - v) + in * (-80 - v) + 100) / 200;
}

/* The spikes that arrive in microsecond k. */
static int arrive(const double *ms, int n, int k)
{
    int count = 0;
    for (int i = 0; i < n; i++)
        count += (int)((ms[i] + DELAY) * 1000 + 0.5) == k;
    return count;
}

/* V at END. */
static double integrate(void)
{
    const double h = 0.001;
    double v = -65, ex = 0, in = 0;
    for (int k = 0; k < END * 1000; k++) {
        ex += 20 * arrive(excites, EXCITES, k);
        in += 50 * arrive(inhibits, INHIBITS, k);
        double a = slope(v, ex, in, 0), b = slope(v + h / 2 * a, ex, in, h / 2);
        double c = slope(v + h / 2 * b, ex, in, h / 2), d = slope(v + h * c, ex, in, h);
        v += h / 6 * (a + 2 * b + 2 * c + d);
        ex *= exp(-h / 5);
        in *= exp(-h / 10);
    }
    return v;
}

/* The error of V at END with steps of dt. */
static double error_of(const char *solver, double dt)
{
    char steps[64], how[64];
    const char *const set[] = {steps, how, NULL};
    size_t rows;
    const double *v;
    snprintf(steps, sizeof steps, "dt_ms=%g", dt);
    snprintf(how, sizeof how, "populations.n.solver=%s", solver);
    machine m = start(text, set, (spk_engine_options){.threads = 1});
    present(&m, 0, (uint64_t)(END / dt + 0.5), 0, NULL, NULL);
    spk_engine_trace(m.engine, 2, 0, &rows, &v);
    double error = fabs(v[rows - 1] - integrate());
    stop(&m);
    return error;
}

static void assert_order(const char *solver, double order)
{
    double coarse = error_of(solver, 0.2), middle = error_of(solver, 0.1);
    double fine = error_of(solver, 0.05);
    double first = log2(coarse / middle), second = log2(middle / fine);
    if (fabs(first - order) > 0.15 || fabs(second - order) > 0.15)
        fail_msg("%s: errors %g %g %g, orders %g %g, not %g", solver, coarse, middle, fine, first,
                 second, order);
}

static void test_orders(void **state)
{
    (void)state;
    assert_order("euler", 1);
    assert_order("exp_euler", 1);
    assert_order("crank_nicolson", 2);
    assert_true(error_of("crank_nicolson", 0.1) < error_of("exp_euler", 0.1) / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_orders)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
