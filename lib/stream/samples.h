/* samples.h: the samples that the reader knows, and which of them have been given out.
 *
 * A group's SAMPLE records come before its spikes; the reader gives each sample out right before
 * the first thing that belongs to it. Only the last sample of a group can go on in the next. */
#ifndef SPK_STREAM_SAMPLES_H
#define SPK_STREAM_SAMPLES_H

#include "stream/reader.h"

typedef struct spk_samples {
    size_t n, given, capacity;
    spk_sample *sample;
    char **json;         /* owned; sample[i].json points to it */
    spk_sample implicit; /* where there are no SAMPLE records */
    bool any, implicit_used;
    bool expected; /* there are SAMPLE records, though the first may be lost: nothing is implicit */
    uint64_t number, end; /* of the last sample */
} spk_samples;

void spk_samples_init(spk_samples *s);
void spk_samples_free(spk_samples *s);

/* A new group begins: keep the last sample only. All must have been given. */
void spk_samples_new_group(spk_samples *s);

/* Take in a SAMPLE payload. -1: *why says what is wrong with it, or is NULL and err is filled. */
int spk_samples_add(spk_samples *s, const unsigned char *payload, size_t bytes, const char **why,
                    spk_error *err) SPK_NODISCARD;

/* The index of the sample that has `tick`, from `*hint` on (updated); false: none has it. Without
 * samples, index 0 stands for the implicit one. */
bool spk_samples_find(spk_samples *s, uint64_t tick, size_t *hint);
/* Whether there is a sample `number`. Of those before the list nothing is known: true. */
bool spk_samples_may_have(const spk_samples *s, uint64_t number);
const spk_sample *spk_samples_at(const spk_samples *s, size_t index);
/* The first tick after it. */
uint64_t spk_samples_end(const spk_samples *s, size_t index);

#endif
