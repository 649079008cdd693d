/* pace.h: whether the next steps are run by one thread or by all. */
#ifndef SPK_ENGINE_PACE_H
#define SPK_ENGINE_PACE_H

#include <stddef.h>
#include <stdint.h>

enum { PACE_ALL, PACE_ONE, PACES };

typedef struct engine_pace {
    double ns[PACES];  /* of a step, lately; 0: never tried */
    double next_trial; /* when the slower is tried again, ns */
} engine_pace;

/* PACE_ALL or PACE_ONE for up to *steps steps, which is made less. */
size_t engine_pace_choose(const engine_pace *p, double now, uint64_t *steps);
/* Which is thought to be the faster now. */
size_t engine_pace_best(const engine_pace *p);
/* What these steps took. */
void engine_pace_note(engine_pace *p, size_t pace, uint64_t steps, double begin, double end);

#endif
