/* provenance.h: the chain of programs that made a stream, linked by hashes.
 *
 * Each PROVENANCE record is one JSON object
 *   {"id":HEX32,"parents":[HEX32...],"tool":..,"version":..,"argv":[..],"seed":"..",
 *    "inputs":[{"name":..,"xxh128":..}...],"format":"1.0"}
 * where id is XXH3-128 of the canonical JSON without "id". No time, host, user or directory: the
 * same inputs give the same bytes. A merge of streams holds each step once.
 *
 * "parents" names the last step of every stream that was read: first of the operands or stdin, in
 * order, then of those that options named. Streams are known by their history and not by their file
 * names, so that a file and a pipe give the same bytes: operands that are streams are left out of
 * argv, and the value of an option that names a stream is that stream's last step ("--model=HEX32").
 * So the chain can be run again (spk-info --replay). */
#ifndef SPK_STREAM_PROVENANCE_H
#define SPK_STREAM_PROVENANCE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An ordered set of steps: parents before children, no id twice. */
typedef struct spk_provenance {
    size_t n;
    char **json; /* each step's JSON, as stored */
    char (*id)[33];
    size_t heads; /* ids that no step names as parent: the parents of the next step */
    char (*head)[33];
    /* for provenance.c: room, total size, and the table that finds an id */
    size_t capacity, bytes, slots;
    uint32_t *slot;
    bool *named; /* as a parent */
} spk_provenance;

void spk_provenance_init(spk_provenance *p);
void spk_provenance_free(spk_provenance *p);
/* Add a step read from a stream (checked: well formed, id right). Known ids are skipped. */
int spk_provenance_add_json(spk_provenance *p, const char *json, size_t bytes, const char *name,
                            spk_error *err) SPK_NODISCARD;
/* Add every step of `from`. */
int spk_provenance_merge(spk_provenance *p, const spk_provenance *from,
                         spk_error *err) SPK_NODISCARD;

typedef struct spk_step {
    const char *tool, *version;
    const char *const *argv; /* NULL-ended */
    const uint64_t *seed;    /* or NULL */
    size_t inputs;           /* side inputs, and operands that are not .spk streams */
    const char *const *input_name;
    char (*input_digest)[33]; /* XXH3-128 of the file, hex */
    size_t parents;           /* streams read; 0: the present heads are the parents */
    char (*parent)[33];       /* the last step of each; all zeros for one without history */
    const char *extra_json;   /* members for --provenance=full ("\"host\":..."), or NULL */
} spk_step;

/* Append this program's step. */
int spk_provenance_append(spk_provenance *p, const spk_step *step, spk_error *err) SPK_NODISCARD;

/* The last step, which is what a stream is known by; 32 zeros when there is no history. */
const char *spk_provenance_last(const spk_provenance *p);

/* XXH3-128 of a file's bytes, as 32 hex digits. */
int spk_digest_file(const char *path, char hex[33], spk_error *err) SPK_NODISCARD;

#endif
