/* signals.h: what must happen when a signal ends the program: temporary files vanish, the progress
 * bar is wiped off. Internal to lib/cli. */
#ifndef SPK_CLI_SIGNALS_H
#define SPK_CLI_SIGNALS_H

#include "base/error.h"

#include <signal.h>
#include <stdbool.h>

/* Handlers for SIGINT, SIGTERM, SIGHUP (unless the parent had them ignored) and SIGPIPE (even then:
 * writing to a pipe nobody reads ends every stage). Each dies by its signal after cleaning up. */
void spk_signals_install(void);

/* Put the signals above off for the calling thread, until spk_signals_release(&before). */
void spk_signals_hold(sigset_t *before);
void spk_signals_release(const sigset_t *before);

/* Remove `path` when a signal ends the program, until spk_signals_forget(slot). Returns the slot,
 * or -1 with SPK_LIMIT when too many files are open. `path` must stay valid. */
int spk_signals_remember(const char *path, spk_error *err);
void spk_signals_forget(int slot);

/* A progress bar is on the terminal (or no more). */
void spk_signals_bar(bool shown);
/* Wipe the bar's line, if one is shown; returns whether one was. */
bool spk_signals_wipe_bar(void);

#endif
