/* main.c: spk-encode: samples of numbers in, spikes or frames out.
 *
 * Four steps per sample: samples.h says which and brings its values and label, picture.h may make
 * another image of them, scale.h makes intensities, and the method (encode.h) writes what they
 * become. */
#include "base/memory.h"
#include "cli/message.h"
#include "encode.h"
#include "filter/filter.h"
#include "picture.h"
#include "samples.h"
#include "scale.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct settings {
    spk_common common;
    spk_time tick, duration;
    double full_scale;
    const char *normalize, *labels, *label_column, *shape, *resize, *name, *subset;
    int header, rgb, order;
    bool saturate;
    uint64_t patch_normalize, levels, classes, epochs, skip, limit;
    spk_shard shard;
} settings;

/* Everything a run holds. */
typedef struct run {
    const spk_cli *cli;
    const settings *set;
    const encoder *encoder;
    void *state; /* of the encoder */
    samples *samples;
    input_format format; /* of samples as they are encoded */
    picture picture;
    spk_header header;
    encode_plan plan;
    scale scale;
    double *value, *intensity;
    spk_sink *sink;
    encode_out out;
    uint64_t first; /* number of the sample at tick 0 */
    uint64_t done;
    uint64_t end; /* tick behind the last sample */
} run;

static const uint64_t PRESET_MEMORY = UINT64_C(1) << 31; /* for a data set that must be loaded */

/* ---- from options to a plan ------------------------------------------------------------------ */

/* "A:B", either of which may be missing. */
static int parse_subset(const char *text, sample_choice *choice, spk_error *err)
{
    choice->from = 0;
    choice->to = UINT64_MAX;
    if (!text) return 0;
    const char *colon = strchr(text, ':');
    char from[32];
    size_t length = colon ? (size_t)(colon - text) : 0;
    if (!colon || length >= sizeof from || (length == 0 && colon[1] == '\0'))
        return spk_fail(err, SPK_USAGE, "--subset \"%s\": must be FROM:TO, FROM: or :TO", text);
    memcpy(from, text, length);
    from[length] = '\0';
    if (length && spk_parse_count(from, "--subset", &choice->from, err)) return -1;
    if (colon[1] && spk_parse_count(colon + 1, "--subset", &choice->to, err)) return -1;
    if (choice->from < choice->to) return 0;
    return spk_fail(err, SPK_USAGE, "--subset %s: holds no sample: FROM is not below TO", text);
}

static int open_samples(run *r, spk_error *err)
{
    const settings *set = r->set;
    static const char *const standard_input[] = {"-"};
    sample_choice choice = {
        .epochs = set->epochs,
        .shuffled = set->order,
        .seed = r->cli->common->seed,
        .skip = set->skip,
        .limit = spk_given(r->cli, "limit") ? set->limit : UINT64_MAX,
        .shard = set->shard,
        .labels = set->labels,
        .classes = set->classes,
        .most_memory =
            r->cli->common->max_memory == UINT64_MAX ? PRESET_MEMORY : r->cli->common->max_memory,
    };
    if (parse_subset(set->subset, &choice, err)) return -1;
    input_options options = {.label_column = set->label_column,
                             .header = (input_header)set->header,
                             .rgb = (input_rgb)set->rgb};
    bool named = r->cli->operands > 0;
    r->first = set->skip;
    r->samples = samples_open(named ? r->cli->operands : 1,
                              named ? r->cli->operand : standard_input, &options, &choice, err);
    if (!r->samples) return -1;
    const char *column = samples_format(r->samples)->label_like;
    if (*column)
        spk_warn(r->cli,
                 "%s: column \"%s\" is encoded as an input; --label-column %s makes it the label",
                 samples_name(r->samples), column, column);
    return 0;
}

/* "28x28": up to four sizes whose product is the number of values. */
static int parse_shape(const char *text, input_format *format, spk_error *err)
{
    uint64_t product = 1;
    format->dims = spk_parse_sizes(text, INPUT_MOST_VALUES, 4, format->shape);
    for (uint32_t i = 0; i < format->dims; i++)
        product *= format->shape[i] <= format->size ? format->shape[i] : 0;
    if (format->dims && product == format->size) return 0;
    return spk_fail(err, SPK_USAGE,
                    "--shape \"%s\": must be sizes like 28x28 whose product is %" PRIu32, text,
                    format->size);
}

/* What the samples are as they are encoded. */
static int choose_format(run *r, spk_error *err)
{
    const settings *set = r->set;
    r->format = *samples_format(r->samples);
    if (set->shape && parse_shape(set->shape, &r->format, err)) return -1;
    return picture_open(&r->picture, set->resize, set->patch_normalize, samples_name(r->samples),
                        &r->format, err);
}

static int choose_scale(run *r, spk_error *err)
{
    if (scale_parse(&r->scale, r->set->normalize, err)) return -1;
    r->scale.saturate = r->set->saturate;
    r->scale.levels = (double)r->set->levels;
    r->scale.full_scale = r->set->full_scale;
    if (r->scale.full_scale > 0) return 0;
    r->scale.full_scale = r->format.full_scale;
    if (r->scale.full_scale > 0) return 0;
    return spk_fail(err, SPK_USAGE,
                    "%s: --full-scale must be given: the value whose intensity is 1",
                    samples_name(r->samples));
}

static int make_plan(run *r, spk_error *err)
{
    const settings *set = r->set;
    uint64_t ticks;
    const double about =
        spk_rational_value(set->duration.seconds) / spk_rational_value(set->tick.seconds);
    const int inexact = spk_rational_divide_exact(set->duration.seconds, set->tick.seconds, &ticks);
    if (inexact && about > (double)MOST_TICKS) /* it need not even fit */
        return spk_fail(err, SPK_LIMIT,
                        "a sample of about %g ticks: at most %" PRIu64 " are possible", about,
                        MOST_TICKS);
    if (inexact)
        return spk_fail(
            err, SPK_USAGE, "--duration %gs is not a whole number of ticks (--tick is %gs)",
            spk_rational_value(set->duration.seconds), spk_rational_value(set->tick.seconds));
    if (ticks > MOST_TICKS)
        return spk_fail(err, SPK_LIMIT,
                        "a sample of %" PRIu64 " ticks: at most %" PRIu64 " are possible", ticks,
                        MOST_TICKS);
    r->plan = (encode_plan){
        .units = r->format.size,
        .ticks = ticks,
        .tick = set->tick.seconds,
        .seed = r->cli->common->seed,
        .full_scale = r->scale.full_scale,
        .bytes = r->format.bytes,
        .normalized = scale_changes(&r->scale),
    };
    return 0;
}

/* ---- the header -------------------------------------------------------------------------------- */

static int make_header(run *r, spk_error *err)
{
    const settings *set = r->set;
    const input_format *format = &r->format;
    r->header.tick = set->tick.seconds;
    r->header.classes = samples_classes(r->samples);
    r->header.shard_i = set->shard.i;
    r->header.shard_n = set->shard.n;
    spk_channel *channel =
        spk_header_add_channel(&r->header, SPK_CHANNEL_SPIKES, set->name, format->size, err);
    if (!channel) return -1;
    channel->dims = format->dims;
    memcpy(channel->shape, format->shape, sizeof channel->shape);
    r->out.channel = channel->id;
    if (!r->encoder->describe) return 0;
    return r->encoder->describe(&r->plan, r->cli->method_settings, channel, err);
}

/* ---- the run ----------------------------------------------------------------------------------- */

static int prepare(run *r, spk_error *err)
{
    if (open_samples(r, err) || choose_format(r, err) || choose_scale(r, err) ||
        make_plan(r, err) || make_header(r, err))
        return -1;
    r->value = spk_alloc(r->plan.units, sizeof *r->value, "a sample", err);
    r->intensity = spk_alloc(r->plan.units, sizeof *r->intensity, "a sample", err);
    if (!r->value || !r->intensity) return -1;
    if (r->encoder->open(&r->plan, r->cli->method_settings, &r->state, err)) return -1;
    r->sink =
        spk_filter_output(r->cli, &r->header, 0, NULL, r->cli->operands, r->cli->operand, err);
    if (!r->sink) return -1;
    r->out.writer = spk_sink_writer(r->sink);
    return 0;
}

/* A sample stands where it would stand without --shard: samples follow one another by number. */
static int place(const run *r, uint64_t number, int32_t label, spk_sample *sample, spk_error *err)
{
    uint64_t end;
    *sample =
        (spk_sample){.number = number, .duration = r->plan.ticks, .label = label, .attempts = 1};
    if (__builtin_mul_overflow(number - r->first, r->plan.ticks, &sample->begin) ||
        __builtin_add_overflow(sample->begin, r->plan.ticks, &end))
        return spk_fail(err, SPK_LIMIT, "sample %" PRIu64 " would begin after 2^64 ticks", number);
    return 0;
}

static int encode_sample_at(run *r, uint64_t number, int32_t label, spk_error *err)
{
    spk_sample sample;
    if (scale_sample(&r->scale, samples_name(r->samples), number, r->plan.units, r->value,
                     r->intensity, err) ||
        place(r, number, label, &sample, err) || spk_writer_sample(r->out.writer, &sample, err))
        return -1;
    encode_sample given = {
        .number = number, .begin = sample.begin, .value = r->value, .intensity = r->intensity};
    if (r->encoder->encode(r->state, &given, &r->out, err)) return -1;
    r->end = sample.begin + sample.duration;
    return 0;
}

/* More likely a slip than a wish, but for a shard, of which there may be more than samples. */
static void warn_of_none(const run *r)
{
    const char *const choice[] = {"skip", "limit", "subset"};
    bool chosen = false;
    for (size_t i = 0; i < sizeof choice / sizeof *choice; i++)
        chosen |= spk_given(r->cli, choice[i]);
    if (r->done == 0 && chosen && r->set->shard.n == 0)
        spk_warn(r->cli, "%s: no sample was chosen: the output holds none",
                 samples_name(r->samples));
}

static int encode_all(run *r, spk_error *err)
{
    const bool changed = picture_is_wanted(&r->picture);
    double *read = changed ? r->picture.read : r->value;
    uint64_t number;
    int32_t label;
    int more;
    spk_progress *progress = spk_progress_start(r->cli, "samples", samples_expected(r->samples));
    while ((more = samples_next(r->samples, &number, read, &label, err)) > 0) {
        if (changed) picture_make(&r->picture, r->value);
        if (encode_sample_at(r, number, label, err)) {
            more = -1;
            break;
        }
        spk_progress_update(progress, ++r->done, NULL);
    }
    spk_progress_end(progress, r->done);
    if (more == 0) warn_of_none(r);
    if (more == 0 && r->encoder->remark) r->encoder->remark(r->state, r->cli);
    return more;
}

static int finish(run *r, int failed, spk_error *err)
{
    spk_sink *sink = r->sink;
    r->sink = NULL;
    if (sink && failed) spk_filter_abandon(sink);
    if (sink && !failed) failed = spk_filter_finish(sink, r->end, err);
    if (r->encoder->close) r->encoder->close(r->state);
    samples_close(r->samples);
    picture_close(&r->picture);
    spk_header_free(&r->header);
    free(r->value);
    free(r->intensity);
    return failed;
}

static int run_encode(spk_cli *cli, spk_error *err)
{
    run r = {.cli = cli, .set = cli->settings, .encoder = (const encoder *)cli->method};
    spk_header_init(&r.header);
    int failed = prepare(&r, err) || encode_all(&r, err) ? -1 : 0;
    return finish(&r, failed, err);
}

#define AT(member) .offset = offsetof(settings, member)

static const spk_option options[] = {
    {.name = "duration",
     .kind = SPK_TIME,
     AT(duration),
     .metavar = "TIME",
     .preset = "350ms",
     .flags = SPK_POSITIVE,
     .help = "how long each sample is presented"},
    {.name = "tick",
     .kind = SPK_TIME,
     AT(tick),
     .metavar = "TIME",
     .preset = "1ms",
     .flags = SPK_POSITIVE,
     .help = "unit of time of the stream"},
    {.name = "full-scale",
     .kind = SPK_REAL,
     AT(full_scale),
     .metavar = "X",
     .flags = SPK_POSITIVE,
     .help = "value of intensity 1 (default: 255 for IDX bytes, maxval for PGM and PPM)"},
    {.name = "normalize",
     .kind = SPK_TEXT,
     AT(normalize),
     .metavar = "mean=X|sum=X",
     .help = "scale each sample so that its intensities have this mean or sum"},
    {.name = "saturate",
     .kind = SPK_FLAG,
     AT(saturate),
     .help = "intensities above 1 are 1 (after --normalize)"},
    {.name = "levels",
     .kind = SPK_COUNT,
     AT(levels),
     .metavar = "N",
     .min = 2,
     .max = 1e9,
     .help = "round intensities to N even levels from 0 to 1 (after --normalize)"},
    {.name = "labels",
     .kind = SPK_FILE,
     AT(labels),
     .metavar = "FILE",
     .flags = SPK_SIDE_INPUT,
     .help = "labels of the samples: an IDX file of one dimension"},
    {.name = "label-column",
     .kind = SPK_TEXT,
     AT(label_column),
     .metavar = "COLUMN",
     .help = "CSV column that holds the labels: its name, or its number from 1"},
    {.name = "classes",
     .kind = SPK_COUNT,
     AT(classes),
     .metavar = "N",
     .min = 1,
     .max = 1 << 20,
     .help = "labels are 0 to N-1 (default: up to the highest there is)"},
    {.name = "header",
     .kind = SPK_CHOICE,
     AT(header),
     .choices = "auto|yes|no",
     .preset = "auto",
     .help = "is the first row of a CSV file column names?"},
    {.name = "rgb",
     .kind = SPK_CHOICE,
     AT(rgb),
     .choices = "luma|channels",
     .preset = "luma",
     .help = "make one value of a colour pixel, or three"},
    {.name = "shape",
     .kind = SPK_TEXT,
     AT(shape),
     .metavar = "HxW",
     .help = "shape of a sample (default: what the file says)"},
    {.name = "resize",
     .kind = SPK_TEXT,
     AT(resize),
     .metavar = "HxW",
     .help = "make each image this many rows and columns, by bilinear interpolation"},
    {.name = "patch-normalize",
     .kind = SPK_COUNT,
     AT(patch_normalize),
     .metavar = "N",
     .min = 3,
     .max = PICTURE_MOST_WINDOW,
     .help = "give each pixel its contrast with the N x N around it (odd; SeqSLAM)"},
    {.name = "name",
     .kind = SPK_TEXT,
     AT(name),
     .metavar = "NAME",
     .preset = "input",
     .help = "name of the population"},
    {.name = "subset",
     .kind = SPK_TEXT,
     AT(subset),
     .metavar = "FROM:TO",
     .help = "take the input to be its samples FROM to TO-1 only"},
    {.name = "epochs",
     .kind = SPK_COUNT,
     AT(epochs),
     .metavar = "N",
     .preset = "1",
     .min = 1,
     .max = 1e9,
     .help = "go through the input N times"},
    {.name = "order",
     .kind = SPK_CHOICE,
     AT(order),
     .choices = "file|shuffled",
     .preset = "file",
     .help = "order of the samples; shuffled is another one in each epoch"},
    {.name = "skip",
     .kind = SPK_COUNT,
     AT(skip),
     .metavar = "N",
     .preset = "0",
     .help = "leave out the first N samples of all epochs"},
    {.name = "limit",
     .letter = 'n',
     .kind = SPK_COUNT,
     AT(limit),
     .metavar = "N",
     .help = "stop after N samples"},
    {.name = "shard",
     .kind = SPK_SHARD,
     AT(shard),
     .metavar = "I/N",
     .help = "only the samples whose number mod N is I"},
    {0}};

int main(int argc, char **argv)
{
    static const spk_program program = {
        .name = "spk-encode",
        .summary = "turn images and tables of numbers into spikes",
        .operands = "[FILE ...]",
        .options = options,
        .methods = encode_methods,
        .groups = SPK_WRITES_STREAM | SPK_USES_SEED | SPK_SHOWS_PROGRESS | SPK_BOUNDS_MEMORY,
        .settings_size = sizeof(settings),
        .run = run_encode,
    };
    return spk_main(&program, argc, argv);
}
