/* samples.c: two ways to the same sequence. In file order the files are read through, epoch by
 * epoch, and what is not chosen is passed over. Shuffled, or when a pipe would have to be read
 * twice, samples are fetched by index. */
#include "samples.h"

#include "base/memory.h"
#include "labels.h"
#include "order.h"

#include <inttypes.h>
#include <stdlib.h>

struct samples {
    sample_choice choice;
    dataset *data;
    labels *labels; /* NULL: labels come with the data, or not at all */
    uint32_t classes;
    uint64_t stop;   /* first number behind --limit */
    uint64_t number; /* of the next sample */
    bool by_index;
    order order;    /* by index */
    uint64_t index; /* in file order: of the next sample in the data set, */
    uint64_t epoch; /* and the pass it is in */
};

void samples_close(samples *s)
{
    if (!s) return;
    dataset_close(s->data);
    labels_close(s->labels);
    free(s);
}

const input_format *samples_format(const samples *s)
{
    return dataset_format(s->data);
}

const char *samples_name(const samples *s)
{
    return dataset_name(s->data);
}

uint32_t samples_classes(const samples *s)
{
    return s->classes;
}

/* ---- files --------------------------------------------------------------------------------- */

static int check_counts(const samples *s, uint64_t count, spk_error *err)
{
    if (!s->labels || count == UINT64_MAX || count == labels_count(s->labels)) return 0;
    return spk_fail(err, SPK_DATA, "%" PRIu64 " labels in %s, but %" PRIu64 " samples in %s",
                    labels_count(s->labels), labels_name(s->labels), count, samples_name(s));
}

static int check_part(const samples *s, uint64_t count, spk_error *err)
{
    const sample_choice *c = &s->choice;
    if (c->from < count && (c->to == UINT64_MAX || c->to <= count)) return 0;
    if (count == 0 && c->from == 0 && c->to == UINT64_MAX) return 0;
    return spk_fail(err, SPK_DATA, "--subset goes beyond the %" PRIu64 " samples of %s", count,
                    samples_name(s));
}

static int check_options(const samples *s, const input_options *options, spk_error *err)
{
    const char *option = options->label_column            ? "--label-column"
                         : options->header != HEADER_AUTO ? "--header"
                                                          : NULL;
    if (!option || dataset_format(s->data)->table) return 0;
    return spk_fail(err, SPK_USAGE, "%s: is neither CSV nor TSV: %s has no meaning for it%s",
                    samples_name(s), option,
                    options->label_column ? " (--labels FILE gives it labels)" : "");
}

static int open_files(samples *s, size_t n, const char *const *path, const input_options *options,
                      spk_error *err)
{
    s->data = dataset_open(n, path, options, err);
    if (!s->data) return -1;
    if (check_options(s, options, err)) return -1;
    const input_format *format = dataset_format(s->data);
    if (format->list)
        return spk_fail(err, SPK_DATA, "%s: one number a sample: labels belong behind --labels",
                        samples_name(s));
    if (!s->choice.labels) return 0;
    if (format->labelled)
        return spk_fail(err, SPK_USAGE, "--labels and --label-column exclude each other");
    s->labels = labels_open(s->choice.labels, err);
    return s->labels ? check_counts(s, format->count, err) : -1;
}

/* Samples are wanted by index: how many there are is known from now on. */
static int load(samples *s, spk_error *err)
{
    const sample_choice *c = &s->choice;
    if (dataset_load(s->data, c->most_memory, err) ||
        (s->labels && labels_load(s->labels, c->most_memory, err)))
        return -1;
    uint64_t count = dataset_count(s->data);
    if (check_counts(s, count, err) || check_part(s, count, err)) return -1;
    uint64_t end = c->to < count ? c->to : count;
    if (end > c->from) order_init(&s->order, end - c->from, c->shuffled, c->seed);
    return 0;
}

static bool is_rewindable(const samples *s)
{
    return dataset_is_rewindable(s->data) && (!s->labels || labels_are_rewindable(s->labels));
}

static int rewind_files(samples *s, spk_error *err)
{
    s->index = 0;
    if (s->labels && labels_rewind(s->labels, err)) return -1;
    return dataset_rewind(s->data, err);
}

/* ---- labels -------------------------------------------------------------------------------- */

/* The highest label of all: one pass over the labels, which is then undone. */
static int find_classes(samples *s, spk_error *err)
{
    if (s->labels ? !labels_are_rewindable(s->labels) : !dataset_is_rewindable(s->data))
        return spk_fail(err, SPK_USAGE, "--classes must be given when labels come through a pipe");
    int32_t label, most = -1;
    int more;
    while ((more = s->labels ? labels_next(s->labels, &label, err)
                             : dataset_next(s->data, NULL, &label, err)) > 0)
        if (label > most) most = label;
    if (more < 0) return -1;
    s->classes = (uint32_t)most + 1;
    return s->labels ? labels_rewind(s->labels, err) : dataset_rewind(s->data, err);
}

static int choose_classes(samples *s, spk_error *err)
{
    if (!s->labels && !dataset_format(s->data)->labelled) {
        if (s->choice.classes == 0) return 0;
        return spk_fail(err, SPK_USAGE, "--classes needs labels: --labels or --label-column");
    }
    s->classes = (uint32_t)s->choice.classes;
    return s->classes ? 0 : find_classes(s, err);
}

static int check_label(const samples *s, uint64_t number, int32_t label, spk_error *err)
{
    if (label < 0 || (uint32_t)label < s->classes) return 0;
    return spk_fail(err, SPK_DATA,
                    "%s: sample %" PRIu64 " has label %" PRId32 ": with --classes %" PRIu32
                    " the highest is %" PRIu32,
                    s->labels ? labels_name(s->labels) : samples_name(s), number, label, s->classes,
                    s->classes - 1);
}

/* ---- opening ------------------------------------------------------------------------------- */

static void choose_stop(samples *s)
{
    const sample_choice *c = &s->choice;
    if (__builtin_add_overflow(c->skip, c->limit, &s->stop)) s->stop = UINT64_MAX;
}

samples *samples_open(size_t n, const char *const *path, const input_options *options,
                      const sample_choice *choice, spk_error *err)
{
    samples *s = spk_alloc(1, sizeof *s, "the samples", err);
    if (!s) return NULL;
    s->choice = *choice;
    choose_stop(s);
    if (open_files(s, n, path, options, err) || choose_classes(s, err)) {
        samples_close(s);
        return NULL;
    }
    s->by_index = choice->shuffled || (choice->epochs > 1 && !is_rewindable(s));
    if (s->by_index && load(s, err)) {
        samples_close(s);
        return NULL;
    }
    return s;
}

/* Numbers there are in all, before --skip and --limit; UINT64_MAX: not known. */
static uint64_t total(const samples *s)
{
    const sample_choice *c = &s->choice;
    uint64_t end = dataset_count(s->data), all;
    if (c->to < end) end = c->to;
    if (end <= c->from) return 0;
    if (end == UINT64_MAX || __builtin_mul_overflow(end - c->from, c->epochs, &all))
        return UINT64_MAX;
    return all;
}

/* Numbers below `end` that --shard chooses. */
static uint64_t chosen_below(const samples *s, uint64_t end)
{
    const spk_shard *shard = &s->choice.shard;
    return shard->n ? end / shard->n + (end % shard->n > shard->i) : end;
}

uint64_t samples_expected(const samples *s)
{
    uint64_t all = total(s);
    uint64_t end = s->stop < all ? s->stop : all;
    if (end == UINT64_MAX || end <= s->choice.skip) return 0;
    return chosen_below(s, end) - chosen_below(s, s->choice.skip);
}

/* ---- the sequence -------------------------------------------------------------------------- */

static bool is_chosen(const samples *s, uint64_t number)
{
    const sample_choice *c = &s->choice;
    return number >= c->skip && (c->shard.n == 0 || number % c->shard.n == c->shard.i);
}

static int next_by_index(samples *s, uint64_t *number, double *value, int32_t *label,
                         spk_error *err)
{
    uint64_t all = total(s), end = s->stop < all ? s->stop : all;
    while (s->number < end && !is_chosen(s, s->number))
        s->number++;
    if (s->number >= end) return 0;
    *number = s->number++;
    uint64_t index = s->choice.from + order_index(&s->order, *number);
    if (dataset_at(s->data, index, value, label, err) ||
        (s->labels && labels_at(s->labels, index, label, err)) ||
        check_label(s, *number, *label, err))
        return -1;
    return 1;
}

/* The files, or the part of them, have been read through. 1: once more; 0: that was all. */
static int end_pass(samples *s, spk_error *err)
{
    uint64_t count = dataset_count(s->data);
    if (s->index != s->choice.to && (check_counts(s, count, err) || check_part(s, count, err)))
        return -1;
    if (++s->epoch == s->choice.epochs || s->number == 0) return 0;
    return rewind_files(s, err) ? -1 : 1;
}

/* The next sample of the files; its values only when it is chosen. 1, 0 or -1. */
static int read_sample(samples *s, bool chosen, double *value, int32_t *label, spk_error *err)
{
    if (s->index == s->choice.to) return 0;
    int more = dataset_next(s->data, chosen ? value : NULL, label, err);
    if (more <= 0 || !s->labels) return more;
    more = labels_next(s->labels, label, err);
    if (more) return more;
    return spk_fail(err, SPK_DATA, "only %" PRIu64 " labels in %s, but more samples in %s",
                    labels_count(s->labels), labels_name(s->labels), samples_name(s));
}

static int next_in_order(samples *s, uint64_t *number, double *value, int32_t *label,
                         spk_error *err)
{
    while (s->number < s->stop) {
        bool inside = s->index >= s->choice.from;
        bool chosen = inside && is_chosen(s, s->number);
        int more = read_sample(s, chosen, value, label, err);
        if (more == 0) {
            more = end_pass(s, err);
            if (more <= 0) return more;
            continue;
        }
        if (more < 0) return -1;
        s->index++;
        *number = s->number;
        s->number += inside;
        if (chosen) return check_label(s, *number, *label, err) ? -1 : 1;
    }
    return 0;
}

int samples_next(samples *s, uint64_t *number, double *value, int32_t *label, spk_error *err)
{
    if (s->by_index) return next_by_index(s, number, value, label, err);
    return next_in_order(s, number, value, label, err);
}
