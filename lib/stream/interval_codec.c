/* interval_codec.c: counts and intervals per unit and window, from and to spikes in time order.
 *
 * Encoding distributes the spikes (sorted by tick, unit) over their cells, decoding sorts each
 * window's cells (ascending units) by tick; both are counting sorts, a few passes over memory that
 * fits the caches. */
#include "stream/interval_codec.h"

#include "base/bytes.h"
#include "base/memory.h"
#include "base/sorted.h"
#include "stream/format.h"
#include "stream/stream_kernels.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST = SPK_RECORD_MAX_SPIKES,
    SEGMENT = 4000, /* spikes that pay for a Huffman table */
    MAX_CUTS = 16
};

/* A cell while its spikes are placed: where its next interval goes, and the spike before. */
typedef struct cell {
    uint32_t next, last;
} cell;

struct spk_interval_coder {
    const spk_stream_kernels *kernels;
    size_t cells; /* room in the two arrays */
    uint32_t *count;
    cell *cell;
    uint32_t *class_start; /* of cells that have so many spikes: 0..most <= MOST */
    uint32_t most;
    uint32_t *interval; /* MOST, in the order of the planes */
    uint16_t *offset;   /* of the spikes of one window, at most MOST, unit after unit */
    uint32_t *unit;
    uint32_t *tick_start; /* SPK_INTERVALS_MAX_TICKS + 1 */
};

spk_interval_coder *spk_interval_coder_new(spk_error *err)
{
    spk_interval_coder *c = spk_alloc(1, sizeof *c, "spikes", err);
    if (!c) return NULL;
    c->kernels = spk_stream_kernels_get();
    c->class_start = spk_alloc(MOST + 2, sizeof *c->class_start, "spikes", err);
    c->interval = spk_alloc(MOST + SPK_NUMBERS_SLACK, sizeof *c->interval, "spikes", err);
    c->offset = spk_alloc(MOST, sizeof *c->offset, "spikes", err);
    c->tick_start = spk_alloc(SPK_INTERVALS_MAX_TICKS + 1, sizeof *c->tick_start, "spikes", err);
    c->unit = spk_alloc(MOST, sizeof *c->unit, "spikes", err);
    if (c->class_start && c->interval && c->offset && c->tick_start && c->unit) return c;
    spk_interval_coder_free(c);
    return NULL;
}

void spk_interval_coder_free(spk_interval_coder *coder)
{
    if (!coder) return;
    free(coder->count);
    free(coder->cell);
    free(coder->class_start);
    free(coder->interval);
    free(coder->offset);
    free(coder->unit);
    free(coder->tick_start);
    free(coder);
}

static int room_for_cells(spk_interval_coder *c, size_t cells, spk_error *err)
{
    size_t counts = c->cells, both = c->cells;
    if (spk_grow(&c->count, &counts, cells, sizeof *c->count, "spikes", err) ||
        spk_grow(&c->cell, &both, cells, sizeof *c->cell, "spikes", err))
        return -1;
    c->cells = both;
    return 0;
}

static size_t window_end(const spk_spike_block *b, size_t w, size_t at)
{
    return w + 1 < b->windows ? spk_first_from(b->tick, at, b->n, b->window[w + 1]) : b->n;
}

bool spk_intervals_fit(const spk_spike_block *b)
{
    if (b->windows > SPK_INTERVALS_MAX_WINDOWS) return false;
    if (b->units > SPK_INTERVALS_MAX_CELLS / b->windows) return false;
    for (size_t w = 0, at = 0, end; w < b->windows; w++, at = end) {
        end = window_end(b, w, at);
        if (end > at && b->tick[end - 1] - b->window[w] >= SPK_INTERVALS_MAX_TICKS) return false;
    }
    return true;
}

/* ---- counting ------------------------------------------------------------------------------- */

static void count_spikes(spk_interval_coder *c, const spk_spike_block *b)
{
    memset(c->count, 0, b->windows * b->units * sizeof *c->count);
    for (size_t w = 0, at = 0; w < b->windows; w++) {
        uint32_t *count = c->count + w * b->units;
        size_t end = window_end(b, w, at);
#pragma GCC unroll 4
        for (; at < end; at++)
            count[b->unit[at]]++;
    }
}

/* log2(x) in 1/256, x > 0, within 0.01: integers, so that the choice is the same everywhere. */
static int64_t log2_256(uint64_t x)
{
    int whole = 63 - __builtin_clzll(x);
    int64_t part = (int64_t)(x << (63 - whole) >> 55 & 255);
    return whole * 256 + part + (part * (256 - part) * 88 >> 16);
}

/* In 1/256 bit: log2(e); the tables; what a count costs above its entropy; what must be gained. */
enum { LOG2_E = 369, TABLES = 400 * 256, PER_COUNT = 64, MARGIN = 16 };

/* Estimated bits (in 1/256) in time order: a memoryless raster of the mean rate. */
static int64_t cost_by_time(const spk_spike_block *b)
{
    uint64_t ticks = b->end - b->window[0];
    int64_t gap = log2_256(ticks) + log2_256(b->units) - log2_256(b->n);
    return (int64_t)b->n * (gap + LOG2_E);
}

/* The same by cells: the entropy of the counts, and memoryless intervals of each cell's mean. */
static int64_t cost_by_cells(const spk_interval_coder *c, const spk_spike_block *b, uint32_t most)
{
    uint64_t ticks = (b->end - b->window[0]) / b->windows, cells = b->windows * b->units;
    int64_t per_tick = log2_256(ticks ? ticks : 1) + LOG2_E, cost = TABLES;
    cost += (int64_t)cells * (log2_256(cells) + PER_COUNT);
    for (uint32_t k = 0; k <= most; k++) {
        int64_t with = c->class_start[k];
        if (!with) continue;
        cost -= with * log2_256((uint64_t)with);
        if (k) cost += with * k * (per_tick - log2_256(k));
    }
    return cost;
}

/* class_start[k] = how many cells have k spikes. Returns the largest k. Most cells are empty: to count
 * them one by one would be a chain of dependent additions. */
static uint32_t count_classes(spk_interval_coder *c, size_t cells)
{
    uint32_t *with = c->class_start, most = 0, filled = 0;
    for (size_t i = 0; i < cells; i++)
        if (c->count[i] > most) most = c->count[i];
    memset(with, 0, (most + 1) * sizeof *with);
    for (size_t i = 0; i < cells; i++) {
        if (!c->count[i]) continue;
        with[c->count[i]]++;
        filled++;
    }
    with[0] = (uint32_t)cells - filled;
    return most;
}

int spk_intervals_count(spk_interval_coder *c, const spk_spike_block *b, bool *pays, spk_error *err)
{
    size_t cells = b->windows * b->units;
    if (room_for_cells(c, cells, err)) return -1;
    count_spikes(c, b);
    c->most = count_classes(c, cells);
    *pays = cost_by_cells(c, b, c->most) + (int64_t)b->n * MARGIN < cost_by_time(b);
    return 0;
}

/* ---- cells ---------------------------------------------------------------------------------- */

/* From the classes, where each cell's intervals begin: cells in ascending order of count.
 * class_start[k] is then where those of the cells with k spikes end. */
static void arrange(spk_interval_coder *c, size_t cells, uint32_t most)
{
    uint32_t *start = c->class_start, sum = 0;
    for (uint32_t k = 0; k <= most; k++) {
        uint32_t spikes = k * start[k];
        start[k] = sum;
        sum += spikes;
    }
    for (size_t i = 0; i < cells; i++) {
        uint32_t k = c->count[i];
        if (!k) continue;
        c->cell[i].next = start[k];
        start[k] += k;
    }
}

/* ---- encoding ------------------------------------------------------------------------------- */

/* Every spike's interval to its place; returns the OR of all. */
static uint32_t place_intervals(spk_interval_coder *c, const spk_spike_block *b)
{
    uint32_t all = 0;
    for (size_t w = 0, at = 0; w < b->windows; w++) {
        cell *cells = c->cell + w * b->units;
        uint64_t before = b->window[w] - 1; /* it may wrap: only differences count */
        for (uint32_t u = 0; u < b->units; u++)
            cells[u].last = 0;
        for (size_t end = window_end(b, w, at); at < end; at++) {
            cell *own = &cells[b->unit[at]];
            uint32_t offset = (uint32_t)(b->tick[at] - before), interval = offset - own->last;
            c->interval[own->next++] = interval;
            own->last = offset;
            all |= interval;
        }
    }
    return all;
}

static uint8_t bytes_of(uint32_t value)
{
    return value > 0xffff ? 4 : value > 0xff ? 2 : value > 0 ? 1 : 0;
}

static int put_windows(const spk_spike_block *b, spk_payload *out, spk_error *err)
{
    unsigned char *at = spk_payload_add(out, 8 * (b->windows - 1), err);
    if (!at) return -1;
    for (size_t w = 1; w < b->windows; w++)
        spk_put64(at + 8 * (w - 1), b->window[w] - b->window[w - 1]);
    return 0;
}

static int put_counts(spk_interval_coder *c, size_t cells, uint8_t width, spk_payload *out,
                      spk_error *err)
{
    unsigned char *at = spk_payload_add_planes(out, width, cells, err);
    if (!at) return -1;
    c->kernels->split32(c->count, cells, 0, width, at);
    return 0;
}

/* Where blocks end: between classes of cells, where intervals have become half as long, when
 * there is enough for a table on both sides. */
static size_t find_cuts(const spk_interval_coder *c, uint32_t most, size_t n, size_t *cut)
{
    size_t last = 0, cuts = 0;
    for (uint32_t k = 1, first = 1; k < most && cuts < MAX_CUTS; k++) {
        size_t end = c->class_start[k];
        if (k + 1 < 2 * first || end - last < SEGMENT || n - end < SEGMENT) continue;
        cut[cuts++] = last = end;
        first = k + 1;
    }
    return cuts;
}

int spk_intervals_encode(spk_interval_coder *c, const spk_spike_block *b, spk_payload *out,
                         spk_number_form *form, uint8_t *count_bytes, spk_error *err)
{
    size_t cells = b->windows * b->units, cut[MAX_CUTS];
    arrange(c, cells, c->most);
    uint32_t all = place_intervals(c, b);
    size_t cuts = find_cuts(c, c->most, b->n, cut);
    *form = spk_numbers_form(c->interval, b->n, all);
    *count_bytes = bytes_of(c->most);
    if (put_windows(b, out, err) || put_counts(c, cells, *count_bytes, out, err)) return -1;
    return spk_numbers_encode(*form, c->interval, b->n, cuts, cut, out, err);
}

/* ---- decoding ------------------------------------------------------------------------------- */

/* A window's spikes, unit after unit: their offsets from the tick before the window, and their units;
 * how many there are at each offset (all zero before); *most is the largest. Returns how many spikes,
 * or MOST + 1 when an offset is out of range. */
static size_t unfold_window(spk_interval_coder *c, size_t first_cell, uint32_t units,
                            uint32_t *most)
{
    size_t n = 0;
    *most = 0;
    for (uint32_t u = 0; u < units; u++) {
        uint32_t spikes = c->count[first_cell + u];
        if (!spikes) continue;
        const uint32_t *from = c->interval + c->cell[first_cell + u].next;
        uint64_t offset = 0;
        for (uint32_t i = 0; i < spikes; i++, n++) {
            offset += from[i];
            if (offset - 1 >= SPK_INTERVALS_MAX_TICKS) return MOST + 1;
            c->offset[n] = (uint16_t)offset;
            c->unit[n] = u;
            c->tick_start[offset]++;
        }
        if (offset > *most) *most = (uint32_t)offset;
    }
    return n;
}

/* The window's spikes in the order of ticks; within one, of units. Offset 1 is tick `begin`. */
static void sort_window(spk_interval_coder *c, size_t n, uint32_t most, uint64_t begin,
                        uint64_t *tick, uint32_t *unit)
{
    uint32_t sum = 0;
    for (uint32_t t = 1; t <= most; t++) {
        uint32_t here = c->tick_start[t];
        c->tick_start[t] = sum;
        sum += here;
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t at = c->tick_start[c->offset[i]]++;
        tick[at] = begin + c->offset[i] - 1;
        unit[at] = c->unit[i];
    }
    memset(c->tick_start, 0, (most + 1) * sizeof *c->tick_start);
}

static const char *decode_windows(spk_interval_coder *c, const unsigned char *columns, uint64_t t0,
                                  uint32_t units, size_t windows, uint64_t *tick, uint32_t *unit)
{
    uint64_t begin = t0, next = t0; /* the next window begins there, or later */
    for (size_t w = 0; w < windows; w++) {
        uint32_t most;
        if (w && __builtin_add_overflow(begin, spk_get64(columns + 8 * (w - 1)), &begin))
            return "a window begins beyond 64 bits";
        if (begin < next) return "its windows overlap";
        size_t n = unfold_window(c, w * units, units, &most);
        if (n > MOST) return "an interval is out of range";
        if (__builtin_add_overflow(begin, (uint64_t)most, &next)) return "a tick is too large";
        sort_window(c, n, most, begin, tick, unit);
        tick += n;
        unit += n;
    }
    return NULL;
}

static bool add_up(const uint32_t *count, size_t cells, size_t n)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < cells; i++)
        sum += count[i];
    return sum == n;
}

int spk_intervals_decode(spk_interval_coder *c, const unsigned char *columns, size_t bytes,
                         uint64_t t0, size_t n, uint32_t units, size_t windows,
                         spk_number_form form, uint8_t count_bytes, uint64_t *tick, uint32_t *unit,
                         const char **why, spk_error *err)
{
    size_t size;
    *why = "its size does not fit its content";
    if (windows == 0 || units > SPK_INTERVALS_MAX_CELLS / windows) return -1;
    if (count_bytes == 0 || count_bytes > 4 || !spk_numbers_bytes(form, n, &size)) return -1;
    size_t cells = windows * units, head = 8 * (windows - 1) + cells * count_bytes;
    if (bytes != ((head + size + 7) & ~(size_t)7)) return -1;
    *why = NULL;
    if (room_for_cells(c, cells, err)) return -1;
    c->kernels->merge32(columns + 8 * (windows - 1), cells, count_bytes, c->count);
    *why = "its counts do not add up";
    if (!add_up(c->count, cells, n)) return -1;
    arrange(c, cells, count_classes(c, cells));
    spk_numbers_decode(form, columns + head, n, c->interval);
    *why = decode_windows(c, columns, t0, units, windows, tick, unit);
    if (*why) memset(c->tick_start, 0, (SPK_INTERVALS_MAX_TICKS + 1) * sizeof *c->tick_start);
    return *why ? -1 : 0;
}
