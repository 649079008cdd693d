/* test_stream_index.c: the trailer leads to frames that can be decoded on their own, and to nothing
 * else; and finished records do not wait for more. */
#include "stream_fixture.h"

#include "base/bytes.h"
#include "stream/index.h"

#include <poll.h>
#include <time.h>

enum { BATCHES = 100, BATCH = 65536 };

static spk_writer *open_writer(int fd, spk_writer_options options)
{
    spk_error err = {0};
    spk_header h;
    spk_header_init(&h);
    h.tick = spk_rational_of(1, 1000);
    assert_non_null(spk_header_add_channel(&h, SPK_CHANNEL_SPIKES, "a", 1000, &err));
    spk_writer *w = spk_writer_open(fd, "test", &h, NULL, &options, &err);
    assert_non_null(w);
    spk_header_free(&h);
    return w;
}

/* Spike i is at tick 10 i. */
static void push(spk_writer *w, uint64_t first, size_t n)
{
    static uint64_t tick[BATCH + 5];
    static uint32_t unit[BATCH + 5];
    spk_error err = {0};
    for (size_t i = 0; i < n; i++) {
        tick[i] = 10 * (first + i);
        unit[i] = (uint32_t)((first + i) * 7919 % 1000);
    }
    succeed(spk_writer_spikes(w, 1, n, tick, unit, &err), &err);
}

static FILE *indexed_file(void)
{
    spk_error err = {0};
    FILE *file = tmpfile();
    spk_writer *w = open_writer(fileno(file), (spk_writer_options){.level = 1});
    for (uint64_t b = 0; b < BATCHES; b++)
        push(w, b * BATCH, BATCH);
    succeed(spk_writer_end(w, 0, false, &err), &err);
    spk_writer_close(w);
    return file;
}

static void check_frame(bytes all, const spk_index_entry *e, uint64_t end, uint64_t logical)
{
    bytes frame = {all.data + e->compressed, (size_t)(end - e->compressed)};
    assert_int_equal(ZSTD_findFrameCompressedSize(frame.data, frame.n), frame.n);
    bytes content = {malloc((size_t)logical), (size_t)logical};
    assert_int_equal(ZSTD_decompress(content.data, content.n, frame.data, frame.n), logical);
    assert_int_equal(spk_get32(frame.data + frame.n - 4), e->sum);
    if (e->compressed) assert_memory_equal(content.data, "SREC", 4);
    assert_true(e->kinds & 1u << SPK_KIND_SPIKES);
    assert_int_equal(e->last_tick - e->first_tick, 10 * (e->spikes - 1));
    free(content.data);
}

static void test_every_frame_is_found(void **state)
{
    (void)state;
    spk_error err = {0};
    FILE *file = indexed_file();
    bytes all = contents(file);
    spk_index index;
    assert_int_equal(spk_index_read(fileno(file), "test", &index, &err), 1);
    assert_in_range(index.n, 4, 20);
    uint64_t spikes = 0;
    for (size_t i = 0; i < index.n; i++) {
        const spk_index_entry *e = &index.entry[i];
        uint64_t end = i + 1 < index.n ? e[1].compressed : index.compressed;
        uint64_t logical_end = i + 1 < index.n ? e[1].logical : index.logical;
        check_frame(all, e, end, logical_end - e->logical);
        assert_int_equal(e->first_tick, 10 * spikes);
        spikes += e->spikes;
    }
    assert_int_equal(spikes, BATCHES * BATCH);
    bytes plain = logical(all);
    assert_int_equal(plain.n, index.logical);
    /* zstd's seek table: a frame more (the time index), sizes that add up to its own place. */
    const unsigned char *tail = all.data + all.n - 9;
    assert_int_equal(spk_get32(tail), index.n + 1);
    assert_int_equal(spk_get32(tail + 5), SPK_SEEK_END_MAGIC);
    const unsigned char *entry = tail - 12 * (index.n + 1);
    uint64_t sum = 0;
    for (size_t i = 0; i <= index.n; i++)
        sum += spk_get32(entry + 12 * i);
    assert_int_equal(sum, entry - 8 - all.data);
    spk_index_free(&index);
    free(plain.data);
    free(all.data);
    fclose(file);
}

static void test_an_index_of_another_file_is_not_used(void **state)
{
    (void)state;
    spk_error err = {0};
    FILE *one = indexed_file(), *two = tmpfile();
    bytes all = contents(one);
    spk_index index;
    assert_int_equal(fwrite(all.data, 1, all.n, two), all.n);
    assert_int_equal(fwrite(all.data, 1, all.n, two), all.n);
    fflush(two);
    assert_int_equal(spk_index_read(fileno(two), "test", &index, &err), 0);
    for (size_t n = 0; n < all.n; n += n < 100 ? 1 : all.n / 50) {
        assert_int_equal(ftruncate(fileno(two), (off_t)n), 0);
        assert_int_equal(spk_index_read(fileno(two), "test", &index, &err), 0);
    }
    free(all.data);
    fclose(one);
    fclose(two);
}

/* ---- the clock ------------------------------------------------------------------------------- */

static bool readable(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    return poll(&p, 1, 0) == 1;
}

/* How many bytes there are to read; they are read. */
static size_t drain(int fd)
{
    char buffer[1 << 16];
    size_t all = 0;
    while (readable(fd))
        all += (size_t)read(fd, buffer, sizeof buffer);
    return all;
}

static void test_finished_records_are_passed_on(void **state)
{
    (void)state;
    spk_error err = {0};
    int fd[2];
    assert_int_equal(pipe(fd), 0);
    spk_writer *w = open_writer(fd[1], (spk_writer_options){.level = 1});
    assert_in_range(drain(fd[0]), 50, 1000); /* the header goes at once */
    push(w, 0, BATCH + 5);
    size_t record = drain(fd[0]);
    nanosleep(&(struct timespec){0, 120000000}, NULL);
    assert_int_equal(drain(fd[0]), 0);
    succeed(spk_writer_progress(w, 0, &err), &err); /* any call looks at the clock */
    record += drain(fd[0]);
    assert_in_range(record, 1000, BATCH * 12);
    nanosleep(&(struct timespec){0, 120000000}, NULL);
    succeed(spk_writer_progress(w, 0, &err), &err);
    assert_int_equal(drain(fd[0]), 0); /* five spikes are no finished record */
    spk_writer_close(w);
    close(fd[0]);
    close(fd[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_frame_is_found),
        cmocka_unit_test(test_an_index_of_another_file_is_not_used),
        cmocka_unit_test(test_finished_records_are_passed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
