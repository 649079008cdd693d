/* parse.h: one command line, parsed. Internal to lib/cli. */
#ifndef SPK_CLI_PARSE_H
#define SPK_CLI_PARSE_H

#include "cli/common.h"
#include "cli/program.h"
#include "cli/row.h"

/* What spk_cli.parse points to. */
struct spk_parse {
    spk_cli cli;
    spk_pool pool;            /* owns everything below */
    spk_common_values values; /* where the common rows store */
    const spk_option *common; /* the table of the common options */
    spk_row *row;             /* program's, method's, common rows, in that order */
    size_t rows;
    unsigned options;  /* given so far */
    bool method_named; /* the first operand is the method's name */
    bool usage_error;  /* a failure is about how the program was called: point at --help */
};

/* Parse the command line. On success parse->cli is complete, or one of the requests in
 * parse->values (help, version ...) was made, and then settings may be missing. Free with
 * spk_parse_free, after failures too. */
int spk_parse_command_line(struct spk_parse *parse, const spk_program *program, int argc,
                           char **argv, spk_error *err);
void spk_parse_free(struct spk_parse *parse);

/* Was help, the version or one of the helpers asked for? */
bool spk_parse_request(const struct spk_parse *parse);

#endif
