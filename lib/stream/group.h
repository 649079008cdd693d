/* group.h: what has been pushed and not yet written, and where it is cut into records.
 *
 * Between two cuts stands a group: the SAMPLE records of the samples that begin in it, then one
 * record for each channel (in id order) that has something, then the predictions. A group ends
 *   - before a sample begins, when it holds 8 SAMPLE records;
 *   - after the element (spike, frame, row of a trace), in the order of (tick, channel id), with
 *     which its elements reach 1 MiB; a spike counts 16 bytes, so that is after 65,536 spikes;
 *   - before a record that is passed through, a snapshot, an array, and at the end.
 * So groups depend on content alone. With several channels the order by tick is known up to where
 * all of them have arrived; what lies beyond waits in memory. */
#ifndef SPK_STREAM_GROUP_H
#define SPK_STREAM_GROUP_H

#include "stream/emit.h"
#include "stream/reader.h"

typedef struct spk_group spk_group;

/* `header` and `emitter` are borrowed. */
spk_group *spk_group_new(const spk_header *header, spk_emitter *emitter,
                         spk_error *err) SPK_NODISCARD;
void spk_group_free(spk_group *group);

/* As the functions of writer.h. */
int spk_group_sample(spk_group *g, const spk_sample *sample, spk_error *err) SPK_NODISCARD;
int spk_group_spikes(spk_group *g, uint32_t id, size_t n, const uint64_t *tick,
                     const uint32_t *unit, spk_error *err) SPK_NODISCARD;
int spk_group_frame(spk_group *g, uint32_t id, uint64_t begin, uint64_t duration,
                    const float *value, spk_error *err) SPK_NODISCARD;
int spk_group_trace(spk_group *g, uint32_t id, uint64_t t0, size_t rows, const double *value,
                    spk_error *err) SPK_NODISCARD;
int spk_group_prediction(spk_group *g, uint32_t id, const spk_prediction *p,
                         spk_error *err) SPK_NODISCARD;
/* No channel will give anything before `tick`. */
int spk_group_progress(spk_group *g, uint64_t tick, spk_error *err) SPK_NODISCARD;

/* Write everything that waits. */
int spk_group_flush(spk_group *g, spk_error *err) SPK_NODISCARD;

/* Whether nothing waits. */
bool spk_group_empty(const spk_group *g);
/* Up to (not including) this tick all channels are complete. */
uint64_t spk_group_complete(const spk_group *g);
/* End of the last sample and of everything else that was pushed. */
uint64_t spk_group_end(const spk_group *g);

#endif
