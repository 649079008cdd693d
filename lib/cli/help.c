/* help.c: --help as text, from the option tables alone. */
#include "cli/help.h"

#include <string.h>

enum { WIDTH = 80, HELP_COLUMN = 28 };

const char *spk_help_preset(const spk_option *option)
{
    if (!option->preset) return NULL;
    return strcmp(option->preset, "-") == 0 ? NULL : option->preset;
}

/* Words of `text` from column `at` on, continued at column `indent`. Returns the column reached. */
static int wrap(const char *text, int at, int indent, FILE *out)
{
    while (*text) {
        int length = (int)strcspn(text, " ");
        if (at > indent && at + length + 1 > WIDTH) {
            fprintf(out, "\n%*s", indent, "");
            at = indent;
        } else if (at > indent) {
            fputc(' ', out);
            at++;
        }
        fprintf(out, "%.*s", length, text);
        at += length;
        text += length;
        text += strspn(text, " ");
    }
    return at;
}

/* `term`, and `help` in a column of its own. */
static int two_columns(const char *term, const char *help, FILE *out)
{
    int at = fprintf(out, "%s", term);
    if (at + 2 > HELP_COLUMN) {
        fputc('\n', out);
        at = 0;
    }
    fprintf(out, "%*s", HELP_COLUMN - at, "");
    return wrap(help, HELP_COLUMN, HELP_COLUMN, out);
}

/* "  -n, --limit N" */
static void term_of(const spk_option *option, char *term, size_t size)
{
    char letter[8] = "    ";
    if (option->letter) snprintf(letter, sizeof letter, "-%c, ", option->letter);
    const char *no = option->kind == SPK_FLAG && option->preset ? "[no-]" : "";
    const char *metavar = spk_option_metavar(option);
    if (option->flags & SPK_ROW_OPTIONAL)
        snprintf(term, size, "  %s--%s[=%s]", letter, option->name, metavar);
    else if (option->kind == SPK_FLAG)
        snprintf(term, size, "  %s--%s%s", letter, no, option->name);
    else
        snprintf(term, size, "  %s--%s %s", letter, option->name, metavar);
}

/* What follows the help in parentheses: the choices that the term does not show, the default. */
static void note_of(const spk_option *option, char *note, size_t size)
{
    const char *preset = spk_help_preset(option);
    const char *choices = option->kind == SPK_CHOICE && option->metavar ? option->choices : "";
    note[0] = '\0';
    if (option->flags & SPK_REQUIRED)
        snprintf(note, size, "(%s%srequired)", choices, *choices ? "; " : "");
    else if (option->kind == SPK_LIST)
        snprintf(note, size, "(may be repeated)");
    else if (preset && *choices)
        snprintf(note, size, "(%s; default: %s)", choices, preset);
    else if (preset)
        snprintf(note, size, "(default: %s)", preset);
    else if (*choices && !(option->flags & SPK_ROW_OPTIONAL))
        snprintf(note, size, "(%s)", choices);
}

static void print_option(const spk_option *option, FILE *out)
{
    char term[160], note[240];
    term_of(option, term, sizeof term);
    note_of(option, note, sizeof note);
    int at = two_columns(term, option->help, out);
    wrap(note, at, HELP_COLUMN, out);
    fputc('\n', out);
}

static void print_table(const char *title, const spk_option *table, bool all, FILE *out)
{
    bool titled = false;
    for (; table && table->name; table++) {
        if (table->flags & SPK_ROW_HIDDEN || (table->flags & SPK_ADVANCED && !all)) continue;
        if (!titled) fprintf(out, "\n%s:\n", title);
        titled = true;
        print_option(table, out);
    }
}

static bool has_advanced(const struct spk_parse *parse)
{
    for (size_t i = 0; i < parse->rows; i++)
        if (parse->row[i].option->flags & SPK_ADVANCED) return true;
    return false;
}

static void print_methods(const struct spk_parse *parse, FILE *out)
{
    fputs("\nMethods:\n", out);
    for (const spk_method *const *m = parse->cli.program->methods; *m; m++) {
        char term[80];
        snprintf(term, sizeof term, "  %s", (*m)->name);
        two_columns(term, (*m)->help, out);
        fputc('\n', out);
    }
    fprintf(out, "\n'%s METHOD --help' adds the options of a method.\n", parse->cli.program->name);
}

void spk_help_text(const struct spk_parse *parse, bool all, FILE *out)
{
    const spk_program *program = parse->cli.program;
    const spk_method *method = parse->cli.method;
    const char *operands = program->operands ? program->operands : "";
    const char *any = program->fallback ? "[METHOD]" : program->methods ? "METHOD" : "";
    const char *word = method ? method->name : any;
    fprintf(out, "Usage: %s%s%s [OPTION...]%s%s\n", program->name, *word ? " " : "", word,
            *operands ? " " : "", operands);
    wrap(program->summary, 0, 0, out);
    fputc('\n', out);
    if (method) {
        fprintf(out, "\n%s:", method->name);
        wrap(method->help, (int)strlen(method->name) + 1, 0, out);
        fputc('\n', out);
        print_table("Options of the method", method->options, all, out);
    } else if (program->methods) {
        print_methods(parse, out);
    }
    print_table("Options", program->options, all, out);
    print_table("Common options", parse->common, all, out);
    if (!all && has_advanced(parse)) fputs("\n--help=all shows more options.\n", out);
}
