/* columns.h: the named columns of a table (CSV or TSV with a header line) that a network file names.
 *
 * A relative name is taken from the network file's folder. What is wrong in the table is an
 * SPK_USAGE failure that begins with its name and line; what is wrong with the name itself is told
 * with the place in the network file. Private to lib/network. */
#ifndef SPK_NETWORK_COLUMNS_H
#define SPK_NETWORK_COLUMNS_H

#include "network/load.h"
#include "table/table.h"

enum { SPK_COLUMN_ABSENT = -1 };

typedef struct spk_columns {
    char *path;
    int fd;
    spk_rows *rows;
    const char *const *cell; /* of the row at hand; of the header until the first next() */
    size_t width;
} spk_columns;

/* The path of `file`, which `node` names, to free(). NULL where `net` may name no other files. */
char *spk_file_path(const spk_json *doc, const cJSON *node, const spk_network *net,
                    const char *file, spk_error *err) SPK_NODISCARD;
/* Open it for reading; -1 with the place in the network file. */
int spk_file_open(const spk_json *doc, const cJSON *node, const char *path, spk_error *err);

/* Open the table `file` and read its header; zero-initialised before. Close it in any case. */
int spk_columns_open(spk_columns *c, const spk_json *doc, const cJSON *node, const spk_network *net,
                     const char *file, spk_error *err) SPK_NODISCARD;
void spk_columns_close(spk_columns *c);

/* The column called one of the words of "a|b|c", before the first next(). *at is SPK_COLUMN_ABSENT
 * when there is none, which is an error if `required`. */
int spk_columns_find(const spk_columns *c, const char *names, bool required, int *at,
                     spk_error *err) SPK_NODISCARD;
/* 1: the next row; 0: there is none; -1: error. */
int spk_columns_next(spk_columns *c, spk_error *err) SPK_NODISCARD;
/* A finite number; a whole number below `limit`, which counts units of `population`. */
int spk_columns_real(const spk_columns *c, int at, double *out, spk_error *err) SPK_NODISCARD;
int spk_columns_unit(const spk_columns *c, int at, const spk_population *population, uint32_t *out,
                     spk_error *err) SPK_NODISCARD;
/* Milliseconds that are a whole number of steps, at most `most`; `what` they are is for messages. */
int spk_columns_steps(const spk_columns *c, int at, const spk_network *net, const char *what,
                      uint64_t most, uint64_t *steps, spk_error *err) SPK_NODISCARD;
/* Fail about the row at hand. */
int spk_columns_fail(const spk_columns *c, spk_error *err, const char *format, ...)
    SPK_PRINTF(3, 4);

/* One or more numbers for each unit of a population: out[unit * columns + k] from column name[k].
 * Rows are in the order of the units, or in any order with a column "unit". *row_line (or NULL), to
 * free(), is the line of each unit. */
int spk_columns_units(const spk_json *doc, const cJSON *node, const spk_network *net,
                      const spk_population *population, const char *file, size_t columns,
                      const char *const *name, double *out, uint64_t **row_line,
                      spk_error *err) SPK_NODISCARD;

#endif
