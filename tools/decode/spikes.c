/* spikes.c: from response spikes and, for most methods, a trained readout to predictions.
 *
 * A sample waits until its spikes are complete, which the next sample, later spikes of the population,
 * or the end, tell. Only the one at the front can have spikes by then, so one count per unit is enough.
 * Where populations interleave, a stream goes back by the samples of one group of records at most;
 * whatever waits longer than two groups is complete. */
#include "method.h"

#include "base/memory.h"
#include "cli/message.h"
#include "filter/filter.h"
#include "hyperactive.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const spk_option readout_options[] = {READOUT_OPTIONS, {0}};

enum { MOST_WAITING = 2 * SPK_RECORD_MAX_SAMPLES };

typedef struct decoder {
    const spk_cli *cli;
    const decoding_method *method;
    spk_readout readout;
    spk_reader *model, *reference, *in; /* NULL: there is none */
    spk_writer *out;
    uint32_t source;  /* id of the population in the input */
    bool alone;       /* it is the input's only channel: a new sample completes the one before */
    bool *muted;      /* [units], NULL: none */
    uint32_t *voters; /* [classes] units assigned to each; of a linear readout NULL */
    uint32_t windows; /* of each sample: 1, or those of a linear readout */
    size_t features;  /* units x windows */
    uint64_t *count;  /* [features] spikes of the sample at the front, but for muted units */
    uint64_t spikes;  /* their sum */
    double *x;        /* [features] scaled, for a linear readout; else NULL */
    double *sum;      /* [classes], padded for linear readouts */
    float *score;     /* [classes] */
    spk_sample waiting[MOST_WAITING]; /* a ring; their json is owned */
    size_t first, n;
    bool sampled; /* the stream has SAMPLE records; without them it is one sample */
    uint64_t samples, silent;
} decoder;

/* ---- one sample -------------------------------------------------------------------------------
 */

/* sum[class]: the mean of the votes for it. */
static void count_votes(decoder *d)
{
    memset(d->sum, 0, d->readout.classes * sizeof *d->sum);
    d->method->add(&d->readout, d->count, d->sum);
    for (uint32_t c = 0; c < d->readout.classes; c++)
        d->sum[c] = d->voters[c] ? d->sum[c] / d->voters[c] : 0;
}

/* sum[class]: what the linear readout gives it. */
static void apply_linear(decoder *d)
{
    const spk_readout *readout = &d->readout;
    for (size_t f = 0; f < d->features; f++)
        d->x[f] = (double)d->count[f];
    spk_scale_features(readout->scale, d->features, readout->mean, readout->deviation, d->x);
    spk_readout_linear(readout, d->x, d->sum);
    d->method->score(d->cli->method_settings, readout, d->sum);
}

/* Fill `score` from the counts; returns the class of the highest; -1 for a silent sample, or when no
 * class has any votes. */
static int32_t decide_sample(decoder *d)
{
    if (d->x)
        apply_linear(d);
    else
        count_votes(d);
    const int32_t best = decide(d->readout.classes, d->sum, d->x ? -INFINITY : 0, d->score);
    return d->spikes ? best : -1;
}

static spk_sample *front(decoder *d)
{
    return &d->waiting[d->first];
}

static void drop_front(decoder *d)
{
    free((char *)front(d)->json);
    d->first = (d->first + 1) % MOST_WAITING;
    d->n--;
}

/* The sample at the front is complete: write it and its prediction. */
static int finish_sample(decoder *d, spk_error *err)
{
    const spk_sample *sample = front(d);
    const spk_prediction prediction = {.sample = sample->number,
                                       .class_ = decide_sample(d),
                                       .k = d->readout.classes,
                                       .score = d->score};
    memset(d->count, 0, d->features * sizeof *d->count);
    d->spikes = 0;
    if (spk_writer_sample(d->out, sample, err) ||
        spk_writer_prediction(d->out, 1, &prediction, err) ||
        spk_writer_progress(d->out, sample->begin + sample->duration, err))
        return -1;
    drop_front(d);
    d->samples++;
    d->silent += prediction.class_ < 0;
    return 0;
}

static int finish_all(decoder *d, spk_error *err)
{
    while (d->n > 0)
        if (finish_sample(d, err)) return -1;
    return 0;
}

static int push_sample(decoder *d, const spk_sample *sample, spk_error *err)
{
    spk_sample copy = *sample;
    if (d->n == MOST_WAITING && finish_sample(d, err)) return -1;
    if (copy.json && !(copy.json = spk_strdup(sample->json, err))) return -1;
    d->waiting[(d->first + d->n++) % MOST_WAITING] = copy;
    return 0;
}

static int take_sample(decoder *d, const spk_sample *sample, spk_error *err)
{
    d->sampled = true;
    if (d->alone && finish_all(d, err)) return -1;
    return push_sample(d, sample, err);
}

static int count_spikes(decoder *d, const spk_spikes *spikes, spk_error *err)
{
    if (d->windows > 1 && !d->sampled)
        return spk_fail(err, SPK_DATA,
                        "%s: a stream without samples has no windows, and %s counts in %u",
                        spk_reader_name(d->in), spk_reader_name(d->model), d->windows);
    const spk_sample *sample = spikes->sample;
    for (size_t i = 0; i < spikes->n; i++) {
        const uint32_t window =
            spk_window_of(spikes->tick[i] - sample->begin, sample->duration, d->windows);
        if (d->muted && d->muted[spikes->unit[i]]) continue;
        d->count[(size_t)spikes->unit[i] * d->windows + window]++;
        d->spikes++;
    }
    return 0;
}

static int take_spikes(decoder *d, const spk_spikes *spikes, spk_error *err)
{
    const uint64_t number = spikes->sample->number;
    if (!d->sampled && d->n == 0 && push_sample(d, spikes->sample, err)) return -1;
    while (d->n > 0 && front(d)->number < number)
        if (finish_sample(d, err)) return -1;
    if (d->n == 0 || front(d)->number != number)
        return spk_fail(err, SPK_DATA, "%s: spikes of sample %" PRIu64 " come after later ones",
                        spk_reader_name(d->in), number);
    return count_spikes(d, spikes, err);
}

/* ---- the stream -------------------------------------------------------------------------------
 */

/* Records about the whole stream that this program knows nothing of travel on. */
static int pass_on(decoder *d, const spk_item *item, spk_error *err)
{
    switch (item->kind) {
    case SPK_KIND_METRIC:
    case SPK_KIND_ATTACH:
        if (item->id == 0)
            return spk_writer_record(d->out, (uint16_t)item->kind, (uint16_t)item->raw.flags, 0,
                                     item->raw.payload, item->raw.bytes, err);
        return 0;
    default:
        return 0;
    }
}

static int take_item(decoder *d, const spk_item *item, spk_error *err)
{
    if (item->kind == SPK_KIND_SAMPLE) return take_sample(d, item->sample, err);
    if (item->kind == SPK_KIND_SPIKES && item->id == d->source)
        return take_spikes(d, &item->spikes, err);
    return pass_on(d, item, err);
}

/* Everything that waits is complete. A stream without SAMPLE records is one sample, whose duration
 * is known only now. */
static int take_end(decoder *d, spk_error *err)
{
    const uint64_t duration = spk_reader_duration(d->in);
    const spk_sample silent = {.label = -1, .attempts = 1};
    if (!d->sampled && d->n == 0 && duration > 0 && push_sample(d, &silent, err)) return -1;
    if (!d->sampled && d->n > 0) front(d)->duration = duration;
    return finish_all(d, err);
}

static int decode_all(decoder *d, spk_error *err)
{
    spk_item item;
    int more;
    spk_progress *progress = spk_progress_start(d->cli, "samples", 0);
    while ((more = spk_reader_next(d->in, &item, err)) > 0) {
        if (take_item(d, &item, err)) {
            more = -1;
            break;
        }
        spk_progress_update(progress, d->samples, NULL);
    }
    if (more == 0 && take_end(d, err)) more = -1;
    spk_progress_end(progress, d->samples);
    if (more == 0)
        spk_note(d->cli, 1, "%" PRIu64 " samples decoded, %" PRIu64 " of them silent", d->samples,
                 d->silent);
    return more;
}

/* The readout must have been trained by this method, on this population, for these classes. */
static int check_match(decoder *d, spk_error *err)
{
    const spk_readout *readout = &d->readout;
    const spk_header *header = spk_reader_header(d->in);
    const char *model = spk_reader_name(d->model), *in = spk_reader_name(d->in);
    const spk_channel *channel =
        spk_header_choose(header, SPK_CHANNEL_SPIKES, readout->population, in, err);
    if (!channel)
        return spk_error_prefix(err, "%s was trained on population %s", model, readout->population);
    if (channel->size != readout->units)
        return spk_fail(err, SPK_DATA, "%s was trained on %u units of %s, %s has %u", model,
                        readout->units, readout->population, in, channel->size);
    if (header->classes && header->classes != readout->classes)
        return spk_fail(err, SPK_DATA, "%s was trained for %u classes, %s has %u", model,
                        readout->classes, in, header->classes);
    d->source = channel->id;
    d->alone = header->channels == 1;
    return 0;
}

/* Without training, a unit is a class. */
static int units_are_classes(decoder *d, const char *population, spk_error *err)
{
    spk_readout *readout = &d->readout;
    const spk_header *header = spk_reader_header(d->in);
    const char *in = spk_reader_name(d->in);
    const spk_channel *channel = spk_header_choose(header, SPK_CHANNEL_SPIKES, population, in, err);
    if (!channel) return -1;
    if (header->classes && header->classes != channel->size)
        return spk_fail(err, SPK_DATA,
                        "%s: population %s has %u units, but there are %u classes: %s needs one "
                        "unit a class",
                        in, channel->name, channel->size, header->classes, d->method->base.name);
    if (spk_readout_check_size(1, channel->size, 0, UINT64_MAX, err))
        return spk_error_prefix(err, "%s", in);
    if (spk_readout_init(readout, d->method->base.name, channel->name, channel->size, channel->size,
                         err))
        return -1;
    for (uint32_t unit = 0; unit < channel->size; unit++)
        readout->assignment[unit] = (float)unit;
    d->source = channel->id;
    d->alone = header->channels == 1;
    return 0;
}

static int prepare(decoder *d, spk_error *err)
{
    const spk_readout *readout = &d->readout;
    const bool linear = readout->weight;
    d->windows = linear ? readout->windows : 1;
    d->features = (size_t)readout->units * d->windows;
    d->sum =
        spk_alloc(linear ? readout->stride : readout->classes, sizeof *d->sum, "the scores", err);
    d->score = spk_alloc(readout->classes, sizeof *d->score, "the scores", err);
    d->count = spk_alloc(d->features, sizeof *d->count, "the spike counts", err);
    if (!d->sum || !d->score || !d->count) return -1;
    if (linear) {
        d->x = spk_alloc(d->features, sizeof *d->x, "the features", err);
        return d->x ? 0 : -1;
    }
    d->voters = spk_alloc(readout->classes, sizeof *d->voters, "the scores", err);
    if (!d->voters) return -1;
    for (uint32_t unit = 0; unit < readout->units; unit++)
        if (readout->assignment[unit] >= 0) d->voters[(uint32_t)readout->assignment[unit]]++;
    return 0;
}

/* The output has the input's time, classes and shard, and one channel of predictions. */
static spk_sink *open_output(decoder *d, spk_error *err)
{
    const spk_header *from = spk_reader_header(d->in);
    spk_header header;
    spk_header_init(&header);
    header.tick = from->tick;
    header.classes = d->readout.classes;
    header.shard_i = from->shard_i;
    header.shard_n = from->shard_n;
    spk_sink *out = NULL;
    spk_reader *const inputs[] = {d->in, d->model, d->reference};
    if (spk_header_add_channel(&header, SPK_CHANNEL_PREDICTIONS, d->readout.population,
                               d->readout.classes, err))
        out = spk_filter_output(d->cli, &header,
                                d->reference ? 3
                                : d->model   ? 2
                                             : 1,
                                inputs, 0, NULL, err);
    spk_header_free(&header);
    return out;
}

/* At most one of the inputs is standard input; --mute-at and --reference go together. */
static int check_settings(const decoder *d, const char *file, spk_error *err)
{
    const readout_settings *settings = d->cli->method_settings;
    const bool piped = !file || !strcmp(file, "-"), model = !strcmp(settings->model, "-");
    if (model && piped)
        return spk_fail(err, SPK_USAGE, "--model and the spikes cannot both be standard input");
    if (!settings->reference != !settings->mute_at)
        return spk_fail(err, SPK_USAGE, "--mute-at and --reference go together");
    if (settings->reference && !strcmp(settings->reference, "-") && (piped || model))
        return spk_fail(err, SPK_USAGE, "--reference and %s cannot both be standard input",
                        model ? "--model" : "the spikes");
    return 0;
}

static int open_untrained(decoder *d, spk_error *err)
{
    const untrained_settings *settings = d->cli->method_settings;
    d->in = spk_filter_input(d->cli, spk_operand(d->cli, 0), NULL, err);
    return d->in ? units_are_classes(d, settings->population, err) : -1;
}

static int open_inputs(decoder *d, spk_error *err)
{
    const readout_settings *settings = d->cli->method_settings;
    const char *file = spk_operand(d->cli, 0);
    if (check_settings(d, file, err)) return -1;
    d->model = spk_filter_input(d->cli, settings->model, NULL, err);
    if (!d->model || spk_readout_read(&d->readout, d->model, err)) return -1;
    if (strcmp(d->readout.method, d->cli->method->name) != 0)
        return spk_fail(err, SPK_DATA, "%s is a %s readout; decode with %s, not with %s",
                        spk_reader_name(d->model), d->readout.method, d->readout.method,
                        d->cli->method->name);
    if (settings->reference &&
        !(d->reference = spk_filter_input(d->cli, settings->reference, NULL, err)))
        return -1;
    d->in = spk_filter_input(d->cli, file, NULL, err);
    return d->in ? check_match(d, err) : -1;
}

/* The reference is read to its end before the first sample. */
static int mute(decoder *d, spk_error *err)
{
    if (!d->reference) return 0;
    const readout_settings *settings = d->cli->method_settings;
    const uint32_t units = d->readout.units;
    uint32_t n = 0;
    d->muted = spk_alloc(units, sizeof *d->muted, "the muted units", err);
    if (!d->muted || find_hyperactive(d->reference, d->readout.population, units, settings->mute_at,
                                      d->muted, &n, err))
        return -1;
    spk_note(d->cli, 1, "%u of %u units are hyperactive and muted", n, units);
    return 0;
}

static int decode(decoder *d, spk_error *err)
{
    const int failed = d->method->untrained ? open_untrained(d, err) : open_inputs(d, err);
    if (failed || prepare(d, err) || mute(d, err)) return -1;
    spk_sink *sink = open_output(d, err);
    if (!sink) return -1;
    d->out = spk_sink_writer(sink);
    if (decode_all(d, err) == 0) return spk_filter_finish(sink, spk_reader_duration(d->in), err);
    spk_filter_abandon(sink);
    return -1;
}

int decode_spikes(spk_cli *cli, spk_error *err)
{
    if (spk_check_operands(cli, 0, 1, err)) return -1;
    decoder d = {.cli = cli, .method = (const decoding_method *)cli->method};
    const int status = decode(&d, err);
    spk_readout_free(&d.readout);
    while (d.n > 0)
        drop_front(&d);
    free(d.muted);
    free(d.voters);
    free(d.x);
    free(d.sum);
    free(d.score);
    free(d.count);
    spk_reader_close(d.in);
    spk_reader_close(d.reference);
    spk_reader_close(d.model);
    return status;
}
