/* pace.h: how many threads work: into how many parts populations are cut, and whether the next
 * steps are run by one thread or by all. */
#ifndef SPK_ENGINE_PACE_H
#define SPK_ENGINE_PACE_H

#include "network/network.h"

/* How many parts to cut the populations into, for at most so many threads: as many as are likely to
 * pay, and the processors that this process may use. */
size_t engine_useful_parts(const spk_network *net, int threads);

enum { PACE_ONE, PACE_ALL, PACES };

/* All zero at first. */
typedef struct engine_pace {
    size_t now;        /* the faster, as far as is known */
    double ns[PACES];  /* of a step, lately; 0: never tried */
    double next_trial; /* when the other is tried, ns */
    bool trying;
    uint64_t steps;  /* of the trial so far, */
    double begin;    /* since when, */
    double measured; /* and its ns a step since it has warmed up */
} engine_pace;

/* PACE_ONE or PACE_ALL for up to *steps steps, which is made less. Rests go as presentations do,
 * which take longer, so that memory stays in the same caches. */
size_t engine_pace_choose(engine_pace *p, bool resting, double now, uint64_t *steps);
/* What these steps took. */
void engine_pace_note(engine_pace *p, bool resting, uint64_t steps, double begin, double end);

#endif
