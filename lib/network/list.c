/* list.c: values of units that stand in the network file, or in a column of a table beside it.
 *
 * Reading the network file takes only what stands there; how many values there must be, and where
 * tables are, is known to the population, which looks them up. */
#include "base/memory.h"
#include "network/columns.h"
#include "stream/digest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void spk_list_free(spk_unit_list *list)
{
    if (!list) return;
    free(list->file);
    free(list->column);
    free(list->value);
    free(list);
}

bool spk_is_list(const cJSON *object)
{
    return spk_json_member(object, "list") || spk_json_member(object, "file");
}

static int read_numbers(const spk_json *doc, const cJSON *node, spk_unit_list *list, spk_error *err)
{
    if (!cJSON_IsArray(node)) return spk_json_fail(doc, node, err, "a list of numbers is expected");
    size_t n = (size_t)cJSON_GetArraySize(node), i = 0;
    list->value = spk_alloc(n, sizeof *list->value, "a list", err);
    if (!list->value) return -1;
    for (const cJSON *item = node->child; item; item = item->next) {
        if (spk_check_finite(doc, item, err)) return -1;
        list->value[i++] = item->valuedouble;
    }
    list->n = n;
    return 0;
}

int spk_read_digest(const spk_json *doc, const cJSON *object, char digest[33], spk_error *err)
{
    const char *text = NULL;
    if (spk_json_string(doc, object, "digest", false, &text, err)) return -1;
    if (text && (strlen(text) != 32 || strspn(text, "0123456789abcdef") != 32))
        return spk_json_fail(doc, spk_json_member(object, "digest"), err,
                             "32 hexadecimal digits are expected");
    snprintf(digest, 33, "%s", text ? text : "");
    return 0;
}

int spk_check_digest(const spk_json *doc, const cJSON *object, const char *file,
                     const char *expected, const char *found, spk_error *err)
{
    if (!expected[0] || strcmp(expected, found) == 0) return 0;
    return spk_json_fail(doc, spk_json_member(object, "digest"), err,
                         "%s has changed: the digest of what is read from it is %s", file, found);
}

int spk_read_list(const spk_json *doc, const cJSON *object, spk_value *out, spk_error *err)
{
    static const char *const in_place[] = {"list", NULL};
    static const char *const in_file[] = {"file", "column", "digest", NULL};
    const cJSON *node = spk_json_member(object, "list");
    const char *file = NULL, *column = NULL;
    if (spk_json_check_keys(doc, object, node ? in_place : in_file, err)) return -1;
    spk_unit_list *list = spk_alloc(1, sizeof *list, "a list", err);
    if (!list) return -1;
    int status = 0;
    if (node) {
        status = read_numbers(doc, node, list, err);
    } else if (spk_json_string(doc, object, "file", true, &file, err) ||
               spk_json_string(doc, object, "column", true, &column, err) ||
               spk_read_digest(doc, object, list->digest, err) ||
               !(list->file = spk_strdup(file, err)) || !(list->column = spk_strdup(column, err))) {
        status = -1;
    }
    if (status) {
        spk_list_free(list);
        return -1;
    }
    *out = (spk_value){.kind = SPK_VALUE_LIST, .min = -INFINITY, .max = INFINITY, .list = list};
    return 0;
}

/* ---- looking up ------------------------------------------------------------------------------ */

static int look_up_file(const spk_json *doc, const cJSON *object, const spk_network *net,
                        const spk_population *pop, spk_unit_list *list, double min, double max,
                        spk_error *err)
{
    const cJSON *node = spk_json_member(object, "file");
    uint64_t *line = NULL;
    const char *const name[] = {list->column};
    list->n = pop->size;
    const double bytes = (double)list->n * (2 * sizeof *list->value + sizeof *line);
    if (spk_network_room(net, bytes, list->file, false, list->n, "rows", err)) return -1;
    list->value = spk_alloc(list->n, sizeof *list->value, "a list", err);
    if (!list->value ||
        spk_columns_units(doc, node, net, pop, list->file, 1, name, list->value, &line, err))
        return -1;
    int status = 0;
    char range[80];
    spk_describe_range(min, max, range, sizeof range);
    for (size_t i = 0; status == 0 && i < list->n; i++)
        if (list->value[i] < min || list->value[i] > max)
            status = spk_fail(err, SPK_USAGE, "%s%s:%" PRIu64 ": %s: %.10g is out of range (%s)",
                              list->file[0] == '/' ? "" : net->folder, list->file, line[i],
                              list->column, list->value[i], range);
    free(line);
    return status;
}

static int check_numbers(const spk_json *doc, const cJSON *object, const spk_population *pop,
                         const spk_unit_list *list, double min, double max, spk_error *err)
{
    const cJSON *node = spk_json_member(object, "list"), *item = node->child;
    if (list->n != pop->size)
        return spk_json_fail(doc, node, err, "%zu values, but %s has %u units", list->n, pop->name,
                             pop->size);
    char range[80];
    spk_describe_range(min, max, range, sizeof range);
    for (size_t i = 0; i < list->n; i++, item = item->next)
        if (list->value[i] < min || list->value[i] > max)
            return spk_json_fail(doc, item, err, "%.10g is out of range (%s)", list->value[i],
                                 range);
    return 0;
}

int spk_look_up_list(const spk_json *doc, const cJSON *object, const char *key,
                     const spk_network *net, const spk_population *pop, double min, double max,
                     spk_value *value, spk_error *err)
{
    if (value->kind != SPK_VALUE_LIST) return 0;
    const cJSON *node = spk_json_member(object, key);
    spk_unit_list *list = value->list;
    char expected[33];
    memcpy(expected, list->digest, sizeof expected);
    int status = list->file ? look_up_file(doc, node, net, pop, list, min, max, err)
                            : check_numbers(doc, node, pop, list, min, max, err);
    if (status) return -1;
    value->a = value->b = list->value[0];
    for (size_t i = 1; i < list->n; i++) {
        value->a = fmin(value->a, list->value[i]);
        value->b = fmax(value->b, list->value[i]);
    }
    spk_digest_bytes(list->value, list->n * sizeof *list->value, list->digest);
    return spk_check_digest(doc, node, list->file, expected, list->digest, err);
}
