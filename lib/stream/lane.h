/* lane.h: the elements of one channel that wait for their record: spikes, frames, rows of a trace.
 *
 * A lane knows how to check, keep, count and encode its elements; group.c decides when. */
#ifndef SPK_STREAM_LANE_H
#define SPK_STREAM_LANE_H

#include "stream/emit.h"
#include "stream/spike_codec.h"

typedef struct spk_lane {
    const spk_channel *channel;
    size_t n;            /* elements that wait */
    uint64_t *tick;      /* their ticks, ascending; a frame's is its begin */
    uint64_t *duration;  /* of frames */
    unsigned char *data; /* u32 units, or values in the channel's type */
    size_t width;        /* bytes of data an element has */
    size_t weight;       /* bytes it counts towards the end of a group */
    size_t tick_room, duration_room, data_room;
    uint64_t last; /* tick of the last element ever; valid when `any` */
    uint32_t last_unit;
    bool any;
    uint64_t frontier; /* no element will come before this tick */
} spk_lane;

void spk_lane_init(spk_lane *lane, const spk_channel *channel);
void spk_lane_free(spk_lane *lane);

/* Append elements that were checked. */
int spk_lane_spikes(spk_lane *lane, size_t n, const uint64_t *tick, const uint32_t *unit,
                    spk_error *err) SPK_NODISCARD;
int spk_lane_frame(spk_lane *lane, uint64_t begin, uint64_t duration, const float *value,
                   spk_error *err) SPK_NODISCARD;
int spk_lane_rows(spk_lane *lane, uint64_t t0, size_t rows, const double *value,
                  spk_error *err) SPK_NODISCARD;

/* How many waiting elements have a tick < `tick`. */
size_t spk_lane_before(const spk_lane *lane, uint64_t tick);

/* Emit the first `n` elements as records and forget them. Windows as in spk_spike_block. */
int spk_lane_emit(spk_lane *lane, size_t n, size_t windows, const uint64_t *window, uint64_t end,
                  spk_spike_coder *coder, spk_payload *scratch, spk_emitter *out,
                  spk_error *err) SPK_NODISCARD;

#endif
