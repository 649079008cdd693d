/* meeting.h: where the threads of a team wait for one another, once or twice a block of steps.
 *
 * OpenMP's own barrier asks the kernel to wake sleepers every time, which takes longer than a small
 * network's step. Here a thread looks again and again for a while, and then lets others run. */
#ifndef SPK_ENGINE_MEETING_H
#define SPK_ENGINE_MEETING_H

#include <stdatomic.h>
#include <stddef.h>

typedef struct engine_meeting {
    _Alignas(64) atomic_uint arrived;
    _Alignas(64) atomic_uint number; /* of meetings that have taken place */
} engine_meeting;

/* Wait for all `team` threads; what each did before is then seen by all. One alone does not wait. */
void engine_meet(engine_meeting *m, size_t team);

#endif
