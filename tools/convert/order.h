/* order.h: events as they come in a file become spikes as a stream has them: times become ticks, rounded
 * down; late events find their place; those of one tick are sorted by unit. */
#ifndef CONVERT_ORDER_H
#define CONVERT_ORDER_H

#include "base/rational.h"
#include "foreign/foreign.h"
#include "stream/writer.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct order {
    spk_writer *writer;
    uint32_t channel;
    bool merge;           /* events of one unit in one tick become one spike */
    uint64_t most_memory; /* bytes that events of one tick may take */

    /* Of the file at hand. */
    const char *name;
    uint64_t num, den;     /* a time is time * num / den ticks, */
    uint64_t late;         /* and may lie so far before an earlier one, in the file's unit */
    uint64_t origin;       /* the time of its tick 0 */
    uint64_t begin, ticks; /* its place in the stream; events from `ticks` on are left out */
    uint64_t tick_of_bin, bin_begin, bin_end; /* a tick and its times, to spare divisions */
    uint64_t end;                             /* tick behind its last event, from 0 */

    uint64_t events, merged, beyond; /* of all files: read, not written since merged, left out */

    uint64_t ticks_of[SPK_FOREIGN_BATCH]; /* of the events at hand */
    size_t n;                             /* waiting, by tick */
    uint64_t *tick;
    uint32_t *unit, *scratch;
    size_t tick_room, unit_room, scratch_room;
} order;

/* The next file: its unit of time is `from` seconds, the stream's tick `to`. SPK_USAGE when a time would
 * not be a rational that fits. */
int order_begin(order *o, spk_rational from, spk_rational to, uint64_t late,
                spk_error *err) SPK_NODISCARD;
/* At most SPK_FOREIGN_BATCH events in any order, at least 1; none that follow lies `late` before `newest`.
 * Counts only when the writer is NULL. */
int order_add(order *o, size_t n, const uint64_t *time, const uint32_t *unit, uint64_t newest,
              spk_error *err) SPK_NODISCARD;
/* The file is at its end. */
int order_end(order *o, spk_error *err) SPK_NODISCARD;
void order_close(order *o); /* all zero, too */

#endif
