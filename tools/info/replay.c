/* replay.c: the history of a stream as a shell script that makes it again.
 *
 * The steps are a graph: a step reads the streams of its parents, those that its command line names
 * ("--model=ID") as values of options, the others as operands or stdin. A step whose one reader takes
 * it on stdin is piped into it; any other goes to a file in a scratch directory. Every other file
 * that was read must be there and have the bytes it had, which the script checks before it starts. */
#include "base/control.h"
#include "base/memory.h"
#include "base/shell.h"
#include "filter/filter.h"
#include "info.h"
#include "json/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct step {
    spk_json *doc;
    const cJSON *argv, *inputs; /* lists, or NULL */
    size_t parents, operands;   /* of the parents, the first so many are operands or stdin */
    size_t *parent;             /* steps */
    size_t readers;
    bool piped; /* into its one reader */
} step;

typedef struct history {
    const spk_provenance *p;
    const char *stream; /* its name, for messages */
    step *step;
    bool files; /* some step goes to a file */
} history;

/* ---- reading the chain ----------------------------------------------------------------------- */

static const char *text_of(const cJSON *object, const char *key)
{
    const cJSON *member = spk_json_member(object, key);
    return cJSON_IsString(member) ? member->valuestring : "";
}

static const char *tool_of(const step *s)
{
    return text_of(spk_json_root(s->doc), "tool");
}

static int find_parent(history *h, size_t child, const char *id, size_t *found, spk_error *err)
{
    for (size_t i = 0; i < child; i++)
        if (strcmp(h->p->id[i], id) == 0) {
            *found = i;
            h->step[i].readers++;
            return 0;
        }
    return spk_fail(err, SPK_DATA, "%s: step %zu (%s) read a stream without history", h->stream,
                    child + 1, tool_of(&h->step[child]));
}

/* The parent that `word` names, in "--model=ID", among those from `from` on; `s->parents`: none. */
static size_t named_parent(const history *h, const step *s, const char *word, size_t from)
{
    const char *value = word + strspn(word, "-abcdefghijklmnopqrstuvwxyz0123456789");
    size_t i = from;
    if (strncmp(word, "--", 2) != 0 || *value != '=') return s->parents;
    while (i < s->parents && strcmp(h->p->id[s->parent[i]], value + 1) != 0)
        i++;
    return i;
}

/* Operands first, then those that options name. */
static int sort_parents(history *h, size_t i, spk_error *err)
{
    step *s = &h->step[i];
    const cJSON *at;
    s->operands = s->parents;
    cJSON_ArrayForEach(at, s->argv)
    {
        const char *word = cJSON_IsString(at) ? at->valuestring : "";
        const size_t named = named_parent(h, s, word, 0);
        if (strcmp(word, "-") == 0 ||
            (*word == '-' && strstr(word, "=-") && !strstr(word, "=-")[2]))
            return spk_fail(err, SPK_DATA,
                            "%s: step %zu (%s) read a file from its standard input, which is gone",
                            h->stream, i + 1, tool_of(s));
        if (named == s->parents || s->operands == 0) continue;
        const size_t parent = s->parent[named];
        memmove(s->parent + named, s->parent + named + 1,
                (s->parents - named - 1) * sizeof *s->parent);
        s->parent[s->parents - 1] = parent;
        s->operands--;
    }
    return 0;
}

static int read_step(history *h, size_t i, spk_error *err)
{
    step *s = &h->step[i];
    s->doc = spk_json_parse(h->p->json[i], strlen(h->p->json[i]), h->stream, SPK_DATA, err);
    if (!s->doc) return -1;
    const cJSON *root = spk_json_root(s->doc), *parents = spk_json_member(root, "parents"), *at;
    s->argv = spk_json_member(root, "argv");
    s->inputs = spk_json_member(root, "inputs");
    s->parent = spk_alloc((size_t)cJSON_GetArraySize(parents), sizeof *s->parent, "steps", err);
    if (!s->parent) return -1;
    cJSON_ArrayForEach(at, parents)
    {
        const char *id = cJSON_IsString(at) ? at->valuestring : "";
        if (find_parent(h, i, id, &s->parent[s->parents++], err)) return -1;
    }
    return sort_parents(h, i, err);
}

/* A pipe carries the one operand of a step, when no other step reads it. */
static void plan_pipes(history *h)
{
    for (size_t i = 0; i < h->p->n; i++) {
        const step *s = &h->step[i];
        if (s->operands == 1 && h->step[s->parent[0]].readers == 1)
            h->step[s->parent[0]].piped = true;
    }
    for (size_t i = 0; i + 1 < h->p->n; i++)
        h->files |= !h->step[i].piped;
}

/* ---- writing the script ---------------------------------------------------------------------- */

/* `name` was read already by a step before `i`, or before its input `at`. */
static bool checked_before(const history *h, size_t i, const cJSON *at)
{
    const cJSON *other;
    for (size_t k = 0; k <= i; k++)
        cJSON_ArrayForEach(other, h->step[k].inputs)
        {
            if (other == at) return false;
            if (strcmp(text_of(other, "name"), text_of(at, "name")) == 0 &&
                strcmp(text_of(other, "xxh128"), text_of(at, "xxh128")) == 0)
                return true;
        }
    return false;
}

static void print_checks(const history *h, FILE *out)
{
    const cJSON *at;
    bool any = false;
    for (size_t i = 0; i < h->p->n; i++)
        cJSON_ArrayForEach(at, h->step[i].inputs)
        {
            if (!spk_json_member(at, "xxh128") || checked_before(h, i, at)) continue;
            if (!any) fputs("\n# The files that were read.\n", out);
            any = true;
            fputs("spk-info --checksum ", out);
            spk_shell_word(out, text_of(at, "xxh128"));
            fputs(" -- ", out);
            spk_shell_word(out, text_of(at, "name"));
            putc('\n', out);
        }
}

static void print_file(size_t of, FILE *out)
{
    fprintf(out, "\"$dir\"/%zu.spk", of + 1);
}

/* A word of the command line; what names a stream names its new file. */
static void print_word(const history *h, const step *s, const char *word, FILE *out)
{
    const size_t named = named_parent(h, s, word, s->operands);
    if (named == s->parents) {
        spk_shell_word(out, word);
        return;
    }
    fprintf(out, "%.*s", (int)(strchr(word, '=') + 1 - word), word);
    print_file(s->parent[named], out);
}

static void print_command(const history *h, const step *s, FILE *out)
{
    const cJSON *word;
    const char *space = "";
    cJSON_ArrayForEach(word, s->argv)
    {
        fputs(space, out);
        space = " ";
        print_word(h, s, cJSON_IsString(word) ? word->valuestring : "", out);
    }
    if (s->operands < 2) return;
    for (size_t i = 0; i < s->operands; i++) {
        putc(' ', out);
        print_file(s->parent[i], out);
    }
}

/* Text of the stream in a comment, whose line it must not end. */
static void print_comment(const char *text, FILE *out)
{
    for (; *text; text++)
        putc(spk_is_control(*text) ? '?' : *text, out);
}

/* The command of `last` and those that are piped into it. */
static int print_pipeline(const history *h, size_t last, FILE *out, spk_error *err)
{
    size_t *chain = spk_alloc(h->p->n, sizeof *chain, "steps", err), n = 0;
    if (!chain) return -1;
    for (chain[n++] = last; h->step[last].operands == 1 && h->step[h->step[last].parent[0]].piped;)
        chain[n++] = last = h->step[last].parent[0];
    const step *first = &h->step[last];
    putc('\n', out);
    for (size_t i = n; i-- > 0;) {
        print_command(h, &h->step[chain[i]], out);
        if (chain[i] == last && first->operands == 1) {
            fputs(" < ", out);
            print_file(first->parent[0], out);
        } else if (chain[i] == last && first->operands == 0) {
            fputs(" < /dev/null", out);
        }
        if (i > 0) fputs(" |\n    ", out);
    }
    free(chain);
    return 0;
}

static int print_script(const history *h, FILE *out, spk_error *err)
{
    fprintf(out, "#!/bin/sh\n# Makes the stream %s again, on standard output.\n",
            h->p->id[h->p->n - 1]);
    for (size_t i = 0; i < h->p->n; i++) {
        fprintf(out, "# Step %zu: ", i + 1);
        print_comment(tool_of(&h->step[i]), out);
        putc(' ', out);
        print_comment(text_of(spk_json_root(h->step[i].doc), "version"), out);
        putc('\n', out);
    }
    fputs("set -eu\n", out);
    print_checks(h, out);
    if (h->files)
        fputs("\ndir=$(mktemp -d)\ntrap 'rm -rf \"$dir\"' EXIT\ntrap 'exit 130' INT\n"
              "trap 'exit 143' TERM\n",
              out);
    for (size_t i = 0; i < h->p->n; i++) {
        if (h->step[i].piped) continue;
        if (print_pipeline(h, i, out, err)) return -1;
        if (i + 1 < h->p->n) {
            fputs(" > ", out);
            print_file(i, out);
        }
        putc('\n', out);
    }
    return ferror(out) ? spk_fail_errno(err, errno, "cannot write") : 0;
}

static int replay(history *h, FILE *out, spk_error *err)
{
    if (h->p->n == 0)
        return spk_fail(err, SPK_DATA, "%s: has no history (it was made with --no-provenance)",
                        h->stream);
    for (size_t i = 0; i < h->p->n; i++)
        if (read_step(h, i, err)) return -1;
    plan_pipes(h);
    return print_script(h, out, err);
}

int info_replay(const info *i, spk_error *err)
{
    spk_reader *in = spk_filter_input(i->cli, i->path, NULL, err);
    if (!in) return -1;
    history h = {.p = spk_reader_provenance(in), .stream = spk_reader_name(in)};
    h.step = spk_alloc(h.p->n, sizeof *h.step, "steps", err);
    int status = h.step ? replay(&h, i->out, err) : -1;
    for (size_t k = 0; h.step && k < h.p->n; k++) {
        spk_json_free(h.step[k].doc);
        free(h.step[k].parent);
    }
    free(h.step);
    spk_reader_close(in);
    return status;
}

/* ---- the check that scripts make ------------------------------------------------------------- */

int info_checksum(const info *i, spk_error *err)
{
    char hex[33];
    if (spk_digest_file(i->path, hex, err)) return -1;
    if (strcmp(hex, i->checksum) == 0) return 0;
    return spk_fail(err, SPK_DATA, "%s: is not the file it was: its XXH3-128 is %s, not %s",
                    i->path, hex, i->checksum);
}
