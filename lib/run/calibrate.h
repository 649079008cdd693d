/* calibrate.h: what a run will take, from a little of it: for --estimate with a duration or an input.
 *
 * The network is built and presented as it would be, with what it records written to nowhere, until
 * the time to calibrate is over. The first 100 ms of the network's time are not taken for the rest where
 * the run is longer. A network that this machine has no room for is not built; the model of
 * network/estimate.h, where all units fire at 10 Hz, is then scaled by a small network that fits it. */
#ifndef SPK_RUN_CALIBRATE_H
#define SPK_RUN_CALIBRATE_H

#include "run/setup.h"

/* What is to be estimated; all is borrowed. */
typedef struct spk_trial {
    spk_network *net;
    spk_feed *feed;
    spk_reader *input; /* NULL: the network is not fed, and runs for */
    uint64_t steps;
    spk_engine *(*build)(void *context, spk_error *err); /* the engine belongs to the caller */
    void *context;
} spk_trial;

/* Print the table of network/estimate.h, an empty line, and a table of what was found: quantity, name,
 * value, unit, and how: measured, scaled (by a small network), or expected (of the whole run). */
int spk_run_calibrate(const spk_cli *cli, const spk_run_options *options, const spk_trial *trial,
                      spk_error *err) SPK_NODISCARD;

#endif
