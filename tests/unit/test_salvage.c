/* test_salvage.c: whatever happens to a stream, what is salvaged was in it, in its place. */
#include "stream_fixture.h"

enum { UNITS = 40, SAMPLES = 200, TICKS = 50, EVERY = 64, VALUES = 4, DAMAGES = 400 };

/* Population `id` spikes here. */
static bool spikes_at(uint32_t id, uint64_t tick, uint32_t unit)
{
    uint64_t state = (tick * UNITS + unit) * 4 + id;
    return next_random(&state) >> 32 < UINT32_MAX / 11;
}

static float value_at(uint64_t sample, uint32_t i)
{
    return (float)(sample * 10 + i) * 0.5f;
}

static void push_spikes(spk_writer *w, uint32_t id, uint64_t begin)
{
    spk_error err = {0};
    static uint64_t tick[UNITS * TICKS];
    static uint32_t unit[UNITS * TICKS];
    size_t n = 0;
    for (uint64_t t = begin; t < begin + TICKS; t++)
        for (uint32_t u = 0; u < UNITS; u++)
            if (spikes_at(id, t, u)) {
                tick[n] = t;
                unit[n++] = u;
            }
    succeed(spk_writer_spikes(w, id, n, tick, unit, &err), &err);
}

static bytes make_stream(int level)
{
    spk_error err = {0};
    spk_header h;
    spk_writer_options options = {.level = level, .frame_bytes = 1 << 14};
    FILE *file = tmpfile();
    assert_non_null(file);
    spk_header_init(&h);
    h.tick = spk_rational_of(1, 1000);
    assert_non_null(spk_header_add_channel(&h, SPK_CHANNEL_SPIKES, "a", UNITS, &err));
    assert_non_null(spk_header_add_channel(&h, SPK_CHANNEL_SPIKES, "b", UNITS, &err));
    assert_non_null(spk_header_add_channel(&h, SPK_CHANNEL_FRAMES, "c", VALUES, &err));
    spk_writer *w = spk_writer_open(fileno(file), "x", &h, NULL, &options, &err);
    assert_non_null(w);
    for (uint64_t s = 0; s < SAMPLES; s++) {
        spk_sample sample = {.number = s, .begin = s * EVERY, .duration = TICKS, .label = 1};
        float value[VALUES];
        for (uint32_t i = 0; i < VALUES; i++)
            value[i] = value_at(s, i);
        succeed(spk_writer_sample(w, &sample, &err), &err);
        push_spikes(w, 1, sample.begin);
        push_spikes(w, 2, sample.begin);
        succeed(spk_writer_frame(w, 3, sample.begin, TICKS, value, &err), &err);
    }
    succeed(spk_writer_end(w, SAMPLES * EVERY, false, &err), &err);
    spk_writer_close(w);
    spk_header_free(&h);
    bytes all = contents(file);
    fclose(file);
    return all;
}

/* ---- what was salvaged --------------------------------------------------------------------------- */

typedef struct found {
    size_t losses, spikes, frames, samples;
} found;

static void count_loss(void *context, const char *message)
{
    found *f = context;
    assert_non_null(strstr(message, "x: "));
    f->losses++;
}

static void check_spikes(const spk_item *item, uint64_t *next)
{
    const spk_spikes *s = &item->spikes;
    for (size_t i = 0; i < s->n; i++) {
        assert_true(spikes_at(item->id, s->tick[i], s->unit[i]));
        assert_true(s->tick[i] >= s->sample->begin && s->tick[i] < s->sample->begin + TICKS);
        const uint64_t place = s->tick[i] * UNITS + s->unit[i];
        assert_true(place >= next[item->id]);
        next[item->id] = place + 1;
    }
}

static found salvage(bytes damaged)
{
    found f = {0};
    spk_error err = {0};
    spk_reader_options options = {.lost = count_loss, .lost_context = &f};
    uint64_t next[3] = {0}, next_sample = 0;
    spk_reader *in = spk_reader_open_memory(damaged.data, damaged.n, "x", &options, &err);
    if (!in) {
        assert_int_equal(err.code, SPK_DATA);
        f.losses++;
        return f;
    }
    spk_item item;
    int more;
    while ((more = spk_reader_next(in, &item, &err)) > 0) {
        if (item.kind == SPK_KIND_SAMPLE) {
            assert_true(item.sample->number >= next_sample && item.sample->number < SAMPLES);
            assert_int_equal(item.sample->begin, item.sample->number * EVERY);
            next_sample = item.sample->number + 1;
            f.samples++;
        } else if (item.kind == SPK_KIND_SPIKES) {
            check_spikes(&item, next);
            f.spikes += item.spikes.n;
        } else {
            assert_int_equal(item.kind, SPK_KIND_FRAME);
            for (uint32_t i = 0; i < VALUES; i++)
                assert_true(item.frame.value[i] == value_at(item.frame.sample->number, i));
            f.frames++;
        }
    }
    if (more < 0) fail_msg("%s", err.text);
    assert_int_equal(spk_reader_truncated(in), f.losses > 0);
    spk_reader_close(in);
    return f;
}

/* ---- damage -------------------------------------------------------------------------------------- */

/* One of: bits flipped, a run overwritten, a piece cut out, a piece twice, the end cut off. */
static bytes damage(bytes whole, uint64_t *state)
{
    const size_t at = below(state, whole.n), run = 1 + below(state, 1 + below(state, 3000));
    const size_t n = at + run <= whole.n ? run : whole.n - at;
    bytes d = {malloc(whole.n + n + 1), whole.n};
    assert_non_null(d.data);
    memcpy(d.data, whole.data, whole.n);
    switch (below(state, 5)) {
    case 0:
        d.data[at] ^= (unsigned char)(1u << below(state, 8));
        break;
    case 1:
        for (size_t i = 0; i < n; i++)
            d.data[at + i] = (unsigned char)next_random(state);
        break;
    case 2:
        memmove(d.data + at, whole.data + at + n, whole.n - at - n);
        d.n -= n;
        break;
    case 3:
        memcpy(d.data + at + n, whole.data + at, whole.n - at);
        d.n += n;
        break;
    default:
        d.n = at;
    }
    return d;
}

static void check_damages(bytes whole, uint64_t seed, size_t least)
{
    const found all = salvage(whole);
    assert_int_equal(all.losses, 0);
    assert_int_equal(all.samples, SAMPLES);
    assert_int_equal(all.frames, SAMPLES);
    size_t saved = 0;
    for (int i = 0; i < DAMAGES; i++) {
        bytes d = damage(whole, &seed);
        const found f = salvage(d);
        if (f.losses == 0) assert_int_equal(f.spikes, all.spikes);
        assert_true(f.spikes <= all.spikes);
        saved += f.spikes;
        free(d.data);
    }
    /* not much is thrown away that could be kept: on average `least` percent of the spikes */
    assert_true(saved / DAMAGES * 100 > all.spikes * least);
    free(whole.data);
}

static void plain_streams(void **state)
{
    (void)state;
    check_damages(make_stream(-1), 1, 75);
}

static void compressed_streams(void **state)
{
    (void)state;
    check_damages(make_stream(1), 2, 60);
}

/* One frame for all: what follows the damage cannot be read, what came before can. */
static void one_large_frame(void **state)
{
    (void)state;
    bytes plain = make_stream(-1), packed = {malloc(plain.n + 1000), 0};
    assert_non_null(packed.data);
    packed.n = ZSTD_compress(packed.data, plain.n + 1000, plain.data, plain.n, 3);
    assert_false(ZSTD_isError(packed.n));
    free(plain.data);
    check_damages(packed, 3, 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_streams),
        cmocka_unit_test(compressed_streams),
        cmocka_unit_test(one_large_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
