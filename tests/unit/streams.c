/* streams.c: a program that writes one stream of each kind, for the bats files of the programs that
 * read any stream; and with "text" the rows that spk-view should show, by plain printf.
 *
 *     streams [text] spikes|raster|names|frames|predictions|traces|weights N [I OF]
 *
 * N is the number of samples, of spikes (raster) or of snapshots (weights); I and OF make a shard.
 * What is in a sample follows from its number alone, so that shards and whole agree. */
#include "base/memory.h"
#include "stream/writer.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    SAMPLE_EVERY = 120, /* ticks */
    SAMPLE_TICKS = 100,
    INPUTS = 784,
    NEURONS = 20,
    RASTER_UNITS = 1000,
    CLASSES = 10,
    ROWS = 30,
    COLS = 7
};

typedef struct job {
    const char *kind;
    bool text;
    uint64_t n;
    uint32_t shard_i, shard_n;
    spk_header header;
    spk_provenance provenance;
    uint64_t duration;
    spk_writer *out; /* NULL for text */
    spk_error err;
} job;

static void check(const job *j, int status)
{
    if (status == 0) return;
    fprintf(stderr, "streams: %s\n", j->err.text);
    exit((int)j->err.code);
}

/* Numbers that look random, addressed by what they are for (splitmix64's finalizer). */
static uint64_t draw(uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t z = a * 0x9e3779b97f4a7c15u + b * 0xd1b54a32d192ed03u + c * 0x8cb92ba72f3d8dd7u + 1;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* ---- what every kind begins with ---------------------------------------------------------------
 */

static spk_channel *add_channel(job *j, spk_channel_type type, const char *name, uint32_t size)
{
    spk_channel *channel = spk_header_add_channel(&j->header, type, name, size, &j->err);
    check(j, channel ? 0 : -1);
    return channel;
}

static void describe(job *j)
{
    char n[32], shard[64];
    snprintf(n, sizeof n, "%" PRIu64, j->n);
    snprintf(shard, sizeof shard, "--shard=%" PRIu32 "/%" PRIu32, j->shard_i, j->shard_n);
    const char *argv[] = {"streams", j->kind, n, j->shard_n ? shard : NULL, NULL};
    spk_step step = {.tool = "streams", .version = "1", .argv = argv};
    spk_provenance_init(&j->provenance);
    check(j, spk_provenance_append(&j->provenance, &step, &j->err));
}

static void begin(job *j)
{
    describe(j);
    if (j->text) return;
    spk_writer_options options = {.level = 1};
    j->header.shard_i = j->shard_i;
    j->header.shard_n = j->shard_n;
    j->out =
        spk_writer_open(STDOUT_FILENO, "<stdout>", &j->header, &j->provenance, &options, &j->err);
    check(j, j->out ? 0 : -1);
}

static bool is_mine(const job *j, uint64_t sample)
{
    return j->shard_n == 0 || sample % j->shard_n == j->shard_i;
}

static spk_sample sample_of(uint64_t number)
{
    return (spk_sample){.number = number,
                        .begin = number * SAMPLE_EVERY,
                        .duration = SAMPLE_TICKS,
                        .label = number % 11 == 3 ? -1 : (int32_t)(number % CLASSES),
                        .attempts = number % 5 == 4 ? 2 : 1};
}

static spk_sample begin_sample(job *j, uint64_t number)
{
    spk_sample sample = sample_of(number);
    if (j->out) check(j, spk_writer_sample(j->out, &sample, &j->err));
    return sample;
}

/* "sample<TAB>tick<TAB>ms" with a tick of 0.1 ms. */
static void print_time(uint64_t sample, uint64_t tick)
{
    printf("%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 ".%" PRIu64, sample, tick, tick / 10, tick % 10);
}

/* ---- spikes ------------------------------------------------------------------------------------
 */

static void put_spike(job *j, uint32_t id, uint64_t sample, uint64_t tick, uint32_t unit)
{
    if (j->out) {
        check(j, spk_writer_spikes(j->out, id, 1, &tick, &unit, &j->err));
        return;
    }
    print_time(sample, tick);
    printf("\t%s\t%" PRIu32 "\n", j->header.channel[id - 1].name, unit);
}

/* One population in one sample; the sixth sample is silent. */
static void put_population(job *j, const spk_sample *sample, uint32_t id)
{
    const uint32_t size = j->header.channel[id - 1].size;
    for (uint64_t t = 0; t < SAMPLE_TICKS && sample->number != 5; t++) {
        uint64_t seed = draw(sample->number, t, id);
        uint32_t spikes = seed % 4 == 0 ? 1 + (uint32_t)(seed >> 8) % 3 : 0, unit = 0;
        for (uint32_t k = 0; k < spikes; k++) {
            unit += 1 + (uint32_t)(draw(seed, k, 0) % (size / 4));
            put_spike(j, id, sample->number, sample->begin + t, unit - 1);
        }
    }
}

static void put_spikes(job *j)
{
    spk_channel *input = add_channel(j, SPK_CHANNEL_SPIKES, "input", INPUTS);
    input->dims = 2;
    input->shape[0] = input->shape[1] = 28;
    add_channel(j, SPK_CHANNEL_SPIKES, "exc", NEURONS);
    begin(j);
    for (uint64_t s = 0; s < j->n; s++) {
        if (!is_mine(j, s)) continue;
        spk_sample sample = begin_sample(j, s);
        put_population(j, &sample, 1);
        put_population(j, &sample, 2);
    }
}

/* One spike of a population with an awkward name. */
static void put_names(job *j)
{
    add_channel(j, SPK_CHANNEL_SPIKES, "a\tb\"c\\d", 1);
    begin(j);
    put_spike(j, 1, 0, 0, 0);
}

/* A raster without samples: 1000 units at 20 Hz, in pieces of a thousand ticks. */
static void put_raster(job *j)
{
    enum { PIECE = 4096 };
    static uint64_t tick[PIECE];
    static uint32_t unit[PIECE];
    add_channel(j, SPK_CHANNEL_SPIKES, "all", RASTER_UNITS);
    begin(j);
    uint64_t at = 0; /* place in the flattened raster: tick * units + unit */
    for (uint64_t done = 0; done < j->n;) {
        size_t n = 0;
        for (; n < PIECE && done < j->n; n++, done++) {
            double uniform = ((double)(draw(done, 1, 1) >> 11) + 0.5) * 0x1p-53;
            at += 1 + (uint64_t)(-log(uniform) * 500);
            tick[n] = at / RASTER_UNITS;
            unit[n] = (uint32_t)(at % RASTER_UNITS);
        }
        if (j->out) {
            check(j, spk_writer_spikes(j->out, 1, n, tick, unit, &j->err));
            continue;
        }
        for (size_t i = 0; i < n; i++)
            put_spike(j, 1, 0, tick[i], unit[i]);
    }
}

/* ---- frames, predictions, traces ---------------------------------------------------------------
 */

static void put_frames(job *j)
{
    enum { VALUES = 6 };
    spk_channel *rates = add_channel(j, SPK_CHANNEL_FRAMES, "input", VALUES);
    rates->unit = spk_strdup("Hz", &j->err);
    rates->dtype = SPK_F32;
    begin(j);
    for (uint64_t s = 0; s < j->n; s++) {
        if (!is_mine(j, s)) continue;
        spk_sample sample = begin_sample(j, s);
        float value[VALUES];
        for (uint32_t i = 0; i < VALUES; i++)
            value[i] = (float)(draw(s, i, 3) % 256) * 0.25f;
        if (j->out) {
            check(j, spk_writer_frame(j->out, 1, sample.begin, sample.duration, value, &j->err));
            continue;
        }
        for (uint32_t i = 0; i < VALUES; i++) {
            print_time(s, sample.begin);
            printf("\t%d\t%d.0\tinput\t%" PRIu32 "\t%g\n", SAMPLE_TICKS, SAMPLE_TICKS / 10, i,
                   (double)value[i]);
        }
    }
}

static void put_predictions(job *j)
{
    add_channel(j, SPK_CHANNEL_PREDICTIONS, "vote", CLASSES);
    begin(j);
    for (uint64_t s = 0; s < j->n; s++) {
        if (!is_mine(j, s)) continue;
        spk_sample sample = begin_sample(j, s);
        float score[CLASSES];
        for (uint32_t i = 0; i < CLASSES; i++)
            score[i] = (float)(draw(s, i, 4) % 8) * 0.125f;
        spk_prediction p = {s, s == 5 ? -1 : (int32_t)(draw(s, 0, 5) % CLASSES), CLASSES, score};
        if (j->out) {
            check(j, spk_writer_prediction(j->out, 1, &p, &j->err));
            continue;
        }
        char label[16] = "", class_[16] = "";
        if (sample.label >= 0) snprintf(label, sizeof label, "%" PRId32, sample.label);
        if (p.class_ >= 0) snprintf(class_, sizeof class_, "%" PRId32, p.class_);
        printf("%" PRIu64 "\tvote\t%s\t%s", s, label, class_);
        for (uint32_t i = 0; i < CLASSES; i++)
            printf("\t%g", (double)score[i]);
        putchar('\n');
    }
}

static void put_traces(job *j)
{
    enum { UNITS = 3, TIMES = 5, PERIOD = 10 };
    spk_channel *trace = add_channel(j, SPK_CHANNEL_TRACE, "exc", UNITS);
    trace->variable = spk_strdup("V_m", &j->err);
    trace->unit = spk_strdup("mV", &j->err);
    trace->dtype = SPK_F64;
    trace->period = PERIOD;
    begin(j);
    for (uint64_t s = 0; s < j->n; s++) {
        if (!is_mine(j, s)) continue;
        spk_sample sample = begin_sample(j, s);
        double value[TIMES][UNITS];
        for (uint32_t i = 0; i < TIMES * UNITS; i++)
            value[i / UNITS][i % UNITS] = -65.0 + (double)(draw(s, i, 6) % 1024) / 64.0;
        if (j->out) check(j, spk_writer_trace(j->out, 1, sample.begin, TIMES, value[0], &j->err));
        for (uint32_t i = 0; !j->out && i < TIMES * UNITS; i++) {
            print_time(s, sample.begin + i / UNITS * PERIOD);
            printf("\texc\tV_m\t%" PRIu32 "\t%.10g\n", i % UNITS, value[i / UNITS][i % UNITS]);
        }
    }
}

/* ---- weights -----------------------------------------------------------------------------------
 */

static float weight_of(uint64_t snapshot, uint64_t row, uint64_t col)
{
    return (float)(draw(snapshot, row, col) % 4096) / 64.0f;
}

static void put_dense(job *j, uint64_t snapshot)
{
    float value[ROWS * COLS];
    for (uint64_t i = 0; i < ROWS * COLS; i++)
        value[i] = weight_of(snapshot, i / COLS, i % COLS);
    if (j->out) {
        check(j, spk_writer_dense(j->out, 1, 0, ROWS, value, &j->err));
        return;
    }
    for (uint64_t i = 0; i < ROWS * COLS; i++)
        printf("%" PRIu64 "\t%" PRIu64 "\tinput->exc.weight\t%" PRIu64 "\t%" PRIu64 "\t%.10g\n",
               snapshot, snapshot * 100, i / COLS, i % COLS, (double)value[i]);
}

/* Row r has r mod 4 synapses, two of them on one target. */
static void put_sparse(job *j, uint64_t snapshot)
{
    uint64_t row_ptr[ROWS + 1] = {0};
    uint32_t col[ROWS * 3];
    double value[ROWS * 3];
    for (uint64_t row = 0, n = 0; row < ROWS; row++) {
        for (uint64_t k = 0; k < row % 4; k++, n++) {
            col[n] = (uint32_t)(row % 3 + k / 2);
            value[n] = (double)weight_of(snapshot, row, 100 + k) / 2.0;
            if (!j->out)
                printf("%" PRIu64 "\t%" PRIu64 "\texc->exc.weight\t%" PRIu64 "\t%" PRIu32
                       "\t%.10g\n",
                       snapshot, snapshot * 100, row, col[n], value[n]);
        }
        row_ptr[row + 1] = n;
    }
    if (j->out) check(j, spk_writer_sparse(j->out, 2, 0, ROWS, row_ptr, col, value, &j->err));
}

static void put_weights(job *j)
{
    check(j, spk_header_add_array(&j->header, SPK_ARRAY_WEIGHTS, "input->exc", "weight", "nS",
                                  SPK_F32, ROWS, COLS, &j->err)
                 ? 0
                 : -1);
    spk_array *sparse = spk_header_add_array(&j->header, SPK_ARRAY_WEIGHTS, "exc->exc", "weight",
                                             "nS", SPK_F64, ROWS, COLS, &j->err);
    check(j, sparse ? 0 : -1);
    sparse->sparse = true;
    begin(j);
    for (uint64_t k = 1; k <= j->n; k++) {
        spk_snapshot snapshot = {.samples = 100 * k, .tick = 1000 * k};
        if (j->out) check(j, spk_writer_snapshot(j->out, &snapshot, &j->err));
        put_dense(j, k);
        put_sparse(j, k);
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*put)(job *j);
        const char *columns;
    } kinds[] = {{"spikes", put_spikes, "sample\ttick\ttime_ms\tpopulation\tunit"},
                 {"raster", put_raster, "sample\ttick\ttime_ms\tpopulation\tunit"},
                 {"names", put_names, ""},
                 {"frames", put_frames,
                  "sample\ttick\ttime_ms\tduration\tduration_ms\tpopulation\tunit\tvalue"},
                 {"predictions", put_predictions,
                  "sample\tpopulation\tlabel\tclass\tscore_0\t"
                  "score_1\tscore_2\tscore_3\tscore_4\tscore_5\t"
                  "score_6\tscore_7\tscore_8\tscore_9"},
                 {"traces", put_traces, "sample\ttick\ttime_ms\tpopulation\tvariable\tunit\tvalue"},
                 {"weights", put_weights, "snapshot\tsamples\tarray\trow\tcol\tvalue"}};
    static job j;
    j.text = argc > 1 && strcmp(argv[1], "text") == 0;
    argv += j.text;
    argc -= j.text;
    if (argc != 3 && argc != 5) return SPK_USAGE;
    j.kind = argv[1];
    j.n = strtoull(argv[2], NULL, 10);
    if (argc == 5) {
        j.shard_i = (uint32_t)strtoul(argv[3], NULL, 10);
        j.shard_n = (uint32_t)strtoul(argv[4], NULL, 10);
    }
    j.duration = strcmp(j.kind, "raster") == 0 ? 0 : j.n * SAMPLE_EVERY;
    spk_header_init(&j.header);
    j.header.tick = spk_rational_of(1, 10000);
    j.header.classes = CLASSES;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(j.kind, kinds[i].name) != 0) continue;
        if (j.text) puts(kinds[i].columns);
        kinds[i].put(&j);
    }
    if (j.out) check(&j, spk_writer_end(j.out, j.duration, false, &j.err));
    spk_writer_close(j.out);
    spk_provenance_free(&j.provenance);
    spk_header_free(&j.header);
    return fflush(stdout) ? SPK_IO : SPK_OK;
}
