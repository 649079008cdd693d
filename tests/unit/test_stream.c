/* test_stream.c: whatever is pushed into a writer comes out of a reader, however it was pushed. */
#include "stream_fixture.h"

#include <math.h>

/* ---- a stream of every kind of channel, pushed in pieces of a random size -------------------- */

enum { INPUT = 1, IMAGE, RATE, OUT, VM, UNITS = 50, PIXELS = 12, SAMPLES = 21, DURATION = 100 };

static spk_header all_channels(void)
{
    spk_error err = {0};
    spk_header h;
    spk_header_init(&h);
    h.tick = spk_rational_of(1, 1000);
    h.classes = 3;
    spk_channel *c = spk_header_add_channel(&h, SPK_CHANNEL_SPIKES, "input", UNITS, &err);
    assert_non_null(c);
    c->dims = 2;
    c->shape[0] = 5;
    c->shape[1] = 10;
    c = spk_header_add_channel(&h, SPK_CHANNEL_FRAMES, "image", PIXELS, &err);
    assert_non_null(c);
    c->dtype = SPK_U8;
    c->scale = 0.25;
    c->unit = spk_strdup("Hz", &err);
    c = spk_header_add_channel(&h, SPK_CHANNEL_FRAMES, "rate", PIXELS, &err);
    assert_non_null(c);
    assert_non_null(spk_header_add_channel(&h, SPK_CHANNEL_PREDICTIONS, "class", 3, &err));
    c = spk_header_add_channel(&h, SPK_CHANNEL_TRACE, "input", 4, &err);
    assert_non_null(c);
    c->dtype = SPK_F64;
    c->period = 10;
    c->variable = spk_strdup("V_m", &err);
    return h;
}

/* The u-th unit spikes in sample s at these ticks only. */
static bool spikes_at(uint64_t s, uint64_t tick, uint32_t u)
{
    return (s * 7 + tick * 13 + u * 29) % 17 == 0;
}

static double voltage(uint64_t tick, size_t u)
{
    return -65 + sin((double)tick / 30 + (double)u);
}

static void push_spikes(spk_writer *w, uint64_t s, uint64_t *seed)
{
    spk_error err = {0};
    static uint64_t tick[UNITS * DURATION];
    static uint32_t unit[UNITS * DURATION];
    size_t n = 0;
    for (uint64_t t = 0; t < DURATION; t++)
        for (uint32_t u = 0; u < UNITS; u++)
            if (s % 5 && spikes_at(s, t, u)) {
                tick[n] = s * DURATION + t;
                unit[n++] = u;
            }
    for (size_t at = 0; at < n;) {
        size_t some = 1 + below(seed, n - at);
        succeed(spk_writer_spikes(w, INPUT, some, tick + at, unit + at, &err), &err);
        at += some;
    }
}

static void push_trace(spk_writer *w, uint64_t s, uint64_t *seed)
{
    spk_error err = {0};
    for (size_t row = 0; row < 10;) {
        size_t some = 1 + below(seed, 10 - row);
        double value[40];
        uint64_t t0 = s * DURATION + row * 10;
        for (size_t i = 0; i < some * 4; i++)
            value[i] = voltage(t0 + i / 4 * 10, i % 4);
        succeed(spk_writer_trace(w, VM, t0, some, value, &err), &err);
        row += some;
    }
}

static void push_frames(spk_writer *w, uint64_t s)
{
    spk_error err = {0};
    float pixel[PIXELS], rate[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
        pixel[i] = (float)((s * 31 + (unsigned)i * 17) % 256);
        rate[i] = (float)i / 3 + (float)s;
    }
    succeed(spk_writer_frame(w, IMAGE, s * DURATION, DURATION, pixel, &err), &err);
    for (uint64_t f = 0; f < 2; f++)
        succeed(spk_writer_frame(w, RATE, s * DURATION + f * 50, 50, rate, &err), &err);
}

static bytes write_all_kinds(uint64_t seed, int level)
{
    spk_error err = {0};
    spk_header h = all_channels();
    FILE *file = tmpfile();
    spk_writer_options options = {.level = level};
    spk_writer *w = spk_writer_open(fileno(file), "test", &h, NULL, &options, &err);
    if (!w) fail_msg("%s", err.text);
    for (uint64_t s = 0; s < SAMPLES; s++) {
        char json[32];
        snprintf(json, sizeof json, "{\"n\":%d}", (int)s);
        spk_sample sample = {s + 100, s * DURATION,       DURATION, (int)(s % 4) - 1,
                             1,       s % 2 ? json : NULL};
        succeed(spk_writer_sample(w, &sample, &err), &err);
        int order = (int)below(&seed, 3);
        if (order == 0) push_frames(w, s);
        if (order != 1) push_trace(w, s, &seed);
        push_spikes(w, s, &seed);
        if (order == 1) push_trace(w, s, &seed);
        if (order != 0) push_frames(w, s);
        float score[] = {0.5f, (float)s, -1};
        spk_prediction p = {s + 100, (int)(s % 3), 3, score};
        succeed(spk_writer_prediction(w, OUT, &p, &err), &err);
        if (seed & 1) succeed(spk_writer_progress(w, s * DURATION + 50, &err), &err);
    }
    succeed(spk_writer_end(w, SAMPLES * DURATION + 5, false, &err), &err);
    spk_writer_close(w);
    spk_header_free(&h);
    bytes all = contents(file);
    fclose(file);
    return all;
}

typedef struct seen {
    size_t samples, spikes, images, rates, predictions, rows;
} seen;

static void see_sample(seen *n, const spk_sample *s)
{
    assert_int_equal(s->number, n->samples + 100);
    assert_int_equal(s->begin, n->samples * DURATION);
    assert_int_equal(s->duration, DURATION);
    assert_int_equal(s->label, (int)(n->samples % 4) - 1);
    assert_int_equal(s->json != NULL, n->samples % 2);
    if (s->json) assert_int_equal(strtol(s->json + 5, NULL, 10), n->samples);
    n->samples++;
}

static void see_spikes(seen *n, const spk_spikes *s)
{
    uint64_t begin = s->sample->begin;
    for (size_t i = 0; i < s->n; i++) {
        assert_in_range(s->tick[i], begin, begin + DURATION - 1);
        assert_true(spikes_at(s->sample->number - 100, s->tick[i] - begin, s->unit[i]));
    }
    n->spikes += s->n;
}

static void see_frame(seen *n, uint32_t id, const spk_frame *f)
{
    uint64_t s = f->sample->number - 100;
    assert_int_equal(f->n, PIXELS);
    for (unsigned i = 0; i < PIXELS; i++)
        if (id == IMAGE) {
            assert_true(f->stored[i] == (float)((s * 31 + i * 17) % 256));
            assert_true(f->value[i] == f->stored[i] * 0.25f);
        } else {
            assert_true(f->value[i] == (float)i / 3 + (float)s);
        }
    if (id == IMAGE)
        n->images++;
    else
        assert_int_equal(f->begin, s * DURATION + 50 * (n->rates++ % 2));
}

static void see_trace(seen *n, const spk_trace *t)
{
    assert_in_range(t->t0, t->sample->begin, t->sample->begin + DURATION - 1);
    for (size_t i = 0; i < t->rows * 4; i++)
        assert_true(t->value[i] == voltage(t->t0 + i / 4 * 10, i % 4));
    n->rows += t->rows;
}

static void see_prediction(seen *n, const spk_prediction *p)
{
    assert_true(n->samples >= p->sample - 100);
    assert_int_equal(p->sample, 100 + n->predictions);
    assert_int_equal(p->class_, n->predictions % 3);
    assert_int_equal(p->k, 3);
    assert_true(p->score[1] == (float)n->predictions);
    n->predictions++;
}

static seen read_all_kinds(bytes all, const spk_reader_options *options)
{
    spk_error err = {0};
    seen n = {0};
    spk_reader *r = spk_reader_open_memory(all.data, all.n, "test", options, &err);
    if (!r) fail_msg("%s", err.text);
    spk_item item;
    int more;
    while ((more = spk_reader_next(r, &item, &err)) > 0) {
        if (item.kind == SPK_KIND_SAMPLE) see_sample(&n, item.sample);
        if (item.kind == SPK_KIND_SPIKES) see_spikes(&n, &item.spikes);
        if (item.kind == SPK_KIND_FRAME) see_frame(&n, item.id, &item.frame);
        if (item.kind == SPK_KIND_TRACE) see_trace(&n, &item.trace);
        if (item.kind == SPK_KIND_PREDICTION) see_prediction(&n, &item.prediction);
    }
    succeed(more, &err);
    assert_int_equal(spk_reader_duration(r), SAMPLES * DURATION + 5);
    spk_reader_close(r);
    return n;
}

static size_t expected_spikes(void)
{
    size_t n = 0;
    for (uint64_t s = 0; s < SAMPLES; s++)
        for (uint64_t t = 0; t < DURATION; t++)
            for (uint32_t u = 0; u < UNITS; u++)
                n += s % 5 && spikes_at(s, t, u);
    return n;
}

static void assert_all_seen(const seen *n)
{
    assert_int_equal(n->samples, SAMPLES);
    assert_int_equal(n->spikes, expected_spikes());
    assert_int_equal(n->images, SAMPLES);
    assert_int_equal(n->rates, 2 * SAMPLES);
    assert_int_equal(n->predictions, SAMPLES);
    assert_int_equal(n->rows, 10 * SAMPLES);
}

static void test_every_kind_comes_back(void **state)
{
    (void)state;
    int levels[] = {-1, 1, 3, 19};
    for (size_t i = 0; i < 4; i++) {
        bytes all = write_all_kinds(i, levels[i]);
        seen n = read_all_kinds(all, NULL);
        assert_all_seen(&n);
        free(all.data);
    }
}

static void test_bytes_do_not_depend_on_how_things_are_pushed(void **state)
{
    (void)state;
    bytes first = write_all_kinds(0, -1);
    for (uint64_t seed = 1; seed < 20; seed++) {
        bytes other = write_all_kinds(seed, -1);
        assert_same_bytes(first, other);
        free(other.data);
    }
    bytes packed = write_all_kinds(0, 1), unpacked = logical(packed);
    assert_same_bytes(first, unpacked);
    free(packed.data);
    free(unpacked.data);
    free(first.data);
}

static void test_a_population_can_be_chosen(void **state)
{
    (void)state;
    spk_error err = {0};
    bytes all = write_all_kinds(0, 1);
    spk_reader_options options = {.channel = "rate"};
    seen n = read_all_kinds(all, &options);
    assert_int_equal(n.spikes, 0);
    assert_int_equal(n.images, 0);
    assert_int_equal(n.rates, 2 * SAMPLES);
    options.channel = "exc";
    assert_null(spk_reader_open_memory(all.data, all.n, "x.spk", &options, &err));
    assert_int_equal(err.code, SPK_DATA);
    assert_string_equal(err.text, "x.spk: no population \"exc\" (there are: input, image, rate, "
                                  "class, input)");
    free(all.data);
}

static void test_whole_records_are_not_split(void **state)
{
    (void)state;
    spk_error err = {0};
    bytes all = write_all_kinds(0, 1);
    spk_reader_options options = {.whole_records = true, .channel = "input"};
    spk_reader *r = spk_reader_open_memory(all.data, all.n, "test", &options, &err);
    assert_non_null(r);
    spk_item item;
    size_t batches = 0, spikes = 0;
    int more;
    while ((more = spk_reader_next(r, &item, &err)) > 0)
        if (item.kind == SPK_KIND_SPIKES) {
            batches++;
            spikes += item.spikes.n;
        }
    succeed(more, &err);
    assert_int_equal(batches, 3);
    assert_int_equal(spikes, expected_spikes());
    spk_reader_close(r);
    free(all.data);
}

/* ---- weight streams ------------------------------------------------------------------------- */

enum { DENSE = 1, SPARSE, STATE, ROWS = 1000, COLS = 2000, CELLS = 3 };

static bytes write_weights(uint64_t seed, int snapshots)
{
    spk_error err = {0};
    spk_header h;
    spk_header_init(&h);
    assert_non_null(spk_header_add_array(&h, SPK_ARRAY_WEIGHTS, "a->b", "weight", "nS", SPK_F32,
                                         ROWS, COLS, &err));
    spk_array *sparse = spk_header_add_array(&h, SPK_ARRAY_DELAYS, "a->b", "delay", "ms", SPK_F64,
                                             ROWS, COLS, &err);
    assert_non_null(sparse);
    sparse->sparse = true;
    memcpy(sparse->structure, "0123456789abcdef0123456789abcdef", 33);
    assert_non_null(
        spk_header_add_array(&h, SPK_ARRAY_STATE, "b", "theta", "mV", SPK_F16, 1, COLS, &err));
    FILE *file = tmpfile();
    spk_writer_options options = {.level = 1};
    spk_writer *w = spk_writer_open(fileno(file), "test", &h, NULL, &options, &err);
    assert_non_null(w);
    float *dense = calloc(ROWS * COLS, sizeof *dense);
    for (size_t i = 0; i < ROWS * COLS; i++)
        dense[i] = (float)i / 7;
    static uint64_t row_ptr[ROWS + 1];
    static uint32_t col[ROWS * CELLS];
    static double delay[ROWS * CELLS];
    static uint16_t theta[COLS];
    size_t n = 0;
    for (size_t r = 0; r < ROWS; r++) {
        row_ptr[r] = n;
        for (size_t k = 0; k < r % (CELLS + 1); k++) {
            col[n] = (uint32_t)(r + k * k * 100); /* k = 0, 1: multapses would be equal */
            delay[n] = 0.1 * (double)n;
            n++;
        }
    }
    row_ptr[ROWS] = n;
    for (size_t i = 0; i < COLS; i++)
        theta[i] = (uint16_t)(i * 3);
    for (int s = 0; s < snapshots; s++) {
        spk_snapshot snapshot = {(uint64_t)s * 10, (uint64_t)s * 1000};
        succeed(spk_writer_snapshot(w, &snapshot, &err), &err);
        for (uint64_t r = 0; r < ROWS;) {
            uint64_t some = 1 + below(&seed, ROWS - r);
            succeed(spk_writer_dense(w, DENSE, r, some, dense + r * COLS, &err), &err);
            r += some;
        }
        for (uint64_t r = 0; r < ROWS;) {
            uint64_t some = 1 + below(&seed, ROWS - r);
            succeed(spk_writer_sparse(w, SPARSE, r, some, row_ptr + r, col + row_ptr[r],
                                      delay + row_ptr[r], &err),
                    &err);
            r += some;
        }
        succeed(spk_writer_dense(w, STATE, 0, 1, theta, &err), &err);
    }
    succeed(spk_writer_end(w, 0, false, &err), &err);
    spk_writer_close(w);
    spk_header_free(&h);
    free(dense);
    bytes all = contents(file);
    fclose(file);
    return all;
}

static void see_rows(const spk_rows_of *rows, uint64_t *next)
{
    assert_int_equal(rows->row0, next[rows->array->id]);
    next[rows->array->id] += rows->rows;
    if (rows->array->id == DENSE) {
        const float *value = rows->value;
        for (size_t i = 0; i < rows->rows * COLS; i++)
            assert_true(value[i] == (float)(rows->row0 * COLS + i) / 7);
    } else if (rows->array->id == SPARSE) {
        const double *value = rows->value;
        assert_int_equal(rows->row_ptr[0], 0);
        for (size_t r = 0; r < rows->rows; r++) {
            size_t row = (size_t)rows->row0 + r;
            assert_int_equal(rows->row_ptr[r + 1] - rows->row_ptr[r], row % (CELLS + 1));
            for (uint64_t i = rows->row_ptr[r]; i < rows->row_ptr[r + 1]; i++) {
                uint64_t k = i - rows->row_ptr[r];
                assert_int_equal(rows->col[i], row + k * k * 100);
                assert_true(value[i] >= 0);
            }
        }
    } else {
        const uint16_t *value = rows->value;
        for (size_t i = 0; i < COLS; i++)
            assert_int_equal(value[i], (uint16_t)(i * 3));
    }
}

static void test_arrays_come_back(void **state)
{
    (void)state;
    spk_error err = {0};
    bytes all = write_weights(1, 2);
    spk_reader *r = spk_reader_open_memory(all.data, all.n, "test", NULL, &err);
    if (!r) fail_msg("%s", err.text);
    const spk_header *h = spk_reader_header(r);
    assert_int_equal(h->arrays, 3);
    assert_string_equal(h->array[1].structure, "0123456789abcdef0123456789abcdef");
    spk_item item;
    int more, snapshots = 0;
    uint64_t next[4] = {0};
    while ((more = spk_reader_next(r, &item, &err)) > 0) {
        if (item.kind == SPK_KIND_SNAPSHOT) {
            assert_int_equal(item.snapshot.samples, snapshots * 10);
            snapshots++;
            memset(next, 0, sizeof next);
        } else {
            see_rows(&item.rows, next);
        }
    }
    succeed(more, &err);
    assert_int_equal(snapshots, 2);
    assert_int_equal(next[DENSE], ROWS);
    assert_int_equal(next[SPARSE], ROWS);
    assert_int_equal(next[STATE], 1);
    spk_reader_close(r);
    bytes other = write_weights(77, 2);
    assert_same_bytes(all, other);
    free(all.data);
    free(other.data);
}

static void test_incomplete_arrays_are_refused(void **state)
{
    (void)state;
    spk_error err = {0};
    spk_header h;
    spk_header_init(&h);
    assert_non_null(
        spk_header_add_array(&h, SPK_ARRAY_WEIGHTS, "a->b", "weight", "nS", SPK_F32, 10, 2, &err));
    FILE *file = tmpfile();
    spk_writer_options options = {.level = 1};
    spk_writer *w = spk_writer_open(fileno(file), "test", &h, NULL, &options, &err);
    assert_non_null(w);
    float rows[10] = {0};
    succeed(spk_writer_dense(w, 1, 0, 5, rows, &err), &err);
    assert_int_equal(spk_writer_dense(w, 1, 6, 1, rows, &err), -1);
    assert_string_equal(err.text, "a->b weight: rows 6 to 7 of 10 do not follow row 5");
    assert_int_equal(spk_writer_end(w, 0, false, &err), -1);
    assert_string_equal(err.text, "a->b weight: 5 of 10 rows were written");
    assert_int_equal(err.code, SPK_BUG);
    spk_writer_close(w);
    fclose(file);
    spk_header_free(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_comes_back),
        cmocka_unit_test(test_bytes_do_not_depend_on_how_things_are_pushed),
        cmocka_unit_test(test_a_population_can_be_chosen),
        cmocka_unit_test(test_whole_records_are_not_split),
        cmocka_unit_test(test_arrays_come_back),
        cmocka_unit_test(test_incomplete_arrays_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
