/* pace.c: one thread or all of them? Measured, because it cannot be known: a step may be shorter
 * than it takes threads to meet, or the processors may be busy with something else, and then two
 * threads are slower than one.
 *
 * Results do not depend on it: parts are cut once, and any number of threads may work through them.
 * The faster is taken, a few steps at a time; the other is tried again for fewer steps, and then
 * not until the faster has run fifty times as long as that took. */
#include "engine/pace.h"

enum { STEPS = 64, TRIAL_STEPS = 8, TRIAL_SHARE = 50 };

static size_t better(const engine_pace *p)
{
    return p->ns[PACE_ALL] < p->ns[PACE_ONE] ? PACE_ALL : PACE_ONE;
}

size_t engine_pace_best(const engine_pace *p)
{
    return p->ns[PACE_ALL] > 0 && p->ns[PACE_ONE] > 0 ? better(p) : PACE_ONE;
}

static size_t choose(const engine_pace *p, double now)
{
    for (size_t pace = 0; pace < PACES; pace++)
        if (p->ns[pace] <= 0) return pace;
    return now < p->next_trial ? better(p) : PACES - 1 - better(p);
}

size_t engine_pace_choose(const engine_pace *p, double now, uint64_t *steps)
{
    size_t pace = choose(p, now);
    uint64_t most = p->ns[pace] > 0 && pace == better(p) ? STEPS : TRIAL_STEPS;
    if (*steps > most) *steps = most;
    return pace;
}

void engine_pace_note(engine_pace *p, size_t pace, uint64_t steps, double begin, double end)
{
    double ns = (end - begin) / (double)steps + 1e-3; /* never 0 */
    p->ns[pace] = p->ns[pace] > 0 ? 0.75 * p->ns[pace] + 0.25 * ns : ns;
    if (pace != better(p)) p->next_trial = end + TRIAL_SHARE * (end - begin);
}
