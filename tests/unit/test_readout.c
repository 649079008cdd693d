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

/* ---- linear readouts ----------------------------------------------------------------------------
 */

enum { WINDOWS = 2, FEATURES = UNITS * WINDOWS };

static spk_readout linear(const char *method, spk_scale scale)
{
    spk_readout r;
    spk_error err;
    succeed(spk_readout_init_linear(&r, method, "exc", UNITS, CLASSES, WINDOWS, scale, &err), &err);
    r.samples = 7;
    assert_int_equal(r.features, FEATURES);
    assert_int_equal(r.stride, 8);
    for (size_t f = 0; f < FEATURES; f++)
        for (size_t c = 0; c < CLASSES; c++)
            r.weight[f * r.stride + c] = 1.0 / (double)(1 + f * CLASSES + c);
    r.bias[0] = 0.1;
    r.bias[1] = -INFINITY;
    for (size_t f = 0; r.mean && f < FEATURES; f++) {
        r.mean[f] = (double)f / 3;
        r.deviation[f] = (double)f;
    }
    return r;
}

/* A stream of the header that ends in the readout, read back. */
static int read_linear(const spk_header *header, const spk_readout *out, spk_readout *in,
                       spk_error *err)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    spk_provenance history;
    spk_provenance_init(&history);
    const spk_writer_options options = {.level = 1};
    spk_writer *w = spk_writer_open(fileno(file), "file", header, &history, &options, err);
    succeed(!w, err);
    succeed(spk_readout_write(out, w, err), err);
    succeed(spk_writer_end(w, 0, false, err), err);
    spk_writer_close(w);
    bytes memory = contents(file);
    fclose(file);
    spk_reader *reader = spk_reader_open_memory(memory.data, memory.n, "r.spk", NULL, err);
    succeed(!reader, err);
    const int status = spk_readout_read(in, reader, err);
    spk_reader_close(reader);
    free(memory.data);
    return status;
}

static void linear_round_trip(const char *method, spk_scale scale)
{
    spk_readout out = linear(method, scale), in;
    spk_header header = header_of(&out);
    spk_error err;
    succeed(read_linear(&header, &out, &in, &err), &err);
    assert_string_equal(in.method, method);
    assert_int_equal(in.windows, WINDOWS);
    assert_int_equal(in.scale, scale);
    assert_int_equal(in.samples, 7);
    assert_memory_equal(in.weight, out.weight, FEATURES * out.stride * sizeof(double));
    assert_memory_equal(in.bias, out.bias, out.stride * sizeof(double));
    assert_int_equal(in.mean != NULL, scale == SPK_SCALE_STANDARD);
    if (in.mean) {
        assert_memory_equal(in.mean, out.mean, FEATURES * sizeof(double));
        assert_memory_equal(in.deviation, out.deviation, FEATURES * sizeof(double));
    }
    assert_null(in.assignment);
    spk_readout_free(&in);
    spk_readout_free(&out);
    spk_header_free(&header);
}

static void linear_ones_are_read_back(void **state)
{
    (void)state;
    linear_round_trip("softmax", SPK_SCALE_NONE);
    linear_round_trip("ridge", SPK_SCALE_STANDARD);
    linear_round_trip("logistic", SPK_SCALE_SUM);
}

static void refuse_linear(const spk_header *header, const spk_readout *r, const char *message)
{
    spk_readout in;
    spk_error err = {0};
    assert_int_equal(read_linear(header, r, &in, &err), -1);
    assert_int_equal(err.code, SPK_DATA);
    if (!strstr(err.text, message)) fail_msg("\"%s\" is not in \"%s\"", message, err.text);
    spk_readout_free(&in);
}

/* With *at set to `value` for the time. */
static void refuse_value(spk_readout *r, double *at, double value, const char *message)
{
    spk_header header = header_of(r);
    const double before = *at;
    *at = value;
    refuse_linear(&header, r, message);
    *at = before;
    spk_header_free(&header);
}

static void refuses_linear_values(void **state)
{
    (void)state;
    spk_readout r = linear("ridge", SPK_SCALE_STANDARD);
    refuse_value(&r, r.weight + 2 * r.stride + 1, NAN, "r.spk: feature 2, class 1: weight");
    refuse_value(&r, r.weight + 2 * r.stride + 1, -INFINITY, "feature 2, class 1: weight");
    refuse_value(&r, r.bias + 2, INFINITY, "r.spk: class 2: bias");
    refuse_value(&r, r.bias + 2, NAN, "r.spk: class 2: bias");
    refuse_value(&r, r.mean + 3, NAN, "r.spk: feature 3: mean");
    refuse_value(&r, r.deviation + 3, -1, "r.spk: feature 3: mean 1, deviation -1");
    refuse_value(&r, r.deviation + 3, INFINITY, "r.spk: feature 3");
    r.bias[0] = r.bias[2] = -INFINITY;
    spk_header header = header_of(&r);
    refuse_linear(&header, &r, "no class is possible");
    spk_header_free(&header);
    spk_readout_free(&r);
}

static void refuse_meta(const char *key, cJSON *value, const char *message)
{
    spk_readout r = linear("softmax", SPK_SCALE_NONE);
    spk_header header = with_meta(&r, key, value);
    refuse_linear(&header, &r, message);
    spk_header_free(&header);
    spk_readout_free(&r);
}

static void refuses_linear_headers(void **state)
{
    (void)state;
    refuse_meta("version", cJSON_CreateNumber(3), "version 3; this program reads 1 to 2");
    refuse_meta("version", cJSON_CreateString("2"), "a readout of version");
    refuse_meta("windows", cJSON_CreateNumber(0), "a readout of 0 windows");
    refuse_meta("windows", cJSON_CreateNumber(1.5), "a readout of 1.5 windows");
    refuse_meta("windows", cJSON_CreateNumber(1e300), "windows");
    refuse_meta("windows", cJSON_CreateNumber(3), "without its weight array");
    refuse_meta("scale", cJSON_CreateString("log"), "scale is \"log\"");
    refuse_meta("scale", cJSON_CreateNull(), "scale is \"\"");
    refuse_meta("scale", cJSON_CreateString("standard"), "without its mean array");
    refuse_meta("method", cJSON_CreateString("vote"), "without its assignment array");
}

static void windows_are_equal_parts(void **state)
{
    (void)state;
    assert_int_equal(spk_window_of(0, 100, 4), 0);
    assert_int_equal(spk_window_of(24, 100, 4), 0);
    assert_int_equal(spk_window_of(25, 100, 4), 1);
    assert_int_equal(spk_window_of(99, 100, 4), 3);
    assert_int_equal(spk_window_of(3, 10, 3), 0); /* 10/3 is in the second tick after it */
    assert_int_equal(spk_window_of(4, 10, 3), 1);
    assert_int_equal(spk_window_of(5, 7, 65536), 46811);
    assert_int_equal(spk_window_of(UINT64_MAX - 1, UINT64_MAX, 65536), 65535);
    assert_int_equal(spk_window_of(5, 0, 1), 0);
}

static void scaled(spk_scale scale, const double want[3])
{
    static const double mean[] = {1, 2, 3}, deviation[] = {1, 2, 0};
    double x[] = {1, 4, 3}, silent[] = {0, 0, 0};
    spk_scale_features(scale, 3, mean, deviation, x);
    assert_memory_equal(x, want, sizeof x);
    if (scale == SPK_SCALE_STANDARD) return;
    spk_scale_features(scale, 3, NULL, NULL, silent);
    for (size_t i = 0; i < 3; i++)
        assert_true(silent[i] == 0);
}

static void counts_are_scaled(void **state)
{
    (void)state;
    scaled(SPK_SCALE_NONE, (double[]){1, 4, 3});
    scaled(SPK_SCALE_SUM, (double[]){0.125, 0.5, 0.375});
    scaled(SPK_SCALE_MAX, (double[]){0.25, 1, 0.75});
    scaled(SPK_SCALE_STANDARD, (double[]){0, 1, 0});
}

static void softmax_sums_to_one(void **state)
{
    (void)state;
    double p[] = {1000, 1000 - log(3), -INFINITY};
    assert_true(fabs(spk_softmax(3, p) - (1000 + log(4.0 / 3))) < 1e-12);
    assert_true(fabs(p[0] - 0.75) < 1e-12 && fabs(p[1] - 0.25) < 1e-12 && p[2] == 0);
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
    spk_readout r;
    assert_int_equal(
        spk_readout_init_linear(&r, "ridge", "exc", 1 << 20, 10, 1 << 10, SPK_SCALE_NONE, &err),
        -1);
    assert_int_equal(err.code, SPK_LIMIT);
    spk_readout_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_was_written),
        cmocka_unit_test(refuses_values_out_of_range),
        cmocka_unit_test(refuses_headers_that_do_not_fit),
        cmocka_unit_test(linear_ones_are_read_back),
        cmocka_unit_test(refuses_linear_values),
        cmocka_unit_test(refuses_linear_headers),
        cmocka_unit_test(windows_are_equal_parts),
        cmocka_unit_test(counts_are_scaled),
        cmocka_unit_test(softmax_sums_to_one),
        cmocka_unit_test(sizes_have_caps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
