/* scan.h: the words of argv, told apart by popt. Internal to lib/cli. */
#ifndef SPK_CLI_SCAN_H
#define SPK_CLI_SCAN_H

#include "cli/row.h"

typedef enum spk_word_kind { SPK_WORD_END, SPK_WORD_OPERAND, SPK_WORD_OPTION } spk_word_kind;

typedef struct spk_word {
    spk_word_kind kind;
    spk_row *row;     /* of an option */
    bool negated;     /* --no-name */
    const char *text; /* the operand, the option's value (in the pool), or NULL */
} spk_word;

typedef struct spk_scan spk_scan;

/* Scan argv for the options of `row`. Options may follow operands; "--" ends them; long names are
 * never abbreviated. */
spk_scan *spk_scan_open(spk_row *row, size_t rows, int argc, char **argv, spk_pool *pool,
                        spk_error *err);
/* The next word; -1 on an unknown option, a missing or an unwanted value. */
int spk_scan_next(spk_scan *scan, spk_word *word, spk_error *err);
void spk_scan_close(spk_scan *scan);

#endif
