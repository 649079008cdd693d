/* transport.h: logical bytes through zstd frames, or plain, to and from a file descriptor.
 *
 * The packer ends blocks, frames and writes where it is told; the unpacker gives back the logical
 * bytes whatever the framing (several frames, skippable ones, other levels, none). */
#ifndef SPK_STREAM_TRANSPORT_H
#define SPK_STREAM_TRANSPORT_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- out ---- */

typedef struct spk_packer spk_packer;

/* `level` 1..19, or -1 for plain. `planes`: the content is mostly byte planes, so that matches are
 * accidents and are not looked for hard. `fd` is not closed; `name` is copied. */
spk_packer *spk_packer_open(int fd, const char *name, int level, bool planes,
                            spk_error *err) SPK_NODISCARD;
int spk_packer_write(spk_packer *p, const void *bytes, size_t n, spk_error *err) SPK_NODISCARD;
/* End the zstd block; nothing is written to the descriptor. */
int spk_packer_end_block(spk_packer *p, spk_error *err) SPK_NODISCARD;
/* End the zstd frame; *sum is its checksum (0 when plain or when the frame is empty). */
int spk_packer_end_frame(spk_packer *p, uint32_t *sum, spk_error *err) SPK_NODISCARD;
/* Everything so far to the descriptor. */
int spk_packer_flush(spk_packer *p, spk_error *err) SPK_NODISCARD;
/* Bytes outside any frame (skippable frames), as they are. */
int spk_packer_raw(spk_packer *p, const void *bytes, size_t n, spk_error *err) SPK_NODISCARD;
bool spk_packer_compresses(const spk_packer *p);
uint64_t spk_packer_logical(const spk_packer *p);
/* Exact after a frame ended, else what has left the compressor. */
uint64_t spk_packer_compressed(const spk_packer *p);
void spk_packer_close(spk_packer *p);

/* ---- in ---- */

typedef struct spk_unpacker spk_unpacker;

/* `fd` is closed by spk_unpacker_close unless it is 0. Fails on an empty input and on one that is
 * neither zstd nor .spk. */
spk_unpacker *spk_unpacker_open(int fd, const char *name, spk_error *err) SPK_NODISCARD;
/* From memory, borrowed. */
spk_unpacker *spk_unpacker_memory(const void *bytes, size_t n, const char *name,
                                  spk_error *err) SPK_NODISCARD;
/* Up to `n` logical bytes; *got is less only at the end of the input. */
int spk_unpacker_read(spk_unpacker *u, void *to, size_t n, size_t *got,
                      spk_error *err) SPK_NODISCARD;
/* A damaged frame keeps back what is decompressed in the call in which that shows: only a few bytes
 * in each call from now on. */
void spk_unpacker_careful(spk_unpacker *u);
/* A plain stream ended here: what follows may be a compressed one. */
void spk_unpacker_boundary(spk_unpacker *u);
/* After a failed read: go to the next place where a zstd frame may begin. 1, with the bytes of the
 * input where the failed one and the next begin; 0 when there is no other, -1 when reading fails. */
int spk_unpacker_resync(spk_unpacker *u, uint64_t *from, uint64_t *to,
                        spk_error *err) SPK_NODISCARD;

/* What the input ended inside of, in words: a zstd frame, the index; NULL: it ended between. */
const char *spk_unpacker_cut(const spk_unpacker *u);
bool spk_unpacker_compressed(const spk_unpacker *u);
uint64_t spk_unpacker_logical_bytes(const spk_unpacker *u);
uint64_t spk_unpacker_file_bytes(const spk_unpacker *u); /* consumed */
void spk_unpacker_close(spk_unpacker *u);

#endif
