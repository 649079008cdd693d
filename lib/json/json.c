/* json.c: a document = cJSON's tree + the place in the text of each of its nodes.
 *
 * cJSON parses; a second walk goes through text and tree together (the text is known to be valid by
 * then), notes where each value begins and ends, and rejects what cJSON lets pass: duplicate keys,
 * numbers such as 01 or 1., and control characters between words. Nesting is limited before cJSON recurses. Nodes that --set replaces are kept
 * until the document is freed, so that a place never belongs to two nodes. */
#include "json/json.h"

#include "base/memory.h"
#include "base/path.h"
#include "base/words.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct place {
    const cJSON *node;
    size_t begin, end; /* byte range of the value */
} place;

struct spk_json {
    char *name; /* NULL: of a value behind --set, whose messages need no place */
    char *text;
    size_t bytes;
    spk_code code;
    cJSON *root;
    cJSON *replaced; /* array of nodes taken out by spk_json_set */
    place *places;   /* sorted by node once scanned */
    size_t n, capacity;
};

/* ---- places ------------------------------------------------------------------------------- */

static int by_node(const void *a, const void *b)
{
    const place *p = a, *q = b;
    return p->node < q->node ? -1 : p->node > q->node;
}

static const place *find_place(const spk_json *doc, const cJSON *node)
{
    place key = {node, 0, 0};
    return doc->n ? bsearch(&key, doc->places, doc->n, sizeof key, by_node) : NULL;
}

static void line_column(const spk_json *doc, size_t offset, size_t *line, size_t *column)
{
    *line = 1;
    *column = 1;
    for (size_t i = 0; i < offset && i < doc->bytes; i++) {
        (*column)++;
        if (doc->text[i] == '\n') {
            (*line)++;
            *column = 1;
        }
    }
}

static int fail_at(const spk_json *doc, size_t offset, spk_error *err, const char *format, ...)
    SPK_PRINTF(4, 5);

static int fail_at(const spk_json *doc, size_t offset, spk_error *err, const char *format, ...)
{
    char text[512];
    size_t line, column;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (!doc->name) return spk_fail(err, doc->code, "%s", text);
    line_column(doc, offset, &line, &column);
    return spk_fail(err, doc->code, "%s:%zu:%zu: %s", doc->name, line, column, text);
}

/* ---- the walk through text and tree -------------------------------------------------------- */

static int is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t skip_space(const spk_json *doc, size_t at)
{
    while (at < doc->bytes && is_space(doc->text[at]))
        at++;
    return at;
}

static size_t skip_string(const spk_json *doc, size_t at)
{
    for (at++; at < doc->bytes && doc->text[at] != '"'; at++)
        if (doc->text[at] == '\\') at++;
    return at + 1;
}

static size_t skip_word(const spk_json *doc, size_t at)
{
    while (at < doc->bytes && !is_space(doc->text[at]) && !strchr(",]}:", doc->text[at]))
        at++;
    return at;
}

static int by_key(const void *a, const void *b)
{
    const cJSON *const *p = a, *const *q = b;
    return strcmp((*p)->string, (*q)->string);
}

const cJSON **spk_json_sorted(const cJSON *object, size_t *n, spk_error *err)
{
    *n = 0;
    for (const cJSON *m = object->child; m; m = m->next)
        (*n)++;
    const cJSON **members = spk_alloc(*n, sizeof *members, "JSON members", err);
    size_t i = 0;
    for (const cJSON *m = object->child; members && m; m = m->next)
        members[i++] = m;
    if (members && *n) qsort(members, *n, sizeof *members, by_key);
    return members;
}

static int reject_duplicate_keys(const spk_json *doc, const cJSON *object, size_t at,
                                 spk_error *err)
{
    size_t n;
    const cJSON **members = spk_json_sorted(object, &n, err);
    if (!members) return -1;
    int status = 0;
    for (size_t i = 1; i < n && status == 0; i++)
        if (strcmp(members[i - 1]->string, members[i]->string) == 0)
            status = fail_at(doc, at, err, "\"%s\": this key stands twice in one object",
                             members[i]->string);
    free(members);
    return status;
}

static int note_value(spk_json *doc, const cJSON *node, size_t *at, spk_error *err);

static int note_members(spk_json *doc, const cJSON *node, size_t *at, spk_error *err)
{
    size_t begin = *at;
    *at = skip_space(doc, *at + 1);
    for (const cJSON *m = node->child; m; m = m->next) {
        if (cJSON_IsObject(node)) {
            *at = skip_space(doc, skip_string(doc, *at));
            *at = skip_space(doc, *at + 1); /* the colon */
        }
        if (note_value(doc, m, at, err)) return -1;
        *at = skip_space(doc, *at);
        if (m->next) *at = skip_space(doc, *at + 1); /* the comma */
    }
    (*at)++; /* the closing bracket */
    return cJSON_IsObject(node) ? reject_duplicate_keys(doc, node, begin, err) : 0;
}

static size_t skip_digits(const char *text, size_t at)
{
    while (text[at] >= '0' && text[at] <= '9')
        at++;
    return at;
}

/* The text ends in a zero byte. */
static int check_number(const spk_json *doc, size_t begin, spk_error *err)
{
    const char *text = doc->text;
    size_t whole = begin + (text[begin] == '-'), at = skip_digits(text, whole), from;
    bool good = at > whole;
    if (text[whole] == '0' && at > whole + 1)
        return fail_at(doc, begin, err, "a number may not begin with 0");
    if (text[at] == '.') {
        from = at + 1;
        at = skip_digits(text, from);
        good = good && at > from;
    }
    if (text[at] == 'e' || text[at] == 'E') {
        from = at + 1 + (text[at + 1] == '-' || text[at + 1] == '+');
        at = skip_digits(text, from);
        good = good && at > from;
    }
    const size_t end = skip_word(doc, begin);
    if (good && at == end) return 0;
    return fail_at(doc, begin, err, "%.*s is not a number of JSON",
                   end - begin < 64 ? (int)(end - begin) : 64, text + begin);
}

static int note_value(spk_json *doc, const cJSON *node, size_t *at, spk_error *err)
{
    size_t begin = *at = skip_space(doc, *at);
    if (node->child || cJSON_IsObject(node) || cJSON_IsArray(node)) {
        if (note_members(doc, node, at, err)) return -1;
    } else if (cJSON_IsString(node)) {
        *at = skip_string(doc, *at);
    } else {
        if (cJSON_IsNumber(node) && check_number(doc, begin, err)) return -1;
        *at = skip_word(doc, *at);
    }
    if (spk_grow(&doc->places, &doc->capacity, doc->n + 1, sizeof *doc->places, "JSON", err))
        return -1;
    doc->places[doc->n++] = (place){node, begin, *at};
    return 0;
}

/* Nesting, and what stands between strings: cJSON takes any control character there for space. */
static int check_text(const spk_json *doc, spk_error *err)
{
    size_t depth = 0;
    for (size_t at = 0; at < doc->bytes; at++) {
        char c = doc->text[at];
        if (c == '"') at = skip_string(doc, at) - 1;
        if ((unsigned char)c < ' ' && !is_space(c))
            return fail_at(doc, at, err, "the control character 0x%02x is not JSON", c);
        if ((unsigned char)c > '~') return fail_at(doc, at, err, "not valid JSON");
        if (c == '{' || c == '[') depth++;
        if ((c == '}' || c == ']') && depth > 0) depth--;
        if (depth > SPK_JSON_MAX_DEPTH)
            return fail_at(doc, at, err, "nested deeper than %d", SPK_JSON_MAX_DEPTH);
    }
    return 0;
}

/* Does the text end inside a string that begins at `at`? */
static bool is_open_string(const spk_json *doc, size_t at)
{
    for (size_t i = 0, end; i < doc->bytes; i = end) {
        end = doc->text[i] == '"' ? skip_string(doc, i) : i + 1;
        if (end > doc->bytes) return at == i;
    }
    return false;
}

/* What is wrong where the parser stops, if that is sure. */
static const char *advice(const spk_json *doc, size_t at)
{
    size_t before = at;
    while (before > 0 && is_space(doc->text[before - 1]))
        before--;
    const char c = doc->text[at], last = before > 0 ? doc->text[before - 1] : 0;
    if (c == '\'') return ": strings stand between double quotes";
    if ((c == '}' || c == ']') && last == ',') return ": there is a comma too many before it";
    if ((c == '}' || c == ']') && last == ':') return ": a value is missing before it";
    if (is_open_string(doc, at)) return ": this string has no end";
    if (c == '/' || c == '#')
        return ": it has no comments, but keys that begin with \"_\" are ones";
    if (c == 'N' || c == 'I' || (c == '-' && doc->text[at + 1] == 'I'))
        return ": a number is a finite one";
    if (c == '"' && (last == '"' || last == '}' || last == ']' || isdigit((unsigned char)last)))
        return ": is a comma or a colon missing before it?";
    return "";
}

/* Does a value stand at the begin? */
static bool is_whole(const spk_json *doc)
{
    cJSON *value = cJSON_ParseWithOpts(doc->text, NULL, 0);
    cJSON_Delete(value);
    return value != NULL;
}

static int parse(spk_json *doc, spk_error *err)
{
    if (memchr(doc->text, 0, doc->bytes))
        return fail_at(doc, strlen(doc->text), err, "a zero byte is not JSON");
    if (check_text(doc, err)) return -1;
    const char *end = doc->text;
    doc->root = cJSON_ParseWithLengthOpts(doc->text, doc->bytes + 1, &end, 1);
    if (!doc->root) {
        size_t at = (size_t)(end - doc->text);
        if (skip_space(doc, at) >= doc->bytes) return fail_at(doc, at, err, "JSON ends too early");
        /* The parser has taken a key's ', and the quote of a string without an end. */
        if (at > 0 && (doc->text[at - 1] == '\'' || is_open_string(doc, at - 1))) at--;
        if (is_whole(doc)) return fail_at(doc, at, err, "nothing may stand behind the JSON");
        return fail_at(doc, at, err, "not valid JSON%s", advice(doc, at));
    }
    size_t at = 0;
    if (note_value(doc, doc->root, &at, err)) return -1;
    qsort(doc->places, doc->n, sizeof *doc->places, by_node);
    return 0;
}

/* ---- documents ----------------------------------------------------------------------------- */

static spk_json *new_document(const char *text, size_t bytes, const char *name, spk_code code,
                              spk_error *err)
{
    spk_json *doc = spk_alloc(1, sizeof *doc, "JSON", err);
    if (!doc) return NULL;
    doc->code = code;
    doc->bytes = bytes;
    doc->name = name ? spk_strdup(name, err) : NULL;
    doc->text = spk_alloc(bytes + 1, 1, "JSON text", err);
    if (doc->text && bytes) memcpy(doc->text, text, bytes);
    if ((name && !doc->name) || !doc->text || parse(doc, err)) {
        spk_json_free(doc);
        return NULL;
    }
    return doc;
}

spk_json *spk_json_parse(const char *text, size_t bytes, const char *name, spk_code code,
                         spk_error *err)
{
    static const char mark[3] = "\xef\xbb\xbf"; /* of UTF-8, which some editors put first */
    if (bytes > SPK_JSON_MAX_BYTES) {
        spk_fail(err, code, "%s: more than %d bytes of JSON", name, SPK_JSON_MAX_BYTES);
        return NULL;
    }
    const size_t skipped = bytes >= sizeof mark && memcmp(text, mark, sizeof mark) == 0 ? 3 : 0;
    return new_document(text + skipped, bytes - skipped, name, code, err);
}

/* Everything that `fd` gives, up to one byte more than is allowed. */
static char *read_all(int fd, const char *name, size_t *bytes, spk_error *err)
{
    enum { MOST = SPK_JSON_MAX_BYTES + 1 };
    char *text = spk_alloc(MOST, 1, "JSON text", err);
    *bytes = 0;
    while (text && *bytes < MOST) {
        ssize_t got = read(fd, text + *bytes, MOST - *bytes);
        if (got == 0) break;
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            spk_fail_errno(err, errno, "%s: cannot read", name);
            free(text);
            return NULL;
        }
        *bytes += (size_t)got;
    }
    return text;
}

spk_json *spk_json_load(const char *path, spk_code code, spk_error *err)
{
    const char *name = spk_path_title(path);
    const int fd = spk_path_open(path, err);
    if (fd < 0) return NULL;
    size_t bytes;
    char *text = read_all(fd, name, &bytes, err);
    if (fd != STDIN_FILENO) close(fd);
    spk_json *doc = text ? spk_json_parse(text, bytes, name, code, err) : NULL;
    free(text);
    return doc;
}

void spk_json_free(spk_json *doc)
{
    if (!doc) return;
    cJSON_Delete(doc->root);
    cJSON_Delete(doc->replaced);
    free(doc->places);
    free(doc->text);
    free(doc->name);
    free(doc);
}

const cJSON *spk_json_root(const spk_json *doc)
{
    return doc->root;
}

const char *spk_json_text(const spk_json *doc, size_t *bytes)
{
    *bytes = doc->bytes;
    return doc->text;
}

const cJSON *spk_json_member(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* ---- --set ---------------------------------------------------------------------------------- */

/* The tree of a document that is to be part of another. Its numbers keep their text, which cJSON has
 * no use for: all their digits count. */
static cJSON *take_tree(spk_json *doc)
{
    cJSON *root = doc->root;
    bool whole = true;
    for (size_t i = 0; i < doc->n; i++) {
        cJSON *node = (cJSON *)doc->places[i].node;
        if (!cJSON_IsNumber(node)) continue;
        const place *at = &doc->places[i];
        node->valuestring = strndup(doc->text + at->begin, at->end - at->begin);
        whole = whole && node->valuestring;
    }
    doc->root = NULL;
    if (whole) return root;
    cJSON_Delete(root);
    return NULL;
}

/* JSON as strict as in a file, or a bare word: what cJSON takes for no JSON at all. */
static cJSON *parse_assigned(const char *text, spk_error *err)
{
    cJSON *value = cJSON_ParseWithOpts(text, NULL, 1);
    if (value) {
        cJSON_Delete(value);
        spk_json *doc = new_document(text, strlen(text), NULL, SPK_USAGE, err);
        if (!doc) return NULL;
        value = take_tree(doc);
        spk_json_free(doc);
    } else {
        value = cJSON_CreateString(text + strspn(text, " \t\r\n"));
    }
    if (!value) spk_fail(err, SPK_LIMIT, "out of memory");
    return value;
}

/* Step from `node` to its member or element called by the `length` characters at `key`. */
static cJSON *step_into(cJSON *node, const char *key, size_t length)
{
    char name[256];
    if (length >= sizeof name) return NULL;
    memcpy(name, key, length);
    name[length] = 0;
    if (cJSON_IsObject(node)) return cJSON_GetObjectItemCaseSensitive(node, name);
    char *end = name;
    long index = cJSON_IsArray(node) ? strtol(name, &end, 10) : -1;
    return index >= 0 && end != name && *end == 0 ? cJSON_GetArrayItem(node, (int)index) : NULL;
}

static int keep_replaced(spk_json *doc, cJSON *node, spk_error *err)
{
    if (!doc->replaced) doc->replaced = cJSON_CreateArray();
    if (!doc->replaced || !cJSON_AddItemToArray(doc->replaced, node)) {
        cJSON_Delete(node);
        return spk_fail(err, SPK_LIMIT, "out of memory for --set");
    }
    return 0;
}

static int assign(spk_json *doc, cJSON *parent, const char *key, const char *text,
                  const char *assignment, spk_error *err)
{
    cJSON *old = step_into(parent, key, strlen(key));
    if (!old && !cJSON_IsObject(parent))
        return spk_fail(err, SPK_USAGE, "--set %s: \"%s\" is not in an object", assignment, key);
    cJSON *value = parse_assigned(text, err);
    if (!value) return spk_error_prefix(err, "--set %s", assignment);
    if (!old) return cJSON_AddItemToObject(parent, key, value) ? 0 : -1;
    char *name = old->string ? strdup(old->string) : NULL;
    if (old->string && !name) {
        cJSON_Delete(value);
        return spk_fail(err, SPK_LIMIT, "out of memory for --set");
    }
    value->string = name;
    /* Swap by hand: cJSON's replace would free the old node, whose address a place holds. */
    value->prev = old->prev;
    value->next = old->next;
    if (old->next) old->next->prev = value;
    if (parent->child == old) {
        if (old->prev == old) value->prev = value;
        parent->child = value;
    } else {
        old->prev->next = value;
    }
    if (!value->next && parent->child != value) parent->child->prev = value;
    old->prev = old->next = NULL;
    return keep_replaced(doc, old, err);
}

int spk_json_set(spk_json *doc, const char *assignment, spk_error *err)
{
    const char *equals = strchr(assignment, '=');
    if (!equals || equals == assignment || equals[-1] == '.' || assignment[0] == '.')
        return spk_fail(err, SPK_USAGE, "--set %s: write PATH=VALUE, such as dt_ms=0.5",
                        assignment);
    char *path = spk_strdup(assignment, err);
    if (!path) return -1;
    path[equals - assignment] = 0;
    cJSON *node = doc->root;
    char *key = path;
    int status = 0;
    for (char *dot; (dot = strchr(key, '.')) != NULL; key = dot + 1) {
        cJSON *inner = step_into(node, key, (size_t)(dot - key));
        *dot = 0;
        if (!inner) {
            status = spk_fail(err, SPK_USAGE, "--set %s: there is no \"%s\"", assignment, key);
            break;
        }
        node = inner;
    }
    if (status == 0) status = assign(doc, node, key, equals + 1, assignment, err);
    free(path);
    return status;
}

/* ---- complaints ----------------------------------------------------------------------------- */

/* Append the path from `from` to `node` to `path`; false when it is not below `from`. */
static bool path_to(const cJSON *from, const cJSON *node, char *path, size_t size)
{
    if (from == node) return true;
    size_t used = strlen(path);
    size_t index = 0;
    for (const cJSON *m = from->child; m; m = m->next, index++) {
        if (m->string)
            snprintf(path + used, size - used, "%s%s", used ? "." : "", m->string);
        else
            snprintf(path + used, size - used, "%s%zu", used ? "." : "", index);
        if (path_to(m, node, path, size)) return true;
        path[used] = 0;
    }
    return false;
}

int spk_json_fail(const spk_json *doc, const cJSON *node, spk_error *err, const char *format, ...)
{
    char text[512], path[256] = "";
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    path_to(doc->root, node, path, sizeof path);
    const char *colon = path[0] ? ": " : "";
    const place *where = find_place(doc, node);
    if (where) return fail_at(doc, where->begin, err, "%s%s%s", path, colon, text);
    return spk_fail(err, doc->code, "%s: %s%s%s", doc->name, path, colon, text);
}

static int fail_unknown(const spk_json *doc, const cJSON *node, const char *what, const char *word,
                        const char *const *words, spk_error *err)
{
    char instead[400];
    spk_suggest(word, words, instead, sizeof instead);
    return spk_json_fail(doc, node, err, "%s%s", what, instead);
}

int spk_json_check_keys(const spk_json *doc, const cJSON *object, const char *const *known,
                        spk_error *err)
{
    for (const cJSON *m = object->child; m; m = m->next) {
        if (strncmp(m->string, "x-", 2) == 0 || m->string[0] == '_') continue;
        const char *const *k = known;
        while (*k && strcmp(*k, m->string) != 0)
            k++;
        if (!*k) return fail_unknown(doc, m, "unknown key", m->string, known, err);
    }
    return 0;
}

/* ---- typed members --------------------------------------------------------------------------- */

/* What stands at `node`, for messages. */
static void describe(const spk_json *doc, const cJSON *node, char *text, size_t size)
{
    const char *what = cJSON_IsArray(node) ? "an array" : "an object";
    if (cJSON_IsNull(node)) what = "null";
    if (cJSON_IsBool(node)) what = cJSON_IsTrue(node) ? "true" : "false";
    if (cJSON_IsString(node))
        snprintf(text, size, "the string \"%.40s\"", node->valuestring);
    else if (!spk_json_number_text(doc, node, text, size))
        snprintf(text, size, "%s", what);
}

/* 1: *node is there; 0: absent and not required; -1: absent but required. */
static int look_up(const spk_json *doc, const cJSON *object, const char *key, bool required,
                   const cJSON **node, spk_error *err)
{
    *node = spk_json_member(object, key);
    if (*node) return 1;
    return required ? spk_json_fail(doc, object, err, "\"%s\" is missing", key) : 0;
}

int spk_json_fail_type(const spk_json *doc, const cJSON *node, const char *wanted, spk_error *err)
{
    char found[64];
    describe(doc, node, found, sizeof found);
    return spk_json_fail(doc, node, err, "%s is expected, found %s", wanted, found);
}

int spk_json_real(const spk_json *doc, const cJSON *object, const char *key, bool required,
                  double min, double max, double *out, spk_error *err)
{
    const cJSON *node;
    int there = look_up(doc, object, key, required, &node, err);
    if (there <= 0) return there;
    if (!cJSON_IsNumber(node)) return spk_json_fail_type(doc, node, "a number", err);
    double value = node->valuedouble;
    if (!(value >= min && value <= max)) {
        if (isinf(max))
            return spk_json_fail(doc, node, err, "%g is out of range (at least %g)", value, min);
        return spk_json_fail(doc, node, err, "%g is out of range (%g to %g)", value, min, max);
    }
    *out = value;
    return 0;
}

const char *spk_json_number_text(const spk_json *doc, const cJSON *node, char *buffer, size_t size)
{
    if (!cJSON_IsNumber(node) || size == 0) return NULL;
    const place *where = find_place(doc, node);
    if (where) {
        snprintf(buffer, size, "%.*s", (int)(where->end - where->begin), doc->text + where->begin);
        return buffer;
    }
    if (node->valuestring) {
        snprintf(buffer, size, "%s", node->valuestring);
        return buffer;
    }
    snprintf(buffer, size, "%.15g", node->valuedouble);
    if (strtod(buffer, NULL) < node->valuedouble || strtod(buffer, NULL) > node->valuedouble)
        snprintf(buffer, size, "%.17g", node->valuedouble);
    return buffer;
}

/* 2.0 and 1e3 are whole, too, but then 1e-3 would have to be looked into. */
static int fail_whole(const spk_json *doc, const cJSON *node, uint64_t min, uint64_t max,
                      spk_error *err)
{
    char wanted[96];
    if (max < UINT64_MAX)
        snprintf(wanted, sizeof wanted,
                 "a whole number from %" PRIu64 " to %" PRIu64 ", in digits,", min, max);
    else
        snprintf(wanted, sizeof wanted, "a whole number from %" PRIu64 ", in digits,", min);
    return spk_json_fail_type(doc, node, wanted, err);
}

int spk_json_u64(const spk_json *doc, const cJSON *object, const char *key, bool required,
                 uint64_t min, uint64_t max, uint64_t *out, spk_error *err)
{
    const cJSON *node;
    int there = look_up(doc, object, key, required, &node, err);
    if (there <= 0) return there;
    char text[64], *end = text;
    errno = 0;
    unsigned long long value = 0;
    if (spk_json_number_text(doc, node, text, sizeof text) && text[0] != '-')
        value = strtoull(text, &end, 10);
    if (end == text || *end != 0 || errno) return fail_whole(doc, node, min, max, err);
    if (value < min || value > max)
        return spk_json_fail(doc, node, err, "%llu is out of range (%llu to %llu)", value,
                             (unsigned long long)min, (unsigned long long)max);
    *out = value;
    return 0;
}

int spk_json_bool(const spk_json *doc, const cJSON *object, const char *key, bool required,
                  bool *out, spk_error *err)
{
    const cJSON *node;
    int there = look_up(doc, object, key, required, &node, err);
    if (there <= 0) return there;
    if (!cJSON_IsBool(node)) return spk_json_fail_type(doc, node, "true or false", err);
    *out = cJSON_IsTrue(node);
    return 0;
}

int spk_json_string(const spk_json *doc, const cJSON *object, const char *key, bool required,
                    const char **out, spk_error *err)
{
    const cJSON *node;
    int there = look_up(doc, object, key, required, &node, err);
    if (there <= 0) return there;
    if (!cJSON_IsString(node)) return spk_json_fail_type(doc, node, "a string", err);
    *out = node->valuestring;
    return 0;
}

int spk_json_choice(const spk_json *doc, const cJSON *object, const char *key, bool required,
                    const char *const *words, int *out, spk_error *err)
{
    const char *word = NULL;
    if (spk_json_string(doc, object, key, required, &word, err)) return -1;
    if (!word) return 0;
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0) {
            *out = i;
            return 0;
        }
    char what[300];
    snprintf(what, sizeof what, "\"%.80s\" is not known here", word);
    return fail_unknown(doc, spk_json_member(object, key), what, word, words, err);
}

int spk_json_object(const spk_json *doc, const cJSON *object, const char *key, bool required,
                    const cJSON **out, spk_error *err)
{
    const cJSON *node;
    int there = look_up(doc, object, key, required, &node, err);
    if (there <= 0) return there;
    if (!cJSON_IsObject(node)) return spk_json_fail_type(doc, node, "an object", err);
    *out = node;
    return 0;
}
