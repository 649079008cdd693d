/* step.c: what a filter writes into the history of its output.
 *
 * A stream is known by its own history, not by the name of the file it was in: operands that are
 * streams vanish from the command line, so that a pipe and a file give the same bytes. Other files
 * stay, and their digests are kept. */
#include "filter/step.h"

#include "base/memory.h"
#include "base/simd.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* The step while it is put together. */
typedef struct draft {
    const spk_cli *cli;
    bool *operand_is_stream; /* of each operand */
    bool *side_is_stream;    /* of each side input */
    spk_parent *parent;      /* one an input */
    const char **argv;
    const char **name;  /* files that are not streams, */
    char (*digest)[33]; /* and their digests */
    size_t files;
    char *extra;
} draft;

static void free_draft(draft *d)
{
    free(d->operand_is_stream);
    free(d->side_is_stream);
    free(d->parent);
    free(d->argv);
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
    d->side_is_stream = spk_alloc(cli->side_inputs, sizeof *d->side_is_stream, what, err);
    d->parent = spk_alloc(inputs, sizeof *d->parent, what, err);
    d->argv = spk_alloc(cli->argc + 1, sizeof *d->argv, what, err);
    d->name = spk_alloc(named, sizeof *d->name, what, err);
    d->digest = spk_alloc(named, sizeof *d->digest, what, err);
    return d->operand_is_stream && d->side_is_stream && d->parent && d->argv && d->name && d->digest
               ? 0
               : -1;
}

static bool same_file(const char *word, const char *reader)
{
    return strcmp(word, reader) == 0 || (strcmp(word, "-") == 0 && strcmp(reader, "<stdin>") == 0);
}

/* Marks the first unmarked word that is `reader`; returns it, or NULL. */
static const char *claim(const char *const *word, bool *marked, size_t n, const char *reader)
{
    for (size_t i = 0; i < n; i++)
        if (!marked[i] && same_file(word[i], reader)) {
            marked[i] = true;
            return word[i];
        }
    return NULL;
}

/* Who is who among the inputs: operands come first, so a name that is both is an operand first. */
static void take_inputs(draft *d, size_t inputs, const spk_origin *input)
{
    const spk_cli *cli = d->cli;
    for (size_t i = 0; i < inputs; i++) {
        const char *name = input[i].name;
        if (!claim(cli->operand, d->operand_is_stream, cli->operands, name))
            d->parent[i].name = claim(cli->side_input, d->side_is_stream, cli->side_inputs, name);
        memcpy(d->parent[i].id, spk_provenance_last(input[i].history), sizeof d->parent[i].id);
    }
}

/* An operand's words in argv and in operand are the same pointers. */
static bool is_operand(const draft *d, const char *word, bool streams_only)
{
    for (size_t i = 0; i < d->cli->operands; i++)
        if (d->cli->operand[i] == word) return !streams_only || d->operand_is_stream[i];
    return false;
}

static void take_argv(draft *d)
{
    size_t n = 0;
    for (size_t i = 0; i < d->cli->argc; i++)
        if (!is_operand(d, d->cli->argv[i], true)) d->argv[n++] = d->cli->argv[i];
    /* a "--" that now ends nothing */
    if (n > 0 && strcmp(d->argv[n - 1], "--") == 0 && !is_operand(d, d->argv[n - 1], false)) n--;
    d->argv[n] = NULL;
}

/* Standard input can be read only once: what came from there has no digest. */
static int add_file(draft *d, const char *name, spk_error *err)
{
    if (strcmp(name, "-") == 0) return 0;
    d->name[d->files] = name;
    return spk_digest_file(name, d->digest[d->files++], err);
}

static int take_files(draft *d, size_t files, const char *const *file, spk_error *err)
{
    for (size_t i = 0; i < files; i++)
        if (add_file(d, file[i], err)) return -1;
    for (size_t i = 0; i < d->cli->side_inputs; i++)
        if (!d->side_is_stream[i] && add_file(d, d->cli->side_input[i], err)) return -1;
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
    for (size_t i = 0; !failed && i < inputs; i++)
        failed = spk_provenance_merge(history, input[i].history, err);
    if (!failed) {
        take_inputs(&d, inputs, input);
        take_argv(&d);
        failed = take_files(&d, files, file, err);
    }
    if (!failed && cli->common->full_provenance) failed = take_extra(&d, err);
    if (!failed) failed = append(history, &d, inputs, err);
    free_draft(&d);
    return failed ? -1 : 0;
}
