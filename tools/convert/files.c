/* files.c: from operands or a list to paths and labels. */
#include "files.h"

#include "base/memory.h"
#include "base/path.h"
#include "cli/option.h"
#include "table/table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int parse_label(const char *text, int32_t *label)
{
    uint64_t value;
    if (spk_parse_count(text, "label", &value, NULL) || value > INT32_MAX) return -1;
    *label = (int32_t)value;
    return 0;
}

/* "Train/7/00012.bin" has label 7. */
static int label_of_folder(const char *path, int32_t *label, spk_error *err)
{
    char name[32] = "";
    size_t end = spk_path_folder(path), begin;
    while (end > 0 && path[end - 1] == '/')
        end--;
    for (begin = end; begin > 0 && path[begin - 1] != '/';)
        begin--;
    if (end - begin < sizeof name) memcpy(name, path + begin, end - begin);
    if (parse_label(name, label) == 0) return 0;
    return spk_fail(err, SPK_USAGE,
                    "%s: --label-from directory: lies in \"%.*s\", which is no whole number from 0",
                    path, (int)(end - begin), path + begin);
}

static int take_folders(files *f, spk_error *err)
{
    f->label = spk_alloc(f->n, sizeof *f->label, "labels", err);
    if (!f->label) return -1;
    for (size_t i = 0; i < f->n; i++)
        if (label_of_folder(f->path[i], &f->label[i], err)) return -1;
    return 0;
}

/* ---- a list ----------------------------------------------------------------------------------- */

static int add_row(files *f, spk_rows *rows, const char *list, size_t n, const char *const *cell,
                   spk_error *err)
{
    const bool labelled = f->n == 0 ? n > 1 : f->label != NULL;
    if (n != (labelled ? 2 : 1) || !*cell[0])
        return spk_fail(err, SPK_DATA, "%s:%" PRIu64 ": must be a file%s%s", list,
                        spk_rows_line(rows), labelled ? ", a tab, its label" : "",
                        f->n ? ", as the first row is" : "");
    if (spk_grow(&f->own, &f->own_room, f->n + 1, sizeof *f->own, "names of files", err) ||
        spk_grow(&f->path, &f->path_room, f->n + 1, sizeof *f->path, "names of files", err))
        return -1;
    if (labelled && spk_grow(&f->label, &f->label_room, f->n + 1, sizeof *f->label, "labels", err))
        return -1;
    if (labelled && parse_label(cell[1], &f->label[f->n]))
        return spk_fail(err, SPK_DATA,
                        "%s:%" PRIu64 ": label \"%s\": must be a whole number from 0", list,
                        spk_rows_line(rows), cell[1]);
    f->own[f->n] = spk_strdup(cell[0], err);
    if (!f->own[f->n]) return -1;
    f->path[f->n] = f->own[f->n];
    f->n++;
    return 0;
}

static int read_rows(files *f, spk_rows *rows, const char *list, spk_error *err)
{
    const char *const *cell;
    size_t n;
    int more;
    while ((more = spk_rows_next(rows, &cell, &n, err)) > 0)
        if (add_row(f, rows, list, n, cell, err)) return -1;
    if (more == 0 && f->n == 0) return spk_fail(err, SPK_DATA, "%s: names no file", list);
    return more;
}

static int read_list(files *f, const char *list, spk_error *err)
{
    const bool from_stdin = spk_path_is_stdin(list);
    const char *name = spk_path_title(list);
    const int fd = spk_path_open(list, err);
    if (fd < 0) return -1;
    spk_rows *rows = spk_rows_open(fd, name, '\t', err);
    const int failed = rows ? read_rows(f, rows, name, err) : -1;
    spk_rows_close(rows);
    if (!from_stdin) close(fd);
    for (size_t i = 0; !failed && from_stdin && i < f->n; i++)
        if (spk_path_is_stdin(f->path[i]))
            return spk_fail(err, SPK_USAGE,
                            "--files-from - and a file \"-\": only one can be the standard input");
    return failed;
}

static int take_operands(files *f, size_t n, const char *const *operand, spk_error *err)
{
    f->n = n ? n : 1;
    f->path = spk_alloc(f->n, sizeof *f->path, "names of files", err);
    if (!f->path) return -1;
    f->path[0] = "-";
    for (size_t i = 0; i < n; i++)
        f->path[i] = operand[i];
    return 0;
}

int files_open(files *f, size_t n, const char *const *operand, const char *list, bool by_directory,
               spk_error *err)
{
    *f = (files){0};
    if (list && n > 0)
        return spk_fail(err, SPK_USAGE, "--files-from %s and \"%s\": give one of them", list,
                        operand[0]);
    if (list ? read_list(f, list, err) : take_operands(f, n, operand, err)) return -1;
    if (by_directory && f->label)
        return spk_fail(err, SPK_USAGE, "--label-from directory: %s has labels of its own", list);
    if (by_directory && take_folders(f, err)) return -1;
    for (size_t i = 0; f->label && i < f->n; i++)
        if ((uint32_t)f->label[i] >= f->classes) f->classes = (uint32_t)f->label[i] + 1;
    return 0;
}

void files_close(files *f)
{
    for (size_t i = 0; f->own && i < f->n; i++)
        free(f->own[i]);
    free(f->own);
    free(f->path);
    free(f->label);
}
