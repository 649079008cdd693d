/* test_filter.c: what a filter writes around its own work, seen from the next filter. */
#include "cli/parse.h"
#include "filter/filter.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

struct settings {
    spk_common common;
    const char *weights;
    uint64_t limit;
};

static const spk_option options[] = {
    {.name = "weights",
     .kind = SPK_FILE,
     .offset = offsetof(struct settings, weights),
     .flags = SPK_SIDE_INPUT,
     .help = "h"},
    {.name = "limit", .kind = SPK_COUNT, .offset = offsetof(struct settings, limit), .help = "h"},
    {0}};

static const spk_program source = {.name = "spk-source",
                                   .options = options,
                                   .groups = SPK_WRITES_STREAM | SPK_USES_SEED,
                                   .settings_size = sizeof(struct settings)};
static const spk_program filter = {.name = "spk-filter",
                                   .options = options,
                                   .groups = SPK_READS_STREAM | SPK_WRITES_STREAM,
                                   .settings_size = sizeof(struct settings)};

enum { UNITS = 10 };

/* A parsed command line whose words are `line` split at blanks. */
static const spk_cli *parse(struct spk_parse *p, const spk_program *program, const char *line)
{
    char copy[512], *argv[32], *rest = NULL;
    int argc = 0;
    snprintf(copy, sizeof copy, "%s %s", program->name, line);
    for (char *w = strtok_r(copy, " ", &rest); w; w = strtok_r(NULL, " ", &rest))
        argv[argc++] = w;
    argv[argc] = NULL;
    spk_error err = {0};
    if (spk_parse_command_line(p, program, argc, argv, &err)) fail_msg("%s: %s", line, err.text);
    return &p->cli;
}

static void make_header(spk_header *header)
{
    spk_header_init(header);
    header->tick = spk_rational_of(1, 1000);
    assert_non_null(spk_header_add_channel(header, SPK_CHANNEL_SPIKES, "input", UNITS, NULL));
}

/* One sample with one spike; 0 or -1. */
static int write_something(const spk_cli *cli, size_t inputs, spk_reader *const *input,
                           size_t files, const char *const *file, spk_error *err)
{
    spk_header header;
    make_header(&header);
    spk_sink *sink = spk_filter_output(cli, &header, inputs, input, files, file, err);
    spk_header_free(&header);
    if (!sink) return -1;
    const spk_sample sample = {.duration = 100, .label = 3, .attempts = 1};
    const uint64_t tick = 5;
    const uint32_t unit = 7;
    spk_writer *writer = spk_sink_writer(sink);
    assert_int_equal(spk_writer_sample(writer, &sample, err), 0);
    assert_int_equal(spk_writer_spikes(writer, 1, 1, &tick, &unit, err), 0);
    return spk_filter_finish(sink, 100, err);
}

/* spk-source LINE, which writes one of the streams below. */
static void make_stream(const char *line)
{
    struct spk_parse p;
    spk_error err = {0};
    if (write_something(parse(&p, &source, line), 0, NULL, 0, NULL, &err)) fail_msg("%s", err.text);
    spk_parse_free(&p);
}

static spk_reader *open_stream(const char *path)
{
    struct spk_parse p;
    spk_error err = {0};
    spk_reader *reader = spk_filter_input(parse(&p, &filter, ""), path, NULL, &err);
    if (!reader) fail_msg("%s", err.text);
    spk_parse_free(&p);
    return reader;
}

/* The last step of a stream, parsed; cJSON_Delete it. */
static cJSON *last_step(const char *path, size_t *steps)
{
    spk_reader *reader = open_stream(path);
    const spk_provenance *history = spk_reader_provenance(reader);
    *steps = history->n;
    cJSON *step = history->n ? cJSON_Parse(history->json[history->n - 1]) : NULL;
    spk_reader_close(reader);
    return step;
}

static void assert_member(const cJSON *object, const char *key, const char *expected)
{
    char *text = cJSON_PrintUnformatted(cJSON_GetObjectItemCaseSensitive(object, key));
    assert_non_null(text);
    assert_string_equal(text, expected);
    cJSON_free(text);
}

static void put_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

/* ---- the tests ---------------------------------------------------------------------------------
 */

static void a_source_tells_seed_argv_and_files(void **state)
{
    (void)state;
    struct spk_parse p;
    spk_error err = {0};
    put_file("images", "images");
    put_file("labels", "labels");
    const char *files[] = {"images", "-"};
    const spk_cli *cli =
        parse(&p, &source, "images - --limit 3 --weights labels -o out --seed 0x10 -q");
    assert_int_equal(write_something(cli, 0, NULL, 2, files, &err), 0);
    spk_parse_free(&p);

    size_t steps;
    cJSON *step = last_step("out", &steps);
    assert_int_equal(steps, 1);
    assert_member(step, "tool", "\"spk-source\"");
    assert_member(step, "version", "\"" SPK_VERSION "\"");
    assert_member(step, "argv",
                  "[\"spk-source\",\"images\",\"-\",\"--limit=3\",\"--weights=labels\","
                  "\"--seed=0x10\"]");
    assert_member(step, "seed", "\"16\"");
    assert_member(step, "parents", "[]");
    const cJSON *inputs = cJSON_GetObjectItemCaseSensitive(step, "inputs");
    assert_int_equal(cJSON_GetArraySize(inputs), 2);
    char hex[33];
    assert_int_equal(spk_digest_file("labels", hex, &err), 0);
    assert_string_equal(cJSON_GetArrayItem(inputs, 1)->child->next->valuestring, hex);
    cJSON_Delete(step);
}

static void a_filter_continues_the_history(void **state)
{
    (void)state;
    make_stream("-o a --seed 1");
    make_stream("-o b --seed 2");
    spk_reader *input[] = {open_stream("a"), open_stream("b")};
    struct spk_parse p;
    spk_error err = {0};
    const spk_cli *cli = parse(&p, &filter, "a --weights b -o c");
    assert_int_equal(write_something(cli, 2, input, 0, NULL, &err), 0);
    spk_parse_free(&p);

    size_t steps;
    cJSON *step = last_step("c", &steps);
    assert_int_equal(steps, 3);
    /* a and b are known by their histories alone */
    const char *b = spk_provenance_last(spk_reader_provenance(input[1]));
    char argv[80], parents[80];
    snprintf(argv, sizeof argv, "[\"spk-filter\",\"--weights=%s\"]", b);
    assert_member(step, "argv", argv);
    snprintf(parents, sizeof parents, "[\"%s\",\"%s\"]",
             spk_provenance_last(spk_reader_provenance(input[0])), b);
    assert_member(step, "parents", parents);
    assert_null(cJSON_GetObjectItemCaseSensitive(step, "seed"));
    assert_null(cJSON_GetObjectItemCaseSensitive(step, "inputs"));
    cJSON_Delete(step);
    spk_reader_close(input[0]);
    spk_reader_close(input[1]);
}

static size_t contents(const char *path, char *bytes, size_t size)
{
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    size_t n = fread(bytes, 1, size, f);
    fclose(f);
    return n;
}

static void file_names_of_streams_leave_no_trace(void **state)
{
    (void)state;
    static char one[4096], two[4096];
    const char *lines[] = {"x -o out1 --level store", "-o out2 --level store -- -y"};
    const char *outs[] = {"out1", "out2"};
    make_stream("-o x");
    make_stream("-o ./-y");
    for (size_t i = 0; i < 2; i++) {
        struct spk_parse p;
        spk_error err = {0};
        const spk_cli *cli = parse(&p, &filter, lines[i]);
        spk_reader *input = open_stream(spk_operand(cli, 0));
        assert_int_equal(write_something(cli, 1, &input, 0, NULL, &err), 0);
        spk_reader_close(input);
        spk_parse_free(&p);
    }
    size_t n = contents(outs[0], one, sizeof one);
    assert_true(n > 0 && n < sizeof one);
    assert_int_equal(contents(outs[1], two, sizeof two), n);
    assert_memory_equal(one, two, n);
}

static void provenance_can_be_less_or_more(void **state)
{
    (void)state;
    size_t steps;
    make_stream("-o bare --no-provenance");
    assert_null(last_step("bare", &steps));
    assert_int_equal(steps, 0);

    setenv("SOURCE_DATE_EPOCH", "86400", 1);
    make_stream("-o full --provenance=full -q");
    unsetenv("SOURCE_DATE_EPOCH");
    cJSON *step = last_step("full", &steps);
    assert_member(step, "argv", "[\"spk-source\"]");
    assert_member(step, "full_argv",
                  "[\"spk-source\",\"-o\",\"full\",\"--provenance=full\",\"-q\"]");
    assert_member(step, "time", "\"1970-01-02T00:00:00Z\"");
    assert_non_null(cJSON_GetObjectItemCaseSensitive(step, "host"));
    cJSON_Delete(step);
}

static void only_streams_are_replaced_by_streams(void **state)
{
    (void)state;
    struct spk_parse p;
    spk_error err = {0};
    put_file("notes", "my only copy");
    const spk_cli *cli = parse(&p, &source, "-o notes");
    assert_int_equal(write_something(cli, 0, NULL, 0, NULL, &err), -1);
    assert_int_equal(err.code, SPK_USAGE);
    assert_string_equal(err.text,
                        "notes: exists and is not a spike stream (--force overwrites it)");
    spk_parse_free(&p);
    char bytes[32];
    assert_int_equal(contents("notes", bytes, sizeof bytes), strlen("my only copy"));

    make_stream("-o notes --force");
    make_stream("-o notes --level store"); /* compressed before, plain now: streams both */
    make_stream("-o notes");
    put_file("empty", "");
    make_stream("-o empty");
}

static void an_abandoned_output_leaves_nothing(void **state)
{
    (void)state;
    struct spk_parse p;
    spk_error err = {0};
    spk_header header;
    make_header(&header);
    const spk_cli *cli = parse(&p, &source, "-o abandoned");
    spk_sink *sink = spk_filter_output(cli, &header, 0, NULL, 0, NULL, &err);
    assert_non_null(sink);
    spk_filter_abandon(sink);
    spk_filter_abandon(NULL);
    assert_int_equal(access("abandoned", F_OK), -1);
    char temporary[64];
    snprintf(temporary, sizeof temporary, "abandoned.tmp.%ld", (long)getpid());
    assert_int_equal(access(temporary, F_OK), -1);
    spk_header_free(&header);
    spk_parse_free(&p);
}

static void what_cannot_be_opened_is_named(void **state)
{
    (void)state;
    struct spk_parse p;
    spk_error err = {0};
    const spk_cli *cli = parse(&p, &filter, "");
    assert_null(spk_filter_input(cli, "nowhere.spk", NULL, &err));
    assert_int_equal(err.code, SPK_IO);
    assert_string_equal(err.text, "nowhere.spk: cannot open: No such file or directory");
    put_file("notes2", "not a stream at all, but long enough to be one");
    assert_null(spk_filter_input(cli, "notes2", NULL, &err));
    assert_int_equal(err.code, SPK_DATA);
    spk_parse_free(&p);

    put_file("images", "images");
    const char *files[] = {"gone"};
    cli = parse(&p, &source, "gone -o never");
    assert_int_equal(write_something(cli, 0, NULL, 1, files, &err), -1);
    assert_int_equal(err.code, SPK_IO);
    assert_int_equal(access("never", F_OK), -1);
    spk_parse_free(&p);
}

static char scratch[] = "/tmp/test_filter.XXXXXX";

static int enter_scratch(void **state)
{
    (void)state;
    return mkdtemp(scratch) && chdir(scratch) == 0 ? 0 : -1;
}

static int remove_scratch(void **state)
{
    (void)state;
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", scratch);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_source_tells_seed_argv_and_files),
        cmocka_unit_test(a_filter_continues_the_history),
        cmocka_unit_test(file_names_of_streams_leave_no_trace),
        cmocka_unit_test(provenance_can_be_less_or_more),
        cmocka_unit_test(only_streams_are_replaced_by_streams),
        cmocka_unit_test(an_abandoned_output_leaves_nothing),
        cmocka_unit_test(what_cannot_be_opened_is_named),
    };
    return cmocka_run_group_tests(tests, enter_scratch, remove_scratch);
}
