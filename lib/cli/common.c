/* common.c: the option registry that all programs share. One long name and one letter mean one
 * thing everywhere; tests/cli.bats checks it over all built programs. */
#include "cli/common.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define AT(member) .offset = offsetof(spk_common_values, member)

enum {
    EVERY = 0,
    WRITES = SPK_WRITES_STREAM | SPK_WRITES_TABLE | SPK_WRITES_FILE,
    MOST_THREADS = 4096
};

static const struct {
    unsigned groups; /* any of these; EVERY: all programs */
    spk_option option;
} registry[] = {
    {WRITES,
     {.name = "output",
      .letter = 'o',
      .kind = SPK_FILE,
      AT(output),
      .metavar = "FILE",
      .help = "write to FILE, which appears only when it is whole; - is stdout",
      .preset = "-"}},
    {WRITES,
     {.name = "force",
      .letter = 'f',
      .kind = SPK_FLAG,
      AT(force),
      .help = "overwrite an input or a file of another kind; write binary data to a terminal"}},
    {SPK_WRITES_TABLE,
     {.name = "format",
      .letter = 'F',
      .kind = SPK_CHOICE,
      AT(format),
      .choices = "tsv|json",
      .help = "print a table with a header line, or one JSON object a line",
      .preset = "tsv"}},
    {SPK_WRITES_TABLE,
     {.name = "json",
      .kind = SPK_FLAG,
      AT(json),
      .flags = SPK_ROW_ONE_WAY,
      .help = "short for --format=json"}},
    {SPK_WRITES_STREAM,
     {.name = "level",
      .letter = 'l',
      .kind = SPK_TEXT,
      AT(level),
      .metavar = "N|store",
      .help = "zstd level 1 to 19, or store: do not compress",
      .preset = "1"}},
    {SPK_WRITES_STREAM,
     {.name = "latency",
      .kind = SPK_TIME,
      AT(latency),
      .metavar = "TIME",
      .flags = SPK_POSITIVE,
      .help = "pass everything on after TIME at the latest, in records cut short if need be"}},
    {SPK_WRITES_STREAM,
     {.name = "provenance",
      .kind = SPK_CHOICE,
      AT(provenance),
      .choices = "brief|full",
      .help = "full: also keep neutral options, host and time, so that runs differ",
      .preset = "brief"}},
    {SPK_WRITES_STREAM,
     {.name = "no-provenance",
      .kind = SPK_FLAG,
      AT(no_provenance),
      .flags = SPK_ROW_ONE_WAY,
      .help = "do not write the history of the stream"}},
    {SPK_READS_STREAM,
     {.name = "allow-truncated",
      .kind = SPK_FLAG,
      AT(allow_truncated),
      .help = "take what is intact of a stream without its end"}},
    {SPK_USES_SEED,
     {.name = "seed",
      .letter = 's',
      .kind = SPK_COUNT,
      AT(seed),
      .metavar = "N",
      .help = "seed of the random numbers",
      .preset = "1"}},
    {SPK_USES_THREADS,
     {.name = "threads",
      .letter = 'j',
      .kind = SPK_COUNT,
      AT(threads),
      .metavar = "N",
      .max = MOST_THREADS,
      .help = "use N threads in all; 0: as many as this process may use",
      .preset = "0"}},
    {SPK_BOUNDS_MEMORY,
     {.name = "max-memory",
      .kind = SPK_SIZE,
      AT(max_memory),
      .metavar = "SIZE",
      .flags = SPK_POSITIVE,
      .help = "fail rather than use more memory than SIZE"}},
    {SPK_SHOWS_PROGRESS,
     {.name = "progress",
      .kind = SPK_CHOICE,
      AT(progress),
      .choices = "auto|none|bar|line|json",
      .help = "how to report progress on stderr",
      .preset = "auto"}},
    {EVERY,
     {.name = "quiet",
      .letter = 'q',
      .kind = SPK_FLAG,
      AT(quiet),
      .flags = SPK_ROW_ONE_WAY,
      .help = "no warnings, no progress"}},
    {EVERY,
     {.name = "verbose",
      .letter = 'v',
      .kind = SPK_FLAG,
      AT(verbose),
      .flags = SPK_ROW_ONE_WAY,
      .help = "say more; may be given twice"}},
    {EVERY,
     {.name = "help",
      .letter = 'h',
      .kind = SPK_CHOICE,
      AT(help),
      .choices = "brief|all|json",
      .metavar = "all|json",
      .flags = SPK_ROW_OPTIONAL,
      .help = "show this help; all: with rare options; json: for programs"}},
    {EVERY,
     {.name = "version",
      .letter = 'V',
      .kind = SPK_FLAG,
      AT(version),
      .flags = SPK_ROW_ONE_WAY,
      .help = "show the version; with --verbose also how it was built"}},
    {EVERY,
     {.name = "completion-helper",
      .kind = SPK_FLAG,
      AT(completion_helper),
      .flags = SPK_ROW_ONE_WAY | SPK_ROW_HIDDEN,
      .help = "list the options for scripts"}},
    {EVERY,
     {.name = "man-options",
      .kind = SPK_FLAG,
      AT(man_options),
      .flags = SPK_ROW_ONE_WAY | SPK_ROW_HIDDEN,
      .help = "write the OPTIONS section in mdoc"}},
};

enum { REGISTERED = sizeof registry / sizeof registry[0] };

const spk_option *spk_common_options(unsigned groups, spk_pool *pool, spk_error *err)
{
    spk_option *table = spk_pool_alloc(pool, REGISTERED + 1, sizeof *table, err);
    size_t n = 0;
    for (size_t i = 0; table && i < REGISTERED; i++) {
        if (registry[i].groups != EVERY && !(registry[i].groups & groups)) continue;
        table[n] = registry[i].option;
        const char *name = table[n].name;
        bool matters = strcmp(name, "seed") == 0 || strcmp(name, "allow-truncated") == 0;
        if (!matters) table[n].flags |= SPK_NEUTRAL; /* cannot change a result */
        n++;
    }
    return table;
}

static unsigned times_given(const spk_row *row, size_t rows, const char *name)
{
    for (size_t i = 0; i < rows; i++)
        if (row[i].home == SPK_HOME_COMMON && strcmp(row[i].option->name, name) == 0)
            return row[i].given;
    return 0;
}

/* Of two common options that contradict each other, does `name` come after `other`? */
static bool given_after(const spk_row *row, size_t rows, const char *name, const char *other)
{
    unsigned at = 0, rival = 0;
    for (size_t i = 0; i < rows; i++) {
        if (row[i].home != SPK_HOME_COMMON) continue;
        if (strcmp(row[i].option->name, name) == 0) at = row[i].last;
        if (strcmp(row[i].option->name, other) == 0) rival = row[i].last;
    }
    return at > rival;
}

/* The value of `name` from the environment, parsed as the option is, when the option was not given.
 */
static int from_environment(const char *variable, const char *name, const spk_row *row, size_t rows,
                            spk_error *err)
{
    const char *text = getenv(variable);
    for (size_t i = 0; text && *text && i < rows; i++) {
        if (row[i].home != SPK_HOME_COMMON || strcmp(row[i].option->name, name) != 0) continue;
        spk_pool pool = {0};
        int failed = row[i].given ? 0 : spk_row_store(&row[i], variable, text, &pool, err);
        spk_pool_free(&pool);
        return failed;
    }
    return 0;
}

static int resolve_level(const char *text, int *level, spk_error *err)
{
    uint64_t n;
    if (!text || strcmp(text, "store") == 0) {
        *level = SPK_LEVEL_STORE;
        return 0;
    }
    if (spk_parse_count(text, "--level", &n, NULL) || n < 1 || n > 19)
        return spk_fail(err, SPK_USAGE, "--level: \"%s\" is not 1 to 19 or store", text);
    *level = (int)n;
    return 0;
}

/* The stages of one pipe share a terminal: unless told otherwise only the last one, whose stdout is
 * no pipe, draws a bar. Where there is no terminal a bar becomes lines. */
static spk_progress_mode resolve_progress(spk_progress_mode asked, bool quiet)
{
    struct stat out;
    bool terminal = isatty(STDERR_FILENO);
    if (asked == SPK_PROGRESS_BAR) return terminal ? SPK_PROGRESS_BAR : SPK_PROGRESS_LINE;
    if (asked != SPK_PROGRESS_AUTO) return asked;
    bool piped = fstat(STDOUT_FILENO, &out) == 0 && S_ISFIFO(out.st_mode);
    return terminal && !piped && !quiet ? SPK_PROGRESS_BAR : SPK_PROGRESS_NONE;
}

int spk_common_resolve(const spk_common_values *values, const spk_row *row, size_t rows,
                       spk_common *out, spk_error *err)
{
    if (from_environment("SPK_THREADS", "threads", row, rows, err)) return -1;
    if (from_environment("SPK_PROGRESS", "progress", row, rows, err)) return -1;
    if (resolve_level(values->level, &out->level, err)) return -1;
    out->output = values->output;
    out->force = values->force;
    out->latency = values->latency;
    out->no_provenance = given_after(row, rows, "no-provenance", "provenance");
    out->full_provenance = values->provenance == 1;
    out->allow_truncated = values->allow_truncated;
    out->format = given_after(row, rows, "json", "format") ? SPK_JSON_LINES
                                                           : (spk_table_format)values->format;
    out->threads = values->threads ? (int)values->threads : spk_usable_processors();
    out->seed = values->seed;
    out->progress = resolve_progress((spk_progress_mode)values->progress, values->quiet);
    out->max_memory = values->max_memory ? values->max_memory : UINT64_MAX;
    out->quiet = values->quiet;
    out->verbose = (int)times_given(row, rows, "verbose");
    return 0;
}
