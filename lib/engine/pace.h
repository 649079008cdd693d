/* pace.h: whether the next steps are run by one thread or by all. */
#ifndef SPK_ENGINE_PACE_H
#define SPK_ENGINE_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
