/* error.h: how every part of Spikepipe says that something went wrong.
 *
 * A fallible function returns 0 (or a pointer) on success and -1 (or NULL) on failure, and then
 * has filled the caller's spk_error: one line for the user, and the exit code it deserves. The
 * library never prints and never exits; lib/cli turns the error into one line on stderr. */
#ifndef SPK_BASE_ERROR_H
#define SPK_BASE_ERROR_H

#include <stddef.h>

#define SPK_PRINTF(text, first) __attribute__((__format__(__printf__, text, first)))
#define SPK_NODISCARD           __attribute__((__warn_unused_result__))

/* Exit codes, the same in every program (man spk.7, EXIT STATUS). */
typedef enum spk_code {
    SPK_OK = 0,
    SPK_NEGATIVE = 1, /* the answer is no: a threshold was not met, two things differ */
    SPK_USAGE = 2,    /* wrong option, invalid network file */
    SPK_IO = 3,       /* cannot open, read or write */
    SPK_DATA = 4,     /* damaged, truncated or unsuitable input */
    SPK_LIMIT = 5,    /* out of memory, over a limit */
    SPK_NUMERIC = 6,  /* NaN, divergence */
    SPK_BUG = 70,     /* an internal contradiction */
    SPK_STOPPED = 75  /* stopped at a checkpoint; run again with --resume */
} spk_code;

typedef struct spk_error {
    spk_code code;
    char text[1024]; /* what, where, what is allowed; one line, no newline, no program name */
} spk_error;

/* Fill `err` (which may be NULL) and return -1, so that callers write
 * `return spk_fail(err, SPK_DATA, "%s: ...", name);`. Control characters become '?'. */
int spk_fail(spk_error *err, spk_code code, const char *format, ...) SPK_PRINTF(3, 4);

/* Like spk_fail(err, SPK_IO, ...), with ": " and the text of `errnum` appended. */
int spk_fail_errno(spk_error *err, int errnum, const char *format, ...) SPK_PRINTF(3, 4);

/* Put "PREFIX: " in front of the message that `err` holds; returns -1. */
int spk_error_prefix(spk_error *err, const char *format, ...) SPK_PRINTF(2, 3);
/* Put more behind it; returns -1. */
int spk_error_suffix(spk_error *err, const char *format, ...) SPK_PRINTF(2, 3);

#endif
