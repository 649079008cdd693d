/* meeting.c: a barrier that spins. */
#include "engine/meeting.h"

#include <sched.h>

enum { PATIENCE = 2000 }; /* looks before others are let run: some 50 us */

static void relax(void)
{
#if defined __x86_64__ || defined __i386__
    __builtin_ia32_pause();
#endif
}

void engine_meet(engine_meeting *m, size_t team)
{
    if (team == 1) return;
    unsigned number = atomic_load_explicit(&m->number, memory_order_relaxed);
    unsigned before = atomic_fetch_add_explicit(&m->arrived, 1, memory_order_acq_rel);
    if (before + 1 == team) {
        atomic_store_explicit(&m->arrived, 0, memory_order_relaxed);
        atomic_store_explicit(&m->number, number + 1, memory_order_release);
        return;
    }
    for (unsigned looks = 0; atomic_load_explicit(&m->number, memory_order_acquire) == number;
         looks++)
        if (looks < PATIENCE)
            relax();
        else
            sched_yield();
}
