/* recorder.h: what an engine recorded into a stream of spikes and traces. */
#ifndef SPK_RUN_RECORDER_H
#define SPK_RUN_RECORDER_H

#include "engine/engine.h"
#include "stream/writer.h"

/* The header of a recording of `net`: tick dt, a spikes channel for each population whose spikes
 * are recorded and a trace channel for each variable; classes and shard as in `input` (may be
 * NULL). SPK_USAGE when nothing is recorded. */
int spk_recorder_header(const spk_network *net, const spk_header *input, spk_header *out,
                        spk_error *err) SPK_NODISCARD;

/* Change what is recorded: "POP" (spikes), "POP.V_m" (a trace, every `interval` steps). The first
 * call forgets what the file asks for. */
int spk_recorder_ask(spk_network *net, size_t n, const char *const *what, uint64_t interval,
                     spk_error *err) SPK_NODISCARD;

/* Record nothing. */
void spk_recorder_ask_nothing(spk_network *net);

typedef struct spk_recorder spk_recorder;

/* `writer` has this header, and is borrowed. */
spk_recorder *spk_recorder_new(const spk_network *net, const spk_header *header, spk_writer *writer,
                               spk_error *err) SPK_NODISCARD;
void spk_recorder_free(spk_recorder *r);

/* Begin a sample (borrowed until end(); NULL: the stream has no samples). Its SAMPLE record is
 * written with the first piece, or by end(): attempts and duration must be right by then. */
void spk_recorder_begin(spk_recorder *r, const spk_sample *sample);
/* Instead of begin(), in a run that resumes one which wrote this sample's first `steps` steps, and
 * after the journal has written them again. */
void spk_recorder_resume(spk_recorder *r, const spk_sample *sample, uint64_t steps);
/* A spk_feed_keep: `context` is the recorder. */
int spk_recorder_keep(void *context, const spk_engine *e, uint64_t end, spk_error *err);
int spk_recorder_end(spk_recorder *r, spk_error *err) SPK_NODISCARD;

/* ---- without an engine, for a journal: the same in pieces ---- */

/* A piece of one channel (an index into header->channel), in steps from the sample's begin. An empty
 * one says that no channel will give anything before step[0]. */
typedef struct spk_piece {
    size_t channel;
    size_t n;             /* spikes, or rows of a trace; 0: none, of no channel */
    const uint64_t *step; /* spikes; of a trace: step[0] is the first row's */
    const uint32_t *unit;
    const double *value; /* rows x size; NULL for spikes */
    size_t values;       /* how many these are */
} spk_piece;

int spk_recorder_write(spk_recorder *r, const spk_piece *piece, spk_error *err) SPK_NODISCARD;

/* Called before a sample's record (piece NULL) or a piece is written. */
typedef int spk_recorder_tap(void *context, const spk_sample *sample, const spk_piece *piece,
                             spk_error *err);
void spk_recorder_set_tap(spk_recorder *r, spk_recorder_tap *tap, void *context);

#endif
