/* test_stream_forged.c: records whose checksums are right and whose content is not: each is refused
 * with a message that says what is wrong. */
#include "stream_fixture.h"

#include "base/bytes.h"
#include "stream/record.h"

#include <xxhash.h>

enum { MOST = 64 };

/* A plain stream, record by record; sums, sequence numbers and END are made anew by `assemble`. */
typedef struct forged {
    size_t n;
    spk_record record[MOST];
    unsigned char *payload[MOST];
    bool keep_sequence, keep_end;
} forged;

static forged take_apart(bytes plain)
{
    forged f = {0};
    for (size_t at = SPK_PREAMBLE_BYTES; at < plain.n; f.n++) {
        assert_true(f.n < MOST && spk_record_unpack(&f.record[f.n], plain.data + at));
        size_t n = f.record[f.n].bytes;
        f.payload[f.n] = calloc(n + 8, 1);
        memcpy(f.payload[f.n], plain.data + at + SPK_RECORD_HEADER_BYTES, n);
        at += SPK_RECORD_HEADER_BYTES + n;
    }
    return f;
}

static void let_go(forged *f)
{
    for (size_t i = 0; i < f->n; i++)
        free(f->payload[i]);
}

/* END's count of records and digest, for what is now before it (if it is still the last). */
static void mend_end(forged *f)
{
    if (f->record[f->n - 1].kind != SPK_KIND_END) return;
    XXH3_state_t *digest = XXH3_createState();
    XXH3_128bits_reset(digest);
    for (size_t i = 0; i + 1 < f->n; i++)
        XXH3_128bits_update(digest, f->payload[i], f->record[i].bytes);
    XXH128_hash_t sum = XXH3_128bits_digest(digest);
    spk_put64(f->payload[f->n - 1] + 8, f->n - 1);
    spk_put64(f->payload[f->n - 1] + 40, sum.low64);
    spk_put64(f->payload[f->n - 1] + 48, sum.high64);
    XXH3_freeState(digest);
}

static bytes assemble(forged *f)
{
    bytes all = {calloc(1, 1 << 20), SPK_PREAMBLE_BYTES};
    spk_preamble_pack(0, all.data);
    if (!f->keep_end) mend_end(f);
    for (size_t i = 0; i < f->n; i++) {
        if (!f->keep_sequence) f->record[i].sequence = i;
        spk_record_pack(&f->record[i], f->payload[i], all.data + all.n);
        memcpy(all.data + all.n + SPK_RECORD_HEADER_BYTES, f->payload[i], f->record[i].bytes);
        all.n += SPK_RECORD_HEADER_BYTES + f->record[i].bytes;
    }
    return all;
}

/* Read all; the error's text, or "" when there is none. */
static const char *outcome(forged *f)
{
    static spk_error err;
    bytes all = assemble(f);
    err.text[0] = 0;
    spk_reader *r = spk_reader_open_memory(all.data, all.n, "x", NULL, &err);
    spk_item item;
    int more = r ? 1 : -1;
    while (more > 0)
        more = spk_reader_next(r, &item, &err);
    if (more < 0) assert_int_equal(err.code, SPK_DATA);
    spk_reader_close(r);
    free(all.data);
    let_go(f);
    return more < 0 ? err.text : "";
}

static void expect(forged *f, const char *message)
{
    const char *text = outcome(f);
    if (message[0] ? !strstr(text, message) : text[0])
        fail_msg("\"%s\" instead of \"%s\"", text, message);
}

/* ---- a stream of spikes: HEADER, SAMPLE 0, SAMPLE 1, SPIKES, PREDICTION 0, PREDICTION 1, END ---- */

/* The stream that was written, in records. */
static forged close_and_take_apart(spk_writer *w, spk_header *h, FILE *file)
{
    spk_writer_close(w);
    spk_header_free(h);
    bytes plain = contents(file);
    fclose(file);
    forged f = take_apart(plain);
    free(plain.data);
    return f;
}

enum { HEADER, SAMPLE_0, SAMPLE_1, SPIKES, PREDICTION_0, PREDICTION_1, END };

static forged spikes(void)
{
    spk_error err = {0};
    spk_header h;
    spk_header_init(&h);
    assert_non_null(spk_header_add_channel(&h, SPK_CHANNEL_SPIKES, "a", 100, &err));
    assert_non_null(spk_header_add_channel(&h, SPK_CHANNEL_PREDICTIONS, "b", 2, &err));
    FILE *file = tmpfile();
    spk_writer_options options = {.level = -1};
    spk_writer *w = spk_writer_open(fileno(file), "x", &h, NULL, &options, &err);
    assert_non_null(w);
    for (uint64_t s = 0; s < 2; s++) {
        spk_sample sample = {s, 1000 * s, 1000, 0, 1, NULL};
        succeed(spk_writer_sample(w, &sample, &err), &err);
        uint64_t tick[] = {1000 * s + 5, 1000 * s + 900};
        uint32_t unit[] = {7, 99};
        succeed(spk_writer_spikes(w, 1, 2, tick, unit, &err), &err);
        spk_prediction p = {s, 1, 0, NULL};
        succeed(spk_writer_prediction(w, 2, &p, &err), &err);
    }
    succeed(spk_writer_end(w, 2000, false, &err), &err);
    forged f = close_and_take_apart(w, &h, file);
    assert_int_equal(f.n, END + 1);
    assert_int_equal(f.record[SPIKES].kind, SPK_KIND_SPIKES);
    return f;
}

static void drop(forged *f, size_t i)
{
    free(f->payload[i]);
    f->n--;
    memmove(&f->record[i], &f->record[i + 1], (f->n - i) * sizeof f->record[0]);
    memmove(&f->payload[i], &f->payload[i + 1], (f->n - i) * sizeof f->payload[0]);
}

static void exchange(forged *f, size_t i, size_t j)
{
    spk_record record = f->record[i];
    unsigned char *payload = f->payload[i];
    f->record[i] = f->record[j];
    f->payload[i] = f->payload[j];
    f->record[j] = record;
    f->payload[j] = payload;
}

/* A copy of record i behind it. */
static void repeat(forged *f, size_t i)
{
    memmove(&f->record[i + 1], &f->record[i], (f->n - i) * sizeof f->record[0]);
    memmove(&f->payload[i + 1], &f->payload[i], (f->n - i) * sizeof f->payload[0]);
    f->payload[i] = calloc(f->record[i].bytes + 8, 1);
    memcpy(f->payload[i], f->payload[i + 1], f->record[i].bytes);
    f->n++;
}

static void test_records_that_are_missing_or_moved_are_noticed(void **state)
{
    (void)state;
    forged f = spikes();
    expect(&f, "");
    for (size_t i = SAMPLE_0; i < END; i++) {
        f = spikes();
        f.keep_sequence = true;
        drop(&f, i);
        expect(&f, "records are missing or out of order before it");
        f = spikes();
        f.keep_sequence = true;
        exchange(&f, i, i + 1);
        expect(&f, "records are missing or out of order before it");
        f = spikes();
        f.keep_sequence = true;
        repeat(&f, i);
        expect(&f, "records are missing or out of order before it");
        f = spikes();
        f.keep_end = true;
        drop(&f, i);
        expect(&f, i == SAMPLE_0 || i == SAMPLE_1 ? "it has ticks outside every sample"
                                                  : "END counts other records than there were");
    }
    f = spikes();
    drop(&f, HEADER);
    expect(&f, "x: byte 32 (record 0, SAMPLE): the first record is not HEADER");
    f = spikes();
    repeat(&f, HEADER);
    expect(&f, "x: byte 208 (record 1, HEADER): it belongs at the beginning of the stream");
    f = spikes();
    f.record[SPIKES].kind = SPK_KIND_PROVENANCE;
    expect(&f, "it belongs at the beginning of the stream");
}

static void test_end_must_agree(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        uint64_t value;
        const char *message;
    } cases[] = {
        {0, 2 | 1ull << 32, "the stream was made of an incomplete one: it is not complete"},
        {8, 9, "END counts other records than there were"},
        {16, 5, "END counts other spikes than there were"},
        {24, 1999, "END is before the end of what there was"},
        {32, 2000, "END is before the end of what there was"},
        {32, 1899, "END has another last spike than there was"},
        {32, 1901, "END has another last spike than there was"},
        {40, 1, "END has another digest than the records before it"},
        {48, 1, "END has another digest than the records before it"},
        {56, 2, "END counts other spikes than there were"},
        {64, 5, "END counts other spikes than there were"},
        {0, 2ull << 32, "its size does not fit its content"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        forged f = spikes();
        f.keep_end = true;
        spk_put64(f.payload[END] + cases[i].at, cases[i].value);
        expect(&f, cases[i].message);
    }
    forged f = spikes();
    drop(&f, SPIKES);
    expect(&f, "END counts other spikes than there were");
}

static void test_unknown_kinds_pass_unless_critical(void **state)
{
    (void)state;
    forged f = spikes();
    f.record[PREDICTION_0].kind = 0x8001;
    f.record[PREDICTION_0].flags = 0;
    expect(&f, "");
    f = spikes();
    f.record[PREDICTION_0].kind = 100;
    expect(&f, "(record 4, kind 100): this version does not know what it is, and may not skip it");
}

/* ---- fields -------------------------------------------------------------------------------- */

static void with_field(size_t record, size_t at, int bytes_wide, uint64_t value,
                       const char *message)
{
    forged f = spikes();
    if (bytes_wide == 1) f.payload[record][at] = (unsigned char)value;
    if (bytes_wide == 2) spk_put16(f.payload[record] + at, (uint16_t)value);
    if (bytes_wide == 4) spk_put32(f.payload[record] + at, (uint32_t)value);
    if (bytes_wide == 8) spk_put64(f.payload[record] + at, value);
    expect(&f, message);
}

static void test_wrong_samples_are_refused(void **state)
{
    (void)state;
    with_field(SAMPLE_1, 0, 8, 0, "the sample does not follow the one before");
    with_field(SAMPLE_1, 8, 8, 999, "the sample does not follow the one before");
    with_field(SAMPLE_1, 8, 8, UINT64_MAX - 1, "the sample ends beyond 64 bits");
    with_field(SAMPLE_1, 16, 8, UINT64_MAX, "the sample ends beyond 64 bits");
    with_field(SAMPLE_1, 24, 4, (uint32_t)-2, "the label is out of range");
    with_field(SAMPLE_1, 32, 8, 100, "its size does not fit its content");
    with_field(SAMPLE_1, 32, 8, UINT64_MAX, "its size does not fit its content");
    with_field(SAMPLE_1, 16, 8, 899, "it has ticks outside every sample");
    with_field(SAMPLE_0, 8, 8, 6, "the sample does not follow the one before");
    forged f = spikes();
    exchange(&f, SAMPLE_0, SPIKES);
    expect(&f, "a sample after spikes that belong to none");
    f = spikes();
    f.record[SAMPLE_1].bytes = 32;
    expect(&f, "the payload is too short");
}

static void test_wrong_spikes_are_refused(void **state)
{
    (void)state;
    with_field(SPIKES, 8, 4, 0, "the number of spikes is out of range");
    with_field(SPIKES, 8, 4, 65537, "the number of spikes is out of range");
    with_field(SPIKES, 8, 4, 40, "its size does not fit the number of spikes");
    with_field(SPIKES, 12, 1, 1, "its codec is not known");
    with_field(SPIKES, 13, 1, 2, "its form is not known");
    with_field(SPIKES, 14, 1, 1, "its form is not known");
    with_field(SPIKES, 15, 1, 40, "its size does not fit the number of spikes");
    with_field(SPIKES, 16, 4, 99, "the number of units is not the channel's");
    with_field(SPIKES, 20, 1, 4, "its size does not fit the number of spikes");
    with_field(SPIKES, 0, 8, 3000, "it has ticks outside every sample");
    with_field(SPIKES, 0, 8, UINT64_MAX - 5, "a tick does not fit into 64 bits");
    forged f = spikes();
    f.record[SPIKES].id = 2;
    expect(&f, "no channel of spikes has its id");
    f = spikes();
    spk_put64(f.payload[SPIKES], UINT64_MAX - 1895); /* the last is 1895 ticks behind */
    drop(&f, PREDICTION_1);
    drop(&f, PREDICTION_0);
    drop(&f, SAMPLE_1);
    drop(&f, SAMPLE_0);
    expect(&f, "a tick is too large");
    f = spikes();
    f.record[SPIKES].bytes = 16;
    expect(&f, "the payload is too short");
    f = spikes();
    repeat(&f, SPIKES);
    spk_put64(f.payload[END + 1] + 16, 8);
    spk_put64(f.payload[END + 1] + 64, 8);
    expect(&f, "it goes back in time");
}

/* The spikes of the stream by cells: 2 windows of 100 units, intervals 6 and 895 in each. */
static forged by_cells(void)
{
    forged f = spikes();
    static const unsigned char head[24] = {
        [8] = 4, [12] = 4, [13] = 1, [15] = 2, [16] = 100, [20] = 1, [21] = 1, [22] = 2};
    unsigned char *p = f.payload[SPIKES] = realloc(f.payload[SPIKES], 400);
    memset(p, 0, 400);
    memcpy(p, head, 24);
    spk_put64(p + 24, 1000);
    p[32 + 7] = p[32 + 99] = p[132 + 7] = p[132 + 99] = 1;
    /* all low pairs of bits are 10 (6) or 01 (901): numbers 6, 901, 6, 901 */
    p[232] = 2 | 1 << 2 | 2 << 4 | 1 << 6;
    p[233] = p[235] = 6 >> 2;
    p[234] = p[236] = 901 >> 2;
    f.record[SPIKES].bytes = 240;
    return f;
}

static void with_cells(size_t at, unsigned char value, const char *message)
{
    forged f = by_cells();
    f.payload[SPIKES][at] = value;
    expect(&f, message);
}

static void test_wrong_cells_are_refused(void **state)
{
    (void)state;
    forged f = by_cells();
    expect(&f, "");
    with_cells(21, 0, "its size does not fit its content");
    with_cells(21, 5, "its size does not fit its content");
    with_cells(22, 0, "its size does not fit its content");
    with_cells(23, 255, "its size does not fit its content");
    with_cells(32, 1, "its counts do not add up");
    with_cells(32 + 7, 0, "its counts do not add up");
    with_cells(25, 0, "its windows overlap");
    with_cells(233, 255, "its windows overlap");
}

static void test_wrong_predictions_are_refused(void **state)
{
    (void)state;
    with_field(PREDICTION_1, 0, 8, 2, "its sample has not begun");
    forged f = spikes();
    spk_put64(f.payload[SAMPLE_1], 5);
    spk_put64(f.payload[PREDICTION_1], 4);
    expect(&f, "its sample is not there");
    with_field(PREDICTION_1, 8, 4, 2, "the class is out of range");
    with_field(PREDICTION_1, 8, 4, (uint32_t)-2, "the class is out of range");
    with_field(PREDICTION_1, 12, 4, 1, "its size does not fit its content");
    with_field(PREDICTION_1, 12, 4, UINT32_MAX, "its size does not fit its content");
}

/* ---- values in time: HEADER, SAMPLE, FRAME, TRACE, END; without samples one record less -------- */

static forged values(bool sampled)
{
    spk_error err = {0};
    spk_header h;
    spk_header_init(&h);
    assert_non_null(spk_header_add_channel(&h, SPK_CHANNEL_FRAMES, "a", 1, &err));
    spk_channel *trace = spk_header_add_channel(&h, SPK_CHANNEL_TRACE, "a", 1, &err);
    assert_non_null(trace);
    trace->period = 5;
    FILE *file = tmpfile();
    spk_writer_options options = {.level = -1};
    spk_writer *w = spk_writer_open(fileno(file), "x", &h, NULL, &options, &err);
    assert_non_null(w);
    spk_sample sample = {0, 0, 100, 0, 1, NULL};
    const float frame = 1;
    const double row[] = {1, 2};
    if (sampled) succeed(spk_writer_sample(w, &sample, &err), &err);
    succeed(spk_writer_frame(w, 1, 10, 90, &frame, &err), &err);
    succeed(spk_writer_trace(w, 2, 0, 2, row, &err), &err);
    succeed(spk_writer_end(w, 100, false, &err), &err);
    forged f = close_and_take_apart(w, &h, file);
    assert_int_equal(f.n, sampled ? 5 : 4);
    return f;
}

static void test_values_stay_in_their_time(void **state)
{
    (void)state;
    enum { FRAME_BEGIN = 16, FRAME_DURATION = 24, END_DURATION = 24 };
    forged f = values(true);
    expect(&f, "");
    f = values(true);
    spk_put64(f.payload[2] + FRAME_DURATION, 91);
    expect(&f, "a frame reaches beyond its sample");
    f = values(true);
    spk_put64(f.payload[2] + FRAME_BEGIN, 100);
    expect(&f, "it has ticks outside every sample");
    for (size_t frame = 1; frame <= 2; frame++) {
        f = values(frame == 2);
        spk_put64(f.payload[frame] + FRAME_DURATION, UINT64_MAX - 9);
        expect(&f, "a frame ends beyond 64 bits");
    }
    f = values(false);
    expect(&f, "");
    f = values(false);
    spk_put64(f.payload[1] + FRAME_DURATION, 91);
    expect(&f, "END is before the end of what there was");
    f = values(false);
    spk_put64(f.payload[2], 95);
    expect(&f, "END is before the end of what there was");
    f = values(true);
    repeat(&f, 3);
    expect(&f, "it goes back in time");
    f = values(true);
    repeat(&f, 3);
    spk_put64(f.payload[4], 5);
    expect(&f, "it has a second row for a tick");
    f = values(true);
    repeat(&f, 3);
    spk_put64(f.payload[4], 6);
    expect(&f, "");
    f = values(true);
    f.keep_end = true;
    spk_put64(f.payload[4] + END_DURATION, 99);
    expect(&f, "END is before the end of what there was");
}

/* ---- arrays: HEADER, SNAPSHOT, dense, sparse, END -------------------------------------------- */

enum { SNAPSHOT = 1, DENSE, SPARSE, ARRAYS_END };

static forged arrays(void)
{
    spk_error err = {0};
    spk_header h;
    spk_header_init(&h);
    assert_non_null(
        spk_header_add_array(&h, SPK_ARRAY_WEIGHTS, "a->b", "weight", "nS", SPK_F32, 2, 3, &err));
    spk_array *sparse =
        spk_header_add_array(&h, SPK_ARRAY_DELAYS, "a->b", "delay", "ms", SPK_U8, 2, 3, &err);
    assert_non_null(sparse);
    sparse->sparse = true;
    FILE *file = tmpfile();
    spk_writer_options options = {.level = -1};
    spk_writer *w = spk_writer_open(fileno(file), "x", &h, NULL, &options, &err);
    assert_non_null(w);
    spk_snapshot snapshot = {5, 6};
    float weight[6] = {1, 2, 3, 4, 5, 6};
    uint64_t row_ptr[] = {0, 2, 3};
    uint32_t col[] = {0, 2, 1};
    unsigned char delay[] = {1, 2, 3};
    succeed(spk_writer_snapshot(w, &snapshot, &err), &err);
    succeed(spk_writer_dense(w, 1, 0, 2, weight, &err), &err);
    succeed(spk_writer_sparse(w, 2, 0, 2, row_ptr, col, delay, &err), &err);
    succeed(spk_writer_end(w, 0, false, &err), &err);
    forged f = close_and_take_apart(w, &h, file);
    assert_int_equal(f.n, ARRAYS_END + 1);
    return f;
}

static void with_array(size_t record, size_t at, uint64_t value, const char *message)
{
    forged f = arrays();
    if (at == 32 || at == 33 || at >= 48)
        f.payload[record][at] = (unsigned char)value;
    else
        spk_put64(f.payload[record] + at, value);
    expect(&f, message);
}

static void test_wrong_arrays_are_refused(void **state)
{
    (void)state;
    forged f = arrays();
    expect(&f, "");
    for (size_t record = DENSE; record <= SPARSE; record++) {
        with_array(record, 0, 3, "its shape or type is not the array's");
        with_array(record, 8, 2, "its shape or type is not the array's");
        with_array(record, 16, 1, "its rows do not follow those before");
        with_array(record, 24, 0, "it has too many rows");
        with_array(record, 24, 3, "it has too many rows");
        with_array(record, 32, 2, "its shape or type is not the array's");
    }
    with_array(DENSE, 24, 1, "its size does not fit its content");
    with_array(SPARSE, 24, 1, "its counts or columns are out of range");
    with_array(SPARSE, 33, 5, "its size does not fit its content");
    with_array(SPARSE, 40, 40, "its size does not fit its content");
    with_array(SPARSE, 40, UINT64_MAX, "its size does not fit its content");
    with_array(SPARSE, 48, 1, "its counts or columns are out of range");
    with_array(SPARSE, 57, 3, "its counts or columns are out of range");
    f = arrays();
    f.record[DENSE].id = 2;
    expect(&f, "no such array has its id");
    f = arrays();
    drop(&f, SPARSE);
    expect(&f, "a->b delay is not complete");
    f = arrays();
    repeat(&f, DENSE);
    expect(&f, "its rows do not follow those before");
    f = arrays();
    exchange(&f, SNAPSHOT, DENSE);
    expect(&f, "a->b delay is not complete");
    f = arrays();
    f.record[SNAPSHOT].bytes = 8;
    expect(&f, "its size is not 16");
}

/* ---- heads ---------------------------------------------------------------------------------- */

static void test_sizes_are_checked_before_memory_is_taken(void **state)
{
    (void)state;
    forged f = spikes();
    bytes all = assemble(&f);
    spk_error err = {0};
    static const uint32_t sizes[] = {(64 << 20) + 8, UINT32_MAX, 100, 4};
    for (size_t i = 0; i < 4; i++) {
        spk_put32(all.data + SPK_PREAMBLE_BYTES + 12, sizes[i]);
        assert_null(spk_reader_open_memory(all.data, all.n, "x", NULL, &err));
        assert_string_equal(err.text, "x: byte 32 (record 0, HEADER): its size is out of range");
    }
    all.data[SPK_PREAMBLE_BYTES] = 's';
    assert_null(spk_reader_open_memory(all.data, all.n, "x", NULL, &err));
    assert_non_null(strstr(err.text, "no record begins here: the stream is damaged"));
    let_go(&f);
    free(all.data);
}

static void refused_preamble(unsigned char *preamble, const char *message)
{
    spk_error err = {0};
    spk_put64(preamble + 24, XXH3_64bits(preamble, 24));
    assert_null(spk_reader_open_memory(preamble, SPK_PREAMBLE_BYTES, "x", NULL, &err));
    assert_int_equal(err.code, SPK_DATA);
    assert_string_equal(err.text, message);
}

static void test_preambles_of_other_versions(void **state)
{
    (void)state;
    unsigned char preamble[SPK_PREAMBLE_BYTES];
    spk_preamble_pack(1, preamble);
    spk_put16(preamble + 10, 0x0101);
    refused_preamble(preamble, "x: the stream needs a newer version of this program");
    spk_preamble_pack(1, preamble);
    spk_put32(preamble + 12, 1);
    refused_preamble(preamble, "x: the stream has flags that this program does not know");
    spk_preamble_pack(1, preamble);
    spk_put16(preamble + 8, 0x0900); /* a newer writer is fine */
    refused_preamble(preamble, "x: byte 32 (record 0): the stream ended without END: it is not "
                               "complete (did the program that wrote it stop early?)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records_that_are_missing_or_moved_are_noticed),
        cmocka_unit_test(test_end_must_agree),
        cmocka_unit_test(test_unknown_kinds_pass_unless_critical),
        cmocka_unit_test(test_wrong_samples_are_refused),
        cmocka_unit_test(test_wrong_spikes_are_refused),
        cmocka_unit_test(test_wrong_cells_are_refused),
        cmocka_unit_test(test_wrong_predictions_are_refused),
        cmocka_unit_test(test_values_stay_in_their_time),
        cmocka_unit_test(test_wrong_arrays_are_refused),
        cmocka_unit_test(test_sizes_are_checked_before_memory_is_taken),
        cmocka_unit_test(test_preambles_of_other_versions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
