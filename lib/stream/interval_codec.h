/* interval_codec.h: the neuron-major codec: for each unit and window (a sample, say) a count of
 * spikes, and their intervals.
 *
 *     u64 begin of windows 1.. minus that of the window before (window 0 begins at t0)
 *     counts [window][unit], as `count_bytes` byte planes
 *     intervals, as numbers.h says: the first of a cell (a unit in a window) counts from
 *     the tick before the window, each other one from the spike before. Cells stand in ascending order of
 *     their counts (then window, then unit), so that intervals of one nature stand together.
 *
 * It fits short windows (65,535 ticks at most) in which units differ: images, digits, syllables. */
#ifndef SPK_STREAM_INTERVAL_CODEC_H
#define SPK_STREAM_INTERVAL_CODEC_H

#include "stream/numbers.h"
#include "stream/spike_codec.h"

#include <stdbool.h>

enum {
    SPK_INTERVALS_MAX_WINDOWS = 65535,
    SPK_INTERVALS_MAX_TICKS = 65535,  /* a window's */
    SPK_INTERVALS_MAX_CELLS = 1 << 22 /* windows x units */
};

typedef struct spk_interval_coder spk_interval_coder;
spk_interval_coder *spk_interval_coder_new(spk_error *err) SPK_NODISCARD;
void spk_interval_coder_free(spk_interval_coder *coder);

/* Whether the block can be coded so: every window short enough, not too many cells. */
bool spk_intervals_fit(const spk_spike_block *block);

/* Count the spikes of a block, which fits, in each cell. *pays: by these counts it is likely to be
 * smaller than in time order, as where units differ much in how often they fire. */
int spk_intervals_count(spk_interval_coder *coder, const spk_spike_block *block, bool *pays,
                        spk_error *err) SPK_NODISCARD;

/* Append the columns of the block that was counted; *form and *count_bytes belong into the head. */
int spk_intervals_encode(spk_interval_coder *coder, const spk_spike_block *block, spk_payload *out,
                         spk_number_form *form, uint8_t *count_bytes, spk_error *err) SPK_NODISCARD;

/* The reverse. -1: *why says what is wrong, or is NULL and err is filled. */
int spk_intervals_decode(spk_interval_coder *coder, const unsigned char *columns, size_t bytes,
                         uint64_t t0, size_t n, uint32_t units, size_t windows,
                         spk_number_form form, uint8_t count_bytes, uint64_t *tick, uint32_t *unit,
                         const char **why, spk_error *err) SPK_NODISCARD;

#endif
