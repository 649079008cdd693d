/* test_stream_faults.c: a cut or flipped stream gives an error, or what the whole one gives: never
 * something else, and all intact items come first. */
#include "stream_fixture.h"

#include <malloc.h>
#include <xxhash.h>

enum {
    UNITS = 300,
    SAMPLES = 20,
    DURATION = 100,
    ROWS = 6,
    COLS = 5,
    FRAME_BYTES = 2000, /* logical bytes, so that there are several zstd frames */
    UNKNOWN = 200,      /* a kind of record */
    MOST_ITEMS = 1000
};

/* The ids of the channels and arrays, in the order they are declared. */
enum { INPUT = 1, EXC, RATES, PIXELS, POTENTIAL, CLASS, DENSE, SPARSE };

static void declare(spk_header *h)
{
    spk_error err = {0};
    spk_header_init(h);
    h->tick = spk_rational_of(1, 1000);
    h->classes = 10;
    assert_non_null(spk_header_add_channel(h, SPK_CHANNEL_SPIKES, "input", UNITS, &err));
    assert_non_null(spk_header_add_channel(h, SPK_CHANNEL_SPIKES, "exc", 7, &err));
    assert_non_null(spk_header_add_channel(h, SPK_CHANNEL_FRAMES, "input", 5, &err));
    spk_channel *pixels = spk_header_add_channel(h, SPK_CHANNEL_FRAMES, "pixels", 5, &err);
    assert_non_null(pixels);
    pixels->dtype = SPK_U8;
    pixels->scale = 0.5;
    spk_channel *trace = spk_header_add_channel(h, SPK_CHANNEL_TRACE, "exc", 3, &err);
    assert_non_null(trace);
    trace->variable = spk_strdup("V_m", &err);
    trace->unit = spk_strdup("mV", &err);
    trace->dtype = SPK_F64;
    trace->period = 40;
    assert_non_null(spk_header_add_channel(h, SPK_CHANNEL_PREDICTIONS, "class", 10, &err));
    assert_non_null(spk_header_add_array(h, SPK_ARRAY_WEIGHTS, "input->exc", "weight", "nS",
                                         SPK_F32, ROWS, COLS, &err));
    spk_array *sparse = spk_header_add_array(h, SPK_ARRAY_WEIGHTS, "exc->exc", "weight", "nS",
                                             SPK_F64, ROWS, COLS, &err);
    assert_non_null(sparse);
    sparse->sparse = true;
}

static void put_sample(spk_writer *w, uint64_t s, uint64_t *seed)
{
    spk_error err = {0};
    const spk_sample sample = {.number = s,
                               .begin = s * DURATION,
                               .duration = DURATION,
                               .label = (int32_t)(s % 10),
                               .attempts = 1 + (uint32_t)s % 3,
                               .json = s % 4 ? NULL : "{\"speaker\": \"theo\"}"};
    succeed(spk_writer_sample(w, &sample, &err), &err);
    for (uint64_t tick = sample.begin; tick < sample.begin + DURATION; tick++) {
        uint32_t unit = (uint32_t)below(seed, UNITS);
        succeed(spk_writer_spikes(w, INPUT, 1, &tick, &unit, &err), &err);
        unit %= 7;
        if (tick % 9 == 0) succeed(spk_writer_spikes(w, EXC, 1, &tick, &unit, &err), &err);
    }
    const float value[] = {(float)s, 1, 2, 3, 4};
    double potential[3 * 3];
    for (size_t i = 0; i < 9; i++)
        potential[i] = -(double)below(seed, 1000) / 7;
    const spk_prediction prediction = {s, (int32_t)below(seed, 10), 5, value};
    succeed(spk_writer_frame(w, RATES, sample.begin, 10, value, &err), &err);
    succeed(spk_writer_frame(w, PIXELS, sample.begin + s, 20, value, &err), &err);
    succeed(spk_writer_trace(w, POTENTIAL, sample.begin, 3, potential, &err), &err);
    succeed(spk_writer_prediction(w, CLASS, &prediction, &err), &err);
}

static void put_weights(spk_writer *w, uint64_t samples, uint64_t *seed)
{
    spk_error err = {0};
    const spk_snapshot snapshot = {samples, samples * DURATION};
    const uint64_t row_ptr[ROWS + 1] = {0, 2, 2, 5, 6, 8, 9};
    const uint32_t col[] = {0, 4, 1, 1, 3, 2, 0, 1, 4};
    float dense[ROWS * COLS];
    double sparse[9];
    for (size_t i = 0; i < ROWS * COLS; i++)
        dense[i] = (float)below(seed, 1000) / 8;
    for (size_t i = 0; i < 9; i++)
        sparse[i] = (double)below(seed, 1000) / 7;
    succeed(spk_writer_snapshot(w, &snapshot, &err), &err);
    succeed(spk_writer_dense(w, DENSE, 0, ROWS, dense, &err), &err);
    succeed(spk_writer_sparse(w, SPARSE, 0, ROWS, row_ptr, col, sparse, &err), &err);
}

/* Records that the reader hands on as they are, and one of a kind that it does not know. */
static void put_others(spk_writer *w, uint64_t tick)
{
    static const uint16_t raw[] = {SPK_KIND_NETWORK, SPK_KIND_STATE, SPK_KIND_METRIC,
                                   SPK_KIND_ATTACH, UNKNOWN};
    spk_error err = {0};
    for (size_t i = 0; i < sizeof raw / sizeof *raw; i++)
        succeed(spk_writer_record(w, raw[i], 0, 0, "{\"n\": 1}", 8, &err), &err);
    succeed(spk_writer_record(w, SPK_KIND_WATERMARK, 0, 0, &tick, sizeof tick, &err), &err);
}

/* Every kind of record, with numbers that are random but for the seed. */
static bytes write_stream(int level, uint64_t seed)
{
    spk_error err = {0};
    spk_header h;
    declare(&h);
    spk_provenance p;
    spk_provenance_init(&p);
    const char *argv[] = {"test", NULL};
    spk_step step = {.tool = "test", .version = "0", .argv = argv, .seed = &seed};
    succeed(spk_provenance_append(&p, &step, &err), &err);
    FILE *file = tmpfile();
    spk_writer_options options = {.level = level, .frame_bytes = FRAME_BYTES};
    spk_writer *w = spk_writer_open(fileno(file), "test", &h, &p, &options, &err);
    assert_non_null(w);
    for (uint64_t s = 0; s < SAMPLES; s++) {
        put_sample(w, s, &seed);
        if (s % 10 == 9) put_weights(w, s + 1, &seed);
        if (s == SAMPLES / 2) put_others(w, s * DURATION);
    }
    succeed(spk_writer_end(w, SAMPLES * DURATION, false, &err), &err);
    spk_writer_close(w);
    spk_header_free(&h);
    spk_provenance_free(&p);
    bytes all = contents(file);
    fclose(file);
    return all;
}

/* What a reader gave: a running digest of everything in it after each item (the first is that of
 * header and history), and how it ended. */
typedef struct result {
    bool opened;
    size_t items;
    uint64_t digest[MOST_ITEMS + 1], duration;
    spk_error err;
    int last;
} result;

static void add(XXH3_state_t *sum, const void *data, size_t n)
{
    XXH3_64bits_update(sum, &n, sizeof n);
    if (n) XXH3_64bits_update(sum, data, n);
}

static void add_number(XXH3_state_t *sum, uint64_t number)
{
    add(sum, &number, sizeof number);
}

static void add_sample(XXH3_state_t *sum, const spk_sample *sample)
{
    add_number(sum, sample->number);
    add_number(sum, sample->begin);
    add_number(sum, sample->duration);
    add_number(sum, (uint64_t)sample->label);
    add_number(sum, sample->attempts);
    add(sum, sample->json, sample->json ? strlen(sample->json) : 0);
}

static void add_frame(XXH3_state_t *sum, const spk_frame *frame)
{
    add_sample(sum, frame->sample);
    add_number(sum, frame->begin);
    add_number(sum, frame->duration);
    add(sum, frame->value, frame->n * sizeof *frame->value);
    add(sum, frame->stored, frame->n * sizeof *frame->stored);
}

static void add_rows(XXH3_state_t *sum, const spk_rows_of *rows)
{
    uint64_t n = rows->rows * rows->array->cols;
    add_number(sum, rows->array->id);
    add_number(sum, rows->row0);
    add_number(sum, rows->rows);
    if (rows->array->sparse) {
        n = rows->row_ptr[rows->rows];
        add(sum, rows->row_ptr, (rows->rows + 1) * sizeof *rows->row_ptr);
        add(sum, rows->col, n * sizeof *rows->col);
    }
    add(sum, rows->value, n * spk_dtype_bytes(rows->array->dtype));
}

static void add_item(XXH3_state_t *sum, const spk_item *item, const spk_header *header)
{
    add_number(sum, item->kind);
    add_number(sum, item->id);
    switch (item->kind) {
    case SPK_KIND_SAMPLE:
        add_sample(sum, item->sample);
        break;
    case SPK_KIND_SPIKES:
        add_sample(sum, item->spikes.sample);
        add(sum, item->spikes.tick, item->spikes.n * sizeof *item->spikes.tick);
        add(sum, item->spikes.unit, item->spikes.n * sizeof *item->spikes.unit);
        break;
    case SPK_KIND_FRAME:
        add_frame(sum, &item->frame);
        break;
    case SPK_KIND_TRACE:
        add_sample(sum, item->trace.sample);
        add_number(sum, item->trace.t0);
        add(sum, item->trace.value,
            item->trace.rows * spk_header_channel(header, item->id)->size * sizeof(double));
        break;
    case SPK_KIND_PREDICTION:
        add_number(sum, item->prediction.sample);
        add_number(sum, (uint64_t)item->prediction.class_);
        add(sum, item->prediction.score, item->prediction.k * sizeof(float));
        break;
    case SPK_KIND_WEIGHTS_DENSE:
    case SPK_KIND_WEIGHTS_SPARSE:
        add_rows(sum, &item->rows);
        break;
    case SPK_KIND_SNAPSHOT:
        add_number(sum, item->snapshot.samples);
        add_number(sum, item->snapshot.tick);
        break;
    case SPK_KIND_WATERMARK:
        add_number(sum, item->watermark);
        break;
    default:
        add_number(sum, item->raw.flags);
        add(sum, item->raw.payload, item->raw.bytes);
    }
}

static void add_beginning(XXH3_state_t *sum, const spk_reader *r)
{
    spk_error err = {0};
    const spk_provenance *history = spk_reader_provenance(r);
    char *header = spk_header_to_json(spk_reader_header(r), &err);
    assert_non_null(header);
    add(sum, header, strlen(header));
    free(header);
    for (size_t i = 0; i < history->n; i++)
        add(sum, history->json[i], strlen(history->json[i]));
}

static result *read_stream(const unsigned char *data, size_t n)
{
    result *got = calloc(1, sizeof *got);
    spk_reader *r = spk_reader_open_memory(data, n, "x.spk", NULL, &got->err);
    if (!r) {
        got->last = -1;
        return got;
    }
    got->opened = true;
    XXH3_state_t *sum = XXH3_createState();
    XXH3_64bits_reset(sum);
    add_beginning(sum, r);
    got->digest[0] = XXH3_64bits_digest(sum);
    spk_item item;
    while ((got->last = spk_reader_next(r, &item, &got->err)) > 0) {
        assert_true(got->items < MOST_ITEMS);
        add_item(sum, &item, spk_reader_header(r));
        got->digest[++got->items] = XXH3_64bits_digest(sum);
    }
    got->duration = got->last ? 0 : spk_reader_duration(r);
    XXH3_freeState(sum);
    spk_reader_close(r);
    return got;
}

/* `got` is an error after the first items of `whole`, or all of `whole`. */
static void assert_honest(const result *got, const result *whole)
{
    assert_true(got->items <= whole->items);
    if (got->opened)
        assert_memory_equal(got->digest, whole->digest, (got->items + 1) * sizeof got->digest[0]);
    if (got->last) {
        assert_int_equal(got->err.code, SPK_DATA);
        return;
    }
    assert_int_equal(got->items, whole->items);
    assert_int_equal(got->duration, whole->duration);
}

/* What the tests below speak of is there: every kind of record, in several zstd frames. */
static void test_the_stream_holds_everything(void **state)
{
    (void)state;
    static const uint16_t kinds[] = {
        SPK_KIND_SPIKES,   SPK_KIND_SAMPLE,  SPK_KIND_WEIGHTS_DENSE, SPK_KIND_WEIGHTS_SPARSE,
        SPK_KIND_TRACE,    SPK_KIND_NETWORK, SPK_KIND_STATE,         SPK_KIND_WATERMARK,
        SPK_KIND_METRIC,   SPK_KIND_ATTACH,  SPK_KIND_FRAME,         SPK_KIND_PREDICTION,
        SPK_KIND_SNAPSHOT, UNKNOWN};
    spk_error err = {0};
    bytes all = write_stream(1, 1);
    bool seen[UNKNOWN + 1] = {0};
    spk_reader *r = spk_reader_open_memory(all.data, all.n, "test", NULL, &err);
    assert_non_null(r);
    spk_item item;
    int more;
    while ((more = spk_reader_next(r, &item, &err)) > 0)
        seen[item.kind] = true;
    succeed(more, &err);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!seen[kinds[i]]) fail_msg("no record of kind %d", kinds[i]);
    spk_reader_close(r);
    size_t frames = 0;
    for (size_t at = 0; at < all.n; frames++)
        at += ZSTD_findFrameCompressedSize(all.data + at, all.n - at);
    assert_true(frames >= 4 + 2); /* two of them are the index */
    free(all.data);
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
    flip_bits(1, 6000);
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
    assert_memory_equal(x->digest, y->digest, (x->items + 1) * sizeof x->digest[0]);
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
        cmocka_unit_test(test_the_stream_holds_everything),
        cmocka_unit_test(test_a_cut_anywhere_is_an_error),
        cmocka_unit_test(test_a_cut_at_every_record_is_an_error_after_it),
        cmocka_unit_test(test_a_flipped_bit_is_an_error_or_harmless),
        cmocka_unit_test(test_messages_name_file_byte_and_record),
        cmocka_unit_test(test_garbage_after_the_end_is_an_error),
        cmocka_unit_test(test_concatenated_streams_are_segments),
        cmocka_unit_test(test_a_truncated_stream_can_be_allowed),
        cmocka_unit_test(test_any_recompression_is_readable),
    };
    /* Readers by the ten thousand: do not give their memory back each time. */
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
