/* idle.h: what a program does while its input does not come: what it holds back goes out when its
 * time has come, and when nobody reads the output any more it ends.
 *
 * Who holds results back joins; the reads of input, which may wait long, go through spk_read().
 * While input is there nothing is looked at: writing tells soon enough that nobody reads. */
#ifndef SPK_CLI_IDLE_H
#define SPK_CLI_IDLE_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

typedef struct spk_idler {
    int fd; /* where its results go */
    void *context;
    /* When something must go out, as spk_now() tells time; UINT64_MAX: nothing is held back. */
    uint64_t (*due)(const void *context);
    int (*pass_on)(void *context, spk_error *err);
    struct spk_idler *next; /* of the same thread */
} spk_idler;

/* An idler acts in the thread in which it joined, and must leave there. `idler` is borrowed. */
void spk_idle_join(spk_idler *idler);
void spk_idle_leave(spk_idler *idler);

/* Read what there is, at most `room` bytes; *got is 0 at the end. `name` is for messages. An
 * interrupted read begins anew, unless the program was asked to stop (cli/output.h): then it fails,
 * as does passing on. */
int spk_read(int fd, const char *name, void *to, size_t room, size_t *got,
             spk_error *err) SPK_NODISCARD;

#endif
