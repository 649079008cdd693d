/* test_connect.c: the synapses that the connection rules draw: exact counts, distributions by
 * chi-square and Kolmogorov-Smirnov at fixed seeds, and independence of order and threads. */
#include "unit.h"

#include "chance.h"
#include "network/connect.h"
#include "network/draw.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A network of one projection between two populations, or of one population onto itself. */
typedef struct small_network {
    spk_network net;
    spk_population population[2];
    spk_projection projection;
} small_network;

static const spk_neuron_model model = {.name = "test"};

static small_network *make(spk_connection_rule rule, uint32_t sources, uint32_t targets)
{
    small_network *s = calloc(1, sizeof *s);
    assert_non_null(s);
    s->population[0] = (spk_population){.name = (char *)"a", .size = sources, .model = &model};
    s->population[1] = (spk_population){.name = (char *)"b", .size = targets, .model = &model};
    s->projection = (spk_projection){.name = (char *)"a->b",
                                     .target = 1,
                                     .connect = rule,
                                     .autapses = true,
                                     .multapses = true,
                                     .weight = constant(1),
                                     .weight_type = SPK_F64,
                                     .delay_ms = constant(1.5),
                                     .delay_steps = 3};
    s->net = (spk_network){.dt = {1, 2000},
                           .dt_ms = 0.5,
                           .populations = 2,
                           .projections = 1,
                           .population = s->population,
                           .projection = &s->projection};
    return s;
}

static small_network *make_recurrent(spk_connection_rule rule, uint32_t size)
{
    small_network *s = make(rule, size, size);
    s->projection.target = 0;
    s->projection.autapses = false;
    return s;
}

static void draw_row(const small_network *s, uint64_t seed, uint32_t i, spk_synapses *row)
{
    spk_error err = {0};
    if (spk_connect_row(&s->net, 0, seed, i, row, &err)) fail_msg("%s", err.text);
    for (size_t k = 1; k < row->n; k++)
        assert_true(row->other[k - 1] <= row->other[k]);
}

static void assert_no_self_no_double(const spk_synapses *row, uint32_t self, bool distinct)
{
    for (size_t k = 0; k < row->n; k++) {
        assert_int_not_equal(row->other[k], self);
        if (distinct && k > 0) assert_int_not_equal(row->other[k], row->other[k - 1]);
    }
}

/* ---- rules without chance -------------------------------------------------------------------- */

static void test_fixed_patterns(void **state)
{
    (void)state;
    spk_synapses row = {0};
    small_network *s = make(SPK_ALL_TO_ALL, 3, 5);
    draw_row(s, 1, 2, &row);
    assert_int_equal(row.n, 5);
    for (uint32_t j = 0; j < 5; j++)
        assert_true(row.other[j] == j && row.weight[j] == 1 && row.delay[j] == 3);
    assert_true(spk_connect_count(&s->net, 0) == 15);
    free(s);
    s = make_recurrent(SPK_ALL_TO_ALL, 4);
    draw_row(s, 1, 3, &row);
    assert_int_equal(row.n, 3);
    assert_no_self_no_double(&row, 3, true);
    assert_true(spk_connect_count(&s->net, 0) == 12);
    free(s);
    s = make(SPK_ALL_BUT_SELF, 4, 4);
    draw_row(s, 1, 1, &row);
    assert_int_equal(row.n, 3);
    assert_no_self_no_double(&row, 1, true);
    free(s);
    s = make(SPK_ONE_TO_ONE, 4, 4);
    draw_row(s, 1, 2, &row);
    assert_true(row.n == 1 && row.other[0] == 2);
    assert_true(spk_connect_count(&s->net, 0) == 4);
    free(s);
    spk_synapses_free(&row);
}

/* ---- degrees --------------------------------------------------------------------------------- */

/* Each of the owners takes `count`; the others are taken evenly. */
static void check_degree(spk_connection_rule rule, bool recurrent, bool multapses, uint32_t count)
{
    enum { OWNERS = 3000, OTHERS = 200 };
    uint32_t sources = rule == SPK_FIXED_INDEGREE ? OTHERS : OWNERS;
    uint32_t targets = rule == SPK_FIXED_INDEGREE ? OWNERS : OTHERS;
    small_network *s = recurrent ? make_recurrent(rule, OTHERS) : make(rule, sources, targets);
    uint32_t owners = recurrent ? OTHERS : OWNERS;
    s->projection.count = count;
    s->projection.multapses = multapses;
    double seen[OTHERS] = {0};
    size_t doubles = 0;
    spk_synapses row = {0};
    for (uint32_t i = 0; i < owners; i++) {
        draw_row(s, 7, i, &row);
        assert_int_equal(row.n, count);
        if (recurrent) assert_no_self_no_double(&row, i, false);
        for (size_t k = 0; k < row.n; k++) {
            assert_in_range(row.other[k], 0, OTHERS - 1);
            seen[row.other[k]]++;
            doubles += k > 0 && row.other[k] == row.other[k - 1];
        }
    }
    assert_true(multapses || doubles == 0);
    assert_true(!multapses || doubles > 0);
    assert_true(spk_connect_count(&s->net, 0) == (double)owners * count);
    /* Without replacement the counts are more even: variance x (1 - count / OTHERS). */
    double mean = (double)owners * count / OTHERS, sum = 0;
    double shrink = multapses ? 1 : 1 - (double)count / (OTHERS - recurrent);
    for (size_t j = 0; j < OTHERS; j++)
        sum += (seen[j] - mean) * (seen[j] - mean) / mean;
    double freedom = shrink * (OTHERS - 1);
    if (fabs(sum - freedom) > 4 * sqrt(2 * freedom * shrink))
        fail_msg("chi-square %g, expected %g", sum, freedom);
    spk_synapses_free(&row);
    free(s);
}

static void test_degrees(void **state)
{
    (void)state;
    check_degree(SPK_FIXED_INDEGREE, false, true, 60);
    check_degree(SPK_FIXED_INDEGREE, false, false, 60);
    check_degree(SPK_FIXED_INDEGREE, true, false, 20);
    check_degree(SPK_FIXED_OUTDEGREE, false, true, 40);
    check_degree(SPK_FIXED_OUTDEGREE, true, true, 40);
    check_degree(SPK_FIXED_OUTDEGREE, true, false, 120);
}

/* Every subset of 2 of 5 is equally likely: Floyd's method has no favourites. */
static void test_subsets_are_equally_likely(void **state)
{
    (void)state;
    enum { OWNERS = 20000 };
    small_network *s = make(SPK_FIXED_OUTDEGREE, OWNERS, 5);
    s->projection.count = 2;
    s->projection.multapses = false;
    double seen[10] = {0};
    spk_synapses row = {0};
    for (uint32_t i = 0; i < OWNERS; i++) {
        draw_row(s, 3, i, &row);
        static const int first[] = {0, 4, 7, 9}; /* of the pairs that begin with 0, 1, 2, 3 */
        seen[first[row.other[0]] + (int)(row.other[1] - row.other[0]) - 1]++;
    }
    assert_even(seen, 10);
    spk_synapses_free(&row);
    free(s);
}

static void test_whole_and_empty_rows(void **state)
{
    (void)state;
    small_network *s = make_recurrent(SPK_FIXED_OUTDEGREE, 300);
    spk_synapses row = {0};
    s->projection.multapses = false;
    s->projection.count = 299;
    draw_row(s, 1, 150, &row);
    assert_int_equal(row.n, 299);
    assert_no_self_no_double(&row, 150, true);
    s->projection.count = 0;
    draw_row(s, 1, 150, &row);
    assert_int_equal(row.n, 0);
    spk_synapses_free(&row);
    free(s);
}

/* ---- total number ---------------------------------------------------------------------------- */

static void test_total_number(void **state)
{
    (void)state;
    enum { SOURCES = 777, TARGETS = 100, N = 50000 };
    small_network *s = make(SPK_FIXED_TOTAL_NUMBER, SOURCES, TARGETS);
    s->projection.count = N;
    double from[SOURCES] = {0}, onto[TARGETS] = {0}, total = 0;
    spk_synapses row = {0};
    for (uint32_t i = 0; i < SOURCES; i++) {
        draw_row(s, 11, i, &row);
        from[i] = (double)row.n;
        total += (double)row.n;
        for (size_t k = 0; k < row.n; k++)
            onto[row.other[k]]++;
    }
    assert_true(total == N);
    assert_even(from, SOURCES);
    assert_even(onto, TARGETS);
    assert_true(spk_connect_count(&s->net, 0) == N);
    spk_synapses_free(&row);
    free(s);
}

static void test_total_number_without_autapses(void **state)
{
    (void)state;
    small_network *s = make_recurrent(SPK_FIXED_TOTAL_NUMBER, 30);
    s->projection.count = 10000;
    size_t total = 0;
    spk_synapses row = {0};
    for (uint32_t i = 0; i < 30; i++) {
        draw_row(s, 5, i, &row);
        assert_no_self_no_double(&row, i, false);
        total += row.n;
    }
    assert_int_equal(total, 10000);
    spk_synapses_free(&row);
    free(s);
}

/* Every pair at most once, and every pair as often as the others: 15 % of them, and nearly all. */
static void check_total_of_pairs(bool recurrent, uint32_t sources, uint32_t targets, uint64_t n)
{
    enum { SEEDS = 60 };
    small_network *s = recurrent ? make_recurrent(SPK_FIXED_TOTAL_NUMBER, sources)
                                 : make(SPK_FIXED_TOTAL_NUMBER, sources, targets);
    s->projection.count = n;
    s->projection.multapses = false;
    double *from = calloc(sources, sizeof *from), *onto = calloc(targets, sizeof *onto);
    spk_synapses row = {0};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        size_t total = 0;
        for (uint32_t i = 0; i < sources; i++) {
            draw_row(s, seed, i, &row);
            for (size_t k = 0; k < row.n; k++) {
                assert_true(k == 0 || row.other[k] > row.other[k - 1]);
                assert_true(!recurrent || row.other[k] != i);
                onto[row.other[k]]++;
            }
            from[i] += (double)row.n;
            total += row.n;
        }
        assert_int_equal(total, n);
    }
    const double pairs = (double)sources * (targets - recurrent);
    for (uint32_t i = 0; i < sources;
         i++) { /* 6 standard deviations of a binomial, which is wider */
        double p = (double)n / pairs, all = SEEDS * pairs / sources;
        assert_true(fabs(from[i] - all * p) <= 6 * sqrt(all * p * (1 - p)));
    }
    for (uint32_t j = 0; j < targets; j++) {
        double p = (double)n / pairs, all = SEEDS * pairs / targets;
        assert_true(fabs(onto[j] - all * p) <= 6 * sqrt(all * p * (1 - p)));
    }
    free(from);
    free(onto);
    spk_synapses_free(&row);
    free(s);
}

static void test_total_number_of_pairs(void **state)
{
    (void)state;
    check_total_of_pairs(false, 78, 100, 1170);
    check_total_of_pairs(false, 78, 100, 7800);
    check_total_of_pairs(false, 78, 100, 7790);
    check_total_of_pairs(true, 30, 30, 400);
    check_total_of_pairs(true, 30, 30, 870);
}

/* ---- probability ----------------------------------------------------------------------------- */

static void check_bernoulli(bool recurrent, double p)
{
    enum { SIZE = 1000 };
    small_network *s = recurrent ? make_recurrent(SPK_PAIRWISE_BERNOULLI, SIZE)
                                 : make(SPK_PAIRWISE_BERNOULLI, SIZE, SIZE);
    s->projection.probability = p;
    double onto[SIZE] = {0}, total = 0, pairs = (double)SIZE * (SIZE - recurrent);
    size_t neighbours = 0;
    spk_synapses row = {0};
    for (uint32_t i = 0; i < SIZE; i++) {
        draw_row(s, 21, i, &row);
        if (recurrent) assert_no_self_no_double(&row, i, true);
        total += (double)row.n;
        for (size_t k = 0; k < row.n; k++) {
            onto[row.other[k]]++;
            neighbours += k > 0 && row.other[k] == row.other[k - 1] + 1;
        }
    }
    assert_true(fabs(total - pairs * p) <= 4 * sqrt(pairs * p * (1 - p)));
    assert_true(fabs(spk_connect_count(&s->net, 0) - pairs * p) < 1e-6 * pairs);
    if (p < 1) { /* both of two neighbours: p^2; the variance of a count onto a target: 1 - p */
        double both = (pairs - SIZE) * p * p, sum = 0, mean = pairs * p / SIZE;
        assert_true(fabs((double)neighbours - both) < 5 * sqrt(both * (1 + 2 * p)));
        for (size_t j = 0; j < SIZE; j++)
            sum += (onto[j] - mean) * (onto[j] - mean) / (mean * (1 - p));
        assert_true(fabs(sum - SIZE) < 5 * sqrt(2.0 * SIZE));
    }
    spk_synapses_free(&row);
    free(s);
}

static void test_probability(void **state)
{
    (void)state;
    check_bernoulli(false, 0.1);
    check_bernoulli(true, 0.02);
    check_bernoulli(true, 0.7);
    check_bernoulli(false, 1);
    check_bernoulli(true, 1);
    small_network *s = make(SPK_PAIRWISE_BERNOULLI, 10, 2000000000);
    spk_synapses row = {0};
    s->projection.probability = 1e-8; /* silence costs nothing */
    draw_row(s, 1, 0, &row);
    assert_in_range(row.n, 1, 60);
    s->projection.probability = 0;
    draw_row(s, 1, 0, &row);
    assert_int_equal(row.n, 0);
    s->projection.probability = 5e-324;
    draw_row(s, 1, 0, &row);
    assert_int_equal(row.n, 0);
    spk_synapses_free(&row);
    free(s);
}

/* ---- order and addresses --------------------------------------------------------------------- */

static uint64_t mix(uint64_t sum, uint64_t value)
{
    return (sum ^ value) * UINT64_C(0x9e3779b97f4a7c15) + (sum >> 29);
}

static uint64_t fingerprint(const spk_synapses *row)
{
    uint64_t sum = row->n;
    for (size_t k = 0; k < row->n; k++) {
        uint64_t bits;
        memcpy(&bits, &row->weight[k], sizeof bits);
        sum = mix(mix(mix(sum, row->other[k]), bits), row->delay[k]);
    }
    return sum;
}

static const struct {
    spk_connection_rule rule;
    uint64_t count;
} drawn_rules[] = {{SPK_ALL_TO_ALL, 0},
                   {SPK_FIXED_INDEGREE, 90},
                   {SPK_FIXED_OUTDEGREE, 90},
                   {SPK_FIXED_TOTAL_NUMBER, 40000},
                   {SPK_PAIRWISE_BERNOULLI, 0}};
enum { DRAWN_RULES = sizeof drawn_rules / sizeof *drawn_rules, ROWS = 400 };

static small_network *make_drawn(size_t which)
{
    small_network *s = make_recurrent(drawn_rules[which].rule, ROWS);
    s->projection.count = drawn_rules[which].count;
    s->projection.probability = 0.3;
    s->projection.weight = drawn(SPK_VALUE_NORMAL, 5, 1);
    s->projection.delay_ms = drawn(SPK_VALUE_UNIFORM, 0.5, 10);
    return s;
}

/* Rows drawn upwards, downwards by threads, and after others, are the same rows. */
static void test_rows_do_not_depend_on_order(void **state)
{
    (void)state;
    for (size_t r = 0; r < DRAWN_RULES; r++) {
        small_network *s = make_drawn(r);
        uint64_t up[ROWS], down[ROWS];
        spk_synapses row = {0};
        for (uint32_t i = 0; i < ROWS; i++) {
            draw_row(s, 5, i, &row);
            up[i] = fingerprint(&row);
        }
        spk_synapses_free(&row);
#pragma omp parallel num_threads(3)
        {
            spk_synapses own = {0};
            spk_error err;
#pragma omp for schedule(dynamic)
            for (int i = ROWS - 1; i >= 0; i--)
                down[i] =
                    spk_connect_row(&s->net, 0, 5, (uint32_t)i, &own, &err) ? 0 : fingerprint(&own);
            spk_synapses_free(&own);
        }
        assert_memory_equal(up, down, sizeof up);
        free(s);
    }
}

/* These bits are part of the format: a network drawn by one version is drawn by the next. */
static void test_rows_keep_their_bits(void **state)
{
    (void)state;
    static const uint64_t known[DRAWN_RULES] = {
        UINT64_C(0xf1e1ef6181202286), UINT64_C(0xe03d8473ac05832a), UINT64_C(0xe03d8473ac05832a),
        UINT64_C(0x7c5d4315b91f067d), UINT64_C(0x6b15aa6342ac148e)};
    for (size_t r = 0; r < DRAWN_RULES; r++) {
        small_network *s = make_drawn(r);
        uint64_t sum = 0;
        spk_synapses row = {0};
        for (uint32_t i = 0; i < ROWS; i++) {
            draw_row(s, 5, i, &row);
            sum = mix(sum, fingerprint(&row));
        }
        if (sum != known[r])
            fail_msg("%s: 0x%016llx", spk_connection_rules[drawn_rules[r].rule],
                     (unsigned long long)sum);
        spk_synapses_free(&row);
        free(s);
    }
}

/* Where the rule looks at every pair, a pair has its weight and delay whoever else is connected. */
static void test_pairs_own_their_numbers(void **state)
{
    (void)state;
    small_network *all = make(SPK_ALL_TO_ALL, 50, 700),
                  *some = make(SPK_PAIRWISE_BERNOULLI, 50, 700);
    some->projection.probability = 0.6;
    all->projection.weight = some->projection.weight = drawn(SPK_VALUE_EXPONENTIAL, 2, 0);
    all->projection.delay_ms = some->projection.delay_ms = drawn(SPK_VALUE_UNIFORM, 0, 9);
    spk_synapses full = {0}, part = {0};
    for (uint32_t i = 0; i < 50; i++) {
        draw_row(all, 9, i, &full);
        draw_row(some, 9, i, &part);
        for (size_t k = 0; k < part.n; k++) {
            assert_true(part.weight[k] == full.weight[part.other[k]]);
            assert_int_equal(part.delay[k], full.delay[part.other[k]]);
        }
    }
    spk_synapses_free(&full);
    spk_synapses_free(&part);
    free(all);
    free(some);
}

static void test_seeds(void **state)
{
    (void)state;
    small_network *s = make_drawn(1);
    spk_synapses row = {0};
    draw_row(s, 5, 0, &row);
    uint64_t five = fingerprint(&row);
    draw_row(s, 6, 0, &row);
    assert_true(fingerprint(&row) != five);
    s->projection.seeded = true;
    s->projection.seed = 5;
    draw_row(s, 6, 0, &row);
    assert_true(fingerprint(&row) == five);
    s->projection.name = (char *)"a->b#2";
    draw_row(s, 6, 0, &row);
    assert_true(fingerprint(&row) != five);
    spk_synapses_free(&row);
    free(s);
}

/* Delays: half a step at each end, the nearest step between. */
static void test_delays(void **state)
{
    (void)state;
    enum { ROWS_OF_DELAYS = 100, TARGETS = 1000, STEPS = 21 };
    small_network *s = make(SPK_ALL_TO_ALL, ROWS_OF_DELAYS, TARGETS);
    s->projection.delay_ms = drawn(SPK_VALUE_UNIFORM, 0, 10);
    double seen[STEPS] = {0}, expected[STEPS];
    spk_synapses row = {0};
    for (uint32_t i = 0; i < ROWS_OF_DELAYS; i++) {
        draw_row(s, 1, i, &row);
        for (size_t k = 0; k < row.n; k++) {
            assert_in_range(row.delay[k], 0, STEPS - 1);
            seen[row.delay[k]]++;
        }
    }
    for (size_t i = 0; i < STEPS; i++)
        expected[i] = ROWS_OF_DELAYS * TARGETS / 20.0 * (i == 0 || i == STEPS - 1 ? 0.5 : 1);
    assert_chi_square(seen, expected, STEPS);
    spk_synapses_free(&row);
    free(s);
}

/* ---- precision of weights -------------------------------------------------------------------- */

static void test_weights_are_rounded_when_drawn(void **state)
{
    (void)state;
    small_network *s = make(SPK_ALL_TO_ALL, 1, 500);
    s->projection.weight = drawn(SPK_VALUE_UNIFORM, 0, 0.3);
    spk_synapses exact = {0}, row = {0};
    draw_row(s, 1, 0, &exact);
    s->projection.weight_type = SPK_F32;
    draw_row(s, 1, 0, &row);
    for (size_t k = 0; k < row.n; k++)
        assert_true(row.weight[k] == (double)(float)exact.weight[k]);
    s->projection.weight_type = SPK_F16;
    draw_row(s, 1, 0, &row);
    for (size_t k = 0; k < row.n; k++)
        assert_true(row.weight[k] == spk_round_half(exact.weight[k]));
    s->projection.weight = constant(0.1);
    draw_row(s, 1, 0, &row);
    assert_true(row.weight[499] == 0x1.998p-4); /* 0.1 as a half */
    spk_synapses_free(&exact);
    spk_synapses_free(&row);
    free(s);
}

/* ---- structure ------------------------------------------------------------------------------- */

static void structure(const small_network *s, uint64_t seed, char digest[33])
{
    spk_error err = {0};
    if (spk_connect_structure(&s->net, 0, seed, digest, &err)) fail_msg("%s", err.text);
    assert_int_equal(strlen(digest), 32);
}

static void test_structure_digests(void **state)
{
    (void)state;
    char a[33], b[33];
    small_network *s = make(SPK_ALL_TO_ALL, 3, 4);
    structure(s, 1, a);
    /* XXH3-128 of {"connect":{"allow_autapses":true,"rule":"all_to_all"},
     * "source":{"model":"test","size":3},"target":{"model":"test","size":4}} by xxhsum -H2 */
    assert_string_equal(a, "a4f7f7bacdb8c27c73317ce5f10d47bd");
    structure(s, 2, b); /* no seed draws all_to_all */
    assert_string_equal(a, b);
    s->projection.weight = constant(5);
    s->projection.delay_steps = 9;
    structure(s, 1, b);
    assert_string_equal(a, b);
    s->population[1].size = 5;
    structure(s, 1, b);
    assert_string_not_equal(a, b);
    s->projection.connect = SPK_FIXED_INDEGREE;
    s->projection.count = 2;
    structure(s, 1, a);
    structure(s, 2, b);
    assert_string_not_equal(a, b);
    s->projection.seeded = true;
    s->projection.seed = 1;
    structure(s, 2, b);
    assert_string_equal(a, b);
    s->projection.count = 3;
    structure(s, 2, b);
    assert_string_not_equal(a, b);
    free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fixed_patterns),
        cmocka_unit_test(test_degrees),
        cmocka_unit_test(test_subsets_are_equally_likely),
        cmocka_unit_test(test_whole_and_empty_rows),
        cmocka_unit_test(test_total_number),
        cmocka_unit_test(test_total_number_without_autapses),
        cmocka_unit_test(test_total_number_of_pairs),
        cmocka_unit_test(test_probability),
        cmocka_unit_test(test_rows_do_not_depend_on_order),
        cmocka_unit_test(test_rows_keep_their_bits),
        cmocka_unit_test(test_pairs_own_their_numbers),
        cmocka_unit_test(test_seeds),
        cmocka_unit_test(test_delays),
        cmocka_unit_test(test_weights_are_rounded_when_drawn),
        cmocka_unit_test(test_structure_digests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
