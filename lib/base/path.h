/* path.h: names of files. */
#ifndef SPK_BASE_PATH_H
#define SPK_BASE_PATH_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* How many bytes of `path` name the folder: up to its last slash, which counts; 0 without one. */
size_t spk_path_folder(const char *path);

/* The file that `name` will be, of which nothing is there yet: the end of its symbolic links. To
 * free(); NULL with *err when memory is short. */
char *spk_path_follow(const char *name, spk_error *err) SPK_NODISCARD;

/* Of an input, where "-" or NULL is standard input: is it that? What messages call it ("<stdin>", or the name). A
 * descriptor to read it, STDIN_FILENO or one to close; -1 when it cannot be opened. */
bool spk_path_is_stdin(const char *path);
const char *spk_path_title(const char *path);
int spk_path_open(const char *path, spk_error *err) SPK_NODISCARD;

/* Whether two names are, or would become, one regular file; devices may be shared. */
bool spk_path_same(const char *a, const char *b);

#endif
