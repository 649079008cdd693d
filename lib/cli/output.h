/* output.h: where results go: stdout, or a file that appears only when it is whole.
 *
 * -o FILE writes FILE.tmp.PID beside FILE and renames it in spk_output_commit; any failure, or
 * SIGINT, SIGTERM, SIGHUP, removes it. Writing to a closed pipe ends the program quietly as
 * SIGPIPE would. */
#ifndef SPK_CLI_OUTPUT_H
#define SPK_CLI_OUTPUT_H

#include "base/error.h"
#include "cli/program.h"

#include <stdbool.h>
#include <stdio.h>

typedef struct spk_output spk_output;

/* Open `path` (NULL or "-": stdout). `binary` output to a terminal is refused unless `force`.
 * What exists and is not a regular file (a device, a pipe) is written in place. */
spk_output *spk_output_open(const char *path, bool binary, bool force,
                            spk_error *err) SPK_NODISCARD;

int spk_output_fd(const spk_output *output);
bool spk_output_in_place(const spk_output *output);    /* stdout, a pipe, a device */
const char *spk_output_name(const spk_output *output); /* "<stdout>" or the final path */

/* A stdio stream on it, made at the first call, owned by the output. */
FILE *spk_output_file(spk_output *output, spk_error *err);

/* Flush, sync, close and rename; frees even on failure. */
int spk_output_commit(spk_output *output, spk_error *err) SPK_NODISCARD;

/* Remove what was written (to a file); frees. NULL is ignored. */
void spk_output_discard(spk_output *output);
/* The same, and return -1. When writing its text failed, *err is given its name. */
int spk_output_give_up(spk_output *output, spk_error *err);

/* True once SIGINT or SIGTERM asked a program that called spk_catch_stop() to stop; which signal.
 */
void spk_catch_stop(void);
int spk_stop_requested(void);

/* From now on writing to a pipe that nobody reads is an error, and no longer the end. */
void spk_signals_ignore_pipe(void);

#endif
