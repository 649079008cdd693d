/* pace.h: whole and one thread, or cut into parts and a thread for each? Decided from times, while
 * the network runs; cut.c does what is decided. */
#ifndef SPK_ENGINE_PACE_H
#define SPK_ENGINE_PACE_H

#include "network/network.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PACE_WHOLE, PACE_CUT, PACES };

typedef struct engine_pace {
    size_t threads[PACES]; /* 1, and the most that may pay; alike: there is no choice */
    size_t now;            /* the present way */
    double ns[PACES];      /* time it took lately, */
    double steps[PACES];   /* for so many steps */
    double expected_ns;    /* of a step, before any was made */
    bool trying;           /* the present way; else it is the chosen one */
    double warmed;         /* steps of the trial that did not count */
    double trial_ns; /* what the trial has taken, or the last one did; without changes of way: */
    double tried_ns;
    double next_trial; /* when, ns */
    unsigned in_vain;  /* trials, one after the other */
} engine_pace;

/* Which ways there are for at most so many threads, and which one to begin with. */
void engine_pace_open(engine_pace *p, const spk_network *net, size_t threads);
/* No choice: so many. */
void engine_pace_fix(engine_pace *p, size_t threads);
/* The network has been built at `now`; to change the way takes `ns`. */
void engine_pace_start(engine_pace *p, double ns, double now);

/* How many threads are to work from now on, for *steps steps, which is made less; trials do not begin
 * in a rest. */
size_t engine_pace_choose(engine_pace *p, double now, bool resting, uint64_t *steps);
/* To change the way as chosen has taken so many ns. */
void engine_pace_changed(engine_pace *p, double ns);
/* What these steps took, until `end`; a rest's are not counted: steps = 0. */
void engine_pace_note(engine_pace *p, uint64_t steps, double ns, double end);

#endif
