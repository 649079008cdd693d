/* checkpoint.h: a run of a network that can be stopped and gone on with, for all programs that run
 * one.
 *
 *     spk_checkpoint_open(cli, &set->checkpoint, NULL, NULL, &c, &err); // c is NULL without --checkpoint
 *     spk_checkpoint_begin(c, &what, &at, &err); // 1: engine, input and outputs stand at `at`
 *     ... after every sample, or piece of one: spk_checkpoint_rest(c, &at, &err) ...
 *     spk_checkpoint_remove(c);                  // when the outputs are whole
 *     spk_checkpoint_free(c);
 *
 * A checkpoint is a .spk stream of STATE records in a file of its own, which is replaced as a whole,
 * so that there is always a good one. Its header's meta says where the run stood, of which input and
 * with which options; the records hold what the engine saves. What has gone into the outputs so far is
 * in the journal beside it (run/journal.h).
 *
 * Where several ranks share the network, all call begin(), rest() and stop() together; rank 0 alone has a
 * recorder and writer. */
#ifndef SPK_RUN_CHECKPOINT_H
#define SPK_RUN_CHECKPOINT_H

#include "cli/program.h"
#include "engine/engine.h"
#include "run/feed.h"
#include "run/journal.h"
#include "run/recorder.h"
#include "stream/reader.h"
#include "stream/writer.h"

/* Values of SPK_CHECKPOINT_OPTIONS, a member of the program's settings. */
typedef struct spk_checkpoint_options {
    const char *file, *every;
    bool resume;
} spk_checkpoint_options;

#define SPK_CHECKPOINT_OPTIONS(settings, member)                                                   \
    {.name = "checkpoint",                                                                         \
     .kind = SPK_FILE,                                                                             \
     .offset = offsetof(settings, member.file),                                                    \
     .metavar = "FILE",                                                                            \
     .flags = SPK_NEUTRAL,                                                                         \
     .help = "keep the state of the run in FILE (and FILE.journal), also when asked to stop"},     \
        {.name = "checkpoint-every",                                                               \
         .kind = SPK_TEXT,                                                                         \
         .offset = offsetof(settings, member.every),                                               \
         .metavar = "N|TIME",                                                                      \
         .preset = "10min",                                                                        \
         .flags = SPK_NEUTRAL,                                                                     \
         .help = "after N samples, or after TIME"},                                                \
    {                                                                                              \
        .name = "resume", .kind = SPK_FLAG, .offset = offsetof(settings, member.resume),           \
        .flags = SPK_NEUTRAL, .help = "go on from --checkpoint, if it is there"                    \
    }

/* Where a run stands. */
typedef struct spk_run_position {
    uint64_t samples;     /* done, of those of the input */
    uint64_t last_sample; /* number of the last one */
    uint64_t end;         /* its end, in steps */
    uint64_t inside;      /* steps done of the one after that; 0: the run stands between two */
} spk_run_position;

/* What is run; all is borrowed. */
typedef struct spk_checkpoint_run {
    const spk_network *net;
    spk_engine *engine;
    spk_feed *feed;
    spk_reader *input, *weights; /* NULL: none */
    spk_recorder *recorder;      /* NULL: nothing is recorded, or by another rank */
    bool records;                /* something is */
    const spk_header *header;    /* of a weight stream that is written; NULL: none is */
    spk_writer *writer;          /* its writer; NULL: another rank's */
    bool snapshots;              /* it has snapshots before the last one */
} spk_checkpoint_run;

typedef struct spk_checkpoint spk_checkpoint;

/* Look at the options, and whether the file can be written, before any work. `other`: an option that
 * names a second output (NULL: there is none), which is written to `file` (NULL: not given). Files
 * that would be written twice: SPK_USAGE. *out is NULL when --checkpoint is not given, which is no
 * failure; the functions below take that, and do nothing. */
int spk_checkpoint_open(const spk_cli *cli, const spk_checkpoint_options *options,
                        const char *other, const char *file, spk_checkpoint **out,
                        spk_error *err) SPK_NODISCARD;
void spk_checkpoint_free(spk_checkpoint *c);

/* With --resume, and a checkpoint there: the engine has its state, the input is read up to `at`, and
 * the outputs have been written so far: 1. Otherwise 0: the run begins. From here on SIGINT and
 * SIGTERM ask to stop, and recorded output goes to the journal, too. */
int spk_checkpoint_begin(spk_checkpoint *c, const spk_checkpoint_run *run, spk_run_position *at,
                         spk_error *err) SPK_NODISCARD;

/* Into the journal, where there is one: all arrays as they are now. */
int spk_checkpoint_snapshot(const spk_checkpoint *c, const spk_snapshot *snapshot,
                            spk_error *err) SPK_NODISCARD;

/* Has a signal asked to stop? */
bool spk_checkpoint_stops(const spk_checkpoint *c);
/* Stop there: write one, and fail with SPK_STOPPED. */
int spk_checkpoint_stop(spk_checkpoint *c, const spk_run_position *at, spk_error *err);
/* Is it time for spk_checkpoint_rest()? False without a checkpoint; a signal that asks for one is not
 * looked at. */
bool spk_checkpoint_due(const spk_checkpoint *c, const spk_run_position *at);
/* The run stands at `at`, and its outputs have all up to there: stop when asked to, write one when it
 * is due, or when SIGUSR1 asked for it. */
int spk_checkpoint_rest(spk_checkpoint *c, const spk_run_position *at,
                        spk_error *err) SPK_NODISCARD;

/* The run is over: nothing is left to resume. */
void spk_checkpoint_remove(const spk_checkpoint *c);

#endif
