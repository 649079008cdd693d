/* test_trains.c: spike_generator: spikes at times that the network file, or a table beside it, lists. */
#include "unit.h"

#include "engines.h"

#include <stdio.h>
#include <unistd.h>

static const char network[] =
    "{\"format\": \"spikepipe-network\", \"version\": 1, \"dt_ms\": 0.1,\n"
    " \"populations\": {\"g\": {\"size\": 3, \"model\": \"spike_generator\",\n"
    "   \"params\": {\"spike_times_ms\": [[0.1, 0.3, 5], [], [0.3, 2.7]]}},\n"
    "  \"p\": {\"size\": 3, \"model\": \"parrot\"}},\n"
    " \"projections\": {\"g->p\": {\"connect\": {\"rule\": \"one_to_one\"}, \"weight\": 1, "
    "\"delay_ms\": 1}},\n"
    " \"record\": {\"g\": \"spikes\", \"p\": \"spikes\"}}\n";

#define TIMES "populations.g.params.spike_times_ms="

static const spk_engine_options alone = {.threads = 1};

static void spikes_are(const machine *m, size_t population, size_t n, const uint64_t *step,
                       const uint32_t *unit)
{
    size_t found;
    const uint64_t *at;
    const uint32_t *who;
    spk_engine_spikes(m->engine, population, &found, &at, &who);
    assert_int_equal(found, n);
    for (size_t i = 0; i < n; i++)
        assert_true(at[i] == step[i] && who[i] == unit[i]);
}

/* ---- what it does ---------------------------------------------------------------------------- */

/* The spike of t ms is the engine's step t / dt - 1, and acts a delay later. */
static void test_steps(void **state)
{
    (void)state;
    static const uint64_t step[] = {0, 2, 2, 26, 49}, late[] = {10, 12, 12, 36, 59};
    static const uint32_t unit[] = {0, 0, 2, 2, 0};
    machine m = start(network, NULL, alone);
    present(&m, 0, 60, 0, NULL, NULL);
    spikes_are(&m, 0, 5, step, unit);
    spikes_are(&m, 1, 5, late, unit);
    present(&m, 1, 30, 0, NULL, NULL); /* from the begin of each presentation */
    spikes_are(&m, 0, 4, step, unit);
    stop(&m);
}

static void test_pieces_and_parts(void **state)
{
    (void)state;
    static const uint64_t step[] = {0, 2, 2, 26, 49}, late[] = {10, 12, 12, 36, 59};
    static const uint32_t unit[] = {0, 0, 2, 2, 0};
    for (uint64_t piece = 1; piece < 30; piece += 7) {
        machine m = start(network, NULL, (spk_engine_options){.threads = 1, .parts = 2});
        bool again;
        GOOD(spk_engine_begin(m.engine, 0, err));
        for (uint64_t done = 0; done < 60; done += piece)
            GOOD(spk_engine_run(m.engine, piece < 60 - done ? piece : 60 - done, 0, NULL, NULL,
                                err));
        GOOD(spk_engine_end(m.engine, &again, err));
        spikes_are(&m, 0, 5, step, unit);
        spikes_are(&m, 1, 5, late, unit);
        stop(&m);
    }
}

/* It goes on through the rest, whose spikes are not recorded but arrive. */
static void test_rest(void **state)
{
    (void)state;
    static const char *const set[] = {"on_sample={\"rest_ms\": 4}", NULL};
    static const uint64_t late[] = {9};
    static const uint32_t unit[] = {0};
    machine m = start(network, set, alone);
    present(&m, 0, 10, 0, NULL, NULL);
    spikes_are(&m, 0, 3, (const uint64_t[]){0, 2, 2}, (const uint32_t[]){0, 0, 2});
    spikes_are(&m, 1, 0, NULL, NULL);
    stop(&m);
    m = start(network,
              (const char *const[]){"on_sample={\"rest_ms\": 4}", TIMES "[[5], [], []]", NULL},
              alone);
    present(&m, 0, 10, 0, NULL, NULL); /* step 49 is the last of the rest */
    present(&m, 1, 10, 0, NULL, NULL);
    spikes_are(&m, 1, 1, late, unit);
    stop(&m);
}

/* ---- files ----------------------------------------------------------------------------------- */

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static spk_network *load(const char *assignment, spk_error *err)
{
    const char *set[] = {assignment};
    write_file("net.json", network);
    return spk_network_load("net.json", 1, set, err);
}

static void test_a_table_is_a_list(void **state)
{
    (void)state;
    spk_error err = {0};
    write_file("spikes.csv", "unit,time_ms,note\n2,2.7,a\n0,5,b\n2,0.3,c\n0,0.1,d\n0,0.3,e\n");
    spk_network *net = load(TIMES "{\"file\": \"spikes.csv\"}", &err);
    spk_network *same = net ? load("precision=double", &err) : NULL;
    if (!net || !same) fail_msg("%s", err.text);
    const spk_trains *a = net->population[0].trains, *b = same->population[0].trains;
    assert_int_equal(a->n, 5);
    assert_int_equal(b->n, 5);
    assert_memory_equal(a->step, b->step, 5 * sizeof *a->step);
    assert_memory_equal(a->unit, b->unit, 5 * sizeof *a->unit);
    assert_string_equal(a->digest, b->digest);
    assert_int_equal(net->files, 2);
    assert_string_equal(net->file[1], "spikes.csv");
    /* What is expanded loads to itself while the file is what it was. */
    write_file("expanded.json", net->expanded);
    spk_network *again = spk_network_load("expanded.json", 0, NULL, &err);
    if (!again) fail_msg("%s", err.text);
    assert_string_equal(again->expanded, net->expanded);
    spk_network_free(again);
    spk_network_free(same);
    spk_network_free(net);
    write_file("spikes.csv", "unit,time_ms\n2,2.7\n");
    assert_null(spk_network_load("expanded.json", 0, NULL, &err));
    assert_non_null(strstr(err.text, "spikes.csv has changed"));
}

static void test_lists_are_written_as_they_are(void **state)
{
    (void)state;
    static const struct {
        const char *set, *expanded;
    } cases[] = {
        {"precision=double", "\"spike_times_ms\": [[0.1,0.3,5],[],[0.3,2.7]]\n"},
        {TIMES "[[], [], []]", "\"spike_times_ms\": [[],[],[]]\n"},
        {"populations.g={\"model\": \"spike_generator\", \"params\": {\"spike_times_ms\": [1, "
         "1.1]}}",
         "\"spike_times_ms\": [1,1.1]\n"},
        {"populations.g={\"model\": \"spike_generator\", \"params\": {\"spike_times_ms\": [[2]]}}",
         "\"spike_times_ms\": [2]\n"},
        {"populations.g={\"model\": \"spike_generator\", \"params\": {\"spike_times_ms\": []}}",
         "\"spike_times_ms\": []\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        spk_error err = {0};
        const char *set[] = {cases[i].set, "projections={}"};
        spk_network *net = spk_network_parse(network, strlen(network), "net.json", 2, set, &err);
        if (!net) fail_msg("%s", err.text);
        assert_non_null(strstr(net->expanded, cases[i].expanded));
        spk_network *again =
            spk_network_parse(net->expanded, strlen(net->expanded), "net.json", 0, NULL, &err);
        if (!again) fail_msg("%s", err.text);
        assert_string_equal(again->expanded, net->expanded);
        assert_int_equal(net->population[0].size, i < 2 ? 3 : 1);
        spk_network_free(again);
        spk_network_free(net);
    }
}

/* ---- what is refused ------------------------------------------------------------------------- */

static void refused(const char *assignment, const char *message)
{
    spk_error err = {0};
    spk_network *net = load(assignment, &err);
    if (net) fail_msg("accepted: %s", assignment);
    const char *at = strstr(err.text, "populations");
    assert_string_equal(at ? at : err.text, message);
    assert_int_equal(err.code, SPK_USAGE);
}

static void test_bad_lists(void **state)
{
    (void)state;
#define AT "populations.g.params.spike_times_ms"
    refused(TIMES "[[0.1], [0.15], []]",
            AT ".1.0: 0.15 ms is not a whole number of steps (dt_ms: 0.1)");
    refused(TIMES "[[0], [], []]", AT ".0.0: times must ascend, from above 0");
    refused(TIMES "[[-1], [], []]", AT ".0.0: times must ascend, from above 0");
    refused(TIMES "[[1, 1], [], []]", AT ".0.1: times must ascend, from above 0");
    refused(TIMES "[[1, 0.5], [], []]", AT ".0.1: times must ascend, from above 0");
    refused(TIMES "[[\"x\"], [], []]", AT ".0.0: a number is expected, found the string \"x\"");
    refused(TIMES "[[1], [], 3]", AT ".2: a list of times is expected");
    refused(TIMES "[[1], []]", AT ": g has 3 units: a list of times for each is expected");
    refused(TIMES "[1, 2, 3]", AT ": g has 3 units: a list of times for each is expected");
    refused(TIMES "[]", AT ": g has 3 units: a list of times for each is expected");
    refused(TIMES "7", AT ": a list of times or {\"file\": ...} is expected");
    refused("populations.g.params={}", "populations.g.params: \"spike_times_ms\" is missing");
    refused("populations.g={\"model\": \"spike_generator\"}",
            "populations.g: \"params\" is missing (spike_times_ms has no default)");
    refused("populations.g.winner=random", "populations.g.winner: spike_generator has no winner");
    refused(TIMES "{\"list\": [1]}", AT ".list: unknown key (known: file, digest)");
    refused(TIMES "{\"file\": \"nowhere.csv\"}",
            AT ".file: cannot open nowhere.csv: No such file or directory");
}

static void refused_table(const char *text, const char *message)
{
    write_file("spikes.csv", text);
    refused(TIMES "{\"file\": \"spikes.csv\"}", message);
}

static void test_bad_tables(void **state)
{
    (void)state;
    refused_table("unit,time_ms\n0,0.3\n1,0.25\n",
                  "spikes.csv:3: 0.25 ms is not a whole number of steps (dt_ms: 0.1)");
    refused_table("unit,time_ms\n0,0\n", "spikes.csv:2: a spike's time is above 0");
    refused_table("unit,time_ms\n0,-1\n",
                  "spikes.csv:2: a time of -1 ms is out of range (0 to 4503599627370496 steps)");
    refused_table("unit,time_ms\n0,1e300\n",
                  "spikes.csv:2: a time of 1e300 ms is out of range (0 to 4503599627370496 steps)");
    refused_table("unit,time_ms\n3,1\n", "spikes.csv:2: g has the units 0 to 2, not 3");
    refused_table("unit,time_ms\n0,1\n1,1\n0,1\n",
                  "spikes.csv:4: unit 0 fires at this time on line 2 already");
    refused_table("unit,time\n0,1\n",
                  "spikes.csv:1: there is no column \"time_ms\" (known: unit, time)");
    refused_table("time_ms\n1\n", "spikes.csv:1: there is no column \"unit\" (known: time_ms)");
    refused_table("unit,time_ms,time_ms\n0,1,1\n",
                  "spikes.csv:1: two columns are called \"time_ms\"");
}

/* The tests write files: they have a folder of their own. */
static int enter(void **state)
{
    static char folder[] = "/tmp/test-trains-XXXXXX";
    *state = folder;
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave(void **state)
{
    static const char *const files[] = {"net.json", "expanded.json", "spikes.csv"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        unlink(files[i]);
    return chdir("/") || rmdir(*state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_pieces_and_parts),
        cmocka_unit_test(test_rest),
        cmocka_unit_test(test_a_table_is_a_list),
        cmocka_unit_test(test_lists_are_written_as_they_are),
        cmocka_unit_test(test_bad_lists),
        cmocka_unit_test(test_bad_tables),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
