/* machine.h: how fast this machine is, by a small network whose rates are known. */
#ifndef SPK_RUN_MACHINE_H
#define SPK_RUN_MACHINE_H

#include "base/error.h"

typedef struct spk_machine {
    double factor;     /* processor time of its steps, over what network/estimate.h says */
    double wall;       /* wall time over processor time */
    double synapse_ns; /* wall time of building, for each synapse */
} spk_machine;

/* 20,000 neurons that each fire 10 times a second, 10 million synapses, on so many threads; they run
 * for so many seconds of wall time, and for 100 ms of their own at least. */
int spk_machine_measure(spk_machine *m, double seconds, int threads, spk_error *err) SPK_NODISCARD;

#endif
