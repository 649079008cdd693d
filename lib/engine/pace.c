/* pace.c: one thread or all of them? Measured, because it cannot be known: a step may be shorter
 * than it takes threads to meet, or the processors may be busy with something else, and then two
 * threads are slower than one.
 *
 * Results do not depend on it: parts are cut once, and any number of threads may work through them.
 * The faster way is taken; the other is tried for some steps, of which the first do not count, as
 * memory has to move to other processors' caches; a hopeless trial is broken off. Then it is not
 * tried again until the faster has run fifty times as long as that took.
 *
 * One thread that works through several parts is a little slower than with all in one, so that
 * populations are not cut at all where threads are not likely to pay. */
#include "engine/pace.h"

#include "base/now.h"
#include "engine/meeting.h"

#include <omp.h>

/* ---- before the network is built ------------------------------------------------------------- */

/* About how many ns one core needs for one step (measured on the networks of tests/bench); sources
 * are taken to fire at 10 Hz. */
static double step_cost(const spk_network *net)
{
    double cost = 0, chance = 10 * net->dt_ms / 1000;
    for (size_t i = 0; i < net->populations; i++)
        cost += 0.25 * net->population[i].size;
    for (size_t k = 0; k < net->projections; k++) {
        const spk_projection *p = &net->projection[k];
        double targets = net->population[p->target].size;
        bool free_of_charge =
            !p->rule && p->weight.kind == SPK_VALUE_CONSTANT && p->connect <= SPK_ALL_BUT_SELF;
        if (!free_of_charge)
            cost += chance * net->population[p->source].size * targets *
                    (p->min_delay < p->max_delay ? 0.35 : 0.12);
    }
    return cost;
}

/* How many ns it takes so many threads to meet, now. */
static double meeting_cost(size_t threads)
{
    enum { MEETINGS = 16 };
    engine_meeting meeting = {0};
    double ns = 0;
    for (int round = 0; round < 2; round++) { /* the first makes the threads */
        const uint64_t begin = spk_now();
#pragma omp parallel num_threads((int)threads)
        for (int k = 0; k < MEETINGS; k++)
            engine_meet(&meeting, (size_t)omp_get_num_threads());
        ns = (double)(spk_now() - begin) / MEETINGS;
    }
    return ns;
}

size_t engine_useful_parts(const spk_network *net, int threads)
{
    static const double worth = 2000; /* ns of work in a step for each further thread */
    static const double cutting = 1.25, gain = 0.9;
    double cost = step_cost(net);
    size_t most = 1 + (size_t)(cost / worth), processors = (size_t)omp_get_num_procs();
    if (most > (size_t)threads) most = (size_t)threads;
    if (most > processors) most = processors;
    if (most == 1) return 1;
    bool pays = cutting * cost / (double)most + meeting_cost(most) < gain * cost;
    return pays ? most : 1;
}

/* ---- while it runs --------------------------------------------------------------------------- */

enum { STEPS = 64, PIECE = 8, WARMING = 32, TRIAL = 64, HOPELESS = 3, TRIAL_SHARE = 50 };

static size_t other(const engine_pace *p)
{
    return PACES - 1 - p->now;
}

size_t engine_pace_choose(engine_pace *p, bool resting, double now, uint64_t *steps)
{
    if (!resting && !p->trying && p->ns[p->now] > 0 && now >= p->next_trial) {
        p->trying = true;
        p->steps = 0;
        p->begin = now;
        p->measured = 0;
    }
    bool trying = p->trying && !resting;
    uint64_t most = trying ? PIECE : STEPS;
    if (*steps > most) *steps = most;
    return trying ? other(p) : p->now;
}

static void note_trial(engine_pace *p, uint64_t steps, double ns, double end)
{
    bool counts = p->steps >= WARMING;
    bool hopeless = p->steps > 0 && ns > HOPELESS * p->ns[p->now];
    p->steps += steps;
    if (counts) p->measured += ns * (double)steps / (TRIAL - WARMING);
    if (p->steps < TRIAL && !hopeless) return;
    p->ns[other(p)] = hopeless ? ns : p->measured;
    if (p->ns[other(p)] < p->ns[p->now]) p->now = other(p);
    p->trying = false;
    p->next_trial = end + TRIAL_SHARE * (end - p->begin);
}

/* The way that was the faster no longer is; a rest's step does not take longer than another. */
static bool has_slowed(const engine_pace *p, double ns)
{
    return p->ns[other(p)] > 0 && ns > HOPELESS * p->ns[other(p)];
}

void engine_pace_note(engine_pace *p, bool resting, uint64_t steps, double begin, double end)
{
    double ns = (end - begin) / (double)steps + 1e-3; /* never 0 */
    if (!resting && p->trying) {
        note_trial(p, steps, ns, end);
        return;
    }
    double *known = &p->ns[p->now];
    if (!resting) *known = *known > 0 ? 0.75 * *known + 0.25 * ns : ns;
    if (has_slowed(p, resting ? ns : *known)) p->now = other(p);
}
