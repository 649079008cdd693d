/* parse.c: argv to spk_cli.
 *
 * A program with methods is scanned twice: first with the options of all its methods, to find the
 * method (the first operand, wherever it stands), then with the options of that method only.
 *
 * The provenance argv is canonical: program and method, then options that can change the result and
 * operands in the order given; options by their long names as --name=value, values as typed. Of an
 * option that is given again only the last counts, and only that is kept. */
#include "cli/parse.h"

#include "base/memory.h"
#include "cli/scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t table_length(const spk_option *table)
{
    size_t n = 0;
    while (table && table[n].name)
        n++;
    return n;
}

static bool table_has(const spk_option *table, const char *name)
{
    for (; table && table->name; table++)
        if (strcmp(table->name, name) == 0) return true;
    return false;
}

static spk_row *add_rows(spk_row *at, const spk_option *table, void *base, spk_home home)
{
    for (; table && table->name; table++)
        *at++ = (spk_row){.option = table, .base = base, .home = home};
    return at;
}

static bool is_given(const spk_row *row, size_t rows, const char *name)
{
    for (size_t i = 0; i < rows; i++)
        if (strcmp(row[i].option->name, name) == 0) return row[i].given > 0;
    return false;
}

/* Help and its like do not need a command line that makes sense otherwise. */
static bool request_given(const spk_row *row, size_t rows)
{
    return is_given(row, rows, "help") || is_given(row, rows, "version") ||
           is_given(row, rows, "completion-helper") || is_given(row, rows, "man-options");
}

bool spk_parse_request(const struct spk_parse *parse)
{
    return request_given(parse->row, parse->rows);
}

/* ---- the first scan: which method? ------------------------------------------------------- */

static const spk_method *method_named(const spk_program *program, const char *name)
{
    for (const spk_method *const *m = program->methods; *m; m++)
        if (strcmp((*m)->name, name) == 0) return *m;
    return NULL;
}

/* Their names, NULL-ended; *list is them in a row. */
static const char **method_names(struct spk_parse *parse, const char **list, spk_error *err)
{
    const spk_method *const *methods = parse->cli.program->methods;
    size_t n = 0;
    while (methods[n])
        n++;
    const char **names = spk_pool_alloc(&parse->pool, n + 1, sizeof *names, err);
    *list = "";
    for (size_t i = 0; names && i < n; i++) {
        names[i] = methods[i]->name;
        *list = spk_pool_print(&parse->pool, err, "%s%s%s", *list, i ? ", " : "", names[i]);
        if (!*list) return NULL;
    }
    return names;
}

static int choose_method(struct spk_parse *parse, const char *name, spk_error *err)
{
    const char *list;
    const char **names = method_names(parse, &list, err);
    if (!names) return -1;
    if (!name) return spk_fail(err, SPK_USAGE, "a METHOD is needed: %s", list);
    parse->cli.method = method_named(parse->cli.program, name);
    if (parse->cli.method) return 0;
    const char *near = spk_nearest(name, names);
    if (near)
        return spk_fail(err, SPK_USAGE, "unknown method \"%s\" (did you mean \"%s\"?)", name, near);
    return spk_fail(err, SPK_USAGE, "unknown method \"%s\" (one of %s)", name, list);
}

/* The rows of the program, of all methods and the common ones; nothing is stored through them. */
static spk_row *union_rows(struct spk_parse *parse, size_t *n, spk_error *err)
{
    const spk_program *program = parse->cli.program;
    *n = table_length(program->options) + table_length(parse->common);
    for (const spk_method *const *m = program->methods; *m; m++)
        *n += table_length((*m)->options);
    spk_row *row = spk_pool_alloc(&parse->pool, *n + 1, sizeof *row, err);
    if (!row) return NULL;
    spk_row *at = add_rows(row, program->options, NULL, SPK_HOME_PROGRAM);
    for (const spk_method *const *m = program->methods; *m; m++)
        at = add_rows(at, (*m)->options, NULL, SPK_HOME_METHOD);
    add_rows(at, parse->common, NULL, SPK_HOME_COMMON);
    return row;
}

/* An option that the chosen method does not have, but another one: say so. */
static int check_foreign(const struct spk_parse *parse, const spk_row *row, size_t rows,
                         spk_error *err)
{
    const spk_method *chosen = parse->cli.method;
    for (size_t i = 0; i < rows; i++) {
        const char *name = row[i].option->name;
        if (row[i].home != SPK_HOME_METHOD || !row[i].given || table_has(chosen->options, name))
            continue;
        for (const spk_method *const *m = parse->cli.program->methods; *m; m++)
            if (table_has((*m)->options, name))
                return spk_fail(err, SPK_USAGE, "--%s is an option of the method %s, not of %s",
                                name, (*m)->name, chosen->name);
    }
    return 0;
}

/* Does the command line leave the method to the program? */
static bool is_unnamed(const struct spk_parse *parse, const char *name, size_t operands)
{
    const spk_program *program = parse->cli.program;
    return program->fallback && (!name || (operands == 1 && !method_named(program, name)));
}

static int find_method(struct spk_parse *parse, int argc, char **argv, spk_error *err)
{
    size_t rows;
    spk_row *row = union_rows(parse, &rows, err);
    spk_scan *scan = row ? spk_scan_open(row, rows, argc, argv, &parse->pool, err) : NULL;
    if (!scan) return -1;
    spk_word word = {.kind = SPK_WORD_OPTION};
    const char *name = NULL;
    size_t operands = 0;
    int failed = 0;
    while (word.kind != SPK_WORD_END && !failed) {
        failed = spk_scan_next(scan, &word, name ? NULL : err);
        if (failed) break;
        if (word.kind == SPK_WORD_OPTION) word.row->given++;
        if (word.kind == SPK_WORD_OPERAND && operands++ == 0) name = word.text;
    }
    spk_scan_close(scan);
    bool request = request_given(row, rows);
    if (!name && request) return 0;
    if (!name && failed) return -1;
    if (is_unnamed(parse, name, operands))
        parse->cli.method = parse->cli.program->fallback;
    else if (choose_method(parse, name, err))
        return -1;
    else
        parse->method_named = true;
    return request ? 0 : check_foreign(parse, row, rows, err);
}

/* ---- the second scan: values and operands -------------------------------------------------- */

static int make_rows(struct spk_parse *parse, spk_error *err)
{
    spk_cli *cli = &parse->cli;
    const spk_program *program = cli->program;
    const spk_method *method = cli->method;
    size_t size = program->settings_size;
    if (size < sizeof(spk_common)) size = sizeof(spk_common);
    cli->settings = spk_pool_alloc(&parse->pool, 1, size, err);
    if (!cli->settings) return -1;
    cli->common = cli->settings;
    if (method && method->settings_size) {
        cli->method_settings = spk_pool_alloc(&parse->pool, 1, method->settings_size, err);
        if (!cli->method_settings) return -1;
    }
    const spk_option *own = method ? method->options : NULL;
    parse->rows = table_length(program->options) + table_length(own) + table_length(parse->common);
    parse->row = spk_pool_alloc(&parse->pool, parse->rows + 1, sizeof *parse->row, err);
    if (!parse->row) return -1;
    spk_row *at = add_rows(parse->row, program->options, cli->settings, SPK_HOME_PROGRAM);
    at = add_rows(at, own, cli->method_settings, SPK_HOME_METHOD);
    add_rows(at, parse->common, &parse->values, SPK_HOME_COMMON);
    return 0;
}

static int store_presets(struct spk_parse *parse, spk_error *err)
{
    for (size_t i = 0; i < parse->rows; i++) {
        const spk_option *option = parse->row[i].option;
        if (!option->preset) continue;
        if (spk_row_store(&parse->row[i], option->name, option->preset, &parse->pool, err)) {
            if (err) err->code = SPK_BUG;
            return spk_error_prefix(err, "preset");
        }
    }
    return 0;
}

/* Remember the word for provenance. */
static void keep_word(struct spk_parse *parse, const char *text)
{
    parse->cli.argv[parse->cli.argc++] = text;
}

/* `list` without `word`, the very pointer; how many are left. */
static size_t without(const char **list, size_t n, const char *word)
{
    size_t left = 0;
    for (size_t i = 0; i < n; i++)
        if (list[i] != word) list[left++] = list[i];
    list[left] = NULL;
    return left;
}

/* What was kept of the row is overridden by the option at hand. */
static void forget(struct spk_parse *parse, spk_row *row)
{
    spk_cli *cli = &parse->cli;
    if (row->option->kind == SPK_LIST) return;
    if (row->kept) cli->argc = without(cli->argv, cli->argc, row->kept);
    if (row->side) cli->side_inputs = without(cli->side_input, cli->side_inputs, row->side);
    row->kept = row->side = NULL;
}

static int take_option(struct spk_parse *parse, const spk_word *word, spk_error *err)
{
    spk_row *row = word->row;
    const spk_option *option = row->option;
    spk_pool *pool = &parse->pool;
    const char *value = word->text;
    if (option->kind == SPK_FLAG) value = word->negated ? "no" : "yes";
    char *what = spk_pool_print(pool, err, "--%s", option->name);
    if (!what) return -1;
    if (value && spk_row_store(row, what, value, pool, err)) return -1;
    row->given++;
    row->last = ++parse->options;
    forget(parse, row);
    if (option->flags & SPK_SIDE_INPUT)
        parse->cli.side_input[parse->cli.side_inputs++] = row->side = value;
    if (option->flags & SPK_NEUTRAL) return 0;
    char *kept = option->kind == SPK_FLAG
                     ? spk_pool_print(pool, err, word->negated ? "--no-%s" : "--%s", option->name)
                     : spk_pool_print(pool, err, "--%s=%s", option->name, value);
    if (!kept) return -1;
    keep_word(parse, row->kept = kept);
    return 0;
}

/* The method's name is not an operand of its own; an operand that looks like an option came behind
 * "--", and so it must in the provenance. */
static void take_operand(struct spk_parse *parse, const char *text, bool *method_pending,
                         bool *options_ended)
{
    if (*method_pending) {
        *method_pending = false;
        return;
    }
    if (text[0] == '-' && text[1] && !*options_ended) {
        keep_word(parse, "--");
        *options_ended = true;
    }
    keep_word(parse, text);
    parse->cli.operand[parse->cli.operands++] = text;
}

static int take_words(struct spk_parse *parse, int argc, char **argv, spk_error *err)
{
    spk_scan *scan = spk_scan_open(parse->row, parse->rows, argc, argv, &parse->pool, err);
    if (!scan) return -1;
    bool method_pending = parse->method_named, options_ended = false;
    spk_word word = {.kind = SPK_WORD_OPTION};
    int failed = 0;
    while (!failed && word.kind != SPK_WORD_END) {
        failed = spk_scan_next(scan, &word, err);
        if (failed) break;
        if (word.kind == SPK_WORD_OPTION) failed = take_option(parse, &word, err);
        if (word.kind == SPK_WORD_OPERAND)
            take_operand(parse, word.text, &method_pending, &options_ended);
    }
    spk_scan_close(scan);
    return failed && !spk_parse_request(parse) ? -1 : 0;
}

/* Room for every word twice over: an operand may bring a "--" with it. */
static int make_word_lists(struct spk_parse *parse, int argc, char **argv, spk_error *err)
{
    spk_cli *cli = &parse->cli;
    size_t words = (size_t)argc;
    cli->full_argv = spk_pool_alloc(&parse->pool, words + 1, sizeof *cli->full_argv, err);
    cli->argv = spk_pool_alloc(&parse->pool, words + 4, sizeof *cli->argv, err);
    cli->operand = spk_pool_alloc(&parse->pool, words + 1, sizeof *cli->operand, err);
    cli->side_input = spk_pool_alloc(&parse->pool, words + 1, sizeof *cli->side_input, err);
    if (!cli->full_argv || !cli->argv || !cli->operand || !cli->side_input) return -1;
    for (int i = 0; i < argc; i++) {
        cli->full_argv[i] = spk_pool_keep(&parse->pool, spk_strdup(argv[i], err), err);
        if (!cli->full_argv[i]) return -1;
    }
    keep_word(parse, cli->program->name);
    if (cli->method) keep_word(parse, cli->method->name);
    return 0;
}

static int check_required(const struct spk_parse *parse, spk_error *err)
{
    for (size_t i = 0; i < parse->rows; i++) {
        const spk_option *option = parse->row[i].option;
        if (option->flags & SPK_REQUIRED && !parse->row[i].given)
            return spk_fail(err, SPK_USAGE, "--%s %s must be given", option->name,
                            spk_option_metavar(option));
    }
    return 0;
}

static int parse_all(struct spk_parse *parse, int argc, char **argv, spk_error *err)
{
    const spk_program *program = parse->cli.program;
    parse->common = spk_common_options(program->groups, &parse->pool, err);
    if (!parse->common) return -1;
    if (program->methods && find_method(parse, argc, argv, err)) return -1;
    if (make_rows(parse, err) || store_presets(parse, err) ||
        make_word_lists(parse, argc, argv, err) || take_words(parse, argc, argv, err))
        return -1;
    if (spk_parse_request(parse)) return 0;
    if (check_required(parse, err)) return -1;
    return spk_common_resolve(&parse->values, parse->row, parse->rows, parse->cli.settings, err);
}

int spk_parse_command_line(struct spk_parse *parse, const spk_program *program, int argc,
                           char **argv, spk_error *err)
{
    *parse = (struct spk_parse){.cli.program = program, .usage_error = true};
    parse->cli.parse = parse;
    if (parse_all(parse, argc, argv, err)) return -1;
    parse->usage_error = false;
    return 0;
}

void spk_parse_free(struct spk_parse *parse)
{
    spk_pool_free(&parse->pool);
}

/* ---- what programs ask ---------------------------------------------------------------------- */

bool spk_given(const spk_cli *cli, const char *name)
{
    return cli->parse && is_given(cli->parse->row, cli->parse->rows, name);
}

const char *spk_operand(const spk_cli *cli, size_t index)
{
    return index < cli->operands ? cli->operand[index] : NULL;
}

int spk_check_operands(const spk_cli *cli, size_t least, size_t most, spk_error *err)
{
    if (cli->operands >= least && cli->operands <= most) return 0;
    if (cli->parse) cli->parse->usage_error = true;
    if (cli->operands > most)
        return spk_fail(err, SPK_USAGE, "unexpected operand \"%s\" (operands: %s)",
                        cli->operand[most], cli->program->operands);
    return spk_fail(err, SPK_USAGE, "an operand is missing (operands: %s)", cli->program->operands);
}
