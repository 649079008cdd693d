/* samples.c: samples with their labels, and what was predicted for them. */
#include "base/memory.h"
#include "view.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void put_label(lines *l, int32_t label)
{
    if (label < 0)
        lines_missing(l);
    else
        lines_u64(l, (uint64_t)label);
}

static int put_sample(const view *v, lines *l, const spk_sample *sample, spk_error *err)
{
    lines_begin(l);
    lines_u64(l, sample->number);
    lines_time(l, &v->clock, sample->begin);
    lines_time(l, &v->clock, sample->duration);
    put_label(l, sample->label);
    lines_u64(l, sample->attempts);
    return lines_row(l, err);
}

int view_samples(const view *v, spk_error *err)
{
    const char *columns[] = {"sample",           "tick",  v->time_column, "duration",
                             v->duration_column, "label", "attempts",     NULL};
    lines *l = view_lines(v, columns, err);
    if (!l) return -1;
    spk_item item;
    int status = 0;
    while (!lines_full(l) && (status = view_next(v, SPK_KIND_SAMPLE, &item, err)) > 0)
        if ((status = put_sample(v, l, item.sample, err)) < 0) break;
    return view_end(l, status, err);
}

/* ---- predictions ----------------------------------------------------------------------------- */

/* A prediction follows its sample, but a few more may stand between: the labels last seen. */
enum { RECENT = 64 };
typedef struct labels {
    uint64_t number[RECENT];
    int32_t label[RECENT];
    size_t seen;
} labels;

static void labels_add(labels *recent, const spk_sample *sample)
{
    recent->number[recent->seen % RECENT] = sample->number;
    recent->label[recent->seen % RECENT] = sample->label;
    recent->seen++;
}

static int32_t labels_find(const labels *recent, uint64_t number)
{
    for (size_t i = 0; i < RECENT && i < recent->seen; i++)
        if (recent->number[i] == number) return recent->label[i];
    return -1;
}

static size_t most_classes(const view *v)
{
    uint32_t most = 0;
    for (size_t i = 0; i < v->header->channels; i++) {
        const spk_channel *channel = &v->header->channel[i];
        if (channel->type == SPK_CHANNEL_PREDICTIONS && channel->size > most) most = channel->size;
    }
    return most;
}

static int put_prediction(const view *v, lines *l, const spk_item *item, const labels *recent,
                          size_t classes, spk_error *err)
{
    const spk_prediction *p = &item->prediction;
    const spk_channel *channel = spk_header_channel(v->header, item->id);
    lines_begin(l);
    lines_u64(l, p->sample);
    lines_text(l, channel ? channel->name : "");
    put_label(l, labels_find(recent, p->sample));
    put_label(l, p->class_);
    for (size_t i = 0; i < classes; i++) {
        if (i < p->k)
            lines_real32(l, p->score[i]);
        else
            lines_missing(l);
    }
    return lines_row(l, err);
}

/* Is it a prediction to show? Samples are noted on the way. */
static bool wants_prediction(const view *v, const spk_item *item, labels *recent)
{
    if (item->kind == SPK_KIND_SAMPLE) labels_add(recent, item->sample);
    if (item->kind != SPK_KIND_PREDICTION || !view_wants_sample(v, item->prediction.sample))
        return false;
    const spk_channel *channel = spk_header_channel(v->header, item->id);
    return !v->population || (channel && strcmp(channel->name, v->population) == 0);
}

static int show_predictions(const view *v, lines *l, size_t classes, spk_error *err)
{
    labels recent = {.seen = 0};
    spk_item item;
    int status = 0;
    while (!lines_full(l) && (status = spk_reader_next(v->in, &item, err)) > 0)
        if (wants_prediction(v, &item, &recent) &&
            put_prediction(v, l, &item, &recent, classes, err))
            return -1;
    return status;
}

int view_predictions(const view *v, spk_error *err)
{
    enum { FIXED = 4, NAME = 32 };
    size_t classes = most_classes(v);
    const char **columns = spk_alloc(FIXED + classes + 1, sizeof *columns, "columns", err);
    char(*names)[NAME] = spk_alloc(classes, NAME, "columns", err);
    int status = -1;
    lines *l = NULL;
    if (!columns || !names) goto done;
    static const char *const fixed[FIXED] = {"sample", "population", "label", "class"};
    memcpy(columns, fixed, sizeof fixed);
    for (size_t i = 0; i < classes; i++) {
        snprintf(names[i], NAME, "score_%zu", i);
        columns[FIXED + i] = names[i];
    }
    l = view_lines(v, columns, err);
    if (l) status = view_end(l, show_predictions(v, l, classes, err), err);
done:
    free(names);
    free(columns);
    return status;
}
