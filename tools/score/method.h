/* method.h: a score is made from the table of labels against predictions, and is printed as a
 * table. */
#ifndef SPK_SCORE_METHOD_H
#define SPK_SCORE_METHOD_H

#include "cli/program.h"
#include "readout/outcomes.h"

#include <stdio.h>

typedef struct score_method {
    spk_method base;
    /* Print the table to `out`; 0, -1, or SPK_NEGATIVE when a demand was not met. */
    int (*print)(const spk_cli *cli, const spk_outcomes *seen, FILE *out, spk_error *err);
} score_method;

extern const score_method accuracy_method, confusion_method;
extern const spk_method *const score_methods[];

#endif
