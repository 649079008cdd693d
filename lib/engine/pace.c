/* pace.c: one thread or all of them? Measured, because it cannot be known: a step may be shorter
 * than it takes threads to meet, or the processors may be busy with something else, and then two
 * threads are slower than one.
 *
 * Results do not depend on it: parts are cut once, and any number of threads may work through them.
 * The faster way is taken; the other is tried for some steps, of which the first do not count, as
 * memory has to move to other processors' caches; a hopeless trial is broken off. Then it is not
 * tried again until the faster has run fifty times as long as that took. */
#include "engine/pace.h"

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
