/* vector.c: the examples of man/spk-stream.5, as the writer makes them.
 *
 *     vector            the example stream, not compressed
 *     vector packed     the same, compressed
 *     vector values     a stream with a frame, a trace and a prediction, not compressed
 *     vector weights    a stream with a snapshot of a dense and a sparse array, not compressed
 *     vector raw        the payload of codec 0, in hexadecimal, and below it "tick unit" lines
 *     vector gaps       the same of codec 2
 *     vector intervals  the same of codec 4
 */
#include "base/memory.h"
#include "stream/spike_codec.h"
#include "stream/writer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void check(int failed, const spk_error *err)
{
    if (!failed) return;
    fprintf(stderr, "vector: %s\n", err->text);
    exit(SPK_BUG);
}

static spk_writer *open_writer(const spk_header *h, const spk_provenance *p, int level)
{
    spk_error err;
    spk_writer_options options = {.level = level};
    spk_writer *w = spk_writer_open(STDOUT_FILENO, "<stdout>", h, p, &options, &err);
    check(!w, &err);
    return w;
}

static void end(spk_writer *w, uint64_t duration, spk_header *h)
{
    spk_error err;
    check(spk_writer_end(w, duration, false, &err), &err);
    spk_writer_close(w);
    spk_header_free(h);
}

static void write_example(int level)
{
    spk_error err;
    spk_header h;
    spk_header_init(&h);
    h.tick = spk_rational_of(1, 1000);
    h.classes = 2;
    spk_channel *input = spk_header_add_channel(&h, SPK_CHANNEL_SPIKES, "input", 4, &err);
    check(!input, &err);
    input->dims = 2;
    input->shape[0] = input->shape[1] = 2;
    const char *argv[] = {"example", NULL};
    uint64_t seed = 1;
    spk_step step = {.tool = "example", .version = "1", .argv = argv, .seed = &seed};
    spk_provenance p;
    spk_provenance_init(&p);
    check(spk_provenance_append(&p, &step, &err), &err);
    spk_writer *w = open_writer(&h, &p, level);
    const uint64_t tick[] = {2, 2, 7, 19};
    const uint32_t unit[] = {1, 3, 0, 3};
    for (uint64_t s = 0; s < 2; s++) {
        spk_sample sample = {s, 10 * s, 10, s == 0, 1, NULL};
        check(spk_writer_sample(w, &sample, &err), &err);
        check(spk_writer_spikes(w, 1, s ? 1 : 3, tick + 3 * s, unit + 3 * s, &err), &err);
    }
    end(w, 20, &h);
    spk_provenance_free(&p);
}

static spk_channel *add_channel(spk_header *h, spk_channel_type type, const char *name, uint32_t n)
{
    spk_error err;
    spk_channel *channel = spk_header_add_channel(h, type, name, n, &err);
    check(!channel, &err);
    return channel;
}

static void write_values(void)
{
    static const float rates[] = {0, 62.5f, 250}, scores[] = {0.25f, 0.625f, 0.125f};
    static const double v[] = {-65, -60, -64.5, -60, -64.5, -52};
    spk_error err;
    spk_header h;
    spk_header_init(&h);
    h.tick = spk_rational_of(1, 1000);
    h.classes = 3;
    add_channel(&h, SPK_CHANNEL_FRAMES, "input", 3)->dtype = SPK_F32;
    spk_channel *trace = add_channel(&h, SPK_CHANNEL_TRACE, "exc", 2);
    trace->variable = spk_strdup("V_m", &err);
    check(!trace->variable, &err);
    trace->dtype = SPK_F32;
    trace->period = 5;
    add_channel(&h, SPK_CHANNEL_PREDICTIONS, "vote", 3);
    spk_writer *w = open_writer(&h, NULL, -1);
    spk_sample sample = {7, 40, 20, 1, 1, NULL};
    spk_prediction prediction = {7, 1, 3, scores};
    check(spk_writer_sample(w, &sample, &err), &err);
    check(spk_writer_frame(w, 1, 40, 20, rates, &err), &err);
    check(spk_writer_trace(w, 2, 45, 3, v, &err), &err);
    check(spk_writer_prediction(w, 3, &prediction, &err), &err);
    end(w, 60, &h);
}

static spk_array *add_array(spk_header *h, const char *owner, uint64_t rows, uint32_t cols)
{
    spk_error err;
    spk_array *array = spk_header_add_array(h, SPK_ARRAY_WEIGHTS, owner, "weight", "nS", SPK_F32,
                                            rows, cols, &err);
    check(!array, &err);
    return array;
}

static void write_weights(void)
{
    static const float dense[] = {0.5f, 0, 0.25f, 1, 0.75f, 0.125f};
    static const uint64_t row_ptr[] = {0, 2, 2, 5};
    static const uint32_t col[] = {1, 3, 0, 2, 2};
    static const float sparse[] = {-1, -2, 3, 0.5f, 4};
    spk_error err;
    spk_header h;
    spk_header_init(&h);
    h.tick = spk_rational_of(1, 1000);
    add_array(&h, "input->exc", 2, 3);
    add_array(&h, "exc->exc", 3, 4)->sparse = true;
    spk_writer *w = open_writer(&h, NULL, -1);
    spk_snapshot snapshot = {.samples = 100, .tick = 50000};
    check(spk_writer_snapshot(w, &snapshot, &err), &err);
    check(spk_writer_dense(w, 1, 0, 2, dense, &err), &err);
    check(spk_writer_sparse(w, 2, 0, 3, row_ptr, col, sparse, &err), &err);
    end(w, 0, &h);
}

static void print_payload(enum spk_spike_codec codec)
{
    static const uint64_t tick[] = {5, 5, 8, 17, 17, 30, 41, 42, 60, 61};
    static const uint32_t few[] = {0, 3, 3, 1, 3, 3, 0, 3, 3, 3};
    static const uint32_t many[] = {0, 73, 41, 9, 98, 50, 3, 7, 61, 32};
    static const uint64_t window[] = {0, 40};
    const bool by_unit = codec == SPK_CODEC_INTERVALS;
    const uint32_t *unit = by_unit ? few : many;
    spk_error err;
    spk_payload payload = {0};
    spk_spike_coder *coder = spk_spike_coder_new(&err);
    check(!coder, &err);
    spk_spike_block block = {
        codec == SPK_CODEC_RAW ? 3 : 10, tick, unit, by_unit ? 4 : 100, 2, window, 80};
    check(spk_spikes_encode_as(coder, codec, &block, &payload, &err), &err);
    for (size_t i = 0; i < payload.bytes; i++)
        printf("%02x%s", payload.data[i], i % 16 == 15 ? "\n" : "");
    printf("%s", payload.bytes % 16 ? "\n" : "");
    for (size_t i = 0; i < block.n; i++)
        printf("%" PRIu64 " %" PRIu32 "\n", tick[i], unit[i]);
    spk_payload_free(&payload);
    spk_spike_coder_free(coder);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "packed") == 0)
        write_example(1);
    else if (strcmp(what, "values") == 0)
        write_values();
    else if (strcmp(what, "weights") == 0)
        write_weights();
    else if (strcmp(what, "raw") == 0)
        print_payload(SPK_CODEC_RAW);
    else if (strcmp(what, "gaps") == 0)
        print_payload(SPK_CODEC_GAPS);
    else if (strcmp(what, "intervals") == 0)
        print_payload(SPK_CODEC_INTERVALS);
    else
        write_example(-1);
    return 0;
}
