/* help.h: everything that is written from the option tables. Internal to lib/cli. */
#ifndef SPK_CLI_HELP_H
#define SPK_CLI_HELP_H

#include "cli/parse.h"

#include <stdio.h>

/* --help and --help=all: for the chosen method, or for the program and the list of its methods. */
void spk_help_text(const struct spk_parse *parse, bool all, FILE *out);
/* --help=json: the whole program, all methods. */
int spk_help_json(const struct spk_parse *parse, FILE *out, spk_error *err);
/* --completion-helper: one line an option, "--name<TAB>-n<TAB>kind<TAB>help"; kind is none, file,
 * choice:a|b, time, ...; and one line a method while none is chosen,
 * "name<TAB><TAB>method<TAB>help". The options are those that may be given with the chosen method.
 */
void spk_help_completion(const struct spk_parse *parse, FILE *out);
/* --man-options: the OPTIONS section of the man page in mdoc. */
void spk_help_man(const struct spk_parse *parse, FILE *out);

/* "350ms" of a row that has a preset worth telling, or NULL. */
const char *spk_help_preset(const spk_option *option);
/* "time", "file" ... of a kind. */
const char *spk_option_kind_name(spk_option_kind kind);

#endif
