/* files.h: the files that become samples, in their order, with their labels. */
#ifndef CONVERT_FILES_H
#define CONVERT_FILES_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct files {
    size_t n;
    const char **path; /* "-": standard input */
    int32_t *label;    /* NULL: the files have none */
    uint32_t classes;  /* one more than the highest label; 0 without labels */
    /* for files.c */
    char **own; /* paths to free, or NULL */
    size_t path_room, own_room, label_room;
} files;

/* The operands ("-" when there are none and no list), or what the table `list` ("-": standard input; NULL:
 * none) names, one a row: a path, and behind a tab its label if the first row has one. by_directory: the
 * label is the name of the folder that a file lies in. Operands are borrowed. */
int files_open(files *f, size_t n, const char *const *operand, const char *list, bool by_directory,
               spk_error *err) SPK_NODISCARD;
void files_close(files *f); /* all zero, too */

#endif
