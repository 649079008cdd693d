/* test_readout.c: a readout is read back as it was written, and anything that is not one is refused
 * before its values could be used as indices. */
#include "stream_fixture.h"

#include "readout/readout.h"

#include <cjson/cJSON.h>
#include <math.h>

enum { UNITS = 4, CLASSES = 3 };

static spk_readout example(bool with_proportion)
{
    static const float assignment[UNITS] = {0, 2, -1, 1};
    static const float proportion[UNITS * CLASSES] = {0.5F, 0.25F, 0.25F, 0, 0,    1,
                                                      0,    0,     0,     0, 0.6F, 0.4F};
    spk_readout r;
    spk_error err;
    succeed(
        spk_readout_init(&r, with_proportion ? "proportion" : "vote", "exc", UNITS, CLASSES, &err),
        &err);
    r.samples = 60000;
    memcpy(r.assignment, assignment, sizeof assignment);
    if (with_proportion) memcpy(r.proportion, proportion, sizeof proportion);
    return r;
}

/* A stream of this header that ends in the readout after others, opened for reading. */
static spk_reader *stream(const spk_header *header, const spk_readout *readout, int snapshots,
                          bytes *memory)
{
    spk_error err;
    FILE *file = tmpfile();
    assert_non_null(file);
    spk_provenance history;
    spk_provenance_init(&history);
    const spk_writer_options options = {.level = 1};
    spk_writer *w = spk_writer_open(fileno(file), "file", header, &history, &options, &err);
    succeed(!w, &err);
    spk_readout earlier = example(readout->proportion != NULL);
    for (uint32_t u = 0; u < UNITS; u++)
        earlier.assignment[u] = 0;
    for (int i = 1; i < snapshots; i++)
        succeed(spk_readout_write(&earlier, w, &err), &err);
    succeed(spk_readout_write(readout, w, &err), &err);
    succeed(spk_writer_end(w, 0, false, &err), &err);
    spk_writer_close(w);
    spk_readout_free(&earlier);
    *memory = contents(file);
    fclose(file);
    spk_reader *in = spk_reader_open_memory(memory->data, memory->n, "r.spk", NULL, &err);
    succeed(!in, &err);
    return in;
}

static spk_header header_of(const spk_readout *readout)
{
    spk_header header;
    spk_error err;
    spk_header_init(&header);
    succeed(spk_readout_header(readout, spk_rational_of(1, 1000), &header, &err), &err);
    return header;
}

static void round_trip(bool with_proportion, int snapshots)
{
    spk_readout out = example(with_proportion), in;
    spk_header header = header_of(&out);
    bytes memory;
    spk_error err;
    spk_reader *reader = stream(&header, &out, snapshots, &memory);
    succeed(spk_readout_read(&in, reader, &err), &err);
    assert_string_equal(in.method, out.method);
    assert_string_equal(in.population, "exc");
    assert_int_equal(in.units, UNITS);
    assert_int_equal(in.classes, CLASSES);
    assert_int_equal(in.samples, 60000);
    assert_memory_equal(in.assignment, out.assignment, UNITS * sizeof(float));
    assert_int_equal(in.proportion != NULL, with_proportion);
    if (with_proportion)
        assert_memory_equal(in.proportion, out.proportion, UNITS * CLASSES * sizeof(float));
    spk_reader_close(reader);
    spk_readout_free(&in);
    spk_readout_free(&out);
    spk_header_free(&header);
    free(memory.data);
}

static void reads_what_was_written(void **state)
{
    (void)state;
    round_trip(false, 1);
    round_trip(true, 1);
    round_trip(true, 3); /* of several snapshots the last */
}

/* Reading the stream fails as bad data, with `message` in the text. */
static void refuse(const spk_header *header, const spk_readout *readout, const char *message)
{
    bytes memory;
    spk_error err = {0};
    spk_readout in;
    spk_reader *reader = stream(header, readout, 1, &memory);
    assert_int_equal(spk_readout_read(&in, reader, &err), -1);
    assert_int_equal(err.code, SPK_DATA);
    if (!strstr(err.text, message)) fail_msg("\"%s\" is not in \"%s\"", message, err.text);
    spk_readout_free(&in);
    spk_reader_close(reader);
    free(memory.data);
}

static void refuses_values_out_of_range(void **state)
{
    (void)state;
    static const float assignment[] = {CLASSES, -2, 0.5F, NAN, INFINITY};
    static const float proportion[] = {-0.1F, 1.5F, NAN};
    spk_readout r = example(true);
    spk_header header = header_of(&r);
    for (size_t i = 0; i < sizeof assignment / sizeof *assignment; i++) {
        r.assignment[3] = assignment[i];
        refuse(&header, &r, "r.spk: unit 3 is assigned to");
    }
    r.assignment[3] = -1;
    for (size_t i = 0; i < sizeof proportion / sizeof *proportion; i++) {
        r.proportion[5] = proportion[i];
        refuse(&header, &r, "r.spk: unit 1, class 2: proportion");
    }
    spk_header_free(&header);
    spk_readout_free(&r);
}

/* The member meta.readout.KEY replaced by `value`. */
static spk_header with_meta(const spk_readout *readout, const char *key, cJSON *value)
{
    spk_header header = header_of(readout);
    cJSON_ReplaceItemInObjectCaseSensitive(cJSON_GetObjectItemCaseSensitive(header.meta, "readout"),
                                           key, value);
    return header;
}

static void refuses_headers_that_do_not_fit(void **state)
{
    (void)state;
    spk_readout r = example(false);
    spk_header header = with_meta(&r, "units", cJSON_CreateNumber(UNITS + 1));
    refuse(&header, &r, "without its assignment array");
    spk_header_free(&header);

    header = with_meta(&r, "method", cJSON_CreateString("proportion"));
    refuse(&header, &r, "without its proportion array");
    spk_header_free(&header);

    static const double units[] = {0, -1, 1e300};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        header = with_meta(&r, "units", cJSON_CreateNumber(units[i]));
        refuse(&header, &r, "not a readout");
        spk_header_free(&header);
    }
    header = header_of(&r);
    cJSON_DeleteItemFromObjectCaseSensitive(header.meta, "readout");
    refuse(&header, &r, "r.spk: not a readout; spk-train-readout writes one");
    spk_header_free(&header);

    header = header_of(&r);
    header.classes = 0;
    refuse(&header, &r, "not a readout");
    spk_header_free(&header);
    spk_readout_free(&r);
}

static void sizes_have_caps(void **state)
{
    (void)state;
    spk_error err;
    assert_int_equal(spk_readout_check_size(400, 10, 8, 32000, &err), 0);
    assert_int_equal(spk_readout_check_size(400, 10, 8, 31999, &err), -1);
    assert_int_equal(err.code, SPK_LIMIT);
    assert_int_equal(spk_readout_check_size(1 << 28, 1, 8, UINT64_MAX, &err), 0);
    assert_int_equal(spk_readout_check_size((1 << 28) + 1, 1, 8, UINT64_MAX, &err), -1);
    assert_int_equal(spk_readout_check_size(1, 65537, 8, UINT64_MAX, &err), -1);
    assert_int_equal(spk_readout_check_size(UINT32_MAX, UINT32_MAX, 8, UINT64_MAX, &err), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_was_written),
        cmocka_unit_test(refuses_values_out_of_range),
        cmocka_unit_test(refuses_headers_that_do_not_fit),
        cmocka_unit_test(sizes_have_caps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
