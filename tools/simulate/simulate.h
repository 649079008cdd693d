/* simulate.h: what the files of spk-simulate share.
 *
 *     main.c   options, one sample after another
 *     jobs.c   several samples at once
 */
#ifndef SIMULATE_SIMULATE_H
#define SIMULATE_SIMULATE_H

#include "cli/message.h"
#include "filter/filter.h"
#include "run/checkpoint.h"
#include "run/feed.h"
#include "run/recorder.h"
#include "run/setup.h"
#include "run/weights.h"

typedef struct settings {
    spk_common common;
    spk_run_options run;
    spk_checkpoint_options checkpoint;
    const char *weights;
    uint64_t snapshot, jobs;
    bool ignore_extra, plastic;
    spk_time record_interval;
    spk_list record;
    spk_shard shard;
} settings;

typedef struct jobs jobs; /* jobs.c */

/* Everything a run holds. */
typedef struct run {
    const spk_cli *cli;
    const settings *set;
    spk_network *net;
    uint64_t network_seed;
    spk_reader *input, *weights;
    spk_engine *engine;
    spk_feed *feed;
    spk_header header;
    spk_sink *sink;
    spk_recorder *recorder; /* NULL: another rank writes */
    spk_checkpoint *checkpoint;
    spk_case *whole; /* with checkpoints, where a sample may be presented again: the one in hand */
    spk_run_position
        at;     /* its samples are those of the input, also those that --shard leaves out */
    jobs *jobs; /* NULL: one sample after another */
} run;

/* Whether --shard leaves this sample to us. */
bool simulate_wants(const run *r, const spk_sample *sample);

/* This sample is done, or left out. */
void simulate_done(run *r, const spk_sample *sample);

/* --jobs copies of the network, made before the first has moved. */
jobs *simulate_jobs_new(run *r, spk_error *err) SPK_NODISCARD;
void simulate_jobs_free(jobs *all); /* NULL is ignored */
/* A round of samples, at least one for each job: 1; 0 at the end, -1. */
int simulate_in_jobs(run *r, spk_error *err) SPK_NODISCARD;

#endif
