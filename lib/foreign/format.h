/* format.h: what the formats implement, and what they share. Internal to lib/foreign. */
#ifndef SPK_FOREIGN_FORMAT_H
#define SPK_FOREIGN_FORMAT_H

#include "base/bytes.h"
#include "foreign/foreign.h"

#define SPK_MICROSECOND ((spk_rational){1, 1000000})

struct spk_foreign_format {
    const char *name; /* what --from and --to call it */
    /* Does a file that begins so have this format? NULL: never told by content. */
    bool (*recognise)(const unsigned char *bytes, size_t n);
    /* Read the head; fill in->head and in->state. */
    int (*open)(spk_foreign *in, spk_error *err);
    /* As spk_foreign_next, but unchecked: units may be beyond the shape, times in any order, and 1 with
     * no event means: go on. */
    int (*next)(spk_foreign *in, spk_error *err);
    void (*close)(
        spk_foreign *in); /* what in->state refers to; also after a failed open(); or NULL */

    /* Writing, or NULL. */
    int (*begin)(spk_foreign_out *out, spk_error *err);
    int (*put)(spk_foreign_out *out, size_t n, const uint64_t *time, const uint32_t *unit,
               spk_error *err);
};

/* Events of the bytes [0, n) into in->time, ->unit, ->place, ->n (which is 0 before); returns how many bytes
 * were used: whole records, while the batch has room, at least one when `enough` bytes are there. Bytes that
 * are left at the end of the file are a record cut off. A record that cannot be: in->fault says what it is,
 * and the bytes before it were used. */
typedef size_t spk_foreign_decode(spk_foreign *in, const unsigned char *bytes, size_t n);

/* One step of a format whose records need `enough` bytes at most: look ahead, decode, consume. */
int spk_foreign_step(spk_foreign *in, size_t enough, spk_foreign_decode *decode, spk_error *err);

/* At the end of a file that is not whole: 0 when the options allow that, else an error. */
int spk_foreign_cut(spk_foreign *in, spk_error *err);

enum { SPK_FOREIGN_LINE = 256 };

/* A line of n bytes without its end, and without the one of CR LF, cut to the room. */
void spk_foreign_text(const unsigned char *bytes, size_t n, char text[SPK_FOREIGN_LINE]);

/* Pass the lines of the head, which begin with `mark` (two characters), 16 MiB at most. `line` is called with
 * each, without its end, cut to 255 characters; where it returns false, the head ends. */
int spk_foreign_lines(spk_foreign *in, const char *mark,
                      bool (*line)(void *context, const char *text), void *context, spk_error *err);

/* A recording that is to be written must be of a camera: two polarities, at most so many rows and columns. */
int spk_foreign_needs_camera(const spk_foreign_out *out, uint32_t rows, uint32_t columns,
                             spk_error *err);

/* An event's time, which must be less than `most` behind the last one's, the first event's less than twice as
 * much behind 0, so that a reader sees each wrap. */
int spk_foreign_check_gap(const spk_foreign_out *out, uint64_t time, uint64_t most, spk_error *err);

/* An event was written. */
static inline void spk_foreign_wrote(spk_foreign_out *out, uint64_t time)
{
    out->last = time;
    out->begun = true;
}

/* The head of a camera of this size (rows 0: unknown), unless the options say another; times in us. */
int spk_foreign_camera(spk_foreign *in, uint32_t rows, uint32_t columns, spk_error *err);

/* The head of units of the options' shape, which must be there. */
int spk_foreign_units(spk_foreign *in, spk_error *err);

/* A pixel's unit; UINT32_MAX when it is beyond the head's shape. Without a branch, as most events are decoded
 * in loops that have no other. */
static inline uint32_t spk_foreign_unit(const spk_foreign_head *head, uint32_t p, uint32_t y,
                                        uint32_t x)
{
    const uint32_t rows = head->shape[1], columns = head->shape[2];
    return ((p * rows + y) * columns + x) | -(uint32_t)((x >= columns) | (y >= rows));
}

typedef struct spk_pixel {
    uint32_t p, y, x;
} spk_pixel;

static inline spk_pixel spk_foreign_pixel(const spk_foreign_head *head, uint32_t unit)
{
    const uint32_t rows = head->shape[1], columns = head->shape[2], line = unit / columns;
    return (spk_pixel){.p = line / rows, .y = line % rows, .x = unit % columns};
}

/* A 32-bit time that wraps: `base` and `last` are the state, 0 at first. */
static inline uint64_t spk_foreign_unwrap(uint32_t time, uint32_t *last, uint64_t *base)
{
    *base += (uint64_t)((int64_t)*last - (int64_t)time > INT64_C(1) << 31) << 32;
    *last = time;
    return *base + time;
}

#endif
