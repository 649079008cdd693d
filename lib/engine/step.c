/* step.c: the time loop over a window of steps.
 *
 * A window is done in blocks of steps (interval.c). Two phases a block, with one barrier between them:
 * every thread advances the units of its parts step by step, as all that arrives in the block is known;
 * then it hands the spikes of all to its own units, again step by step. The second phase of one block
 * and the first of the next may overlap between threads: lists of spikes are kept for two blocks.
 *
 * Where there are gap junctions, a block is one step, before which threads meet, too, to look at each
 * other's potentials. */
#include "engine/comm.h"
#include "engine/internal.h"
#include "random/random.h"

#include <immintrin.h>
#include <omp.h>

typedef struct block {
    uint64_t begin, end; /* steps */
} block;

/* Of several units that fired in step t, keep one at random: draw n of the presentation is word 0
 * of the block {0, attempt and sample, sample, n}, purpose "population/NAME/winner". */
static void choose_winner(spk_engine *e, engine_population *p, uint64_t t)
{
    uint64_t slot = spk_ring_slot(t, p->history);
    uint32_t *unit = p->fired + slot * p->padded, *count = p->count + slot * e->parts;
    uint32_t total = 0, word[4];
    for (size_t part = 0; part < e->parts; part++)
        total += count[part];
    if (total < 2) return;
    uint32_t counter[4] = {0, engine_address(e), (uint32_t)e->sample, e->winner_draws[p->index]++};
    spk_philox(e->winner_key[p->index], counter, word);
    uint32_t pick = (uint32_t)((uint64_t)word[0] * total >> 32);
    for (size_t part = 0; part < e->parts; part++) {
        uint32_t n = count[part], *own = unit + p->part[part].begin;
        bool here = pick < n;
        if (here) own[0] = own[pick];
        count[part] = here;
        pick = here ? UINT32_MAX : pick == UINT32_MAX ? pick : pick - n;
    }
}

static void choose_winners(spk_engine *e, uint64_t t)
{
    for (size_t i = 0; i < e->net->populations; i++)
        if (e->population[i].spec->winner_random) choose_winner(e, &e->population[i], t);
}

static void count_repeat(spk_engine *e, uint64_t t)
{
    const spk_on_sample *rule = &e->net->on_sample;
    if (!rule->repeat) return;
    engine_fired fired = engine_population_fired(e, &e->population[rule->repeat_population], t, 0);
    for (size_t part = 0; part < fired.parts; part++)
        e->counted += fired.count[part];
}

/* What one thread does for all: the records of spikes. */
static void record(spk_engine *e, uint64_t t)
{
    spk_error err;
    if (e->resting || e->failed) return;
    count_repeat(e, t);
    for (size_t i = 0; i < e->net->populations; i++)
        if (e->population[i].record && engine_record_spikes(e, &e->population[i], t, &err))
            engine_fail(e, &err);
}

/* All input of step t has arrived, or does so now: of projections that are straight. */
static void settle(spk_engine *e, size_t part, uint64_t t)
{
    for (size_t i = 0; i < e->net->populations; i++)
        engine_population_settle(e, &e->population[i], part, t);
    for (size_t k = 0; k < e->net->projections; k++) {
        engine_projection *p = &e->projection[k];
        if (p->straight) p->storage->step(e, p, part, t - p->spec->min_delay);
    }
    for (size_t i = 0; i < e->net->populations && !e->resting; i++)
        if (e->population[i].record) engine_record_traces(e, &e->population[i], part, t);
}

static void advance(spk_engine *e, size_t part, block b)
{
    for (uint64_t t = b.begin; t < b.end; t++) {
        engine_interval_arrive(e, part, t, b.end, false);
        for (size_t i = 0; i < e->net->populations; i++)
            engine_population_advance(e, &e->population[i], part, t);
        engine_interval_arrive(e, part, t, b.end, true);
        if (!e->interval.immediate) settle(e, part, t);
    }
}

static void deliver(spk_engine *e, size_t part, block b)
{
    for (uint64_t t = b.begin; t < b.end; t++) {
        for (size_t k = 0; k < e->net->projections; k++) {
            engine_projection *p = &e->projection[k];
            if (p->rate && e->learning) engine_scaling_step(e, p, part, t);
            if (!e->interval.is_prompt[k] && !p->straight) p->storage->step(e, p, part, t);
        }
        if (e->interval.immediate) settle(e, part, t);
    }
}

/* What devices have sent, and is on its way when the window ends. */
static void leave(spk_engine *e, size_t part, uint64_t end)
{
    for (uint64_t t = end; t < end + engine_interval_ahead(e); t++)
        engine_interval_arrive(e, part, t, end, false);
}

/* Before a block, which is of one step where there are gap junctions: all potentials are known. */
static void share(spk_engine *e, size_t me, size_t team)
{
    for (size_t part = e->first + me; part < e->last; part += team)
        engine_gap_share(e, part);
    engine_meet(&e->meeting, team);
    if (spk_comm_ranks() == 1) return;
    if (me == 0) engine_gap_exchange(e);
    engine_meet(&e->meeting, team);
}

/* Between the two phases of a block: all threads have advanced, and all ranks. */
static void look(spk_engine *e, block b, size_t me, size_t team)
{
    engine_meet(&e->meeting, team);
    if (spk_comm_ranks() > 1) {
        if (me == 0) engine_exchange_spikes(e, b.begin, b.end);
        engine_meet(&e->meeting, team);
    }
    if (e->winners) {
        if (me == 0) choose_winners(e, b.begin);
        engine_meet(&e->meeting, team);
    }
    for (uint64_t t = b.begin; me == 0 && t < b.end; t++)
        record(e, t);
}

/* What decays would go through denormal numbers, which are slow, for long: in the time loop they are
 * zero. Returns the mode that held before. */
static unsigned denormals_are_zero(void)
{
    const unsigned mode = _mm_getcsr(), operands = 0x40;
    _mm_setcsr(mode | _MM_FLUSH_ZERO_ON | operands);
    return mode;
}

/* One thread's loop; `me` of `team`. */
static void run(spk_engine *e, uint64_t begin, uint64_t end, size_t me, size_t team)
{
    const unsigned mode = denormals_are_zero();
    for (block b = {.begin = begin}; b.begin < end; b.begin = b.end) {
        const uint64_t left = end - b.begin;
        b.end = b.begin + (left < e->interval.steps ? left : e->interval.steps);
        if (e->gaps) share(e, me, team);
        if (e->parted) break;
        for (size_t part = e->first + me; part < e->last; part += team)
            advance(e, part, b);
        look(e, b, me, team);
        if (e->parted) break;
        for (size_t part = e->first + me; part < e->last; part += team)
            deliver(e, part, b);
    }
    for (size_t part = e->first + me; part < e->last; part += team)
        if (!e->parted) leave(e, part, end);
    _mm_setcsr(mode);
}

static void run_all(spk_engine *e, uint64_t begin, uint64_t end)
{
#pragma omp parallel num_threads((int)e->threads)
    run(e, begin, end, (size_t)omp_get_thread_num(), (size_t)omp_get_num_threads());
}

void engine_fail(spk_engine *e, const spk_error *why)
{
#pragma omp critical(engine_failure)
    {
        if (!e->failed) e->failure = *why; /* the first */
        e->failed = true;
    }
}

int engine_window(spk_engine *e, uint64_t steps, spk_error *err)
{
    e->failed = e->parted = false;
    for (size_t i = 0; i < e->net->populations; i++)
        engine_waiting_begin(&e->population[i], e->parts);
    if (e->threads == 1)
        run(e, e->now, e->now + steps, 0, 1);
    else
        run_all(e, e->now, e->now + steps);
    for (size_t i = 0; i < e->net->populations; i++)
        for (size_t part = e->first; part < e->last; part++)
            engine_waiting_end(&e->population[i], part);
    if (e->failed) {
        if (err) *err = e->failure;
        return -1;
    }
    for (size_t i = 0; i < e->net->populations && !e->resting; i++) {
        engine_population *p = &e->population[i];
        if (!p->record) continue;
        if (spk_comm_ranks() > 1 && engine_record_collect(e, p, steps, err)) return -1;
        engine_record_advance(e, p, steps);
    }
    e->now += steps;
    if (!e->resting) e->done += steps;
    return 0;
}
