/* test_json.c: positions, strictness, typed members and --set of lib/json; rationals of lib/base.
 */
#include "unit.h"

#include "base/rational.h"
#include "json/json.h"

#include <stdlib.h>
#include <string.h>

static spk_json *parse(const char *text, spk_error *err)
{
    return spk_json_parse(text, strlen(text), "net.json", SPK_USAGE, err);
}

static void refused(const char *text, const char *message)
{
    spk_error err = {0};
    assert_null(parse(text, &err));
    assert_int_equal(err.code, SPK_USAGE);
    assert_string_equal(err.text, message);
}

static void test_syntax_errors_have_a_place(void **state)
{
    (void)state;
    refused("{\n  \"a\": 1,\n  \"b\": }",
            "net.json:3:8: not valid JSON: a value is missing before it");
    refused("{\"a\": 1\n \"b\": 2}",
            "net.json:2:2: not valid JSON: is a comma or a colon missing before it?");
    refused("{'a': 1}", "net.json:1:2: not valid JSON: strings stand between double quotes");
    refused("{\"a\": 'x'}", "net.json:1:7: not valid JSON: strings stand between double quotes");
    refused("[1,]", "net.json:1:4: not valid JSON: there is a comma too many before it");
    refused("[1, 2}", "net.json:1:6: not valid JSON");
    refused("{\"a\": 1} {\"b\": 2}", "net.json:1:10: nothing may stand behind the JSON");
    refused("{\"a\": 1} x", "net.json:1:10: nothing may stand behind the JSON");
    refused("{\"a\": [\"x\", \"b c", "net.json:1:13: not valid JSON: this string has no end");
    refused("{\"a\": NaN}", "net.json:1:7: not valid JSON: a number is a finite one");
    refused("{\"a\": -Infinity}", "net.json:1:7: not valid JSON: a number is a finite one");
    refused("{} // x", "net.json:1:4: nothing may stand behind the JSON");
    refused("// x\n{}",
            "net.json:1:1: not valid JSON: it has no comments, but keys that begin with "
            "\"_\" are ones");
    refused("{\"a\": 1", "net.json:1:8: JSON ends too early");
    refused("", "net.json:1:1: JSON ends too early");
    refused("{\"a\": 01}", "net.json:1:7: a number may not begin with 0");
    refused("{\"a\": 1.}", "net.json:1:7: 1. is not a number of JSON");
    refused("{\"a\":\f1}", "net.json:1:6: the control character 0x0c is not JSON");
    refused("\xef\xbb\xbf\xef\xbb\xbf{}", "net.json:1:1: not valid JSON");
    refused("{\"b\": {\n\"a\": 1, \"c\": 2, \"a\": 3}}",
            "net.json:1:7: \"a\": this key stands twice in one object");
}

static void test_a_byte_order_mark_is_skipped(void **state)
{
    (void)state;
    spk_error err = {0};
    uint64_t a = 0;
    spk_json *doc = parse("\xef\xbb\xbf{\"a\": 12}", &err);
    assert_non_null(doc);
    assert_int_equal(spk_json_u64(doc, spk_json_root(doc), "a", true, 0, 99, &a, &err), 0);
    assert_int_equal(a, 12);
    spk_json_free(doc);
    refused("\xef\xbb\xbf{\"a\": 01}", "net.json:1:7: a number may not begin with 0");
}

static void test_depth_is_limited(void **state)
{
    (void)state;
    char text[400];
    memset(text, '[', 65);
    memset(text + 65, ']', 65);
    text[130] = 0;
    refused(text, "net.json:1:65: nested deeper than 64");
    text[129] = 0;
    spk_error err = {0};
    spk_json *doc = parse(text + 1, &err);
    assert_non_null(doc);
    spk_json_free(doc);
}

static void test_members_know_line_path_and_neighbours(void **state)
{
    (void)state;
    static const char *const known[] = {"V_th_mV", "tau_m_ms", NULL};
    spk_error err = {0};
    spk_json *doc =
        parse("{\"exc\": {\n  \"params\": {\n    \"V_tresh_mV\": -50, \"x-note\": 1}},\n"
              " \"list\": [1, {\"k\": \"no\"}]}",
              &err);
    assert_non_null(doc);
    const cJSON *params = spk_json_member(spk_json_member(spk_json_root(doc), "exc"), "params");
    assert_int_equal(spk_json_check_keys(doc, params, known, &err), -1);
    assert_string_equal(err.text, "net.json:3:19: exc.params.V_tresh_mV: unknown key (did you mean "
                                  "\"V_th_mV\"?)");
    double value = 0;
    const cJSON *second = cJSON_GetArrayItem(spk_json_member(spk_json_root(doc), "list"), 1);
    assert_int_equal(spk_json_real(doc, second, "k", true, 0, 1, &value, &err), -1);
    assert_string_equal(err.text, "net.json:4:20: list.1.k: a number is expected, found the string "
                                  "\"no\"");
    assert_int_equal(spk_json_real(doc, params, "V_tresh_mV", true, 0, 1, &value, &err), -1);
    assert_string_equal(err.text,
                        "net.json:3:19: exc.params.V_tresh_mV: -50 is out of range (0 to 1)");
    assert_int_equal(spk_json_real(doc, params, "tau_m_ms", true, 0, 1, &value, &err), -1);
    assert_string_equal(err.text, "net.json:2:13: exc.params: \"tau_m_ms\" is missing");
    spk_json_free(doc);
}

static void test_integers_are_exact(void **state)
{
    (void)state;
    spk_error err = {0};
    uint64_t value = 0;
    spk_json *doc =
        parse("{\"seed\": 9007199254740993, \"half\": 0.5, \"big\": 18446744073709551616}", &err);
    const cJSON *root = spk_json_root(doc);
    assert_int_equal(spk_json_u64(doc, root, "seed", true, 0, UINT64_MAX, &value, &err), 0);
    assert_true(value == 9007199254740993u);
    assert_int_equal(spk_json_u64(doc, root, "half", true, 0, 9, &value, &err), -1);
    assert_int_equal(spk_json_u64(doc, root, "big", true, 0, UINT64_MAX, &value, &err), -1);
    spk_json_free(doc);
}

static void test_set_replaces_and_adds(void **state)
{
    (void)state;
    spk_error err = {0};
    spk_json *doc = parse("{\"a\": {\"b\": 1, \"c\": [1, 2, 3]}, \"z\": 0}", &err);
    assert_int_equal(spk_json_set(doc, "a.b=2.5", &err), 0);
    assert_int_equal(spk_json_set(doc, "a.c.2=9", &err), 0);
    assert_int_equal(spk_json_set(doc, "a.c.0={\"k\":7}", &err), 0);
    assert_int_equal(spk_json_set(doc, "a.new=word", &err), 0);
    assert_int_equal(spk_json_set(doc, "z=1", &err), 0);
    char *text = spk_json_canonical(spk_json_root(doc), &err);
    assert_string_equal(text, "{\"a\":{\"b\":2.5,\"c\":[{\"k\":7},2,9],\"new\":\"word\"},\"z\":1}");
    free(text);
    uint64_t big = 0;
    assert_int_equal(spk_json_set(doc, "u= 18446744073709551615", &err), 0);
    assert_int_equal(spk_json_u64(doc, spk_json_root(doc), "u", true, 0, UINT64_MAX, &big, &err),
                     0);
    assert_true(big == UINT64_MAX);
    assert_int_equal(spk_json_set(doc, "a.q.r=1", &err), -1);
    assert_string_equal(err.text, "--set a.q.r=1: there is no \"q\"");
    assert_int_equal(spk_json_set(doc, "novalue", &err), -1);
    spk_json_free(doc);
}

static void assert_set_refused(spk_json *doc, const char *assignment, const char *message)
{
    spk_error err = {0};
    assert_int_equal(spk_json_set(doc, assignment, &err), -1);
    assert_int_equal(err.code, SPK_USAGE);
    assert_string_equal(err.text, message);
}

static void test_set_is_as_strict_as_a_file(void **state)
{
    (void)state;
    spk_error err = {0};
    uint64_t big = 0;
    spk_json *doc = parse("{\"a\": 1}", &err);
    assert_set_refused(doc, "a=01", "--set a=01: a number may not begin with 0");
    assert_set_refused(doc, "a=[1.]", "--set a=[1.]: 1. is not a number of JSON");
    assert_set_refused(doc, "a={\"k\":1,\"k\":2}",
                       "--set a={\"k\":1,\"k\":2}: \"k\": this key stands twice in one object");
    assert_int_equal(spk_json_set(doc, "a={\"k\": 9007199254740993 }", &err), 0);
    const cJSON *a = spk_json_member(spk_json_root(doc), "a");
    assert_int_equal(spk_json_u64(doc, a, "k", true, 0, UINT64_MAX, &big, &err), 0);
    assert_true(big == 9007199254740993);
    assert_int_equal(spk_json_set(doc, "b=7 ", &err), 0);
    assert_int_equal(spk_json_u64(doc, spk_json_root(doc), "b", true, 0, UINT64_MAX, &big, &err),
                     0);
    assert_int_equal(big, 7);
    spk_json_free(doc);
}

static void test_canonical_form_sorts_keys(void **state)
{
    (void)state;
    spk_error err = {0};
    spk_json *doc =
        parse("{ \"b\" : [ 1e0, 0.1, {\"y\":null,\"x\":true} ], \"a\" : \"t\\n\" }", &err);
    char *text = spk_json_canonical(spk_json_root(doc), &err);
    assert_string_equal(text, "{\"a\":\"t\\n\",\"b\":[1,0.1,{\"x\":true,\"y\":null}]}");
    free(text);
    spk_json_free(doc);
}

static void test_rationals_are_exact(void **state)
{
    (void)state;
    spk_rational r;
    const char *rest;
    assert_int_equal(spk_rational_parse("0.1ms", (spk_rational){1, 1000}, &r, &rest), 0);
    assert_true(r.num == 1 && r.den == 10000);
    assert_string_equal(rest, "ms");
    assert_int_equal(spk_rational_parse("1e-3s", (spk_rational){1, 1}, &r, &rest), 0);
    assert_true(r.num == 1 && r.den == 1000);
    assert_int_equal(spk_rational_parse("250", (spk_rational){1, 1000}, &r, &rest), 0);
    assert_true(r.num == 1 && r.den == 4);
    assert_int_equal(spk_rational_parse("0", (spk_rational){1, 1000}, &r, &rest), 0);
    assert_true(r.num == 0 && r.den == 1);
    assert_int_equal(spk_rational_parse("x", (spk_rational){1, 1}, &r, &rest), -1);
    assert_int_equal(spk_rational_parse(".", (spk_rational){1, 1}, &r, &rest), -1);
    assert_int_equal(spk_rational_parse("1234567890123456789012", (spk_rational){1, 1}, &r, &rest),
                     -1);
    uint64_t q = 0;
    assert_int_equal(spk_rational_divide_exact((spk_rational){7, 20}, (spk_rational){1, 2000}, &q),
                     0);
    assert_true(q == 700);
    assert_int_equal(spk_rational_divide_exact((spk_rational){1, 3}, (spk_rational){1, 2}, &q), -1);
    assert_true(spk_rational_divide_round((spk_rational){3, 4}, (spk_rational){1, 2}) == 2);
    assert_true(spk_rational_compare((spk_rational){1, 3}, (spk_rational){2, 6}) == 0);
    assert_true(spk_rational_compare((spk_rational){1, 3}, (spk_rational){1, 2}) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_syntax_errors_have_a_place),
        cmocka_unit_test(test_depth_is_limited),
        cmocka_unit_test(test_members_know_line_path_and_neighbours),
        cmocka_unit_test(test_integers_are_exact),
        cmocka_unit_test(test_set_replaces_and_adds),
        cmocka_unit_test(test_set_is_as_strict_as_a_file),
        cmocka_unit_test(test_a_byte_order_mark_is_skipped),
        cmocka_unit_test(test_canonical_form_sorts_keys),
        cmocka_unit_test(test_rationals_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
