/* unshard.h: the history that a stream would have if its shards had been made as one. */
#ifndef SPK_STREAM_UNSHARD_H
#define SPK_STREAM_UNSHARD_H

#include "stream/provenance.h"

/* Into the initialised `to`: the steps of `from` without the option --shard=i/n on their command
 * lines, and with the ids that this gives them and all steps after them. Shards of one run give the
 * same, which is what the unsharded run has. */
int spk_provenance_unshard(spk_provenance *to, const spk_provenance *from, uint32_t i, uint32_t n,
                           spk_error *err) SPK_NODISCARD;

#endif
