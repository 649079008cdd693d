/* test_stream_header.c: the header and the provenance: to JSON and back, look-up, and refusals. */
#include "stream_fixture.h"

#include "stream/digest.h"
#include "stream/format.h"

#include <cjson/cJSON.h>

static spk_header full_header(void)
{
    spk_error err = {0};
    spk_header h;
    spk_header_init(&h);
    h.tick = spk_rational_of(1, 10000);
    h.classes = 10;
    h.shard_i = 2;
    h.shard_n = 5;
    h.shape_dims = 2;
    h.shape[0] = h.shape[1] = 28;
    h.meta = cJSON_Parse("{\"spk-encode\":{\"method\":\"poisson\",\"max_rate_Hz\":63.75}}");
    spk_channel *c = spk_header_add_channel(&h, SPK_CHANNEL_SPIKES, "in\"put\n", 784, &err);
    c->dims = 2;
    c->shape[0] = c->shape[1] = 28;
    c = spk_header_add_channel(&h, SPK_CHANNEL_FRAMES, "rates", 784, &err);
    c->dtype = SPK_U8;
    c->scale = 63.75 / 255;
    c->unit = spk_strdup("Hz", &err);
    c = spk_header_add_channel(&h, SPK_CHANNEL_TRACE, "exc", 3, &err);
    c->id = 70;
    c->dtype = SPK_F64;
    c->variable = spk_strdup("V_m", &err);
    c->unit = spk_strdup("mV", &err);
    c->period = (1ull << 60) + 1;
    spk_array *a = spk_header_add_array(&h, SPK_ARRAY_WEIGHTS, "in->exc", "weight", "nS", SPK_F32,
                                        784, 400, &err);
    assert_int_equal(a->id, 71);
    memcpy(a->structure, "00112233445566778899aabbccddeeff", 33);
    a = spk_header_add_array(&h, SPK_ARRAY_STATE, "exc", "theta", "", SPK_F16, 1, 400, &err);
    a->sparse = true;
    return h;
}

static void assert_same_header(const spk_header *a, const spk_header *b)
{
    spk_error err = {0};
    char *x = spk_header_to_json(a, &err), *y = spk_header_to_json(b, &err);
    assert_string_equal(x, y);
    free(x);
    free(y);
}

static void test_a_header_survives_json_and_copying(void **state)
{
    (void)state;
    spk_error err = {0};
    spk_header h = full_header(), back, copy;
    char *json = spk_header_to_json(&h, &err);
    assert_string_equal(
        json,
        "{\"spk\":1,\"tick\":{\"num\":1,\"den\":10000},\"classes\":10,\"streams\":["
        "{\"id\":1,\"type\":\"spikes\",\"name\":\"in\\\"put\\n\",\"n\":784,\"shape\":[28,28]},"
        "{\"id\":2,\"type\":\"frames\",\"name\":\"rates\",\"n\":784,\"unit\":\"Hz\","
        "\"dtype\":\"u8\",\"scale\":0.25},"
        "{\"id\":70,\"type\":\"trace\",\"name\":\"exc\",\"n\":3,\"unit\":\"mV\",\"variable\":"
        "\"V_m\",\"dtype\":\"f64\",\"period\":1152921504606846977}],\"arrays\":["
        "{\"id\":71,\"type\":\"weights\",\"owner\":\"in->exc\",\"variable\":\"weight\","
        "\"unit\":\"nS\",\"dtype\":\"f32\",\"sparse\":false,\"rows\":784,\"cols\":400,"
        "\"structure\":\"00112233445566778899aabbccddeeff\"},"
        "{\"id\":72,\"type\":\"state\",\"owner\":\"exc\",\"variable\":\"theta\",\"unit\":\"\","
        "\"dtype\":\"f16\",\"sparse\":true,\"rows\":1,\"cols\":400}],"
        "\"shard\":{\"i\":2,\"n\":5},\"shape\":[28,28],"
        "\"meta\":{\"spk-encode\":{\"method\":\"poisson\",\"max_rate_Hz\":63.75}}}");
    succeed(spk_header_from_json(&back, json, strlen(json), "x", &err), &err);
    assert_same_header(&h, &back);
    assert_true(back.channel[1].scale == 0.25);
    assert_true(back.channel[2].period == (1ull << 60) + 1);
    assert_ptr_equal(spk_header_channel(&back, 70), &back.channel[2]);
    assert_null(spk_header_channel(&back, 71));
    assert_ptr_equal(spk_header_array(&back, 72), &back.array[1]);
    succeed(spk_header_copy(&copy, &back, &err), &err);
    assert_same_header(&h, &copy);
    free(json);
    spk_header_free(&h);
    spk_header_free(&back);
    spk_header_free(&copy);
}

static void header_refused(const char *json, const char *message)
{
    spk_error err = {0};
    spk_header h;
    assert_int_equal(spk_header_from_json(&h, json, strlen(json), "x.spk", &err), -1);
    assert_int_equal(err.code, SPK_DATA);
    if (!strstr(err.text, message)) fail_msg("%s", err.text);
}

#define TICK "\"spk\":1,\"tick\":{\"num\":1,\"den\":1000}"

static void test_wrong_headers_are_refused(void **state)
{
    (void)state;
    header_refused("[]", "a header is an object");
    header_refused("{\"spk\":2}", "spk: 2 is out of range (1 to 1)");
    header_refused("{\"spk\":1}", "tick");
    header_refused("{\"spk\":1,\"tick\":{\"num\":1,\"den\":0}}", "tick.den: 0 is out of range");
    header_refused("{" TICK ",\"streams\":{}}", "streams: this is a list");
    header_refused("{" TICK ",\"streams\":[{\"id\":1,\"type\":\"spike\",\"name\":\"a\",\"n\":1}]}",
                   "did you mean \"spikes\"?");
    header_refused("{" TICK ",\"streams\":[{\"id\":0,\"type\":\"spikes\",\"name\":\"a\",\"n\":1}]}",
                   "id: 0 is out of range");
    header_refused("{" TICK ",\"streams\":[{\"id\":1,\"type\":\"spikes\",\"name\":\"a\",\"n\":0}]}",
                   "n: 0 is out of range");
    header_refused("{" TICK ",\"streams\":[{\"id\":2,\"type\":\"spikes\",\"name\":\"a\",\"n\":1},"
                   "{\"id\":2,\"type\":\"spikes\",\"name\":\"b\",\"n\":1}]}",
                   "id: 2 is out of range (3 to");
    header_refused("{" TICK ",\"streams\":[{\"id\":4294967295,\"type\":\"spikes\",\"name\":\"a\","
                   "\"n\":1},{\"id\":1,\"type\":\"spikes\",\"name\":\"b\",\"n\":1}]}",
                   "id: 1 is out of range");
    header_refused("{" TICK ",\"streams\":[{\"id\":2,\"type\":\"spikes\",\"name\":\"a\",\"n\":6,"
                   "\"shape\":[2,2]}]}",
                   "the shape's product is 4, but n is 6");
    header_refused("{" TICK ",\"streams\":[{\"id\":2,\"type\":\"spikes\",\"name\":\"a\",\"n\":1,"
                   "\"shape\":[1,1,1,1,1]}]}",
                   "one to four lengths");
    header_refused("{" TICK ",\"streams\":[{\"id\":2,\"type\":\"frames\",\"name\":\"a\",\"n\":1,"
                   "\"dtype\":\"f64\"}]}",
                   "frames are f32 or u8");
    header_refused("{" TICK ",\"streams\":[{\"id\":2,\"type\":\"trace\",\"name\":\"a\",\"n\":1,"
                   "\"dtype\":\"f64\"}]}",
                   "a period of at least one tick");
    header_refused("{" TICK ",\"arrays\":[{\"id\":1,\"type\":\"weights\",\"owner\":\"a\","
                   "\"variable\":\"w\",\"dtype\":\"f32\",\"rows\":1,\"cols\":1,"
                   "\"structure\":\"xyz\"}]}",
                   "a digest is 32 hexadecimal digits");
    header_refused("{" TICK ",\"arrays\":[{\"id\":1,\"type\":\"weights\",\"owner\":\"a\","
                   "\"variable\":\"w\",\"dtype\":\"f32\",\"rows\":1152921504606846976,"
                   "\"cols\":0}]}",
                   "cols: 0 is out of range");
    header_refused("{" TICK ",\"arrays\":[{\"id\":1,\"type\":\"weights\",\"owner\":\"a\","
                   "\"variable\":\"w\",\"dtype\":\"f32\",\"rows\":0,\"cols\":1}]}",
                   "rows: 0 is out of range");
    header_refused("{" TICK ",\"streams\":[{\"id\":1,\"type\":\"spikes\",\"name\":\"a\",\"n\":1},"
                   "{\"id\":2,\"type\":\"frames\",\"name\":\"a\",\"n\":1,\"dtype\":\"f32\"},"
                   "{\"id\":3,\"type\":\"spikes\",\"name\":\"a\",\"n\":1}]}",
                   "two channels of type spikes are called \"a\"");
    header_refused("{" TICK ",\"streams\":["
                   "{\"id\":1,\"type\":\"trace\",\"name\":\"a\",\"n\":1,\"dtype\":\"f32\","
                   "\"variable\":\"V\",\"period\":1},"
                   "{\"id\":2,\"type\":\"trace\",\"name\":\"a\",\"n\":1,\"dtype\":\"f32\","
                   "\"variable\":\"g\",\"period\":1},"
                   "{\"id\":3,\"type\":\"trace\",\"name\":\"a\",\"n\":2,\"dtype\":\"f32\","
                   "\"variable\":\"V\",\"period\":1}]}",
                   "two channels of type trace are called \"a.V\"");
    header_refused("{" TICK ",\"arrays\":["
                   "{\"id\":1,\"type\":\"weights\",\"owner\":\"a\",\"variable\":\"w\","
                   "\"dtype\":\"f32\",\"rows\":1,\"cols\":1},"
                   "{\"id\":2,\"type\":\"state\",\"owner\":\"a\",\"variable\":\"w\","
                   "\"dtype\":\"f32\",\"rows\":1,\"cols\":1}]}",
                   "two arrays are called \"a.w\"");
    header_refused("{" TICK ",\"shard\":{\"i\":5,\"n\":5}}", "there is no shard 5 of 5");
}

static void test_a_population_is_chosen_by_name(void **state)
{
    (void)state;
    spk_error err = {0};
    spk_header h;
    spk_header_init(&h);
    assert_null(spk_header_choose(&h, SPK_CHANNEL_SPIKES, NULL, "x.spk", &err));
    assert_string_equal(err.text, "x.spk: the stream has no spikes");
    assert_non_null(spk_header_add_channel(&h, SPK_CHANNEL_SPIKES, "exc", 5, &err));
    assert_non_null(spk_header_add_channel(&h, SPK_CHANNEL_FRAMES, "exc", 5, &err));
    assert_int_equal(spk_header_choose(&h, SPK_CHANNEL_SPIKES, NULL, "x.spk", &err)->id, 1);
    assert_int_equal(spk_header_choose(&h, SPK_CHANNEL_FRAMES, "exc", "x.spk", &err)->id, 2);
    assert_non_null(spk_header_add_channel(&h, SPK_CHANNEL_SPIKES, "inh", 5, &err));
    assert_null(spk_header_choose(&h, SPK_CHANNEL_SPIKES, NULL, "x.spk", &err));
    assert_int_equal(err.code, SPK_USAGE);
    assert_string_equal(
        err.text, "x.spk: spikes of several populations; choose one with --population: exc, inh");
    assert_null(spk_header_choose(&h, SPK_CHANNEL_SPIKES, "input", "x.spk", &err));
    assert_int_equal(err.code, SPK_DATA);
    assert_string_equal(err.text,
                        "x.spk: no spikes of a population \"input\" (there are: exc, inh)");
    assert_null(spk_header_choose(&h, SPK_CHANNEL_SPIKES, "ecx", "x.spk", &err));
    assert_string_equal(err.text, "x.spk: no spikes of a population \"ecx\""
                                  " (did you mean \"exc\"? there are: exc, inh)");
    spk_header_free(&h);
}

/* Names that fill the message's room to the last byte, and one more. */
static void test_a_long_list_of_names_ends_in_dots(void **state)
{
    (void)state;
    enum { LENGTH = 100, NAMES = 5 };
    spk_error err = {0};
    spk_header h;
    spk_header_init(&h);
    for (char i = 0; i < NAMES; i++) {
        char name[LENGTH + 1] = "";
        memset(name, 'a' + i, LENGTH);
        assert_non_null(spk_header_add_channel(&h, SPK_CHANNEL_SPIKES, name, 2, &err));
    }
    assert_non_null(spk_header_add_channel(&h, SPK_CHANNEL_SPIKES, "last", 2, &err));
    assert_null(spk_header_choose(&h, SPK_CHANNEL_SPIKES, NULL, "x.spk", &err));
    assert_non_null(strstr(err.text, "ddd, ..."));
    assert_null(strchr(strstr(err.text, "aaa"), 'e'));
    spk_header_free(&h);
}

/* ---- provenance ------------------------------------------------------------------------------ */

static void append(spk_provenance *p, const char *tool)
{
    spk_error err = {0};
    uint64_t seed = UINT64_MAX;
    const char *argv[] = {tool, "--rate", "5Hz", "a \"file\"", NULL};
    const char *names[] = {"net.json"};
    char digest[1][33] = {"0123456789abcdef0123456789abcdef"};
    spk_step step = {.tool = tool,
                     .version = "0.1.0",
                     .argv = argv,
                     .seed = &seed,
                     .inputs = 1,
                     .input_name = names,
                     .input_digest = digest,
                     .extra_json = "\"host\":\"h\""};
    succeed(spk_provenance_append(p, &step, &err), &err);
}

static void test_steps_are_linked_by_their_hashes(void **state)
{
    (void)state;
    spk_error err = {0};
    spk_provenance p;
    spk_provenance_init(&p);
    append(&p, "spk-encode");
    append(&p, "spk-simulate");
    assert_int_equal(p.n, 2);
    assert_int_equal(p.heads, 1);
    assert_string_equal(p.head[0], p.id[1]);
    char expected[600], id[33];
    int n = snprintf(expected, sizeof expected,
                     "{\"argv\":[\"spk-simulate\",\"--rate\",\"5Hz\",\"a \\\"file\\\"\"],"
                     "\"format\":\"1.0\",\"host\":\"h\",\"inputs\":[{\"name\":\"net.json\","
                     "\"xxh128\":\"0123456789abcdef0123456789abcdef\"}],\"parents\":[\"%s\"],"
                     "\"seed\":\"18446744073709551615\",\"tool\":\"spk-simulate\","
                     "\"version\":\"0.1.0\"}",
                     p.id[0]);
    spk_digest_bytes(expected, (size_t)n, id);
    assert_string_equal(p.id[1], id);
    cJSON *step = cJSON_Parse(p.json[1]);
    assert_string_equal(cJSON_GetObjectItem(step, "id")->valuestring, id);
    cJSON_Delete(step);
    /* Whoever changes a word is found out. */
    char *forged = spk_strdup(p.json[0], &err);
    *strstr(forged, "5Hz") = '6';
    spk_provenance q;
    spk_provenance_init(&q);
    assert_int_equal(spk_provenance_add_json(&q, forged, strlen(forged), "x", &err), -1);
    assert_int_equal(err.code, SPK_DATA);
    assert_non_null(strstr(err.text, "but its content is"));
    /* A step without its parent is refused. */
    assert_int_equal(spk_provenance_add_json(&q, p.json[1], strlen(p.json[1]), "x", &err), -1);
    assert_non_null(strstr(err.text, "no earlier step has the id"));
    free(forged);
    spk_provenance_free(&q);
    spk_provenance_free(&p);
}

static void test_a_merge_holds_each_step_once(void **state)
{
    (void)state;
    spk_error err = {0};
    spk_provenance common, a, b;
    spk_provenance_init(&common);
    spk_provenance_init(&a);
    spk_provenance_init(&b);
    append(&common, "spk-encode");
    succeed(spk_provenance_merge(&a, &common, &err), &err);
    succeed(spk_provenance_merge(&b, &common, &err), &err);
    append(&a, "spk-simulate");
    append(&b, "spk-cut");
    succeed(spk_provenance_merge(&a, &b, &err), &err);
    assert_int_equal(a.n, 3);
    assert_int_equal(a.heads, 2);
    append(&a, "spk-cat");
    assert_int_equal(a.n, 4);
    assert_int_equal(a.heads, 1);
    assert_non_null(strstr(a.json[3], b.id[1]));
    succeed(spk_provenance_merge(&a, &a, &err), &err);
    assert_int_equal(a.n, 4);
    for (int i = 0; i < 500; i++) {
        char tool[20];
        snprintf(tool, sizeof tool, "tool-%d", i);
        append(&a, tool);
    }
    assert_int_equal(a.n, 504);
    assert_int_equal(a.heads, 1);
    spk_provenance_free(&common);
    spk_provenance_free(&a);
    spk_provenance_free(&b);
}

static void test_provenance_travels_in_the_stream(void **state)
{
    (void)state;
    spk_error err = {0};
    spk_provenance p;
    spk_provenance_init(&p);
    append(&p, "spk-encode");
    append(&p, "spk-simulate");
    spk_header h = full_header();
    h.arrays = 0;
    FILE *file = tmpfile();
    spk_writer_options options = {.level = -1};
    spk_writer *w = spk_writer_open(fileno(file), "test", &h, &p, &options, &err);
    if (!w) fail_msg("%s", err.text);
    succeed(spk_writer_record(w, 0x8001, 0, 0, "private", 7, &err), &err);
    succeed(spk_writer_record(w, SPK_KIND_METRIC, 0, 0, "{\"a\":1}", 7, &err), &err);
    succeed(spk_writer_end(w, 9, false, &err), &err);
    spk_writer_close(w);
    bytes all = contents(file);
    fclose(file);
    char id[17];
    for (int i = 0; i < 8; i++)
        snprintf(id + 2 * i, 3, "%02x", all.data[23 - i]);
    assert_memory_equal(id, p.id[1], 16);
    spk_reader *r = spk_reader_open_memory(all.data, all.n, "test", NULL, &err);
    if (!r) fail_msg("%s", err.text);
    assert_int_equal(spk_reader_provenance(r)->n, 2);
    assert_string_equal(spk_reader_provenance(r)->head[0], p.id[1]);
    spk_item item;
    assert_int_equal(spk_reader_next(r, &item, &err), 1);
    assert_int_equal(item.kind, 0x8001);
    assert_memory_equal(item.raw.payload, "private", 8);
    assert_int_equal(spk_reader_next(r, &item, &err), 1);
    assert_memory_equal(item.raw.payload, "{\"a\":1} ", 8);
    assert_int_equal(spk_reader_next(r, &item, &err), 0);
    spk_reader_close(r);
    free(all.data);
    h.arrays = 2;
    spk_header_free(&h);
    spk_provenance_free(&p);
}

static void test_a_file_has_the_digest_that_xxh128sum_prints(void **state)
{
    (void)state;
    spk_error err = {0};
    char path[] = "/tmp/spk-digest-XXXXXX", hex[33];
    int fd = mkstemp(path);
    assert_int_equal(write(fd, "spikepipe\n", 10), 10);
    close(fd);
    succeed(spk_digest_file(path, hex, &err), &err);
    assert_string_equal(hex, "9bac7589c0551a34c6f371905bfe0264"); /* xxh128sum */
    unlink(path);
    assert_int_equal(spk_digest_file(path, hex, &err), -1);
    assert_int_equal(err.code, SPK_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_header_survives_json_and_copying),
        cmocka_unit_test(test_wrong_headers_are_refused),
        cmocka_unit_test(test_a_population_is_chosen_by_name),
        cmocka_unit_test(test_a_long_list_of_names_ends_in_dots),
        cmocka_unit_test(test_steps_are_linked_by_their_hashes),
        cmocka_unit_test(test_a_merge_holds_each_step_once),
        cmocka_unit_test(test_provenance_travels_in_the_stream),
        cmocka_unit_test(test_a_file_has_the_digest_that_xxh128sum_prints),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
