/* foreign.h: recordings of other programs: events out of their files, and into them.
 *
 *     spk_foreign *in = spk_foreign_open(fd, "a.raw", &(spk_foreign_options){0}, &err);
 *     while ((more = spk_foreign_next(in, &err)) > 0)
 *         use(in->n, in->time, in->unit);
 *     spk_foreign_close(in);
 *
 * Each format is one file that ends in one `const spk_foreign_format` (format.h), and one line of the
 * table in formats.c. A format is told by content; gzip is undone before.
 *
 * Events of a camera are units of the shape {2, rows, columns}: unit = (polarity x rows + y) x columns + x,
 * polarity 1 where the pixel became brighter, (0, 0) the upper left corner. Times are in the format's own
 * unit (head.tick), as they stand in the file, wraps undone. */
#ifndef SPK_FOREIGN_FOREIGN_H
#define SPK_FOREIGN_FOREIGN_H

#include "base/error.h"
#include "base/rational.h"
#include "table/source.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
    SPK_FOREIGN_BATCH = 4096,        /* events given at once, at most */
    SPK_FOREIGN_MOST_UNITS = 1 << 28 /* of a recording */
};

/* The formats that can be read and written, as a choice of options; in the order of formats.c. */
#define SPK_FOREIGN_READ  "aedat2|aedat3|dat|evt2|evt3|nmnist|csv|gdf"
#define SPK_FOREIGN_WRITE "aedat2|aedat3|dat|evt2|evt3|nmnist|csv"
/* The sensors whose addresses AEDAT 2.0 may hold. */
#define SPK_FOREIGN_SENSORS "dvs128|davis240|davis346"

/* What all events of a recording have in common. */
typedef struct spk_foreign_head {
    spk_rational tick; /* seconds per unit of time */
    uint32_t dims, shape[4];
    uint32_t size; /* units: the product of the shape */
} spk_foreign_head;

typedef struct spk_foreign_options {
    const char *format;      /* its name; NULL: told by content */
    const char *sensor;      /* AEDAT 2.0: "dvs128" ...; NULL: what the file says */
    uint32_t dims, shape[4]; /* dims 0: what the file says */
    uint32_t first_unit;     /* tables: the number of unit 0 */
    uint64_t late;           /* how far a time may lie before an earlier event's; in head.tick */
    bool allow_truncated;    /* a file that ends inside a record ends before it; see `truncated` */
} spk_foreign_options;

typedef struct spk_foreign_format spk_foreign_format;

typedef struct spk_foreign {
    const spk_foreign_format *format;
    spk_foreign_options options; /* strings borrowed */
    spk_foreign_head head;
    bool truncated; /* at the end: it was not whole */
    bool by_line;   /* places are lines */

    /* What the last next() brought: in the order of the file. */
    size_t n;
    uint64_t newest; /* the latest time so far, this batch included */
    uint64_t time[SPK_FOREIGN_BATCH];
    uint32_t unit[SPK_FOREIGN_BATCH];
    uint32_t place[SPK_FOREIGN_BATCH]; /* of the event's record, from `start` on */
    const char *fault;                 /* what is wrong behind the events, or NULL */
    uint64_t start;                    /* byte (after decompression) or line of the file */

    spk_source *source;
    void *state; /* of the format, freed by it */
} spk_foreign;

/* Reads from `fd` (not closed); `name` is for messages and borrowed. SPK_DATA when the format is not
 * known, or its head is damaged; SPK_USAGE when the file does not say its shape or sensor, and the
 * options do neither. */
spk_foreign *spk_foreign_open(int fd, const char *name, const spk_foreign_options *options,
                              spk_error *err) SPK_NODISCARD;
/* 1: in->n > 0 events are there; 0: the end; -1: SPK_DATA with the byte, or the line, where the file is damaged, cut
 * off, has a unit beyond the shape or a time that goes back further than allowed. */
int spk_foreign_next(spk_foreign *in, spk_error *err) SPK_NODISCARD;
const char *spk_foreign_name(const spk_foreign *in); /* of the format */
void spk_foreign_close(spk_foreign *in);             /* NULL is ignored */

/* ---- writing ---------------------------------------------------------------------------------- */

typedef struct spk_foreign_out {
    const spk_foreign_format *format;
    spk_foreign_head head;
    FILE *file;
    const char *name; /* of the file, for messages */
    uint64_t last;    /* time of the event written last */
    uint64_t base;    /* of times, as the format counts it */
    uint32_t line;    /* y of the event written last */
    bool begun;       /* there was one */
} spk_foreign_out;

/* Begin a file of the format called `format` on `file` (flushed and closed by the caller, who also looks
 * for write errors); strings are borrowed. SPK_USAGE when the format cannot hold this head. */
int spk_foreign_create(spk_foreign_out *out, const char *format, const spk_foreign_head *head,
                       FILE *file, const char *name, spk_error *err) SPK_NODISCARD;
/* Events by ascending time, in head.tick. SPK_LIMIT when a time does not fit the format. */
int spk_foreign_put(spk_foreign_out *out, size_t n, const uint64_t *time, const uint32_t *unit,
                    spk_error *err) SPK_NODISCARD;

#endif
