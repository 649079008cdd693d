/* dataset.c: files in order; and, for access by index, parts: one a file, held open or in memory. */
#include "dataset.h"

#include "base/memory.h"
#include "base/path.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file's samples for access by index. */
typedef struct part {
    uint64_t first, count;
    input open;           /* where the samples are read, if memory below is NULL */
    unsigned char *bytes; /* 8-bit samples, */
    double *number;       /* or others, */
    int32_t *label;       /* and their labels */
    size_t bytes_room, number_room, label_room;
} part;

struct dataset {
    size_t files;
    const char *const *path;
    input_options options;
    input_format format; /* of the first file */
    size_t file;         /* at hand */
    input in;            /* kind NULL: none is open */
    uint64_t count;
    uint64_t given; /* samples since the beginning */
    part *part;     /* NULL: not loaded */
    size_t parts;
    double *scratch; /* one sample */
};

static void close_input(input *in)
{
    int fd = in->fd;
    bool is_open = in->kind != NULL;
    input_close(in);
    if (is_open && fd != STDIN_FILENO) close(fd);
}

static int check_format(const dataset *d, const input_format *f, spk_error *err)
{
    const input_format *first = &d->format;
    const char *name = spk_path_title(d->path[d->file]), *other = spk_path_title(d->path[0]);
    if (f->size != first->size || f->dims != first->dims ||
        memcmp(f->shape, first->shape, sizeof f->shape) != 0)
        return spk_fail(err, SPK_DATA,
                        "%s: samples of %" PRIu32
                        " values, not of the size and shape in %s (%" PRIu32 " values)",
                        name, f->size, other, first->size);
    if (f->full_scale != first->full_scale || f->bytes != first->bytes)
        return spk_fail(err, SPK_DATA, "%s: values up to %g, but up to %g in %s", name,
                        f->full_scale, first->full_scale, other);
    if (f->labelled != first->labelled)
        return spk_fail(err, SPK_DATA, "%s and %s: only one of them has labels", name, other);
    return 0;
}

static int open_file(dataset *d, spk_error *err)
{
    const char *path = d->path[d->file];
    int fd = spk_path_open(path, err);
    if (fd < 0) return -1;
    if (input_open(&d->in, fd, spk_path_title(path), &d->options, err)) {
        if (fd != STDIN_FILENO) close(fd);
        return -1;
    }
    return 0;
}

dataset *dataset_open(size_t n, const char *const *path, const input_options *options,
                      spk_error *err)
{
    dataset *d = spk_alloc(1, sizeof *d, "the data set", err);
    if (!d) return NULL;
    d->files = n;
    d->path = path;
    d->options = *options;
    if (open_file(d, err)) {
        free(d);
        return NULL;
    }
    d->format = d->in.format;
    d->count = n == 1 ? d->format.count : UINT64_MAX;
    return d;
}

void dataset_close(dataset *d)
{
    if (!d) return;
    close_input(&d->in);
    for (size_t i = 0; i < d->parts; i++) {
        close_input(&d->part[i].open);
        free(d->part[i].bytes);
        free(d->part[i].number);
        free(d->part[i].label);
    }
    free(d->part);
    free(d->scratch);
    free(d);
}

const input_format *dataset_format(const dataset *d)
{
    return &d->format;
}

const char *dataset_name(const dataset *d)
{
    return spk_path_title(d->path[d->file < d->files ? d->file : d->files - 1]);
}

uint64_t dataset_count(const dataset *d)
{
    return d->count;
}

int dataset_next(dataset *d, double *value, int32_t *label, spk_error *err)
{
    for (; d->file < d->files; d->file++) {
        if (!d->in.kind && (open_file(d, err) || check_format(d, &d->in.format, err))) return -1;
        int more = input_next(&d->in, value, label, err);
        if (more) {
            d->given += more > 0;
            return more;
        }
        close_input(&d->in);
    }
    d->count = d->given;
    return 0;
}

bool dataset_is_rewindable(const dataset *d)
{
    for (size_t i = 0; i < d->files; i++) {
        struct stat status;
        int failed = spk_path_is_stdin(d->path[i]) ? fstat(STDIN_FILENO, &status)
                                                   : stat(d->path[i], &status);
        if (failed || !S_ISREG(status.st_mode)) return false;
    }
    return true;
}

int dataset_rewind(dataset *d, spk_error *err)
{
    close_input(&d->in);
    for (size_t i = 0; i < d->files; i++)
        if (spk_path_is_stdin(d->path[i]) && lseek(STDIN_FILENO, 0, SEEK_SET) < 0)
            return spk_fail_errno(err, errno, "<stdin>: cannot be read a second time");
    d->file = 0;
    d->given = 0;
    return 0;
}

/* ---- by index ------------------------------------------------------------------------------ */

static uint64_t sample_bytes(const dataset *d)
{
    return (uint64_t)d->format.size * (d->format.bytes ? 1 : sizeof(double)) + sizeof(int32_t);
}

/* Room for one more sample. */
static int grow(const dataset *d, part *p, spk_error *err)
{
    size_t size = d->format.size, needed = (p->count + 1) * size;
    if (spk_grow(&p->label, &p->label_room, p->count + 1, sizeof *p->label, "labels", err))
        return -1;
    if (d->format.bytes) return spk_grow(&p->bytes, &p->bytes_room, needed, 1, "the data set", err);
    return spk_grow(&p->number, &p->number_room, needed, sizeof *p->number, "the data set", err);
}

static void keep(const dataset *d, part *p, int32_t label)
{
    size_t size = d->format.size, at = p->count * size;
    for (size_t i = 0; i < size && d->format.bytes; i++)
        p->bytes[at + i] = (unsigned char)d->scratch[i];
    if (!d->format.bytes) memcpy(p->number + at, d->scratch, size * sizeof *p->number);
    p->label[p->count++] = label;
}

/* Take the file at hand into memory; `most` is what is left. */
static int load_file(dataset *d, part *p, uint64_t *most, spk_error *err)
{
    int32_t label;
    int more;
    while ((more = input_next(&d->in, d->scratch, &label, err)) > 0) {
        if (*most < sample_bytes(d))
            return spk_fail(err, SPK_LIMIT,
                            "%s: this order needs the data set in memory, which takes more than "
                            "--max-memory; give more, or an IDX file that is not compressed",
                            input_name(&d->in));
        *most -= sample_bytes(d);
        if (grow(d, p, err)) return -1;
        keep(d, p, label);
    }
    close_input(&d->in);
    return more;
}

int dataset_load(dataset *d, uint64_t most, spk_error *err)
{
    d->part = spk_alloc(d->files, sizeof *d->part, "the data set", err);
    if (d->part) d->scratch = spk_alloc(d->format.size, sizeof *d->scratch, "a sample", err);
    if (!d->scratch) return -1;
    d->parts = d->files;
    uint64_t count = 0;
    for (d->file = 0; d->file < d->files; d->file++) {
        part *p = &d->part[d->file];
        p->first = count;
        if (!d->in.kind && (open_file(d, err) || check_format(d, &d->in.format, err))) return -1;
        if (input_has_places(&d->in)) {
            p->count = d->in.format.count;
            p->open = d->in;
            d->in = (input){0};
        } else if (load_file(d, p, &most, err)) {
            return -1;
        }
        count += p->count;
    }
    d->count = count;
    return 0;
}

int dataset_at(dataset *d, uint64_t index, double *value, int32_t *label, spk_error *err)
{
    size_t i = 0;
    while (i + 1 < d->parts && index >= d->part[i + 1].first)
        i++;
    part *p = &d->part[i];
    index -= p->first;
    *label = INPUT_NO_LABEL;
    if (p->open.kind) return input_at(&p->open, index, value, err);
    size_t size = d->format.size, at = index * size;
    *label = p->label[index];
    for (size_t v = 0; v < size; v++)
        value[v] = p->bytes ? p->bytes[at + v] : p->number[at + v];
    return 0;
}
