/* train.h: what the files of spk-train-stdp share.
 *
 *     main.c        options, the loop over samples
 *     checkpoint.c  the state between two samples as a file, and back
 *     journal.c     output so far (snapshots, recorded spikes), kept beside the checkpoint
 */
#ifndef TRAIN_STDP_TRAIN_H
#define TRAIN_STDP_TRAIN_H

#include "filter/filter.h"
#include "run/feed.h"
#include "run/recorder.h"
#include "run/setup.h"
#include "run/weights.h"

#include <time.h>

typedef struct settings {
    spk_common common;
    spk_run_options run;
    const char *weights, *spikes, *checkpoint, *checkpoint_every;
    bool ignore_extra, resume;
    uint64_t snapshot_every;
} settings;

typedef struct journal journal;

/* Where a run stands between two samples. */
typedef struct position {
    uint64_t samples;     /* trained */
    uint64_t last_sample; /* number of the last one */
    uint64_t end;         /* its end, in steps */
    uint64_t journal_bytes;
} position;

/* Everything a run holds. */
typedef struct run {
    const spk_cli *cli;
    const settings *set;
    spk_network *net;
    spk_reader *input, *weights;
    spk_engine *engine;
    spk_feed *feed;
    spk_header header; /* of the weight stream */
    spk_sink *sink;
    spk_header spikes_header; /* of --spikes */
    spk_sink *spikes_sink;
    spk_recorder *recorder; /* NULL: no --spikes */
    journal *journal;       /* NULL: nothing to keep */
    spk_case *whole;        /* with checkpoints: the sample in hand */
    position at;
    uint64_t snapshot_at;   /* samples at the last snapshot */
    uint64_t every_samples; /* checkpoints: after so many, or (0) */
    double every_seconds;   /* after so long */
    time_t checkpoint_due;
} run;

/* Write the checkpoint, or read it: 1: *r stands where it stood; 0: there is none; -1. */
int checkpoint_write(run *r, spk_error *err) SPK_NODISCARD;
int checkpoint_read(run *r, spk_error *err) SPK_NODISCARD;
/* Whether one could be written. */
int checkpoint_try(const run *r, spk_error *err) SPK_NODISCARD;
/* The run is over: nothing is left to resume. */
void checkpoint_remove(const run *r);

#endif
