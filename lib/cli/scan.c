/* scan.c: our option rows as a popt table. popt finds options and their values in argv and keeps
 * the order of options and operands; what a value means is row.c's. popt's configuration files,
 * aliases and its own help stay unused. */
#include "cli/scan.h"

#include <popt.h>
#include <stdlib.h>
#include <string.h>

struct spk_scan {
    poptContext popt;
    struct poptOption *table; /* entry i belongs to row (val - 1) / 2; odd val: --no-name */
    spk_row *row;
    size_t rows;
    spk_pool *pool;
};

static const char *negated_name(const spk_option *option, spk_pool *pool, spk_error *err)
{
    return spk_pool_print(pool, err, "no-%s", option->name);
}

static int fill_table(spk_scan *scan, spk_error *err)
{
    struct poptOption *entry = scan->table;
    for (size_t i = 0; i < scan->rows; i++) {
        const spk_option *option = scan->row[i].option;
        unsigned type = spk_option_bare(option) ? POPT_ARG_NONE : POPT_ARG_STRING;
        *entry++ = (struct poptOption){.longName = option->name,
                                       .shortName = option->letter,
                                       .argInfo = type,
                                       .val = (int)(2 * i + 1)};
        if (!spk_option_negatable(option)) continue;
        const char *name = negated_name(option, scan->pool, err);
        if (!name) return -1;
        *entry++ = (struct poptOption){
            .longName = name, .argInfo = POPT_ARG_NONE, .val = (int)(2 * i + 2)};
    }
    return 0;
}

spk_scan *spk_scan_open(spk_row *row, size_t rows, int argc, char **argv, spk_pool *pool,
                        spk_error *err)
{
    spk_scan *scan = spk_pool_alloc(pool, 1, sizeof *scan, err);
    if (!scan) return NULL;
    *scan = (spk_scan){.row = row, .rows = rows, .pool = pool};
    scan->table = spk_pool_alloc(pool, 2 * rows + 1, sizeof *scan->table, err);
    if (!scan->table || fill_table(scan, err)) return NULL;
    /* popt would let these forbid options after operands, such as a method's */
    unsetenv("POSIXLY_CORRECT");
    unsetenv("POSIX_ME_HARDER");
    scan->popt = poptGetContext(NULL, argc, (const char **)argv, scan->table,
                                POPT_CONTEXT_NO_EXEC | POPT_CONTEXT_ARG_OPTS);
    if (!scan->popt) {
        spk_fail(err, SPK_LIMIT, "out of memory for the command line");
        return NULL;
    }
    return scan;
}

void spk_scan_close(spk_scan *scan)
{
    if (scan) poptFreeContext(scan->popt);
}

/* The row whose long name is the first `length` characters of `name`. */
static spk_row *row_named(const spk_scan *scan, const char *name, size_t length)
{
    for (size_t i = 0; i < scan->rows; i++)
        if (strlen(scan->row[i].option->name) == length &&
            strncmp(scan->row[i].option->name, name, length) == 0)
            return &scan->row[i];
    return NULL;
}

/* "unknown option --limt (did you mean --limit?)"; a cluster "-vZ" is reported by its letter. */
static int unknown_option(const spk_scan *scan, const char *word, spk_error *err)
{
    if (strncmp(word, "--", 2) != 0) {
        const char *letter = word + 1;
        for (bool known = true; known && *letter; letter += known) {
            known = false;
            for (size_t i = 0; i < scan->rows; i++)
                known |= scan->row[i].option->letter == *letter;
        }
        return spk_fail(err, SPK_USAGE, "unknown option -%c", *letter ? *letter : word[1]);
    }
    size_t n = 0;
    while (scan->table[n].longName)
        n++;
    const char **names = spk_pool_alloc(scan->pool, n + 1, sizeof *names, err);
    char *name = spk_pool_print(scan->pool, err, "%.*s", (int)strcspn(word + 2, "="), word + 2);
    if (!names || !name) return -1;
    for (size_t i = 0, kept = 0; i < n; i++) {
        const spk_row *row = &scan->row[(scan->table[i].val - 1) / 2];
        if (!(row->option->flags & SPK_ROW_HIDDEN)) names[kept++] = scan->table[i].longName;
    }
    const char *near = spk_nearest(name, names);
    if (near)
        return spk_fail(err, SPK_USAGE, "unknown option --%s (did you mean --%s?)", name, near);
    return spk_fail(err, SPK_USAGE, "unknown option --%s", name);
}

/* popt found a value behind an option that takes none: for --help=all that is what it is for. */
static int unwanted_value(const spk_scan *scan, const char *text, spk_word *word, spk_error *err)
{
    bool is_long = strncmp(text, "--", 2) == 0;
    size_t length = is_long ? strcspn(text + 2, "=") : 0;
    spk_row *row = row_named(scan, text + 2, length);
    if (!row || !(row->option->flags & SPK_ROW_OPTIONAL))
        return spk_fail(err, SPK_USAGE, "%.*s takes no value", (int)strcspn(text, "="), text);
    *word = (spk_word){.kind = SPK_WORD_OPTION, .row = row, .text = text + 2 + length + 1};
    return 0;
}

static int scan_error(const spk_scan *scan, int code, spk_word *word, spk_error *err)
{
    const char *text = poptBadOption(scan->popt, POPT_BADOPTION_NOALIAS);
    switch (code) {
    case POPT_ERROR_BADOPT:
        return unknown_option(scan, text, err);
    case POPT_ERROR_UNWANTEDARG:
        return unwanted_value(scan, text, word, err);
    case POPT_ERROR_NOARG:
        return spk_fail(err, SPK_USAGE, "%s needs a value", text);
    default:
        return spk_fail(err, SPK_USAGE, "%s: %s", text, poptStrerror(code));
    }
}

int spk_scan_next(spk_scan *scan, spk_word *word, spk_error *err)
{
    int code = poptGetNextOpt(scan->popt);
    *word = (spk_word){.kind = SPK_WORD_END};
    if (code == -1) return 0;
    if (code < -1) return scan_error(scan, code, word, err);
    char *text = poptGetOptArg(scan->popt);
    if (text && !spk_pool_keep(scan->pool, text, err)) return -1;
    word->text = text;
    word->kind = code == 0 ? SPK_WORD_OPERAND : SPK_WORD_OPTION;
    if (code == 0) return 0;
    word->row = &scan->row[(code - 1) / 2];
    word->negated = code % 2 == 0;
    return 0;
}
