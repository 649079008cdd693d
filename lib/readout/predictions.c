/* predictions.c: see predictions.h. A record holds several samples before their predictions, so
 * samples wait in a short queue for theirs. */
#include "readout/predictions.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdlib.h>

enum { MAX_WAITING = 1 << 16 };

int spk_predictions_open(spk_predictions *p, spk_reader *in, const char *population, spk_error *err)
{
    const spk_channel *channel = spk_header_choose(spk_reader_header(in), SPK_CHANNEL_PREDICTIONS,
                                                   population, spk_reader_name(in), err);
    if (!channel) return -1;
    *p = (spk_predictions){.in = in, .classes = channel->size, .channel = channel->id};
    return 0;
}

static int fail_unpredicted(const spk_predictions *p, spk_error *err)
{
    return spk_fail(err, SPK_DATA, "%s: sample %" PRIu64 " has no prediction",
                    spk_reader_name(p->in), p->wait[p->first].number);
}

static void drop_given(spk_predictions *p)
{
    if (p->given) free((char *)p->wait[p->first++].json);
    p->given = false;
    if (p->first == p->last) p->first = p->last = 0;
}

static int take_sample(spk_predictions *p, const spk_sample *sample, spk_error *err)
{
    spk_sample copy = *sample;
    if (sample->label >= (int64_t)p->classes)
        return spk_fail(err, SPK_DATA,
                        "%s: sample %" PRIu64 " has label %" PRId32
                        "; with %u classes it must be below that",
                        spk_reader_name(p->in), sample->number, sample->label, p->classes);
    if (p->last - p->first == MAX_WAITING) return fail_unpredicted(p, err);
    if (spk_grow(&p->wait, &p->room, p->last + 1, sizeof *p->wait, "waiting samples", err))
        return -1;
    if (copy.json && !(copy.json = spk_strdup(sample->json, err))) return -1;
    p->wait[p->last++] = copy;
    return 0;
}

static int check_prediction(const spk_predictions *p, const spk_prediction *prediction,
                            spk_error *err)
{
    const char *name = spk_reader_name(p->in);
    if (p->first < p->last && p->wait[p->first].number < prediction->sample)
        return fail_unpredicted(p, err);
    if (p->first == p->last || p->wait[p->first].number > prediction->sample)
        return spk_fail(err, SPK_DATA, "%s: a prediction for sample %" PRIu64 " that is not there",
                        name, prediction->sample);
    if (prediction->class_ < -1 || prediction->class_ >= (int64_t)p->classes)
        return spk_fail(err, SPK_DATA,
                        "%s: sample %" PRIu64 " is predicted as %" PRId32
                        "; with %u classes it must be below that, or -1",
                        name, prediction->sample, prediction->class_, p->classes);
    return 0;
}

int spk_predictions_next(spk_predictions *p, const spk_sample **sample, spk_prediction *prediction,
                         spk_error *err)
{
    spk_item item;
    int more;
    drop_given(p);
    while ((more = spk_reader_next(p->in, &item, err)) > 0) {
        if (item.kind == SPK_KIND_SAMPLE && take_sample(p, item.sample, err)) return -1;
        if (item.kind != SPK_KIND_PREDICTION || item.id != p->channel) continue;
        if (check_prediction(p, &item.prediction, err)) return -1;
        p->given = true;
        *sample = &p->wait[p->first];
        *prediction = item.prediction;
        return 1;
    }
    if (more < 0) return -1;
    if (p->first < p->last && !spk_reader_truncated(p->in)) return fail_unpredicted(p, err);
    return 0;
}

int spk_predictions_check_scores(const spk_predictions *p, const spk_prediction *prediction,
                                 spk_error *err)
{
    if (prediction->k == p->classes) return 0;
    return spk_fail(
        err, SPK_DATA, "%s: sample %" PRIu64 " has %u scores; with %u classes it needs %u",
        spk_reader_name(p->in), prediction->sample, prediction->k, p->classes, p->classes);
}

void spk_predictions_free(spk_predictions *p)
{
    while (p->first < p->last)
        free((char *)p->wait[p->first++].json);
    free(p->wait);
    *p = (spk_predictions){0};
}
