/* samples.h: which samples of a stream a figure shows. */
#ifndef SPK_PLOT_SAMPLES_H
#define SPK_PLOT_SAMPLES_H

#include "base/error.h"
#include "stream/reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct samples {
    uint64_t first, last; /* numbers wanted */
    bool only_one;        /* the first that comes, alone */
    bool sampled;         /* one was seen */
    size_t n, room;
    spk_sample *taken; /* in order; json not kept */
} samples;

/* `text` is that of --samples: "A-B", "A-", "-B" or "A"; NULL: the first sample of the stream. */
int samples_choose(samples *s, const char *text, spk_error *err) SPK_NODISCARD;
/* A sample came; it is kept if it is wanted. */
int samples_take(samples *s, const spk_sample *sample, spk_error *err) SPK_NODISCARD;
/* Something of `sample` came: 1 if it is wanted, 0 if not, -1 on failure. */
int samples_want(samples *s, const spk_sample *sample, spk_error *err) SPK_NODISCARD;
/* After END: the ticks that what was taken spans. Fails when that is nothing. */
int samples_span(samples *s, const spk_reader *in, uint64_t *begin, uint64_t *end,
                 spk_error *err) SPK_NODISCARD;
/* ", sample 3, label 5", for a title; returns `text`. */
const char *samples_text(const samples *s, char *text, size_t size);
void samples_free(samples *s);

#endif
