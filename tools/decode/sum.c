/* sum.c: the scores of several decoders for the same samples, added class by class: modules that
 * know some classes each, or networks that differ in their seed.
 *
 * With --sequence L the classes are places along a way that the samples follow: the score of place c
 * at sample t is the sum of those of place c - i at sample t - i, i = 0 .. L - 1 (SeqSLAM, Milford &
 * Wyeth 2012, with the one velocity of a place a sample). */
#include "method.h"

#include "base/memory.h"
#include "cli/message.h"
#include "filter/filter.h"
#include "readout/predictions.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct sum_settings {
    uint64_t sequence;
} sum_settings;

enum { MOST_SEQUENCE = 1000 };

static const spk_option options[] = {
    {.name = "sequence",
     .kind = SPK_COUNT,
     .offset = offsetof(sum_settings, sequence),
     .metavar = "L",
     .preset = "1",
     .min = 1,
     .max = MOST_SEQUENCE,
     .help = "add the scores of L samples along the way: classes follow one another as samples do"},
    {0}};

typedef struct adder {
    const spk_cli *cli;
    size_t n;
    spk_reader **in;       /* [n] */
    spk_predictions *from; /* [n] */
    uint32_t classes;
    size_t sequence; /* L */
    double *recent;  /* [L][classes] sums of the last samples; that of the k-th is row k % L */
    bool *answered;  /* [L] did any predict a class for it? */
    double *sum;     /* [classes] along the sequence */
    float *score;    /* [classes] */
    uint64_t k;      /* samples since the last gap in their numbers, and */
    uint64_t next;   /* the number that would leave none */
    uint64_t samples;
    spk_writer *out;
} adder;

/* ---- one sample -------------------------------------------------------------------------------- */

/* The sample of input i is that of input 0. */
static int check_same(const adder *a, size_t i, const spk_sample *first, const spk_sample *other,
                      spk_error *err)
{
    if (other->number == first->number && other->label == first->label) return 0;
    return spk_fail(err, SPK_DATA,
                    "%s has sample %" PRIu64 ", label %" PRId32 ", where %s has sample %" PRIu64
                    ", label %" PRId32 ": scores of the same samples can be added",
                    spk_reader_name(a->in[i]), other->number, other->label,
                    spk_reader_name(a->in[0]), first->number, first->label);
}

/* Add the next prediction of every input to `row`. 1: *sample is theirs; 0: the end of all. */
static int add_next(adder *a, double *row, bool *answered, const spk_sample **sample,
                    spk_error *err)
{
    memset(row, 0, a->classes * sizeof *row);
    *answered = false;
    int more = 0;
    for (size_t i = 0; i < a->n; i++) {
        const spk_sample *own;
        spk_prediction p;
        const int here = spk_predictions_next(&a->from[i], &own, &p, err);
        if (here < 0) return -1;
        if (i > 0 && here != more)
            return spk_fail(err, SPK_DATA, "%s has fewer samples than %s",
                            spk_reader_name(a->in[here ? 0 : i]),
                            spk_reader_name(a->in[here ? i : 0]));
        more = here;
        if (!here) continue;
        if (i == 0) *sample = own;
        if (check_same(a, i, *sample, own, err) ||
            spk_predictions_check_scores(&a->from[i], &p, err))
            return -1;
        for (uint32_t c = 0; c < a->classes; c++)
            row[c] += (double)p.score[c];
        *answered |= p.class_ >= 0;
    }
    return more;
}

/* The diagonal of the last samples' sums, which ends at each class; returns the class: -1 when none of
 * these samples had a prediction. */
static int32_t decide_along(adder *a)
{
    const uint64_t length = a->k + 1 < a->sequence ? a->k + 1 : a->sequence;
    bool answered = false;
    memset(a->sum, 0, a->classes * sizeof *a->sum);
    for (uint32_t i = 0; i < length; i++) {
        const size_t at = (a->k - i) % a->sequence;
        answered |= a->answered[at];
        for (uint32_t c = i; c < a->classes; c++)
            a->sum[c] += a->recent[at * a->classes + c - i];
    }
    const int32_t best = decide(a->classes, a->sum, -INFINITY, a->score);
    return answered ? best : -1;
}

/* 1: one more was written; 0: the end; -1. */
static int add_sample(adder *a, spk_error *err)
{
    const spk_sample *sample = NULL;
    const size_t at = a->k % a->sequence;
    double *row = a->recent + at * a->classes;
    const int more = add_next(a, row, &a->answered[at], &sample, err);
    if (more <= 0) return more;
    if (a->k > 0 && sample->number != a->next) {
        memmove(a->recent, row, a->classes * sizeof *row);
        a->answered[0] = a->answered[at];
        a->k = 0;
    }
    const spk_prediction p = {
        .sample = sample->number, .class_ = decide_along(a), .k = a->classes, .score = a->score};
    a->next = sample->number + 1;
    a->k++;
    a->samples++;
    if (spk_writer_sample(a->out, sample, err) || spk_writer_prediction(a->out, 1, &p, err) ||
        spk_writer_progress(a->out, sample->begin + sample->duration, err))
        return -1;
    return 1;
}

static int add_all(adder *a, spk_error *err)
{
    int more;
    spk_progress *progress = spk_progress_start(a->cli, "samples", 0);
    while ((more = add_sample(a, err)) > 0)
        spk_progress_update(progress, a->samples, NULL);
    spk_progress_end(progress, a->samples);
    return more;
}

/* ---- the streams ------------------------------------------------------------------------------- */

static int open_input(adder *a, size_t i, const char *file, spk_error *err)
{
    a->in[i] = spk_filter_input(a->cli, file, NULL, err);
    if (!a->in[i] || spk_predictions_open(&a->from[i], a->in[i], NULL, err)) return -1;
    const uint32_t classes = a->from[i].classes;
    if (classes == 0 || classes > SPK_READOUT_MAX_CLASSES)
        return spk_fail(err, SPK_LIMIT, "%s: %u classes; 1 to %d are possible",
                        spk_reader_name(a->in[i]), classes, (int)SPK_READOUT_MAX_CLASSES);
    if (i == 0) a->classes = classes;
    if (classes == a->classes) return 0;
    return spk_fail(err, SPK_DATA, "%s has %u classes, %s has %u", spk_reader_name(a->in[i]),
                    classes, spk_reader_name(a->in[0]), a->classes);
}

static int open_inputs(adder *a, spk_error *err)
{
    size_t piped = 0;
    for (size_t i = 0; i < a->cli->operands; i++)
        piped += !strcmp(spk_operand(a->cli, i), "-");
    if (piped > 1)
        return spk_fail(err, SPK_USAGE, "standard input can be read once: - is given twice");
    a->in = spk_alloc(a->n, sizeof *a->in, "the inputs", err);
    a->from = spk_alloc(a->n, sizeof *a->from, "the inputs", err);
    if (!a->in || !a->from) return -1;
    for (size_t i = 0; i < a->n; i++)
        if (open_input(a, i, spk_operand(a->cli, i), err)) return -1;
    return 0;
}

static int prepare(adder *a, spk_error *err)
{
    const sum_settings *settings = a->cli->method_settings;
    a->sequence = (size_t)settings->sequence;
    a->recent = spk_alloc(a->sequence * a->classes, sizeof *a->recent, "the scores", err);
    a->answered = spk_alloc(a->sequence, sizeof *a->answered, "the scores", err);
    a->sum = spk_alloc(a->classes, sizeof *a->sum, "the scores", err);
    a->score = spk_alloc(a->classes, sizeof *a->score, "the scores", err);
    return a->recent && a->answered && a->sum && a->score ? 0 : -1;
}

/* The output has the first input's time, shard and name of the population. */
static spk_sink *open_output(const adder *a, spk_error *err)
{
    const spk_header *from = spk_reader_header(a->in[0]);
    const spk_channel *channel =
        spk_header_choose(from, SPK_CHANNEL_PREDICTIONS, NULL, spk_reader_name(a->in[0]), err);
    spk_header header;
    spk_header_init(&header);
    header.tick = from->tick;
    header.classes = a->classes;
    header.shard_i = from->shard_i;
    header.shard_n = from->shard_n;
    spk_sink *out = NULL;
    if (channel &&
        spk_header_add_channel(&header, SPK_CHANNEL_PREDICTIONS, channel->name, a->classes, err))
        out = spk_filter_output(a->cli, &header, a->n, a->in, 0, NULL, err);
    spk_header_free(&header);
    return out;
}

static int add_streams(adder *a, spk_error *err)
{
    if (open_inputs(a, err) || prepare(a, err)) return -1;
    spk_sink *sink = open_output(a, err);
    if (!sink) return -1;
    a->out = spk_sink_writer(sink);
    if (add_all(a, err) == 0) return spk_filter_finish(sink, spk_reader_duration(a->in[0]), err);
    spk_filter_abandon(sink);
    return -1;
}

static int run(spk_cli *cli, spk_error *err)
{
    adder a = {.cli = cli, .n = cli->operands ? cli->operands : 1};
    const int status = add_streams(&a, err);
    for (size_t i = 0; i < a.n; i++) {
        if (a.from) spk_predictions_free(&a.from[i]);
        if (a.in) spk_reader_close(a.in[i]);
    }
    free(a.in);
    free(a.from);
    free(a.recent);
    free(a.answered);
    free(a.sum);
    free(a.score);
    return status;
}

const decoding_method sum_method = {
    .base = {.name = "sum",
             .help = "the scores of several predictions of the same samples, added",
             .options = options,
             .settings_size = sizeof(sum_settings)},
    .run = run,
};
