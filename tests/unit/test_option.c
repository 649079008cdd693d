/* test_option.c: quantities, ranges and whole command lines through the frame's own parser. */
#include "cli/common.h"
#include "cli/option.h"
#include "cli/parse.h"
#include "cli/program.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

/* ---- quantities ------------------------------------------------------------------------------ */

static void times_are_exact(void **state)
{
    (void)state;
    const struct {
        const char *text;
        uint64_t num, den;
    } good[] = {{"350ms", 7, 20},  {"0.1ms", 1, 10000}, {"1e-3s", 1, 1000},  {"2min", 120, 1},
                {"1.5h", 5400, 1}, {"0ms", 0, 1},       {"7us", 7, 1000000}, {"20ns", 1, 50000000},
                {".5s", 1, 2},     {"5.s", 5, 1},       {"1e3ms", 1, 1}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        spk_rational value;
        spk_error err;
        assert_int_equal(spk_parse_time(good[i].text, "--t", &value, &err), 0);
        assert_int_equal(value.num, good[i].num);
        assert_int_equal(value.den, good[i].den);
    }
}

static void assert_time_refused(const char *text, const char *message)
{
    spk_rational value;
    spk_error err;
    assert_int_equal(spk_parse_time(text, "--duration", &value, &err), -1);
    assert_int_equal(err.code, SPK_USAGE);
    assert_string_equal(err.text, message);
}

static void times_without_a_right_unit_are_refused(void **state)
{
    (void)state;
    assert_time_refused("350", "--duration: 350 has no unit (write 350ms, 350s, ...)");
    assert_time_refused("5 ms",
                        "--duration: 5 ms: unknown unit \" ms\" (one of ms, s, us, ns, min, h)");
    assert_time_refused("5MS",
                        "--duration: 5MS: unknown unit \"MS\" (one of ms, s, us, ns, min, h)");
    assert_time_refused("5ms ",
                        "--duration: 5ms : unknown unit \"ms \" (one of ms, s, us, ns, min, h)");
    assert_time_refused("-5ms", "--duration: -5ms is negative");
    assert_time_refused("", "--duration: \"\" is not a time (write a number and a unit: ms, s, us, "
                            "ns, min, h)");
    assert_time_refused("nanms", "--duration: \"nanms\" is not a time (write a number and a unit: "
                                 "ms, s, us, ns, min, h)");
    assert_time_refused(
        "1234567890123456789ms",
        "--duration: 1234567890123456789ms is too large, or has more than 18 digits");
}

static void rates_are_rounded_once(void **state)
{
    (void)state;
    const struct {
        const char *text;
        double hertz;
    } good[] = {{"63.75Hz", 63.75}, {"0.1kHz", 100}, {"250mHz", 0.25},
                {"2MHz", 2e6},      {"0Hz", 0},      {"100mHz", 0.1}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        double hertz;
        assert_int_equal(spk_parse_rate(good[i].text, "--r", &hertz, NULL), 0);
        assert_true(hertz == good[i].hertz);
    }
    const char *bad[] = {"63.75", "5ms", "infHz", "1e400Hz", "1e308MHz", "0x10Hz", " 5Hz"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        double hertz;
        assert_int_equal(spk_parse_rate(bad[i], "--r", &hertz, NULL), -1);
    }
}

static void sizes_are_whole_bytes(void **state)
{
    (void)state;
    const struct {
        const char *text;
        uint64_t bytes;
    } good[] = {{"2GiB", (uint64_t)2 << 30}, {"1.5KiB", 1536}, {"64kB", 64000},    {"7B", 7},
                {"3MiB", 3 << 20},           {"3MB", 3000000}, {"1GB", 1000000000}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        uint64_t bytes;
        assert_int_equal(spk_parse_size(good[i].text, "--s", &bytes, NULL), 0);
        assert_int_equal(bytes, good[i].bytes);
    }
    const char *bad[] = {"2048", "0.5B", "64K", "99999999999999999GiB"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint64_t bytes;
        assert_int_equal(spk_parse_size(bad[i], "--s", &bytes, NULL), -1);
    }
}

static void counts_are_whole_strings(void **state)
{
    (void)state;
    uint64_t n;
    assert_int_equal(spk_parse_count("18446744073709551615", "--n", &n, NULL), 0);
    assert_true(n == UINT64_MAX);
    assert_int_equal(spk_parse_count("0x1F", "--n", &n, NULL), 0);
    assert_int_equal(n, 31);
    assert_int_equal(spk_parse_count("007", "--n", &n, NULL), 0);
    assert_int_equal(n, 7);
    const char *bad[] = {
        "18446744073709551616", "0x", "", "-1", "+1", " 1", "1 ", "1e3", "1.0", "0x1g"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(spk_parse_count(bad[i], "--n", &n, NULL), -1);
}

static void shapes_are_sizes_joined_by_x(void **state)
{
    (void)state;
    uint32_t size[4];
    assert_int_equal(spk_parse_sizes("7", 100, 4, size), 1);
    assert_int_equal(size[0], 7);
    assert_int_equal(spk_parse_sizes("2x34x100x1", 100, 4, size), 4);
    assert_int_equal(size[1], 34);
    assert_int_equal(size[3], 1);
    const char *bad[] = {"",   "x",  "2x", "x2",  "2xx2", "0x2",      "2x0",
                         "+2", " 2", "2 ", "2X2", "101",  "1x1x1x1x1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(spk_parse_sizes(bad[i], 100, 4, size), 0);
}

static void reals_are_plain_decimals(void **state)
{
    (void)state;
    double x;
    assert_int_equal(spk_parse_real("-1.5e-3", "--x", &x, NULL), 0);
    assert_true(x == -1.5e-3);
    assert_int_equal(spk_parse_real("+.5", "--x", &x, NULL), 0);
    assert_true(x == 0.5);
    const char *bad[] = {"inf", "nan", "0x1p3", "1,5", "1e", "1.5 ", "", "-", ".", "1e999", "--1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(spk_parse_real(bad[i], "--x", &x, NULL), -1);
}

static void near_names_are_found(void **state)
{
    (void)state;
    const char *const words[] = {"duration", "limit", "labels", "level", "max-rate", "n", NULL};
    assert_string_equal(spk_nearest("limt", words), "limit");
    assert_string_equal(spk_nearest("limti", words), "limit");  /* neighbours swapped */
    assert_string_equal(spk_nearest("dur", words), "duration"); /* an abbreviation */
    assert_string_equal(spk_nearest("durration", words), "duration");
    assert_string_equal(spk_nearest("levels", words), "level");
    assert_null(spk_nearest("xyz", words));
    assert_null(spk_nearest("", words));
    assert_null(spk_nearest("q", words)); /* nothing of it would be left */
    char endless[300] = "", text[24];
    memset(endless, 'x', sizeof endless - 1);
    assert_null(spk_nearest(endless, words));
    static const char *const two[] = {"exc", "inhibitory", NULL}, *const none[] = {NULL};
    assert_string_equal(spk_suggest("ecx", two, text, sizeof text), " (did you mean \"exc\"?)");
    assert_string_equal(spk_suggest("q", none, text, sizeof text), " (known: none)");
    assert_string_equal(spk_suggest("q", two, text, sizeof text), " (known: exc, inhibito)");
}

/* ---- command lines --------------------------------------------------------------------------- */

struct settings {
    spk_common common;
    uint64_t limit;
    spk_time duration;
    bool labels, normalize;
    int order;
    spk_shard shard;
    spk_list set;
    const char *weights, *log;
    uint64_t budget;
};

struct poisson {
    double rate;
};

#define AT(member) .offset = offsetof(struct settings, member)

static const spk_option options[] = {
    {.name = "limit",
     .letter = 'n',
     .kind = SPK_COUNT,
     AT(limit),
     .preset = "10",
     .min = 1,
     .max = 100,
     .help = "h"},
    {.name = "duration", .kind = SPK_TIME, AT(duration), .min = 0.001, .max = 10, .help = "h"},
    {.name = "labels", .kind = SPK_FLAG, AT(labels), .help = "h"},
    {.name = "normalize", .kind = SPK_FLAG, AT(normalize), .preset = "yes", .help = "h"},
    {.name = "order", .kind = SPK_CHOICE, AT(order), .choices = "file|shuffled", .help = "h"},
    {.name = "shard", .kind = SPK_SHARD, AT(shard), .help = "h"},
    {.name = "set", .letter = 'S', .kind = SPK_LIST, AT(set), .help = "h"},
    {.name = "weights", .kind = SPK_FILE, AT(weights), .flags = SPK_SIDE_INPUT, .help = "h"},
    {.name = "log", .kind = SPK_TEXT, AT(log), .flags = SPK_NEUTRAL, .help = "h"},
    {.name = "budget", .kind = SPK_SIZE, AT(budget), .flags = SPK_POSITIVE, .help = "h"},
    {0}};

static const spk_option poisson_options[] = {{.name = "max-rate",
                                              .kind = SPK_RATE,
                                              .offset = offsetof(struct poisson, rate),
                                              .flags = SPK_REQUIRED,
                                              .help = "h"},
                                             {0}};
static const spk_method poisson = {"poisson", "h", poisson_options, sizeof(struct poisson)};
static const spk_method latency = {"latency", "h", NULL, 0};
static const spk_method *const methods[] = {&poisson, &latency, NULL};

static const spk_program plain = {.name = "spk-plain",
                                  .summary = "s",
                                  .operands = "[FILE]",
                                  .options = options,
                                  .groups = SPK_USES_SEED | SPK_USES_THREADS | SPK_WRITES_STREAM |
                                            SPK_WRITES_TABLE | SPK_SHOWS_PROGRESS |
                                            SPK_BOUNDS_MEMORY,
                                  .settings_size = sizeof(struct settings)};
static const spk_program several = {.name = "spk-several",
                                    .summary = "s",
                                    .options = options,
                                    .methods = methods,
                                    .groups = SPK_USES_SEED,
                                    .settings_size = sizeof(struct settings)};

enum { MOST_WORDS = 40 };

/* Parses "a b c", split at blanks. */
static int parse_line(struct spk_parse *parse, const spk_program *program, const char *line,
                      spk_error *err)
{
    static char copy[256];
    char *argv[MOST_WORDS + 1], *rest = NULL;
    int argc = 0;
    snprintf(copy, sizeof copy, "%s %s", program->name, line);
    for (char *w = strtok_r(copy, " ", &rest); w; w = strtok_r(NULL, " ", &rest))
        argv[argc++] = w;
    argv[argc] = NULL;
    return spk_parse_command_line(parse, program, argc, argv, err);
}

static void assert_refused(const spk_program *program, const char *line, const char *message)
{
    struct spk_parse parse;
    spk_error err = {0};
    assert_int_equal(parse_line(&parse, program, line, &err), -1);
    assert_string_equal(err.text, message);
    assert_int_equal(err.code, SPK_USAGE);
    assert_true(parse.usage_error);
    spk_parse_free(&parse);
}

static void assert_parsed(struct spk_parse *parse, const spk_program *program, const char *line)
{
    spk_error err = {0};
    if (parse_line(parse, program, line, &err)) fail_msg("%s: %s", line, err.text);
}

static void values_arrive(void **state)
{
    (void)state;
    struct spk_parse parse;
    assert_parsed(&parse, &plain,
                  "a.spk -n 7 --duration=20ms --labels --no-normalize --order shuffled "
                  "--shard 1/4 -Sa=1 --set b=2 - --budget 1MiB");
    const struct settings *s = parse.cli.settings;
    assert_int_equal(s->limit, 7);
    assert_true(s->duration.given);
    assert_int_equal(s->duration.seconds.den, 50);
    assert_true(s->labels);
    assert_false(s->normalize);
    assert_int_equal(s->order, 1);
    assert_int_equal(s->shard.i, 1);
    assert_int_equal(s->shard.n, 4);
    assert_int_equal(s->set.n, 2);
    assert_string_equal(s->set.item[0], "a=1");
    assert_string_equal(s->set.item[1], "b=2");
    assert_int_equal(s->budget, 1 << 20);
    assert_int_equal(parse.cli.operands, 2);
    assert_string_equal(spk_operand(&parse.cli, 0), "a.spk");
    assert_string_equal(spk_operand(&parse.cli, 1), "-");
    assert_null(spk_operand(&parse.cli, 2));
    assert_true(spk_given(&parse.cli, "limit"));
    assert_false(spk_given(&parse.cli, "weights"));
    spk_error err = {0};
    assert_int_equal(spk_check_operands(&parse.cli, 0, 2, &err), 0);
    assert_int_equal(spk_check_operands(&parse.cli, 0, 1, &err), -1);
    assert_string_equal(err.text, "unexpected operand \"-\" (operands: [FILE])");
    assert_int_equal(spk_check_operands(&parse.cli, 3, 3, &err), -1);
    spk_parse_free(&parse);
}

static void presets_count_as_not_given(void **state)
{
    (void)state;
    struct spk_parse parse;
    assert_parsed(&parse, &plain, "");
    const struct settings *s = parse.cli.settings;
    assert_int_equal(s->limit, 10);
    assert_true(s->normalize);
    assert_false(s->duration.given);
    assert_int_equal(s->shard.n, 0);
    assert_false(spk_given(&parse.cli, "limit"));
    assert_int_equal(s->common.seed, 1);
    assert_int_equal(s->common.level, 1);
    assert_true(s->common.threads >= 1);
    assert_true(s->common.max_memory == UINT64_MAX);
    assert_true(s->common.progress != SPK_PROGRESS_AUTO);
    spk_parse_free(&parse);
}

static void the_last_of_two_wins(void **state)
{
    (void)state;
    struct spk_parse parse;
    assert_parsed(&parse, &plain, "--limit 3 --labels --no-labels -n4 -vv -v");
    const struct settings *s = parse.cli.settings;
    assert_int_equal(s->limit, 4);
    assert_false(s->labels);
    assert_int_equal(s->common.verbose, 3);
    spk_parse_free(&parse);
}

static void common_values_are_resolved(void **state)
{
    (void)state;
    struct spk_parse parse;
    assert_parsed(&parse, &plain,
                  "--level store --json --threads 3 --seed 0xff --provenance=full -f "
                  "--max-memory 2GiB --latency 10ms -q -o out --progress=json");
    const spk_common *c = parse.cli.common;
    assert_int_equal(c->level, SPK_LEVEL_STORE);
    assert_int_equal(c->format, SPK_JSON_LINES);
    assert_int_equal(c->threads, 3);
    assert_int_equal(c->seed, 255);
    assert_true(c->full_provenance && c->force && c->quiet && c->latency.given);
    assert_int_equal(c->max_memory, (uint64_t)2 << 30);
    assert_string_equal(c->output, "out");
    assert_int_equal(c->progress, SPK_PROGRESS_JSON);
    spk_parse_free(&parse);
}

static void the_environment_fills_in(void **state)
{
    (void)state;
    struct spk_parse parse;
    setenv("SPK_THREADS", "5", 1);
    setenv("SPK_PROGRESS", "line", 1);
    assert_parsed(&parse, &plain, "");
    assert_int_equal(parse.cli.common->threads, 5);
    assert_int_equal(parse.cli.common->progress, SPK_PROGRESS_LINE);
    spk_parse_free(&parse);
    assert_parsed(&parse, &plain, "-j2 --progress none");
    assert_int_equal(parse.cli.common->threads, 2);
    assert_int_equal(parse.cli.common->progress, SPK_PROGRESS_NONE);
    spk_parse_free(&parse);
    setenv("SPK_THREADS", "many", 1);
    assert_refused(&plain, "", "SPK_THREADS: \"many\" is not a whole number (0 or more)");
    unsetenv("SPK_THREADS");
    unsetenv("SPK_PROGRESS");
    setenv("SLURM_CPUS_PER_TASK", "1", 1);
    assert_parsed(&parse, &plain, "--threads 0");
    assert_int_equal(parse.cli.common->threads, 1);
    spk_parse_free(&parse);
    unsetenv("SLURM_CPUS_PER_TASK");
}

static void assert_provenance(const spk_program *program, const char *line, const char *expected)
{
    struct spk_parse parse;
    char joined[512] = "";
    assert_parsed(&parse, program, line);
    for (size_t i = 0; i < parse.cli.argc; i++) {
        size_t used = strlen(joined);
        snprintf(joined + used, sizeof joined - used, "%s%s", i ? " " : "", parse.cli.argv[i]);
    }
    assert_string_equal(joined, expected);
    assert_null(parse.cli.argv[parse.cli.argc]);
    spk_parse_free(&parse);
}

static void provenance_keeps_what_can_change_the_result(void **state)
{
    (void)state;
    assert_provenance(&plain, "", "spk-plain");
    assert_provenance(&plain, "-n7 in.spk -s 3 -o out.spk -j4 -q --log x -l3 --json",
                      "spk-plain --limit=7 in.spk --seed=3");
    assert_provenance(&plain, "--no-labels --normalize -S a=1 --set=b=2",
                      "spk-plain --no-labels --normalize --set=a=1 --set=b=2");
    assert_provenance(&plain,
                      "-n7 --set a=1 --weights none -n8 in --weights=w --labels --no-labels",
                      "spk-plain --set=a=1 --limit=8 in --weights=w --no-labels");
    assert_provenance(&plain, "a -- -b --limit -- c", "spk-plain a -- -b --limit -- c");
    assert_provenance(&plain, "a -- b", "spk-plain a b");
    assert_provenance(&several, "-n7 poisson in --max-rate 5Hz",
                      "spk-several poisson --limit=7 in --max-rate=5Hz");
}

static void side_inputs_are_collected(void **state)
{
    (void)state;
    struct spk_parse parse;
    assert_parsed(&parse, &plain, "--weights w.spk -n 3");
    assert_int_equal(parse.cli.side_inputs, 1);
    assert_string_equal(parse.cli.side_input[0], "w.spk");
    assert_string_equal(parse.cli.full_argv[1], "--weights");
    spk_parse_free(&parse);
    assert_parsed(&parse, &plain, "--weights none.spk --weights w.spk");
    assert_int_equal(parse.cli.side_inputs, 1);
    assert_string_equal(parse.cli.side_input[0], "w.spk");
    spk_parse_free(&parse);
}

static void the_last_of_contradicting_options_counts(void **state)
{
    (void)state;
    struct spk_parse parse;
    assert_parsed(&parse, &plain, "--provenance=full --no-provenance --format tsv --json");
    assert_true(parse.cli.common->no_provenance);
    assert_int_equal(parse.cli.common->format, SPK_JSON_LINES);
    spk_parse_free(&parse);
    assert_parsed(&parse, &plain, "--no-provenance --provenance=full --json --format tsv");
    assert_false(parse.cli.common->no_provenance);
    assert_true(parse.cli.common->full_provenance);
    assert_int_equal(parse.cli.common->format, SPK_TSV);
    spk_parse_free(&parse);
}

static void methods_have_options_of_their_own(void **state)
{
    (void)state;
    struct spk_parse parse;
    assert_parsed(&parse, &several, "--max-rate 63.75Hz poisson in");
    assert_string_equal(parse.cli.method->name, "poisson");
    const struct poisson *p = parse.cli.method_settings;
    assert_true(p->rate == 63.75);
    assert_int_equal(parse.cli.operands, 1);
    assert_true(spk_given(&parse.cli, "max-rate"));
    spk_parse_free(&parse);
    assert_refused(&several, "", "a METHOD is needed: poisson, latency");
    assert_refused(&several, "latancy", "unknown method \"latancy\" (did you mean \"latency\"?)");
    assert_refused(&several, "zzz", "unknown method \"zzz\" (one of poisson, latency)");
    assert_refused(&several, "poisson", "--max-rate VALUE must be given");
    assert_refused(&several, "latency --max-rate 5Hz",
                   "--max-rate is an option of the method poisson, not of latency");
}

static void wrong_words_are_refused(void **state)
{
    (void)state;
    assert_refused(&plain, "--limt 3", "unknown option --limt (did you mean --limit?)");
    assert_refused(&plain, "--limt=3", "unknown option --limt (did you mean --limit?)");
    assert_refused(&plain, "--lim 3", "unknown option --lim (did you mean --limit?)");
    assert_refused(&plain, "--qqqqqqq", "unknown option --qqqqqqq");
    assert_refused(&plain, "-qvZ", "unknown option -Z");
    assert_refused(&plain, "--limit", "--limit needs a value");
    assert_refused(&plain, "--labels=yes", "--labels takes no value");
    assert_refused(&plain, "--no-json", "unknown option --no-json");
    assert_refused(&plain, "--limit 0", "--limit: 0 is not in the range 1 to 100");
    assert_refused(&plain, "--duration 11s", "--duration: 11s is not in the range 0.001s to 10s");
    assert_refused(&plain, "--budget 0B", "--budget: 0B is not more than 0");
    assert_refused(&plain, "--order shufled",
                   "--order: \"shufled\" is not one of file|shuffled (did you mean \"shuffled\"?)");
    assert_refused(&plain, "--shard 4/4",
                   "--shard: there is no part 4/4 (n parts are 0/n to (n-1)/n)");
    assert_refused(&plain, "--shard 1", "--shard: \"1\" is not a part such as 0/4 (part 0 of 4)");
    assert_refused(&plain, "--shard -1/4",
                   "--shard: \"-1/4\" is not a part such as 0/4 (part 0 of 4)");
    assert_refused(&plain, "--level 20", "--level: \"20\" is not 1 to 19 or store");
    assert_refused(&plain, "--weights=", "--weights: the file name is empty");
    assert_refused(&plain, "--help=some", "--help: \"some\" is not one of brief|all|json");
}

static void requests_win_over_what_follows(void **state)
{
    (void)state;
    struct spk_parse parse;
    assert_parsed(&parse, &several, "--help --bogus");
    assert_true(spk_parse_request(&parse));
    spk_parse_free(&parse);
    assert_parsed(&parse, &several, "poisson --help=all");
    assert_int_equal(parse.values.help, SPK_HELP_ALL);
    assert_string_equal(parse.cli.method->name, "poisson");
    spk_parse_free(&parse);
    assert_refused(&several, "--bogus --help", "unknown option --bogus");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_exact),
        cmocka_unit_test(times_without_a_right_unit_are_refused),
        cmocka_unit_test(rates_are_rounded_once),
        cmocka_unit_test(sizes_are_whole_bytes),
        cmocka_unit_test(counts_are_whole_strings),
        cmocka_unit_test(shapes_are_sizes_joined_by_x),
        cmocka_unit_test(reals_are_plain_decimals),
        cmocka_unit_test(near_names_are_found),
        cmocka_unit_test(values_arrive),
        cmocka_unit_test(presets_count_as_not_given),
        cmocka_unit_test(the_last_of_two_wins),
        cmocka_unit_test(common_values_are_resolved),
        cmocka_unit_test(the_environment_fills_in),
        cmocka_unit_test(provenance_keeps_what_can_change_the_result),
        cmocka_unit_test(side_inputs_are_collected),
        cmocka_unit_test(the_last_of_contradicting_options_counts),
        cmocka_unit_test(methods_have_options_of_their_own),
        cmocka_unit_test(wrong_words_are_refused),
        cmocka_unit_test(requests_win_over_what_follows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
