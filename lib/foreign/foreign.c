/* foreign.c: what all formats need around their own work: choosing one, looking ahead, and the checks
 * that no event passes by. */
#include "foreign/foreign.h"

#include "base/memory.h"
#include "foreign/prophesee.h"
#include "stream/format.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

extern const spk_foreign_format *const spk_foreign_formats[];

enum { SNIFF = 4096, MOST_HEAD = 16 << 20 };

/* ---- choosing a format ------------------------------------------------------------------------ */

static int by_name(spk_foreign *in, spk_error *err)
{
    for (size_t i = 0; spk_foreign_formats[i]; i++)
        if (strcmp(spk_foreign_formats[i]->name, in->options.format) == 0)
            in->format = spk_foreign_formats[i];
    if (in->format) return 0;
    return spk_fail(err, SPK_USAGE, "no format is called %s", in->options.format);
}

/* Why a file that begins so is not read. */
static int unknown_content(const char *name, const unsigned char *bytes, size_t n, spk_error *err)
{
    static const struct {
        const char *magic, *title;
        size_t length;
    } others[] = {
        {"\x28\xb5\x2f\xfd", "compressed by zstd: a spike stream already?", 4},
        {SPK_MAGIC, "a spike stream already", 8},
        {"#!AER-DAT", "AEDAT of a version that is not read here, which are 2.0 and 3.1", 9},
        {"#!", "a script, or AEDAT without a version", 2},
        {"\x89HDF\r\n\x1a\n", "HDF5, which is not read here", 8},
        {"\x93NUMPY", "an array of NumPy, which is not read here", 6},
        {"PK\x03\x04", "a zip archive, as .npz is, which is not read here", 4},
        {"Event Stream", "Event Stream, which is not read here", 12}};
    if (spk_prophesee_tell(bytes, n) == SPK_PROPHESEE_EVT21)
        return spk_fail(err, SPK_DATA, "%s: EVT 2.1, which is not read here", name);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (n >= others[i].length && memcmp(bytes, others[i].magic, others[i].length) == 0)
            return spk_fail(err, SPK_DATA, "%s: %s", name, others[i].title);
    return spk_fail(err, SPK_DATA,
                    "%s: begins with byte 0x%02x: of no format that is known here (--from FORMAT)",
                    name, bytes[0]);
}

static int by_content(spk_foreign *in, spk_error *err)
{
    const char *name = spk_source_name(in->source);
    const unsigned char *bytes;
    size_t n;
    if (spk_source_peek(in->source, SNIFF, &bytes, &n, err)) return -1;
    if (n == 0)
        return spk_fail(err, SPK_DATA,
                        "%s: empty, so that its format cannot be told (--from FORMAT)", name);
    for (size_t i = 0; spk_foreign_formats[i] && !in->format; i++)
        if (spk_foreign_formats[i]->recognise && spk_foreign_formats[i]->recognise(bytes, n))
            in->format = spk_foreign_formats[i];
    if (in->format) return 0;
    return unknown_content(name, bytes, n, err);
}

spk_foreign *spk_foreign_open(int fd, const char *name, const spk_foreign_options *options,
                              spk_error *err)
{
    spk_foreign *in = spk_alloc(1, sizeof *in, "an input", err);
    if (!in) return NULL;
    in->options = *options;
    in->source = spk_source_open(fd, name, err);
    if (in->source && (options->format ? by_name(in, err) : by_content(in, err)) == 0 &&
        in->format->open(in, err) == 0)
        return in;
    spk_foreign_close(in);
    return NULL;
}

const char *spk_foreign_name(const spk_foreign *in)
{
    return in->format->name;
}

void spk_foreign_close(spk_foreign *in)
{
    if (!in) return;
    if (in->format && in->format->close) in->format->close(in);
    spk_source_close(in->source);
    free(in->state);
    free(in);
}

/* ---- heads ------------------------------------------------------------------------------------ */

void spk_foreign_text(const unsigned char *bytes, size_t n, char text[SPK_FOREIGN_LINE])
{
    if (n > 0 && bytes[n - 1] == '\r') n--;
    if (n >= SPK_FOREIGN_LINE) n = SPK_FOREIGN_LINE - 1;
    memcpy(text, bytes, n);
    text[n] = '\0';
}

/* The next line of the head as text: 1; 0 when there is none, or -1. */
static int next_line(spk_foreign *in, const char *mark, char text[SPK_FOREIGN_LINE], spk_error *err)
{
    const unsigned char *bytes, *end;
    const uint64_t offset = spk_source_offset(in->source);
    size_t n, least = 2;
    do {
        if (spk_source_peek(in->source, least, &bytes, &n, err)) return -1;
        if (n < 2 || bytes[0] != (unsigned char)mark[0] ||
            (mark[1] && bytes[1] != (unsigned char)mark[1]))
            return 0;
        end = memchr(bytes, '\n', n);
        least *= 2;
    } while (!end && n < SPK_SOURCE_AHEAD && least <= SPK_SOURCE_AHEAD);
    if (!end || offset > MOST_HEAD)
        return spk_fail(err, SPK_DATA, "%s: byte %" PRIu64 ": a line of the head that does not end",
                        spk_source_name(in->source), offset);
    spk_foreign_text(bytes, (size_t)(end - bytes), text);
    spk_source_consume(in->source, (size_t)(end - bytes) + 1);
    return 1;
}

int spk_foreign_lines(spk_foreign *in, const char *mark,
                      bool (*line)(void *context, const char *text), void *context, spk_error *err)
{
    char text[SPK_FOREIGN_LINE];
    int more;
    while ((more = next_line(in, mark, text, err)) > 0)
        if (!line(context, text)) return 0;
    return more;
}

/* The options' shape into the head. */
static int take_shape(spk_foreign *in, spk_error *err)
{
    const spk_foreign_options *options = &in->options;
    uint64_t size = 1;
    in->head.dims = options->dims;
    memcpy(in->head.shape, options->shape, sizeof in->head.shape);
    for (uint32_t i = 0; i < options->dims; i++)
        if (__builtin_mul_overflow(size, options->shape[i], &size) || size > SPK_FOREIGN_MOST_UNITS)
            size = 0;
    if (size == 0)
        return spk_fail(err, SPK_USAGE, "--shape: must be sizes whose product is 1 to %d",
                        SPK_FOREIGN_MOST_UNITS);
    in->head.size = (uint32_t)size;
    return 0;
}

int spk_foreign_camera(spk_foreign *in, uint32_t rows, uint32_t columns, spk_error *err)
{
    const char *name = spk_source_name(in->source);
    spk_foreign_options *options = &in->options;
    in->head.tick = SPK_MICROSECOND;
    if (options->dims == 0 && (rows == 0 || columns == 0))
        return spk_fail(err, SPK_USAGE,
                        "%s: does not say how many pixels the camera has: give --shape 2xHxW",
                        name);
    if (options->dims == 0) {
        options->dims = 3;
        memcpy(options->shape, (uint32_t[4]){2, rows, columns}, sizeof options->shape);
    }
    if (options->dims != 3 || options->shape[0] != 2)
        return spk_fail(err, SPK_USAGE,
                        "%s: --shape must be 2xHxW: two polarities of H rows and W columns", name);
    return take_shape(in, err);
}

int spk_foreign_units(spk_foreign *in, spk_error *err)
{
    if (in->options.dims) return take_shape(in, err);
    return spk_fail(err, SPK_USAGE, "%s: does not say how many units there are: give --shape N",
                    spk_source_name(in->source));
}

/* ---- events ----------------------------------------------------------------------------------- */

int spk_foreign_cut(spk_foreign *in, spk_error *err)
{
    in->truncated = true;
    if (in->options.allow_truncated) return 0;
    return spk_fail(err, SPK_DATA, "%s: byte %" PRIu64 ": the file ends inside a record (cut off?)",
                    spk_source_name(in->source), spk_source_offset(in->source));
}

int spk_foreign_step(spk_foreign *in, size_t enough, spk_foreign_decode *decode, spk_error *err)
{
    const unsigned char *bytes;
    size_t n;
    if (spk_source_peek(in->source, enough, &bytes, &n, err)) return -1;
    if (n == 0) return 0;
    in->start = spk_source_offset(in->source);
    const size_t used = decode(in, bytes, n);
    spk_source_consume(in->source, used);
    if (in->fault)
        return spk_fail(err, SPK_DATA, "%s: byte %" PRIu64 ": %s", spk_source_name(in->source),
                        in->start + used, in->fault);
    return used ? 1 : spk_foreign_cut(in, err);
}

static int refuse(const spk_foreign *in, size_t i, const char *what, spk_error *err)
{
    return spk_fail(err, SPK_DATA, "%s:%s%" PRIu64 ": %s", spk_source_name(in->source),
                    in->by_line ? "" : " byte ", in->start + in->place[i], what);
}

static int refuse_unit(const spk_foreign *in, size_t i, spk_error *err)
{
    char what[128];
    if (in->head.dims == 3)
        snprintf(what, sizeof what,
                 "an event outside of the %" PRIu32 " rows and %" PRIu32
                 " columns (--shape 2xHxW says how many there are)",
                 in->head.shape[1], in->head.shape[2]);
    else
        snprintf(what, sizeof what, "a unit beyond the %" PRIu32 " there are (--shape)",
                 in->head.size);
    return refuse(in, i, what, err);
}

static int refuse_time(const spk_foreign *in, size_t i, uint64_t newest, spk_error *err)
{
    char what[160];
    snprintf(what, sizeof what,
             "the event's time is %g s before an earlier event's (--reorder TIME puts such events "
             "in order)",
             (double)(newest - in->time[i]) * spk_rational_value(in->head.tick));
    return refuse(in, i, what, err);
}

/* The first look at a batch has no branches: it only finds out whether a second is needed. */
static int check(spk_foreign *in, spk_error *err)
{
    uint32_t highest = 0;
    uint64_t before = in->newest;
    bool back = false;
    for (size_t i = 0; i < in->n; i++) {
        highest = in->unit[i] > highest ? in->unit[i] : highest;
        back |= in->time[i] < before;
        before = in->time[i];
    }
    if (highest < in->head.size && !back) {
        in->newest = before;
        return 0;
    }
    for (size_t i = 0; i < in->n; i++) {
        if (in->unit[i] >= in->head.size) return refuse_unit(in, i, err);
        if (in->time[i] < in->newest && in->newest - in->time[i] > in->options.late)
            return refuse_time(in, i, in->newest, err);
        if (in->time[i] > in->newest) in->newest = in->time[i];
    }
    return 0;
}

int spk_foreign_next(spk_foreign *in, spk_error *err)
{
    int more;
    in->n = 0;
    while ((more = in->format->next(in, err)) > 0 && in->n == 0) {
    }
    if (in->n > 0 && check(in, err)) return -1;
    return more;
}

/* ---- writing ---------------------------------------------------------------------------------- */

int spk_foreign_create(spk_foreign_out *out, const char *format, const spk_foreign_head *head,
                       FILE *file, const char *name, spk_error *err)
{
    *out = (spk_foreign_out){.head = *head, .file = file, .name = name};
    for (size_t i = 0; spk_foreign_formats[i]; i++)
        if (spk_foreign_formats[i]->put && strcmp(spk_foreign_formats[i]->name, format) == 0)
            out->format = spk_foreign_formats[i];
    if (!out->format)
        return spk_fail(err, SPK_USAGE, "no format that can be written is called %s", format);
    return out->format->begin(out, err);
}

int spk_foreign_needs_camera(const spk_foreign_out *out, uint32_t rows, uint32_t columns,
                             spk_error *err)
{
    const spk_foreign_head *head = &out->head;
    const char *format = out->format->name;
    if (head->dims != 3 || head->shape[0] != 2)
        return spk_fail(err, SPK_DATA,
                        "%s holds events of a camera, 2xHxW: the stream's shape is another",
                        format);
    if (head->shape[1] <= rows && head->shape[2] <= columns) return 0;
    return spk_fail(err, SPK_DATA,
                    "%s holds at most %" PRIu32 " rows and %" PRIu32 " columns, not %" PRIu32
                    " and %" PRIu32,
                    format, rows, columns, head->shape[1], head->shape[2]);
}

int spk_foreign_check_gap(const spk_foreign_out *out, uint64_t time, uint64_t most, spk_error *err)
{
    const uint64_t gap = time - out->last;
    if (gap < most || (!out->begun && gap < 2 * most)) return 0;
    return spk_fail(err, SPK_LIMIT,
                    "%s: %" PRIu64 " us pass until an event: %s has fewer than %" PRIu64, out->name,
                    gap, out->format->name, out->begun ? most : 2 * most);
}

int spk_foreign_put(spk_foreign_out *out, size_t n, const uint64_t *time, const uint32_t *unit,
                    spk_error *err)
{
    return out->format->put(out, n, time, unit, err);
}
