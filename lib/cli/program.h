/* program.h: the frame of every program: main() is `return spk_main(&program, argc, argv);`.
 *
 * A program is one descriptor: its name, its option table, the groups of common options it takes,
 * its methods if it has any, and run(). spk_main copies argv before parsing, answers --help,
 * --version, --completion-helper and --man-options from the tables, calls run(), closes stdout
 * (a late write error is an error), and turns a failure into one line on stderr and an exit code.
 *
 * The settings struct begins with spk_common and is zeroed, then filled from presets and argv,
 * before run() sees it. A method's own settings follow the same rules in a struct of their own. */
#ifndef SPK_CLI_PROGRAM_H
#define SPK_CLI_PROGRAM_H

#include "base/error.h"
#include "cli/option.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SPK_VERSION "0.1.0"

/* Groups of common options; a group's values land in spk_common. */
enum spk_option_groups {
    SPK_READS_STREAM = 1,    /* --allow-truncated */
    SPK_WRITES_STREAM = 2,   /* -o --output, -f --force, -l --level, --latency, --no-provenance,
                                --provenance=full */
    SPK_WRITES_TABLE = 4,    /* -o --output, -f --force, -F --format tsv|json, --json */
    SPK_USES_THREADS = 8,    /* -j --threads N (total; 0: all this process may use), SPK_THREADS */
    SPK_USES_SEED = 16,      /* -s --seed N */
    SPK_SHOWS_PROGRESS = 32, /* --progress auto|none|bar|line|json, SPK_PROGRESS */
    SPK_BOUNDS_MEMORY = 64,  /* --max-memory SIZE */
    SPK_WRITES_FILE = 128    /* -o --output, -f --force, for what is neither stream nor table */
};                           /* all programs: -h --help, -V --version, -q --quiet, -v --verbose */

typedef enum spk_table_format { SPK_TSV, SPK_JSON_LINES } spk_table_format;
typedef enum spk_progress_mode {
    SPK_PROGRESS_AUTO,
    SPK_PROGRESS_NONE,
    SPK_PROGRESS_BAR,
    SPK_PROGRESS_LINE,
    SPK_PROGRESS_JSON
} spk_progress_mode;

typedef struct spk_common {
    const char *output; /* NULL or "-": stdout */
    bool force;         /* overwrite; binary to a terminal */
    int level;          /* zstd level 1..19; SPK_LEVEL_STORE: not compressed */
    spk_time latency;   /* given: flush deadline that also cuts records */
    bool no_provenance;
    bool full_provenance;
    bool allow_truncated;
    spk_table_format format;
    int threads; /* total, >= 1, already resolved */
    uint64_t seed;
    spk_progress_mode progress; /* resolved: never AUTO */
    uint64_t max_memory;        /* bytes; UINT64_MAX when not given */
    bool quiet;
    int verbose;
} spk_common;

enum { SPK_LEVEL_STORE = -1 };

/* What a program can be told to do by name: an encoder, a decoder, a metric. A tool's own method
 * type begins with this struct and adds its functions. */
typedef struct spk_method {
    const char *name;          /* "poisson" */
    const char *help;          /* one line */
    const spk_option *options; /* its own options, or NULL */
    size_t settings_size;      /* of its settings struct; 0 if it has none */
} spk_method;

typedef struct spk_cli spk_cli;

typedef struct spk_program {
    const char *name;                 /* "spk-encode" */
    const char *summary;              /* one line: what it does */
    const char *operands;             /* "[FILE]", "NET.json [FILE]" (METHOD is added by itself) */
    const spk_option *options;        /* its own options, or NULL */
    const spk_method *const *methods; /* NULL-terminated list, or NULL; the first operand picks */
    const spk_method *fallback;       /* the method where none is named, or NULL: it must be. A lone
                                         operand that is no method's name is then an operand */
    unsigned groups;                  /* enum spk_option_groups */
    size_t settings_size;             /* of the settings struct that begins with spk_common */
    int (*run)(spk_cli *cli, spk_error *err); /* 0, -1 with *err, or SPK_NEGATIVE */
} spk_program;

/* The parsed command line; everything is owned by it and lives as long as run(). */
struct spk_cli {
    const spk_program *program;
    void *settings;           /* the program's struct */
    const spk_common *common; /* its first member */
    const spk_method *method; /* chosen, or NULL */
    void *method_settings;
    const char **operand; /* after the method; "-" means stdin */
    size_t operands;
    const char **argv; /* as provenance keeps it: program, method, operands (the same pointers
                          as in `operand`) and the options that can change the result, in the
                          order given, as --name=value, without those that a later one of the
                          same name overrides; NULL-ended */
    size_t argc;
    const char **full_argv;  /* as typed, NULL-ended */
    const char **side_input; /* values of the SPK_SIDE_INPUT options that count */
    size_t side_inputs;
    struct spk_parse *parse; /* private to lib/cli; NULL in a spk_cli made by hand */
};

/* Run the program; returns the exit code for main(). */
int spk_main(const spk_program *program, int argc, char **argv);

/* Was --name given on the command line (not by its preset)? Looks in the method's table too. */
bool spk_given(const spk_cli *cli, const char *name);

/* Operand `index`, or NULL when there are fewer. */
const char *spk_operand(const spk_cli *cli, size_t index);

/* An SPK_USAGE failure when there are fewer than `least` or more than `most` operands. */
int spk_check_operands(const spk_cli *cli, size_t least, size_t most, spk_error *err);

#endif
