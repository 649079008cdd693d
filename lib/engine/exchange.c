/* exchange.c: spikes between ranks, once a block; and what they have recorded.
 *
 * A rank's list is the block's first step and length, then for each step, for each population of
 * neurons, for each of its parts: how many units fired, and which; and of a modulator its value, which
 * comes with its first unit. What sources fire every rank finds
 * out itself, as their random numbers are addressed. */
#include "base/memory.h"
#include "engine/comm.h"
#include "engine/internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- before anything is built ---------------------------------------------------------------- */

/* What all ranks must have alike, in 63 bits: all 64 mean something else. */
static uint64_t network_word(const spk_engine *e)
{
    static const uint64_t spread = UINT64_C(0x9e3779b97f4a7c15);
    char half[17] = "";
    memcpy(half, e->net->digest, sizeof half - 1);
    uint64_t word = strtoull(half, NULL, 16);
    word = (word ^ e->options.network_seed) * spread;
    word = (word ^ e->options.input_seed) * spread;
    return word >> 1;
}

static int check_ranks(spk_engine *e, uint64_t *word, spk_error *err)
{
    const int ranks = spk_comm_ranks();
    if (spk_comm_words(network_word(e), word, err)) return -1;
    for (int r = 1; r < ranks; r++)
        if (word[r] != word[0])
            return spk_fail(err, SPK_USAGE,
                            "rank %d of %d has another network, or seed, than rank 0", r, ranks);
    if (spk_comm_words((uint64_t)e->options.threads, word, err)) return -1;
    for (int r = 0; r < ranks; r++) /* all have as many parts */
        if (word[r] < (uint64_t)e->options.threads) e->options.threads = (int)word[r];
    return 0;
}

int engine_exchange_open(spk_engine *e, spk_error *err)
{
    const size_t ranks = (size_t)spk_comm_ranks();
    e->list_start = spk_alloc(ranks + 1, sizeof *e->list_start, "ranks", err);
    if (!e->list_start) return -1;
    if (ranks == 1) return 0;
    uint64_t *word = spk_alloc(ranks, sizeof *word, "ranks", err);
    int status = word ? check_ranks(e, word, err) : -1;
    free(word);
    return status;
}

void engine_exchange_free(spk_engine *e)
{
    free(e->list);
    free(e->list_start);
}

engine_range engine_units_of(const spk_engine *e, const engine_population *p, size_t rank)
{
    const size_t parts = e->last - e->first;
    engine_range range = {p->part[rank * parts].begin, p->part[(rank + 1) * parts - 1].end};
    if (range.begin > p->size) range.begin = p->size;
    if (range.end > p->size) range.end = p->size;
    return range;
}

/* ---- spikes ---------------------------------------------------------------------------------- */

typedef struct place {
    engine_population *p;
    size_t part;
    uint64_t slot;
} place;

static uint32_t *count_at(const spk_engine *e, place at)
{
    return &at.p->count[at.slot * e->parts + at.part];
}

static uint32_t *units_at(place at)
{
    return at.p->fired + at.slot * at.p->padded + at.p->part[at.part].begin;
}

/* Numbers of a list that are a modulator's value. */
static size_t value_length(place at)
{
    const engine_range range = at.p->part[at.part];
    const bool has = at.p->value && range.begin == 0 && range.end > 0;
    return has ? sizeof(double) / sizeof(uint32_t) : 0;
}

static int put(spk_engine *e, size_t *n, place at, spk_error *err)
{
    const uint32_t count = *count_at(e, at);
    const size_t value = value_length(at);
    if (spk_grow(&e->list, &e->list_capacity, *n + value + 1 + count, sizeof *e->list, "spikes",
                 err))
        return -1;
    if (value > 0) memcpy(e->list + *n, &at.p->value[at.slot], sizeof(double));
    *n += value;
    e->list[(*n)++] = count;
    memcpy(e->list + *n, units_at(at), count * sizeof *e->list);
    *n += count;
    return 0;
}

/* The units of one part from a list of which `left` numbers are left; how many were taken, 0: it makes
 * no sense. */
static size_t take(const spk_engine *e, const uint32_t *list, size_t left, place at)
{
    const engine_range range = at.p->part[at.part];
    const size_t value = value_length(at);
    if (left <= value) return 0;
    if (value > 0) memcpy(&at.p->value[at.slot], list, sizeof(double));
    list += value;
    left -= value;
    if (list[0] > left - 1 || list[0] > range.end - range.begin) return 0;
    *count_at(e, at) = list[0];
    memcpy(units_at(at), list + 1, list[0] * sizeof *list);
    return value + 1 + (size_t)list[0];
}

static int put_all(spk_engine *e, uint64_t begin, uint64_t end, size_t *n, spk_error *err)
{
    *n = 0;
    if (spk_grow(&e->list, &e->list_capacity, 2, sizeof *e->list, "spikes", err)) return -1;
    e->list[(*n)++] = (uint32_t)begin;
    e->list[(*n)++] = (uint32_t)(end - begin);
    for (uint64_t t = begin; t < end; t++)
        for (size_t i = 0; i < e->net->populations; i++) {
            engine_population *p = &e->population[i];
            for (size_t part = e->first; p->kernel && part < e->last; part++)
                if (put(e, n, (place){p, part, spk_ring_slot(t, p->history)}, err)) return -1;
        }
    return 0;
}

/* All that rank r sent, whose parts begin with `first`. */
static int take_all(spk_engine *e, uint64_t begin, uint64_t end, size_t first, const uint32_t *list,
                    size_t n)
{
    const size_t parts = e->last - e->first;
    size_t at = 2;
    if (n < 2 || list[0] != (uint32_t)begin || list[1] != end - begin) return -1;
    for (uint64_t t = begin; t < end; t++)
        for (size_t i = 0; i < e->net->populations; i++) {
            engine_population *p = &e->population[i];
            for (size_t part = first; p->kernel && part < first + parts; part++) {
                const size_t taken =
                    take(e, list + at, n - at, (place){p, part, spk_ring_slot(t, p->history)});
                if (taken == 0) return -1;
                at += taken;
            }
        }
    return at == n ? 0 : -1;
}

/* Sources fire everywhere. */
static void fire_sources(spk_engine *e, uint64_t begin, uint64_t end)
{
    for (size_t i = 0; i < e->net->populations; i++)
        for (size_t part = 0; e->population[i].source && part < e->parts; part++)
            for (uint64_t t = begin; t < end && !engine_owns(e, part); t++)
                engine_population_advance(e, &e->population[i], part, t);
}

static int exchange(spk_engine *e, uint64_t begin, uint64_t end, spk_error *err)
{
    const size_t parts = e->last - e->first;
    const uint32_t *all;
    size_t n = 0;
    if (e->failed) *err = e->failure;
    const bool good = !e->failed && put_all(e, begin, end, &n, err) == 0;
    if (spk_comm_lists(n, good ? e->list : NULL, &all, e->list_start, err)) return -1;
    for (size_t r = 0; r < (size_t)spk_comm_ranks(); r++)
        if (r * parts != e->first && take_all(e, begin, end, r * parts, all + e->list_start[r],
                                              e->list_start[r + 1] - e->list_start[r]))
            return spk_fail(err, SPK_BUG, "the spikes of rank %zu are those of other steps", r);
    fire_sources(e, begin, end);
    return 0;
}

void engine_exchange_spikes(spk_engine *e, uint64_t begin, uint64_t end)
{
    spk_error err = {.code = SPK_OK};
    if (exchange(e, begin, end, &err) == 0) return;
    e->parted = true;
    engine_fail(e, &err);
}
