/* samples.c: the reader's list of samples. */
#include "stream/samples.h"

#include "base/bytes.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { SAMPLE_HEAD = 40 };

void spk_samples_init(spk_samples *s)
{
    memset(s, 0, sizeof *s);
    s->implicit.label = -1;
    s->implicit.attempts = 1;
}

static void drop(spk_samples *s, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        free(s->json[i]);
}

void spk_samples_free(spk_samples *s)
{
    drop(s, 0, s->n);
    free(s->sample);
    free(s->json);
    spk_samples_init(s);
}

void spk_samples_new_group(spk_samples *s)
{
    if (s->n < 2) return;
    drop(s, 0, s->n - 1);
    s->sample[0] = s->sample[s->n - 1];
    s->json[0] = s->json[s->n - 1];
    s->n = s->given = 1;
}

static const char *check(const spk_samples *s, const spk_sample *sample)
{
    uint64_t end;
    if (sample->label < -1) return "the label is out of range";
    if (s->n > SPK_GROUP_MAX_SAMPLES) return "too many samples in a row";
    if (s->implicit_used) return "a sample after spikes that belong to none";
    if (__builtin_add_overflow(sample->begin, sample->duration, &end))
        return "the sample ends beyond 64 bits";
    if (s->any && (sample->number <= s->number || sample->begin < s->end))
        return "the sample does not follow the one before";
    return NULL;
}

/* Room for one more; its JSON (of `bytes`, if any) copied. */
static int append(spk_samples *s, const spk_sample *sample, const unsigned char *json, size_t bytes,
                  spk_error *err)
{
    size_t capacity = s->capacity;
    if (spk_grow(&s->json, &capacity, s->n + 1, sizeof *s->json, "samples", err)) return -1;
    capacity = s->capacity;
    if (spk_grow(&s->sample, &capacity, s->n + 1, sizeof *s->sample, "samples", err)) return -1;
    s->capacity = capacity;
    char *text = NULL;
    if (bytes) {
        text = spk_alloc(bytes + 1, 1, "a sample", err);
        if (!text) return -1;
        memcpy(text, json, bytes);
    }
    s->json[s->n] = text;
    s->sample[s->n] = *sample;
    s->sample[s->n++].json = text;
    return 0;
}

int spk_samples_add(spk_samples *s, const unsigned char *payload, size_t bytes, const char **why,
                    spk_error *err)
{
    *why = "the payload is too short";
    if (bytes < SAMPLE_HEAD) return -1;
    spk_sample sample = {.number = spk_get64(payload),
                         .begin = spk_get64(payload + 8),
                         .duration = spk_get64(payload + 16),
                         .label = (int32_t)spk_get32(payload + 24),
                         .attempts = spk_get32(payload + 28)};
    uint64_t json = spk_get64(payload + 32);
    *why = "its size does not fit its content";
    if (json > SPK_SAMPLE_MAX_JSON || bytes != ((SAMPLE_HEAD + json + 7) & ~(uint64_t)7)) return -1;
    *why = check(s, &sample);
    if (*why || append(s, &sample, payload + SAMPLE_HEAD, (size_t)json, err)) return -1;
    s->any = true;
    s->number = sample.number;
    s->end = sample.begin + sample.duration;
    return 0;
}

bool spk_samples_find(spk_samples *s, uint64_t tick, size_t *hint)
{
    if (!s->any && !s->expected) {
        s->implicit_used = true;
        *hint = 0;
        return true;
    }
    while (*hint < s->n && spk_samples_end(s, *hint) <= tick)
        ++*hint;
    return *hint < s->n && s->sample[*hint].begin <= tick;
}

bool spk_samples_may_have(const spk_samples *s, uint64_t number)
{
    size_t low = 0, high = s->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->sample[middle].number <= number)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 || s->sample[low - 1].number == number;
}

const spk_sample *spk_samples_at(const spk_samples *s, size_t index)
{
    return s->any ? &s->sample[index] : &s->implicit;
}

uint64_t spk_samples_end(const spk_samples *s, size_t index)
{
    if (!s->any) return UINT64_MAX;
    return s->sample[index].begin + s->sample[index].duration;
}
