/* test_provenance.c: what a step says about the streams it read. */
#include "stream/provenance.h"
#include "stream/unshard.h"

#include "unit.h"

#include <stdio.h>
#include <string.h>

static void append(spk_provenance *p, const char *tool, size_t parents, char (*parent)[33])
{
    spk_error err = {0};
    const char *argv[] = {tool, "--weights=w.spk", NULL};
    spk_step step = {
        .tool = tool, .version = "1", .argv = argv, .parents = parents, .parent = parent};
    if (spk_provenance_append(p, &step, &err)) fail_msg("%s", err.text);
}

/* encode -> train -> simulate, where simulate reads what encode made and what train made of it. */
static void parents_are_all_streams_read(void **state)
{
    (void)state;
    spk_error err = {0};
    spk_provenance encode, train, both;
    spk_provenance_init(&encode);
    spk_provenance_init(&train);
    spk_provenance_init(&both);
    append(&encode, "encode", 0, NULL);
    char parents[2][33];
    memcpy(parents[0], spk_provenance_last(&encode), sizeof parents[0]);
    assert_int_equal(spk_provenance_merge(&train, &encode, &err), 0);
    append(&train, "train", 1, parents);
    assert_int_equal(spk_provenance_merge(&both, &encode, &err), 0);
    assert_int_equal(spk_provenance_merge(&both, &train, &err), 0);
    assert_int_equal(both.n, 2);
    memcpy(parents[1], spk_provenance_last(&train), sizeof parents[1]);
    append(&both, "simulate", 2, parents);
    assert_int_equal(both.n, 3);
    assert_int_equal(both.heads, 1);
    assert_string_equal(both.head[0], both.id[2]);
    assert_string_equal(spk_provenance_last(&both), both.id[2]);
    char expected[256];
    snprintf(expected, sizeof expected, "\"parents\":[\"%s\",\"%s\"]", encode.id[0], train.id[1]);
    assert_non_null(strstr(both.json[2], expected));
    spk_provenance_free(&encode);
    spk_provenance_free(&train);
    spk_provenance_free(&both);
}

/* A stream without history is a parent that nobody knows. */
static void no_history(void **state)
{
    (void)state;
    spk_error err = {0};
    spk_provenance none, p, copy;
    spk_provenance_init(&none);
    spk_provenance_init(&p);
    spk_provenance_init(&copy);
    char unknown[1][33];
    memcpy(unknown[0], spk_provenance_last(&none), sizeof unknown[0]);
    assert_string_equal(unknown[0], "00000000000000000000000000000000");
    append(&p, "decode", 1, unknown);
    assert_int_equal(spk_provenance_merge(&copy, &p, &err), 0);
    assert_int_equal(copy.n, 1);
    spk_provenance_free(&p);
    spk_provenance_free(&copy);
}

/* Any other parent must have come before. */
static void parents_come_first(void **state)
{
    (void)state;
    spk_error err = {0};
    spk_provenance p, empty;
    spk_provenance_init(&p);
    spk_provenance_init(&empty);
    append(&p, "encode", 0, NULL);
    append(&p, "decode", 0, NULL);
    const char *orphan = p.json[1];
    assert_int_equal(spk_provenance_add_json(&empty, orphan, strlen(orphan), "x", &err), -1);
    assert_int_equal(err.code, SPK_DATA);
    assert_non_null(strstr(err.text, p.id[0]));
    spk_provenance_free(&p);
    spk_provenance_free(&empty);
}

static void append_words(spk_provenance *p, const char *const *argv, const size_t *parent, size_t n)
{
    spk_error err = {0};
    char parents[2][33];
    for (size_t i = 0; i < n; i++)
        memcpy(parents[i], p->id[parent[i]], sizeof parents[i]);
    spk_step step = {
        .tool = argv[0], .version = "1", .argv = argv, .parents = n, .parent = parents};
    if (spk_provenance_append(p, &step, &err)) fail_msg("%s", err.text);
}

/* encode all -> train; encode a shard -> simulate with what was trained. */
static void make_chain(spk_provenance *p, const char *shard)
{
    const char *all[] = {"encode", "a.gz", NULL}, *train[] = {"train", NULL};
    const char *part[] = {"encode", shard ? shard : "a.gz", shard ? "a.gz" : NULL, NULL};
    spk_provenance_init(p);
    append_words(p, all, NULL, 0);
    append_words(p, train, (size_t[]){0}, 1);
    if (shard) {
        spk_error err = {0};
        spk_provenance own;
        spk_provenance_init(&own);
        append_words(&own, part, NULL, 0);
        assert_int_equal(spk_provenance_merge(p, &own, &err), 0);
        spk_provenance_free(&own);
    }
    char weights[64];
    snprintf(weights, sizeof weights, "--weights=%s", p->id[1]);
    const char *simulate[] = {"simulate", weights, NULL};
    append_words(p, simulate, (size_t[]){shard ? 2 : 0, 1}, 2);
}

/* What becomes the same step is one step, and the shard of another run is left alone. */
static void shards_lose_what_makes_them_shards(void **state)
{
    (void)state;
    spk_error err = {0};
    spk_provenance whole, shard, joined, other;
    make_chain(&whole, NULL);
    make_chain(&shard, "--shard=2/5");
    spk_provenance_init(&joined);
    spk_provenance_init(&other);
    assert_int_equal(shard.n, 4);
    assert_int_equal(spk_provenance_unshard(&joined, &shard, 2, 5, &err), 0);
    assert_int_equal(joined.n, whole.n);
    for (size_t i = 0; i < whole.n; i++)
        assert_string_equal(joined.json[i], whole.json[i]);
    assert_int_equal(spk_provenance_unshard(&other, &shard, 1, 5, &err), 0);
    assert_int_equal(other.n, 4);
    assert_string_equal(other.id[3], shard.id[3]);
    spk_provenance_free(&whole);
    spk_provenance_free(&shard);
    spk_provenance_free(&joined);
    spk_provenance_free(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parents_are_all_streams_read),
        cmocka_unit_test(no_history),
        cmocka_unit_test(parents_come_first),
        cmocka_unit_test(shards_lose_what_makes_them_shards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
