/* pace.c: one thread or several? Measured, because it cannot be known: a step may be shorter than
 * it takes threads to meet, two processors may be one with two names, or be busy with something
 * else, and then two threads are slower than one. Results do not depend on it.
 *
 * The faster way is taken. The other is tried for some steps, of which the first do not count, as
 * memory has to move to other processors' caches; a hopeless trial is broken off. Then it is not
 * tried again until the faster has run a hundred times as long as that took, and longer after
 * every further trial in vain.
 *
 * One thread that works through several parts is slower than through one, by what is listed as
 * `cutting` below: hence a network for one thread is whole, and changing the way means to cut it
 * anew. */
#include "engine/pace.h"

#include "base/now.h"
#include "engine/meeting.h"
#include "network/estimate.h"

#include <omp.h>

/* ---- before the network is built ------------------------------------------------------------- */

/* About how many ns a step takes one thread that works through one part, and through two. */
typedef struct step_cost {
    double whole, cut;
} step_cost;

static step_cost estimate_step(const spk_network *net)
{
    static const double cutting = 1.15, cutting_delays = 1.5;
    double whole = spk_estimate_network(net).step_ns;
    step_cost cost = {whole, cutting * whole};
    for (size_t k = 0; k < net->projections; k++)
        if (net->projection[k].min_delay < net->projection[k].max_delay)
            cost.cut += (cutting_delays - cutting) * spk_estimate_projection(net, k).step_ns;
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

/* Arithmetic that uses all that a core has: with less of it at a time, two processors that share one
 * core look like two. */
static double work(void)
{
    enum { CHAINS = 64, ROUNDS = 10000 };
    double x[CHAINS];
    for (int k = 0; k < CHAINS; k++)
        x[k] = 1 + k;
    for (int i = 0; i < ROUNDS; i++)
        for (int k = 0; k < CHAINS; k++)
            x[k] = x[k] * 0.999 + 1e-3;
    double sum = 0;
    for (int k = 0; k < CHAINS; k++)
        sum += x[k];
    return sum;
}

/* How much slower each of so many threads is than one alone, now: about 1 where each has a core. */
static double crowding(size_t threads)
{
    enum { ROUNDS = 3 };
    double least[2] = {0};
    for (int round = 0; round < 2 * ROUNDS; round++) {
        bool all = round % 2;
        const uint64_t begin = spk_now();
#pragma omp parallel num_threads((int)threads) if (all)
        {
            volatile double done = work(); /* not left out */
            (void)done;
        }
        double ns = (double)(spk_now() - begin);
        if (round < 2 || ns < least[all]) least[all] = ns;
    }
    return least[1] / least[0];
}

static bool cut_is_likely_to_pay(step_cost cost, size_t parts)
{
    static const double gain = 0.9;
    double together = cost.cut / (double)parts * crowding(parts) + meeting_cost(parts);
    return together < gain * cost.whole;
}

void engine_pace_open(engine_pace *p, const spk_network *net, int threads)
{
    static const double worth = 2000; /* ns of work in a step for each further thread */
    step_cost cost = estimate_step(net);
    size_t most = 1 + (size_t)(cost.whole / worth), processors = (size_t)omp_get_num_procs();
    if (most > (size_t)threads) most = (size_t)threads;
    if (most > processors) most = processors;
    *p = (engine_pace){.parts = {1, most}};
    p->now = most > 1 && cut_is_likely_to_pay(cost, most) ? PACE_CUT : PACE_WHOLE;
}

/* ---- while it runs --------------------------------------------------------------------------- */

enum {
    WINDOW = 4096,     /* steps at a time, at most; */
    CUT_WINDOW = 64,   /* less where threads may be held up, */
    TRIAL_WINDOW = 8,  /* or may turn out to be */
    WARMING = 64,      /* steps of a trial that do not count */
    TRIAL = 2048,      /* steps that do: some samples, as these differ */
    LATELY = 2 * TRIAL /* steps whose times are looked at */
};

static const double trial_share = 100;         /* of its time passes before the next */
static const unsigned most_in_vain = 4;        /* each doubles that, up to so many */
static const double gain = 0.95, hopeless = 3; /* of the known way's time */
static const double held_up = 1.5;

static size_t other(const engine_pace *p)
{
    return PACES - 1 - p->now;
}

/* ns a step, lately; 0: not known. */
static double pace_of(const engine_pace *p, size_t way)
{
    return p->steps[way] > 0 ? p->ns[way] / p->steps[way] : 0;
}

static void put_off_trial(engine_pace *p, double now)
{
    p->next_trial = now + trial_share * p->trial_ns * (double)(1u << p->in_vain);
}

void engine_pace_start(engine_pace *p, double ns, double now, bool change)
{
    if (!change) p->parts[other(p)] = p->parts[p->now];
    static const double soon =
        0.1; /* whether threads pay is a guess until the other way is known */
    p->trial_ns = p->now == PACE_CUT ? soon * ns : ns;
    put_off_trial(p, now);
}

size_t engine_pace_choose(engine_pace *p, double now, uint64_t *steps)
{
    bool choice = p->parts[PACE_WHOLE] != p->parts[PACE_CUT];
    if (choice && p->begin == 0 && p->steps[p->now] >= TRIAL && now >= p->next_trial) {
        p->now = other(p);
        p->ns[p->now] = p->steps[p->now] = p->warmed = 0;
        p->begin = now;
    }
    uint64_t most = !choice || p->now == PACE_WHOLE       ? WINDOW
                    : p->begin > 0 && p->warmed < WARMING ? TRIAL_WINDOW
                                                          : CUT_WINDOW;
    if (*steps > most) *steps = most;
    return p->parts[p->now];
}

static void add(engine_pace *p, double steps, double ns)
{
    if (p->steps[p->now] > LATELY) {
        p->steps[p->now] /= 2;
        p->ns[p->now] /= 2;
    }
    p->steps[p->now] += steps;
    p->ns[p->now] += ns;
}

static void end_trial(engine_pace *p, bool pays, double end)
{
    if (!pays) p->now = other(p);
    p->in_vain = pays ? 0 : p->in_vain + (p->in_vain < most_in_vain);
    p->trial_ns = end - p->begin;
    p->begin = 0;
    put_off_trial(p, end);
}

static void fall_back(engine_pace *p, double end)
{
    p->now = PACE_WHOLE;
    p->in_vain = 0;
    put_off_trial(p, end);
}

void engine_pace_note(engine_pace *p, uint64_t steps, double ns, double end)
{
    double known = pace_of(p, other(p));
    bool trying = p->begin > 0, warming = trying && p->warmed < WARMING;
    bool broken_off = warming && p->warmed > 0 && ns > hopeless * known * (double)steps;
    if (warming)
        p->warmed += (double)steps;
    else
        add(p, (double)steps, ns);
    if (trying && (broken_off || p->steps[p->now] >= TRIAL))
        end_trial(p, !broken_off && pace_of(p, p->now) < gain * known, end);
    else if (!trying && p->now == PACE_CUT && known > 0 && pace_of(p, PACE_CUT) > held_up * known)
        fall_back(p, end);
}
