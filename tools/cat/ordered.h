/* ordered.h: the items of a stream, sample by sample.
 *
 * A reader may give a population's spikes of a sample after another population's spikes of a later
 * one: within a group of records they come population by population. The writer wants each sample
 * finished before the next begins, and so does a merge by samples. So the items of a group are held
 * and given in the order of their samples; groups are small, and a stream with a single population
 * is passed through as it is. */
#ifndef SPK_CAT_ORDERED_H
#define SPK_CAT_ORDERED_H

#include "stream/reader.h"

typedef struct ordered ordered;

/* The rest of the stream that `in` (borrowed) reads. */
ordered *ordered_open(spk_reader *in, spk_error *err);

/* As spk_reader_next; the item is valid until the next call. */
int ordered_next(ordered *o, spk_item *item, spk_error *err);

void ordered_close(ordered *o);

#endif
