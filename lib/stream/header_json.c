/* header_json.c: the HEADER record's JSON, members in one fixed order so that equal headers are
 * equal bytes; 64-bit numbers are written and read as digits, never through a double. */
#include "stream/header.h"

#include "base/memory.h"
#include "stream/format.h"
#include "json/json.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const channel_types[] = {"spikes", "frames", "predictions", "trace", NULL};
static const char *const array_types[] = {"weights", "delays", "state", NULL};
static const char *const dtypes[] = {"f32", "f64", "f16", "u8", NULL};

/* ---- out ------------------------------------------------------------------------------------ */

static bool put_u64(cJSON *object, const char *key, uint64_t value)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRIu64, value);
    return cJSON_AddRawToObject(object, key, digits) != NULL;
}

static bool put_text(cJSON *object, const char *key, const char *text)
{
    return !text || cJSON_AddStringToObject(object, key, text);
}

static bool put_shape(cJSON *object, const char *key, uint32_t dims, const uint32_t *shape)
{
    if (!dims) return true;
    cJSON *list = cJSON_AddArrayToObject(object, key);
    for (uint32_t i = 0; list && i < dims; i++) {
        cJSON *number = cJSON_CreateNumber(shape[i]);
        if (!number || !cJSON_AddItemToArray(list, number)) return false;
    }
    return list != NULL;
}

static bool has_values(const spk_channel *channel)
{
    return channel->type == SPK_CHANNEL_FRAMES || channel->type == SPK_CHANNEL_TRACE;
}

static bool put_channel(cJSON *list, const spk_channel *c)
{
    cJSON *o = cJSON_CreateObject();
    if (!o || !cJSON_AddItemToArray(list, o)) {
        cJSON_Delete(o);
        return false;
    }
    bool ok = put_u64(o, "id", c->id) && put_text(o, "type", channel_types[c->type - 1]) &&
              put_text(o, "name", c->name) && put_u64(o, "n", c->size) &&
              put_shape(o, "shape", c->dims, c->shape) && put_text(o, "unit", c->unit) &&
              put_text(o, "variable", c->variable);
    if (ok && has_values(c)) ok = put_text(o, "dtype", spk_dtype_name(c->dtype));
    if (ok && c->scale != 1) ok = cJSON_AddNumberToObject(o, "scale", c->scale) != NULL;
    if (ok && c->type == SPK_CHANNEL_TRACE) ok = put_u64(o, "period", c->period);
    return ok;
}

static bool put_array(cJSON *list, const spk_array *a)
{
    cJSON *o = cJSON_CreateObject();
    if (!o || !cJSON_AddItemToArray(list, o)) {
        cJSON_Delete(o);
        return false;
    }
    return put_u64(o, "id", a->id) && put_text(o, "type", array_types[a->type - 1]) &&
           put_text(o, "owner", a->owner) && put_text(o, "variable", a->variable) &&
           put_text(o, "unit", a->unit) && put_text(o, "dtype", spk_dtype_name(a->dtype)) &&
           cJSON_AddBoolToObject(o, "sparse", a->sparse) && put_u64(o, "rows", a->rows) &&
           put_u64(o, "cols", a->cols) &&
           (!a->structure[0] || put_text(o, "structure", a->structure));
}

static bool put_lists(cJSON *root, const spk_header *header)
{
    cJSON *list = header->channels ? cJSON_AddArrayToObject(root, "streams") : NULL;
    for (size_t i = 0; i < header->channels; i++)
        if (!list || !put_channel(list, &header->channel[i])) return false;
    list = header->arrays ? cJSON_AddArrayToObject(root, "arrays") : NULL;
    for (size_t i = 0; i < header->arrays; i++)
        if (!list || !put_array(list, &header->array[i])) return false;
    return true;
}

static bool put_header(cJSON *root, const spk_header *header)
{
    if (!put_u64(root, "spk", 1)) return false;
    cJSON *tick = cJSON_AddObjectToObject(root, "tick");
    if (!tick || !put_u64(tick, "num", header->tick.num) || !put_u64(tick, "den", header->tick.den))
        return false;
    if (header->classes && !put_u64(root, "classes", header->classes)) return false;
    if (!put_lists(root, header)) return false;
    if (header->shard_n) {
        cJSON *shard = cJSON_AddObjectToObject(root, "shard");
        if (!shard || !put_u64(shard, "i", header->shard_i) ||
            !put_u64(shard, "n", header->shard_n))
            return false;
    }
    if (!put_shape(root, "shape", header->shape_dims, header->shape)) return false;
    if (!header->meta) return true;
    cJSON *meta = cJSON_Duplicate(header->meta, 1);
    if (meta && cJSON_AddItemToObject(root, "meta", meta)) return true;
    cJSON_Delete(meta);
    return false;
}

char *spk_header_to_json(const spk_header *header, spk_error *err)
{
    cJSON *root = cJSON_CreateObject();
    char *text = root && put_header(root, header) ? cJSON_PrintUnformatted(root) : NULL;
    cJSON_Delete(root);
    if (!text) spk_fail(err, SPK_LIMIT, "out of memory for the stream's header");
    return text;
}

/* ---- in ------------------------------------------------------------------------------------- */

static int get_u32(const spk_json *doc, const cJSON *object, const char *key, bool required,
                   uint64_t min, uint32_t *out, spk_error *err)
{
    uint64_t value = *out;
    if (spk_json_u64(doc, object, key, required, min, UINT32_MAX, &value, err)) return -1;
    *out = (uint32_t)value;
    return 0;
}

static int get_text(const spk_json *doc, const cJSON *object, const char *key, bool required,
                    char **out, spk_error *err)
{
    const char *text = NULL;
    if (spk_json_string(doc, object, key, required, &text, err)) return -1;
    if (!text) return 0;
    *out = spk_strdup(text, err);
    return *out ? 0 : -1;
}

static int get_dtype(const spk_json *doc, const cJSON *object, bool required, spk_dtype *out,
                     spk_error *err)
{
    int index = (int)*out - 1;
    if (spk_json_choice(doc, object, "dtype", required, dtypes, &index, err)) return -1;
    *out = (spk_dtype)(index + 1);
    return 0;
}

/* "shape": up to four lengths whose product is `size` (when that is not 0). */
static int get_shape(const spk_json *doc, const cJSON *object, uint32_t size, uint32_t *dims,
                     uint32_t *shape, spk_error *err)
{
    const cJSON *list = spk_json_member(object, "shape");
    if (!list) return 0;
    if (!cJSON_IsArray(list) || !list->child)
        return spk_json_fail(doc, list, err, "shape is a list of one to four lengths");
    uint64_t product = 1;
    for (const cJSON *node = list->child; node; node = node->next) {
        bool whole = cJSON_IsNumber(node) && node->valuedouble >= 1 &&
                     node->valuedouble <= UINT32_MAX &&
                     node->valuedouble == (double)(uint32_t)node->valuedouble;
        if (*dims == 4 || !whole)
            return spk_json_fail(doc, node, err, "shape is a list of one to four lengths");
        shape[(*dims)++] = (uint32_t)node->valuedouble;
        if (__builtin_mul_overflow(product, (uint64_t)node->valuedouble, &product))
            return spk_json_fail(doc, node, err, "the shape is too large");
    }
    if (size && product != size)
        return spk_json_fail(
            doc, list, err, "the shape's product is %" PRIu64 ", but n is %" PRIu32, product, size);
    return 0;
}

static int check_channel(const spk_json *doc, const cJSON *o, const spk_channel *c, spk_error *err)
{
    bool frames = c->type == SPK_CHANNEL_FRAMES, trace = c->type == SPK_CHANNEL_TRACE;
    if (frames && c->dtype != SPK_F32 && c->dtype != SPK_U8)
        return spk_json_fail(doc, o, err, "frames are f32 or u8");
    if (trace && c->dtype != SPK_F32 && c->dtype != SPK_F64)
        return spk_json_fail(doc, o, err, "traces are f32 or f64");
    if (trace && c->period == 0)
        return spk_json_fail(doc, o, err, "a trace needs a period of at least one tick");
    return 0;
}

static int get_channel(const spk_json *doc, const cJSON *o, spk_header *header, spk_error *err)
{
    const char *name = NULL;
    int type = 0;
    uint32_t id = 0, size = 0;
    uint64_t before = 0;
    if (header->channels) before = header->channel[header->channels - 1].id;
    if (spk_json_choice(doc, o, "type", true, channel_types, &type, err) ||
        spk_json_string(doc, o, "name", true, &name, err) ||
        get_u32(doc, o, "id", true, before + 1, &id, err) ||
        get_u32(doc, o, "n", true, 1, &size, err))
        return -1;
    spk_channel *c = spk_header_add_channel(header, (spk_channel_type)(type + 1), name, size, err);
    if (!c) return -1;
    c->id = id;
    if (get_shape(doc, o, size, &c->dims, c->shape, err) ||
        get_text(doc, o, "unit", false, &c->unit, err) ||
        get_text(doc, o, "variable", false, &c->variable, err) ||
        get_dtype(doc, o, has_values(c), &c->dtype, err) ||
        spk_json_real(doc, o, "scale", false, 1e-300, 1e300, &c->scale, err) ||
        spk_json_u64(doc, o, "period", false, 1, UINT64_MAX, &c->period, err))
        return -1;
    return check_channel(doc, o, c, err);
}

static int get_structure(const spk_json *doc, const cJSON *o, spk_array *a, spk_error *err)
{
    const char *hex = NULL;
    if (spk_json_string(doc, o, "structure", false, &hex, err)) return -1;
    if (!hex) return 0;
    if (strlen(hex) != 32 || strspn(hex, "0123456789abcdef") != 32)
        return spk_json_fail(doc, spk_json_member(o, "structure"), err,
                             "a digest is 32 hexadecimal digits");
    memcpy(a->structure, hex, sizeof a->structure);
    return 0;
}

static int get_array(const spk_json *doc, const cJSON *o, spk_header *header, spk_error *err)
{
    const char *owner = NULL, *variable = NULL, *unit = "";
    int type = 0;
    uint32_t id = 0;
    uint64_t before = 0, rows = 0, cols = 0;
    spk_dtype dtype = SPK_F32;
    if (header->arrays) before = header->array[header->arrays - 1].id;
    if (spk_json_choice(doc, o, "type", true, array_types, &type, err) ||
        spk_json_string(doc, o, "owner", true, &owner, err) ||
        spk_json_string(doc, o, "variable", true, &variable, err) ||
        spk_json_string(doc, o, "unit", false, &unit, err) ||
        get_u32(doc, o, "id", true, before + 1, &id, err) || get_dtype(doc, o, true, &dtype, err) ||
        spk_json_u64(doc, o, "rows", true, 1, UINT64_MAX, &rows, err) ||
        spk_json_u64(doc, o, "cols", true, 1, UINT32_MAX, &cols, err))
        return -1;
    spk_array *a = spk_header_add_array(header, (spk_array_type)(type + 1), owner, variable, unit,
                                        dtype, rows, cols, err);
    if (!a) return -1;
    a->id = id;
    if (spk_json_bool(doc, o, "sparse", false, &a->sparse, err)) return -1;
    return get_structure(doc, o, a, err);
}

/* Each object of the list `key` through `get`. */
static int get_list(const spk_json *doc, const char *key, spk_header *header,
                    int (*get)(const spk_json *, const cJSON *, spk_header *, spk_error *),
                    spk_error *err)
{
    const cJSON *list = spk_json_member(spk_json_root(doc), key);
    size_t n = 0;
    if (list && !cJSON_IsArray(list)) return spk_json_fail(doc, list, err, "this is a list");
    for (const cJSON *o = list ? list->child : NULL; o; o = o->next) {
        if (!cJSON_IsObject(o)) return spk_json_fail(doc, o, err, "this is an object");
        if (++n > SPK_HEADER_MAX_ENTRIES)
            return spk_json_fail(doc, o, err, "more than %d entries", SPK_HEADER_MAX_ENTRIES);
        if (get(doc, o, header, err)) return -1;
    }
    return 0;
}

/* ---- names ---------------------------------------------------------------------------------- */

static int compare_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "");
}

static int compare_channels(const void *left, const void *right)
{
    const spk_channel *a = *(const spk_channel *const *)left;
    const spk_channel *b = *(const spk_channel *const *)right;
    if (a->type != b->type) return a->type < b->type ? -1 : 1;
    const int order = compare_text(a->name, b->name);
    return order ? order : compare_text(a->variable, b->variable);
}

static int compare_arrays(const void *left, const void *right)
{
    const spk_array *a = *(const spk_array *const *)left;
    const spk_array *b = *(const spk_array *const *)right;
    const int order = compare_text(a->owner, b->owner);
    return order ? order : compare_text(a->variable, b->variable);
}

/* An entry of `items` that another one equals, *found NULL when all differ. */
static int find_double(const void *items, size_t n, size_t size,
                       int (*compare)(const void *, const void *), const void **found,
                       spk_error *err)
{
    const char *first = items;
    *found = NULL;
    if (n < 2) return 0;
    const void **sorted = spk_alloc(n, sizeof *sorted, "the stream's header", err);
    if (!sorted) return -1;
    for (size_t i = 0; i < n; i++)
        sorted[i] = first + i * size;
    qsort(sorted, n, sizeof *sorted, compare);
    for (size_t i = 1; i < n && !*found; i++)
        if (compare(&sorted[i - 1], &sorted[i]) == 0) *found = sorted[i];
    free(sorted);
    return 0;
}

/* What a name stands for is one thing. */
static int check_names(const spk_json *doc, const spk_header *h, spk_error *err)
{
    const cJSON *root = spk_json_root(doc);
    const void *found;
    if (find_double(h->channel, h->channels, sizeof *h->channel, compare_channels, &found, err))
        return -1;
    const spk_channel *c = found;
    if (c)
        return spk_json_fail(doc, spk_json_member(root, "streams"), err,
                             "two channels of type %s are called \"%s%s%s\"",
                             channel_types[c->type - 1], c->name, c->variable ? "." : "",
                             c->variable ? c->variable : "");
    if (find_double(h->array, h->arrays, sizeof *h->array, compare_arrays, &found, err)) return -1;
    const spk_array *a = found;
    if (a)
        return spk_json_fail(doc, spk_json_member(root, "arrays"), err,
                             "two arrays are called \"%s.%s\"", a->owner, a->variable);
    return 0;
}

/* ---- the whole ------------------------------------------------------------------------------ */

static int get_shard(const spk_json *doc, spk_header *header, spk_error *err)
{
    const cJSON *shard = NULL;
    if (spk_json_object(doc, spk_json_root(doc), "shard", false, &shard, err)) return -1;
    if (!shard) return 0;
    if (get_u32(doc, shard, "n", true, 1, &header->shard_n, err) ||
        get_u32(doc, shard, "i", true, 0, &header->shard_i, err))
        return -1;
    if (header->shard_i >= header->shard_n)
        return spk_json_fail(doc, shard, err, "there is no shard %" PRIu32 " of %" PRIu32,
                             header->shard_i, header->shard_n);
    return 0;
}

static int get_header(const spk_json *doc, spk_header *header, spk_error *err)
{
    const cJSON *root = spk_json_root(doc), *tick = NULL, *meta = NULL;
    uint64_t version = 0, num = 0, den = 0;
    if (!cJSON_IsObject(root)) return spk_json_fail(doc, root, err, "a header is an object");
    if (spk_json_u64(doc, root, "spk", true, 1, 1, &version, err) ||
        spk_json_object(doc, root, "tick", true, &tick, err) ||
        spk_json_u64(doc, tick, "num", true, 0, UINT64_MAX, &num, err) ||
        spk_json_u64(doc, tick, "den", true, 1, UINT64_MAX, &den, err) ||
        get_u32(doc, root, "classes", false, 0, &header->classes, err) ||
        get_list(doc, "streams", header, get_channel, err) ||
        get_list(doc, "arrays", header, get_array, err) || check_names(doc, header, err) ||
        get_shard(doc, header, err) ||
        get_shape(doc, root, 0, &header->shape_dims, header->shape, err) ||
        spk_json_object(doc, root, "meta", false, &meta, err))
        return -1;
    header->tick = spk_rational_of(num, den);
    if (!meta) return 0;
    header->meta = cJSON_Duplicate(meta, 1);
    return header->meta ? 0 : spk_fail(err, SPK_LIMIT, "out of memory for the stream's header");
}

int spk_header_from_json(spk_header *header, const char *json, size_t bytes, const char *name,
                         spk_error *err)
{
    spk_header_init(header);
    spk_json *doc = spk_json_parse(json, bytes, name, SPK_DATA, err);
    if (!doc) return -1;
    int failed = get_header(doc, header, err);
    spk_json_free(doc);
    if (failed) spk_header_free(header);
    return failed;
}
