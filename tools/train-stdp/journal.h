/* journal.h: what has been written to the outputs so far, kept beside a checkpoint.
 *
 * Outputs appear only when they are whole, and a stopped run leaves none. So that a resumed run can
 * write the same bytes, everything that goes into them is appended here as it comes: snapshots, and
 * the samples and pieces of --spikes. A checkpoint says how much of the journal belongs to it. */
#ifndef TRAIN_STDP_JOURNAL_H
#define TRAIN_STDP_JOURNAL_H

#include "engine/engine.h"
#include "run/recorder.h"
#include "stream/writer.h"

typedef struct journal journal;

/* The name of the journal of checkpoint `path`, to free(). */
char *journal_name(const char *path, spk_error *err) SPK_NODISCARD;
/* The journal of checkpoint `path`: a new one, or (keep > 0) the first `keep` bytes of the old. */
journal *journal_open(const char *path, uint64_t keep, spk_error *err) SPK_NODISCARD;
void journal_close(journal *j); /* NULL is ignored */
/* Remove the journal of checkpoint `path`, if there is one. */
void journal_remove(const char *path);

/* Append all arrays. */
int journal_snapshot(journal *j, const spk_engine *e, const spk_snapshot *snapshot,
                     spk_error *err) SPK_NODISCARD;
/* A spk_recorder_tap: `context` is the journal. */
int journal_tap(void *context, const spk_sample *sample, const spk_piece *piece, spk_error *err);

/* Everything to the disk; *bytes: how much it is. */
int journal_sync(journal *j, uint64_t *bytes, spk_error *err) SPK_NODISCARD;

/* Write all of it again: snapshots to `writer` (with `header`), the rest through `recorder` (NULL:
 * there is none). */
int journal_replay(journal *j, const spk_engine *e, const spk_header *header, spk_writer *writer,
                   spk_recorder *recorder, spk_error *err) SPK_NODISCARD;

#endif
