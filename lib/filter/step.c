/* step.c: what a filter writes into the history of its output.
 *
 * A stream is known by its own history, not by the name of the file it was in: operands that are
 * streams vanish from the command line, and where an option names one its last step stands instead,
 * so that a pipe and a file give the same bytes. Other files stay, and their digests are kept. */
#include "filter/step.h"

#include "base/memory.h"
#include "base/simd.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The step while it is put together. */
typedef struct draft {
    const spk_cli *cli;
    bool *operand_is_stream; /* of each operand */
    size_t *side_stream;     /* of each side input: 1 + its place among the inputs, 0: no stream */
    char (*parent)[33];      /* one an input */
    const char **argv;
    char **word; /* words of argv that are the step's own */
    size_t words;
    const char **name;  /* files that are not streams, */
    char (*digest)[33]; /* and their digests */
    size_t files;
    char *extra;
} draft;

static void free_draft(draft *d)
{
    free(d->operand_is_stream);
    free(d->side_stream);
    free(d->parent);
    free(d->argv);
    for (size_t i = 0; i < d->words; i++)
        free(d->word[i]);
    free(d->word);
    free(d->name);
    free(d->digest);
    cJSON_free(d->extra);
}

static int allocate(draft *d, size_t inputs, size_t files, spk_error *err)
{
    const spk_cli *cli = d->cli;
    size_t named = cli->side_inputs + files;
    const char *what = "the provenance";
    d->operand_is_stream = spk_alloc(cli->operands, sizeof *d->operand_is_stream, what, err);
    d->side_stream = spk_alloc(cli->side_inputs, sizeof *d->side_stream, what, err);
    d->parent = spk_alloc(inputs, sizeof *d->parent, what, err);
    d->argv = spk_alloc(cli->argc + 1, sizeof *d->argv, what, err);
    d->word = spk_alloc(cli->side_inputs, sizeof *d->word, what, err);
    d->name = spk_alloc(named, sizeof *d->name, what, err);
    d->digest = spk_alloc(named, sizeof *d->digest, what, err);
    return d->operand_is_stream && d->side_stream && d->parent && d->argv && d->word && d->name &&
                   d->digest
               ? 0
               : -1;
}

static bool same_file(const char *word, const char *reader)
{
    return strcmp(word, reader) == 0 || (strcmp(word, "-") == 0 && strcmp(reader, "<stdin>") == 0);
}

/* Who is who among the inputs: operands come first, so a name that is both is an operand first. */
static void take_input(draft *d, size_t i, const char *name)
{
    const spk_cli *cli = d->cli;
    for (size_t k = 0; k < cli->operands; k++)
        if (!d->operand_is_stream[k] && same_file(cli->operand[k], name)) {
            d->operand_is_stream[k] = true;
            return;
        }
    for (size_t k = 0; k < cli->side_inputs; k++)
        if (!d->side_stream[k] && same_file(cli->side_input[k], name)) {
            d->side_stream[k] = i + 1;
            return;
        }
}

/* An operand's words in argv and in operand are the same pointers. */
static bool is_operand(const draft *d, const char *word, bool streams_only)
{
    for (size_t i = 0; i < d->cli->operands; i++)
        if (d->cli->operand[i] == word) return !streams_only || d->operand_is_stream[i];
    return false;
}

/* Whether `word` is "--name=value" of a side input; then *value. */
static bool is_side_input(const spk_cli *cli, const char *word, const char **value)
{
    const spk_option *tables[] = {cli->program->options, cli->method ? cli->method->options : NULL};
    *value = strchr(word, '=');
    if (strncmp(word, "--", 2) != 0 || !*value) return false;
    const size_t length = (size_t)(*value - (word + 2));
    ++*value;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (const spk_option *o = tables[i]; o && o->name; o++)
            if (strlen(o->name) == length && strncmp(o->name, word + 2, length) == 0)
                return o->flags & SPK_SIDE_INPUT;
    return false;
}

/* The word as it is kept: "--model=FILE" becomes "--model=ID" when FILE is a stream. Side inputs
 * stand in argv in their order; those that are neutral are not there. */
static const char *kept_word(draft *d, const char *word, size_t *side, spk_error *err)
{
    const char *value;
    if (is_operand(d, word, false) || !is_side_input(d->cli, word, &value)) return word;
    while (*side < d->cli->side_inputs && strcmp(d->cli->side_input[*side], value) != 0)
        ++*side;
    if (*side == d->cli->side_inputs) return word;
    const size_t stream = d->side_stream[(*side)++];
    if (!stream) return word;
    const size_t length = (size_t)(value - word), room = length + sizeof d->parent[0];
    char *own = spk_alloc(room, 1, "the provenance", err);
    if (!own) return NULL;
    snprintf(own, room, "%.*s%s", (int)length, word, d->parent[stream - 1]);
    return d->word[d->words++] = own;
}

static int take_argv(draft *d, spk_error *err)
{
    size_t n = 0, side = 0;
    for (size_t i = 0; i < d->cli->argc; i++) {
        if (is_operand(d, d->cli->argv[i], true)) continue;
        d->argv[n] = kept_word(d, d->cli->argv[i], &side, err);
        if (!d->argv[n++]) return -1;
    }
    /* a "--" that now ends nothing */
    if (n > 0 && strcmp(d->argv[n - 1], "--") == 0 && !is_operand(d, d->argv[n - 1], false)) n--;
    d->argv[n] = NULL;
    return 0;
}

/* A pipe can be read only once: what came from there has no digest. */
static int add_file(draft *d, const char *name, spk_error *err)
{
    struct stat status;
    if (strcmp(name, "-") == 0 || (stat(name, &status) == 0 && !S_ISREG(status.st_mode))) return 0;
    d->name[d->files] = name;
    return spk_digest_file(name, d->digest[d->files++], err);
}

static int take_files(draft *d, size_t files, const char *const *file, spk_error *err)
{
    for (size_t i = 0; i < files; i++)
        if (add_file(d, file[i], err)) return -1;
    for (size_t i = 0; i < d->cli->side_inputs; i++)
        if (!d->side_stream[i] && add_file(d, d->cli->side_input[i], err)) return -1;
    return 0;
}

/* The clock, or the moment SOURCE_DATE_EPOCH names. */
static time_t time_of_run(void)
{
    const char *fixed = getenv("SOURCE_DATE_EPOCH");
    uint64_t seconds;
    if (fixed && spk_parse_count(fixed, "SOURCE_DATE_EPOCH", &seconds, NULL) == 0)
        return (time_t)seconds;
    return time(NULL);
}

/* --provenance=full: what the result does not depend on, but a reader of logs may want. */
static int take_extra(draft *d, spk_error *err)
{
    char host[256] = "", when[32] = "", cwd[4096];
    time_t now = time_of_run();
    struct tm utc;
    gethostname(host, sizeof host - 1);
    if (gmtime_r(&now, &utc)) strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &utc);
    cJSON *json = cJSON_CreateObject();
    cJSON *argv = cJSON_AddArrayToObject(json, "full_argv");
    for (const char **word = d->cli->full_argv; *word; word++)
        cJSON_AddItemToArray(argv, cJSON_CreateString(*word));
    cJSON_AddStringToObject(json, "host", host);
    cJSON_AddStringToObject(json, "directory", getcwd(cwd, sizeof cwd) ? cwd : "");
    cJSON_AddStringToObject(json, "time", when);
    cJSON_AddNumberToObject(json, "threads", d->cli->common->threads);
    cJSON_AddStringToObject(json, "simd", spk_simd_name(spk_simd_level()));
    d->extra = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    if (!d->extra) return spk_fail(err, SPK_LIMIT, "out of memory for the provenance");
    /* members only: the braces are the step's */
    size_t length = strlen(d->extra);
    memmove(d->extra, d->extra + 1, length - 2);
    d->extra[length - 2] = '\0';
    return 0;
}

static int append(spk_provenance *history, const draft *d, size_t inputs, spk_error *err)
{
    const spk_cli *cli = d->cli;
    spk_step step = {.tool = cli->program->name,
                     .version = SPK_VERSION,
                     .argv = d->argv,
                     .seed = cli->program->groups & SPK_USES_SEED ? &cli->common->seed : NULL,
                     .inputs = d->files,
                     .input_name = d->name,
                     .input_digest = d->digest,
                     .parents = inputs,
                     .parent = d->parent,
                     .extra_json = d->extra};
    return spk_provenance_append(history, &step, err);
}

int spk_step_append(spk_provenance *history, const spk_cli *cli, size_t inputs,
                    const spk_origin *input, size_t files, const char *const *file, spk_error *err)
{
    draft d = {.cli = cli};
    int failed = allocate(&d, inputs, files, err);
    for (size_t i = 0; !failed && i < inputs; i++) {
        take_input(&d, i, input[i].name);
        memcpy(d.parent[i], spk_provenance_last(input[i].history), sizeof d.parent[i]);
        failed = spk_provenance_merge(history, input[i].history, err);
    }
    if (!failed) failed = take_argv(&d, err);
    if (!failed) failed = take_files(&d, files, file, err);
    if (!failed && cli->common->full_provenance) failed = take_extra(&d, err);
    if (!failed) failed = append(history, &d, inputs, err);
    free_draft(&d);
    return failed ? -1 : 0;
}
