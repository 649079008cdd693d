/* path.c: a file that is there is known by its inode, one that is not by its folder and its name. */
#include "base/path.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

size_t spk_path_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash + 1 - path) : 0;
}

static bool look_at_folder(const char *path, struct stat *info)
{
    char folder[PATH_MAX];
    const size_t n = spk_path_folder(path);
    if (n == 0) return stat(".", info) == 0;
    const int used = snprintf(folder, sizeof folder, "%.*s", (int)n, path);
    return used > 0 && (size_t)used < sizeof folder && stat(folder, info) == 0;
}

bool spk_path_same(const char *a, const char *b)
{
    struct stat one, other;
    const bool there = stat(a, &one) == 0;
    if (there != (stat(b, &other) == 0)) return false;
    if (there && !S_ISREG(one.st_mode)) return false;
    if (!there && (strcmp(a + spk_path_folder(a), b + spk_path_folder(b)) != 0 ||
                   !look_at_folder(a, &one) || !look_at_folder(b, &other)))
        return false;
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}
