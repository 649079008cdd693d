/* weights.h: what an engine learned, to and from weight streams. */
#ifndef SPK_RUN_WEIGHTS_H
#define SPK_RUN_WEIGHTS_H

#include "engine/engine.h"
#include "stream/reader.h"
#include "stream/writer.h"

/* The header of a weight stream of `e`: its arrays, tick dt, the input's shape for pictures, and in
 * "meta" the seed that drew the network ("network_seed"), with which spk-simulate draws it again.
 */
int spk_weights_header(const spk_engine *e, const spk_network *net, uint64_t network_seed,
                       spk_header *out, spk_error *err) SPK_NODISCARD;

/* A snapshot of all arrays; `header` is the writer's. Where several ranks share the network, all come
 * here together, and all but the one that writes pass NULL as `writer`. */
int spk_weights_write(const spk_engine *e, const spk_header *header, spk_writer *writer,
                      uint64_t samples, uint64_t tick, spk_error *err) SPK_NODISCARD;

/* One array of that snapshot, with `values` in place of the engine's own (NULL: with these). */
int spk_weights_write_array(const spk_engine *e, size_t a, const spk_header *header,
                            const void *values, spk_writer *writer, spk_error *err) SPK_NODISCARD;

/* The seed that drew the network of this weight stream; false: it does not say. */
bool spk_weights_seed(const spk_reader *in, uint64_t *seed);

/* Read the stream to its end into the arrays of `e`: snapshot number `*snapshot` (the first is
 * 1), or (NULL) the last. Arrays are matched by owner and variable; another structure or shape,
 * other connections of a sparse array, an array that the network lacks (unless `ignore_extra`), weights or state that the stream lacks, a snapshot
 * that is not there: SPK_DATA, naming both. */
int spk_weights_load(spk_engine *e, spk_reader *in, const uint64_t *snapshot, bool ignore_extra,
                     spk_error *err) SPK_NODISCARD;

#endif
