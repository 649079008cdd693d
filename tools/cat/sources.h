/* sources.h: the streams that spk-cat was given, and whether they belong together.
 *
 * Headers and histories of all must be known before the first byte is written, but a regular file
 * need not stay open for that: it is opened again at its turn. */
#ifndef SPK_CAT_SOURCES_H
#define SPK_CAT_SOURCES_H

#include "cli/program.h"
#include "stream/reader.h"

typedef struct source {
    const char *path, *name; /* as given; as in messages */
    spk_reader *in;          /* NULL while a regular file is closed */
    spk_header header;       /* of its first stream */
    size_t streams;          /* that stand in it one behind the other and are known */
    spk_provenance *history; /* of each of these */
} source;

typedef struct sources {
    const spk_cli *cli;
    size_t n;
    source *source;
} sources;

/* Open every operand (none: stdin), learn what it begins with, and close regular files again. */
int sources_open(sources *all, const spk_cli *cli, spk_error *err);
void sources_close(sources *all);

/* Open a source at its turn, if it is closed. */
int source_reopen(const sources *all, source *s, spk_error *err);
void source_close(source *s);

/* Fail unless `b` says the same of its time, populations and arrays as `a`; ids and shards do not
 * count. */
int same_headers(const spk_header *a, const char *a_name, const spk_header *b, const char *b_name,
                 spk_error *err);

/* The channel or array of `in` with the description of `like`, or NULL. */
const spk_channel *matching_channel(const spk_header *in, const spk_channel *like);
const spk_array *matching_array(const spk_header *in, const spk_array *like);

#endif
