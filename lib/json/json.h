/* json.h: typed reading of JSON (cJSON) in which every complaint names file, line and path.
 *
 * cJSON keeps no positions, takes duplicate keys and rounds integers through doubles, so the text
 * is scanned once more: each node's line, column and raw text are known; duplicate keys, numbers such
 * as 01 or 1., control characters and nesting deeper than 64 are errors. A message looks like
 *     net.json:12:9: populations.exc.params.V_tresh_mV: unknown key (did you mean "V_th_mV"?) */
#ifndef SPK_JSON_JSON_H
#define SPK_JSON_JSON_H

#include "base/error.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct spk_json spk_json;

enum { SPK_JSON_MAX_BYTES = 1 << 20, SPK_JSON_MAX_DEPTH = 64 };

/* Parse `bytes` of text, without a byte order mark at its begin; `name` (copied) begins every message. Errors carry `code`: SPK_USAGE for a
 * file the user wrote, SPK_DATA for JSON inside a stream. */
spk_json *spk_json_parse(const char *text, size_t bytes, const char *name, spk_code code,
                         spk_error *err) SPK_NODISCARD;
/* Read a whole file ("-": stdin), at most SPK_JSON_MAX_BYTES, and parse it. */
spk_json *spk_json_load(const char *path, spk_code code, spk_error *err) SPK_NODISCARD;
void spk_json_free(spk_json *doc);

const cJSON *spk_json_root(const spk_json *doc);
const char *spk_json_text(const spk_json *doc, size_t *bytes); /* as read, without the mark */

/* Apply "a.b.c=VALUE" (VALUE is JSON as strict as a document, or a bare word taken as a string) to the document, as --set
 * does; the path must exist or its parent must be an object. */
int spk_json_set(spk_json *doc, const char *assignment, spk_error *err);

/* Fail about `node`: "NAME:LINE:COL: PATH: " and the formatted text; returns -1. */
int spk_json_fail(const spk_json *doc, const cJSON *node, spk_error *err, const char *format, ...)
    SPK_PRINTF(4, 5);

/* The same: "WANTED is expected, found ...". */
int spk_json_fail_type(const spk_json *doc, const cJSON *node, const char *wanted, spk_error *err);

/* The members of `object` sorted by key, to free(); *n counts them. NULL: memory is short. */
const cJSON **spk_json_sorted(const cJSON *object, size_t *n, spk_error *err) SPK_NODISCARD;

/* Member `key` of `object`, or NULL when it is absent. */
const cJSON *spk_json_member(const cJSON *object, const char *key);

/* Fail on a member of `object` whose key is not in the NULL-terminated `known` (keys that begin
 * with "x-" or "_" are always allowed); names the nearest known key. */
int spk_json_check_keys(const spk_json *doc, const cJSON *object, const char *const *known,
                        spk_error *err);

/* Typed values of member `key` of `object`; -1 with a message on a wrong type or range. When the
 * member is absent: an error if `required`, else *out is left as it is. */
int spk_json_real(const spk_json *doc, const cJSON *object, const char *key, bool required,
                  double min, double max, double *out, spk_error *err);
int spk_json_u64(const spk_json *doc, const cJSON *object, const char *key, bool required,
                 uint64_t min, uint64_t max, uint64_t *out, spk_error *err);
int spk_json_bool(const spk_json *doc, const cJSON *object, const char *key, bool required,
                  bool *out, spk_error *err);
/* Borrowed from the document. */
int spk_json_string(const spk_json *doc, const cJSON *object, const char *key, bool required,
                    const char **out, spk_error *err);
/* One of the NULL-terminated `words`; *out its index. */
int spk_json_choice(const spk_json *doc, const cJSON *object, const char *key, bool required,
                    const char *const *words, int *out, spk_error *err);
int spk_json_object(const spk_json *doc, const cJSON *object, const char *key, bool required,
                    const cJSON **out, spk_error *err);
/* The raw text of a number node (exact decimals, u64 beyond 2^53), borrowed; NULL if not a number.
 */
const char *spk_json_number_text(const spk_json *doc, const cJSON *node, char *buffer, size_t size);

/* Canonical form, for digests: members sorted by key (bytewise), no white space, numbers with 15
 * significant digits, or 17 where 15 do not read back the same. To free(). */
char *spk_json_canonical(const cJSON *node, spk_error *err);

#endif
