/* decode.h: payloads of frames, traces, predictions and arrays to numbers.
 *
 * Each function checks every size against the payload before it uses or allocates anything; -1 with
 * *why when the payload is not what it should be, or with *why NULL and err filled when memory is
 * short. What they give is in the decoder's memory until its next use. */
#ifndef SPK_STREAM_DECODE_H
#define SPK_STREAM_DECODE_H

#include "stream/header.h"
#include "stream/reader.h"

typedef struct spk_decoder spk_decoder;

spk_decoder *spk_decoder_new(spk_error *err) SPK_NODISCARD;
void spk_decoder_free(spk_decoder *d);

typedef struct spk_frames {
    size_t n;
    const uint64_t *begin, *duration;
    const float *value;         /* f32: n x size */
    const unsigned char *bytes; /* u8: n x size, in the payload */
} spk_frames;

int spk_decode_frames(spk_decoder *d, const spk_channel *channel, const unsigned char *payload,
                      size_t bytes, spk_frames *out, const char **why,
                      spk_error *err) SPK_NODISCARD;
/* Frame i of them; its sample is not set. */
int spk_decode_frame(spk_decoder *d, const spk_channel *channel, const spk_frames *frames, size_t i,
                     spk_frame *out, spk_error *err) SPK_NODISCARD;

typedef struct spk_trace_rows {
    uint64_t t0;
    size_t n, size;
    const double *value;
} spk_trace_rows;

int spk_decode_trace(spk_decoder *d, const spk_channel *channel, const unsigned char *payload,
                     size_t bytes, spk_trace_rows *out, const char **why,
                     spk_error *err) SPK_NODISCARD;

int spk_decode_prediction(spk_decoder *d, const spk_channel *channel, const unsigned char *payload,
                          size_t bytes, spk_prediction *out, const char **why,
                          spk_error *err) SPK_NODISCARD;

/* Rows must begin at `next`. */
int spk_decode_dense(spk_decoder *d, const spk_array *array, uint64_t next,
                     const unsigned char *payload, size_t bytes, spk_rows_of *out, const char **why,
                     spk_error *err) SPK_NODISCARD;
int spk_decode_sparse(spk_decoder *d, const spk_array *array, uint64_t next,
                      const unsigned char *payload, size_t bytes, spk_rows_of *out,
                      const char **why, spk_error *err) SPK_NODISCARD;

#endif
