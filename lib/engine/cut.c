/* cut.c: into how many parts populations are cut, also while the network is in motion.
 *
 * A checkpoint does not depend on parts. So the state is saved, what lies by parts is made anew,
 * and the state is put back. What a presentation has recorded, and its source's draws, are whole
 * populations' and stay where they are.
 *
 * There is a part for each thread, and more where a population is larger than a part can be.
 * Networks whose state is too large to be kept a second time stay as they are first cut, and one
 * thread works through all parts when others do not pay. */
#include "base/now.h"
#include "engine/comm.h"
#include "engine/internal.h"
#include "network/estimate.h"

#include <math.h>
#include <stdlib.h>

/* Populations stay cut as they are, and no more threads are used than there are parts. */
static void stay(spk_engine *e)
{
    e->fixed = true;
    if (e->parts >= e->pace.threads[PACE_CUT]) return;
    if (e->threads > e->parts) e->threads = e->parts;
    engine_pace_fix(&e->pace, e->threads);
}

static int build(spk_engine *e, size_t parts, const void *state, size_t size, spk_error *err)
{
    engine_projections_free(e);
    e->parts = e->last = parts;
    for (size_t i = 0; i < e->net->populations; i++)
        if (engine_population_cut(e, &e->population[i], err)) return -1;
    if (engine_projections_build(e, err)) return -1;
    return spk_engine_restore(e, state, size, e->net->name, err);
}

/* Could all projections be built now, beside those there are? */
static bool has_room(const spk_engine *e)
{
    double bytes = spk_estimate_network(e->net).building;
    for (size_t k = 0; k < e->net->projections; k++)
        bytes += spk_estimate_projection(e->net, k).bytes;
    void *volatile room = bytes < (double)SIZE_MAX ? malloc((size_t)bytes + 1) : NULL;
    bool found = room != NULL;
    free(room);
    return found;
}

/* Where there is no memory for it, it goes on as it was. */
int engine_cut(spk_engine *e, size_t parts, spk_error *err)
{
    const size_t before = e->parts;
    int status = 0;
    void *state;
    size_t size;
    if (spk_engine_save(e, &state, &size, NULL)) {
        stay(e);
        return 0;
    }
    if (!has_room(e)) {
        stay(e);
    } else if (build(e, parts, state, size, NULL)) {
        status = build(e, before, state, size, err);
        stay(e);
    }
    free(state);
    return status;
}

/* Lists of synapses name a part's units by 16 bits. */
static size_t least_parts(const spk_network *net)
{
    enum { MOST = UINT16_MAX / SPK_LANES };
    size_t parts = 1;
    for (size_t i = 0; i < net->populations; i++) {
        size_t lanes = (net->population[i].size + (size_t)SPK_LANES - 1) / SPK_LANES;
        if ((lanes + MOST - 1) / MOST > parts) parts = (lanes + MOST - 1) / MOST;
    }
    return parts;
}

static size_t parts_for(const spk_engine *e, size_t threads)
{
    return threads * ((least_parts(e->net) + threads - 1) / threads);
}

/* Is there room for the state a second time? It is in the populations and what learning changes. */
static bool is_light(const spk_engine *e)
{
    static const double most = 256e6; /* bytes */
    double bytes = 0, all = spk_estimate_network(e->net).bytes;
    for (size_t i = 0; i < e->net->populations; i++)
        bytes += spk_estimate_population(e->net, i).bytes;
    for (size_t a = 0; a < e->arrays; a++)
        bytes += (double)e->array[a].values * (double)spk_dtype_bytes(e->array[a].dtype);
    double limit = e->options.max_memory > 0 ? (double)e->options.max_memory : INFINITY;
    return bytes < most && all + bytes <= limit;
}

/* Each rank has as many parts, at least one for each of its threads. */
static void open_ranks(spk_engine *e, size_t ranks)
{
    e->fixed = true;
    engine_pace_fix(&e->pace, (size_t)e->options.threads);
    e->threads = e->pace.threads[e->pace.now];
    e->parts = parts_for(e, ranks * e->threads);
    e->first = e->parts / ranks * (size_t)spk_comm_rank();
    e->last = e->first + e->parts / ranks;
}

void engine_cut_open(spk_engine *e)
{
    size_t parts = (size_t)e->options.parts, threads = (size_t)e->options.threads;
    if (spk_comm_ranks() > 1) {
        open_ranks(e, (size_t)spk_comm_ranks());
        return;
    }
    e->fixed = parts > 0;
    if (e->fixed)
        engine_pace_fix(&e->pace, threads < parts ? threads : parts);
    else
        engine_pace_open(&e->pace, e->net, threads);
    e->threads = e->pace.threads[e->pace.now];
    e->parts = e->last = parts_for(e, e->fixed ? parts : e->threads);
}

void engine_cut_start(spk_engine *e, uint64_t since)
{
    const uint64_t now = spk_now();
    if (e->fixed || !is_light(e)) stay(e);
    engine_pace_start(&e->pace, e->fixed ? 0 : (double)(now - since), (double)now);
}

int engine_cut_choose(spk_engine *e, uint64_t *steps, spk_error *err)
{
    const uint64_t begin = spk_now();
    const size_t before = e->threads;
    e->threads = engine_pace_choose(&e->pace, (double)begin, e->resting, steps);
    if (*steps > e->interval.steps) *steps -= *steps % e->interval.steps; /* whole blocks */
    if (e->fixed || e->threads == before) return 0;
    size_t parts = parts_for(e, e->threads);
    if (parts == e->parts) return 0;
    int status = engine_cut(e, parts, err);
    engine_pace_changed(&e->pace, (double)(spk_now() - begin));
    return status;
}
