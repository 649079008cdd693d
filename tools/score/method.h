/* method.h: a score is made from the table of labels against predictions, and for some methods from
 * what they collect of the predictions' scores as they pass; it is printed as a table. */
#ifndef SPK_SCORE_METHOD_H
#define SPK_SCORE_METHOD_H

#include "cli/program.h"
#include "readout/outcomes.h"

#include <stdio.h>

typedef struct score_method {
    spk_method base;
    size_t collection_size;  /* of what take() collects in, zeroed at first; 0: nothing */
    spk_outcomes_visit take; /* sees each labelled prediction, or NULL */
    void (*drop)(void *collection);
    /* Print the table to `out`; 0, -1, or SPK_NEGATIVE when a demand was not met. */
    int (*print)(const spk_cli *cli, const spk_outcomes *seen, void *collection, FILE *out,
                 spk_error *err);
} score_method;

/* The 95 % interval of a proportion, `part` of `whole` (Wilson 1927), as two cells of a table;
 * missing where whole is 0. */
struct spk_table;
void put_interval(struct spk_table *table, uint64_t part, uint64_t whole);
/* part / whole; NaN where whole is 0. */
double ratio_of(uint64_t part, uint64_t whole);

extern const score_method accuracy_method, confusion_method, recall_method, pr_method;
extern const spk_method *const score_methods[];

#endif
