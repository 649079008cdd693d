/* test_encode.c: what spk-encode computes, from within: random spikes against the process they are
 * said to be, one by one and in distribution; latencies, even spacing, and the order of samples. */
#include "unit.h"

#include "chance.h"
#include "stream_fixture.h"

#include "encode.h"
#include "gaps.h"
#include "latency.h"
#include "order.h"
#include "regular.h"

#include <math.h>

/* ---- random spikes --------------------------------------------------------------------------- */

typedef struct spike {
    uint64_t tick;
    uint32_t unit;
} spike;

typedef struct spikes {
    spike *at;
    size_t n, room;
} spikes;

static void add_spike(spikes *s, uint64_t tick, uint32_t unit)
{
    spk_error err;
    succeed(spk_grow(&s->at, &s->room, s->n + 1, sizeof *s->at, "spikes", &err), &err);
    s->at[s->n++] = (spike){tick, unit};
}

static void read_back(FILE *file, spikes *out)
{
    spk_error err;
    rewind(file);
    spk_reader *in = spk_reader_open(dup(fileno(file)), "test", NULL, &err);
    if (!in) fail_msg("%s", err.text);
    spk_item item;
    int more;
    while ((more = spk_reader_next(in, &item, &err)) > 0)
        for (size_t i = 0; item.kind == SPK_KIND_SPIKES && i < item.spikes.n; i++)
            add_spike(out, item.spikes.tick[i], item.spikes.unit[i]);
    succeed(more, &err);
    spk_reader_close(in);
}

/* The spikes of samples number first .. first + n - 1, each beginning where the last one ended. */
static spikes sampled(uint32_t units, uint64_t ticks, const double *hazard, uint64_t first,
                      uint64_t n)
{
    spk_error err;
    FILE *file = tmpfile();
    encode_plan plan = {.units = units, .ticks = ticks, .seed = 42};
    gaps *g = gaps_open(&plan, "encode/poisson", &err);
    spk_header header;
    spk_header_init(&header);
    header.tick = (spk_rational){1, 1000};
    assert_non_null(spk_header_add_channel(&header, SPK_CHANNEL_SPIKES, "input", units, &err));
    spk_provenance none;
    spk_provenance_init(&none);
    spk_writer_options options = {.level = 1};
    spk_writer *w = spk_writer_open(fileno(file), "test", &header, &none, &options, &err);
    if (!w) fail_msg("%s", err.text);
    encode_out out = {w, 1};
    for (uint64_t i = 0; i < n; i++) {
        spk_sample sample = {
            .number = first + i, .begin = i * ticks, .duration = ticks, .label = -1, .attempts = 1};
        encode_sample given = {.number = first + i, .begin = i * ticks};
        succeed(spk_writer_sample(w, &sample, &err), &err);
        succeed(gaps_write(g, &given, hazard, &out, &err), &err);
    }
    succeed(spk_writer_end(w, n * ticks, false, &err), &err);
    spk_writer_close(w);
    spk_header_free(&header);
    gaps_close(g);
    spikes all = {0};
    read_back(file, &all);
    fclose(file);
    return all;
}

static int by_time(const void *a, const void *b)
{
    const spike *x = a, *y = b;
    if (x->tick != y->tick) return x->tick < y->tick ? -1 : 1;
    return x->unit < y->unit ? -1 : x->unit > y->unit;
}

/* The definition in gaps.h, word for word: one draw at a time, in no batch and no window. */
static spikes defined(uint32_t units, uint64_t ticks, const double *hazard, uint64_t number)
{
    spk_key key = spk_random_key(42, "encode/poisson");
    spikes all = {0};
    for (uint32_t unit = 0; unit < units; unit++) {
        uint64_t tick = 0;
        for (uint32_t draw = 0; hazard[unit] > 0; draw++) {
            uint32_t c[4] = {unit, (uint32_t)(number >> 32), (uint32_t)number, draw / 2}, w[4];
            spk_philox(key, c, w);
            double e = draw % 2 ? spk_exponential(w[2], w[3]) : spk_exponential(w[0], w[1]);
            double gap = floor(e * fmin(1 / hazard[unit], 0x1p57));
            if (gap >= (double)(ticks - tick)) break;
            tick += (uint64_t)gap;
            add_spike(&all, tick, unit);
            if (++tick == ticks) break;
        }
    }
    qsort(all.at, all.n, sizeof *all.at, by_time);
    return all;
}

static void check_against_definition(uint32_t units, uint64_t ticks, const double *hazard,
                                     uint64_t number)
{
    spikes got = sampled(units, ticks, hazard, number, 1);
    spikes want = defined(units, ticks, hazard, number);
    assert_int_equal(got.n, want.n);
    for (size_t i = 0; i < got.n; i++) {
        assert_int_equal(got.at[i].tick, want.at[i].tick);
        assert_int_equal(got.at[i].unit, want.at[i].unit);
    }
    free(got.at);
    free(want.at);
}

static void every_spike_is_the_defined_one(void **state)
{
    (void)state;
    enum { UNITS = 3000 };
    static double hazard[UNITS];
    /* As in an image: most units silent, the others from almost silent to one spike in 16 ticks. */
    for (int u = 0; u < UNITS; u++)
        hazard[u] = u % 3 ? 0 : (u % 256) / 4096.0;
    check_against_definition(UNITS, 350, hazard, 7);
    /* Numbers beyond 32 bits, and several windows. */
    check_against_definition(UNITS, 5000, hazard, UINT64_C(0x123456789abcdef));
    /* From never to always, and much longer than the longest window. */
    double extremes[] = {0, INFINITY, 1e-300, 3, 0.7, 1e-6, 1e-5, 0};
    check_against_definition(8, 300000, extremes, 1);
    check_against_definition(1, 1, extremes + 1, 0);
    double slow[] = {1e-8, 2e-8};
    check_against_definition(2, UINT64_C(1) << 32, slow, 3);
}

/* Counts per sample are binomial(T, 1 - exp(-h)). */
static void check_counts(double h, uint64_t ticks)
{
    enum { UNITS = 100, SAMPLES = 400, MOST = 64 };
    double hazard[UNITS], seen[MOST] = {0}, expected[MOST] = {0}, p = 1 - exp(-h);
    for (int u = 0; u < UNITS; u++)
        hazard[u] = h;
    spikes all = sampled(UNITS, ticks, hazard, 0, SAMPLES);
    static int count[SAMPLES][UNITS];
    memset(count, 0, sizeof count);
    for (size_t i = 0; i < all.n; i++)
        count[all.at[i].tick / ticks][all.at[i].unit]++;
    free(all.at);
    double chance = pow(1 - p, (double)ticks); /* of k spikes */
    size_t first = MOST, last = 0;
    for (size_t k = 0; k < MOST; k++) {
        expected[k] = chance * UNITS * SAMPLES;
        if (expected[k] >= 10) last = k;
        if (expected[k] >= 10 && first == MOST) first = k;
        chance *= (double)(ticks - k) / (double)(k + 1) * p / (1 - p);
    }
    for (int s = 0; s < SAMPLES; s++)
        for (int u = 0; u < UNITS; u++)
            if (count[s][u] < MOST) seen[count[s][u]]++;
    assert_true(last - first >= 3);
    double missing = UNITS * SAMPLES, missed = UNITS * SAMPLES; /* the tails, as one more class */
    for (size_t k = first; k <= last; k++)
        missing -= expected[k], missed -= seen[k];
    expected[last + 1] = fmax(missing, 1);
    seen[last + 1] = missed;
    assert_chi_square(seen + first, expected + first, last - first + 2);
}

static void counts_are_binomial(void **state)
{
    (void)state;
    check_counts(0.06375, 350);
    check_counts(0.002, 1000);
    check_counts(1.2, 20);
}

/* Silent ticks between spikes of one unit: geometric, so that the intervals' CV is sqrt(1 - p). */
static void gaps_are_geometric(void **state)
{
    (void)state;
    enum { UNITS = 20, CLASSES = 40 };
    const uint64_t ticks = 50000;
    double h = 0.1, p = 1 - exp(-h), hazard[UNITS], seen[CLASSES] = {0}, expected[CLASSES];
    for (int u = 0; u < UNITS; u++)
        hazard[u] = h;
    spikes all = sampled(UNITS, ticks, hazard, 5, 1);
    uint64_t last[UNITS] = {0};
    double n = 0, sum = 0, squares = 0;
    for (size_t i = 0; i < all.n; i++) {
        spike s = all.at[i];
        double interval = (double)(s.tick + 1 - last[s.unit]);
        last[s.unit] = s.tick + 1;
        n++, sum += interval, squares += interval * interval;
        seen[interval <= CLASSES ? (size_t)interval - 1 : CLASSES - 1]++;
    }
    free(all.at);
    for (int k = 0; k < CLASSES - 1; k++)
        expected[k] = n * p * pow(1 - p, k);
    expected[CLASSES - 1] = n * pow(1 - p, CLASSES - 1);
    assert_chi_square(seen, expected, CLASSES);
    double mean = sum / n, cv = sqrt(squares / n - mean * mean) / mean;
    assert_true(fabs(cv - sqrt(1 - p)) < 0.01);
}

/* Spikes in the same tick of two units, in neighbouring ticks of one unit, and in the same tick of
 * two samples: each pair of events as often as independence says. */
static void spikes_are_independent(void **state)
{
    (void)state;
    enum { UNITS = 64, SAMPLES = 60, TICKS = 500 };
    static bool on[SAMPLES][UNITS][TICKS];
    memset(on, 0, sizeof on);
    double hazard[UNITS], p = 1 - exp(-0.3);
    for (int u = 0; u < UNITS; u++)
        hazard[u] = 0.3;
    spikes all = sampled(UNITS, TICKS, hazard, 100, SAMPLES);
    for (size_t i = 0; i < all.n; i++)
        on[all.at[i].tick / TICKS][all.at[i].unit][all.at[i].tick % TICKS] = true;
    free(all.at);
    double pairs[3][4] = {{0}};
    for (int s = 1; s < SAMPLES; s++)
        for (int u = 1; u < UNITS; u++)
            for (int t = 1; t < TICKS; t++) {
                bool here = on[s][u][t];
                pairs[0][2 * here + on[s][u - 1][t]]++;
                pairs[1][2 * here + on[s][u][t - 1]]++;
                pairs[2][2 * here + on[s - 1][u][t]]++;
            }
    double n = (double)(SAMPLES - 1) * (UNITS - 1) * (TICKS - 1);
    double expected[4] = {n * (1 - p) * (1 - p), n * p * (1 - p), n * p * (1 - p), n * p * p};
    for (int k = 0; k < 3; k++) {
        double sum = 0;
        for (int c = 0; c < 4; c++)
            sum += (pairs[k][c] - expected[c]) * (pairs[k][c] - expected[c]) / expected[c];
        assert_true(sum < 16); /* 3 degrees of freedom: 0.1 % */
    }
}

/* ---- times ------------------------------------------------------------------------------------- */

static void check_times(latency_law law, const double *x, const double *want, uint32_t n)
{
    double got[8];
    latency_times(&law, n, x, got);
    for (uint32_t i = 0; i < n; i++)
        if (!(fabs(got[i] - want[i]) < 5e-8)) fail_msg("time %u is %.9g", i, got[i]);
}

static void latencies_are_the_published_ones(void **state)
{
    (void)state;
    double x[] = {0.02, 0.5, 1};
    /* snnTorch's documentation, T = 5, threshold 0.01, tau = 1. */
    check_times((latency_law){LATENCY_LINEAR, 4, 0.01, 1, false}, x, (double[]){3.92, 2, 0}, 3);
    check_times((latency_law){LATENCY_RC, 4, 0.01, 1, false}, x,
                (double[]){0.69314718, 0.02020271, 0.01005034}, 3);
    check_times((latency_law){LATENCY_RC, 4, 0.01, 1, true}, x,
                (double[]){4, 0.11658538, 0.05799828}, 3);
    /* SpikingJelly's logarithm, T = 8. */
    check_times((latency_law){LATENCY_LOG, 7, 0, 1, false}, x,
                (double[]){3.86831027, 0.69223571, 0}, 3);
    /* Time to the first spike of a leaky integrator, tau = 10, threshold 1, I = 1.5, 2, 5: the same
     * law with everything divided by 10. */
    check_times((latency_law){LATENCY_RC, 100, 0.1, 10, false}, (double[]){0.15, 0.2, 0.5},
                (double[]){10.98612289, 6.93147181, 2.23143551}, 3);
}

static void dim_units_have_no_time(void **state)
{
    (void)state;
    double x[] = {0, 0.01, 0.2, 0.4}, t[4];
    latency_law law = {LATENCY_RC, 9, 0.01, 1, true};
    latency_times(&law, 4, x, t);
    assert_true(isinf(t[0]) && isinf(t[1]));
    assert_true(t[2] == 9 && t[3] < 9);
    latency_times(&law, 2, x, t); /* nothing to stretch */
    assert_true(isinf(t[0]) && isinf(t[1]));
    law = (latency_law){LATENCY_LOG, 1e6, 0, 1, false}; /* e^(T-1) overflows */
    latency_times(&law, 4, x, t);
    assert_true(fabs(t[2] - -log(0.2)) < 1e-9);
}

static void regular_spikes_are_error_diffusion(void **state)
{
    (void)state;
    assert_int_equal(regular_tick(1, 0.3), 3);
    assert_int_equal(regular_tick(2, 0.3), 6);
    assert_int_equal(regular_tick(3, 0.3), 9);
    assert_int_equal(regular_tick(1, 0.25), 3);
    assert_int_equal(regular_tick(2, 0.25), 7);
    assert_int_equal(regular_tick(5, 1), 4);
    assert_int_equal(regular_tick(1, 1e-300), UINT64_MAX);
    /* a / b per tick, summed without rounding in units of 1 / b */
    for (uint64_t b = 1; b <= 100; b++)
        for (uint64_t a = 1; a <= b; a++) {
            uint64_t sum = 0, k = 1;
            for (uint64_t tick = 0; tick < 300; tick++) {
                sum += a;
                if (sum < b) continue;
                sum -= b;
                assert_int_equal(regular_tick(k++, (double)a / (double)b), tick);
            }
        }
}

/* ---- the order of samples ---------------------------------------------------------------------- */

static void every_epoch_is_a_permutation(void **state)
{
    (void)state;
    static const uint64_t counts[] = {1, 2, 3, 5, 16, 17, 1000, 1797, 60000};
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        order o;
        order_init(&o, counts[c], true, 9);
        unsigned char *seen = calloc(counts[c], 1);
        for (uint64_t i = 0; i < counts[c]; i++)
            seen[order_index(&o, 3 * counts[c] + i)]++;
        for (uint64_t i = 0; i < counts[c]; i++)
            assert_int_equal(seen[i], 1);
        free(seen);
    }
    order plain;
    order_init(&plain, 10, false, 9);
    for (uint64_t i = 0; i < 25; i++)
        assert_int_equal(order_index(&plain, i), i % 10);
}

/* All 24 orders of 4 samples, and all 120 of 5, equally often over the epochs. */
static void check_uniform(uint64_t n, size_t orders)
{
    const uint64_t epochs = 200 * orders;
    double seen[120] = {0};
    order o;
    order_init(&o, n, true, 1);
    for (uint64_t e = 0; e < epochs; e++) {
        size_t rank = 0; /* in the factorial number system */
        uint64_t index[5];
        for (uint64_t i = 0; i < n; i++)
            index[i] = order_index(&o, e * n + i);
        for (uint64_t i = 0; i < n; i++) {
            size_t smaller = 0;
            for (uint64_t j = i + 1; j < n; j++)
                smaller += index[j] < index[i];
            rank = rank * (n - i) + smaller;
        }
        seen[rank]++;
    }
    assert_even(seen, orders);
}

static void shuffles_are_uniform(void **state)
{
    (void)state;
    check_uniform(3, 6);
    check_uniform(4, 24);
    check_uniform(5, 120);
    /* Large sets: where neighbours go has nothing to do with one another. */
    order o;
    order_init(&o, 60000, true, 1);
    double seen[100] = {0};
    for (uint64_t i = 0; i + 1 < 60000; i++) {
        uint64_t a = order_index(&o, i) * 10 / 60000, b = order_index(&o, i + 1) * 10 / 60000;
        seen[10 * a + b]++;
    }
    assert_even(seen, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_spike_is_the_defined_one),
        cmocka_unit_test(counts_are_binomial),
        cmocka_unit_test(gaps_are_geometric),
        cmocka_unit_test(spikes_are_independent),
        cmocka_unit_test(latencies_are_the_published_ones),
        cmocka_unit_test(dim_units_have_no_time),
        cmocka_unit_test(regular_spikes_are_error_diffusion),
        cmocka_unit_test(every_epoch_is_a_permutation),
        cmocka_unit_test(shuffles_are_uniform),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
