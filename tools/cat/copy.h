/* copy.h: items of one stream into a writer, moved in time and number. */
#ifndef SPK_CAT_COPY_H
#define SPK_CAT_COPY_H

#include "stream/reader.h"
#include "stream/writer.h"

typedef struct copy {
    spk_writer *out;
    const spk_header *header; /* of the output */
    bool renumber;            /* count samples on from stream to stream */

    const char *name;      /* of the stream at hand */
    const spk_header *in;  /* its header */
    bool sampled;          /* it has had a sample */
    uint64_t shift;        /* added to its ticks: the duration of those before it */
    uint64_t number_shift; /* added to its samples' numbers, modulo 2^64 */

    bool any;                  /* the output has something */
    bool any_sample;           /* a sample */
    uint64_t last_number, end; /* of the last sample */
    uint64_t *tick;            /* moved ticks */
    size_t room;
} copy;

/* Begin a stream with this header, which must match the output's. */
void copy_begin(copy *c, const spk_header *in, const char *name);

/* Any item. A sample must follow the one before in number and time. */
int copy_item(copy *c, const spk_item *item, spk_error *err);

/* The stream at hand was so long. */
int copy_end(copy *c, uint64_t duration, spk_error *err);

void copy_free(copy *c);

#endif
