/* path.c: a file that is there is known by its inode, one that is not by its folder and its name. */
#include "base/path.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

size_t spk_path_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash + 1 - path) : 0;
}

bool spk_path_is_stdin(const char *path)
{
    return !path || strcmp(path, "-") == 0;
}

const char *spk_path_title(const char *path)
{
    return spk_path_is_stdin(path) ? "<stdin>" : path;
}

int spk_path_open(const char *path, spk_error *err)
{
    if (spk_path_is_stdin(path)) return STDIN_FILENO;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) return spk_fail_errno(err, errno, "%s: cannot open", path);
    return fd;
}

/* Where the symbolic link `name` points to, to free(); NULL when it is none (or with *err). */
static char *read_link(const char *name, spk_error *err)
{
    char to[PATH_MAX];
    const ssize_t n = readlink(name, to, sizeof to - 1);
    if (n < 0 || (size_t)n >= sizeof to - 1) return NULL;
    to[n] = '\0';
    const size_t folder = to[0] == '/' ? 0 : spk_path_folder(name), size = folder + (size_t)n + 1;
    char *text = spk_alloc(size, 1, "a file name", err);
    if (text) snprintf(text, size, "%.*s%s", (int)folder, name, to);
    return text;
}

char *spk_path_follow(const char *name, spk_error *err)
{
    enum { MOST_LINKS = 40 };
    char *at = spk_strdup(name, err);
    for (int i = 0; at && i < MOST_LINKS; i++) {
        spk_error none = {.code = SPK_OK};
        char *next = read_link(at, &none);
        if (!next && none.code == SPK_OK) break;
        if (!next && err) *err = none;
        free(at);
        at = next;
    }
    return at;
}

static bool look_at_folder(const char *path, struct stat *info)
{
    char folder[PATH_MAX];
    const size_t n = spk_path_folder(path);
    if (n == 0) return stat(".", info) == 0;
    const int used = snprintf(folder, sizeof folder, "%.*s", (int)n, path);
    return used > 0 && (size_t)used < sizeof folder && stat(folder, info) == 0;
}

/* Of files that are not there yet. */
static bool will_be_same(const char *a, const char *b)
{
    struct stat one, other;
    char *first = spk_path_follow(a, NULL), *second = spk_path_follow(b, NULL);
    const bool same =
        first && second &&
        strcmp(first + spk_path_folder(first), second + spk_path_folder(second)) == 0 &&
        look_at_folder(first, &one) && look_at_folder(second, &other) &&
        one.st_dev == other.st_dev && one.st_ino == other.st_ino;
    free(first);
    free(second);
    return same;
}

bool spk_path_same(const char *a, const char *b)
{
    struct stat one, other;
    const bool there = stat(a, &one) == 0;
    if (there != (stat(b, &other) == 0)) return false;
    if (!there) return will_be_same(a, b);
    return S_ISREG(one.st_mode) && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}
