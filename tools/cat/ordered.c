/* ordered.c: one group of records in memory, sorted by sample. */
#include "ordered.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* An item with its own memory. */
typedef struct kept {
    spk_item item;
    uint64_t sample; /* number of the sample it belongs to */
    size_t arrival;  /* place among the items of the group */
    void *memory;
    spk_sample copy; /* of the sample that the item points to */
} kept;

struct ordered {
    spk_reader *in;
    bool direct; /* one population: already in order */
    size_t n, given, capacity;
    kept *kept;
    uint64_t group; /* of what is kept */
    spk_item next;  /* read, but of the next group; borrowed from the reader */
    bool has_next;
    int end; /* 1 while more may come, else what the reader returned */
    spk_error error;
};

ordered *ordered_open(spk_reader *in, spk_error *err)
{
    ordered *o = spk_alloc(1, sizeof *o, "an input", err);
    if (!o) return NULL;
    o->in = in;
    o->direct = spk_reader_header(in)->channels <= 1;
    o->end = 1;
    return o;
}

static void clear(ordered *o)
{
    for (size_t i = 0; i < o->n; i++)
        free(o->kept[i].memory);
    o->n = o->given = 0;
}

void ordered_close(ordered *o)
{
    if (!o) return;
    clear(o);
    free(o->kept);
    free(o);
}

/* ---- keeping --------------------------------------------------------------------------------- */

/* Two arrays into one piece of memory, the first's element size a multiple of the second's
 * alignment. */
static void *keep_arrays(const void *first, size_t first_bytes, const void *second,
                         size_t second_bytes, spk_error *err)
{
    unsigned char *memory = spk_alloc(first_bytes + second_bytes, 1, "a group", err);
    if (!memory) return NULL;
    if (first_bytes) memcpy(memory, first, first_bytes);
    if (second_bytes) memcpy(memory + first_bytes, second, second_bytes);
    return memory;
}

static void keep_sample(kept *k, const spk_sample *sample)
{
    k->copy = *sample;
    k->sample = sample->number;
}

static int keep_sample_item(kept *k, spk_error *err)
{
    const spk_sample *sample = k->item.sample;
    keep_sample(k, sample);
    k->item.sample = &k->copy;
    if (!sample->json) return 0;
    k->memory = spk_strdup(sample->json, err);
    k->copy.json = k->memory;
    return k->memory ? 0 : -1;
}

static int keep_spikes(kept *k, spk_error *err)
{
    spk_spikes *s = &k->item.spikes;
    const size_t ticks = s->n * sizeof *s->tick;
    keep_sample(k, s->sample);
    k->memory = keep_arrays(s->tick, ticks, s->unit, s->n * sizeof *s->unit, err);
    if (!k->memory) return -1;
    s->tick = k->memory;
    s->unit = (const uint32_t *)(const void *)((const char *)k->memory + ticks);
    return 0;
}

static int keep_frame(kept *k, spk_error *err)
{
    spk_frame *f = &k->item.frame;
    keep_sample(k, f->sample);
    k->memory = keep_arrays(f->value, f->n * sizeof *f->value, NULL, 0, err);
    f->value = k->memory;
    return k->memory ? 0 : -1;
}

static int keep_trace(kept *k, uint32_t size, spk_error *err)
{
    spk_trace *t = &k->item.trace;
    keep_sample(k, t->sample);
    k->memory = keep_arrays(t->value, t->rows * size * sizeof *t->value, NULL, 0, err);
    t->value = k->memory;
    return k->memory ? 0 : -1;
}

static int keep_prediction(kept *k, spk_error *err)
{
    spk_prediction *p = &k->item.prediction;
    k->sample = p->sample;
    k->memory = keep_arrays(p->score, p->k * sizeof *p->score, NULL, 0, err);
    p->score = k->memory;
    return k->memory ? 0 : -1;
}

/* Kinds that belong to samples; the others stand where they stand. */
static bool is_sorted(spk_kind kind)
{
    return kind == SPK_KIND_SAMPLE || kind == SPK_KIND_SPIKES || kind == SPK_KIND_FRAME ||
           kind == SPK_KIND_TRACE || kind == SPK_KIND_PREDICTION;
}

static int keep(ordered *o, const spk_item *item, spk_error *err)
{
    if (spk_grow(&o->kept, &o->capacity, o->n + 1, sizeof *o->kept, "a group", err)) return -1;
    kept *k = &o->kept[o->n];
    *k = (kept){.item = *item, .arrival = o->n};
    o->n++;
    switch (item->kind) {
    case SPK_KIND_SAMPLE:
        return keep_sample_item(k, err);
    case SPK_KIND_SPIKES:
        return keep_spikes(k, err);
    case SPK_KIND_FRAME:
        return keep_frame(k, err);
    case SPK_KIND_TRACE:
        return keep_trace(k, spk_header_channel(spk_reader_header(o->in), item->id)->size, err);
    default:
        return keep_prediction(k, err);
    }
}

/* ---- giving ---------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    const kept *left = a, *right = b;
    if (left->sample != right->sample) return left->sample < right->sample ? -1 : 1;
    return left->arrival < right->arrival ? -1 : left->arrival > right->arrival;
}

/* Pointers into the items themselves, after these have moved. */
static void point(ordered *o)
{
    for (size_t i = 0; i < o->n; i++) {
        kept *k = &o->kept[i];
        if (k->item.kind == SPK_KIND_SAMPLE) k->item.sample = &k->copy;
        if (k->item.kind == SPK_KIND_SPIKES) k->item.spikes.sample = &k->copy;
        if (k->item.kind == SPK_KIND_FRAME) k->item.frame.sample = &k->copy;
        if (k->item.kind == SPK_KIND_TRACE) k->item.trace.sample = &k->copy;
    }
}

/* Keep the items of one group. What comes before an error is given before it. */
static int fill(ordered *o, spk_error *err)
{
    clear(o);
    if (o->has_next && keep(o, &o->next, err)) return -1;
    o->has_next = false;
    for (;;) {
        o->end = spk_reader_next(o->in, &o->next, &o->error);
        if (o->end <= 0) break;
        if (o->n == 0) o->group = spk_reader_group(o->in);
        o->has_next = !is_sorted(o->next.kind) || spk_reader_group(o->in) != o->group;
        if (o->has_next) break;
        if (keep(o, &o->next, err)) return -1;
    }
    o->group = spk_reader_group(o->in);
    if (o->n > 0) qsort(o->kept, o->n, sizeof *o->kept, compare);
    point(o);
    return 0;
}

int ordered_next(ordered *o, spk_item *item, spk_error *err)
{
    if (o->direct) return spk_reader_next(o->in, item, err);
    if (o->given == o->n && o->end > 0 && !(o->has_next && !is_sorted(o->next.kind)))
        if (fill(o, err)) return -1;
    if (o->given < o->n) {
        *item = o->kept[o->given++].item;
        return 1;
    }
    if (o->has_next) {
        *item = o->next;
        o->has_next = false;
        return 1;
    }
    if (o->end < 0 && err) *err = o->error;
    return o->end;
}
