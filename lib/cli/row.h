/* row.h: one option at work: its table row, the struct its value goes to, how often it was given.
 * Internal to lib/cli. */
#ifndef SPK_CLI_ROW_H
#define SPK_CLI_ROW_H

#include "cli/option.h"

/* Flags that only the common options use, beside enum spk_option_flags. */
enum {
    SPK_ROW_OPTIONAL = 1 << 16, /* "--help" or "--help=all": a value only behind '=' */
    SPK_ROW_HIDDEN = 1 << 17,   /* in no help and no man page */
    SPK_ROW_ONE_WAY = 1 << 18   /* a flag without its --no- form */
};

typedef enum spk_home { SPK_HOME_PROGRAM, SPK_HOME_METHOD, SPK_HOME_COMMON } spk_home;

typedef struct spk_row {
    const spk_option *option;
    void *base; /* settings struct; NULL: the value is looked at by nobody */
    spk_home home;
    unsigned given;   /* times on the command line */
    unsigned last;    /* the last time, counted over all options from 1; 0: never */
    const char *kept; /* its word in the provenance argv, or NULL */
    const char *side; /* its value among the side inputs, or NULL */
} spk_row;

/* Memory that lives as long as the parsed command line. */
typedef struct spk_pool {
    void **item;
    size_t n, capacity;
} spk_pool;

/* `memory` is freed with the pool (at once when that fails: then NULL and SPK_LIMIT). */
void *spk_pool_keep(spk_pool *pool, void *memory, spk_error *err);
void *spk_pool_alloc(spk_pool *pool, size_t count, size_t size, spk_error *err);
char *spk_pool_print(spk_pool *pool, spk_error *err, const char *format, ...) SPK_PRINTF(3, 4);
void spk_pool_free(spk_pool *pool);

/* Parse `text` (owned by the pool or static) as the row's kind, check it, store it. `what` begins
 * the message: "--duration", "SPK_THREADS". A flag takes "yes" or "no". */
int spk_row_store(const spk_row *row, const char *what, const char *text, spk_pool *pool,
                  spk_error *err);

/* Options that take no value on the command line: flags, and --help. */
bool spk_option_bare(const spk_option *option);
/* Has it a --no- form? */
bool spk_option_negatable(const spk_option *option);

/* The words of a choice, NULL-ended, in the pool. */
const char **spk_option_words(const spk_option *option, spk_pool *pool, spk_error *err);

/* What the help calls the value: the metavar, or the choices. */
const char *spk_option_metavar(const spk_option *option);

#endif
