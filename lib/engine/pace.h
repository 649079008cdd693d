/* pace.h: whole and one thread, or cut into parts and a thread for each? Decided from times, while
 * the network runs; cut.c does what is decided. */
#ifndef SPK_ENGINE_PACE_H
#define SPK_ENGINE_PACE_H

#include "network/network.h"

#include <stddef.h>
#include <stdint.h>

enum { PACE_WHOLE, PACE_CUT, PACES };

typedef struct engine_pace {
    size_t parts[PACES]; /* 1, and the most that may pay; alike: there is no choice */
    size_t now;          /* the present way */
    double ns[PACES];    /* time it took lately, */
    double steps[PACES]; /* for so many steps */
    double begin;        /* of the trial of the present way, ns; 0: it is the chosen one */
    double warmed;       /* steps of the trial that did not count */
    double trial_ns;     /* what a trial takes */
    double next_trial;   /* ns */
    unsigned in_vain;    /* trials, one after the other */
} engine_pace;

/* Which ways there are for at most so many threads, and which one to begin with. */
void engine_pace_open(engine_pace *p, const spk_network *net, int threads);
/* The network has been built, which took `ns` until `now` and is how long it takes to change the
 * way; without change: it stays as it is. */
void engine_pace_start(engine_pace *p, double ns, double now, bool change);

/* Into how many parts populations are to be cut from now on, for *steps steps, which is made less. */
size_t engine_pace_choose(engine_pace *p, double now, uint64_t *steps);
/* What these steps took, until `end`. */
void engine_pace_note(engine_pace *p, uint64_t steps, double ns, double end);

#endif
