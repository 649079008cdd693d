/* test_stream_faults.c: a cut or flipped stream gives an error, or what the whole one gives: never
 * something else, and all intact items come first. */
#include "stream_fixture.h"

#include <xxhash.h>

enum { UNITS = 300, SAMPLES = 40, DURATION = 200 };

/* Spikes of two populations, frames, and predictions; random but for the seed. */
static bytes write_stream(int level, uint64_t seed)
{
    spk_error err = {0};
    spk_header h;
    spk_header_init(&h);
    h.tick = spk_rational_of(1, 1000);
    assert_non_null(spk_header_add_channel(&h, SPK_CHANNEL_SPIKES, "input", UNITS, &err));
    assert_non_null(spk_header_add_channel(&h, SPK_CHANNEL_SPIKES, "exc", 7, &err));
    assert_non_null(spk_header_add_channel(&h, SPK_CHANNEL_FRAMES, "input", 5, &err));
    assert_non_null(spk_header_add_channel(&h, SPK_CHANNEL_PREDICTIONS, "class", 10, &err));
    spk_provenance p;
    spk_provenance_init(&p);
    const char *argv[] = {"test", NULL};
    spk_step step = {.tool = "test", .version = "0", .argv = argv, .seed = &seed};
    succeed(spk_provenance_append(&p, &step, &err), &err);
    FILE *file = tmpfile();
    spk_writer_options options = {.level = level};
    spk_writer *w = spk_writer_open(fileno(file), "test", &h, &p, &options, &err);
    assert_non_null(w);
    for (uint64_t s = 0; s < SAMPLES; s++) {
        spk_sample sample = {s, s * DURATION, DURATION, 3, 1, NULL};
        succeed(spk_writer_sample(w, &sample, &err), &err);
        for (uint64_t t = 0; t < DURATION; t++) {
            uint64_t tick = s * DURATION + t;
            uint32_t unit = (uint32_t)below(&seed, UNITS);
            succeed(spk_writer_spikes(w, 1, 1, &tick, &unit, &err), &err);
            unit %= 7;
            if (t % 9 == 0) succeed(spk_writer_spikes(w, 2, 1, &tick, &unit, &err), &err);
        }
        float value[5] = {(float)s, 1, 2, 3, 4};
        succeed(spk_writer_frame(w, 3, sample.begin, 10, value, &err), &err);
        spk_prediction prediction = {s, 3, 5, value};
        succeed(spk_writer_prediction(w, 4, &prediction, &err), &err);
    }
    succeed(spk_writer_end(w, SAMPLES * DURATION, false, &err), &err);
    spk_writer_close(w);
    spk_header_free(&h);
    spk_provenance_free(&p);
    bytes all = contents(file);
    fclose(file);
    return all;
}

/* What a reader gave: a running digest after each item, and how it ended. */
typedef struct result {
    size_t items;
    uint64_t digest[1000];
    spk_error err;
    int last;
} result;

static void add_item(XXH3_state_t *sum, const spk_item *item)
{
    XXH3_64bits_update(sum, &item->kind, sizeof item->kind);
    XXH3_64bits_update(sum, &item->id, sizeof item->id);
    if (item->kind == SPK_KIND_SAMPLE)
        XXH3_64bits_update(sum, item->sample, offsetof(spk_sample, json));
    if (item->kind == SPK_KIND_SPIKES) {
        XXH3_64bits_update(sum, item->spikes.tick, item->spikes.n * sizeof(uint64_t));
        XXH3_64bits_update(sum, item->spikes.unit, item->spikes.n * sizeof(uint32_t));
    }
    if (item->kind == SPK_KIND_FRAME)
        XXH3_64bits_update(sum, item->frame.value, item->frame.n * sizeof(float));
    if (item->kind == SPK_KIND_PREDICTION)
        XXH3_64bits_update(sum, item->prediction.score, item->prediction.k * sizeof(float));
}

static result *read_stream(const unsigned char *data, size_t n)
{
    result *got = calloc(1, sizeof *got);
    spk_reader *r = spk_reader_open_memory(data, n, "x.spk", NULL, &got->err);
    if (!r) {
        got->last = -1;
        return got;
    }
    XXH3_state_t *sum = XXH3_createState();
    XXH3_64bits_reset(sum);
    spk_item item;
    while ((got->last = spk_reader_next(r, &item, &got->err)) > 0) {
        assert_true(got->items < 1000);
        add_item(sum, &item);
        got->digest[got->items++] = XXH3_64bits_digest(sum);
    }
    XXH3_freeState(sum);
    spk_reader_close(r);
    return got;
}

/* `got` is an error after the first items of `whole`, or all of `whole`. */
static void assert_honest(const result *got, const result *whole)
{
    assert_true(got->items <= whole->items);
    assert_memory_equal(got->digest, whole->digest, got->items * sizeof got->digest[0]);
    if (got->last == 0)
        assert_int_equal(got->items, whole->items);
    else
        assert_int_equal(got->err.code, SPK_DATA);
}

static void cut_everywhere(int level)
{
    bytes all = write_stream(level, 1);
    result *whole = read_stream(all.data, all.n);
    assert_int_equal(whole->last, 0);
    size_t most = 0;
    for (size_t n = 0; n < all.n; n += level < 0 ? 7 : 1) {
        /* An exact copy, so that the address sanitizer sees a read beyond the end. */
        unsigned char *copy = malloc(n + 1);
        memcpy(copy, all.data, n);
        result *got = read_stream(copy, n);
        assert_honest(got, whole);
        if (level < 0) assert_int_equal(got->last, -1);
        if (got->last < 0) assert_true(got->items >= most);
        most = got->items;
        free(got);
        free(copy);
    }
    free(whole);
    free(all.data);
}

static void test_a_cut_anywhere_is_an_error(void **state)
{
    (void)state;
    cut_everywhere(1);
    cut_everywhere(-1);
}

static void test_a_cut_at_every_record_is_an_error_after_it(void **state)
{
    (void)state;
    bytes all = write_stream(-1, 1);
    result *whole = read_stream(all.data, all.n);
    size_t records = 0;
    for (size_t at = 32; at < all.n; records++) {
        result *got = read_stream(all.data, at);
        assert_honest(got, whole);
        assert_int_equal(got->last, -1);
        char expected[100];
        snprintf(expected, sizeof expected, "byte %zu (record %zu): the stream ended", at, records);
        assert_non_null(strstr(got->err.text, expected));
        free(got);
        uint32_t payload;
        memcpy(&payload, all.data + at + 12, sizeof payload);
        at += 32 + payload;
    }
    assert_true(records > 20);
    free(whole);
    free(all.data);
}

static void flip_bits(int level, size_t times)
{
    bytes all = write_stream(level, 1);
    result *whole = read_stream(all.data, all.n);
    uint64_t seed = 5;
    size_t same = 0;
    for (size_t i = 0; i < times; i++) {
        size_t bit = (size_t)below(&seed, 8 * all.n);
        all.data[bit / 8] ^= (unsigned char)(1 << bit % 8);
        result *got = read_stream(all.data, all.n);
        assert_honest(got, whole);
        same += got->last == 0;
        if (level < 0) assert_int_equal(got->last, -1);
        all.data[bit / 8] ^= (unsigned char)(1 << bit % 8);
        free(got);
    }
    assert_true(same < times / 20);
    free(whole);
    free(all.data);
}

static void test_a_flipped_bit_is_an_error_or_harmless(void **state)
{
    (void)state;
    flip_bits(1, 10000);
    flip_bits(-1, 2000);
}

static void test_messages_name_file_byte_and_record(void **state)
{
    (void)state;
    bytes all = write_stream(-1, 1);
    size_t at = 32;
    uint32_t payload;
    memcpy(&payload, all.data + at + 12, sizeof payload);
    at += 32 + payload; /* PROVENANCE */
    memcpy(&payload, all.data + at + 12, sizeof payload);
    at += 32 + payload; /* the first SAMPLE */
    all.data[at + 40] ^= 1;
    result *got = read_stream(all.data, all.n);
    char expected[200];
    snprintf(expected, sizeof expected,
             "x.spk: byte %zu (record 2, SAMPLE): checksum mismatch: the record is damaged", at);
    assert_string_equal(got->err.text, expected);
    free(got);
    got = read_stream(all.data, 0);
    assert_string_equal(got->err.text, "x.spk: the input is empty, not a .spk stream");
    free(got);
    got = read_stream((const unsigned char *)"{\"spk\":1}", 9);
    assert_non_null(strstr(got->err.text, "not a .spk stream"));
    free(got);
    free(all.data);
}

static void test_garbage_after_the_end_is_an_error(void **state)
{
    (void)state;
    for (int level = -1; level <= 1; level += 2) {
        bytes all = write_stream(level, 1);
        all.data = realloc(all.data, all.n + 40);
        memset(all.data + all.n, 'x', 40);
        for (size_t more = 1; more <= 40; more++) {
            result *got = read_stream(all.data, all.n + more);
            assert_int_equal(got->last, -1);
            assert_int_equal(got->err.code, SPK_DATA);
            free(got);
        }
        free(all.data);
    }
}

/* ---- several streams in one ----------------------------------------------------------------- */

static bytes join(bytes a, bytes b)
{
    bytes both = {malloc(a.n + b.n), a.n + b.n};
    memcpy(both.data, a.data, a.n);
    memcpy(both.data + a.n, b.data, b.n);
    return both;
}

static void test_concatenated_streams_are_segments(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) { /* plain and compressed, in every combination */
        spk_error err = {0};
        bytes a = write_stream(i & 1 ? 1 : -1, 1), b = write_stream(i & 2 ? 1 : -1, 2);
        bytes both = join(a, b);
        result *alone = read_stream(both.data, both.n);
        assert_int_equal(alone->last, -1);
        assert_non_null(strstr(alone->err.text, "a second stream follows"));
        free(alone);
        spk_reader_options options = {.segments = true};
        spk_reader *r = spk_reader_open_memory(both.data, both.n, "test", &options, &err);
        assert_non_null(r);
        spk_item item;
        int more, segments = 0;
        do {
            size_t samples = 0;
            while ((more = spk_reader_next(r, &item, &err)) > 0)
                samples += item.kind == SPK_KIND_SAMPLE;
            succeed(more, &err);
            assert_int_equal(samples, SAMPLES);
            segments++;
        } while ((more = spk_reader_next_segment(r, &err)) > 0);
        succeed(more, &err);
        assert_int_equal(segments, 2);
        spk_reader_close(r);
        free(a.data);
        free(b.data);
        free(both.data);
    }
}

static void test_a_truncated_stream_can_be_allowed(void **state)
{
    (void)state;
    spk_error err = {0};
    bytes all = write_stream(1, 1);
    spk_reader_options options = {.allow_truncated = true};
    spk_reader *r = spk_reader_open_memory(all.data, all.n / 2, "test", &options, &err);
    assert_non_null(r);
    spk_item item;
    int more;
    while ((more = spk_reader_next(r, &item, &err)) > 0)
        assert_false(spk_reader_truncated(r));
    succeed(more, &err);
    assert_true(spk_reader_truncated(r));
    spk_reader_close(r);
    free(all.data);
}

/* ---- other compressors ---------------------------------------------------------------------- */

static void assert_same_content(bytes a, bytes b)
{
    result *x = read_stream(a.data, a.n), *y = read_stream(b.data, b.n);
    if (y->last) fail_msg("%s", y->err.text);
    assert_int_equal(x->items, y->items);
    assert_memory_equal(x->digest, y->digest, x->items * sizeof x->digest[0]);
    free(x);
    free(y);
}

static void test_any_recompression_is_readable(void **state)
{
    (void)state;
    bytes packed = write_stream(1, 1), plain = logical(packed);
    assert_same_content(packed, plain);
    ZSTD_CCtx *zstd = ZSTD_createCCtx();
    size_t room = ZSTD_compressBound(plain.n);
    bytes again = {malloc(room), 0};
    again.n = ZSTD_compressCCtx(zstd, again.data, room, plain.data, plain.n, 19);
    assert_same_content(packed, again);
    /* Frames that end in the middle of records, with skippable ones between them. */
    bytes many = {calloc(4, room + 10000), 0};
    for (size_t at = 0; at < plain.n; at += 1000) {
        size_t some = plain.n - at < 1000 ? plain.n - at : 1000;
        memcpy(many.data + many.n, "\x50\x2a\x4d\x18\x03\0\0\0abc", 11);
        many.n += 11;
        size_t n = ZSTD_compressCCtx(zstd, many.data + many.n, room, plain.data + at, some, 1);
        assert_false(ZSTD_isError(n));
        many.n += n;
    }
    assert_same_content(packed, many);
    ZSTD_freeCCtx(zstd);
    free(packed.data);
    free(plain.data);
    free(again.data);
    free(many.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_cut_anywhere_is_an_error),
        cmocka_unit_test(test_a_cut_at_every_record_is_an_error_after_it),
        cmocka_unit_test(test_a_flipped_bit_is_an_error_or_harmless),
        cmocka_unit_test(test_messages_name_file_byte_and_record),
        cmocka_unit_test(test_garbage_after_the_end_is_an_error),
        cmocka_unit_test(test_concatenated_streams_are_segments),
        cmocka_unit_test(test_a_truncated_stream_can_be_allowed),
        cmocka_unit_test(test_any_recompression_is_readable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
