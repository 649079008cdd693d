/* test_stream_codec.c: the spike codecs: nothing is lost, the smaller one is picked, the sizes that
 * were promised are kept, and every instruction set gives the same bytes. */
#include "stream_fixture.h"

#include "base/simd.h"
#include "stream/format.h"
#include "stream/numbers.h"
#include "stream/spike_codec.h"
#include "stream/stream_kernels.h"

#include <math.h>
#include <zlib.h>

enum { MOST = SPK_RECORD_MAX_SPIKES };

static uint64_t tick[MOST];
static uint32_t unit[MOST];
static uint64_t window[1000];

/* ---- instruction sets ----------------------------------------------------------------------- */

static const spk_stream_kernels *const tables[] = {
    &spk_stream_kernels_sse2, &spk_stream_kernels_avx2, &spk_stream_kernels_avx512};

static void test_every_instruction_set_gives_the_same(void **state)
{
    (void)state;
    enum { N = 1000 };
    static uint32_t in[N + 4], one[N + 4], other[N + 4];
    static uint64_t wide[N], ticks[N], ticks_other[N];
    static uint8_t planes[8 * N], planes_other[8 * N];
    uint64_t seed = 1;
    const spk_stream_kernels *base = tables[0];
    for (int level = 1; level <= (int)spk_simd_level(); level++) {
        const spk_stream_kernels *k = tables[level];
        for (int run = 0; run < 300; run++) {
            size_t n = (size_t)below(&seed, N) + 1;
            unsigned bits = 1 + (unsigned)below(&seed, 31), shift = (unsigned)below(&seed, 15);
            for (size_t i = 0; i < n + 3; i++)
                in[i] = i < n ? (uint32_t)next_random(&seed) >> (32 - bits) : 0;
            for (size_t i = 0; i < n; i++)
                wide[i] = next_random(&seed);
            base->split32(in, n, shift, 3, planes);
            k->split32(in, n, shift, 3, planes_other);
            assert_memory_equal(planes, planes_other, 3 * n);
            base->split64(wide, n, 8, planes);
            k->split64(wide, n, 8, planes_other);
            assert_memory_equal(planes, planes_other, 8 * n);
            k->merge64(planes_other, n, 8, ticks_other);
            assert_memory_equal(wide, ticks_other, n * sizeof *wide);
            for (int back = 0; back < 2; back++) {
                const spk_stream_kernels *from = back ? base : k;
                uint32_t *to = back ? one : other;
                from->merge32(planes, n, 4, to);
                from->merge32(planes, n, 0, to);
                from->unpack(planes, (n + 3) / 4, 2, 0, n, 3, to);
                from->unpack(planes + n, (n + 1) / 2, 4, n / 3, n - n / 3, 5, to + n / 3);
                from->add_planes32(planes + 2 * n, n, n, 9, 2, to);
            }
            assert_memory_equal(one, other, n * sizeof *one);
            base->pack2(in, (n + 3) / 4, shift, planes);
            k->pack2(in, (n + 3) / 4, shift, planes_other);
            assert_memory_equal(planes, planes_other, (n + 3) / 4);
            base->pack4(in, (n + 1) / 2, shift, planes);
            k->pack4(in, (n + 1) / 2, shift, planes_other);
            assert_memory_equal(planes, planes_other, (n + 1) / 2);
            /* the same small gaps both ways */
            uint32_t units = 1 + (uint32_t)below(&seed, 1u << (1 + run % 31));
            uint64_t t = 5, t_other = 5;
            uint32_t u = 0, u_other = 0;
            assert_true(base->expand32(in, n, units, &t, &u, ticks, one));
            assert_true(k->expand32(in, n, units, &t_other, &u_other, ticks_other, other));
            assert_memory_equal(ticks, ticks_other, n * sizeof *ticks);
            assert_memory_equal(one, other, n * sizeof *one);
            assert_true(k->sorted(ticks, one, n, 5, 0, units));
            static uint32_t gap[N];
            uint32_t all = k->gaps32(ticks, one, n, 5, units, gap), expected = 0;
            for (size_t i = 0; i < n; i++)
                expected |= in[i];
            assert_int_equal(all, expected);
            assert_memory_equal(gap, in, n * sizeof *gap);
            size_t bad = (size_t)below(&seed, n);
            one[bad] = units;
            assert_false(k->sorted(ticks, one, n, 5, 0, units));
            one[bad] = 0;
            ticks[bad] += 1000;
            if (bad + 1 < n && ticks[bad + 1] < ticks[bad])
                assert_false(k->sorted(ticks, one, n, 5, 0, units));
        }
    }
}

/* ---- numbers -------------------------------------------------------------------------------- */

static void test_numbers_come_back_in_every_form(void **state)
{
    (void)state;
    static uint32_t in[5000 + SPK_NUMBERS_SLACK], out[5000];
    spk_error err = {0};
    spk_payload payload = {0};
    uint64_t seed = 1;
    for (int run = 0; run < 500; run++) {
        size_t n = 1 + (size_t)below(&seed, run % 2 ? 50 : 5000), size;
        unsigned bits = (unsigned)below(&seed, 33);
        uint32_t all = 0;
        for (size_t i = 0; i < n; i++)
            all |= in[i] = bits ? (uint32_t)next_random(&seed) >> (32 - bits) : 0;
        spk_number_form form = spk_numbers_form(in, n, all);
        assert_true(spk_numbers_bytes(form, n, &size));
        spk_payload_clear(&payload);
        succeed(spk_numbers_encode(form, in, n, 0, NULL, &payload, &err), &err);
        assert_int_equal(payload.bytes, size);
        spk_numbers_decode(form, payload.data, n, out);
        assert_memory_equal(in, out, n * sizeof *in);
    }
    size_t size;
    assert_false(spk_numbers_bytes((spk_number_form){3, 1}, 10, &size));
    assert_false(spk_numbers_bytes((spk_number_form){32, 0}, 10, &size));
    assert_false(spk_numbers_bytes((spk_number_form){26, 2}, 10, &size));
    spk_payload_free(&payload);
}

/* ---- codecs --------------------------------------------------------------------------------- */

/* Encode as `codec` and back; the payload stays in `payload`. False when the codec cannot. */
static bool comes_back(spk_spike_coder *coder, int codec, const spk_spike_block *block,
                       spk_payload *payload)
{
    spk_error err = {0};
    const char *why;
    spk_spike_block out;
    spk_payload_clear(payload);
    if (codec < 0)
        succeed(spk_spikes_encode(coder, block, payload, &err), &err);
    else if (spk_spikes_encode_as(coder, (enum spk_spike_codec)codec, block, payload, &err))
        return false;
    assert_int_equal(payload->bytes % 8, 0);
    if (spk_spikes_decode(coder, payload->data, payload->bytes, block->units, &out, &why, &err))
        fail_msg("%s", why);
    assert_int_equal(out.n, block->n);
    assert_memory_equal(out.tick, block->tick, out.n * sizeof *out.tick);
    assert_memory_equal(out.unit, block->unit, out.n * sizeof *out.unit);
    for (size_t i = 1; i < payload->cuts; i++)
        assert_true(payload->cut[i] > payload->cut[i - 1]);
    return true;
}

/* A random block: mean gap and units over all magnitudes, repeated spikes, windows anywhere. */
static spk_spike_block random_block(uint64_t *seed)
{
    size_t n = 1 + (size_t)below(seed, below(seed, 4) ? 300 : MOST);
    uint32_t units = (uint32_t)(next_random(seed) >> (32 + below(seed, 32)));
    uint64_t mean = next_random(seed) >> (1 + below(seed, 62)),
             t = next_random(seed) >> below(seed, 64);
    if (!units) units = 1;
    if (t > UINT64_MAX / 2) t = UINT64_MAX / 2;
    uint64_t begin = t, room = UINT64_MAX - 1 - t;
    if (mean > room / n) mean = room / n;
    for (size_t i = 0; i < n; i++) {
        uint64_t step = mean / units >= 1 ? below(seed, mean / units + 1) : !below(seed, 3);
        uint32_t u = (uint32_t)below(seed, units);
        if (i && step == 0 && u < unit[i - 1]) u = unit[i - 1];
        t += step;
        tick[i] = t;
        unit[i] = u;
    }
    size_t windows = 1 + (size_t)below(seed, 9);
    window[0] = begin;
    for (size_t w = 1; w < windows; w++)
        window[w] = window[w - 1] + 1 + below(seed, (t - begin) / windows + 1);
    return (spk_spike_block){n, tick, unit, units, windows, window, t + 1};
}

static void test_random_blocks_come_back_in_every_codec(void **state)
{
    (void)state;
    spk_error err = {0};
    spk_payload payload = {0};
    spk_spike_coder *coder = spk_spike_coder_new(&err);
    assert_non_null(coder);
    uint64_t seed = 3;
    size_t gaps = 0, intervals = 0;
    for (int run = 0; run < 3000; run++) {
        spk_spike_block block = random_block(&seed);
        comes_back(coder, -1, &block, &payload);
        assert_true(comes_back(coder, SPK_CODEC_RAW, &block, &payload));
        gaps += comes_back(coder, SPK_CODEC_GAPS, &block, &payload);
        intervals += comes_back(coder, SPK_CODEC_INTERVALS, &block, &payload);
    }
    assert_in_range(gaps, 1500, 3000);
    assert_in_range(intervals, 300, 3000);
    spk_payload_free(&payload);
    spk_spike_coder_free(coder);
}

static void test_extreme_blocks_come_back(void **state)
{
    (void)state;
    spk_error err = {0};
    spk_payload payload = {0};
    spk_spike_coder *coder = spk_spike_coder_new(&err);
    uint64_t top = UINT64_MAX - 1;
    uint64_t ticks[][3] = {{0, 0, 0},
                           {0, 0, top},
                           {0, 1ull << 63, top},
                           {top, top, top},
                           {(1ull << 63) - 1, 1ull << 63, (1ull << 63) + 1}};
    uint32_t most = UINT32_MAX - 1;
    uint32_t ids[][3] = {{0, 0, 0}, {0, most, most}, {most, most, most}, {0, 0, most}};
    for (size_t i = 0; i < 5; i++)
        for (size_t j = 0; j < 4; j++) {
            window[0] = ticks[i][0];
            spk_spike_block block = {3, ticks[i], ids[j], UINT32_MAX, 1, window, top + 1};
            comes_back(coder, -1, &block, &payload);
            for (int codec = 0; codec <= 4; codec += 2)
                comes_back(coder, codec, &block, &payload);
            block.n = 1;
            comes_back(coder, -1, &block, &payload);
        }
    uint32_t zero[3] = {0};
    spk_spike_block one_unit = {3, ticks[1], zero, 1, 1, ticks[1], top + 1};
    assert_true(comes_back(coder, SPK_CODEC_GAPS, &one_unit, &payload));
    assert_false(comes_back(coder, SPK_CODEC_INTERVALS, &one_unit, &payload));
    spk_payload_free(&payload);
    spk_spike_coder_free(coder);
}

/* Payloads that lie, with a right checksum above them, are refused or give spikes in order; never a
 * byte outside the arrays (the sanitizers watch). */
static void test_damaged_payloads_are_refused_or_sound(void **state)
{
    (void)state;
    spk_error err = {0};
    spk_payload payload = {0};
    spk_spike_coder *coder = spk_spike_coder_new(&err);
    uint64_t seed = 9;
    size_t refused = 0;
    for (int run = 0; run < 20000; run++) {
        if (run % 20 == 0) {
            spk_spike_block block = random_block(&seed);
            block.n = block.n < 300 ? block.n : 300;
            int codec = 2 * (run / 20 % 3);
            if (!comes_back(coder, codec, &block, &payload))
                comes_back(coder, -1, &block, &payload);
        }
        size_t n = payload.bytes;
        unsigned char *copy = malloc(n);
        memcpy(copy, payload.data, n);
        uint32_t units;
        memcpy(&units, copy + 16, sizeof units);
        for (uint64_t flips = 1 + below(&seed, 3); flips; flips--)
            copy[below(&seed, below(&seed, 2) && n > 100 ? 100 : n)] =
                (unsigned char)below(&seed, 256);
        if (below(&seed, 4) == 0) n = (size_t)below(&seed, n + 1);
        const char *why = NULL;
        spk_spike_block out;
        if (spk_spikes_decode(coder, copy, n, units, &out, &why, &err)) {
            assert_non_null(why);
            refused++;
        } else {
            assert_true(out.n <= MOST);
            assert_true(spk_stream_kernels_get()->sorted(out.tick, out.unit, out.n, 0, 0, units));
        }
        free(copy);
    }
    assert_true(refused > 3000);
    spk_payload_free(&payload);
    spk_spike_coder_free(coder);
}

/* ---- sizes ---------------------------------------------------------------------------------- */

static double uniform(uint64_t *seed) /* (0, 1] */
{
    return (double)(next_random(seed) >> 11) * 0x1p-53 + 0x1p-53;
}

static spk_writer *open_writer(FILE *file, uint32_t units)
{
    spk_error err = {0};
    spk_header h;
    spk_header_init(&h);
    assert_non_null(spk_header_add_channel(&h, SPK_CHANNEL_SPIKES, "input", units, &err));
    spk_writer_options options = {.level = 1};
    spk_writer *w = spk_writer_open(fileno(file), "test", &h, NULL, &options, &err);
    assert_non_null(w);
    spk_header_free(&h);
    return w;
}

/* END and all; bits of the whole stream per spike. */
static double bits_per_spike(FILE *file, spk_writer *w)
{
    spk_error err = {0};
    succeed(spk_writer_end(w, 0, false, &err), &err);
    spk_writer_stats stats;
    spk_writer_stats_get(w, &stats);
    spk_writer_close(w);
    fseek(file, 0, SEEK_END);
    assert_int_equal(ftell(file), stats.compressed_bytes);
    fclose(file);
    return 8 * (double)stats.compressed_bytes / (double)stats.spikes;
}

/* A Bernoulli raster of probability p has -log2 p - (1 - p) / p log2(1 - p) bits a spike. */
static void raster_within(uint32_t units, double p, double factor)
{
    spk_error err = {0};
    FILE *file = tmpfile();
    spk_writer *w = open_writer(file, units);
    uint64_t seed = 1, at = 0;
    for (int record = 0; record < 20; record++) {
        for (size_t i = 0; i < MOST; i++, at++) {
            at += (uint64_t)(log(uniform(&seed)) / log1p(-p));
            tick[i] = at / units;
            unit[i] = (uint32_t)(at % units);
        }
        succeed(spk_writer_spikes(w, 1, MOST, tick, unit, &err), &err);
    }
    double bound = -log2(p) - (1 - p) / p * log2(1 - p), bits = bits_per_spike(file, w);
    if (bits > factor * bound) fail_msg("p %g: %g bits, %g x the bound", p, bits, bits / bound);
}

static void test_a_poisson_raster_is_near_its_entropy(void **state)
{
    (void)state;
    raster_within(1000, 0.002, 1.02); /* 20 Hz, 0.1 ms */
    raster_within(1000, 0.0005, 1.02);
    raster_within(1000, 0.005, 1.03);
    raster_within(10000, 0.02, 1.03);
    raster_within(100, 0.1, 1.05);
}

/* Images as Poisson trains of rate pixel / 255 * max, one spike a tick of 1 ms at most. */
static double rate_coded(const unsigned char *images, size_t count, double max_hz,
                         uint64_t duration)
{
    spk_error err = {0};
    FILE *file = tmpfile();
    spk_writer *w = open_writer(file, 784);
    unsigned char *spikes = calloc(duration, 784);
    uint64_t seed = 1;
    for (size_t s = 0; s < count; s++) {
        memset(spikes, 0, duration * 784);
        for (size_t u = 0; u < 784; u++) {
            double rate = images[s * 784 + u] / 255. * max_hz / 1000;
            for (double t = -log(uniform(&seed)) / rate; t < (double)duration;
                 t -= log(uniform(&seed)) / rate)
                spikes[(size_t)t * 784 + u] = 1;
        }
        size_t n = 0;
        for (size_t i = 0; i < duration * 784; i++) {
            if (!spikes[i]) continue;
            tick[n] = s * duration + i / 784;
            unit[n++] = (uint32_t)(i % 784);
        }
        spk_sample sample = {s, s * duration, duration, (int)(s % 10), 1, NULL};
        succeed(spk_writer_sample(w, &sample, &err), &err);
        succeed(spk_writer_spikes(w, 1, n, tick, unit, &err), &err);
    }
    free(spikes);
    return bits_per_spike(file, w);
}

static void test_rate_coded_mnist_is_small(void **state)
{
    (void)state;
    enum { IMAGES = 400 };
    static unsigned char images[16 + IMAGES * 784];
    char path[4096];
    snprintf(path, sizeof path, "%s/mnist/train-images-idx3-ubyte.gz",
             getenv("SPK_DATA") ? getenv("SPK_DATA") : "");
    gzFile file = gzopen(path, "rb");
    if (!file) skip();
    int got = gzread(file, images, sizeof images);
    gzclose(file);
    assert_int_equal(got, sizeof images);
    double slow = rate_coded(images + 16, IMAGES, 63.75, 350);
    double fast = rate_coded(images + 16, IMAGES, 250, 100);
    if (slow > 6.5 || fast > 4.4) fail_msg("%g and %g bits a spike", slow, fast);
}

static void test_the_codec_follows_the_content(void **state)
{
    (void)state;
    spk_error err = {0};
    spk_payload payload = {0};
    spk_spike_coder *coder = spk_spike_coder_new(&err);
    uint64_t seed = 1;
    for (size_t i = 0; i < 8000; i++) { /* 100 of 1000 units fire, in 8 windows of 100 ticks */
        tick[i] = i / 10;
        unit[i] = (uint32_t)(10 * (i % 10)) + (uint32_t)below(&seed, 10);
    }
    for (size_t w = 0; w < 8; w++)
        window[w] = 100 * w;
    spk_spike_block block = {8000, tick, unit, 1000, 8, window, 800};
    comes_back(coder, -1, &block, &payload);
    assert_int_equal(payload.data[12], SPK_CODEC_INTERVALS);
    for (size_t i = 0; i < 8000; i++) /* all fire alike */
        unit[i] = (uint32_t)(100 * (i % 10)) + (uint32_t)below(&seed, 100);
    comes_back(coder, -1, &block, &payload);
    assert_int_equal(payload.data[12], SPK_CODEC_GAPS);
    tick[7999] = UINT64_MAX / 2;
    block.end = UINT64_MAX / 2 + 1;
    comes_back(coder, -1, &block, &payload);
    assert_int_equal(payload.data[12], SPK_CODEC_RAW);
    spk_payload_free(&payload);
    spk_spike_coder_free(coder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_instruction_set_gives_the_same),
        cmocka_unit_test(test_numbers_come_back_in_every_form),
        cmocka_unit_test(test_random_blocks_come_back_in_every_codec),
        cmocka_unit_test(test_extreme_blocks_come_back),
        cmocka_unit_test(test_damaged_payloads_are_refused_or_sound),
        cmocka_unit_test(test_a_poisson_raster_is_near_its_entropy),
        cmocka_unit_test(test_rate_coded_mnist_is_small),
        cmocka_unit_test(test_the_codec_follows_the_content),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
