/* vector.c: the examples of man/spk-stream.5, as the writer makes them.
 *
 *     vector            the example stream, not compressed
 *     vector gaps       the payload of codec 2, in hexadecimal, and below it "tick unit" lines
 *     vector intervals  the same of codec 4
 */
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

static void write_example(void)
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
    spk_writer_options plain = {.level = -1};
    spk_writer *w = spk_writer_open(STDOUT_FILENO, "<stdout>", &h, &p, &plain, &err);
    check(!w, &err);
    const uint64_t tick[] = {2, 2, 7, 19};
    const uint32_t unit[] = {1, 3, 0, 3};
    for (uint64_t s = 0; s < 2; s++) {
        spk_sample sample = {s, 10 * s, 10, s == 0, 1, NULL};
        check(spk_writer_sample(w, &sample, &err), &err);
        check(spk_writer_spikes(w, 1, s ? 1 : 3, tick + 3 * s, unit + 3 * s, &err), &err);
    }
    check(spk_writer_end(w, 20, false, &err), &err);
    spk_writer_close(w);
    spk_provenance_free(&p);
    spk_header_free(&h);
}

static void print_payload(enum spk_spike_codec codec)
{
    static const uint64_t tick[] = {5, 5, 8, 17, 17, 30, 41, 42, 60, 61};
    static const uint32_t few[] = {0, 3, 3, 1, 3, 3, 0, 3, 3, 3};
    static const uint32_t many[] = {0, 73, 41, 9, 98, 50, 3, 7, 61, 32};
    static const uint64_t window[] = {0, 40};
    const bool gaps = codec == SPK_CODEC_GAPS;
    const uint32_t *unit = gaps ? many : few;
    spk_error err;
    spk_payload payload = {0};
    spk_spike_coder *coder = spk_spike_coder_new(&err);
    check(!coder, &err);
    spk_spike_block block = {10, tick, unit, gaps ? 100 : 4, 2, window, 80};
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
    if (strcmp(what, "gaps") == 0)
        print_payload(SPK_CODEC_GAPS);
    else if (strcmp(what, "intervals") == 0)
        print_payload(SPK_CODEC_INTERVALS);
    else
        write_example();
    return 0;
}
