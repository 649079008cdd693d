/* samples.c: see samples.h. */
#include "samples.h"

#include "base/memory.h"
#include "cli/program.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SAMPLES = 1000 };

int samples_choose(samples *s, const char *text, spk_error *err)
{
    char first[32] = "";
    s->last = UINT64_MAX;
    s->only_one = !text;
    if (!text) return 0;
    const char *dash = strchr(text, '-'), *last = dash ? dash + 1 : text;
    const size_t n = dash ? (size_t)(dash - text) : strlen(text);
    if (n >= sizeof first || (n == 0 && !*last))
        return spk_fail(err, SPK_USAGE, "--samples %s: must be A-B, A-, -B or A", text);
    memcpy(first, text, n);
    if ((n && spk_parse_count(first, "--samples", &s->first, err)) ||
        (*last && spk_parse_count(last, "--samples", &s->last, err)))
        return -1;
    if (s->first > s->last)
        return spk_fail(err, SPK_USAGE, "--samples %s: the first is behind the last", text);
    return 0;
}

int samples_take(samples *s, const spk_sample *sample, spk_error *err)
{
    s->sampled = true;
    if (sample->number < s->first || sample->number > s->last || (s->only_one && s->n)) return 0;
    if (s->n == MAX_SAMPLES)
        return spk_fail(err, SPK_LIMIT, "over %d samples to plot; choose fewer", MAX_SAMPLES);
    if (spk_grow(&s->taken, &s->room, s->n + 1, sizeof *s->taken, "samples", err)) return -1;
    s->taken[s->n] = *sample;
    s->taken[s->n++].json = NULL;
    return 0;
}

int samples_want(samples *s, const spk_sample *sample, spk_error *err)
{
    /* A stream without SAMPLE records is one sample. */
    if (!s->sampled && samples_take(s, sample, err)) return -1;
    return s->n && sample->number >= s->taken[0].number &&
           sample->number <= s->taken[s->n - 1].number;
}

int samples_span(samples *s, const spk_reader *in, uint64_t *begin, uint64_t *end, spk_error *err)
{
    const char *name = spk_reader_name(in);
    const spk_sample silent = {.label = -1, .attempts = 1};
    if (!s->sampled && samples_take(s, &silent, err)) return -1;
    if (s->n == 0) return spk_fail(err, SPK_DATA, "%s: no sample %" PRIu64, name, s->first);
    const spk_sample *last = &s->taken[s->n - 1];
    *begin = s->taken[0].begin;
    *end = last->duration ? last->begin + last->duration : spk_reader_duration(in);
    if (*end <= *begin)
        return spk_fail(err, SPK_DATA, "%s: sample %" PRIu64 " lasts no time", name, last->number);
    return 0;
}

const char *samples_text(const samples *s, char *text, size_t size)
{
    const spk_sample *first = &s->taken[0], *last = &s->taken[s->n - 1];
    if (s->n > 1)
        snprintf(text, size, ", samples %" PRIu64 " to %" PRIu64, first->number, last->number);
    else if (first->label >= 0)
        snprintf(text, size, ", sample %" PRIu64 ", label %" PRId32, first->number, first->label);
    else
        snprintf(text, size, ", sample %" PRIu64, first->number);
    return text;
}

void samples_free(samples *s)
{
    free(s->taken);
}
