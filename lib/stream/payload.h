/* payload.h: the payload of a record while it is built, and the places where its planes end.
 *
 * A plane is a run of bytes of one nature (all low bytes, say). The transport ends a zstd block at
 * each cut, so that planes of noise and planes of structure do not share one Huffman table. */
#ifndef SPK_STREAM_PAYLOAD_H
#define SPK_STREAM_PAYLOAD_H

#include "base/error.h"

#include <stddef.h>

enum { SPK_PLANE_MIN = 2048, SPK_PAYLOAD_MAX_CUTS = 64 };

typedef struct spk_payload {
    unsigned char *data;
    size_t bytes, capacity;
    size_t cuts;
    size_t cut[SPK_PAYLOAD_MAX_CUTS]; /* ascending offsets: a block ends before each */
} spk_payload;

void spk_payload_clear(spk_payload *payload);
void spk_payload_free(spk_payload *payload);

/* Append `bytes` bytes and return where they are to be written (valid until the next append);
 * NULL when there is no memory. */
unsigned char *spk_payload_add(spk_payload *payload, size_t bytes, spk_error *err) SPK_NODISCARD;

/* Like spk_payload_add for `planes` planes of `bytes` each, which become blocks of their own when
 * that pays. */
unsigned char *spk_payload_add_planes(spk_payload *payload, size_t planes, size_t bytes,
                                      spk_error *err) SPK_NODISCARD;

/* A block ends before `offset`, which is not before the last cut. */
void spk_payload_cut(spk_payload *payload, size_t offset);

/* Fill up with `fill` to a multiple of 8 bytes. */
int spk_payload_pad(spk_payload *payload, unsigned char fill, spk_error *err) SPK_NODISCARD;

#endif
