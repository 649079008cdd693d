/* spike_codec.h: spikes of one channel to the payload of a SPIKES record and back.
 *
 *     0 u64 t0 | 8 u32 spikes | 12 u8 codec | 13 u8 sort (1: tick, then unit) | 14 u16 version (0)
 * | 16 u32 units | 20 u8 planes | 21 u8 bytes per count | 22 u16 windows | 24 columns
 *
 * Three codecs, of which the encoder picks one from counts alone:
 *     0  raw: u64 ticks, u32 units
 *     2  time-major: gaps in the flattened raster as byte planes (rasters, long samples)
 *     4  neuron-major: counts per unit and window, and intervals as byte planes (short samples)
 */
#ifndef SPK_STREAM_SPIKE_CODEC_H
#define SPK_STREAM_SPIKE_CODEC_H

#include "base/error.h"
#include "stream/payload.h"

#include <stddef.h>
#include <stdint.h>

enum spk_spike_codec { SPK_CODEC_RAW = 0, SPK_CODEC_GAPS = 2, SPK_CODEC_INTERVALS = 4 };

/* Sorted by (tick, unit); at most SPK_RECORD_MAX_SPIKES. Window w (a sample, or what a record holds
 * of it) has the spikes from window[w] up to window[w + 1]; window[0] <= tick[0]. */
typedef struct spk_spike_block {
    size_t n;
    const uint64_t *tick;
    const uint32_t *unit;
    uint32_t units;
    size_t windows;
    const uint64_t *window;
    uint64_t end; /* of the last window; ticks are smaller */
} spk_spike_block;

/* Scratch memory, kept between records. */
typedef struct spk_spike_coder spk_spike_coder;
spk_spike_coder *spk_spike_coder_new(spk_error *err) SPK_NODISCARD;
void spk_spike_coder_free(spk_spike_coder *coder);

/* Append the payload of `block` (n > 0) to `out`. */
int spk_spikes_encode(spk_spike_coder *coder, const spk_spike_block *block, spk_payload *out,
                      spk_error *err) SPK_NODISCARD;

/* The same with the codec that is asked for (tests, measurements); -1 with SPK_BUG when it cannot hold
 * the block. */
int spk_spikes_encode_as(spk_spike_coder *coder, enum spk_spike_codec codec,
                         const spk_spike_block *block, spk_payload *out,
                         spk_error *err) SPK_NODISCARD;

/* From a payload: n, tick and unit of `block`, in the coder's memory until its next use. -1: *why says
 * what is wrong with the payload (units must be the channel's `units`), or is NULL and err is filled. */
int spk_spikes_decode(spk_spike_coder *coder, const unsigned char *payload, size_t bytes,
                      uint32_t units, spk_spike_block *block, const char **why,
                      spk_error *err) SPK_NODISCARD;

#endif
