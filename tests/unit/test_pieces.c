/* test_pieces.c: how long the pieces of a run are, for networks of any speed and size of record. */
#include "unit.h"

#include "run/pieces.h"

#include <string.h>

#define MS UINT64_C(1000000)

static spk_network *network(const char *record, const char *size)
{
    static const char text[] =
        "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.1,\n"
        " \"populations\": {\"n\": {\"size\": 1, \"model\": \"iaf_psc_delta\"}}, \"record\": {}}";
    const char *set[] = {record, size};
    spk_error err = {0};
    spk_network *net = spk_network_parse(text, strlen(text), "net.json", 2, set, &err);
    if (!net) fail_msg("%s", err.text);
    return net;
}

/* Pieces of a machine that takes `step_ns` for each step, after a while. */
static uint64_t settled(spk_pieces p, uint64_t step_ns)
{
    for (int i = 0; i < 20; i++)
        spk_pieces_note(&p, p.steps, p.steps * step_ns);
    return p.steps;
}

static void test_time(void **state)
{
    (void)state;
    spk_network *net = network("record.n=spikes", "populations.n.size=1000");
    const spk_pieces usual = spk_pieces_of(net, 0), live = spk_pieces_of(net, 400 * MS);
    assert_int_equal(settled(usual, 0), 4096);
    assert_int_equal(settled(usual, 1000), 4096);
    assert_int_equal(settled(usual, MS), 50);
    assert_int_equal(settled(live, MS), 50);
    assert_int_equal(settled(spk_pieces_of(net, 80 * MS), MS), 10);
    assert_int_equal(settled(spk_pieces_of(net, 1), MS), 1);
    assert_int_equal(settled(live, UINT32_MAX), 1);
    spk_network_free(net);
}

/* The first piece is short, others grow step by step; one slow piece shortens the next at once. */
static void test_growth(void **state)
{
    (void)state;
    spk_network *net = network("record.n=spikes", "populations.n.size=1000");
    spk_pieces p = spk_pieces_of(net, 0);
    static const uint64_t grown[] = {64, 256, 1024, 4096, 4096};
    for (size_t i = 0; i < sizeof grown / sizeof *grown; i++) {
        assert_int_equal(p.steps, grown[i]);
        spk_pieces_note(&p, p.steps, p.steps * 100);
    }
    spk_pieces_note(&p, 4096, 4096 * MS);
    assert_int_equal(p.steps, 50);
    spk_network_free(net);
}

/* Recorded values of a piece take at most 16 MiB: of this many units, and intervals, so many steps. */
static void test_traces(void **state)
{
    (void)state;
    static const struct {
        const char *record, *size;
        uint64_t steps;
    } cases[] = {
        {"record.n={\"variables\": [\"V_m\"]}", "populations.n.size=100", 4096},
        {"record.n={\"variables\": [\"V_m\"]}", "populations.n.size=2097152", 1},
        {"record.n={\"variables\": [\"V_m\"]}", "populations.n.size=20971520", 1},
        {"record.n={\"variables\": [\"V_m\"]}", "populations.n.size=65536", 32},
        {"record.n={\"variables\": [\"V_m\", \"theta\"]}", "populations.n.size=65536", 16},
        {"record.n={\"variables\": [\"V_m\"], \"interval_ms\": 1}", "populations.n.size=65536",
         320},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        spk_network *net = network(cases[i].record, cases[i].size);
        spk_pieces p = spk_pieces_of(net, 0);
        assert_true(p.steps <= cases[i].steps);
        assert_int_equal(settled(p, 10), cases[i].steps);
        spk_network_free(net);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_time),
        cmocka_unit_test(test_growth),
        cmocka_unit_test(test_traces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
