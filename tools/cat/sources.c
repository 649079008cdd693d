/* sources.c: opening, looking ahead, comparing headers. */
#include "sources.h"
#include "base/memory.h"
#include "base/path.h"
#include "filter/filter.h"
#include "stream/index.h"
#include "json/json.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- comparing ------------------------------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool same_channel(const spk_channel *a, const spk_channel *b)
{
    return a->type == b->type && same_text(a->name, b->name) &&
           same_text(a->variable, b->variable) && same_text(a->unit, b->unit) &&
           a->size == b->size && a->dims == b->dims &&
           memcmp(a->shape, b->shape, a->dims * sizeof *a->shape) == 0 && a->dtype == b->dtype &&
           a->scale == b->scale && a->period == b->period;
}

static bool same_array(const spk_array *a, const spk_array *b)
{
    return a->type == b->type && same_text(a->owner, b->owner) &&
           same_text(a->variable, b->variable) && same_text(a->unit, b->unit) &&
           a->dtype == b->dtype && a->sparse == b->sparse && a->rows == b->rows &&
           a->cols == b->cols && strcmp(a->structure, b->structure) == 0;
}

const spk_channel *matching_channel(const spk_header *in, const spk_channel *like)
{
    for (size_t i = 0; i < in->channels; i++)
        if (same_channel(&in->channel[i], like)) return &in->channel[i];
    return NULL;
}

const spk_array *matching_array(const spk_header *in, const spk_array *like)
{
    for (size_t i = 0; i < in->arrays; i++)
        if (same_array(&in->array[i], like)) return &in->array[i];
    return NULL;
}

static bool same_meta(const struct cJSON *a, const struct cJSON *b)
{
    if (!a || !b) return a == b;
    char *left = spk_json_canonical(a, NULL), *right = spk_json_canonical(b, NULL);
    bool same = left && right && strcmp(left, right) == 0;
    free(left);
    free(right);
    return same;
}

int same_headers(const spk_header *a, const char *a_name, const spk_header *b, const char *b_name,
                 spk_error *err)
{
    if (spk_rational_compare(a->tick, b->tick) != 0)
        return spk_fail(err, SPK_DATA,
                        "%s: its tick is %" PRIu64 "/%" PRIu64 " s, that of %s %" PRIu64 "/%" PRIu64
                        " s",
                        b_name, b->tick.num, b->tick.den, a_name, a->tick.num, a->tick.den);
    if (a->classes != b->classes)
        return spk_fail(err, SPK_DATA, "%s: has %" PRIu32 " classes, %s has %" PRIu32, b_name,
                        b->classes, a_name, a->classes);
    for (size_t i = 0; i < a->channels; i++)
        if (!matching_channel(b, &a->channel[i]))
            return spk_fail(err, SPK_DATA, "%s: has no population \"%s\" like that of %s", b_name,
                            a->channel[i].name, a_name);
    for (size_t i = 0; i < a->arrays; i++)
        if (!matching_array(b, &a->array[i]))
            return spk_fail(err, SPK_DATA, "%s: has no array \"%s.%s\" like that of %s", b_name,
                            a->array[i].owner, a->array[i].variable, a_name);
    for (size_t i = 0; i < b->channels; i++)
        if (!matching_channel(a, &b->channel[i]))
            return spk_fail(err, SPK_DATA, "%s: has a population \"%s\", and %s none like it",
                            b_name, b->channel[i].name, a_name);
    for (size_t i = 0; i < b->arrays; i++)
        if (!matching_array(a, &b->array[i]))
            return spk_fail(err, SPK_DATA, "%s: has an array \"%s.%s\", and %s none like it",
                            b_name, b->array[i].owner, b->array[i].variable, a_name);
    if (!same_meta(a->meta, b->meta))
        return spk_fail(err, SPK_DATA, "%s: the \"meta\" of its header is not that of %s", b_name,
                        a_name);
    return 0;
}

/* ---- opening --------------------------------------------------------------------------------- */

static spk_reader *open_reader(const sources *all, const char *path, spk_error *err)
{
    const int fd = spk_path_open(path, err);
    if (fd < 0) return NULL;
    spk_reader_options options = spk_filter_reading(all->cli);
    options.segments = true;
    return spk_reader_open(fd, path, &options, err);
}

static int add_history(source *s, spk_error *err)
{
    size_t capacity = s->streams;
    if (spk_grow(&s->history, &capacity, s->streams + 1, sizeof *s->history, "histories", err))
        return -1;
    spk_provenance_init(&s->history[s->streams]);
    return spk_provenance_merge(&s->history[s->streams++], spk_reader_provenance(s->in), err);
}

/* Only a regular file can be read twice. A valid index says that it holds one stream. */
static int look_at_file(const char *path, bool *regular, bool *single, spk_error *err)
{
    struct stat status;
    spk_index index;
    *regular = *single = false;
    if (spk_path_is_stdin(path) || stat(path, &status) || !S_ISREG(status.st_mode)) return 0;
    *regular = true;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return spk_fail_errno(err, errno, "%s: cannot open", path);
    int found = spk_index_read(fd, path, &index, err);
    *single = found > 0;
    spk_index_free(&index);
    close(fd);
    return found < 0 ? -1 : 0;
}

/* Read to the end, for the histories of the streams behind the first. Damage is met again when it
 * is copied, after what is intact before it. */
static int look_behind(source *s, spk_error *err)
{
    for (;;) {
        spk_item item;
        spk_error damage;
        int more;
        while ((more = spk_reader_next(s->in, &item, &damage)) > 0)
            ;
        if (more == 0) more = spk_reader_next_segment(s->in, &damage);
        if (more < 0 && damage.code != SPK_DATA) {
            *err = damage;
            return -1;
        }
        if (more <= 0) return 0;
        if (same_headers(&s->header, s->name, spk_reader_header(s->in), s->name, err) ||
            add_history(s, err))
            return -1;
    }
}

static int source_open(const sources *all, source *s, const char *path, spk_error *err)
{
    bool regular, single;
    s->path = path;
    s->name = spk_path_title(path);
    if (look_at_file(path, &regular, &single, err)) return -1;
    s->in = open_reader(all, path, err);
    if (!s->in || spk_header_copy(&s->header, spk_reader_header(s->in), err) || add_history(s, err))
        return -1;
    if (!regular) return 0;
    int status = single ? 0 : look_behind(s, err);
    source_close(s);
    return status;
}

int sources_open(sources *all, const spk_cli *cli, spk_error *err)
{
    static const char *const standard_input[] = {"-"};
    const char *const *paths = cli->operands ? cli->operand : standard_input;
    *all = (sources){.cli = cli};
    const size_t n = cli->operands ? cli->operands : 1;
    all->source = spk_alloc(n, sizeof *all->source, "inputs", err);
    if (!all->source) return -1;
    all->n = n;
    for (size_t i = 0; i < n; i++)
        spk_header_init(&all->source[i].header);
    for (size_t i = 0; i < n; i++)
        if (source_open(all, &all->source[i], paths[i], err)) return -1;
    return 0;
}

int source_reopen(const sources *all, source *s, spk_error *err)
{
    if (!s->in) s->in = open_reader(all, s->path, err);
    return s->in ? 0 : -1;
}

void source_close(source *s)
{
    spk_reader_close(s->in);
    s->in = NULL;
}

void sources_close(sources *all)
{
    for (size_t i = 0; i < all->n; i++) {
        source *s = &all->source[i];
        source_close(s);
        spk_header_free(&s->header);
        for (size_t k = 0; k < s->streams; k++)
            spk_provenance_free(&s->history[k]);
        free(s->history);
    }
    free(all->source);
}
