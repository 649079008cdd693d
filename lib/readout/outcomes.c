/* outcomes.c: see outcomes.h. A record holds several samples before their predictions, so samples
 * wait in a short queue for theirs. */
#include "readout/outcomes.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdlib.h>

enum { MAX_WAITING = 1 << 16 };

typedef struct waiting {
    uint64_t number;
    int32_t label;
} waiting;

/* The queue is wait[first .. last - 1]. */
typedef struct counting {
    spk_outcomes *seen;
    const char *name;
    uint32_t channel;
    waiting *wait;
    size_t first, last, room;
} counting;

static int fail_unpredicted(const counting *c, spk_error *err)
{
    return spk_fail(err, SPK_DATA, "%s: sample %" PRIu64 " has no prediction", c->name,
                    c->wait[c->first].number);
}

static int take_sample(counting *c, const spk_sample *sample, spk_error *err)
{
    if (sample->label >= (int64_t)c->seen->classes)
        return spk_fail(err, SPK_DATA,
                        "%s: sample %" PRIu64 " has label %" PRId32
                        "; with %u classes it must be below that",
                        c->name, sample->number, sample->label, c->seen->classes);
    if (c->first == c->last) c->first = c->last = 0;
    if (c->last - c->first == MAX_WAITING) return fail_unpredicted(c, err);
    if (spk_grow(&c->wait, &c->room, c->last + 1, sizeof *c->wait, "waiting samples", err))
        return -1;
    c->wait[c->last++] = (waiting){sample->number, sample->label};
    return 0;
}

static int take_prediction(counting *c, const spk_prediction *p, spk_error *err)
{
    spk_outcomes *seen = c->seen;
    if (c->first < c->last && c->wait[c->first].number < p->sample) return fail_unpredicted(c, err);
    if (c->first == c->last || c->wait[c->first].number > p->sample)
        return spk_fail(err, SPK_DATA, "%s: a prediction for sample %" PRIu64 " that is not there",
                        c->name, p->sample);
    if (p->class_ < -1 || p->class_ >= (int64_t)seen->classes)
        return spk_fail(err, SPK_DATA,
                        "%s: sample %" PRIu64 " is predicted as %" PRId32
                        "; with %u classes it must be below that, or -1",
                        c->name, p->sample, p->class_, seen->classes);
    const int32_t label = c->wait[c->first++].label;
    if (label < 0) {
        seen->unlabelled++;
        return 0;
    }
    const uint32_t column = p->class_ < 0 ? seen->classes : (uint32_t)p->class_;
    seen->count[(size_t)label * (seen->classes + 1) + column]++;
    seen->labelled++;
    return 0;
}

static int count_all(counting *c, spk_reader *in, spk_error *err)
{
    spk_item item;
    int more;
    while ((more = spk_reader_next(in, &item, err)) > 0) {
        if (item.kind == SPK_KIND_SAMPLE && take_sample(c, item.sample, err)) return -1;
        if (item.kind == SPK_KIND_PREDICTION && item.id == c->channel &&
            take_prediction(c, &item.prediction, err))
            return -1;
    }
    if (more < 0) return -1;
    if (c->first < c->last && !spk_reader_truncated(in)) return fail_unpredicted(c, err);
    return 0;
}

int spk_outcomes_read(spk_outcomes *outcomes, spk_reader *in, const char *population,
                      spk_error *err)
{
    const char *name = spk_reader_name(in);
    const spk_channel *channel =
        spk_header_choose(spk_reader_header(in), SPK_CHANNEL_PREDICTIONS, population, name, err);
    if (!channel) return -1;
    if (channel->size == 0 || channel->size > SPK_OUTCOMES_MAX_CLASSES)
        return spk_fail(err, SPK_LIMIT, "%s: %u classes; 1 to %d can be counted", name,
                        channel->size, SPK_OUTCOMES_MAX_CLASSES);
    outcomes->classes = channel->size;
    outcomes->count = spk_alloc((size_t)channel->size * (channel->size + 1),
                                sizeof *outcomes->count, "the confusion matrix", err);
    if (!outcomes->count) return -1;
    counting c = {.seen = outcomes, .name = name, .channel = channel->id};
    const int status = count_all(&c, in, err);
    free(c.wait);
    if (status) return -1;
    if (outcomes->labelled == 0)
        return spk_fail(err, SPK_DATA, "%s: no labelled predictions", name);
    return 0;
}

void spk_outcomes_free(spk_outcomes *outcomes)
{
    free(outcomes->count);
    outcomes->count = NULL;
}
