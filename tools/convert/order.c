/* order.c: a buffer by tick, from whose front goes what nothing can come before any more. */
#include "order.h"

#include "base/memory.h"
#include "base/sort.h"
#include "base/sorted.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

int order_begin(order *o, spk_rational from, spk_rational to, uint64_t late, spk_error *err)
{
    const spk_rational a = spk_rational_of(from.num, to.num), b = spk_rational_of(to.den, from.den);
    const spk_rational c = spk_rational_of(a.num, b.den), d = spk_rational_of(b.num, a.den);
    if (__builtin_mul_overflow(c.num, d.num, &o->num) ||
        __builtin_mul_overflow(c.den, d.den, &o->den))
        return spk_fail(err, SPK_USAGE,
                        "--tick: a tick of %g s cannot hold times in units of %g s exactly",
                        spk_rational_value(to), spk_rational_value(from));
    o->late = late;
    o->end = o->tick_of_bin = o->bin_begin = o->bin_end = 0;
    return 0;
}

/* ---- times to ticks --------------------------------------------------------------------------- */

static int find_bin(order *o, uint64_t time, spk_error *err)
{
    const unsigned __int128 tick = (unsigned __int128)time * o->num / o->den;
    const unsigned __int128 begin = (tick * o->den + o->num - 1) / o->num,
                            end = ((tick + 1) * o->den + o->num - 1) / o->num;
    if (tick >= UINT64_MAX - o->begin || end > UINT64_MAX)
        return spk_fail(err, SPK_LIMIT, "%s: an event would lie after 2^64 ticks", o->name);
    o->tick_of_bin = (uint64_t)tick;
    o->bin_begin = (uint64_t)begin;
    o->bin_end = (uint64_t)end;
    return 0;
}

static int tick_of(order *o, uint64_t time, uint64_t *tick, spk_error *err)
{
    if ((time < o->bin_begin || time >= o->bin_end) && find_bin(o, time, err)) return -1;
    *tick = o->tick_of_bin;
    return 0;
}

/* The ticks of n <= SPK_FOREIGN_BATCH times, from 0. */
static int find_ticks(order *o, size_t n, const uint64_t *time, spk_error *err)
{
    uint64_t earliest = UINT64_MAX, latest = 0;
    for (size_t i = 0; i < n; i++) {
        earliest = time[i] < earliest ? time[i] : earliest;
        latest = time[i] > latest ? time[i] : latest;
    }
    if (earliest < o->origin)
        return spk_fail(err, SPK_DATA,
                        "%s: an event lies before the first, where --origin first lets time begin",
                        o->name);
    if (o->num == 1 && o->den == 1 && latest < UINT64_MAX - o->begin) {
        for (size_t i = 0; i < n; i++)
            o->ticks_of[i] = time[i] - o->origin;
        return 0;
    }
    for (size_t i = 0; i < n; i++)
        if (tick_of(o, time[i] - o->origin, &o->ticks_of[i], err)) return -1;
    return 0;
}

/* ---- sorting ---------------------------------------------------------------------------------- */

static int sort_units(order *o, size_t at, size_t n, spk_error *err)
{
    uint32_t most = 0;
    for (size_t i = at; i < at + n; i++)
        most |= o->unit[i];
    if (n > SPK_SORT_FEW &&
        spk_grow(&o->scratch, &o->scratch_room, n, sizeof *o->scratch, "events", err))
        return -1;
    spk_sort_u32(n, o->unit + at, o->scratch, spk_width_u32(most));
    return 0;
}

/* The first n waiting spikes, whose ticks are complete: sorted by unit, and merged if that is wanted;
 * returns how many are left of them, or SIZE_MAX on failure. */
static size_t finish_ticks(order *o, size_t n, spk_error *err)
{
    size_t kept = 0;
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && o->tick[end] == o->tick[i];)
            end++;
        if (end - i > 1 && sort_units(o, i, end - i, err)) return SIZE_MAX;
        for (size_t k = i; k < end; k++) {
            if (o->merge && k > i && o->unit[k] == o->unit[kept - 1]) continue;
            o->tick[kept] = o->tick[k];
            o->unit[kept++] = o->unit[k];
        }
    }
    o->merged += n - kept;
    return kept;
}

/* ---- in and out ------------------------------------------------------------------------------- */

/* Write what lies before `tick` (of the stream). */
static int flush(order *o, uint64_t tick, spk_error *err)
{
    if (o->n == 0) return 0;
    const size_t n = spk_first_from(o->tick, 0, o->n, tick);
    const size_t kept = finish_ticks(o, n, err);
    if (kept == SIZE_MAX || spk_writer_spikes(o->writer, o->channel, kept, o->tick, o->unit, err))
        return -1;
    memmove(o->tick, o->tick + n, (o->n - n) * sizeof *o->tick);
    memmove(o->unit, o->unit + n, (o->n - n) * sizeof *o->unit);
    o->n -= n;
    return 0;
}

/* Behind all of its tick or before. */
static void insert(order *o, uint64_t tick, uint32_t unit)
{
    size_t k = o->n++;
    for (; k > 0 && o->tick[k - 1] > tick; k--) {
        o->tick[k] = o->tick[k - 1];
        o->unit[k] = o->unit[k - 1];
    }
    o->tick[k] = tick;
    o->unit[k] = unit;
}

static int make_room(order *o, size_t n, spk_error *err)
{
    const size_t most = o->n + n;
    if (most > o->most_memory / (sizeof *o->tick + sizeof *o->unit))
        return spk_fail(
            err, SPK_LIMIT,
            "%s: %zu events in one tick or within --reorder take more than --max-memory "
            "(a finer --tick, or a shorter --reorder, takes less)",
            o->name, most);
    return spk_grow(&o->tick, &o->tick_room, most, sizeof *o->tick, "events", err) ||
                   spk_grow(&o->unit, &o->unit_room, most, sizeof *o->unit, "events", err)
               ? -1
               : 0;
}

/* All at the end, when that is where they belong. */
static bool append(order *o, size_t n, const uint32_t *unit)
{
    const uint64_t *tick = o->ticks_of;
    bool back = o->n > 0 && o->begin + tick[0] < o->tick[o->n - 1];
    for (size_t i = 1; i < n; i++)
        back |= tick[i] < tick[i - 1];
    if (back || tick[n - 1] >= o->ticks) return false;
    for (size_t i = 0; i < n; i++)
        o->tick[o->n + i] = o->begin + tick[i];
    memcpy(o->unit + o->n, unit, n * sizeof *unit);
    o->n += n;
    if (tick[n - 1] >= o->end) o->end = tick[n - 1] + 1;
    return true;
}

static void add_each(order *o, size_t n, const uint32_t *unit)
{
    for (size_t i = 0; i < n; i++) {
        const uint64_t tick = o->ticks_of[i];
        if (tick >= o->ticks) {
            o->beyond++;
            continue;
        }
        if (tick >= o->end) o->end = tick + 1;
        if (o->writer) insert(o, o->begin + tick, unit[i]);
    }
}

int order_add(order *o, size_t n, const uint64_t *time, const uint32_t *unit, uint64_t newest,
              spk_error *err)
{
    uint64_t tick;
    if (find_ticks(o, n, time, err) || (o->writer && make_room(o, n, err))) return -1;
    o->events += n;
    if (!o->writer || !append(o, n, unit)) add_each(o, n, unit);
    if (!o->writer || newest - o->origin < o->late) return 0;
    if (tick_of(o, newest - o->origin - o->late, &tick, err)) return -1;
    return flush(o, o->begin + tick, err);
}

int order_end(order *o, spk_error *err)
{
    return o->writer ? flush(o, UINT64_MAX, err) : 0;
}

void order_close(order *o)
{
    free(o->tick);
    free(o->unit);
    free(o->scratch);
}
