/* test_space.c: positions and connections by distance, against a plain look at every pair. */
#include "unit.h"

#include "chance.h"
#include "network/connect.h"
#include "network/draw.h"
#include "network/space.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Two populations, and one projection whose delay in steps is the distance in hundredths. */
static spk_network *load(const char *source, const char *target, const char *connect)
{
    char text[4096];
    spk_error err = {0};
    snprintf(
        text, sizeof text,
        "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 1, \"populations\": {"
        "\"a\": {\"model\": \"iaf_psc_delta\", %s}, \"b\": {\"model\": \"iaf_psc_delta\", %s}},"
        "\"projections\": {\"a->b\": {\"connect\": {\"rule\": %s}, \"weight_type\": \"f64\","
        " \"weight_mV\": {\"distance\": {\"linear\": [0, 1]}},"
        " \"delay_ms\": {\"distance\": {\"linear\": [1, 100]}}}}}",
        source, target, connect);
    spk_network *net = spk_network_parse(text, strlen(text), "net.json", 0, NULL, &err);
    if (!net) fail_msg("%s", err.text);
    return net;
}

static void draw_row(const spk_network *net, uint64_t seed, uint32_t i, spk_synapses *row)
{
    spk_error err = {0};
    if (spk_connect_row(net, 0, seed, i, row, &err)) fail_msg("%s", err.text);
}

/* ---- where units are ------------------------------------------------------------------------- */

static void assert_point(const spk_network *net, size_t population, uint32_t i, double x, double y,
                         double z)
{
    double at[3] = {0};
    spk_places places = spk_places_of(&net->population[population], 1);
    spk_place(&places, i, at);
    if (fabs(at[0] - x) + fabs(at[1] - y) + fabs(at[2] - z) > 1e-12)
        fail_msg("unit %u is at %g, %g, %g", i, at[0], at[1], at[2]);
}

/* As in NEST, points are the centres of cells, and y falls from row to row. */
static void test_grids(void **state)
{
    (void)state;
    spk_network *net =
        load("\"shape\": [2, 4]",
             "\"position\": {\"grid\": [2, 4], \"extent\": [8, 2], \"center\": [1, 5]}",
             "\"all_to_all\"");
    assert_point(net, 0, 0, -0.375, 0.25, 0);
    assert_point(net, 0, 7, 0.375, -0.25, 0);
    assert_point(net, 1, 0, -2, 5.5, 0);
    assert_point(net, 1, 1, 0, 5.5, 0);
    assert_point(net, 1, 4, -2, 4.5, 0);
    spk_network_free(net);
    net = load("\"shape\": [2, 2, 2]",
               "\"position\": {\"grid\": [2, 1, 3], \"extent\": [3, 1, 4], \"center\": [0, 0, 2]}",
               "\"all_to_all\"");
    assert_point(net, 0, 1, 0.25, 0.25, -0.25);
    assert_point(net, 0, 2, -0.25, -0.25, -0.25);
    assert_point(net, 0, 4, -0.25, 0.25, 0.25);
    assert_point(net, 1, 5, 1, 0, 3);
    spk_network_free(net);
}

static void test_drawn_and_listed(void **state)
{
    (void)state;
    enum { N = 4000, BINS = 10 };
    spk_network *net = load("\"size\": 4000, \"position\": {\"uniform\": {\"extent\": [2, 20, 4], "
                            "\"center\": [1, 100, 0]}}",
                            "\"position\": {\"list\": [[1, 2, 3], [4, 5, 6.5]]}", "\"all_to_all\"");
    assert_int_equal(net->population[1].size, 2);
    assert_point(net, 1, 1, 4, 5, 6.5);
    double seen[3][BINS] = {{0}}, at[3], other[3], again[3];
    spk_places places = spk_places_of(&net->population[0], 1);
    spk_places others = spk_places_of(&net->population[0], 2);
    for (uint32_t i = 0; i < N; i++) {
        const double low[] = {0, 90, -2}, extent[] = {2, 20, 4};
        spk_place(&places, i, at);
        for (int k = 0; k < 3; k++) {
            assert_true(at[k] >= low[k] && at[k] <= low[k] + extent[k]);
            seen[k][(int)((at[k] - low[k]) / extent[k] * BINS)]++;
        }
    }
    for (int k = 0; k < 3; k++)
        assert_even(seen[k], BINS);
    spk_place(&others, N - 1, other);
    spk_place(&places, N - 1, again);
    assert_true(again[0] == at[0] && other[0] != at[0]);
    /* a draw of units like any other */
    spk_value value = drawn(SPK_VALUE_UNIFORM, 90, 110);
    spk_error err = {0};
    assert_int_equal(spk_draw_units(&value, 1, "a", "position/y", N - 1, 1, other, &err), 0);
    assert_true(fabs(other[0] - at[1]) < 1e-12);
    spk_network_free(net);
}

/* ---- rows ------------------------------------------------------------------------------------ */

static double distance_of(const double *from, const double *to, const double *extent, bool periodic,
                          int dims, double way[3])
{
    double sum = 0;
    for (int k = 0; k < dims; k++) {
        way[k] = to[k] - from[k];
        while (periodic && way[k] > extent[k] / 2)
            way[k] -= extent[k];
        while (periodic && way[k] < -extent[k] / 2)
            way[k] += extent[k];
        sum += way[k] * way[k];
    }
    return sqrt(sum);
}

typedef struct setting {
    const char *name, *source, *target, *connect;
    int dims;
    bool periodic;
    double extent[3];
    double (*chance)(double distance, const double way[3]);
} setting;

static double by_gauss(double d, const double way[3])
{
    (void)way;
    return fmin(1.4 * exp(-(d - 0.3) * (d - 0.3) / (2 * 0.2 * 0.2)), 1);
}

static double by_exponential(double d, const double way[3])
{
    (void)way;
    return d <= 0.8 ? 0.9 * exp(-d / 0.15) : 0;
}

static double by_line(double d, const double way[3])
{
    (void)way;
    return fmax(0.8 - 1.5 * d, 0);
}

static double by_box(double d, const double way[3])
{
    (void)d;
    bool in = way[0] >= -0.3 && way[0] <= 0.7 && way[1] >= 0.05 && way[1] <= 0.4;
    return in ? 0.5 : 0;
}

static double by_far(double d, const double way[3])
{
    (void)way;
    return fmin(fmax(d - 0.4, 0.05), 0.3);
}

#define GRID_A    "\"position\": {\"grid\": [20, 15], \"extent\": [3, 2], \"center\": [0.5, 0]"
#define UNIFORM_B "\"size\": 500, \"position\": {\"uniform\": {\"extent\": [3, 2]}"
#define CUBE      "\"position\": {\"grid\": [6, 7, 8], \"extent\": [2, 2, 1.5]"

static const setting settings[] = {
    {"gaussian",
     GRID_A "}",
     UNIFORM_B "}",
     "\"pairwise_bernoulli\", \"p\": {\"distance\": {\"gaussian\": [1.4, 0.3, 0.2]}}",
     2,
     false,
     {3, 2},
     by_gauss},
    {"gaussian, periodic",
     GRID_A ", \"periodic\": true}",
     UNIFORM_B ", \"periodic\": true}",
     "\"pairwise_bernoulli\", \"p\": {\"distance\": {\"gaussian\": [1.4, 0.3, 0.2]}}",
     2,
     true,
     {3, 2},
     by_gauss},
    {"exponential in a ball",
     CUBE "}",
     "\"size\": 300, \"position\": {\"uniform\": {\"extent\": "
     "[1, 1, 1], \"center\": [0, 0.5, 0]}}",
     "\"pairwise_bernoulli\", \"p\": {\"distance\": {\"exponential\": [0.9, 0.15]}}, "
     "\"mask\": {\"spherical\": {\"radius\": 0.8}}",
     3,
     false,
     {0},
     by_exponential},
    {"exponential in a ball, periodic",
     CUBE ", \"periodic\": true}",
     "\"size\": 300, \"position\": {\"uniform\": {\"extent\": [2, 2, 1.5], \"center\": [0, 0.5, "
     "0]}, \"periodic\": true}",
     "\"pairwise_bernoulli\", \"p\": {\"distance\": {\"exponential\": [0.9, 0.15]}}, "
     "\"mask\": {\"spherical\": {\"radius\": 0.8}}",
     3,
     true,
     {2, 2, 1.5},
     by_exponential},
    {"linear",
     UNIFORM_B "}",
     GRID_A "}",
     "\"pairwise_bernoulli\", \"p\": {\"distance\": {\"linear\": [0.8, -1.5]}}",
     2,
     false,
     {0},
     by_line},
    {"box",
     UNIFORM_B ", \"periodic\": true}",
     GRID_A ", \"periodic\": true}",
     "\"pairwise_bernoulli\", \"p\": 0.5, \"mask\": {\"rectangular\": {\"lower_left\": "
     "[-0.3, 0.05], \"upper_right\": [0.7, 0.4]}}",
     2,
     true,
     {3, 2},
     by_box},
    {"the further the better",
     UNIFORM_B "}",
     "\"position\": {\"list\": [[0, 0], [1, 1], [0, 0]]}",
     "\"pairwise_bernoulli\", \"p\": {\"distance\": {\"linear\": [-0.4, 1]}, "
     "\"clip\": [0.05, 0.3]}",
     2,
     false,
     {0},
     by_far},
};

/* Each pair of the row is there exactly when the uniform of (source, target) is below its chance. */
static double check_row(const setting *s, const spk_network *net, uint32_t i,
                        const spk_synapses *row, spk_key key)
{
    double from[3], to[3], way[3], u, sum = 0;
    spk_places sources = spk_places_of(&net->population[0], 5);
    spk_places targets = spk_places_of(&net->population[1], 5);
    size_t k = 0;
    spk_place(&sources, i, from);
    for (uint32_t j = 0; j < net->population[1].size; j++) {
        spk_place(&targets, j, to);
        double d = distance_of(from, to, s->extent, s->periodic, s->dims, way);
        double p = s->chance(d, way);
        sum += p;
        spk_draw_uniforms(key, i, j, 1, &u);
        if (fabs(u - p) < 1e-12) fail_msg("a case that rounding decides");
        bool there = k < row->n && row->other[k] == j;
        if (there != (u < p)) fail_msg("%s: %u to %u, chance %g", s->name, i, j, p);
        if (!there) continue;
        assert_true(fabs(row->weight[k] - d) < 1e-12);
        assert_int_equal(row->delay[k], floor(1 + 100 * d + 0.5));
        k++;
    }
    assert_int_equal(k, row->n);
    return sum;
}

static void test_rows_are_what_every_pair_says(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof settings / sizeof *settings; n++) {
        const setting *s = &settings[n];
        spk_network *net = load(s->source, s->target, s->connect);
        spk_key key = spk_random_key(5, "projection/a->b/connect");
        spk_synapses row = {0}, alone = {0};
        double sum = 0, total = 0;
        for (uint32_t i = 0; i < net->population[0].size; i++) {
            draw_row(net, 5, i, &row);
            sum += check_row(s, net, i, &row, key);
            total += (double)row.n;
        }
        draw_row(net, 5, net->population[0].size - 1, &alone);
        assert_int_equal(alone.n, row.n);
        assert_memory_equal(alone.other, row.other, row.n * sizeof *row.other);
        if (fabs(total - sum) > 5 * sqrt(sum)) fail_msg("%s: %g of %g", s->name, total, sum);
        /* the estimate has other drawn positions */
        double expected = spk_connect_count(net, 0);
        if (fabs(expected - sum) > 0.15 * sum)
            fail_msg("%s: expected %g, %g", s->name, expected, sum);
        spk_synapses_free(&alone);
        spk_synapses_free(&row);
        spk_network_free(net);
    }
}

/* A million pairs are sampled; here the grid's exact mean is known: every unit has the same. */
static void test_large_ones_are_estimated(void **state)
{
    (void)state;
    const char *grid =
        "\"position\": {\"grid\": [100, 100], \"extent\": [1, 1], \"periodic\": true}";
    spk_network *net = load(grid, grid,
                            "\"pairwise_bernoulli\", \"p\": 0.5, "
                            "\"mask\": {\"circular\": {\"radius\": 0.1}}");
    spk_synapses row = {0};
    double near = 0;
    for (int x = -10; x <= 10; x++)
        for (int y = -10; y <= 10; y++)
            near += x * x + y * y < 100; /* those at 10 are a rounding away */
    double expected = spk_connect_count(net, 0);
    if (fabs(expected - 1e4 * near / 2) > 0.03 * expected)
        fail_msg("%g, not %g", expected, 1e4 * near / 2);
    spk_synapses_free(&row);
    spk_network_free(net);
}

static void test_no_autapses(void **state)
{
    (void)state;
    char text[] = "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 1, "
                  "\"populations\": {\"a\": {\"model\": \"iaf_psc_delta\", \"shape\": [9, 9]}}, "
                  "\"projections\": {\"a->a\": {\"connect\": {\"rule\": \"pairwise_bernoulli\", "
                  "\"p\": 1, \"mask\": {\"circular\": {\"radius\": 0.12}}, \"allow_autapses\": "
                  "false}, \"weight_mV\": 1, \"delay_ms\": 1}}}";
    spk_error err = {0};
    spk_network *net = spk_network_parse(text, strlen(text), "net.json", 0, NULL, &err);
    if (!net) fail_msg("%s", err.text);
    spk_synapses row = {0};
    draw_row(net, 1, 40, &row);
    assert_int_equal(row.n, 4);
    const uint32_t around[] = {31, 39, 41, 49};
    assert_memory_equal(row.other, around, sizeof around);
    draw_row(net, 1, 0, &row);
    assert_int_equal(row.n, 2);
    assert_true(spk_connect_count(net, 0) == 4 * 81 - 4 * 9);
    spk_synapses_free(&row);
    spk_network_free(net);
}

/* Distances are the same from either end: a rule that is drawn by target. */
static void test_other_rules_have_distances(void **state)
{
    (void)state;
    spk_network *net = load(GRID_A "}", UNIFORM_B "}", "\"fixed_indegree\", \"indegree\": 7");
    spk_synapses row = {0};
    draw_row(net, 3, 11, &row);
    double from[3], to[3], way[3];
    spk_places sources = spk_places_of(&net->population[0], 3);
    spk_places targets = spk_places_of(&net->population[1], 3);
    assert_int_equal(row.n, 7);
    spk_place(&targets, 11, to);
    for (size_t k = 0; k < row.n; k++) {
        spk_place(&sources, row.other[k], from);
        assert_true(fabs(row.weight[k] - distance_of(from, to, NULL, false, 2, way)) < 1e-12);
    }
    spk_synapses_free(&row);
    spk_network_free(net);
}

/* ---- digests --------------------------------------------------------------------------------- */

static void structure(const char *source, const char *connect, uint64_t seed, char digest[33])
{
    spk_error err = {0};
    spk_network *net = load(source, UNIFORM_B "}", connect);
    assert_int_equal(spk_connect_structure(net, 0, seed, digest, &err), 0);
    spk_network_free(net);
}

static void test_structure_depends_on_places(void **state)
{
    (void)state;
    const char *near = "\"pairwise_bernoulli\", \"p\": {\"distance\": {\"linear\": [1, -1]}}";
    char first[33], other[33];
    structure("\"shape\": [3, 4]", near, 1, first);
    structure("\"position\": {\"grid\": [3, 4], \"extent\": [1, 1]}", near, 1, other);
    assert_string_equal(first, other);
    structure("\"position\": {\"grid\": [3, 4], \"extent\": [1, 1.5]}", near, 1, other);
    assert_string_not_equal(first, other);
    structure("\"position\": {\"grid\": [4, 3]}", near, 1, other);
    assert_string_not_equal(first, other);
    structure("\"shape\": [3, 4]", near, 2, other);
    assert_string_not_equal(first, other);
    structure("\"shape\": [3, 4]",
              "\"pairwise_bernoulli\", \"p\": {\"distance\": {\"linear\": [1, -1.5]}}", 1, other);
    assert_string_not_equal(first, other);
    /* of a rule that does not look at places they change nothing */
    structure("\"shape\": [3, 4]", "\"pairwise_bernoulli\", \"p\": 0.5", 1, first);
    structure("\"size\": 12, \"position\": {\"uniform\": {\"extent\": [1, 1]}}",
              "\"pairwise_bernoulli\", \"p\": 0.5", 1, other);
    assert_string_equal(first, other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grids),
        cmocka_unit_test(test_drawn_and_listed),
        cmocka_unit_test(test_rows_are_what_every_pair_says),
        cmocka_unit_test(test_large_ones_are_estimated),
        cmocka_unit_test(test_no_autapses),
        cmocka_unit_test(test_other_rules_have_distances),
        cmocka_unit_test(test_structure_depends_on_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
