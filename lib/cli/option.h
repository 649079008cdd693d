/* option.h: one table per program says everything about its options.
 *
 * From these rows come the parser (popt), --help, --help=json, the man page's OPTIONS list, the
 * completions, the provenance line and the tests. A row stores its value, already parsed, range
 * checked and unit checked, at `offset` in the program's (or the method's) settings struct:
 *
 *     struct settings { spk_common common; spk_time duration; uint64_t limit; };
 *     static const spk_option options[] = {
 *         {.name = "duration", .kind = SPK_TIME, .offset = offsetof(struct settings, duration),
 *          .metavar = "TIME", .preset = "350ms", .help = "how long each sample is presented"},
 *         {0}};
 *
 * Command-line quantities carry their unit (350ms, 63.75Hz, 2GiB); bare numbers are counts. */
#ifndef SPK_CLI_OPTION_H
#define SPK_CLI_OPTION_H

#include "base/error.h"
#include "base/rational.h"
#include "base/words.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum spk_option_kind {
    SPK_FLAG = 1, /* bool; --name sets it, --no-name clears it */
    SPK_COUNT,    /* uint64_t; decimal or 0x; range min..max */
    SPK_REAL,     /* double without a unit; range min..max */
    SPK_TIME,     /* spk_time: ns us ms s min h */
    SPK_RATE,     /* double, Hz: mHz Hz kHz MHz */
    SPK_SIZE,     /* uint64_t bytes: B kB MB GB KiB MiB GiB */
    SPK_TEXT,     /* const char * */
    SPK_FILE,     /* const char *; "-" is stdin or stdout */
    SPK_CHOICE,   /* int: index in `choices`, "file|shuffled" */
    SPK_SHARD,    /* spk_shard: i/n, 0 <= i < n */
    SPK_LIST      /* spk_list: may be given several times, each a text */
} spk_option_kind;

/* A time, exactly as written; `given` is false while neither the user nor a preset set it. */
typedef struct spk_time {
    spk_rational seconds;
    bool given;
} spk_time;

/* Part i of n: the samples whose number mod n is i. n = 0 when not given. */
typedef struct spk_shard {
    uint32_t i, n;
} spk_shard;

/* The values of a repeatable option, in order; they live as long as the command line (spk_cli). */
typedef struct spk_list {
    size_t n;
    const char **item;
} spk_list;

enum spk_option_flags {
    /* Cannot change the result (threads, output, progress ...): stays out of provenance. */
    SPK_NEUTRAL = 1,
    /* Must be given. */
    SPK_REQUIRED = 2,
    /* A file that is read: its name and digest go into the provenance. */
    SPK_SIDE_INPUT = 4,
    /* Left out of --help and the man page's main list (shown by --help=all). */
    SPK_ADVANCED = 8,
    /* A number, rate, size or time that must be more than 0. */
    SPK_POSITIVE = 16
};

typedef struct spk_option {
    const char *name; /* long name, without "--"; NULL ends a table */
    char letter;      /* short name or 0; one letter means one thing in all programs */
    spk_option_kind kind;
    size_t offset;       /* of the value in the settings struct */
    const char *metavar; /* what --help calls the value: "TIME", "FILE" */
    const char *preset;  /* the default, as the user would write it (a flag: "yes") */
    const char *help;    /* one line, lower case, no full stop */
    const char *choices; /* SPK_CHOICE: the words, joined by '|' */
    double min, max;     /* inclusive range of a number when min < max; a time's is in seconds */
    unsigned flags;      /* enum spk_option_flags */
} spk_option;

/* Parse one quantity as the option kinds do; `what` begins the message ("--duration"). Times,
 * rates, sizes and counts are 0 or more. */
int spk_parse_time(const char *text, const char *what, spk_rational *out, spk_error *err);
int spk_parse_rate(const char *text, const char *what, double *hertz, spk_error *err);
int spk_parse_size(const char *text, const char *what, uint64_t *bytes, spk_error *err);
int spk_parse_count(const char *text, const char *what, uint64_t *out, spk_error *err);
int spk_parse_real(const char *text, const char *what, double *out, spk_error *err);

/* "28x28": from 1 to `room` whole numbers from 1 to `most`, joined by x. Returns how many; 0 when it is something
 * else, which the caller says with what is allowed. */
uint32_t spk_parse_sizes(const char *text, uint32_t most, uint32_t room, uint32_t *size);

#endif
