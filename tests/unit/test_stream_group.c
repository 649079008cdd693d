/* test_stream_group.c: where records are cut depends on what is pushed, not on how: several channels
 * in any interleaving give equal bytes; memory does not grow; what is out of order is refused. */
#include "stream_fixture.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

/* ---- several populations in any interleaving ------------------------------------------------- */

enum { CHANNELS = 3 };

typedef struct train {
    size_t n;
    uint64_t *tick;
    uint32_t *unit;
} train;

static const uint32_t sizes[CHANNELS] = {1000, 50, 1};

/* n random spikes in [begin, end), sorted. */
static void add_spikes(train *t, size_t n, uint64_t begin, uint64_t end, uint32_t units,
                       uint64_t *seed)
{
    t->tick = realloc(t->tick, (t->n + n + 1) * sizeof *t->tick);
    t->unit = realloc(t->unit, (t->n + n + 1) * sizeof *t->unit);
    double at = (double)begin, step = (double)(end - begin) / ((double)n + 1);
    for (size_t i = 0; i < n; i++) {
        uint64_t tick = (uint64_t)at;
        uint32_t unit = (uint32_t)below(seed, units);
        if (t->n && t->tick[t->n - 1] == tick && unit < t->unit[t->n - 1]) unit = t->unit[t->n - 1];
        t->tick[t->n] = tick;
        t->unit[t->n++] = unit;
        at += step * (double)below(seed, 200) / 100;
        if (at > (double)(end - 1)) at = (double)(end - 1);
    }
}

static spk_writer *open_writer(FILE *file, int level, uint64_t latency_ns)
{
    spk_error err = {0};
    spk_header h;
    spk_header_init(&h);
    static const char *const names[] = {"exc", "inh", "teacher"};
    for (size_t c = 0; c < CHANNELS; c++)
        assert_non_null(spk_header_add_channel(&h, SPK_CHANNEL_SPIKES, names[c], sizes[c], &err));
    assert_non_null(spk_header_add_channel(&h, SPK_CHANNEL_PREDICTIONS, "class", 2, &err));
    spk_writer_options options = {.level = level, .latency_ns = latency_ns};
    spk_writer *w = spk_writer_open(fileno(file), "test", &h, NULL, &options, &err);
    if (!w) fail_msg("%s", err.text);
    spk_header_free(&h);
    return w;
}

static bytes finish(spk_writer *w, FILE *file)
{
    spk_error err = {0};
    succeed(spk_writer_end(w, 0, false, &err), &err);
    spk_writer_close(w);
    bytes all = contents(file);
    fclose(file);
    return all;
}

/* Push what lies before `until`, channel by channel in a random order, in random pieces. */
static void push_until(spk_writer *w, const train *trains, size_t *at, uint64_t until,
                       uint64_t *seed)
{
    spk_error err = {0};
    size_t first = (size_t)below(seed, CHANNELS);
    for (size_t i = 0; i < CHANNELS; i++) {
        size_t c = (first + i) % CHANNELS;
        while (at[c] < trains[c].n && trains[c].tick[at[c]] < until) {
            size_t end = at[c];
            while (end < trains[c].n && trains[c].tick[end] < until)
                end++;
            size_t some = below(seed, 2) ? end - at[c] : 1 + (size_t)below(seed, end - at[c]);
            succeed(spk_writer_spikes(w, (uint32_t)c + 1, some, trains[c].tick + at[c],
                                      trains[c].unit + at[c], &err),
                    &err);
            at[c] += some;
        }
    }
    if (below(seed, 3) == 0) succeed(spk_writer_progress(w, until, &err), &err);
}

typedef struct plan {
    size_t samples; /* 0: none */
    uint64_t duration;
} plan;

static bytes write_trains(const train *trains, plan way, uint64_t seed, int level)
{
    spk_error err = {0};
    FILE *file = tmpfile();
    spk_writer *w = open_writer(file, level, 0);
    size_t at[CHANNELS] = {0}, parts = way.samples ? way.samples : 1;
    for (size_t s = 0; s < parts; s++) {
        uint64_t begin = s * way.duration, end = begin + way.duration;
        if (way.samples) {
            spk_sample sample = {s, begin, way.duration, -1, 1, NULL};
            succeed(spk_writer_sample(w, &sample, &err), &err);
        }
        uint64_t slice = seed == 0 ? way.duration : 1 + below(&seed, way.duration);
        for (uint64_t t = begin; t < end; t += slice)
            push_until(w, trains, at, t + slice < end ? t + slice : end, &seed);
    }
    return finish(w, file);
}

static void assert_trains(bytes all, const train *trains)
{
    spk_error err = {0};
    spk_reader *r = spk_reader_open_memory(all.data, all.n, "test", NULL, &err);
    if (!r) fail_msg("%s", err.text);
    spk_item item;
    size_t at[CHANNELS + 1] = {0};
    int more;
    while ((more = spk_reader_next(r, &item, &err)) > 0) {
        if (item.kind != SPK_KIND_SPIKES) continue;
        const train *t = &trains[item.id - 1];
        size_t *from = &at[item.id - 1], n = item.spikes.n;
        assert_true(*from + n <= t->n);
        assert_memory_equal(item.spikes.tick, t->tick + *from, n * sizeof *t->tick);
        assert_memory_equal(item.spikes.unit, t->unit + *from, n * sizeof *t->unit);
        *from += n;
    }
    succeed(more, &err);
    for (size_t c = 0; c < CHANNELS; c++)
        assert_int_equal(at[c], trains[c].n);
    spk_reader_close(r);
}

static void interleavings_agree(const train *trains, plan way)
{
    bytes first = write_trains(trains, way, 0, -1);
    assert_trains(first, trains);
    for (uint64_t seed = 1; seed < 12; seed++) {
        bytes other = write_trains(trains, way, seed, -1);
        assert_same_bytes(first, other);
        free(other.data);
    }
    bytes packed = write_trains(trains, way, 5, 1), plain = logical(packed);
    assert_same_bytes(first, plain);
    free(packed.data);
    free(plain.data);
    free(first.data);
}

static void free_trains(train *trains)
{
    for (size_t c = 0; c < CHANNELS; c++) {
        free(trains[c].tick);
        free(trains[c].unit);
    }
}

static void test_interleavings_of_one_long_recording_agree(void **state)
{
    (void)state;
    uint64_t seed = 1;
    train trains[CHANNELS] = {0};
    add_spikes(&trains[0], 300000, 0, 100000, sizes[0], &seed);
    add_spikes(&trains[1], 120000, 0, 100000, sizes[1], &seed);
    add_spikes(&trains[2], 7, 0, 100000, sizes[2], &seed);
    interleavings_agree(trains, (plan){0, 100000});
    free_trains(trains);
}

static void test_a_silent_population_changes_nothing(void **state)
{
    (void)state;
    uint64_t seed = 2;
    train trains[CHANNELS] = {0};
    add_spikes(&trains[1], 200000, 0, 5000, sizes[1], &seed);
    interleavings_agree(trains, (plan){0, 5000});
    free_trains(trains);
}

static void test_interleavings_of_samples_agree(void **state)
{
    (void)state;
    uint64_t seed = 3;
    train trains[CHANNELS] = {0};
    /* Samples of very different size: several cuts inside one, many samples in one group. */
    for (uint64_t s = 0; s < 30; s++) {
        size_t n = s % 7 == 3 ? 90000 : s % 5 ? (size_t)below(&seed, 300) : 0;
        add_spikes(&trains[0], n, s * 350, s * 350 + 350, sizes[0], &seed);
        add_spikes(&trains[1], n / 3, s * 350, s * 350 + 350, sizes[1], &seed);
        add_spikes(&trains[2], s % 2, s * 350 + 349, s * 350 + 350, sizes[2], &seed);
    }
    interleavings_agree(trains, (plan){30, 350});
    free_trains(trains);
}

static size_t count_samples(bytes all)
{
    spk_error err = {0};
    spk_reader *r = spk_reader_open_memory(all.data, all.n, "test", NULL, &err);
    if (!r) fail_msg("%s", err.text);
    spk_item item;
    size_t n = 0;
    int more;
    while ((more = spk_reader_next(r, &item, &err)) > 0)
        if (item.kind == SPK_KIND_SAMPLE) assert_int_equal(item.sample->number, n++);
    succeed(more, &err);
    spk_reader_close(r);
    return n;
}

/* More of them than a reader holds: in all, or between two spikes. */
static void test_silent_samples_agree(void **state)
{
    (void)state;
    uint64_t seed = 4;
    static const size_t samples[] = {1023, 1024, 1025, 1032, 1033, 2048, 2049, 5000};
    for (size_t k = 0; k < sizeof samples / sizeof *samples; k++)
        for (size_t spikes = 0; spikes < 4; spikes++) {
            const plan way = {samples[k], 10};
            train trains[CHANNELS] = {0};
            add_spikes(&trains[1], spikes, 0, samples[k] * 10, sizes[1], &seed);
            if (spikes == 3)
                add_spikes(&trains[0], 1, samples[k] * 10 - 1, samples[k] * 10, 1, &seed);
            interleavings_agree(trains, way);
            bytes all = write_trains(trains, way, 0, 1);
            assert_int_equal(count_samples(all), samples[k]);
            free(all.data);
            free_trains(trains);
        }
}

static void test_all_spikes_in_one_tick_agree(void **state)
{
    (void)state;
    uint64_t seed = 4;
    train trains[CHANNELS] = {0};
    for (size_t c = 0; c < CHANNELS; c++)
        add_spikes(&trains[c], 70000, 9, 10, sizes[c], &seed);
    interleavings_agree(trains, (plan){0, 20});
    free_trains(trains);
}

/* ---- latency -------------------------------------------------------------------------------- */

static void test_a_latency_gives_watermarks_and_the_same_spikes(void **state)
{
    (void)state;
    spk_error err = {0};
    uint64_t seed = 5;
    train trains[CHANNELS] = {0};
    add_spikes(&trains[0], 5000, 0, 1000, sizes[0], &seed);
    FILE *file = tmpfile();
    spk_writer *w = open_writer(file, 1, 1);
    for (size_t at = 0; at < 5000; at += 500)
        succeed(spk_writer_spikes(w, 1, 500, trains[0].tick + at, trains[0].unit + at, &err), &err);
    succeed(spk_writer_progress(w, 1500, &err), &err);
    bytes all = finish(w, file);
    assert_trains(all, trains);
    spk_reader *r = spk_reader_open_memory(all.data, all.n, "test", NULL, &err);
    spk_item item;
    uint64_t last = 0, seen = 0, batches = 0;
    while (spk_reader_next(r, &item, &err) > 0) {
        if (item.kind == SPK_KIND_SPIKES) batches++;
        if (item.kind != SPK_KIND_WATERMARK) continue;
        assert_true(item.watermark >= last);
        last = item.watermark;
        seen++;
    }
    assert_int_equal(batches, 10);
    assert_int_equal(seen, 11);
    assert_int_equal(last, 1500);
    spk_reader_close(r);
    free(all.data);
    free_trains(trains);
}

/* ---- traces ----------------------------------------------------------------------------------- */

static void init_trace(spk_header *h, uint32_t width, uint64_t period)
{
    spk_error err = {0};
    spk_header_init(h);
    spk_channel *trace = spk_header_add_channel(h, SPK_CHANNEL_TRACE, "exc", width, &err);
    assert_non_null(trace);
    trace->dtype = SPK_F64;
    trace->period = period;
}

/* ---- breaking off ----------------------------------------------------------------------------- */

static size_t drain(int fd)
{
    static unsigned char buffer[1 << 16];
    size_t all = 0;
    ssize_t n;
    while ((n = read(fd, buffer, sizeof buffer)) > 0)
        all += (size_t)n;
    return all;
}

/* What a failed write has torn cannot be mended by writing it again. */
static void test_nothing_follows_a_failed_write(void **state)
{
    (void)state;
    enum { WIDTH = 1000 };
    static double row[WIDTH];
    int ends[2];
    spk_error err = {0};
    spk_header h;
    init_trace(&h, WIDTH, 1);
    for (size_t i = 0; i < WIDTH; i++)
        row[i] = (double)i;
    assert_int_equal(pipe(ends), 0);
    for (int k = 0; k < 2; k++)
        assert_int_equal(fcntl(ends[k], F_SETFL, O_NONBLOCK), 0);
    spk_writer *w =
        spk_writer_open(ends[1], "x", &h, NULL, &(spk_writer_options){.level = -1}, &err);
    assert_non_null(w);
    uint64_t tick = 0;
    while (spk_writer_trace(w, 1, tick, 1, row, &err) == 0)
        assert_true(++tick < 100000);
    assert_true(drain(ends[0]) > 0);
    spk_writer_break_off(w);
    assert_int_equal(drain(ends[0]), 0);
    spk_writer_close(w);
    spk_header_free(&h);
    close(ends[0]);
    close(ends[1]);
}

/* What was pushed comes out without END, once. */
static void test_a_stream_breaks_off_behind_what_was_pushed(void **state)
{
    (void)state;
    spk_error err = {0};
    const uint64_t tick[] = {1, 2, 3};
    const uint32_t unit[] = {0, 1, 0};
    FILE *file = tmpfile();
    spk_writer *w = open_writer(file, 1, 0);
    succeed(spk_writer_spikes(w, 1, 3, tick, unit, &err), &err);
    spk_writer_break_off(w);
    spk_writer_break_off(w);
    spk_writer_close(w);
    bytes all = contents(file);
    spk_reader *r = spk_reader_open_memory(all.data, all.n, "test", NULL, &err);
    assert_non_null(r);
    spk_item item;
    size_t spikes = 0;
    int more;
    while ((more = spk_reader_next(r, &item, &err)) > 0)
        if (item.kind == SPK_KIND_SPIKES) spikes += item.spikes.n;
    assert_int_equal(more, -1);
    assert_int_equal(spikes, 3);
    spk_reader_close(r);
    free(all.data);
}

/* ---- big frames and traces ------------------------------------------------------------------- */

static bytes write_values(uint64_t seed)
{
    enum { WIDTH = 5000, ROWS = 300 };
    spk_error err = {0};
    spk_header h;
    init_trace(&h, WIDTH, 5);
    assert_non_null(spk_header_add_channel(&h, SPK_CHANNEL_FRAMES, "in", WIDTH, &err));
    FILE *file = tmpfile();
    spk_writer_options options = {.level = -1};
    spk_writer *w = spk_writer_open(fileno(file), "test", &h, NULL, &options, &err);
    assert_non_null(w);
    double *value = calloc(ROWS * WIDTH, sizeof *value);
    float *frame = calloc(WIDTH, sizeof *frame);
    for (size_t i = 0; i < ROWS * WIDTH; i++)
        value[i] = (double)(i % 977) / 3;
    for (size_t i = 0; i < WIDTH; i++)
        frame[i] = (float)i;
    for (size_t row = 0, frames = 0; row < ROWS;) {
        size_t some = seed ? 1 + (size_t)below(&seed, ROWS - row) : ROWS;
        succeed(spk_writer_trace(w, 1, row * 5, some, value + row * WIDTH, &err), &err);
        row += some;
        for (; frames * 20 <= row * 5; frames++)
            succeed(spk_writer_frame(w, 2, frames * 20, 20, frame, &err), &err);
    }
    succeed(spk_writer_trace(w, 1, 5 * ROWS + 1, 1, value, &err), &err); /* off the grid */
    succeed(spk_writer_end(w, 0, false, &err), &err);
    spk_writer_close(w);
    spk_header_free(&h);
    free(value);
    free(frame);
    bytes all = contents(file);
    fclose(file);
    return all;
}

static void test_big_values_are_cut_alike(void **state)
{
    (void)state;
    spk_error err = {0};
    bytes first = write_values(0);
    for (uint64_t seed = 1; seed < 6; seed++) {
        bytes other = write_values(seed);
        assert_same_bytes(first, other);
        free(other.data);
    }
    spk_reader *r = spk_reader_open_memory(first.data, first.n, "test", NULL, &err);
    spk_item item;
    size_t rows = 0, frames = 0, batches = 0;
    while (spk_reader_next(r, &item, &err) > 0) {
        if (item.kind == SPK_KIND_FRAME) frames++;
        if (item.kind != SPK_KIND_TRACE) continue;
        rows += item.trace.rows;
        batches++;
    }
    assert_int_equal(rows, 301);
    assert_int_equal(frames, 76);
    assert_in_range(batches, 10, 30);
    spk_reader_close(r);
    free(first.data);
}

/* ---- what is refused ------------------------------------------------------------------------- */

static void refused(int failed, const spk_error *err, const char *text)
{
    assert_int_equal(failed, -1);
    assert_int_equal(err->code, SPK_BUG);
    assert_string_equal(err->text, text);
}

static void test_what_is_out_of_order_is_refused(void **state)
{
    (void)state;
    spk_error err = {0};
    FILE *file = tmpfile();
    spk_writer *w = open_writer(file, 1, 0);
    spk_sample sample = {7, 100, 50, 1, 1, NULL};
    uint64_t tick[] = {120, 110}, outside = 150, early = 99;
    uint32_t unit[] = {0, 0}, beyond = 1000;
    succeed(spk_writer_sample(w, &sample, &err), &err);
    refused(spk_writer_sample(w, &sample, &err), &err,
            "sample 7 (tick 100) does not follow the one before");
    sample.number = 8;
    sample.begin = 149;
    refused(spk_writer_sample(w, &sample, &err), &err,
            "sample 8 (tick 149) does not follow the one before");
    refused(spk_writer_spikes(w, 1, 2, tick, unit, &err), &err,
            "exc: spikes that are not sorted, or a unit beyond 999");
    refused(spk_writer_spikes(w, 1, 1, tick, &beyond, &err), &err,
            "exc: spikes that are not sorted, or a unit beyond 999");
    refused(spk_writer_spikes(w, 1, 1, &outside, unit, &err), &err,
            "exc: ticks 150 to 150 are not inside sample 7 (100 to 150)");
    refused(spk_writer_spikes(w, 2, 1, &early, unit, &err), &err,
            "inh: ticks 99 to 99 are not inside sample 7 (100 to 150)");
    succeed(spk_writer_spikes(w, 1, 1, tick, unit, &err), &err);
    refused(spk_writer_spikes(w, 1, 1, tick + 1, unit, &err), &err, "exc: tick 110 after tick 120");
    refused(spk_writer_spikes(w, 5, 1, tick, unit, &err), &err, "the stream has no such channel 5");
    float value[50] = {0};
    spk_prediction early_one = {8, 0, 0, value};
    refused(spk_writer_prediction(w, 4, &early_one, &err), &err,
            "a prediction of sample 8, which has not begun");
    refused(spk_writer_frame(w, 1, 120, 1, value, &err), &err, "the stream has no such channel 1");
    refused(spk_writer_record(w, SPK_KIND_SAMPLE, 0, 0, value, 8, &err), &err,
            "a SAMPLE record cannot be passed through");
    spk_writer_close(w);
    fclose(file);
}

/* ---- memory --------------------------------------------------------------------------------- */

static long peak_kib(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static void push_long(spk_writer *w, uint64_t *from, size_t records)
{
    enum { N = 65536 };
    static uint64_t tick[N];
    static uint32_t unit[N];
    spk_error err = {0};
    for (size_t r = 0; r < records; r++) {
        for (size_t i = 0; i < N; i++) {
            tick[i] = (*from)++ / 4;
            unit[i] = (uint32_t)(*from * 7 % 1000);
            if (i && tick[i] == tick[i - 1] && unit[i] < unit[i - 1]) unit[i] = unit[i - 1];
        }
        succeed(spk_writer_spikes(w, 1, N, tick, unit, &err), &err);
        succeed(spk_writer_progress(w, tick[N - 1], &err), &err);
    }
}

static void test_memory_does_not_grow_with_the_stream(void **state)
{
    (void)state;
    spk_error err = {0};
    FILE *file = tmpfile();
    spk_writer *w = open_writer(file, 1, 0);
    uint64_t from = 0;
    push_long(w, &from, 5);
    long before = peak_kib();
    push_long(w, &from, 200);
    assert_in_range(peak_kib() - before, 0, 1000);
    succeed(spk_writer_end(w, 0, false, &err), &err);
    spk_writer_close(w);
    int fd = dup(fileno(file));
    lseek(fd, 0, SEEK_SET);
    spk_reader *r = spk_reader_open(fd, "test", NULL, &err);
    if (!r) fail_msg("%s", err.text);
    spk_item item;
    size_t spikes = 0;
    int more;
    before = 0;
    while ((more = spk_reader_next(r, &item, &err)) > 0) {
        spikes += item.spikes.n;
        if (!before && spikes > 5 * 65536) before = peak_kib();
    }
    succeed(more, &err);
    assert_int_equal(spikes, 205 * 65536);
    assert_in_range(peak_kib() - before, 0, 1000);
    spk_reader_close(r);
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_interleavings_of_one_long_recording_agree),
        cmocka_unit_test(test_a_silent_population_changes_nothing),
        cmocka_unit_test(test_interleavings_of_samples_agree),
        cmocka_unit_test(test_silent_samples_agree),
        cmocka_unit_test(test_all_spikes_in_one_tick_agree),
        cmocka_unit_test(test_a_latency_gives_watermarks_and_the_same_spikes),
        cmocka_unit_test(test_nothing_follows_a_failed_write),
        cmocka_unit_test(test_a_stream_breaks_off_behind_what_was_pushed),
        cmocka_unit_test(test_big_values_are_cut_alike),
        cmocka_unit_test(test_what_is_out_of_order_is_refused),
        cmocka_unit_test(test_memory_does_not_grow_with_the_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
