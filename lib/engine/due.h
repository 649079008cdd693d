/* due.h: spikes on their way to synapses at which they will change something.
 *
 * A presynaptic spike changes a weight only if the target has fired lately (its trace is above zero),
 * or if the weight lies outside its bounds. With winner-take-all that is a handful of targets, the
 * awake ones. So their synapses alone are entered in a calendar, one page a step, when a spike sets
 * out (or when its target wakes up while it is on its way); every other synapse only delivers. When
 * too many targets are awake the calendar gives up (`full`), and every synapse is looked at. */
#ifndef SPK_ENGINE_DUE_H
#define SPK_ENGINE_DUE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct engine_due {
    uint32_t pages;   /* steps ahead, this one included */
    uint32_t *count;  /* [pages] entries of each page, */
    uint32_t *source; /* [pages][DUE_ROOM] */
    uint32_t *target;
    uint32_t *awake; /* [limit] */
    size_t awakes, limit;
    bool *is_awake; /* [targets] */
    size_t targets;
    bool full; /* the calendar is not complete: do without it until it is cleared */
} engine_due;

enum { DUE_ROOM = 2048 };

/* For delays below `pages` steps; `targets` in all, at most `limit` awake. */
int engine_due_build(engine_due *due, uint32_t pages, size_t targets, size_t limit, spk_error *err);
void engine_due_free(engine_due *due);

/* All pages empty, nobody awake. */
void engine_due_clear(engine_due *due);

/* A target wakes up; false if it was awake, or there is no room. */
bool engine_due_wake(engine_due *due, uint32_t target);

/* A spike of `source` reaches `target` in step t. */
static inline void engine_due_enter(engine_due *due, uint64_t t, uint32_t source, uint32_t target)
{
    uint32_t page = (uint32_t)(t % due->pages), n = due->count[page];
    if (n == DUE_ROOM) {
        due->full = true;
        return;
    }
    due->source[(size_t)page * DUE_ROOM + n] = source;
    due->target[(size_t)page * DUE_ROOM + n] = target;
    due->count[page] = n + 1;
}

#endif
