/* join.h: the shards of one run back into the stream that the run without --shard makes. */
#ifndef SPK_CAT_JOIN_H
#define SPK_CAT_JOIN_H

#include "copy.h"
#include "sources.h"

/* Are the sources shards of one run, each there exactly once? Fails with what is missing, double or
 * different. The history of the whole goes into the initialised `history`. */
int join_check(const sources *all, spk_provenance *history, spk_error *err);

/* Merge them by sample number; *duration is that of the whole. */
int join(sources *all, copy *c, uint64_t *duration, spk_error *err);

#endif
