/* path.h: names of files. */
#ifndef SPK_BASE_PATH_H
#define SPK_BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>

/* How many bytes of `path` name the folder: up to its last slash, which counts; 0 without one. */
size_t spk_path_folder(const char *path);

/* Whether two names are, or would become, one regular file; devices may be shared. */
bool spk_path_same(const char *a, const char *b);

#endif
