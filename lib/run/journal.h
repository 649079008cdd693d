/* journal.h: what has been written to the outputs so far, kept beside a checkpoint.
 *
 * Outputs appear only when they are whole, and a stopped run leaves none. So that a resumed run can
 * write the same bytes, everything that goes into them is appended here as it comes: snapshots of
 * weights, and the samples and pieces of a recording. A checkpoint says how much of the journal
 * belongs to it. */
#ifndef SPK_RUN_JOURNAL_H
#define SPK_RUN_JOURNAL_H

#include "engine/engine.h"
#include "run/recorder.h"
#include "stream/writer.h"

typedef struct spk_journal spk_journal;

/* The name of the journal of checkpoint `path`, to free(). */
char *spk_journal_name(const char *path, spk_error *err) SPK_NODISCARD;
/* The journal of checkpoint `path`: a new one, or (keep > 0) the first `keep` bytes of the old. */
spk_journal *spk_journal_open(const char *path, uint64_t keep, spk_error *err) SPK_NODISCARD;
void spk_journal_close(spk_journal *j); /* NULL is ignored */
/* Remove the journal of checkpoint `path`, if there is one. */
void spk_journal_remove(const char *path);

/* Append all arrays. Where several ranks share the network, all come here together; those without a
 * journal pass NULL. */
int spk_journal_snapshot(spk_journal *j, const spk_engine *e, const spk_snapshot *snapshot,
                         spk_error *err) SPK_NODISCARD;
/* A spk_recorder_tap: `context` is the journal. */
int spk_journal_tap(void *context, const spk_sample *sample, const spk_piece *piece,
                    spk_error *err);

/* Everything to the disk; *bytes: how much it is. */
int spk_journal_sync(spk_journal *j, uint64_t *bytes, spk_error *err) SPK_NODISCARD;

/* Write all of it again: snapshots to `writer` (with `header`), the rest through `recorder` (NULL:
 * there is none). When a signal asks to stop: SPK_STOPPED. */
int spk_journal_replay(spk_journal *j, const spk_engine *e, const spk_header *header,
                       spk_writer *writer, spk_recorder *recorder, spk_error *err) SPK_NODISCARD;

#endif
