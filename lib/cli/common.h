/* common.h: the options all programs share; from their rows to the values in spk_common.
 * Internal to lib/cli. */
#ifndef SPK_CLI_COMMON_H
#define SPK_CLI_COMMON_H

#include "cli/program.h"
#include "cli/row.h"

enum spk_help_form { SPK_HELP_BRIEF, SPK_HELP_ALL, SPK_HELP_JSON };

/* The common options as their rows store them; spk_common_resolve makes spk_common of them. */
typedef struct spk_common_values {
    const char *output;
    bool force;
    const char *level;
    spk_time latency;
    bool no_provenance;
    int provenance; /* 1: full */
    bool allow_truncated;
    int format;
    bool json;
    uint64_t threads;
    uint64_t seed;
    int progress;
    uint64_t max_memory;
    bool quiet, verbose;
    int help; /* enum spk_help_form */
    bool version, completion_helper, man_options;
} spk_common_values;

/* The rows for these groups as an option table, NULL-name ended, in the pool. */
const spk_option *spk_common_options(unsigned groups, spk_pool *pool, spk_error *err);

/* Fill *out. `row` are the rows of the command line; the common ones among them say what was given;
 * where nothing was, SPK_THREADS and SPK_PROGRESS count. */
int spk_common_resolve(const spk_common_values *values, const spk_row *row, size_t rows,
                       spk_common *out, spk_error *err);

/* How many processors this process may use: its affinity mask, its control group's quota and
 * SLURM_CPUS_PER_TASK, whichever is least. */
int spk_usable_processors(void);

#endif
