/* help_data.c: the option tables for programs: JSON, completion lines, and mdoc for the man page.
 */
#include "cli/help.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

const char *spk_option_kind_name(spk_option_kind kind)
{
    static const char *const names[] = {
        [SPK_FLAG] = "flag", [SPK_COUNT] = "count",   [SPK_REAL] = "real",   [SPK_TIME] = "time",
        [SPK_RATE] = "rate", [SPK_SIZE] = "size",     [SPK_TEXT] = "text",   [SPK_FILE] = "file",
        [SPK_LIST] = "list", [SPK_CHOICE] = "choice", [SPK_SHARD] = "shard",
    };
    return names[kind];
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static cJSON *option_json(const spk_option *option)
{
    cJSON *json = cJSON_CreateObject();
    char letter[2] = {option->letter, '\0'};
    cJSON_AddStringToObject(json, "name", option->name);
    if (option->letter) cJSON_AddStringToObject(json, "letter", letter);
    cJSON_AddStringToObject(json, "kind", spk_option_kind_name(option->kind));
    cJSON_AddStringToObject(json, "help", option->help);
    if (option->metavar) cJSON_AddStringToObject(json, "metavar", option->metavar);
    if (option->preset) cJSON_AddStringToObject(json, "default", option->preset);
    if (option->choices) cJSON_AddStringToObject(json, "choices", option->choices);
    if (option->min < option->max) {
        cJSON_AddNumberToObject(json, "min", option->min);
        cJSON_AddNumberToObject(json, "max", option->max);
    }
    cJSON_AddBoolToObject(json, "required", option->flags & SPK_REQUIRED);
    cJSON_AddBoolToObject(json, "changes_result", !(option->flags & SPK_NEUTRAL));
    cJSON_AddBoolToObject(json, "negatable", spk_option_negatable(option));
    return json;
}

static cJSON *table_json(const spk_option *table)
{
    cJSON *list = cJSON_CreateArray();
    for (; table && table->name; table++)
        if (!(table->flags & SPK_ROW_HIDDEN)) cJSON_AddItemToArray(list, option_json(table));
    return list;
}

static cJSON *methods_json(const spk_method *const *methods)
{
    cJSON *list = cJSON_CreateArray();
    for (; methods && *methods; methods++) {
        cJSON *method = cJSON_CreateObject();
        cJSON_AddStringToObject(method, "name", (*methods)->name);
        cJSON_AddStringToObject(method, "help", (*methods)->help);
        cJSON_AddItemToObject(method, "options", table_json((*methods)->options));
        cJSON_AddItemToArray(list, method);
    }
    return list;
}

int spk_help_json(const struct spk_parse *parse, FILE *out, spk_error *err)
{
    const spk_program *program = parse->cli.program;
    cJSON *json = cJSON_CreateObject();
    cJSON_AddNumberToObject(json, "v", 1);
    cJSON_AddStringToObject(json, "name", program->name);
    cJSON_AddStringToObject(json, "version", SPK_VERSION);
    cJSON_AddStringToObject(json, "summary", program->summary);
    cJSON_AddStringToObject(json, "operands", program->operands ? program->operands : "");
    cJSON_AddItemToObject(json, "options", table_json(program->options));
    cJSON_AddItemToObject(json, "common", table_json(parse->common));
    cJSON_AddItemToObject(json, "methods", methods_json(program->methods));
    char *text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    if (!text) return spk_fail(err, SPK_LIMIT, "out of memory for the help");
    fprintf(out, "%s\n", text);
    free(text);
    return 0;
}

/* ---- completion ------------------------------------------------------------------------------ */

static void completion_line(const spk_option *option, FILE *out)
{
    char letter[3] = {'-', option->letter, '\0'};
    fprintf(out, "--%s\t%s\t", option->name, option->letter ? letter : "");
    if (spk_option_bare(option))
        fputs("none", out);
    else if (option->kind == SPK_CHOICE)
        fprintf(out, "choice:%s", option->choices);
    else
        fputs(spk_option_kind_name(option->kind), out);
    fprintf(out, "\t%s\n", option->help);
}

void spk_help_completion(const struct spk_parse *parse, FILE *out)
{
    const spk_program *program = parse->cli.program;
    if (!parse->cli.method)
        for (const spk_method *const *m = program->methods; m && *m; m++)
            fprintf(out, "%s\t\tmethod\t%s\n", (*m)->name, (*m)->help);
    for (size_t i = 0; i < parse->rows; i++)
        if (!(parse->row[i].option->flags & SPK_ROW_HIDDEN))
            completion_line(parse->row[i].option, out);
}

/* ---- mdoc ------------------------------------------------------------------------------------ */

/* Text on a line of its own. */
static void mdoc_text(const char *text, FILE *out)
{
    if (*text == '.' || *text == '\'') fputs("\\&", out);
    for (; *text; text++)
        if (*text == '\\')
            fputs("\\e", out);
        else
            fputc(*text, out);
}

/* A word on a macro line, where two-letter words could be macros. */
static void mdoc_word(const char *macro, const char *word, FILE *out)
{
    fprintf(out, " %s %s", macro, strlen(word) <= 2 ? "\\&" : "");
    mdoc_text(word, out);
}

static void mdoc_choices(const char *choices, FILE *out)
{
    while (*choices) {
        int length = (int)strcspn(choices, "|");
        fprintf(out, " Cm %.*s", length, choices);
        choices += length;
        if (*choices) fputs(" |", out);
        choices += *choices == '|';
    }
}

static void mdoc_option(const spk_option *option, FILE *out)
{
    fputs(".It", out);
    if (option->letter) fprintf(out, " Fl %c ,", option->letter);
    fprintf(out, " Fl -%s", option->name);
    if (option->kind == SPK_FLAG && option->preset) fprintf(out, " , Fl -no-%s", option->name);
    if (option->flags & SPK_ROW_OPTIONAL) fprintf(out, " Ns Op Ns = Ns");
    if (option->kind == SPK_CHOICE)
        mdoc_choices(option->flags & SPK_ROW_OPTIONAL ? option->metavar : option->choices, out);
    else if (option->kind != SPK_FLAG)
        mdoc_word("Ar", spk_option_metavar(option), out);
    fputc('\n', out);
    mdoc_text(option->help, out);
    const char *preset = spk_help_preset(option);
    if (option->flags & SPK_REQUIRED) {
        fputs("\n.Pq required", out);
    } else if (option->kind == SPK_LIST) {
        fputs("\n.Pq may be repeated", out);
    } else if (preset) {
        fputs("\n.Pq default :", out);
        mdoc_word("Cm", preset, out);
    }
    fputc('\n', out);
}

/* The table's visible options, either the usual or the advanced ones, as one list if there are any.
 */
static void mdoc_list(const char *before, const spk_option *table, bool advanced, FILE *out)
{
    bool begun = false;
    for (; table && table->name; table++) {
        if (table->flags & SPK_ROW_HIDDEN || !(table->flags & SPK_ADVANCED) == advanced) continue;
        if (!begun) fprintf(out, "%s.Bl -tag -width Ds\n", before);
        begun = true;
        mdoc_option(table, out);
    }
    if (begun) fputs(".El\n", out);
}

void spk_help_man(const struct spk_parse *parse, FILE *out)
{
    const spk_program *program = parse->cli.program;
    mdoc_list("The options are:\n", program->options, false, out);
    for (const spk_method *const *m = program->methods; m && *m; m++) {
        fprintf(out, ".Ss %s\n", (*m)->name);
        mdoc_text((*m)->help, out);
        fputs(".\n", out);
        mdoc_list("", (*m)->options, false, out);
        mdoc_list("Rarely needed:\n", (*m)->options, true, out);
    }
    mdoc_list(".Ss Rare options\n", program->options, true, out);
    mdoc_list(".Ss Common options\nThese mean the same in all programs, see\n.Xr spk 7 .\n",
              parse->common, false, out);
}
