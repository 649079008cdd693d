/* message.h: what people see on stderr: warnings, notes and progress. stdout carries data only. */
#ifndef SPK_CLI_MESSAGE_H
#define SPK_CLI_MESSAGE_H

#include "base/error.h"
#include "cli/program.h"

#include <stdint.h>

/* One line "NAME: warning: ..." unless --quiet. */
void spk_warn(const spk_cli *cli, const char *format, ...) SPK_PRINTF(2, 3);

/* One line "NAME: ..." with at least `level` times --verbose. */
void spk_note(const spk_cli *cli, int level, const char *format, ...) SPK_PRINTF(3, 4);

/* Progress of a long run on stderr, by --progress: a bar on a terminal (at most 6 updates a
 * second, erased at the end), a line every 10 s, or JSON lines. SIGUSR1 prints one line.
 * `unit` names what is counted ("samples"); total 0 means unknown. */
typedef struct spk_progress spk_progress;

spk_progress *spk_progress_start(const spk_cli *cli, const char *unit, uint64_t total);
/* Cheap enough to call for every sample; `detail` (may be NULL) is shown behind the counts. */
void spk_progress_update(spk_progress *progress, uint64_t done, const char *detail);
/* A resumed run: so many were done before it. NULL is ignored. */
void spk_progress_begin_at(spk_progress *progress, uint64_t done);
/* The total is now thought to be this (0: unknown). NULL is ignored. */
void spk_progress_expect(spk_progress *progress, uint64_t total);
/* Erases the bar; a total that was thought or unknown is `done`; prints the summary line with
 * --verbose. Frees. */
void spk_progress_end(spk_progress *progress, uint64_t done);
/* Has SIGUSR1 come since this was asked last? For programs that can keep their state. */
bool spk_state_requested(void);

#endif
