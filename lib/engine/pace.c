/* pace.c: one thread or several? Measured, because it cannot be known: a step may be shorter than
 * it takes threads to meet, two processors may be one with two names, or be busy with something
 * else, and then two threads are slower than one. Results do not depend on it.
 *
 * The faster way is taken. The other is tried for some steps, of which the first do not count, as
 * memory has to move to other processors' caches; a hopeless trial is broken off. Then it is not
 * tried again until the faster has run a hundred times as long as that took, and longer after
 * every further trial in vain; but at once when threads have become much slower than one was.
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
    static volatile double first = 1; /* read in here, so that nothing is done before */
    double x[CHAINS];
    for (int k = 0; k < CHAINS; k++)
        x[k] = first + k;
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

static bool cut_is_likely_to_pay(step_cost cost, size_t parts, uint32_t interval)
{
    static const double gain = 0.9;
    double meeting = meeting_cost(parts) / interval;
    double together = cost.cut / (double)parts * crowding(parts) + meeting;
    return together < gain * cost.whole;
}

void engine_pace_open(engine_pace *p, const spk_network *net, size_t threads)
{
    static const double worth = 2000; /* ns of work in a step for each further thread */
    step_cost cost = estimate_step(net);
    size_t most = 1 + (size_t)(cost.whole / worth), processors = (size_t)omp_get_num_procs();
    if (most > threads) most = threads;
    if (most > processors) most = processors;
    *p = (engine_pace){.threads = {1, most}, .expected_ns = cost.whole};
    const uint32_t interval = spk_network_interval(net);
    p->now = most > 1 && cut_is_likely_to_pay(cost, most, interval) ? PACE_CUT : PACE_WHOLE;
}

void engine_pace_fix(engine_pace *p, size_t threads)
{
    *p = (engine_pace){.threads = {threads, threads}};
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

static const double trial_share = 100;         /* of its time passes before the next, */
static const double soon = 0.1;                /* a part of that while the choice is fresh */
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

void engine_pace_start(engine_pace *p, double ns, double now)
{
    p->trial_ns = ns + (WARMING + TRIAL) * p->expected_ns;
    if (p->now == PACE_CUT) p->trial_ns *= soon;
    put_off_trial(p, now);
}

static bool has_choice(const engine_pace *p)
{
    return p->threads[PACE_WHOLE] != p->threads[PACE_CUT];
}

static void begin_trial(engine_pace *p)
{
    p->now = other(p);
    p->ns[p->now] = p->steps[p->now] = p->warmed = p->trial_ns = p->tried_ns = 0;
    p->trying = true;
}

size_t engine_pace_choose(engine_pace *p, double now, bool resting, uint64_t *steps)
{
    uint64_t most = WINDOW;
    bool may_try = has_choice(p) && !p->trying && !resting;
    if (may_try && p->steps[p->now] >= TRIAL && now >= p->next_trial) begin_trial(p);
    if (p->trying)
        most = p->warmed < WARMING ? TRIAL_WINDOW : CUT_WINDOW;
    else if (has_choice(p) && p->now == PACE_CUT)
        most = CUT_WINDOW;
    if (*steps > most) *steps = most;
    return p->threads[p->now];
}

void engine_pace_changed(engine_pace *p, double ns)
{
    if (p->trying)
        p->trial_ns += ns;
    else /* back from a trial, of whose time this is a part */
        p->next_trial += trial_share * ns * (double)(1u << p->in_vain);
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

static void note_trial(engine_pace *p, double steps, double ns, double end)
{
    double known = pace_of(p, other(p));
    p->trial_ns += ns;
    p->tried_ns += ns;
    bool broken_off = p->tried_ns > hopeless * known * TRIAL;
    if (steps > 0 && p->warmed < WARMING)
        p->warmed += steps;
    else if (steps > 0)
        add(p, steps, ns);
    if (!broken_off && p->steps[p->now] < TRIAL) return;
    bool pays = !broken_off && pace_of(p, p->now) < gain * known;
    if (!pays) p->now = other(p);
    p->in_vain = pays ? 0 : p->in_vain + (p->in_vain < most_in_vain);
    p->trying = false;
    put_off_trial(p, end);
    if (pays) p->next_trial = end + soon * (p->next_trial - end);
}

void engine_pace_note(engine_pace *p, uint64_t steps, double ns, double end)
{
    if (p->trying) {
        note_trial(p, (double)steps, ns, end);
        return;
    }
    if (steps > 0) add(p, (double)steps, ns);
    double alone = pace_of(p, PACE_WHOLE);
    if (p->now == PACE_CUT && alone > 0 && pace_of(p, PACE_CUT) > held_up * alone)
        p->next_trial = end; /* threads are held up: try one alone */
}
